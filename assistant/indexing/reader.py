"""The index as those who ask see it: one snapshot at a time, exchanged when a newer generation appears."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from assistant.errors import CorpusError, IndexDamaged
from assistant.indexing.embedding import Embedder
from assistant.indexing.layout import IndexLayout
from assistant.indexing.lexical import LexicalIndex
from assistant.indexing.manifest import Build, Manifest, PassageRow
from assistant.indexing.tables import head_above
from assistant.indexing.texts import TextStore
from assistant.indexing.vectors import VectorStore
from assistant.types import DEFAULT_LANGUAGE, Document, DocumentRecord, Passage

Result = TypeVar("Result")
TRIES = 6
"""A question takes a fraction of a second and a batch of a sync some seconds: a second try is rare, a third more so."""


class Snapshot:
    """One generation of the live build, with its own model. What it holds may be used from many threads."""

    def __init__(self, layout: IndexLayout, manifest: Manifest, build: Build, embedder: Embedder) -> None:
        self.generation = manifest.generation
        self.build = build
        self.embedder = embedder
        self.manifest = manifest
        self.languages = manifest.languages(build.id) or (DEFAULT_LANGUAGE,)
        self.texts = TextStore(layout.texts)
        self.vectors = VectorStore(layout.vectors(build.id))
        try:
            self.words = LexicalIndex(layout.words(build.id))
        except BaseException:
            self.vectors.close()
            raise
        self.users = 0
        self.retired = False

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Those of the passages that are live, by id, in the order of ``ids``."""
        rows = self.manifest.passages(self.build.id, ids)
        documents: dict[str, tuple[Document, str]] = {}
        found: dict[str, Passage] = {}
        for id in ids:
            row = rows.get(id)
            if row is None:
                continue
            if row.source not in documents:
                document = self.manifest.document(self.build.id, row.source)
                if document is None:
                    continue
                documents[row.source] = document
            found[id] = self._passage(row, *documents[row.source])
        return found

    def passages_of(self, source: str) -> list[Passage]:
        """The passages of a document, in reading order; none where there is no such document."""
        ids = [row.id for row in self.manifest.passages_of(self.build.id, source)]
        return list(self.passages(ids).values())

    def section(self, passage: Passage) -> list[Passage]:
        """The passages under the same headings as a passage, that one included, in reading order."""
        rows = self.manifest.passages_of(self.build.id, passage.source)
        ids = [row.id for row in rows if row.breadcrumb == passage.breadcrumb]
        return list(self.passages(ids).values())

    def document_frequency(self, term: str) -> int:
        """In how many passages a term stands."""
        return self.words.document_frequency(term)

    def document(self, source: str) -> Document:
        """The document with the exact text that offsets refer to.

        Raises:
            CorpusError: there is no such document in the index.
        """
        found = self.manifest.document(self.build.id, source)
        if found is None:
            raise CorpusError(f"There is no document {source!r} in the index. See the names with: citewell list")
        document, text_key = found
        return Document(
            source=document.source,
            title=document.title,
            text=self.texts.get(text_key),
            markup=document.markup,
            published=document.published,
            publisher=document.publisher,
            url=document.url,
            author=document.author,
            language=document.language,
        )

    def records(self) -> list[DocumentRecord]:
        """Every document, and every file that could not be read, by source."""
        covered = self.embedder.languages
        return [
            replace(record, covered=covered is None or not record.passages or record.language in covered)
            for record in self.manifest.records(self.build.id)
        ]

    def inconsistencies(self) -> list[str]:
        """What does not fit together in this snapshot, each with its remedy; empty when all is well."""
        _, passages = self.manifest.counts(self.build.id)
        found = [
            f"{name} {count} of {passages} passages. Repair the index with: citewell sync --rebuild"
            for name, count in (
                ("The vectors cover", self.vectors.count()),
                ("The word index covers", self.words.count()),
            )
            if count < passages
        ]
        unreadable = [key for key in self.manifest.text_keys() if not self.texts.holds(key)]
        if unreadable:
            found.append(
                f"{len(unreadable)} stored texts are missing or damaged. Repair the index with: citewell sync --rebuild"
            )
        if self.words.generation != self.generation:
            found.append("A sync was interrupted. Finish it with: citewell sync")
        return found

    def is_current(self) -> bool:
        """Whether no sync has committed anything since this snapshot was taken."""
        return self.manifest.generation == self.generation

    def close(self) -> None:
        """Let go of the stores; the manifest belongs to the reader."""
        self.vectors.close()

    def _passage(self, row: PassageRow, document: Document, text_key: str) -> Passage:
        text = self.texts.get(text_key)
        return Passage(
            id=row.id,
            source=row.source,
            title=document.title,
            breadcrumb=row.breadcrumb,
            text=text[row.start : row.end],
            start=row.start,
            end=row.end,
            url=document.url,
            published=document.published,
            publisher=document.publisher,
            author=document.author,
            markup=document.markup,
            language=document.language,
            table_head=head_above(text, row.start),
        )


class IndexReader:
    """Gives out snapshots. The stores of a snapshot in use stay open until its last user is done."""

    def __init__(self, folder: Path, corpus_dir: Path, embedder_of: Callable[[str], Embedder]) -> None:
        """Read the index in ``folder``; ``embedder_of`` gives the model that a build was made with, by name."""
        self._layout = IndexLayout(folder)
        self._corpus_dir = corpus_dir
        self._embedder_of = embedder_of
        self._lock = threading.Lock()
        self._manifest: Manifest | None = None
        self._manifest_file = 0
        self._snapshot: Snapshot | None = None

    def use(self, work: Callable[[Snapshot], Result]) -> Result:
        """What ``work`` makes of the newest snapshot, all of it from one generation.

        A sync may commit while ``work`` runs, and take away what it is about to read; then it runs again.

        Raises:
            what `reading` and ``work`` raise.
        """
        for tries_left in reversed(range(TRIES)):
            with self.reading() as snapshot:
                try:
                    result = work(snapshot)
                except (IndexDamaged, CorpusError):
                    if not tries_left or snapshot.is_current():
                        raise
                else:
                    if not tries_left or snapshot.is_current():
                        return result
        raise AssertionError("unreachable")

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """The newest snapshot, for as long as the block runs.

        Raises:
            IndexDamaged: there is no index, or a part of it cannot be read.
            IndexMismatch: it belongs to another corpus.
            ModelUnavailable: the model that it was made with cannot be loaded.
        """
        with self._lock:
            snapshot = self._newest()
            snapshot.users += 1
        try:
            yield snapshot
        finally:
            with self._lock:
                snapshot.users -= 1
                if snapshot.retired and snapshot.users == 0:
                    snapshot.close()

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self._retire()
            if self._manifest:
                self._manifest.close()
                self._manifest = None

    def _newest(self) -> Snapshot:
        manifest = self._current_manifest()
        if self._snapshot is None or self._snapshot.generation != manifest.generation:
            snapshot = self._open(manifest)
            self._retire()
            self._snapshot = snapshot
        return self._snapshot

    def _current_manifest(self) -> Manifest:
        """The manifest, opened anew when its file has been replaced."""
        path = self._layout.manifest
        file = path.stat().st_ino if path.is_file() else 0
        if self._manifest is None or file != self._manifest_file:
            manifest = Manifest(path, self._corpus_dir)
            self._retire()
            if self._manifest:
                self._manifest.close()
            self._manifest, self._manifest_file = manifest, file
        return self._manifest

    def _open(self, manifest: Manifest) -> Snapshot:
        """A snapshot of the live build; a second try if a compact copy took its place while it was being opened."""
        for last_try in (False, True):
            build = manifest.live_build()
            if build is None:
                raise IndexDamaged(f"The index in {self._layout.folder} is still empty. Fill it with: citewell sync")
            try:
                return Snapshot(self._layout, manifest, build, self._embedder_of(build.model))
            except IndexDamaged:
                if last_try or manifest.live_build() == build:
                    raise
        raise AssertionError("unreachable")

    def _retire(self) -> None:
        if self._snapshot:
            self._snapshot.retired = True
            if self._snapshot.users == 0:
                self._snapshot.close()
            self._snapshot = None
