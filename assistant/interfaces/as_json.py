"""What the commands print for programs: the fields of our dataclasses, under their own names."""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import Any


def to_json(value: object, encoding: str = "utf-8") -> str:
    """``value`` as JSON that survives ``encoding``.

    Args:
        value: a dataclass, or dataclasses and plain values in lists, tuples and dicts.
        encoding: what the text will be written in. Characters are kept as they are when it can hold them all;
            otherwise, and for lone surrogates in file names, JSON's own escapes stand for them.
    """
    plain = _plain(value)
    text = json.dumps(plain, ensure_ascii=False, indent=2, allow_nan=False)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return json.dumps(plain, indent=2, allow_nan=False)
    return text


def print_json(value: object) -> None:
    """Write ``value`` to standard output as JSON, and nothing else."""
    sys.stdout.write(to_json(value, sys.stdout.encoding or "ascii") + "\n")
    sys.stdout.flush()  # a reader that has gone is noticed here, where it can be told


def _plain(value: object) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
