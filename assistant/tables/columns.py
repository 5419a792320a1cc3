"""What the columns of a table hold: text, names of things in figures, numbers with their unit, days, yes or no."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Literal

from assistant.tables.cell_values import (
    CellNumber,
    DecimalMark,
    days,
    flag,
    is_missing,
    measured,
    month_place,
)
from assistant.text.terms import stem, terms
from assistant.text.units import CURRENCIES, is_unit

Kind = Literal["text", "identifier", "number", "year", "day", "flag", "unclear"]
Value = str | Decimal | date | bool | None
"""What a cell is kept as."""

SHARE = 0.8
"""Of the cells that say something, so many must be of a kind for the column to be of it."""
LOOKED_AT = 200
"""Cells of a column that tell whether it is worth looking at all of them."""
IDENTIFIES = frozenset(
    map(
        stem,
        """id no nr number code order invoice ticket sku isbn ean phone telephone fax zip postcode plz key account ref
        reference iban postal room #""".split(),
    )
)
"""Terms of heads of columns that name things by figures."""
MAY_REPEAT = frozenset(map(stem, "zip postcode postal plz phone telephone id code".split()))
"""Those that name things also where several rows have the same."""
IN_BRACKETS = re.compile(r"(?P<name>[^()\[\]]++)[(\[](?P<unit>[^()\[\]]{1,24})[)\]]\s*")
YEARS = range(1900, 2101)
RESERVED = ("_row", "_start", "_end", "rowid")
"""Names that no column may have, as the place of each row is kept under them."""
HEADS_OF_YEARS = frozenset("year jahr built found born sinc open".split())
"""Terms of heads of columns of years."""
WITH_COMMA = frozenset("de fr es it nl pt ru pl cs da sv no fi hu ro tr uk bg hr sk sl el id lt lv et vi".split())
"""Languages in which a comma is the decimal mark."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name without its unit, and what it holds.

    ``terms`` are the name's. ``unit`` is that of all its numbers, "" where there is none; ``mixed`` are the units of a
    column whose numbers have different ones. ``places`` is how many decimals all of them show, None where
    that differs. ``distinct`` counts its
    different values, ``unread`` the cells of a column of numbers or days that hold neither, and nor are empty.
    ``is_unique`` says that no two rows have the same value and none is empty; ``years`` are the first and the last of a
    column of days. ``head`` is the name as it is written, with a unit that stands there.
    """

    name: str
    kind: Kind
    terms: tuple[str, ...]
    unit: str = ""
    is_before: bool = False
    places: int | None = 0
    mixed: tuple[str, ...] = ()
    distinct: int = 0
    unread: int = 0
    is_unique: bool = False
    years: tuple[int, ...] = ()
    head: str = ""

    @property
    def is_named(self) -> bool:
        """Whether it holds words that a question may say."""
        return self.kind in ("text", "identifier")

    @property
    def is_amount(self) -> bool:
        """Whether it holds amounts, which can be added up."""
        return self.kind == "number"


@dataclass(frozen=True, slots=True)
class Written:
    """How the numbers of a document are written, where they do not tell themselves; None: nothing tells."""

    mark: DecimalMark | None


def written_in(language: str, *, by_us: bool) -> Written:
    """How numbers are written in a language; those of a workbook are written ``by_us``, as in English."""
    return Written("." if by_us else "," if language in WITH_COMMA else None)


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of one column under its head, and the number in each, None where there is none or it is missing."""

    head: str
    cells: Sequence[str]
    numbers: Sequence[CellNumber | None]

    @property
    def told(self) -> list[str]:
        return [cell for cell in self.cells if not is_missing(cell)]

    @property
    def as_written(self) -> list[Value]:
        return [None if is_missing(cell) else cell for cell in self.cells]

    @property
    def are_bare_figures(self) -> bool:
        """Whether all cells that say something are whole numbers, and nothing parts their figures."""
        return all(
            number and not number.unit and cell.strip().isdecimal()
            for cell, number in zip(self.cells, self.numbers, strict=True)
            if not is_missing(cell)
        )

    def unread(self, values: Sequence[Value]) -> int:
        """How many of the cells say something that is not among the values."""
        return sum(value is None and not is_missing(cell) for cell, value in zip(self.cells, values, strict=True))


def typed(
    heads: Sequence[str], rows: Sequence[Sequence[str]], written: Written, named_after: Iterable[str]
) -> list[tuple[Column, list[Value]]]:
    """Each column with its values, row by row; ``named_after`` are the terms of what the table says it holds."""
    columns = []
    for at, head in enumerate(heads):
        cells = [row[at] for row in rows]
        numbers = [measured(cell) for cell in cells] if _may_hold(measured, cells) else []
        columns.append(_Cells(head, cells, numbers))
    shared = _mark_of([one.numbers for one in columns]) or written.mark
    things = frozenset(named_after)
    found = [_typed(one, shared, things) for one in columns]
    return list(zip(_unlike(heads, [column for column, _ in found]), [values for _, values in found], strict=True))


def _may_hold(read: Callable[[str], object], cells: Sequence[str]) -> bool:
    """Whether so many of the first cells that say something can be read so that the column may be of that kind."""
    told = list(islice((cell for cell in cells if not is_missing(cell)), LOOKED_AT))
    return bool(told) and sum(map(bool, map(read, told))) * 2 >= len(told)


def _are_most(found: Iterable[object], told: Sequence[str]) -> bool:
    """Whether so many of the cells that say something are of a kind that the column is of it."""
    return sum(map(bool, found)) >= SHARE * len(told)


def _are_days(told: Sequence[str]) -> bool:
    return _may_hold(days, told) and _are_most(map(days, told), told)


def _unlike(heads: Sequence[str], columns: Sequence[Column]) -> list[Column]:
    """The columns with names of which no two are alike: with their units where only those differ, else numbered."""
    names = Counter(column.name.casefold() for column in columns)
    taken = Counter(RESERVED)
    unlike: list[Column] = []
    for head, column in zip(heads, columns, strict=True):
        name = " ".join(head.split()) if names[column.name.casefold()] > 1 else column.name
        taken[name.casefold()] += 1
        again = taken[name.casefold()]
        unlike.append(replace(column, name=f"{name} ({again})" if again > 1 else name))
    return unlike


def _typed(one: _Cells, shared: DecimalMark | None, things: frozenset[str]) -> tuple[Column, list[Value]]:
    name, unit = _parted(one.head, any(one.numbers))
    column = Column(name, "text", tuple(terms(name)), head=" ".join(one.head.replace(":", " ").split()))
    told = one.told
    if not told:
        return column, one.as_written
    distinct = len({cell.casefold() for cell in told})
    column = replace(column, distinct=distinct, is_unique=distinct == len(one.cells))
    if distinct <= 2 and all(flag(cell) is not None for cell in told):
        return replace(column, kind="flag"), [flag(cell) for cell in one.cells]
    if _are_days(told):
        return _of_days(column, one)
    if one.numbers and _are_most(one.numbers, told):
        return _of_figures(column, one, unit, shared, things)
    return replace(column, name=one.head.strip(), terms=tuple(terms(one.head))), one.as_written


def _parted(head: str, has_numbers: bool) -> tuple[str, str]:
    """The name that heads a column, and the unit that stands with it, in brackets or after "in"."""
    head = " ".join(head.replace(":", " ").split())
    if not has_numbers:
        return head, ""
    found = IN_BRACKETS.fullmatch(head)
    name, unit = (found["name"], found["unit"]) if found else _unit_behind(head)
    return (name.strip(" ,"), _unit_as_shown(unit)) if is_unit(unit) else (head, "")


def _unit_behind(head: str) -> tuple[str, str]:
    """A name, and the last one or two words of a head, behind "in" or a comma: a unit, it may be."""
    words = head.split(" ")
    for count in (2, 1):
        *name, last = words[:-count] or [""]
        if name and last.lower() == "in":
            return " ".join(name), " ".join(words[-count:])
        if last.endswith(",") and last != ",":
            return " ".join([*name, last]), " ".join(words[-count:])
    return head, ""


def _unit_as_shown(text: str) -> str:
    text = text.strip()
    text = text[3:] if text.lower().startswith("in ") else text
    return CURRENCIES.get(text.lower(), text)


def _of_figures(
    column: Column, one: _Cells, unit: str, shared: DecimalMark | None, things: frozenset[str]
) -> tuple[Column, list[Value]]:
    """A column of figures, which are names of ``things`` or others, or else numbers."""
    if _names_things(column, one, things):
        return replace(column, kind="identifier", terms=tuple(terms(one.head))), one.as_written
    return _of_numbers(column, one, unit, shared)


def _names_things(column: Column, one: _Cells, things: frozenset[str]) -> bool:
    """Whether figures in a column are names: some begin with a zero, or the head says so and nothing is repeated."""
    if any(map(_begins_with_zero, one.told)):
        return True
    words = set(column.terms)
    if "of" in words or not one.are_bare_figures:
        return False
    names = words & IDENTIFIES
    if column.distinct == len(one.told):
        return bool(names or (len(words) == 1 and words & things))
    return bool(names and words & MAY_REPEAT)


def _begins_with_zero(cell: str) -> bool:
    figures = cell.strip()
    return figures.startswith("0") and len(figures) > 1 and figures.isdecimal()


def _of_days(column: Column, one: _Cells) -> tuple[Column, list[Value]]:
    """A column of days; one in which day and month may be meant either way stays as it is written."""
    readings = [days(cell) for cell in one.cells]
    at = 0
    if any(len(found) > 1 for found in readings):
        orders = {order for cell in one.told if (order := month_place(cell)) is not None}
        if len(orders) != 1:
            return replace(column, kind="unclear"), one.as_written
        at = 1 - orders.pop()
    values: list[Value] = [found[at if len(found) > 1 else 0] if found else None for found in readings]
    years = {value.year for value in values if isinstance(value, date)}
    return replace(column, kind="day", unread=one.unread(values), years=(min(years), max(years))), values


def _of_numbers(column: Column, one: _Cells, unit: str, shared: DecimalMark | None) -> tuple[Column, list[Value]]:
    """A column of numbers; one whose separators may be meant either way stays as it is written."""
    found = [number for number in one.numbers if number]
    mark = _mark_of([found]) or shared
    if mark is None and _may_be_either(found, one.told):
        return replace(column, kind="unclear"), one.as_written
    values: list[Value] = [_value_of(number, mark or ".") for number in one.numbers]
    numbers = [value for value in values if isinstance(value, Decimal)]
    column = replace(column, unread=one.unread(values))
    if _are_years(column, found, numbers):
        return replace(column, kind="year"), values
    return replace(_with_unit(column, unit, found), kind="number", places=_places_of(numbers)), values


def _may_be_either(found: Sequence[CellNumber], told: Sequence[str]) -> bool:
    """Whether some numbers have two values, and some look as if their thousands were parted."""
    return any(len(set(number.values.values())) > 1 for number in found) and any(map(_looks_grouped, told))


def _are_years(column: Column, found: Sequence[CellNumber], numbers: Sequence[Decimal]) -> bool:
    """Whether numbers without a unit are years, as the head says."""
    return (
        bool(HEADS_OF_YEARS & set(column.terms))
        and not any(number.unit for number in found)
        and all(value == value.to_integral_value() and int(value) in YEARS for value in numbers)
    )


def _with_unit(column: Column, unit: str, found: Sequence[CellNumber]) -> Column:
    """The column with the unit of its head, else the one that most of its numbers have."""
    units = Counter(number.unit for number in found if number.unit)
    return replace(
        column,
        unit=unit or next((usual for usual, _ in units.most_common(1)), ""),
        is_before=not unit and any(number.is_before for number in found),
        mixed=tuple(sorted(units)) if len(units) > 1 else (),
    )


def _places_of(numbers: Sequence[Decimal]) -> int | None:
    """How many decimals all numbers show; None where that differs."""
    places = {max(0, -int(value.as_tuple().exponent)) for value in numbers}
    return places.pop() if len(places) == 1 else None


def _looks_grouped(cell: str) -> bool:
    """Whether a number has one point and three figures behind it: thousands, or decimals."""
    _, point, tail = cell.strip().partition(".")
    figures = "".join(one for one in tail if one.isdecimal())
    return bool(point) and len(figures) == 3 and "," not in cell


def _value_of(number: CellNumber | None, mark: DecimalMark) -> Decimal | None:
    return number.values.get(mark) if number else None


def _mark_of(columns: Sequence[Sequence[CellNumber | None]]) -> DecimalMark | None:
    """The decimal mark that numbers tell which can be read in one way only; None where none does, or they differ."""
    told = {
        mark
        for numbers in columns
        for number in numbers
        if number and len(number.values) == 1
        for mark in number.values
    }
    return told.pop() if len(told) == 1 else None
