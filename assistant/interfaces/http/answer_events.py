"""An answer as it grows, for whoever waits for it: it ends when they leave, and so does a language model's work."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator
from contextlib import aclosing, closing, suppress
from threading import Event, Thread
from typing import Any

from starlette.requests import Request
from starlette.responses import StreamingResponse

from assistant.errors import CitewellError, Stopped
from assistant.interfaces.http.problems import problem_of
from assistant.types import Answer

LOOKS_SECONDS = 0.25
"""How often is looked whether whoever waits has left."""
EVENT_STREAM = "text/event-stream"
UNBUFFERED = {"X-Accel-Buffering": "no"}
"""Proxies in between hand on what comes at once."""

AnswerStream = Callable[[Event], Generator[Answer, None, None]]
"""Gives an answer as it grows, until what it is given is set."""
Told = Answer | BaseException | None
"""What the thread that answers tells: a part, how it failed, or that it is done."""


async def parts_of(stream: AnswerStream, request: Request) -> AsyncGenerator[Answer, None]:
    """The answer as it grows; where parts come fast, not each of them. Raises what ``stream`` raises.

    Raises:
        Stopped: whoever sent the request has left.
    """
    loop, told, stop = asyncio.get_running_loop(), asyncio.Queue[Told](), Event()

    def tell(one: Told) -> None:
        with suppress(RuntimeError):  # the server has ended meanwhile
            loop.call_soon_threadsafe(told.put_nowait, one)

    Thread(target=_read, args=(stream, stop, tell), name="citewell-answer", daemon=True).start()
    try:
        while True:
            one = await _next(told, request)
            while isinstance(one, Answer) and not told.empty():
                newer = told.get_nowait()
                if not isinstance(newer, Answer):
                    yield one
                one = newer
            if isinstance(one, BaseException):
                raise one
            if one is None:
                return
            yield one
    finally:
        stop.set()


def _read(stream: AnswerStream, stop: Event, tell: Callable[[Told], None]) -> None:
    try:
        with closing(stream(stop)) as parts:
            for part in parts:
                if stop.is_set():
                    return
                tell(part)
    except BaseException as error:  # raised where the answer is waited for
        tell(error)
    else:
        tell(None)


async def _next(told: asyncio.Queue[Told], request: Request) -> Told:
    while True:
        with suppress(TimeoutError):
            return await asyncio.wait_for(told.get(), LOOKS_SECONDS)
        if await request.is_disconnected():
            raise Stopped("Nobody waits for the answer any more.")


async def whole_answer(stream: AnswerStream, request: Request) -> Answer:
    """The last part, which is the whole answer. Raises what `parts_of` raises."""
    async with aclosing(parts_of(stream, request)) as parts:
        return [part async for part in parts][-1]


async def begun(parts: AsyncGenerator[Answer, None]) -> AsyncGenerator[Answer, None]:
    """The same parts once the first is there: what fails before is raised here, while a status can still tell it."""
    first = await anext(parts)

    async def all_parts() -> AsyncGenerator[Answer, None]:
        async with aclosing(parts):
            yield first
            async for part in parts:
                yield part

    return all_parts()


async def event_response(
    stream: AnswerStream, request: Request, whole: Callable[[Answer], object]
) -> StreamingResponse:
    """The answer as server-sent events; ``whole`` is called with it once it is whole.

    A ``part`` holds the fields that changed since the part before, the ``answer`` all of them. What fails on the way is
    an ``error``, with its problem details.
    """
    events = _events(await begun(parts_of(stream, request)), request.url.path, whole)
    return StreamingResponse(events, media_type=EVENT_STREAM, headers=UNBUFFERED)


async def _events(
    parts: AsyncGenerator[Answer, None], path: str, whole: Callable[[Answer], object]
) -> AsyncIterator[str]:
    told: dict[str, Any] = {}
    async with aclosing(parts):
        try:
            async for part in parts:
                fields = dataclasses.asdict(part)
                yield _event("part", {name: one for name, one in fields.items() if told.get(name, told) != one})
                told, last = fields, part
            await asyncio.to_thread(whole, last)
            yield _event("answer", told)
        except Stopped:
            return
        except CitewellError as error:
            yield _event("error", problem_of(error).as_json(path))


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
