"""Pages of the web become documents of the corpus, each under one name, and only what changed is fetched again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.corpus.addresses import checked_address, identity
from assistant.corpus.fetching import Fetcher, Validators
from assistant.corpus.folder import CorpusFolder
from assistant.corpus.records import PageRecord, Records
from assistant.corpus.web import ACCEPTED, WebPage, page_from, rendered, source_of


class WebPages:
    """The pages of one corpus, as Markdown files in its folder ``web``."""

    def __init__(self, corpus: CorpusFolder, records: Records, fetcher: Fetcher) -> None:
        self._corpus = corpus
        self._records = records
        self._fetcher = fetcher

    def add(self, address: str, complete: Callable[[WebPage], WebPage] = lambda page: page) -> tuple[str, bool]:
        """Fetch a page, or see that it has not changed; returns its source and whether its file was written.

        ``complete`` adds what is known of the page besides. A page whose file was removed is fetched anew.

        Raises:
            FetchError: it cannot be fetched, or is no page of text.
            StorageError: the disk refuses.
        """
        asked = checked_address(address)
        key = identity(asked)
        known = self._records.page(key)
        if known and not self._corpus.holds(known.source):
            known = replace(known, validators=Validators())
        fetched = self._fetcher.get(asked, ACCEPTED, known.validators if known else None)
        if known and fetched.content is None:
            return known.source, False
        page = page_from(fetched)
        if self._is_another(page, known):
            page = replace(page, address=identity(fetched.address))
        return self._keep(key, complete(page), known, fetched.validators)

    def keep(self, address: str, page: WebPage) -> tuple[str, bool]:
        """Store a page that came by other ways than its address; returns what `add` returns."""
        key = identity(address)
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

    def _is_another(self, page: WebPage, known: PageRecord | None) -> bool:
        """Whether a page claims the address of a different one; some sites give all their pages the same."""
        claimed = source_of(page.address)
        if known:
            return known.source != claimed
        titles = self._records.titles(claimed)
        return bool(titles) and page.title not in titles
