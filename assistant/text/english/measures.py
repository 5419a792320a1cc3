"""Quantities, and the units in which a question wants them (in English)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from assistant.text.english.expressions import QUANTITY, TIME
from assistant.text.english.quantities import BEFORE_A_YEAR
from assistant.text.english.vocabulary import PART
from assistant.text.sentences import Span
from assistant.text.terms import is_stop_word, terms
from assistant.types import DEFAULT_LANGUAGE

LENGTH = r"(?:kilo|centi|milli|nano)?met(?:er|re)s?|miles?|feet|foot|ft|inch(?:es)?|yards?|km|cm|mm|m|light[\s-]years?"
DURATION = r"(?:milli)?seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|centur(?:y|ies)|seasons?"
SIZE = (
    r"acres?|hectares?|square\s\w+|sq\.?\s\w+|km\u00b2|m\u00b2|cubic\s\w+|gigabytes?|[kmgt]b|bytes?"
    r"|lit(?:er|re)s?|gallons?"
)
MASS = r"(?:kilo)?grams?|kg|(?:metric\s)?tons?|tonnes?|lbs?|ounces?|mg"
MONEY = r"dollars?|euros?|pounds?|cents?|francs?|yen|rubles?|roubles?|rupees?|yuan|crowns?"
SPEED = r"mph|knots|km/h|(?:kilomet(?:er|re)s|miles|met(?:er|re)s|feet)\s(?:per|an?)\s\w+"
UNITS = tuple(
    (re.compile(rf"\bhow\s+(?:{asked})\b", re.IGNORECASE), re.compile(rf"[\s-]*+(?:{units})(?!\w)", re.IGNORECASE))
    for asked, units in (
        ("long", rf"(?:{DURATION}|{LENGTH})(?:[\s-]long\b)?"),
        ("old", r"(?:years?|months?|days?|centur(?:y|ies))(?:[\s-]old\b)?"),
        ("far|tall|high|deep|wide", rf"(?:{LENGTH})(?:[\s-](?:tall|high|deep|wide|away)\b)?"),
        ("big|large", rf"{SIZE}|{LENGTH}|people|inhabitants|residents|members"),
        ("often", r"(?:times|days|hours|weeks|months|years)(?:\s(?:a|per)\s\w+)?|(?:a|per)\s\w+"),
        ("fast", SPEED),
        ("much", rf"{SIZE}|{MASS}|{MONEY}"),
    )
)
SHARE = re.compile(r"\b(?:percent\w*|per\s+cent|proportion|share)\b", re.IGNORECASE)
NOUN = re.compile(r"[\s-](?!\w*(?:ed|ing)\b)([a-z][a-z-]{1,60}s)\b")
PLURAL = re.compile(r"(?<![a-z-])[a-z-]+s|people|men|women|children")
MAXIMUM_PLURALS = 8
"""So many words of a question are looked at."""
LONGEST_NO_PLURAL = 3
"""Shorter words in -s are mostly no plurals ("was", "its")."""
ASKS_FOR_A_TIME = re.compile(r"\bhow\s+(?:long|old|often)\b", re.IGNORECASE)
COUNTS = re.compile(r"\bhow\s+many\b", re.IGNORECASE)
LABEL = r"(?:no|nr|number|id|code)\b\.?"
ONE_OF_THEM = re.compile(r"one(?:\s+of)?\s+(?:the|its|his|her|their|them)\b", re.IGNORECASE)
SOME_MORE_WORDS = re.compile(r"(?:\s[a-z-]++){1,3}")


@dataclass(frozen=True, slots=True)
class Measure:
    """What a number must be: a share, an amount (of money too), in ``units``; ``asked`` are the question's terms.

    ``names_one`` matches what holds a number that names one of the things that are counted; None where none are.
    """

    is_share: bool
    is_amount: bool
    units: re.Pattern[str] | None
    asked: frozenset[str]
    names_one: re.Pattern[str] | None


def measure_of(question: str) -> Measure:
    """What a question says of the number it asks for."""
    units = next((units for asked, units in UNITS if asked.search(question)), None)
    is_amount = bool(re.search(r"\bhow\s+much\b|\bwhat\s+amount\b", question, re.IGNORECASE))
    asked = frozenset(term for term in terms(question) if not is_stop_word(term, DEFAULT_LANGUAGE))
    names_one = identifiers(question) if COUNTS.search(question) else None
    return Measure(bool(SHARE.search(question)), is_amount, units, asked, names_one)


def plurals_of(question: str) -> dict[str, tuple[str, ...]]:
    """The words of a question that may be plurals, in small letters, each with what its singular may be."""
    words = (
        word for word in re.findall(r"[a-z]++", question.lower()) if word[-1] == "s" and len(word) > LONGEST_NO_PLURAL
    )
    return {word: (word[:-1], word[:-2], f"{word[:-3]}y") for word in islice(words, MAXIMUM_PLURALS)}


@lru_cache(maxsize=64)
def identifiers(question: str) -> re.Pattern[str]:
    """What names one of the things that a question counts, and is no count of them ("order 1017", "Order no. A-7")."""
    named = "".join(f"{each}|" for singulars in plurals_of(question).values() for each in singulars)
    return re.compile(
        rf"(?:\b(?:{named}{LABEL})(?:\s{LABEL})?[\s:#]{{1,3}}|#)(?:[a-z]{{1,4}}-?)?\d[\w-]{{0,30}}",
        re.IGNORECASE,
    )


def without_other_numbers(text: str, question: str) -> str:
    """The text without numbers that are no amounts: those that name one of what is counted, and times.

    Times stay where the question asks for one ("how long", "how old", "how often").
    """
    text = identifiers(question).sub(" ", text) if COUNTS.search(question) else text
    if ASKS_FOR_A_TIME.search(question):
        return text

    def kept(match: re.Match[str]) -> str:
        is_number = match[0].isdigit() and not BEFORE_A_YEAR.search(text, 0, match.start())
        return match[0] if is_number else " "

    return TIME.sub(kept, text)


def quantities(text: str, measure: Measure) -> Iterator[Span]:
    """Where the text holds a number that fits the measure, with its unit or the noun it counts; no dates."""
    others = [match.span() for match in TIME.finditer(text)]
    others += [match.span() for match in measure.names_one.finditer(text)] if measure.names_one else []
    for match in QUANTITY.finditer(text):
        is_other = any(start < match.end() and match.start() < end for start, end in others)
        if is_other or ONE_OF_THEM.match(text, match.start()):
            continue
        end = _end(text, match, measure)
        if end:
            yield Span(match.start(), end)


def _end(text: str, match: re.Match[str], measure: Measure) -> int | None:
    """Where the number with its unit ends; None when it does not fit the measure."""
    unit = measure.units.match(text, match.end()) if measure.units else None
    if unit:
        return unit.end()
    if measure.is_share:
        return match.end() if match["percent"] or re.fullmatch(PART, match["number"], re.IGNORECASE) else None
    if match["percent"] or match["currency"]:
        return match.end() if measure.is_amount else None
    return None if measure.units else _with_noun(text, match.end(), measure.asked)


def _with_noun(text: str, end: int, asked: frozenset[str]) -> int:
    """Where the noun ends that a number counts: one that the question names, or else a plural right after it."""
    words = SOME_MORE_WORDS.match(text, end)
    named = end
    for word in re.finditer(r"[a-z-]+", words[0]) if words else ():
        if is_stop_word(word[0], DEFAULT_LANGUAGE) or word[0].endswith(("ed", "ing")):
            break
        is_plural = PLURAL.fullmatch(word[0]) is not None
        if set(terms(word[0])) & asked and (is_plural or named == end):
            named = end + word.end()
        if is_plural:
            break
    noun = NOUN.match(text, end)
    return max(named, noun.end() if noun and not is_stop_word(noun[1], DEFAULT_LANGUAGE) else end)
