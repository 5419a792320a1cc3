"""The reader that ships: a small network that reads a question and a passage, or a claim and its evidence, together.

``training/`` makes it, and its card lies beside it (``fitted/reader/README.md``). It reads English. A span of tokens
scores the sum of its start and end logits; what "no span" scores is taken off, as in Devlin et al., "BERT" (2019),
section 4.3.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelUnavailable
from assistant.models.model_files import file_digest, packaged_model_folder
from assistant.models.named_reader import best_span
from assistant.models.onnx_encoder import GRAPH, PROBE, TOKENIZER, onnx_session, overflows, usable_cores

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

FOLDER = Path(__file__).parent / "fitted" / "reader"
CHECKSUMS = "checksums.json"
LABELS = ("supported", "partial", "unsupported", "contradicted")
"""How a text may stand to a claim."""
TOKEN_IDS, KINDS, IN_PASSAGE = "token_ids", "kinds", "in_passage"
STARTS, ENDS, ANSWERED, SUPPORT = "starts", "ends", "answered", "support"
WINDOW_TOKENS = 256
"""The longest that it was trained on; a longer text is read in parts that overlap."""
OVERLAP_TOKENS = 64
QUESTION_TOKENS = 64
NOT_ANSWERED = -20.0
"""The log-odds that a text without words answers."""
REMEMBERED = 256
"""How many texts' readings are kept: one question is often planned twice, with and without the days it names."""

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class TextReading:
    """What the reader makes of a text, for one question.

    ``answered``: the logarithm of the odds that the text answers. ``tokens``: where each of its tokens starts and ends,
    in characters, shape ``(tokens, 2)``. ``starts`` and ``ends``: how likely an answer starts or ends there, against
    there being none, in logarithms, shape ``(tokens,)``. ``shares``: how much of the answer, if there is one, each
    token is, all adding up to 1, shape ``(tokens,)``.
    """

    answered: float
    tokens: NDArray[np.int64]
    starts: Numbers
    ends: Numbers
    shares: Numbers

    def best_span(self, start: int, end: int) -> tuple[int, int, float] | None:
        """Where the likeliest answer within these characters starts and ends, and how much likelier it is than none.

        The last is a logarithm. None where no token is.
        """
        inside = np.flatnonzero(self._within(start, end))
        if not len(inside):
            return None
        one, after = int(inside[0]), int(inside[-1]) + 1
        found = best_span(self.starts[one:after], self.ends[one:after], np.ones(after - one, dtype=bool))
        if found is None:
            return None
        margin, first, last = found
        return int(self.tokens[one + first, 0]), int(self.tokens[one + last, 1]), margin

    def share(self, start: int, end: int) -> float:
        """How much of the answer, if there is one, stands within these characters, 0 to 1."""
        return float(self.shares[self._within(start, end)].sum())

    def _within(self, start: int, end: int) -> NDArray[np.bool_]:
        return np.asarray((self.tokens[:, 0] >= start) & (self.tokens[:, 1] <= end))


class PackagedReader:
    """The reader that ships; loaded by `check` or at its first use, and usable from many threads."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._network: _Network | None = None
        self._known: dict[tuple[str, str, str], TextReading] = {}

    def check(self) -> None:
        """Load the network.

        Raises:
            ModelUnavailable: a file of it is missing or damaged.
        """
        self._loaded()

    def read(self, question: str, texts: Sequence[tuple[str, str]]) -> list[TextReading]:
        """What it makes of each text, in their order; each has a front that is read before it, such as its title."""
        keys = [(question, *text) for text in texts]
        with self._lock:
            known = {key: self._known[key] for key in keys if key in self._known}
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        read = self._loaded().read(question, [(front, text) for _, front, text in missing]) if missing else []
        known |= dict(zip(missing, read, strict=True))
        with self._lock:
            self._known |= known
            for key in list(self._known)[: max(0, len(self._known) - REMEMBERED)]:
                del self._known[key]
        return [known[key] for key in keys]

    def support(self, claim: str, evidence: Sequence[str]) -> list[dict[str, float]]:
        """How likely each text of ``evidence`` bears the claim out, by `LABELS`; each adds up to 1."""
        found = self._loaded().support(claim, evidence)
        return [dict(zip(LABELS, map(float, row), strict=True)) for row in found]

    def _loaded(self) -> _Network:
        with self._lock:
            if self._network is None:
                self._network = _load(self._folder)
            return self._network


@dataclass(frozen=True, slots=True)
class _Window:
    """What the network reads at once; ``tokens`` says which of the passage's tokens, the first at ``begins``."""

    ids: list[int]
    begins: int
    tokens: slice


@dataclass(frozen=True, slots=True)
class _Network:
    """A graph and its tokenizer; ``marks`` are the tokens before, between and after two texts."""

    session: InferenceSession
    tokenizer: Tokenizer
    marks: tuple[int, int]

    def read(self, question: str, texts: Sequence[tuple[str, str]]) -> list[TextReading]:
        """What the network makes of each text with its front."""
        asked = self._ids(question)[:QUESTION_TOKENS]
        encoded = [self.tokenizer.encode(text, add_special_tokens=False) for _, text in texts]
        jobs = [
            (number, window)
            for number, ((front, _), text) in enumerate(zip(texts, encoded, strict=True))
            for window in self._windows(asked, self._ids(front), text.ids)
        ]
        outputs = self._run([window for _, window in jobs], len(asked) + 2)
        readings = []
        for number, text in enumerate(encoded):
            tokens = np.array(text.offsets, dtype=np.int64).reshape(-1, 2)
            starts, ends = np.full((2, len(tokens)), -np.inf, dtype=np.float32)
            answered = [NOT_ANSWERED]
            for (of, window), (start, end, logit, _) in zip(jobs, outputs, strict=True):
                if of == number:
                    inside = slice(window.begins, window.begins + window.tokens.stop - window.tokens.start)
                    starts[window.tokens] = np.maximum(starts[window.tokens], start[inside] - start[0])
                    ends[window.tokens] = np.maximum(ends[window.tokens], end[inside] - end[0])
                    answered.append(float(logit[0]))
            shares = np.asarray((_likely(starts) + _likely(ends)) / 2, dtype=np.float32)
            readings.append(TextReading(max(answered), tokens, starts, ends, shares))
        return readings

    def support(self, claim: str, evidence: Sequence[str]) -> Numbers:
        """The probabilities of `LABELS`, shape ``(len(evidence), 4)``."""
        claimed = self._ids(claim)[: WINDOW_TOKENS // 2]
        windows = [next(self._windows(claimed, [], self._ids(text)), None) for text in evidence]
        read = iter(self._run([window for window in windows if window], len(claimed) + 2))
        logits = [next(read)[3] if window else np.zeros(len(LABELS), np.float32) for window in windows]
        return np.stack([_likely(row) for row in logits]) if logits else np.empty((0, len(LABELS)), np.float32)

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self.tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def _windows(self, first: list[int], front: list[int], text: list[int]) -> Iterator[_Window]:
        opens, parts = self.marks
        before = [opens, *first, parts, *front]
        room = max(OVERLAP_TOKENS + 1, WINDOW_TOKENS - len(before) - 1)
        for start in range(0, max(1, len(text) - OVERLAP_TOKENS), room - OVERLAP_TOKENS):
            taken = text[start : start + room]
            if taken:
                yield _Window([*before, *taken, parts], len(before), slice(start, start + len(taken)))

    def _run(self, windows: Sequence[_Window], second: int) -> list[list[Numbers]]:
        """The outputs for each window; ``second`` is where the second text starts, its front first."""

        def run(window: _Window) -> list[Numbers]:
            place = np.arange(len(window.ids))
            in_passage = (place >= window.begins) & (place < len(window.ids) - 1)
            inputs = {
                TOKEN_IDS: np.array([window.ids]),
                KINDS: (place >= second)[None].astype(np.int64),
                IN_PASSAGE: in_passage[None],
            }
            outputs: list[Numbers] = self.session.run([STARTS, ENDS, ANSWERED, SUPPORT], inputs)
            return outputs

        if len(windows) < 2:
            return [run(window) for window in windows]
        with ThreadPoolExecutor(min(usable_cores(), len(windows)), "read") as threads:
            return list(threads.map(run, windows))


def _likely(logits: Numbers) -> Numbers:
    likely = np.exp(logits - logits.max(initial=-np.inf))
    return np.asarray(likely / likely.sum(), dtype=np.float32)


def _load(folder: Path) -> _Network:
    from tokenizers import Tokenizer

    try:
        checksums = json.loads((folder / CHECKSUMS).read_text("utf-8"))
        damaged = [name for name, checksum in checksums.items() if file_digest(folder / name) != checksum]
    except (OSError, ValueError) as error:
        raise _unavailable(folder, str(error)) from error
    if damaged:
        raise _unavailable(folder, f"{', '.join(damaged)} is damaged")
    tokenizer = Tokenizer.from_file(str(packaged_model_folder() / TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    session = onnx_session(folder / GRAPH, exact=overflows(folder / PROBE))
    opens, parts = tokenizer.encode("").ids
    return _Network(session, tokenizer, (opens, parts))


def _unavailable(folder: Path, reason: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"The reader in {folder} cannot be loaded: {reason}. Install Citewell anew, or do without a reader: "
        "CITEWELL_READER=none"
    )
