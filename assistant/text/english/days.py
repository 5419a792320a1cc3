"""The days of publication that a question plainly limits itself to: "this week", "since March", "news of last month".

A question about a time ("What happened in 1911?") is not one about documents of that time. So a time long past counts
only where the question speaks of news, articles or the like; else, a month or another part of a year that is named
with its year leaves out only what was published before. What happened at some time is told then or later: the end of
a range counts only there, too.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from assistant.text.english.vocabulary import SMALL_NUMBERS
from assistant.text.english.year_parts import (
    MONTHS,
    PERIODS,
    SEASONS,
    Days,
    is_lately,
    of_a_time,
    part_of_a_time,
    past,
    season,
)

WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
NUMBERS = {word: number for number, word in enumerate(SMALL_NUMBERS[1:11], 1)}
MONTH = rf"(?P<month>{'|'.join(MONTHS)})"
YEAR = r"(?:,?\s+(?P<year>(?:19|20)\d\d))"
PUBLICATION = re.compile(
    r"\b(?:news|headlines?|articles?|stories|coverage|updates?|posts?|posted|publish\w*|report(?:s|ed)|"
    r"announce\w*|briefings?|press\s+releases?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NamedDays:
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


def today() -> date:
    """The day it is here."""
    return datetime.now().astimezone().date()


def named_days(question: str, now: date) -> NamedDays | None:
    """The days of publication that a question asks for on the day ``now``; None where it does not plainly say."""
    of_news = PUBLICATION.search(question) is not None
    for found, days in _days_in(question, now):
        words = " ".join(found[0].split())
        if days.is_lately or of_news:
            until = days.last.isoformat() if days.last and of_news and days.last < now else None
            return NamedDays(days.first.isoformat(), until, words, _without(found))
        if days.is_told_later:
            return NamedDays(days.first.isoformat(), None, words, question, undated=True)
    return None


def _days_in(question: str, now: date) -> Iterator[tuple[re.Match[str], Days]]:
    """Each expression of a question that means days which have begun, the most exact first, and what it means."""
    for pattern, resolve in EXPRESSIONS:
        for found in pattern.finditer(question):
            try:
                days = resolve(found, now)
            except ValueError:  # there is no 31 June
                continue
            if days and days.first <= now:
                yield found, days


def _without(found: re.Match[str]) -> str:
    """The other words of a question in which an expression was found."""
    question = found.string
    rest = " ".join(f"{question[: found.start()].rstrip(' ,')} {question[found.end() :].lstrip(' ,')}".split())
    return re.sub(r"(?<!\s)\s++([?!.])", r"\1", rest)


def _this(found: re.Match[str], now: date) -> Days:
    return Days(_start(found["unit"].lower(), now), None)


def _last(found: re.Match[str], now: date) -> Days:
    unit = found["unit"].lower()
    last = _start(unit, now) - timedelta(days=1)
    return Days(_start(unit, last), last)


def _counted(found: re.Match[str], now: date) -> Days:
    word = found["number"].lower()
    number = NUMBERS.get(word) or int(word)
    days = {"day": 1, "week": 7, "month": 30, "year": 365}[found["unit"].lower()]
    return Days(now - timedelta(days=min(number * days, 36_500)), None)


def _yesterday(_: re.Match[str], now: date) -> Days:
    return Days(now - timedelta(days=1), now - timedelta(days=1))


def _today(_: re.Match[str], now: date) -> Days:
    return Days(now, None, is_lately=False)  # "today" means these years, too


def _since_weekday(found: re.Match[str], now: date) -> Days:
    return Days(now - timedelta(days=(now.weekday() - WEEKDAYS[found["weekday"].lower()]) % 7 or 7), None)


def _since_month(found: re.Match[str], now: date) -> Days:
    first = _first_of(found, now)
    return Days(first, None, is_lately(first, now))


def _since_day(found: re.Match[str], now: date) -> Days:
    first = _day(found, "a", now)
    return Days(first, None, is_lately(first, now))


def _in_month(found: re.Match[str], now: date) -> Days:
    first = _first_of(found, now)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return of_a_time(first, last, now, is_exact=found["year"] is not None)


def _in_year(found: re.Match[str], _: date) -> Days:
    year = int(found["year"])
    return Days(date(year, 1, 1), date(year, 12, 31), is_lately=False)


def _between(found: re.Match[str], now: date) -> Days | None:
    last = _day(found, "b", now)
    if found["aiso"] or found["amonth"] or found["amonth2"]:
        first = _day(found, "a", last)
    else:
        first = last.replace(day=int(found["only"]))
    return Days(first, last, is_lately(first, now)) if first <= last else None


def _on_day(found: re.Match[str], now: date) -> Days:
    day = _day(found, "a", now)
    has_year = bool(found["aiso"] or found["ayear"] or found["ayear2"])
    return Days(day, day, is_lately=False, is_told_later=has_year)


def _open(resolve: Callable[[re.Match[str], date], Days | None]) -> Callable[[re.Match[str], date], Days | None]:
    """The days since those that ``resolve`` gives have begun."""

    def since(found: re.Match[str], now: date) -> Days | None:
        days = resolve(found, now)
        return days and replace(days, last=None, is_told_later=False)

    return since


def _start(unit: str, day: date) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _first_of(found: re.Match[str], now: date) -> date:
    return past(int(found["year"]) if found["year"] else None, MONTHS[found["month"].lower()], 1, now)


def _day(found: re.Match[str], prefix: str, now: date) -> date:
    if found[f"{prefix}iso"]:
        return date.fromisoformat(found[f"{prefix}iso"])
    order = "" if found[f"{prefix}month"] else "2"
    year, month, day = (found[f"{prefix}{name}{order}"] for name in ("year", "month", "day"))
    return past(int(year) if year else None, MONTHS[month.lower()], int(day), now)


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


UNIT = r"(?P<unit>week|month|year)\b(?!\s+of\b|-)"
EXPRESSIONS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Days | None]], ...] = (
    (_expression(rf"(?:between|from)\s+(?:{_some_day('a')}|(?:the\s+)?(?P<only>[0-3]?\d)(?:st|nd|rd|th)?)\s+"
                 rf"(?:and|to|until|till)\s+{_some_day('b')}"), _between),
    *((_expression(rf"since\s+(?:the\s+)?{period}"), _open(resolve)) for period, resolve in PERIODS),
    (_expression(rf"since\s+(?:the\s+)?(?P<season>{'|'.join(SEASONS)})(?P<year>)(?P<relative>)"), _open(season)),
    *((_expression(rf"(?:(?:in|during|over|of|from|for|throughout|at)\s+)?(?:the\s+)?{period}"), resolve)
      for period, resolve in PERIODS),
    (_expression(r"in\s+(?P<unit>q)(?P<nth>[1-4])"), part_of_a_time),
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
