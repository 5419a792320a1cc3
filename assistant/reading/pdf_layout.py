"""The lines of PDF pages become Markdown: paragraphs joined, headings told by their letters, tables by their gaps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from itertools import chain, pairwise

from assistant.places import Place
from assistant.reading.grid import head_rows, says_units, with_unit
from assistant.reading.pdf_lines import Line
from assistant.reading.pdf_margins import HEADING_SIZE
from assistant.reading.pdf_sentences import between
from assistant.reading.pdf_tables import (
    Column,
    Row,
    column_of,
    columns_of,
    is_labelled,
    over_columns,
    rows_of,
    table_length,
)

MAXIMUM_HEADING_CHARACTERS = 160
BOLD_HEADING_CHARACTERS = 90
ALIKE = 0.12
"""How much of their size two lines of a paragraph may differ by."""
FULL = 0.6
"""A line that fills less of its column is the last of its paragraph."""
FULL_SENTENCE = 0.85
"""Likewise of a line with which a sentence ends."""
SPACED = 1.5
"""How far apart, in sizes of their letters, the lines of a paragraph are at most."""
NEARBY = 6
"""How many lines before and after another tell how wide its column is."""
OPENS_AN_ITEM = re.compile(r"(?:[-*•◦‣·–▪■●]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S")
AROUND_WORDS = ".,;:!?()[]\"'\u201c\u201d\u2018\u2019\u201e\u00ab\u00bb"
SET_IN = 1.2
"""How far a line is set in, in sizes of its letters, that begins a paragraph."""
HANGING = 4
"""How far the lines below the mark of a list are set in at most, in sizes of their letters."""
ENDS = tuple(".!?:;…。！？")


@dataclass(slots=True)
class PdfBlock:
    """A paragraph, heading or table; ``column`` is from where to where the lines of the size of its last one go."""

    lines: list[Line]
    column: tuple[float, float]
    is_table: bool
    is_heading: bool


@dataclass(slots=True)
class MappedText:
    """A text that grows, where each page begins, and what leads back to the numbers of the pages' characters."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    runs: list[tuple[int, int]] = field(default_factory=list)
    places: list[tuple[int, Place]] = field(default_factory=list)
    _next: int = -2
    _page: int = 0
    _last: int = 0

    def enter(self, page: int) -> None:
        """Go to a page, from 1: what is appended next stands on it. Pages between, if any, hold nothing."""
        if page != self._page:
            first = min(page, self._last + 1)
            self.places.extend((self.length, Place("page", str(number))) for number in range(first, page + 1))
            self._last = max(self._last, page)
            self._page = page

    def add(self, text: str, number: int = -1) -> None:
        """Append a text whose characters have the numbers from ``number`` on, or none."""
        if not text:
            return
        goes_on = number == self._next if number >= 0 else bool(self.runs) and self.runs[-1][1] < 0
        if not goes_on:
            self.runs.append((self.length, number))
        self.pieces.append(text)
        self.length += len(text)
        self._next = number + len(text) if number >= 0 else -2

    def add_part(self, line: Line, start: int, end: int) -> None:
        """Append ``line.text[start:end]``."""
        while start < end:
            stop = start + 1
            while stop < end and line.numbers[stop] == line.numbers[stop - 1] + 1:
                stop += 1
            self.add(line.text[start:stop], line.numbers[start])
            start = stop

    @property
    def text(self) -> str:
        """What was appended so far."""
        return "".join(self.pieces)


def body_size(pages: Sequence[list[Line]]) -> float:
    """The size that most letters have."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def heading_sizes(pages: Sequence[list[Line]], body: float) -> list[float]:
    """The sizes of headings, the largest first."""
    found = {line.size for page in pages for line in page if line.size >= HEADING_SIZE * body and _may_head(line.text)}
    return sorted(found, reverse=True)


def write(pages: int, blocks: Sequence[PdfBlock], body: float, sizes: Sequence[float]) -> MappedText:
    """The blocks as Markdown, with a blank line after each, and where each of the pages begins."""
    text = MappedText()
    hyphenated = _hyphenated_words(blocks)
    for block in blocks:
        text.enter(block.lines[0].page)
        if block.is_table:
            _add_table(text, block.lines)
        else:
            text.add(heading_mark(block.lines, body, sizes))
            _add_paragraph(text, block.lines, hyphenated)
    text.enter(pages)
    return text


def blocks_of(lines: list[Line], body: float, sizes: Sequence[float]) -> list[PdfBlock]:
    """The paragraphs, headings and tables that the lines of a frame make, in order."""
    found: list[PdfBlock] = []
    columns = {size: (min(left), max(right)) for size, (left, right) in _extents(lines).items()}
    position = 0
    while position < len(lines):
        stop = position + table_length(lines, position)
        is_table = stop > position
        while not is_table and stop < len(lines) and (stop == position or _is_inside(lines, stop)):
            stop += 1
        block = lines[position:stop]
        is_heading = not is_table and heading_mark(block, body, sizes) != ""
        found.append(PdfBlock(block, columns[block[-1].size], is_table, is_heading))
        position = stop
    return found


def _extents(lines: Sequence[Line]) -> dict[float, tuple[list[float], list[float]]]:
    """Where the lines of each size begin and end."""
    found: dict[float, tuple[list[float], list[float]]] = {}
    for line in lines:
        left, right = found.setdefault(line.size, ([], []))
        left.append(line.begin)
        right.append(line.end)
    return found


def _is_inside(lines: list[Line], at: int) -> bool:
    """Whether a line goes on with the paragraph of the one above it."""
    return not table_length(lines, at) and _goes_on(lines[at - 1], lines[at], lines[max(0, at - NEARBY) : at + NEARBY])


def _add_paragraph(text: MappedText, paragraph: list[Line], hyphenated: Set[str]) -> None:
    for line, following in zip(paragraph, [*paragraph[1:], None], strict=True):
        text.enter(line.page)
        text.add_part(line, 0, len(line.text))
        if following is None:
            text.add("-\n\n" if line.hyphenated else "\n\n")
        elif not line.hyphenated:
            is_kept = line.is_kept and line.page == following.page
            text.add("\n" if is_kept else between(line.text, following.text))
        elif not following.text[0].islower() or _halves(line, following) in hyphenated:
            text.add("-")


def _hyphenated_words(blocks: Sequence[PdfBlock]) -> set[str]:
    """The words with hyphens within lines: where one is broken at its hyphen, that stays."""
    words = (word.strip(AROUND_WORDS) for block in blocks for line in block.lines for word in line.text.lower().split())
    return {word for word in words if "-" in word}


def _halves(line: Line, following: Line) -> str:
    """The word that is broken at a line's end, with a hyphen."""
    return f"{line.text.lower().split()[-1]}-{following.text.lower().split()[0]}".strip(AROUND_WORDS)


def _add_table(text: MappedText, lines: Sequence[Line]) -> None:
    columns = columns_of(lines)
    rows = [
        [[part for part in row if column_of(part, columns) == column] for column in range(len(columns))]
        for row in rows_of(lines, columns)
    ]
    for index, row in enumerate(_under_one_head(rows, columns)):
        _add_row(text, row)
        if index == 0:
            text.add("|" + " --- |" * len(columns) + "\n")
    text.add("\n")


def _add_row(text: MappedText, row: Row) -> None:
    text.enter(next(part.page for cell in row for part in cell))
    for column, cell in enumerate(row):
        text.add(" | " if column else "| ")
        for number, part in enumerate(cell):
            text.add(" " if number else "")
            text.add_part(part, 0, len(part.text))
    text.add(" |\n")


def _under_one_head(rows: list[Row], columns: Sequence[Column]) -> list[Row]:
    """The rows of cells with those of heads joined into one, in which each head stands over all of its columns.

    The row of units below them goes with them; where they repeat, as on the next page, they are left out.
    """
    texts = [[" ".join(part.text for part in cell) for cell in row] for row in rows]
    heads = head_rows(texts)
    upper = [over_columns(row, rows[heads - 1], columns) for row in rows[: heads - 1]]
    names = [list(chain(*cells)) for cells in zip(*upper, rows[heads - 1], strict=True)]
    if says_units(texts[heads:]):
        names[1:] = [_with_unit(*pair) for pair in zip(names[1:], rows[heads][1:], strict=True)]
        heads += 1
    below = zip(rows[heads:], texts[heads:], strict=True)
    return [names, *(row for row, text in below if text not in texts[:heads])]


def _with_unit(name: list[Line], unit: list[Line]) -> list[Line]:
    """The head of a column with what stands below it: a unit in brackets."""
    text = " ".join(part.text for part in unit)
    is_bracketed = len(unit) == 1 and with_unit(" ".join(part.text for part in name), text).endswith(f"({text})")
    return [*name, unit[0].bracketed()] if is_bracketed else [*name, *unit]


def _goes_on(above: Line, line: Line, nearby: list[Line]) -> bool:
    """Whether a line goes on with the paragraph of the line above it."""
    if above.hyphenated:
        return True
    if _is_of_another_kind(above, line):
        return False
    if _are_one_row(above, line):
        return not _ends(above) or len(above.text) < 4  # a piece set apart
    if not _is_right_below(above, line, nearby):
        return _in_next_column(above, line)
    if _is_centred(above, line):
        return True
    return not _begins_further_in(above, line) and _is_full(above, line, nearby)


def _is_of_another_kind(above: Line, line: Line) -> bool:
    """Whether two lines differ in their letters, or one opens an item or has a label."""
    return (
        abs(above.size - line.size) > ALIKE * max(above.size, line.size)
        or above.bold != line.bold
        or OPENS_AN_ITEM.match(line.text) is not None
        or is_labelled(line)
        or is_labelled(above)
    )


def _are_one_row(above: Line, line: Line) -> bool:
    """Whether two lines stand beside each other."""
    shared = min(above.top, line.top) - max(above.bottom, line.bottom)
    return shared > 0.5 * min(max(above.size, line.size), line.top - line.bottom)


def _is_right_below(above: Line, line: Line, nearby: Sequence[Line]) -> bool:
    """Whether a line stands below another, without more room between them than between those of a paragraph."""
    overlap = min(above.end, line.end) - max(above.begin, line.begin)
    gap = above.bottom - line.top
    is_near = gap <= 0.55 * max(above.size, line.size) or _is_spaced(gap, above, nearby)
    return line.top <= above.top and overlap > 0 and is_near


def _begins_further_in(above: Line, line: Line) -> bool:
    """Whether a line is set in as one that begins a paragraph is, and not only as those below a list's mark are."""
    further, size = line.begin - above.begin, max(above.size, line.size)
    hangs = OPENS_AN_ITEM.match(above.text) and further < HANGING * size
    return further > SET_IN * size and not hangs


def _is_full(above: Line, line: Line, nearby: Sequence[Line]) -> bool:
    """Whether a line fills so much of its column that a paragraph may go on below it."""
    column = max(one.end for one in nearby if min(one.end, line.end) - max(one.begin, line.begin) > 0)
    least = FULL_SENTENCE if _ends(above) else FULL
    return above.end - above.begin > least * (column - above.begin)


def _ends(line: Line) -> bool:
    """Whether a line ends with a mark that closes what it says, quotation marks and brackets aside."""
    return line.text.rstrip("\"'”’)]").endswith(ENDS)


def _is_spaced(gap: float, above: Line, nearby: Sequence[Line]) -> bool:
    """Whether all lines nearby are as far apart, as in a draft with room between them, and a sentence is open."""
    gaps = [one.bottom - other.top for one, other in pairwise(nearby)]
    alike = sum(abs(other - gap) <= ALIKE * above.size for other in gaps)
    return gap <= SPACED * above.size and len(gaps) > 2 and alike * 4 >= len(gaps) * 3 and not _ends(above)


def _in_next_column(above: Line, line: Line) -> bool:
    """Whether an unfinished sentence goes on at the top of the next column."""
    return line.top > above.top and line.begin > above.end and not _ends(above) and line.text[0].islower()


def _is_centred(above: Line, line: Line) -> bool:
    return abs((above.left + above.right) - (line.left + line.right)) < line.size


def heading_mark(paragraph: Sequence[Line], body: float, sizes: Sequence[float]) -> str:
    """The marks of a heading, if the paragraph is one."""
    first = paragraph[0]
    words = " ".join(line.text for line in paragraph)
    if not _may_head(words) or len(paragraph) > 3:
        return ""
    if first.size in sizes:
        return "#" * min(1 + sizes.index(first.size), 5) + " "
    short = len(words) <= BOLD_HEADING_CHARACTERS and len(paragraph) == 1
    if short and first.bold and first.size >= 0.95 * body and words[-1] not in ".,;:!":
        return "#" * min(1 + len(sizes) + 1, 6) + " "
    return ""


def _may_head(text: str) -> bool:
    return len(text) <= MAXIMUM_HEADING_CHARACTERS and sum(character.isalpha() for character in text) >= 3
