"""What the commands print for programs: the fields of our dataclasses, under their own names."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from typing import Any

from assistant.text.characters import CONTROLS, REORDERING, SURROGATES

_ESCAPED = re.compile(f"[{CONTROLS}{REORDERING}{SURROGATES}]")
"""What JSON may hold as it is, but a terminal would obey, or no encoding can write."""


def to_json(value: object, encoding: str = "utf-8") -> str:
    """``value`` as JSON: exact for programs, and harmless when it is shown on a terminal.

    Args:
        value: a dataclass, or a list or tuple of them.
        encoding: what the text will be written in; characters that it cannot hold become JSON's own escapes, as
            do control characters and lone surrogates in file names.
    """
    plain = _plain(value)
    text = json.dumps(plain, ensure_ascii=False, indent=2, allow_nan=False)
    text = _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
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
