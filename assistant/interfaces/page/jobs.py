"""What takes a while: its steps come out one by one, and whoever began it may stop it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import TypeVar

from assistant.types import ProgressListener, SyncProgress

Result = TypeVar("Result")


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

    def stop(self, session: str) -> None:
        """Ask the page's job to stop; it ends as soon as what it is doing allows."""
        with self._lock:
            if session in self._stops:
                self._stops[session].set()


def steps_of(work: Callable[[ProgressListener], Result]) -> Iterator[SyncProgress | Result]:
    """The progress that ``work`` tells, while it runs in a thread of its own, and at last what it returns.

    Raises what ``work`` raises.
    """
    steps: SimpleQueue[tuple[SyncProgress | Result | None, BaseException | None, bool]] = SimpleQueue()

    def run() -> None:
        try:
            steps.put((work(lambda step: steps.put((step, None, False))), None, True))
        except BaseException as error:  # whatever it is, it is raised below, in the caller's thread
            steps.put((None, error, True))

    worker = Thread(target=run, name="citewell-job", daemon=True)
    worker.start()
    try:
        is_last = False
        while not is_last:
            step, error, is_last = steps.get()
            if error is not None:
                raise error
            yield step  # type: ignore[misc]  # it is None only beside an error, or where work returns None
    finally:
        worker.join()
