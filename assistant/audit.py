"""The audit log: who did what, to what, when and from where; never what a document says, and no secret.

A file for each day, one entry a line as JSON. Several processes write to it, one line at a time.
"""

from __future__ import annotations

import getpass
import json
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args
from urllib.parse import urlsplit

from assistant.atomic_files import OWNER_ONLY, changing
from assistant.errors import StorageError

if TYPE_CHECKING:
    from assistant.settings import Settings

LOG = logging.getLogger(__name__)
Action = Literal[
    "asked", "added", "removed", "restored", "feed-added", "feed-removed", "site-added", "site-removed",
    "mailbox-added", "mailbox-removed", "library-added", "exported", "collection-added", "collection-described",
    "granted", "revoked", "token-added", "token-revoked", "user-added", "user-removed",
    "password-changed", "groups-set", "signed-in", "signed-out", "backup-taken", "backup-restored",
]  # fmt: skip
ACTIONS: tuple[Action, ...] = get_args(Action)
Way = Literal["page", "api", "mcp", "watch", "command"]
"""From where: ``watch`` is a watched question that is asked again, ``command`` the command line and Python."""
Outcome = Literal["done", "refused", "failed"]
LONGEST_VALUE = 2_000
"""Characters of a value that are kept; a question has no more."""
BEFORE, AFTER = "audit-", ".jsonl"
SYSTEM = "system:"
"""Before the name of whoever uses the command line: no user's name has a colon."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the log. ``at`` is ISO 8601 in UTC; ``who`` is "" where nobody has to log in."""

    at: str
    who: str
    way: Way
    action: Action
    on: str
    detail: str
    outcome: Outcome


class AuditLog:
    """The log of one corpus, in a folder that its owner alone may read. For use from many threads and processes."""

    def __init__(
        self,
        state_dir: Path,
        days: int,
        megabytes: int,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Keep entries for so many ``days``, in files of so many ``megabytes`` at most; ``now`` is the time in UTC."""
        self._folder = state_dir / "audit"
        self._days = days
        self._most_bytes = megabytes * 1_000_000
        self._now = now

    def write(self, who: str, way: Way, action: Action, on: str, detail: str, outcome: Outcome) -> None:
        """Write an entry. What was done is done, so a disk that refuses is told in the server's own log alone."""
        moment = self._now()
        who, on, detail = (value[:LONGEST_VALUE] for value in (who, on, detail))
        entry = AuditEntry(moment.isoformat(timespec="seconds"), who, way, action, on, detail, outcome)
        line = f"{json.dumps(asdict(entry))}\n".encode()  # in ASCII: no name in it ends a line
        try:
            with changing(self._folder / "audit"):
                self._append(moment.date(), line)
        except OSError as error:
            LOG.error("The audit log in %s cannot be written: %s.", self._folder, error.strerror or error)

    def entries(self) -> Iterator[AuditEntry]:
        """Every entry, in the order in which they were written; lines that were cut off are left out.

        Raises:
            StorageError: the log cannot be read.
        """
        try:
            for path in self._files():
                yield from filter(None, map(_entry, path.read_text("utf-8", "replace").splitlines()))
        except OSError as error:
            told = error.strerror or error
            raise StorageError(f"The audit log in {self._folder} cannot be read: {told}.") from error

    def _append(self, day: date, line: bytes) -> None:
        parts = [path for path in self._files() if _day_of(path) == day]
        path = parts[-1] if parts else self._part(day, 1)
        size = path.stat().st_size if parts else 0
        if size and size + len(line) > self._most_bytes:
            path, size = self._part(day, len(parts) + 1), 0
        if not size:
            self._forget_before(day - timedelta(days=self._days))
            self._folder.chmod(0o700)
        with os.fdopen(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, OWNER_ONLY), "rb+", buffering=0) as file:
            file.write(line if _ends_whole(file.fileno(), size) else b"\n" + line)

    def _forget_before(self, day: date) -> None:
        for path in self._files():
            if _day_of(path) < day:
                path.unlink()

    def _part(self, day: date, number: int) -> Path:
        return self._folder / f"{BEFORE}{day.isoformat()}-{number:06}{AFTER}"

    def _files(self) -> list[Path]:
        """The files of the log, the oldest first."""
        return sorted(path for path in self._folder.glob(f"{BEFORE}*{AFTER}") if _day_of(path) != date.max)


@dataclass(frozen=True, slots=True)
class Audit:
    """Who does something, and from where: what they do is noted in their name."""

    log: AuditLog
    who: str
    way: Way
    notes_questions: bool = False

    def of(self, who: str, way: Way) -> Audit:
        """The same log, for somebody else."""
        return replace(self, who=who, way=way)

    def note(self, action: Action, on: str = "", detail: str = "", outcome: Outcome = "done") -> None:
        """Note what was done, to what."""
        self.log.write(self.who, self.way, action, on, detail, outcome)

    def asked(self, question: str, view: str = "") -> None:
        """Note what was asked, where the settings say that questions are noted."""
        if self.notes_questions:
            self.note("asked", question, view)


def told_of_address(named: str) -> str:
    """A web address without what may be secret in it: a user's name, a password, and its query; else what was named."""
    try:
        parts = urlsplit(named)
        host = parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        return ""
    return f"{parts.scheme}://{host}{parts.path}" if host else named


def audit_of(settings: Settings) -> Audit:
    """The audit log that the settings name, for whoever uses the command line."""
    log = AuditLog(settings.state_dir, settings.audit_days, settings.audit_megabytes)
    return Audit(log, f"{SYSTEM}{_system_user()}", "command", settings.audit_questions)


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container's user need not have a name
        return "unknown"


def _day_of(path: Path) -> date:
    """The day of a file's entries; a day that never comes where its name is none of ours."""
    try:
        return date.fromisoformat(path.name.removeprefix(BEFORE).rpartition("-")[0])
    except ValueError:
        return date.max


def _entry(line: str) -> AuditEntry | None:
    try:
        values = json.loads(line)
        return AuditEntry(**values) if all(isinstance(value, str) for value in values.values()) else None
    except (ValueError, TypeError, AttributeError):
        return None


def _ends_whole(descriptor: int, size: int) -> bool:
    """Whether the last line of a file is whole: a process that was killed may have left a part of one."""
    if not size:
        return True
    os.lseek(descriptor, -1, os.SEEK_END)
    return os.read(descriptor, 1) == b"\n"
