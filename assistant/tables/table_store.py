"""The tables of all live texts, each text's in a DuckDB file of its own beside what they say in one SQLite file.

A file is named by the SHA-256 of the text that it was made of, and never changes once it has its name; so a reader sees
whole tables, and those of the texts that its snapshot names, whatever a writer does meanwhile.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from assistant.errors import IndexDamaged
from assistant.sqlite_file import SqliteFile
from assistant.tables.columns import Column
from assistant.tables.duck import DuckWriter
from assistant.tables.extraction import Table, tables_of
from assistant.text.terms import stem, words
from assistant.types import Document

MAKER = "tables-2"
"""Names this way of typing; change it with any change of what is kept: tables are then made anew."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS texts (key TEXT PRIMARY KEY, maker TEXT NOT NULL, tables TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS said (
    folded TEXT NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL, column INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (folded, key, number, column, value)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS said_by_key ON said (key)
"""
LONGEST_VALUE, MOST_WORDS = 100, 8
"""Characters, and words, of a cell that a question may say."""
MOST_FOUND = 5_000
KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class KeptTable:
    """A table as it is kept: in the file of the text ``key``, by ``name``. ``rows`` counts them; see `Table`."""

    key: str
    number: int
    name: str
    title: str
    named: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Said:
    """A cell that says what a question does: ``value`` as it is written, in a column of a table."""

    folded: str
    key: str
    number: int
    column: int
    value: str


class TableStore:
    """The tables in one folder of an index. One process writes, under the index's lock; many read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._catalogue = _Catalogue(folder / "catalogue.sqlite")
        self._writer: DuckWriter | None = None

    def close(self) -> None:
        """Let go of the files."""
        self._catalogue.close()
        if self._writer:
            self._writer.close()

    def put(self, documents: Mapping[str, Document]) -> None:
        """Keep the tables of documents, by the keys of their texts; those that are kept already stay.

        Raises:
            StorageError: the disk refuses a write.
        """
        missing = self.missing(documents)
        kept = {key: self._write(key, documents[key]) for key in missing}
        if kept:
            self._catalogue.add(kept)

    def missing(self, keys: Iterable[str]) -> list[str]:
        """The keys of those texts whose tables are not kept, or not as they would be now; for whoever writes."""
        return self._catalogue.missing(keys)

    def is_complete(self, keys: Iterable[str]) -> bool:
        """Whether a writer has looked for the tables of all these texts."""
        return self._catalogue.is_there and not self._catalogue.missing(keys)

    def sweep(self, live: set[str]) -> None:
        """Delete the tables of texts that are not ``live``, and what a crash left half written."""
        self._catalogue.forget_all_but(live)
        for file in self._folder.glob("??/*"):
            if file.suffix != ".duckdb" or file.stem not in live:
                with suppress(OSError):  # one held open by a reader goes at the next sync
                    file.unlink()

    def tables(self, keys: Iterable[str]) -> list[KeptTable]:
        """The tables of these texts, in no order; none of a text whose tables are not kept."""
        return self._catalogue.tables(keys) if self._catalogue.is_there else []

    def said(self, folded: Sequence[str]) -> list[Said]:
        """The cells of all texts, also such as are live no more, that say one of these; see `fold`."""
        return self._catalogue.said(folded) if self._catalogue.is_there else []

    def file(self, key: str) -> Path:
        """The DuckDB file that holds the tables of a text."""
        return self._folder / key[:2] / f"{key}.duckdb"

    def _write(self, key: str, document: Document) -> list[tuple[KeptTable, Table]]:
        found = list(tables_of(document)) if "|" in document.text else []
        if not found:
            return []
        self._writer = self._writer or DuckWriter()
        names = self._writer.write(self.file(key), found)
        return [
            (KeptTable(key, table.number, name, table.title, table.named, table.columns, len(table.spans)), table)
            for name, table in zip(names, found, strict=True)
        ]


class _Catalogue(SqliteFile):
    """What the tables say of themselves, and the short texts in their cells, folded."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, f"The catalogue of tables {path}")

    @property
    def is_there(self) -> bool:
        """Whether a writer has made it; a reader makes nothing."""
        return self._path.is_file()

    def damaged(self, reason: str) -> IndexDamaged:
        return IndexDamaged(f"{self._called} cannot be read ({reason}). Repair the index with: citewell sync --rebuild")

    def _open(self) -> sqlite3.Connection:
        connection = super()._open()
        for statement in SCHEMA.split(";"):
            connection.execute(statement)
        return connection

    def missing(self, keys: Iterable[str]) -> list[str]:
        wanted = list(dict.fromkeys(keys))
        known = {
            key
            for some in _portions(wanted)
            for (key,) in self.rows(f"SELECT key FROM texts WHERE maker = ? AND key IN ({_marks(some)})", MAKER, *some)
        }
        return [key for key in wanted if key not in known]

    def add(self, kept: Mapping[str, Sequence[tuple[KeptTable, Table]]]) -> None:
        with self.transaction():
            for key, tables in kept.items():
                described = json.dumps([asdict(replace(one, key="")) for one, _ in tables])
                self.rows("DELETE FROM said WHERE key = ?", key)
                self.rows("INSERT OR REPLACE INTO texts VALUES (?, ?, ?)", key, MAKER, described)
                said = {row for _, table in tables for row in _said_in(key, table)}
                self.many("INSERT INTO said VALUES (?, ?, ?, ?, ?)", sorted(said))

    def forget_all_but(self, live: set[str]) -> None:
        with self.transaction():
            gone = [key for (key,) in self.rows("SELECT key FROM texts") if key not in live]
            for table in ("texts", "said"):
                self.many(f"DELETE FROM {table} WHERE key = ?", [(key,) for key in gone])

    def tables(self, keys: Iterable[str]) -> list[KeptTable]:
        wanted = list(dict.fromkeys(keys))
        return [
            _kept(key, one)
            for some in _portions(wanted)
            for key, described in self.rows(
                f"SELECT key, tables FROM texts WHERE tables <> '[]' AND key IN ({_marks(some)})", *some
            )
            for one in json.loads(described)
        ]

    def said(self, folded: Sequence[str]) -> list[Said]:
        query = f"SELECT * FROM said WHERE folded IN ({_marks(folded)}) LIMIT {MOST_FOUND}"
        return [Said(*row) for row in self.rows(query, *folded)] if folded else []


def fold(text: str) -> str:
    """A text as cells and questions are compared by: its words in small letters, each word by its stem."""
    return " ".join(map(stem, words(text)))


def _said_in(key: str, table: Table) -> Iterable[tuple[object, ...]]:
    for at, (column, values) in enumerate(zip(table.columns, table.values, strict=True)):
        if not column.is_named:
            continue
        for value in {value for value in values if isinstance(value, str) and len(value) <= LONGEST_VALUE}:
            folded = fold(value)
            if folded and folded.count(" ") < MOST_WORDS:
                yield folded, key, table.number, at, value


def _kept(key: str, described: dict[str, Any]) -> KeptTable:
    columns = tuple(Column(**_with_tuples(one)) for one in described.pop("columns"))
    return KeptTable(**_with_tuples({**described, "key": key}), columns=columns)


def _with_tuples(described: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in described.items()}


def _portions(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[start : start + KEYS_AT_ONCE] for start in range(0, len(keys), KEYS_AT_ONCE))


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
