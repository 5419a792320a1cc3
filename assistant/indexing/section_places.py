"""A section is cut where a page, slide, sheet or file ends, unless a paragraph runs on over that end."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace

from assistant.text.sentences import trimmed
from assistant.text.structure import Block, Section
from assistant.types import Document, Place


def by_place(section: Section, document: Document) -> list[Section]:
    """The section in parts, all under the same headings, in order: each in one place, or running on into the next."""
    parts: list[list[Block]] = [[]]
    for block in section.blocks:
        for piece in _cut(block, document):
            last = parts[-1][-1] if parts[-1] else None
            if last and document.place_at(last.end - 1) != document.place_at(piece.start):
                parts.append([])
            parts[-1].append(piece)
    return [replace(section, blocks=tuple(part)) for part in parts]


def _cut(block: Block, document: Document) -> Iterator[Block]:
    """The pieces of a block between the starts of places; a place that begins within a line does not cut it."""
    text, places = document.text, document.places
    first = bisect_right(places, block.start, key=_start_of)
    last = bisect_left(places, block.end, key=_start_of)
    starts = [start for start, _ in places[first:last] if text[start - 1] == "\n"]
    for start, end in zip([block.start, *starts], [*starts, block.end], strict=True):
        if piece := trimmed(text, start, end):
            yield replace(block, start=piece.start, end=piece.end)


def _start_of(place: tuple[int, Place]) -> int:
    return place[0]
