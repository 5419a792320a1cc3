"""A backup is taken while Citewell is used: all that is in it was there at one moment."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from assistant import __version__
from assistant.atomic_files import fill_whole
from assistant.backups.inventory import (
    CORPUS,
    INDEX,
    INVENTORY,
    STATE,
    USERS_FILE,
    BackedUpFile,
    Inventory,
    places,
    users_apart,
)
from assistant.backups.looking import Look, Looker, Seen
from assistant.errors import BackupError, StorageError
from assistant.indexing.lock import writing
from assistant.settings import Settings
from assistant.text.characters import without_surrogates

TRIES = 100
PAUSE_SECONDS = 0.1
"""Between two looks at what goes on changing: in all some ten seconds, and what copying takes."""
COMPRESSION = 6
"""How hard gzip tries, of 9: most documents are compressed already."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was taken, of so many ``files`` and ``bytes``; ``left_out`` is what could not be in it, and why."""

    path: str
    files: int
    bytes: int
    archive_bytes: int
    left_out: dict[str, str]


def take(settings: Settings, path: Path, *, with_index: bool = False) -> Taken:
    """Write all documents, what was removed, and what people made into one file, which is whole or is not there.

    It may be read by its owner alone, as it holds passwords and conversations. Others may use Citewell meanwhile: what
    is in the backup is what was there at one moment, at its end. The index is left out, since a sync makes it anew;
    ``with_index`` keeps it too, and lets no sync run meanwhile.

    Raises:
        BackupError: there is such a file, it would lie in a folder that it holds, or what is to be in it never rests.
        IndexBusy: the index is to be in it, and another process writes the index.
        StorageError: the disk refuses.
    """
    target = path.expanduser().resolve()
    _refuse(settings, target)
    folders = {CORPUS: settings.corpus_dir, STATE: settings.state_dir}
    users = users_apart(settings)
    files = {USERS_FILE: users} if users else {}
    with writing(settings.index_dir) if with_index else nullcontext():
        looker = Looker(folders | ({INDEX: settings.index_dir} if with_index else {}), files)
        with closing(looker), _telling(target), _folder_for_copies(target) as copies:
            packing = _Packing(settings, looker, copies)
            fill_whole(target, packing.write, os.replace)
            return packing.taken(target)


def _refuse(settings: Settings, target: Path) -> None:
    if not settings.corpus_dir.is_dir():
        raise BackupError(
            f"The corpus folder {settings.corpus_dir} does not exist, so there is nothing to back up. "
            "Name another in CITEWELL_CORPUS_DIR."
        )
    if target.exists():
        raise BackupError(f"{target} is there already. Name another file, or remove that one.")
    for folder in places(settings).values():
        if target.is_relative_to(folder):
            raise BackupError(f"A backup cannot lie in {folder}, which it holds. Name a file in another folder.")


@contextmanager
def _telling(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"The backup {target} cannot be taken: {error.filename or target}: {error.strerror or error}. "
            "Free some space, check permissions, or name a file in another folder."
        ) from error


@contextmanager
def _folder_for_copies(target: Path) -> Iterator[Path]:
    """A folder beside the backup, for its owner alone, which goes with what is in it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".citewell-backup-", dir=target.parent) as folder:
        yield Path(folder)


class _Packing:
    """One backup while it is taken.

    Files are packed as they are seen. Where a look at the end finds any other than those, they are packed again, and of
    one name the last counts; until nothing has changed from one look to the next. Databases change more often and are
    copied aside first.
    """

    def __init__(self, settings: Settings, looker: Looker, copies: Path) -> None:
        self._settings = settings
        self._looker = looker
        self._copies = copies
        self._held: dict[str, tuple[Seen, BackedUpFile | Path]] = {}
        self._left_out: dict[str, str] = {}
        self._inventory: Inventory | None = None

    def write(self, file: IO[bytes]) -> None:
        """Write the backup to a file."""
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=COMPRESSION) as archive:
            look = self._at_rest(archive)
            self._left_out = look.left_out
            packed = tuple(self._entry(archive, name) for name in sorted(look.files))
            self._inventory = Inventory(
                version=__version__,
                taken_at=datetime.now(UTC).isoformat(timespec="seconds"),
                corpus=without_surrogates(str(self._settings.corpus_dir)),
                files=packed,
            )
            content = self._inventory.model_dump_json(indent=1).encode()
            _add(archive, INVENTORY, io.BytesIO(content), len(content), 0o600, time.time())

    def taken(self, target: Path) -> Taken:
        """What is told of it, once it has been written."""
        assert self._inventory
        files = self._inventory.files
        return Taken(str(target), len(files), self._inventory.bytes, target.stat().st_size, self._left_out)

    def _at_rest(self, archive: tarfile.TarFile) -> Look:
        """What there is at a moment, all of it held."""
        look = self._looker.look()
        for _ in range(TRIES):
            for name, seen in look.files.items():
                if name not in self._held or self._held[name][0] != seen:
                    self._hold(archive, name, seen)
            before, look = look, self._looker.look()
            if look.files == before.files:
                return look
            time.sleep(PAUSE_SECONDS)
        changed = sorted(name for name, _ in set(look.files.items()) ^ set(before.files.items()))
        raise BackupError(
            f"{changed[0]} goes on changing, so that no moment can be kept. Wait until what writes it is done, and "
            "take the backup again."
        )

    def _hold(self, archive: tarfile.TarFile, name: str, seen: Seen) -> None:
        try:
            if seen.database:
                copy = self._copies / hashlib.sha256(name.encode()).hexdigest()
                self._looker.copy(seen.path, copy)
                self._held[name] = seen, copy
            else:
                self._held[name] = seen, _packed(archive, name, seen.path, seen.mode)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            self._held.pop(name, None)  # the next look does not see it either

    def _entry(self, archive: tarfile.TarFile, name: str) -> BackedUpFile:
        seen, held = self._held[name]
        return held if isinstance(held, BackedUpFile) else _packed(archive, name, held, seen.mode)


class _Hashing:
    """What is read of a file, and its SHA-256. One that has become shorter meanwhile is filled up: it is read anew."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """So many bytes."""
        content = self._file.read(size).ljust(size, b"\0")
        self.sha256.update(content)
        return content


def _packed(archive: tarfile.TarFile, name: str, path: Path, mode: int) -> BackedUpFile:
    with path.open("rb") as file:
        known = os.fstat(file.fileno())
        hashing = _Hashing(file)
        _add(archive, name, hashing, known.st_size, mode, known.st_mtime)
    return BackedUpFile(name=name, size=known.st_size, sha256=hashing.sha256.hexdigest(), mode=mode)


def _add(archive: tarfile.TarFile, name: str, content: Any, size: int, mode: int, modified: float) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, mode, modified
    archive.addfile(entry, content)
