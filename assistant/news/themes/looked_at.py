"""What an overview looks at: some passages of each document, with their vectors and sketches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np

from assistant.indexing import Snapshot
from assistant.models.embedder import Vectors
from assistant.news.themes.sketches import Sketch, sketches_of
from assistant.types import Document, Passage

MOST_DOCUMENTS = 4_000
"""That are looked at; of more, so many that are spread evenly over their names."""
MOST_PASSAGES = 6_000
"""That are looked at, shared out evenly among the documents, within the next two: their sketches take some 110 MB."""
FEWEST_OF_A_DOCUMENT, MOST_OF_A_DOCUMENT = 2, 24
REPEATED, SHARE_REPEATED = 4, 0.01
"""In so many documents, and in so large a share of all, a sentence stands that belongs to none, as buttons do."""
LEFT_OUT = "Of {:,} documents, {:,} were looked at, spread evenly over their names."


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A document without its text, the vectors of the passages looked at, by their ids, and the sketches in them."""

    document: Document
    vectors: Mapping[str, Vectors]
    sketches: Sequence[Sketch] = field(repr=False)

    @property
    def vector(self) -> Vectors:
        """The mean of the vectors."""
        mean: Vectors = np.mean(list(self.vectors.values()), axis=0)
        return mean


def look_at(snapshot: Snapshot, documents: Mapping[str, int]) -> tuple[list[LookedAt], tuple[str, ...]]:
    """Documents, given as how many passages each has by the identity of its version, in the order of their sources.

    Beside them stands what is to be told of those that were left out.
    """
    every = sorted((identity for identity, count in documents.items() if count), key=lambda one: _source(snapshot, one))
    some = [every[place] for place in _spread(len(every), MOST_DOCUMENTS)]
    most = min(max(MOST_PASSAGES // max(len(some), 1), FEWEST_OF_A_DOCUMENT), MOST_OF_A_DOCUMENT)
    ids = {one: [f"{one}-{ordinal}" for ordinal in _chosen(documents[one], most)] for one in some}
    passages = snapshot.passages([id for of_one in ids.values() for id in of_one])
    found = {
        one: (snapshot.listed[one], [passages[id].passage for id in of_one if id in passages])
        for one, of_one in ids.items()
    }
    notices = (LEFT_OUT.format(len(every), len(some)),) if len(some) < len(every) else ()
    return look_at_passages(snapshot, found.values()), notices


def look_at_passages(snapshot: Snapshot, documents: Iterable[tuple[Document, Sequence[Passage]]]) -> list[LookedAt]:
    """Documents with the passages that are looked at; those without a vector or a sentence are passed over."""
    read = [(document, passages) for document, passages in documents if passages]
    vectors = snapshot.vectors_of([passage.id for _, passages in read for passage in passages])
    sketches = [list(chain.from_iterable(map(sketches_of, passages))) for _, passages in read]
    repeated = _repeated(sketches)
    looked_at = []
    for (document, passages), of_one in zip(read, sketches, strict=True):
        known = {passage.id: vectors[passage.id] for passage in passages if passage.id in vectors}
        if of_one and known:
            looked_at.append(LookedAt(replace(document, text=""), known, _its_own(of_one, repeated)))
    return looked_at


def _its_own(sketches: Sequence[Sketch], repeated: Set[str]) -> Sequence[Sketch]:
    """Those that do not stand in many documents; all, where each of them does."""
    return [one for one in sketches if _text(one) not in repeated] or sketches


def _text(sketch: Sketch) -> str:
    return sketch.sentence.text


def _source(snapshot: Snapshot, identity: str) -> str:
    return snapshot.listed[identity].source


def _spread(count: int, most: int) -> list[int]:
    """Up to ``most`` of the numbers below ``count``, evenly spread."""
    return [place * count // most for place in range(most)] if count > most else list(range(count))


def _chosen(count: int, most: int) -> list[int]:
    """Which passages of a document are looked at: half of them at its beginning, the others spread over the rest."""
    if count <= most:
        return list(range(count))
    first = (most + 1) // 2
    return [*range(first), *(first + place for place in _spread(count - first, most - first))]


def _repeated(sketches: Sequence[Sequence[Sketch]]) -> frozenset[str]:
    """The sentences that stand in so many documents that they belong to none."""
    counts = Counter(text for of_one in sketches for text in set(map(_text, of_one)))
    least = max(REPEATED, SHARE_REPEATED * len(sketches))
    return frozenset(text for text, count in counts.items() if count >= least)
