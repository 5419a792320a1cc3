"""The file of users: their names, and what their passwords are checked against (Argon2id, RFC 9106)."""

from __future__ import annotations

import hashlib
import json
import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assistant.atomic_files import changing, write_whole
from assistant.errors import StorageError, UserError

LONGEST_NAME = 64
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 1_000
BESIDE_LETTERS = "._-@+"
"""What a name may hold beside letters and digits."""


class _Kept(NamedTuple):
    """What the file holds: what each user's password is checked against, and the groups of those who are in any."""

    users: dict[str, str]
    groups: dict[str, tuple[str, ...]]


class Users:
    """The users in one file. May be used from many threads and processes; changes count at once.

    Names are compared without case. All methods raise `StorageError` when the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        """Take the users in the file at ``path``; where there is none, there are no users."""
        self._path = path
        self._hasher = PasswordHasher()

    def names(self) -> list[str]:
        """The names, sorted."""
        return sorted(self._read())

    def add(self, name: str, password: str) -> str:
        """Let someone log in; returns the name in the form in which it is kept.

        Raises:
            UserError: the name or the password cannot be used, or there is such a user.
        """
        kept, hashed = checked_name(name), self._hashed(password)
        with self._changing() as known:
            users = known.users
            if kept in users:
                raise UserError(f"There is a user {kept} already. A new password: citewell user password {kept}")
            users[kept] = hashed
        return kept

    def remove(self, name: str) -> str:
        """Let someone log in no more; returns the name in the form in which it was kept.

        Raises:
            UserError: there is no such user.
        """
        with self._changing() as known:
            kept = _existing(known.users, name)
            del known.users[kept]
            known.groups.pop(kept, None)
        return kept

    def change_password(self, name: str, password: str) -> str:
        """Give a user another password, which ends what sessions there are; returns the name as it is kept.

        Raises:
            UserError: there is no such user, or the password cannot be used.
        """
        hashed = self._hashed(password)
        with self._changing() as known:
            kept = _existing(known.users, name)
            known.users[kept] = hashed
        return kept

    def groups_of(self, name: str) -> tuple[str, ...]:
        """The groups that a user is in, sorted; none where there is no such user."""
        return tuple(self._kept().groups.get(folded_name(name), ()))

    def set_groups(self, name: str, groups: Iterable[str]) -> tuple[str, ...]:
        """Put a user into these groups and no others; returns them in the form in which they are kept.

        Raises:
            UserError: there is no such user, or a name cannot be a group's.
        """
        named = tuple(sorted({checked_name(group) for group in groups}))
        with self._changing() as kept:
            kept.groups[_existing(kept.users, name)] = named
        return named

    def verify(self, name: str, password: str) -> str | None:
        """The name, as it is kept, of the user whose name and password these are; None where they are nobody's.

        Takes some 50 ms and 64 MB of memory, and as much for a name that nobody has as for a wrong password.
        """
        kept, nobodys = folded_name(name), self._nobodys  # made at the first attempt, whoever that is for
        hashed = self._read().get(kept)
        try:
            self._hasher.verify(hashed or nobodys, _bytes_of(password))
        except VerificationError:
            return None
        except InvalidHashError as error:
            raise StorageError(
                f"{self._path} holds no password for {kept}. Set one with: citewell user password {kept}"
            ) from error
        return kept if hashed else None

    @cached_property
    def _nobodys(self) -> str:
        """What the password of somebody is checked against whom nobody knows; made for the first who logs in."""
        return self._hasher.hash(secrets.token_hex())

    def fingerprint(self, name: str) -> str | None:
        """What changes when the user's password does; None where there is no such user."""
        hashed = self._read().get(name)
        return hashlib.sha256(hashed.encode()).hexdigest() if hashed else None

    def _hashed(self, password: str) -> str:
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise UserError(
                f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD:,} characters, for example four words."
            )
        return self._hasher.hash(_bytes_of(password))

    def _read(self) -> dict[str, str]:
        return self._kept().users

    def _kept(self) -> _Kept:
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            users = {str(name): str(hashed) for name, hashed in kept["users"].items()}
            return _Kept(users, {name: tuple(map(str, groups)) for name, groups in kept.get("groups", {}).items()})
        except FileNotFoundError:
            return _Kept({}, {})
        except OSError as error:
            raise StorageError(f"The users in {self._path} cannot be read: {error.strerror or error}.") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StorageError(
                f"{self._path} is no file of users. Name another in CITEWELL_USERS, or restore it from a backup."
            ) from error

    @contextmanager
    def _changing(self) -> Iterator[_Kept]:
        """What the file holds, to be changed in the block and kept at its end; one process at a time."""
        try:
            with changing(self._path):
                kept = self._kept()
                yield kept
                held = {"users": kept.users} | ({"groups": kept.groups} if kept.groups else {})
                write_whole(self._path, json.dumps(held, indent=2))
        except OSError as error:
            raise StorageError(f"The users in {self._path} cannot be changed: {error.strerror or error}.") from error


def checked_name(name: str) -> str:
    """A name in the form in which it is kept: in small letters.

    Raises:
        UserError: it cannot be a name.
    """
    kept = folded_name(name)
    if not can_be_name(kept):
        raise UserError(
            f"{name!r} cannot be a user's name: up to {LONGEST_NAME} letters, digits and {' '.join(BESIDE_LETTERS)}, "
            "the first a letter or a digit."
        )
    return kept


def can_be_name(kept: str) -> bool:
    """Whether a name that `folded_name` gave is one that users and tokens may have."""
    fits = all(one.isalnum() or one in BESIDE_LETTERS for one in kept) and kept[:1].isalnum()
    return fits and len(kept) <= LONGEST_NAME


def _existing(users: dict[str, str], name: str) -> str:
    kept = folded_name(name)
    if kept not in users:
        raise UserError(f"There is no user {name!r}. See the names with: citewell user list")
    return kept


def folded_name(name: str) -> str:
    """What is the same for all ways to write one name."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


def _bytes_of(password: str) -> bytes:
    """The same bytes for the same characters, however a keyboard composes them."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
