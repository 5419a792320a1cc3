"""The optional reranker: a cross-encoder reads the question together with each passage, and orders the best anew.

Nogueira and Cho, "Passage Re-ranking with BERT" (2019).
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.models.loading import load_named
from assistant.types import Passage, ScoredPassage

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

READ = 20
"""How many of the best passages are read: one pass through the model each, a second or so in all without a GPU."""
BATCH_SIZE = 20


class CrossEncoderReranker:
    """One cross-encoder, by name or folder; loaded by `check` or at its first use, and usable from many threads."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._model: CrossEncoder | None = None

    def check(self) -> None:
        """Load the model, and try it.

        Raises:
            ModelUnavailable: it is missing, cannot be loaded, or gives no single score for a question and a passage.
        """
        self._loaded()

    def rerank(self, question: str, hits: Sequence[ScoredPassage]) -> tuple[ScoredPassage, ...]:
        """The hits with the first `READ` in the order of the model's scores, each squashed to 0 to 1 (logistic).

        Scores still fall from the first to the last: passages that were not read never score above those that were.
        The model's own limit cuts long passages. Ties keep their order.
        """
        model = self._loaded()
        head, tail = hits[:READ], hits[READ:]
        if not head:
            return ()
        with self._lock:
            logits = _logits(model, question, [hit.passage for hit in head])
        order = sorted(range(len(head)), key=lambda index: -logits[index])
        ranked = [ScoredPassage(head[index].passage, _logistic(logits[index])) for index in order]
        lowest = ranked[-1].score
        return (*ranked, *(ScoredPassage(hit.passage, min(lowest, hit.score)) for hit in tail))

    def _loaded(self) -> CrossEncoder:
        with self._lock:
            if self._model is None:
                self._model = load_named("reranker", self.name, _load)
            return self._model


def _load(path: str, *, local_files_only: bool) -> CrossEncoder:
    """The cross-encoder in a folder or on the hub, in single precision.

    Raises:
        ValueError: it is no cross-encoder.
    """
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(path, local_files_only=local_files_only)
    model.float()  # half precision, which some models are saved in, kills the process on some machines
    made_for = model.model.config.architectures
    if made_for and type(model.model).__name__ not in made_for:
        raise ValueError(f"it is no cross-encoder: it was saved as {made_for[0]}, so its scores would be random")
    if model.num_labels != 1:
        raise ValueError(f"it gives {model.num_labels} scores for a question and a passage, where one is needed")
    trial = Passage(id="", source="", title="", breadcrumb="", text="A trial.", start=0, end=8)
    if not all(map(math.isfinite, _logits(model, "A trial?", [trial]))):
        raise ValueError("what it scores is not a number")
    return model


def _logits(model: CrossEncoder, question: str, passages: Sequence[Passage]) -> list[float]:
    """One raw score per passage, read with its title and headings before it; more is better."""
    from torch.nn import Identity

    pairs = [
        (question, "\n".join(part for part in (passage.title, passage.breadcrumb, passage.text) if part))
        for passage in passages
    ]
    scores = model.predict(pairs, batch_size=BATCH_SIZE, show_progress_bar=False, activation_fn=Identity())
    return [float(score) for score in scores]


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))
