"""Passages that nearly repeat a better one are shown as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from assistant.indexing.terms import words
from assistant.types import ScoredPassage

NEAR_DUPLICATE = 0.85
"""The share of common word triples (Jaccard) from which two passages count as one."""
LONGEST_WORD_ON_AVERAGE = 20
"""With more characters between two spaces, a text is in a script without any."""


def collapse(hits: Sequence[ScoredPassage]) -> list[ScoredPassage]:
    """The hits without those that nearly repeat a better one, which then names the other's source in ``also_in``."""
    kept: list[ScoredPassage] = []
    triples_of: list[frozenset[int]] = []
    seen: set[int] = set()
    for hit in hits:
        triples = _triples(hit.passage.text)
        better = None
        # what two texts share is no more than one of them shares with all before it, which spares most comparisons
        if len(triples & seen) >= NEAR_DUPLICATE * len(triples):
            better = next((at for at, others in enumerate(triples_of) if _nearly_equal(triples, others)), None)
        if better is not None:
            kept[better] = _with_source(kept[better], hit.passage.source)
            continue
        seen |= triples
        kept.append(hit)
        triples_of.append(triples)
    return kept


@lru_cache(maxsize=4_096)
def _triples(text: str) -> frozenset[int]:
    """The hashes of a text's word triples."""
    spoken = text.casefold().split()
    if len(spoken) * LONGEST_WORD_ON_AVERAGE < len(text):
        spoken = words(text)
    return frozenset(map(hash, zip(spoken, spoken[1:], spoken[2:], strict=False))) or frozenset({hash(text)})


def _nearly_equal(one: frozenset[int], other: frozenset[int]) -> bool:
    both = len(one & other)
    return both >= NEAR_DUPLICATE * (len(one) + len(other) - both)


def _with_source(hit: ScoredPassage, source: str) -> ScoredPassage:
    passage = hit.passage
    if source == passage.source or source in passage.also_in:
        return hit
    return replace(hit, passage=replace(passage, also_in=(*passage.also_in, source)))
