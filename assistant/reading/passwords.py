"""The passwords of encrypted documents, kept in the state folder, readable by its owner alone."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from assistant.atomic_files import changing, write_whole
from assistant.errors import StorageError
from assistant.reading.limits import Password


class Passwords:
    """A file that holds a password for each source that was given one, until the file is deleted.

    May be used from many threads and processes.
    """

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / "passwords.json"

    def all(self) -> dict[str, Password]:
        """The passwords by source; none where the file is missing.

        Raises:
            StorageError: the file cannot be read.
        """
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            return {source: Password(secret, name) for source, (secret, name) in kept.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise StorageError(
                f"{self._path} cannot be read: {error}. Delete it, and give the passwords again with: "
                "citewell add PATH --password PASSWORD"
            ) from error

    def keep(self, sources: Iterable[str], secret: str) -> None:
        """Keep a password for these sources, in place of what was kept before.

        Raises:
            StorageError: the file cannot be written.
        """
        try:
            with changing(self._path):
                kept = self.all() | {source: Password(secret, secrets.token_hex(4)) for source in sources}
                held = {source: (password.secret, password.name) for source, password in kept.items()}
                write_whole(self._path, json.dumps(held))
        except OSError as error:
            raise StorageError(f"{self._path} cannot be written: {error.strerror or error}.") from error
