"""Small values that are kept by name in the state folder, each kind in one file, readable by its owner alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from assistant.atomic_files import changing, write_whole
from assistant.errors import StorageError

Kept = TypeVar("Kept")


class KeptByName(Generic[Kept]):
    """A JSON file that holds a value for each name. May be used from many threads and processes."""

    def __init__(
        self, path: Path, read: Callable[[str, Any], Kept], written: Callable[[Kept], Any], unreadable: str
    ) -> None:
        """Keep values at ``path``: ``written`` makes JSON of one, and ``read`` makes one of its name and its JSON.

        ``unreadable`` is told where the file cannot be read, with ``{path}``, ``{error}`` and its ``{kind}`` filled in.
        """
        self._path = path
        self._read = read
        self._written = written
        self._unreadable = unreadable

    def all(self) -> dict[str, Kept]:
        """The values by name; none where the file is missing.

        Raises:
            StorageError: the file cannot be read.
        """
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            return {name: self._read(name, value) for name, value in kept.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError, TypeError) as error:
            told = self._unreadable.format(path=self._path, error=error, kind=type(error).__name__)
            raise StorageError(told) from error

    def change(self, change: Callable[[dict[str, Kept]], dict[str, Kept]]) -> None:
        """Keep what ``change`` makes of the values, while nobody else changes them.

        Raises:
            StorageError: the file cannot be read or written.
        """
        try:
            with changing(self._path):
                kept = change(self.all())
                write_whole(self._path, json.dumps({name: self._written(value) for name, value in kept.items()}))
        except OSError as error:
            raise StorageError(f"{self._path} cannot be written: {error.strerror or error}.") from error
