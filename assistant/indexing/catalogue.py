"""What the manifest says is live: documents, passages and failures, read and never changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from assistant.indexing.database import Database
from assistant.indexing.passage_rows import IndexedPassage, passages_where
from assistant.indexing.schema import (
    FAILURE_COLUMNS,
    Build,
    FileState,
    Tables,
    UnreadableFile,
)
from assistant.indexing.scope import Scope
from assistant.text.characters import without_surrogates
from assistant.types import Document, DocumentRecord, Failure, Filters, Passage, Place, TakingIn

IDS_PER_QUERY = 900
PASSAGES_PER_QUERY = 1_000
SECTION_REACH = 200
"""How many passages of a section are looked at before and after one: some 60 pages, more than an answer goes on for."""
IN_OR_BELOW = """(source IN (SELECT value FROM json_each(?)) OR EXISTS (
    SELECT 1 FROM json_each(?) AS folder WHERE substr(source, 1, length(folder.value)) = folder.value))"""
"""A document is one of some names, or in one of the folders of these names; each list is bound as one value."""
DOCUMENT_COLUMNS = "source, title, markup, published, publisher, url, author, language, text_key"

Places = tuple[tuple[int, Place], ...]
Characters = tuple[tuple[int, int], ...]


class Catalogue:
    """The manifest for those who ask. Usable from many threads."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def close(self) -> None:
        """Let go of the file."""
        self._tables.close()

    @property
    def generation(self) -> int:
        """A number that every commit raises by one."""
        return int(self._tables.value("generation"))

    # Builds

    def live_build(self) -> Build | None:
        """The build that answers questions; None before the first sync ends its first batch."""
        rows = self._tables.rows("SELECT b.* FROM builds b JOIN meta m ON m.name = 'live_build' AND m.value = b.id")
        return Build(*rows[0]) if rows else None

    def builds(self) -> list[Build]:
        """All builds, the oldest first; more than one while a new one grows beside the live one."""
        return [Build(*row) for row in self._tables.rows("SELECT id, model, profile, written FROM builds ORDER BY id")]

    def counts(self, build: int) -> tuple[int, int]:
        """How many documents and passages a build holds."""
        [(documents, passages)] = self._tables.rows(
            "SELECT count(*), coalesce(sum(passages), 0) FROM documents WHERE build = ?", build
        )
        return documents, passages

    def orphans(self, build: int) -> list[str]:
        """Ids that may stand in a build's stores without being live: written and not committed, or replaced.

        Not those of versions that come in parts, which are to be live.
        """
        query = """SELECT id FROM orphans o WHERE build = ?
                   AND NOT EXISTS (SELECT 1 FROM coming c WHERE c.build = o.build AND c.id = o.id) ORDER BY id"""
        return [id for (id,) in self._tables.rows(query, build)]

    def begun(self, build: int) -> dict[str, int]:
        """How many passages are written of each version that is not complete, by its identity."""
        live = "SELECT identity, passages FROM documents WHERE build = ? AND taken_in < characters"
        beside = "SELECT id, max(ordinal) + 1 FROM coming WHERE build = ? GROUP BY source"
        coming = {id.rpartition("-")[0]: number for id, number in self._tables.rows(beside, build)}
        return coming | dict(self._tables.rows(live, build))

    def taking_in(self, build: int) -> list[TakingIn]:
        """The documents that are not complete yet, those of which the most is there first, then those not begun."""
        rows = self._tables.rows(
            """SELECT source, passages, characters, taken_in FROM documents WHERE build = ?1 AND taken_in < characters
               UNION ALL
               SELECT source, 0, 0, 0 FROM awaited a WHERE build = ?1 AND NOT EXISTS
               (SELECT 1 FROM documents d WHERE d.build = a.build AND d.source = a.source) ORDER BY 2 DESC, 1""",
            build,
        )
        return [TakingIn(source, passages, _expected(passages, *rest)) for source, passages, *rest in rows]

    # Documents

    def states(self, build: int) -> dict[str, FileState]:
        """The file that each document of a build was read from, by source; nothing of one that is not complete."""
        rows = self._tables.rows(
            """SELECT source, iif(whole, file_hash, ''), iif(whole, reader, ''), iif(whole, stamp, '')
               FROM (SELECT *, taken_in >= characters AS whole FROM documents WHERE build = ?)""",
            build,
        )
        return {source: FileState(*state) for source, *state in rows}

    def sources(self, build: int) -> set[str]:
        """The documents of a build that are complete."""
        query = "SELECT source FROM documents WHERE build = ? AND taken_in >= characters"
        return {source for (source,) in self._tables.rows(query, build)}

    def refused(self, build: int) -> list[UnreadableFile]:
        """The files that could not be read, by source."""
        rows = self._tables.rows(f"SELECT {FAILURE_COLUMNS} FROM failures WHERE build = ? ORDER BY source", build)
        return [UnreadableFile(source, reason, FileState(*state)) for source, reason, *state in rows]

    def failures(self, build: int) -> list[Failure]:
        """The files that could not be read, by source, for people."""
        return [Failure(refused.source, refused.reason) for refused in self.refused(build)]

    def records(self, build: int) -> list[DocumentRecord]:
        """Every document of a build, every file that could not be read, and those to be taken in, by source."""
        rows = self._tables.rows(
            """SELECT d.source, d.title, d.passages, d.characters, d.published, d.publisher, d.url, d.author,
                      d.indexed_at, f.reason, d.language, d.left_out, d.added_at
               FROM documents d LEFT JOIN failures f ON f.build = d.build AND f.source = d.source WHERE d.build = ?""",
            build,
        )
        records = {row[0]: _record(row) for row in rows}
        for failure in self.failures(build):
            if failure.source not in records:
                name = failure.source.rsplit("/", 1)[-1]
                records[failure.source] = DocumentRecord(
                    failure.source, name, 0, 0, failure=failure.reason, language=""
                )
        for coming in self.taking_in(build):
            name = coming.source.rsplit("/", 1)[-1]
            record = records.get(coming.source, DocumentRecord(coming.source, name, 0, 0, language=""))
            records[coming.source] = replace(record, is_complete=False, passages_expected=coming.expected)
        return [records[source] for source in sorted(records)]

    def document(self, build: int, source: str) -> tuple[Document, str] | None:
        """A document without its text, and the key of its text; None when there is no such document."""
        query = f"SELECT {DOCUMENT_COLUMNS} FROM documents WHERE build = ? AND source = ?"
        rows = self._tables.rows(query, build, without_surrogates(source))
        return _without_text(rows[0]) if rows else None

    def documents(self, build: int) -> dict[str, tuple[Document, str]]:
        """Every document as `document` has it, by the identity of its version."""
        rows = self._tables.rows(f"SELECT {DOCUMENT_COLUMNS}, identity FROM documents WHERE build = ?", build)
        return {identity: _without_text(row) for *row, identity in rows}

    def file_hash(self, build: int, source: str) -> str:
        """The SHA-256 of the file that a document was read from; "" when there is no such document."""
        rows = self._tables.rows(
            "SELECT file_hash FROM documents WHERE build = ? AND source = ?", build, without_surrogates(source)
        )
        return str(rows[0][0]) if rows else ""

    def places(self, build: int, source: str) -> tuple[Places, Characters]:
        """The places of a document and what leads back to their characters, as `Document` has them."""
        rows = self._tables.rows(
            "SELECT places, page_characters FROM documents WHERE build = ? AND source = ?",
            build,
            without_surrogates(source),
        )
        places, characters = map(json.loads, rows[0]) if rows else ((), ())
        return (
            tuple((start, Place(kind, label)) for start, kind, label in places),
            tuple((offset, character) for offset, character in characters),
        )

    def languages(self, build: int) -> tuple[str, ...]:
        """The languages of a build's documents, that of most documents first."""
        rows = self._tables.rows(
            "SELECT language FROM documents WHERE build = ? GROUP BY language ORDER BY count(*) DESC, language", build
        )
        return tuple(language for (language,) in rows)

    def scope(self, build: int, filters: Filters) -> Scope:
        """The documents that pass.

        A document without a date is in no range of dates; with ``undated``, one passes whose date does not tell that it
        is older.
        """
        condition = ""
        values: list[str | int] = []
        if filters.since and filters.undated:
            condition += (
                " AND (coalesce(published, '') = '' OR substr(published, 1, 10) >= substr(?, 1, length(published)))"
            )
            values.append(filters.since)
        elif filters.since:
            condition += " AND substr(published, 1, length(?)) >= ?"
            values += [filters.since, filters.since]
        if filters.until:
            condition += " AND substr(published, 1, length(?)) <= ?"
            values += [filters.until, filters.until]
        if filters.sources:
            condition += f" AND {IN_OR_BELOW}"
            values += [_names(filters.sources), _names(filters.sources, "/")]
        if filters.publishers:
            condition += " AND publisher IN (SELECT value FROM json_each(?))"
            values.append(_names(filters.publishers))
        rows = self._tables.rows(f"SELECT identity, passages FROM documents WHERE build = ?{condition}", build, *values)
        return Scope(dict(rows))

    def absent(self, build: int, sources: Sequence[str]) -> list[str]:
        """Those of the names that are neither a document nor a folder that holds one."""
        return [one for one in sources if not self._holds(build, without_surrogates(one))]

    def publishers(self, build: int) -> list[str]:
        """All publishers of a build's documents."""
        query = "SELECT DISTINCT publisher FROM documents WHERE build = ? AND publisher <> '' ORDER BY publisher"
        return [publisher for (publisher,) in self._tables.rows(query, build)]

    def _holds(self, build: int, name: str) -> bool:
        """Whether a document has that name, or lies in a folder of that name."""
        [(found,)] = self._tables.rows(
            """SELECT EXISTS (SELECT 1 FROM documents WHERE build = ?1 AND source = ?2)
                   OR EXISTS (SELECT 1 FROM documents WHERE build = ?1 AND source >= ?3 AND source < ?4)""",
            build,
            name,
            name.rstrip("/") + "/",
            name.rstrip("/") + "0",  # "0" is what follows "/"
        )
        return bool(found)

    def sources_by_text(self, build: int, within: Scope | None = None) -> dict[str, str]:
        """The first document of a build with each text, by the text's key; none that is not complete."""
        query = """SELECT text_key, source, identity FROM documents
                   WHERE build = ? AND taken_in >= characters ORDER BY source DESC"""
        rows = self._tables.rows(query, build)
        return {key: source for key, source, identity in rows if within is None or identity in within.documents}

    def text_keys(self) -> set[str]:
        """The keys of all texts that any build refers to."""
        return {key for (key,) in self._tables.rows("SELECT DISTINCT text_key FROM documents")}

    def text_sizes(self, build: int) -> dict[str, int]:
        """How many characters each text of a build has, by its key."""
        rows = self._tables.rows("SELECT DISTINCT text_key, characters FROM documents WHERE build = ?", build)
        return {str(key): int(characters) for key, characters in rows}

    # Passages

    def indexed_passages(self, build: int, ids: Sequence[str]) -> dict[str, IndexedPassage]:
        """Those of the passages that are live, by id, with their terms."""
        return {
            indexed.passage.id: indexed
            for some, marks in _portions(ids)
            for indexed in passages_where(self._tables, f"p.id IN ({marks})", build, *some)
        }

    def indexed_passages_of(self, build: int, source: str) -> list[IndexedPassage]:
        """The passages of one document, in order, with their terms."""
        return passages_where(self._tables, "p.source = ? ORDER BY p.ordinal", build, without_surrogates(source))

    def each_indexed_passage(self, build: int) -> Iterator[IndexedPassage]:
        """All passages, document by document and in order, a few at a time."""
        counted = self._tables.rows("SELECT source, passages FROM documents WHERE build = ? ORDER BY source", build)
        for source, passages in counted:
            for start in range(0, passages, PASSAGES_PER_QUERY):
                within = "p.source = ? AND p.ordinal >= ? AND p.ordinal < ? ORDER BY p.ordinal"
                yield from passages_where(self._tables, within, build, source, start, start + PASSAGES_PER_QUERY)

    def passages_of(self, build: int, source: str) -> list[Passage]:
        """The passages of one document, in order."""
        return [indexed.passage for indexed in self.indexed_passages_of(build, source)]

    def passage_at(self, build: int, source: str, offset: int) -> Passage | None:
        """The passage of a document that holds the character at an offset; None where there is none."""
        condition = 'p.source = ? AND p.start <= ? AND p."end" > ?'
        found = passages_where(self._tables, condition, build, without_surrogates(source), offset, offset)
        return found[0].passage if found else None

    def section(self, build: int, passage: Passage) -> list[Passage]:
        """The passages near one of a document that are under the same headings, in order."""
        ordinal = int(passage.id.rpartition("-")[2])
        condition = "p.source = ? AND p.breadcrumb = ? AND p.ordinal BETWEEN ? AND ? ORDER BY p.ordinal"
        near = (ordinal - SECTION_REACH, ordinal + SECTION_REACH)
        found = passages_where(self._tables, condition, build, passage.source, passage.breadcrumb, *near)
        return [indexed.passage for indexed in found]

    def passage_from(self, build: int, source: str, offset: int) -> Passage | None:
        """The first passage of a document that ends after an offset; None after the last."""
        within = 'p.source = ? AND p."end" > ? ORDER BY p.ordinal LIMIT 1'
        found = passages_where(self._tables, within, build, without_surrogates(source), offset)
        return found[0].passage if found else None

    def ends_of_first_passages(self, build: int) -> dict[str, int]:
        """Where the first passage of each document ends."""
        rows = self._tables.rows('SELECT source, "end" FROM passages WHERE build = ? AND ordinal = 0', build)
        return dict(rows)

    def passage_ids(self, build: int) -> list[str]:
        """The ids of all passages."""
        return [id for (id,) in self._tables.rows("SELECT id FROM passages WHERE build = ?", build)]

    def embedded(self, build: int, hashes: Iterable[str]) -> dict[str, str]:
        """For each hash of an embedded text that a live passage has, the id of one such passage."""
        return embedded(self._tables, build, hashes)


def _names(names: Iterable[str], end: str = "") -> str:
    """Some names as one value for a statement, each with that ``end`` alone; SQLite reads no JSON past a NUL."""
    written = [without_surrogates(name).replace("\0", "\ufffd") for name in names]
    return json.dumps([name.rstrip(end) + end for name in written] if end else written)


def _without_text(row: Sequence[Any]) -> tuple[Document, str]:
    source, title, markup, published, publisher, url, author, language, text_key = row
    return Document(source, title, "", markup, published, publisher, url, author, language), text_key


def _record(row: Sequence[Any]) -> DocumentRecord:
    *known, left_out, added_at = row
    return replace(DocumentRecord(*known), left_out=left_out, added_at=added_at)


def _expected(passages: int, characters: int, taken_in: int) -> int:
    """About how many passages a text will have, of which so many characters are taken in; 0 where nothing tells."""
    return max(passages, round(passages * characters / taken_in)) if taken_in else 0


def embedded(tables: Database, build: int, hashes: Iterable[str]) -> dict[str, str]:
    """As `Catalogue.embedded`, from the tables of any format."""
    found: dict[str, str] = {}
    for some, marks in _portions(list(hashes)):
        rows = tables.rows(
            f"""SELECT embedded_hash, min(id) FROM passages
                WHERE build = ? AND embedded_hash IN ({marks}) GROUP BY embedded_hash""",
            build,
            *some,
        )
        found.update(rows)
    return found


def _portions(ids: Sequence[str]) -> Iterator[tuple[Sequence[str], str]]:
    """The ids in portions that one statement takes, each with its question marks."""
    for start in range(0, len(ids), IDS_PER_QUERY):
        some = ids[start : start + IDS_PER_QUERY]
        yield some, ",".join("?" * len(some))
