"""Text compared by its words: case, punctuation and white space do not count."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

WORD = re.compile(r"[^\W_]+")

Span = tuple[int, int]
"""Character offsets, half open."""


def normalised(text: str) -> str:
    """The words of a text, case folded and with single spaces between them."""
    return " ".join(word.casefold() for word in WORD.findall(text))


def states(text: str, answers: Iterable[str]) -> bool:
    """Whether at least one of the answers stands in the text, word for word."""
    said = f" {normalised(text)} "
    wanted = (normalised(answer) for answer in answers)
    return any(f" {answer} " in said for answer in wanted if answer)


class SearchableText:
    """A text in which runs of words are found, whatever their case and the marks between them."""

    def __init__(self, text: str) -> None:
        matches = list(WORD.finditer(text))
        self._spans = [match.span() for match in matches]
        self._starts: list[int] = []  # of each word in the joined text
        length = 1
        words = [match[0].casefold() for match in matches]
        for word in words:
            self._starts.append(length)
            length += len(word) + 1
        self._joined = f" {' '.join(words)} "

    def find(self, words: str) -> list[Span]:
        """Where ``words`` (as `normalised` gives them) stand, as offsets into the text; several if repeated."""
        found: list[Span] = []
        if not words:
            return found
        at = self._joined.find(f" {words} ")
        while at >= 0:
            first = bisect_left(self._starts, at + 1)
            last = bisect_left(self._starts, at + 1 + len(words)) - 1
            found.append((self._spans[first][0], self._spans[last][1]))
            at = self._joined.find(f" {words} ", at + 1)
        return found


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same characters as ``spans``, in order and without overlap."""
    kept: list[Span] = []
    for start, end in sorted(spans):
        if kept and start <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(kept[-1][1], end))
        elif end > start:
            kept.append((start, end))
    return kept


def common_length(spans: Iterable[Span], others: Iterable[Span]) -> int:
    """How many characters lie in both; each list is in order and without overlap, as `merged` gives it."""
    others = list(others)
    return sum(max(0, min(end, stop) - max(start, begin)) for start, end in spans for begin, stop in others)


def shortened(text: str, characters: int) -> str:
    """At most so many characters of a text, the last an ellipsis where something was left out."""
    return text if len(text) <= characters else text[: characters - 1].rstrip() + "…"
