"""The table from file suffix to reader. A new format joins by adding its line here."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from assistant.errors import ReadError
from assistant.reading.language import detect
from assistant.reading.limits import Limits, Options
from assistant.reading.markdown import read_markdown
from assistant.reading.pdf import read_pdf
from assistant.reading.plain import read_plain
from assistant.types import Document


@dataclass(frozen=True, slots=True)
class Reader:
    """How files of one format are read: ``read(source, content, options)`` returns the document.

    ``version`` names the reader and changes with its behaviour, so that files read by an older one are read again.
    ``isolated`` says that the format is so intricate that its files are only read in a process of their own.
    """

    version: str
    read: Callable[[str, bytes, Options], Document]
    isolated: bool = False


_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)

PLAIN = Reader("plain-1", read_plain)
MARKDOWN = Reader("markdown-2", read_markdown)

PDF = Reader("pdf-1", read_pdf, isolated=True)

READERS: dict[str, Reader] = {
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".txt": PLAIN,
    ".text": PLAIN,
    ".pdf": PDF,
}


def reader_for(source: str) -> Reader:
    """The reader for a source's suffix.

    Raises:
        ReadError: no format is known by that suffix.
    """
    suffix = PurePosixPath(source).suffix.lower()
    if suffix not in READERS:
        raise ReadError(f"Files of the format {suffix or '(none)'} are not read; known are {', '.join(READERS)}.")
    return READERS[suffix]


def is_isolated(source: str) -> bool:
    """Whether the file is of a format that is only read in a process of its own."""
    reader = READERS.get(PurePosixPath(source).suffix.lower())
    return reader is not None and reader.isolated


def read(reader: Reader, source: str, content: bytes, options: Options | None = None) -> Document:
    """The document in a file's content, known in the corpus as ``source``, with its language.

    Raises:
        ReadError: the content is not of the reader's format, or holds no text.
        StorageError: see `assistant.reading.language.detect`.
    """
    document = reader.read(source, content, options or Options())
    if not document.text.strip():
        raise ReadError("The file holds no text.")
    return document if document.language else replace(document, language=detect(document.text))


def load(path: Path, limits: Limits | None = None) -> bytes:
    """The file's bytes. A link is not followed.

    Raises:
        ReadError: the file cannot be opened, is no regular file, or is larger than the limit.
    """
    limits = limits or Limits()
    try:
        with os.fdopen(os.open(path, _FLAGS), "rb") as file:
            known = os.fstat(file.fileno())
            if not stat.S_ISREG(known.st_mode):
                raise ReadError("This is no regular file. Remove it.")
            if known.st_size > limits.file_megabytes * 1_000_000:
                raise limits.refusal("file_megabytes", f"The file is {known.st_size / 1e6:,.0f} MB")
            return file.read()
    except PermissionError as error:
        raise ReadError("Permission to read the file is missing; grant it and sync again.") from error
    except OSError as error:
        raise ReadError(f"The file cannot be opened: {error.strerror or error}.") from error
