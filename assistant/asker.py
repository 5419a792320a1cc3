"""Who asks, and which collections are closed to them: the one value that reading and writing are decided by."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

LOCAL_OWNER = ""
"""Who owns what is asked where nobody logs in: on the command line, and on a page without users. No user's name."""


def collection_of(source: str) -> str:
    """The collection that a document is in: the top folder of its source, or of a folder's; else "".

    >>> collection_of("board/minutes/may.md"), collection_of("board/"), collection_of("readme.md")
    ('board', 'board', '')
    """
    parts = PurePosixPath(source).parts
    return parts[0] if len(parts) > 1 or source.endswith("/") else ""


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who asks or adds documents, and the collections (see `collection_of`) that are closed to them.

    ``unwritable`` are those that they may not change; who may not read a collection may not change it either.

    >>> Asker("ann", frozenset({"board"})).may_read("board/minutes/may.md")
    False
    """

    name: str = LOCAL_OWNER
    unreadable: frozenset[str] = frozenset()
    unwritable: frozenset[str] = frozenset()

    @property
    def is_restricted(self) -> bool:
        """Whether any collection is closed to them in any way."""
        return bool(self.unreadable or self.unwritable)

    def may_read(self, source: str) -> bool:
        """Whether they may know anything of a document."""
        return collection_of(source) not in self.unreadable

    def may_write(self, source: str) -> bool:
        """Whether they may add, replace, remove or restore a document, also where disks tell no capital letters."""
        closed = {folder.casefold() for folder in self.unreadable | self.unwritable}
        return collection_of(source).casefold() not in closed
