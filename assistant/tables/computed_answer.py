"""What a query over tables gives becomes an answer: what was found, and the rows behind it, each cited."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from assistant.places import Place
from assistant.tables.cell_values import days, measured
from assistant.tables.columns import Column
from assistant.tables.duck import DuckReader
from assistant.tables.query import Field, Query, Side, SqlStatement, rows_behind, statement
from assistant.tables.query_wording import (
    amount,
    conditions_in_words,
    number,
    shown,
    table_in_words,
    under_its_head,
    what,
    where,
)
from assistant.tables.table_store import KeptTable, TableStore
from assistant.text.tables import cells as cells_of
from assistant.types import EXTRACTIVE, Answer, AnswerSentence, Citation, Computation, Passage, TableRow

MOST_CITED = 10
"""Rows behind a value that is computed of them."""
MOST_LISTED = 20
HEADING = 0
"""In place of a row's number, for the line over a list, which tells nothing by itself: it cites the first row."""
UNREAD = "{count} of the cells of {name} hold no {kind}, and are left out."
MORE = "- and {} more"
SURE = 1.0
UNCLEAR = "The tables do not tell which is meant: {}."

PassageAt = Callable[[str, int], Passage | None]
"""The passage of a document that holds the character at an offset."""


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A sentence of an answer, the part of it that answers, and the number of the one row that bears it out."""

    text: str
    told: str = ""
    row: int | None = None
    cells: tuple[tuple[object, Column], ...] = ()
    """Those that it only repeats, with their columns: they are told as their row has them."""


def _heading(text: str) -> AnswerLine:
    return AnswerLine(text, row=HEADING)


@dataclass(frozen=True, slots=True)
class Found:
    """What a query gave: in lines, with the SQL and how often a row bears it out."""

    query: Query
    lines: tuple[AnswerLine, ...]
    statements: tuple[SqlStatement, ...]
    rows: tuple[tuple[Any, ...], ...]
    row_count: int

    @property
    def told(self) -> tuple[str, ...]:
        """The part of each line that answers."""
        return tuple(line.told for line in self.lines)

    def computation(self, source: str) -> Computation:
        """How it was computed, of the tables in a document."""
        table = self.query.source.tables[0]
        return Computation(
            source=source,
            table=table_in_words(self.query.source),
            condition=conditions_in_words(self.query.conditions),
            sql="\n".join(dict.fromkeys(one.sql for one in self.statements)),
            values=tuple(shown(value) for one in self.statements for value in one.values),
            heads=tuple(column.name for column in table.columns),
            rows=tuple(TableRow(int(row[0]), _cells(table, row), at) for at, row in enumerate(self.rows, 1)),
            row_count=self.row_count,
        )


class TableAnswers:
    """Runs queries over the tables of one snapshot, and makes answers of what they give."""

    def __init__(self, store: TableStore, duck: DuckReader, passage_at: PassageAt, text: Callable[[str], str]) -> None:
        self._store = store
        self._duck = duck
        self._passage_at = passage_at
        self._text = text

    def found(self, query: Query) -> Found | None:
        """What a query gives; None where no row bears it out, though it is no count."""
        lines, statements = self._compared(query) if query.sides else self._single(query)
        rows, row_count = self._rows_behind(query, [line.row for line in lines if line.row])
        if not lines or (not rows and query.operation not in ("count", "share")):
            return None
        return Found(query, tuple(lines), tuple(statements), tuple(rows), row_count)

    def _rows_behind(self, query: Query, listed: Sequence[int]) -> tuple[list[tuple[Any, ...]], int]:
        """The first rows that an answer rests on, those that it lists where it does, and how many there are in all."""
        most = MOST_LISTED if listed else MOST_CITED
        behind = [self._run(query, rows_behind(one, most, listed[:most])) for one in _each_side(query)]
        row_count = sum(found[0][-1] for found in behind if found)
        return [row for found in behind for row in found][:most], row_count

    def _run(self, query: Query, asked: SqlStatement) -> list[tuple[Any, ...]]:
        return self._duck.rows([self._store.file(key) for key in query.source.keys], asked.sql, asked.values)

    def _single(self, query: Query) -> tuple[list[AnswerLine], list[SqlStatement]]:
        asked = statement(query)
        rows = self._run(query, asked)
        if query.group:
            return _grouped(query, rows), [asked]
        if query.operation == "share":
            return _share(query, rows[0]), [asked]
        if query.operation:
            return _computed(query, rows[0]), [asked]
        return (_ranked if query.ranked else _looked_up)(query, rows), [asked]

    def _compared(self, query: Query) -> tuple[list[AnswerLine], list[SqlStatement]]:
        """The measure of each side, and how far they are apart; none where a side has several rows and no operation."""
        values, statements = [], []
        for one in _each_side(query):
            asked = statement(one if one.operation else replace(one, operation="sum"))
            [(value, count)] = self._run(query, asked)
            if value is None or (not one.operation and count != 1):
                return [], []
            values.append(value)
            statements.append(asked)
        (first, second), (one, other) = query.sides, values
        told = amount(abs(one - other), query)
        sides = " and ".join(
            f"{amount(value, query)} for {side.name}" for side, value in zip((first, second), values, strict=True)
        )
        difference = _difference(first, second, one, other, told)
        text = f"The {what(query)} in {where(query)} is {sides}: {difference}."
        return [AnswerLine(text, told)], statements

    def answer(self, question: str, found: Found, source_of: Callable[[str], str]) -> Answer:
        """The answer to a question; ``source_of`` names the document of a text."""
        base = found.query.source.tables[0]
        source = source_of(base.key)
        cited = [self._citation(at, source, row, base.rows) for at, row in enumerate(found.rows, 1)]
        citations = tuple(one for one in cited if one)
        numbers = {int(row[0]): one.number for row, one in zip(found.rows, cited, strict=True) if one}
        quote = citations[0].quote if len(citations) == 1 else ""
        sentences = tuple(_sentence(_as_written(line, quote), numbers) for line in found.lines)
        return Answer(
            text=_text(sentences),
            sentences=sentences,
            citations=citations,
            abstained=False,
            confidence=SURE,
            written_by=EXTRACTIVE,
            question=question,
            notices=_notices(found.query),
            computation=found.computation(source),
        )

    def _citation(self, at: int, source: str, row: Sequence[Any], rows: int) -> Citation | None:
        number, start, end = row[:3]
        passage = self._passage_at(source, int(start))
        if passage is None:
            return None
        place = passage.place_of(int(start), int(end))
        quote = self._text(source)[int(start) : int(end)]
        return Citation(at, passage, quote, int(start), int(end), _row_place(place, f"{number} of {rows}"))


def _row_place(place: Place | None, row: str) -> Place:
    """A row where there are sheets, or no places; else the page or other place that it stands on."""
    if place is None:
        return Place("row", row)
    return replace(place, label=f"{place.label}, row {row}") if place.kind == "sheet" else place


def unclear(question: str, reason: str) -> Answer:
    """The answer that says what is missing."""
    return Answer(
        UNCLEAR.format(reason), (), (), abstained=True, confidence=0.0, written_by=EXTRACTIVE, question=question
    )


def _each_side(query: Query) -> list[Query]:
    """The query for each of the sides that it compares, or the query alone."""
    return [
        replace(
            query, sides=(), measure=side.measure or query.measure, conditions=(*query.conditions, *side.conditions)
        )
        for side in query.sides
    ] or [query]


def _difference(first: Side, second: Side, one: Any, other: Any, told: str) -> str:
    if one == other:
        return "they are equal"
    more, less = (first, second) if one > other else (second, first)
    return f"{more.name} has {told} more than {less.name}"


def _computed(query: Query, row: Sequence[Any]) -> list[AnswerLine]:
    value, count = row[0], row[1]
    if value is None:
        return []
    told = amount(value, query)
    if query.operation == "count":
        return [
            AnswerLine(
                f"There {'is' if value == 1 else 'are'} {told} {'row' if value == 1 else 'rows'} in {where(query)}.",
                told,
            )
        ]
    if count == 1 and query.measure and query.operation != "count different":
        return [_under_heads([value], [query.measure], query)]
    over = f", over {shown(count)} rows" if query.operation != "count different" else ""
    return [AnswerLine(f"The {what(query)} in {where(query)} is {told}{over}.", told)]


def _share(query: Query, row: Sequence[Any]) -> list[AnswerLine]:
    share, part, whole = row
    if share is None:
        return []
    told = f"{number(share, 1)} %"
    of = f"the {query.measure.column.name}" if query.measure else "the rows"
    parts = f"{amount(part, query)} of {amount(whole, query)}"
    condition = conditions_in_words(query.conditions)
    return [AnswerLine(f"{told} of {of} in {table_in_words(query.source)} ({parts}) is where {condition}.", told)]


def _grouped(query: Query, rows: Sequence[Sequence[Any]]) -> list[AnswerLine]:
    assert query.group is not None
    group = query.group.column
    if query.ranked and len(rows) == 1 and query.limit == 1:
        told = shown(rows[0][0], group)
        most = f"the {query.ranked} {what(query)} for one {group.name} in {where(query)}"
        return [AnswerLine(f"{told}: {most} is {amount(rows[0][1], query)}.", told)]
    which = f"{query.ranked} " if query.ranked else ""
    head = _heading(f"The {which}{what(query)} for each {group.name} in {where(query)}:")
    lines = [
        AnswerLine(f"- {shown(name, group)}: {amount(value, query)}", amount(value, query), row)
        for name, value, row in rows
    ]
    return [head, *lines[:MOST_LISTED], *_more(len(lines))] if lines else []


def _ranked(query: Query, rows: Sequence[Sequence[Any]]) -> list[AnswerLine]:
    assert query.measure is not None
    place = {1: "", 2: "second ", 3: "third ", 4: "fourth "}.get(query.first, f"{query.first}th ")
    name = f"{place}{query.ranked} {query.measure.column.name} in {where(query)}"
    if not rows:
        return []
    told = [
        (*(shown(cell, field.column) for cell, field in zip(cells, query.shown, strict=True)),
         shown(measure, query.measure.column))
        for *cells, measure, _ in rows
    ]  # fmt: skip
    if len(rows) == 1:
        answers, value = told[0][0], told[0][-1]
        text = f"{answers}: the {name} is {value}." if query.shown else f"The {name} is {value}."
        return [AnswerLine(text, answers)]
    lines = [AnswerLine(f"- {': '.join(one)}", ": ".join(one), row[-1]) for one, row in zip(told, rows, strict=True)]
    which = f"{len(lines)} rows with the {name}" if query.limit > 1 else name
    return [_heading(f"The {which}:"), *lines[:MOST_LISTED], *_more(len(lines))]


def _looked_up(query: Query, rows: Sequence[Sequence[Any]]) -> list[AnswerLine]:
    rows = [row for row in rows if any(cell is not None for cell in row[:-1])]
    if len(rows) == 1:
        return [_under_heads(rows[0][:-1], query.shown, query)]
    lines = [
        AnswerLine(f"- {told}", told, row)
        for *cells, row in rows
        for told in [", ".join(shown(cell, field.column) for cell, field in zip(cells, query.shown, strict=True))]
    ]
    names = " and ".join(field.column.name for field in query.shown)
    head = _heading(f"{names} in {where(query)}:")
    return [head, *lines[:MOST_LISTED], *_more(len(lines))] if lines else []


def _more(count: int) -> list[AnswerLine]:
    """The line that says how many of a list are not told, if any."""
    return [AnswerLine(MORE.format(shown(count - MOST_LISTED)), row=HEADING)] if count > MOST_LISTED else []


def _under_heads(cells: Sequence[Any], fields: Sequence[Field], query: Query) -> AnswerLine:
    """Cells of one row behind the heads of their columns."""
    told = "; ".join(under_its_head(cell, field.column) for cell, field in zip(cells, fields, strict=True))
    alone = told.removeprefix(f"{fields[0].column.head}: ") if len(fields) == 1 else told
    kept = tuple((cell, field.column) for cell, field in zip(cells, fields, strict=True))
    return AnswerLine(f"{told}, in {where(query)}.", alone, cells=kept)


def _as_written(line: AnswerLine, row: str) -> AnswerLine:
    """The line with its numbers and days as a row of the text has them."""
    text, told = line.text, line.told
    for value, column in line.cells:
        ours = under_its_head(value, column)
        theirs = next((cell for cell in cells_of(row) if _says(cell, value)), None)
        if theirs is not None:
            theirs = f"{column.head}: {theirs}"
            text = text.replace(ours, theirs, 1)
            told = told.replace(ours.removeprefix(f"{column.head}: "), theirs.removeprefix(f"{column.head}: "), 1)
    return replace(line, text=text, told=told)


def _says(cell: str, value: object) -> bool:
    """Whether a cell, in any way that it may be read, holds a number or a day."""
    if isinstance(value, date):
        return value in days(cell)
    return isinstance(value, int | float | Decimal) and (
        (found := measured(cell)) is not None and Decimal(str(value)) in found.values.values()
    )


def _sentence(line: AnswerLine, numbers: Mapping[int, int]) -> AnswerSentence:
    """A line with its citations; ``numbers`` has those of the rows behind the answer, by the numbers of the rows."""
    start = line.text.find(line.told) if line.told else -1
    all_of_them = tuple(numbers.values())
    cited = all_of_them if line.row is None else (numbers[line.row],) if line.row in numbers else all_of_them[:1]
    return AnswerSentence(line.text, cited, "supported", (start, start + len(line.told)) if start >= 0 else None)


def _text(sentences: Sequence[AnswerSentence]) -> str:
    parts = [one.text + "".join(f" [{number}]" for number in one.citations) for one in sentences]
    return "\n".join(parts)


def _cells(table: KeptTable, row: Sequence[Any]) -> tuple[str, ...]:
    return tuple(
        "" if cell is None else shown(cell, column) for cell, column in zip(row[3:-1], table.columns, strict=True)
    )


def _notices(query: Query) -> tuple[str, ...]:
    measure = query.measure.column if query.measure else None
    if measure is None or not measure.unread or not (query.operation or query.ranked):
        return ()
    kind = "day" if measure.kind == "day" else "number"
    return (UNREAD.format(count=measure.unread, name=measure.name, kind=kind),)
