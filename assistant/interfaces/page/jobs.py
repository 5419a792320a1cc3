"""What takes a while: its steps come out one by one, and whoever began it may stop it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock
from typing import TypeVar

from assistant.stopping import told_by
from assistant.types import ProgressListener, SyncProgress

Result = TypeVar("Result")
TOLD_SECONDS = 0.15


class Jobs:
    """The jobs under way, at most one for each open page, by the page's session."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stops: dict[str, Event] = {}

    @contextmanager
    def begun(self, session: str) -> Iterator[Event | None]:
        """What stops a job that runs inside the block; None when another one of the page is still under way."""
        stop = Event()
        with self._lock:
            is_free = session not in self._stops
            if is_free:
                self._stops[session] = stop
        try:
            yield stop if is_free else None
        finally:
            if is_free:
                with self._lock:
                    del self._stops[session]

    def is_under_way(self, session: str) -> bool:
        """Whether the page has a job that has not ended."""
        return session in self._stops

    def stop(self, session: str) -> None:
        """Ask the page's job to stop; it ends as soon as what it is doing allows."""
        with self._lock:
            if session in self._stops:
                self._stops[session].set()


def steps_of(work: Callable[[ProgressListener], Result]) -> Iterator[tuple[SyncProgress, ...] | Result]:
    """The progress that ``work`` tells, while it runs in a thread of its own, and at last what it returns.

    The steps come in groups, one every `TOLD_SECONDS` at most. Raises what ``work`` raises.
    """
    yield (yield from told_by(work, None, "citewell-job", seconds_between=TOLD_SECONDS, waits=True))
