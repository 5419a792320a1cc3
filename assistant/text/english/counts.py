"""Questions for how many there are of something (in English)."""

from __future__ import annotations

import re
from itertools import islice

COUNTS = re.compile(r"\bhow\s+many\b", re.IGNORECASE)
MAXIMUM_PLURALS = 8
"""So many words of a question are looked at."""
LONGEST_NO_PLURAL = 3
"""Shorter words in -s are mostly no plurals ("was", "its")."""


def asks_for_a_count(question: str) -> bool:
    """Whether it is asked how many there are."""
    return bool(COUNTS.search(question))


def plurals_of(question: str) -> dict[str, tuple[str, ...]]:
    """The words of a question that may be plurals, in small letters, each with what its singular may be."""
    words = (
        word for word in re.findall(r"[a-z]++", question.lower()) if word[-1] == "s" and len(word) > LONGEST_NO_PLURAL
    )
    return {word: (word[:-1], word[:-2], f"{word[:-3]}y") for word in islice(words, MAXIMUM_PLURALS)}
