"""The files of a backup are written aside and compared with its inventory.

The file is untrusted: anybody may have changed it.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from assistant.backups.inventory import INVENTORY, BackedUpFile, Inventory, is_plain, read_inventory
from assistant.errors import BackupError

READ_AT_ONCE = 1_000_000
LARGEST_INVENTORY = 500_000_000
"""Bytes; that of some two million files."""


@dataclass(frozen=True, slots=True)
class _Aside:
    """A file that was written aside, and what it holds."""

    path: Path
    size: int
    sha256: str
    modified: float


class Unpacking:
    """One backup while it is read. ``aside`` gives the folder that the files of a folder of the backup are written to.

    Files are numbered there: of one name the last counts, and those that the inventory does not name count for nothing.
    """

    def __init__(self, source: Path, aside: Callable[[str], Path]) -> None:
        self._source = source
        self._aside = aside
        self._written: dict[str, _Aside] = {}
        self._numbers = count()

    def checked(self) -> Inventory:
        """Read all of it; what it holds is then what it says.

        Raises:
            BackupError: it is no backup, is damaged, or holds what no backup holds.
            OSError: the disk refuses.
        """
        content = b""
        with self._opened() as archive:
            for member in archive:
                if member.name == INVENTORY and member.isreg() and member.size <= LARGEST_INVENTORY:
                    content = self._read(archive, member)
                else:
                    self._write(archive, member)
        if not content:
            raise self._damaged("it has no inventory, as a backup has that is complete")
        inventory = read_inventory(content, self._source)
        if len({file.name for file in inventory.files}) != len(inventory.files):
            raise self._damaged("its inventory names a file twice")
        for file in inventory.files:
            self._check(file)
        return inventory

    def put_into(self, file: BackedUpFile, place: Path) -> None:
        """Give a file of the inventory its place, which nothing else has."""
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            raise BackupError(
                f"{self._source} holds two names that are one on this system: {file.name}. Restore it on another one."
            )
        aside = self._written[file.name]
        aside.path.chmod(file.mode)
        with suppress(OSError, OverflowError, ValueError):  # a time that this system does not know
            os.utime(aside.path, (aside.modified, aside.modified))
        aside.path.rename(place)

    @contextmanager
    def _opened(self) -> Iterator[tarfile.TarFile]:
        try:
            with self._source.open("rb") as file, tarfile.open(fileobj=file, mode="r|gz") as archive:
                yield archive
        except (tarfile.TarError, EOFError, zlib.error) as error:
            raise self._damaged(str(error) or "it ends too early") from error

    def _read(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
        content = archive.extractfile(member)
        assert content
        return content.read()

    def _write(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        if not is_plain(member.name):
            raise self._damaged(f"a name in it leads elsewhere: {member.name!r}")
        if not member.isreg() or member.issparse():
            raise self._damaged(f"{member.name!r} in it is a link, a device or no file at all")
        path = self._aside(member.name.partition("/")[0]) / str(next(self._numbers))
        content, sha256, size = archive.extractfile(member), hashlib.sha256(), 0
        assert content
        path.touch(mode=0o600, exist_ok=False)
        with path.open("wb") as file:
            while part := content.read(READ_AT_ONCE):
                file.write(part)
                sha256.update(part)
                size += len(part)
        self._written[member.name] = _Aside(path, size, sha256.hexdigest(), member.mtime)

    def _check(self, file: BackedUpFile) -> None:
        if not is_plain(file.name):
            raise self._damaged(f"a name in its inventory leads elsewhere: {file.name!r}")
        found = self._written.get(file.name)
        if found is None:
            raise self._damaged(f"it lacks {file.name}")
        if (found.size, found.sha256) != (file.size, file.sha256):
            raise self._damaged(f"{file.name} in it is not what was backed up")

    def _damaged(self, reason: str) -> BackupError:
        return BackupError(
            f"{self._source} is damaged, or no backup of Citewell's: {reason}. Nothing was changed. "
            "Restore another one."
        )
