"""Asynchronous streams read from a thread, which can break them off while it waits for what comes next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import aclosing, suppress
from functools import cache
from threading import Event, Thread
from typing import Any, TypeVar, cast

from assistant.stopping import STOP_SECONDS, check_stop

Item = TypeVar("Item")


class _Ended:
    """The end of a stream, and what it failed with, if it did."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error


def items_of(stream: Callable[[], AsyncIterator[Item]], stop: Event | None = None) -> Generator[Item, None, None]:
    """What a stream gives, as it comes and no faster than it is taken; raises what it raises.

    It runs in an event loop that all such streams share, since clients bind their connections to one. Closing the
    generator cancels it at once.

    Raises:
        Stopped: ``stop`` was set; the stream is cancelled.
    """
    came: asyncio.Queue[Item | _Ended] = asyncio.Queue(1)
    closed = Event()
    reading = asyncio.run_coroutine_threadsafe(_read(stream, came, closed), _loop())
    try:
        while not isinstance(item := _next(came, stop), _Ended):
            yield item
        if item.error:
            raise item.error
    finally:
        closed.set()
        reading.cancel()


def _next(came: asyncio.Queue[Item], stop: Event | None) -> Item:
    coming = asyncio.run_coroutine_threadsafe(came.get(), _loop())
    try:
        while True:
            check_stop(stop)
            with suppress(TimeoutError):
                return coming.result(STOP_SECONDS if stop else None)
    finally:
        coming.cancel()


async def _read(stream: Callable[[], AsyncIterator[Item]], came: asyncio.Queue[Item | _Ended], closed: Event) -> None:
    ended = _Ended()
    try:
        async with aclosing(cast("Any", stream())) as items:
            async for item in items:
                if closed.is_set():  # NOTE: asyncio.wait_for, which clients use, loses a cancelling now and then
                    return
                await came.put(item)
    except Exception as error:  # told to whoever reads
        ended = _Ended(error)
    await came.put(ended)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name="citewell-streams", daemon=True).start()
    return loop
