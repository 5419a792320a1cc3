"""The manifest's tables without the rows of some collections, so that no statement over them can name those."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from assistant.indexing.schema import Tables
from assistant.rights import Rights

OF_DOCUMENTS = ("documents", "passages", "coming", "awaited", "failures")
"""The tables that say of what document a row is."""


class ReadableTables(Tables):
    """The manifest's file for those who may not read all of it; it is never written through this.

    Each table of documents is hidden behind a view of the same name, which leaves out what lies in the closed folders:
    SQLite looks a name up among what is temporary first. So every statement, also one that is written later, obeys.
    """

    def __init__(self, path: Path, corpus_dir: Path, rights: Rights) -> None:
        """Open the file without the documents that an asker may not read; raises what `Tables` does."""
        self._rights = rights
        super().__init__(path, corpus_dir)

    def _open(self) -> sqlite3.Connection:
        connection = super()._open()
        connection.execute("PRAGMA temp_store = MEMORY")  # the disk may be read-only
        conditions = [_among(connection, "unreadable", self._rights.unreadable, "NOT IN")]
        if self._rights.only is not None:
            conditions.append(_among(connection, "only_these", self._rights.only, "IN"))
        for table in OF_DOCUMENTS:
            hidden = f"SELECT * FROM main.{table} WHERE {' AND '.join(conditions)}"
            connection.execute(f"CREATE TEMP VIEW {table} AS {hidden}")
        return connection


def _among(connection: sqlite3.Connection, name: str, folders: Iterable[str], is_in: str) -> str:
    """A condition that a row's document is in some top folders, or not in them, which a table of that name keeps."""
    connection.execute(f"CREATE TEMP TABLE {name} (folder TEXT PRIMARY KEY) WITHOUT ROWID")
    connection.executemany(f"INSERT INTO temp.{name} VALUES (?)", [(f"{folder}/",) for folder in folders])
    return f"substr(source, 1, instr(source, '/')) {is_in} (SELECT folder FROM temp.{name})"
