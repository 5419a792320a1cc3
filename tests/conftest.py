"""What the tests share: one loaded model, and assistants over small corpora of their own."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from hypothesis import settings as hypothesis_settings

from assistant import Assistant, Settings
from assistant.answering.answerability import ReaderGate
from assistant.assembly import ENGINES, open_web
from assistant.corpus import CorpusFolder
from assistant.indexing import Embedder, IndexLayout, IndexReader, reading_ahead
from assistant.models.packaged_reader import PackagedReader
from assistant.models.reranker import CrossEncoderReranker
from assistant.settings import PACKAGED_MODEL
from assistant.users import Users
from tests.browser import CHROMIUM, NO_CHROMIUM, SharedBrowser, Tab, served
from tests.logins import users_in
from tests.warm_readers import WarmReaders

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

Files = Mapping[str, str | bytes]
"""A corpus as a test writes it down: the content of each file, by source."""


class OpenCorpus(Protocol):
    """Opens an assistant over a new corpus of these files, with this reader or with none."""

    def __call__(self, files: Files, reader: PackagedReader | None = None) -> Assistant: ...


IN_MEMORY = Path("/dev/shm")
NEEDED_BYTES = 4_000_000_000
LONG_FILES = """
    test_kept_view test_damage test_accessibility test_corpus_view test_page test_long_conversation test_ask_view
    test_model_chooser test_finding_view test_subject_view test_watched_view test_computation_view test_naughty
    test_embedding test_saving test_watching test_long_documents test_ending test_crash test_crash_web
    test_evaluation_run test_evaluation_gate test_backups test_evaluation_cli test_hostile_text test_page_keeping
    test_sessions test_linear_patterns test_training test_sync test_watch_asking test_reading_ahead test_answers
    test_generations test_whats_new test_overview test_compare test_briefing test_http_documents test_http_values
    test_http_access test_mcp_stdio test_mcp_http test_collection_page test_collection_leaks
""".split()
"""The files of tests that take longest, about the longest first. The second needs no model: the first prepares it.

Those that share a browser follow one another, so that each process opens one alone.
"""

# The same examples on every run, however slow the machine: what passes here passes there.
hypothesis_settings.register_profile("citewell", deadline=None, derandomize=True, database=None)
hypothesis_settings.load_profile("citewell")


THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive"}
"""Products of a moment are shared among no threads, and threads that wait sleep: by default both keep a processor busy
for nothing, which the other process of tests, the browser and the type checker need."""


def pytest_configure() -> None:
    """The processes that run tests get the folder and the threads that suit them, before they load anything."""
    os.environ.update(THREADS)
    _write_to_memory()


def _write_to_memory() -> None:
    """Where there is a file system in memory that is large enough and runs programs, the tests' files lie there.

    An index is flushed to the disk at each commit, which thousands of times is most of what many tests wait for; what a
    process leaves behind when it is killed is the same on both.
    """
    if not os.access(IN_MEMORY, os.W_OK):
        return
    there = os.statvfs(IN_MEMORY)
    if there.f_bavail * there.f_frsize >= NEEDED_BYTES and not there.f_flag & os.ST_NOEXEC:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files come first: one that came last would keep one process busy while the other has nothing left to do."""
    places = {name: place for place, name in enumerate(LONG_FILES)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported meanwhile is there to the end: no search for garbage goes through it, then or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of prepared models: one for all processes that run tests."""
    own = tmp_path_factory.getbasetemp()
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "cache"


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside(cache_dir: Path) -> Iterator[None]:
    """The variables of whoever runs the tests do not reach them; models are prepared for all tests, and once."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("CITEWELL_")]:
            patch.delenv(name)
        patch.setenv("CITEWELL_CACHE_DIR", str(cache_dir))
        yield


@pytest.fixture(scope="session", autouse=True)
def warm_readers(_no_settings_from_outside: None) -> Iterator[WarmReaders | None]:
    """Processes that read files are forked from one, which has imported what they need; None where there is no fork."""
    if not hasattr(os, "fork") or not hasattr(socket, "send_fds"):
        yield None
        return
    readers = WarmReaders()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading_ahead, "_start", readers.start)
        yield readers
    readers.close()


@pytest.fixture
def readers_started_anew(warm_readers: WarmReaders | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that read files are started as the program starts them."""
    if warm_readers:
        monkeypatch.setattr(reading_ahead, "_start", warm_readers.started_anew)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Tests that are coroutines run in asyncio's loop."""
    return "asyncio"


def write_corpus(folder: Path, files: Files) -> Path:
    """Write the files below ``folder``; text as UTF-8, with the line ends it has. Returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for source, content in files.items():
        path = folder / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@pytest.fixture(scope="session")
def embedder(cache_dir: Path) -> Embedder:
    """The packaged model, loaded once for all tests that use it."""
    return Embedder(PACKAGED_MODEL, cache_dir)


@pytest.fixture(scope="session")
def reader() -> PackagedReader:
    """The reader that comes with the program."""
    return PackagedReader()


@pytest.fixture(scope="session")
def open_corpus(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenCorpus]:
    """Gives an assistant over a new corpus of these files, already indexed; all are closed at the end."""
    with ExitStack() as opened:

        def open_corpus(files: Files, reader: PackagedReader | None = None) -> Assistant:
            home = tmp_path_factory.mktemp("assistant")
            write_corpus(home / "corpus", files)
            assistant = opened.enter_context(assistant_with(embedder, home, reader=reader))
            assistant.sync()
            return assistant

        yield open_corpus


def assistant_with(
    embedder: Embedder,
    home: Path,
    reranker: CrossEncoderReranker | None = None,
    reader: PackagedReader | None = None,
    gate: ReaderGate | None = None,
) -> Assistant:
    """An assistant over ``home/corpus`` that uses models which are loaded already."""
    settings = Settings(corpus_dir=home / "corpus", index_dir=home / "index", state_dir=home / "state")
    corpus = CorpusFolder(settings.corpus_dir, settings.state_dir / "removed")
    return Assistant(
        settings,
        corpus,
        IndexReader(IndexLayout(settings.index_dir, ENGINES), settings.corpus_dir, lambda _: embedder),
        embedder,
        reranker,
        reader,
        gate=gate,
        open_web=partial(open_web, settings, corpus),
    )


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Users]:
    """Ann and Bob, who may log in to the page."""
    with users_in(tmp_path_factory.mktemp("users"), "ann", "bob") as users:
        yield users


@pytest.fixture(scope="module")
def context(browser: Browser, shared_browser: SharedBrowser, address: str) -> Iterator[BrowserContext]:
    """The window of modules that come one after another; each page in it is a session of its own."""
    with shared_browser.window_at(browser, address) as context:
        yield context


@pytest.fixture(scope="module")
def tab(context: BrowserContext) -> Tab:
    """A tab for the tests of one module, each of which loads the page in it anew."""
    return Tab(context)


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    """Where the page is served over the module's ``assistant``."""
    with served(assistant) as address:
        yield address


@pytest.fixture(scope="session")
def shared_browser() -> Iterator[SharedBrowser]:
    """The browser of modules that come one after another."""
    shared = SharedBrowser()
    yield shared
    shared.close()


@pytest.fixture(scope="module", autouse=True)
def _no_browser_beside_other_modules(request: pytest.FixtureRequest, shared_browser: SharedBrowser) -> None:
    """It is closed before a module that has no window of it: such a one may run an event loop of its own."""
    own = f"{request.node.nodeid}::"
    if not any(item.nodeid.startswith(own) and "context" in item.fixturenames for item in _functions(request.session)):
        shared_browser.close()


def _functions(session: pytest.Session) -> Iterator[pytest.Function]:
    return (item for item in session.items if isinstance(item, pytest.Function))


@pytest.fixture(scope="module")
def browser(shared_browser: SharedBrowser) -> Browser:
    """The system's Chromium."""
    if CHROMIUM is None:
        pytest.skip(NO_CHROMIUM)
    return shared_browser.opened()
