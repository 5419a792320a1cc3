"""A copy of a part of the index, for an engine that must write where the disk refuses: reading needs no writing."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from assistant.errors import StorageError

MEMORY = Path("/dev/shm")
"""Where Linux keeps files in memory: there may be room where no disk has any."""
TRIES = 3
"""How often a folder is copied from which a writer takes files meanwhile."""


class PrivateCopy:
    """A folder for temporary files that holds a copy of another folder until it is closed."""

    def __init__(self, folder: Path) -> None:
        """Copy ``folder``.

        Raises:
            StorageError: there is no room for the copy, or the folder cannot be read.
        """
        try:
            self._temporary = _copied_whole(folder, None)
        except OSError as error:
            if not MEMORY.is_dir():
                raise _refusal(folder, error) from error
            try:
                self._temporary = _copied_whole(folder, MEMORY)
            except OSError:
                raise _refusal(folder, error) from error
        self.path = Path(self._temporary.name) / folder.name

    def close(self) -> None:
        """Delete the copy."""
        self._temporary.cleanup()


def _copied_whole(folder: Path, under: Path | None) -> tempfile.TemporaryDirectory[str]:
    for left in reversed(range(TRIES)):
        try:
            return _copied(folder, under)
        except OSError as error:
            if not left or not _has_lost_files(error):
                raise
    raise AssertionError("the last try returns or raises")


def _has_lost_files(error: OSError) -> bool:
    """Whether files went while they were copied, and nothing else is wrong."""
    if isinstance(error, shutil.Error):
        return all("No such file" in str(reason) for *_, reason in error.args[0])
    return isinstance(error, FileNotFoundError)


def _copied(folder: Path, under: Path | None) -> tempfile.TemporaryDirectory[str]:
    """A temporary folder that holds a copy of ``folder``; it lies ``under`` another, or where such folders do."""
    temporary = tempfile.TemporaryDirectory(prefix="citewell-index-", dir=under, ignore_cleanup_errors=True)
    copy = Path(temporary.name) / folder.name
    try:
        shutil.copytree(folder, copy, copy_function=shutil.copyfile)
        for path in [copy, *copy.rglob("*")]:
            path.chmod(0o700 if path.is_dir() else 0o600)
    except OSError:
        temporary.cleanup()
        raise
    return temporary


def _refusal(folder: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{folder} is read-only or its disk is full, and it cannot be copied to the folder for temporary files "
        f"({error.strerror or 'no room'}). Free disk space, check permissions, or name another such folder in TMPDIR."
    )
