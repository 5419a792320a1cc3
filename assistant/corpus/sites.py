"""Sites are followed: the pages that their sitemap lists, or those that links lead to, each a document."""

from __future__ import annotations

import mimetypes
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

from assistant.corpus.addresses import checked_address, identity
from assistant.corpus.feeds import PATIENCE, FeedRefresh, FeedState, as_fetch_error
from assistant.corpus.fetching import Fetched, Fetcher
from assistant.corpus.links import links_in
from assistant.corpus.pages import WebPages
from assistant.corpus.records import LONGEST_DELAY, FeedRecord, Records, Site, SitePage
from assistant.corpus.refreshing import refreshing
from assistant.corpus.site_maps import ACCEPTED, is_site_map, site_map_from
from assistant.corpus.web import ACCEPTED as PAGE
from assistant.corpus.web import HTML, TEXT
from assistant.errors import CorpusError, FetchError, StorageError
from assistant.types import Failure

DEPTH, MOST_PAGES = 2, 200
"""How far links are followed, and how many pages of a site are taken, where nothing else is said."""
MOST_SITE_MAPS = 50
NOT_FOLLOWED = "The site {} is not followed. See the addresses with: citewell site list"


@dataclass(frozen=True, slots=True)
class SiteScope:
    """The part of the web that belongs to a site: one host, and a folder of it."""

    host: str
    folder: str

    def holds(self, address: str) -> bool:
        """Whether an address is of the site, with or without ``www.``."""
        parts = urlsplit(address)
        is_below = parts.path == self.folder or parts.path.startswith(f"{self.folder}/")
        return is_below and _without_www(parts.netloc) == self.host


def scope_of(address: str) -> SiteScope:
    """The host of an address, and the folder that it is, or that its file is in."""
    parts = urlsplit(address)
    folder, _, name = parts.path.rpartition("/")
    return SiteScope(_without_www(parts.netloc), folder if "." in name else parts.path.rstrip("/"))


@dataclass(frozen=True, slots=True)
class _Step:
    """A page to be visited: by how many links it was come to, and when the sitemap says that it changed."""

    address: str
    links: int = 0
    changed: str = ""


@dataclass(slots=True)
class _Walk:
    """A way through a site: what is to be visited yet, and what came of it so far."""

    site: Site
    scope: SiteScope
    depth: int = 0
    steps: deque[_Step] = field(default_factory=deque)
    seen: set[str] = field(default_factory=set)
    visited: int = 0
    patience: int = PATIENCE
    written: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    notes: list[Failure] = field(default_factory=list)

    def put(self, step: _Step) -> None:
        """Visit a page later, if it is one of the site and was not put before."""
        kind = mimetypes.guess_type(urlsplit(step.address).path)[0]
        if step.address not in self.seen and self.scope.holds(step.address) and kind in (None, *HTML, *TEXT):
            self.seen.add(step.address)
            self.steps.append(step)

    def next(self) -> _Step | None:
        """The page to be visited now; None at the end."""
        if not self.steps or self.visited >= self.site.most or self.patience <= 0:
            return None
        self.visited += 1
        return self.steps.popleft()

    @property
    def report(self) -> FeedRefresh:
        """What came of it."""
        address = self.site.address
        return FeedRefresh(address, address, tuple(self.written), 0, tuple(self.failed), notes=tuple(self.notes))


class Sites:
    """The sites of one corpus, whose pages become documents as those do that are added one by one.

    How each fares is kept as that of a feed is, and a refresh brings the same values.
    """

    def __init__(self, pages: WebPages, records: Records, fetcher: Fetcher, state_dir: Path) -> None:
        self._pages = pages
        self._records = records
        self._fetcher = fetcher
        self._state_dir = state_dir

    def add(self, address: str, depth: int | None = None, most: int = MOST_PAGES) -> str:
        """Follow a site from now on; `refresh` takes its pages. Returns the address that it is known by.

        That of a sitemap stands for the pages which that lists. Any other stands for the pages in its folder that the
        sitemap of the site lists, if its robots.txt names one; where there is none, or a ``depth`` is said, for those
        that so many links lead to. At most ``most`` pages are taken.

        Raises:
            FetchError: it is no address that may be fetched.
        """
        site = Site(identity(checked_address(address)), depth, most)
        self._records.note_site(site)
        return site.address

    def remove(self, address: str) -> None:
        """Follow a site no more; its pages stay in the corpus.

        Raises:
            CorpusError: the site is not followed.
        """
        [site] = self._followed(address)
        self._records.forget_site(site.address)
        self._records.forget_feed(_key(site))

    def states(self) -> list[FeedState]:
        """Every site with how it fares."""
        known = [(site.address, self._records.feed(_key(site))) for site in self._records.sites()]
        return [FeedState(address, address, one.refreshed_at, 0, one.problem) for address, one in known]

    def refresh(self, only: str | None = None, stop: Event | None = None) -> Iterator[FeedRefresh]:
        """Take the new and changed pages of the sites that are due, once a day, or of one at once, until ``stop``.

        Raises:
            CorpusError: the site named is not followed, or another program is refreshing.
        """
        sites = self._records.sites() if only is None else self._followed(only)
        with refreshing(self._state_dir), self._pages.reader.reading():
            for site in sites:
                if stop and stop.is_set():
                    return
                yield self._refresh(site, stop, at_once=only is not None)

    def _followed(self, address: str) -> list[Site]:
        wanted = identity(checked_address(address))
        found = [site for site in self._records.sites() if site.address == wanted]
        if not found:
            raise CorpusError(NOT_FOLLOWED.format(address))
        return found

    def _refresh(self, site: Site, stop: Event | None, *, at_once: bool) -> FeedRefresh:
        record = self._records.feed(_key(site))
        if record.due_at > time.time() and not at_once:
            return FeedRefresh(site.address, site.address, skipped=True)
        walk = _Walk(site, scope_of(site.address))
        try:
            self._begin(walk)
            self._go(walk, stop)
        except FetchError as error:
            walk.failed.append(Failure(site.address, str(error)))
            self._records.note_feed(_key(site), record.failed(error))
        else:
            now = time.time()
            problem = walk.failed[0].reason if walk.failed else ""
            self._records.note_feed(
                _key(site), FeedRecord(due_at=now + LONGEST_DELAY, problem=problem, refreshed_at=now)
            )
        return walk.report

    def _begin(self, walk: _Walk) -> None:
        """Put what is visited first: the pages of sitemaps, or the page from which links are followed.

        Raises:
            FetchError: neither can be had.
        """
        site = walk.site
        if is_site_map(site.address):
            self._put_listed(walk, [site.address])
        elif site.depth is None:
            with suppress(FetchError):  # then links are followed
                self._put_listed(walk, self._fetcher.site_maps(site.address))
        if not walk.steps and not is_site_map(site.address):
            walk.depth = DEPTH if site.depth is None else site.depth
            walk.put(_Step(site.address))

    def _put_listed(self, walk: _Walk, addresses: Iterable[str]) -> None:
        """Put the pages that sitemaps list, those first that changed last."""
        found: dict[str, str] = {}
        further = deque(addresses)
        for _ in range(MOST_SITE_MAPS):
            if not further:
                break
            listed = site_map_from(self._fetcher.get(further.popleft(), ACCEPTED))
            found |= listed.pages
            further += [one for one in listed.further if _without_www(urlsplit(one).netloc) == walk.scope.host]
        for address, changed in sorted(found.items(), key=lambda one: one[1], reverse=True):
            walk.put(_Step(address, changed=changed))
        if len(walk.steps) > walk.site.most:
            told = f"It lists {len(walk.steps):,} pages, and the {walk.site.most:,} that changed last are taken."
            walk.notes.append(Failure(walk.site.address, f"{told} For more, follow it again with a higher --limit."))

    def _go(self, walk: _Walk, stop: Event | None) -> None:
        """Visit page after page.

        Raises:
            FetchError: the page from which links are followed cannot be had.
        """
        while not (stop and stop.is_set()) and (step := walk.next()):
            links = self._visit(walk, step)
            for link in links if step.links < walk.depth else ():
                walk.put(_Step(link, step.links + 1))

    def _visit(self, walk: _Walk, step: _Step) -> tuple[str, ...]:
        """Take a page where it may have changed; returns its links.

        What people removed from the corpus stays away, and what came into it otherwise is left as it is.

        Raises:
            FetchError: it is the page from which links are followed, and cannot be had.
        """
        known = self._records.site_page(walk.site.address, step.address)
        if self._is_done_with(step, known):
            return known.links
        try:
            if not known.source and self._pages.known(step.address):
                return self._links_of(walk, step) if step.links < walk.depth else ()
            found = self._taken(walk, step, known)
        except StorageError:
            raise
        except Exception as error:  # one page that nobody thought of costs that page
            self._note_failure(walk, step, as_fetch_error(step.address, error))
            return known.links
        self._records.note_site_page(walk.site.address, found)
        return found.links

    def _is_done_with(self, step: _Step, known: SitePage) -> bool:
        """Whether a page that was taken before was removed by people, or has not changed by its sitemap."""
        if not known.source:
            return False
        is_unchanged = step.changed != "" and step.changed == known.changed
        return is_unchanged or not self._pages.holds(known.source)

    def _taken(self, walk: _Walk, step: _Step, known: SitePage) -> SitePage:
        """The page as it is now; without a source where it came, and cannot be made a document.

        Raises:
            FetchError: it cannot be had.
        """
        looked: list[Fetched] = []

        def look(fetched: Fetched) -> None:
            _check(walk, fetched)
            looked.append(fetched)

        source = known.source
        try:
            source, is_new = self._pages.take(step.address, look=look)
            walk.written += [source] if is_new else []
        except FetchError as error:
            if not looked:
                raise
            walk.notes.append(Failure(step.address, str(error)))
        links = known.links if looked[0].content is None else links_in(looked[0])
        return replace(known, changed=step.changed, source=source, links=links)

    def _links_of(self, walk: _Walk, step: _Step) -> tuple[str, ...]:
        fetched = self._fetcher.get(step.address, PAGE)
        _check(walk, fetched)
        return links_in(fetched)

    def _note_failure(self, walk: _Walk, step: _Step, error: FetchError) -> None:
        """Tell what befell a page: a failure, unless it is in vain to ask again, as where a link leads nowhere."""
        if not step.links and walk.depth:
            raise error
        (walk.notes if error.lasting else walk.failed).append(Failure(step.address, str(error)))
        walk.patience -= not error.lasting


def _check(walk: _Walk, fetched: Fetched) -> None:
    """Refuse a page that led out of the site; take note of where it was found.

    Raises:
        FetchError: it did.
    """
    address = identity(fetched.address)
    if not walk.scope.holds(address):
        raise FetchError(f"It leads out of the site, to {address}, and is not taken.", lasting=True)
    walk.seen.add(address)


def _without_www(host: str) -> str:
    return host.removeprefix("www.")


def _key(site: Site) -> str:
    """What the record of a site is kept under, beside those of feeds."""
    return f"site {site.address}"
