"""Files that are there whole or not at all: whoever reads one sees all of it, or what it held before."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TypeVar

from filelock import FileLock

Made = TypeVar("Made")
OWNER_ONLY, AS_USUAL = 0o600, 0o666
"""Who may read a new file: its owner alone, or whom the umask lets, as with any other file."""
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
TRIES = 100
"""So often a folder is made that somebody else removes before anything is in it."""


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """While no other thread or process changes the file at ``path``; waits until that is so.

    Raises:
        OSError: the disk refuses.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f".{path.name}.lock"), thread_local=False):
        yield


def write_whole(path: Path, content: str, mode: int = OWNER_ONLY) -> None:
    """Make the file hold ``content`` in UTF-8.

    Raises:
        OSError: the disk refuses.
    """
    fill_whole(path, lambda file: file.write(content.encode()), os.replace, mode)


def fill_whole(
    path: Path,
    fill: Callable[[IO[bytes]], object],
    place: Callable[[str, Path], Made],
    mode: int = OWNER_ONLY,
) -> Made:
    """Let ``fill`` write a hidden file beside ``path``, and once it is on the disk let ``place`` give it that name.

    The folder is made where it is missing. Returns what ``place`` returns; nothing is left where either raises.

    Raises:
        OSError: the disk refuses.
    """
    temporary = str(path.with_name(f".writing-{secrets.token_hex(8)}"))
    descriptor = beside(path, lambda: os.open(temporary, _NEW, mode))
    try:
        with os.fdopen(descriptor, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        return place(temporary, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def beside(path: Path, make: Callable[[], Made]) -> Made:
    """What ``make`` makes in the path's folder, which is made first: again, where somebody removes it as empty."""
    for tries_left in reversed(range(TRIES)):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return make()
        except FileNotFoundError:
            if not tries_left:  # the folder may be there again, made by somebody else
                raise
    raise AssertionError("unreachable")
