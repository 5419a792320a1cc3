"""What a cell holds: a number with its unit, a day, yes or no, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from assistant.text.english.vocabulary import MONTHS
from assistant.text.units import CURRENCIES, SCALES

DecimalMark = Literal[".", ","]

MISSING = frozenset(
    {"", "-", "–", "—", "n/a", "na", "n.a.", "none", "null", "nil", "nan", "k. a.", "k.a.", "...", "…", "?", "#n/a"}
)
TRUE, FALSE = (
    frozenset({"yes", "true", "y", "ja", "✓", "✔", "oui", "sí"}),
    frozenset({"no", "false", "n", "nein", "✗", "✘", "non"}),
)
LONGEST_NUMBER, LONGEST_UNIT, LONGEST_DIGITS = 60, 16, 24

NUMBER = re.compile(
    r"(?P<before>[^\d.,]{0,60}+)(?P<digits>[.,]?\d++(?:[.,'’\u00a0\u2009\u202f ]\d++)*+)(?P<after>.*+)", re.DOTALL
)
MAY_BEGIN = frozenset(name[0] for word in CURRENCIES for name in (word, word.upper()) if name.isalpha())
FOOTNOTE = re.compile(r"(?:\*{1,3}|[¹²³⁴⁵⁶⁷⁸⁹†‡]|\[\w{1,2}\])$")
MINUS = ("-", "−", "–")
SIGNS = (*MINUS, "+")
DECIMAL_MARKS: tuple[DecimalMark, ...] = (".", ",")
UNIT = re.compile(
    r"[^\W\d_]{1,12}[23]?(?:\s?/\s?[^\W\d_]{1,12}[23]?)?|[%‰°€$£¥₹](?:\s?[^\W\d_]{1,8})?|°[CF]"
    r"|(?:US|A|C)\$|[^\W\d_]{1,3}[²³]"
)

DAY = re.compile(
    r"""(?P<iso>\d{4}-\d\d-\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?
    | (?P<first>\d{1,2})(?P<mark>[./])(?P<second>\d{1,2})(?P=mark)(?P<of>\d{4})(?:[ ]\d\d:\d\d(?::\d\d)?)?
    | (?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?[ ])?(?P<month>[A-Za-z]{3,9})\.?
      (?:[ ](?P<day2>\d{1,2})(?:st|nd|rd|th)?,)?[ ](?P<year>\d{4})
    """,
    re.VERBOSE,
)
"""A day as in ISO 8601, in figures whose order the mark between them tells, or with its month in words."""


@dataclass(frozen=True, slots=True)
class CellNumber:
    """A number as a cell has it: its value by each decimal mark that it can be read with, and its unit.

    ``is_before`` says that the unit stands before the number.
    """

    values: dict[DecimalMark, Decimal]
    unit: str = ""
    is_before: bool = False


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is nothing to say."""
    return cell.strip().lower() in MISSING


def flag(cell: str) -> bool | None:
    """What a cell says that holds yes or no; None for any other."""
    word = cell.strip().lower()
    return True if word in TRUE else False if word in FALSE else None


@dataclass(frozen=True, slots=True)
class _NumberParts:
    """The figures of a number, and what stands before and behind them beside its sign."""

    digits: str
    before: str
    after: str
    is_negative: bool


def measured(cell: str) -> CellNumber | None:
    """The number that a cell holds and nothing beside it but a unit; None for any other cell."""
    parts = _number_parts(cell.strip())
    if parts is None:
        return None
    zeros, after = _scale(parts.after, bool(parts.before))
    unit = _unit(parts.before, after)
    if unit is None:
        return None
    sign = -1 if parts.is_negative else 1
    values = {mark: value.scaleb(zeros) * sign for mark, value in _readings(parts.digits)}
    return CellNumber(values, unit, bool(parts.before)) if values else None


def _number_parts(text: str) -> _NumberParts | None:
    if text[:1].isalpha() and text[:1] not in MAY_BEGIN:
        return None
    text = FOOTNOTE.sub("", text).rstrip()
    in_brackets = text.startswith("(") and text.endswith(")")
    found = NUMBER.fullmatch(text[1:-1] if in_brackets else text) if len(text) <= LONGEST_NUMBER else None
    if not found or len(found["digits"]) > LONGEST_DIGITS:
        return None
    before, after, has_minus = _without_sign(found["before"].strip(), found["after"].strip())
    return _NumberParts(found["digits"], before, after, in_brackets or has_minus)


def _without_sign(before: str, after: str) -> tuple[str, str, bool]:
    """What stands before and behind figures without their sign, and whether that is a minus."""
    sign = next((one for one in SIGNS if before.startswith(one) or before.endswith(one)), "")
    is_behind = after == "-"
    return before.strip(sign).strip(), "" if is_behind else after, is_behind or sign in MINUS


def _unit(before: str, after: str) -> str | None:
    """The unit before or behind a number, "" where there is none; None where something else stands there."""
    unit = before or after
    if unit and not (len(unit) <= LONGEST_UNIT and UNIT.fullmatch(unit)):
        return None
    if before and (after or before.lower() not in CURRENCIES):
        return None  # a number behind a word is a name: "Room 12"
    return CURRENCIES.get(unit.lower(), unit)


def _scale(after: str, is_money: bool) -> tuple[int, str]:
    """How many zeros what stands behind a number adds, and the rest of it; a bare "m" is one behind money alone."""
    word, _, rest = after.partition(" ")
    known = word.lower().rstrip(".")
    if known in SCALES:
        return SCALES[known], rest.strip()
    return (6, "") if is_money and known == "m" else (0, after)


def _readings(digits: str) -> list[tuple[DecimalMark, Decimal]]:
    found: list[tuple[DecimalMark, Decimal]] = []
    for mark in DECIMAL_MARKS:
        whole, has_decimals, decimals = digits.partition(mark)
        first, *groups = "".join(one if one.isdecimal() else " " for one in whole).split(" ")
        is_grouped = 0 < len(first) <= 3 and all(len(group) == 3 for group in groups)
        if (is_grouped or not groups) and (decimals.isdecimal() or not has_decimals):
            found.append((mark, Decimal(f"{first}{''.join(groups)}.{decimals}")))
    return found


def days(cell: str) -> tuple[date, ...]:
    """The day that a cell holds and nothing beside it: two where it may be read with the month first or last, or none.

    A month alone is its first day.
    """
    text = cell.strip()
    found = DAY.fullmatch(text) if len(text) <= LONGEST_NUMBER else None
    if not found:
        return ()
    if found["iso"]:
        year, month, day = map(int, found["iso"].split("-"))
        return _existing([(year, month, day)])
    if found["mark"]:
        first, second, year = int(found["first"]), int(found["second"]), int(found["of"])
        with_day_first = (year, second, first)
        return _existing([with_day_first] if found["mark"] == "." else [with_day_first, (year, first, second)])
    return _existing([(int(found["year"]), month_number(found["month"]), int(found["day"] or found["day2"] or 1))])


def month_place(cell: str) -> int | None:
    """Where the month stands in a day in figures, 0 for the first place or 1; None where it may be either."""
    found = DAY.fullmatch(cell.strip()[:LONGEST_NUMBER])
    if not found or not found["mark"]:
        return None
    return 1 if int(found["first"]) > 12 else 0 if int(found["second"]) > 12 else None


def month_number(name: str) -> int:
    """The number of a month by its English name, whole or shortened to three letters or four; 0 for another word."""
    word = name.title()
    return next((at for at, month in enumerate(MONTHS, 1) if word == month or word in (month[:3], month[:4])), 0)


def _existing(parts: list[tuple[int, int, int]]) -> tuple[date, ...]:
    found: dict[date, None] = {}
    for year, month, day in parts:
        try:
            found[date(year, month, day)] = None
        except ValueError:
            continue
    return tuple(found)
