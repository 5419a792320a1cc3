"""One SQLite file: statements, transactions, and errors in words for a person."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.errors import IndexDamaged, StorageError

SECONDS_TO_WAIT = 30
"""How long a statement waits for another process's commit, which takes milliseconds."""


class Database:
    """A connection that many threads may use, one statement or transaction at a time."""

    def __init__(self, path: Path, *, create: bool) -> None:
        """Open the file at ``path``.

        Raises:
            IndexDamaged: it is missing, unless ``create``.
            StorageError: it cannot be made or opened.
        """
        self._path = path
        self._lock = threading.RLock()
        if not create and not path.is_file():
            raise IndexDamaged(f"There is no index in {path.parent}. Make it with: citewell sync")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path, timeout=SECONDS_TO_WAIT, isolation_level=None, check_same_thread=False
            )
        except (OSError, sqlite3.OperationalError) as error:
            raise StorageError(f"The manifest {path} cannot be opened: {error}.") from error

    def rows(self, statement: str, *values: object) -> list[Any]:
        """The rows that one statement gives."""
        with self._lock, self._explained():
            return self._connection.execute(statement, values).fetchall()

    def many(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Run one statement for each row of values."""
        with self._lock, self._explained():
            self._connection.executemany(statement, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written in the block becomes visible at its end, or nothing when it raises."""
        with self._lock:
            self.rows("BEGIN IMMEDIATE")
            try:
                yield
                self.rows("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def damaged(self, reason: str) -> IndexDamaged:
        """The error that says that the file cannot be read."""
        return IndexDamaged(
            f"The manifest {self._path} cannot be read ({reason}). Repair the index with: citewell sync --rebuild"
        )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StorageError(
                f"The manifest {self._path} cannot be used: {error}. Free disk space or check permissions, "
                "then try again."
            ) from error
        except sqlite3.DatabaseError as error:
            raise self.damaged(str(error)) from error
