"""The manifest's tables without the rows of some collections, so that no statement over them can name those."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from assistant.indexing.schema import Tables

OF_DOCUMENTS = ("documents", "passages", "coming", "awaited", "failures")
"""The tables that say of what document a row is."""


class ReadableTables(Tables):
    """The manifest's file for those who may not read all of it; it is never written through this.

    Each table of documents is hidden behind a view of the same name, which leaves out what lies in the closed folders:
    SQLite looks a name up among what is temporary first. So every statement, also one that is written later, obeys.
    """

    def __init__(self, path: Path, corpus_dir: Path, unreadable: Iterable[str]) -> None:
        """Open the file without the top folders ``unreadable`` of the corpus; raises what `Tables` does."""
        self._unreadable = tuple(unreadable)
        super().__init__(path, corpus_dir)

    def _open(self) -> sqlite3.Connection:
        connection = super()._open()
        connection.execute("PRAGMA temp_store = MEMORY")  # the disk may be read-only
        connection.execute("CREATE TEMP TABLE unreadable (folder TEXT PRIMARY KEY) WITHOUT ROWID")
        folders = [(f"{folder}/",) for folder in self._unreadable]
        connection.executemany("INSERT INTO temp.unreadable VALUES (?)", folders)
        for table in OF_DOCUMENTS:
            connection.execute(
                f"CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} "
                "WHERE substr(source, 1, instr(source, '/')) NOT IN (SELECT folder FROM temp.unreadable)"
            )
        return connection
