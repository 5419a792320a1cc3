"""The mailboxes that are followed, with their passwords, kept in the state folder, readable by its owner alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from assistant.atomic_files import changing, write_whole
from assistant.errors import StorageError


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox that is followed: its name, the address of its folder, and what opens it."""

    name: str
    address: str
    password: str = field(repr=False)


class MailAccounts:
    """A file that holds the mailboxes. May be used from many threads and processes."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / "mailboxes.json"

    def all(self) -> list[Mailbox]:
        """The mailboxes, by name; none where the file is missing.

        Raises:
            StorageError: the file cannot be read.
        """
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            return [Mailbox(name, address, password) for name, (address, password) in sorted(kept.items())]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise StorageError(
                f"{self._path} cannot be read ({type(error).__name__}). Delete it, and follow the mailboxes anew with: "
                "citewell mailbox add NAME ADDRESS"
            ) from error

    def keep(self, mailbox: Mailbox) -> None:
        """Keep a mailbox, in place of one of that name.

        Raises:
            StorageError: the file cannot be written.
        """
        self._change(lambda kept: kept | {mailbox.name: mailbox})

    def forget(self, name: str) -> None:
        """Forget a mailbox and its password; raises what `keep` does."""
        self._change(lambda kept: {known: one for known, one in kept.items() if known != name})

    def _change(self, change: Callable[[dict[str, Mailbox]], dict[str, Mailbox]]) -> None:
        try:
            with changing(self._path):
                kept = change({one.name: one for one in self.all()})
                write_whole(self._path, json.dumps({name: (one.address, one.password) for name, one in kept.items()}))
        except OSError as error:
            raise StorageError(f"{self._path} cannot be written: {error.strerror or error}.") from error
