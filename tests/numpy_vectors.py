"""A vector engine of a page, as whoever writes one may begin: one file of rows, all compared, nothing remembered."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from assistant.errors import IndexDamaged
from assistant.indexing import Engine
from assistant.models.embedder import Vectors


class NumpyIndex:
    """A `VectorIndex` in a file that each change replaces."""

    def __init__(self, path: Path, *, create: bool = False, only_read: bool = False) -> None:
        self._file = path / "vectors.npz"
        if create:
            path.mkdir(parents=True)
            self._write({})
        self._read()

    def put(self, vectors: Mapping[str, Vectors]) -> None:
        self._write(self._read() | dict(vectors))

    def delete(self, ids: Sequence[str]) -> None:
        gone = set(ids)
        self._write({id: vector for id, vector in self._read().items() if id not in gone})

    def get(self, ids: Sequence[str]) -> dict[str, Vectors]:
        stored = self._read()
        return {id: stored[id] for id in ids if id in stored}

    def nearest(self, vector: Vectors, limit: int, *, among: Sequence[str] | None = None) -> list[tuple[str, float]]:
        stored = self._read() if among is None else self.get(among)
        cosines = [(id, float(row @ vector)) for id, row in stored.items()]
        return sorted(cosines, key=lambda one: -one[1])[:limit]

    def count(self) -> int:
        return len(self._read())

    def check(self) -> None:
        self._read()

    def close(self) -> None:
        pass

    def _read(self) -> dict[str, Vectors]:
        try:
            with np.load(self._file) as kept:
                return dict(zip(kept["ids"].tolist(), kept["rows"], strict=True))
        except (OSError, ValueError, EOFError) as error:
            raise IndexDamaged(
                f"The vectors in {self._file} cannot be read ({error}). Repair the index with: citewell sync --rebuild"
            ) from error

    def _write(self, vectors: Mapping[str, Vectors]) -> None:
        beside = self._file.with_name("new.npz")
        rows = np.array([*vectors.values()], dtype=np.float32)
        np.savez(beside, ids=np.array(list(vectors), dtype=str), rows=rows)
        os.replace(beside, self._file)


NUMPY = Engine("numpy", NumpyIndex)
