"""Files within a file: those of an archive, and those attached to a mail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath

from assistant.errors import ReadError
from assistant.reading.archive import ZipArchive
from assistant.reading.blocks import LONGEST_LABEL, Blocks, one_line
from assistant.reading.limits import Options
from assistant.reading.plain import name_as_title
from assistant.types import Document, Failure

HOLD_OTHERS = frozenset((".zip", ".eml", ".msg", ".mbox"))
"""Formats that are not opened within one another, so that no file unpacks without end."""
NO_NAME = "a file without a name"


@dataclass(frozen=True, slots=True)
class Part:
    """A file within a file. ``load`` gives its bytes, or raises a `ReadError`."""

    name: str
    load: Callable[[], bytes]


def read_zip(source: str, content: bytes, options: Options) -> Document:
    """All files of an archive whose formats are read, as one document in which each is a place.

    Raises:
        ReadError: it is damaged, encrypted or beyond the limits, or holds no file that can be read.
    """
    archive = ZipArchive(content, options.limits)
    blocks = Blocks(options.budget)
    names = [name for name in archive.names() if _is_wanted(name)]
    left_out = add_parts(blocks, [Part(name, partial(archive.read, name)) for name in names], options)
    if not blocks.text:
        first = f" The first: {left_out[0].source}: {left_out[0].reason}" if left_out else ""
        raise ReadError(f"The archive holds no file that can be read.{first}")
    return Document(
        source, name_as_title(source), blocks.text, "markdown", places=tuple(blocks.places), left_out=left_out
    )


def add_parts(blocks: Blocks, parts: Iterable[Part], options: Options) -> tuple[Failure, ...]:
    """Append each file that can be read under its name as a heading; returns those that cannot, and why."""
    from assistant.reading.readers import read, reader_for  # NOTE: the table of readers holds those that call this

    left_out: list[Failure] = []
    for part in parts:
        name = one_line("/".join(_steps(part.name)))[-LONGEST_LABEL:] or NO_NAME
        try:
            if PurePosixPath(name).suffix.lower() in HOLD_OTHERS:
                raise ReadError("It holds files itself, and such are not opened within others. Add it by itself.")
            document = read(reader_for(name), name, part.load(), replace(options, is_within=True, description=None))
        except ReadError as error:
            left_out.append(Failure(name, str(error)))
            continue
        left_out += [Failure(f"{name}, {one.source}", one.reason) for one in document.left_out]
        blocks.place("file", name)
        blocks.heading(1, name)
        start = blocks.length
        blocks.append(document)
        skipped = len(document.text) - len(document.text.lstrip("\n"))
        for offset, place in document.places:
            label = f"{name}, {place.label}" if place.kind == "file" else f"{name}, {place.kind} {place.label}"
            blocks.place("file", label)
            blocks.places[-1] = (start + max(0, offset - skipped), blocks.places[-1][1])
    return tuple(left_out)


def _is_wanted(name: str) -> bool:
    """Whether a file is none of those that systems put into archives unasked."""
    return not any(part.startswith((".", "__MACOSX")) for part in _steps(name))


def _steps(name: str) -> list[str]:
    """The parts of a name, without those that lead elsewhere."""
    return [one for one in name.replace("\\", "/").split("/") if one not in ("", ".", "..")]
