"""Questions in a script that the embedding model was not made for: there only common words tell that a text answers.

To such a model all unknown letters look alike, so that cosines are high whatever the question and the text say.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.sentence_scoring import Evidence
from assistant.indexing import Embedder
from assistant.reading.language import LANGUAGES
from assistant.text.scripts import languages_by_script

MINIMUM_COVERAGE = 0.2
"""The share of the question's words, weighted by how rare they are, that must stand in one passage or above it."""


def uncovered_language(question: str, embedder: Embedder) -> str | None:
    """The language of a question, if its letters tell that the embedding model was not made for it; else None.

    None too where it is not known what the model was made for.
    """
    covered, possible = embedder.languages, languages_by_script(question)
    return possible[0] if possible and covered is not None and covered.isdisjoint(possible) else None


def share_of_words_found(evidence: Sequence[Evidence]) -> float:
    """How much of what must stand of the question in one passage does stand there, 0 to 1; 1 is enough to answer."""
    best = max((item.fit.passage_coverage for item in evidence), default=0.0)
    return min(1.0, best / MINIMUM_COVERAGE)


def notice(language: str) -> str:
    """What a reader is told where a question in a language that is not covered is not answered."""
    return (
        f"The embedding model does not cover {LANGUAGES.get(language, language)}, the language of the question: only "
        "documents with the question's own words are found. Name a multilingual model in CITEWELL_EMBEDDING_MODEL to "
        "search by meaning, or ask in a language that the model covers."
    )
