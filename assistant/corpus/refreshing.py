"""One program at a time refreshes what a corpus follows: feeds, sites and mailboxes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import CorpusError, StorageError


@contextmanager
def refreshing(state_dir: Path) -> Iterator[None]:
    """While no other program refreshes.

    Raises:
        CorpusError: another does.
        StorageError: the disk refuses.
    """
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(state_dir / "refreshing.lock", timeout=0, thread_local=False)
        lock.acquire()
    except Timeout as error:
        raise CorpusError("The feeds are being refreshed by another program. Wait until it is done.") from error
    except OSError as error:
        raise StorageError(f"{state_dir} cannot be written: {error.strerror or error}.") from error
    try:
        yield
    finally:
        lock.release()
