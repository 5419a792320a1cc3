"""What the index asks of its engines: one finds passages by their vectors, one by their words.

`assistant.assembly` says which they are. What an engine promises is tested by the classes of `assistant.testing`. The
manifest is no engine: that a version is there or not is one transaction over tables that only SQLite holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from assistant.indexing.scope import Scope
from assistant.models.embedder import Vectors

Found = list[tuple[str, float]]
"""Ids of passages with their scores, highest first."""


@dataclass(frozen=True, slots=True)
class LexicalEntry:
    """What the lexical index takes in for one passage; its id begins with its version's identity and "-".

    Title, headings and body are terms, with a space between two. ``words`` are the different words of all three as they
    are written, folded and not stemmed.
    """

    id: str
    title: str
    headings: str
    body: str
    words: str = ""


class VectorIndex(Protocol):
    """The vectors of one build of the index, by passage id. May be used from many threads.

    An index sees what was written before its first use, by any process, and may see what is written later. What it
    raises is told in words for a person: `IndexDamaged` where its files cannot be read, with the command that repairs
    them, and `StorageError` where the disk refuses.
    """

    def put(self, vectors: Mapping[str, Vectors]) -> None:
        """Store vectors of shape ``(dimension,)`` and length 1, any number of them, replacing those of the same id.

        Raises:
            StorageError: the disk refuses the write.
        """

    def delete(self, ids: Sequence[str]) -> None:
        """Remove vectors; unknown ids are passed over. Raises what `put` does."""

    def get(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those ids that are known, as 32-bit floats; their last digits may be rounded."""

    def nearest(self, vector: Vectors, limit: int, *, among: Sequence[str] | None = None) -> Found:
        """The ids of up to ``limit`` vectors nearest to a vector of shape ``(dimension,)`` and length 1.

        Beside each stands its cosine, from -1 to 1. With ``among``, only those ids are looked at, each of which must be
        known. An engine that does not compare all may miss a few.
        """

    def count(self) -> int:
        """How many vectors are stored, those of passages that are no longer live included."""

    def check(self) -> None:
        """See, as quickly as can be, that the files are whole as far as their sizes and headers tell.

        Raises:
            IndexDamaged: they are not.
        """

    def close(self) -> None:
        """Let go of the files."""


class LexicalIndex(Protocol):
    """The passages of one build by their words. It carries the generation of the manifest that it was made for.

    One that only reads goes on answering from what was there when it was opened. May be used from many threads; raises
    as `VectorIndex` does.
    """

    @property
    def generation(self) -> int:
        """The manifest's generation at the last commit; 0 before the first."""

    def change(self, added: Iterable[LexicalEntry], removed: Iterable[str], generation: int) -> None:
        """Remove passages by id, add others in the place of those of the same id, and note the generation.

        All of it in one atomic commit.

        Raises:
            StorageError: the disk refuses the write.
        """

    def rebuild(self, entries: Iterable[LexicalEntry], generation: int) -> None:
        """Hold exactly these passages from now on, in one atomic commit. Raises what `change` does."""

    def best(self, words: Sequence[Sequence[str]], limit: int, scope: Scope | None = None) -> Found:
        """The ids of up to ``limit`` passages that hold any of the words, with their scores, as BM25 has them.

        A word is given as the terms that it is in each language, most often one; the one that fits best counts. A term
        in the body counts more than one in a title or heading. With ``scope``, only passages of its documents, scored
        as among all.
        """

    def document_frequency(self, word: str, scope: Scope | None = None) -> int:
        """In how many passages' own text, which is the body, a term stands; with ``scope``, of its documents alone."""

    def first_passages(self, word: str) -> dict[int, int]:
        """Which versions hold a word as it is written: for each, by its number, the first of its passages that does.

        All of them are told, replaced ones that are not removed yet included. Versions are numbered as
        `assistant.indexing.scope.version_number` does, passages from 0, as their ids are.
        """

    def vocabulary(self) -> list[str]:
        """Every word as it is written, once; those of passages that were removed may be among them for a while."""

    def count(self) -> int:
        """How many passages are indexed."""

    def close(self) -> None:
        """Let go of the files."""


Index = TypeVar("Index", VectorIndex, LexicalIndex)
Opened = TypeVar("Opened", covariant=True)


class Opening(Protocol[Opened]):
    """How an engine opens an index; most often its class."""

    def __call__(self, path: Path, *, create: bool = False, only_read: bool = False) -> Opened:
        """The index in the folder ``path``, which with ``create`` is made, and is not there before.

        With ``only_read`` the disk may refuse writes; an engine that cannot do without reads a `PrivateCopy`.

        Raises:
            IndexDamaged: it is missing (unless ``create``), or cannot be read; this may come at its first use.
            StorageError: the disk refuses what opening needs.
        """


@dataclass(frozen=True, slots=True)
class Engine(Generic[Index]):
    """An engine: how it opens an index, and the name of the folder where its builds lie beside the manifest."""

    folder: str
    open: Opening[Index]


@dataclass(frozen=True, slots=True)
class Engines:
    """The two engines of an index."""

    vectors: Engine[VectorIndex]
    words: Engine[LexicalIndex]
