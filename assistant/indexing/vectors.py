"""Vectors by passage, in Chroma. Chroma holds nothing else: the manifest says which passages are live."""

from __future__ import annotations

import sqlite3
import struct
import threading
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.errors import IndexDamaged, StorageError
from assistant.indexing.engines import Engine, Found, VectorIndex
from assistant.indexing.private_copy import PrivateCopy
from assistant.models.embedder import Vectors

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.config import Settings, System

COLLECTION = "passages"
HEADER_VERSION = 1
"""Of the files of Chroma's search graph whose header is known here."""
SEARCH_BREADTH = 200
"""HNSW's ef_search and ef_construction; at Chroma's default of 100 the search finds 90 % of the true top 100."""
ROWS_PER_CALL = 2_000
"""Rows handed to Chroma at once; it refuses more than 5,461."""

DISK_REFUSES = ("readonly", "read-only", "disk i/o error", "disk is full", "file too large", "no space left")
"""What Chroma's messages say when the disk, not the data, is at fault."""


class ChromaIndex:
    """A `VectorIndex` in Chroma.

    Chroma, which takes half a second to start, is started at that first use.
    """

    def __init__(self, path: Path, *, create: bool = False, only_read: bool = False) -> None:
        """The index in the folder ``path``; with ``only_read`` it is asked from a copy where the disk refuses writes.

        Raises:
            IndexDamaged: it is missing (unless ``create``).
            StorageError: the disk refuses the write that making it needs.
        """
        if not create and not (path / "chroma.sqlite3").is_file():
            raise IndexDamaged(f"The vectors in {path} are missing. Repair the index with: citewell sync --rebuild")
        self._path = path
        self._lock = threading.Lock()
        self._system: System | None = None
        self._opened: Collection | None = None
        self._count: int | None = None
        self._only_read = only_read
        self._copy: PrivateCopy | None = None
        if create:
            self._collection()

    def _collection(self) -> Collection:
        """Chroma's collection, opened now if it was not.

        Raises:
            IndexDamaged: it cannot be read.
            StorageError: the disk refuses the write that opening needs.
        """
        import chromadb.config  # noqa: F401  before the try: a broken installation is no damaged index

        with self._lock:
            if self._opened is None:
                try:
                    self._system, self._opened = self._open()
                except StorageError:
                    if not self._only_read or self._copy:
                        raise
                    self._copy = PrivateCopy(self._path)
                    self._system, self._opened = self._open()
            return self._opened

    def _open(self) -> tuple[System, Collection]:
        folder = self._copy.path if self._copy else self._path
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return _open(folder)
        except OSError as error:
            reason = error.strerror or error
            raise StorageError(f"The vectors in {self._path} cannot be opened: {reason}.") from error
        except BaseException as error:  # Chroma raises errors of many kinds, some from Rust, for damaged files
            raise _unreadable(self._path, error) from error

    def put(self, vectors: Mapping[str, Vectors]) -> None:
        """Store vectors by passage id, replacing any of the same id.

        Raises:
            StorageError: the disk refuses the write.
        """
        ids = list(vectors)
        for start in range(0, len(ids), ROWS_PER_CALL):
            some = ids[start : start + ROWS_PER_CALL]
            self._write("upsert", ids=some, embeddings=np.stack([vectors[id] for id in some]))

    def delete(self, ids: Sequence[str]) -> None:
        """Remove vectors by passage id; unknown ids are passed over."""
        for start in range(0, len(ids), ROWS_PER_CALL):
            self._write("delete", ids=list(ids[start : start + ROWS_PER_CALL]))

    def get(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The stored vectors of those ids that are known."""
        found: dict[str, Vectors] = {}
        for start in range(0, len(ids), ROWS_PER_CALL):
            rows = self._read("get", ids=list(ids[start : start + ROWS_PER_CALL]), include=["embeddings"])
            found.update(zip(rows["ids"], np.asarray(rows["embeddings"], dtype=np.float32), strict=True))
        return found

    def nearest(self, vector: Vectors, limit: int, *, among: Sequence[str] | None = None) -> Found:
        """The ids of up to ``limit`` vectors nearest to a vector of shape ``(dimension,)``, with their cosines.

        With ``among``, only those ids are looked at, each of which must be known.
        """
        count = self.count()
        if count == 0:
            return []
        rows = self._read(
            "query",
            query_embeddings=vector.reshape(1, -1),
            n_results=min(limit, count),
            include=["distances"],
            ids=among,
        )
        return [(id, 1.0 - float(distance)) for id, distance in zip(rows["ids"][0], rows["distances"][0], strict=True)]

    def count(self) -> int:
        """How many vectors are stored, those of passages that are no longer live included."""
        if self._count is None:  # counting takes Chroma longer than searching: 26 ms at 300,000
            self._count = int(self._read("count"))
        return self._count

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self._let_go()
            if self._copy:
                self._copy.close()
                self._copy = None

    def check(self) -> None:
        """See, without starting Chroma, that its files are whole as far as their sizes and headers tell.

        Raises:
            IndexDamaged: they are not.
        """
        database = self._path / "chroma.sqlite3"
        try:
            with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
                connection.execute("SELECT count(*) FROM embeddings").fetchone()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                raise _unreadable(self._path, error) from error
        except sqlite3.DatabaseError as error:
            raise _unreadable(self._path, error) from error
        for graph in filter(Path.is_dir, self._path.iterdir()):
            if not _is_whole(graph / "header.bin"):
                raise _unreadable(self._path, ValueError(f"{graph.name} is cut short"))

    def _let_go(self) -> None:
        if self._system is not None:
            self._system.stop()
            self._system = self._opened = None

    def _read(self, operation: str, **arguments: object) -> Any:
        collection = self._collection()
        try:
            return getattr(collection, operation)(**arguments)
        except BaseException as error:
            told = _unreadable(self._path, error)
        if isinstance(told, StorageError) and self._only_read and not self._copy:
            with self._lock:
                self._let_go()
                self._copy = PrivateCopy(self._path)
            return self._read(operation, **arguments)
        raise told

    def _write(self, operation: str, **rows: object) -> None:
        collection = self._collection()
        self._count = None
        from chromadb.errors import InternalError

        try:
            getattr(collection, operation)(**rows)
        except (OSError, InternalError) as error:
            raise StorageError(
                f"The vectors in {self._path} cannot be written: {error}. Free disk space or check permissions, then "
                "run citewell sync again; if it persists, citewell sync --rebuild."
            ) from error


CHROMA: Engine[VectorIndex] = Engine("chroma", ChromaIndex)


def _open(path: Path) -> tuple[System, Collection]:
    """A system of Chroma's for the folder ``path``, shared with nobody, and the collection in it.

    Chroma's own clients share one system, and with it all that it caches, among those who name the same folder: one of
    them would not see what another process wrote. Stopping a system lets go of its files and memory.
    """
    from chromadb import Collection
    from chromadb.api import ServerAPI
    from chromadb.config import System

    system = System(_settings().model_copy(update={"persist_directory": str(path)}))
    server = system.instance(ServerAPI)  # type: ignore[type-abstract]  # it looks up the class by the settings
    system.start()
    try:
        model = server.get_or_create_collection(
            COLLECTION,
            configuration={"hnsw": {"space": "cosine", "ef_search": SEARCH_BREADTH, "ef_construction": SEARCH_BREADTH}},
        )
    except BaseException:
        system.stop()
        raise
    return system, Collection(server, model, embedding_function=None)


@cache
def _settings() -> Settings:
    """What Chroma is told of every folder; made once, as each time it looks through the environment for 100 names."""
    from chromadb.config import Settings

    return Settings(is_persistent=True, anonymized_telemetry=False, allow_reset=False)


def _is_whole(header: Path) -> bool:
    """Whether the files beside the header of a search graph are as large as it says.

    They have room for as many vectors as it says at most, or, where Chroma wrote them meanwhile, for those it holds.
    """
    try:
        version, _, most, held, size = struct.unpack_from("<Iqqqq", header.read_bytes())
        sizes = [header.with_name(name).stat().st_size for name in ("data_level0.bin", "length.bin")]
    except (struct.error, OSError):
        return False
    return version != HEADER_VERSION or sizes in ([most * size, most * 4], [held * size, held * 4])


def _unreadable(path: Path, error: BaseException) -> IndexDamaged | StorageError:
    """What an error of Chroma's says in our words; one that says nothing of the files is raised as it is."""
    if not isinstance(error, Exception) and type(error).__name__ != "PanicException":  # the name of a panic in Rust
        raise error
    text = str(error)
    if any(sign in text.lower() for sign in DISK_REFUSES):
        reason = "it is read-only" if "readonly" in text.lower() else text.splitlines()[0]
        return StorageError(
            f"The vectors in {path} cannot be used: the disk refuses, {reason}. "
            "Free disk space or check permissions, then try again."
        )
    return IndexDamaged(
        f"The vectors in {path} cannot be read ({text.splitlines()[0] if text else type(error).__name__}). "
        "Repair the index with: citewell sync --rebuild"
    )
