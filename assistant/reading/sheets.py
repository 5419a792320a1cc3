"""Tables: Excel workbooks (.xlsx, .xls), and values parted by commas, semicolons, tabs or bars (.csv, .tsv)."""

from __future__ import annotations

import csv
import datetime
import io
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from assistant.errors import ReadError
from assistant.reading.archive import DAMAGED, ZipArchive
from assistant.reading.blocks import Blocks
from assistant.reading.docx import office_document
from assistant.reading.limits import Options
from assistant.reading.plain import decode, name_as_title
from assistant.types import Document

UNREADABLE = (
    *(KeyError, ValueError, TypeError, IndexError, AttributeError, OSError, SyntaxError),
    *(zipfile.BadZipFile, zlib.error),
)
"""What openpyxl, and the parsers of XML and ZIP below it, raise at what is no workbook."""
DELIMITERS = ",;\t|"


def read_xlsx(source: str, content: bytes, options: Options) -> Document:
    """The workbook in ``content``, with its sheets as places; formulas show the values they had when it was saved.

    Raises:
        ReadError: it is damaged, encrypted or beyond the limits.
    """
    archive = ZipArchive(content, options.limits)
    archive.check_all()
    try:
        return office_document(source, archive, _workbook(content, options))
    except UNREADABLE as error:
        raise ReadError(DAMAGED) from error


def _workbook(content: bytes, options: Options) -> Blocks:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    sheets = book.worksheets
    if len(sheets) > options.limits.pages:
        raise options.limits.refusal("pages", f"The file has {len(sheets):,} sheets")
    blocks = Blocks(options.budget)
    for sheet in sheets:
        sheet.reset_dimensions()  # what the file says of its size may be absurd
        write_sheet(blocks, sheet.title, ([_excel(cell) for cell in row] for row in sheet.iter_rows()))
    return blocks


def read_xls(source: str, content: bytes, options: Options) -> Document:
    """The workbook of the older format in ``content``, with its sheets as places.

    Raises:
        ReadError: it is damaged, encrypted or beyond the limits.
    """
    import xlrd

    if content.startswith(b"PK"):
        return read_xlsx(source, content, options)
    try:
        book = xlrd.open_workbook(file_contents=content, logfile=io.StringIO())
    except Exception as error:  # xlrd raises whatever it stumbles over
        encrypted = "encrypted" in str(error).lower()
        raise ReadError("The workbook is encrypted. Save it without a password." if encrypted else DAMAGED) from error
    if book.nsheets > options.limits.pages:
        raise options.limits.refusal("pages", f"The file has {book.nsheets:,} sheets")
    blocks = Blocks(options.budget)
    for sheet in book.sheets():
        rows = ([_old_excel(cell, book.datemode) for cell in sheet.row(number)] for number in range(sheet.nrows))
        write_sheet(blocks, sheet.name, rows)
    return Document(
        source,
        name_as_title(source),
        blocks.text,
        "markdown",
        places=tuple(blocks.places),
        author=book.user_name.strip() or None,
    )


def read_csv(source: str, content: bytes, options: Options) -> Document:
    """The table in ``content``."""
    text = decode(content)
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    blocks = Blocks(options.budget)
    try:
        blocks.table(csv.reader(io.StringIO(text), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise ReadError(f"The table cannot be read: {error}. Save it anew.") from error
    return Document(source, name_as_title(source), blocks.text, "markdown")


def _delimiter(text: str) -> str:
    """The mark that parts the first lines most evenly into most cells."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]

    def evenness(mark: str) -> tuple[float, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=mark)]
        usual = max(set(counts), key=counts.count, default=1)
        return (counts.count(usual) / len(counts) if usual > 1 else 0.0, usual)

    return max(DELIMITERS, key=evenness) if lines else ","


def write_sheet(blocks: Blocks, name: str, rows: Iterable[Sequence[str]]) -> None:
    """Append a sheet: a table for each run of rows between empty ones; a row of one cell is a line of its own."""
    before = blocks.length
    blocks.place("sheet", name)
    table: list[Sequence[str]] = []
    length = 0
    for row in chain(_within(rows), [[]]):
        filled = [cell for cell in row if cell.strip()]
        if len(filled) > 1 or (filled and table):
            length += sum(map(len, filled))
            blocks.check(length)
            table.append(row)
            continue
        blocks.table(table)
        table, length = [], 0
        for cell in filled:
            blocks.paragraph(cell)
    if blocks.length == before:
        blocks.places.pop()


def _within(rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    """The rows up to the last cell, runs of empty ones shortened to one."""
    empty = True
    for row in rows:
        last, empty = empty, not any(cell.strip() for cell in row)
        if not (empty and last):
            yield row


def _excel(cell: Any) -> str:
    value = cell.value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        if "%" in str(cell.number_format):
            return f"{_number(value * 100)}%"
        return _number(value)
    if isinstance(value, datetime.datetime):
        return _moment(value)
    if value is None or (isinstance(value, str) and cell.data_type == "e"):
        return ""
    return str(value)


def _old_excel(cell: Any, date_mode: int) -> str:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return _number(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            moment: datetime.datetime = xlrd.xldate_as_datetime(cell.value, date_mode)
        except (ValueError, OverflowError):
            return _number(cell.value)
        return _moment(moment)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    return str(cell.value) if cell.ctype == xlrd.XL_CELL_TEXT else ""


def _moment(value: datetime.datetime) -> str:
    return str(value.date()) if value.time() == datetime.time() else value.isoformat(" ", "minutes")


def _number(value: float) -> str:
    """A number as people write it: no ".0", no digits that only binary fractions bring."""
    return f"{value:.12g}" if isinstance(value, float) and abs(value) < 1e12 else f"{value:.15g}"
