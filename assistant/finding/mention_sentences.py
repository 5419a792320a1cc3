"""The sentence with which a document is shown among those that mention something, and what in it matched."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from assistant.finding.matching import Pattern, Wanted, Words, places
from assistant.indexing import Snapshot
from assistant.text.answer_sentences import sentences_of
from assistant.text.sentences import sentences
from assistant.text.written_words import written_words
from assistant.types import Citation, Mention, Passage

LOOKED_THROUGH = 1_000_000
"""Characters of a document in which the sentence is looked for; a longer one begins where the index says."""
LONGEST_PHRASE = 500
"""Characters after a sentence in which a phrase may end that begins in it."""
TRIED = 20
"""Places that are tried until one stands in a passage and not in a heading."""

Marks = tuple[tuple[int, int], ...]


def mention(
    snapshot: Snapshot,
    number: int,
    passage: Passage,
    wanted: Sequence[Wanted],
    without: frozenset[Words],
    *,
    is_prominent: bool,
) -> Mention:
    """The document of a passage, with its first sentence from there on that holds what is wanted.

    Where no sentence does, since a title or a heading alone did, with the first sentence of the passage.
    """
    patterns = [pattern for one in wanted for patterns in one.patterns for pattern in patterns]
    text = snapshot.text(passage.source)
    begin = passage.start if not passage.id.endswith("-0") else 0
    found = _first(snapshot, passage, _offsets(text, begin, wanted, patterns, without))
    passage, offset = found or (passage, passage.start)
    start, end = _sentence_at(passage, offset)
    return Mention(
        Citation(number, passage, text[start:end], start, end),
        _marks(places(written_words(text, passage.start, end + LONGEST_PHRASE), patterns, without), start, end),
        _marks(places(written_words(passage.title), patterns, without)),
        _marks(places(written_words(passage.breadcrumb), patterns, without)),
        is_prominent,
    )


def _offsets(
    text: str, begin: int, wanted: Sequence[Wanted], patterns: Sequence[Pattern], without: frozenset[Words]
) -> Iterator[int]:
    """Where in a text what is wanted stands; where things have to be near each other, only there."""
    written = written_words(text, begin, begin + LOOKED_THROUGH)
    near = next((one for one in wanted if one.clause.near), None)
    if near is None:
        yield from (start for start, _ in places(written, patterns, without))
        return
    all_words = list(written)
    yield from (all_words[one.start].start for one in near.occurrences([one.word for one in all_words], without))


def _first(snapshot: Snapshot, near: Passage, offsets: Iterable[int]) -> tuple[Passage, int] | None:
    """The first of some places in a document that stands in a passage, and that passage."""
    for offset in islice(offsets, TRIED):
        inside = near if near.start <= offset < near.end else snapshot.passage_from(near.source, offset)
        if inside and inside.start <= offset:
            return inside, offset
    return None


def _sentence_at(passage: Passage, offset: int) -> tuple[int, int]:
    """Where the sentence of a passage stands, in its document, that holds the character at an offset."""
    spans = [(one.start, one.end) for one in sentences_of(passage)]
    pieces = sentences(passage.text, 0, len(passage.text), passage.language)  # among them questions
    spans += [(passage.start + one.start, passage.start + one.end) for one in pieces]
    return next((span for span in spans if span[0] <= offset < span[1]), (passage.start, passage.end))


def _marks(found: Iterable[tuple[int, int]], begin: int = 0, finish: int = sys.maxsize) -> Marks:
    """What of ``text[begin:finish]`` matched, in order and counted from there; parts that overlap are one."""
    merged: list[tuple[int, int]] = []
    for start, end in found:
        start, end = max(start, begin) - begin, min(end, finish) - begin
        if merged and start <= merged[-1][1]:
            start, end = merged[-1][0], max(end, merged.pop()[1])
        if start < end:
            merged.append((start, end))
    return tuple(merged)
