"""Figures in words, the same on the terminal and in the report."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.evaluation.figures import Unit
from assistant.evaluation.results import Comparison

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


def compared(comparison: Comparison) -> Iterator[str]:
    """What a comparison was made over."""
    yield f"Compared over the {comparison.questions:,} questions that both runs asked."
    for count, run in ((comparison.only_earlier, "earlier"), (comparison.only_now, "new")):
        if count:
            yield f"{count:,} of the {run} run's questions were not asked in the other, or in other words: left out."
