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
    CURRENCIES,
    SCALES,
    CellNumber,
    DecimalMark,
    days,
    flag,
    is_missing,
    measured,
    month_place,
)
from assistant.text.terms import terms

Kind = Literal["text", "identifier", "number", "year", "day", "flag", "unclear"]
Value = str | Decimal | date | bool | None
"""What a cell is kept as."""

SHARE = 0.8
"""Of the cells that say something, so many must be of a kind for the column to be of it."""
LOOKED_AT = 200
"""Cells of a column that tell whether it is worth looking at all of them."""
IDENTIFIES = frozenset(
    """id no nr number code order invoice ticket sku isbn ean phone telephone fax zip postcode plz key account ref refer
    iban postal room #""".split()
)
"""Terms of heads of columns that name things by figures."""
UNITS = frozenset(
    """% percent pct kg g mg t lb lbs oz km m cm mm mi miles ft in yd km² km2 m² m2 ha acres m³ m3 l ml hl gal h hr hrs
    hours min minutes s sec seconds days weeks months years kw kwh mwh gwh twh mw gw w v a hz mhz ghz mb gb tb kb °c °f
    c f km/h kmh mph m/s pcs pieces units people persons inhabitants thousands millions billions bar pa kpa cal kcal kj
    """.split()
) | {*CURRENCIES, *SCALES}
IN_BRACKETS = re.compile(r"(?P<name>[^()\[\]]+)[(\[](?P<unit>[^()\[\]]{1,24})[)\]]\s*")
YEARS = range(1900, 2101)
RESERVED = ("_row", "_start", "_end", "rowid")
"""Names that no column may have, as the place of each row is kept under them."""
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
    enough = SHARE * len(told)
    if not told:
        return column, one.as_written
    distinct = len({cell.casefold() for cell in told})
    column = replace(column, distinct=distinct, is_unique=distinct == len(one.cells))
    if all(flag(cell) is not None for cell in told) and distinct <= 2:
        return replace(column, kind="flag"), [flag(cell) for cell in one.cells]
    if _may_hold(days, told) and sum(map(bool, map(days, told))) >= enough:
        return _of_days(column, one)
    if one.numbers and sum(map(bool, one.numbers)) >= enough:
        if _names_things(column, one, distinct == len(told), things):
            return replace(column, kind="identifier", terms=tuple(terms(one.head))), one.as_written
        return _of_numbers(column, one, unit, shared)
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


def is_unit(text: str) -> bool:
    """Whether all words are units, as in "€ million" or "km"."""
    words = text.lower().replace("'000", "thousand").removeprefix("in ").split()
    return bool(words) and all(word.strip(".") in UNITS for word in words)


def _unit_as_shown(text: str) -> str:
    text = text.strip()
    text = text[3:] if text.lower().startswith("in ") else text
    return CURRENCIES.get(text.lower(), text)


def _names_things(column: Column, one: _Cells, is_unique: bool, things: frozenset[str]) -> bool:
    """Whether figures in a column are names: some begin with a zero, or the head says so and nothing is repeated."""
    told = one.told
    if any(cell.strip().startswith("0") and len(cell.strip()) > 1 and cell.strip().isdecimal() for cell in told):
        return True
    plain = all(
        number and not number.unit and cell.strip().isdecimal()
        for cell, number in zip(one.cells, one.numbers, strict=True)
        if not is_missing(cell)
    )
    words = set(column.terms)
    if "of" in words or not plain:
        return False
    names = bool(words & IDENTIFIES)
    return (names and (is_unique or bool(words & {"zip", "postcod", "postal", "plz", "phone", "id", "code"}))) or (
        is_unique and bool(words & things) and len(words) == 1
    )


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
    unclear = [number for number in found if len(set(number.values.values())) > 1]
    if mark is None and unclear and any(_looks_grouped(cell) for cell in one.told):
        return replace(column, kind="unclear"), one.as_written
    values: list[Value] = [_value_of(number, mark or ".") for number in one.numbers]
    unread = one.unread(values)
    numbers = [value for value in values if isinstance(value, Decimal)]
    units = Counter(number.unit for number in found if number.unit)
    whole = all(value == value.to_integral_value() for value in numbers)
    if (
        whole
        and not units
        and all(int(value) in YEARS for value in numbers)
        and ({"year", "jahr", "built", "found", "born", "sinc", "open"} & set(column.terms))
    ):
        return replace(column, kind="year", unread=unread), values
    cells_unit = units.most_common(1)[0][0] if units else ""
    places = {max(0, -int(value.as_tuple().exponent)) for value in numbers}
    return replace(
        column,
        kind="number",
        unit=unit or cells_unit,
        is_before=not unit and any(number.is_before for number in found),
        places=places.pop() if len(places) == 1 else None,
        mixed=tuple(sorted(units)) if len(units) > 1 else (),
        unread=unread,
    ), values


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
