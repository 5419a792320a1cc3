"""The tables of a text, written with pipes: which lines are theirs, their rows, and what heads the columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from assistant.indexing.sentences import Span, trimmed

PIPE = re.compile(r"(?<!\\)\|")
LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
OF_A_DIVIDER = frozenset(" \t\r:|-")


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds cells of its own, and the line with the heads of its columns; "" where there is none."""

    span: Span
    head: str


def table_lines(lines: Sequence[str], inside: bool = False) -> list[bool]:
    """Which of the lines are of tables; ``inside`` says that the first ones go on with a table.

    A line is, if it stands between pipes, divides heads from rows, stands above such a divider with as many cells, or
    holds a pipe and follows one that is.
    """
    found: list[bool] = []
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        inside = "|" in line and (inside or _is_framed(line) or is_divider(line) or is_head(line, following))
        found.append(inside)
    return found


def rows(text: str, start: int, end: int, head: str = "") -> list[Row]:
    """The rows of the table ``text[start:end]`` in order, without heads and dividers.

    ``head`` is the line with the heads of a table that goes on here.
    """
    found: list[Row] = []
    lines = list(_lines(text, start, end))
    for (line, span), (following, _) in zip_longest(lines, lines[1:], fillvalue=("", Span(end, end))):
        if is_divider(line):
            continue
        if is_head(line, following):
            head = line.strip()
        elif stripped := trimmed(text, span.start, span.end):
            found.append(Row(stripped, head))
    return found


def heads_above(text: str, starts: Sequence[int]) -> list[str]:
    """For each of the offsets, in ascending order, the line with the heads of the table that goes on there.

    It is "" where the offset is no start of a row, or no heads stand above it in the table.
    """
    wanted = iter(starts)
    found: list[str] = []
    start = next(wanted, None)
    head = above = ""
    for line, span in _lines(text, 0, len(text)):
        while start is not None and start <= span.end:
            found.append(head if "|" in line and start == span.start else "")
            start = next(wanted, None)
        if is_divider(line):
            head = above.strip() if is_head(above, line) else ""
        elif "|" not in line:
            head = ""
        above = line
    return found + [""] * (len(starts) - len(found))


def is_head(line: str, following: str) -> bool:
    """Whether a line heads a table: a divider for as many columns stands below it."""
    return "|" in line and is_divider(following) and not is_divider(line) and len(cells(line)) == len(cells(following))


def is_divider(line: str) -> bool:
    """Whether a line divides the heads of a table from its rows, as in ``|---|:--:|``."""
    return "|" in line and "-" in line and OF_A_DIVIDER.issuperset(line)


def cells(row: str) -> list[str]:
    """The cells of a row, without the pipes at its ends; an escaped pipe stays in its cell."""
    inner = row.strip().removeprefix("|")
    found = [LINE_BREAK.sub(" ", cell).strip() for cell in PIPE.split(inner)]
    return found[:-1] if len(found) > 1 and not found[-1] and inner.endswith("|") else found


def with_heads(row: str, head: str) -> str:
    """A row as it is read, each cell behind the head of its column: ``Port: Varden; Ships: 1,120``.

    Empty cells are left out; what has no head stands alone.
    """
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in cells_with_heads(row, head))


def cells_with_heads(row: str, head: str) -> list[tuple[str, str]]:
    """The head of its column, "" where there is none, and each cell of a row that is not empty."""
    found = cells(row)
    heads = [name.rstrip(": ") for name in cells(head)][: len(found)]
    return [(name, cell) for name, cell in zip_longest(heads, found, fillvalue="") if cell]


def _is_framed(line: str) -> bool:
    stripped = line.strip(" \t\r")
    return len(stripped) > 1 and stripped[0] == stripped[-1] == "|"


def _lines(text: str, start: int, end: int) -> Iterator[tuple[str, Span]]:
    position = start
    for line in text[start:end].split("\n"):
        yield line, Span(position, position + len(line))
        position += len(line) + 1
