"""OpenDocument files: texts (.odt), sheets (.ods) and presentations (.odp)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from assistant.errors import ReadError
from assistant.reading.archive import ZipArchive, attribute, child, descendants, facts, local
from assistant.reading.blocks import Blocks, one_line
from assistant.reading.limits import Options
from assistant.reading.plain import name_as_title
from assistant.reading.sheets import write_sheet
from assistant.types import Document

MANIFEST = "META-INF/manifest.xml"
LEFT_OUT = frozenset(
    "tracked-changes annotation annotation-end note-citation sequence-decls forms page-thumbnail".split()
)
ROW_GROUPS = frozenset(("table-header-rows", "table-row-group", "table-rows"))
MAXIMUM_REPEATED = 100
"""Rows and cells that repeat more often fill a sheet up to its end."""


def read_odf(source: str, content: bytes, options: Options) -> Document:
    """The document in ``content``, with its sheets or slides as places; when it was saved is no date of publication.

    Raises:
        ReadError: it is damaged, encrypted or beyond the limits.
    """
    archive = ZipArchive(content, options.limits)
    if MANIFEST in archive and next(descendants(archive.xml(MANIFEST), "encryption-data"), None) is not None:
        raise ReadError("The file is encrypted. Save it without a password, and add that.")
    blocks = Blocks(options.budget)
    body = child(archive.xml("content.xml"), "body")
    for part in body if body is not None else ():
        pages = sum(local(one) in ("page", "table") for one in part)
        if local(part) != "text" and pages > options.limits.pages:
            raise options.limits.refusal("pages", f"The file has {pages:,} slides or sheets")
        _write(blocks, part)
    known = facts(archive.xml("meta.xml")) if "meta.xml" in archive else {}
    return Document(
        source=source,
        title=known.get("title") or blocks.first_heading or name_as_title(source),
        text=blocks.text,
        markup="markdown",
        author=known.get("creator") or known.get("initial-creator") or None,
        places=tuple(blocks.places),
    )


def _write(blocks: Blocks, elements: Iterable[Any]) -> None:
    slides = 0
    for one in elements:
        name = local(one)
        if name in LEFT_OUT:
            continue
        if name == "h":
            level = attribute(one, "outline-level") or "1"
            blocks.heading(int(level) if level.isdecimal() else 1, _text(one))
        elif name == "p":
            blocks.paragraph(_text(one))
            for box in _boxes(one):
                _write(blocks, box)
        elif name == "list":
            _list(blocks, one, 0)
        elif name == "table":
            if local(one.getparent()) == "spreadsheet":
                write_sheet(blocks, attribute(one, "name") or "", _rows(blocks, one))
            else:
                blocks.table(_rows(blocks, one))
        elif name == "page":
            slides += 1
            blocks.place("slide", str(slides))
            frames = sorted(one, key=lambda frame: attribute(frame, "class") != "title")  # the title first
            _write(blocks, frames)
        elif name == "frame" and attribute(one, "class") == "title":
            blocks.heading(2, " ".join(_text(line) for line in descendants(one, "p")))
        else:
            _write(blocks, one)


def _list(blocks: Blocks, element: Any, level: int) -> None:
    for item in element:
        for one in item:
            if local(one) == "list":
                _list(blocks, one, level + 1)
            elif local(one) in ("p", "h"):
                blocks.item(_text(one), level)


def _boxes(element: Any) -> Iterator[Any]:
    """The text boxes below an element that are in no other box."""
    for one in element:
        if local(one) == "text-box":
            yield one
        else:
            yield from _boxes(one)


def _rows(blocks: Blocks, table: Any) -> Iterator[list[str]]:
    """The rows of a table, those that repeat included; ends with an error where they make more than may come."""
    for row in _table_rows(table):
        cells: list[str] = []
        length = 0
        for cell in (one for one in row if local(one) in ("table-cell", "covered-table-cell")):
            text = " ".join(filter(None, (one_line(_text(one)) for one in _paragraphs(cell))))
            times = _repeated(cell, "number-columns-repeated")
            length += len(text) * times
            blocks.check(length)
            cells += [text] * times
        for _ in range(_repeated(row, "number-rows-repeated")):
            yield cells


def _table_rows(table: Any) -> Iterator[Any]:
    for one in table:
        if local(one) == "table-row":
            yield one
        elif local(one) in ROW_GROUPS:
            yield from _table_rows(one)


def _paragraphs(element: Any) -> Iterator[Any]:
    """The paragraphs and headings below an element, also those in lists, frames and tables."""
    for one in element:
        if local(one) not in LEFT_OUT:
            if local(one) in ("p", "h"):
                yield one
            yield from _paragraphs(one)


def _repeated(element: Any, name: str) -> int:
    value = attribute(element, name) or "1"
    is_few = value.isdecimal() and len(value) <= len(str(MAXIMUM_REPEATED)) and int(value) <= MAXIMUM_REPEATED
    return int(value) if is_few else 1


def _text(element: Any) -> str:
    name = local(element)
    if name in LEFT_OUT or name in ("text-box", "frame"):
        return ""
    if name in ("s", "tab"):
        return " "
    if name == "line-break":
        return "\n"
    inner = "".join(_text(one) + (one.tail or "") for one in element)
    return f" ({one_line(inner)})" if name == "note" else (element.text or "") + inner
