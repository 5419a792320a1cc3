"""Excel workbooks of the format before 2007 (.xls)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.errors import ReadError
from assistant.reading.archive import DAMAGED
from assistant.reading.blocks import Blocks
from assistant.reading.limits import Options
from assistant.reading.number_formats import shown
from assistant.reading.plain import name_as_title
from assistant.reading.sheets import HIDDEN_SHEET, Layout, margin_shown, read_xlsx, without_struck, write_laid_out
from assistant.reading.unread import COMMENTS, Strikes, told
from assistant.reading.xls_records import texts_beside
from assistant.types import Document, Failure


def read_xls(source: str, content: bytes, options: Options) -> Document:
    """The workbook of the older format in ``content``, with its sheets as places.

    Raises:
        ReadError: it is damaged, encrypted or beyond the limits.
    """
    if content.startswith(b"PK"):
        return read_xlsx(source, content, options)
    book = _opened(content)
    if book.nsheets > options.limits.pages:
        raise options.limits.refusal("pages", f"The file has {book.nsheets:,} sheets")
    blocks, strikes = Blocks(options.budget), Strikes(options.keeps_struck)
    beside = dict(enumerate(texts_beside(content)))
    left_out = [
        Failure(f"sheet {sheet.name}", HIDDEN_SHEET) for sheet in book.sheets() if sheet.visibility and sheet.nrows
    ]
    shown = [sheet for sheet in book.sheets() if not sheet.visibility]
    for sheet in shown:
        boxes, margins = beside.get(sheet.number, ([], []))
        left_out += write_laid_out(
            blocks, sheet.name, *without_struck(_rows(sheet, book), _layout(sheet, margins), strikes)
        )
        for text in boxes:
            blocks.paragraph(text)
    commented = {COMMENTS} if any(map(_has_comments, shown)) else set[str]()
    return Document(
        source,
        name_as_title(source),
        blocks.text,
        "markdown",
        places=tuple(blocks.places),
        author=book.user_name.strip() or None,
        left_out=(*left_out, *told(strikes.seen | commented)),
    )


def _rows(sheet: Any, book: Any) -> Iterator[list[Any]]:
    """The cells of a sheet, row by row, each with what of it is not struck."""
    for number in range(sheet.nrows):
        yield [_with_unstruck(cell, sheet, book, (number, column)) for column, cell in enumerate(sheet.row(number))]


def _has_comments(sheet: Any) -> bool:
    return any(note.text.strip() for note in sheet.cell_note_map.values())


def _opened(content: bytes) -> Any:
    """The workbook.

    Raises:
        ReadError: it is damaged or encrypted.
    """
    import xlrd

    try:
        return xlrd.open_workbook(file_contents=content, logfile=io.StringIO(), formatting_info=True)
    except Exception as error:  # xlrd raises whatever it stumbles over
        encrypted = "encrypted" in str(error).lower()
        raise ReadError("The workbook is encrypted. Save it without a password." if encrypted else DAMAGED) from error


def _layout(sheet: Any, margins: Sequence[str]) -> Layout:
    return Layout(
        {row for row, info in sheet.rowinfo_map.items() if info.hidden},
        {column for column, info in sheet.colinfo_map.items() if info.hidden},
        [(top, bottom - 1, left, min(right, sheet.ncols) - 1) for top, bottom, left, right in sheet.merged_cells],
        margins=list(filter(None, dict.fromkeys(map(margin_shown, margins)))),
    )


def _with_unstruck(cell: Any, sheet: Any, book: Any, at: tuple[int, int]) -> tuple[str, str]:
    """A cell's text, and what of it is not crossed out: by the font of the cell, or of each part of its text."""
    text = _text(cell, book)
    formats = book.xf_list[cell.xf_index : cell.xf_index + 1]
    runs = [*((0, one.font_index) for one in formats), *sheet.rich_text_runlist_map.get(at, ())] or [(0, -1)]
    ends = [*(start for start, _ in runs[1:]), len(text)]
    shown = (text[start:end] for (start, font), end in zip(runs, ends, strict=True) if not _is_struck(book, font))
    return text, "".join(shown)


def _is_struck(book: Any, font: int) -> bool:
    return 0 <= font < len(book.font_list) and bool(book.font_list[font].struck_out)


def _text(cell: Any, book: Any) -> str:
    """A cell as Excel shows it."""
    import xlrd

    if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        known = book.format_map.get(book.xf_list[cell.xf_index].format_key)
        return shown(cell.value, known.format_str if known else "", from_1904=book.datemode == 1)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    return str(cell.value) if cell.ctype == xlrd.XL_CELL_TEXT else ""
