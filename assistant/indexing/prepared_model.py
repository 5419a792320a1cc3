"""Prepared models in the user's cache: made once, shared by all indexes, checked before they are used.

Each lies in a folder of its own, named by the hash of its weights and the versions of what made it. The cache may be
deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

import assistant
from assistant.indexing.model_export import FACTS, MINIMUM_AGREEMENT, REFUSAL, SAMPLE_VECTORS
from assistant.indexing.model_files import file_digest
from assistant.indexing.onnx_model import GRAPH, TOKENIZER, OnnxModel
from assistant.indexing.samples import SAMPLES, agreement

LOG = logging.getLogger(__name__)

PREPARATION = 3
"""Raised when prepared models are made or laid out in another way."""
MADE_BY = ("onnx", "onnxruntime", "sentence-transformers", "tokenizers", "torch", "transformers")
CHECKSUMS = "checksums.json"
UNFINISHED = ".unfinished"


class NotPrepared(Exception):
    """A model cannot be run as int8 here; the text says why. ``known`` tells that this was found out earlier."""

    def __init__(self, reason: str, *, known: bool = False) -> None:
        super().__init__(reason)
        self.known = known


def prepared_model(name: str, source: Path, weights: str, cache_dir: Path) -> OnnxModel:
    """The model in ``source``, ready to run as int8; it is prepared first if it is not in the cache, or damaged there.

    ``weights`` is the hash of its weights. Only one process prepares a model; others wait for it, and then use it. One
    that is killed leaves nothing that would be taken for a prepared model.

    Raises:
        NotPrepared: it cannot run as int8, could not be prepared, or does not agree with single precision here.
    """
    models = cache_dir / "models"
    folder = models / _folder_name(name, weights)
    try:
        known = _is_whole(folder)
        if not known:
            models.mkdir(parents=True, exist_ok=True)
            with FileLock(folder.with_name(f"{folder.name}.lock")):
                if not _is_whole(folder):
                    _prepare(source, folder)
        return _checked(folder, known=known)
    except OSError as error:
        raise NotPrepared(f"the cache {cache_dir} cannot be used: {error}") from error


def _folder_name(name: str, weights: str) -> str:
    made_by = [f"{package} {version(package)}" for package in MADE_BY]
    identity = "\n".join([weights, str(PREPARATION), platform.machine(), *made_by])
    readable = re.sub(r"[^\w.-]+", "-", Path(name).name)[:60]
    return f"{readable}-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"


def _is_whole(folder: Path) -> bool:
    """Whether the folder holds every file as it was written."""
    try:
        checksums = json.loads((folder / CHECKSUMS).read_text("utf-8"))
        return all(file_digest(folder / name) == checksum for name, checksum in checksums.items())
    except (FileNotFoundError, ValueError, AttributeError):
        return False


def _checked(folder: Path, *, known: bool) -> OnnxModel:
    """The prepared model, its sample texts compared: a processor may compute int8 products in another way.

    Raises:
        NotPrepared: it was found that it cannot be, or its vectors differ on this computer.
    """
    if (folder / REFUSAL).exists():
        raise NotPrepared((folder / REFUSAL).read_text("utf-8"), known=known)
    model = OnnxModel(folder, **json.loads((folder / FACTS).read_text("utf-8")))
    import numpy as np

    found = agreement(np.load(folder / SAMPLE_VECTORS), model.embed(SAMPLES))
    if not found >= MINIMUM_AGREEMENT:
        raise NotPrepared(f"on this computer its int8 vectors have a mean cosine of {found:.3f} to single precision")
    return model


def _prepare(source: Path, folder: Path) -> None:
    """Make the folder anew: beside it, under another name, until it is whole.

    Raises:
        NotPrepared: the process that does it failed, for a reason that may be gone another time.
    """
    for leftover in folder.parent.glob(f"{folder.name}.*{UNFINISHED}"):
        shutil.rmtree(leftover)
    LOG.info("The embedding model is prepared for this computer, once: this takes about half a minute.")
    unfinished = Path(tempfile.mkdtemp(UNFINISHED, f"{folder.name}.", folder.parent))
    try:
        _export(source, unfinished)
        _write_checksums(unfinished)
        if folder.exists():  # damaged
            shutil.rmtree(folder)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _export(source: Path, target: Path) -> None:
    """Run `assistant.indexing.model_export` in a process of its own, without the network."""
    home = Path(assistant.__file__).parent.parent
    path = os.pathsep.join(filter(None, [str(home), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-P", "-m", "assistant.indexing.model_export", str(source.resolve()), str(target)],
        env={**os.environ, "PYTHONPATH": path, "HF_HUB_OFFLINE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise NotPrepared(
            f"preparing it failed (exit code {done.returncode}): {said[-1] if said else 'it said nothing'}"
        )


def _write_checksums(folder: Path) -> None:
    written = [name for name in (GRAPH, TOKENIZER, SAMPLE_VECTORS, FACTS, REFUSAL) if (folder / name).is_file()]
    if (folder / REFUSAL).exists():
        for name in set(written) - {REFUSAL}:
            (folder / name).unlink()
        written = [REFUSAL]
    checksums = {name: file_digest(folder / name) for name in written}
    (folder / CHECKSUMS).write_text(json.dumps(checksums), "utf-8")
