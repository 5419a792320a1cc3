"""The manifest: which version of which document is live, in one SQLite file whose transactions are the commits."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import IndexDamaged, IndexMismatch
from assistant.indexing.database import Database
from assistant.types import Document, DocumentRecord, Failure

FORMAT = 2
"""The layout of the tables below, raised whenever they change; in all of them ``meta`` tells format and corpus."""

SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE builds (
    id INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, profile TEXT NOT NULL, written INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE documents (
    build INTEGER NOT NULL, source TEXT NOT NULL, file_hash TEXT NOT NULL, reader TEXT NOT NULL,
    text_key TEXT NOT NULL, characters INTEGER NOT NULL, title TEXT NOT NULL, markup TEXT NOT NULL,
    published TEXT, publisher TEXT, url TEXT, author TEXT, language TEXT NOT NULL, indexed_at TEXT NOT NULL,
    PRIMARY KEY (build, source)
) WITHOUT ROWID;
CREATE TABLE passages (
    build INTEGER NOT NULL, id TEXT NOT NULL, source TEXT NOT NULL, ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, breadcrumb TEXT NOT NULL, embedded_hash TEXT NOT NULL,
    PRIMARY KEY (build, id)
) WITHOUT ROWID;
CREATE INDEX passages_by_source ON passages (build, source, ordinal);
CREATE INDEX passages_by_hash ON passages (build, embedded_hash);
CREATE TABLE failures (
    build INTEGER NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (build, source)
) WITHOUT ROWID;
CREATE TABLE orphans (build INTEGER NOT NULL, id TEXT NOT NULL, PRIMARY KEY (build, id)) WITHOUT ROWID;
"""
IDS_PER_QUERY = 900


@dataclass(frozen=True, slots=True)
class Build:
    """One complete or growing set of vectors and words: made by one model and one way of splitting (``profile``).

    ``written`` counts the passages ever written to it; those that are no longer live take up dead space.
    """

    id: int
    model: str
    profile: str
    written: int


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage as the manifest knows it."""

    id: str
    source: str
    ordinal: int
    start: int
    end: int
    breadcrumb: str
    embedded_hash: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document, ready to go live: ``document.text`` is stored under ``text_key``."""

    document: Document
    file_hash: str
    reader: str
    text_key: str
    indexed_at: str
    passages: tuple[PassageRow, ...]


class OutdatedIndex(IndexDamaged):
    """The index is of an earlier format; a sync makes it anew."""


class Manifest:
    """The tables of one index. Usable from many threads; several processes may read while one writes."""

    def __init__(self, path: Path, corpus_dir: Path, *, create: bool = False) -> None:
        """Open the manifest at ``path`` for the corpus ``corpus_dir``.

        Raises:
            IndexMismatch: the index belongs to another corpus.
            OutdatedIndex: the file is a manifest of an earlier format.
            IndexDamaged: the file is missing (unless ``create``), is of a later format or no manifest at all.
            StorageError: the file cannot be made.
        """
        self._folder = path.parent
        self._tables = Database(path, create=create)
        try:
            self._prepare(corpus_dir)
        except BaseException:
            self._tables.close()
            raise

    def _prepare(self, corpus_dir: Path) -> None:
        if not self._tables.rows("SELECT 1 FROM sqlite_master WHERE name = 'meta'"):
            with self._tables.transaction():
                for statement in SCHEMA.split(";"):
                    self._tables.rows(statement)
                self._set("format", str(FORMAT))
                self._set("generation", "0")
                self._set_corpus(corpus_dir)
        self._refuse_another_corpus(corpus_dir)
        self._refuse_another_format()

    def _refuse_another_corpus(self, corpus_dir: Path) -> None:
        """Refuse a corpus that is not the recorded one; a project folder that was moved as a whole is the same."""
        recorded = self._get("corpus")
        moved = not Path(recorded).exists() and self._get("corpus_from_here") == os.path.relpath(
            corpus_dir, self._folder
        )
        if recorded != str(corpus_dir) and not moved:
            raise IndexMismatch(
                f"The index in {self._folder} belongs to the corpus {recorded}, not to {corpus_dir}. "
                "Name another index with --index, or leave --index out and this corpus gets its own."
            )

    def _refuse_another_format(self) -> None:
        made = self._get("format")
        if made == str(FORMAT):
            return
        if made.isdecimal() and int(made) < FORMAT:
            raise OutdatedIndex(
                f"The index in {self._folder} was made by an earlier version of Citewell. "
                "Bring it up to date with: citewell sync"
            )
        raise IndexDamaged(
            f"The index in {self._folder} was made by a later version of Citewell. "
            "Update Citewell, or make the index anew for this version with: citewell sync --rebuild"
        )

    def record_corpus(self, corpus_dir: Path) -> None:
        """Note where the corpus lies now, after the project folder was moved as a whole."""
        if self._get("corpus") != str(corpus_dir):
            with self._tables.transaction():
                self._set_corpus(corpus_dir)

    def _set_corpus(self, corpus_dir: Path) -> None:
        self._set("corpus", str(corpus_dir))
        self._set("corpus_from_here", os.path.relpath(corpus_dir, self._folder))

    def close(self) -> None:
        """Let go of the file."""
        self._tables.close()

    # What is live

    @property
    def generation(self) -> int:
        """A number that every commit raises by one."""
        return int(self._get("generation"))

    def live_build(self) -> Build | None:
        """The build that answers questions; None before the first sync ends its first batch."""
        rows = self._tables.rows("SELECT b.* FROM builds b JOIN meta m ON m.name = 'live_build' AND m.value = b.id")
        return Build(*rows[0]) if rows else None

    def builds(self) -> list[Build]:
        """All builds, the oldest first; more than one while a new one grows beside the live one."""
        return [Build(*row) for row in self._tables.rows("SELECT id, model, profile, written FROM builds ORDER BY id")]

    def versions(self, build: int) -> dict[str, tuple[str, str]]:
        """The file hash and reader version of every document of a build, by source."""
        rows = self._tables.rows("SELECT source, file_hash, reader FROM documents WHERE build = ?", build)
        return {source: (file_hash, reader) for source, file_hash, reader in rows}

    def records(self, build: int) -> list[DocumentRecord]:
        """Every document of a build, and every file that could not be read, by source."""
        rows = self._tables.rows(
            """SELECT d.source, d.title,
                      (SELECT count(*) FROM passages p WHERE p.build = d.build AND p.source = d.source),
                      d.characters, d.published, d.publisher, d.url, d.author, d.indexed_at, f.reason, d.language
               FROM documents d LEFT JOIN failures f ON f.build = d.build AND f.source = d.source WHERE d.build = ?""",
            build,
        )
        records = {row[0]: DocumentRecord(*row) for row in rows}
        for failure in self.failures(build):
            if failure.source not in records:
                name = failure.source.rsplit("/", 1)[-1]
                records[failure.source] = DocumentRecord(
                    failure.source, name, 0, 0, failure=failure.reason, language=""
                )
        return [records[source] for source in sorted(records)]

    def document(self, build: int, source: str) -> tuple[Document, str] | None:
        """A document without its text, and the key of its text; None when there is no such document."""
        rows = self._tables.rows(
            """SELECT source, title, markup, published, publisher, url, author, language, text_key
               FROM documents WHERE build = ? AND source = ?""",
            build,
            _storable(source),
        )
        if not rows:
            return None
        *fields, text_key = rows[0]
        source, title, markup, published, publisher, url, author, language = fields
        return Document(source, title, "", markup, published, publisher, url, author, language), text_key

    def languages(self, build: int) -> tuple[str, ...]:
        """The languages of a build's documents, that of most documents first."""
        rows = self._tables.rows(
            "SELECT language FROM documents WHERE build = ? GROUP BY language ORDER BY count(*) DESC, language", build
        )
        return tuple(language for (language,) in rows)

    def passages(self, build: int, ids: Sequence[str]) -> dict[str, PassageRow]:
        """Those of the passages that are live, by id."""
        found: dict[str, PassageRow] = {}
        for some in _portions(ids):
            marks = ",".join("?" * len(some))
            rows = self._tables.rows(
                f"""SELECT id, source, ordinal, start, "end", breadcrumb, embedded_hash
                    FROM passages WHERE build = ? AND id IN ({marks})""",
                build,
                *some,
            )
            found.update((row[0], PassageRow(*row)) for row in rows)
        return found

    def passages_of(self, build: int, source: str) -> list[PassageRow]:
        """The passages of one document, in order."""
        rows = self._tables.rows(
            """SELECT id, source, ordinal, start, "end", breadcrumb, embedded_hash
               FROM passages WHERE build = ? AND source = ? ORDER BY ordinal""",
            build,
            source,
        )
        return [PassageRow(*row) for row in rows]

    def passage_ids(
        self, build: int, since: str | None = None, until: str | None = None, source: str | None = None
    ) -> set[str]:
        """The ids of passages whose documents pass: from ``since`` to ``until``, both included, in or below ``source``.

        A document without a date is in no range of dates.
        """
        condition = ""
        values: list[str | int] = []
        if since:
            condition += " AND substr(d.published, 1, length(?)) >= ?"
            values += [since, since]
        if until:
            condition += " AND substr(d.published, 1, length(?)) <= ?"
            values += [until, until]
        if source:
            source = _storable(source)
            folder = source.rstrip("/") + "/"
            condition += " AND (d.source = ? OR substr(d.source, 1, ?) = ?)"
            values += [source, len(folder), folder]
        rows = self._tables.rows(
            f"""SELECT p.id FROM passages p JOIN documents d ON d.build = p.build AND d.source = p.source
                WHERE p.build = ?{condition}""",
            build,
            *values,
        )
        return {id for (id,) in rows}

    def embedded(self, build: int, hashes: Iterable[str]) -> dict[str, str]:
        """For each hash of an embedded text that a live passage has, the id of one such passage."""
        found: dict[str, str] = {}
        for some in _portions(list(hashes)):
            marks = ",".join("?" * len(some))
            rows = self._tables.rows(
                f"""SELECT embedded_hash, min(id) FROM passages
                    WHERE build = ? AND embedded_hash IN ({marks}) GROUP BY embedded_hash""",
                build,
                *some,
            )
            found.update(rows)
        return found

    def failures(self, build: int) -> list[Failure]:
        """The files that could not be read, by source."""
        rows = self._tables.rows("SELECT source, reason FROM failures WHERE build = ? ORDER BY source", build)
        return [Failure(*row) for row in rows]

    def counts(self, build: int) -> tuple[int, int]:
        """How many documents and passages a build holds."""
        [(documents,)] = self._tables.rows("SELECT count(*) FROM documents WHERE build = ?", build)
        [(passages,)] = self._tables.rows("SELECT count(*) FROM passages WHERE build = ?", build)
        return documents, passages

    def text_keys(self) -> set[str]:
        """The keys of all texts that any build refers to."""
        return {key for (key,) in self._tables.rows("SELECT DISTINCT text_key FROM documents")}

    def orphans(self, build: int) -> list[str]:
        """Ids that may stand in a build's stores without being live: written and not committed, or replaced."""
        return [id for (id,) in self._tables.rows("SELECT id FROM orphans WHERE build = ? ORDER BY id", build)]

    # Commits

    def start_build(self, model: str, profile: str) -> Build:
        """Begin an empty build."""
        with self._tables.transaction():
            self._tables.rows("INSERT INTO builds (model, profile) VALUES (?, ?)", model, profile)
            [(id,)] = self._tables.rows("SELECT last_insert_rowid()")
        return Build(id, model, profile, 0)

    def announce(self, build: int, ids: Sequence[str]) -> None:
        """Note, before they are written to the stores, ids that are not live yet."""
        with self._tables.transaction():
            self._tables.many("INSERT OR IGNORE INTO orphans VALUES (?, ?)", [(build, id) for id in ids])
            self._tables.rows("UPDATE builds SET written = written + ? WHERE id = ?", len(ids), build)

    def commit(self, build: int, versions: Sequence[Version], removed: Sequence[str]) -> int:
        """Make new versions live, and documents gone, in one step; returns the new generation.

        The passages that they replace become orphans.
        """
        with self._tables.transaction():
            for source in [*(version.document.source for version in versions), *removed]:
                self._retire(build, source)
            for version in versions:
                self._tables.rows(
                    f"INSERT INTO documents (build, {_DOCUMENT_COLUMNS}) VALUES ({','.join('?' * 14)})",
                    *_document_row(build, version),
                )
                rows = [
                    (build, row.id, row.source, row.ordinal, row.start, row.end, row.breadcrumb, row.embedded_hash)
                    for row in version.passages
                ]
                self._tables.many("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
                self._tables.many("DELETE FROM orphans WHERE build = ? AND id = ?", [row[:2] for row in rows])
            return self._raise_generation()

    def set_failures(self, build: int, failures: Sequence[Failure]) -> None:
        """Record which files could not be read, in place of what was recorded before."""
        with self._tables.transaction():
            self._tables.rows("DELETE FROM failures WHERE build = ?", build)
            values = [(build, failure.source, failure.reason) for failure in failures]
            self._tables.many("INSERT OR REPLACE INTO failures VALUES (?, ?, ?)", values)

    def forget_orphans(self, build: int, ids: Sequence[str]) -> None:
        """Note that these ids are gone from the stores."""
        with self._tables.transaction():
            self._tables.many("DELETE FROM orphans WHERE build = ? AND id = ?", [(build, id) for id in ids])

    def go_live(self, build: int) -> int:
        """Let a build answer questions from now on; returns the new generation."""
        with self._tables.transaction():
            self._set("live_build", str(build))
            return self._raise_generation()

    def replace_build(self, build: int, compact: int) -> int:
        """Give the build ``compact`` the rows of another and let it answer in its stead; returns the new generation."""
        with self._tables.transaction():
            for table, rest in (
                ("documents", _DOCUMENT_COLUMNS),
                ("passages", 'id, source, ordinal, start, "end", breadcrumb, embedded_hash'),
                ("failures", "source, reason"),
            ):
                self._tables.rows(
                    f"INSERT INTO {table} (build, {rest}) SELECT ?, {rest} FROM {table} WHERE build = ?", compact, build
                )
            [(passages,)] = self._tables.rows("SELECT count(*) FROM passages WHERE build = ?", compact)
            self._tables.rows("UPDATE builds SET written = ? WHERE id = ?", passages, compact)
            self._set("live_build", str(compact))
            return self._raise_generation()

    def drop_build(self, build: int) -> None:
        """Forget a build that is not live."""
        with self._tables.transaction():
            for table in ("documents", "passages", "failures", "orphans"):
                self._tables.rows(f"DELETE FROM {table} WHERE build = ?", build)
            self._tables.rows("DELETE FROM builds WHERE id = ?", build)

    def give_back_space(self) -> None:
        """Shrink the file when more than half of it is free."""
        [(free,)] = self._tables.rows("PRAGMA freelist_count")
        [(pages,)] = self._tables.rows("PRAGMA page_count")
        if free * 2 > pages:
            self._tables.rows("VACUUM")

    # Plumbing

    def _retire(self, build: int, source: str) -> None:
        self._tables.rows(
            "INSERT OR IGNORE INTO orphans SELECT build, id FROM passages WHERE build = ? AND source = ?", build, source
        )
        for table in ("passages", "documents"):
            self._tables.rows(f"DELETE FROM {table} WHERE build = ? AND source = ?", build, source)

    def _raise_generation(self) -> int:
        generation = self.generation + 1
        self._set("generation", str(generation))
        return generation

    def _get(self, name: str) -> str:
        rows = self._tables.rows("SELECT value FROM meta WHERE name = ?", name)
        return str(rows[0][0]) if rows else ""

    def _set(self, name: str, value: str) -> None:
        self._tables.rows("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, value)


_DOCUMENT_COLUMNS = (
    "source, file_hash, reader, text_key, characters, title, markup, "
    "published, publisher, url, author, language, indexed_at"
)


def _document_row(build: int, version: Version) -> tuple[object, ...]:
    document = version.document
    return (
        build,
        document.source,
        version.file_hash,
        version.reader,
        version.text_key,
        len(document.text),
        document.title,
        document.markup,
        document.published,
        document.publisher,
        document.url,
        document.author,
        document.language,
        version.indexed_at,
    )


def _storable(source: str) -> str:
    """The name with what is no character replaced; no document has such a name."""
    return source.encode("utf-8", "replace").decode("utf-8")


def _portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), IDS_PER_QUERY):
        yield ids[start : start + IDS_PER_QUERY]
