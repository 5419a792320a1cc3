"""Notebooks (.ipynb): their texts and code, and what came out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assistant.errors import ReadError
from assistant.reading.blocks import Blocks
from assistant.reading.dialects import as_shown
from assistant.reading.plain import as_displayed
from assistant.reading.unread import PICTURES, TOLD, Strikes, told
from assistant.text.structure import HEADING_LINE
from assistant.types import Failure

UNREAD_OUTPUT = "An output of it holds a picture or a program, and no text."
BETWEEN_COLUMNS = re.compile(r"\s{2,}+")


def is_notebook(value: Any) -> bool:
    """Whether a value of JSON is a notebook."""
    return isinstance(value, dict) and any(isinstance(value.get(name), list) for name in ("cells", "worksheets"))


def write_notebook(blocks: Blocks, notebook: dict[str, Any], strikes: Strikes) -> list[Failure]:
    """Append the cells of a notebook, each with its outputs; returns the outputs that hold nothing to read."""
    left_out: list[Failure] = []
    for number, cell in enumerate(_cells(notebook), 1):
        text = _joined(cell.get("source", cell.get("input", "")))
        if cell.get("cell_type") == "code":
            blocks.code(text)
            if not _write_outputs(blocks, cell, strikes):
                left_out.append(Failure(f"cell {number}", UNREAD_OUTPUT))
        elif cell.get("cell_type") == "heading":
            blocks.heading(int(cell.get("level", 1)), text)
        else:
            _write_text(blocks, text, strikes)
            if cell.get("attachments"):
                left_out.append(Failure(f"cell {number}", TOLD[PICTURES].reason))
    return [*left_out, *told(strikes.seen)]


def _write_text(blocks: Blocks, text: str, strikes: Strikes) -> None:
    """Append a text in Markdown, whose first heading may be the notebook's."""
    heading = HEADING_LINE.search(text)
    blocks.first_heading = blocks.first_heading or (heading[2].strip() if heading else "")
    blocks.add(as_shown(text, has_components=False, struck=strikes.shown))


def _cells(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The cells of a notebook, which older ones hold in sheets."""
    for sheet in (notebook, *(notebook.get("worksheets") or ())):
        if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list):
            yield from (cell for cell in sheet["cells"] if isinstance(cell, dict))


def _write_outputs(blocks: Blocks, cell: dict[str, Any], strikes: Strikes) -> bool:
    """Append what came out of a cell; returns whether all of it can be read."""
    outputs = [_output(one) for one in cell.get("outputs") or () if isinstance(one, dict)]
    is_read = [_write_output(blocks, output, strikes) for output in outputs]
    return all(is_read)


@dataclass(frozen=True, slots=True)
class _Output:
    """What came out of a cell, in each of the forms that it has."""

    html: str
    markdown: str
    plain: str
    is_picture: bool
    is_empty: bool


def _output(said: dict[str, Any]) -> _Output:
    data = said.get("data")
    forms = {name.removeprefix("text/"): value for name, value in (data if isinstance(data, dict) else said).items()}
    is_error = said.get("output_type") == "error"
    return _Output(
        html=_joined(forms.get("html") or ""),
        markdown=_joined(forms.get("markdown") or ""),
        plain=_error(said) if is_error else _joined(forms.get("plain") or forms.get("text") or ""),
        is_picture=any(name.startswith("image/") or name in ("png", "jpeg", "svg") for name in forms),
        is_empty=not forms.keys() - {"output_type", "name"},
    )


def _error(said: dict[str, Any]) -> str:
    return f"{said.get('ename', '')}: {said.get('evalue', '')}"


def _write_output(blocks: Blocks, output: _Output, strikes: Strikes) -> bool:
    """Append what came out of a cell, in the form that says most; returns whether all of it can be read."""
    if "<table" in output.html or not (output.markdown or output.plain):
        return _write_html(blocks, output.html, strikes.seen) or _write_lines(blocks, output.plain) or output.is_empty
    if output.markdown:
        blocks.add(as_shown(output.markdown, has_components=False, struck=strikes.shown))
        return not output.is_picture
    names_a_picture = output.is_picture and output.plain.startswith("<")
    return not names_a_picture and _write_lines(blocks, output.plain) and not output.is_picture


def _write_html(blocks: Blocks, html: str, seen: set[str]) -> bool:
    from assistant.reading.html import parse_page, write_html

    before = blocks.length
    try:
        write_html(blocks, parse_page(html, seen))
    except ReadError:
        return False
    return blocks.length > before


def _write_lines(blocks: Blocks, text: str) -> bool:
    """Append printed lines: columns as a table, others as a paragraph each."""
    lines = [line for line in as_displayed(text).split("\n") if line.strip()]
    if rows := _columns(lines):
        blocks.table(rows)
    else:
        for line in lines:
            blocks.paragraph(line)
    return bool(lines)


def _columns(lines: list[str]) -> list[list[str]]:
    """The rows of a table that is printed in columns; none where the lines are no such table."""
    if len(lines) < 2:
        return []
    rows = [BETWEEN_COLUMNS.split(line.strip()) for line in lines]
    if len(rows[0]) == len(rows[1]) - 1:
        rows[0] = ["", *rows[0]]  # the column of numbers or names has no head
    return rows if len(rows[0]) > 1 and all(len(row) == len(rows[0]) for row in rows) else []


def _joined(text: Any) -> str:
    return "".join(map(str, text)) if isinstance(text, list) else str(text)
