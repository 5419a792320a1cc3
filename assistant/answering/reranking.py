"""The best passages of a fused ranking, ordered anew by how closely their words fit the question.

A linear model over six signs of fit; ``python -m benchmarks.fit_reranking`` fits and measures it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.answering.passage_terms import passage_terms
from assistant.answering.term_weights import TermWeights
from assistant.answering.vocabulary import DIGITS, NAME
from assistant.indexing.terms import terms
from assistant.types import Passage, ScoredPassage

RERANKED = 20
"""How many of the best passages are ordered anew. With twelve, questions in other words than the documents' lose: of 40
rephrased ones .775 and not .825 have the right passage among the first four; the other sets stay within .005.
"""
NUMBER = re.compile(DIGITS)


@dataclass(frozen=True, slots=True)
class Fit:
    """How a passage fits a question, each from 0 to 1.

    ``fused``: the score of the fusion. ``cosine``: of question and passage. ``sentence_coverage``: the largest
    weighted share of the question's terms in one sentence and the headings above it. ``word_pairs``: the share of the
    question's pairs of adjacent words that stand in the passage. ``names``, ``numbers``: the share of its names, and of
    its numbers, years and days of dates; 1 when it has none.
    """

    fused: float
    cosine: float
    sentence_coverage: float
    word_pairs: float
    names: float
    numbers: float


WEIGHTS = Fit(fused=1.88, cosine=12.66, sentence_coverage=5.66, word_pairs=3.48, names=0.44, numbers=1.48)


class Question:
    """The words of a question, taken apart once for all passages."""

    def __init__(self, question: str, weights: TermWeights) -> None:
        self._question = question
        self._weights = weights
        self._numbers = set(NUMBER.findall(question))
        self._asked: dict[str, tuple[set[tuple[str, str]], set[str]]] = {}

    def fit(self, passage: Passage, fused: float, cosine: float) -> Fit:
        """How a passage fits."""
        language = passage.language
        held = passage_terms(passage)
        asked_pairs, asked_names = self._in(language)
        pairs, names = asked_pairs & held.pairs, asked_names & held.all
        numbers = self._numbers and self._numbers & set(
            NUMBER.findall(f"{passage.title} {passage.breadcrumb} {passage.text}")
        )
        return Fit(
            fused=fused,
            cosine=max(0.0, cosine),
            sentence_coverage=max((self._weights.coverage(found, language) for found in held.sentences), default=0.0),
            word_pairs=len(pairs) / len(asked_pairs) if asked_pairs else 0.0,
            names=len(names) / len(asked_names) if asked_names else 1.0,
            numbers=len(numbers) / len(self._numbers) if self._numbers else 1.0,
        )

    def _in(self, language: str) -> tuple[set[tuple[str, str]], set[str]]:
        """The pairs of adjacent terms and the names that the question has in a text of a language."""
        if language not in self._asked:
            pairs = set(pairwise(terms(self._question, language)))
            names = {term for name in NAME.findall(self._question) for term in terms(name, language)}
            self._asked[language] = pairs, names
        return self._asked[language]


def rerank(question: Question, hits: Sequence[ScoredPassage], cosines: dict[str, float]) -> list[ScoredPassage]:
    """The hits with the first `RERANKED` in the order of their fit; scores from 0 to 1, and still falling.

    ``cosines`` are those of the passages near the question, by id; a passage that is not among them is far from it.
    """
    far = min(cosines.values(), default=0.0)
    head = [
        ScoredPassage(hit.passage, _score(question.fit(hit.passage, hit.score, cosines.get(hit.passage.id, far))))
        for hit in hits[:RERANKED]
    ]
    head.sort(key=lambda hit: (-hit.score, hit.passage.id))
    lowest = head[-1].score if head else 1.0
    tail = [ScoredPassage(hit.passage, min(lowest, hit.score)) for hit in hits[RERANKED:]]
    return head + tail


def _score(fit: Fit) -> float:
    total = sum(getattr(WEIGHTS, name) for name in Fit.__slots__)
    return float(sum(getattr(WEIGHTS, name) * getattr(fit, name) for name in Fit.__slots__) / total)
