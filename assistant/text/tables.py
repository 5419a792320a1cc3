"""The tables of a text, written with pipes: which lines are theirs, their rows, and what heads the columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from assistant.text.sentences import Span, trimmed

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


def head_in_force(text: str, start: int, end: int, head: str = "") -> str:
    """The line with the heads of the columns where the table ``text[start:end]`` ends, which began under ``head``."""
    lines = [line for line, _ in _lines(text, start, end)]
    found = [line.strip() for line, following in pairwise(lines) if is_head(line, following)]
    return found[-1] if found else head


class HeadsAbove:
    """The heads of tables in one text, asked for from its start to its end: each line is looked at once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._row = -1
        self._head = ""

    def at(self, start: int) -> str:
        """The line with the heads of the table that goes on at ``start``, the start of a row; "" where there is none.

        ``start`` is behind where it was asked before.
        """
        if not self._is_row(start):
            return ""
        self._row, self._head = start, self._above(start)
        return self._head

    def _is_row(self, start: int) -> bool:
        if start and self._text[start - 1] != "\n":
            return False
        end = self._text.find("\n", start)
        return "|" in self._text[start : end if end >= 0 else len(self._text)]

    def _above(self, start: int) -> str:
        below = ""
        while start:
            end = start - 1
            start = self._text.rfind("\n", 0, end) + 1
            line = self._text[start:end]
            if is_divider(below):
                return line.strip() if is_head(line, below) else ""
            if "|" not in line:
                return ""
            if start == self._row and not is_divider(line):
                return self._head
            below = line
        return ""


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
