"""An embedding model as sentence-transformers runs it: any model, on a GPU where there is one."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import ModelUnavailable
from assistant.models.encoder import HALF, SINGLE, Precision, Vectors
from assistant.models.samples import SAMPLES, least_cosine
from assistant.packages import cannot_be_imported
from assistant.settings import PACKAGED_MODEL

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH_SIZE = 16
RUN_BY = ("sentence-transformers", "transformers", "torch")
"""The packages that run such models."""
DEVICES = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
"""What the drivers of NVIDIA, AMD and Windows' Linux show on Linux."""
HALF_AGREEMENT = 0.999
"""The least cosine to single precision that half precision must reach."""


class TorchModel:
    """A sentence-transformers model: in single precision, on a GPU in half precision if its vectors stay the same.

    bfloat16 is never chosen: where the processor or the virtual machine lacks it, the process can die of it.
    """

    def __init__(self, name: str, folder: Path | None, reason: str | None = None) -> None:
        """Load the model from its folder, or by its name from a hub; ``reason`` tells why it does not run as int8.

        Raises:
            ModelUnavailable: it is missing or cannot be loaded.
        """
        self._lock = threading.Lock()
        self._model = _load(name, folder)
        self.precision = Precision(SINGLE, reason=reason)
        if self._model.device.type == "cuda":
            self.precision = choose_precision(self._model)

    @cached_property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return int(self.embed(["A text."]).shape[1])

    @cached_property
    def maximum_tokens(self) -> int:
        """How many tokens of a text the model reads, those that frame it not counted."""
        return int(self._model.max_seq_length or 512) - framing_tokens(self._model)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text is, those that frame it not counted."""
        with self._lock:
            encoded = self._model.tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def embed(self, texts: Sequence[str], prompt: str = "", *, as_questions: bool = False) -> Vectors:
        """The vectors of the texts, shape ``(len(texts), dimension)``; at least one text."""
        encode = self._model.encode_query if as_questions else self._model.encode_document
        with self._lock:
            vectors = encode(
                list(texts),
                prompt=prompt,
                batch_size=BATCH_SIZE,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, dtype=np.float32)


def gpu_is_here() -> bool:
    """Whether torch can compute on a GPU here; torch is not imported where no driver is or its build is for CPUs."""
    has_driver = any(Path(device).exists() for device in DEVICES) or shutil.which("nvidia-smi")
    if not has_driver or version("torch").endswith("+cpu"):
        return False
    import torch

    return bool(torch.cuda.is_available())


def choose_precision(model: SentenceTransformer) -> Precision:
    """Turn the model to half precision if its vectors of the sample texts hardly change, else to single precision."""
    model.float()
    single = model.encode(SAMPLES, normalize_embeddings=True, show_progress_bar=False)
    half = model.half().encode(SAMPLES, normalize_embeddings=True, show_progress_bar=False)
    found = least_cosine(single, half)
    if found >= HALF_AGREEMENT:
        return Precision(HALF, found)
    model.float()  # also where half precision overflows, and the cosine is not a number
    return Precision(SINGLE)


def framing_tokens(model: SentenceTransformer) -> int:
    """How many tokens the model's tokenizer puts around a text."""
    return int(model.tokenizer.num_special_tokens_to_add(pair=False))


def why_not_mean_pooled(model: SentenceTransformer) -> str | None:
    """Why a text's vector is not just the mean of its tokens' states; None when it is."""
    kinds = [type(module).__name__ for module in model]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return f"it is made of {', '.join(kinds)}, not of a transformer and the mean of its tokens"
    pooling = model[1]
    mode = getattr(pooling, "pooling_mode", None) or pooling.get_pooling_mode_str()
    if mode != "mean":
        return f"it takes {mode!r} of its tokens, not the mean"
    if not getattr(model.tokenizer, "is_fast", False):
        return "it has no fast tokenizer"
    if getattr(model[0], "do_lower_case", False):
        return "it lowers the case of texts by itself"
    return None


def _load(name: str, folder: Path | None) -> SentenceTransformer:
    packaged = name == PACKAGED_MODEL
    path = str(folder) if packaged or Path(name).expanduser().is_dir() else name  # from a hub: what is missing is got
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()
        return SentenceTransformer(path, local_files_only=packaged).float()
    except ImportError as error:
        raise ModelUnavailable(
            f"The embedding model {name!r} cannot be loaded, as a package that it takes cannot be imported. "
            f"{cannot_be_imported(error, RUN_BY)} Install what is missing, or bring these up to date with: "
            "pip install --upgrade citewell"
        ) from error
    except (OSError, ValueError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise ModelUnavailable(
            f"The embedding model {name!r} cannot be loaded: {reason} Name a folder or a model "
            "that is already downloaded, or unset CITEWELL_EMBEDDING_MODEL to use the packaged one."
        ) from error
