"""What stands above and below the text of a PDF page: running heads and feet, page numbers, footnotes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.reading.pdf_lines import Line

HEADING_SIZE = 1.15
"""How many times the size of the text's letters makes a heading."""
EDGE_LINES = 2
"""How many lines at the top and at the bottom of a page may repeat on others and be left out."""
REPEATED_ON = 3
MARGIN_LINES = 4
"""How many lines at the top and at the bottom of a page may be no part of its text."""
ROW_CELLS = 3
"""So many cells a row of a table has at least that is told from a running head of several parts."""
NUMBER_CHARACTERS = 15
"""A page number with what surrounds it is no longer."""
SMALL = 0.95
"""How many times the size of the page's letters those of its notes have at most."""


@dataclass(frozen=True, slots=True)
class PageParts:
    """A page's lines, each part as they come: what runs above its text, the text, and what runs below it."""

    heads: list[Line]
    text: list[Line]
    feet: list[Line]


def without_furniture(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """The pages without lines at their edges that stand on at least `REPEATED_ON` of them, numbers aside."""
    counts = Counter(key for page in pages for key in {_key(line) for line in _edges(page)})
    repeated = {key for key, count in counts.items() if count >= max(REPEATED_ON, len(pages) * 0.2)}
    found = []
    for page in pages:
        dropped = {id(line) for line in _edges(page) if _key(line) in repeated} - _rows(page)
        found.append([line for line in page if id(line) not in dropped])
    return found


def _rows(page: Sequence[Line]) -> set[int]:
    """The identities of lines in tables, whose heads stand on each of their pages: several cells, as in the next."""
    downwards = sorted(page, key=lambda line: -line.top)
    alike = [pair for pair in pairwise(downwards) if len(pair[0].cells) == len(pair[1].cells) >= ROW_CELLS]
    rows = {id(line) for pair in alike for line in pair}
    heads = (above for above, line in pairwise(downwards) if id(line) in rows and _is_right_above(above, line))
    return rows | set(map(id, heads))


def _is_right_above(above: Line, line: Line) -> bool:
    """Whether a line of several cells stands so close above another that it may head the columns of a table."""
    return len(above.cells) > 1 and above.bottom - line.top <= max(above.size, line.size)


def _edges(page: list[Line]) -> list[Line]:
    ordered = sorted(page, key=lambda line: -line.top)
    return ordered[:EDGE_LINES] + ordered[max(EDGE_LINES, len(ordered) - EDGE_LINES) :]


def _key(line: Line) -> str:
    return re.sub(r"\d+|\b[ivxlc]+\b", "#", line.text)


def parted(pages: Sequence[list[Line]], body: float) -> list[PageParts]:
    """The parts of each page; ``body`` is the size of the text's letters.

    From the edges inwards, a line belongs to a margin if it is a page number, or stands on another page too, numbers
    aside, just as high. All lines stay, so that nothing is lost where the text itself repeats.
    """
    downwards = [sorted(page, key=lambda line: -line.top) for page in pages]
    outer = [{id(line): line for line in (*page[:MARGIN_LINES], *page[-MARGIN_LINES:])}.values() for page in downwards]
    margins = _Margins(
        body,
        Counter(mark for lines in outer for mark in set(map(_mark, lines))),
        frozenset(row for page in pages for row in _rows(page)),
    )
    return [_parts(page, ordered, margins.hold) for page, ordered in zip(pages, downwards, strict=True)]


@dataclass(frozen=True, slots=True)
class _Margins:
    """What tells a line of a margin: the size of the text's letters, what stands on how many pages, and no table."""

    body: float
    counts: Counter[tuple[str, int]]
    in_tables: frozenset[int]

    def hold(self, line: Line) -> bool:
        """Whether a line at the edge of a page is one of its margins."""
        if line.size >= HEADING_SIZE * self.body or id(line) in self.in_tables:
            return False
        key, height = _mark(line)
        around = ((key, height + shift) for shift in (-1, 0, 1))
        return _is_number(key) or sum(self.counts[mark] for mark in around) > 1


def _mark(line: Line) -> tuple[str, int]:
    """What a line says, numbers aside, and how high it stands, in points."""
    return _key(line), round(line.top)


def _is_number(key: str) -> bool:
    return len(key) <= NUMBER_CHARACTERS and "#" in key and not re.search(r"[^\W_]", key)


def _parts(page: list[Line], downwards: list[Line], is_marginal: Callable[[Line], bool]) -> PageParts:
    heads = set(_marginal(downwards, is_marginal))
    feet = set(_marginal(reversed(downwards), is_marginal)) - heads
    return PageParts(
        [line for line in page if id(line) in heads],
        [line for line in page if id(line) not in heads and id(line) not in feet],
        [line for line in page if id(line) in feet],
    )


def _marginal(inwards: Iterable[Line], is_marginal: Callable[[Line], bool]) -> Iterator[int]:
    """The identities of the first lines that are marginal."""
    for line, _ in zip(inwards, range(MARGIN_LINES), strict=False):
        if not is_marginal(line):
            return
        yield id(line)


def without_notes(lines: list[Line], size: float) -> tuple[list[Line], list[Line], list[Line]]:
    """The lines without the smaller ones at their beginning and at their end, between those two.

    ``size`` is that of the page's text. Captions of pictures and footnotes are smaller.
    """
    first, last = 0, len(lines)
    while first < last and lines[first].size <= SMALL * size:
        first += 1
    while last > first and lines[last - 1].size <= SMALL * size:
        last -= 1
    return lines[:first], lines[first:last], lines[last:]
