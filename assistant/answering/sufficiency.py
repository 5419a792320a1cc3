"""Whether the corpus answers a question: one score, from 0 to 1, and one threshold.

The score is a logistic regression over the signals below. ``python -m benchmarks.fit_sufficiency`` fits and measures it
on questions about Wikipedia articles that are, or are not, in the corpus.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.evidence import Evidence
from assistant.answering.retrieval import Retrieved
from assistant.answering.term_weights import TermWeights
from assistant.indexing.terms import terms

PASSAGES_COMPARED = 5
FULL_INFORMATION = 20.0
"""The summed term weights (nats) of a question that says a lot, such as one with three or four rare words."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What the score is made of; more of each speaks for an answer.

    ``sentence_cosine``: of the question and the sentence most like it. ``passage_cosine``: the same for passages.
    ``neighbourhood``: the mean cosine of the five nearest passages. ``context_coverage``: the weighted share of the
    question's terms in the best sentence and its context. ``passage_coverage``: the largest such share in one of the
    best passages, title and headings included. ``information``: how much the question's terms say together, 0 to 2.
    """

    sentence_cosine: float = 0.0
    passage_cosine: float = 0.0
    neighbourhood: float = 0.0
    context_coverage: float = 0.0
    passage_coverage: float = 0.0
    information: float = 0.0


COEFFICIENTS = Signals(
    sentence_cosine=9.342,
    passage_cosine=6.135,
    neighbourhood=4.505,
    context_coverage=2.95,
    passage_coverage=2.624,
    information=0.641,
)
INTERCEPT = -12.746
THRESHOLD = 0.33
"""The score below which Citewell declines to answer; 95 % of the answerable questions held out of the fit reach it."""


def signals(retrieved: Retrieved, evidence: Sequence[Evidence], weights: TermWeights) -> Signals:
    """The signals of one question."""
    if not evidence:
        return Signals()
    nearest = retrieved.cosines[:PASSAGES_COMPARED] or (0.0,)
    passages = [hit.passage for hit in retrieved.hits[:PASSAGES_COMPARED]]
    covered = [
        weights.coverage(set(terms(f"{found.title} {found.breadcrumb} {found.text}", found.language)), found.language)
        for found in passages
    ]
    return Signals(
        sentence_cosine=max(item.cosine for item in evidence),
        passage_cosine=nearest[0],
        neighbourhood=sum(nearest) / len(nearest),
        context_coverage=evidence[0].context_coverage,
        passage_coverage=max(covered),
        information=min(weights.total / FULL_INFORMATION, 2.0),
    )


def sufficiency(found: Signals) -> float:
    """How likely the corpus answers the question, 0 to 1; 0 when nothing was found at all."""
    if found == Signals():
        return 0.0
    score = INTERCEPT + sum(getattr(COEFFICIENTS, name) * getattr(found, name) for name in Signals.__slots__)
    return 1 / (1 + math.exp(-score))
