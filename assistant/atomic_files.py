"""Small files of ours that several programs may change: each change is made alone, and is there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """While no other thread or process changes the file at ``path``; waits until that is so.

    Raises:
        OSError: the disk refuses.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f".{path.name}.lock"), thread_local=False):
        yield


def write_whole(path: Path, content: str) -> None:
    """Make the file hold ``content``, for its owner's eyes; who reads it sees all of it, or what it held before.

    Raises:
        OSError: the disk refuses.
    """
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
