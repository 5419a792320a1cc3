"""Thirteen sheets in the shapes that people have: `benchmarks/table_questions.py` asks about them."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import openpyxl

from tests.file_makers import placed

Row = dict[str, object]

CITIES = ("Berlin", "Hamburg", "Munich", "Cologne")
PRODUCTS = ("chairs", "lamps", "shelves", "tables")
FIRST = "Karin Stefan Boris Clara Hugo Tina Greta Viktor Felix Nils Leon Rosa".split()
LAST = "Conrad Baum Jung Lange Ebert Frey Dietz Hahn Kurz Moll".split()
SITES = ("North Pier", "Mill Lock", "East Gate", "Quay Nine", "Old Weir")


def as_csv(rows: Sequence[Sequence[object]], mark: str = ",") -> bytes:
    """Rows as a file of values parted by a mark."""
    made = io.StringIO()
    csv.writer(made, delimiter=mark, lineterminator="\n").writerows(rows)
    return made.getvalue().encode()


def as_xlsx(
    name: str, rows: Sequence[Sequence[object]], formats: Mapping[int, str], merged: Sequence[str] = ()
) -> bytes:
    """Rows as a workbook of one sheet; ``formats`` are the number formats of columns, counted from 1."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    for column, form in formats.items():
        for cells in sheet.iter_rows(min_col=column, max_col=column):
            cells[0].number_format = form
    for area in merged:
        sheet.merge_cells(area)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def orders() -> list[Row]:
    """120 orders of 2024."""
    chance = random.Random(5)
    return [
        {
            "Order": 5001 + at,
            "Customer no": f"{1 + chance.randrange(24):05}",
            "City": chance.choice(CITIES),
            "Product": chance.choice(PRODUCTS),
            "Quantity": 1 + chance.randrange(20),
            "Amount": 20 + chance.randrange(900),
            "Date": date(2024, 1, 1) + timedelta(days=3 * at),
        }
        for at in range(120)
    ]


def customers() -> list[Row]:
    """The 24 customers of the orders; their numbers begin with zeros."""
    chance = random.Random(6)
    return [
        {
            "Customer no": f"{at:05}",
            "Name": f"{FIRST[at % 12]} {LAST[(at * 7) % 10]}",
            "Segment": chance.choice(("retail", "trade", "public")),
            "Since": 2005 + chance.randrange(18),
        }
        for at in range(1, 25)
    ]


def readings() -> list[Row]:
    """50,000 readings of sensors."""
    chance = random.Random(7)
    return [
        {
            "Sensor": f"S-{chance.randrange(400):04}",
            "Site": chance.choice(SITES),
            "Day": date(2023, 1, 1) + timedelta(days=at // 137),
            "Temperature (°C)": chance.randrange(-8000, 35000) / 1000,
            "Status": chance.choice(("ok", "ok", "ok", "late", "faulty")),
        }
        for at in range(50_000)
    ]


STAFF = [
    ("00042", "Ada Thorne", "Harbour", 4200, date(2015, 3, 1), "yes"),
    ("00043", "Ben Ruhl", "Harbour", 3100, date(2019, 9, 15), "no"),
    ("00107", "Cleo Marsh", "Archive", 2900, date(2011, 1, 10), "yes"),
    ("00110", "Dan Opitz", "Archive", 3350, date(2021, 6, 1), "yes"),
    ("00200", "Eva Lindt", "Survey", 5150, date(2008, 11, 20), "yes"),
    ("00201", "Finn Orrel", "Survey", 3900, date(2022, 2, 14), "no"),
    ("00305", "Gus Vale", "Survey", 3600, date(2017, 5, 2), "no"),
    ("00306", "Hana Pohl", "Harbour", 2750, date(2023, 8, 30), "yes"),
]
COMPANIES = [
    ("Arvexo", "Mira Solt", "Lindau", 1240, 310.5, 1987),
    ("Belmuth", "Zora Blent", "Karlstad", 860, 122.0, 2001),
    ("Corvanta", "Ivo Trent", "Lindau", 4300, 975.2, 1954),
    ("Delphram", "Nora Quill", "Aarhus", 150, 18.4, 2015),
    ("Eskolin", "Pavel Rook", "Karlstad", 2210, 640.0, 1978),
    ("Fontare", "Lena Sturm", "Ghent", 95, 9.9, 2019),
]
TOWNS = [
    ("Alder", 32139, 41.5, "Ana Roth"),
    ("Birch", 14722, 12.8, "Ben Vogt"),
    ("Cedar", 63967, 88.0, "Cleo Orth"),
    ("Dogwood", 4120, 7.25, "Dan Reis"),
    ("Elder", 3797, 19.0, "Eva Saur"),
    ("Fir", 73211, 54.6, "Finn Marr"),
]
REVENUES = [
    ("Nord", "1.250.300,50", "980.100,00", "21,6 %"),
    ("Süd", "2.480.000,00", "2.105.750,25", "15,1 %"),
    ("Ost", "675.420,75", "590.000,00", "12,6 %"),
    ("West", "1.904.118,20", "1.455.900,10", "23,5 %"),
]
BOATS = [
    ("Gull", "12.5 t", "18.2 m", "1998", "24"),
    ("Heron", "7.8 t", "14.0 m", "2006", "16"),
    ("Ibis", "31 t", "27.5 m", "1985", "n/a"),
    ("Jackdaw", "9.4 t", "15.1 m", "2012", "12"),
    ("Kite", "22.6 t", "24.9 m", "2019", "60"),
]
FLIGHTS = [
    ("LX101", "Berlin", "Oslo", 95, 129),
    ("LX102", "Oslo", "Berlin", 100, 119),
    ("LX205", "Berlin", "Madrid", 185, 240),
    ("LX310", "Madrid", "Lisbon", 80, 75),
    ("LX311", "Lisbon", "Berlin", 200, 210),
]
INVOICES = [
    ("R-001", "Ketelsen", "1,200.00 €", "1,428.00 €", "paid"),
    ("R-002", "Brandt", "350.00 €", "416.50 €", "open"),
    ("R-003", "Ketelsen", "80.00 €", "95.20 €", "paid"),
    ("R-004", "Voss", "2,640.00 €", "3,141.60 €", "open"),
]
FIGURES = [
    ("Revenue", "120.4", "131.9", "148.0"),
    ("Profit", "12.1", "9.8", "17.3"),
    ("Employees", "410", "432", "455"),
]
NAMES = """
    Ash Bay Cob Dell Elm Fen Glen Holm Isle Jute Kiln Lea Mere Nook Oak Pond Quay Reed Sedge Tarn Ure Vale Weir Yew
""".split()
LIBRARIES = [(f"{name} Library", 1000 + 317 * at % 900, 10 + at) for at, name in enumerate(NAMES)]
BUDGET = [("Archive", 110, 104, 120, 131), ("Harbour", 400, 388, 420, 433), ("Survey", 250, 263, 275, 269)]


def sheets() -> dict[str, bytes]:
    """The files of the corpus, by source."""
    made = {"orders.csv": _table(orders()), "customers.csv": _table(customers()), "readings.csv": _table(readings())}
    heads = ("Personnel no", "Name", "Department", "Salary", "Start date", "Full-time")
    made["staff.xlsx"] = as_xlsx("Staff", [heads, *STAFF], {4: '#,##0 "€"', 5: "yyyy-mm-dd"})
    heads = ("Company", "CEO", "Headquarters", "Employees", "Revenue (€ million)", "Founded")
    made["companies.xlsx"] = as_xlsx("Companies", [heads, *COMPANIES], {4: "#,##0", 5: "0.0"})
    made["budget.xlsx"] = _budget()
    made["towns.md"] = _towns().encode()
    rows = [("Region", "Umsatz (€)", "Kosten (€)", "Marge"), *REVENUES, ("Summe", "6.309.839,45", "5.131.750,35", "")]
    made["umsatz.csv"] = as_csv(rows, ";")
    made["boats.csv"] = as_csv([("Boat", "Weight", "Length", "Built", "Capacity"), *BOATS])
    made["flights.xlsx"] = as_xlsx(
        "Flights", [("Flight", "From", "To", "Duration (min)", "Price"), *FLIGHTS], {5: '"$"#,##0'}
    )
    made["invoices.html"] = _html(
        "Invoices",
        [
            ("Invoice", "Client", "Net amount", "Gross amount", "Status"),
            *INVOICES,
            ("Total", "", "4,270.00 €", "5,081.30 €", ""),
        ],
    )
    made["figures.html"] = _html("Key figures of Ostwerk", [("Figure", "2022", "2023", "2024"), *FIGURES])
    made["libraries.pdf"] = _libraries()
    return made


def _table(rows: Sequence[Row]) -> bytes:
    return as_csv([list(rows[0]), *(list(row.values()) for row in rows)])


def _budget() -> bytes:
    rows: list[Sequence[object]] = [
        ("Department", "2023", None, "2024", None),
        (None, "Planned", "Actual", "Planned", "Actual"),
        *BUDGET,
        ("Total", 760, 755, 815, 833),
        ("All figures in thousand euros, before the audit.",),
    ]
    return as_xlsx("Budget", rows, {}, ("B1:C1", "D1:E1", "A1:A2"))


def _towns() -> str:
    rows = "\n".join(f"| {town} | {people:,} | {area} | {mayor} |" for town, people, area, mayor in TOWNS)
    return (
        "# Towns of the Arbor valley\n\nThe valley was settled late. Its towns live from timber and from the river.\n\n"
        f"| Town | Population | Area (km²) | Mayor |\n|---|---|---|---|\n{rows}\n\nThe next census is due in 2031.\n"
    )


def _html(title: str, rows: Sequence[Sequence[str]]) -> bytes:
    body = "".join(
        f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in row)}</tr>"
        for row, tag in zip(rows, ["th", *["td"] * (len(rows) - 1)], strict=True)
    )
    head = f"<head><title>{title}</title></head>"
    return f"<html>{head}<body><h1>{title}</h1><p>As they stand today.</p><table>{body}</table></body></html>".encode()


def _libraries() -> bytes:
    pages: list[list[tuple[float, float, str]]] = []
    for half in (LIBRARIES[:12], LIBRARIES[12:]):
        lines: list[tuple[float, float, str]] = []
        if half is LIBRARIES[:12] or not pages:
            lines.append((60, 780, "Libraries of the county"))
        for row, (name, loans, staff) in enumerate([("Library", "Loans", "Staff"), *half]):
            lines += [
                (60, 740 - 18 * row, str(name)),
                (260, 740 - 18 * row, f"{loans:,}" if isinstance(loans, int) else str(loans)),
                (380, 740 - 18 * row, str(staff)),
            ]
        pages.append(lines)
    return placed(*pages)
