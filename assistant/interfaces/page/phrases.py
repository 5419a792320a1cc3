"""Phrases of the page: counts, days, and what can be shown at all. What is HTML comes from `templates`."""

from __future__ import annotations

from datetime import date

from assistant.text.characters import without_surrogates


def showable(text: str) -> str:
    """``text`` with a sign in place of each character that HTML cannot hold."""
    return without_surrogates(text).replace("\0", "\N{REPLACEMENT CHARACTER}")


def day(published: str | None) -> str:
    """An ISO date for people, as in ``3 April 2024``; text that is no date comes back as it is, None as ``""``."""
    try:
        when = date.fromisoformat((published or "")[:10])
    except ValueError:
        return published or ""
    return f"{when.day} {when:%B %Y}"


def short_day(published: str | None) -> str:
    """As `day`, in the width of a column: ``3 Apr 2024``."""
    words = day(published).split()
    return f"{words[0]} {words[1][:3]} {words[2]}" if len(words) == 3 and words[0].isdecimal() else " ".join(words)


def byline(*parts: str | None) -> str:
    """The parts that say something, joined by a middle dot."""
    return " · ".join(part for part in parts if part)


def count(number: int, noun: str) -> str:
    """``1 document``, ``1,204 documents``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
