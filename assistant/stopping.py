"""Waiting that ends as soon as somebody asks to stop: for a lock, and for what takes long in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import TypeVar

from assistant.errors import Stopped

Result = TypeVar("Result")

STOP_SECONDS = 0.05
"""How often whoever waits looks whether to stop."""


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


def outcome_of(work: Callable[[], Result], stop: Event | None) -> Result:
    """What ``work`` returns; raises what it raises. Without ``stop`` it runs in this thread.

    Raises:
        Stopped: ``stop`` was set; the work goes on by itself, and what comes of it is dropped.
    """
    if stop is None:
        return work()
    outcomes: SimpleQueue[tuple[Result] | Exception] = SimpleQueue()

    def do() -> None:
        try:
            outcomes.put((work(),))
        except Exception as error:  # raised where the outcome is waited for
            outcomes.put(error)

    Thread(target=do, name="citewell-work", daemon=True).start()
    while True:
        check_stop(stop)
        with suppress(Empty):
            outcome = outcomes.get(timeout=STOP_SECONDS)
            break
    check_stop(stop)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome[0]
