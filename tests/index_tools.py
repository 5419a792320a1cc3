"""What the tests of the index share: a model whose vectors need no torch, a corpus that tells its editions apart, a
dump of everything comparable in an index, and a workshop: another process in which a sync can be killed, paused,
robbed of its privileges or of its disk.

The workshop is this module run as a script. It imports once and forks a child for each job, so that every job is a
real process with a real end, and a cheap one.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import random
import resource
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from assistant import indexing
from assistant.assembly import ENGINES, open_web
from assistant.assistant import Assistant
from assistant.corpus import CorpusFolder
from assistant.corpus.fetching import FetchLimits
from assistant.corpus.opml import FeedList
from assistant.corpus.records import Records
from assistant.indexing import Embedder, Engines, IndexLayout, IndexReader, passages, reading_ahead
from assistant.indexing.lexical import TantivyIndex
from assistant.indexing.manifest import Manifest
from assistant.indexing.texts import TextStore
from assistant.indexing.vectors import ChromaIndex
from assistant.models.embedder import Vectors
from assistant.reading.language import detect
from assistant.settings import Settings
from assistant.tables.duck import DuckWriter
from assistant.tables.table_store import TableStore
from assistant.text.terms import terms
from assistant.types import SyncReport
from tests.warm_readers import WarmReaders

# Any: names are set in them, and read that they import. (The package shows the function `sync`, not its module.)
sync_module: Any = importlib.import_module("assistant.indexing.sync")
index_writer: Any = importlib.import_module("assistant.indexing.index_writer")

ROOT = Path(__file__).resolve().parent.parent
WAIT_SECONDS = 120
"""How long a test waits for another process before it gives up; no test's result depends on it."""
NOBODY = 65534


class HashingEmbedder(Embedder):
    """A stand-in for the model alone: words, hashed into a few dimensions. ``hashing-24`` gives 24 of them.

    Equal texts have equal vectors whatever stands beside them, and every text ever embedded is in ``embedded``.
    """

    def __init__(self, name: str = "hashing-24") -> None:
        super().__init__(name, Path())
        self.dimension = int(name.rpartition("-")[2])
        self.embedded: list[str] = []

    @property
    def key(self) -> str:
        return self.name

    def check(self) -> None:
        """It is always there."""

    @property
    def maximum_tokens(self) -> int:
        return 120

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[0] = 0.1  # a text without words has a direction too
            for word in terms(text):
                digest = hashlib.blake2b(f"{self.name} {word}".encode(), digest_size=4).digest()
                row[int.from_bytes(digest[:3]) % self.dimension] += 1.0 if digest[3] % 2 else -1.0
        directions: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return directions

    def embed_as_questions(self, texts: Sequence[str]) -> Vectors:
        return self.embed(texts)


# Corpora

TOPICS = "harbour glacier orchard viaduct lantern quarry meadow foundry lagoon citadel".split()


def briefing(number: int, edition: int = 1, *, sentences: int = 6) -> str:
    """A document of two sections in which every sentence names the document and the edition it is of."""
    topic = TOPICS[number % len(TOPICS)]
    parts = []
    for heading in ("Background", "Outlook"):
        said = " ".join(
            f"In its {heading.lower()}, the {topic} survey{number} recorded finding{number * 100 + line} "
            f"as edition{edition} of the yearly report on the {topic}."
            for line in range(sentences)
        )
        parts.append(f"## {heading}\n\n{said}\n")
    front = (
        f"---\ntitle: The {topic} survey {number}\npublished: 2024-01-{number % 28 + 1:02}\npublisher: Office\n---\n"
    )
    return front + "\n" + "\n".join(parts)


def write_corpus(folder: Path, files: Mapping[str, str]) -> None:
    """Make the folder hold exactly these files."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
    for source, text in files.items():
        path = folder / source
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def editions(count: int, edition: int = 1, **options: int) -> dict[str, str]:
    """As many briefings, all of one edition, by source."""
    return {f"briefing{number:03}.md": briefing(number, edition, **options) for number in range(count)}


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def size(folder: Path) -> int:
    """The bytes of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


@dataclass(frozen=True, slots=True)
class Desk:
    """A corpus and its index in one folder, and what tests do with the two."""

    folder: Path
    engines: Engines = ENGINES

    @property
    def corpus(self) -> Path:
        return self.folder / "corpus"

    @property
    def index(self) -> Path:
        return self.folder / "index"

    @property
    def layout(self) -> IndexLayout:
        return IndexLayout(self.index, self.engines)

    def write(self, files: Mapping[str, str]) -> None:
        write_corpus(self.corpus, files)

    def sync(self, embedder: Embedder | None = None, **options: Any) -> SyncReport:
        folder = CorpusFolder(self.corpus, self.folder / "state" / "removed")
        return indexing.sync(folder, self.layout, embedder or HashingEmbedder(), **options)

    def reader(self) -> IndexReader:
        return IndexReader(self.layout, self.corpus, HashingEmbedder)

    def assistant(self, embedder: Embedder | None = None) -> Assistant:
        """An assistant as `open_assistant` makes it, but for the model."""
        settings = Settings(
            corpus_dir=self.corpus, index_dir=self.index, state_dir=self.folder / "state", allow_private_urls=True
        )
        folder = CorpusFolder(self.corpus, self.folder / "state" / "removed")
        web = partial(open_web, settings, folder, FetchLimits(pause=0.0))
        return Assistant(settings, folder, self.reader(), embedder or HashingEmbedder(), open_web=web)

    def describe(self) -> dict[str, Any]:
        return describe(self.index, self.corpus)

    def build_fresh(self, embedder: Embedder | None = None) -> Path:
        """An index made now, from nothing, of the same corpus; returns its folder."""
        other = self.folder / "fresh"
        shutil.rmtree(other, ignore_errors=True)
        folder = CorpusFolder(self.corpus, self.folder / "state" / "removed")
        indexing.sync(folder, IndexLayout(other, ENGINES), embedder or HashingEmbedder())
        return other

    def fresh(self, embedder: Embedder | None = None) -> dict[str, Any]:
        """What `describe` says of a fresh build; each is made once for all tests, which only read it."""
        embedder = embedder or HashingEmbedder()
        state = repr((embedder.name, index_writer.SPLITTER, contents(self.corpus)))
        if state not in _fresh_builds:
            _fresh_builds[state] = describe(self.build_fresh(embedder), self.corpus)
        return _fresh_builds[state]


_fresh_builds: dict[str, dict[str, Any]] = {}


# What an index holds


class NearVector:
    """A vector that equals another within what one or two normalisations in single precision change."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, values: Vectors) -> None:
        self.values = values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NearVector) and bool(np.allclose(self.values, other.values, rtol=0, atol=1e-5))

    def __repr__(self) -> str:
        return f"NearVector({self.values.round(4).tolist()})"


def describe(index_dir: Path, corpus_dir: Path) -> dict[str, Any]:
    """Everything in an index that two builds of one corpus must agree on; ``indexed_at`` and counters are left out.

    It is read past the code under test where that is possible: SQLite and files directly. Whatever is no longer of
    use to the live build (another build, dead vectors, unused texts, temporary files) shows as a difference.
    """
    Manifest(index_dir / "manifest.sqlite", corpus_dir).close()  # it is this corpus's index
    database = sqlite3.connect(index_dir / "manifest.sqlite")
    database.row_factory = sqlite3.Row
    try:

        def rows(query: str) -> list[dict[str, Any]]:
            return [dict(row) for row in database.execute(query)]

        meta = {row["name"]: row["value"] for row in rows("SELECT * FROM meta")}
        builds = rows("SELECT id, model, profile FROM builds")
        live = meta["live_build"]
        documents = rows("SELECT * FROM documents ORDER BY build, source")
        passage_rows = rows("SELECT * FROM passages ORDER BY build, source, ordinal")
        failures = rows("SELECT * FROM failures ORDER BY build, source")
        orphans = rows("SELECT * FROM orphans")
        begun = [*rows("SELECT source FROM coming"), *rows("SELECT source FROM awaited")]
    finally:
        database.close()
    for row in [*documents, *passage_rows, *failures, *orphans]:
        row["build"] = "live" if str(row["build"]) == live else "another"
    for row in [*documents, *failures]:
        row.pop("indexed_at", None)
        row.pop("added_at", None)
        del row["stamp"]
    texts = {file.stem: file.read_text("utf-8") for file in (index_dir / "texts").rglob("*") if file.is_file()}
    ids = [row["id"] for row in passage_rows]
    vectors = ChromaIndex(index_dir / "chroma" / live)
    words = TantivyIndex(index_dir / "lexical" / live)
    try:
        stored = {id: NearVector(vector) for id, vector in sorted(vectors.get(ids).items())}
        vocabulary = sorted({term for text in texts.values() for term in terms(text)})
        return {
            "format": meta["format"],
            "builds": [{**build, "id": "live" if str(build["id"]) == live else "another"} for build in builds],
            "documents": documents,
            "passages": passage_rows,
            "failures": failures,
            "orphans": orphans,
            "begun": begun,
            "texts": dict(sorted(texts.items())),
            "tables": tables_in(index_dir / "tables"),
            "vectors": stored,
            "vectors_counted": vectors.count(),
            "words": {term: sorted(id for id, _ in words.best([[term]], 10_000)) for term in vocabulary},
            "words_counted": words.count(),
            "words_agree": words.generation == int(meta["generation"]),
            "stores": {
                kind: ["live" if folder.name == live else folder.name for folder in (index_dir / kind).iterdir()]
                for kind in ("chroma", "lexical")
            },
        }
    finally:
        vectors.close()


def tables_in(folder: Path) -> dict[str, list[Any]]:
    """The files of tables in a folder, and what the catalogue beside them says of the tables and of their cells."""
    catalogue = sqlite3.connect(folder / "catalogue.sqlite")
    try:
        return {
            "files": sorted(file.stem for file in folder.glob("*/*")),
            "texts": catalogue.execute("SELECT * FROM texts ORDER BY key").fetchall(),
            "said": catalogue.execute("SELECT * FROM said ORDER BY key, folded, number, column, value").fetchall(),
        }
    finally:
        catalogue.close()


def body(text: str) -> str:
    """A briefing without its front matter, as it is stored."""
    return text.split("---\n", 2)[2]


def check_served(assistant: Assistant, allowed: Sequence[Mapping[str, str]], *, empty: bool = False) -> None:
    """Ask, and see that each document answers from one of the ``allowed`` versions, whole and unmixed.

    ``empty`` allows that nothing answers yet, as during a first sync.
    """
    versions: dict[str, set[str]] = {}
    for files in allowed:
        for source, text in files.items():
            versions.setdefault(source, set()).add(body(text))
    required = set.intersection(*(set(files) for files in allowed)) if not empty else set()
    hits = assistant.search("What did the yearly report on the harbour survey record?", limit=200)
    assert empty or hits
    answered: dict[str, set[str]] = {}
    for hit in hits:
        passage = hit.passage
        fitting = {text for text in versions[passage.source] if text[passage.start : passage.end] == passage.text}
        assert fitting, f"{passage.source} [{passage.start}, {passage.end}) is of no version: {passage.text[:80]!r}"
        answered[passage.source] = answered.get(passage.source, fitting) & fitting
    assert {source for source, texts in answered.items() if not texts} == set(), "two versions of one document"
    records = {record.source for record in assistant.documents() if record.passages}
    assert required <= records <= set(versions)
    for source in records:
        assert assistant.document(source).text in versions[source]
    answer = assistant.ask(
        "Which finding did the harbour survey0 record as edition1 of the yearly report on the harbour?"
    )
    for citation in answer.citations:
        texts = versions[citation.passage.source]
        assert any(text[citation.start : citation.end] == citation.quote for text in texts)


# The workshop: jobs in processes of their own

STEPS: dict[str, tuple[type, str]] = {
    "texts.put": (TextStore, "put"),
    "texts.sweep": (TextStore, "sweep"),
    "tables.put": (TableStore, "put"),
    "tables.write": (DuckWriter, "write"),
    "tables.sweep": (TableStore, "sweep"),
    "manifest.start_build": (Manifest, "start_build"),
    "manifest.announce": (Manifest, "announce"),
    "vectors.put": (ChromaIndex, "put"),
    "vectors.delete": (ChromaIndex, "delete"),
    "words.change": (TantivyIndex, "change"),
    "words.rebuild": (TantivyIndex, "rebuild"),
    "manifest.commit": (Manifest, "commit"),
    "manifest.set_refused": (Manifest, "set_refused"),
    "manifest.go_live": (Manifest, "go_live"),
    "manifest.expect": (Manifest, "expect"),
    "manifest.forget_coming": (Manifest, "forget_coming"),
    "manifest.forget_orphans": (Manifest, "forget_orphans"),
    "manifest.replace_build": (Manifest, "replace_build"),
    "manifest.drop_build": (Manifest, "drop_build"),
    "manifest.give_back_space": (Manifest, "give_back_space"),
    "corpus.write": (CorpusFolder, "write"),
    "feeds.move": (FeedList, "move"),
    "records.note_page": (Records, "note_page"),
    "records.note_feed": (Records, "note_feed"),
    "records.note_article": (Records, "note_article"),
    "records.move_feed": (Records, "move_feed"),
}
"""The steps of a sync, or of what is fetched before it, at which a job can be killed or paused, by name."""


class Workshop:
    """Another process that does jobs, each in a process of its own. Use one per module; jobs run one at a time.

    Where jobs read files in processes, ``readers`` starts these.
    """

    def __init__(self, readers: WarmReaders | None = None) -> None:
        passed_on = [readers.connection.fileno()] if readers else []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.index_tools", *map(str, passed_on)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            pass_fds=passed_on,
        )

    def start(self, desk: Desk, **job: Any) -> int:
        """Begin a job; returns its process id. See `_work` for what a job may ask."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"folder": str(desk.folder), **job}) + "\n")
        self._process.stdin.flush()
        return int(self._line()["pid"])

    def finish(self) -> dict[str, Any]:
        """The outcome of the job begun: ``signal``, or else ``report`` or ``error`` and ``message``."""
        return self._line()

    def run(self, desk: Desk, **job: Any) -> dict[str, Any]:
        """Do a job to its end."""
        self.start(desk, **job)
        return self.finish()

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(WAIT_SECONDS)
        self._process.stdout.close()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the workshop has died"
        answer: dict[str, Any] = json.loads(line)
        return answer


def wait_for(path: Path) -> None:
    """Wait until a file is there."""
    patience = time.monotonic() + WAIT_SECONDS
    while not path.exists():
        assert time.monotonic() < patience, f"{path} did not appear"
        time.sleep(0.005)


def _at_step(do: Callable[[], None], step: str, when: str, call: int) -> None:
    """Have something happen before or after the ``call``-th call of a step."""
    owner, name = STEPS[step]
    original = getattr(owner, name)
    calls = 0

    def instead(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call and when == "before":
            do()
        result = original(*arguments, **named)
        if calls == call and when == "after":
            do()
        return result

    setattr(owner, name, instead)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _pause(desk: Desk) -> None:
    (desk.folder / "paused").touch()
    wait_for(desk.folder / "go")


def _work(job: dict[str, Any]) -> dict[str, Any]:
    """Do a job: ``action`` "sync" (the default), "rebuild", "search", "add" (``paths``), or "refresh" (the feed
    ``only``); ``model``, ``splitter``, ``per_commit`` as for the sync; ``kill`` or ``pause`` at (step, when, call);
    ``uid`` to be; ``file_limit`` in bytes.
    """
    desk = Desk(Path(job["folder"]))
    sync_module.PASSAGES_PER_COMMIT = job.get("per_commit", sync_module.PASSAGES_PER_COMMIT)
    index_writer.DEAD_SHARE = job.get("dead_share", index_writer.DEAD_SHARE)
    if "splitter" in job:
        index_writer.SPLITTER = passages.SPLITTER = job["splitter"]
    if "kill" in job:
        _at_step(_die, *job["kill"])
    if "pause" in job:
        _at_step(lambda: _pause(desk), *job["pause"])
    if "uid" in job:
        os.setgroups([])
        os.setgid(job["uid"])
        os.setuid(job["uid"])
    if "file_limit" in job:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["file_limit"], resource.RLIM_INFINITY))
    try:
        if job.get("action") == "search":
            with desk.assistant() as assistant:
                hits = assistant.search(job["question"])
            return {"sources": [hit.passage.source for hit in hits]}
        if job.get("action") in ("add", "refresh"):
            with desk.assistant() as assistant:
                if job["action"] == "refresh":
                    report = assistant.refresh_feeds(job["only"]).sync
                else:
                    report = assistant.add(job["paths"])
        else:
            report = desk.sync(HashingEmbedder(job.get("model", "hashing-24")), rebuild=job.get("action") == "rebuild")
    except Exception as error:
        return {"error": type(error).__name__, "message": str(error), "traceback": traceback.format_exc()}
    return {
        "report": {
            "added": report.added,
            "updated": report.updated,
            "unchanged": report.unchanged,
            "removed": report.removed,
            "failed": [failure.source for failure in report.failed],
        }
    }


def _do_in_child(job: dict[str, Any]) -> dict[str, Any]:
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            outcome = json.dumps(_work(job)).encode()
            while outcome:
                outcome = outcome[os.write(sending, outcome) :]
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(sending)
    print(json.dumps({"pid": child}), flush=True)  # noqa: T201 (the answer)
    if "kill_after" in job:  # at a random moment, unless it is done before
        select.select([receiving], [], [], random.Random(job["seed"]).uniform(0, job["kill_after"]))
        os.kill(child, signal.SIGKILL)
    with os.fdopen(receiving, "rb") as outcome_pipe:
        outcome = outcome_pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return {"signal": os.WTERMSIG(status)}
    return dict(json.loads(outcome)) if outcome else {"error": "no outcome", "message": "", "traceback": ""}


def main() -> None:
    detect("Loaded once, for all children.")
    importlib.import_module("chromadb")
    for number in sys.argv[1:]:
        reading_ahead._start = WarmReaders(socket.socket(fileno=int(number))).start  # type: ignore[assignment]
    for line in sys.stdin:
        print(json.dumps(_do_in_child(json.loads(line))), flush=True)  # noqa: T201 (the answer)


if __name__ == "__main__":
    main()
