"""The tokens of programs that use Citewell over HTTP: kept as hashes, each with what it lets do and its last use.

A token is 256 random bits, so one round of SHA-256 keeps it as safe as a slow hash keeps a password.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, get_args

from assistant.errors import TokenError
from assistant.rights import Rights
from assistant.state_file import StateFile
from assistant.users.file import BESIDE_LETTERS, LONGEST_NAME, can_be_name, folded_name

TokenScope = Literal["ask", "write"]
"""What a token lets do: ask and read, or change which documents there are."""
SCOPES: tuple[TokenScope, ...] = get_args(TokenScope)
BEGINNING = "citewell_"
"""What every token begins with, so that one that was published by mistake can be found."""
USE_NOTED_AFTER = timedelta(minutes=1)
OWNER_BEFORE = "token:"
"""What stands before a token's name where it is told whose something is: no user's name has a colon."""
VERSIONS = (
    """
    CREATE TABLE tokens (
        hash TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        scopes TEXT NOT NULL,
        created_at TEXT NOT NULL,
        used_at TEXT NOT NULL DEFAULT '',
        revoked_at TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE UNIQUE INDEX names ON tokens (name) WHERE revoked_at = '';
    """,
    "ALTER TABLE tokens ADD COLUMN collections TEXT NOT NULL DEFAULT 'null';",
)
LISTED = "SELECT name, scopes, created_at, used_at, revoked_at, collections FROM tokens"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What is known of a token. Moments are ISO 8601 in UTC, "" for never; the last use is noted once a minute.

    ``collections`` are the only ones that it is good for; None where it is for all that its owner may read.
    """

    name: str
    scopes: tuple[TokenScope, ...]
    created_at: str
    used_at: str = ""
    revoked_at: str = ""
    collections: tuple[str, ...] | None = None


class Tokens:
    """The tokens of one corpus. May be used from many threads and processes; changes count at once.

    They lie in the state folder and not beside the users' file, which the server only reads: it notes here when a
    token was used. All methods raise `StorageError` when the file cannot be used.
    """

    def __init__(self, state_dir: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Keep them below ``state_dir``, in a file that is made when it is first needed; ``now`` is the time in UTC."""
        self._database = StateFile(
            state_dir / "tokens.sqlite", VERSIONS, "Restore the file from a backup, or delete it to make new tokens."
        )
        self._now = now

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def add(self, name: str, scopes: Collection[str], collections: Collection[str] | None = None) -> str:
        """A new token, which nobody can be told again; with ``collections``, for the documents of these alone.

        Raises:
            TokenError: the name cannot be used or is taken, or there are no such scopes.
        """
        kept, secret = _checked_name(name), BEGINNING + secrets.token_urlsafe(32)
        lets = " ".join(_checked_scopes(scopes))
        only = json.dumps(None if collections is None else sorted(set(collections)))
        with self._database.transaction() as database:
            taken = database.execute("SELECT 1 FROM tokens WHERE name = ? AND revoked_at = ''", (kept,)).fetchone()
            if taken:
                raise TokenError(f"There is a token {kept} already. Revoke it first: citewell token revoke {kept}")
            database.execute(
                "INSERT INTO tokens (hash, name, scopes, created_at, collections) VALUES (?, ?, ?, ?, ?)",
                (_hash(secret), kept, lets, self._now().isoformat(timespec="seconds"), only),
            )
        return secret

    def known(self) -> list[AccessToken]:
        """Every token, also those that were revoked, in the order in which they were made."""
        return [_token(row) for row in self._database.rows(f"{LISTED} ORDER BY rowid")]

    def revoke(self, name: str) -> str:
        """Let a token do nothing any more; returns its name as it is kept.

        Raises:
            TokenError: there is none of that name that can be used.
        """
        kept = folded_name(name)
        with self._database.transaction() as database:
            revoked = database.execute(
                "UPDATE tokens SET revoked_at = ? WHERE name = ? AND revoked_at = ''",
                (self._now().isoformat(timespec="seconds"), kept),
            )
        if not revoked.rowcount:
            raise TokenError(f"There is no token {name!r} in use. See the names with: citewell token list")
        return kept

    def verify(self, secret: str) -> AccessToken | None:
        """The token that this is, and notes that it is used; None where it is none, or was revoked."""
        hashed = _hash(secret)
        rows = self._database.rows(f"{LISTED} WHERE hash = ? AND revoked_at = ''", hashed)
        if not rows:
            return None
        token, now = _token(rows[0]), self._now()
        if not token.used_at or datetime.fromisoformat(token.used_at) <= now - USE_NOTED_AFTER:
            moment = now.isoformat(timespec="seconds")
            self._database.many("UPDATE tokens SET used_at = ? WHERE hash = ?", [(moment, hashed)])
        return token

    def narrowed(self, rights: Rights) -> Rights:
        """The rights of a token's owner within the collections that it is good for; those of anybody else as they are.

        One that is in use no more is good for none.
        """
        if not rights.name.startswith(OWNER_BEFORE):
            return rights
        kept = rights.name.removeprefix(OWNER_BEFORE)
        rows = self._database.rows("SELECT collections FROM tokens WHERE name = ? AND revoked_at = ''", kept)
        collections = json.loads(rows[0][0]) if rows else ()
        return rights if collections is None else rights.within(collections)


def owner_of_token(name: str) -> str:
    """Whose a token's conversations are."""
    return OWNER_BEFORE + name


def _token(row: tuple[str, str, str, str, str, str]) -> AccessToken:
    name, scopes, created_at, used_at, revoked_at, collections = row
    lets = tuple(one for one in SCOPES if one in scopes.split())
    only = json.loads(collections)
    return AccessToken(name, lets, created_at, used_at, revoked_at, None if only is None else tuple(only))


def _checked_name(name: str) -> str:
    kept = folded_name(name)
    if not can_be_name(kept):
        raise TokenError(
            f"{name!r} cannot be a token's name: up to {LONGEST_NAME} letters, digits and {' '.join(BESIDE_LETTERS)}, "
            "the first a letter or a digit."
        )
    return kept


def _checked_scopes(scopes: Collection[str]) -> list[TokenScope]:
    unknown = [one for one in scopes if one not in SCOPES]
    if unknown or not scopes:
        told = f"There is no scope {unknown[0]!r}." if unknown else "A token needs a scope."
        raise TokenError(f"{told} Scopes are: ask (ask and read), write (add and remove documents).")
    return [one for one in SCOPES if one in scopes]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
