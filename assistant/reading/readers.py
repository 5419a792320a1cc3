"""The table from file suffix to reader. A new format joins by adding its line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from assistant.errors import ReadError
from assistant.reading.language import detect
from assistant.reading.markdown import read_markdown
from assistant.reading.plain import read_plain
from assistant.types import Document

MAXIMUM_BYTES = 50_000_000
"""A larger file is refused: 50 MB of text is some 8 million words, far beyond any one document."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How files of one format are read: ``read(source, content)`` returns the document.

    ``version`` names the reader and changes with its behaviour, so that files read by an older one are read again.
    """

    version: str
    read: Callable[[str, bytes], Document]


PLAIN = Reader("plain-1", read_plain)
MARKDOWN = Reader("markdown-2", read_markdown)

READERS: dict[str, Reader] = {
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".txt": PLAIN,
    ".text": PLAIN,
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


def read(reader: Reader, source: str, content: bytes) -> Document:
    """The document in a file's content, known in the corpus as ``source``, with its language.

    Raises:
        ReadError: the content is not of the reader's format, or holds no text.
        StorageError: see `assistant.reading.language.detect`.
    """
    document = reader.read(source, content)
    if not document.text.strip():
        raise ReadError("The file holds no text.")
    return document if document.language else replace(document, language=detect(document.text))


def load(path: Path) -> bytes:
    """The file's bytes.

    Raises:
        ReadError: the file cannot be opened, or is larger than `MAXIMUM_BYTES`.
    """
    try:
        size = path.stat().st_size
        if size > MAXIMUM_BYTES:
            raise ReadError(
                f"The file is {size / 1e6:,.0f} MB; at most {MAXIMUM_BYTES / 1e6:,.0f} MB are read. "
                "Split it into parts."
            )
        return path.read_bytes()
    except PermissionError as error:
        raise ReadError("Permission to read the file is missing; grant it and sync again.") from error
    except OSError as error:
        raise ReadError(f"The file cannot be opened: {error.strerror or error}.") from error
