"""What a question asks of tables, and the SQL that asks it: names are quoted, and values are never part of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from assistant.tables.columns import Column
from assistant.tables.duck import ROW, identifier
from assistant.tables.table_store import KeptTable

Operation = Literal["", "count", "count different", "sum", "average", "median", "share"]
Test = Literal["is", "is not", "more than", "at least", "less than", "at most", "from", "in the month"]
Value = str | Decimal | date | bool | int

CALLS = {"sum": "sum", "average": "avg", "median": "median"}
MOST_GROUPS = 200


@dataclass(frozen=True, slots=True)
class Field:
    """A column of one of the tables of a source, by their numbers there."""

    table: int
    column: Column


@dataclass(frozen=True, slots=True)
class Source:
    """A table that is asked, or one with another beside it, whose rows are found by a column that both have."""

    tables: tuple[KeptTable, ...]
    fields: tuple[Field, ...]
    on: tuple[Field, Field] | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The texts whose files are asked, that of the first table first."""
        return tuple(dict.fromkeys(table.key for table in self.tables))

    def named(self, table: int) -> str:
        """A table's name in SQL."""
        kept = self.tables[table]
        file = self.keys.index(kept.key)
        return f"file{file + 1}.{identifier(kept.name)}" if file else identifier(kept.name)

    def sql(self, field: Field) -> str:
        """A column's name in SQL."""
        name = identifier(field.column.name)
        return f"{self.named(field.table)}.{name}" if len(self.tables) > 1 else name

    @property
    def clause(self) -> str:
        """What stands behind FROM."""
        if self.on is None:
            return self.named(0)
        own, other = map(self.sql, self.on)
        return f"{self.named(0)} JOIN {self.named(1)} ON {own} = {other}"

    @property
    def label(self) -> Field | None:
        """The column that names what a row is about: the first of text in which nothing is repeated, or figures."""
        own = [field for field in self.fields if field.table == 0 and field.column.is_unique]
        texts = [field for field in own if field.column.kind == "text"]
        return next(iter(texts or [field for field in own if field.column.kind == "identifier"]), None)


def source_of(table: KeptTable) -> Source:
    """A table by itself."""
    return Source((table,), tuple(Field(0, column) for column in table.columns))


@dataclass(frozen=True, slots=True)
class Condition:
    """What rows must be like: the test of a column, and the values that it is held against, any of which will do."""

    field: Field
    test: Test
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a source: an operation over a measure, or what columns hold, of the rows that meet conditions.

    Rows are told one by one, or summed up for each value of ``group``. ``ranked`` by their measure, only those from
    the place ``first`` on are told, ``limit`` of them; "largest" begins with the largest. Two ``sides``, each with
    conditions of its own or a measure of its own, are compared.
    """

    source: Source
    operation: Operation = ""
    measure: Field | None = None
    shown: tuple[Field, ...] = ()
    conditions: tuple[Condition, ...] = ()
    group: Field | None = None
    ranked: Literal["", "largest", "smallest"] = ""
    first: int = 1
    limit: int = 1
    sides: tuple[Side, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One of two that are compared: what it is called, and its conditions or its measure."""

    name: str
    conditions: tuple[Condition, ...] = ()
    measure: Field | None = None


@dataclass(frozen=True, slots=True)
class SqlStatement:
    """SQL, and the values of its question marks, in order."""

    sql: str
    values: tuple[Value, ...]


def statement(query: Query) -> SqlStatement:
    """The SQL that gives what is asked for.

    What is looked up, ranked or told by group ends with the number of a row of the first table that bears it out.
    """
    where, values = _where(query.source, query.conditions)
    source = query.source.clause
    if query.operation == "share":
        return _share(query, where, values)
    if query.group:
        return _grouped(query, where, values)
    if query.operation:
        return SqlStatement(f"SELECT {_call(query)}, count(*) FROM {source}{where}", values)
    shown = ", ".join(map(query.source.sql, [*query.shown, *([query.measure] if query.measure else [])]))
    row = _row(query)
    if query.ranked and query.measure:
        return SqlStatement(f"SELECT {shown}, {row} FROM {source}{_told(query, where)}{_ranked(query)}", values)
    return SqlStatement(f"SELECT {shown}, min({row}) FROM {source}{where} GROUP BY {shown} ORDER BY min({row})", values)


def rows_behind(query: Query, most: int, numbers: Sequence[int] = ()) -> SqlStatement:
    """The SQL that gives the first rows of the first table that an answer rests on, or those of some numbers.

    Each begins with its number, and its start and end in the text; its cells follow, and how many rows there are.
    """
    conditions = query.conditions
    where, values = _where(query.source, conditions)
    where = _told(query, where)
    place = f"{query.source.named(0)}.*"
    if query.ranked and query.measure and not query.group:
        chosen = f"SELECT {place} FROM {query.source.clause}{where}{_ranked(query)}"
    else:
        chosen = f"SELECT {place} FROM {query.source.clause}{where} ORDER BY {_row(query)}"
    counted = f"SELECT *, count(*) OVER () FROM ({chosen})"
    if numbers:
        listed = ", ".join(str(int(number)) for number in numbers)
        return SqlStatement(f"{counted} QUALIFY {ROW} IN ({listed}) LIMIT {int(most)}", values)
    return SqlStatement(f"{counted} LIMIT {int(most)}", values)


def _row(query: Query) -> str:
    """The number of a row of the first table, in SQL."""
    return f"{query.source.named(0)}.{ROW}"


def _told(query: Query, where: str) -> str:
    """The conditions, and that the measure is told."""
    if query.measure is None:
        return where
    told = f"{query.source.sql(query.measure)} IS NOT NULL"
    return f"{where} AND {told}" if where else f" WHERE {told}"


def _ranked(query: Query) -> str:
    assert query.measure is not None
    by = query.source.sql(query.measure)
    down = " DESC" if query.ranked == "largest" else ""
    last = query.first + query.limit - 1
    return f" QUALIFY rank() OVER (ORDER BY {by}{down}) BETWEEN {int(query.first)} AND {int(last)} ORDER BY {by}{down}"


def _grouped(query: Query, where: str, values: tuple[Value, ...]) -> SqlStatement:
    assert query.group is not None
    by, call = query.source.sql(query.group), _call(query)
    told = f"{by} IS NOT NULL"
    where = f"{where} AND {told}" if where else f" WHERE {told}"
    ranks = ""
    order = " ORDER BY ALL"
    if query.ranked:
        down = " DESC" if query.ranked == "largest" else ""
        last = query.first + query.limit - 1
        ranks = f" QUALIFY rank() OVER (ORDER BY {call}{down}) BETWEEN {int(query.first)} AND {int(last)}"
        order = f" ORDER BY {call}{down}"
    told = f"{by}, {call}, min({_row(query)})"
    sql = f"SELECT {told} FROM {query.source.clause}{where} GROUP BY {by}{ranks}{order} LIMIT {MOST_GROUPS}"
    return SqlStatement(sql, values)


def _share(query: Query, where: str, values: tuple[Value, ...]) -> SqlStatement:
    condition = where.removeprefix(" WHERE ")
    if query.measure:
        column = query.source.sql(query.measure)
        part, whole = f"sum({column}) FILTER (WHERE {condition})", f"sum({column})"
    else:
        part, whole = f"count(*) FILTER (WHERE {condition})", "count(*)"
    return SqlStatement(f"SELECT 100.0 * {part} / {whole}, {part}, {whole} FROM {query.source.clause}", values * 2)


def _call(query: Query) -> str:
    if query.operation == "count":
        return "count(*)"
    assert query.measure is not None
    column = query.source.sql(query.measure)
    return (
        f"count(DISTINCT {column})" if query.operation == "count different" else f"{CALLS[query.operation]}({column})"
    )


def _where(source: Source, conditions: Sequence[Condition]) -> tuple[str, tuple[Value, ...]]:
    tests = [_test(source.sql(condition.field), condition) for condition in conditions]
    values = tuple(value for condition in conditions for value in condition.values)
    return (f" WHERE {' AND '.join(tests)}" if tests else ""), values


def _test(column: str, condition: Condition) -> str:
    marks = ", ".join("?" * len(condition.values))
    if condition.test == "is":
        return f"{column} = ?" if len(condition.values) == 1 else f"{column} IN ({marks})"
    if condition.test == "is not":
        return f"({column} IS NULL OR {column} NOT IN ({marks}))"
    if condition.test == "from":
        return f"{column} BETWEEN ? AND ?"
    if condition.test == "in the month":
        return f"month({column}) = ?"
    sign = {"more than": ">", "at least": ">=", "less than": "<", "at most": "<="}[condition.test]
    return f"{column} {sign} ?"
