"""One file of the corpus becomes a document, or a reason why not; in this process or, for many files, in another."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant.errors import CitewellError, ReadError
from assistant.reading.feed import read_feed
from assistant.reading.limits import Options
from assistant.reading.readers import load, read, reader_for
from assistant.types import Document

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FileToRead:
    """A file, the SHA-256 of those contents that are known already and need no reading, and how it is to be read.

    ``content`` is what is in it where it is not on disk, such as what was fetched. ``headers`` say that it is a feed.
    """

    source: str
    path: Path
    size: int
    known: frozenset[str] = frozenset()
    options: Options = field(default_factory=Options)
    content: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class FileRead:
    """The SHA-256 of the file's content, and its document, or the reason why there is none.

    Neither stands there when the content is known; ``file_hash`` is empty when the file could not be opened.
    """

    file_hash: str
    document: Document | None = None
    reason: str = ""


def content_of(file: FileToRead) -> bytes:
    """The file's bytes. Raises what `load` raises."""
    return load(file.path, file.options.limits) if file.content is None else file.content


def read_file(file: FileToRead) -> FileRead:
    """What is in a file.

    Raises:
        StorageError: see `assistant.reading.language.detect`.
    """
    file_hash = ""
    try:
        content = content_of(file)
        file_hash = hashlib.sha256(content).hexdigest()
        if file_hash in file.known:
            return FileRead(file_hash)
        if file.headers is not None:
            return FileRead(file_hash, read_feed(file.source, content, file.headers))
        return FileRead(file_hash, read(reader_for(file.source), file.source, content, file.options))
    except ReadError as error:
        return FileRead(file_hash, reason=str(error))
    except CitewellError:
        raise
    except MemoryError:
        found = f"Reading the file needs more than {file.options.limits.memory_megabytes:,} MB of memory"
        return FileRead(file_hash, reason=str(file.options.limits.refusal("memory_megabytes", found)))
    except Exception as error:  # the edge to whatever parses a format: one file that it trips over costs that file
        LOG.warning("The reader failed at %s.", file.source, exc_info=error)
        return FileRead(file_hash, reason=f"The reader failed at this file ({type(error).__name__}). Please report it.")
