"""Searching among some documents only, at about the cost of searching among all."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from assistant.indexing.embedding import Vectors
from assistant.indexing.vectors import VectorStore

COMPARED_EXACTLY = 1_000
"""Up to this many vectors are fetched and compared one by one, which takes some 30 ms and misses none."""
LARGE_SHARE = 0.1
"""From this share of all passages on, it is quicker to find more and drop some than to tell Chroma where to look."""
MARGIN = 1.5
"""How many more are found than the share of a scope asks for, since what is near a question is not evenly spread."""


class Scope:
    """Some documents of a build: how many passages each has, by the identity of its version."""

    def __init__(self, documents: Mapping[str, int]) -> None:
        self.documents = documents
        self.passages = sum(documents.values())

    def __contains__(self, passage_id: str) -> bool:
        return passage_id.rpartition("-")[0] in self.documents

    @cached_property
    def passage_ids(self) -> list[str]:
        """The ids of all passages in these documents."""
        return [f"{identity}-{ordinal}" for identity, count in self.documents.items() for ordinal in range(count)]


def nearest_within(scope: Scope, store: VectorStore, vector: Vectors, limit: int) -> list[tuple[str, float]]:
    """The ids of up to ``limit`` passages of a scope whose vectors are nearest to ``vector``, with their cosines.

    Measured with 75,000 vectors: 3 ms without a scope, 34 ms for 1,000 passages, 16 to 28 ms up to a tenth of all,
    3 to 15 ms beyond; as many of the true nearest are found as without a scope, or more.
    """
    if scope.passages <= COMPARED_EXACTLY:
        stored = store.get(scope.passage_ids)
        scores = [(id, float(row @ vector)) for id, row in stored.items()]
        return sorted(scores, key=lambda item: (-item[1], item[0]))[:limit]
    share = scope.passages / max(store.count(), scope.passages)
    if share >= LARGE_SHARE:
        near = store.nearest(vector, round(limit / share * MARGIN))
        found = [(id, cosine) for id, cosine in near if id in scope]
        if len(found) >= limit:
            return found[:limit]
    return store.nearest(vector, limit, among=scope.passage_ids)
