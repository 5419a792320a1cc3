"""Texts become vectors, by any sentence-transformers model; the packaged one needs no network."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from assistant.models.embedding_prompts import Prompts, prompts_of
from assistant.models.encoder import Precision, TextModel, Vectors
from assistant.models.model_files import languages_of, model_folder, model_key, packaged_model_folder, weights_digest
from assistant.models.prepared import NotPrepared, prepared_model
from assistant.models.torch_encoder import TorchModel, gpu_is_here
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
        self._remembered: OrderedDict[tuple[bool, str], Vectors] = OrderedDict()

    @property
    def key(self) -> str:
        """The model's identity; see `model_key`.

        It is the same however the model runs. Vectors by int8 and by single precision have a cosine of about .999,
        which an index can mix without harm; embedding a corpus anew because a cache was deleted would harm more.
        Vectors made with other prompts, or without, are others.
        """
        return "+".join(filter(None, (model_key(self.name), self.prompts.key)))

    @cached_property
    def prompts(self) -> Prompts:
        """What the model wants put before questions and passages.

        Raises:
            ModelUnavailable: it has to be downloaded first, and cannot be.
        """
        if self.name == PACKAGED_MODEL:
            return Prompts()
        folder = model_folder(self.name)
        if folder is None:
            self.prepare()
            folder = model_folder(self.name)
        return prompts_of(self.name, folder)

    @property
    def precision(self) -> Precision:
        """How the model computes here."""
        return self._loaded().precision

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
        """How many tokens of a passage the model reads, those that frame it and its prompt not counted."""
        model = self._loaded()
        prompt = model.count_tokens([self.prompts.passage])[0] if self.prompts.passage else 0
        return max(1, model.maximum_tokens - prompt)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text is, those that frame it not counted."""
        return self._loaded().count_tokens(texts) if texts else []

    def embed(self, texts: Sequence[str]) -> Vectors:
        """The vectors of passages, shape ``(len(texts), dimension)``, each of length 1. Embeds each text once."""
        model = self._loaded()
        if not texts:
            return np.empty((0, model.dimension), dtype=np.float32)
        distinct = list(dict.fromkeys(texts))
        vectors = model.embed(distinct, self.prompts.passage)
        row = {text: index for index, text in enumerate(distinct)}
        return vectors[[row[text] for text in texts]]

    def embed_as_questions(self, texts: Sequence[str]) -> Vectors:
        """As `embed`, for what is asked of passages: some models put other words before it."""
        return self._loaded().embed(texts, self.prompts.question, as_questions=True)

    def embed_remembered(self, texts: Sequence[str]) -> Vectors:
        """As `embed`, for sentences that are likely to come again: their vectors are kept."""
        return self._remembering_all(texts, self.embed, of_questions=False) if texts else self.embed([])

    def embed_question(self, question: str) -> Vectors:
        """The vector of a question, shape ``(dimension,)``, which is kept."""
        vector: Vectors = self._remembering_all([question], self.embed_as_questions, of_questions=True)[0]
        return vector

    def cosines(self, question: str, texts: Sequence[str]) -> list[float]:
        """How close each text is to the question, -1 to 1; all vectors are kept."""
        found: list[float] = (self.embed_remembered(texts) @ self.embed_question(question)).tolist()
        return found

    def _remembering_all(
        self, texts: Sequence[str], embed: Callable[[Sequence[str]], Vectors], *, of_questions: bool
    ) -> Vectors:
        """The vectors of the texts, those not known yet by ``embed``."""
        with self._remembering:
            keys = [(of_questions, text) for text in texts]
            known = {key: self._remembered[key] for key in keys if key in self._remembered}
            for key in known:
                self._remembered.move_to_end(key)
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            known.update(zip(missing, embed([text for _, text in missing]), strict=True))
        with self._remembering:
            self._remembered.update((key, known[key]) for key in missing)
            while len(self._remembered) > REMEMBERED_TEXTS:
                self._remembered.popitem(last=False)
        return np.stack([known[key] for key in keys])

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
    if folder is None:
        return TorchModel(name, folder, "it was just downloaded; the next start prepares it")
    if gpu_is_here():
        return TorchModel(name, folder, "it runs on the GPU")
    try:
        return prepared_model(name, folder, weights_digest(name, folder), cache_dir)
    except NotPrepared as reason:
        LOG.log(
            logging.INFO if reason.known else logging.WARNING,
            "The embedding model %s runs in single precision, which is slower: %s",
            name,
            reason,
        )
        return TorchModel(name, folder, str(reason))
