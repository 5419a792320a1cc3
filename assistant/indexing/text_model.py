"""What every way of running an embedding model offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""One row per text, each of Euclidean length 1, so that a dot product is a cosine."""


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
