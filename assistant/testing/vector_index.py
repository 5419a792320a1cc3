"""What every `assistant.indexing.engines.VectorIndex` promises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexDamaged
from assistant.indexing.engines import Engine, VectorIndex
from assistant.models.embedder import Vectors

MANY = 6_000
"""More rows than some engines take at once."""
DIMENSION = 16
ROUNDING = 1e-6
"""What making vectors of length 1 once more may change in their numbers."""


def towards(degrees: float) -> Vectors:
    """The vector of two dimensions and length 1 in a direction."""
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], dtype=np.float32)


def many(count: int = MANY) -> dict[str, Vectors]:
    """Vectors in directions that have nothing to do with each other, always the same."""
    rows = np.random.default_rng(7).normal(size=(count, DIMENSION)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return {f"many-{number}": row for number, row in enumerate(rows)}


def nearest_of(vectors: Mapping[str, Vectors], question: Vectors, limit: int) -> list[str]:
    """The ids of the true nearest, by comparing all."""
    return sorted(vectors, key=lambda id: -float(np.dot(vectors[id], question)))[:limit]


COMPASS = {"east-0": towards(0), "north-0": towards(90), "west-0": towards(180), "north-1": towards(80)}


class VectorIndexContract:
    """To be inherited by a class of tests that names the ``engine``."""

    engine: Engine[VectorIndex]

    @contextmanager
    def opened(self, path: Path, *, create: bool = False, only_read: bool = False) -> Iterator[VectorIndex]:
        """The index in a folder, closed when the block ends."""
        with closing(self.engine.open(path, create=create, only_read=only_read)) as index:
            yield index

    def made(self, path: Path, vectors: Mapping[str, Vectors] = COMPASS) -> Path:
        """The folder, with an index of these vectors in it that was closed."""
        with self.opened(path, create=True) as index:
            index.put(vectors)
        return path

    def test_empty_index_finds_nothing(self, tmp_path: Path) -> None:
        for create in (True, False):
            with self.opened(tmp_path / "vectors", create=create) as index:
                assert index.count() == 0
                assert index.get(["east-0"]) == {}
                assert index.nearest(towards(0), 5) == []
                index.delete(["east-0"])

    def test_missing_index_is_told_with_its_folder_and_the_remedy(self, tmp_path: Path) -> None:
        for only_read in (False, True):
            with (
                pytest.raises(IndexDamaged) as caught,
                self.opened(tmp_path / "nowhere", only_read=only_read) as index,
            ):
                index.count()
            assert str(tmp_path / "nowhere") in str(caught.value)
            assert "citewell sync --rebuild" in str(caught.value)
        assert not (tmp_path / "nowhere").exists()

    def test_index_whose_files_were_emptied_is_told_as_damaged(self, tmp_path: Path) -> None:
        path = self.made(tmp_path / "vectors")
        for file in path.rglob("*"):
            if file.is_file():
                file.write_bytes(b"")
        with (
            pytest.raises(IndexDamaged, match="citewell sync --rebuild"),
            self.opened(path, only_read=True) as index,
        ):
            index.check()

    def test_whole_index_passes_the_check(self, tmp_path: Path) -> None:
        with self.opened(self.made(tmp_path / "vectors")) as index:
            index.check()
            assert index.count() == 4
            index.check()

    def test_vectors_are_given_back_as_they_were_put(self, tmp_path: Path) -> None:
        with self.opened(self.made(tmp_path / "vectors")) as index:
            found = index.get(["north-0", "unknown-0", "east-0"])
        assert {id: pytest.approx(vector, abs=ROUNDING) for id, vector in found.items()} == {
            id: COMPASS[id] for id in ("east-0", "north-0")
        }
        assert {vector.dtype for vector in found.values()} == {np.dtype(np.float32)}

    def test_nothing_asked_for_is_nothing_found(self, tmp_path: Path) -> None:
        with self.opened(self.made(tmp_path / "vectors")) as index:
            assert index.get([]) == {}
            index.put({})
            index.delete([])
            assert index.count() == 4

    def test_vector_of_a_known_id_replaces_the_one_before(self, tmp_path: Path) -> None:
        with self.opened(self.made(tmp_path / "vectors")) as index:
            index.put({"east-0": towards(270), "south-0": towards(260)})
            assert index.count() == 5
            assert index.get(["east-0"])["east-0"] == pytest.approx(towards(270), abs=ROUNDING)
            assert [id for id, _ in index.nearest(towards(270), 2)] == ["east-0", "south-0"]

    def test_deleted_vectors_are_not_found_and_unknown_ids_are_passed_over(self, tmp_path: Path) -> None:
        with self.opened(self.made(tmp_path / "vectors")) as index:
            index.delete(["north-0", "unknown-0"])
            assert index.count() == 3
            assert index.get(["north-0"]) == {}
            assert [id for id, _ in index.nearest(towards(90), 5)] == ["north-1", "east-0", "west-0"]
            index.delete(["east-0", "west-0", "north-1"])
            assert index.count() == 0
            assert index.nearest(towards(90), 5) == []

    def test_nearest_come_first_with_their_cosines(self, tmp_path: Path) -> None:
        with self.opened(self.made(tmp_path / "vectors")) as index:
            found = index.nearest(towards(90), 10)
        assert [id for id, _ in found[:2]] == ["north-0", "north-1"]
        assert {id: pytest.approx(cosine, abs=1e-5) for id, cosine in found} == {
            "north-0": 1.0,
            "north-1": float(np.cos(np.radians(10))),
            "east-0": 0.0,
            "west-0": 0.0,
        }

    def test_no_more_than_the_limit_are_found(self, tmp_path: Path) -> None:
        with self.opened(self.made(tmp_path / "vectors")) as index:
            assert [id for id, _ in index.nearest(towards(170), 1)] == ["west-0"]
            assert [id for id, _ in index.nearest(towards(170), 2)] == ["west-0", "north-0"]
            assert [round(cosine, 4) for _, cosine in index.nearest(towards(180), 4)] == [1.0, -0.0, -0.1736, -1.0]

    def test_among_some_only_those_are_looked_at(self, tmp_path: Path) -> None:
        with self.opened(self.made(tmp_path / "vectors")) as index:
            some = ["west-0", "east-0"]
            assert [id for id, _ in index.nearest(towards(10), 5, among=some)] == ["east-0", "west-0"]
            assert [id for id, _ in index.nearest(towards(10), 1, among=some)] == ["east-0"]

    def test_many_vectors_go_in_and_out_at_once(self, tmp_path: Path) -> None:
        vectors = many()
        question, kept = vectors["many-17"], [f"many-{number}" for number in range(0, MANY, 40)]
        with self.opened(self.made(tmp_path / "vectors", vectors)) as index:
            assert index.count() == MANY
            found = index.get(list(vectors))
            assert found.keys() == vectors.keys()
            assert max(float(np.abs(found[id] - vector).max()) for id, vector in vectors.items()) < ROUNDING
            near = [id for id, _ in index.nearest(question, 100)]
            assert near[0] == "many-17"
            assert len(set(near) & set(nearest_of(vectors, question, 100))) >= 95
            some = {id: vectors[id] for id in kept}
            assert [id for id, _ in index.nearest(question, 10, among=kept)] == nearest_of(some, question, 10)
            index.delete([id for id in vectors if id not in some])
            assert index.count() == len(kept)
            assert {id for id, _ in index.nearest(question, MANY)} == some.keys()

    def test_what_was_put_is_there_when_the_index_is_opened_again(self, tmp_path: Path) -> None:
        path = self.made(tmp_path / "vectors")
        with self.opened(path) as index:
            index.put({"south-0": towards(270)})
            index.delete(["west-0"])
        for only_read in (False, True):
            with self.opened(path, only_read=only_read) as index:
                assert index.count() == 4
                assert {id for id, _ in index.nearest(towards(0), 9)} == {"east-0", "north-0", "north-1", "south-0"}

    def test_index_sees_what_was_written_before_its_first_use_beside_one_that_stays_open(self, tmp_path: Path) -> None:
        path = self.made(tmp_path / "vectors")
        with self.opened(path, only_read=True) as before, self.opened(path) as writer:
            assert before.count() == 4
            writer.put({"south-0": towards(270)})
            with self.opened(path, only_read=True) as after:
                assert [id for id, _ in after.nearest(towards(270), 1)] == ["south-0"]
            writer.delete(["south-0"])
            with self.opened(path, only_read=True) as after:
                assert after.get(["south-0", "east-0"]).keys() == {"east-0"}

    def test_two_indexes_know_nothing_of_each_other(self, tmp_path: Path) -> None:
        with self.opened(tmp_path / "1", create=True) as first, self.opened(tmp_path / "2", create=True) as second:
            first.put({"east-0": towards(0)})
            second.put({"east-0": towards(90), "west-0": towards(180)})
            assert (first.count(), second.count()) == (1, 2)
            assert first.get(["east-0"])["east-0"] == pytest.approx(towards(0), abs=ROUNDING)
            second.delete(["east-0"])
            assert [id for id, _ in first.nearest(towards(90), 2)] == ["east-0"]

    def test_many_threads_find_the_same(self, tmp_path: Path) -> None:
        vectors = many(600)
        ids = list(vectors)[:40]
        with self.opened(self.made(tmp_path / "vectors", vectors), only_read=True) as index:
            with ThreadPoolExecutor(4) as threads:
                found = list(threads.map(lambda id: index.nearest(vectors[id], 3), ids))
            assert [near[0][0] for near in found] == ids
            assert found == [index.nearest(vectors[id], 3) for id in ids]

    def test_reading_goes_on_while_another_writes(self, tmp_path: Path) -> None:
        path = self.made(tmp_path / "vectors")

        def write() -> None:
            with self.opened(path) as writer:
                for number in range(200):
                    writer.put({f"south-{number}": towards(270)})

        with self.opened(path, only_read=True) as reader, ThreadPoolExecutor(1) as thread:
            writing = thread.submit(write)
            while not writing.done():
                assert [id for id, _ in reader.nearest(towards(90), 1)] == ["north-0"]
                assert reader.get(["west-0"])["west-0"] == pytest.approx(towards(180), abs=ROUNDING)
            writing.result()
        with self.opened(path, only_read=True) as index:
            assert index.count() == 204
