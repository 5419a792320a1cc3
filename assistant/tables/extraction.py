"""The tables of a document: joined where they go on, their rows told from totals and notes, their columns typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from assistant.places import Place
from assistant.tables.columns import Column, Value, Written, typed, written_in
from assistant.text.sentences import Span
from assistant.text.structure import sections
from assistant.text.tables import cells, rows
from assistant.text.terms import terms
from assistant.types import Document

MOST_TABLES, MOST_COLUMNS, FEWEST_COLUMNS = 500, 200, 2
LONGEST_CAPTION = 120
TOTALS = frozenset(
    "total totals sum subtotal subtotals overall gesamt summe insgesamt gesamtsumme zwischensumme average mean".split()
)
"""What the first cell of a row begins or ends with that sums others up."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a document: where it stands, what it says it holds, its columns, and its rows.

    ``named`` are the terms of what stands above it: its sheet, headings, title and caption. ``values`` has a list for
    each column; ``spans`` says where each row stands in the document's text.
    """

    number: int
    title: str
    place: Place | None
    named: tuple[str, ...]
    columns: tuple[Column, ...]
    values: Sequence[Sequence[Value]]
    spans: Sequence[Span]


@dataclass(frozen=True, slots=True)
class _WrittenRow:
    """A row as it is written, the line with its heads, and the headings and the caption above.

    ``goes_on`` says that the first block of its section goes on with a table, and the row is of that block.
    """

    span: Span
    head: str
    headings: tuple[str, ...]
    caption: str
    goes_on: bool

    @property
    def heads(self) -> tuple[str, ...]:
        return tuple(cells(self.head)) if self.head else ()


@dataclass(slots=True)
class _WrittenTable:
    """A table as it is written."""

    start: int
    title: str
    above: tuple[str, ...]
    head: tuple[str, ...]
    rows: list[tuple[list[str], Span]] = field(default_factory=list)
    end: int = 0

    def has(self, row: _WrittenRow, text: str) -> bool:
        """Whether a row goes on with the table: nothing stands between but, it may be, the heads once more."""
        between, heads = text[self.end : row.span.start], row.heads
        if (row.goes_on or _is_empty(between)) and heads in (self.head, ()):
            return True
        return heads == self.head and _is_empty(between.replace(row.head, ""))


def tables_of(document: Document) -> Iterator[Table]:
    """The tables of a document that have heads, in order."""
    number = 0
    for found in _written(document):
        if number == MOST_TABLES:
            return
        table = _table(document, found, number)
        if table:
            number += 1
            yield table


def _written(document: Document) -> Iterator[_WrittenTable]:
    """The tables as they are written, each with all of its rows, also where they go on behind a page's end."""
    text = document.text
    last: _WrittenTable | None = None
    for row in _rows(document):
        if last is None or not last.has(row, text):
            if last:
                yield last
            title = _title(document, row.span.start, row.headings, row.caption)
            last = _WrittenTable(row.span.start, title, (*row.headings[-1:], row.caption), row.heads)
        last.rows.append((cells(text[row.span.start : row.span.end]), row.span))
        last.end = row.span.end
    if last:
        yield last


def _rows(document: Document) -> Iterator[_WrittenRow]:
    """The rows of all tables, in order."""
    text = document.text
    caption = ""
    for section in sections(document):
        for index, block in enumerate(section.blocks):
            if block.kind != "table":
                caption = _caption(text[block.start : block.end])
                continue
            head = section.table_head if index == 0 else ""
            for row in rows(text, block.start, block.end, head):
                yield _WrittenRow(row.span, row.head, section.headings, caption, bool(head))
            caption = ""


def _caption(above: str) -> str:
    """A line that says what stands below it; "" for any other, which may speak of something else."""
    line = above.strip()
    says = line.endswith(":") or line.casefold().startswith(("table ", "tabelle ", "tab. "))
    return line.rstrip(":") if says and len(line) <= LONGEST_CAPTION and "\n" not in line else ""


def _is_empty(between: str) -> bool:
    """Whether only what divides rows stands between two of them."""
    return not between.strip(" \n\t|-:")


def _title(document: Document, start: int, headings: Sequence[str], caption: str) -> str:
    """What a table is called: its sheet, else the heading or the line above it, else its document."""
    place = document.place_at(start)
    if place and place.kind == "sheet":
        return place.label
    return " ".join((caption or (headings[-1] if headings else "") or document.title).split())[:LONGEST_CAPTION]


def _table(document: Document, found: _WrittenTable, number: int) -> Table | None:
    """The table typed; None where it has no heads, too few columns, or no rows."""
    heads = found.head[:MOST_COLUMNS]
    if sum(map(bool, heads)) < FEWEST_COLUMNS:
        return None
    kept = _data(_body(found, heads))
    if not kept:
        return None
    place = document.place_at(found.start)
    is_sheet = place is not None and place.kind == "sheet"
    named = _named(document, found, place if is_sheet else None)
    columns = _typed_under(heads, [row for row, _ in kept], written_in(document.language, by_us=is_sheet), named)
    return Table(
        number,
        found.title,
        place,
        named,
        tuple(column for column, _ in columns),
        [values for _, values in columns],
        [span for _, span in kept],
    )


def _body(found: _WrittenTable, heads: tuple[str, ...]) -> list[tuple[list[str], Span]]:
    """The rows, each with a cell for each head, without those that repeat the heads."""
    body = [
        ([cell for _, cell in zip_longest(heads, row[: len(heads)], fillvalue="")], span) for row, span in found.rows
    ]
    return [(row, span) for row, span in body if tuple(row) != heads]


def _typed_under(
    heads: tuple[str, ...], body: list[list[str]], written: Written, named: tuple[str, ...]
) -> list[tuple[Column, list[Value]]]:
    """The columns that have heads, typed, each with its values."""
    used = [at for at, head in enumerate(heads) if head]
    return typed([heads[at] for at in used], [[row[at] for at in used] for row in body], written, named)


def _named(document: Document, found: _WrittenTable, sheet: Place | None) -> tuple[str, ...]:
    """The terms of what a table is named by: its title, its document, its sheet, and what stands above it."""
    names = (found.title, document.title, sheet.label if sheet else "", *found.above)
    return tuple(dict.fromkeys(terms(" ".join(filter(None, names)))))


def _data(body: list[tuple[list[str], Span]]) -> list[tuple[list[str], Span]]:
    """The rows of data: without totals, notes and what only parts the rows from each other."""
    kept: list[tuple[list[str], Span]] = []
    width = max((sum(map(bool, row)) for row, _ in body), default=0)
    for at, (row, span) in enumerate(body):
        filled = [cell for cell in row if cell]
        is_note = (len(filled) == 1 and width > 2) or not filled
        if not is_note and not _sums_up(row, width, is_last=at >= len(body) - 2):
            kept.append((row, span))
    return kept


def _sums_up(row: list[str], width: int, *, is_last: bool) -> bool:
    """Whether a row only sums up others: it says so in its first cell, and names nothing besides."""
    first = next(filter(None, row), "")
    if _names_total(first):
        others = [cell for cell in row if cell and cell != first]
        return all(_has_figure(cell) or not any(map(str.isalpha, cell)) for cell in others)
    is_partly_filled = not row[0] and sum(map(bool, row)) < width
    return is_last and is_partly_filled and all(map(_has_figure, filter(None, row)))


def _names_total(cell: str) -> bool:
    """Whether a cell says that its row sums others up, in four words at most."""
    words = cell.casefold().strip(" :*").replace("-", " ").split()
    return bool(words) and (words[0] in TOTALS or words[-1] in TOTALS) and len(words) <= 4


def _has_figure(cell: str) -> bool:
    return any(map(str.isdecimal, cell))
