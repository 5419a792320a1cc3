"""Work that must not hold up the event loop: done in threads, told how far it is, and ended when nobody waits."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import TypeVar

Result = TypeVar("Result")
LOOKS_SECONDS = 0.1
"""How often is looked how far the work is."""


@dataclass(frozen=True, slots=True)
class WorkProgress:
    """How far work is: ``done`` of ``total`` things, None where nobody knows how many; ``message`` is for a person."""

    done: int
    total: int | None
    message: str


Work = Callable[[Callable[[WorkProgress], None], Event], Result]
"""Does something: it tells its progress, and ends early once the event is set."""


class WorkerThreads:
    """Threads of their own, ``most`` at once; what comes beyond them waits."""

    def __init__(self, name: str, most: int) -> None:
        self._threads = ThreadPoolExecutor(most, thread_name_prefix=name)

    async def run(self, work: Work[Result], report: Callable[[WorkProgress], Awaitable[None]]) -> Result:
        """What the work gives; raises what it raises. ``report`` gets its progress, if not every step of it.

        Whoever cancels this ends the work, too: at once where it waits, else as soon as it looks.
        """
        told, stop = deque[WorkProgress](maxlen=1), Event()
        doing = asyncio.get_running_loop().run_in_executor(self._threads, work, told.append, stop)
        reported = 0
        try:
            while not doing.done():
                await asyncio.wait([doing], timeout=LOOKS_SECONDS)
                if told and told[-1].done > reported:
                    reported = told[-1].done
                    await report(told[-1])
            return doing.result()
        finally:
            stop.set()
            doing.cancel()

    def close(self) -> None:
        """Begin nothing more; what is under way ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)
