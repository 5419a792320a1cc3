"""Whether words stand in a text as a query wants them: side by side, in any of several spellings, near each other."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from assistant.finding.query_language import Clause
from assistant.text.scripts import is_without_spaces
from assistant.text.written_words import WrittenWord

Pattern = tuple[frozenset[str], ...]
"""Words side by side: for each of them, the spellings that will do."""
Words = tuple[str, ...]


class Occurrence(NamedTuple):
    """Where a phrase stands among the words of a text, counted from 0, and how it is spelled there."""

    start: int
    end: int
    spelled: Words


@dataclass(frozen=True, slots=True)
class Wanted:
    """A clause of a query, with the patterns of each of its phrases."""

    clause: Clause
    patterns: tuple[tuple[Pattern, ...], ...]

    @property
    def is_one_word(self) -> bool:
        """Whether it is a phrase of one word in each of its spellings, so that no order matters."""
        return len(self.patterns) == 1 and all(len(pattern) == 1 for pattern in self.patterns[0])

    def occurrences(self, words: Sequence[str], without: Collection[Words] = ()) -> list[Occurrence]:
        """Where the clause holds among some words, but for the spellings ``without``; of two phrases, both places."""
        found = [occurrences(words, patterns, without) for patterns in self.patterns]
        return found[0] if len(found) == 1 else _near(found[0], found[1], self.clause.near)


def occurrences(words: Sequence[str], patterns: Sequence[Pattern], without: Collection[Words] = ()) -> list[Occurrence]:
    """Where any of the patterns stands among some words, in order."""
    found = []
    for pattern in patterns:
        first = pattern[0]
        for start in (place for place, word in enumerate(words) if word in first):
            spelled = tuple(words[start : start + len(pattern)])
            if fits(spelled, pattern) and spelled not in without:
                found.append(Occurrence(start, start + len(pattern), spelled))
    return sorted(found)


def fits(spelled: Words, pattern: Pattern) -> bool:
    """Whether words are one of the ways in which a pattern is written."""
    return len(spelled) == len(pattern) and all(word in any_of for word, any_of in zip(spelled, pattern, strict=True))


def _near(first: Sequence[Occurrence], second: Sequence[Occurrence], most: int) -> list[Occurrence]:
    """Those of both that have one of the other with so many words between at most, in order."""
    return sorted({*_beside(first, second, most), *_beside(second, first, most)})


def _beside(some: Sequence[Occurrence], others: Sequence[Occurrence], most: int) -> Iterator[Occurrence]:
    starts, ends = [other.start for other in others], sorted(other.end for other in others)
    for one in some:
        after, before = bisect_left(starts, one.end), bisect_left(ends, one.start - most)
        follows = after < len(starts) and starts[after] - one.end <= most
        precedes = before < len(ends) and ends[before] <= one.start
        if follows or precedes:
            yield one


def places(
    written: Iterable[WrittenWord], patterns: Sequence[Pattern], without: Collection[Words] = ()
) -> Iterator[tuple[int, int]]:
    """The characters in which any of the patterns is written, in order of their beginnings."""
    window: deque[WrittenWord] = deque()
    longest = max(map(len, patterns))
    for word in written:
        window.append(word)
        if len(window) == longest:
            yield from _at_the_beginning(window, patterns, without)
            window.popleft()
    while window:
        yield from _at_the_beginning(window, patterns, without)
        window.popleft()


def _at_the_beginning(
    window: Sequence[WrittenWord], patterns: Sequence[Pattern], without: Collection[Words]
) -> Iterator[tuple[int, int]]:
    for pattern in patterns:
        if window[0].word in pattern[0] and len(pattern) <= len(window):
            spelled = tuple(window[place].word for place in range(len(pattern)))
            if fits(spelled, pattern) and spelled not in without:
                yield window[0].start, window[len(pattern) - 1].end


def as_one(words: Words) -> str:
    """Words side by side as one text; pairs of characters that overlap are one run again."""
    text = words[0]
    for before, word in pairwise(words):
        is_same_run = is_without_spaces(word) and len(word) > 1 and before[-1] == word[0]
        text += word[1:] if is_same_run else f" {word}"
    return text
