"""Results become figures: each metric over all questions and over each kind, and what could not be scored."""

from __future__ import annotations

from collections.abc import Sequence

from assistant import __version__
from assistant.evaluation.bootstrap import intervals
from assistant.evaluation.metric_table import METRICS, Measured, columns_of, values_of
from assistant.evaluation.results import Evaluation, KindScores, Result
from assistant.evaluation.text_matching import shortened

NAMED = 5
"""How many questions a note names."""
NAME_CHARACTERS = 60


def summed_up(results: Sequence[Result]) -> Evaluation:
    """The metrics over the results, altogether and for each kind of question, with notes."""
    columns = columns_of([result.scores for result in results])
    values, ends = values_of(columns), intervals(columns)
    metrics = {}
    for metric in METRICS:
        value, (low, high) = values.get(metric.name), ends.get(metric.name, (None, None))
        metrics[metric.name] = Measured(value, low, high, 0 if value is None else metric.scored(columns))
    return Evaluation(
        version=__version__,
        questions=len(results),
        metrics=metrics,
        kinds=tuple(_kinds(results)),
        notes=tuple(_notes(results)),
        results=tuple(results),
    )


def _kinds(results: Sequence[Result]) -> list[KindScores]:
    """The scores of each kind of question, in the order of the file; none where no question has a kind."""
    scores: dict[str, list[dict[str, float]]] = {}
    for result in results:
        if result.question.kind:
            scores.setdefault(result.question.kind, []).append(result.scores)
    return [KindScores(kind, len(some), values_of(columns_of(some))) for kind, some in scores.items()]


def _notes(results: Sequence[Result]) -> list[str]:
    """What could not be scored, and why."""
    answerable = [result for result in results if result.question.answerable]
    groups = (
        (
            [result for result in results if result.question.answerable is None],
            "do not say whether they are answerable, and have neither answers nor evidence: only latency is measured",
        ),
        (
            [result for result in answerable if not result.question.answers],
            "have no answers: what an answer says is not judged",
        ),
        (
            [result for result in answerable if not result.question.evidence],
            "have no evidence: documents, text spans and citations are not judged",
        ),
        (
            [result for result in answerable if result.evidence_missing],
            "name evidence that is not in the documents: it counts as not found",
        ),
    )
    return [f"{len(some)} of {len(results)} questions {what} ({_named(some)})." for some, what in groups if some]


def _named(results: Sequence[Result]) -> str:
    names = [shortened(result.question.id, NAME_CHARACTERS) for result in results[:NAMED]]
    return ", ".join(names) + (", ..." if len(results) > NAMED else "")
