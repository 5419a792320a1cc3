"""What ``citewell doctor`` finds out: versions, models, folders, index state, free disk, and what is wrong."""

from __future__ import annotations

import platform
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path

from assistant import __version__
from assistant.errors import ModelUnavailable
from assistant.interfaces.languages import uncovered
from assistant.interfaces.wording import describe
from assistant.settings import PACKAGED_MODEL, PACKAGED_READER, Settings

PACKAGES = ("chromadb", "sentence-transformers", "tantivy", "gradio", "torch")
"""The packages whose versions explain most troubles."""
REPLY_PIECES, REPLY_SHOWN = 50, 60
"""Of what a language model says when it is tried, so many pieces are waited for, and so many characters shown."""


@dataclass(frozen=True, slots=True)
class ModelState:
    """A model: its name, its folder where it has one, and whether it is there and can be used.

    Of the embedding model ``precision`` is how it computes on this processor, with ``least_cosine`` to single precision
    (None where it computes in that) and ``reason``, why it does not run as int8; ``prompts`` are what is put before
    questions and before passages.
    """

    name: str
    folder: str | None = None
    verified: bool = False
    precision: str | None = None
    least_cosine: float | None = None
    reason: str | None = None
    prompts: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class WriterState:
    """The language model that writes answers, where the passages go, and how it answered when it was tried.

    ``reply`` is what it wrote, and ``seconds`` how long it took; both None where it did not answer.
    """

    name: str
    host: str
    reply: str | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What `diagnose` found. Numbers that could not be found out are None; ``packages`` maps names to versions.

    ``back_up`` names the folders and the file that hold what cannot be made again; the index can. ``needs_sync`` tells
    whether files came, went or were saved since they were indexed. ``users_file`` is None where none is named, and
    ``users`` counts those in it. ``reranker`` and ``reader`` are None where none is named; ``reader_threshold`` is the
    margin that the reader's best span must reach. ``language_model`` is None where answers are quoted; it is tried with
    a word that is none of the documents'. ``notes`` are remarks on what works, though not at its best. ``remedy`` is
    the command that brings the index up to date.
    """

    citewell: str
    python: str
    platform: str
    packages: dict[str, str | None]
    model: ModelState
    corpus_dir: str
    index_dir: str
    state_dir: str
    back_up: tuple[str, ...]
    free_disk_bytes: int
    documents: int | None = None
    passages: int | None = None
    failed: int | None = None
    generation: int | None = None
    needs_sync: bool | None = None
    users_file: str | None = None
    users: int | None = None
    reranker: ModelState | None = None
    reader: ModelState | None = None
    reader_threshold: float | None = None
    language_model: WriterState | None = None
    remedy: str = "citewell sync"
    notes: tuple[str, ...] = field(default=())
    problems: tuple[str, ...] = field(default=())

    def rows(self) -> Iterator[tuple[str, str]]:
        """Name and value of each finding, for people."""
        yield "Citewell", f"{self.citewell}, Python {self.python}, {self.platform}"
        yield "Packages", ", ".join(f"{name} {found or 'not installed'}" for name, found in self.packages.items())
        yield from self._rows_of_models()
        yield "Corpus", f"{self.corpus_dir} (back this up)"
        yield "State", f"{self.state_dir} (back this up)"
        yield "Index", f"{self.index_dir} (made from the corpus; may be deleted)"
        yield "Users", _who_logs_in(self)
        if self.generation is not None:
            yield (
                "Holds",
                f"documents: {self.documents:,}, passages: {self.passages:,}, files not read: {self.failed:,}",
            )
            yield "Generation", f"{self.generation:,}"
        if self.needs_sync is not None:
            yield "Up to date", f"no, run: {self.remedy}" if self.needs_sync else "yes"
        yield "Free disk", f"{self.free_disk_bytes / 1e9:,.1f} GB beside the index"

    def _rows_of_models(self) -> Iterator[tuple[str, str]]:
        yield "Model", _in_words(self.model)
        if self.model.precision:
            yield "Computes", _how_it_computes(self.model)
        if any(self.model.prompts):
            yield "Prompts", "“{}” before questions, “{}” before passages".format(*self.model.prompts)
        if self.reranker:
            yield "Reranker", _in_words(self.reranker)
        if self.reader:
            gate = "" if self.reader_threshold is None else f", answers from a margin of {self.reader_threshold:.2f}"
            yield "Reader", _in_words(self.reader) + gate
        if self.language_model:
            yield "Writes", _how_it_answered(self.language_model)


def diagnose(settings: Settings, in_full: Callable[[str], str] = str) -> Diagnosis:
    """Find out the state of everything; what is broken becomes a problem with its remedy, never an error.

    ``in_full`` completes the commands in a remedy with the folders that were named.
    """
    diagnosis = Diagnosis(
        citewell=__version__,
        python=platform.python_version(),
        platform=platform.platform(),
        packages={name: _version_of(name) for name in PACKAGES},
        model=ModelState(settings.embedding_model),
        corpus_dir=str(settings.corpus_dir),
        index_dir=str(settings.index_dir),
        state_dir=str(settings.state_dir),
        back_up=tuple(map(str, filter(None, (settings.corpus_dir, settings.state_dir, settings.users)))),
        free_disk_bytes=shutil.disk_usage(_nearest_existing(settings.index_dir)).free,
        reranker=ModelState(settings.reranker) if settings.reranker else None,
        reader=ModelState(settings.reader) if settings.reader else None,
        users_file=str(settings.users) if settings.users else None,
    )
    models = (_look_at_embedder, _look_at_reranker, _look_at_reader, _try_language_model)
    for look in (_look_at_plugins, *models, _look_at_users, _look_inside):
        try:
            diagnosis = look(diagnosis, settings)
        except Exception as error:  # a doctor that fails with its patient helps nobody
            diagnosis = replace(diagnosis, problems=(*diagnosis.problems, describe(error)))
    problems = tuple(dict.fromkeys(map(in_full, diagnosis.problems)))
    return replace(diagnosis, remedy=in_full(diagnosis.remedy), problems=problems)


def _look_at_plugins(diagnosis: Diagnosis, _settings: Settings) -> Diagnosis:
    """The diagnosis with the packages that bring readers, and what is wrong with these."""
    from assistant.reading.plugins import plugins
    from assistant.reading.readers import plugin_problems

    packages = diagnosis.packages | {plugin.package: plugin.package_version for plugin in plugins()}
    return replace(diagnosis, packages=packages, problems=(*diagnosis.problems, *plugin_problems()))


def _look_at_embedder(diagnosis: Diagnosis, settings: Settings) -> Diagnosis:
    """The diagnosis with the embedding model, loaded, and prepared if it is not yet."""
    from assistant.models.embedder import Embedder, packaged_model_folder

    name = settings.embedding_model
    state = ModelState(name, str(packaged_model_folder()), verified=True) if name == PACKAGED_MODEL else _usable(name)
    embedder = Embedder(name, settings.cache_dir)
    computes, prompts = embedder.precision, embedder.prompts
    state = replace(
        state,
        precision=computes.name,
        least_cosine=computes.least_cosine,
        reason=computes.reason,
        prompts=(prompts.question, prompts.passage),
    )
    return replace(diagnosis, model=state)


def _look_at_reranker(diagnosis: Diagnosis, settings: Settings) -> Diagnosis:
    """The diagnosis with the reranker, where one is named; loads it."""
    from assistant.assembly import open_reranker

    reranker = open_reranker(settings)
    return replace(diagnosis, reranker=_usable(reranker.name)) if reranker else diagnosis


def _look_at_reader(diagnosis: Diagnosis, settings: Settings) -> Diagnosis:
    """The diagnosis with the reader, where there is one, and the threshold of one that is named; loads it."""
    from assistant.assembly import open_gate, open_reader

    packaged = open_reader(settings)
    if packaged is not None:
        packaged.check()
        return replace(diagnosis, reader=_usable(PACKAGED_READER))
    gate = open_gate(settings)
    if gate is None:
        return diagnosis
    return replace(diagnosis, reader=_usable(gate.model.name), reader_threshold=gate.threshold)


def _try_language_model(diagnosis: Diagnosis, settings: Settings) -> Diagnosis:
    """The diagnosis with the language model, where one is named, and what it said to a word; a problem if nothing."""
    from assistant.assembly import open_language_models
    from assistant.generation.prompts import trial

    model = open_language_models(settings).get()
    if model is None:
        return diagnosis
    state = WriterState(model.name, model.host)
    began = time.monotonic()
    try:
        with closing(model.stream(trial())) as pieces:
            reply = " ".join("".join(islice(pieces, REPLY_PIECES)).split())[:REPLY_SHOWN]
    except ModelUnavailable as error:
        return replace(diagnosis, language_model=state, problems=(*diagnosis.problems, str(error)))
    if not reply:
        problem = f"{model.name} at {model.host} answered with nothing. Try again, or name another model."
        return replace(diagnosis, language_model=state, problems=(*diagnosis.problems, problem))
    return replace(diagnosis, language_model=replace(state, reply=reply, seconds=time.monotonic() - began))


def _look_at_users(diagnosis: Diagnosis, settings: Settings) -> Diagnosis:
    """The diagnosis with the number of users, where their file is named."""
    from assistant.users import Users

    return replace(diagnosis, users=len(Users(settings.users).names())) if settings.users else diagnosis


def _look_inside(diagnosis: Diagnosis, settings: Settings) -> Diagnosis:
    """The diagnosis with what the assistant knows about corpus and index, whatever the optional models are like."""
    from assistant.answering.taking_in import told_taking_in
    from assistant.assembly import open_assistant

    with open_assistant(settings.model_copy(update={"reranker": None, "reader": None, "model": None})) as assistant:
        health = assistant.health()
        troubles = [f"Not refreshed: {one.source}: {one.reason}" for one in assistant.web_problems()]
        diagnosis = replace(diagnosis, problems=(*diagnosis.problems, *health.problems))
        if not health.generation:  # no index, or none that can be read
            return diagnosis
        return replace(
            diagnosis,
            documents=health.documents,
            passages=health.passages,
            failed=health.failed,
            generation=health.generation,
            needs_sync=None if health.problems else health.needs_sync,
            notes=tuple(filter(None, (uncovered(assistant.documents()), *troubles, *told_taking_in(health.taking_in)))),
        )


def _usable(name: str) -> ModelState:
    """The state of a model that could be loaded."""
    folder = Path(name).expanduser()
    return ModelState(name, str(folder.resolve()) if folder.is_dir() else None, verified=True)


def _how_it_computes(model: ModelState) -> str:
    """The precision of the embedding model, and how close it is to single precision, or why it is that."""
    if model.least_cosine is not None:
        return f"{model.precision}; least cosine to single precision on this processor {model.least_cosine:.4f}"
    return f"{model.precision}: {model.reason}" if model.reason else str(model.precision)


def _how_it_answered(model: WriterState) -> str:
    """Where the passages go, and what came back."""
    to = f"{model.name}, the question and passages go to {model.host}"
    return f"{to}, answered “{model.reply}” in {model.seconds:.1f} s" if model.reply else f"{to}, did not answer"


def _who_logs_in(diagnosis: Diagnosis) -> str:
    """The file of users and how many there are, or that nobody has to log in."""
    if diagnosis.users_file is None:
        return "none; the page asks nobody to log in (CITEWELL_USERS names their file)"
    if diagnosis.users is None:
        return f"{diagnosis.users_file}, not usable"
    if diagnosis.users == 0:
        return f"{diagnosis.users_file}, no users yet; add one with: citewell user add NAME"
    users = "1 user" if diagnosis.users == 1 else f"{diagnosis.users:,} users"
    return f"{diagnosis.users_file}, {users} (back this up)"


def _in_words(model: ModelState) -> str:
    where = f" in {model.folder}" if model.folder else ""
    return f"{model.name}{where}, {'verified' if model.verified else 'not usable'}"


def _version_of(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _nearest_existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())
