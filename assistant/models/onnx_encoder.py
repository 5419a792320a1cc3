"""An embedding model as onnxruntime runs it on processors, with neither torch nor transformers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.models.encoder import EXACT_INT8, INT8, Precision, Vectors

GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"
INPUT, OUTPUT = "token_ids", "token_states"
PROBE = "product.onnx"
PROBE_WIDTH = 64
"""A product by a square of 127, whose sides are `PROBE_WIDTH`: by 255, as large as 8-bit numbers can make it."""

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer


class OnnxModel:
    """A prepared model: token ids of one text in, token states out, the mean of which is the text's vector.

    Each text is run by itself on one processor core, several texts at a time. No padding is computed, and as
    activations are quantised by their range within one run, a vector depends on nothing but its text. On two cores
    this is as fast as batches.
    """

    def __init__(
        self, folder: Path, dimension: int, maximum_tokens: int, *, exact: bool, pools_prompt: bool = True
    ) -> None:
        """Load graph and tokenizer from the folder.

        ``exact`` is for processors whose 8-bit products overflow; ``pools_prompt`` tells whether the mean takes in the
        tokens of a prompt.

        Raises:
            Exception: one of them is damaged; the libraries promise no kind.
        """
        from tokenizers import Tokenizer

        self._session = onnx_session(folder / GRAPH, exact=exact)
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._workers = usable_cores()
        self._pools_prompt = pools_prompt
        self.precision = Precision(EXACT_INT8 if exact else INT8)
        self.dimension = dimension
        self.maximum_tokens = maximum_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text is, those that frame it not counted."""
        return [len(each.ids) for each in self._counter.encode_batch_fast(list(texts), add_special_tokens=False)]

    def embed(self, texts: Sequence[str], prompt: str = "", *, as_questions: bool = False) -> Vectors:
        """The vectors of the texts, shape ``(len(texts), dimension)``, on all cores; at least one text."""
        vector = partial(self._vector, prompt=prompt, skipped=self._skipped(prompt))
        if self._workers == 1 or len(texts) == 1:
            return np.stack([vector(text) for text in texts])
        with ThreadPoolExecutor(min(self._workers, len(texts)), "embed") as threads:
            return np.stack(list(threads.map(vector, texts)))

    @cached_property
    def _counter(self) -> Tokenizer:
        """The tokenizer without the model's limit: one that is changed between two uses serves one thread only."""
        counter = type(self._tokenizer).from_str(self._tokenizer.to_str())
        counter.no_truncation()
        return counter

    def _skipped(self, prompt: str) -> int:
        """How many tokens at the front are no part of the mean: those of a prompt that is not pooled, and its frame."""
        if self._pools_prompt or not prompt:
            return 0
        encoded = self._tokenizer.encode(prompt)
        return len(encoded.ids) - encoded.special_tokens_mask[-1]

    def _vector(self, text: str, prompt: str, skipped: int) -> Vectors:
        """The normalised mean of the states of a text's tokens, shape ``(dimension,)``."""
        ids = np.array([self._tokenizer.encode(prompt + text).ids], dtype=np.int64)
        [states] = self._session.run([OUTPUT], {INPUT: ids})
        mean = states[skipped:].mean(axis=0, dtype=np.float32)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), dtype=np.float32)


def onnx_session(graph: Path, *, exact: bool) -> InferenceSession:
    """A graph that runs on one core. ``exact`` keeps 8-bit products from overflowing, at about half the speed."""
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    if exact:
        options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(
        graph,
        options,
        providers=["CPUExecutionProvider"],
        # NOTE: the fused kernel takes six times as long as an addition and a layer normalisation, 20 % of all time.
        disabled_optimizers=["SkipLayerNormFusion"],
    )


def overflows(probe: Path) -> bool:
    """Whether this processor's 8-bit products overflow: AVX2's do, which adds pairs in 16 bits; with VNNI none do."""
    widest = np.full((PROBE_WIDTH, PROBE_WIDTH), 255, dtype=np.uint8)
    [product] = onnx_session(probe, exact=False).run([OUTPUT], {INPUT: widest})
    return bool((product != PROBE_WIDTH * 255 * 127).any())


def usable_cores() -> int:
    """How many physical cores this process may use, at least 1; OMP_NUM_THREADS lowers the number, where it is set.

    Two hardware threads of a core share the units that multiply. Where the system does not tell them apart, every
    processor counts.
    """
    processors = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
    cores = len({_siblings(processor) for processor in processors})
    wanted = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0]
    return max(1, min(cores, int(wanted) if wanted.isdecimal() else cores))


def _siblings(processor: int) -> str:
    """The processors that share a core with this one, in the system's words; itself where they cannot be told."""
    try:
        return Path(f"/sys/devices/system/cpu/cpu{processor}/topology/thread_siblings_list").read_text("utf-8")
    except OSError:
        return str(processor)
