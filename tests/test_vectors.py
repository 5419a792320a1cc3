"""The vectors in Chroma: each store has a system of Chroma's own, and closing it gives back all that it took."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from chromadb.api.shared_system_client import SharedSystemClient

from assistant.indexing.vectors import ChromaIndex

EAST, NORTH = np.array([1, 0], dtype=np.float32), np.array([0, 1], dtype=np.float32)
OPEN_FILES = Path("/proc/self/fd")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "vectors"
    store = ChromaIndex(path, create=True)
    store.put({"east-0": EAST})
    store.close()
    return path


def _nearest(path: Path) -> str:
    store = ChromaIndex(path)
    try:
        [(id, _)] = store.nearest(NORTH, 1)
        return id
    finally:
        store.close()


@pytest.mark.parametrize("parts", [(500, 555), (300, 300, 300, 300), (1_055,)])
def test_store_whose_process_ends_without_closing_it_is_whole(tmp_path: Path, parts: tuple[int, ...]) -> None:
    chance = np.random.default_rng(1)
    store = ChromaIndex(tmp_path / "open", create=True)
    for part, size in enumerate(parts):
        vectors = chance.normal(size=(size, 8)).astype(np.float32)
        store.put({f"{part}-{row}": vector for row, vector in enumerate(vectors)})
    shutil.copytree(tmp_path / "open", tmp_path / "left")  # as the files lie when the process is killed
    store.close()
    left = ChromaIndex(tmp_path / "left")
    left.check()
    assert left.count() == sum(parts)
    assert left.nearest(vectors[-1], 1)[0][0] == f"{len(parts) - 1}-{parts[-1] - 1}"
    left.close()


class TestOpening:
    def test_store_that_is_opened_later_sees_what_was_written_beside_one_that_stays_open(self, folder: Path) -> None:
        before = ChromaIndex(folder)
        assert [id for id, _ in before.nearest(NORTH, 2)] == ["east-0"]
        writer = ChromaIndex(folder)
        writer.put({"north-0": NORTH})
        assert _nearest(folder) == "north-0"
        writer.delete(["north-0"])
        assert _nearest(folder) == "east-0"
        writer.close()
        before.close()

    def test_store_that_was_closed_is_opened_again_by_its_next_use(self, folder: Path) -> None:
        store = ChromaIndex(folder)
        for _ in range(3):
            assert store.get(["east-0"])["east-0"].tolist() == [1.0, 0.0]
            store.close()
            store.close()  # a second time does nothing

    def test_no_store_is_in_the_register_that_chroma_shares_clients_by(self, folder: Path) -> None:
        registered = dict(SharedSystemClient._identifier_to_system)
        stores = [ChromaIndex(folder) for _ in range(3)]
        assert [store.count() for store in stores] == [1, 1, 1]
        assert registered == SharedSystemClient._identifier_to_system
        for store in stores:
            store.close()

    @pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="the system does not list a process's open files")
    def test_opened_again_and_again_also_by_threads_it_keeps_no_files_and_no_memory(self, folder: Path) -> None:
        with ThreadPoolExecutor(4) as threads:
            assert set(threads.map(_nearest, [folder] * 40)) == {"east-0"}
            memory = _megabytes()
            assert set(threads.map(_nearest, [folder] * 80)) == {"east-0"}
        assert _open_within(folder) == []
        assert _megabytes() < memory + 40  # each holds a megabyte while it is open


def _open_within(folder: Path) -> list[str]:
    """The files of `folder` that this process has open; other tests' threads may open and close theirs meanwhile."""
    named = []
    for link in OPEN_FILES.iterdir():
        with suppress(FileNotFoundError):  # closed since it was listed
            named.append(str(link.readlink()))
    return [name for name in named if name.startswith(f"{folder}/")]


def _megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
