"""A Citewell server over HTTP, with the methods and the values of `Assistant`."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import fields
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote as percent_encoded

from assistant.conversations.values import Conversation, ConversationSummary
from assistant.corpus.addresses import is_web_address
from assistant.corpus.feeds import FeedState
from assistant.corpus.online import FeedReport, WebReport
from assistant.corpus.pages import PagesRefresh
from assistant.errors import CorpusError, LimitError, ServiceError
from assistant.http_values import DRAWN_PAGE, KIND_BEFORE, DocumentList, DocumentRead, DrawnPage, ExplainedAnswer, Job
from assistant.news.views import Briefing, Compared, News, Overview, Positions, Timeline
from assistant.server_connection import ServerConnection, error_of, value_of
from assistant.types import (
    Answer,
    Document,
    DocumentRecord,
    Failure,
    Health,
    History,
    Mentions,
    ModelChoice,
    Names,
    PageImage,
    Passage,
    ProgressListener,
    RemovedFile,
    ScoredPassage,
    SyncReport,
)
from assistant.watches.watch_values import Watch, WatchCheck, WatchHistory

LOOKS_SECONDS = 0.3
"""How often is asked how a job is getting on."""
BATCH_BYTES = 50_000_000
"""About so many bytes of files are sent at once."""
AT_ONCE = 1_000
"""Documents of one request for a list."""


class Client:
    """What can be done with the corpus of a server, as `Assistant` does it with one of this computer.

    Values are those of `assistant.types`, and so are the errors; beside what a method's own documentation says, each
    raises `TokenError` and `NotAllowed` where the token does not let it, `LimitError` where too much is asked, and
    `ServiceError` where the server cannot be reached. May be used from many threads.
    """

    def __init__(self, address: str, token: str | None = None) -> None:
        """The server at ``address``, such as ``http://127.0.0.1:7860``; ``token`` is needed where people log in."""
        self._server = ServerConnection(address, token)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    # Questions

    def ask(
        self,
        question: str,
        history: History = (),
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
        model: str | None = None,
        conversation: str | None = None,
    ) -> Answer:
        """See `Assistant.ask`; with a ``conversation`` it goes on there, in place of a history, and is kept there."""
        narrowed = _narrowed(since, until, source, publisher)
        return self._server.post("ask", Answer, _asked(question, history, model, conversation) | narrowed)

    def stream(
        self,
        question: str,
        history: History = (),
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
        model: str | None = None,
        conversation: str | None = None,
    ) -> Generator[Answer, None, None]:
        """See `Assistant.stream`: closing it ends a language model's work; and `ask` for a ``conversation``."""
        narrowed = _narrowed(since, until, source, publisher)
        sent = _asked(question, history, model, conversation) | narrowed | {"stream": True}
        name, known = "", dict[str, Any]()
        with closing(self._server.events("ask", sent)) as events:
            for name, told in events:
                if name == "error":
                    raise error_of(told)
                known = known | told
                if name == "part":
                    yield value_of(Answer, known)
        if name != "answer":
            raise ServiceError("The server broke off before the answer was whole.")

    def plan(
        self,
        question: str,
        history: History = (),
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
    ) -> ExplainedAnswer:
        """See `Assistant.plan`; of the plan, its ``answer`` and ``why`` it is this one are told."""
        sent = {"question": question, "history": _turns(history)}
        return self._server.post("plan", ExplainedAnswer, sent | _narrowed(since, until, source, publisher))

    def search(
        self,
        question: str,
        limit: int = 10,
        history: History = (),
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
    ) -> list[ScoredPassage]:
        """See `Assistant.search`; ``limit`` is 100 at most."""
        sent = {"question": question, "limit": limit, "history": _turns(history)}
        return self._server.post("search", list[ScoredPassage], sent | _narrowed(since, until, source, publisher))

    # Looking at subjects

    def mentions(
        self,
        query: str,
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
        without: Sequence[str] = (),
        first: int = 1,
        limit: int = 20,
    ) -> Mentions:
        """See `Assistant.mentions`; ``limit`` is 1,000 at most."""
        sent = {"query": query, "without": list(without), "first": first, "limit": limit}
        return self._server.post("mentions", Mentions, sent | _narrowed(since, until, source, publisher))

    def positions(
        self,
        subject: str,
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
    ) -> Positions:
        """See `Assistant.positions`."""
        return self._server.post(
            "positions", Positions, {"subject": subject} | _narrowed(since, until, source, publisher)
        )

    def timeline(
        self,
        subject: str,
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
    ) -> Timeline:
        """See `Assistant.timeline`."""
        return self._server.post(
            "timeline", Timeline, {"subject": subject} | _narrowed(since, until, source, publisher)
        )

    def overview(
        self,
        subject: str = "",
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
    ) -> Overview:
        """See `Assistant.overview`."""
        return self._server.post(
            "overview", Overview, {"subject": subject} | _narrowed(since, until, source, publisher)
        )

    def whats_new(
        self,
        subject: str = "",
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
    ) -> News:
        """See `Assistant.whats_new`."""
        return self._server.post("new", News, {"subject": subject} | _narrowed(since, until, source, publisher))

    def compare(
        self,
        question: str,
        *,
        source: Names | None = None,
        publisher: Names | None = None,
        period: Names | None = None,
        speaker: Names | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Compared:
        """See `Assistant.compare`."""
        sent = {"question": question, "period": _several(period), "speaker": _several(speaker)}
        return self._server.post("compare", Compared, sent | _narrowed(since, until, source, publisher))

    def brief(
        self,
        subject: str,
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
    ) -> Briefing:
        """See `Assistant.brief`."""
        return self._server.post("brief", Briefing, {"subject": subject} | _narrowed(since, until, source, publisher))

    @property
    def models(self) -> tuple[ModelChoice, ...]:
        """See `Assistant.models`."""
        return tuple(self._server.get("models", list[ModelChoice]))

    def health(self) -> Health:
        """See `Assistant.health`."""
        return self._server.get("health", Health)

    # Conversations

    def conversations(self) -> list[ConversationSummary]:
        """The conversations of whoever the token is of, the one that changed last first."""
        return self._server.get("conversations", list[ConversationSummary])

    def begin_conversation(self, title: str = "") -> Conversation:
        """A new conversation, whose ``id`` `ask` takes."""
        return self._server.post("conversations", Conversation, {"title": title})

    def conversation(self, id: str) -> Conversation:
        """A conversation with its questions and answers. Raises ConversationError where there is none of that id."""
        return self._server.get(f"conversations/{percent_encoded(id, safe='')}", Conversation)

    def delete_conversation(self, id: str) -> None:
        """Delete a conversation. Raises ConversationError where there is none of that id."""
        self._delete(f"conversations/{percent_encoded(id, safe='')}")

    # Watched questions

    def watches(self) -> list[Watch]:
        """The watched questions of whoever the token is of, the first that was added first."""
        return self._server.get("watches", list[Watch])

    def add_watch(
        self,
        question: str,
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
    ) -> WatchCheck:
        """See `Assistant.add_watch`."""
        sent = {"question": question} | _narrowed(since, until, source, publisher)
        return self._server.post("watches", WatchCheck, sent)

    def check_watches(self) -> list[WatchCheck]:
        """See `Assistant.check_watches`; those of whoever the token is of are asked."""
        return self._server.post("watches/check", list[WatchCheck], {})

    def watched(self, number: int) -> WatchHistory:
        """A watched question with its answers, the newest first. Raises WatchError where there is none."""
        return self._server.get(f"watches/{number}", WatchHistory)

    def remove_watch(self, number: int) -> None:
        """Watch a question no more; its answers are deleted. Raises WatchError where there is none of that number."""
        self._delete(f"watches/{number}")

    # Documents

    def documents(self) -> list[DocumentRecord]:
        """See `Assistant.documents`."""
        found: list[DocumentRecord] = []
        while True:
            page = self._server.get("documents", DocumentList, params={"offset": len(found), "limit": AT_ONCE})
            found += page.documents
            if not page.documents or len(found) >= page.total:
                return found

    def document(self, source: str) -> Document:
        """See `Assistant.document`."""
        return self._server.get(_path(source), DocumentRead).document

    def passages(self, source: str) -> list[Passage]:
        """See `Assistant.passages`."""
        return self._server.get(f"{_path(source)}/passages", list[Passage])

    def draw_page(self, source: str, page: int | None = None, *, quote: tuple[int, int] | None = None) -> PageImage:
        """See `Assistant.draw_page`."""
        start, end = quote or (None, None)
        asked = {name: one for name, one in (("page", page), ("start", start), ("end", end)) if one is not None}
        with self._server.response("GET", f"{_path(source)}/page", params=asked) as response:
            told = value_of(DrawnPage, json.loads(response.headers.get(DRAWN_PAGE, "null")))
            return PageImage(response.read(), told.page, told.pages, told.width, told.height, told.marks)

    def add(
        self,
        paths: Iterable[Path | str],
        *,
        into: str = "",
        replace: bool = False,
        password: str | None = None,
        progress: ProgressListener | None = None,
        stop: Event | None = None,
    ) -> SyncReport:
        """Send files and folders of this computer, or web addresses for the server to fetch; see `Assistant.add`."""
        named = list(paths)
        form = {"into": into, "replace": str(replace).lower(), "password": password or ""}
        jobs = [self._server.post("documents", Job, {"address": str(one)}) for one in named if is_web_address(str(one))]
        files = [file for one in named if not is_web_address(str(one)) for file in _files(Path(one))]
        missing = [Failure(str(path), f"There is no file {path}.") for _, path in files if not path.is_file()]
        jobs += [self._send_files(batch, form) for batch in _batches([one for one in files if one[1].is_file()])]
        return _joined([self._report_of(job, progress, stop) for job in jobs], missing)

    def add_page(
        self,
        address: str,
        html: str,
        title: str = "",
        *,
        progress: ProgressListener | None = None,
        stop: Event | None = None,
    ) -> SyncReport:
        """See `Assistant.add_page`."""
        form, file = {"address": address, "title": title}, ("page.html", html.encode("utf-8", "replace"), "text/html")
        job = self._server.value("POST", "documents", Job, data=form, files=[("files", file)])
        return self._report_of(job, progress, stop)

    def remove(self, source: str) -> SyncReport:
        """See `Assistant.remove`."""
        return self._server.value("DELETE", _path(source), SyncReport)

    def removed(self) -> list[RemovedFile]:
        """See `Assistant.removed`."""
        return self._server.get("removed", list[RemovedFile])

    def restore(self, source: str) -> SyncReport:
        """See `Assistant.restore`."""
        return self._server.value("POST", f"{_path(source)}/restore", SyncReport)

    def sync(
        self,
        *,
        progress: ProgressListener | None = None,
        rebuild: bool = False,
        verify: bool = False,
        retry: bool = False,
        stop: Event | None = None,
    ) -> SyncReport:
        """See `Assistant.sync`."""
        sent = {"rebuild": rebuild, "verify": verify, "retry": retry}
        return self._report_of(self._server.post("sync", Job, sent), progress, stop)

    # The web

    def refresh(self, *, progress: ProgressListener | None = None, stop: Event | None = None) -> WebReport:
        """See `Assistant.refresh`; all pages are asked."""
        job = self._ended(self._server.post("refresh", Job, {}), progress, stop)
        return WebReport(job.pages or PagesRefresh(), job.feeds, job.sync or SyncReport())

    def feeds(self) -> list[FeedState]:
        """See `Assistant.feeds`."""
        return self._server.get("feeds", list[FeedState])

    def add_feed(
        self, named: str, *, progress: ProgressListener | None = None, stop: Event | None = None
    ) -> FeedReport:
        """See `Assistant.add_feed`; ``named`` is an address."""
        return self._feeds_of(self._server.post("feeds", Job, {"address": named}), progress, stop)

    def remove_feed(self, address: str) -> None:
        """See `Assistant.remove_feed`."""
        self._delete("feeds", params={"address": address})

    def refresh_feeds(
        self, only: str | None = None, *, progress: ProgressListener | None = None, stop: Event | None = None
    ) -> FeedReport:
        """See `Assistant.refresh_feeds`."""
        return self._feeds_of(self._server.post("feeds/refresh", Job, {"address": only}), progress, stop)

    def _delete(self, path: str, **options: Any) -> None:
        with self._server.response("DELETE", path, **options):
            pass

    def _send_files(self, batch: Sequence[tuple[str, Path]], form: dict[str, str]) -> Job:
        with ExitStack() as opened:
            try:
                files = [("files", (name, opened.enter_context(path.open("rb")))) for name, path in batch]
            except OSError as error:
                raise CorpusError(f"{error.filename} cannot be read: {error.strerror}.") from error
            return self._server.value("POST", "documents", Job, data=form, files=files)

    def _report_of(self, job: Job, progress: ProgressListener | None, stop: Event | None) -> SyncReport:
        return self._ended(job, progress, stop).sync or SyncReport()

    def _feeds_of(self, job: Job, progress: ProgressListener | None, stop: Event | None) -> FeedReport:
        job = self._ended(job, progress, stop)
        return FeedReport(job.feeds, job.sync or SyncReport())

    def _ended(self, job: Job, progress: ProgressListener | None, stop: Event | None) -> Job:
        """The job once it is done or was stopped, whose progress is told meanwhile; raises what it failed of."""
        while not job.ended_at:
            if progress and job.progress:
                progress(job.progress)
            time.sleep(LOOKS_SECONDS)
            try:
                job = self._server.value("DELETE" if stop and stop.is_set() else "GET", f"jobs/{job.id}", Job)
            except LimitError as error:
                time.sleep(error.retry_after or LOOKS_SECONDS)
        if job.problem:
            raise error_of({"type": KIND_BEFORE + job.problem.kind, "detail": job.problem.detail})
        return job


def _path(source: str) -> str:
    """Where a document is on the server.

    Raises:
        CorpusError: the name cannot be a document's, and would lead elsewhere.
    """
    if any(part in ("", ".", "..") for part in source.split("/")):
        raise CorpusError(f"There is no document {source!r}. See the names with: citewell list")
    return f"documents/{percent_encoded(source, safe='/', errors='surrogatepass')}"


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """A file with its name, or all files below a folder that are not hidden, each with the folder's name before its."""
    if not path.is_dir():
        yield path.name, path
        return
    root = path.resolve().name
    for file in sorted(path.rglob("*")):
        below = file.relative_to(path)
        if file.is_file() and not file.is_symlink() and not any(part.startswith(".") for part in below.parts):
            yield f"{root}/{below.as_posix()}", file


def _batches(files: Sequence[tuple[str, Path]]) -> Iterator[list[tuple[str, Path]]]:
    """The files in groups of not much more than `BATCH_BYTES`, unless one is larger alone."""
    batch: list[tuple[str, Path]] = []
    size = 0
    for name, path in files:
        larger = path.stat().st_size
        if batch and size + larger > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append((name, path))
        size += larger
    if batch:
        yield batch


def _joined(reports: Sequence[SyncReport], failed: Sequence[Failure]) -> SyncReport:
    """What several syncs, one after another, did; ``failed`` is what did not come that far."""

    def all_of(name: str) -> list[Any]:
        return list(dict.fromkeys(one for report in reports for one in getattr(report, name)))

    joined = SyncReport(**{field.name: all_of(field.name) for field in fields(SyncReport)})
    changed = {*joined.added, *joined.updated}
    joined.unchanged[:] = [one for one in joined.unchanged if one not in changed]
    joined.failed[:0] = failed
    return joined


def _asked(question: str, history: History, model: str | None, conversation: str | None) -> dict[str, Any]:
    turns = _turns(history) if history or conversation is None else None
    return {"question": question, "history": turns, "model": model, "conversation": conversation}


def _turns(history: History) -> list[dict[str, str]]:
    return [{"role": role, "text": text} for role, text in history]


def _narrowed(
    since: str | None, until: str | None, source: Names | None, publisher: Names | None
) -> dict[str, str | list[str] | None]:
    return {"since": since, "until": until, "source": _several(source), "publisher": _several(publisher)}


def _several(names: Names | None) -> str | list[str] | None:
    return names if names is None or isinstance(names, str) else list(names)
