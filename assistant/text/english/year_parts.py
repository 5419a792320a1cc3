"""Days that a question may mean, and the parts of a year by which it may name them: halves, quarters, seasons.

Seasons are those of the north, of whole months, and are called after the year in which they begin: winter 2024 lasts
from December 2024 to February 2025. The early, mid and late parts of a year or a month are its thirds.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.text.english.vocabulary import ORDINALS

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
THIRDS = {"early": 1, "beginning": 1, "start": 1, "mid": 2, "middle": 2, "late": 3, "end": 3}
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""Each with its first month."""
LATELY = timedelta(days=366)
"""A date no longer ago than this is one of the news, also where the question does not speak of them."""


@dataclass(frozen=True, slots=True)
class Days:
    """Days from ``first`` on, to ``last`` where they are over; ``is_lately`` where they need no word about news.

    ``is_told_later`` where, without such a word, they are a time spoken of, and nothing older can tell of it.
    """

    first: date
    last: date | None
    is_lately: bool = True
    is_told_later: bool = False


def of_a_time(first: date, last: date, now: date, *, is_exact: bool = True) -> Days:
    """Days that are a time of the news if they are lately, and else one that is spoken of, where its year is told."""
    return Days(first, last, is_exact and is_lately(first, now), is_told_later=is_exact)


def part_of_a_time(found: re.Match[str], now: date) -> Days | None:
    """A half, a quarter or a third of a year, or of a month."""
    said = {name: value.lower() for name, value in found.groupdict().items() if value}
    number, parts = _which(said)
    if "month" in said:
        start = past(int(said["ofyear"]) if "ofyear" in said else None, MONTHS[said["month"]], 1, now)
        length = calendar.monthrange(start.year, start.month)[1]
        size = {2: 15, 3: 10}.get(parts)
        if size is None:
            return None
        last = length if number == parts else number * size
        return of_a_time(start.replace(day=1 + (number - 1) * size), start.replace(day=last), now)
    year = int(said["year"]) if "year" in said else now.year - (said.get("relative") == "last")
    months = 12 // parts
    if not {"year", "relative"} & said.keys() and date(year, 1 + (number - 1) * months, 1) > now:
        year -= 1  # the latest that has begun
    return of_a_time(*_months(year, 1 + (number - 1) * months, months), now)


def _which(said: dict[str, str]) -> tuple[int, int]:
    """Which part of how many, the first being 1."""
    if "third" in said:
        return THIRDS[said["third"]], 3
    parts = 2 if said.get("unit") in ("half", "h") else 4
    nth = said["nth"]
    return (int(nth[0]) if nth[0].isdecimal() else ORDINALS.get(nth, parts)), parts  # "last" is that of all


def season(found: re.Match[str], now: date) -> Days:
    """A season of a year, or this one, or the last one that began."""
    first = SEASONS[found["season"].lower()]
    relative = (found["relative"] or "").lower()
    year = int(found["year"]) if found["year"] else now.year
    days = _months(year, first, 3)
    if not found["year"]:
        if days[0] > now:  # the one that began last
            days = _months(year - 1, first, 3)
        if relative == "last" and days[1] >= now:
            days = _months(days[0].year - 1, first, 3)
    return of_a_time(*days, now)


def _this_or_last_quarter(found: re.Match[str], now: date) -> Days:
    month = 1 + (now.month - 1) // 3 * 3
    if found["relative"].lower() == "this":
        return Days(date(now.year, month, 1), None)
    return Days(*(_months(now.year, month - 3, 3) if month > 3 else _months(now.year - 1, 10, 3)))


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    """The first and the last day of so many months."""
    last = month + count - 1
    year_of_last, last = year + (last - 1) // 12, (last - 1) % 12 + 1
    return date(year, month, 1), date(year_of_last, last, calendar.monthrange(year_of_last, last)[1])


def past(year: int | None, month: int, day: int, now: date) -> date:
    """The day of a year, or the latest one that is not after ``now``."""
    if year is not None:
        return date(year, month, day)
    this_year = date(now.year, month, day)
    return this_year if this_year <= now else date(now.year - 1, month, day)


def is_lately(day: date, now: date) -> bool:
    """Whether a day is one of the news, also where the question does not speak of them."""
    return now - day <= LATELY


_YEAR_NAMED = r"(?P<year>(?:19|20)\d\d)"
_YEAR_MEANT = rf"(?:{_YEAR_NAMED}|(?P<relative>this|last)\s+year)"
_TIME_MEANT = rf"(?:{_YEAR_MEANT}|(?P<month>{'|'.join(MONTHS)})(?:,?\s+(?:of\s+)?(?P<ofyear>(?:19|20)\d\d))?)"
_NTH = r"(?P<nth>first|second|third|fourth|1st|2nd|3rd|4th|last|latter|final)"
PERIODS: tuple[tuple[str, Callable[[re.Match[str], date], Days | None]], ...] = (
    (rf"{_NTH}[\s-]+(?P<unit>half|quarter)(?:\s+of)?\s+{_TIME_MEANT}", part_of_a_time),
    (rf"(?P<unit>[qh])(?P<nth>[1-4])(?:\s+of)?[\s/-]*{_YEAR_MEANT}", part_of_a_time),
    (rf"(?P<nth>[1-4])(?P<unit>[qh])(?:\s+of)?[\s/-]*{_YEAR_MEANT}", part_of_a_time),
    (rf"{_YEAR_NAMED}[\s/-]*(?P<unit>[qh])(?P<nth>[1-4])", part_of_a_time),
    (rf"(?P<third>early|mid|late)[\s-]+(?:in\s+)?{_TIME_MEANT}", part_of_a_time),
    (rf"(?P<third>beginning|start|middle|end)\s+of\s+{_TIME_MEANT}", part_of_a_time),
    (
        rf"(?P<season>{'|'.join(SEASONS)})(?:\s+of)?\s+(?P<year>(?:19|20)\d\d)(?:[/\u2013-](?:\d\d){{1,2}})?(?P<relative>)",
        season,
    ),
    (rf"(?P<relative>this|last)\s+(?P<season>{'|'.join(SEASONS)})(?P<year>)", season),
    (r"(?P<relative>this|last)\s+quarter\b(?!\s+of\b)", _this_or_last_quarter),
)
"""Parts of a year, and what they mean."""
