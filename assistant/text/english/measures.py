"""Numbers that a question asks for, and those that are none (in English)."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from assistant.text.english.expressions import TIME
from assistant.text.english.quantities import BEFORE_A_YEAR

MAXIMUM_PLURALS = 8
"""So many words of a question are looked at."""
LONGEST_NO_PLURAL = 3
"""Shorter words in -s are mostly no plurals ("was", "its")."""
ASKS_FOR_A_TIME = re.compile(r"\bhow\s+(?:long|old|often)\b", re.IGNORECASE)
COUNTS = re.compile(r"\bhow\s+many\b", re.IGNORECASE)
LABEL = r"(?:no|nr|number|id|code)\b\.?"


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
