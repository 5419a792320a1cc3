"""What a thread makes part by part, awaited in an event loop, and stopped when nobody awaits it any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from threading import Event
from typing import TypeVar

Part = TypeVar("Part")


async def awaited_parts(make: Callable[[Event], Iterator[Part]]) -> AsyncGenerator[Part, None]:
    """The parts that ``make`` yields in a thread of its own, as they come; raises what it raises.

    ``make`` is given an event, which is set when the generator is closed or whoever awaits a part is cancelled.
    """
    stop, loop = Event(), asyncio.get_running_loop()
    came: asyncio.Queue[Part | None] = asyncio.Queue()

    def run() -> None:
        try:
            for part in make(stop):
                loop.call_soon_threadsafe(came.put_nowait, part)
        finally:
            loop.call_soon_threadsafe(came.put_nowait, None)

    making = asyncio.create_task(asyncio.to_thread(run))
    try:
        while (part := await came.get()) is not None:
            yield part
        await making
    finally:
        stop.set()
        making.cancel()  # then nobody waits for what the thread fails with
