"""Confidence intervals by resampling the questions (percentile bootstrap).

Efron and Tibshirani (1993), "An Introduction to the Bootstrap". The same questions give the same intervals each time.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.metric_table import METRICS, Columns, Metric
from assistant.evaluation.metrics import Values

RESAMPLES = 1_000
SEED = 20_240_917
LEVEL = 95.0
"""Percent of resamples whose value lies in the interval."""

Interval = tuple[float, float]
Rows = NDArray[np.int64]
"""The places of drawn questions, shape ``(resamples, questions)``."""


def intervals(columns: Columns) -> dict[str, Interval]:
    """Each metric's interval, by name; metrics scored on fewer than two questions have none."""
    return _intervals(columns, lambda metric, drawn: metric.statistic(_drawn(metric, columns, drawn)))


def difference_intervals(earlier: Columns, now: Columns) -> dict[str, Interval]:
    """The interval of each metric's change from ``earlier`` to ``now``, question for question the same.

    Both sides of a difference are taken over the same resampled questions (paired bootstrap).
    """

    def change(metric: Metric, drawn: Rows) -> Values:
        return metric.statistic(_drawn(metric, now, drawn)) - metric.statistic(_drawn(metric, earlier, drawn))

    return _intervals(now, change)


def _intervals(columns: Columns, taken: Callable[[Metric, Rows], Values]) -> dict[str, Interval]:
    count = len(columns["confidence"])
    chance = np.random.default_rng(SEED)
    draws = chance.integers(count, size=(RESAMPLES, count))
    found = {}
    for metric in METRICS:
        if metric.scored(columns) < 2:
            continue
        values = taken(metric, draws)
        known = values[~np.isnan(values)]
        if known.size:
            low, high = np.percentile(known, [(100 - LEVEL) / 2, (100 + LEVEL) / 2])
            found[metric.name] = (float(low), float(high))
    return found


def _drawn(metric: Metric, columns: Columns, rows: Rows) -> Columns:
    """The columns that a metric reads, of drawn questions."""
    return {name: columns[name][rows] for name in metric.columns}
