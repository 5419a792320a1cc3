"""Times and names, as they are written in English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.text.english.vocabulary import (
    CAPITAL,
    MONTH,
    MONTH_ALONE,
    NUMERAL,
    ORDINAL_WORD,
    PART_OF_A_TIME,
    WEEKDAY,
)
from assistant.text.sentences import Span
from assistant.text.terms import is_stop_word
from assistant.types import DEFAULT_LANGUAGE

WORDED = rf"(?:{NUMERAL}(?:-{NUMERAL})?)"
ERA = r"(?:AD|BCE?|CE)\b"
YEAR = rf"(?:AD\s\d{{1,4}}\b|\d{{1,5}}\s?{ERA}|(?:1\d|20)\d\d\b)"
ORDINAL = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{ORDINAL_WORD})"
PART_OF_DAY = r"(?:in\s+the\s+(?:early\s+)?(?:morning|afternoon|evening)\b|at\s+night\b)"
PART_OF = rf"{PART_OF_A_TIME}?"
SEASON = r"(?:spring|summer|autumn|fall|winter)"
DATE = (
    rf"(?:(?:{WEEKDAY},?\s+)?(?:\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{MONTH}(?:,?\s+{YEAR})?"
    rf"|{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+{YEAR})?|{PART_OF}{MONTH}(?:\s+of)?,?\s+{YEAR}))"
)
TO = r"(?:\s?[\u2013-]\s?|\s+(?:to|until)\s+)"
CLOCK = r"(?:\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]\.m\.|[ap]m\b|o['\u2019]clock\b)|\d{1,2}:\d\d\b)"
TIME = re.compile(
    rf"(?<![\w$\u20ac\u00a3.,/-])(?:\d{{4}}-\d\d-\d\d\b|{DATE}(?:{TO}{DATE})?|{MONTH}{TO}{DATE}"
    rf"|{PART_OF}{SEASON}(?:\s+of)?\s+{YEAR}"
    rf"|(?:the\s+)?{PART_OF}(?:the\s+)?{ORDINAL}(?:\s+(?:and|to|or)\s+{ORDINAL})?[\s-]centur(?:y|ies)\b(?:\s{ERA})?"
    rf"|(?:the\s+)?{PART_OF}(?:the\s+)?(?:1\d|20)\d0['\u2019]?s\b(?:{TO}(?:the\s+)?(?:1\d|20)\d0s\b)?"
    rf"|{PART_OF}{YEAR}(?:{TO}(?:{YEAR}|\d\d\b))?"
    rf"|{WEEKDAY}(?:\s+(?:morning|afternoon|evening|night)s?\b)?"
    rf"|{CLOCK}(?:\s+{PART_OF_DAY})?|(?:\d{{1,2}}|{WORDED})\s+{PART_OF_DAY}"
    rf"|(?<=\bat\s)(?:{WORDED}|noon|midnight)\b|{MONTH_ALONE}"
    rf"|(?i:last|next|this)\s+(?:week(?:end)?|month|year|night|{SEASON}|{WEEKDAY}|{MONTH})|yesterday|today|tomorrow)(?![%\w])"
)
"""A date, month, year, century, decade, weekday, time of day or a time told from today, in its longest form."""

TITLE = r"(?:(?:Dr|Mr|Mrs|Ms|St|Sgt|Gen|Col|Lt|Capt|Prof|Rev|Sen|Gov|Jr|Sr)\.)"
PROPER = (
    rf"(?:{TITLE}|(?:{CAPITAL}\.){{2,}}|{CAPITAL}\.(?=\s{CAPITAL})"
    rf"|(?:al-|[dl]['\u2019])?{CAPITAL}(?:[\w\u0300-\u036f]|-(?=\w)|['\u2019](?!s\b)(?=\w))*)"
)
LINK = (
    r"(?:of(?:\s+the)?|van(?:\s+de[rn]?)?|von(?:\s+der)?|de(?:\s+l[ao]s?)?|der|den|du|del|della|da|di|dos|bin|ibn|al|"
    r"el|la|le|&|for)"
)
NAME = re.compile(rf"(?<![\w'\u2019-]){PROPER}(?:\s+(?:{LINK}\s+)?{PROPER})*")
"""A run of capitalised words with what links them ("Ludwig van Beethoven", "Archbishop of the North")."""
NO_NAME = re.compile(rf"{MONTH}|{WEEKDAY}|[IVXLC]+|{ORDINAL}|{WORDED}", re.IGNORECASE)
OPENS_A_CLAUSE = frozenset(
    "although though since while whereas unlike like despite because during before once unless other another both each "
    "every many several however yet here today later see no set".split()
)
ENDS_OF_PEOPLES = ("ian", "ean", "ish", "ese")
OF_A_PEOPLE = frozenset("American African Mexican German Norman Roman Dutch Welsh French Greek Swiss".split())
"""Adjectives such as "Italian": no name of anyone, nor of a place."""


def names(text: str) -> Iterator[Span]:
    """Where the text names a person, a place or a body; pronouns, days and peoples' adjectives are none."""
    for match in NAME.finditer(text):
        opens, end = not re.search(r"\w", text[: match.start()]), match.end()
        own = (word.start() for word in re.finditer(r"\S+", match[0]) if not _is_lead_in(word[0], opens=opens))
        start = match.start() + next(own, len(match[0]))
        if start < end and not _is_another_word(text[start:end], text[end:], opens=opens):
            yield Span(start, end)


def _is_another_word(name: str, behind: str, *, opens: bool) -> bool:
    """Whether what stands in capitals is no name: a day, a number, an adverb that opens, "Italian" before a noun."""
    ends = name[1:] if name.isalnum() else ""
    is_of_a_people = name in OF_A_PEOPLE or ends.endswith(ENDS_OF_PEOPLES)
    is_adjective = is_of_a_people and re.match(r"[\s-]++\w", behind) is not None
    return is_adjective or (opens and ends.endswith(("ly", "ing", "ed"))) or NO_NAME.fullmatch(name) is not None


def opening_name(text: str) -> str | None:
    """The name that a sentence opens with, after "The" at most; also a common word, where only that makes it one."""
    first = next(names(text), None)
    if first is None or re.search(r"\w", re.sub(r"^\W*+The\s", "", text[: first.start])):
        return None
    return text[first.start : first.end]


def _is_lead_in(word: str, *, opens: bool) -> bool:
    """Whether a word before a name is none of it: "The", what links, and any common word that opens the sentence."""
    if word.islower() or word == "The":
        return True
    is_common = is_stop_word(word.lower(), DEFAULT_LANGUAGE) or word.lower() in OPENS_A_CLAUSE
    return opens and not word.isupper() and is_common
