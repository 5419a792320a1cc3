"""What every way of running an embedding model offers, and how states of tokens become vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""One row per text, each of Euclidean length 1, so that a dot product is a cosine."""

Span = tuple[int, int]
"""``[start, end)`` of a part of a text, in characters."""


class TextModel(Protocol):
    """An embedding model that is loaded, usable from many threads."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""

    @property
    def maximum_tokens(self) -> int:
        """How many tokens of a text the model reads, those that frame it not counted."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text is, those that frame it not counted."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """The vectors of the texts."""

    def embed_with_parts(self, texts: Sequence[str], parts: Sequence[Sequence[Span]]) -> tuple[Vectors, list[Vectors]]:
        """The vectors of the texts, and for each text those of its parts."""


@dataclass(frozen=True, slots=True)
class TokenStates:
    """What a model makes of the tokens of one text: a state each, and where in the text each stands.

    ``states`` has the shape ``(tokens, dimension)``, ``starts`` and ``ends`` have ``(tokens,)`` and rise; tokens that
    frame the text stand nowhere and are empty.
    """

    states: NDArray[np.float32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def vector(self) -> Vectors:
        """The vector of the whole text, shape ``(dimension,)``: the normalised mean of all states."""
        return _normalised_mean(self.states)

    def part_vectors(self, parts: Sequence[Span]) -> Vectors:
        """The vectors of the parts, shape ``(len(parts), dimension)``: the normalised mean of each one's states.

        The states know the rest of the text ("late chunking": Günther et al., "Late Chunking: Contextual Chunk
        Embeddings Using Long-Context Embedding Models", 2024). A part without a token, because the model's limit cut
        it off or it is blank, has the vector of the text.
        """
        whole = self.vector()
        vectors = np.empty((len(parts), len(whole)), dtype=np.float32)
        for row, (start, end) in enumerate(parts):
            inside = np.maximum(self.starts, start) < np.minimum(self.ends, end)
            vectors[row] = _normalised_mean(self.states[inside]) if inside.any() else whole
        return vectors


def token_states(states: NDArray[np.float32], offsets: Sequence[Span], framing: Sequence[int]) -> TokenStates:
    """The states of a text's tokens; ``framing`` is 1 for each token that the text itself does not have."""
    places = np.array(offsets, dtype=np.int64).reshape(-1, 2) * (1 - np.array(framing, dtype=np.int64))[:, None]
    return TokenStates(states, places[:, 0], places[:, 1])


def _normalised_mean(states: NDArray[np.float32]) -> Vectors:
    mean = states.mean(axis=0, dtype=np.float32)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), dtype=np.float32)
