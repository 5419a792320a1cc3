"""Turning text that others wrote into HTML that can do nothing: every part of the screen goes through here."""

from __future__ import annotations

import re
from datetime import date
from html import escape

from assistant.text.characters import without_surrogates

_BOLD = re.compile(r"\*\*(\S|\S.*?\S)\*\*")


def plain(text: str) -> str:
    """``text`` as HTML that shows exactly ``text``, in an element or a quoted attribute."""
    return escape(without_surrogates(text).replace("\0", "\N{REPLACEMENT CHARACTER}"), quote=True)


def prose(text: str) -> str:
    """``text`` as HTML in which ``**words**`` are bold; every other character shows as itself."""
    return _BOLD.sub(r"<strong>\1</strong>", plain(text))


def emphasised_prose(text: str, emphasis: tuple[int, int] | None) -> str:
    """``text`` as `prose`, with the characters from the first of ``emphasis`` up to the second in a ``strong`` element.

    ``**`` pairs that begin on one side of its ends and close on the other show as they are.
    """
    start, end = emphasis or (0, 0)
    if not 0 <= start < end <= len(text):
        return prose(text)
    return f'{prose(text[:start])}<strong class="asked">{prose(text[start:end])}</strong>{prose(text[end:])}'


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
    """The parts that say something, escaped and joined by a middle dot."""
    return " · ".join(plain(part) for part in parts if part)


def count(number: int, noun: str) -> str:
    """``1 document``, ``1,204 documents``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def render_problem(problem: str) -> str:
    """HTML of a problem that concerns a whole part of the page."""
    return f'<p class="problem" role="alert">{plain(problem)}</p>'
