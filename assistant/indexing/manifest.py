"""The manifest: which version of which document is live, in one SQLite file whose transactions are the commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from assistant.indexing.catalogue import Catalogue
from assistant.indexing.passage_rows import PASSAGE_COLUMNS
from assistant.indexing.schema import (
    DOCUMENT_COLUMNS,
    FAILURE_COLUMNS,
    Build,
    Tables,
    UnreadableFile,
    Version,
    document_row,
)


class Manifest(Catalogue):
    """The tables of one index. Usable from many threads; several processes may read while one writes."""

    def __init__(self, path: Path, corpus_dir: Path, *, create: bool = False) -> None:
        """Open the manifest at ``path`` for the corpus ``corpus_dir``; see `Tables` for what it raises."""
        super().__init__(Tables(path, corpus_dir, create=create))

    def record_corpus(self, corpus_dir: Path) -> None:
        """Note where the corpus lies now, after the project folder was moved as a whole."""
        self._tables.record_corpus(corpus_dir)

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

        The passages that they replace become orphans. A document that comes in parts answers from the first part on;
        where an earlier version of it serves, that one is replaced once the last part is there.
        """
        with self._tables.transaction():
            for version in versions:
                self._take_in(build, version)
            for source in removed:
                self._retire(build, source)
            return self._raise_generation()

    def expect(self, build: int, sources: Iterable[str]) -> None:
        """Note which files are about to be taken in, in place of what was noted before."""
        with self._tables.transaction():
            self._tables.rows("DELETE FROM awaited WHERE build = ?", build)
            self._tables.many("INSERT INTO awaited VALUES (?, ?)", [(build, source) for source in sources])

    def forget_coming(self, build: int) -> None:
        """Drop the parts of versions that were begun and are not wanted any more; their passages become orphans."""
        with self._tables.transaction():
            self._tables.rows("DELETE FROM coming WHERE build = ?", build)

    def set_stamps(self, build: int, stamps: Mapping[str, str]) -> None:
        """Note new stamps of files, by source, whose documents stay what they are."""
        with self._tables.transaction():
            self._tables.many(
                "UPDATE documents SET stamp = ? WHERE build = ? AND source = ?",
                [(stamp, build, source) for source, stamp in stamps.items()],
            )

    def set_refused(self, build: int, refused: Iterable[UnreadableFile]) -> None:
        """Record which files could not be read, in place of what was recorded before."""
        with self._tables.transaction():
            self._tables.rows("DELETE FROM failures WHERE build = ?", build)
            self._tables.many(
                _insertion("failures", FAILURE_COLUMNS),
                [
                    (build, one.source, one.reason, one.state.file_hash, one.state.reader, one.state.stamp)
                    for one in refused
                ],
            )

    def forget_orphans(self, build: int, ids: Sequence[str]) -> None:
        """Note that these ids are gone from the stores."""
        with self._tables.transaction():
            self._tables.many("DELETE FROM orphans WHERE build = ? AND id = ?", [(build, id) for id in ids])

    def go_live(self, build: int) -> int:
        """Let a build answer questions from now on; returns the new generation."""
        with self._tables.transaction():
            self._tables.set_value("live_build", str(build))
            return self._raise_generation()

    def replace_build(self, build: int, compact: int) -> int:
        """Give the build ``compact`` the rows of another and let it answer in its stead; returns the new generation."""
        with self._tables.transaction():
            for table, columns in (
                ("documents", DOCUMENT_COLUMNS),
                ("passages", PASSAGE_COLUMNS),
                ("failures", FAILURE_COLUMNS),
            ):
                self._tables.rows(
                    f"INSERT INTO {table} (build, {columns}) SELECT ?, {columns} FROM {table} WHERE build = ?",
                    compact,
                    build,
                )
            _, passages = self.counts(compact)
            self._tables.rows("UPDATE builds SET written = ? WHERE id = ?", passages, compact)
            self._tables.set_value("live_build", str(compact))
            return self._raise_generation()

    def drop_build(self, build: int) -> None:
        """Forget a build that is not live."""
        with self._tables.transaction():
            for table in ("documents", "passages", "coming", "awaited", "failures", "orphans"):
                self._tables.rows(f"DELETE FROM {table} WHERE build = ?", build)
            self._tables.rows("DELETE FROM builds WHERE id = ?", build)

    def give_back_space(self) -> None:
        """Shrink the file when more than half of it is free."""
        [(free,)] = self._tables.rows("PRAGMA freelist_count")
        [(pages,)] = self._tables.rows("PRAGMA page_count")
        if free * 2 > pages:
            self._tables.rows("VACUUM")

    def _take_in(self, build: int, version: Version) -> None:
        """Write a version, or a part of one, to where it belongs: among what is live, or beside that."""
        source, rows = version.document.source, [(build, *row.values()) for row in version.passages]
        served = self._tables.rows("SELECT identity FROM documents WHERE build = ? AND source = ?", build, source)
        if version.first and served == [(version.identity,)]:
            self._tables.rows(
                "UPDATE documents SET passages = ?, taken_in = ? WHERE build = ? AND source = ?",
                version.first + len(rows), version.taken_in, build, source,
            )  # fmt: skip
        elif served and not version.is_whole:
            if not version.first:
                self._tables.rows("DELETE FROM coming WHERE build = ? AND source = ?", build, source)
            self._tables.many(_insertion("coming", PASSAGE_COLUMNS), rows)
            return
        else:
            added_at = self._added_at(version)
            self._retire(build, source)
            self._tables.many(_insertion("documents", DOCUMENT_COLUMNS), [(build, *document_row(version, added_at))])
            if version.first:
                self._take_over(build, version)
        self._tables.many(_insertion("passages", PASSAGE_COLUMNS), rows)
        self._tables.many("DELETE FROM orphans WHERE build = ? AND id = ?", [row[:2] for row in rows])
        if version.is_whole:
            self._tables.rows("DELETE FROM awaited WHERE build = ? AND source = ?", build, source)

    def _take_over(self, build: int, version: Version) -> None:
        """Make the parts live that came before the last one."""
        chosen = "build = ? AND source = ? AND ordinal < ?"
        values = (build, version.document.source, version.first)
        columns = f"build, {PASSAGE_COLUMNS}"
        self._tables.rows(f"INSERT INTO passages ({columns}) SELECT {columns} FROM coming WHERE {chosen}", *values)
        self._tables.rows(
            f"DELETE FROM orphans WHERE build = ? AND id IN (SELECT id FROM coming WHERE {chosen})", build, *values
        )
        self._tables.rows("DELETE FROM coming WHERE build = ? AND source = ?", *values[:2])

    def _added_at(self, version: Version) -> str:
        """When the document was first indexed, in any build."""
        [(first,)] = self._tables.rows(
            "SELECT min(added_at) FROM documents WHERE build IN (SELECT id FROM builds) AND source = ?",
            version.document.source,
        )
        return str(first or version.indexed_at)

    def _retire(self, build: int, source: str) -> None:
        self._tables.rows(
            "INSERT OR IGNORE INTO orphans SELECT build, id FROM passages WHERE build = ? AND source = ?", build, source
        )
        for table in ("passages", "documents"):
            self._tables.rows(f"DELETE FROM {table} WHERE build = ? AND source = ?", build, source)

    def _raise_generation(self) -> int:
        generation = self.generation + 1
        self._tables.set_value("generation", str(generation))
        return generation


def _insertion(table: str, columns: str) -> str:
    marks = ", ".join("?" * len(columns.split(", ")))
    return f"INSERT INTO {table} (build, {columns}) VALUES (?, {marks})"
