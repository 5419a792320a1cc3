"""A section is cut where a page, slide, sheet or file ends: no passage stands in two places."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace

from assistant.indexing.sentences import trimmed
from assistant.indexing.structure import Block, Section
from assistant.types import Document


def by_place(section: Section, document: Document) -> list[Section]:
    """The section in parts that each stand in one place, all under the same headings, in order."""
    parts: list[list[Block]] = [[]]
    for block in section.blocks:
        for piece in _cut(block, document):
            last = parts[-1][-1] if parts[-1] else None
            if last and document.place_at(last.start) != document.place_at(piece.start):
                parts.append([])
            parts[-1].append(piece)
    return [replace(section, blocks=tuple(part)) for part in parts]


def _cut(block: Block, document: Document) -> Iterator[Block]:
    """The pieces of a block between the starts of places."""
    first, last = (bisect_right(document.places, at, key=lambda one: one[0]) for at in (block.start, block.end - 1))
    starts = [start for start, _ in document.places[first:last]]
    for start, end in zip([block.start, *starts], [*starts, block.end], strict=True):
        if piece := trimmed(document.text, start, end):
            yield replace(block, start=piece.start, end=piece.end)
