"""What a corpus takes from elsewhere: single pages, the articles of feeds, the pages of sites, and mails."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.corpus.feeds import FeedRefresh, Feeds
from assistant.corpus.mailboxes import Mailboxes
from assistant.corpus.pages import PagesRefresh, WebPages
from assistant.corpus.records import Records
from assistant.corpus.sites import Sites
from assistant.types import SyncReport


@dataclass(frozen=True, slots=True)
class Web:
    """The pages, the feeds, the sites and the mailboxes of one corpus, which share their records."""

    pages: WebPages
    feeds: Feeds
    sites: Sites
    mailboxes: Mailboxes
    records: Records

    def close(self) -> None:
        """Let go of the records."""
        self.records.close()


@dataclass(frozen=True, slots=True)
class FeedReport:
    """What a refresh of feeds brought, or of sites or mailboxes, one by one, and the sync that followed."""

    feeds: tuple[FeedRefresh, ...]
    sync: SyncReport


@dataclass(frozen=True, slots=True)
class WebReport:
    """What a refresh of added pages, and of feeds, sites and mailboxes, brought, and the sync that followed."""

    pages: PagesRefresh
    feeds: tuple[FeedRefresh, ...]
    sync: SyncReport
