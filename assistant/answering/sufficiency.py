"""Whether the corpus answers a question: one score, from 0 to 1, and one threshold.

The score is a logistic regression over the signals below. ``python -m benchmarks.fit_sufficiency`` fits and measures it
on questions that a corpus answers, that it nearly answers, and that it has nothing to do with, in equal parts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.evidence import Evidence
from assistant.answering.reranking import names_in
from assistant.answering.retrieval import Retrieved
from assistant.answering.term_weights import TermWeights
from assistant.indexing.terms import terms

PASSAGES_COMPARED = 5


@dataclass(frozen=True, slots=True)
class Signals:
    """What the score is made of; more of each speaks for an answer.

    ``sentence_cosine``: of the question and the sentence most like it. ``passage_cosine``: the same for passages.
    ``neighbourhood``: the mean cosine of the five nearest passages. ``sentence_information``: how much of what the
    question says stands in the best sentence and its context, as log(1 + x) of x words of the rarest kind.
    ``passage_information``: the same for the one of the best passages that holds most. ``lead``: how far the best
    passage's score is above the fifth's, 0 to 1. ``names``: the share of the question's names that stand in the best
    sentence's passage or title, 0 to 1; 1 when it has none.
    """

    sentence_cosine: float = 0.0
    passage_cosine: float = 0.0
    neighbourhood: float = 0.0
    sentence_information: float = 0.0
    passage_information: float = 0.0
    lead: float = 0.0
    names: float = 0.0


COEFFICIENTS = Signals(
    sentence_cosine=1.0,
    passage_cosine=1.0,
    neighbourhood=1.0,
    sentence_information=1.0,
    passage_information=1.0,
    lead=1.0,
    names=1.0,
)
INTERCEPT = -5.0
THRESHOLD = 0.15
"""The score below which Citewell declines to answer."""


def signals(question: str, retrieved: Retrieved, evidence: Sequence[Evidence], weights: TermWeights) -> Signals:
    """The signals of one question."""
    if not evidence:
        return Signals()
    nearest = retrieved.cosines[:PASSAGES_COMPARED] or (0.0,)
    best, hits = evidence[0], retrieved.hits
    return Signals(
        sentence_cosine=max(item.fit.cosine for item in evidence),
        passage_cosine=nearest[0],
        neighbourhood=sum(nearest) / len(nearest),
        sentence_information=math.log1p(best.fit.context_coverage * weights.information),
        passage_information=math.log1p(max(item.fit.passage_coverage for item in evidence) * weights.information),
        lead=hits[0].score - hits[min(PASSAGES_COMPARED, len(hits)) - 1].score,
        names=_names_shared(question, best),
    )


def _names_shared(question: str, best: Evidence) -> float:
    passage = best.sentence.passage
    asked = names_in(question, passage.language)
    said = set(terms(f"{passage.title} {passage.breadcrumb} {passage.text}", passage.language))
    return len(asked & said) / len(asked) if asked else 1.0


def sufficiency(found: Signals) -> float:
    """How likely the corpus answers the question, 0 to 1; 0 when nothing was found at all."""
    if found == Signals():
        return 0.0
    score = INTERCEPT + sum(getattr(COEFFICIENTS, name) * getattr(found, name) for name in Signals.__slots__)
    return 1 / (1 + math.exp(-score))
