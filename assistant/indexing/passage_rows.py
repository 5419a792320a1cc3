"""Passages as the manifest keeps them, each with its own text, so that a search need not read whole documents."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from assistant.indexing.database import Database
from assistant.types import Document, Passage, Place, PlaceKind

PASSAGE_TABLE = """
CREATE TABLE passages (
    build INTEGER NOT NULL, id TEXT NOT NULL, source TEXT NOT NULL, ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, breadcrumb TEXT NOT NULL, embedded_hash TEXT NOT NULL,
    place_kind TEXT NOT NULL, place_label TEXT NOT NULL, text BLOB NOT NULL, table_head TEXT NOT NULL,
    PRIMARY KEY (build, id)
)
"""
"""Rows lie in the order of their coming: in a table WITHOUT ROWID, SQLite puts all of a row past 1 KB on other pages.

``text`` is compressed, which takes some 6 microseconds to undo, and carries a checksum.
"""
PASSAGE_COLUMNS = (
    'id, source, ordinal, start, "end", breadcrumb, embedded_hash, place_kind, place_label, text, table_head'
)
WITH_DOCUMENTS = """
SELECT p.id, p.source, d.title, p.breadcrumb, p.text, p.start, p."end", p.place_kind, p.place_label,
       d.url, d.published, d.publisher, d.author, d.markup, d.language, p.table_head
FROM passages p CROSS JOIN documents d ON d.build = p.build AND d.source = p.source
WHERE p.build = ?
"""
"""Rows for `passage_from`; CROSS JOIN has SQLite look up the passages first."""


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage to be kept. Its id is the identity of its document's version, "-", and ``ordinal``."""

    id: str
    source: str
    ordinal: int
    start: int
    end: int
    breadcrumb: str
    embedded_hash: str
    place: Place | None
    text: str
    table_head: str

    def values(self) -> Sequence[object]:
        """The values of `PASSAGE_COLUMNS`."""
        return (
            self.id,
            self.source,
            self.ordinal,
            self.start,
            self.end,
            self.breadcrumb,
            self.embedded_hash,
            *((self.place.kind, self.place.label) if self.place else ("", "")),
            zlib.compress(self.text.encode()),
            self.table_head,
        )

    def of(self, document: Document) -> Passage:
        """The passage with what is known of its document."""
        return Passage(
            id=self.id,
            source=self.source,
            title=document.title,
            breadcrumb=self.breadcrumb,
            text=self.text,
            start=self.start,
            end=self.end,
            place=self.place,
            url=document.url,
            published=document.published,
            publisher=document.publisher,
            author=document.author,
            markup=document.markup,
            language=document.language,
            table_head=self.table_head,
        )


def passages_where(tables: Database, condition: str, *values: object) -> list[Passage]:
    """The passages of a build, the first of ``values``, for which a condition that follows WHERE and AND holds.

    Raises:
        IndexDamaged: one of them cannot be read.
    """
    rows = tables.rows(f"{WITH_DOCUMENTS} AND {condition}", *values)
    try:
        return [_passage(*row) for row in rows]
    except zlib.error as error:
        raise tables.damaged(f"a passage: {error}") from error


def _passage(id: str, source: str, title: str, breadcrumb: str, text: bytes, *others: Any) -> Passage:
    start, end, kind, label, url, published, publisher, author, markup, language, table_head = others
    place = Place(cast(PlaceKind, kind), label) if kind else None
    said = zlib.decompress(text).decode()
    about = (url, published, publisher, author, (), markup, language, table_head)
    return Passage(id, source, title, breadcrumb, said, start, end, place, *about)
