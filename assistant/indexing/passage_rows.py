"""Passages as the manifest keeps them, each with its text and terms, so that a search need not read whole documents."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.indexing.database import Database
from assistant.indexing.passage_terms import PassageTerms
from assistant.places import Place, place_over
from assistant.types import Passage

PASSAGE_TABLE = """
CREATE TABLE passages (
    build INTEGER NOT NULL, id TEXT NOT NULL, source TEXT NOT NULL, ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, breadcrumb TEXT NOT NULL, embedded_hash TEXT NOT NULL,
    places TEXT NOT NULL, content BLOB NOT NULL, table_head TEXT NOT NULL,
    PRIMARY KEY (build, id)
)
"""
"""Rows lie in the order of their coming: in a table WITHOUT ROWID, SQLite puts all of a row past 1 KB on other pages.

``content`` is the lines of the passage's terms, `SEPARATOR` and its text, compressed, which takes some 10 microseconds
to undo, and carries a checksum. As most terms stand in the text, they take 0.2 KB of it.
"""
COMING_TABLE = PASSAGE_TABLE.replace("passages", "coming")
"""Passages of versions that are not complete, beside the earlier versions that serve until they are."""
SEPARATOR = "\0"
"""No term holds it."""
PASSAGE_COLUMNS = 'id, source, ordinal, start, "end", breadcrumb, embedded_hash, places, content, table_head'
WITH_DOCUMENTS = """
SELECT p.id, p.source, d.title, p.breadcrumb, p.content, p.start, p."end", p.places,
       d.url, d.published, d.publisher, d.author, d.markup, d.language, p.table_head
FROM passages p CROSS JOIN documents d ON d.build = p.build AND d.source = p.source
WHERE p.build = ?
"""
"""Rows for `_indexed`; CROSS JOIN has SQLite look up the passages first."""


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage with its terms."""

    passage: Passage
    terms: PassageTerms


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage to be kept. Its id is the identity of its document's version, "-", and ``ordinal``."""

    indexed: IndexedPassage
    ordinal: int
    embedded_hash: str

    @property
    def id(self) -> str:
        """The passage's id."""
        return self.indexed.passage.id

    def values(self) -> Sequence[object]:
        """The values of `PASSAGE_COLUMNS`."""
        passage, terms = self.indexed.passage, self.indexed.terms
        return (
            passage.id,
            passage.source,
            self.ordinal,
            passage.start,
            passage.end,
            passage.breadcrumb,
            self.embedded_hash,
            json.dumps([(offset, place.kind, place.label) for offset, place in passage.each_place]),
            zlib.compress(f"{terms.lines()}{SEPARATOR}{passage.text}".encode()),
            passage.table_head,
        )


def passages_where(tables: Database, condition: str, *values: object) -> list[IndexedPassage]:
    """The passages of a build, the first of ``values``, for which a condition that follows WHERE and AND holds.

    Raises:
        IndexDamaged: one of them cannot be read.
    """
    rows = tables.rows(f"{WITH_DOCUMENTS} AND {condition}", *values)
    try:
        return [_indexed(*row) for row in rows]
    except zlib.error as error:
        raise tables.damaged(f"a passage: {error}") from error


def _indexed(id: str, source: str, title: str, breadcrumb: str, content: bytes, *others: Any) -> IndexedPassage:
    start, end, kept, url, published, publisher, author, markup, language, table_head = others
    places = tuple((offset, Place(kind, label)) for offset, kind, label in json.loads(kept))
    lines, _, text = zlib.decompress(content).decode().partition(SEPARATOR)
    about = (url, published, publisher, author, (), markup, language, table_head, places if len(places) > 1 else ())
    passage = Passage(id, source, title, breadcrumb, text, start, end, place_over(places), *about)
    return IndexedPassage(passage, PassageTerms.from_lines(lines))
