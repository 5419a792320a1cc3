"""What people make and no sync touches, in SQLite files: statements, transactions, and errors in words for a person."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.errors import StorageError

WAIT_SECONDS = 30.0
"""How long a statement waits for another process's commit, which takes milliseconds."""


class StateFile:
    """One SQLite file, opened when it is first used. May be used from many threads, and beside other processes."""

    def __init__(self, path: Path, versions: Sequence[str], if_damaged: str) -> None:
        """The file at ``path``, which need not exist.

        ``versions`` are scripts that lead from each version of its tables to the next; the file says in
        ``user_version`` how many were done. ``if_damaged`` tells a person what to do when it cannot be read.
        """
        self._path = path
        self._versions = versions
        self._if_damaged = if_damaged
        self._lock = threading.RLock()
        self._opened: sqlite3.Connection | None = None

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._opened:
                self._opened.close()
                self._opened = None

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows that one statement gives.

        Raises:
            StorageError: the file cannot be used.
        """
        with self._lock, self._explained():
            return self._connection().execute(query, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """What is written in the block is kept at its end, or nothing of it when it raises.

        Raises:
            StorageError: the file cannot be used.
        """
        with self._lock, self._explained():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                yield connection

    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))  # for its owner's eyes, before anything is in
            connection = sqlite3.connect(self._path, WAIT_SECONDS, isolation_level=None, check_same_thread=False)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA foreign_keys = ON")
                self._bring_up_to_date(connection)
            except BaseException:
                connection.close()
                raise
            self._opened = connection
        return self._opened

    def _bring_up_to_date(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")  # one process at a time
        with connection:
            [version] = connection.execute("PRAGMA user_version").fetchone()
            if version > len(self._versions):
                raise StorageError(f"{self._path} was written by a newer version of Citewell. Install that one again.")
            for number, script in enumerate(self._versions[version:], start=version + 1):
                for statement in _statements(script):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:
            raise StorageError(
                f"{self._path} cannot be used: {error}. Free disk space or check permissions, then try again."
            ) from error
        except sqlite3.DatabaseError as error:
            raise StorageError(f"{self._path} cannot be read ({error}). {self._if_damaged}") from error


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: ``executescript`` would commit first."""
    statement = ""
    for line in script.strip().splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
