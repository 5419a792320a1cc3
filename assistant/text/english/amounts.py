"""What an amount is worth that is written in digits, in English words, or in both."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.text.english.vocabulary import (
    DIGITS,
    FRACTION_SIGNS,
    FRACTIONS,
    MAGNITUDE,
    MIXED,
    NUMBER_WORDS,
    NUMERAL,
    PART,
    PART_OF_MAGNITUDE,
    SCALES,
)

SHORT_SCALES = {"m": 1e6, "bn": 1e9, "k": 1e3}
CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound"}
"""By sign, the stem of the word."""
AMOUNT = (
    rf"(?:[$€£]?(?:{PART_OF_MAGNITUDE}|{MIXED}|{PART}(?=\sof\b)|{DIGITS}(?:m|bn|k)?\b)|{NUMERAL}\b"
    rf"|(?<!\bof\s)an?(?=\s{MAGNITUDE}\b))"
    rf"(?:(?:[\s-]|(?<=hundred|housand|million)\sand\s)(?:{NUMERAL}|{MAGNITUDE})\b){{0,12}}"
)
"""A number, with the sign of its currency before it. "A million" is none after "of": some part of it is meant."""

ROUNDED_FROM = 1_000
"""From here on, a whole number may be one that was rounded to the digits that are not zero, by 5 % at most."""
ROUNDED_BY = 0.05
LEADING = re.compile(rf"({DIGITS})(bn|m|k)?(?![a-z\d])")
WORDS = re.compile("[a-z]+")


def values_of(amount: str) -> tuple[float, ...]:
    """What an amount may be worth: "two hundred and five", "half a million", "$4bn"; two values for "1.200"."""
    return tuple(value for value, _ in _readings(amount))


def value_of(amount: str) -> float:
    """What an amount is worth, where one point in it is a decimal point."""
    return values_of(amount)[0]


def bounds(first: str, last: str) -> tuple[tuple[float, float], ...]:
    """From where to where a range reaches, in each way in which it may be read; () if it is none.

    A magnitude after it holds for both ends: "1.5 to 2 million" is from 1,500,000 to 2,000,000.
    """
    scale = 1.0 if _scale_of(first) > 1 else _scale_of(last)
    pairs = [(low, high) for low in values_of(first) for high in values_of(last)]
    scaled = [(low * scale if low * scale < high else low, high) for low, high in pairs]
    return tuple((low, high) for low, high in scaled if low < high)


def slack_of(amount: str, value: float) -> float:
    """By how much a number may be off for having been rounded: half of its last digit; of a fraction, 5 %."""
    if not FRACTIONS.keys().isdisjoint(WORDS.findall(_spelled(amount))):
        return ROUNDED_BY * value
    unit = dict(_readings(amount)).get(value)
    if unit is not None:
        return 0.499 * unit
    if value < ROUNDED_FROM:
        return 0.499
    last = 1.0
    while value % (last * 10) == 0:
        last *= 10
    return min(0.499 * last, ROUNDED_BY * value)


def _readings(amount: str) -> tuple[tuple[float, float | None], ...]:
    """What an amount may be worth, each with what one in the last of its decimals is worth; None if it has none."""
    text = _spelled(amount)
    digits = LEADING.match(text)
    if digits is None:
        return ((_counted(WORDS.findall(text), 0.0), None),)
    words = WORDS.findall(text[digits.end() :])
    scale = SHORT_SCALES.get(digits[2] or "", 1.0)
    found = _numbers(digits[1])
    if words or digits[2]:
        found = found[:1]
    return tuple(
        (_counted(words, number * scale), _counted(words, scale * 10.0**-decimals) if decimals else None)
        for number, decimals in found
    )


def _spelled(amount: str) -> str:
    """The amount in small letters, without the sign of its currency, and with words for signs such as "½"."""
    text = amount.lower().lstrip("$€£")
    for sign, words in FRACTION_SIGNS.items():
        text = re.sub(rf"(?<=\d){sign}", f" and {words}", text).replace(sign, words)
    return text


def _numbers(digits: str) -> list[tuple[float, int]]:
    """What digits may be worth, and how many decimals they then have; the last comma or point may part decimals."""
    plain = "".join(sign for sign in digits if sign.isdecimal() or sign in ".,")
    mark = max(plain.rfind(","), plain.rfind("."))
    if mark < 0:
        return [(float(plain), 0)]
    whole, decimals = plain[:mark], plain[mark + 1 :]
    grouped = (float("".join(filter(str.isdecimal, plain))), 0)
    if plain.count(plain[mark]) > 1:
        return [grouped]
    decimal = (float(f"{''.join(filter(str.isdecimal, whole))}.{decimals}"), len(decimals))
    if plain != digits or not _may_part_thousands(whole, decimals):
        return [decimal]
    return [grouped] if plain[mark] == "," else [decimal, grouped]


def _may_part_thousands(before: str, after: str) -> bool:
    """Whether the one mark between digits may do so: a comma in English ("1,200"), a point in many others ("1.200")."""
    return before.isdecimal() and before[0] in "123456789" and len(before) <= len(after) == 3


def _counted(words: Iterable[str], number: float) -> float:
    """What a number is worth with the words after it; the number is 0 where there are only words."""
    total, current, before, scale = 0.0, number, 0.0, 1.0
    for word in words:
        if word in NUMBER_WORDS:
            current += NUMBER_WORDS[word]
        elif word == "and":
            before = current
        elif word in FRACTIONS:
            of_what = scale if total and not current else 1.0
            current = before + of_what * _parts(current - before, word)
        elif word in SCALES:
            scale = SCALES[word]
            current = (current or 1) * scale
            if scale >= 1_000:
                total, current = total + current, 0.0
    return total + current


def _parts(count: float, fraction: str) -> float:
    """So many parts of one: 0.75 for three quarters; the one part where there is no count."""
    return (count or 1) / FRACTIONS[fraction]


def _scale_of(amount: str) -> float:
    """The last magnitude that an amount names: 1,000,000 of "2 million" and "2m"; 1 where it names none."""
    text = _spelled(amount)
    named = [SCALES[word] for word in WORDS.findall(text) if word in SCALES]
    digits = LEADING.match(text)
    return named[-1] if named else SHORT_SCALES.get(digits[2] or "", 1.0) if digits else 1.0
