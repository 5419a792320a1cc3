"""Who asks, and which collections are closed to them: the one value that reading and writing are decided by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
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
class Rights:
    """Who somebody is who asks or adds documents, and which collections (see `collection_of`) are closed to them.

    ``unwritable`` are those that they may not change; who may not read a collection may not change it either. Where
    there is an ``only``, all else is closed too, also documents of no collection.

    >>> ann = Rights("ann", frozenset({"board"}))
    >>> ann.may_read("board/minutes/may.md"), ann.may_read("staff/may.md"), ann.within(["lab"]).may_read("staff/may.md")
    (False, True, False)
    """

    name: str = LOCAL_OWNER
    unreadable: frozenset[str] = frozenset()
    unwritable: frozenset[str] = frozenset()
    only: frozenset[str] | None = None

    def within(self, collections: Iterable[str]) -> Rights:
        """The same rights, narrowed to some of the collections: what a token may be good for."""
        named = frozenset(collections)
        return replace(self, only=named if self.only is None else named & self.only)

    @property
    def is_restricted(self) -> bool:
        """Whether any collection is closed to them in any way."""
        return bool(self.unwritable) or not self.reads_all

    @property
    def reads_all(self) -> bool:
        """Whether they may read every document."""
        return not self.unreadable and self.only is None

    @property
    def to_read(self) -> Rights:
        """What they may read, whoever they are: the same for all who may read the same."""
        return Rights(unreadable=self.unreadable, only=self.only)

    def may_read(self, source: str) -> bool:
        """Whether they may know anything of a document."""
        collection = collection_of(source)
        return collection not in self.unreadable and (self.only is None or collection in self.only)

    def may_write(self, source: str) -> bool:
        """Whether they may add, replace, remove or restore a document, also where disks tell no capital letters."""
        closed = {folder.casefold() for folder in self.unreadable | self.unwritable}
        collection = collection_of(source)
        return collection.casefold() not in closed and (self.only is None or collection in self.only)
