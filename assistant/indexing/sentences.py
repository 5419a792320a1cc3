"""Sentences, with their offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass

import sentencex

OPENS_LOWER_CASE = re.compile(r"[\"'\u2018\u2019\u201c\u201d(\[]*[a-z\u0430-\u044f]")
ENDS_A_SENTENCE = re.compile(r"[.!?\u2026\u3002\uff01\uff1f\u061f\u0964][\"'\u2019\u201d\u00bb)\]*_]*(?:\[\d+\])*$")


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters, ``text[start:end]``."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start


def sentences(text: str, start: int, end: int) -> list[Span]:
    """The sentences of ``text[start:end]``, in order, without the space around them; nothing else is left out.

    A piece that opens in lower case belongs to the sentence before it: an abbreviation ended that one, not a thought.
    """
    found: list[Span] = []
    position = start
    # NOTE: sentencex gives back every character, so lengths add up to offsets; it would split at newlines.
    for piece in sentencex.segment("en", text[start:end].replace("\n", " ")):
        span = trimmed(text, position, position + len(piece))
        position += len(piece)
        if not span:
            continue
        if found and OPENS_LOWER_CASE.match(text, span.start):
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return found


def ends_a_sentence(text: str) -> bool:
    """Whether the text ends as a sentence does: with a full stop, question or exclamation mark, quotes aside."""
    return bool(ENDS_A_SENTENCE.search(text.rstrip()))


def trimmed(text: str, start: int, end: int) -> Span | None:
    """The range without the white space at its ends, or None when nothing is left."""
    piece = text[start:end]
    stripped = piece.strip()
    if not stripped:
        return None
    start += len(piece) - len(piece.lstrip())
    return Span(start, start + len(stripped))
