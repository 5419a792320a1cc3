"""While the index is brought up to date, before the page is served: whoever asks is told so, at the same address."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from assistant.interfaces.page.probes import alive, not_ready
from assistant.interfaces.page.requests_under_way import LIVE, READY

TAKING_IN = "Citewell is taking in its documents, and answers once it has. Try again in a moment.\n"


@contextmanager
def telling_meanwhile(listener: socket.socket) -> Iterator[None]:
    """Answer those who connect to ``listener`` while the block runs; it stays open for what serves the page then.

    ``/health/live`` says that this process lives, all else that it is not ready (503).
    """
    server = uvicorn.Server(
        uvicorn.Config(_tell, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    )
    thread = Thread(target=server.run, kwargs={"sockets": [listener.dup()]}, name="citewell-starting")
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


async def _tell(scope: Scope, receive: Receive, send: Send) -> None:
    await _answer(scope["path"])(scope, receive, send)


def _answer(path: str) -> Response:
    if path == LIVE:
        return alive()
    return not_ready("starting") if path == READY else PlainTextResponse(TAKING_IN, 503, {"Retry-After": "10"})
