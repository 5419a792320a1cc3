"""Notebooks (.ipynb): their texts and code, and what came out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from assistant.errors import ReadError
from assistant.reading.blocks import Blocks
from assistant.reading.dialects import as_shown
from assistant.reading.plain import as_displayed
from assistant.reading.unread import PICTURES, TOLD
from assistant.types import Failure

HEADING = re.compile(r"^#{1,6}[ \t]++(\S[^\n]*+)$", re.MULTILINE)
BETWEEN_COLUMNS = re.compile(r"\s{2,}+")


def is_notebook(value: Any) -> bool:
    """Whether a value of JSON is a notebook."""
    return isinstance(value, dict) and any(isinstance(value.get(name), list) for name in ("cells", "worksheets"))


def write_notebook(blocks: Blocks, notebook: dict[str, Any]) -> list[Failure]:
    """Append the cells of a notebook, each with its outputs; returns the outputs that hold nothing to read."""
    left_out: list[Failure] = []
    for number, cell in enumerate(_cells(notebook), 1):
        text = _joined(cell.get("source", cell.get("input", "")))
        if cell.get("cell_type") == "code":
            blocks.code(text)
            outputs = [one for one in cell.get("outputs") or () if isinstance(one, dict)]
            unread = [output for output in outputs if not _write_output(blocks, output)]
            if unread:
                left_out.append(Failure(f"cell {number}", "An output of it holds a picture or a program, and no text."))
        elif cell.get("cell_type") == "heading":
            blocks.heading(int(cell.get("level", 1)), text)
        else:
            heading = HEADING.search(text)
            blocks.first_heading = blocks.first_heading or (heading[1].strip() if heading else "")
            blocks.add(as_shown(text, has_components=False))
            if cell.get("attachments"):
                left_out.append(Failure(f"cell {number}", TOLD[PICTURES].reason))
    return left_out


def _cells(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The cells of a notebook, which older ones hold in sheets."""
    for sheet in (notebook, *(notebook.get("worksheets") or ())):
        if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list):
            yield from (cell for cell in sheet["cells"] if isinstance(cell, dict))


def _write_output(blocks: Blocks, output: dict[str, Any]) -> bool:
    """Append what came out of a cell, in the form that says most; returns whether all of it can be read."""
    data = output.get("data")
    forms = {name.removeprefix("text/"): value for name, value in (data if isinstance(data, dict) else output).items()}
    html, markdown = _joined(forms.get("html") or ""), _joined(forms.get("markdown") or "")
    plain = _joined(forms.get("plain") or forms.get("text") or "")
    if output.get("output_type") == "error":
        plain = f"{output.get('ename', '')}: {output.get('evalue', '')}"
    is_picture = any(name.startswith("image/") or name in ("png", "jpeg", "svg") for name in forms)
    if "<table" in html or not (markdown or plain):
        return _write_html(blocks, html) or _write_lines(blocks, plain) or not (forms.keys() - {"output_type", "name"})
    if markdown:
        blocks.add(markdown)
    is_named_alone = is_picture and not markdown and plain.startswith("<")
    return bool(markdown or (not is_named_alone and _write_lines(blocks, plain))) and not is_picture


def _write_html(blocks: Blocks, html: str) -> bool:
    from assistant.reading.html import parse_page, write_html

    before = blocks.length
    try:
        write_html(blocks, parse_page(html))
    except ReadError:
        return False
    return blocks.length > before


def _write_lines(blocks: Blocks, text: str) -> bool:
    """Append printed lines: columns as a table, others as a paragraph each."""
    lines = [line for line in as_displayed(text).split("\n") if line.strip()]
    rows = [BETWEEN_COLUMNS.split(line.strip()) for line in lines]
    if rows and len(rows) > 1 and len(rows[0]) == len(rows[1]) - 1:
        rows[0] = ["", *rows[0]]  # the column of numbers or names has no head
    if len(rows) > 1 and len(rows[0]) > 1 and all(len(row) == len(rows[0]) for row in rows):
        blocks.table(rows)
    else:
        for line in lines:
            blocks.paragraph(line)
    return bool(lines)


def _joined(text: Any) -> str:
    return "".join(map(str, text)) if isinstance(text, list) else str(text)
