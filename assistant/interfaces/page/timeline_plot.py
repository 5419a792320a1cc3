"""The timeline drawn: a row for each publisher, a dot for each period, as large as it has documents."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from assistant.interfaces.page.phrases import count, day
from assistant.interfaces.page.templates import render
from assistant.interfaces.publication_counts import PublicationCounts

WIDTH, ROW, TOP, NAMES = 880, 34, 10, 190
LARGEST, SMALLEST = 13.0, 3.5
"""Radii of the dots: their areas are as the counts, down to what can still be seen."""
LONGEST_NAME = 24
MOST_TICKS = 9


@dataclass(frozen=True, slots=True)
class Lane:
    """A publisher's row of the plot at a height, with its ``dots``: where each stands, its radius, what it tells."""

    publisher: str
    name: str
    y: float
    dots: tuple[tuple[str, float, str], ...]


def render_timeline(timeline: PublicationCounts, noun: str = "document") -> Markup:
    """HTML of the plot, with its figures as a table below it for those who cannot see it; ``noun``: what is counted."""
    undated = f"{count(timeline.undated, noun)} without a date." if timeline.undated else ""
    if not timeline.rows:
        return render("timeline.undated", told=undated)
    total = sum(map(sum, (counts for _, counts in timeline.rows)))
    told = f"{count(total, noun)} from {_named(timeline.periods[0])} to {_named(timeline.periods[-1])}. {undated}"
    figures = [
        (_named(period), [counts[place] for _, counts in timeline.rows])
        for place, period in enumerate(timeline.periods)
        if any(counts[place] for _, counts in timeline.rows)
    ]
    publishers = [publisher for publisher, _ in timeline.rows]
    return render(
        "timeline.timeline", told=told, plot=_draw(timeline, told, noun), publishers=publishers, figures=figures
    )


def _draw(timeline: PublicationCounts, told: str, noun: str) -> Markup:
    step = math.ceil(len(timeline.periods) / MOST_TICKS)
    return render(
        "timeline.plot",
        width=WIDTH,
        height=TOP + ROW * len(timeline.rows) + 30,
        top=TOP,
        names=NAMES,
        told=f"{noun.capitalize()}s by date and publisher. {told}",
        ticks=[
            (_x(timeline, place), _short(timeline.periods[place])) for place in range(0, len(timeline.periods), step)
        ],
        lanes=[_lane(timeline, row, noun) for row in range(len(timeline.rows))],
    )


def _lane(timeline: PublicationCounts, row: int, noun: str) -> Lane:
    publisher, counts = timeline.rows[row]
    most = max(max(counts) for _, counts in timeline.rows)
    dots = (
        (
            _x(timeline, place),
            _radius(number, most),
            f"{_named(timeline.periods[place])}: {count(number, noun)}",
        )
        for place, number in enumerate(counts)
        if number
    )
    cut = publisher if len(publisher) <= LONGEST_NAME else publisher[: LONGEST_NAME - 1] + "…"
    return Lane(publisher, cut, TOP + ROW * row + ROW / 2, tuple(dots))


def _radius(number: int, most: int) -> float:
    return max(LARGEST * math.sqrt(number / most), SMALLEST)


def _x(timeline: PublicationCounts, place: int) -> str:
    """Where a period stands: the middle of its share of the width."""
    return f"{NAMES + 20 + (WIDTH - NAMES - 50) * (place + 0.5) / len(timeline.periods):.1f}"


def _named(period: str) -> str:
    """A period in words, as in ``March 2024``."""
    if len(period) == 7:
        return f"{date.fromisoformat(period + '-01'):%B %Y}"
    return day(period) if len(period) == 10 else period


def _short(period: str) -> str:
    if len(period) == 7:
        return f"{date.fromisoformat(period + '-01'):%b %Y}"
    return f"{date.fromisoformat(period).day} {date.fromisoformat(period):%b}" if len(period) == 10 else period
