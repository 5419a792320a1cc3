"""A copy of a part of the index, for an engine that must write where the disk refuses: reading needs no writing."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from assistant.errors import StorageError


class PrivateCopy:
    """A folder for temporary files that holds a copy of another folder until it is closed."""

    def __init__(self, folder: Path) -> None:
        """Copy ``folder``.

        Raises:
            StorageError: there is no room for the copy, or the folder cannot be read.
        """
        try:
            self._temporary = tempfile.TemporaryDirectory(prefix="citewell-index-", ignore_cleanup_errors=True)
        except OSError as error:
            raise _refusal(folder, error) from error
        self.path = Path(self._temporary.name) / folder.name
        try:
            shutil.copytree(folder, self.path, copy_function=shutil.copyfile)
            for path in [self.path, *self.path.rglob("*")]:
                path.chmod(0o700 if path.is_dir() else 0o600)
        except OSError as error:
            self.close()
            raise _refusal(folder, error) from error

    def close(self) -> None:
        """Delete the copy."""
        self._temporary.cleanup()


def _refusal(folder: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{folder} is read-only or its disk is full, and it cannot be copied to the folder for temporary files "
        f"({error.strerror or error}). Free disk space, check permissions, or name another such folder in TMPDIR."
    )
