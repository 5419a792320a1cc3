"""The mailboxes that are followed, with their passwords, kept in the state folder, readable by its owner alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from assistant.reading.kept_by_name import KeptByName

UNREADABLE = (
    "{path} cannot be read ({kind}). Delete it, and follow the mailboxes anew with: citewell mailbox add NAME ADDRESS"
)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox that is followed: its name, the address of its folder, and what opens it."""

    name: str
    address: str
    password: str = field(repr=False)


class MailAccounts:
    """A file that holds the mailboxes. May be used from many threads and processes."""

    def __init__(self, state_dir: Path) -> None:
        self._kept = KeptByName(
            state_dir / "mailboxes.json",
            lambda name, said: Mailbox(name, *said),
            lambda one: (one.address, one.password),
            UNREADABLE,
        )

    def all(self) -> list[Mailbox]:
        """The mailboxes, by name; none where the file is missing.

        Raises:
            StorageError: the file cannot be read.
        """
        return [mailbox for _, mailbox in sorted(self._kept.all().items())]

    def keep(self, mailbox: Mailbox) -> None:
        """Keep a mailbox, in place of one of that name.

        Raises:
            StorageError: the file cannot be written.
        """
        self._kept.change(lambda kept: kept | {mailbox.name: mailbox})

    def forget(self, name: str) -> None:
        """Forget a mailbox and its password; raises what `keep` does."""
        self._kept.change(lambda kept: {known: one for known, one in kept.items() if known != name})
