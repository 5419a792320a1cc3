"""The manifest's tables and the rows they hold, in one SQLite file that belongs to one corpus."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import IndexDamaged, IndexMismatch
from assistant.indexing.database import Database
from assistant.indexing.passage_rows import COMING_TABLE, PASSAGE_TABLE, PassageRow
from assistant.types import Document

FORMAT = 8
"""The layout of the tables below, raised whenever they change; in all of them ``meta`` tells format and corpus."""

SCHEMA = f"""
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE builds (
    id INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, profile TEXT NOT NULL, written INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE documents (
    build INTEGER NOT NULL, source TEXT NOT NULL, identity TEXT NOT NULL, passages INTEGER NOT NULL,
    file_hash TEXT NOT NULL, reader TEXT NOT NULL, stamp TEXT NOT NULL,
    text_key TEXT NOT NULL, characters INTEGER NOT NULL, taken_in INTEGER NOT NULL,
    title TEXT NOT NULL, markup TEXT NOT NULL, published TEXT, publisher TEXT, url TEXT, author TEXT,
    language TEXT NOT NULL, indexed_at TEXT NOT NULL,
    added_at TEXT NOT NULL, left_out TEXT NOT NULL,
    places TEXT NOT NULL, page_characters TEXT NOT NULL,
    PRIMARY KEY (build, source)
) WITHOUT ROWID;
CREATE INDEX incomplete_documents ON documents (build) WHERE taken_in < characters;
{PASSAGE_TABLE};
CREATE INDEX passages_by_source ON passages (build, source, ordinal);
CREATE INDEX passages_by_hash ON passages (build, embedded_hash);
CREATE TABLE failures (
    build INTEGER NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL,
    file_hash TEXT NOT NULL, reader TEXT NOT NULL, stamp TEXT NOT NULL,
    PRIMARY KEY (build, source)
) WITHOUT ROWID;
{COMING_TABLE};
CREATE INDEX coming_by_source ON coming (build, source, ordinal);
CREATE TABLE awaited (build INTEGER NOT NULL, source TEXT NOT NULL, PRIMARY KEY (build, source)) WITHOUT ROWID;
CREATE TABLE orphans (build INTEGER NOT NULL, id TEXT NOT NULL, PRIMARY KEY (build, id)) WITHOUT ROWID;
"""


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
class FileState:
    """A file as it was when it was read: the SHA-256 of its content, the reader's version, and its stamp.

    ``file_hash`` is empty when the file could not be opened. ``stamp`` is that of `CorpusFile`; it is empty when the
    file was so new that it could have changed again without another stamp.
    """

    file_hash: str = ""
    reader: str = ""
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document, or the next part of a long one, ready to be written.

    ``document.text`` is stored under ``text_key``; of it, ``taken_in`` characters are in the passages so far: those
    here, the first of which has the ordinal ``first``, and those in the parts before. ``left_out`` tells what of the
    file was not read, and why; "" when all of it was.
    """

    document: Document
    identity: str
    state: FileState
    text_key: str
    indexed_at: str
    passages: tuple[PassageRow, ...]
    left_out: str = ""
    first: int = 0
    taken_in: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether no other part follows."""
        return self.taken_in >= len(self.document.text)


@dataclass(frozen=True, slots=True)
class UnreadableFile:
    """A file that could not be read, why, and how it was then."""

    source: str
    reason: str
    state: FileState


class OutdatedIndex(IndexDamaged):
    """The index is of an earlier format; a sync makes it anew."""


class Tables(Database):
    """The manifest's file, opened for one corpus, and the values that ``meta`` holds."""

    def __init__(self, path: Path, corpus_dir: Path, *, create: bool = False) -> None:
        """Open the file at ``path`` for the corpus ``corpus_dir``.

        Raises:
            IndexMismatch: the index belongs to another corpus.
            OutdatedIndex: the file is a manifest of an earlier format.
            IndexDamaged: the file is missing (unless ``create``), is of a later format or no manifest at all.
            StorageError: the file cannot be made.
        """
        super().__init__(path, create=create)
        self._folder = path.parent
        try:
            if not self.rows("SELECT 1 FROM sqlite_master WHERE name = 'meta'"):
                if not create:
                    raise IndexDamaged(f"The index in {self._folder} is still empty. Fill it with: citewell sync")
                self._make(corpus_dir)
            self._refuse_another_corpus(corpus_dir)
            self._refuse_another_format()
        except BaseException:
            self.close()
            raise

    def value(self, name: str) -> str:
        """The value of that name; "" when there is none."""
        rows = self.rows("SELECT value FROM meta WHERE name = ?", name)
        return str(rows[0][0]) if rows else ""

    def set_value(self, name: str, value: str) -> None:
        """Note a value under a name."""
        self.rows("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, value)

    def record_corpus(self, corpus_dir: Path) -> None:
        """Note where the corpus lies now, after the project folder was moved as a whole."""
        if self.value("corpus") != str(corpus_dir):
            with self.transaction():
                self._set_corpus(corpus_dir)

    def _make(self, corpus_dir: Path) -> None:
        with self.transaction():
            for statement in SCHEMA.split(";"):
                self.rows(statement)
            self.set_value("format", str(FORMAT))
            self.set_value("generation", "0")
            self._set_corpus(corpus_dir)

    def _set_corpus(self, corpus_dir: Path) -> None:
        self.set_value("corpus", str(corpus_dir))
        self.set_value("corpus_from_here", os.path.relpath(corpus_dir, self._folder))

    def _refuse_another_corpus(self, corpus_dir: Path) -> None:
        """Refuse a corpus that is not the recorded one; a project folder that was moved as a whole is the same."""
        recorded = self.value("corpus")
        moved = not Path(recorded).exists() and self.value("corpus_from_here") == os.path.relpath(
            corpus_dir, self._folder
        )
        if recorded != str(corpus_dir) and not moved:
            raise IndexMismatch(
                f"The index in {self._folder} belongs to the corpus {recorded}, not to {corpus_dir}. "
                "Name another index with --index, or leave --index out and this corpus gets its own."
            )

    def _refuse_another_format(self) -> None:
        made = self.value("format")
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


DOCUMENT_COLUMNS = (
    "source, identity, passages, file_hash, reader, stamp, text_key, characters, taken_in, title, markup, "
    "published, publisher, url, author, language, indexed_at, added_at, left_out, places, page_characters"
)
FAILURE_COLUMNS = "source, reason, file_hash, reader, stamp"


def document_row(version: Version, added_at: str) -> Sequence[object]:
    """The values of `DOCUMENT_COLUMNS` for a version of a document that was first indexed at ``added_at``."""
    document, state = version.document, version.state
    return (
        document.source,
        version.identity,
        version.first + len(version.passages),
        state.file_hash,
        state.reader,
        state.stamp,
        version.text_key,
        len(document.text),
        version.taken_in,
        document.title,
        document.markup,
        document.published,
        document.publisher,
        document.url,
        document.author,
        document.language,
        version.indexed_at,
        added_at,
        version.left_out,
        json.dumps([(start, place.kind, place.label) for start, place in document.places]),
        json.dumps(document.characters),
    )
