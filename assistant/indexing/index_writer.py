"""The index as its one writer sees it.

Every step leaves an index that answers, and a crash between any two is mended by the next `IndexWriter.recover`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant.errors import IndexDamaged
from assistant.indexing.engines import LexicalEntry
from assistant.indexing.layout import IndexLayout
from assistant.indexing.manifest import Manifest
from assistant.indexing.passage_rows import IndexedPassage
from assistant.indexing.passages import SPLITTER
from assistant.indexing.schema import Build, FileState, OutdatedIndex, UnreadableFile
from assistant.indexing.texts import TextStore
from assistant.indexing.versions import EmbeddedVersions, NewVersion, VersionEmbedder
from assistant.models.embedder import Embedder, Vectors
from assistant.tables.table_store import TableStore
from assistant.text.terms import terms, words

DEAD_SHARE = 0.5
"""Dead passages per live one above which a compact copy is made: an index stays under 1.5 times its fresh size."""
COPIED_AT_ONCE = 2_000
LOG = logging.getLogger(__name__)


class IndexWriter:
    """Writes one build of an index: the live one, or a new one when the model or the splitting has changed."""

    def __init__(self, layout: IndexLayout, corpus_dir: Path, embedder: Embedder, *, rebuild: bool = False) -> None:
        """Open the index for writing; the caller holds the lock.

        With ``rebuild`` everything is made anew; the index as it is serves meanwhile, if it can be read at all. One of
        an earlier format is erased and made anew unasked, which is logged.

        Raises:
            IndexMismatch: the index belongs to another corpus.
            IndexDamaged: a part of it cannot be read or it is of a later format, and ``rebuild`` is not asked for.
            StorageError: the disk refuses a write.
        """
        self._layout = layout
        self._embedder = embedder
        self._changed = False
        self._latest_text = ""
        with ExitStack() as opened:
            self._manifest = self._open_manifest(corpus_dir, rebuild)
            opened.callback(self._manifest.close)
            self._manifest.record_corpus(corpus_dir)
            self._texts = TextStore(self._layout.texts)
            self._tables = TableStore(self._layout.tables)
            opened.callback(self._tables.close)
            self._build = self._choose_build(rebuild)
            self._open_stores(create=self._manifest.counts(self._build.id)[1] == 0)
            opened.callback(lambda: self._vectors.close())
            holders = self._holding_more(rebuild=rebuild)
            self._embedding = VersionEmbedder(embedder, self._stored_vectors, holders)
            opened.callback(self._embedding.close)
            if self._manifest.live_build() is None:
                self._make_live()
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    @property
    def profile(self) -> str:
        """What the build is made by: the model and the way of splitting."""
        return f"{self._embedder.key} {SPLITTER}"

    def states(self) -> dict[str, FileState]:
        """The file that each document was read from, by source."""
        return self._manifest.states(self._build.id)

    def refused(self) -> list[UnreadableFile]:
        """The files that could not be read, by source."""
        return self._manifest.refused(self._build.id)

    def served(self) -> set[str]:
        """The sources that the live build answers from, which may be another than the one being written."""
        live = self._manifest.live_build()
        return set(self._manifest.states(live.id)) if live else set()

    def served_whole(self) -> set[str]:
        """Those of `served` of which nothing is missing."""
        live = self._manifest.live_build()
        return self._manifest.sources(live.id) if live else set()

    def recover(self) -> None:
        """Finish or undo what an interrupted sync left, and delete what nothing refers to."""
        live = self._manifest.live_build()
        wanted = {self._build.id} | ({live.id} if live else set())
        for build in self._manifest.builds():
            if build.id not in wanted:
                self._manifest.drop_build(build.id)
        self._layout.remove_all_builds_but(wanted)
        self._sweep_texts()
        self._make_missing_tables()
        if self._words.generation != self._manifest.generation:
            self._words.rebuild(self._lexical_entries(self._build), self._manifest.generation)
        self._clear_orphans()

    def check(self, *, wholly: bool) -> None:
        """See that what the manifest counts on is there, as far as sizes and counts tell; ``wholly`` reads all texts.

        Raises:
            IndexDamaged: it is not.
        """
        _, passages = self._manifest.counts(self._build.id)
        if self._words.count() < passages:
            raise self._damaged("The word index lacks passages")
        if passages:
            self._vectors.check()
        for key, characters in self._manifest.text_sizes(self._build.id).items():
            if not (self._texts.holds(key) if wholly else self._texts.can_hold(key, characters)):
                raise self._damaged(f"The stored text {key[:12]} is missing or damaged")

    def embed(self, new_versions: Sequence[NewVersion], tell: Callable[[float], None]) -> EmbeddedVersions:
        """The versions with their vectors, also while those before are being stored; see `VersionEmbedder.embed`."""
        return self._embedding.embed(new_versions, tell)

    def begun(self) -> dict[str, int]:
        """How many passages are written of each version that is not complete, by its identity."""
        return self._manifest.begun(self._build.id)

    def expect(self, sources: Iterable[str]) -> None:
        """Note which files are about to be taken in, for those who ask meanwhile."""
        self._manifest.expect(self._build.id, sources)

    def store(self, embedded: EmbeddedVersions) -> None:
        """Write new versions beside the old ones, then make them live in one step."""
        build, self._changed = self._build.id, True
        rows = [row for version in embedded.versions for row in version.passages]
        self._manifest.announce(build, [row.id for row in rows])
        for version in embedded.versions:
            if version.text_key != self._latest_text:  # the parts of a long document follow each other
                self._latest_text = self._texts.put(version.document.text)
                self._tables.put({version.text_key: version.document})
        self._vectors.put({row.id: embedded.vectors[row.embedded_hash] for row in rows})
        entries = (_entry(row.indexed) for version in embedded.versions for row in version.passages)
        self._words.change(entries, (), self._manifest.generation + 1)
        self._manifest.commit(build, embedded.versions, removed=())

    def remove(self, sources: Sequence[str]) -> None:
        """Let documents go, in one step."""
        if sources:
            self._changed = True
            self._words.change((), (), self._manifest.generation + 1)
            self._manifest.commit(self._build.id, (), sources)

    def record(self, stamps: Mapping[str, str], refused: Iterable[UnreadableFile]) -> None:
        """Record the stamps of files whose documents stay, by source, and which files could not be read."""
        before = self.states()
        renewed = {source: stamp for source, stamp in stamps.items() if before[source].stamp != stamp}
        if renewed:
            self._manifest.set_stamps(self._build.id, renewed)
        if (listed := sorted(refused, key=lambda one: one.source)) != self.refused():
            self._manifest.set_refused(self._build.id, listed)

    def complete(self) -> None:
        """Let the build answer questions, and give back the space of what it replaced."""
        self._embedding.close()
        live = self._manifest.live_build()
        if live is None or live.id != self._build.id:
            self._make_live()
        self._layout.forget_former()
        self._manifest.expect(self._build.id, ())
        self._manifest.forget_coming(self._build.id)
        self._clear_orphans()
        if self._dead_share() > DEAD_SHARE:
            self._compact()
        self._manifest.give_back_space()

    def _open_manifest(self, corpus_dir: Path, rebuild: bool) -> Manifest:
        try:
            return Manifest(self._layout.manifest, corpus_dir, create=True)
        except OutdatedIndex:
            LOG.warning(
                "The index in %s was made by an earlier version of Citewell. It is made anew.", self._layout.folder
            )
            self._layout.lay_aside()
        except IndexDamaged:
            if not rebuild:
                raise
            self._layout.erase()
        return Manifest(self._layout.manifest, corpus_dir, create=True)

    def _choose_build(self, rebuild: bool) -> Build:
        live = self._manifest.live_build()
        if rebuild:
            return self._manifest.start_build(self._embedder.name, self.profile)
        if live is not None and live.profile == self.profile:
            return live
        growing = [build for build in self._manifest.builds() if build.profile == self.profile]
        return growing[-1] if growing else self._manifest.start_build(self._embedder.name, self.profile)

    def _open_stores(self, *, create: bool) -> None:
        """Open the build's stores; with ``create`` they are new, whatever a lost manifest or a crash left there."""
        if create:
            self._layout.remove_build(self._build.id)
        self._vectors = self._layout.open_vectors(self._build.id, create=create)
        try:
            self._words = self._layout.open_words(self._build.id, create=create)
        except BaseException:
            self._vectors.close()
            raise

    def _damaged(self, what: str) -> IndexDamaged:
        return IndexDamaged(f"{what} in {self._layout.folder}. Repair the index with: citewell sync --rebuild")

    def _make_live(self) -> None:
        """Switch to this build, its word index noting the generation that the switch makes."""
        self._words.change((), (), self._manifest.generation + 1)
        self._manifest.go_live(self._build.id)
        self._drop_other_builds()

    def _drop_other_builds(self) -> None:
        self._changed = True
        for build in self._manifest.builds():
            if build.id != self._build.id:
                self._manifest.drop_build(build.id)
        self._layout.remove_all_builds_but({self._build.id})

    def _stored_vectors(self, hashes: Sequence[str]) -> dict[str, Vectors]:
        ids = self._manifest.embedded(self._build.id, hashes)
        stored = self._vectors.get(list(ids.values()))
        return {key: stored[id] for key, id in ids.items() if id in stored}

    def _holding_more(self, *, rebuild: bool) -> list[IndexLayout]:
        """The indexes whose live builds may hold vectors of use: none in a rebuild, which is to mend damage."""
        live = self._manifest.live_build()
        served = [self._layout] if live and live.id != self._build.id else []
        return [] if rebuild else [*served, self._layout.former]

    def _clear_orphans(self) -> None:
        orphans = self._manifest.orphans(self._build.id)
        if orphans:
            self._vectors.delete(orphans)
            self._words.change((), orphans, self._manifest.generation)
            self._manifest.forget_orphans(self._build.id, orphans)
        if self._changed:
            self._sweep_texts()

    def _sweep_texts(self) -> None:
        live = self._manifest.text_keys()
        self._texts.sweep(live)
        self._tables.sweep(live)

    def _make_missing_tables(self) -> None:
        """Make the tables of texts that lack them: an earlier version made none, or they were deleted."""
        sources = self._manifest.sources_by_text(self._build.id)
        for key in self._tables.missing(sources):
            found = self._manifest.document(self._build.id, sources[key])
            if found and self._texts.holds(key):
                places, _ = self._manifest.places(self._build.id, sources[key])
                self._tables.put({key: replace(found[0], text=self._texts.get(key), places=places)})

    def _dead_share(self) -> float:
        [build] = [build for build in self._manifest.builds() if build.id == self._build.id]
        _, live = self._manifest.counts(build.id)
        return (build.written - live) / max(live, 1)

    def _compact(self) -> None:
        """Copy what is live into new stores, which need less space, and serve from those."""
        source, compact = self._build, self._manifest.start_build(self._build.model, self._build.profile)
        ids = self._manifest.passage_ids(source.id)
        with closing(self._vectors) as old_vectors:
            self._build = compact
            self._open_stores(create=True)
            for some in _portions(ids):
                self._vectors.put(old_vectors.get(some))
            self._words.rebuild(self._lexical_entries(source), self._manifest.generation + 1)
        self._manifest.replace_build(source.id, compact.id)
        self._drop_other_builds()

    def _lexical_entries(self, build: Build) -> Iterator[LexicalEntry]:
        return map(_entry, self._manifest.each_indexed_passage(build.id))


def _entry(indexed: IndexedPassage) -> LexicalEntry:
    passage = indexed.passage
    title, headings, head = (
        " ".join(terms(text, passage.language)) for text in (passage.title, passage.breadcrumb, passage.table_head)
    )
    written = dict.fromkeys(words(f"{passage.title}\n{passage.breadcrumb}\n{passage.text}"))
    return LexicalEntry(passage.id, title, headings, f"{head}{indexed.terms.text}", " ".join(written))


def _portions(ids: Sequence[str]) -> Iterator[list[str]]:
    remaining = iter(ids)
    while some := list(islice(remaining, COPIED_AT_ONCE)):
        yield some
