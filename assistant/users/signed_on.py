"""Those whom somebody else vouches for: an OpenID provider, or a proxy before the page. Kept with their groups."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assistant.errors import UserError
from assistant.state_file import StateFile
from assistant.users.file import can_be_name, checked_name, folded_name

SEEN_NOTED_AFTER = timedelta(minutes=1)
PROXY = "proxy"
"""By whom those are vouched for whom a proxy names; others by their provider's issuer."""
VERSIONS = (
    """
    CREATE TABLE people (
        name TEXT PRIMARY KEY,
        vouched_by TEXT NOT NULL,
        subject TEXT NOT NULL,
        groups TEXT NOT NULL,
        first_seen_at TEXT NOT NULL,
        last_seen_at TEXT NOT NULL,
        mark TEXT NOT NULL
    ) STRICT;
    """,
)
KNOWN = "SELECT name, vouched_by, subject, groups, first_seen_at, last_seen_at FROM people"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who came by single sign-on: ``vouched_by``, an issuer or `PROXY`, knows them as ``subject``.

    A proxy tells no subject. Moments are ISO 8601 in UTC.
    """

    name: str
    vouched_by: str
    subject: str
    groups: tuple[str, ...]
    first_seen_at: str
    last_seen_at: str


class SignedOn:
    """Everybody who came in by single sign-on. May be used from many threads and processes; changes count at once.

    Their groups are kept as they were told last, so that what runs without them, such as a watched question, has their
    rights too. All methods raise `StorageError` when the file cannot be used.
    """

    def __init__(self, state_dir: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Keep them below ``state_dir``, in a file that is made when it is first needed; ``now`` is the time in UTC."""
        self._database = StateFile(
            state_dir / "signed_on.sqlite",
            VERSIONS,
            "Restore the file from a backup, or delete it: people sign in anew.",
        )
        self._now = now

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def welcome(self, name: str, vouched_by: str, subject: str, groups: Iterable[str]) -> str:
        """Note who comes in, and with which groups; returns the name in the form in which it is kept.

        A name belongs to the first who came by it. Groups that cannot be a group's name are left out: nothing can be
        granted to them.

        Raises:
            UserError: it cannot be a user's name, or somebody else has it.
        """
        kept = checked_name(name)
        named = sorted({folded for folded in map(folded_name, groups) if can_be_name(folded)})
        told, moment = json.dumps(named, ensure_ascii=False), self._now()
        if self._is_noted(kept, (vouched_by, subject, told), moment):
            return kept
        with self._database.transaction() as database:
            known = database.execute("SELECT vouched_by, subject FROM people WHERE name = ?", (kept,)).fetchone()
            if known not in (None, (vouched_by, subject)):
                raise UserError(
                    f"The name {kept} belongs to somebody else who signed in. Whoever runs this page gives it to "
                    f"another by removing them first: citewell user remove {kept}"
                )
            now = moment.isoformat(timespec="seconds")
            database.execute(
                "INSERT INTO people (name, vouched_by, subject, groups, first_seen_at, last_seen_at, mark) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET groups = excluded.groups, last_seen_at = excluded.last_seen_at",
                (kept, vouched_by, subject, told, now, now, secrets.token_hex()),
            )
        return kept

    def groups_of(self, name: str) -> tuple[str, ...]:
        """The groups that somebody came with the last time, sorted; none where nobody of that name came."""
        rows = self._database.rows("SELECT groups FROM people WHERE name = ?", folded_name(name))
        return tuple(json.loads(rows[0][0])) if rows else ()

    def mark(self, name: str) -> str | None:
        """A random text that somebody has until they are removed; None where nobody of that name came."""
        rows = self._database.rows("SELECT mark FROM people WHERE name = ?", name)
        return rows[0][0] if rows else None

    def known(self) -> list[Person]:
        """Everybody who came, by name."""
        return [
            Person(name, vouched_by, subject, tuple(json.loads(groups)), first, last)
            for name, vouched_by, subject, groups, first, last in self._database.rows(f"{KNOWN} ORDER BY name")
        ]

    def remove(self, name: str) -> str:
        """Forget somebody, and end their sessions; returns the name as it was kept.

        Raises:
            UserError: nobody of that name came.
        """
        kept = folded_name(name)
        with self._database.transaction() as database:
            removed = database.execute("DELETE FROM people WHERE name = ?", (kept,))
        if not removed.rowcount:
            raise UserError(f"There is no user {name!r}. See the names with: citewell user list")
        return kept

    def _is_noted(self, name: str, told: tuple[str, str, str], now: datetime) -> bool:
        """Whether all of it is known since a moment ago: a proxy tells it with every request."""
        rows = self._database.rows("SELECT vouched_by, subject, groups, last_seen_at FROM people WHERE name = ?", name)
        return bool(rows) and rows[0][:3] == told and datetime.fromisoformat(rows[0][3]) > now - SEEN_NOTED_AFTER
