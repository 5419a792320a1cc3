"""Documents that are about the same, grouped by their vectors."""

from __future__ import annotations

import numpy as np

from assistant.models.embedder import Vectors

NEAR = 0.3
"""How much more alike than any two of all documents those of a group are on average (cosine, less the mean)."""
NONE = -2.0
"""Less than any cosine."""


def grouped(vectors: Vectors) -> list[list[int]]:
    """The rows of vectors, shape ``(documents, dimension)``, in groups of those that are alike, the largest first.

    Agglomerative clustering by average linkage, so how many groups there are is for the data to say. It follows chains
    of nearest neighbours (Murtagh, "A Survey of Recent Advances in Hierarchical Clustering Algorithms", The Computer
    Journal, 1983), which takes a time of the square of the documents. What all have in common is taken off before: the
    cosines of so centred vectors are about -1 / (n - 1) on average, from which `NEAR` counts.
    """
    if len(vectors) < 2:
        return [[row] for row in range(len(vectors))]
    centred = _of_length_one(vectors - vectors.mean(axis=0))
    groups = _linked(centred @ centred.T, NEAR - 1 / (len(vectors) - 1))
    return sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group))


def centre(vectors: Vectors) -> Vectors:
    """The direction of the sum of some vectors, of length 1."""
    total: Vectors = _of_length_one(vectors.sum(axis=0, keepdims=True))[0]
    return total


def _of_length_one(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    divided: Vectors = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return divided


def _linked(alike: Vectors, least: float) -> list[list[int]]:
    """The groups whose members are ``least`` alike on average; ``alike``, square and symmetric, is used up."""
    np.fill_diagonal(alike, NONE)
    members = [[row] for row in range(len(alike))]
    left = dict.fromkeys(range(len(alike)))
    chain: list[int] = []
    while left:
        chain = chain or [next(iter(left))]
        last = chain[-1]
        nearest = int(alike[last].argmax())
        if alike[last, nearest] < least:  # nor will anything that others become be nearer
            alike[last], alike[:, last] = NONE, NONE
            del left[chain.pop()]
        elif len(chain) > 1 and alike[last, nearest] <= alike[last, chain[-2]]:
            _merge(alike, members, chain.pop(), chain.pop())
            del left[last]
        else:
            chain.append(nearest)
    return [group for group in members if group]


def _merge(alike: Vectors, members: list[list[int]], one: int, into: int) -> None:
    """Join two groups: what is alike to them is so to the joint one as it is to their members on average."""
    sizes = len(members[one]), len(members[into])
    joint = (sizes[0] * alike[one] + sizes[1] * alike[into]) / sum(sizes)
    alike[into], alike[:, into] = joint, joint
    alike[one], alike[:, one] = NONE, NONE
    alike[into, into] = alike[into, one] = alike[one, into] = NONE
    members[into] += members[one]
    members[one] = []
