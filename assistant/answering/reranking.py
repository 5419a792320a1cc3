"""The best passages of a fused ranking, ordered anew by how closely their words fit the question.

A linear model over `PassageFit`; ``python -m benchmarks.fit_reranking`` fits and measures it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.answering.term_weights import TermWeights
from assistant.indexing.passage_terms import PassageTerms
from assistant.models.linear import shipped
from assistant.text.english.vocabulary import DIGITS, NAME
from assistant.text.terms import term_set, terms
from assistant.types import Passage, ScoredPassage

RERANKED = 20
"""How many of the best passages are ordered anew. With twelve, questions in other words than the documents' lose: of 40
rephrased ones .775 and not .825 have the right passage among the first four; the other sets stay within .005.
"""
NUMBER = re.compile(DIGITS)


@dataclass(frozen=True, slots=True)
class PassageFit:
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


MODEL = shipped("passage_ranking")
HIGHEST = sum(MODEL.weights.values())
"""The score of a passage that fits in every respect."""


class QuestionTerms:
    """The words of a question, taken apart once for all passages."""

    def __init__(self, question: str, weights: TermWeights) -> None:
        self._question = question
        self._weights = weights
        self._numbers = set(NUMBER.findall(question))
        self._asked: dict[str, tuple[set[str], set[str]]] = {}

    def fit(self, passage: Passage, held: PassageTerms, fused: float, cosine: float) -> PassageFit:
        """How a passage with these terms fits."""
        language = passage.language
        pairs, names = self._in(language)
        above = term_set(passage.breadcrumb, language)
        asked = self._weights.weights(language)
        told = {above.union(asked.keys() & said.split()) for said in held.sentences}
        numbers = self._numbers and self._numbers & set(
            NUMBER.findall(f"{passage.title} {passage.breadcrumb} {passage.text}")
        )
        return PassageFit(
            fused=fused,
            cosine=max(0.0, cosine),
            sentence_coverage=max((self._weights.coverage(found, language) for found in told), default=0.0),
            word_pairs=sum(map(held.holds, pairs)) / len(pairs) if pairs else 0.0,
            names=sum(map(held.holds, names)) / len(names) if names else 1.0,
            numbers=len(numbers) / len(self._numbers) if self._numbers else 1.0,
        )

    def _in(self, language: str) -> tuple[set[str], set[str]]:
        """The pairs of adjacent terms, a space between the two, and the names of the question in a language's terms."""
        if language not in self._asked:
            pairs = set(map(" ".join, pairwise(terms(self._question, language))))
            names = {term for name in NAME.findall(self._question) for term in terms(name, language)}
            self._asked[language] = pairs, names
        return self._asked[language]


def rerank(
    question: QuestionTerms,
    hits: Sequence[ScoredPassage],
    cosines: Mapping[str, float],
    held: Mapping[str, PassageTerms],
) -> list[ScoredPassage]:
    """The hits with the first `RERANKED` in the order of their fit; scores from 0 to 1, and still falling.

    ``cosines`` are those of the passages near the question, by id; a passage that is not among them is far from it.
    ``held`` are the terms of these first, by id.
    """
    far = min(cosines.values(), default=0.0)

    def fit(hit: ScoredPassage) -> PassageFit:
        id = hit.passage.id
        return question.fit(hit.passage, held[id], hit.score, cosines.get(id, far))

    head = [ScoredPassage(hit.passage, _score(fit(hit))) for hit in hits[:RERANKED]]
    head.sort(key=lambda hit: (-hit.score, hit.passage.id))
    lowest = head[-1].score if head else 1.0
    tail = [ScoredPassage(hit.passage, min(lowest, hit.score)) for hit in hits[RERANKED:]]
    return head + tail


def _score(fit: PassageFit) -> float:
    return MODEL.score(fit) / HIGHEST
