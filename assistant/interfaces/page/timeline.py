"""The timeline drawn: a row for each publisher, a dot for each period, as large as it has documents."""

from __future__ import annotations

import math
from datetime import date

from assistant.interfaces.page.markup import count, day, plain
from assistant.interfaces.timeline import Timeline

WIDTH, ROW, TOP, NAMES = 880, 34, 10, 190
LARGEST, SMALLEST = 13.0, 3.5
"""Radii of the dots: their areas are as the counts, down to what can still be seen."""
LONGEST_NAME = 24
MOST_TICKS = 9


def render_timeline(timeline: Timeline) -> str:
    """HTML of the plot, with its figures as a table below it for those who cannot see it."""
    undated = f"{count(timeline.undated, 'document')} without a date." if timeline.undated else ""
    if not timeline.rows:
        return f'<p class="hint">No document has a date of publication. {undated}</p>'
    total = sum(map(sum, (counts for _, counts in timeline.rows)))
    told = f"{count(total, 'document')} from {_named(timeline.periods[0])} to {_named(timeline.periods[-1])}. {undated}"
    return (
        f'<div class="timeline"><div class="timeline-plot" tabindex="0" role="region" aria-label="Timeline">'
        f'{_draw(timeline, told)}</div><p class="hint">{told}</p><details><summary>The figures as a table</summary>'
        f'<div class="figures" tabindex="0" role="region" aria-label="Figures">{_render_figures(timeline)}</div>'
        "</details></div>"
    )


def _draw(timeline: Timeline, told: str) -> str:
    height = TOP + ROW * len(timeline.rows) + 30
    most = max(max(counts) for _, counts in timeline.rows)
    rows = "".join(_draw_row(timeline, row, most) for row in range(len(timeline.rows)))
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" '
        f'aria-label="Documents by date and publisher. {plain(told)}">{_draw_ticks(timeline, height)}{rows}</svg>'
    )


def _draw_row(timeline: Timeline, row: int, most: int) -> str:
    publisher, counts = timeline.rows[row]
    at = TOP + ROW * row + ROW / 2
    cut = publisher if len(publisher) <= LONGEST_NAME else publisher[: LONGEST_NAME - 1] + "…"
    dots = "".join(
        f'<circle cx="{_x(timeline, place):.1f}" cy="{at:.1f}" r="{_radius(number, most):.1f}">'
        f"<title>{plain(publisher)}, {_named(timeline.periods[place])}: {count(number, 'document')}</title></circle>"
        for place, number in enumerate(counts)
        if number
    )
    line = f'<line class="lane" x1="{NAMES}" x2="{WIDTH - 10}" y1="{at:.1f}" y2="{at:.1f}"/>'
    name = f'<text class="name" x="{NAMES - 14}" y="{at + 4.5:.1f}" text-anchor="end">{plain(cut)}</text>'
    return f"<g><title>{plain(publisher)}</title>{line}{name}{dots}</g>"


def _draw_ticks(timeline: Timeline, height: int) -> str:
    step = math.ceil(len(timeline.periods) / MOST_TICKS)
    ticks = []
    for place in range(0, len(timeline.periods), step):
        x = f"{_x(timeline, place):.1f}"
        ticks.append(f'<line class="tick" x1="{x}" x2="{x}" y1="{TOP}" y2="{height - 26}"/>')
        name = _short(timeline.periods[place])
        ticks.append(f'<text class="period" x="{x}" y="{height - 8}" text-anchor="middle">{name}</text>')
    return "".join(ticks)


def _radius(number: int, most: int) -> float:
    return max(LARGEST * math.sqrt(number / most), SMALLEST)


def _x(timeline: Timeline, place: int) -> float:
    """Where a period stands: the middle of its share of the width."""
    return NAMES + 20 + (WIDTH - NAMES - 50) * (place + 0.5) / len(timeline.periods)


def _render_figures(timeline: Timeline) -> str:
    head = "".join(f'<th scope="col">{plain(publisher)}</th>' for publisher, _ in timeline.rows)
    rows = "".join(
        f'<tr><th scope="row">{_named(period)}</th>'
        + "".join(f"<td>{counts[place] or ''}</td>" for _, counts in timeline.rows)
        + "</tr>"
        for place, period in enumerate(timeline.periods)
        if any(counts[place] for _, counts in timeline.rows)
    )
    return f'<table><thead><tr><th scope="col">Period</th>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _named(period: str) -> str:
    """A period in words, as in ``March 2024``."""
    if len(period) == 7:
        return f"{date.fromisoformat(period + '-01'):%B %Y}"
    return day(period) if len(period) == 10 else period


def _short(period: str) -> str:
    if len(period) == 7:
        return f"{date.fromisoformat(period + '-01'):%b %Y}"
    return f"{date.fromisoformat(period).day} {date.fromisoformat(period):%b}" if len(period) == 10 else period
