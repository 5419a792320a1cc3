"""Figures in words, the same on the terminal and in the report."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.evaluation.metric_table import Unit
from assistant.evaluation.results import EvaluationComparison, FittedReader

UNKNOWN = "–"


def shown(value: float | None, unit: Unit) -> str:
    """A value as it is printed: a share with three digits, milliseconds with one."""
    if value is None:
        return UNKNOWN
    return f"{value:.3f}" if unit == "share" else f"{value:,.1f} ms"


def signed(value: float, unit: Unit) -> str:
    """A change as it is printed, with its sign."""
    return ("−" if value < 0 else "+") + shown(abs(value), unit)


def interval(low: float | None, high: float | None, unit: Unit) -> str:
    """The ends of an interval."""
    return UNKNOWN if low is None or high is None else f"{shown(low, unit)} to {shown(high, unit)}"


def interval_of_change(low: float, high: float, unit: Unit) -> str:
    """The ends of the interval of a change."""
    return f"{signed(low, unit)} to {signed(high, unit)}"


def fit(fitted: FittedReader) -> Iterator[str]:
    """What a reader of the figures must know about the fit of the reader's threshold."""
    unseen = (
        f"{fitted.cross_validated:.3f} on questions left out of the fit ({fitted.folds}-fold cross-validation)"
        if fitted.cross_validated is not None
        else "unknown on others: for cross-validation, two questions of each kind are needed"
    )
    yield (
        f"The reader's threshold is now {fitted.threshold:.2f}, fitted on {fitted.questions:,} of these questions. "
        f"Its balanced accuracy is {fitted.balanced_accuracy:.3f} on them, and {unseen}."
    )
    yield "All figures were made with that threshold, on the questions it was fitted on: expect less of new questions."
    total = fitted.questions + fitted.unknown + fitted.unread
    for count, reason in (
        (fitted.unknown, "nothing tells whether they are answerable"),
        (fitted.unread, "no passage was found for them"),
    ):
        if count:
            yield f"{count:,} of {total:,} questions had no part in the fit: {reason}."


def compared(comparison: EvaluationComparison) -> Iterator[str]:
    """What a comparison was made over."""
    yield f"Compared over the {comparison.questions:,} questions that both runs asked."
    for count, run in ((comparison.only_earlier, "earlier"), (comparison.only_now, "new")):
        if count:
            yield f"{count:,} of the {run} run's questions were not asked in the other, or in other words: left out."
