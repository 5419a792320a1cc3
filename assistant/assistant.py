"""The assistant: what can be done with one corpus."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import TYPE_CHECKING, Self

from assistant import indexing
from assistant.access.asked_for import progress_for, report_for
from assistant.access.collections import Collections, OpenCollection, collections_file
from assistant.access.withholding import AsReadable, Withholding
from assistant.answering.answerability import ReaderGate
from assistant.answering.filters import filters_of, names_of
from assistant.answering.plan import AnswerPlan
from assistant.answering.questions import checked
from assistant.audit import Action, Way, audit_of, told_of_address
from assistant.conversations.store import Conversations
from assistant.corpus import CorpusFolder, shipped_briefings, watching
from assistant.corpus.addresses import is_web_address
from assistant.corpus.guarded_folder import GuardedFolder, check_writable
from assistant.corpus.opened_once import OpenedOnce
from assistant.drawing import PageDrawer
from assistant.errors import CitewellError, CorpusError, FetchError, IndexBusy, ModelUnavailable, Stopped
from assistant.finding.mention_search import MentionSearch
from assistant.health import counts_of, health_of
from assistant.indexing import Embedder, IndexReader, Snapshot, SnapshotReader
from assistant.models.calibration import Calibration
from assistant.models.language_model import LanguageModels
from assistant.models.packaged_reader import PackagedReader
from assistant.models.reranker import CrossEncoderReranker
from assistant.news.overview import overview
from assistant.news.positions import positions
from assistant.news.sides import sides_found, sides_named, sides_of_speakers
from assistant.news.timeline import timeline
from assistant.news.views import Briefing, Compared, News, Overview, Positions, Timeline
from assistant.news.whats_new import whats_new
from assistant.pipeline import SHOWN_PASSAGES, Pipeline
from assistant.quoted_answers import QuotedAnswers, looked_up
from assistant.reading import sniff
from assistant.reading.descriptions import Descriptions
from assistant.reading.limits import Reading, limits_of
from assistant.reading.passwords import Passwords
from assistant.rights import LOCAL_OWNER, Rights
from assistant.settings import Settings
from assistant.stopping import EitherEvent
from assistant.types import (
    EXTRACTIVE,
    Answer,
    Document,
    DocumentRecord,
    Failure,
    Filters,
    Health,
    History,
    IndexCounts,
    Mentions,
    ModelChoice,
    Names,
    PageImage,
    Passage,
    ProgressListener,
    RemovedFile,
    ScoredPassage,
    SyncReport,
    TakingIn,
)
from assistant.users import SignedOn, Tokens, Users
from assistant.watches.checking import check_all, check_failed
from assistant.watches.telling import channels_of
from assistant.watches.watch_store import Watches
from assistant.watches.watch_values import WatchCheck

if TYPE_CHECKING:
    from assistant.corpus.feeds import FeedRefresh, FeedState
    from assistant.corpus.online import FeedReport, Web, WebReport

SHOWN_MENTIONS = 20
PREPARATION = "Is everything ready?"
FROM_THE_WEB = "web/"
"""The folder of pages and articles."""
FROM_MAILBOXES = "mail/"
RETRY_SECONDS = 1.0
"""Between two attempts to sync while another process writes the index."""
BUSY_SECONDS = 15.0
"""How long it is waited for another process that writes the index, when the corpus has been changed already."""
WAITS = (
    "It is changed in the corpus, but not in the index yet. {busy} A page that runs then indexes it by itself; else: "
)
WAITS += "citewell sync"
ENDED = (
    "It is changed in the corpus, but not in the index yet: Citewell was stopped. The page indexes it when it starts "
    "again; else: citewell sync"
)
STOP_SECONDS = 0.2
"""How often whoever waits looks whether to stop."""


class Assistant:
    """Answers questions about one corpus. Made by `assistant.open_assistant`; may be used from many threads.

    ``conversations`` keeps what was asked, for those who wish it; `ask` itself keeps nothing. ``watches`` keeps the
    questions that are asked again, and their answers.

    The examples of its methods are over a corpus of one document, harbour.md: "The lighthouse of Veldt is 31 metres
    tall. Ada Thorne kept it until 1974."
    """

    def __init__(
        self,
        settings: Settings,
        corpus: CorpusFolder,
        reader: IndexReader,
        embedder: Embedder,
        reranker: CrossEncoderReranker | None = None,
        passage_reader: PackagedReader | None = None,
        gate: ReaderGate | None = None,
        *,
        open_web: Callable[[], Web],
        models: LanguageModels | None = None,
    ) -> None:
        self.settings = settings
        self.rights = Rights()
        self.audit = audit_of(settings)
        self._collections = Collections(collections_file(settings.state_dir))
        self._signed_on = SignedOn(settings.state_dir)
        self._tokens = Tokens(settings.state_dir)
        self._corpus = corpus
        self._shelf = corpus
        self._index = reader
        self._reader: SnapshotReader = reader
        self._embedder = embedder
        self._reranker = reranker
        self._passage_reader = passage_reader
        self._gate = gate
        self._pipeline = Pipeline(reranker, passage_reader, gate)
        self._quoted = QuotedAnswers(self._pipeline)
        self._passwords = Passwords(settings.state_dir)
        self._lazy_web = OpenedOnce(open_web)
        self.conversations = Conversations(settings.state_dir)
        self.watches = Watches(settings.state_dir, corpus=settings.corpus_dir)
        self._withholding: Withholding | None = None
        self._shares = False
        self._channels = channels_of(settings)
        self._drawer = PageDrawer()
        self._models = models or LanguageModels()
        self._syncing = threading.Lock()
        self._ending = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def end_soon(self) -> None:
        """Let a sync that is under way end between two files, and begin none any more.

        Nothing is lost: what is in the corpus is indexed by the next sync, and whoever adds something is told so.
        """
        self._ending.set()

    @property
    def is_ending(self) -> bool:
        """Whether `end_soon` was called."""
        return self._ending.is_set()

    def close(self) -> None:
        """Let go of the index, of the web's records, of what is kept, and of the process that draws pages.

        What `with_rights` made shares all of that, and closes nothing.
        """
        if self._shares:
            return
        self._drawer.close()
        self._index.close()
        self.conversations.close()
        self.watches.close()
        self._signed_on.close()
        self._tokens.close()
        self._lazy_web.close()

    @property
    def _web(self) -> Web:
        """What the corpus takes from the web; opened when it is first used, as it imports much."""
        return self._lazy_web.get()

    # Who asks

    def for_user(self, name: str, groups: Iterable[str] = (), *, way: Way = "command") -> Assistant:
        """What a user has of this assistant, by the collections as they are set now; see `with_rights`.

        ``name`` has to be known for certain, and so have ``groups``, to which those are added that are kept of the
        user: in the file of users, or as single sign-on told them the last time. ``LOCAL_OWNER`` is whoever uses the
        command line, or a page without users, and may do everything. What they do is noted in the audit log, with the
        ``way`` on which they came.

        Raises:
            StorageError: it cannot be read who may read what.
        """
        made = self.with_rights(self._rights_of(name, groups))
        made.audit = self.audit.of(name, way)
        return made

    def _rights_of(self, name: str, groups: Iterable[str]) -> Rights:
        if name == LOCAL_OWNER:
            return Rights()
        users = Users(self.settings.users) if self.settings.users else None
        known = users.groups_of(name) if users else ()
        told = self._signed_on.groups_of(name) if self.settings.has_sign_on else ()
        return self._tokens.narrowed(self._collections.rights(name, (*groups, *known, *told)))

    def with_rights(self, rights: Rights) -> Assistant:
        """The same assistant as it is for somebody who asks: to them, documents that they may not read are not there.

        All its methods obey, also those that count, list, draw or keep, and only documents that the asker may write are
        changed. Making it is quick: it shares everything, for as long as this one is open. Its ``conversations`` and
        ``watches`` withhold kept answers whose documents may not be read any more; see `Withholding`.
        """
        made = copy(self)
        made.rights, made._shares = rights, True
        made._shelf = GuardedFolder(self._corpus, rights) if rights.is_restricted else self._corpus
        made._reader, made._withholding = self._index, None
        if not rights.reads_all:
            made._reader = self._index.readable_by(rights)
            made._withholding = Withholding(made._reader, rights)
            made.conversations = self.conversations.seen_through(made._withholding.exchange)
            made.watches = self.watches.seen_through(AsReadable(made._withholding))
        return made

    def collections(self) -> list[OpenCollection]:
        """The collections of which anything is set, as far as whoever asks may read them, by name.

        Raises:
            StorageError: it cannot be read which there are.
        """
        return [
            OpenCollection(one.name, one.description, may_write=self.rights.may_write(f"{one.name}/"))
            for one in self._collections.all()
            if self.rights.may_read(f"{one.name}/")
        ]

    def readable(self, answer: Answer, asked: str) -> Answer:
        """An answer that was given before to what was asked, or that it is withheld from whoever asks now."""
        return self._withholding.answer(answer, asked) if self._withholding else answer

    # Documents

    def sync(
        self,
        *,
        progress: ProgressListener | None = None,
        rebuild: bool = False,
        verify: bool = False,
        unfinished: Collection[str] = (),
        retry: bool = False,
        stop: threading.Event | None = None,
    ) -> SyncReport:
        """Make the index equal to the corpus; see `assistant.indexing.sync` for what it raises.

        ``verify`` compares the content of every file, also where size and times say that it stayed. ``rebuild`` makes
        everything anew, ``retry`` reads those files again that could not be read. Files that are ``unfinished`` stay as
        they were indexed, or out, until another sync. Once ``stop`` is set, or `end_soon` was called, the sync ends
        between two files.

        A corpus in the user's data directory that does not exist yet starts with the briefings that are shipped.
        """
        self._start_first_corpus()
        stop = EitherEvent(stop, self._ending)
        with self._alone(stop):  # another thread's sync is waited for; another process's is not
            report = indexing.sync(
                self._corpus,
                self._reader.layout,
                self._embedder,
                progress=progress_for(self.rights, self._shelf, progress),
                rebuild=rebuild,
                verify=verify,
                reading=self._reading(),
                unfinished=unfinished,
                retry=retry,
                stop=stop,
            )
        return report_for(self.rights, report)

    @contextmanager
    def _alone(self, stop: threading.Event) -> Iterator[None]:
        """While no other thread syncs; waiting for that ends, too, once ``stop`` is set."""
        while stop.is_set() or not self._syncing.acquire(timeout=STOP_SECONDS):
            if stop.is_set():
                raise Stopped("It was stopped while it waited for another sync.")
        try:
            yield
        finally:
            self._syncing.release()

    def _reading(self) -> Reading:
        descriptions = Descriptions(self.settings.state_dir).all()
        return Reading(limits_of(self.settings), self._passwords.all(), self.settings.recogniser, descriptions)

    def add(
        self,
        paths: Iterable[Path | str],
        *,
        into: str = "",
        replace: bool = False,
        password: str | None = None,
        progress: ProgressListener | None = None,
        stop: threading.Event | None = None,
    ) -> SyncReport:
        """Copy files and folders into the corpus, below its folder ``into``, then `sync`.

        A file that is already there with other content is replaced only if ``replace`` says so, also where it came
        at the same moment: of two that are added under one name, one is told that the name is taken. Web addresses
        are fetched into the folder ``web``, and their documents replaced if the pages changed; the address of a sitemap
        stands for its pages, see `add_site`. In ``failed`` are those of what is added that could not be copied, fetched
        or read; `documents` tells of the others. A file whose content is plainly something else than its name says is
        not copied. ``password`` opens files that are encrypted; it is kept in the state folder. What is written here
        counts as added or updated, whoever indexes it.

        While another process writes the index, this waits for it, though not for long: then what was added is in the
        corpus, and told in ``waiting``. A page that runs indexes it by itself, and so does the next `sync`.

        Once ``stop`` is set, the adding ends between two files: what is indexed by then stays and is reported, and
        what else is new is taken out of the corpus again.
        """
        pages, files = _parted(paths)
        self._start_first_corpus()
        self._corpus.create()
        known = self._indexed()
        fetched, failed = self._fetch(pages, stop) if pages else ({}, [])
        added, written = set(fetched), {source: is_new for source, is_new in fetched.items() if is_new is not None}
        for source, is_new in written.items():
            self._note_added(source, is_new)

        def wrote(source: str, is_new: bool) -> None:
            written[source] = is_new
            self._note_added(source, is_new)

        for path in files:
            if stop and stop.is_set():
                break
            copied, refused = self._copy(path, into, password, replace=replace, written=wrote)
            added.update(copied)
            failed += refused
        for one in failed:
            self._note_unadded(one.source, into)
        try:
            report = self._sync_changed(written, progress, stop)
        except Stopped:
            report = SyncReport(added=self._finished({source for source, is_new in written.items() if is_new}))
        else:
            _claim(report, written, known)
        return _of_added(report, added, failed)

    def add_library(
        self,
        path: Path,
        *,
        into: str = "",
        progress: ProgressListener | None = None,
        stop: threading.Event | None = None,
    ) -> SyncReport:
        """Make documents of the entries of a library of references and of their files, then `sync`, as `add` does.

        The library is a file in BibTeX, RIS or CSL-JSON. Its documents go into the folder ``into``, by default one of
        the library's name below ``library``. The files carry the title, authors and date of their entry.

        Raises:
            CorpusError: there is no library at the path.
            Stopped: ``stop`` was set.
        """
        from assistant.corpus.library import FOLDER, Library

        written: dict[str, bool] = {}
        with self._adding("library-added", path.name, f"{into or FOLDER}/"):
            known = self._indexed()
            library = Library(self._shelf, Descriptions(self.settings.state_dir), limits_of(self.settings))
            sources, failed = library.add(path, into=into, written=written.__setitem__)
        for source, is_new in written.items():
            self._note_added(source, is_new)
        report = self._sync_changed(written, progress, stop)
        _claim(report, written, known)
        return _of_added(report, sources, failed)

    def add_page(
        self,
        address: str,
        html: str,
        title: str = "",
        *,
        progress: ProgressListener | None = None,
        stop: threading.Event | None = None,
    ) -> SyncReport:
        """Keep a web page as somebody sees it in a browser, as a document like those that are fetched, then `sync`.

        ``html`` is the page as the browser shows it, ``title`` what it is called where it says nothing of that itself.
        Nothing is fetched, and `refresh` leaves the page as it was seen.

        Raises:
            FetchError: it is no address of a page, or there is nothing to read on the page.
            Stopped: ``stop`` was set.
        """
        try:
            check_writable(self.rights, FROM_THE_WEB)
            self._start_first_corpus()
            self._corpus.create()
            known = self._indexed()
            source, is_written = self._web.pages.save(address, html, title)
        except CitewellError:
            self._note_unadded(address, FROM_THE_WEB)
            raise
        if is_written:
            self._note_added(source, source not in known)
        written = [source] if is_written else []
        report = self._sync_changed(written, progress, stop)
        _claim(report, written, known)
        return _of_added(report, [source], [])

    def _note_added(self, source: str, is_new: bool) -> None:
        self.audit.note("added", source, "" if is_new else "replaced")

    def _note_unadded(self, named: str, into: str) -> None:
        is_from_web = is_web_address(named)
        on = told_of_address(named) if is_from_web else PurePosixPath(into, Path(named).name).as_posix()
        is_allowed = self.rights.may_write(FROM_THE_WEB if is_from_web else on)
        self.audit.note("added", on, outcome="failed" if is_allowed else "refused")

    @contextmanager
    def _noted(self, action: Action, on: str, collection_of: str | None = None) -> Iterator[None]:
        """Note what is done to a document, or in a collection, in the block, also where it is refused or fails."""
        try:
            yield
        except CitewellError:
            is_allowed = self.rights.may_write(on if collection_of is None else collection_of)
            self.audit.note(action, on, outcome="failed" if is_allowed else "refused")
            raise
        self.audit.note(action, on)

    @contextmanager
    def _adding(self, action: Action, on: str, folder: str) -> Iterator[None]:
        """Note what is added to a folder in the block, by an asker who may, to a corpus that is there then."""
        with self._noted(action, on, folder):
            check_writable(self.rights, folder)
            self._start_first_corpus()
            self._corpus.create()
            yield

    def _copy(
        self, path: Path, into: str, password: str | None, *, replace: bool, written: Callable[[str, bool], None]
    ) -> tuple[list[str], list[Failure]]:
        """Copy a file or a folder into the corpus, and keep what opens it; what `CorpusFolder.add` returns."""
        copied, refused = self._shelf.add(path, into=into, replace=replace, check=sniff.check, written=written)
        if password is not None:
            self._passwords.keep(copied, password)
        return copied, refused

    def _sync_changed(
        self,
        changed: Collection[str],
        progress: ProgressListener | None = None,
        stop: threading.Event | None = None,
    ) -> SyncReport:
        """`sync` after documents of the corpus changed; where another process is at it for long, they wait.

        So they do where the assistant is about to end.
        """
        until = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                return self.sync(progress=progress, stop=stop)
            except Stopped:
                if not self.is_ending or (stop and stop.is_set()):
                    raise
                return _waiting(changed, ENDED)
            except IndexBusy as error:
                if time.monotonic() >= until:
                    return _waiting(changed, WAITS.format(busy=error))
                if (stop or threading.Event()).wait(RETRY_SECONDS):
                    raise Stopped("It was stopped while it waited for another process.") from error

    def _indexed(self) -> set[str]:
        """The documents that the index holds; none where there is none that can be read."""
        try:
            return self._reader.use(lambda snapshot: snapshot.sources())
        except CitewellError:
            return set()

    def _fetch(
        self, addresses: Sequence[str], stop: threading.Event | None
    ) -> tuple[dict[str, bool | None], list[Failure]]:
        """The sources of pages, each with whether it is new to the corpus, or None where it has not changed."""
        from assistant.corpus.site_maps import is_site_map

        if not self.rights.may_write(FROM_THE_WEB):
            for address in addresses:
                self._note_unadded(address, FROM_THE_WEB)
        check_writable(self.rights, FROM_THE_WEB)
        fetched: dict[str, bool | None] = {}
        failed: list[Failure] = []
        with self._web.pages.reader.reading():
            for address in addresses:
                if stop and stop.is_set():
                    break
                try:
                    if is_site_map(address):
                        for site in self._web.sites.refresh(self._web.sites.add(address), stop):
                            fetched |= dict.fromkeys(site.written, False)
                            failed += site.failed
                        continue
                    was_there = self._web.pages.known(address) is not None
                    source, is_written = self._web.pages.add(address)
                except (FetchError, CorpusError) as error:
                    failed.append(Failure(address, str(error)))
                else:
                    fetched[source] = not was_there if is_written else None
        return fetched, failed

    def _finished(self, new: set[str]) -> list[str]:
        """Those of the new documents that are indexed; the files of the others are deleted."""
        with self._syncing:
            indexed = self._indexed()
            for source in sorted(new - indexed):
                self._shelf.discard(source)
                self.audit.note("removed", source, "its adding was stopped")
            with suppress(IndexBusy):  # then whoever writes the index, or the next sync, finds that they are gone
                indexing.forget(self._corpus, self._reader.layout, self._embedder, new - indexed)
        return sorted(new & indexed)

    def _start_first_corpus(self) -> None:
        briefings = shipped_briefings()
        if self.settings.is_first_corpus and not self.settings.corpus_dir.exists() and briefings:
            self._corpus.create()
            for briefing in sorted(briefings.glob("*.md")):
                self._corpus.add(briefing, into="briefings")

    def remove(self, source: str, *, progress: ProgressListener | None = None) -> SyncReport:
        """Move a document's file from the corpus to ``state_dir/removed``, then `sync`, as `add` does.

        Raises:
            CorpusError: there is no such document.
        """
        with self._noted("removed", source):
            self._shelf.remove(source)
        return self._sync_changed([source], progress)

    def removed(self) -> list[RemovedFile]:
        """The files that were removed and can be restored, the last one first.

        Raises:
            StorageError: the folder that keeps them cannot be read.
        """
        return self._shelf.removed()

    def restore(self, source: str, *, progress: ProgressListener | None = None) -> SyncReport:
        """Put a document back that was removed, the last one of that name, then `sync`, as `add` does.

        Raises:
            CorpusError: none of that name was removed, or there is another of that name.
        """
        known = self._indexed()
        with self._noted("restored", source):
            self._shelf.restore(source)
        report = self._sync_changed([source], progress)
        _claim(report, [source], known)
        return report

    def documents(self) -> list[DocumentRecord]:
        """Every document of the index, every file that could not be read, and those to be taken in, by source."""
        return self._reader.use(lambda snapshot: snapshot.records())

    def taking_in(self) -> list[TakingIn]:
        """The documents that are still being taken in, of which a part or nothing is found as yet."""
        return self._reader.use(lambda snapshot: snapshot.taking_in())

    def document(self, source: str) -> Document:
        """The document, with the exact text that offsets refer to.

        Raises:
            CorpusError: there is no such document.
        """
        return self._reader.use(lambda snapshot: snapshot.document(source))

    def passages(self, source: str) -> list[Passage]:
        """The passages of a document, in reading order; none where there is no such document."""
        return self._reader.use(lambda snapshot: snapshot.passages_of(source))

    def draw_page(self, source: str, page: int | None = None, *, quote: tuple[int, int] | None = None) -> PageImage:
        """A page of a PDF as a picture, in which ``document(source).text[quote[0]:quote[1]]`` is marked.

        Pages count from 1; None is the page on which the quote begins, or the first. It is drawn from the file as it
        was indexed, in a process of its own, within the limits that hold for reading.

        Raises:
            CorpusError: there is no such document in the index.
            ReadError: the document is no PDF or has no such page, its file is gone, changed since or locked by a
                password, or drawing it took more time or memory than the limits allow.
        """
        document, file_hash = self._reader.use(lambda snapshot: (snapshot.document(source), snapshot.file_hash(source)))
        path, options = self._shelf.path_of(document.source), self._reading().options(document.source)
        return self._drawer.draw(document, file_hash, path, page, quote, options)

    # The web

    @property
    def follows_web(self) -> bool:
        """Whether there are feeds, sites, mailboxes or added pages that `refresh` keeps up to date."""
        has_pages = self._reads_web and self._web.pages.has_added()
        return has_pages or bool(self.feeds() or self.sites() or self.mailboxes())

    def refresh(
        self,
        *,
        only_due: bool = False,
        progress: ProgressListener | None = None,
        stop: threading.Event | None = None,
    ) -> WebReport:
        """Take in what is new and what changed, of added web pages, feeds, sites and mailboxes, then `sync`.

        All pages are asked, or those that are due: an hour after they changed, less often while they do not. Feeds,
        sites and mailboxes are asked when they are due; what came of all of these is in ``feeds``. The mailboxes of
        others than those who may write to the folder ``mail`` are left alone.

        Raises:
            CorpusError: another program is refreshing.
            Stopped: ``stop`` was set; what was fetched until then is kept.
        """
        from assistant.corpus.online import WebReport

        check_writable(self.rights, FROM_THE_WEB)
        feeds = (*self._web.feeds.refresh(stop=stop), *self._web.sites.refresh(stop=stop))
        if self.rights.may_write(FROM_MAILBOXES):
            feeds += tuple(self._web.mailboxes.refresh(stop=stop))
        pages = self._web.pages.refresh(only_due=only_due, stop=stop)
        return WebReport(pages, feeds, self._sync_changed([*pages.written, *_written(feeds)], progress, stop))

    def web_problems(self) -> list[Failure]:
        """The web pages, feeds, sites and mailboxes that could not be refreshed the last time, and why."""
        followed = (*self.feeds(), *self.sites(), *self.mailboxes())
        pages = self._web.pages.problems() if self._reads_web else []
        return [*pages, *(Failure(one.address, one.problem) for one in followed if one.problem)]

    def feeds(self) -> list[FeedState]:
        """The feeds that are followed, each with how it fares."""
        return self._web.feeds.states() if self._reads_web else []

    def add_feed(
        self, named: str, *, progress: ProgressListener | None = None, stop: threading.Event | None = None
    ) -> FeedReport:
        """Follow a feed, or all feeds of an OPML file, and take in their articles.

        Raises what `Feeds.add` raises, and Stopped once ``stop`` is set; what was fetched until then is kept.
        """
        with self._adding("feed-added", told_of_address(named), FROM_THE_WEB):
            added = self._web.feeds.add(named)
        refreshed = (refresh for feed in added for refresh in self._web.feeds.refresh(feed.address, stop))
        return self._sync_refreshed(refreshed, progress, stop)

    def remove_feed(self, address: str) -> None:
        """Follow a feed no more; its articles stay. See `Feeds.remove` for what it raises."""
        with self._noted("feed-removed", told_of_address(address), FROM_THE_WEB):
            check_writable(self.rights, FROM_THE_WEB)
            self._web.feeds.remove(address)

    def refresh_feeds(
        self,
        only: str | None = None,
        *,
        progress: ProgressListener | None = None,
        stop: threading.Event | None = None,
    ) -> FeedReport:
        """Take in what is new and what changed, of the feeds that are due or of one at once, then `sync`.

        Raises:
            CorpusError: the feed is not followed, or another program is refreshing.
            Stopped: ``stop`` was set; what was fetched until then is kept.
        """
        check_writable(self.rights, FROM_THE_WEB)
        return self._sync_refreshed(self._web.feeds.refresh(only, stop), progress, stop)

    def sites(self) -> list[FeedState]:
        """The sites that are followed, each with how it fares."""
        return self._web.sites.states() if self._reads_web else []

    def add_site(
        self,
        address: str,
        depth: int | None = None,
        limit: int = 200,
        *,
        progress: ProgressListener | None = None,
        stop: threading.Event | None = None,
    ) -> FeedReport:
        """Follow a site, or the pages of a sitemap, at most ``limit`` of them, and take them in; see `Sites.add`.

        Raises what `Sites.add` raises, and Stopped once ``stop`` is set; what was fetched until then is kept.
        """
        with self._adding("site-added", told_of_address(address), FROM_THE_WEB):
            added = self._web.sites.add(address, depth, limit)
        return self.refresh_sites(added, progress=progress, stop=stop)

    def remove_site(self, address: str) -> None:
        """Follow a site no more; its pages stay. See `Sites.remove` for what it raises."""
        with self._noted("site-removed", told_of_address(address), FROM_THE_WEB):
            check_writable(self.rights, FROM_THE_WEB)
            self._web.sites.remove(address)

    def refresh_sites(
        self,
        only: str | None = None,
        *,
        progress: ProgressListener | None = None,
        stop: threading.Event | None = None,
    ) -> FeedReport:
        """Take in the pages that are new or changed, of the sites that are due or of one at once, then `sync`.

        Raises:
            CorpusError: the site is not followed, or another program is refreshing.
            Stopped: ``stop`` was set; what was fetched until then is kept.
        """
        check_writable(self.rights, FROM_THE_WEB)
        return self._sync_refreshed(self._web.sites.refresh(only, stop), progress, stop)

    def mailboxes(self) -> list[FeedState]:
        """The mailboxes that are followed, each with how it fares; without their passwords."""
        return self._web.mailboxes.states() if self.rights.may_read(FROM_MAILBOXES) else []

    def add_mailbox(
        self,
        name: str,
        address: str,
        password: str,
        *,
        progress: ProgressListener | None = None,
        stop: threading.Event | None = None,
    ) -> FeedReport:
        """Follow a folder of mails at an address such as ``imaps://ann@mail.example.org/INBOX``, and take in its mails.

        The password is kept in the state folder, readable by its owner alone. Nothing on the server is changed. Raises
        what `Mailboxes.add` raises, and Stopped once ``stop`` is set; what was fetched until then is kept.
        """
        with self._adding("mailbox-added", name, FROM_MAILBOXES):
            self._web.mailboxes.add(name, address, password)
        return self.refresh_mailboxes(name, progress=progress, stop=stop)

    def remove_mailbox(self, name: str) -> None:
        """Follow a mailbox no more; its mails stay. See `Mailboxes.remove` for what it raises."""
        with self._noted("mailbox-removed", name, FROM_MAILBOXES):
            check_writable(self.rights, FROM_MAILBOXES)
            self._web.mailboxes.remove(name)

    def refresh_mailboxes(
        self,
        only: str | None = None,
        *,
        progress: ProgressListener | None = None,
        stop: threading.Event | None = None,
    ) -> FeedReport:
        """Take in the new mails, of the mailboxes that are due or of one at once, then `sync`.

        Raises:
            CorpusError: the mailbox is not followed, or another program is refreshing.
            Stopped: ``stop`` was set; what was fetched until then is kept.
        """
        check_writable(self.rights, FROM_MAILBOXES)
        return self._sync_refreshed(self._web.mailboxes.refresh(only, stop), progress, stop)

    def _sync_refreshed(
        self, refreshed: Iterable[FeedRefresh], progress: ProgressListener | None, stop: threading.Event | None
    ) -> FeedReport:
        """`sync` after feeds, sites or mailboxes were refreshed, which they are as this goes through them."""
        from assistant.corpus.online import FeedReport

        feeds = tuple(refreshed)
        return FeedReport(feeds, self._sync_changed(_written(feeds), progress, stop))

    def news_since(self, moment: float) -> int:
        """How many articles of feeds came after a moment, in seconds since 1970."""
        return self._web.feeds.news_since(moment) if self._reads_web else 0

    @property
    def _reads_web(self) -> bool:
        return self.rights.may_read(FROM_THE_WEB)

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

    @property
    def index_state(self) -> int | None:
        """Which index answers: a number that grows with each change; None while it is changed here or is not there."""
        if self._syncing.locked():
            return None
        try:
            return self._reader.use(lambda snapshot: snapshot.generation)
        except CitewellError:
            return None

    def _sync_when_free(self, stop: threading.Event, unfinished: Collection[str]) -> SyncReport | None:
        """The report of a sync, once no other process is at it; None when ``stop`` is set before."""
        while not stop.is_set():
            try:
                return self.sync(unfinished=unfinished, stop=stop)
            except Stopped:
                return None
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
        source: Names | None = None,
        publisher: Names | None = None,
    ) -> list[ScoredPassage]:
        """Up to ``limit`` passages that fit the question best, the best first.

        ``since`` and ``until`` are days (ISO 8601, both included); ``source`` is a document or a folder, ``publisher``
        who published it, or each of them several, any of which will do. Without such days, those count that the
        question plainly names ("this week", "since March").

        >>> [hit.passage.source for hit in assistant.search("Who kept the lighthouse?", limit=3)]
        ['harbour.md']

        Raises:
            QuestionError: the question is empty or too long.
            CorpusError: there is no such document or folder, or no such publisher.
            IndexDamaged: there is no index, or it cannot be read.
        """
        asked, filters = checked(question), filters_of(since, until, source, publisher)
        self.audit.asked(asked, "search")
        return self._reader.use(lambda snapshot: self._pipeline.search(snapshot, asked, history, limit, filters))

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
    ) -> Answer:
        """The answer to a question, every sentence cited, or an honest refusal; see `search` for the arguments.

        ``model`` is who writes it: a language model, named as in the settings, or "extractive" for sentences quoted
        from the documents. By default the settings say. Where a model fails, the sentences quoted are the answer, and
        a notice says why.

        >>> answer = assistant.ask("How tall is the lighthouse of Veldt?")
        >>> answer.sentences[0].text
        'The lighthouse of Veldt is 31 metres tall.'
        >>> answer.citations[0].passage.source, answer.citations[0].quote
        ('harbour.md', 'The lighthouse of Veldt is 31 metres tall.')
        >>> assistant.ask("Which orchestra plays in Lemuria?").text
        'The documents do not answer this.'

        Raises:
            QuestionError: the question is empty or too long.
            CorpusError: there is no such document or folder, or no such publisher.
            IndexDamaged: there is no index, or it cannot be read.
            ModelUnavailable: ``model`` names none, or one whose package is not installed.
        """
        parts = self.stream(
            question, history, since=since, until=until, source=source, publisher=publisher, model=model
        )
        return deque(parts, maxlen=1)[0]

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
        stop: threading.Event | None = None,
    ) -> Generator[Answer, None, None]:
        """The answer as it grows; the last one is what `ask` returns. Closing it ends a language model's work.

        Once ``stop`` is set, a language model's work ends too, also while it is waited for, and Stopped is raised.
        """
        asked, filters, writer = checked(question), filters_of(since, until, source, publisher), self._models.get(model)
        self.audit.asked(asked)
        if writer is None:
            yield self._quoted.answer(self._reader, asked, history, filters, stop)
            return
        found = self._reader.use(lambda snapshot: looked_up(snapshot, asked, filters))
        if found is not None:
            yield found
        else:
            yield from self._pipeline.stream(self._reader, writer, asked, history, filters, stop)

    def add_watch(
        self,
        question: str,
        *,
        owner: str | None = None,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
    ) -> WatchCheck:
        """Watch a question: `check_watches` asks it again, and tells when the answer is another than it is now.

        It is answered in quoted sentences, whoever writes answers otherwise: a language model words the same anew each
        time. ``owner`` is whose it is, by default who asks; the other arguments are those of `ask`.

        >>> assistant.add_watch("Who kept the lighthouse?").after.answer.sentences[0].text
        'Ada Thorne kept it until 1974.'

        Raises:
            WatchError: the question is watched already, or too many are.
            QuestionError: the question is empty or too long.
            CorpusError: there is no such document or folder, or no such publisher.
            IndexDamaged: there is no index, or it cannot be read.
        """
        asked, filters = checked(question), filters_of(since, until, source, publisher)
        whose = self.rights.name if owner is None else owner
        return self.watches.add(whose, asked, filters, self._ask_quoted(asked, filters))

    def check_watches(self, *, owner: str | None = None, stop: threading.Event | None = None) -> list[WatchCheck]:
        """Ask an owner's watched questions now, or everybody's, and tell which answers changed.

        Each is answered from what its owner may read. Of whom collections are closed to, only their own are asked.

        A change is another set of sentences, whatever their order, or an answer where there was none, or the reverse.
        A sentence that only moves, or that one more document states, is none. A question that cannot be asked is told
        in its ``problem``. Once ``stop`` is set, no further question is asked. Those whom the settings name are told.

        Raises:
            StorageError: what is kept of them cannot be used.
        """
        whose = self.rights.name if self.rights.is_restricted else owner
        return check_all(self.watches, self._ask_as, self._channels, whose, stop)

    def check_failed_watches(self, *, stop: threading.Event | None = None) -> list[WatchCheck]:
        """Ask everybody's watched questions now that could not be asked the last time; else as `check_watches`."""
        if self.rights.is_restricted:
            return []
        return check_failed(self.watches, self._ask_as, self._channels, stop)

    @property
    def told_to(self) -> tuple[str, ...]:
        """Who is told when an answer changed, by the settings: the recipient of mails, and the host of the webhook."""
        return tuple(channel.where for channel in self._channels)

    def _ask_as(self, owner: str, question: str, only: Filters) -> Answer:
        asking = self if self.rights.is_restricted else self.for_user(owner, way="watch")
        return asking._ask_quoted(question, only)

    def _ask_quoted(self, question: str, only: Filters) -> Answer:
        return self.ask(
            question,
            since=only.since,
            until=only.until,
            source=only.sources,
            publisher=only.publishers,
            model=EXTRACTIVE,
        )

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
        limit: int = SHOWN_MENTIONS,
    ) -> Mentions:
        """Every document that mentions something, counted, and ``limit`` of them from the one of number ``first``.

        The newest come first. ``query`` is a word, a name or a phrase, with AND, NOT and NEAR/5 between several; what
        stands in quotation marks is looked for as it is written, anything else in all spellings that the documents
        have. ``without`` names spellings that do not count. The other arguments are those of `search`.

        >>> found = assistant.mentions("lighthouse")
        >>> found.in_words, found.shown[0].citation.quote
        ('1 document mentions it, in the title or the first passage.', 'The lighthouse of Veldt is 31 metres tall.')

        Raises:
            QuestionError: the query is empty, too long, or not to be understood.
            CorpusError: there is no such document or folder, or no such publisher.
            IndexDamaged: there is no index, or it cannot be read.
        """
        filters = filters_of(since, until, source, publisher)
        self.audit.asked(query, "mentions")
        return self._reader.use(
            lambda snapshot: MentionSearch(snapshot, query, filters, without).found(query, first, limit)
        )

    def positions(
        self,
        subject: str,
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
    ) -> Positions:
        """Who says, thinks or wants what about a subject, by speaker, each statement cited; English documents alone.

        A speaker is named as fully as the documents do; what cannot be attributed plainly is left out. The other
        arguments, and what is raised, are those of `search`.

        >>> assistant.positions("lighthouse").in_words
        'No document tells what somebody says about it.'
        """
        asked, filters = checked(subject), filters_of(since, until, source, publisher)
        self.audit.asked(asked, "positions")
        return self._reader.use(lambda snapshot: positions(snapshot, asked, filters))

    def overview(
        self,
        subject: str = "",
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
    ) -> Overview:
        """What the documents are about: their subjects, and who and what is named in most of them, each cited.

        With a ``subject``, what English documents say about it alone. Names are told of English documents. The other
        arguments, and what is raised, are those of `search`.

        >>> assistant.overview().in_words
        '1 document.'
        """
        asked = checked(subject) if subject else ""
        filters = filters_of(since, until, source, publisher)
        self.audit.asked(asked, "overview")
        return self._reader.use(lambda snapshot: overview(snapshot, asked, filters))

    def timeline(
        self,
        subject: str,
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
    ) -> Timeline:
        """When what happened around a subject, in order, each sentence cited; English documents that have a date.

        "Last Tuesday" and the like are resolved against the day on which a document was published. ``since`` and
        ``until`` are days of publication; the other arguments, and what is raised, are those of `search`.

        >>> assistant.timeline("lighthouse").in_words
        'No document that has a date tells when something about it happened.'
        """
        asked, filters = checked(subject), filters_of(since, until, source, publisher)
        self.audit.asked(asked, "timeline")
        return self._reader.use(lambda snapshot: timeline(snapshot, asked, filters, self._passage_reader))

    def whats_new(
        self,
        subject: str = "",
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
    ) -> News:
        """The stories with articles of some days: how each begins, what it adds to what was known, and contradicts.

        Articles of one story are grouped, copies counted once. Without ``since``, the week up to the newest article
        counts; documents that tell no day came on the day on which they were added. A ``subject`` narrows it to
        documents that name all of it. The other arguments, and what is raised, are those of `search`.

        >>> assistant.whats_new("submarines").in_words
        'Nothing is new.'
        """
        filters = filters_of(since, until, source, publisher)
        asked = checked(subject) if subject.strip() else ""
        self.audit.asked(asked, "new")
        return self._reader.use(lambda snapshot: whats_new(snapshot, filters, asked))

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
        """What two or more sides say to a question: what they dispute, agree on, or tell alone, all of it cited.

        The sides are the documents (or folders), publishers, periods ("2024", "2024-05..2024-09") or speakers of which
        several are named; where none are, the publishers that write most about it, else the documents. Of speakers,
        the words count that `positions` gives. The other arguments narrow every side.

        >>> assistant.compare("How tall is the lighthouse?", period=["2023", "2024"]).in_words
        'The documents do not answer this.'

        Raises:
            QuestionError: the question is empty or too long, or the sides are of several kinds or too many.
            CorpusError: there is no such document or folder, or no such publisher.
            IndexDamaged: there is no index, or it cannot be read.
        """
        asked, filters = checked(question), filters_of(since, until, source, publisher)
        self.audit.asked(asked, "compare")
        speakers = names_of(speaker)
        named = sides_named(filters, names_of(period), speakers)
        if speakers:
            within = next(iter(named.values()), filters)
            return self._reader.use(lambda snapshot: self._compare_speakers(snapshot, asked, within, speakers))
        return self._reader.use(
            lambda snapshot: self._pipeline.compare(snapshot, asked, named or sides_found(snapshot, asked, filters))
        )

    def brief(
        self,
        subject: str,
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
    ) -> Briefing:
        """A briefing on a subject: what it is about, the latest, who says what, what happened when, what is disputed.

        Every line is a quote with its number; questions that the documents do not answer are told. The arguments, and
        what is raised, are those of `search`.

        >>> briefing = assistant.brief("lighthouse")
        >>> briefing.sections[0].lines[0].citation.quote
        'The lighthouse of Veldt is 31 metres tall.'
        """
        asked, filters = checked(subject), filters_of(since, until, source, publisher)
        self.audit.asked(asked, "brief")
        return self._reader.use(lambda snapshot: self._pipeline.brief(snapshot, asked, filters))

    def _compare_speakers(self, snapshot: Snapshot, asked: str, filters: Filters, speakers: Sequence[str]) -> Compared:
        sides = list(sides_of_speakers(positions(snapshot, asked, filters), speakers))
        return self._pipeline.compare_sides(snapshot, asked, sides)

    def plan(
        self,
        question: str,
        history: History = (),
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
    ) -> AnswerPlan:
        """How a question is answered in quoted sentences, stage by stage, and why; see `ask` for arguments and errors.

        Its ``answer`` is what `ask` returns where no language model writes.

        >>> plan = assistant.plan("How tall is the lighthouse of Veldt?")
        >>> plan.decision.answers, plan.why.kind
        (True, 'how many')
        >>> [sentence.text for sentence in plan.selection.sentences][0]
        'The lighthouse of Veldt is 31 metres tall.'
        """
        asked, filters = checked(question), filters_of(since, until, source, publisher)
        return self._quoted.plan(self._reader, asked, history, filters)

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
        span = self._reader.use(lambda snapshot: self._pipeline.best_span(gate, snapshot, asked, history))
        return span.margin if span else None

    def calibrate_reader(self, margins: Sequence[float], answerable: Sequence[bool]) -> Calibration:
        """Fit the margin that the reader must reach on questions known to be ``answerable`` or not; keep and use it.

        ``margins`` are what `reader_margin` gives for the questions. Raises what `ReaderGate.calibrate` raises, and
        ModelUnavailable when no reader is named.
        """
        return self._named_gate().calibrate(margins, answerable)

    def _named_gate(self) -> ReaderGate:
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
        if self._passage_reader is not None:
            self._passage_reader.check()

    @contextmanager
    def loading_model(self) -> Iterator[None]:
        """Load the embedding model meanwhile, prepared if this is its first use; what fails is told where it is used.

        Whoever needs the model waits for it.
        """

        def load() -> None:
            with suppress(ModelUnavailable):
                self._embedder.prepare()

        thread = threading.Thread(target=load, name="citewell-load")
        thread.start()
        try:
            yield
        finally:
            thread.join()  # a process that ends while a library starts its threads is aborted

    def counts(self) -> IndexCounts:
        """What the index holds, as `health` has it too, and quick to tell.

        Raises:
            CitewellError: there is no index, or it cannot be read.
            OSError: its file is gone.
        """
        return counts_of(self._reader)

    def health(self) -> Health:
        """The state of corpus and index, for ``citewell doctor``; what is wrong is told in ``problems``."""
        return health_of(
            self.settings,
            self._shelf,
            self._reader,
            self._embedder,
            self._reranker,
            self._passage_reader,
            self._gate,
            self._reading(),
        )


def _parted(paths: Iterable[Path | str]) -> tuple[list[str], list[Path]]:
    """The web addresses among what is named, and the files and folders."""
    named = list(paths)
    pages = [str(path) for path in named if is_web_address(str(path))]
    return pages, [Path(path) for path in named if not is_web_address(str(path))]


def _of_added(report: SyncReport, added: Collection[str], failed: Sequence[Failure]) -> SyncReport:
    """The report, of failures those alone of what was added: that it could not be copied or fetched, or not read."""
    report.failed[:] = [*failed, *(failure for failure in report.failed if failure.source in added)]
    report.partial[:] = [one for one in report.partial if one.source in added]
    return report


def _claim(report: SyncReport, written: Iterable[str], known: Collection[str]) -> None:
    """Count as added or updated what was written here, though another sync was quicker to index it."""
    for source in sorted(set(written) & set(report.unchanged)):
        report.unchanged.remove(source)
        (report.updated if source in known else report.added).append(source)
    report.added.sort()
    report.updated.sort()


def _waiting(changed: Iterable[str], reason: str) -> SyncReport:
    return SyncReport(waiting=[Failure(source, reason) for source in sorted(changed)])


def _written(refreshed: Iterable[FeedRefresh]) -> list[str]:
    return [source for feed in refreshed for source in feed.written]
