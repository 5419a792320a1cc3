"""Waiting that ends as soon as somebody asks to stop: for a lock, for one's turn, for work in a thread of its own."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Generic, TypeVar

from assistant.errors import Stopped

Result = TypeVar("Result")
Told = TypeVar("Told")

STOP_SECONDS = 0.05
"""How often whoever waits looks whether to stop."""


class EitherEvent(Event):
    """An event that is also set where one of others is. It is looked at, not waited for."""

    def __init__(self, *others: Event | None) -> None:
        super().__init__()
        self._others = [other for other in others if other]

    def is_set(self) -> bool:
        """Whether it is set, or one of the others."""
        return super().is_set() or any(other.is_set() for other in self._others)


def check_stop(stop: Event | None) -> None:
    """Go on unless ``stop`` is set.

    Raises:
        Stopped: it is.
    """
    if stop and stop.is_set():
        raise Stopped("It was stopped while the answer was being written.")


def acquire(lock: Lock, stop: Event | None) -> None:
    """Take a lock, which any thread may release. Raises Stopped, without the lock, once ``stop`` is set."""
    check_stop(stop)
    while not lock.acquire(timeout=STOP_SECONDS if stop else -1):
        check_stop(stop)


class Turns:
    """Lets work be done ``at_once`` times at a time, by those who came first. For use from many threads."""

    def __init__(self, at_once: int) -> None:
        self._lock = Lock()
        self._free = at_once
        self._waiting: deque[Lock] = deque()

    @contextmanager
    def taken(self, stop: Event | None = None) -> Iterator[None]:
        """Wait for a turn, and have it while the block runs. Raises Stopped, without one, once ``stop`` is set."""
        with self._lock:
            turn = Lock()
            if self._free:
                self._free -= 1
            else:
                turn.acquire()
                self._waiting.append(turn)
        try:
            acquire(turn, stop)
            yield
        finally:
            self._end(turn)

    def _end(self, turn: Lock) -> None:
        """Give a turn to who waits the longest; one that never came is waited for no more."""
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
            elif self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


@dataclass(frozen=True, slots=True)
class _Returned(Generic[Result]):
    """The end of work: what it returned."""

    result: Result


@dataclass(frozen=True, slots=True)
class _Raised:
    """The end of work: what it raised."""

    error: BaseException


def outcome_of(work: Callable[[], Result], stop: Event | None) -> Result:
    """What ``work`` returns; raises what it raises. Without ``stop`` it runs in this thread.

    Raises:
        Stopped: ``stop`` was set; the work goes on by itself, and what comes of it is dropped.
    """
    if stop is None:
        return work()
    told: Generator[tuple[Result, ...], None, None] = told_by(lambda tell: tell(work()), stop, "citewell-work")
    [(outcome,)] = told
    return outcome


def told_by(
    work: Callable[[Callable[[Told], None]], Result],
    stop: Event | None,
    name: str,
    *,
    seconds_between: float = 0.0,
    waits: bool = False,
) -> Generator[tuple[Told, ...], None, Result]:
    """What ``work`` tells while it runs in a thread of that name; returns what it returns, raises what it raises.

    It comes out in groups, each what was told since the one before, with so many ``seconds_between`` them where it
    comes fast. Where the generator ``waits``, it ends only once the work has ended, also when it is closed.

    Raises:
        Stopped: ``stop`` was set; the work goes on by itself, and what comes of it is dropped.
    """
    told: SimpleQueue[Told | _Returned[Result] | _Raised] = SimpleQueue()

    def run() -> None:
        try:
            told.put(_Returned(work(told.put)))
        except BaseException as error:  # raised where the work is waited for
            told.put(_Raised(error))

    thread = Thread(target=run, name=name, daemon=not waits)
    thread.start()
    try:
        while True:
            one, group = _next(told, stop), []
            until = time.monotonic() + seconds_between
            with suppress(Empty):
                while not isinstance(one, _Returned | _Raised):
                    group.append(one)
                    left = until - time.monotonic()
                    one = told.get(timeout=left) if left > 0 else told.get_nowait()
            check_stop(stop)
            if group:
                yield tuple(group)
            if isinstance(one, _Raised):
                raise one.error
            if isinstance(one, _Returned):
                return one.result
    finally:
        if waits:
            thread.join()


def _next(queue: SimpleQueue[Result], stop: Event | None) -> Result:
    while True:
        check_stop(stop)
        with suppress(Empty):
            return queue.get(timeout=STOP_SECONDS if stop else None)
