"""Two rankings become one."""

from __future__ import annotations

from collections.abc import Sequence

DENSE_WEIGHT = 0.4
LEXICAL_WEIGHT = 0.6
"""The weights that served best or nearly so on two sets of questions, among steps of 0.1."""

Ranking = Sequence[tuple[str, float]]
"""Ids with their scores, the best first; a higher score is better."""


def fuse(dense: Ranking, lexical: Ranking) -> list[tuple[str, float]]:
    """The ids of both rankings with a joint score from 0 to 1, the best first; equal scores by id.

    Each ranking is scaled linearly so that its best becomes 1 and its worst 0 (min-max); an id that one ranking
    lacks scores 0 there. The joint score is the weighted sum, with weights that add up to 1: a convex combination,
    see Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (ACM TOIS, 2023).
    """
    scaled_dense, scaled_lexical = _scaled(dense), _scaled(lexical)
    joint = {
        id: DENSE_WEIGHT * scaled_dense.get(id, 0.0) + LEXICAL_WEIGHT * scaled_lexical.get(id, 0.0)
        for id in scaled_dense.keys() | scaled_lexical.keys()
    }
    return sorted(joint.items(), key=lambda item: (-item[1], item[0]))


def _scaled(ranking: Ranking) -> dict[str, float]:
    if not ranking:
        return {}
    scores = [score for _, score in ranking]
    low, high = min(scores), max(scores)
    return {id: (score - low) / (high - low) if high > low else 1.0 for id, score in ranking}
