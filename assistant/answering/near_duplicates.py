"""Passages that nearly repeat a better one are shown as one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from math import ceil

from assistant.indexing.terms import words
from assistant.types import ScoredPassage

NEAR_DUPLICATE = 0.85
"""The share of common word triples (Jaccard) from which two passages count as one."""

SHARED_AT_LEAST = 8
"""How many of their smallest triples near-duplicates share, if they have so many: more than one sentence brings."""
LONGEST_WORD_ON_AVERAGE = 20
"""With more characters between two spaces, a text is in a script without any."""


@dataclass(frozen=True, slots=True)
class _Triples:
    """The hashes of a text's word triples, and the smallest of them, of which near-duplicates share ``shared``.

    NOTE: sets that share a part t of their union share t of each, so of the |x| - t|x| + n smallest of one, n at
    least are in the other and among its smallest too (prefix filtering: Chaudhuri, Ganti and Kaushik, "A Primitive
    Operator for Similarity Joins in Data Cleaning", ICDE 2006). It spares comparing each passage with all others.
    """

    all: frozenset[int]
    smallest: tuple[int, ...]
    shared: int

    def repeats(self, other: _Triples) -> bool:
        both = len(self.all & other.all)
        return both >= NEAR_DUPLICATE * (len(self.all) + len(other.all) - both)


@lru_cache(maxsize=4_096)
def _triples(text: str) -> _Triples:
    spoken = text.casefold().split()
    if len(spoken) * LONGEST_WORD_ON_AVERAGE < len(text):
        spoken = words(text)
    found = frozenset(map(hash, zip(spoken, spoken[1:], spoken[2:], strict=False))) or frozenset({hash(text)})
    common = ceil(NEAR_DUPLICATE * len(found))
    shared = min(SHARED_AT_LEAST, common)
    return _Triples(found, tuple(sorted(found)[: len(found) - common + shared]), shared)


def collapse(hits: Sequence[ScoredPassage]) -> list[ScoredPassage]:
    """The hits without those that nearly repeat a better one, which then names the other's source in ``also_in``."""
    kept: list[ScoredPassage] = []
    triples_of: list[_Triples] = []
    holders: dict[int, list[int]] = defaultdict(list)
    for hit in hits:
        triples = _triples(hit.passage.text)
        held = Counter(chain.from_iterable(holders[triple] for triple in triples.smallest if triple in holders))
        alike = sorted(index for index, count in held.items() if count >= max(triples.shared, triples_of[index].shared))
        better = next((index for index in alike if triples.repeats(triples_of[index])), None)
        if better is not None:
            kept[better] = _with_source(kept[better], hit.passage.source)
            continue
        for triple in triples.smallest:
            holders[triple].append(len(kept))
        kept.append(hit)
        triples_of.append(triples)
    return kept


def _with_source(hit: ScoredPassage, source: str) -> ScoredPassage:
    passage = hit.passage
    if source == passage.source or source in passage.also_in:
        return hit
    return replace(hit, passage=replace(passage, also_in=(*passage.also_in, source)))
