"""One SQLite file: statements, transactions, and errors in words for a person."""

from __future__ import annotations

import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.errors import CitewellError, StorageError

SECONDS_TO_WAIT = 30.0
"""How long a statement waits for another process's commit, which takes milliseconds."""


class SqliteFile(ABC):
    """A connection that many threads may use, one statement or transaction at a time, beside other processes.

    It is opened when it is first used. Every method raises `StorageError` where the file cannot be used, and what
    `damaged` says where it cannot be read.
    """

    def __init__(self, path: Path, called: str) -> None:
        """The file at ``path``, ``called`` so in what a person is told."""
        self._path = path
        self._called = called
        self._lock = threading.RLock()
        self._opened: sqlite3.Connection | None = None

    def rows(self, statement: str, *values: object) -> list[Any]:
        """The rows that one statement gives."""
        with self._lock, self._explained():
            return self._connection().execute(statement, values).fetchall()

    def many(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Run one statement for each row of values."""
        with self._lock, self._explained():
            self._connection().executemany(statement, rows)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written in the block becomes visible at its end, or nothing when it raises."""
        with self._lock, self._explained(), immediate(self._connection()) as connection:
            yield connection

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._opened:
                self._opened.close()

    @abstractmethod
    def damaged(self, reason: str) -> CitewellError:
        """The error that says that the file cannot be read, and what to do about that."""

    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._opened = self._open()
        return self._opened

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, SECONDS_TO_WAIT, isolation_level=None, check_same_thread=False)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:
            raise StorageError(
                f"{self._called} cannot be used: {error}. Free disk space or check permissions, then try again."
            ) from error
        except sqlite3.DatabaseError as error:
            raise self.damaged(str(error)) from error


@contextmanager
def immediate(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A transaction that may write from its beginning, so that it never waits in its midst for another process."""
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        yield connection
