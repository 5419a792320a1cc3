"""What there is to be backed up at one moment, and whether it has changed since.

Files are known by their stamps, databases by how often SQLite says that they were changed.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant.backups.inventory import CORPUS, LEFTOVERS, STATE, is_plain
from assistant.errors import StorageError
from assistant.indexing.lock import HOLDER_FILE
from assistant.sqlite_file import SECONDS_TO_WAIT
from assistant.text.characters import without_surrogates

SQLITE_HEADER = b"SQLite format 3\0"
OF_A_DATABASE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database while it is used; a copy by SQLite has all of it inside."""
DOCUMENTS = (f"{CORPUS}/", f"{STATE}/removed/")
"""What people put there is kept as it is, also where it begins as a database does."""
OF_A_MOMENT = (".lock", ".writing-")
"""The end of names of locks, and the beginning of names of files that are not complete."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it was seen: ``stamp`` is another once its content is; ``database`` where it is one of SQLite's."""

    path: Path
    stamp: str
    mode: int
    database: bool = False


@dataclass
class Look:
    """What was seen: files by their names in the backup, and those that cannot be in one, each with the reason."""

    files: dict[str, Seen] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


class Looker:
    """Looks at folders again and again. It holds a connection to every database, so that SQLite tells of changes.

    All methods raise `StorageError` where a folder or a database cannot be read.
    """

    def __init__(self, folders: Mapping[str, Path], files: Mapping[str, Path]) -> None:
        """Look at all that lies in ``folders`` and at single ``files``, by their names in the backup."""
        self._folders = folders
        self._files = files
        self._databases: dict[Path, sqlite3.Connection] = {}

    def close(self) -> None:
        """Let go of the databases."""
        for connection in self._databases.values():
            connection.close()

    def look(self) -> Look:
        """What there is now."""
        look = Look()
        for name, folder in self._folders.items():
            for path, known in _walk(folder):
                self._note(look, f"{name}/{path.relative_to(folder).as_posix()}", path, known)
        for name, path in self._files.items():
            if path.is_file():
                self._note(look, name, path, path.stat())
        return look

    def copy(self, database: Path, to: Path) -> None:
        """Copy a database as it is at one moment, whoever writes to it meanwhile."""
        try:
            copy = sqlite3.connect(to)
            try:
                self._opened(database).backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
            finally:
                copy.close()
        except sqlite3.Error as error:
            raise _unreadable(database, error) from error

    def _note(self, look: Look, name: str, path: Path, known: os.stat_result) -> None:
        if name != without_surrogates(name) or not is_plain(name):
            look.left_out[without_surrogates(name)] = "its name cannot be that of a file on every system"
        elif not stat.S_ISREG(known.st_mode):
            look.left_out[name] = "it is a link, or no file at all"
        elif not _is_of_a_moment(path, is_document=name.startswith(DOCUMENTS)):
            look.files[name] = self._seen(path, known, is_document=name.startswith(DOCUMENTS))

    def _seen(self, path: Path, known: os.stat_result, *, is_document: bool) -> Seen:
        mode = stat.S_IMODE(known.st_mode) & 0o777
        if not is_document and (path in self._databases or _is_database(path)):
            return Seen(path, f"{known.st_ino} {self._changes(path)}", mode, database=True)
        return Seen(path, f"{known.st_ino} {known.st_size} {known.st_mtime_ns} {known.st_ctime_ns}", mode)

    def _changes(self, path: Path) -> int:
        """A number that is another once another connection has changed the database."""
        try:
            return int(self._opened(path).execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.Error as error:
            raise _unreadable(path, error) from error

    def _opened(self, path: Path) -> sqlite3.Connection:
        if path not in self._databases:
            self._databases[path] = sqlite3.connect(path, SECONDS_TO_WAIT, isolation_level=None)
        return self._databases[path]


def _walk(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Everything below a folder but folders, without following links, and without what a restore left there."""
    folders = [folder] if folder.is_dir() else []
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in sorted(entries, key=lambda one: one.name):
                    if entry.is_dir(follow_symlinks=False):
                        folders += [] if entry.name.startswith(LEFTOVERS) else [Path(entry.path)]
                    elif known := _stat(entry):
                        yield Path(entry.path), known
        except FileNotFoundError:
            continue
        except OSError as error:
            raise StorageError(f"{error.filename} cannot be read: {error.strerror}. Check its permissions.") from error


def _stat(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None


def _is_of_a_moment(path: Path, *, is_document: bool) -> bool:
    name, (lock, begun) = path.name, OF_A_MOMENT
    beside = next((path.with_name(name.removesuffix(end)) for end in OF_A_DATABASE if name.endswith(end)), None)
    is_besides = not is_document and beside is not None and beside.is_file() and _is_database(beside)
    return is_besides or name.endswith(lock) or name.startswith(begun) or name == HOLDER_FILE


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE_HEADER)) == SQLITE_HEADER
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror or error}. Check its permissions.") from error


def _unreadable(path: Path, error: sqlite3.Error) -> StorageError:
    return StorageError(f"{path} cannot be read ({error}). Check its permissions, or restore it from a backup.")
