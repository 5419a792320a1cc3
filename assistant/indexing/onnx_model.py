"""An embedding model as onnxruntime runs it on processors, with neither torch nor transformers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.indexing.text_model import Vectors

GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"
INPUT, OUTPUT = "token_ids", "token_states"

if TYPE_CHECKING:
    from tokenizers import Tokenizer


class OnnxModel:
    """A prepared model: token ids of one text in, token states out, the mean of which is the text's vector.

    Each text is run by itself on one processor core, several texts at a time. No padding is computed, and as
    activations are quantised by their range within one run, a vector depends on nothing but its text. On two cores
    this is as fast as batches.
    """

    def __init__(self, folder: Path, dimension: int, maximum_tokens: int) -> None:
        """Load graph and tokenizer from the folder.

        Raises:
            Exception: one of them is damaged; the libraries promise no kind.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            folder / GRAPH,
            options,
            providers=["CPUExecutionProvider"],
            # NOTE: the fused kernel takes six times as long as an addition and a layer normalisation, 20 % of all time.
            disabled_optimizers=["SkipLayerNormFusion"],
        )
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._workers = usable_cores()
        self.dimension = dimension
        self.maximum_tokens = maximum_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text is, those that frame it not counted."""
        return [len(each.ids) for each in self._counter.encode_batch_fast(list(texts), add_special_tokens=False)]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """The vectors of the texts, shape ``(len(texts), dimension)``, on all cores; at least one text."""
        if self._workers == 1 or len(texts) == 1:
            return np.stack([self._vector(text) for text in texts])
        with ThreadPoolExecutor(min(self._workers, len(texts)), "embed") as threads:
            return np.stack(list(threads.map(self._vector, texts)))

    @cached_property
    def _counter(self) -> Tokenizer:
        """The tokenizer without the model's limit: one that is changed between two uses serves one thread only."""
        counter = type(self._tokenizer).from_str(self._tokenizer.to_str())
        counter.no_truncation()
        return counter

    def _vector(self, text: str) -> Vectors:
        """The normalised mean of the states of a text's tokens, shape ``(dimension,)``."""
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        [states] = self._session.run([OUTPUT], {INPUT: ids})
        mean = states.mean(axis=0, dtype=np.float32)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), dtype=np.float32)


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
        return Path(f"/sys/devices/system/cpu/cpu{processor}/topology/thread_siblings_list").read_text("ascii")
    except OSError:
        return str(processor)
