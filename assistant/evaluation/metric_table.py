"""The table of metrics: what each is called, what it says, and how it is taken over many questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Literal

import numpy as np

from assistant.evaluation.metrics import Values, auroc, calibration_error, mean, percentile

Columns = Mapping[str, Values]
"""Per column one value a question, in the order of the questions; NaN where the question cannot be scored.

Each row, where there are several, is of questions of its own.
"""
Unit = Literal["share", "ms"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of the scoreboard.

    ``statistic`` takes it along the last axis of the columns, NaN where it cannot; ``columns`` are those it reads, and
    a question counts where all of them are known. ``needs`` says what questions must have to be scored.
    """

    name: str
    label: str
    says: str
    needs: str
    columns: tuple[str, ...]
    statistic: Callable[[Columns], Values]
    higher_is_better: bool = True
    unit: Unit = "share"

    def value(self, columns: Columns) -> float:
        """The figure over all questions, NaN if it cannot be taken."""
        return float(self.statistic(columns))

    def scored(self, columns: Columns) -> int:
        """How many questions the figure is taken over."""
        known = [~np.isnan(columns[name]) for name in self.columns]
        return int(np.logical_and.reduce(known).sum())


def _mean_of(name: str, label: str, says: str, needs: str, *, higher_is_better: bool = True) -> Metric:
    return Metric(name, label, says, needs, (name,), lambda columns: mean(columns[name]), higher_is_better)


def _latency(step: str, share: int) -> Metric:
    column = f"{step}_ms"
    return Metric(
        name=f"{step}_p{share}_ms",
        label=f"{step} p{share}",
        says=f"{share} % of the questions took at most this long to {step}",
        needs="any question",
        columns=(column,),
        statistic=lambda columns: percentile(columns[column], share),
        higher_is_better=False,
        unit="ms",
    )


def _of_each_row(figure: Callable[[Values, Values], float]) -> Callable[[Columns], Values]:
    """What takes a figure of confidences and answerable questions from columns of any number of rows."""

    def statistic(columns: Columns) -> Values:
        confidence, answerable = columns["confidence"], columns["answerable"]
        rows = zip(np.atleast_2d(confidence), np.atleast_2d(answerable), strict=True)
        return np.array([figure(*row) for row in rows]).reshape(confidence.shape[:-1])

    return statistic


_PASSAGES = "evidence or answers"
_PLACES = "evidence with text"

METRICS: tuple[Metric, ...] = (
    _mean_of("hit_at_1", "hit@1", "the first passage is relevant", _PASSAGES),
    _mean_of("hit_at_4", "hit@4", "one of the first 4 passages is relevant", _PASSAGES),
    _mean_of("hit_at_10", "hit@10", "one of the first 10 passages is relevant", _PASSAGES),
    _mean_of("mrr", "MRR", "1 / rank of the first relevant passage among 10", _PASSAGES),
    _mean_of("ndcg_at_10", "nDCG@10", "relevant passages stand in front", _PLACES),
    _mean_of("document_recall", "document recall", "documents of the evidence among the first 10 passages", "evidence"),
    _mean_of("token_recall", "token recall", "share of the evidence in the first 5 passages", _PLACES),
    _mean_of("token_precision", "token precision", "share of the first 5 passages that is evidence", _PLACES),
    _mean_of("token_iou", "token IoU", "evidence and first 5 passages: common / united", _PLACES),
    _mean_of("answer_in_1", "answer in 1", "the first sentence states an answer", "answers"),
    _mean_of("answer_in_3", "answer in 3", "the first 3 sentences state an answer", "answers"),
    _mean_of("citation_precision", "citation precision", "share of citations that fall on evidence", "evidence"),
    _mean_of("citation_recall", "citation recall", "share of evidence items that a citation falls on", "evidence"),
    _mean_of("answered", "answered", "share of answerable questions that got an answer", "answerable questions"),
    _mean_of(
        "false_answers",
        "false answers",
        "share of unanswerable questions that got an answer",
        "unanswerable questions",
        higher_is_better=False,
    ),
    Metric(
        name="auroc",
        label="AUROC",
        says="an answerable question gets the higher confidence",
        needs="answerable and unanswerable questions",
        columns=("confidence", "answerable"),
        statistic=_of_each_row(auroc),
    ),
    Metric(
        name="calibration_error",
        label="calibration error",
        says="how far confidence is from the share that is answerable",
        needs="questions known to be answerable or not",
        columns=("confidence", "answerable"),
        statistic=_of_each_row(calibration_error),
        higher_is_better=False,
    ),
    *(_latency(step, share) for step in ("search", "ask") for share in (50, 95, 99)),
)
METRIC_OF = {metric.name: metric for metric in METRICS}
KIND_METRICS = tuple(
    METRIC_OF[name]
    for name in ("hit_at_1", "hit_at_10", "mrr", "answer_in_3", "citation_recall", "answered", "false_answers")
)
"""The few that are shown for each kind of question."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric's value over ``questions`` questions, with the ends of its 95 % confidence interval.

    ``value`` is None where nothing could be scored, the interval also where one question is all there is.
    """

    value: float | None
    low: float | None
    high: float | None
    questions: int


@dataclass(frozen=True, slots=True)
class Bar:
    """What a metric must reach: at least ``value``, or at most where lower is better."""

    name: str
    value: float


def columns_of(scores: Sequence[Mapping[str, float]]) -> Columns:
    """The scores of each question, by name, as columns; every column that a metric reads is there."""
    names = {name for metric in METRICS for name in metric.columns}
    return {name: np.array([score.get(name, nan) for score in scores], dtype=np.float64) for name in names}


def values_of(columns: Columns) -> dict[str, float]:
    """Each metric's value, by name; those that cannot be taken are left out."""
    values = {metric.name: metric.value(columns) for metric in METRICS}
    return {name: value for name, value in values.items() if not isnan(value)}


def shortfalls(metrics: Mapping[str, Measured], bars: Sequence[Bar]) -> list[str]:
    """For each bar that is missed a line that says so."""
    missed = []
    for bar in bars:
        metric, value = METRIC_OF[bar.name], metrics[bar.name].value
        if value is None:
            missed.append(f"{bar.name} could not be measured: it needs {metric.needs}; the bar is {bar.value:g}.")
        elif metric.higher_is_better and value < bar.value:
            missed.append(f"{bar.name} is {value:.4g}, under the bar of {bar.value:g}.")
        elif not metric.higher_is_better and value > bar.value:
            missed.append(f"{bar.name} is {value:.4g}, over the bar of {bar.value:g} (lower is better).")
    return missed
