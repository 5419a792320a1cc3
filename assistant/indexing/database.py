"""The manifest's file as it is opened: there already, unless it is to be made."""

from __future__ import annotations

from pathlib import Path

from assistant.errors import IndexDamaged
from assistant.sqlite_file import SqliteFile


class Database(SqliteFile):
    """The tables of an index, whatever corpus they belong to; closed for good once they are closed."""

    def __init__(self, path: Path, *, create: bool) -> None:
        """Open the file at ``path``.

        Raises:
            IndexDamaged: it is missing, unless ``create``.
            StorageError: it cannot be made or opened.
        """
        super().__init__(path, f"The manifest {path}")
        if not create and not path.is_file():
            raise IndexDamaged(f"There is no index in {path.parent}. Make it with: citewell sync")
        with self._explained():
            self._connection()

    def damaged(self, reason: str) -> IndexDamaged:
        """The error that says that the file cannot be read."""
        return IndexDamaged(f"{self._called} cannot be read ({reason}). Repair the index with: citewell sync --rebuild")
