"""The words of a text, each with the place where it is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.text.scripts import is_without_spaces
from assistant.text.terms import ASCII_WORD, fold, words

PIECE = re.compile(r"\S+")
FURTHER = 200
"""How many characters further on a word is looked for, in a piece that holds several."""


@dataclass(frozen=True, slots=True)
class WrittenWord:
    """A word as `words` has it, and the characters ``text[start:end]`` that it is written in."""

    word: str
    start: int
    end: int


def written_words(text: str, start: int = 0, end: int | None = None) -> Iterator[WrittenWord]:
    """The words of ``text[start:end]`` in order, the same as `words` finds there, each with its place in ``text``."""
    for piece in PIECE.finditer(text, start, len(text) if end is None else end):
        yield from _placed(piece[0], piece.start())


def _placed(piece: str, offset: int) -> Iterator[WrittenWord]:
    """The words of a piece without white space, which begins at an offset."""
    if piece.isascii() and "'" not in piece and "," not in piece:  # as most are, and quickly told
        for plain in ASCII_WORD.finditer(piece.lower()):
            yield WrittenWord(plain[0], offset + plain.start(), offset + plain.end())
        return
    folded, places = _folded(piece)
    position = 0
    for word in words(piece):
        found = folded.find(word, position, position + len(word) + FURTHER)
        at = min(position, len(places) - 1) if found < 0 else found
        last = min(at + len(word), len(places)) - 1
        yield WrittenWord(word, offset + places[at][0], offset + places[max(at, last)][1])
        position = at + (1 if is_without_spaces(word) else len(word))


def _folded(piece: str) -> tuple[str, list[tuple[int, int]]]:
    """A piece folded, without the commas that words lose, and where each character of that stands in the piece."""
    if piece.isascii():
        kept = [(character, place) for place, character in enumerate(piece.lower()) if character != ","]
        return "".join(character for character, _ in kept), [(place, place + 1) for _, place in kept]
    shown = [(fold(piece[start:end]).replace(",", ""), (start, end)) for start, end in _clusters(piece)]
    return "".join(folded for folded, _ in shown), [place for folded, place in shown for _ in folded]


def _clusters(piece: str) -> Iterator[tuple[int, int]]:
    """Where each character stands, together with the marks that are set on it."""
    start = 0
    for place in range(1, len(piece) + 1):
        if place == len(piece) or not unicodedata.combining(piece[place]):
            yield start, place
            start = place
