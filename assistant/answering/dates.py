"""The days of publication that a question plainly limits itself to: "this week", "since March", "news of last month".

A question about a time ("What happened in 1911?") is not one about documents of that time. So a time long past counts
only where the question speaks of news, articles or the like; else, a month or another part of a year that is named
with its year leaves out only what was published before. What happened at some time is told then or later: the end of
a range counts only there, too.

Seasons are those of the north, of whole months, and are called after the year in which they begin: winter 2024 lasts
from December 2024 to February 2025. The early, mid and late parts of a year or a month are its thirds.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
NUMBERS = {word: number for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)}
ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
"""Others, such as "last", stand for the last of all."""
THIRDS = {"early": 1, "beginning": 1, "start": 1, "mid": 2, "middle": 2, "late": 3, "end": 3}
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""Each with its first month."""
LATELY = timedelta(days=366)
"""A date no longer ago than this is one of the news, also where the question does not speak of them."""

MONTH = rf"(?P<month>{'|'.join(MONTHS)})"
YEAR = r"(?:,?\s+(?P<year>(?:19|20)\d\d))"
PUBLICATION = re.compile(
    r"\b(?:news|headlines?|articles?|stories|coverage|updates?|posts?|posted|publish\w*|report(?:s|ed)|"
    r"announce\w*|briefings?|press\s+releases?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The days that a question limits itself to (ISO 8601, both included), its words for them, and its other words.

    ``undated`` says that documents without a date are meant, too: only what was published before is left out.
    """

    since: str
    until: str | None
    words: str
    rest: str
    undated: bool = False

    @property
    def days(self) -> str:
        """The days as people write them."""
        since = self.first_day
        return f"since {since}" if self.until is None else f"from {since} to {_written(date.fromisoformat(self.until))}"

    @property
    def first_day(self) -> str:
        """The first of the days as people write it."""
        return _written(date.fromisoformat(self.since))


@dataclass(frozen=True, slots=True)
class _Range:
    """Days from ``first`` on, to ``last`` where they are over; ``is_lately`` where they need no word about news.

    ``is_told_later`` where, without such a word, they are a time spoken of, and nothing older can tell of it.
    """

    first: date
    last: date | None
    is_lately: bool = True
    is_told_later: bool = False


def today() -> date:
    """The day it is here."""
    return datetime.now().astimezone().date()


def narrowing(question: str, now: date) -> Narrowing | None:
    """The days of publication that a question asks for on the day ``now``; None where it does not plainly say."""
    of_news = PUBLICATION.search(question) is not None
    for pattern, resolve in EXPRESSIONS:
        for found in pattern.finditer(question):
            try:
                days = resolve(found, now)
            except ValueError:  # there is no 31 June
                continue
            if days is None or days.first > now:
                continue
            if not (days.is_lately or of_news):
                if days.is_told_later:
                    words = " ".join(found[0].split())
                    return Narrowing(days.first.isoformat(), None, words, question, undated=True)
                continue
            until = days.last.isoformat() if days.last and of_news and days.last < now else None
            rest = " ".join(f"{question[: found.start()].rstrip(' ,')} {question[found.end() :].lstrip(' ,')}".split())
            return Narrowing(
                days.first.isoformat(), until, " ".join(found[0].split()), re.sub(r"\s+([?!.])", r"\1", rest)
            )
    return None


def _this(found: re.Match[str], now: date) -> _Range:
    return _Range(_start(found["unit"].lower(), now), None)


def _last(found: re.Match[str], now: date) -> _Range:
    unit = found["unit"].lower()
    last = _start(unit, now) - timedelta(days=1)
    return _Range(_start(unit, last), last)


def _counted(found: re.Match[str], now: date) -> _Range:
    word = found["number"].lower()
    number = NUMBERS.get(word) or int(word)
    days = {"day": 1, "week": 7, "month": 30, "year": 365}[found["unit"].lower()]
    return _Range(now - timedelta(days=min(number * days, 36_500)), None)


def _yesterday(_: re.Match[str], now: date) -> _Range:
    return _Range(now - timedelta(days=1), now - timedelta(days=1))


def _today(_: re.Match[str], now: date) -> _Range:
    return _Range(now, None, is_lately=False)  # "today" means these years, too


def _since_weekday(found: re.Match[str], now: date) -> _Range:
    return _Range(now - timedelta(days=(now.weekday() - WEEKDAYS[found["weekday"].lower()]) % 7 or 7), None)


def _since_month(found: re.Match[str], now: date) -> _Range:
    first = _first_of(found, now)
    return _Range(first, None, _is_lately(first, now))


def _since_day(found: re.Match[str], now: date) -> _Range:
    first = _day(found, "a", now)
    return _Range(first, None, _is_lately(first, now))


def _in_month(found: re.Match[str], now: date) -> _Range:
    first = _first_of(found, now)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return _of_a_time(first, last, now, is_exact=found["year"] is not None)


def _in_year(found: re.Match[str], _: date) -> _Range:
    year = int(found["year"])
    return _Range(date(year, 1, 1), date(year, 12, 31), is_lately=False)


def _between(found: re.Match[str], now: date) -> _Range | None:
    last = _day(found, "b", now)
    if found["aiso"] or found["amonth"] or found["amonth2"]:
        first = _day(found, "a", last)
    else:
        first = last.replace(day=int(found["only"]))
    return _Range(first, last, _is_lately(first, now)) if first <= last else None


def _on_day(found: re.Match[str], now: date) -> _Range:
    day = _day(found, "a", now)
    has_year = bool(found["aiso"] or found["ayear"] or found["ayear2"])
    return _Range(day, day, is_lately=False, is_told_later=has_year)


def _of_a_time(first: date, last: date, now: date, *, is_exact: bool = True) -> _Range:
    """Days that are a time of the news if they are lately, and else one that is spoken of, where its year is told."""
    return _Range(first, last, is_exact and _is_lately(first, now), is_told_later=is_exact)


def _part(found: re.Match[str], now: date) -> _Range | None:
    """A half, a quarter or a third of a year, or of a month."""
    said = {name: value.lower() for name, value in found.groupdict().items() if value}
    number, parts = _which(said)
    if "month" in said:
        start = _past(int(said["ofyear"]) if "ofyear" in said else None, MONTHS[said["month"]], 1, now)
        length = calendar.monthrange(start.year, start.month)[1]
        size = {2: 15, 3: 10}.get(parts)
        if size is None:
            return None
        last = length if number == parts else number * size
        return _of_a_time(start.replace(day=1 + (number - 1) * size), start.replace(day=last), now)
    year = int(said["year"]) if "year" in said else now.year - (said.get("relative") == "last")
    months = 12 // parts
    if not {"year", "relative"} & said.keys() and date(year, 1 + (number - 1) * months, 1) > now:
        year -= 1  # the latest that has begun
    return _of_a_time(*_months(year, 1 + (number - 1) * months, months), now)


def _which(said: dict[str, str]) -> tuple[int, int]:
    """Which part of how many, the first being 1."""
    if "third" in said:
        return THIRDS[said["third"]], 3
    parts = 2 if said.get("unit") in ("half", "h") else 4
    nth = said["nth"]
    return (int(nth) if nth.isdecimal() else ORDINALS.get(nth) or parts), parts


def _season(found: re.Match[str], now: date) -> _Range:
    first = SEASONS[found["season"].lower()]
    relative = (found["relative"] or "").lower()
    year = int(found["year"]) if found["year"] else now.year
    days = _months(year, first, 3)
    if not found["year"]:
        if days[0] > now:  # the one that began last
            days = _months(year - 1, first, 3)
        if relative == "last" and days[1] >= now:
            days = _months(days[0].year - 1, first, 3)
    return _of_a_time(*days, now)


def _this_or_last_quarter(found: re.Match[str], now: date) -> _Range:
    month = 1 + (now.month - 1) // 3 * 3
    if found["relative"].lower() == "this":
        return _Range(date(now.year, month, 1), None)
    return _Range(*(_months(now.year, month - 3, 3) if month > 3 else _months(now.year - 1, 10, 3)))


def _open(resolve: Callable[[re.Match[str], date], _Range | None]) -> Callable[[re.Match[str], date], _Range | None]:
    """The days since those that ``resolve`` gives have begun."""

    def since(found: re.Match[str], now: date) -> _Range | None:
        days = resolve(found, now)
        return days and replace(days, last=None, is_told_later=False)

    return since


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    """The first and the last day of so many months."""
    last = month + count - 1
    year_of_last, last = year + (last - 1) // 12, (last - 1) % 12 + 1
    return date(year, month, 1), date(year_of_last, last, calendar.monthrange(year_of_last, last)[1])


def _start(unit: str, day: date) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _first_of(found: re.Match[str], now: date) -> date:
    return _past(int(found["year"]) if found["year"] else None, MONTHS[found["month"].lower()], 1, now)


def _day(found: re.Match[str], prefix: str, now: date) -> date:
    if found[f"{prefix}iso"]:
        return date.fromisoformat(found[f"{prefix}iso"])
    order = "" if found[f"{prefix}month"] else "2"
    year, month, day = (found[f"{prefix}{name}{order}"] for name in ("year", "month", "day"))
    return _past(int(year) if year else None, MONTHS[month.lower()], int(day), now)


def _past(year: int | None, month: int, day: int, now: date) -> date:
    """The day of a year, or the latest one that is not after ``now``."""
    if year is not None:
        return date(year, month, day)
    this_year = date(now.year, month, day)
    return this_year if this_year <= now else date(now.year - 1, month, day)


def _is_lately(day: date, now: date) -> bool:
    return now - day <= LATELY


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _some_day(prefix: str) -> str:
    """A day in any of its spellings, each part a group named with the prefix; the second spelling's end in 2."""
    iso = rf"(?P<{prefix}iso>\d{{4}}-\d\d-\d\d)"
    names = "|".join(MONTHS)

    def written(order: str) -> tuple[str, str, str]:
        return (
            rf"(?P<{prefix}day{order}>[0-3]?\d)(?:st|nd|rd|th)?",
            rf"(?P<{prefix}month{order}>{names})",
            rf"(?:,?\s+(?P<{prefix}year{order}>(?:19|20)\d\d))?",
        )

    (day, month, year), (day2, month2, year2) = written(""), written("2")
    return rf"(?:{iso}|(?:the\s+)?{day}\s+(?:of\s+)?{month}{year}|{month2}\s+{day2}{year2})\b"


def _expression(text: str) -> re.Pattern[str]:
    return re.compile(rf"\b{text}(?:['\u2019]s)?\b", re.IGNORECASE)


_YEAR_NAMED = r"(?P<year>(?:19|20)\d\d)"
_YEAR_MEANT = rf"(?:{_YEAR_NAMED}|(?P<relative>this|last)\s+year)"
_TIME_MEANT = rf"(?:{_YEAR_MEANT}|(?P<month>{'|'.join(MONTHS)})(?:,?\s+(?:of\s+)?(?P<ofyear>(?:19|20)\d\d))?)"
_NTH = r"(?P<nth>first|second|third|fourth|1st|2nd|3rd|4th|last|latter|final)"
PERIODS: tuple[tuple[str, Callable[[re.Match[str], date], _Range | None]], ...] = (
    (rf"{_NTH}[\s-]+(?P<unit>half|quarter)(?:\s+of)?\s+{_TIME_MEANT}", _part),
    (rf"(?P<unit>[qh])(?P<nth>[1-4])(?:\s+of)?[\s/-]*{_YEAR_MEANT}", _part),
    (rf"(?P<nth>[1-4])(?P<unit>[qh])(?:\s+of)?[\s/-]*{_YEAR_MEANT}", _part),
    (rf"{_YEAR_NAMED}[\s/-]*(?P<unit>[qh])(?P<nth>[1-4])", _part),
    (rf"(?P<third>early|mid|late)[\s-]+(?:in\s+)?{_TIME_MEANT}", _part),
    (rf"(?P<third>beginning|start|middle|end)\s+of\s+{_TIME_MEANT}", _part),
    (
        rf"(?P<season>{'|'.join(SEASONS)})(?:\s+of)?\s+(?P<year>(?:19|20)\d\d)(?:[/\u2013-](?:\d\d){{1,2}})?(?P<relative>)",
        _season,
    ),
    (rf"(?P<relative>this|last)\s+(?P<season>{'|'.join(SEASONS)})(?P<year>)", _season),
    (r"(?P<relative>this|last)\s+quarter\b(?!\s+of\b)", _this_or_last_quarter),
)
"""Parts of a year, and what they mean."""
UNIT = r"(?P<unit>week|month|year)\b(?!\s+of\b|-)"
EXPRESSIONS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], _Range | None]], ...] = (
    (_expression(rf"(?:between|from)\s+(?:{_some_day('a')}|(?:the\s+)?(?P<only>[0-3]?\d)(?:st|nd|rd|th)?)\s+"
                 rf"(?:and|to|until|till)\s+{_some_day('b')}"), _between),
    *((_expression(rf"since\s+(?:the\s+)?{period}"), _open(resolve)) for period, resolve in PERIODS),
    (_expression(rf"since\s+(?:the\s+)?(?P<season>{'|'.join(SEASONS)})(?P<year>)(?P<relative>)"), _open(_season)),
    *((_expression(rf"(?:(?:in|during|over|of|from|for|throughout|at)\s+)?(?:the\s+)?{period}"), resolve)
      for period, resolve in PERIODS),
    (_expression(r"in\s+(?P<unit>q)(?P<nth>[1-4])"), _part),
    (_expression(rf"since\s+{_some_day('a')}"), _since_day),
    (_expression(rf"since\s+(?:last\s+)?{MONTH}{YEAR}?"), _since_month),
    (_expression(rf"since\s+(?:last\s+)?(?P<weekday>{'|'.join(WEEKDAYS)})"), _since_weekday),
    (_expression(rf"(?:in|over|during|within|of|from|for)\s+the\s+(?:last|past)\s+"
                 rf"(?P<number>\d{{1,3}}|{'|'.join(NUMBERS)})\s+(?P<unit>day|week|month|year)s?(?!\s+of\b)"), _counted),
    (_expression(rf"this\s+{UNIT}"), _this),
    (_expression(rf"(?<!\bthe very )(?:last|(?:the\s+)?past)\s+{UNIT}"), _last),
    (_expression(r"yesterday"), _yesterday),
    (_expression(r"today"), _today),
    (_expression(rf"(?:on|of|from)\s+{_some_day('a')}"), _on_day),
    (_expression(rf"(?:in|during|of|from)\s+{MONTH}{YEAR}?"), _in_month),
    (_expression(r"(?:in|during|of|from)\s+(?P<year>(?:19|20)\d\d)"), _in_year),
)  # fmt: skip
"""What a question may say of days, the most exact first, and what it means."""
