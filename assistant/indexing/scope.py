"""Some documents of an index, for a search among those alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property

import numpy as np

from assistant.models.embedder import Vectors

MARGIN = 1.5
"""How many more are found than the share of a scope asks for, since what is near a question is not evenly spread."""


class Scope:
    """Some documents of a snapshot: how many passages each has, by the identity of its version."""

    def __init__(self, documents: Mapping[str, int]) -> None:
        self.documents = documents
        self.passages = sum(documents.values())
        self.questions = 0
        self._vectors: tuple[list[str], Vectors] | None = None

    def __contains__(self, passage_id: str) -> bool:
        return passage_id.rpartition("-")[0] in self.documents

    @cached_property
    def by_number(self) -> dict[int, str]:
        """These documents' versions by the numbers by which the lexical index knows them."""
        return {version_number(identity): identity for identity in self.documents}

    @cached_property
    def passage_ids(self) -> list[str]:
        """The ids of all passages in these documents."""
        return [f"{identity}-{ordinal}" for identity, count in self.documents.items() for ordinal in range(count)]

    @property
    def has_vectors(self) -> bool:
        """Whether `nearest` can be asked."""
        return self._vectors is not None

    def keep(self, stored: Mapping[str, Vectors]) -> None:
        """Keep the vectors of these documents' passages, by id, for this question and those that come."""
        self._vectors = list(stored), np.array([*stored.values()])

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """The ids of the ``limit`` passages whose kept vectors are nearest to ``vector``, with their cosines.

        Every vector is compared.
        """
        if not self._vectors or not self._vectors[0]:
            return []
        ids, vectors = self._vectors
        cosines = np.einsum("ij,j->i", vectors, vector)  # a product with @ would start threads that then spin
        near = np.argpartition(-cosines, limit)[:limit] if limit < len(ids) else np.arange(len(ids))
        return sorted(((ids[row], float(cosines[row])) for row in near), key=lambda item: (-item[1], item[0]))


def version_number(identity: str) -> int:
    """The whole number, of 64 bits and signed, by which the lexical index knows a document's version."""
    return int.from_bytes(hashlib.blake2b(identity.encode(), digest_size=8).digest(), signed=True)
