"""Tables of spreadsheets and plain values: numbers as they are shown, heads where they are, nothing that is hidden."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from assistant.reading import read, reader_for
from assistant.reading.number_formats import shown
from assistant.types import Document, Failure
from tests.compound_files import xls
from tests.file_makers import zipped

FORMULAS = (
    "Formulas in it have no values saved with them, and stand as they are written. "
    "Open the workbook in a spreadsheet program and save it there, to have the values read."
)


def document(source: str, content: bytes) -> Document:
    return read(reader_for(source), source, content)


def table(*rows: str) -> str:
    head, *others = [f"| {' | '.join(row.split(';'))} |" for row in rows]
    return "\n".join([head, f"|{' --- |' * (rows[0].count(';') + 1)}", *others]) + "\n\n"


def workbook(write: Callable[[Worksheet], None]) -> bytes:
    """A workbook whose one sheet, Fleet, is written by a function."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Fleet"
    write(sheet)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "code", "expected"),
        [
            (1250000, '#,##0.00 "€"', "1,250,000.00 €"),
            (1250000, "[$€-407] #,##0", "€ 1,250,000"),
            (1234.5, "_($* #,##0.00_)", "$1,234.50"),
            (1250000, '#,##0.0,," M"', "1.3 M"),
            (42, "00000", "00042"),
            (301234, '000"-"0000', "030-1234"),
            (0.125, "0.0%", "12.5%"),
            (0.07, "0.00%", "7%"),
            (0.1, "0%", "10%"),
            (-5, "#,##0.00;[Red](#,##0.00)", "(5.00)"),
            (-5, "0.0", "-5.0"),
            (0, '0;-0;"none"', "none"),
            (2.5, "0.0##", "2.5"),
            (2.675, "0.00", "2.68"),
            (0.1 + 0.2, "General", "0.3"),
            (7, 'General" t"', "7 t"),
            (46085, "dd.mm.yyyy", "2026-03-04"),
            (46085.5, "m/d/yy h:mm", "2026-03-04 12:00"),
            (0.277777778, "hh:mm", "06:40"),
            (1.2604166667, "[h]:mm", "30:15"),
            (12.5, "# ?/?", "12.5"),
            (12345.678, "0.00E+00", "12345.678"),
            (5, '[>100]"many";0', "5"),
            (1e300, "0.00", "1e+300"),
            (float("nan"), "0.00", "nan"),
            (5, "0" * 300, "5"),
            (1e9, "dd.mm.yyyy", "1000000000"),
            (5, "", "5"),
            (5, ",", "5"),
            (5, '",",', "5"),
        ],
    )
    def test_a_number_is_shown_as_its_format_says(self, value: float, code: str, expected: str) -> None:
        assert shown(value, code) == expected

    def test_days_are_counted_from_1904_where_the_workbook_does(self) -> None:
        assert shown(0.0 + 44623, "yyyy-mm-dd", from_1904=True) == "2026-03-04"


class TestExcel:
    def test_merged_cells_repeat_and_two_rows_of_heads_are_one(self) -> None:
        def write(sheet: Worksheet) -> None:
            rows = (
                ["The fleet of 2031"], ["Ship", "Income", None, "Costs", None], [None, 2030, 2031, 2030, 2031],
                ["Merle", 1, 2, 3, 4], [None, 5, 6, 7, 8],
            )  # fmt: skip
            for row in rows:
                sheet.append(row)
            for merged in ("A1:E1", "A2:A3", "B2:C2", "D2:E2", "A4:A5"):
                sheet.merge_cells(merged)

        assert document("a.xlsx", workbook(write)).text == "The fleet of 2031\n\n" + table(
            "Ship;Income 2030;Income 2031;Costs 2030;Costs 2031", "Merle;1;2;3;4", "Merle;5;6;7;8"
        )

    def test_what_is_hidden_is_left_out_and_told(self) -> None:
        def write(sheet: Worksheet) -> None:
            for row in (["Ship", "Price", "Crew"], ["Merle", 999, 3], ["Dorn", 999, 5], ["Skua", 999, 4]):
                sheet.append(row)
            sheet.row_dimensions[3].hidden = True
            sheet.column_dimensions["B"].hidden = True
            other = sheet.parent.create_sheet("Draft")
            other.append(["Skua", 999])
            other.sheet_state = "veryHidden"

        made = document("a.xlsx", workbook(write))
        assert made.text == table("Ship;Crew", "Merle;3", "Skua;4")
        there = "Show {0} in the workbook and save that, to have {0} read."
        parts = f"Hidden in it, and so not read: 1 row and 1 column. {there.format('them')}"
        whole = f"It is hidden, and so not read. {there.format('it')}"
        assert made.left_out == (Failure("sheet Fleet", parts), Failure("sheet Draft", whole))

    def test_a_range_merged_to_the_end_of_the_sheet_is_no_wider_than_what_stands_in_it(self) -> None:
        def write(sheet: Worksheet) -> None:
            sheet.append(["Ship", "Crew"])
            sheet.append(["Merle", 3])

        with zipfile.ZipFile(io.BytesIO(workbook(write))) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        name = "xl/worksheets/sheet1.xml"
        to_the_end = b'</sheetData><mergeCells><mergeCell ref="A3:XFD1048576"/></mergeCells>'
        files[name] = files[name].replace(
            b"</sheetData>",
            b'<row r="3"><c r="A3"><v>7</v></c></row>' + b"<row><c><v>8</v></c></row>" * 3000 + to_the_end,
        )
        assert document("a.xlsx", zipped(files)).text == table("Ship;Crew", "Merle;3", "7;")

    def test_a_formula_without_a_saved_value_stands_as_it_is_written_and_is_told(self) -> None:
        def write(sheet: Worksheet) -> None:
            for row in (["Ship", "Income", "Costs", "Profit"], ["Merle", 9, 4, "=B2-C2"]):
                sheet.append(row)

        made = document("a.xlsx", workbook(write))
        assert made.text == table("Ship;Income;Costs;Profit", "Merle;9;4;=B2-C2")
        assert made.left_out == (Failure("sheet Fleet", FORMULAS),)


class TestOldExcel:
    def test_boxes_and_footers_stand_below_their_sheet_and_comments_are_told(self) -> None:
        content = xls(
            {"S": [["Ship", "Flag"], ["Merle", "N"]]}, {(1, 0): "Sold?"}, "As of May", "&L&D Fleet list&RPage &P of &N"
        )
        made = document("a.xls", content)
        assert made.text == table("Ship;Flag", "Merle;N") + "Fleet list Page\n\nAs of May\n\n"
        assert made.left_out == (Failure("the comments", "Comments in it were not read."),)


class TestValues:
    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ("sep=;\nBerth;Depth\nB1;7,5\nB2;9,0\n", table("Berth;Depth", "B1;7,5", "B2;9,0")),
            ("sep=\t\nBerth\tDepth\nB1\t7,5\n", table("Berth;Depth", "B1;7,5")),
            (
                "The harbour's ships, by name;;\nCreated: 4 March;;\n;;\nShip;Flag;Built\nMerle;N;2009\nDorn;E;2016\n",
                "The harbour's ships, by name\n\nCreated: 4 March\n\n"
                + table("Ship;Flag;Built", "Merle;N;2009", "Dorn;E;2016"),
            ),
            (
                "Merle;41;N\nDorn;88;E\nSkua;27;N\n",
                table(";;", "Merle;41;N", "Dorn;88;E", "Skua;27;N").replace("|  |  |  |", "|  |  |  |", 1),
            ),
            ("B1,1 May\nB2,3 May\n", table(";", "B1;1 May", "B2;3 May")),
            ("Port,2029,2030\nVarden,12,14\nOsmere,9,8\n", table("Port;2029;2030", "Varden;12;14", "Osmere;9;8")),
            ("Port,Q1,Q2\nVarden,B1,B2\nOsmere,B3,B4\n", table("Port;Q1;Q2", "Varden;B1;B2", "Osmere;B3;B4")),
            (
                ",Income,,Costs,\nShip,2030,2031,2030,2031\nMerle,1,2,3,4\n",
                table("Ship;Income 2030;Income 2031;Costs 2030;Costs 2031", "Merle;1;2;3;4"),
            ),
            ("Name,Child,Child\nAnna,Bert,Carl\n", table("Name;Child;Child", "Anna;Bert;Carl")),
            ("From:,Ann Orr\nTo:,Mara Venn\n", "From: Ann Orr\n\nTo: Mara Venn\n\n"),
            ("B1;7,5\nB2;9,0\n", table(";", "B1;7,5", "B2;9,0")),
        ],
        ids=[
            "sep",
            "sep-tab",
            "preamble",
            "no-head",
            "no-head-dates",
            "years",
            "quarters",
            "two-heads",
            "alike",
            "labels",
            "decimal-commas",
        ],
    )
    def test_the_head_is_found(self, content: str, expected: str) -> None:
        assert document("a.csv", content.encode()).text == expected


class TestHeads:
    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ("Pier,Cost\nNorth,4\nSouth,5\nPier,Cost\nEast,1\n", ("Pier;Cost", "North;4", "South;5", "East;1")),
            (
                "Pier,2029,,2030,\n,Loads,Cost,Loads,Cost\nNorth,4,7,5,6\nPier,2029,,2030,\n,Loads,Cost,Loads,Cost\n"
                "South,5,8,6,7\n",
                ("Pier;2029 Loads;2029 Cost;2030 Loads;2030 Cost", "North;4;7;5;6", "South;5;8;6;7"),
            ),
            ("North,4\nSouth,5\nNorth,4\n", (";", "North;4", "South;5", "North;4")),
        ],
    )
    def test_heads_that_repeat_are_no_rows_and_rows_that_repeat_are(
        self, content: str, expected: tuple[str, ...]
    ) -> None:
        made = document("a.csv", content.encode()).text
        assert made == table(*expected)
        rows = [line.split(",") for line in content.splitlines()]
        cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
        assert document("a.html", f"<table>{cells}</table>".encode()).text == made

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ("Pier,Cost,Share\n,EUR m,%\nNorth,4,7\nSouth,5,8\n", ("Pier;Cost (EUR m);Share (%)", "North;4;7")),
            ("Pier,Keeper,Depth\nUnit,,(m)\nNorth,Ann,4\nSouth,Bob,5\n", ("Pier;Keeper;Depth (m)", "North;Ann;4")),
            ("Pier,Cost in\n,€\nNorth,4\nSouth,5\n", ("Pier;Cost in €", "North;4")),
            (
                "Pier,2029,,2030,\n,Loads,Cost,Loads,Cost\n,t,€,t,€\nNorth,4,7,5,6\nSouth,5,8,6,7\n",
                ("Pier;2029 Loads (t);2029 Cost (€);2030 Loads (t);2030 Cost (€)", "North;4;7;5;6"),
            ),
            ("Pier,Mon,Tue\n,closed,closed\nNorth,8-16,9-17\n", ("Pier;Mon;Tue", ";closed;closed", "North;8-16;9-17")),
            ("Pier,Mark,Keeper\n,m,t\nNorth,k,s\nSouth,g,h\n", ("Pier;Mark;Keeper", ";m;t", "North;k;s")),
        ],
    )
    def test_units_below_heads_stand_in_them(self, content: str, expected: tuple[str, ...]) -> None:
        assert document("a.csv", content.encode()).text.startswith(table(*expected).rstrip())
