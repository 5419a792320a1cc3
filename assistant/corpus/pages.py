"""Pages of the web become documents of the corpus, each under one name, and only what changed is fetched again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event

from assistant.corpus.addresses import checked_address, identity
from assistant.corpus.fetching import Fetched, Fetcher, Validators
from assistant.corpus.folder import CorpusFolder
from assistant.corpus.records import AddedPage, PageRecord, Records
from assistant.corpus.web import ACCEPTED, PageReader, WebPage, page_from, page_seen, rendered, source_of
from assistant.errors import CitewellError, StorageError, unexpected
from assistant.types import Failure

LOG = logging.getLogger(__name__)
FIRST_DELAY = 3_600.0
LONGEST_DELAY = 86_400.0
"""A page that changed is asked again after an hour; after each time in vain, it is left alone for twice as long."""


@dataclass(frozen=True, slots=True)
class PagesRefresh:
    """What asking the added pages again brought: the sources of those that changed, and those that failed."""

    written: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()


class WebPages:
    """The pages of one corpus, as Markdown files in its folder ``web``; ``reader`` reads them."""

    def __init__(self, corpus: CorpusFolder, records: Records, fetcher: Fetcher, reader: PageReader) -> None:
        self._corpus = corpus
        self._records = records
        self._fetcher = fetcher
        self.reader = reader

    def add(self, address: str) -> tuple[str, bool]:
        """Fetch a page that is to be kept up to date; see `take`."""
        self._records.note_added(self._next(AddedPage(identity(checked_address(address))), has_changed=True))
        return self.take(address)

    def save(self, address: str, html: str, title: str = "") -> tuple[str, bool]:
        """Keep a page as somebody sees it, in HTML; returns what `take` returns. It is not fetched, then or later.

        ``title`` is what it is called where it has no other.

        Raises:
            FetchError: it is no address of a page, or there is nothing to read on the page.
            StorageError: the disk refuses.
        """
        key = identity(checked_address(address))
        page = replace(page_seen(key, html, title, self.reader), address=key)
        self._records.forget_added(key)  # what is fetched may be another page than the one that was seen
        return self.keep(key, page)

    def refresh(self, *, only_due: bool, stop: Event | None = None) -> PagesRefresh:
        """Ask the pages that were added again, all or those that are due, and replace those that changed.

        Those that were removed from the corpus are forgotten; those that cannot be had stay as they are. Once ``stop``
        is set, no further page is asked.
        """
        written: list[str] = []
        failed: list[Failure] = []
        with self.reader.reading():
            for page in self._records.added():
                if stop and stop.is_set():
                    break
                source = self.known(page.address)
                if source is None:
                    self._records.forget_added(page.address)
                    continue
                if only_due and page.due_at > time.time():
                    continue
                source, has_changed, problem = self._taken_again(page.address, source)
                self._records.note_added(replace(self._next(page, has_changed=has_changed), problem=problem))
                written += [source] if has_changed else []
                failed += [Failure(source, problem)] if problem else []
        return PagesRefresh(tuple(written), tuple(failed))

    def _taken_again(self, address: str, source: str) -> tuple[str, bool, str]:
        """Where a page is kept now, whether it has changed, and why it could not be had; "" where it could.

        Raises:
            StorageError: the disk refuses it.
        """
        try:
            return *self.take(address), ""
        except StorageError:
            raise
        except CitewellError as error:
            return source, False, str(error)
        except Exception as error:  # one page that nobody thought of costs that page
            LOG.warning("The page %s could not be refreshed.", address, exc_info=error)
            return source, False, unexpected(error)

    def problems(self) -> list[Failure]:
        """The pages that could not be asked again the last time, by source, and why."""
        asked = ((self.known(page.address), page.problem) for page in self._records.added() if page.problem)
        return [Failure(source, problem) for source, problem in asked if source]

    def has_added(self) -> bool:
        """Whether there are pages to keep up to date."""
        return bool(self._records.added())

    def take(
        self,
        address: str,
        complete: Callable[[WebPage], WebPage] = lambda page: page,
        look: Callable[[Fetched], None] = lambda _: None,
    ) -> tuple[str, bool]:
        """Fetch a page, or see that it has not changed; returns its source and whether its file was written.

        ``complete`` adds what is known of the page besides, or refuses it. ``look`` sees what was fetched before it is
        read, and may refuse it. A page whose file was removed is fetched anew.

        Raises:
            FetchError: it cannot be fetched, or is no page of text.
            StorageError: the disk refuses.
        """
        asked = checked_address(address)
        key = identity(asked)
        known = self._records.page(key)
        had = known.validators if known and self._corpus.holds(known.source) else None
        fetched = self._fetcher.get(asked, ACCEPTED, had)
        look(fetched)
        if known and fetched.content is None:
            return known.source, False
        page = page_from(fetched, self.reader)
        if self._is_another(page, known):
            page = replace(page, address=identity(fetched.address))
        whole = complete(page)
        # What is added to a page may change while that does not.
        validators = fetched.validators if whole.text == page.text else Validators()
        return self._keep(key, whole, known, validators)

    def keep(self, key: str, page: WebPage) -> tuple[str, bool]:
        """Store a page that came by other ways than its address, known by a key; returns what `add` returns."""
        return self._keep(key, page, self._records.page(key), Validators())

    def known(self, address: str) -> str | None:
        """The source of the page at an address, where it is in the corpus."""
        record = self._records.page(identity(address))
        return record.source if record and self._corpus.holds(record.source) else None

    def holds(self, source: str) -> bool:
        """Whether a page is still in the corpus."""
        return self._corpus.holds(source)

    def _keep(self, key: str, page: WebPage, known: PageRecord | None, validators: Validators) -> tuple[str, bool]:
        source = known.source if known else source_of(page.address)
        written = self._corpus.write(source, rendered(page))
        self._records.note_page(key, PageRecord(source, page.title, validators))
        return source, written

    def _next(self, page: AddedPage, *, has_changed: bool) -> AddedPage:
        """The page with the moment at which it is to be asked again."""
        in_vain = 0 if has_changed else min(page.in_vain + 1, 30)
        return replace(page, in_vain=in_vain, due_at=time.time() + min(FIRST_DELAY * 2**in_vain, LONGEST_DELAY))

    def _is_another(self, page: WebPage, known: PageRecord | None) -> bool:
        """Whether a page claims the address of a different one; some sites give all their pages the same."""
        claimed = source_of(page.address)
        if known:
            return known.source != claimed
        titles = self._records.titles(claimed)
        return bool(titles) and page.title not in titles
