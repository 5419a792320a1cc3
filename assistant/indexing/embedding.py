"""Texts become vectors, by any sentence-transformers model; the packaged one needs no network."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.indexing.model_files import languages_of, model_folder, model_key, packaged_model_folder, weights_digest
from assistant.indexing.prepared_model import NotPrepared, prepared_model
from assistant.indexing.text_model import TextModel, Vectors
from assistant.indexing.torch_model import TorchModel, gpu_is_here
from assistant.settings import PACKAGED_MODEL

__all__ = ["Embedder", "Vectors", "model_key", "packaged_model_folder"]

LOG = logging.getLogger(__name__)

REMEMBERED_TEXTS = 20_000
"""How many short texts' vectors are kept, so that sentences asked about again are not embedded again: 30 MB."""


class Embedder:
    """One embedding model, loaded at its first use and usable from many threads.

    On processors the model runs as int8, prepared once into the folder ``cache_dir``; where that is not possible, and
    on a GPU, as torch runs it. ``name`` is what the settings call it; ``key`` identifies its vectors: two embedders
    with equal keys give interchangeable vectors.
    """

    def __init__(self, name: str, cache_dir: Path) -> None:
        self.name = name
        self._cache_dir = cache_dir
        self._loading = threading.Lock()
        self._model: TextModel | None = None
        self._remembering = threading.Lock()
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()

    @property
    def key(self) -> str:
        """The model's identity; see `model_key`.

        It is the same however the model runs. Vectors by int8 and by single precision have a cosine of about .999,
        which an index can mix without harm; embedding a corpus anew because a cache was deleted would harm more.
        """
        return model_key(self.name)

    @property
    def languages(self) -> frozenset[str] | None:
        """The languages (ISO 639-1) that the model was made for, by its card; None when that is not known."""
        return languages_of(self.name)

    def check(self) -> None:
        """Make sure that the model can be loaded, without loading it where that can be told from its files.

        Raises:
            ModelUnavailable: it is missing, or its weights are not the ones it claims to be.
        """
        if self.name == PACKAGED_MODEL:
            packaged_model_folder()
        else:
            self.prepare()

    def prepare(self) -> None:
        """Load the model, and prepare it if this is its first use on this computer: half a minute, once.

        Raises:
            ModelUnavailable: it is missing, or its weights are not the ones it claims to be.
        """
        self._loaded()

    @property
    def maximum_tokens(self) -> int:
        """How many tokens of a text the model reads, those that frame it not counted."""
        return self._loaded().maximum_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text is, those that frame it not counted."""
        return self._loaded().count_tokens(texts) if texts else []

    def embed(self, texts: Sequence[str]) -> Vectors:
        """The vectors of the texts, shape ``(len(texts), dimension)``, each of length 1. Embeds each text once."""
        model = self._loaded()
        if not texts:
            return np.empty((0, model.dimension), dtype=np.float32)
        distinct = list(dict.fromkeys(texts))
        vectors = model.embed(distinct)
        row = {text: index for index, text in enumerate(distinct)}
        return vectors[[row[text] for text in texts]]

    def embed_remembered(self, texts: Sequence[str]) -> Vectors:
        """As `embed`, for questions and sentences that are likely to come again: their vectors are kept."""
        with self._remembering:
            known = {text: self._remembered[text] for text in texts if text in self._remembered}
            for text in known:
                self._remembered.move_to_end(text)
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(missing, self.embed(missing), strict=True))
        with self._remembering:
            self._remembered.update((text, known[text]) for text in missing)
            while len(self._remembered) > REMEMBERED_TEXTS:
                self._remembered.popitem(last=False)
        return np.stack([known[text] for text in texts]) if texts else self.embed([])

    def _loaded(self) -> TextModel:
        with self._loading:
            if self._model is None:
                self._model = _open(self.name, self._cache_dir)
            return self._model


def _open(name: str, cache_dir: Path) -> TextModel:
    """The model, loaded: in int8 where it can be, else by torch, which is logged with the reason.

    One that has yet to be downloaded runs by torch until Citewell is started anew.
    """
    folder = model_folder(name)
    if folder is None or gpu_is_here():
        return TorchModel(name, folder)
    try:
        return prepared_model(name, folder, weights_digest(name, folder), cache_dir)
    except NotPrepared as reason:
        LOG.log(
            logging.INFO if reason.known else logging.WARNING,
            "The embedding model %s runs in single precision, which is slower: %s",
            name,
            reason,
        )
    return TorchModel(name, folder)
