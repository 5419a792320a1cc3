"""The passwords of encrypted documents, kept in the state folder, readable by its owner alone."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path

from assistant.reading.kept_by_name import KeptByName
from assistant.reading.limits import Password

UNREADABLE = (
    "{path} cannot be read: {error}. Delete it, and give the passwords again with: "
    "citewell add PATH --password PASSWORD"
)


class Passwords:
    """A file that holds a password for each source that was given one, until the file is deleted.

    May be used from many threads and processes.
    """

    def __init__(self, state_dir: Path) -> None:
        self._kept = KeptByName(
            state_dir / "passwords.json", lambda _, said: Password(*said), lambda one: astuple(one), UNREADABLE
        )

    def all(self) -> dict[str, Password]:
        """The passwords by source; none where the file is missing.

        Raises:
            StorageError: the file cannot be read.
        """
        return self._kept.all()

    def keep(self, sources: Iterable[str], secret: str) -> None:
        """Keep a password for these sources, in place of what was kept before.

        Raises:
            StorageError: the file cannot be written.
        """
        given = {source: Password(secret, secrets.token_hex(4)) for source in sources}
        self._kept.change(lambda kept: kept | given)
