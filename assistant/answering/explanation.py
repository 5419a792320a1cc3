"""Why a question is answered as it is, in plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Factor:
    """One signal: its value, and what it adds to the score that it is part of (its value times its weight)."""

    name: str
    value: float
    adds: float


@dataclass(frozen=True, slots=True)
class ExplainedSentence:
    """Why a sentence stands where it does: its score, which says only how it compares with the others, and its factors.

    ``score`` is less than the factors add up to where a line is no sentence, such as a caption.
    """

    source: str
    text: str
    score: float
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a question is answered, or is not, and with these sentences.

    ``kind``: what the question was taken to ask for. The logistic function of ``base`` and all that the ``signals`` add
    is how likely the corpus answers it; ``confidence`` is lower where a reader doubts it, or the embedding model does
    not know the question's language. ``threshold``: from which confidence on there is an answer. ``read``: the words
    that a reader takes for the answer, "" where it is not sure of any. ``sentences``: those that answer; the best ones
    where none does.
    """

    kind: str
    answers: bool
    confidence: float
    threshold: float
    base: float
    signals: tuple[Factor, ...]
    read: str
    sentences: tuple[ExplainedSentence, ...]
