"""DuckDB: tables are written to files of their own, and asked there without a way to change or reach anything else."""

from __future__ import annotations

import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import IndexDamaged, StorageError
from assistant.tables.columns import Column, Kind, Value
from assistant.tables.extraction import Table

if TYPE_CHECKING:
    import duckdb

LIMITS: dict[str, str | bool | int | float | list[str]] = {
    "threads": "1",
    "memory_limit": "256MB",
    "max_temp_directory_size": "0MB",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}
"""No variable of the program is taken for a table, nothing is loaded, and nothing is written to the disk."""
SECONDS = 5.0
MOST_ROWS = 1_000
OPEN_AT_ONCE = 4
ROW, START, END = "_row", "_start", "_end"
"""Beside the columns of a table: the number of the row, and where it stands in the document's text."""
LARGEST = Decimal(10) ** 20
TYPES: dict[Kind, str] = {"day": "DATE", "flag": "BOOLEAN", "year": "BIGINT", "number": "DECIMAL(28, 8)"}
LONGEST_NAME = 60


class DuckWriter:
    """Writes files of tables. It is opened once for many files, as opening takes longer than writing."""

    def __init__(self) -> None:
        import duckdb

        self._connection = duckdb.connect(":memory:", config=LIMITS)

    def close(self) -> None:
        """Let go of the memory."""
        self._connection.close()

    def write(self, path: Path, tables: Sequence[Table]) -> list[str]:
        """Write a file of these tables, whole or not at all; returns the name of each in it.

        Raises:
            StorageError: the disk refuses.
        """
        import duckdb

        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".writing-{secrets.token_hex(8)}")
        names = _unlike([table.title for table in tables])
        try:
            self._connection.execute(f"ATTACH '{_quoted(str(temporary))}' AS written (BLOCK_SIZE 16384)")
            try:
                for name, table in zip(names, tables, strict=True):
                    self._fill(name, table)
            finally:
                self._connection.execute("DETACH written")
            os.replace(temporary, path)
        except (duckdb.IOException, OSError) as error:
            raise StorageError(f"{path.parent} cannot be written: {error}") from error
        finally:
            temporary.unlink(missing_ok=True)
        return names

    def _fill(self, name: str, table: Table) -> None:
        columns = [
            identifier(column.name) + " " + type_of(column, values)
            for column, values in zip(table.columns, table.values, strict=True)
        ]
        kept = [f"{ROW} BIGINT", f"{START} BIGINT", f"{END} BIGINT", *columns]
        self._connection.execute(f"CREATE TABLE written.{identifier(name)} ({', '.join(kept)})")
        filled: list[list[Any]] = [
            list(range(1, len(table.spans) + 1)),
            [span.start for span in table.spans],
            [span.end for span in table.spans],
            *map(list, table.values),
        ]
        marks = ", ".join(
            f"unnest(?::{one.rsplit(' ', 1)[-1] if 'DECIMAL' not in one else TYPES['number']}[])" for one in kept
        )
        self._connection.execute(
            f"INSERT INTO written.{identifier(name)} SELECT {marks}", [_plain(one) for one in filled]
        )


def _plain(values: list[Any]) -> list[Any]:
    """Values as DuckDB takes them in quickly: numbers as they are written."""
    return [str(value) if isinstance(value, Decimal) else value for value in values]


def type_of(column: Column, values: Sequence[Value]) -> str:
    """What a column is kept as; numbers exactly, but for such as are beyond all use."""
    if column.kind == "number" and any(isinstance(value, Decimal) and abs(value) >= LARGEST for value in values):
        return "DOUBLE"
    return TYPES.get(column.kind, "VARCHAR")


def identifier(name: str) -> str:
    """A name as SQL takes any name."""
    return '"' + name.replace('"', '""') + '"'


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _unlike(titles: Sequence[str]) -> list[str]:
    """The titles as names of which no two are alike in small letters."""
    names: list[str] = []
    taken: set[str] = set()
    for title in titles:
        name = title.replace("\0", "")[:LONGEST_NAME].strip() or "table"
        number, base = 1, name
        while name.casefold() in taken:
            number += 1
            name = f"{base} ({number})"
        taken.add(name.casefold())
        names.append(name)
    return names


class DuckReader:
    """Asks files of tables. The last few that were asked stay open; may be used from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: OrderedDict[tuple[Path, ...], duckdb.DuckDBPyConnection] = OrderedDict()

    def rows(self, files: Sequence[Path], statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """The rows that a statement gives, `MOST_ROWS` at most. The first file is meant where it names none.

        Raises:
            IndexDamaged: a file is gone or cannot be read.
            TypeError: the statement holds what a column contains against something of another kind.
            TimeoutError: it took more than `SECONDS`.
        """
        import duckdb

        with self._lock:
            try:
                connection = self._connection(tuple(files))
                with _limited(connection):
                    return connection.execute(statement, list(values)).fetchmany(MOST_ROWS)
            except duckdb.InterruptException as error:
                raise TimeoutError(statement) from error
            except (duckdb.BinderException, duckdb.ConversionException) as error:
                raise TypeError(statement) from error
            except (duckdb.IOException, duckdb.SerializationException, duckdb.CatalogException) as error:
                raise IndexDamaged(
                    f"The tables in {files[0].parent.parent} cannot be read ({error}). "
                    "Repair the index with: citewell sync --rebuild"
                ) from error

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            while self._open:
                self._open.popitem()[1].close()

    def _connection(self, files: tuple[Path, ...]) -> duckdb.DuckDBPyConnection:
        import duckdb

        if files in self._open:
            self._open.move_to_end(files)
            return self._open[files]
        connection = duckdb.connect(":memory:", config=LIMITS)
        try:
            for number, file in enumerate(files, 1):
                connection.execute(f"ATTACH '{_quoted(str(file))}' AS file{number} (READ_ONLY)")
            for setting in ("USE file1", "SET enable_external_access = false", "SET lock_configuration = true"):
                connection.execute(setting)
        except BaseException:
            connection.close()
            raise
        self._open[files] = connection
        if len(self._open) > OPEN_AT_ONCE:
            self._open.popitem(last=False)[1].close()
        return connection


@contextmanager
def _limited(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Stop what runs in the block after `SECONDS`."""
    timer = threading.Timer(SECONDS, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


Cell = str | int | float | bool | date | Decimal | None
"""What a row of a result holds."""
