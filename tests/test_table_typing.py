"""Tables are typed as they are read: what is a number, a day or a name, and which rows are data."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from assistant.reading.readers import read, reader_for
from assistant.tables.cell_values import days, flag, is_missing, measured
from assistant.tables.extraction import Table, tables_of
from assistant.text.tables import cells
from tests.file_makers import placed, xlsx


def tables(source: str, content: str | bytes) -> list[Table]:
    written = content.encode() if isinstance(content, str) else content
    return list(tables_of(read(reader_for(source), source, written)))


def only(source: str, content: str | bytes) -> Table:
    [table] = tables(source, content)
    return table


def kinds(table: Table) -> list[tuple[str, str, str]]:
    return [(column.name, column.kind, column.unit) for column in table.columns]


@pytest.mark.parametrize(
    ("cell", "values", "unit"),
    [
        ("1,250.50", {".": "1250.50"}, ""),
        ("1.250,50", {",": "1250.50"}, ""),
        ("1.250", {".": "1.250", ",": "1250"}, ""),
        ("12 kg", {".": "12", ",": "12"}, "kg"),
        ("€ 1,000.00", {".": "1000.00"}, "€"),
        ("3.5 Mio. €", {".": "3500000", ",": "35000000"}, "€"),
        ("$4.2m", {".": "4200000", ",": "42000000"}, "$"),
        ("4.2 m", {".": "4.2", ",": None}, "m"),
        ("(1,200.75)", {".": "-1200.75"}, ""),
        ("−7", {".": "-7", ",": "-7"}, ""),
        ("12.5%", {".": "12.5"}, "%"),
        ("1 250 000", {".": "1250000", ",": "1250000"}, ""),
        ("430*", {".": "430", ",": "430"}, ""),
    ],
)
def test_number_is_read_with_its_unit_by_each_decimal_mark_that_fits(
    cell: str, values: dict[str, str | None], unit: str
) -> None:
    found = measured(cell)
    assert found is not None
    assert found.unit == unit
    assert {mark: found.values[mark] for mark in values if mark in found.values} == {
        mark: Decimal(value) for mark, value in values.items() if value and mark in found.values
    }
    assert "." not in values or "." in found.values


@pytest.mark.parametrize("cell", ["Room 12", "12 Main Street", "", "1.2.3.4", "2024-03-01", "10:30", "B12", "1" * 90])
def test_what_is_no_number_alone_is_none(cell: str) -> None:
    assert measured(cell) is None


def test_days_are_read_as_they_are_written() -> None:
    assert (
        days("2024-03-01") == days("1 March 2024") == days("March 1, 2024") == days("01.03.2024") == (date(2024, 3, 1),)
    )
    assert days("2/3/2024") == (date(2024, 3, 2), date(2024, 2, 3))
    assert days("31/12/2024") == (date(2024, 12, 31),)
    assert days("31/31/2024") == days("30 February 2024") == days("soon") == ()


def test_yes_no_and_nothing_are_told_apart() -> None:
    assert [flag(cell) for cell in ("Yes", "false", "nein", "maybe")] == [True, False, False, None]
    assert [is_missing(cell) for cell in ("", "n/a", "–", "0")] == [True, True, True, False]


def test_identifiers_stay_text_and_totals_and_notes_are_no_data() -> None:
    table = only(
        "staff.csv",
        "Personnel no,Name,Salary (€),Since,Active\n00042,Ada,4200,2015-03-01,yes\n00043,Ben,3100,2019-09-15,no\n"
        "Total,,7300,,\nAs of today.,,,,\n",
    )
    assert kinds(table) == [
        ("Personnel no", "identifier", ""),
        ("Name", "text", ""),
        ("Salary", "number", "€"),
        ("Since", "day", ""),
        ("Active", "flag", ""),
    ]
    assert table.values == [
        ["00042", "00043"],
        ["Ada", "Ben"],
        [Decimal(4200), Decimal(3100)],
        [date(2015, 3, 1), date(2019, 9, 15)],
        [True, False],
    ]


def test_european_numbers_are_told_by_those_that_can_be_read_in_one_way() -> None:
    table = only("umsatz.csv", "Region;Umsatz;Kunden\nNord;1.250,50;1.200\nOst;980,10;950\n")
    assert table.values[1:] == [[Decimal("1250.50"), Decimal("980.10")], [Decimal(1200), Decimal(950)]]


def test_numbers_that_may_be_read_in_two_ways_are_not_guessed() -> None:
    table = only("loads.csv", "Crane,Load\nOld,1.250\nNew,2.750\n")
    assert kinds(table)[1] == ("Load", "unclear", "")


def test_days_that_may_be_read_in_two_ways_are_not_guessed_and_one_tells_the_others() -> None:
    assert kinds(only("a.csv", "Name,Day\nA,2/3/2024\nB,4/5/2024\n"))[1] == ("Day", "unclear", "")
    assert only("b.csv", "Name,Day\nA,2/3/2024\nB,13/5/2024\n").values[1] == [date(2024, 3, 2), date(2024, 5, 13)]
    assert only("c.csv", "Name,Day\nA,2/3/2024\nB,5/13/2024\n").values[1] == [date(2024, 2, 3), date(2024, 5, 13)]


def test_two_head_rows_with_merged_heads_are_one_name_for_each_column() -> None:
    rows: list[list[str | float | None]] = [
        ["Team", "2023", None, "2024", None],
        [None, "Plan", "Real", "Plan", "Real"],
        ["A", 1, 2, 3, 4],
        ["B", 5, 6, 7, 8],
    ]
    table = only("budget.xlsx", xlsx({"Budget": rows}))
    assert [column.name for column in table.columns] == ["Team", "2023 Plan", "2023 Real", "2024 Plan", "2024 Real"]
    assert table.title == "Budget"


def test_columns_that_differ_by_their_unit_alone_are_called_by_it_and_like_ones_are_numbered() -> None:
    table = only("prices.csv", "Item,Price (€),Price ($),Note,Note\nbolt,1,2,a,b\nnut,3,4,c,d\n")
    assert [column.name for column in table.columns] == ["Item", "Price (€)", "Price ($)", "Note", "Note (2)"]


def test_table_without_heads_is_none() -> None:
    assert tables("plain.csv", "1,20\n2,30\n3,40\n") == []


def test_table_that_runs_over_two_pages_is_one() -> None:
    def page(first: int) -> list[tuple[float, float, str]]:
        rows = [("Town", "People"), *((f"Town{n}", f"{1000 + n:,}") for n in range(first, first + 12))]
        lines = [
            ((60.0, town), (260.0, people), (380.0, "Quay" if at else "Office"))
            for at, (town, people) in enumerate(rows)
        ]
        places = [(left, 740.0 - 18 * at, text) for at, line in enumerate(lines) for left, text in line]
        return [(60.0, 780.0, "Towns of the county"), *places] if first == 0 else places

    table = only("towns.pdf", placed(page(0), page(12)))
    assert table.values[:2] == [[f"Town{n}" for n in range(24)], [Decimal(1000 + n) for n in range(24)]]


def test_each_row_says_where_it_stands() -> None:
    text = "# Towns\n\nSome prose.\n\n| Town | People |\n|---|---|\n| Alder | 12 |\n| Birch | 30 |\n\nMore prose.\n"
    table = only("towns.md", text)
    assert [cells(text[span.start : span.end]) for span in table.spans] == [["Alder", "12"], ["Birch", "30"]]
    assert table.title == "Towns"


def test_cells_that_hold_no_number_among_numbers_are_counted() -> None:
    table = only("loads.csv", "Crane,Load (t)\n" + "".join(f"C{n},{n + 30}\n" for n in range(8)) + "X,tbd\nY,n/a\n")
    assert (table.columns[1].kind, table.columns[1].unread) == ("number", 1)
