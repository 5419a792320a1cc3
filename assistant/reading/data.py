"""JSON, also line by line (.jsonl), and notebooks (.ipynb)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

from assistant.errors import ReadError
from assistant.reading.blocks import Blocks
from assistant.reading.limits import Options
from assistant.reading.notebook import is_notebook, write_notebook
from assistant.reading.plain import decode, name_as_title
from assistant.reading.unread import Strikes
from assistant.types import Document, Failure

MOST_EMPTY = 50
"""Cells of a table for each one that is filled; with more, like objects are written one by one."""


def read_json(source: str, content: bytes, options: Options) -> Document:
    """The values in ``content``, each with the names that lead to it; a list of like objects is a table.

    Raises:
        ReadError: it is no JSON.
    """
    value = _parsed(decode(content), "The file is no JSON")
    blocks = Blocks(options.budget)
    left_out: list[Failure] = []
    if is_notebook(value):
        left_out = write_notebook(blocks, value, Strikes(options.keeps_struck))
    else:
        write_value(blocks, value, ())
    named = value.get("title") if isinstance(value, dict) else None
    title = named if isinstance(named, str) and named.strip() else blocks.first_heading
    title = " ".join(title.split()) or name_as_title(source)
    return Document(source, title, blocks.text, "markdown", left_out=tuple(left_out))


def read_json_lines(source: str, content: bytes, options: Options) -> Document:
    """The values in ``content``, one a line; like objects are a table. Lines that are no JSON are told.

    Raises:
        ReadError: no line is JSON.
    """
    values: list[Any] = []
    broken: list[Failure] = []
    text = decode(content)
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                values.append(json.loads(line, object_pairs_hook=_object))
            except (ValueError, RecursionError) as error:
                broken.append(Failure(f"line {number}", f"It is no JSON: {error}. Correct or remove it."))
    if len(broken) > len(values):
        values, broken = [_parsed(text, "The lines of the file are no JSON, nor is the whole")], []
    blocks = Blocks(options.budget)
    write_value(blocks, values, ())
    return Document(source, name_as_title(source), blocks.text, "markdown", left_out=tuple(broken))


def _parsed(text: str, otherwise: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{otherwise}: {error}. Correct or remove it.") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a name that stands in it several times has a list of its values."""
    found = dict(pairs)
    if len(found) < len(pairs):
        found = {name: [value for other, value in pairs if other == name] for name in found}
        found = {name: values if len(values) > 1 else values[0] for name, values in found.items()}
    return found


def write_value(blocks: Blocks, value: Any, path: tuple[str, ...]) -> None:
    """Append a value: a list of like objects as a table, else a line for each value within, behind its ``path``."""
    if names := _heads(value):
        if path:
            blocks.paragraph(" › ".join(path) + ":")
        blocks.table(chain([names], ([_scalar(one.get(name)) for name in names] for one in value)))
        return
    for line in _lines(value, path):
        blocks.item(line)


def _heads(value: Any) -> list[str]:
    """The names in a list of objects that have most of them in common; none where it is no such list."""
    if not isinstance(value, list) or len(value) < 2 or not all(_is_flat(one) for one in value):
        return []
    names = list(dict.fromkeys(name for one in value for name in one))
    return names if len(names) * len(value) <= MOST_EMPTY * sum(map(len, value)) else []


def _lines(value: Any, path: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _lines(inner, (*path, str(name)))
    elif isinstance(value, list) and not all(isinstance(one, str | int | float) for one in value):
        for number, inner in enumerate(value, 1):
            yield from _lines(inner, (*path, str(number)) if len(value) > 1 else path)
    elif text := _on_one_line(value):
        yield f"{' › '.join(path)}: {text}" if path else text


def _on_one_line(value: Any) -> str:
    return ", ".join(map(_scalar, value)) if isinstance(value, list) else _scalar(value)


def _is_flat(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and not any(isinstance(one, dict | list) for one in value.values())


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
