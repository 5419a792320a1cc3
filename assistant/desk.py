"""The assistant: what can be done with one corpus."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant import indexing
from assistant.answering.calibration import Calibration
from assistant.answering.cross_encoder import CrossEncoderReranker
from assistant.answering.gate import Gate
from assistant.answering.language_model import LanguageModels
from assistant.answering.questions import checked
from assistant.answering.retrieval import Filters
from assistant.asking import SHOWN_PASSAGES, Asking
from assistant.corpus import CorpusFolder, shipped_briefings, watching
from assistant.corpus.addresses import is_web_address
from assistant.corpus.feeds import FeedState
from assistant.corpus.online import FeedReport, Web
from assistant.errors import FetchError, IndexBusy, ModelUnavailable
from assistant.health import health_of
from assistant.indexing import Embedder, IndexReader
from assistant.reading.limits import Reading, limits_of
from assistant.reading.passwords import Passwords
from assistant.settings import Settings
from assistant.types import (
    Answer,
    Document,
    DocumentRecord,
    Failure,
    Health,
    History,
    ModelChoice,
    Passage,
    ProgressListener,
    ScoredPassage,
    SyncReport,
)

PREPARATION = "Is everything ready?"
RETRY_SECONDS = 1.0
"""Between two attempts to sync while another process writes the index."""


class Assistant:
    """Answers questions about one corpus. Made by `assistant.open_assistant`; may be used from many threads."""

    def __init__(
        self,
        settings: Settings,
        corpus: CorpusFolder,
        reader: IndexReader,
        embedder: Embedder,
        reranker: CrossEncoderReranker | None = None,
        gate: Gate | None = None,
        *,
        web: Web,
        models: LanguageModels | None = None,
    ) -> None:
        self.settings = settings
        self._corpus = corpus
        self._reader = reader
        self._embedder = embedder
        self._reranker = reranker
        self._gate = gate
        self._asking = Asking(reranker, gate)
        self._passwords = Passwords(settings.state_dir)
        self._web = web
        self._models = models or LanguageModels()
        self._syncing = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index, and of the records of feeds."""
        self._reader.close()
        self._web.close()

    # Documents

    def sync(
        self,
        *,
        progress: ProgressListener | None = None,
        rebuild: bool = False,
        verify: bool = False,
        unfinished: Collection[str] = (),
    ) -> SyncReport:
        """Make the index equal to the corpus; see `assistant.indexing.sync` for what it raises.

        ``verify`` compares the content of every file, also where size and times say that it stayed. ``rebuild`` makes
        everything anew. Files that are ``unfinished`` stay as they were indexed, or out, until another sync.

        A corpus in the user's data directory that does not exist yet starts with the briefings that are shipped.
        """
        self._start_first_corpus()
        with self._syncing:  # another thread's sync is waited for; another process's is not
            return indexing.sync(
                self._corpus,
                self.settings.index_dir,
                self._embedder,
                progress=progress,
                rebuild=rebuild,
                verify=verify,
                reading=self._reading(),
                unfinished=unfinished,
            )

    def _reading(self) -> Reading:
        return Reading(limits_of(self.settings), self._passwords.all())

    def add(
        self,
        paths: Iterable[Path | str],
        *,
        into: str = "",
        replace: bool = False,
        password: str | None = None,
        progress: ProgressListener | None = None,
    ) -> SyncReport:
        """Copy files and folders into the corpus, below its folder ``into``, then `sync`.

        A file that is already there with other content is replaced only if ``replace`` says so. Web addresses are
        fetched into the folder ``web``, and their documents replaced if the pages changed. In ``failed`` are those of
        what is added that could not be copied, fetched or read; `documents` tells of the others. ``password`` opens
        files that are encrypted; it is kept in the state folder.
        """
        added: set[str] = set()
        failed: list[Failure] = []
        self._start_first_corpus()
        self._corpus.create()
        for path in paths:
            if is_web_address(str(path)):
                try:
                    added.add(self._web.pages.add(str(path))[0])
                except FetchError as error:
                    failed.append(Failure(str(path), str(error)))
                continue
            copied, refused = self._corpus.add(Path(path), into=into, replace=replace)
            added.update(copied)
            failed += refused
            if password is not None:
                self._passwords.keep(copied, password)
        report = self.sync(progress=progress)
        report.failed[:] = failed + [failure for failure in report.failed if failure.source in added]
        return report

    def _start_first_corpus(self) -> None:
        briefings = shipped_briefings()
        if self.settings.is_first_corpus and not self.settings.corpus_dir.exists() and briefings:
            self._corpus.create()
            for briefing in sorted(briefings.glob("*.md")):
                self._corpus.add(briefing, into="briefings")

    def remove(self, source: str, *, progress: ProgressListener | None = None) -> SyncReport:
        """Move a document's file from the corpus to ``state_dir/removed``, then `sync`.

        Raises:
            CorpusError: there is no such document.
        """
        self._corpus.remove(source)
        return self.sync(progress=progress)

    def documents(self) -> list[DocumentRecord]:
        """Every document of the index, and every file that could not be read, by source."""
        return self._reader.use(lambda snapshot: snapshot.records())

    def document(self, source: str) -> Document:
        """The document, with the exact text that offsets refer to.

        Raises:
            CorpusError: there is no such document.
        """
        return self._reader.use(lambda snapshot: snapshot.document(source))

    def passages(self, source: str) -> list[Passage]:
        """The passages of a document, in reading order; none where there is no such document."""
        return self._reader.use(lambda snapshot: snapshot.passages_of(source))

    # Feeds

    def feeds(self) -> list[FeedState]:
        """The feeds that are followed, each with how it fares."""
        return self._web.feeds.states()

    def add_feed(self, named: str, *, progress: ProgressListener | None = None) -> FeedReport:
        """Follow a feed, or all feeds of an OPML file, and take in their articles.

        Raises what `Feeds.add` raises.
        """
        self._start_first_corpus()
        self._corpus.create()
        added = self._web.feeds.add(named)
        refreshed = [refresh for feed in added for refresh in self._web.feeds.refresh(feed.address)]
        return FeedReport(tuple(refreshed), self.sync(progress=progress))

    def remove_feed(self, address: str) -> None:
        """Follow a feed no more; its articles stay. See `Feeds.remove` for what it raises."""
        self._web.feeds.remove(address)

    def refresh_feeds(self, only: str | None = None, *, progress: ProgressListener | None = None) -> FeedReport:
        """Take in what is new and what changed, of the feeds that are due or of one at once, then `sync`.

        Raises:
            CorpusError: the feed is not followed, or another program is refreshing.
        """
        refreshed = tuple(self._web.feeds.refresh(only))
        return FeedReport(refreshed, self.sync(progress=progress))

    def news_since(self, moment: float) -> int:
        """How many articles of feeds came after a moment, in seconds since 1970."""
        return self._web.feeds.news_since(moment)

    def watch(self, stop: threading.Event) -> Iterator[SyncReport]:
        """Keep the index equal to the corpus until ``stop`` is set; a report for each sync that changed something.

        A file is left alone until it has not changed for a moment. While another process writes the index, the changes
        wait.
        """
        self._corpus.create()
        failed: list[Failure] | None = None
        for unfinished in watching.changes(self._corpus, stop):
            report = self._sync_when_free(stop, unfinished)
            if report and (report.added or report.updated or report.removed or report.failed != failed):
                failed = report.failed
                yield report

    def _sync_when_free(self, stop: threading.Event, unfinished: Collection[str]) -> SyncReport | None:
        """The report of a sync, once no other process is at it; None when ``stop`` is set before."""
        while not stop.is_set():
            try:
                return self.sync(unfinished=unfinished)
            except IndexBusy:
                stop.wait(RETRY_SECONDS)
        return None

    # Questions

    def search(
        self,
        question: str,
        limit: int = SHOWN_PASSAGES,
        history: History = (),
        *,
        since: str | None = None,
        until: str | None = None,
        source: str | None = None,
    ) -> list[ScoredPassage]:
        """Up to ``limit`` passages that fit the question best, the best first.

        ``since`` and ``until`` are days (ISO 8601, both included); ``source`` is a document or a folder. Without such
        days, those count that the question plainly names ("this week", "since March").

        Raises:
            QuestionError: the question is empty or too long.
            CorpusError: there is no document or folder ``source``.
            IndexDamaged: there is no index, or it cannot be read.
        """
        asked, filters = checked(question), Filters(since, until, source)
        return self._reader.use(lambda snapshot: self._asking.search(snapshot, asked, history, limit, filters))

    def ask(
        self,
        question: str,
        history: History = (),
        *,
        since: str | None = None,
        until: str | None = None,
        source: str | None = None,
        model: str | None = None,
    ) -> Answer:
        """The answer to a question, every sentence cited, or an honest refusal; see `search` for the arguments.

        ``model`` is who writes it: a language model, named as in the settings, or "extractive" for sentences quoted
        from the documents. By default the settings say. Where a model fails, the sentences quoted are the answer, and
        a notice says why.

        Raises:
            QuestionError: the question is empty or too long.
            CorpusError: there is no document or folder ``source``.
            IndexDamaged: there is no index, or it cannot be read.
            ModelUnavailable: ``model`` names none, or one whose package is not installed.
        """
        return deque(self.stream(question, history, since=since, until=until, source=source, model=model), maxlen=1)[0]

    def stream(
        self,
        question: str,
        history: History = (),
        *,
        since: str | None = None,
        until: str | None = None,
        source: str | None = None,
        model: str | None = None,
    ) -> Generator[Answer, None, None]:
        """The answer as it grows; the last one is what `ask` returns. Closing it ends a language model's work."""
        asked, filters, writer = checked(question), Filters(since, until, source), self._models.get(model)
        if writer is None:
            yield self._reader.use(lambda snapshot: self._asking.ask(snapshot, asked, history, filters))
        else:
            yield from self._asking.stream(self._reader, writer, asked, history, filters)

    @property
    def models(self) -> tuple[ModelChoice, ...]:
        """Who may write answers, by the settings, and where each gets the passages; the one used unasked is first."""
        return self._models.choices

    def reader_margin(self, question: str, history: History = ()) -> float | None:
        """How surely the reader finds an answer: the margin of its best span; None when no passage was found.

        Raises:
            ModelUnavailable: no reader is named.
            QuestionError: the question is empty or too long.
            IndexDamaged: there is no index, or it cannot be read.
        """
        asked, gate = checked(question), self._named_gate()
        span = self._reader.use(lambda snapshot: self._asking.best_span(gate, snapshot, asked, history))
        return span.margin if span else None

    def calibrate_reader(self, margins: Sequence[float], answerable: Sequence[bool]) -> Calibration:
        """Fit the margin that the reader must reach on questions known to be ``answerable`` or not; keep and use it.

        ``margins`` are what `reader_margin` gives for the questions. Raises what `Gate.calibrate` raises, and
        ModelUnavailable when no reader is named.
        """
        return self._named_gate().calibrate(margins, answerable)

    def _named_gate(self) -> Gate:
        if self._gate is None:
            raise ModelUnavailable(
                "No reader is named. Name an extractive question-answering model in CITEWELL_READER to calibrate it."
            )
        return self._gate

    def prepare(self) -> None:
        """Load the model and open the index now, so that the first question does not wait for them.

        Raises:
            IndexDamaged: there is no index, or it cannot be read.
            ModelUnavailable: the model cannot be loaded.
        """
        with self._reader.reading() as snapshot:
            [vector] = snapshot.embedder.embed([PREPARATION])
            snapshot.nearest(vector, 1)

    def health(self) -> Health:
        """The state of corpus and index, for ``citewell doctor``; what is wrong is told in ``problems``."""
        return health_of(
            self.settings, self._corpus, self._reader, self._embedder, self._reranker, self._gate, self._reading()
        )
