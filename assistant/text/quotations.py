"""Quotations in a text: what stands between quotation marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

CLOSED_BY = {
    "\u201c": '\u201d"',
    "\u201e": "\u201c\u201d",
    "\u00ab": "\u00bb",
    "\u2039": "\u203a",
    '"': '"',
    "\u2018": "\u2019",
    "'": "'",
}
"""What closes a quotation that a mark opens."""
APOSTROPHES = "\u2019'"
"""Marks that close a quotation or stand in a word."""
BEFORE_A_CLOSING = '.,!?\u2026;\u201d"'
"""What stands before a mark that plainly closes, and is no apostrophe."""

LONGEST_BETWEEN_APOSTROPHES = 1_000
"""Characters of a quotation in single marks; where nothing closes it sooner, its mark is an apostrophe."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """What is quoted, ``text[start:end]``, and where its marks are: ``text[opens:closes]`` holds both."""

    opens: int
    start: int
    end: int
    closes: int


def quotations(text: str, start: int, end: int) -> Iterator[Quotation]:
    """The quotations in ``text[start:end]``, a paragraph, in order; those inside others are parts of these.

    One that is not closed goes to the end, as where it runs on in the next paragraph; not so one in single straight
    marks, which are apostrophes more often.
    """
    position = start
    while position < end:
        closing = CLOSED_BY.get(text[position])
        if closing is None or not _opens(text, position, start):
            position += 1
            continue
        closed = _closing(text, position + 1, end, closing)
        if closed is None and closing in APOSTROPHES:
            position += 1
            continue
        last = end if closed is None else closed
        if text[position + 1 : last].strip():
            yield Quotation(position, position + 1, last, min(last + 1, end))
        position = last + 1


def _opens(text: str, position: int, start: int) -> bool:
    """Whether a mark opens a quotation: where others may close one, too, no word ends before it and one begins."""
    if text[position] not in "\"'":
        return True
    before = text[position - 1] if position > start else " "
    after = text[position + 1 : position + 2]
    return not before.isalnum() and before not in ".,!?" and bool(after) and not after.isspace()


def _closing(text: str, start: int, end: int, marks: str) -> int | None:
    """Where a quotation is closed; an apostrophe closes it only where no mark is found that plainly does."""
    if marks not in APOSTROPHES:
        places = [place for mark in marks if (place := text.find(mark, start, end)) >= 0]
        return min(places, default=None)
    after_a_word = None
    end = min(end, start + LONGEST_BETWEEN_APOSTROPHES)
    place = text.find(marks, start, end)
    while place >= 0:
        if not text[place + 1 : place + 2].isalnum():
            if text[place - 1] in BEFORE_A_CLOSING:
                return place
            after_a_word = place if after_a_word is None else after_a_word
        place = text.find(marks, place + 1, end)
    return after_a_word
