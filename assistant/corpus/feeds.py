"""Feeds are followed: each article becomes a document once, and again when it changes; none is lost to a bad day."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from assistant.corpus.addresses import checked_address, identity, is_web_address
from assistant.corpus.feed_formats import ACCEPTED, Entry, FeedContent, feed_from, feed_named_by
from assistant.corpus.fetching import Fetched, Fetcher
from assistant.corpus.opml import Feed, FeedList, feeds_in
from assistant.corpus.pages import WebPages
from assistant.corpus.records import FeedRecord, Records, Waiting
from assistant.corpus.refreshing import refreshing
from assistant.corpus.web import WebPage, text_of
from assistant.errors import CitewellError, CorpusError, FetchError, StorageError, unexpected
from assistant.text.terms import covers, telling_words
from assistant.types import Failure

LOG = logging.getLogger(__name__)
ATTEMPTS = 5
"""So often is an article asked for before its feed's own text stands in for it."""
FULLER = 1.5
"""An entry's own text that is so much longer than its page is the article; the page shows a part of it."""
HALF, ENOUGH_WORDS = 0.5, 4
"""A page that holds fewer of the words of its feed's text is another text, where there are so many words to tell by."""
ANOTHER_TEXT = "holds another text, such as a question for consent; what the feed itself says was kept."
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

    ``skipped`` says that the feed was not asked, since it is to be left alone for now. ``notes`` tell of articles whose
    page was passed over for what the feed itself says.
    """

    address: str
    title: str
    written: tuple[str, ...] = ()
    waiting: int = 0
    failed: tuple[Failure, ...] = ()
    skipped: bool = False
    notes: tuple[Failure, ...] = ()


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
        with refreshing(self._state_dir), self._pages.reader.reading():
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
            error = as_fetch_error(feed.address, found)
            self._records.note_feed(feed.address, record.failed(error))
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
        notes: list[Failure] = []
        patience = PATIENCE
        for waiting in self._records.waiting(feed.address, self._at_once):
            if stop and stop.is_set():
                break
            name = waiting.guid
            try:
                entry = Entry(**json.loads(waiting.entry))
                name = _name_of(entry)
                source, is_new, passed_over = self._take(feed, entry, waiting)
            except StorageError:
                raise
            except Exception as found:  # as for a feed
                error = self._note_failure(feed, waiting, name, found)
                failed.append(Failure(name, str(error)))
                patience -= isinstance(found, CitewellError) and not error.lasting
                if not patience:
                    break
            else:
                self._records.note_article(feed.address, waiting.guid, source)
                written += [source] if is_new else []
                notes += [Failure(source, passed_over)] if passed_over else []
        waits = self._waiting(feed)
        return FeedRefresh(feed.address, feed.title, tuple(written), waits, tuple(failed), notes=tuple(notes))

    def _note_failure(self, feed: Feed, waiting: Waiting, name: str, found: Exception) -> FetchError:
        """Note what befell an article: it is asked for again, unless that is in vain."""
        error = as_fetch_error(name, found, lasting=_is_last_attempt(waiting))
        if not isinstance(found, CitewellError):
            self._records.note_problem(feed.address, f"{name}: {error}")
        if error.lasting:
            self._records.note_article(feed.address, waiting.guid, None)
        else:
            self._records.note_attempt(feed.address, waiting.guid)
        return error

    def _take(self, feed: Feed, entry: Entry, waiting: Waiting) -> tuple[str, bool, str]:
        """Make a document of an entry's article, of its page or else of what the feed itself says.

        Returns its source, whether its file was written, and why its page was passed over, if it was though it came.
        What people removed from the corpus stays away.
        """
        if waiting.known_as and not self._pages.holds(waiting.known_as):
            return waiting.known_as, False, ""
        own = text_of(entry.html, self._pages.reader)
        is_shared = False
        try:
            known = self._pages.known(_page_address(entry))
            is_shared = self._is_shared(feed, entry, waiting, known)
            if known and not is_shared and not waiting.known_as:
                return known, False, ""
            return *self._take_page(feed, entry, own, is_shared=is_shared), ""
        except FetchError as error:
            is_last = _is_final(error, waiting)
            if not own or not is_last:
                raise FetchError(str(error), lasting=is_last) from error
            passed_over = str(error) if isinstance(error, _AnotherText) else ""
        return *self._keep_own_text(feed, entry, own, is_shared=is_shared), passed_over

    def _is_shared(self, feed: Feed, entry: Entry, waiting: Waiting, known: str | None) -> bool:
        """Whether the page of an entry, whose document is known where there is one, is that of another as well."""
        if entry.shares_page:
            return True
        return known is not None and self._records.is_of_another(feed.address, waiting.guid, known)

    def _take_page(self, feed: Feed, entry: Entry, own: str, *, is_shared: bool) -> tuple[str, bool]:
        if own and entry.shares_page:
            raise FetchError(f"The page {entry.link} is that of several entries.", lasting=True)

        def complete(page: WebPage) -> WebPage:
            if _is_another_text(entry, own, page.text) or (is_shared and _lacks(page.text, own)):
                raise _AnotherText(f"The page {entry.link} {ANOTHER_TEXT}", lasting=True)
            return _completed(feed, entry, own, page)

        return self._pages.take(entry.link, complete)

    def _keep_own_text(self, feed: Feed, entry: Entry, own: str, *, is_shared: bool) -> tuple[str, bool]:
        has_page_of_its_own = entry.link and not is_shared
        address = identity(entry.link) if has_page_of_its_own else f"{entry.link or feed.address}#{entry.name}"
        return self._pages.keep(address, _completed(feed, entry, own, WebPage(address, entry.title, own)))

    def _waiting(self, feed: Feed) -> int:
        return self._records.counted_waiting(feed.address)

    def _state(self, feed: Feed, record: FeedRecord) -> FeedState:
        return FeedState(feed.address, feed.title, record.refreshed_at, self._waiting(feed), record.problem)


def _imported(path: Path) -> list[Feed]:
    try:
        return feeds_in(path.read_bytes(), path.name)
    except OSError as error:
        raise CorpusError(
            f"{path} cannot be read: {error.strerror or error}. Give the address of a feed, or an OPML file."
        ) from error


class _AnotherText(FetchError):
    """A page came that does not hold the article."""


def _is_last_attempt(waiting: Waiting) -> bool:
    return waiting.attempts + 1 >= ATTEMPTS


def _is_final(error: FetchError, waiting: Waiting) -> bool:
    return error.lasting or _is_last_attempt(waiting)


def _name_of(entry: Entry) -> str:
    """What an entry is called where its failure is told."""
    return entry.link or entry.title or entry.guid


def _page_address(entry: Entry) -> str:
    if not entry.link:
        raise FetchError(f"{entry.title or 'An entry'} has neither an address nor a text.", lasting=True)
    return checked_address(entry.link)


def _is_another_text(entry: Entry, own: str, page: str) -> bool:
    """Whether a page holds neither what the feed says of an article nor its title, as one that asks for consent."""
    return _lacks(page, own) and not covers(page, entry.title, HALF)


def _lacks(page: str, own: str) -> bool:
    """Whether a page holds too few of the words of its feed's text, where these are enough to tell."""
    return len(telling_words(own)) >= ENOUGH_WORDS and not covers(page, own, HALF)


def _completed(feed: Feed, entry: Entry, own: str, page: WebPage) -> WebPage:
    """The page with what its feed knows of it: the date, and the text that the page does not hold."""
    text = page.text
    if len(own) > FULLER * len(text):
        text = own
    elif _lacks(text, own):
        text = f"{own}\n\n{text}"
    return replace(
        page,
        title=entry.title or page.title or feed.title,
        author=page.author or entry.author,
        publisher=page.publisher or feed.title,
        published=entry.published if _in_utc(entry.published) else page.published or entry.published,
        text=text,
    )


def _in_utc(written: str | None) -> str:
    """A date in ISO 8601 as a moment in UTC, by which entries are put in order; "" for any other."""
    try:
        moment = datetime.fromisoformat(written or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return ""


def as_fetch_error(name: str, error: Exception, *, lasting: bool = False) -> FetchError:
    """An error that befell a feed or an article, as one of fetching it."""
    if isinstance(error, FetchError):
        return error
    if isinstance(error, CitewellError):
        return FetchError(str(error), lasting=True)
    LOG.warning("%s could not be taken in.", name, exc_info=error)
    return FetchError(unexpected(error), lasting=lasting)
