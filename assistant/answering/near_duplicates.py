"""Passages that nearly repeat a better one are shown as one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil

from assistant.indexing.terms import words
from assistant.types import ScoredPassage

NEAR_DUPLICATE = 0.85
"""The share of common word triples (Jaccard) from which two passages count as one."""

LONGEST_WORD_ON_AVERAGE = 20
"""With more characters between two spaces, a text is in a script without any."""


@dataclass(frozen=True, slots=True)
class _Triples:
    """The hashes of a text's word triples, and the smallest of them, of which near-duplicates share at least one.

    NOTE: sets that share a part t of their union share t of each, so of the |x| - t|x| + 1 smallest of one, one at
    least is in the other and among its smallest too (prefix filtering: Chaudhuri, Ganti and Kaushik, "A Primitive
    Operator for Similarity Joins in Data Cleaning", ICDE 2006). It spares comparing each passage with all others.
    """

    all: frozenset[int]
    smallest: tuple[int, ...]

    def repeats(self, other: _Triples) -> bool:
        both = len(self.all & other.all)
        return both >= NEAR_DUPLICATE * (len(self.all) + len(other.all) - both)


@lru_cache(maxsize=4_096)
def _triples(text: str) -> _Triples:
    spoken = text.casefold().split()
    if len(spoken) * LONGEST_WORD_ON_AVERAGE < len(text):
        spoken = words(text)
    found = frozenset(map(hash, zip(spoken, spoken[1:], spoken[2:], strict=False))) or frozenset({hash(text)})
    return _Triples(found, tuple(sorted(found)[: len(found) - ceil(NEAR_DUPLICATE * len(found)) + 1]))


def collapse(hits: Sequence[ScoredPassage]) -> list[ScoredPassage]:
    """The hits without those that nearly repeat a better one, which then names the other's source in ``also_in``."""
    kept: list[ScoredPassage] = []
    triples_of: list[_Triples] = []
    holders: dict[int, list[int]] = defaultdict(list)
    for hit in hits:
        triples = _triples(hit.passage.text)
        alike = sorted({index for triple in triples.smallest if triple in holders for index in holders[triple]})
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
