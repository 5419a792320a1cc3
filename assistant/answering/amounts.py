"""What an amount is worth that is written in digits, in English words, or in both."""

from __future__ import annotations

import re

from assistant.answering.vocabulary import DIGITS, MAGNITUDE, NUMERAL, SCALES, SMALL_NUMBERS, TENS

SHORT_SCALES = {"m": 1e6, "bn": 1e9, "k": 1e3}
CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound"}
"""By sign, the stem of the word."""
AMOUNT = (
    rf"(?:[$€£]?{DIGITS}(?:m|bn|k)?\b|{NUMERAL}\b|an?(?=\s{MAGNITUDE}\b))"
    rf"(?:(?:[\s-]|(?<=hundred|housand|million)\sand\s)(?:{NUMERAL}|{MAGNITUDE})\b){{0,12}}"
)
"""A number, with the sign of its currency before it."""

ROUNDED_FROM = 1_000
"""From here on, a whole number may be one that was rounded to the digits that are not zero, by 5 % at most."""
ROUNDED_BY = 0.05


def value_of(amount: str) -> float:
    """What an amount is worth: "two hundred and five", "1.2 million", "$4bn"."""
    text = amount.lower().lstrip("$€£").replace(",", "")
    digits = re.match(r"(\d+(?:\.\d+)?)(bn|m|k)?\b", text)
    total, current = 0.0, float(digits[1]) * SHORT_SCALES.get(digits[2] or "", 1) if digits else 0.0
    for word in re.findall("[a-z]+", text[digits.end() :] if digits else text):
        if word in TENS or word in SMALL_NUMBERS:
            current += 20 + 10 * TENS.index(word) if word in TENS else SMALL_NUMBERS.index(word)
        elif word in SCALES:
            current = (current or 1) * SCALES[word]
            if SCALES[word] >= 1_000:
                total, current = total + current, 0.0
    return total + current


def slack_of(amount: str, value: float) -> float:
    """By how much a number may be off for having been rounded: just under half of its last digit."""
    written = re.search(r"(?<![\d,])[\d,]*+\.(\d+)", amount)
    if written:
        return 0.499 * 10.0 ** -len(written[1]) * value / (float(written[0].replace(",", "")) or 1)
    if value < ROUNDED_FROM:
        return 0.499
    last = 1.0
    while value % (last * 10) == 0:
        last *= 10
    return min(0.499 * last, ROUNDED_BY * value)
