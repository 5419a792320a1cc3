"""A snapshot for those who may not read all collections: to them, the documents of the others are not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from weakref import finalize

from assistant.indexing.catalogue import Catalogue
from assistant.indexing.nearest import nearest_within
from assistant.indexing.readable_tables import ReadableTables
from assistant.indexing.scope import Scope
from assistant.indexing.snapshot import Snapshot
from assistant.models.embedder import Vectors
from assistant.text.spellings import Vocabulary
from assistant.types import Filters

WORDS_KNOWN = 50_000
"""Of how many words it is remembered whether they stand in a document, or in how many passages."""


class ReadableSnapshot(Snapshot):
    """What is left of a snapshot.

    The manifest says nothing of closed collections (see `ReadableTables`), and all else is found through it, but for
    what the two engines are asked: here they are asked of the readable documents alone.
    """

    def __init__(self, whole: Snapshot, tables: ReadableTables) -> None:
        """``whole`` keeps what both share open; ``tables`` are closed with this one."""
        super().__init__(whole.stores, Catalogue(tables), whole.build, whole.embedder)
        self.close = finalize(self, tables.close)
        self.generation = whole.generation  # a commit in between is seen by `is_current`
        self._whole = whole
        self._stands = lru_cache(maxsize=WORDS_KNOWN)(self._stands_anywhere)
        self._frequency = lru_cache(maxsize=WORDS_KNOWN)(self._frequency_within)

    @property
    def passage_count(self) -> int:
        """How many passages there are."""
        return self._everything.passages

    def nearest(self, vector: Vectors, limit: int, scope: Scope | None = None) -> list[tuple[str, float]]:
        """The ids of the passages whose vectors are nearest to a vector, with their cosines, highest first."""
        return nearest_within(scope or self._everything, self.stores.vectors, vector, limit)

    def best(self, words: Sequence[Sequence[str]], limit: int, scope: Scope | None = None) -> list[tuple[str, float]]:
        """The ids of the passages that hold any of the words, scored as among all passages of the index."""
        return super().best(words, limit, scope or self._everything)

    def vectors_of(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors of those of the passages that have one, by id."""
        return super().vectors_of([id for id in ids if id in self._everything])

    def document_frequency(self, term: str) -> int:
        """In how many passages a term stands."""
        return self._frequency(term)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of all documents as they are written."""
        return self._whole.vocabulary.within(self._stands, self.languages)

    def inconsistencies(self) -> list[str]:
        """None: whoever looks after the whole index is told what does not fit together in it."""
        return []

    @cached_property
    def _everything(self) -> Scope:
        return self.scope(Filters())

    def _stands_anywhere(self, word: str) -> bool:
        found = self.stores.words.first_passages(word)
        return any(number in self._everything.by_number for number in found)

    def _frequency_within(self, term: str) -> int:
        return self.stores.words.document_frequency(term, self._everything)
