"""Vectors that need no embedding: those of texts that another build of the same model holds, or a former index."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import ExitStack, suppress
from typing import Self

from assistant.errors import IndexDamaged, StorageError
from assistant.indexing.catalogue import embedded
from assistant.indexing.database import Database
from assistant.indexing.engines import VectorIndex
from assistant.indexing.layout import IndexLayout
from assistant.models.embedder import Vectors


class KnownVectors:
    """The vectors of complete builds, by the hash of the text embedded. What cannot be read counts as not known."""

    def __init__(self) -> None:
        self._holders: list[tuple[Database, int, VectorIndex]] = []
        self._opened = ExitStack()

    @classmethod
    def of(cls, layouts: Collection[IndexLayout], model: str) -> Self:
        """The vectors that the model of this key made in the live builds of these indexes, also of earlier formats."""
        known = cls()
        for layout in layouts:
            with suppress(IndexDamaged, StorageError):
                known._add(layout, model)
        return known

    def find(self, hashes: Collection[str]) -> dict[str, Vectors]:
        """The vectors that are known."""
        found: dict[str, Vectors] = {}
        for tables, build, store in self._holders:
            with suppress(IndexDamaged, StorageError):
                ids = embedded(tables, build, [key for key in hashes if key not in found])
                stored = store.get(list(ids.values()))
                found.update((key, stored[id]) for key, id in ids.items() if id in stored)
        return found

    def close(self) -> None:
        """Let go of the stores."""
        self._holders.clear()
        self._opened.close()

    def _add(self, layout: IndexLayout, model: str) -> None:
        tables = Database(layout.manifest, create=False)
        self._opened.callback(tables.close)
        rows = tables.rows(
            "SELECT b.id, b.profile FROM builds b JOIN meta m ON m.name = 'live_build' AND m.value = b.id"
        )
        for build, profile in rows:
            if profile.startswith(f"{model} "):
                store = layout.open_vectors(build)
                self._opened.callback(store.close)
                self._holders.append((tables, build, store))
