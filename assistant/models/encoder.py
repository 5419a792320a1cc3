"""What every way of running an embedding model offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""One row per text, each of Euclidean length 1, so that a dot product is a cosine."""


@dataclass(frozen=True, slots=True)
class Precision:
    """How a model computes here.

    ``least_cosine`` is the least that its vectors of the texts checked have to those in single precision; None where it
    runs in single precision, ``reason`` then says why it does, if int8 was tried.
    """

    name: str
    least_cosine: float | None = None
    reason: str | None = None


INT8 = "int8"
EXACT_INT8 = "int8, by exact products"
"""Products of this processor's own 8-bit instructions would overflow; these take 16 bits, and longer."""
HALF, SINGLE = "half precision", "single precision"


class TextModel(Protocol):
    """An embedding model that is loaded, usable from many threads."""

    @property
    def precision(self) -> Precision:
        """How it computes here."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""

    @property
    def maximum_tokens(self) -> int:
        """How many tokens of a text the model reads, those that frame it not counted, its prompt counted."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text is, those that frame it not counted."""

    def embed(self, texts: Sequence[str], prompt: str = "", *, as_questions: bool = False) -> Vectors:
        """The vectors of the texts, each with the prompt put before it; ``as_questions`` for what is asked.

        A model may have a part of its own for questions.
        """
