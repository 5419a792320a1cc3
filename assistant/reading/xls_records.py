"""What xlrd does not read of an older Excel workbook: text boxes, and what is printed above and below its sheets."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

BOUND_SHEET, BEGIN, END, GOES_ON = 0x85, 0x809, 0x0A, 0x3C
MARGINS = (0x14, 0x15)
"""The header and the footer of a sheet ([MS-XLS] 2.4.136 and 2.4.124)."""
OBJECT, TEXT_OF_OBJECT = 0x5D, 0x1B6
COMMENT = 0x19
"""The type of objects that are comments on cells."""

Record = tuple[int, bytes]


def texts_beside(content: bytes) -> list[tuple[list[str], list[str]]]:
    """Of each sheet of cells in its order, the texts of its boxes, and the code of its header and its footer.

    None of a workbook of Excel 95 or before, whose records differ.
    """
    import olefile

    try:
        file = olefile.OleFileIO(io.BytesIO(content))
        stream = file.openstream("Workbook").read() if file.exists("Workbook") else b""
    except OSError:  # xlrd also opens what is not quite such a file
        return []
    bounds = (data for kind, data in _records(stream, 0) if kind == BOUND_SHEET)
    starts = [struct.unpack_from("<I", data)[0] for data in bounds if len(data) > 5 and not data[5]]
    return [_texts_of(list(_records(stream, start))) for start in starts]


def _records(stream: bytes, at: int) -> Iterator[Record]:
    """The records of a part of a workbook that begins at an offset, up to its end; parts within it stand among them."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        depth += (kind == BEGIN) - (kind == END)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length
        if not depth:
            return


def _texts_of(records: list[Record]) -> tuple[list[str], list[str]]:
    boxes, margins, is_comment = list[str](), list[str](), False
    for at, (kind, data) in enumerate(records):
        if kind in MARGINS and len(data) > 3:
            margins.append(_characters(data[2:]))
        elif kind == OBJECT and len(data) >= 6:
            is_comment = struct.unpack_from("<H", data, 4)[0] == COMMENT
        elif kind == TEXT_OF_OBJECT and len(data) >= 14 and not is_comment:
            boxes.append(_text(records, at + 1, struct.unpack_from("<H", data, 10)[0]))
    return list(filter(str.strip, boxes)), margins


def _text(records: list[Record], at: int, length: int) -> str:
    """A text of so many characters that stands in the records from one on, after that of its object."""
    text = ""
    while at < len(records) and records[at][0] == GOES_ON and len(text) < length:
        text += _characters(records[at][1])
        at += 1
    return text[:length]


def _characters(data: bytes) -> str:
    """Characters behind a byte that tells whether each takes two bytes or one."""
    return data[1:].decode("utf-16-le" if data[:1] == b"\1" else "latin-1", "replace")
