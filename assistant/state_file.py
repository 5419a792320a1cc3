"""What people make and no sync touches, in SQLite files whose tables follow Citewell's versions."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.errors import StorageError
from assistant.sqlite_file import SqliteFile, immediate


class StateFile(SqliteFile):
    """A file for its owner's eyes. It may be used again after it was closed."""

    def __init__(self, path: Path, versions: Sequence[str], if_damaged: str) -> None:
        """The file at ``path``, which need not exist.

        ``versions`` are scripts that lead from each version of its tables to the next; the file says in
        ``user_version`` how many were done. ``if_damaged`` tells a person what to do when it cannot be read.
        """
        super().__init__(path, str(path))
        self._versions = versions
        self._if_damaged = if_damaged

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            super().close()
            self._opened = None

    def damaged(self, reason: str) -> StorageError:
        """The error that says that the file cannot be read."""
        return StorageError(f"{self._called} cannot be read ({reason}). {self._if_damaged}")

    def _open(self) -> sqlite3.Connection:
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))  # for its owner's eyes, before anything is in
        connection = super()._open()
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA foreign_keys = ON")
            self._bring_up_to_date(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _bring_up_to_date(self, connection: sqlite3.Connection) -> None:
        with immediate(connection):  # one process at a time
            [version] = connection.execute("PRAGMA user_version").fetchone()
            if version > len(self._versions):
                raise StorageError(f"{self._path} was written by a newer version of Citewell. Install that one again.")
            for number, script in enumerate(self._versions[version:], start=version + 1):
                for statement in _statements(script):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: ``executescript`` would commit first."""
    statement = ""
    for line in script.strip().splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
