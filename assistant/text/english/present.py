"""Words for what is so now, in questions for it and in texts of some day (in English)."""

from __future__ import annotations

import re

ASKS_FOR_NOW = re.compile(
    r"\b(?:latest|newest|most\s+recent(?:ly)?|now|nowadays|current(?:ly)?|today|tonight|at\s+(?:the\s+moment|present)|"
    r"presently|these\s+days|so\s+far|to\s+date|as\s+of|by\s+now|still|any\s?more|yet|in\s+the\s+end)\b"
    r"|\A\W*(?:who|where)(?:['\u2019]s|\s+(?:is|are))\b",
    re.IGNORECASE,
)
"""Words that say so, and "who is" and "where is": offices and people move."""
NAMES_A_TIME = re.compile(r"\b(?:1[5-9]|20)\d\d\b|\bwhen\b|\b(?:first|former|then|original(?:ly)?)\b", re.IGNORECASE)
LATEST = re.compile(r"\b(?:latest|newest|most\s+recent(?:ly)?)\b", re.IGNORECASE)
SEEN_FROM_ITS_DAY = re.compile(
    r"\b(?:ago|today|yesterday|tomorrow|tonight|currently|so\sfar|as\sof|(?:this|last|next)\s(?:week|month|year))\b",
    re.IGNORECASE,
)
"""A time that is told from the day on which a text was written: on another day another thing is true."""


def asks_for_now(question: str) -> bool:
    """Whether a question asks for what is so now, and not at some time that it names."""
    return bool(ASKS_FOR_NOW.search(question)) and not NAMES_A_TIME.search(question)


def asks_for_latest(question: str) -> bool:
    """Whether a question asks for the latest of something."""
    return bool(LATEST.search(question))
