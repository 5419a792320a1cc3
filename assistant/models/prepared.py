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
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

import assistant
from assistant.atomic_files import AS_USUAL, write_whole
from assistant.models.export import CHECKED_VECTORS, FACTS, REFUSAL
from assistant.models.model_files import file_digest
from assistant.models.onnx_encoder import GRAPH, PROBE, TOKENIZER, OnnxModel, overflows
from assistant.models.samples import SAMPLES, checked_texts, least_cosine

LOG = logging.getLogger(__name__)

PREPARATION = 4
"""Raised when prepared models are made or laid out in another way."""
MADE_BY = ("onnx", "onnxruntime", "sentence-transformers", "tokenizers", "torch", "transformers")
CHECKSUMS = "checksums.json"
CHECKS = "checks.json"
"""The least cosine found on each processor that opened the model, which is known by the vectors it computes."""
MINIMUM_COSINE = 0.995
"""The least that a text's vector in int8 may have to the one in single precision."""
UNFINISHED = ".unfinished"


class NotPrepared(Exception):
    """A model cannot be run as int8 here; the text says why. ``known`` tells that this was found out earlier."""

    def __init__(self, reason: str, *, known: bool = False) -> None:
        super().__init__(reason)
        self.known = known


def prepared_model(name: str, source: Path, weights: str, cache_dir: Path) -> OnnxModel:
    """The model in ``source``, ready to run as int8; it is prepared first if it is not in the cache, or damaged there.

    ``weights`` is the hash of its weights.

    Raises:
        NotPrepared: it cannot run as int8, could not be prepared, or differs from single precision on this processor.
    """
    try:
        folder, known = prepared_folder(name, source, weights, cache_dir)
        return _checked(folder, known=known)
    except OSError as error:
        raise NotPrepared(f"the cache {cache_dir} cannot be used: {error}") from error


def prepared_folder(name: str, source: Path, weights: str, cache_dir: Path) -> tuple[Path, bool]:
    """The folder of a prepared model, and whether it was there. See `prepared_model`.

    Only one process prepares a model; others wait for it, and then use it. One that is killed leaves nothing that would
    be taken for a prepared model.
    """
    models = cache_dir / "models"
    folder = models / _folder_name(name, weights)
    if _is_whole(folder):
        return folder, True
    models.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f"{folder.name}.lock")):
        if not _is_whole(folder):
            _prepare(source, folder)
    return folder, False


def _folder_name(name: str, weights: str) -> str:
    made_by = [f"{package} {version(package)}" for package in MADE_BY]
    identity = "\n".join([weights, str(PREPARATION), platform.machine(), *made_by, *checked_texts()])
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
    """The prepared model, its vectors compared with single precision: processors compute int8 products differently.

    Raises:
        NotPrepared: it was found that it cannot be, or a vector differs too much on this processor.
    """
    if (folder / REFUSAL).exists():
        raise NotPrepared((folder / REFUSAL).read_text("utf-8"), known=known)
    model = OnnxModel(folder, exact=overflows(folder / PROBE), **json.loads((folder / FACTS).read_text("utf-8")))
    found, known = _least_cosine_here(model, folder)
    if not found >= MINIMUM_COSINE:
        raise NotPrepared(
            f"on this processor its vectors as {model.precision.name} have a least cosine of {found:.4f} to single "
            f"precision, under {MINIMUM_COSINE}",
            known=known,
        )
    model.precision = replace(model.precision, least_cosine=found)
    return model


def _least_cosine_here(model: OnnxModel, folder: Path) -> tuple[float, bool]:
    """The least cosine of the checked texts' vectors to single precision, and whether it was known.

    It is known where the sample texts' vectors come out bit by bit as they did when it was found: another processor,
    whose products or sums come out otherwise, is checked for itself.
    """
    import numpy as np

    processor = hashlib.sha256(model.embed(SAMPLES).tobytes()).hexdigest()[:16]
    checks = _checks(folder)
    if processor in checks:
        return checks[processor], True
    found = least_cosine(np.load(folder / CHECKED_VECTORS), model.embed(checked_texts()))
    with suppress(OSError):  # a cache that cannot be written costs a check at each start
        write_whole(folder / CHECKS, json.dumps({**checks, processor: found}), AS_USUAL)
    return found, False


def _checks(folder: Path) -> dict[str, float]:
    """What was found on processors so far; what cannot be read is found anew."""
    try:
        found = json.loads((folder / CHECKS).read_text("utf-8"))
        return {str(processor): float(cosine) for processor, cosine in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


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
    """Run `assistant.models.export` in a process of its own, without the network."""
    home = Path(assistant.__file__).parent.parent
    path = os.pathsep.join(filter(None, [str(home), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-P", "-m", "assistant.models.export", str(source.resolve()), str(target)],
        # threads that wait do not compute: on a busy computer that takes a tenth of the time
        env={"OMP_WAIT_POLICY": "PASSIVE", **os.environ, "PYTHONPATH": path, "HF_HUB_OFFLINE": "1"},
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
    written = [name for name in (GRAPH, PROBE, TOKENIZER, CHECKED_VECTORS, FACTS, REFUSAL) if (folder / name).is_file()]
    if (folder / REFUSAL).exists():
        for name in set(written) - {REFUSAL}:
            (folder / name).unlink()
        written = [REFUSAL]
    checksums = {name: file_digest(folder / name) for name in written}
    (folder / CHECKSUMS).write_text(json.dumps(checksums), "utf-8")
