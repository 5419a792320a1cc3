"""The index as those who ask see it: one snapshot at a time, exchanged when a newer generation appears."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from assistant.errors import CorpusError, IndexDamaged
from assistant.indexing.layout import IndexLayout
from assistant.indexing.manifest import Manifest
from assistant.indexing.snapshot import Snapshot
from assistant.models.embedder import Embedder

Result = TypeVar("Result")
TRIES = 6
"""A question takes a fraction of a second and a batch of a sync some seconds: a second try is rare, a third more so."""


class IndexReader:
    """Gives out snapshots. The stores of a snapshot in use stay open until its last user is done."""

    def __init__(self, layout: IndexLayout, corpus_dir: Path, embedder_of: Callable[[str], Embedder]) -> None:
        """Read the index of ``layout``; ``embedder_of`` gives the model that a build was made with, by name."""
        self.layout = layout
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
        path = self.layout.manifest
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
                raise IndexDamaged(f"The index in {self.layout.folder} is still empty. Fill it with: citewell sync")
            try:
                return Snapshot(self.layout, manifest, build, self._embedder_of(build.model))
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
