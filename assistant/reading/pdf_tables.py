"""Tables on PDF pages: which lines are rows of one, and under which head each of their cells stands."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from math import comb

from assistant.reading.grid import filled_to_the_right
from assistant.reading.pdf_lines import Line
from assistant.reading.pdf_sentences import begins_within

WRAPPED = 0.35
"""A line at most so far below a row, in sizes of its letters, may be the rest of a cell of it."""

BETWEEN_COLUMNS = 0.5
"""Words so far apart, in sizes of their letters, are of two cells where they stand in two columns."""

MOST_PARTITIONS = 5_000
"""Ways to share out columns among the heads over them that are tried."""

ROWS_COMPARED = 8
"""Rows above a line that tell where the columns are."""

Column = tuple[float, float]
"""From where to where a column goes, in reading direction."""


Row = list[list[Line]]
"""The cells of a table's row, each with the parts of lines that stand in it."""


def table_length(page: Sequence[Line], at: int) -> int:
    """How many lines from ``at`` on are of a table; 0 for fewer rows than two, or than three of two cells."""
    stop = at
    rows: list[Line] = []
    while stop < len(page) and not _stands_apart(page, stop, rows):
        line = page[stop]
        if len(line.cells) >= 2:
            rows.append(line)
        elif not rows or not _is_rest(line, page[stop - 1], columns_of(rows[-ROWS_COMPARED:])):
            break
        stop += 1
    cells = max((len(line.cells) for line in rows), default=0)
    return stop - at if len(rows) >= (2 if cells > 2 else 3) else 0


def _stands_apart(page: Sequence[Line], at: int, rows: Sequence[Line]) -> bool:
    """Whether a line is of no table, or of another than the rows before it, as it stands higher than the last line."""
    line = page[at]
    return "|" in line.text or is_labelled(line) or (bool(rows) and line.top > page[at - 1].top)


def is_labelled(line: Line) -> bool:
    """Whether a line is a label with what it names, such as ``Name:   Ann Orr``, rather than a row of a table."""
    return len(line.cells) == 2 and line.text[: line.cells[0][1]].endswith(":")


def columns_of(lines: Sequence[Line]) -> list[Column]:
    """The columns of a table, by its rows with most cells."""
    most = max(len(line.cells) for line in lines)
    rows = [[_extent(part) for part in parts_of(line)] for line in lines if len(line.cells) == most]
    return [(min(cell[0] for cell in cells), max(cell[1] for cell in cells)) for cells in zip(*rows, strict=True)]


def parts_of(line: Line, columns: Sequence[Column] = ()) -> list[Line]:
    """The cells of a line, each as one; what reaches over several columns is cut where its words are far apart."""
    parts = [line.part(cell) for cell in range(len(line.cells))] if len(line.cells) > 1 else [line]
    return [cell for part in parts for cell in _cut(part, columns)]


def _cut(part: Line, columns: Sequence[Column]) -> list[Line]:
    if sum(_shared(_extent(part), column) > 0 for column in columns) < 2:
        return [part]
    cells = part.parted(BETWEEN_COLUMNS * part.size)
    stands_in = [column_of(cell, columns) for cell in cells]
    return cells if len(set(stands_in)) == len(cells) else [part]


def column_of(cell: Line, columns: Sequence[Column]) -> int:
    """The column that a cell stands in, or next to."""
    begin, end = _extent(cell)
    return max(range(len(columns)), key=lambda column: _shared((begin, end), columns[column]))


def rows_of(lines: Sequence[Line], columns: Sequence[Column]) -> list[list[Line]]:
    """The cells of each row from left to right, with what is wrapped in a cell after its beginning."""
    rows: list[list[Line]] = []
    for index, line in enumerate(lines):
        if index and _is_rest(line, lines[index - 1], columns):
            rows[-1] += parts_of(line, columns)
        else:
            rows.append(parts_of(line, columns))
    return rows


def _is_rest(line: Line, above: Line, columns: Sequence[Column]) -> bool:
    """Whether a line is the rest of cells of the row above it: close below, with nothing in some column."""
    parts = parts_of(line, columns)
    under = {column_of(part, columns) for part in parts}
    fits = all(_shared(_extent(part), columns[column_of(part, columns)]) > 0 for part in parts)
    if not _is_close_below(line, above) or not fits or len(under) >= len(columns):
        return False
    return (len(parts) == 1 and 0 not in under) or all(begins_within(part.text) for part in parts)


def _is_close_below(line: Line, above: Line) -> bool:
    return line.page == above.page and above.top - line.top >= 0 and above.bottom - line.top <= WRAPPED * line.size


def over_columns(row: Row, below: Row, columns: Sequence[Column]) -> Row:
    """A row of heads in which each stands over all of its columns, which begin with it, or whose middle it stands over.

    One with nothing below it stands over its own column alone.
    """
    parted = [at for at, under in enumerate(below) if under]
    wide = [row[at] for at in parted if row[at]]
    if not wide or comb(len(parted), len(wide)) > MOST_PARTITIONS:
        return filled_to_the_right(row, below)

    def groups(starts: Sequence[int]) -> list[list[int]]:
        return [parted[start:stop] for start, stop in pairwise([*starts, len(parted)])]

    def cost(starts: Sequence[int]) -> float:
        return sum(_away(cell, [columns[at] for at in of]) for cell, of in zip(wide, groups(starts), strict=True))

    starts = min(combinations(range(len(parted)), len(wide)), key=cost)
    over = {at: cell for cell, of in zip(wide, groups(starts), strict=True) for at in of}
    return [over.get(at, [] if below[at] else cell) for at, cell in enumerate(row)]


def _away(head: Sequence[Line], columns: Sequence[Column]) -> float:
    """How far a head is from standing at the beginning of columns, or over their middle."""
    begin, end = min(part.begin for part in head), max(part.end for part in head)
    first, last = columns[0][0], columns[-1][1]
    return min(abs(begin - first), abs(begin + end - first - last) / 2)


def goes_on_in(table: Sequence[Line], other: Sequence[Line]) -> bool:
    """Whether a table on the next page has the same columns, and begins with the same heads or a row like the last."""
    columns, others = columns_of(table), columns_of(other)
    if len(columns) != len(others) or not all(_shared(*pair) > 0 for pair in zip(columns, others, strict=True)):
        return False
    head, last, first = (_figures(line, columns) for line in (table[0], table[-1], other[0]))
    return table[0].text == other[0].text or bool((last & first) - head)


def _figures(line: Line, columns: Sequence[Column]) -> set[int]:
    """The columns in which a row holds numbers."""
    return {column_of(part, columns) for part in parts_of(line, columns) if any(map(str.isdecimal, part.text))}


def _extent(line: Line) -> Column:
    return line.begin, line.end


def _shared(one: Column, other: Column) -> float:
    return min(one[1], other[1]) - max(one[0], other[0])
