"""One writer at a time: a file lock that names its holder."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import IndexBusy, StorageError

LOCK_FILE = "writing.lock"
HOLDER_FILE = "writing.json"


@contextmanager
def writing(index_dir: Path) -> Iterator[None]:
    """Hold the right to write the index; the operating system gives it back if the process dies.

    Raises:
        IndexBusy: another process, or another thread of this one, holds it.
        StorageError: the lock file cannot be made.
    """
    try:
        index_dir.mkdir(parents=True, exist_ok=True)
        # NOTE: a lock object is not shared (singleton) so that two threads of one process exclude each other.
        lock = FileLock(index_dir / LOCK_FILE, timeout=0, thread_local=False)
        lock.acquire()
    except Timeout as error:
        raise IndexBusy(f"{index_dir} is being written by {_holder(index_dir)}. Wait for it, or stop it.") from error
    except OSError as error:
        raise StorageError(f"The index folder {index_dir} cannot be written: {error.strerror or error}.") from error
    try:
        _write_holder(index_dir)
        yield
    finally:
        lock.release()


def _write_holder(index_dir: Path) -> None:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]]).strip() or "python"
    try:
        (index_dir / HOLDER_FILE).write_text(json.dumps({"process": os.getpid(), "command": command}), "utf-8")
    except OSError as error:
        raise StorageError(f"The index folder {index_dir} cannot be written: {error.strerror or error}.") from error


def _holder(index_dir: Path) -> str:
    try:
        holder = json.loads((index_dir / HOLDER_FILE).read_text("utf-8"))
        return f"process {int(holder['process'])} ({holder['command']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
