"""The times at which English sentences say that something happened or will happen, as days.

They are resolved against the day on which a text was published; "two days later" and the like against what was told
before. Names ("the 2015 agreement"), habits ("every Tuesday") and durations ("for three days") are no times.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from assistant.text.english.vocabulary import ORDINALS, SMALL_NUMBERS
from assistant.text.english.year_parts import MONTHS, SEASONS, THIRDS

Precision = Literal["day", "week", "part of month", "month", "season", "quarter", "half", "year", "range"]
Found = tuple[date, date, Precision]


@dataclass(frozen=True, slots=True)
class EventTime:
    """When something happens: ``first`` to ``last``, both included, as exactly as the words say.

    The words are ``sentence[start:end]``. ``is_planned`` says that they lie ahead of the day of publication.
    """

    start: int
    end: int
    first: date
    last: date
    precision: Precision
    is_planned: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What a time is resolved against: the day of publication, the event told before, and whether it lies ahead."""

    published: date
    before: date | None
    is_ahead: bool


LOOKED_BACK = 200
"""Characters before a time that may say that it is none."""
_NUMBERS = {word: number for number, word in enumerate(SMALL_NUMBERS[1:13], 1)} | {"a": 1, "an": 1}
_WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_MONTH = "|".join(name.capitalize() for name in MONTHS)
_WEEKDAY = "|".join(name for name in calendar.day_name)
_YEAR = r"(?:19|20)\d\d"
_COUNT = rf"(?P<count>\d{{1,2}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_UNIT = r"(?P<unit>day|week|month|year|decade)s?"
_DAYTIME = r"(?:\s(?:morning|afternoon|evening|night))?"
_AHEAD = re.compile(
    r"\b(?:will|shall|would|due|expects?|expected|plans?|planned|scheduled|set|(?:is|are|was|were) to|hopes? to)\b"
)
_NAME_BEHIND = re.compile(
    r"\s(?:(?-i:[A-Z])|(?:agreement|treaty|act|pact|deal|accord|law|budget|election)s?\b)", re.IGNORECASE
)
_NO_TIME = re.compile(
    r"(?:\b(?:every|each|most|an?|first|second|third|last|dated)\s|(?:(?:^|[\u201c\"(])(?:if|had|were)|[,;:]\s?(?:and\s)?if)\s[^,;:]*)$",
    re.IGNORECASE,
)
"""What stands before a habit ("every Tuesday"), a date of a document, or in a clause of what never was."""
_CLAUSE = re.compile(r"[,;:]")


def event_times(sentence: str, published: date, before: date | None = None) -> list[EventTime]:
    """The times in a sentence, in order, none within another."""
    found: list[EventTime] = []
    for match, resolve in _matches(sentence):
        told_before = found[-1].first if found else before
        if _NO_TIME.search(sentence, max(0, match.start() - LOOKED_BACK), match.start()):
            continue
        frame = Frame(published, told_before, _lies_ahead(sentence, match))
        try:
            resolved = resolve(match, frame)
        except (ValueError, OverflowError):  # there is no 31 June, and no day before the year 1
            continue
        if resolved and resolved[0] <= resolved[1] < date.max:
            found.append(EventTime(match.start(), match.end(), *resolved, resolved[0] > published))
    return found


def _lies_ahead(sentence: str, match: re.Match[str]) -> bool:
    """Whether the clause in which a time stands tells what will be."""
    start = max((one.end() for one in _CLAUSE.finditer(sentence, 0, match.start())), default=0)
    end = next((one.start() for one in _CLAUSE.finditer(sentence, match.end())), len(sentence))
    return _AHEAD.search(sentence, start, end) is not None


def _matches(sentence: str) -> Iterator[tuple[re.Match[str], Callable[[re.Match[str], Frame], Found | None]]]:
    """What matches, in order; of what begins alike or overlaps, the pattern that stands first in the table."""
    taken: list[tuple[int, int]] = []
    every = []
    for pattern, resolve in _TABLE:
        for match in pattern.finditer(sentence):
            if all(match.end() <= start or end <= match.start() for start, end in taken):
                taken.append(match.span())
                every.append((match, resolve))
    return iter(sorted(every, key=lambda one: one[0].start()))


# What each says


def _day(found: re.Match[str], frame: Frame) -> Found | None:
    if not found["year"] and not found["year2"] and _NAME_BEHIND.match(found.string, found.end()):
        return None
    day = _some_day(found, "", frame)
    return day, day, "day"


def _some_day(found: re.Match[str], prefix: str, frame: Frame) -> date:
    parts = found.groupdict()
    if parts.get(f"{prefix}iso"):
        return date.fromisoformat(parts[f"{prefix}iso"])
    number = parts.get(f"{prefix}day") or parts.get(f"{prefix}day2")
    month = parts.get(f"{prefix}month") or parts.get(f"{prefix}month2")
    year = parts.get(f"{prefix}year") or parts.get(f"{prefix}year2")
    return _of_year(MONTHS[(month or "").lower()], int(number or 0), year, frame)


def _of_year(month: int, day: int, year: str | None, frame: Frame) -> date:
    """The day of a year, or else the last one that there was, or the next where it lies ahead."""
    if year:
        return date(int(year), month, day)
    this = date(frame.published.year, month, day)
    if frame.is_ahead and this > frame.published:
        return this
    if frame.is_ahead and (frame.published - this).days > 180:
        return date(frame.published.year + 1, month, day)
    return this if this <= frame.published else date(frame.published.year - 1, month, day)


def _between(found: re.Match[str], frame: Frame) -> Found:
    last = _some_day(found, "b", frame)
    only = found.groupdict().get("only")
    first = last.replace(day=int(only)) if only else _some_day(found, "a", frame)
    return first, last, "range"


def _weekday(found: re.Match[str], frame: Frame) -> Found | None:
    if found[0][:2].lower() != "on" and _NAME_BEHIND.match(found.string, found.end()):
        return None
    day = _of_week(found["weekday"], frame, (found["which"] or "").lower())
    return day, day, "day"


def _of_week(name: str, frame: Frame, which: str = "") -> date:
    """A weekday: the last one up to the day of publication, or the next where it lies ahead."""
    back = (frame.published.weekday() - _WEEKDAYS[name.lower()]) % 7
    if which == "next" or (which in ("", "this", "coming") and frame.is_ahead and back):
        return frame.published + timedelta(days=(7 - back))
    return frame.published - timedelta(days=back or (7 if which == "last" else 0))


def _weekdays(found: re.Match[str], frame: Frame) -> Found:
    last = _of_week(found["until"], frame)
    first = last - timedelta(days=(last.weekday() - _WEEKDAYS[found["since"].lower()]) % 7)
    return first, last, "range"


def _since(found: re.Match[str], frame: Frame) -> Found:
    passed = Frame(frame.published, frame.before, is_ahead=False)
    if found["weekday"]:
        first = _of_week(found["weekday"], passed)
    elif found["aday"] or found["aday2"]:
        first = _some_day(found, "a", passed)
    else:
        first = _of_year(MONTHS[found["onlymonth"].lower()], 1, found["onlyyear"], passed)
    return first, frame.published, "range"


def _near(found: re.Match[str], frame: Frame) -> Found:
    """Yesterday, today and the like."""
    word = " ".join(found[0].lower().split())
    days = {
        "the day before yesterday": -2,
        "yesterday": -1,
        "last night": -1,
        "tomorrow": 1,
        "the day after tomorrow": 2,
    }
    shift = next((number for name, number in days.items() if word.startswith(name)), 0)
    day = frame.published + timedelta(days=shift)
    return day, day, "day"


def _weekend(found: re.Match[str], frame: Frame) -> Found:
    saturday = _of_week("saturday", Frame(frame.published, None, frame.is_ahead), (found["which"] or "").lower())
    return saturday, saturday + timedelta(days=1), "range"


def _beside_now(found: re.Match[str], frame: Frame) -> Found:
    """Last, this or next week, month, year."""
    step = {"last": -1, "this": 0, "next": 1}[found["which"].lower()]
    unit = found["unit"].lower()
    if unit == "week":
        monday = frame.published - timedelta(days=frame.published.weekday()) + timedelta(weeks=step)
        return monday, monday + timedelta(days=6), "week"
    if unit == "month":
        return *_months(frame.published.year, frame.published.month + step, 1), "month"
    return *_months(frame.published.year + step, 1, 12), "year"


def _earlier_this(_: re.Match[str], frame: Frame) -> Found:
    """The days of this month before the day of publication."""
    first = frame.published.replace(day=1)
    return first, max(first, frame.published - timedelta(days=1)), "part of month"


def _ago(found: re.Match[str], frame: Frame) -> Found:
    return _counted(found, frame.published, -1)


def _counted(found: re.Match[str], day: date, sign: int) -> Found:
    """So many days, weeks, months or years before or after a day; all of the week, month or year."""
    count, unit = _number(found["count"]) * sign, found["unit"].lower()
    if unit == "day":
        there = day + timedelta(days=count)
        return there, there, "day"
    if unit == "week":
        monday = day + timedelta(weeks=count) - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6), "week"
    if unit == "month":
        return *_months(day.year, day.month + count, 1), "month"
    return *_months(day.year + count * (10 if unit == "decade" else 1), 1, 12), "year"


def _from_event(found: re.Match[str], frame: Frame) -> Found | None:
    """So long after or before the event that was told before; a week from a day is seven days."""
    if frame.before is None:
        return None
    sign = 1 if found["way"].lower() in ("later", "after", "afterwards") else -1
    unit = found["unit"].lower()
    if unit == "week":
        there = frame.before + timedelta(weeks=sign * _number(found["count"]))
        return there, there, "day"
    return _counted(found, frame.before, sign)


def _beside_event(found: re.Match[str], frame: Frame) -> Found | None:
    """The day, week, month or year of, after or before the event that was told before."""
    if frame.before is None:
        return None
    which, unit = found["which"].lower(), found["unit"].lower()
    step = {"same": 0, "previous": -1, "day before": -1}.get(which, 1)
    if unit in ("day", "morning", "evening", "afternoon", "night"):
        day = frame.before + timedelta(days=step)
        return day, day, "day"
    return _beside(unit, frame.before, step)


def _beside(unit: str, day: date, step: int) -> Found:
    if unit == "week":
        monday = day - timedelta(days=day.weekday()) + timedelta(weeks=step)
        return monday, monday + timedelta(days=6), "week"
    if unit == "month":
        return *_months(day.year, day.month + step, 1), "month"
    return *_months(day.year + step, 1, 12), "year"


def _day_before(_: re.Match[str], frame: Frame) -> Found | None:
    if frame.before is None:
        return None
    day = frame.before - timedelta(days=1)
    return day, day, "day"


def _month(found: re.Match[str], frame: Frame) -> Found:
    parts = found.groupdict()
    which = (parts.get("which") or "").lower()
    number = MONTHS[found["month"].lower()]
    passed = Frame(frame.published, None, is_ahead=frame.is_ahead and which != "last")
    first = _of_year(number, 1, parts.get("year"), passed)
    if which == "last" and first.year == frame.published.year and number == frame.published.month:
        first = first.replace(year=first.year - 1)
    if not parts.get("third"):
        return *_months(first.year, first.month, 1), "month"
    third = THIRDS[found["third"].lower()]
    last = calendar.monthrange(first.year, first.month)[1] if third == 3 else third * 10
    return first.replace(day=third * 10 - 9), first.replace(day=last), "part of month"


def _year(found: re.Match[str], _: Frame) -> Found | None:
    if _NAME_BEHIND.match(found.string, found.end()):
        return None
    return *_months(int(found["year"]), 1, 12), "year"


def _season(found: re.Match[str], frame: Frame) -> Found:
    start, which = SEASONS[found["season"].lower()], (found["which"] or "").lower()
    year = int(found["year"]) if found["year"] else frame.published.year
    first, last = _months(year, start, 3)
    if not found["year"] and first > frame.published and not frame.is_ahead and which != "this":
        first, last = _months(year - 1, start, 3)
    if not found["year"] and which == "last" and last >= frame.published:
        first, last = _months(first.year - 1, start, 3)
    return first, last, "season"


def _part_of_year(found: re.Match[str], frame: Frame) -> Found:
    length, precision = (6, "half") if found["part"].lower() == "half" else (3, "quarter")
    number = ORDINALS[found["nth"].lower()]
    year = int(found["year"]) if found["year"] else frame.published.year
    return *_months(year, 1 + (number - 1) * length, length), precision  # type: ignore[return-value]


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    """The first and the last day of so many months; a month may lie beyond its year."""
    first = date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
    end = month + count - 1
    last_year, last_month = year + (end - 1) // 12, (end - 1) % 12 + 1
    return first, date(last_year, last_month, calendar.monthrange(last_year, last_month)[1])


def _number(word: str) -> int:
    return _NUMBERS.get(word.lower()) or int(word)


def _written(prefix: str) -> str:
    """A day in any of its spellings, each part a group named with the prefix."""
    return (
        rf"(?:(?P<{prefix}iso>\d{{4}}-\d\d-\d\d)"
        rf"|(?:the\s)?(?P<{prefix}day>[0-3]?\d)(?:st|nd|rd|th)?\s(?:of\s)?(?-i:(?P<{prefix}month>{_MONTH}))"
        rf"(?:,?\s(?P<{prefix}year>{_YEAR}))?"
        rf"|(?-i:(?P<{prefix}month2>{_MONTH}))\s(?P<{prefix}day2>[0-3]?\d)(?:st|nd|rd|th)?(?:,?\s(?P<{prefix}year2>{_YEAR}))?)\b"
    )


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(rf"\b{text}", re.IGNORECASE)


_THIS = r"(?P<which>last|next|this)"
_OF_YEAR = rf"(?:,?\s(?:of\s)?(?P<year>{_YEAR}))?\b"
_A_MONTH = rf"(?-i:(?P<month>{_MONTH})){_OF_YEAR}"
_AN_EVENT_S = r"(?P<unit>day|morning|afternoon|evening|night|week|month|year)\b"
_TABLE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Frame], Found | None]], ...] = tuple(
    (_pattern(text), resolve)
    for text, resolve in (
        (rf"(?:between|from)\s{_written('a')}\s(?:and|to|until)\s{_written('b')}", _between),
        (rf"(?:between|from)\s(?:the\s)?(?P<only>[0-3]?\d)\s(?:and|to|until)\s{_written('b')}", _between),
        (rf"from\s(?P<since>{_WEEKDAY})\s(?:to|until)\s(?P<until>{_WEEKDAY})\b", _weekdays),
        (
            rf"since\s(?:{_written('a')}|(?P<weekday>{_WEEKDAY})\b"
            rf"|(?-i:(?P<onlymonth>{_MONTH}))(?:\s(?P<onlyyear>{_YEAR}))?\b)",
            _since,
        ),
        (rf"(?:on\s)?{_written('')}", _day),
        (rf"(?:the\sday\sbefore\syesterday|the\sday\safter\stomorrow|(?:yesterday|tomorrow){_DAYTIME})\b", _near),
        (r"(?:today|tonight|last\snight|(?:earlier|later)\stoday|this\s(?:morning|afternoon|evening))\b", _near),
        (
            rf"(?:on\s)?(?:(?P<which>last|next|this|coming)\s)?(?P<weekday>{_WEEKDAY})\b(?!['\u2019]?s\b){_DAYTIME}",
            _weekday,
        ),
        (rf"(?:over|at|during|on)\s(?:the|{_THIS})\sweekend\b", _weekend),
        (r"earlier\sthis\smonth\b", _earlier_this),
        (rf"{_THIS}\s(?P<unit>week|month|year)\b", _beside_now),
        (rf"{_COUNT}\s{_UNIT}\sago\b", _ago),
        (rf"{_COUNT}\s{_UNIT}\s(?P<way>later|afterwards|after|earlier|before)\b", _from_event),
        (rf"(?:(?:on|in)\s)?the\s(?P<which>same|following|next|previous)\s{_AN_EVENT_S}", _beside_event),
        (r"the\sday\sbefore\b(?!\s(?:the|a|he|she|it|they)\b)", _day_before),
        (rf"(?:in\s)?(?P<third>early|mid|late)[\s-]{_A_MONTH}", _month),
        (rf"(?:at|in)\sthe\s(?P<third>beginning|start|middle|end)\sof\s{_A_MONTH}", _month),
        (rf"(?:in|during|throughout|(?P<which>last))\s{_A_MONTH}", _month),
        (
            rf"(?:in\s(?:the\s)?|{_THIS}\s|the\s(?=\w+\sof\s\d))(?P<season>{'|'.join(SEASONS)}){_OF_YEAR}",
            _season,
        ),
        (rf"(?:in\s)?the\s(?P<nth>first|second|third|fourth)\s(?P<part>half|quarter){_OF_YEAR}", _part_of_year),
        (rf"in\s(?P<year>{_YEAR})\b", _year),
    )
)
"""How a time may be written, the longest first, and what it means."""
