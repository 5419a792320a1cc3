"""How much each word of a question says."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence, Set

from assistant.answering.questions import subject_of
from assistant.indexing import Snapshot
from assistant.text.terms import forms, likeliest_language, stem
from assistant.types import DEFAULT_LANGUAGE

DocumentFrequency = Callable[[str], int]


class TermWeights:
    """How much each word of one question says: its inverse document frequency in the corpus, in any language."""

    def __init__(
        self,
        question: str,
        document_frequency: DocumentFrequency,
        passages: int,
        languages: Sequence[str] = (DEFAULT_LANGUAGE,),
    ) -> None:
        """Weigh the question's words in a corpus of so many passages, written in these languages."""
        spoken = subject_of(question, likeliest_language(question, languages))
        self._words = {
            word: inverse_document_frequency(sum(map(document_frequency, forms(word, languages))), passages)
            for word in dict.fromkeys(spoken)
        }
        self._by_language: dict[str, tuple[dict[str, float], float]] = {}
        self.total = sum(self.weights(next(iter(languages), DEFAULT_LANGUAGE)).values()) or 1.0
        self._rarest = inverse_document_frequency(1, passages)

    @property
    def information(self) -> float:
        """How much the question says, counted in words of the rarest kind: those that stand in one passage only."""
        return self.total / self._rarest

    def weights(self, language: str) -> dict[str, float]:
        """The weight of each term that the question has in a text of a language."""
        return self._weights_in(language)[0]

    def coverage(self, text_terms: Set[str], language: str = DEFAULT_LANGUAGE) -> float:
        """The weighted share of the question's terms that are among these of a text in a language, 0 to 1."""
        weights, total = self._weights_in(language)
        return sum([weight for term, weight in weights.items() if term in text_terms]) / total

    def _weights_in(self, language: str) -> tuple[dict[str, float], float]:
        """The weights in a language, and their sum; 1 for that of a question that has no words to weigh."""
        if language not in self._by_language:
            weights = {stem(word, language): weight for word, weight in self._words.items()}
            self._by_language[language] = weights, sum(weights.values()) or 1.0
        return self._by_language[language]


def weight_in(snapshot: Snapshot, word: str) -> float:
    """How much a word says in a corpus; 0 when no passage holds it."""
    found = sum(map(snapshot.document_frequency, forms(word, snapshot.languages)))
    return inverse_document_frequency(found, snapshot.passage_count) if found else 0.0


def inverse_document_frequency(found: int, passages: int) -> float:
    """The weight of a word that stands in ``found`` of so many passages, in nats: that of BM25 (Robertson)."""
    found = min(found, passages)
    return math.log(1 + (passages - found + 0.5) / (found + 0.5))
