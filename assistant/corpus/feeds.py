"""Feeds are followed: each article becomes a document once, and again when it changes; none is lost to a bad day."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event

from filelock import FileLock, Timeout

from assistant.corpus.addresses import checked_address, is_web_address
from assistant.corpus.feed_formats import ACCEPTED, Entry, FeedContent, feed_from, feed_named_by
from assistant.corpus.fetching import Fetched, Fetcher
from assistant.corpus.opml import Feed, FeedList, feeds_in
from assistant.corpus.pages import WebPages
from assistant.corpus.records import FeedRecord, Records, Waiting
from assistant.corpus.web import WebPage, text_of
from assistant.errors import CitewellError, CorpusError, FetchError, StorageError, unexpected
from assistant.types import Failure

LOG = logging.getLogger(__name__)
FIRST_DELAY = 300.0
LONGEST_DELAY = 86_400.0
"""A feed that fails is left alone for five minutes, then for twice as long each time, up to a day."""
ATTEMPTS = 5
"""So often is an article asked for before its feed's own text stands in for it."""
FULLER = 1.5
"""An entry's own text that is so much longer than its page is the article; the page shows a part of it."""
PATIENCE = 3
"""After so many articles that fail for now, the others of the feed wait for the next refresh."""


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed with how it fares: ``problem`` is why it could not be read the last time; "" when it could."""

    address: str
    title: str
    refreshed_at: float | None
    waiting: int
    problem: str


@dataclass(frozen=True, slots=True)
class FeedRefresh:
    """What one refresh of a feed brought: the sources of articles written, how many wait, and what failed.

    ``skipped`` says that the feed was not asked, since it is to be left alone for now.
    """

    address: str
    title: str
    written: tuple[str, ...] = ()
    waiting: int = 0
    failed: tuple[Failure, ...] = ()
    skipped: bool = False


class Feeds:
    """The feeds of one corpus."""

    def __init__(
        self, listed: FeedList, pages: WebPages, records: Records, fetcher: Fetcher, state_dir: Path, at_once: int
    ) -> None:
        """Follow the feeds that are ``listed``; at most ``at_once`` articles of each are fetched in one refresh."""
        self._list = listed
        self._pages = pages
        self._records = records
        self._fetcher = fetcher
        self._state_dir = state_dir
        self._at_once = at_once

    def add(self, named: str) -> list[Feed]:
        """Follow a feed, the feed that a web page names, or all feeds of an OPML file; returns those that are new.

        Raises:
            FetchError: there is no feed at the address.
            CorpusError: the file is not there, or is not OPML.
        """
        if not is_web_address(named):
            return [feed for feed in _imported(Path(named)) if self._list.add(feed)]
        address = checked_address(named)
        fetched = self._fetcher.get(address, ACCEPTED)
        named_there = feed_named_by(fetched)
        if named_there:
            address = checked_address(named_there)
            fetched = self._fetcher.get(address, ACCEPTED)
        content = feed_from(fetched, self._pages.reader)
        feed = Feed(fetched.moved_to or address, content.title or address)
        if not self._list.add(feed):
            return []
        self._note(feed, fetched, content)
        return [feed]

    def remove(self, address: str) -> None:
        """Follow a feed no more; its articles stay in the corpus.

        Raises:
            CorpusError: the feed is not followed.
        """
        known = checked_address(address)
        if not self._list.remove(known):
            raise CorpusError(f"The feed {address} is not followed. See the addresses with: citewell feed list")
        self._records.forget_feed(known)

    def states(self) -> list[FeedState]:
        """Every feed with how it fares."""
        return [self._state(feed, self._records.feed(feed.address)) for feed in self._list.feeds()]

    def news_since(self, moment: float) -> int:
        """How many articles came after a moment, in seconds since 1970."""
        return self._records.news_since(moment)

    def refresh(self, only: str | None = None, stop: Event | None = None) -> Iterator[FeedRefresh]:
        """Refresh the feeds that are due, or one at once, one after the other; until ``stop`` is set, if it is.

        Raises:
            CorpusError: the feed named is not followed, or another program is refreshing.
        """
        feeds = self._list.feeds()
        if only is not None:
            wanted = checked_address(only)
            feeds = [feed for feed in feeds if feed.address == wanted]
            if not feeds:
                raise CorpusError(f"The feed {only} is not followed. Follow it with: citewell feed add {only}")
        with self._refreshing(), self._pages.reader.reading():
            for feed in feeds:
                if stop and stop.is_set():
                    return
                yield self._refresh(feed, stop, at_once=only is not None)

    def _refresh(self, feed: Feed, stop: Event | None, *, at_once: bool) -> FeedRefresh:
        record = self._records.feed(feed.address)
        if record.due_at > time.time() and not at_once:
            return FeedRefresh(feed.address, feed.title, waiting=self._waiting(feed), skipped=True)
        try:
            fetched = self._fetcher.get(feed.address, ACCEPTED, record.validators)
            content = None if fetched.content is None else feed_from(fetched, self._pages.reader)
            feed = self._moved(feed, fetched)
            self._note(feed, fetched, content)
        except StorageError:
            raise
        except Exception as found:  # one feed that nobody thought of costs that feed
            error = _told(feed.address, found)
            self._records.note_feed(feed.address, _failed(record, error))
            return FeedRefresh(
                feed.address, feed.title, waiting=self._waiting(feed), failed=(Failure(feed.address, str(error)),)
            )
        return self._with_articles(feed, stop)

    def _moved(self, feed: Feed, fetched: Fetched) -> Feed:
        if fetched.moved_to is None or fetched.moved_to == feed.address:
            return feed
        self._records.move_feed(feed.address, fetched.moved_to)
        self._list.move(feed.address, fetched.moved_to)
        return replace(feed, address=fetched.moved_to)

    def _note(self, feed: Feed, fetched: Fetched, content: FeedContent | None) -> None:
        entries = content.entries if content else ()
        last = len(entries)
        noted = [
            (entry.guid, entry.fingerprint, f"{_in_utc(entry.published or entry.updated):25.25} {last - number:05}",
             json.dumps(asdict(entry)))
            for number, entry in enumerate(entries)
        ]  # fmt: skip
        self._records.note_feed(feed.address, FeedRecord(fetched.validators, refreshed_at=time.time()), noted)

    def _with_articles(self, feed: Feed, stop: Event | None) -> FeedRefresh:
        """Fetch what waits; a feed whose articles fail for now is left until the next time."""
        written: list[str] = []
        failed: list[Failure] = []
        patience = PATIENCE
        for waiting in self._records.waiting(feed.address, self._at_once):
            if stop and stop.is_set():
                break
            name = waiting.guid
            try:
                entry = Entry(**json.loads(waiting.entry))
                name = entry.link or entry.title or entry.guid
                source, is_new = self._take(feed, entry, waiting)
            except StorageError:
                raise
            except Exception as found:  # as for a feed
                error = _told(name, found, lasting=waiting.attempts + 1 >= ATTEMPTS)
                failed.append(Failure(name, str(error)))
                if not isinstance(found, CitewellError):
                    self._records.note_problem(feed.address, f"{name}: {error}")
                if error.lasting:
                    self._records.note_article(feed.address, waiting.guid, None)
                    continue
                self._records.note_attempt(feed.address, waiting.guid)
                patience -= isinstance(found, CitewellError)
                if not patience:
                    break
            else:
                self._records.note_article(feed.address, waiting.guid, source)
                written += [source] if is_new else []
        return FeedRefresh(feed.address, feed.title, tuple(written), self._waiting(feed), tuple(failed))

    def _take(self, feed: Feed, entry: Entry, waiting: Waiting) -> tuple[str, bool]:
        """Make a document of an entry's article, of its page or else of what the feed itself says.

        Returns its source, and whether its file was written. What people removed from the corpus stays away.
        """
        if waiting.known_as and not self._pages.holds(waiting.known_as):
            return waiting.known_as, False
        own = text_of(entry.html, self._pages.reader)
        complete = partial(_completed, feed, entry, own)
        try:
            if not entry.link:
                raise FetchError(f"{entry.title or 'An entry'} has neither an address nor a text.", lasting=True)
            known = None if waiting.known_as else self._pages.known(checked_address(entry.link))
            return (known, False) if known else self._pages.take(entry.link, complete)
        except FetchError as error:
            is_last = error.lasting or waiting.attempts + 1 >= ATTEMPTS
            if not own or not is_last:
                raise FetchError(str(error), lasting=is_last) from error
        address = entry.link or f"{feed.address}#{entry.guid}"
        return self._pages.keep(address, complete(WebPage(address, entry.title, own)))

    def _waiting(self, feed: Feed) -> int:
        return self._records.counted_waiting(feed.address)

    def _state(self, feed: Feed, record: FeedRecord) -> FeedState:
        return FeedState(feed.address, feed.title, record.refreshed_at, self._waiting(feed), record.problem)

    @contextmanager
    def _refreshing(self) -> Iterator[None]:
        try:
            self._state_dir.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._state_dir / "refreshing.lock", timeout=0, thread_local=False)
            lock.acquire()
        except Timeout as error:
            raise CorpusError("The feeds are being refreshed by another program. Wait until it is done.") from error
        except OSError as error:
            raise StorageError(f"{self._state_dir} cannot be written: {error.strerror or error}.") from error
        try:
            yield
        finally:
            lock.release()


def _imported(path: Path) -> list[Feed]:
    try:
        return feeds_in(path.read_bytes(), path.name)
    except OSError as error:
        raise CorpusError(
            f"{path} cannot be read: {error.strerror or error}. Give the address of a feed, or an OPML file."
        ) from error


def _completed(feed: Feed, entry: Entry, own: str, page: WebPage) -> WebPage:
    """The page with what its feed knows of it: the date, the whole text where the page shows a part of it."""
    return replace(
        page,
        title=entry.title or page.title or feed.title,
        author=page.author or entry.author,
        publisher=page.publisher or feed.title,
        published=entry.published if _in_utc(entry.published) else page.published or entry.published,
        text=own if len(own) > FULLER * len(page.text) else page.text,
    )


def _in_utc(written: str | None) -> str:
    """A date in ISO 8601 as a moment in UTC, by which entries are put in order; "" for any other."""
    try:
        moment = datetime.fromisoformat(written or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return ""


def _told(name: str, error: Exception, *, lasting: bool = False) -> FetchError:
    """An error that befell a feed or an article, as one of fetching it."""
    if isinstance(error, FetchError):
        return error
    if isinstance(error, CitewellError):
        return FetchError(str(error), lasting=True)
    LOG.warning("%s could not be taken in.", name, exc_info=error)
    return FetchError(unexpected(error), lasting=lasting)


def _failed(record: FeedRecord, error: FetchError) -> FeedRecord:
    delay = min(FIRST_DELAY * 2**record.failures, LONGEST_DELAY)
    asked_for = min(error.retry_after or 0.0, LONGEST_DELAY)
    return replace(
        record,
        failures=min(record.failures + 1, 30),
        due_at=time.time() + max(delay, asked_for),
        problem=str(error),
    )
