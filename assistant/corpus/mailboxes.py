"""Mailboxes are followed: each mail of a folder on a server becomes a document once, with what is attached to it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from email.policy import compat32
from pathlib import Path
from threading import Event

from assistant.corpus.feeds import FeedRefresh, FeedState
from assistant.corpus.folder import CorpusFolder
from assistant.corpus.mail_accounts import MailAccounts, Mailbox
from assistant.corpus.mail_session import MailSession, account_at, mail_session
from assistant.corpus.records import FeedRecord, MailFolder, Records
from assistant.corpus.refreshing import refreshing
from assistant.corpus.slugs import slug_of
from assistant.errors import CorpusError, FetchError
from assistant.reading.dates import read_date
from assistant.reading.mail import header_of
from assistant.types import Failure

FOLDER = "mail"
MOST_MAILS = 1_000
"""So many mails are taken from one mailbox at most in one refresh."""
SIZES_AT_ONCE = 200
LONGEST_NAME = 60
NOT_FOLLOWED = "The mailbox {} is not followed. See the names with: citewell mailbox list"


@dataclass(frozen=True, slots=True)
class MailLimits:
    """How large a mail may be, in bytes, and whether servers of this machine and private networks may be read."""

    largest: int
    allow_private: bool


@dataclass(slots=True)
class _Taken:
    """What came of one refresh so far."""

    written: list[str] = field(default_factory=list)
    notes: list[Failure] = field(default_factory=list)


class Mailboxes:
    """The mailboxes of one corpus, whose mails are files in its folder ``mail``.

    How each fares is kept as that of a feed is, and a refresh brings the same values.
    """

    def __init__(
        self, corpus: CorpusFolder, accounts: MailAccounts, records: Records, limits: MailLimits, state_dir: Path
    ) -> None:
        self._corpus = corpus
        self._accounts = accounts
        self._records = records
        self._limits = limits
        self._state_dir = state_dir

    def add(self, name: str, address: str, password: str) -> None:
        """Follow a mailbox from now on, once its folder could be opened; `refresh` takes its mails.

        One that is followed already gets the password anew. It is kept in the state folder, readable by its owner.

        Raises:
            CorpusError: the name is that of another mailbox, or cannot be one of a folder.
            FetchError: the folder cannot be opened.
        """
        self._corpus.path_of(f"{FOLDER}/{name}")
        if "/" in name or len(name) > LONGEST_NAME or not name.isprintable() or not name.strip():
            raise CorpusError(
                f"{name[:LONGEST_NAME]!r} cannot be the name of a mailbox. Choose a short one, such as work."
            )
        if any(one.name == name and one.address != address for one in self._accounts.all()):
            raise CorpusError(
                f"There is another mailbox {name}. Choose another name, or: citewell mailbox remove {name}"
            )
        mailbox = Mailbox(name, address, password)
        with self._opened(mailbox):
            self._accounts.keep(mailbox)

    def remove(self, name: str) -> None:
        """Follow a mailbox no more, and forget its password; its mails stay in the corpus.

        Raises:
            CorpusError: it is not followed.
        """
        [mailbox] = self._followed(name)
        self._accounts.forget(mailbox.name)
        self._records.forget_feed(_key(mailbox))
        self._records.forget_mail_folder(mailbox.name)

    def states(self) -> list[FeedState]:
        """Every mailbox with how it fares."""
        known = [(mailbox, self._records.feed(_key(mailbox))) for mailbox in self._accounts.all()]
        return [FeedState(one.address, one.name, record.refreshed_at, 0, record.problem) for one, record in known]

    def refresh(self, only: str | None = None, stop: Event | None = None) -> Iterator[FeedRefresh]:
        """Take the new mails of the mailboxes that are due, or of one at once, until ``stop`` is set.

        Raises:
            CorpusError: the mailbox named is not followed, or another program is refreshing.
        """
        mailboxes = self._accounts.all() if only is None else self._followed(only)
        with refreshing(self._state_dir):
            for mailbox in mailboxes:
                if stop and stop.is_set():
                    return
                yield self._refresh(mailbox, stop, at_once=only is not None)

    def _followed(self, name: str) -> list[Mailbox]:
        found = [one for one in self._accounts.all() if one.name == name]
        if not found:
            raise CorpusError(NOT_FOLLOWED.format(name))
        return found

    def _opened(self, mailbox: Mailbox) -> AbstractContextManager[MailSession]:
        account = account_at(mailbox.address, mailbox.password)
        return mail_session(account, largest=self._limits.largest, allow_private=self._limits.allow_private)

    def _refresh(self, mailbox: Mailbox, stop: Event | None, *, at_once: bool) -> FeedRefresh:
        record = self._records.feed(_key(mailbox))
        if record.due_at > time.time() and not at_once:
            return FeedRefresh(mailbox.address, mailbox.name, skipped=True)
        taken, waiting, failed = _Taken(), 0, tuple[Failure, ...]()
        try:
            with self._opened(mailbox) as session:
                waiting = self._take(mailbox, session, taken, stop)
        except FetchError as error:
            self._records.note_feed(_key(mailbox), record.failed(error))
            failed = (Failure(mailbox.name, str(error)),)
        else:
            self._records.note_feed(_key(mailbox), FeedRecord(refreshed_at=time.time()))
        return FeedRefresh(
            mailbox.address, mailbox.name, tuple(taken.written), waiting, failed, notes=tuple(taken.notes)
        )

    def _take(self, mailbox: Mailbox, session: MailSession, taken: _Taken, stop: Event | None) -> int:
        """Take the mails that came since the last time, the oldest first; returns how many wait for the next.

        Where the server numbers its mails anew, all are looked at, and those that came before are known by their
        content. Each is noted as soon as it is kept, so that a refresh which is broken off is gone on with.
        """
        known = self._records.mail_folder(mailbox.name)
        last = known.last if known.validity == session.validity else 0
        numbers = session.numbers_after(last, MOST_MAILS)
        now = numbers[:MOST_MAILS]
        for first in range(0, len(now), SIZES_AT_ONCE):
            some = now[first : first + SIZES_AT_ONCE]
            sizes = session.sizes(some)
            for done, number in enumerate(some, first):
                if stop and stop.is_set():
                    return len(numbers) - done
                source = self._take_one(mailbox, session, number, sizes.get(number, 0), taken)
                self._records.note_mail(mailbox.name, MailFolder(session.validity, number), source)
        return len(numbers) - len(now)

    def _take_one(self, mailbox: Mailbox, session: MailSession, number: int, size: int, taken: _Taken) -> str | None:
        """Keep one mail; returns its source, or None where it is gone or too large.

        What people removed from the corpus stays away.
        """
        if size > self._limits.largest:
            megabytes = f"{size / 1e6:,.0f} MB, more than the {self._limits.largest / 1e6:,.0f} that are read"
            taken.notes.append(Failure(f"{mailbox.name}, mail {number}", f"It has {megabytes}. It was left out."))
            return None
        content = session.mail(number)
        if not content:
            return None
        source = source_of(mailbox.name, content)
        was_removed = self._records.came(mailbox.name, source) and not self._corpus.holds(source)
        if not was_removed and self._corpus.write(source, content):
            taken.written.append(source)
        return source


def source_of(mailbox: str, content: bytes) -> str:
    """The name in the corpus of a mail: its day, its subject, and what tells it from all others."""
    headers = BytesHeaderParser(policy=compat32).parsebytes(content)
    day = (read_date(header_of(headers, "Date")) or "")[:10]
    subject = slug_of(header_of(headers, "Subject"), "mail")
    parts = [part for part in (day, subject, hashlib.sha256(content).hexdigest()[:10]) if part]
    return f"{FOLDER}/{mailbox}/{'-'.join(parts)}.eml"


def _key(mailbox: Mailbox) -> str:
    """What the record of a mailbox is kept under, beside those of feeds."""
    return f"mailbox {mailbox.name}"
