"""How a model that a person names is found and loaded, and what they are told when that fails."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Protocol, TypeVar

from assistant.errors import ModelUnavailable
from assistant.packages import cannot_be_imported

Role = Literal["reranker", "reader", "model"]
"""What the model is for, as its setting is called."""
Model = TypeVar("Model", covariant=True)
RUN_BY = ("sentence-transformers", "transformers", "torch")
"""The packages that run such models."""


class Loader(Protocol[Model]):
    """Makes a model of a folder, or of a name on the Hugging Face hub, without the network if so asked."""

    def __call__(self, path: str, *, local_files_only: bool) -> Model:
        """The model; raises whatever its library raises when there is none."""


def load_named(role: Role, name: str, load: Loader[Model]) -> Model:
    """What ``load`` makes of the model that is named: a folder, or a model of the Hugging Face hub.

    A model of the hub is downloaded only when it is not on disk; once it is, nothing is looked up.

    Raises:
        ModelUnavailable: there is no such model here or on the hub, ``load`` cannot use it, or a package that runs it
            cannot be imported.
    """
    try:
        return _loaded_quietly(name, load)
    except ImportError as error:
        raise ModelUnavailable(
            f"The {role} {name!r} cannot be loaded, as a package that it takes cannot be imported. "
            f"{cannot_be_imported(error, RUN_BY)} Install what is missing, or bring these up to date with: "
            f"pip install --upgrade citewell. Or unset CITEWELL_{role.upper()} to do without."
        ) from error
    except Exception as error:  # the libraries promise nothing about what a broken model makes them raise
        reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        raise ModelUnavailable(
            f"The {role} {name!r} cannot be loaded: {reason}. CITEWELL_{role.upper()} takes a model's folder, or its "
            "name on the Hugging Face hub, from where it is downloaded once. Correct it, or unset it to do without."
        ) from error


def _loaded_quietly(name: str, load: Loader[Model]) -> Model:
    from transformers.utils import logging

    logging.disable_progress_bar()
    told = logging.get_verbosity()
    logging.set_verbosity_error()  # weights that are left over are reported at length, though it is usual
    try:
        folder = Path(name).expanduser()
        if folder.is_dir():
            return load(str(folder), local_files_only=True)
        if _looks_like_a_path(name):
            raise FileNotFoundError(f"there is no folder {folder}")
        return _load_from_hub(name, load)
    finally:
        logging.set_verbosity(told)


def _load_from_hub(name: str, load: Loader[Model]) -> Model:
    try:
        return load(name, local_files_only=True)
    except OSError:
        from huggingface_hub import HfApi

        try:
            HfApi().model_info(name, timeout=10)  # says so at once, where a download without a network retries for long
        except Exception as error:  # as in `load_named`
            raise OSError(f"it is not on this disk, and the hub does not give it ({error})") from error
        return load(name, local_files_only=False)


def _looks_like_a_path(name: str) -> bool:
    return name.startswith((".", "~", "/")) or "\\" in name or name.count("/") > 1
