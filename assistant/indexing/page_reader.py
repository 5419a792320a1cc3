"""Pages that were fetched are read as files are: in a process of its own, within the limits for files."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from assistant.errors import FetchError
from assistant.indexing.reading_ahead import ReadingProcesses
from assistant.reading.files import FileToRead
from assistant.reading.limits import Limits, Options
from assistant.types import Document


class ProcessPageReader:
    """Reads pages in one process, which is there only while it is needed. May be used from many threads."""

    def __init__(self, limits: Limits) -> None:
        self._options = Options(limits)
        self._lock = threading.Lock()
        self._users = 0
        self._process = ExitStack()
        self._processes = ReadingProcesses(1)

    @contextmanager
    def reading(self) -> Iterator[ReadingProcesses]:
        """Many pages are about to be read: the process is kept until the last who said so is done."""
        with self._lock:
            if not self._users:
                self._processes = self._process.enter_context(ReadingProcesses(1))
            self._users += 1
        try:
            yield self._processes
        finally:
            with self._lock:
                self._users -= 1
                if not self._users:
                    self._process.close()

    def read(self, name: str, html: str) -> Document:
        """The document in a page, which is called by its ``name`` where it has no title.

        Raises:
            FetchError: it holds nothing to read, breaks its reader or takes too much; for now only, where no process
                could be started.
            StorageError: see `assistant.reading.language.detect`.
        """
        # with the mark of UTF-8, whatever encoding the page names
        return self._read(f"{name}.html", html.encode("utf-8-sig", "replace"))

    def read_feed(self, content: bytes, headers: Mapping[str, str]) -> str:
        """The JSON Feed that a feed of RSS or Atom amounts to; ``headers`` are those it came with, in lower case.

        Raises:
            FetchError: it is neither, breaks its reader or takes too much; as in `read`.
        """
        return self._read("feed.html", content, headers).text  # the suffix is that of what is never read without one

    def _read(self, source: str, content: bytes, headers: Mapping[str, str] | None = None) -> Document:
        page = FileToRead(source, Path(), len(content), options=self._options, content=content, headers=headers)
        with self.reading() as processes:
            found = processes.read(page)
        if found.document is None:
            raise FetchError(found.reason, lasting=bool(found.file_hash))
        return found.document
