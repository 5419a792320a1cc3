"""What is remembered of pages, feeds, sites and mailboxes between visits: in one SQLite file, never in the index.

Losing it loses no document: addresses would be asked for once more, and their pages are written under the same names.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.corpus.fetching import Validators
from assistant.errors import FetchError
from assistant.state_file import StateFile

SCHEMA = """
CREATE TABLE IF NOT EXISTS pages (
    address TEXT PRIMARY KEY, source TEXT NOT NULL, title TEXT NOT NULL, etag TEXT, last_modified TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pages_by_source ON pages (source);
CREATE TABLE IF NOT EXISTS added (
    address TEXT PRIMARY KEY, in_vain INTEGER NOT NULL DEFAULT 0, due_at REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS feeds (
    address TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, failures INTEGER NOT NULL DEFAULT 0,
    due_at REAL NOT NULL DEFAULT 0, problem TEXT NOT NULL DEFAULT '', refreshed_at REAL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entries (
    feed TEXT NOT NULL, guid TEXT NOT NULL, fingerprint TEXT NOT NULL, entry TEXT, attempts INTEGER NOT NULL DEFAULT 0,
    rank TEXT NOT NULL, source TEXT, PRIMARY KEY (feed, guid)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS news (source TEXT PRIMARY KEY, stored_at REAL NOT NULL) WITHOUT ROWID;
"""

FIRST_DELAY = 300.0
LONGEST_DELAY = 86_400.0
"""A feed that fails is left alone for five minutes, then for twice as long each time, up to a day."""
WITH_PROBLEMS = "ALTER TABLE added ADD COLUMN problem TEXT NOT NULL DEFAULT '';"

WITH_SITES = """
CREATE TABLE sites (address TEXT PRIMARY KEY, depth INTEGER, most INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE site_pages (
    site TEXT NOT NULL, address TEXT NOT NULL, changed TEXT NOT NULL, source TEXT, links TEXT NOT NULL,
    PRIMARY KEY (site, address)
) WITHOUT ROWID;
"""
WITH_MAIL = """
CREATE TABLE mail_folders (mailbox TEXT PRIMARY KEY, validity INTEGER NOT NULL, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE mails (mailbox TEXT NOT NULL, source TEXT NOT NULL, PRIMARY KEY (mailbox, source)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class PageRecord:
    """A page that was fetched: the document it became, and its validators."""

    source: str
    title: str
    validators: Validators


@dataclass(frozen=True, slots=True)
class AddedPage:
    """A page that somebody added, not to be asked by itself before ``due_at``, in seconds since 1970.

    ``in_vain`` counts how often in a row it had not changed. ``problem`` is why it could not be asked the last time; ""
    when it could.
    """

    address: str
    in_vain: int = 0
    due_at: float = 0.0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """How a feed fares: not asked before ``due_at`` (seconds since 1970) after as many ``failures`` in a row."""

    validators: Validators = field(default_factory=Validators)
    failures: int = 0
    due_at: float = 0.0
    problem: str = ""
    refreshed_at: float | None = None

    def failed(self, error: FetchError) -> FeedRecord:
        """The record of a feed that could not be read this time either."""
        delay = min(FIRST_DELAY * 2**self.failures, LONGEST_DELAY)
        asked_for = min(error.retry_after or 0.0, LONGEST_DELAY)
        return replace(
            self,
            failures=min(self.failures + 1, 30),
            due_at=time.time() + max(delay, asked_for),
            problem=str(error),
        )


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry of a feed whose article is yet to be fetched: ``entry`` as it was noted, and the attempts so far."""

    guid: str
    entry: str
    attempts: int
    known_as: str | None


@dataclass(frozen=True, slots=True)
class Site:
    """A site that is followed: from which address, by how many links, None for its sitemap, and how many pages."""

    address: str
    depth: int | None
    most: int


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page of a site: its document, None where it made none, when the sitemap said it changed, and its links."""

    address: str
    changed: str = ""
    source: str | None = None
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MailFolder:
    """How far a folder of mails was read: the last number, of those that the server gave out within a validity."""

    validity: int = 0
    last: int = 0


class Records:
    """The records of one corpus. May be used from many threads and processes."""

    def __init__(self, path: Path) -> None:
        self._file = StateFile(
            path, [SCHEMA, WITH_PROBLEMS, WITH_SITES, WITH_MAIL], "It may be deleted; feeds are then read anew."
        )

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    # Pages

    def page(self, address: str) -> PageRecord | None:
        """What is known of the page at an address."""
        rows = self._file.rows("SELECT source, title, etag, last_modified FROM pages WHERE address = ?", address)
        return PageRecord(rows[0][0], rows[0][1], Validators(rows[0][2], rows[0][3])) if rows else None

    def titles(self, source: str) -> set[str]:
        """The titles of the pages that became a document."""
        return {row[0] for row in self._file.rows("SELECT title FROM pages WHERE source = ?", source)}

    def note_page(self, address: str, page: PageRecord) -> None:
        """Remember what became of an address."""
        known = page.validators
        with self._file.transaction() as database:
            database.execute(
                "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?)",
                (address, page.source, page.title, known.etag, known.last_modified),
            )

    def added(self) -> list[AddedPage]:
        """The pages that somebody added, which are to be kept up to date, the one that waits longest first."""
        rows = self._file.rows("SELECT address, in_vain, due_at, problem FROM added ORDER BY due_at, address")
        return [AddedPage(*row) for row in rows]

    def note_added(self, page: AddedPage) -> None:
        """Remember a page that somebody added, and when it is to be asked again."""
        with self._file.transaction() as database:
            database.execute(
                "INSERT OR REPLACE INTO added (address, in_vain, due_at, problem) VALUES (?, ?, ?, ?)",
                (page.address, page.in_vain, page.due_at, page.problem),
            )

    def forget_added(self, address: str) -> None:
        """Keep a page up to date no more."""
        with self._file.transaction() as database:
            database.execute("DELETE FROM added WHERE address = ?", (address,))

    # Feeds

    def feed(self, address: str) -> FeedRecord:
        """How a feed fares; an empty record for one never asked."""
        rows = self._file.rows(
            "SELECT etag, last_modified, failures, due_at, problem, refreshed_at FROM feeds WHERE address = ?", address
        )
        return FeedRecord(Validators(*rows[0][:2]), *rows[0][2:]) if rows else FeedRecord()

    def note_feed(self, address: str, record: FeedRecord, entries: Sequence[tuple[str, str, str, str]] = ()) -> None:
        """Remember how a feed fares, and in the same step its new and changed entries, all or nothing.

        ``entries`` are (guid, fingerprint, rank, entry); a higher rank is fetched sooner. One whose fingerprint is
        known stays as it is.
        """
        known = record.validators
        with self._file.transaction() as database:
            database.execute(
                "INSERT OR REPLACE INTO feeds VALUES (?, ?, ?, ?, ?, ?, ?)",
                (address, known.etag, known.last_modified, record.failures, record.due_at, record.problem,
                 record.refreshed_at),
            )  # fmt: skip
            database.executemany(
                "INSERT INTO entries (feed, guid, fingerprint, rank, entry) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (feed, guid) DO UPDATE SET fingerprint = excluded.fingerprint, rank = excluded.rank, "
                "entry = excluded.entry, attempts = 0 WHERE fingerprint != excluded.fingerprint",
                [(address, *entry) for entry in entries],
            )

    def note_problem(self, address: str, problem: str) -> None:
        """Remember what went wrong with an article of a feed that could be read itself."""
        with self._file.transaction() as database:
            database.execute("UPDATE feeds SET problem = ? WHERE address = ?", (problem, address))

    def move_feed(self, old: str, new: str) -> None:
        """Let a feed be known by another address."""
        with self._file.transaction() as database:
            for table in ("feeds", "entries"):
                column = "address" if table == "feeds" else "feed"
                database.execute(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {column} = ?", (new, old))
                database.execute(f"DELETE FROM {table} WHERE {column} = ?", (old,))

    def forget_feed(self, address: str) -> None:
        """Forget a feed and its entries."""
        with self._file.transaction() as database:
            database.execute("DELETE FROM feeds WHERE address = ?", (address,))
            database.execute("DELETE FROM entries WHERE feed = ?", (address,))

    def waiting(self, feed: str, limit: int) -> list[Waiting]:
        """The entries of a feed whose articles are yet to be fetched, the newest first."""
        rows = self._file.rows(
            "SELECT guid, entry, attempts, source FROM entries WHERE feed = ? AND entry IS NOT NULL "
            "ORDER BY rank DESC, guid LIMIT ?",
            feed,
            limit,
        )
        return [Waiting(*row) for row in rows]

    def counted_waiting(self, feed: str) -> int:
        """How many articles of a feed are yet to be fetched."""
        return int(self._file.rows("SELECT count(*) FROM entries WHERE feed = ? AND entry IS NOT NULL", feed)[0][0])

    def is_of_another(self, feed: str, guid: str, source: str) -> bool:
        """Whether a document came of another entry of a feed."""
        rows = self._file.rows(
            "SELECT 1 FROM entries WHERE feed = ? AND guid != ? AND source = ? LIMIT 1", feed, guid, source
        )
        return bool(rows)

    def note_attempt(self, feed: str, guid: str) -> None:
        """Remember that an article could not be fetched this time."""
        with self._file.transaction() as database:
            database.execute("UPDATE entries SET attempts = attempts + 1 WHERE feed = ? AND guid = ?", (feed, guid))

    def note_article(self, feed: str, guid: str, source: str | None) -> None:
        """Remember that an entry is done: as which document, or None where nothing can be had of it."""
        with self._file.transaction() as database:
            database.execute(
                "UPDATE entries SET entry = NULL, source = ? WHERE feed = ? AND guid = ?", (source, feed, guid)
            )
            if source:
                database.execute("INSERT OR IGNORE INTO news VALUES (?, ?)", (source, time.time()))

    def news_since(self, moment: float) -> int:
        """How many articles of feeds became documents after a moment, in seconds since 1970."""
        return int(self._file.rows("SELECT count(*) FROM news WHERE stored_at > ?", moment)[0][0])

    # Sites

    def sites(self) -> list[Site]:
        """The sites that are followed, by address."""
        return [Site(*row) for row in self._file.rows("SELECT address, depth, most FROM sites ORDER BY address")]

    def note_site(self, site: Site) -> None:
        """Remember a site that is followed from now on."""
        with self._file.transaction() as database:
            database.execute("INSERT OR REPLACE INTO sites VALUES (?, ?, ?)", (site.address, site.depth, site.most))

    def forget_site(self, address: str) -> None:
        """Forget a site and its pages."""
        with self._file.transaction() as database:
            database.execute("DELETE FROM sites WHERE address = ?", (address,))
            database.execute("DELETE FROM site_pages WHERE site = ?", (address,))

    def site_page(self, site: str, address: str) -> SitePage:
        """What is known of a page of a site; nothing but its address, where it was never asked for."""
        rows = self._file.rows(
            "SELECT changed, source, links FROM site_pages WHERE site = ? AND address = ?", site, address
        )
        return SitePage(address, rows[0][0], rows[0][1], tuple(json.loads(rows[0][2]))) if rows else SitePage(address)

    def note_site_page(self, site: str, page: SitePage) -> None:
        """Remember what became of a page of a site."""
        with self._file.transaction() as database:
            database.execute(
                "INSERT OR REPLACE INTO site_pages VALUES (?, ?, ?, ?, ?)",
                (site, page.address, page.changed, page.source, json.dumps(page.links)),
            )

    # Mailboxes

    def mail_folder(self, mailbox: str) -> MailFolder:
        """How far a mailbox was read; an empty record for one never read."""
        rows = self._file.rows("SELECT validity, last FROM mail_folders WHERE mailbox = ?", mailbox)
        return MailFolder(*rows[0]) if rows else MailFolder()

    def note_mail(self, mailbox: str, folder: MailFolder, source: str | None) -> None:
        """Remember that a mail was read: as which document, or None where nothing can be had of it."""
        with self._file.transaction() as database:
            database.execute(
                "INSERT OR REPLACE INTO mail_folders VALUES (?, ?, ?)", (mailbox, folder.validity, folder.last)
            )
            if source:
                database.execute("INSERT OR IGNORE INTO mails VALUES (?, ?)", (mailbox, source))

    def came(self, mailbox: str, source: str) -> bool:
        """Whether a document came of a mail of the mailbox."""
        return bool(self._file.rows("SELECT 1 FROM mails WHERE mailbox = ? AND source = ?", mailbox, source))

    def forget_mail_folder(self, mailbox: str) -> None:
        """Forget how far a mailbox was read, and its mails."""
        with self._file.transaction() as database:
            database.execute("DELETE FROM mail_folders WHERE mailbox = ?", (mailbox,))
            database.execute("DELETE FROM mails WHERE mailbox = ?", (mailbox,))
