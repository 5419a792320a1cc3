"""Compound files, the format around Outlook mails and older Excel workbooks, written byte by byte ([MS-CFB])."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

SECTOR, SMALL_SECTOR, SMALL = 512, 64, 4096
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file of streams; a name with a slash stands in a storage."""
    sectors: list[bytes] = []
    table: list[int] = []

    def put(content: bytes) -> int:
        """Append a chain of sectors; returns its first."""
        parts = _cut(content, SECTOR)
        first = len(sectors)
        sectors.extend(parts)
        table.extend([*range(first + 1, first + len(parts)), END] if parts else [])
        return first if parts else END

    small, small_table = b"", list[int]()
    starts = {}
    for name, content in streams.items():
        if len(content) >= SMALL:
            starts[name] = put(content)
            continue
        parts = _cut(content, SMALL_SECTOR)
        starts[name] = len(small_table) if parts else END
        small_table += [*range(len(small_table) + 1, len(small_table) + len(parts)), END] if parts else []
        small += b"".join(parts)
    small_start = put(small)
    small_table_start = put(_numbers(small_table))
    directory = put(_directory(streams, starts, small_start, len(small)))
    table_sector = len(sectors)
    whole_table = [*table, TABLE]
    assert len(whole_table) <= SECTOR // 4, "the file needs a second sector for its table"
    sectors += _cut(_numbers(whole_table), SECTOR)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    small_table_sectors = len(_cut(_numbers(small_table), SECTOR))
    head += struct.pack("<IIIIIIIII", 0, 1, directory, 0, SMALL, small_table_start, small_table_sectors, END, 0)
    return head + struct.pack("<109I", table_sector, *[FREE] * 108) + b"".join(sectors)


def _directory(streams: Mapping[str, bytes], starts: Mapping[str, int], small_start: int, small_size: int) -> bytes:
    """Entries in which each has the next of its storage at its right."""
    storages = list(dict.fromkeys(name.rpartition("/")[0] for name in streams if "/" in name))
    names = ["", *storages, *streams]
    numbers = {name: number for number, name in enumerate(names)}
    made = b""
    for name in names:
        inside = [other for other in names[1:] if other.rpartition("/")[0] == name] if name not in streams else []
        beside = [other for other in names[1:] if other.rpartition("/")[0] == name.rpartition("/")[0]]
        after = beside[beside.index(name) + 1 :] if name else []
        kind = ROOT if not name else STREAM if name in streams else STORAGE
        first, size = (small_start, small_size) if not name else (starts.get(name, 0), len(streams.get(name, b"")))
        text = (name.rpartition("/")[2] or "Root Entry").encode("utf-16-le") + b"\0\0"
        links = [FREE, numbers[after[0]] if after else FREE, numbers[inside[0]] if inside else FREE]
        made += struct.pack("<64sHBBIII36xIQ", text, len(text), kind, 1, *links, first, size)
    return made


def _cut(content: bytes, size: int) -> list[bytes]:
    return [content[start : start + size].ljust(size, b"\0") for start in range(0, len(content), size)]


def _numbers(values: Sequence[int]) -> bytes:
    made = struct.pack(f"<{len(values)}I", *values)
    return made + b"\xff" * (-len(made) % SECTOR)


def msg(subject: str, sender: str, body: str, attachments: Mapping[str, bytes] | None = None) -> bytes:
    """An Outlook mail with these attachments ([MS-OXMSG])."""
    streams = {"0037": subject, "0C1A": sender, "1000": body}
    made = {f"__substg1.0_{tag}001F": text.encode("utf-16-le") for tag, text in streams.items()}
    for number, (name, content) in enumerate((attachments or {}).items()):
        folder = f"__attach_version1.0_#{number:08X}"
        made[f"{folder}/__substg1.0_3707001F"] = name.encode("utf-16-le")
        made[f"{folder}/__substg1.0_37010102"] = content
    return compound(made)


class Struck(str):
    """A text that is crossed out."""

    __slots__ = ()


def xls(
    sheets: Mapping[str, Sequence[Sequence[str | float]]],
    comments: Mapping[tuple[int, int], str] | None = None,
    box: str = "",
    footer: str = "",
) -> bytes:
    """A workbook of Excel 97 with these sheets ([MS-XLS]).

    Each has comments on cells by row and column, a text box, and a footer.
    """
    beside = b"".join(_comment(*at, number, text) for number, (at, text) in enumerate((comments or {}).items(), 1))
    beside += _drawn(6, 99, box) if box else b""
    beside += _record(0x15, struct.pack("<HB", len(footer), 0) + footer.encode("latin-1")) if footer else b""
    contents = [_sheet(rows) + beside + _record(0x0A) for rows in sheets.values()]
    bounds = [len(_bound(name, 0)) for name in sheets]
    globals_ = _begin(5) + b"".join(_font(struck) + _format(struck) for struck in (0, 1))
    position = len(globals_) + sum(bounds) + len(_record(0x0A))
    for name, content in zip(sheets, contents, strict=True):
        globals_ += _bound(name, position)
        position += len(content)
    return compound({"Workbook": globals_ + _record(0x0A) + b"".join(contents)})


def _font(struck: int) -> bytes:
    return _record(0x31, struct.pack("<HHHHHBBBxBB", 200, 8 * struck, 8, 400, 0, 0, 0, 0, 1, 0) + b"A")


def _format(font: int) -> bytes:
    """The format of cells that are written in a font."""
    return _record(0xE0, struct.pack("<HH16x", font, 0))


def _sheet(rows: Sequence[Sequence[str | float]]) -> bytes:
    made = _begin(0x10)
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            at = struct.pack("<HHH", row, column, isinstance(cell, Struck))
            if isinstance(cell, str):
                text = cell.encode("utf-16-le")
                made += _record(0x204, at + struct.pack("<HB", len(text) // 2, 1) + text)
            else:
                made += _record(0x203, at + struct.pack("<d", cell))
    return made


def _drawn(kind: int, number: int, text: str) -> bytes:
    """An object of a kind, and its text."""
    length = struct.pack("<HH6xHHH", 0, 0, len(text), 0, 0)
    return (
        _record(0x5D, struct.pack("<HHHH14xHH", 0x15, 0x12, kind, number, 0, 0))
        + _record(0x1B6, length)
        + _record(0x3C, b"\1" + text.encode("utf-16-le"))
    )


def _comment(row: int, column: int, number: int, text: str) -> bytes:
    """The object of a comment, its text, and the note that names both."""
    note = struct.pack("<HHHHHB", row, column, 0, number, 1, 0) + b"A"
    return _drawn(0x19, number, text) + _record(0x1C, note)


def _begin(kind: int) -> bytes:
    return _record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 6))


def _bound(name: str, position: int) -> bytes:
    return _record(0x85, struct.pack("<IHBB", position, 0, len(name), 1) + name.encode("utf-16-le"))


def _record(number: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", number, len(content)) + content
