"""The index as those who ask see it: one snapshot at a time, exchanged when a newer generation appears."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

from assistant.errors import CorpusError, IndexDamaged
from assistant.indexing.layout import IndexLayout
from assistant.indexing.manifest import Manifest
from assistant.indexing.readable_snapshot import ReadableSnapshot
from assistant.indexing.readable_tables import ReadableTables
from assistant.indexing.snapshot import Snapshot
from assistant.indexing.stores import Stores
from assistant.models.embedder import Embedder
from assistant.rights import Rights

Result = TypeVar("Result")
MOST_RESTRICTED = 64
"""Sets of closed collections whose snapshots are remembered, each with a connection to the manifest."""
TRIES = 6
"""A question takes a fraction of a second and a batch of a sync some seconds: a second try is rare, a third more so."""


class SnapshotReader(ABC):
    """Whoever gives out snapshots of the index in ``layout``."""

    layout: IndexLayout

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

    @abstractmethod
    def reading(self) -> AbstractContextManager[Snapshot]:
        """The newest snapshot, for as long as the block runs.

        Raises:
            IndexDamaged: there is no index, or a part of it cannot be read.
            IndexMismatch: it belongs to another corpus.
            ModelUnavailable: the model that it was made with cannot be loaded.
        """


class _Served:
    """A snapshot with what it keeps open, how many use it, and what of it those see who may not read all."""

    def __init__(self, stores: Stores, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.users = 0
        self.retired = False
        self.readable: OrderedDict[Rights, ReadableSnapshot] = OrderedDict()
        self._stores = stores

    def close(self) -> None:
        """Let go of the stores; the manifest belongs to the reader."""
        for snapshot in self.readable.values():
            snapshot.close()
        self._stores.close()


class IndexReader(SnapshotReader):
    """Gives out snapshots. The stores of a snapshot in use stay open until its last user is done."""

    def __init__(self, layout: IndexLayout, corpus_dir: Path, embedder_of: Callable[[str], Embedder]) -> None:
        """Read the index of ``layout``; ``embedder_of`` gives the model that a build was made with, by name."""
        self.layout = layout
        self._corpus_dir = corpus_dir
        self._embedder_of = embedder_of
        self._lock = threading.Lock()
        self._manifest: Manifest | None = None
        self._manifest_file = 0
        self._served: _Served | None = None

    def readable_by(self, rights: Rights) -> SnapshotReader:
        """What gives out the same snapshots without the documents that an asker may not read."""
        return _RestrictedReader(self, rights.to_read)

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """The newest snapshot; see `SnapshotReader.reading`."""
        with self._serving() as served:
            yield served.snapshot

    @contextmanager
    def reading_with(self, rights: Rights) -> Iterator[Snapshot]:
        """The newest snapshot for those who may read the same; raises what `reading` does."""
        with self._serving() as served:
            yield self._restricted(served, rights)

    @contextmanager
    def _serving(self) -> Iterator[_Served]:
        with self._lock:
            served = self._newest()
            served.users += 1
        try:
            yield served
        finally:
            with self._lock:
                served.users -= 1
                if served.retired and served.users == 0:
                    served.close()

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self._retire()
            if self._manifest:
                self._manifest.close()
                self._manifest = None

    def _newest(self) -> _Served:
        manifest = self._current_manifest()
        if self._served is None or self._served.snapshot.generation != manifest.generation:
            served = self._open(manifest)
            self._retire()
            self._served = served
        return self._served

    def _restricted(self, served: _Served, rights: Rights) -> ReadableSnapshot:
        """What is left of a snapshot, remembered with it."""
        with self._lock:
            known = served.readable.get(rights)
            if known is None:
                tables = ReadableTables(self.layout.manifest, self._corpus_dir, rights)
                known = served.readable[rights] = ReadableSnapshot(served.snapshot, tables)
            served.readable.move_to_end(rights)
            while len(served.readable) > MOST_RESTRICTED:
                served.readable.popitem(last=False)
        return known

    def _current_manifest(self) -> Manifest:
        """The manifest, opened anew when its file has been replaced."""
        path = self.layout.manifest
        file = path.stat().st_ino if path.is_file() else 0
        if self._manifest is None or file != self._manifest_file:
            manifest = Manifest(path, self._corpus_dir)
            self._retire()
            if self._manifest:
                self._manifest.close()
            self._manifest, self._manifest_file = manifest, file
        return self._manifest

    def _open(self, manifest: Manifest) -> _Served:
        """A snapshot of the live build; a second try if a compact copy took its place while it was being opened."""
        for last_try in (False, True):
            build = manifest.live_build()
            if build is None:
                raise IndexDamaged(f"The index in {self.layout.folder} is still empty. Fill it with: citewell sync")
            try:
                embedder, stores = self._embedder_of(build.model), Stores(self.layout, build.id)
                return _Served(stores, Snapshot(stores, manifest, build, embedder))
            except IndexDamaged:
                if last_try or manifest.live_build() == build:
                    raise
        raise AssertionError("unreachable")

    def _retire(self) -> None:
        if self._served:
            self._served.retired = True
            if self._served.users == 0:
                self._served.close()
            self._served = None


class _RestrictedReader(SnapshotReader):
    """Gives out the snapshots of another reader without some documents; what is open belongs to that one."""

    def __init__(self, whole: IndexReader, rights: Rights) -> None:
        self.layout = whole.layout
        self._whole = whole
        self._rights = rights

    def reading(self) -> AbstractContextManager[Snapshot]:
        """The newest snapshot without them; see `SnapshotReader.reading`."""
        return self._whole.reading_with(self._rights)
