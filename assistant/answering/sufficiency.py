"""Whether the corpus answers a question: one score, from 0 to 1, and one threshold.

The score is a logistic regression over the signals below. ``python -m benchmarks.fit_sufficiency`` fits and measures it
on questions that a corpus answers, that it nearly answers, and that it has nothing to do with, in equal parts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.retrieval import Retrieved
from assistant.answering.sentence_scoring import Evidence
from assistant.answering.term_weights import TermWeights

PASSAGES_COMPARED = 5


@dataclass(frozen=True, slots=True)
class Signals:
    """What the score is made of; more of each speaks for an answer.

    Of sentences, those count that may answer: they hold a time where one is asked for; see `Evidence`.
    ``sentence_cosine``: of the question and the sentence most like it. ``neighbourhood``: the mean cosine of the five
    nearest passages. ``sentence_information``: how much of what the question says stands in one sentence at most, as
    log(1 + x) of x words of the rarest kind. ``passage_information``: the same for one passage, its title and headings.
    Information, and not the share that is covered, because one word that is found says less than five of six.
    """

    sentence_cosine: float = 0.0
    neighbourhood: float = 0.0
    sentence_information: float = 0.0
    passage_information: float = 0.0


COEFFICIENTS = Signals(
    sentence_cosine=5.712,
    neighbourhood=0.804,
    sentence_information=1.555,
    passage_information=0.43,
)
INTERCEPT = -6.322
THRESHOLD = 0.17
"""The score below which Citewell declines to answer."""


def signals(retrieved: Retrieved, evidence: Sequence[Evidence], weights: TermWeights) -> Signals:
    """The signals of one question."""
    if not evidence:
        return Signals()
    telling = [item for item in evidence if item.may_answer]
    coverage = max((item.coverage for item in telling), default=0.0)
    nearest = retrieved.cosines[:PASSAGES_COMPARED] or (0.0,)
    return Signals(
        sentence_cosine=max((item.fit.cosine for item in telling), default=0.0),
        neighbourhood=sum(nearest) / len(nearest),
        sentence_information=math.log1p(coverage * weights.information),
        passage_information=math.log1p(max(item.fit.passage_coverage for item in evidence) * weights.information),
    )


def sufficiency(found: Signals) -> float:
    """How likely the corpus answers the question, 0 to 1; 0 when nothing was found at all."""
    if found == Signals():
        return 0.0
    score = INTERCEPT + sum(getattr(COEFFICIENTS, name) * getattr(found, name) for name in Signals.__slots__)
    return 1 / (1 + math.exp(-score))
