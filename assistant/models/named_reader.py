"""The optional reader: an extractive question-answering model that finds the words which answer a question.

How a span and "no answer" are scored is that of Devlin et al., "BERT" (2019), section 4.3, for SQuAD 2.0 (Rajpurkar,
Jia and Liang, "Know What You Don't Know", 2018). A span from token i to token j scores S[i] + E[j], the start and end
logits; no answer scores S[CLS] + E[CLS]. A long passage is read in windows that overlap: its span is the best of all
windows, its no-answer score the lowest of all windows. The margin between the two says how surely it answers.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.models.embedder import model_key
from assistant.models.loading import load_named
from assistant.types import Passage

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

WINDOW_TOKENS = 384
OVERLAP_TOKENS = 128
MAXIMUM_QUESTION_TOKENS = 64
"""The usual lengths for SQuAD, as in the code that came with BERT."""
MAXIMUM_SPAN_TOKENS = 30
BATCH_SIZE = 16

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """The words of a passage that answer a question best, ``document.text[start:end]``, never empty.

    ``score`` is the sum of the start and end logits; ``margin`` is the score less the passage's no-answer score: the
    natural logarithm of how much likelier the model holds the span than that there is no answer.
    """

    passage: Passage
    start: int
    end: int
    score: float
    margin: float


class ReadingModel:
    """One reader, by name or folder; loaded by `check` or at its first use, and usable from many threads."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._model: _Model | None = None

    @cached_property
    def key(self) -> str:
        """The model's identity, as `assistant.models.embedder.model_key` gives it."""
        return model_key(self.name)

    def check(self) -> None:
        """Load the model, and try it.

        Raises:
            ModelUnavailable: it is missing, cannot be loaded, or is no extractive question-answering model.
        """
        self._loaded()

    def read(self, question: str, passages: Sequence[Passage]) -> list[AnswerSpan]:
        """The best span of each passage, the one with the largest margin first; passages without words have none."""
        model = self._loaded()
        with self._lock:
            found = model.best_spans(question, [passage.text for passage in passages])
        spans = [
            AnswerSpan(passage, passage.start + span.start, passage.start + span.end, span.score, span.margin)
            for passage, span in zip(passages, found, strict=True)
            if span is not None
        ]
        return sorted(spans, key=lambda span: -span.margin)

    def _loaded(self) -> _Model:
        with self._lock:
            if self._model is None:
                self._model = load_named("reader", self.name, _load)
            return self._model


@dataclass(frozen=True, slots=True)
class _Span:
    """A span of a text by its characters."""

    start: int
    end: int
    score: float
    margin: float


@dataclass(frozen=True, slots=True)
class _WindowLogits:
    """One window of one text: which text, its logits, its tokens' places in the text, and which tokens are of it."""

    text: int
    starts: Numbers
    ends: Numbers
    offsets: NDArray[np.int64]
    is_text: NDArray[np.bool_]
    no_answer: float


@dataclass(frozen=True, slots=True)
class _Model:
    """A tokenizer and a model that belong together; ``window`` is how many tokens the model reads at once."""

    tokenizer: PreTrainedTokenizerFast
    model: PreTrainedModel
    window: int

    def best_spans(self, question: str, texts: Sequence[str]) -> list[_Span | None]:
        """The best span of each text; None for a text without a token."""
        windows: list[list[_WindowLogits]] = [[] for _ in texts]
        for window in self._read(question, texts) if texts else ():
            windows[window.text].append(window)
        return [_best_of(text, its_windows) for text, its_windows in zip(texts, windows, strict=True)]

    def _read(self, question: str, texts: Sequence[str]) -> list[_WindowLogits]:
        asked, length = self._cut(question)
        room = self.window - length - self.tokenizer.num_special_tokens_to_add(pair=True)
        encoded = self.tokenizer(
            [asked] * len(texts),
            list(texts),
            truncation="only_second",
            max_length=self.window,
            stride=min(OVERLAP_TOKENS, room // 2),
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            padding=True,
            return_tensors="pt",
        )
        starts, ends = self._logits(encoded)
        return [
            self._window(encoded, row, row_starts, row_ends)
            for row, (row_starts, row_ends) in enumerate(zip(starts, ends, strict=True))
        ]

    def _cut(self, question: str) -> tuple[str, int]:
        """As much of the question as leaves room for text, and how many tokens that is."""
        encoded = self.tokenizer(
            question,
            add_special_tokens=False,
            truncation=True,
            max_length=min(MAXIMUM_QUESTION_TOKENS, self.window // 2),
            return_offsets_mapping=True,
        )
        offsets = encoded["offset_mapping"]
        cut = question[: offsets[-1][1]] if offsets else ""
        return cut, len(self.tokenizer(cut, add_special_tokens=False)["input_ids"])

    def _logits(self, encoded: Any) -> tuple[Numbers, Numbers]:
        """The start and end logits of all windows, both of shape ``(windows, tokens)``."""
        import torch

        inputs = {name: encoded[name].to(self.model.device) for name in self.tokenizer.model_input_names}
        starts, ends = [], []
        with torch.inference_mode():
            for first in range(0, len(encoded["input_ids"]), BATCH_SIZE):
                output = self.model(**{name: rows[first : first + BATCH_SIZE] for name, rows in inputs.items()})
                starts.append(output.start_logits.cpu().numpy())
                ends.append(output.end_logits.cpu().numpy())
        return np.concatenate(starts), np.concatenate(ends)

    def _window(self, encoded: Any, row: int, starts: Numbers, ends: Numbers) -> _WindowLogits:
        offsets = encoded["offset_mapping"][row].numpy()
        of_text = np.array([part == 1 for part in encoded.sequence_ids(row)])
        tokens = encoded["input_ids"][row].tolist()
        marker = self.tokenizer.cls_token_id
        cls = tokens.index(marker) if marker in tokens else 0
        return _WindowLogits(
            text=int(encoded["overflow_to_sample_mapping"][row]),
            starts=starts,
            ends=ends,
            offsets=offsets,
            is_text=of_text & (offsets[:, 0] < offsets[:, 1]),
            no_answer=float(starts[cls] + ends[cls]),
        )


def _load(path: str, *, local_files_only: bool) -> _Model:
    """The reader in a folder or on the hub, in single precision.

    Raises:
        ValueError: it is no extractive question-answering model, or its tokenizer does not tell where tokens stand.
    """
    from sentence_transformers.util import get_device_name
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=local_files_only)
    if not tokenizer.is_fast:
        raise ValueError(
            f"its tokenizer ({type(tokenizer).__name__}) has no fast version, so it cannot tell where words stand"
        )
    model, report = AutoModelForQuestionAnswering.from_pretrained(
        path, local_files_only=local_files_only, output_loading_info=True
    )
    if report["missing_keys"]:
        missing = ", ".join(sorted(report["missing_keys"])[:3])
        raise ValueError(f"it is not a trained question-answering model: it lacks {missing}")
    model = model.float().to(get_device_name()).eval()  # half precision kills the process on some machines
    window = min(WINDOW_TOKENS, tokenizer.model_max_length, getattr(model.config, "max_position_embeddings", 512))
    loaded = _Model(tokenizer, model, window)
    trial = loaded.best_spans("A trial?", ["This is a trial.", "So is this."])
    if not all(span and np.isfinite(span.margin) for span in trial):
        raise ValueError("what it scores is not a number")
    return loaded


def _best_of(text: str, windows: Sequence[_WindowLogits]) -> _Span | None:
    """The best span of all windows of a text."""
    found = [(best, window) for window in windows if (best := best_span(window.starts, window.ends, window.is_text))]
    if not found:
        return None
    (score, first, last), window = max(found, key=lambda item: item[0][0])
    start, end = int(window.offsets[first, 0]), int(window.offsets[last, 1])
    words = text[start:end]
    start += len(words) - len(words.lstrip())  # some tokenizers count the blank before a word to it
    end = start + len(words.strip())
    if start >= end:
        return None
    return _Span(start, end, score, score - min(window.no_answer for window in windows))


def best_span(starts: Numbers, ends: Numbers, is_text: NDArray[np.bool_]) -> tuple[float, int, int] | None:
    """The score and the first and last token of the best span of one window; None where no token is of the text.

    ``starts``, ``ends`` and ``is_text`` have one entry per token. A span has up to `MAXIMUM_SPAN_TOKENS` tokens, its
    first and last are of the text; of equal ones the first is taken.
    """
    token = np.arange(len(starts))
    length = token[None, :] - token[:, None] + 1
    allowed = is_text[:, None] & is_text[None, :] & (length >= 1) & (length <= MAXIMUM_SPAN_TOKENS)
    if not allowed.any():
        return None
    scores = np.where(allowed, starts[:, None] + ends[None, :], -np.inf)
    first, last = np.unravel_index(int(scores.argmax()), scores.shape)
    return float(scores[first, last]), int(first), int(last)
