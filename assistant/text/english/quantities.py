"""The numbers and dates that an English sentence states, in a form in which two of them can be compared.

In other languages only what is written in digits is found, and only compared as it is written.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from assistant.text.english.amounts import AMOUNT, CURRENCIES, bounds, slack_of, value_of, values_of
from assistant.text.english.vocabulary import MONTH, MONTH_ALONE, MONTHS, NUMERAL, WEEKDAY
from assistant.text.terms import is_stop_word, stem

Kind = Literal["number", "date", "time", "weekday", "other"]

UNITS = {"%": "percent", "person": "people", "persons": "people", "metre": "meter", "metres": "meter"}

_YEAR = r"(?:1\d{3}|20\d\d)"
_DAY = r"[0-3]?\d(?:st|nd|rd|th)?"

DATE = re.compile(
    rf"(?<![\w.])(?:(?P<iso>\d{{4}}-\d\d-\d\d)"
    rf"|(?P<day>{_DAY})\s(?:of\s)?(?P<month>{MONTH})(?:,?\s(?P<year>{_YEAR}))?"
    rf"|(?P<month2>{MONTH})\s(?P<day2>{_DAY})(?!\d|,\d{{3}})(?:,?\s(?P<year2>{_YEAR}))?"
    rf"|(?P<month3>{MONTH}),?\s(?:of\s)?(?P<year3>{_YEAR}))(?![\w])",
    re.IGNORECASE,
)
ALONE = re.compile(rf"{MONTH_ALONE}(?!\w)", re.IGNORECASE)
YEAR = re.compile(rf"(?<![\w.,$€£-]){_YEAR}(?![\w%-]|[.,]\d)")
BEFORE_A_YEAR = re.compile(
    r"\b(?:in|since|by|until|till|from|before|after|during|year|of|around|about|circa|to)\s$", re.I
)
TIME = re.compile(
    rf"(?<![\w.:])(?:(?P<hour>[012]?\d)[:.](?P<minute>[0-5]\d)(?:\s?(?P<half>[ap])(?:m\b|\.m\.))?"
    rf"|(?P<hour2>1?\d|{NUMERAL})(?:\s?o[’']clock|\s?(?P<half2>[ap])(?:m\b|\.m\.)|(?=\sin\sthe\s(?:morning|afternoon|evening)\b)))"
    r"(?:\s(?:in\sthe\s(?P<part>morning|afternoon|evening)))?",
    re.IGNORECASE,
)
DAY_OF_WEEK = re.compile(rf"\b{WEEKDAY}\b")
NUMBER = re.compile(rf"(?<![\w.,])(?<!\w-){AMOUNT}(?!\w|[.,]\d)", re.IGNORECASE)
RANGE = re.compile(
    rf"(?<![\w.,])(?<!\w-)(?:(?:\bfrom\s)?({AMOUNT})(?:\s?%|\sper\s?cent)?(?:\s?[-–—]\s?|\s(?:to|or)\s)"
    rf"|\bbetween\s({AMOUNT})(?:\s?%|\sper\s?cent)?\sand\s)({AMOUNT})(?!\w|[.,]\d)",
    re.IGNORECASE,
)
WITH_DIGITS = re.compile(r"(?<![^\W_])[^\W\d_]*+\d\w*+")

SENSE = re.compile(
    r"\b(?:(?P<at_least>at least|no (?:fewer|less) than|(?<!no )more than|over|above|exceeding|upwards of|a minimum of)"
    r"|(?P<at_most>at most|no more than|up to|(?<!no )(?:fewer|less) than|under|below|a maximum of)"
    r"|(?P<about>about|around|approximately|roughly|some|nearly|almost|circa|an estimated|estimated at|close to))\s$",
    re.IGNORECASE,
)
"""What stands before a number that is none exactly; the name of the group says how it is meant."""
OR_MORE = re.compile(r"\+|\sor more\b", re.IGNORECASE)
VAGUE_DATE = re.compile(r"\b(?:before|after|by|until|till|around|about|circa|early|late|mid|from|between)[\s-]$", re.I)
UNIT = re.compile(r"\s?(%)|\s?(per cent)\b|[\s-]([^\W\d_]+)")

ABOUT_MEANS = 0.1
"""How far from what it names "about" may reach, as a share of it."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or a date: ``text`` as it is written at ``[start, end)``, with "at least" and the like before it.

    ``value`` is equal for what is equal ("forty", "40"). A number lies between ``low`` and ``high``; ``unit`` is the
    stem of the word after it, "of" where it counts a part, or ""; ``also`` are further ranges that it may mean, as
    "1.200" does. ``parts`` are a date's year, month and day, or a
    time's hours and minutes, each None where it is not said; a date is ``vague`` after "by", "around" and the like.
    """

    kind: Kind
    text: str
    start: int
    end: int
    value: tuple[object, ...]
    low: float = 0.0
    high: float = 0.0
    unit: str = ""
    parts: tuple[int | None, ...] = ()
    vague: bool = False
    also: tuple[tuple[float, float], ...] = ()

    def meets(self, other: Quantity) -> bool:
        """Whether two numbers may be the same, however each is read."""
        ours, theirs = (((each.low, each.high), *each.also) for each in (self, other))
        return any(low <= top and bottom <= high for low, high in ours for bottom, top in theirs)

    def same_as(self, other: Quantity) -> bool:
        """Whether both state the same; "3 March" and "3 March 2024" do."""
        if self.kind == other.kind == "date" and self.parts[1:] == other.parts[1:] != (None, None):
            return self.vague == other.vague and (None in self.parts[:1] + other.parts[:1] or self.value == other.value)
        return self.value == other.value

    def contradicts(self, other: Quantity) -> bool:
        """Whether both cannot be true of one thing: numbers whose ranges do not meet, dates that differ in a part."""
        if self.kind != other.kind or self.vague or other.vague:
            return False
        if self.kind == "number":
            comparable = self.unit == other.unit or "" in (self.unit, other.unit)
            return comparable and not self.meets(other)
        return any(None not in (one, two) and one != two for one, two in zip(self.parts, other.parts, strict=True))


@lru_cache(maxsize=4_096)
def figures(text: str, language: str) -> tuple[Quantity, ...]:
    """The figures of a sentence in a language, in order; no two overlap."""
    found: list[Quantity] = []
    free = text
    if language == "en":
        for pattern, read in _READERS:
            for match in pattern.finditer(free):
                figure = read(match, text)
                if figure:
                    found.append(figure)
                    free = blanked(free, [figure])
    found += [
        Quantity("other", m[0], m.start(), m.end(), ("other", m[0].casefold())) for m in WITH_DIGITS.finditer(free)
    ]
    return tuple(sorted(found, key=lambda figure: figure.start))


def blanked(text: str, found: list[Quantity] | tuple[Quantity, ...]) -> str:
    """The text with spaces where the figures stand, as long as it was."""
    for figure in found:
        text = text[: figure.start] + " " * (figure.end - figure.start) + text[figure.end :]
    return text


def _date(match: re.Match[str], text: str) -> Quantity:
    named = match.groupdict()
    if named["iso"]:
        year, month, day = (int(part) for part in named["iso"].split("-"))
        return _dated(match, text, (year, month, day))
    name, on, of = (next((named[f"{part}{i}"] for i in ("", "2", "3") if named.get(f"{part}{i}")), None)
                    for part in ("month", "day", "year"))  # fmt: skip
    return _dated(
        match,
        text,
        (int(of) if of else None, _month(name or ""), int("".join(filter(str.isdecimal, on))) if on else None),
    )


def _month_alone(match: re.Match[str], text: str) -> Quantity:
    name = match[0].split("-")[-1].split()[-1]
    return replace(_dated(match, text, (None, _month(name), None)), vague=len(name) < len(match[0]))


def _month(name: str) -> int:
    return next(i for i, month in enumerate(MONTHS, 1) if month.startswith(name[:3].title()))


def _year(match: re.Match[str], text: str) -> Quantity | None:
    after = UNIT.match(text, match.end())
    counts = after and (after[1] or after[2] or not is_stop_word(after[3].casefold(), "en"))
    if counts and not BEFORE_A_YEAR.search(text, 0, match.start()):
        return None
    return _dated(match, text, (int(match[0]), None, None))


def _dated(match: re.Match[str], text: str, parts: tuple[int | None, int | None, int | None]) -> Quantity:
    vague = bool(VAGUE_DATE.search(text, 0, match.start()))
    return Quantity("date", match[0], match.start(), match.end(), ("date", vague, *parts), parts=parts, vague=vague)


def _time(match: re.Match[str], _text: str) -> Quantity | None:
    named = match.groupdict()
    half = (named["half"] or named["half2"] or {"": "", "morning": "a"}.get(named["part"] or "", "p")).lower()
    hour = int(value_of(named["hour"] or named["hour2"]))
    if hour > 24 or (named["hour"] and not half and "." in match[0]):
        return None  # "2.30" is a number like any other
    parts = (_hour_of_day(hour, half), int(named["minute"] or 0))
    return Quantity("time", match[0], match.start(), match.end(), ("time", *parts), parts=parts)


def _hour_of_day(hour: int, half: str) -> int:
    """The hour among 24, where ``half`` says of which half of the day it is: "a", "p", or "" where it does not."""
    return hour % 12 + 12 * (half == "p") if half and hour <= 12 else hour


def _weekday(match: re.Match[str], _text: str) -> Quantity:
    return Quantity("weekday", match[0], match.start(), match.end(), ("weekday", match[0]))


def _range(match: re.Match[str], text: str) -> Quantity | None:
    first, last = match[1] or match[2], match[3]
    found = bounds(first, last)
    if not found:
        return None
    (low, high), *also = found
    unit = CURRENCIES.get(first[0]) or _unit(last, text, match.end())
    end = _with_percent(text, match.end())
    return Quantity("number", text[match.start() : end], match.start(), end, ("range", low, high), low, high, unit,
                  also=tuple(also))  # fmt: skip


def _number(match: re.Match[str], text: str) -> Quantity | None:
    values, unit = values_of(match[0]), _unit(match[0], text, match.end())
    if match[0].lower() == "one" and unit in ("", "of"):
        return None  # a pronoun
    start, end, sense = match.start(), match.end(), "exactly"
    before = SENSE.search(text, 0, match.start())
    if before:
        start, sense = before.start(), str(before.lastgroup)
    after = OR_MORE.match(text, end)
    if after:
        end, sense = after.end(), "at_least"
    (low, high), *also = (_bounds(match[0], each, sense) for each in values)
    end = _with_percent(text, end)
    counted = unit if unit == "of" or unit in CURRENCIES.values() else ""
    value = values[0] if len(values) == 1 else values
    return Quantity("number", text[start:end], start, end, ("number", value, sense, counted), low, high, unit,
                  also=tuple(also))  # fmt: skip


def _bounds(amount: str, value: float, sense: str) -> tuple[float, float]:
    """Between what the number lies that is about, at least, at most or exactly an amount."""
    slack = ABOUT_MEANS * value if sense == "about" else slack_of(amount, value)
    return 0.0 if sense == "at_most" else value - slack, math.inf if sense == "at_least" else value + slack


def _with_percent(text: str, end: int) -> int:
    """Where a number ends, with the sign for per cent after it."""
    sign = end + 1 if text[end : end + 1].isspace() else end
    return sign + 1 if text.startswith("%", sign) else end


def _unit(amount: str, text: str, end: int) -> str:
    if amount[0] in CURRENCIES:
        return CURRENCIES[amount[0]]
    found = UNIT.match(text, end)
    if found and found[3] == "of":
        return "of"  # a part: "twelve of the forty", which is no other figure for the forty
    if not found or (found[3] and is_stop_word(found[3].casefold(), "en")):
        return ""
    word = (found[1] or (found[2] and "percent") or found[3]).casefold()
    return stem(UNITS.get(word, word))


_READERS = (
    (DATE, _date),
    (TIME, _time),
    (RANGE, _range),
    (YEAR, _year),
    (ALONE, _month_alone),
    (DAY_OF_WEEK, _weekday),
    (NUMBER, _number),
)
