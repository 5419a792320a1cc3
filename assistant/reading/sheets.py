"""Tables: Excel workbooks (.xlsx), and values parted by commas, semicolons, tabs or bars (.csv, .tsv)."""

from __future__ import annotations

import csv
import datetime
import io
import re
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat, zip_longest
from typing import Any

from assistant.errors import ReadError
from assistant.reading.archive import DAMAGED, ZipArchive, descendants, local
from assistant.reading.blocks import Blocks
from assistant.reading.docx import files_within, has_text, office_document
from assistant.reading.drawings import holds_pictures, holds_struck_text, relation_of, write_texts, write_titles
from assistant.reading.grid import Merged, unmerged, write_grid
from assistant.reading.limits import Options
from assistant.reading.number_formats import moment_shown, shown
from assistant.reading.plain import decode, name_as_title
from assistant.reading.unread import COMMENTS, PICTURES, STRUCK, Strikes, told
from assistant.types import Document, Failure

UNREADABLE = (
    *(KeyError, ValueError, TypeError, IndexError, AttributeError, OSError, SyntaxError),
    *(zipfile.BadZipFile, zlib.error),
)
"""What openpyxl, and the parsers of XML and ZIP below it, raise at what is no workbook."""
DELIMITERS = "\t;|,"
"""Where two part a file equally well, the first is meant: commas also stand within numbers."""
MOST_COLUMNS = 16_384
"""Columns of a sheet in Excel."""
MARGINS = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
OF_THE_LAYOUT = tuple(f"{{*}}{name}" for name in ("row", "col", "mergeCell", *MARGINS))
"""Elements of a sheet that tell how it is laid out."""
CODE_OF_MARGIN = re.compile(r'&(?:"[^"]{0,100}"|\d{1,3}|[A-Z])(?:\s*+(?:of|/)(?=\s*+&))?')
"""Codes in headers and footers of sheets for fonts, places, dates and numbers of pages."""
HIDDEN_SHEET = "It is hidden, and so not read. Show it in the workbook and save that, to have it read."
HIDDEN_PARTS = "Hidden in it, and so not read: {}. Show them in the workbook and save that, to have them read."
UNSAVED_VALUES = (
    "Formulas in it have no values saved with them, and stand as they are written. "
    "Open the workbook in a spreadsheet program and save it there, to have the values read."
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a sheet is laid out: which rows and columns it hides, and which cells are merged; all counted from 0.

    A merged range is its first and last row, and its first and last column. ``margins`` is what is printed above and
    below it. ``struck_rows`` are those in which all is crossed out; they grow as the rows are read.
    """

    hidden_rows: Collection[int] = ()
    hidden_columns: Collection[int] = ()
    merged: Sequence[tuple[int, int, int, int]] = ()
    has_unsaved_values: bool = False
    margins: Sequence[str] = ()
    struck_rows: Collection[int] = ()


def without_struck(
    rows: Iterable[Sequence[tuple[str, str]]], layout: Layout, strikes: Strikes
) -> tuple[Iterator[list[str]], Layout]:
    """The rows of a sheet, of whose cells each is given as it is written and as what of it is not crossed out."""
    struck_rows = set[int]()

    def shown_rows() -> Iterator[list[str]]:
        for number, row in enumerate(rows):
            cells = [left if written == left else strikes.shown(written) or left for written, left in row]
            if any(map(str.strip, (written for written, _ in row))) and not any(map(str.strip, cells)):
                struck_rows.add(number)
            yield cells

    return shown_rows(), replace(layout, struck_rows=struck_rows)


def read_xlsx(source: str, content: bytes, options: Options) -> Document:
    """The workbook in ``content``, with its sheets as places; formulas show the values they had when it was saved.

    Raises:
        ReadError: it is damaged, encrypted or beyond the limits.
    """
    archive = ZipArchive(content, options.limits)
    archive.check_all()
    try:
        blocks, left_out = _workbook(archive, content, options)
    except UNREADABLE as error:
        raise ReadError(DAMAGED) from error
    return office_document(source, archive, blocks, left_out=left_out)


def _workbook(archive: ZipArchive, content: bytes, options: Options) -> tuple[Blocks, list[Failure]]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, rich_text=True)
    sheets = book.worksheets
    if len(sheets) > options.limits.pages:
        raise options.limits.refusal("pages", f"The file has {len(sheets):,} sheets")
    parts = _parts_of_sheets(archive)
    blocks, left_out, seen = Blocks(options.budget), list[Failure](), set[str]()
    strikes = Strikes(options.keeps_struck)
    formulas: Any = None
    for sheet in sheets:
        sheet.reset_dimensions()  # what the file says of its size may be absurd
        if sheet.sheet_state != "visible":
            left_out += [Failure(f"sheet {sheet.title}", HIDDEN_SHEET)] if any(_filled(sheet.iter_rows())) else []
            continue
        part = parts.get(sheet.title, "")
        layout = _layout(archive.read(part)) if part in archive else Layout()
        written: Iterator[Sequence[Any]] = repeat(())
        if layout.has_unsaved_values:
            formulas = formulas or openpyxl.load_workbook(io.BytesIO(content), read_only=True)
            formulas[sheet.title].reset_dimensions()
            written = formulas[sheet.title].iter_rows()
            left_out.append(Failure(f"sheet {sheet.title}", UNSAVED_VALUES))
        rows = (
            [_with_unstruck(cell, _excel(cell, formula)) for cell, formula in zip_longest(row, others[: len(row)])]
            for row, others in zip(sheet.iter_rows(), written, strict=False)
        )
        left_out += write_laid_out(blocks, sheet.title, *without_struck(rows, layout, strikes))
        left_out += files_within(archive.related(part))
        seen.update(_write_beside(blocks, archive, part))
    return blocks, [*left_out, *told(seen | strikes.seen)]


def _write_beside(blocks: Blocks, archive: ZipArchive, part: str) -> Iterator[str]:
    """Append what is drawn on a sheet: texts, and the titles of charts; gives the kinds of what is not read."""
    for kind, name in archive.related(part).values():
        if kind in ("comments", "threadedComment") and has_text(archive, name):
            yield COMMENTS
        if kind == "drawing" and name in archive:
            drawing = archive.xml(name)
            write_texts(blocks, drawing)
            _write_charts(blocks, archive, name)
            if holds_struck_text(drawing):
                yield STRUCK
            if holds_pictures(drawing, archive, archive.related(name)):
                yield PICTURES


def _write_charts(blocks: Blocks, archive: ZipArchive, drawing: str) -> None:
    """Append the titles of the charts in a drawing."""
    for kind, chart in archive.related(drawing).values():
        if kind == "chart" and chart in archive:
            write_titles(blocks, archive.xml(chart))


def _filled(rows: Iterable[Sequence[Any]]) -> Iterator[bool]:
    return (cell.value is not None for row in rows for cell in row)


def _parts_of_sheets(archive: ZipArchive) -> dict[str, str]:
    """The part of the archive that holds each sheet, by the sheet's name."""
    part = next((name for kind, name in archive.related("").values() if kind == "officeDocument"), "xl/workbook.xml")
    related = archive.related(part)
    sheets = descendants(archive.xml(part), "sheet")
    return {one.get("name", ""): related.get(relation_of(one), ("", ""))[1] for one in sheets}


def _layout(content: bytes) -> Layout:
    """The layout of a sheet, read before its cells since the file tells of merged ones after them."""
    from lxml import etree

    unsaved = etree.XPath(
        "boolean(*[local-name()='c'][not(@t='str')][*[local-name()='f']][not(*[local-name()='v']/node())])"
    )
    rows, columns, merged, has_unsaved, number, widest = set[int](), set[int](), [], False, -1, 0
    margins: list[str] = []
    for _, one in etree.iterparse(io.BytesIO(content), tag=OF_THE_LAYOUT, resolve_entities=False, no_network=True):
        is_hidden = one.get("hidden") in ("1", "true")
        if local(one) == "row":
            number = int(one.get("r") or number + 2) - 1
            has_unsaved = has_unsaved or unsaved(one)
            widest = max(widest, _width(one))
            rows.update([number] if is_hidden else ())
            _forget(one)
        elif local(one) == "col":
            columns.update(_numbers_of(one) if is_hidden else ())
        elif local(one) in MARGINS:
            margins.append(margin_shown(one.text or ""))
        else:
            merged.append(_merged(one, widest))
    return Layout(rows, columns, merged, has_unsaved, list(filter(None, dict.fromkeys(margins))))


def _width(row: Any) -> int:
    """How many columns there are up to the last cell of a row."""
    from openpyxl.utils.cell import coordinate_to_tuple

    return max(int(coordinate_to_tuple(row[-1].get("r") or "A1")[1]), len(row)) if len(row) else 0


def _forget(row: Any) -> None:
    """Take a row that was read and those before it out of the tree, which would grow large."""
    row.clear()
    while row.getprevious() is not None:
        del row.getparent()[0]


def _numbers_of(columns: Any) -> range:
    return range(int(columns.get("min", "1")) - 1, min(int(columns.get("max", "0")), MOST_COLUMNS))


def _merged(cells: Any, widest: int) -> tuple[int, int, int, int]:
    """A merged range, no wider than the sheet."""
    from openpyxl.utils import range_boundaries

    first_column, first_row, last_column, last_row = range_boundaries(cells.get("ref", ""))
    return first_row - 1, last_row - 1, first_column - 1, min(last_column, widest) - 1


def margin_shown(code: str) -> str:
    """What is printed above or below a sheet; "" where that is only a number or a date."""
    text = " ".join(CODE_OF_MARGIN.sub(" ", code).split())
    return text if any(map(str.isalpha, text)) else ""


def read_csv(source: str, content: bytes, options: Options) -> Document:
    """The table in ``content``."""
    text = decode(content)
    first, _, rest = text.partition("\n")
    named = first.strip().strip('"').removeprefix("sep=")  # Excel's own way to name the mark
    if first.strip().strip('"').startswith("sep=") and len(named or "\t") == 1:
        delimiter, text = named or "\t", rest
    else:
        delimiter = _delimiter(text)
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    blocks = Blocks(options.budget)
    try:
        write_grid(blocks, csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise ReadError(f"The table cannot be read: {error}. Save it anew.") from error
    return Document(source, name_as_title(source), blocks.text, "markdown")


def _delimiter(text: str) -> str:
    """The mark that parts most of the first lines into equally many cells, and those into most."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]

    def evenness(mark: str) -> tuple[int, int]:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=mark))
        return max(((lines_alike, cells) for cells, lines_alike in counts.items() if cells > 1), default=(0, 0))

    return max(DELIMITERS, key=evenness)


def write_laid_out(blocks: Blocks, name: str, rows: Iterable[list[str]], layout: Layout) -> list[Failure]:
    """Append what a sheet shows; returns what it hides."""
    hidden_rows, hidden_columns = 0, set[int]()

    def shown_rows() -> Iterator[list[str]]:
        nonlocal hidden_rows
        for number, row in enumerate(unmerged(_with_merged(rows, layout.merged), blocks)):
            if number in layout.hidden_rows:
                hidden_rows += any(map(str.strip, row))
            if number in layout.hidden_rows or number in layout.struck_rows:
                continue
            hidden_columns.update(column for column in layout.hidden_columns if any(row[column : column + 1]))
            yield [cell for column, cell in enumerate(row) if column not in layout.hidden_columns]

    write_sheet(blocks, name, shown_rows())
    for margin in layout.margins:
        blocks.paragraph(margin)
    counts = ((hidden_rows, "row"), (len(hidden_columns), "column"))
    told = " and ".join(f"{count:,} {kind}{'s' if count > 1 else ''}" for count, kind in counts if count)
    return [Failure(f"sheet {name}", HIDDEN_PARTS.format(told))] if told else []


def _with_merged(
    rows: Iterable[list[str]], merged: Sequence[tuple[int, int, int, int]]
) -> Iterator[Sequence[str | Merged]]:
    """The rows with marks in the cells that are merged with others."""
    waiting = sorted(merged, reverse=True)
    current: list[tuple[int, int, int, int]] = []
    for number, row in enumerate(rows):
        while waiting and waiting[-1][0] <= number:
            current.append(waiting.pop())
        current = [one for one in current if one[1] >= number]
        cells: list[str | Merged] = list(row)
        for top, _, left, right in current:
            cells += [""] * (right + 1 - len(cells))
            for column in range(left, right + 1):
                if number > top:
                    cells[column] = Merged.ABOVE
                elif column > left:
                    cells[column] = Merged.LEFT
        yield cells


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
        write_grid(blocks, table)
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


def _excel(cell: Any, formula: Any = None) -> str:
    """A cell as Excel shows it; a formula without a value as it is written."""
    value = cell.value
    if value is None:
        return _as_written(formula)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return shown(value, cell.number_format)
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return moment_shown(value)
    is_error = isinstance(value, str) and cell.data_type == "e"
    return "" if is_error else str(value)


def _with_unstruck(cell: Any, text: str) -> tuple[str, str]:
    """A cell's text, and what of it is not crossed out: by the font of the cell, or of each part of its text."""
    from openpyxl.cell.rich_text import CellRichText

    is_struck = cell.font is not None and bool(cell.font.strike)
    if isinstance(cell.value, CellRichText):
        strikes = (is_struck if isinstance(part, str) else part.font.strike for part in cell.value)
        return text, "".join(str(part) for part, struck in zip(cell.value, strikes, strict=True) if not struck)
    return text, "" if is_struck else text


def _as_written(formula: Any) -> str:
    """A formula as it is written; "" for a cell that holds none."""
    is_formula = formula is not None and formula.data_type == "f"
    return str(getattr(formula.value, "text", formula.value)) if is_formula else ""
