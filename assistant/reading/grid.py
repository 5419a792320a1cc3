"""Tables as one reads them: merged cells repeat, lines above stand apart, and one row heads the rest, or none does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from itertools import groupby, pairwise
from typing import TypeVar

from assistant.reading.blocks import BETWEEN_CELLS, Blocks, one_line
from assistant.text.units import is_unit

YEARS = range(1900, 2101)
MOST_HEAD_ROWS = 4
LONGEST_NUMBER = 9
LOOKED_AT = 50
"""Rows below a head that tell what its columns hold."""


class Merged(Enum):
    """What stands for a cell that is merged with the one before it, or with the one above it."""

    LEFT = "left"
    ABOVE = "above"


Cell = str | Merged
Head = TypeVar("Head")
"""A cell of a head, which is false where it is empty."""


def unmerged(rows: Iterable[Sequence[Cell]], blocks: Blocks) -> Iterator[list[str]]:
    """The rows with the value of merged cells in each of them; what runs through a whole row stands once.

    Ends with an error where the values make more text than may come.
    """
    above: list[str] = []
    length = 0
    for row in rows:
        own = sum(1 for cell in row if isinstance(cell, str) and cell.strip())
        above = _values(row, above, runs_through=own <= 1)
        length += sum(map(len, above))
        blocks.check(length)
        yield above if own else []


def _values(row: Sequence[Cell], above: Sequence[str], *, runs_through: bool) -> list[str]:
    """The values of a row's cells, below those of the row above; one that runs through the whole row stands once."""
    cells: list[str] = []
    for column, cell in enumerate(row):
        if cell is Merged.LEFT:
            cells.append(cells[-1] if cells and not runs_through else "")
        elif cell is Merged.ABOVE:
            cells.append(above[column] if column < len(above) else "")
        else:
            cells.append(cell)
    return cells


def write_grid(blocks: Blocks, rows: Iterable[Sequence[str]]) -> None:
    """Append a table: lines that stand above it as paragraphs, several head rows as one, an empty one where none is."""
    filled = _filled(blocks, rows)
    table = _dense(filled)
    while table and _stands_above(table):
        blocks.paragraph(" ".join(filled.pop(0).values()))
        table = table[1:]
    table = _dense(filled)
    if not table:
        return
    if _are_labels(table):
        for label, value in table:
            blocks.paragraph(f"{label} {value}")
    elif len(table) > 1 and _has_no_head(table):
        blocks.table(table, headed=False)
    else:
        blocks.table(_under_one_head(table))


def _filled(blocks: Blocks, rows: Iterable[Sequence[str]]) -> list[dict[int, str]]:
    """The rows in which anything stands, as texts by their columns, as long as they are no more than may come."""
    filled: list[dict[int, str]] = []
    length = 0
    for row in rows:
        cells = {column: text for column, cell in enumerate(row) if (text := one_line(cell))}
        length += sum(map(len, cells.values()))
        blocks.check(length)
        if cells:
            filled.append(cells)
    blocks.check(length + BETWEEN_CELLS * len(filled) * len(set().union(*filled)))
    return filled


def _dense(rows: list[dict[int, str]]) -> list[list[str]]:
    """The rows with all columns in which anything stands."""
    used = sorted(set().union(*rows))
    return [[row.get(column, "") for column in used] for row in rows]


def _stands_above(table: list[list[str]]) -> bool:
    """Whether the first row only tells of the table: it fills less than half of what the rows below it fill."""
    first, below = [bool(cell) for cell in table[0]], table[1 : 1 + LOOKED_AT]
    if not below:
        return False
    filled = sum(first)
    counts = sorted(sum(map(bool, row)) for row in below)
    is_start = first[:filled] == [True] * filled
    return is_start and filled * 2 <= counts[len(counts) // 2] and (filled == 1 or bool(below[0][0]))


def _has_no_head(table: list[list[str]]) -> bool:
    """Whether the first row of a table is one like those below it, as far as these do not repeat it or say units."""
    below = [row for row in table[1:] if row != table[0]]
    below = below[1:] if says_units(below) else below
    return _is_data(table[0], below) or _describes_one_thing([table[0], *below])


def _are_labels(table: list[list[str]]) -> bool:
    """Whether each row is a label that ends with a colon, and its value."""
    return bool(table) and len(table[0]) == 2 and all(row[0].endswith(":") for row in table)


def _describes_one_thing(table: list[list[str]]) -> bool:
    """Whether a table says what one thing has: of two columns, the second holds values of all sorts."""
    forms = [_form(row[1]) for row in table[1 : 1 + LOOKED_AT] if row[1]] if len(table[0]) == 2 else []
    return len(forms) > 1 and max(map(forms.count, forms)) * 2 <= len(forms)


def _under_one_head(table: list[list[str]]) -> list[list[str]]:
    """The table with its rows of heads, and the row of units below, joined into one; repeated ones are left out."""
    heads = head_rows(table)
    names = table[heads - 1]
    if heads > 1:
        upper = [filled_to_the_right(row, names) for row in table[: heads - 1]]
        columns = zip(*upper, names, strict=True)
        names = [" ".join(name for name, _ in groupby(filter(None, column))) for column in columns]
    if says_units(table[heads:]):
        units = zip(names[1:], table[heads][1:], strict=True)
        names = [names[0], *(with_unit(name, unit) for name, unit in units)]
        heads += 1
    repeated = table[:heads]
    return [names, *(row for row in table[heads:] if row not in repeated)]


def says_units(below: Sequence[list[str]]) -> bool:
    """Whether the first row below the heads goes on with them: it says in which units the figures below it are."""
    if len(below) < 2 or below[0][0].lower().strip(":()") not in ("", "in", "unit", "units", "einheit"):
        return False
    said = {column: cell.strip("()[]") for column, cell in enumerate(below[0][1:], 1) if cell}
    if any(_has_figures(cell) and not is_unit(cell) for cell in said.values()):
        return False
    looked_at = below[1 : 1 + LOOKED_AT]
    are_figures = all(sum(_has_figures(row[column]) for row in looked_at) * 2 >= len(looked_at) for column in said)
    return are_figures and sum(map(is_unit, said.values())) * 2 >= max(1, len(said))


def _has_figures(cell: str) -> bool:
    return any(map(str.isdecimal, cell))


def with_unit(name: str, unit: str) -> str:
    """The head of a column with what stands below it: a unit in brackets."""
    bare = unit.strip("()[]")
    is_apart = name and is_unit(bare) and not name.endswith(" in")
    return " ".join(filter(None, (name, f"({bare})" if is_apart else unit)))


def head_rows(table: list[list[str]]) -> int:
    """How many rows from the first on hold the heads of a table, of which some are over several columns."""
    heads = 1
    while heads < min(MOST_HEAD_ROWS, len(table) - 1) and _goes_on_below(table[heads - 1], table[heads:]):
        heads += 1
    return heads


def _goes_on_below(row: list[str], below: list[list[str]]) -> bool:
    """Whether a row of heads has others below it: one head is over several columns, each with a head of its own.

    What stands in the first column tells such a row from a first row of values.
    """
    following = below[0]
    each_has_one = all(head or under for head, under in zip(row, following, strict=True))
    return (
        len(row) > 1
        and _is_of_heads(row, following)
        and _has_a_wide_head(row, following)
        and each_has_one
        and not _is_data(following, below[1:])
    )


def _is_of_heads(row: list[str], following: list[str]) -> bool:
    """Whether the first head of a row is over no other head, or over several columns."""
    return not row[0] or not following[0] or row[0] == following[0] or row[0] in row[1:2]


def _has_a_wide_head(row: list[str], following: list[str]) -> bool:
    """Whether a head of a row is over several heads of the row below."""
    return any(
        following[at] and following[at - 1] != following[at] and row[at - 1] and row[at] in ("", row[at - 1])
        for at in range(1, len(row))
    )


def filled_to_the_right(row: Sequence[Head], below: Sequence[Head]) -> list[Head]:
    """A row of heads in which each stands over all of its columns."""
    filled: list[Head] = []
    for head, under in zip(row, below, strict=True):
        filled.append(filled[-1] if filled and under and not head else head)
    return filled


def _is_data(row: list[str], below: list[list[str]]) -> bool:
    """Whether a row is no head but holds what the rows below it hold: figures, days or numbered names of one form.

    Years, and what is numbered on from cell to cell, may head columns of figures.
    """
    forms = [_form(cell) for cell in row]
    for column, (cell, form) in enumerate(zip(row, forms, strict=True)):
        others = [other[column] for other in below[:LOOKED_AT] if other[column]] if form else []
        if _is_one_of(cell, form, others):
            alike = [one for one, other in zip(row, forms, strict=True) if other == form]
            if not _count_up(alike):
                return True
    return False


def _is_one_of(cell: str, form: str, others: list[str]) -> bool:
    """Whether a cell has the form of most of those below it, and does not head them as a year."""
    heads = _is_year(cell) and sum(map(_is_year, others)) * 2 <= len(others)
    return sum(_form(other) == form for other in others) * 2 > len(others) and not heads


def _count_up(cells: list[str]) -> bool:
    """Whether cells differ in their numbers alone, which rise evenly: Q1, Q2, Q3."""
    digits = ["".join(filter(str.isdecimal, cell)) for cell in dict.fromkeys(cells)]
    if len(digits) < 2 or len(set(map(_without_digits, cells))) > 1 or max(map(len, digits)) > LONGEST_NUMBER:
        return False
    steps = {int(after) - int(before) for before, after in pairwise(digits)}
    return steps == {1} or (len(digits) > 2 and len(steps) == 1 and min(steps) > 0)


def _without_digits(cell: str) -> str:
    return "".join(one for one in cell if not one.isdecimal())


def _is_year(cell: str) -> bool:
    return cell.isdecimal() and len(cell) == 4 and int(cell) in YEARS


def _form(cell: str) -> str:
    """How letters and digits follow one another in a cell: "9" for 1,250.00, "9-9" for 2031-03, "a9" for B12.

    "" for one of words alone.
    """
    marks = ("9" if one.isdecimal() else "a" if one.isalpha() else one if one in "-/:@" else "" for one in cell)
    form = "".join(mark for mark, _ in groupby(filter(None, marks)))
    return form.lstrip("-") if "9" in form or "@" in form else ""
