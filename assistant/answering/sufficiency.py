"""Whether the corpus answers a question: one score, from 0 to 1, and one threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from assistant.answering.evidence import Evidence, TermWeights
from assistant.indexing.terms import terms
from assistant.types import ScoredPassage

COEFFICIENTS = (6.0, 2.0, 3.0, 2.0)
INTERCEPT = -6.0
THRESHOLD = 0.5
"""The score below which Citewell declines to answer."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What the score is made of; each is about 0 to 1, and more of each speaks for an answer.

    ``cosine``: of the question and the sentence most like it. ``sentence_coverage``: the largest weighted share of
    the question's terms in one sentence. ``passage_coverage``: the same for the passage it stands in, with its title
    and headings. ``rarest_term``: whether the question's rarest term stands in any of the best passages.
    """

    cosine: float
    sentence_coverage: float
    passage_coverage: float
    rarest_term: float


def signals(hits: Sequence[ScoredPassage], evidence: Sequence[Evidence], weights: TermWeights) -> Signals:
    """The signals of one question."""
    if not evidence:
        return Signals(0.0, 0.0, 0.0, 0.0)
    words = [set(terms(f"{hit.passage.title} {hit.passage.breadcrumb} {hit.passage.text}")) for hit in hits[:4]]
    rarest = max(weights.weights, key=lambda term: weights.weights[term], default="")
    return Signals(
        cosine=max(item.cosine for item in evidence),
        sentence_coverage=max(item.coverage for item in evidence),
        passage_coverage=max((weights.coverage(found) for found in words), default=0.0),
        rarest_term=float(any(rarest in found for found in words)),
    )


def sufficiency(found: Signals) -> float:
    """How likely the corpus answers the question, 0 to 1: a logistic regression over the signals."""
    if not any(astuple(found)):
        return 0.0
    score = INTERCEPT + sum(weight * value for weight, value in zip(COEFFICIENTS, astuple(found), strict=True))
    return 1 / (1 + math.exp(-score))
