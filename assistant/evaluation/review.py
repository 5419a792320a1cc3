"""Which questions went worst, and why, in words for a person."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.evaluation.results import Result

JUDGED_BY = ("mrr", "answer_in_3", "citation_recall", "answered")


def worst(results: Sequence[Result], count: int) -> list[Result]:
    """The questions that went wrong, the worst first; questions without fault are not among them."""
    faulty = [result for result in results if loss(result) > 0]
    return sorted(faulty, key=lambda result: -loss(result))[:count]


def loss(result: Result) -> float:
    """How much went wrong, from 0 to 1.

    For an answerable question it is 1 minus the mean of those of `JUDGED_BY` that could be scored; for an
    unanswerable one that got an answer, the confidence of that answer.
    """
    if result.question.answerable is False:
        return 0.0 if result.abstained else result.confidence
    known = [result.scores[name] for name in JUDGED_BY if name in result.scores]
    return 1.0 - sum(known) / len(known) if known else 0.0


def faults(result: Result) -> list[str]:
    """What went wrong with a question; empty where nothing did."""
    if result.question.answerable is False:
        return [] if result.abstained else ["Answered, though the documents do not answer it."]
    said = []
    scores = result.scores
    if result.evidence_missing:
        said.append("Its evidence is not in the documents, or is written differently there.")
    if result.question.answerable and result.abstained:
        said.append("Not answered.")
    if not scores.get("hit_at_10", 1.0):
        said.append("No relevant passage among the first ten.")
    elif not scores.get("hit_at_1", 1.0):
        rank = next(rank for rank, found in enumerate(result.found, start=1) if found.relevant)
        said.append(f"The first relevant passage has rank {rank}.")
    if not result.abstained:
        said += _faults_of_answer(scores)
    return said


def _faults_of_answer(scores: dict[str, float]) -> list[str]:
    said = []
    if not scores.get("answer_in_3", 1.0):
        said.append("The first three sentences state none of the expected answers.")
    recall = scores.get("citation_recall", 1.0)
    if recall < 1.0:
        said.append("Cites no evidence." if not recall else f"Cites {recall:.0%} of the evidence.")
    return said
