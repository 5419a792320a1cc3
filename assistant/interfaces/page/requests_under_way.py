"""Every request to the page is counted and timed; those under way are known, so that the page can end after them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.interfaces.page.request_limits import API

LIVE, READY, METRICS = "/health/live", "/health/ready", "/metrics"
"""Not counted: they are asked again and again, and ask nothing of the documents."""
HEARTBEAT = f"{API}/heartbeat/"
"""Open for as long as a browser shows the page: nothing that could come to an end is under way there."""
NO_ROUTE = "none"
"""The route of what was refused, or not found."""
LOOK_SECONDS = 0.05
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
STOPPING = "Citewell is being stopped. Try again in a moment.\n"


class RequestsUnderWay:
    """How many requests there were and are, for `CountedRequests`, and whether new work is still taken.

    Labels are routes of the application and HTTP statuses: their number is bounded, and nothing that a client sends is
    among them.
    """

    def __init__(self, events: Callable[[], int] = lambda: 0) -> None:
        """``events`` tells how much is at work that was asked for by a request which has been answered."""
        self._events = events
        self.registry = CollectorRegistry()
        self.is_stopping = False
        self.over = asyncio.Event()
        self._count = 0
        self._requests = Counter(
            "citewell_requests", "Requests answered, by route and status.", ["route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "citewell_request_seconds",
            "Seconds from a request to the end of its answer, by route.",
            ["route"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        gauge = Gauge("citewell_requests_under_way", "Requests that are being answered.", registry=self.registry)
        gauge.set_function(lambda: self._count)

    def begin(self) -> None:
        """Count one more that is under way."""
        self._count += 1

    def end(self) -> None:
        """Count one less."""
        self._count -= 1

    def note(self, route: str, status: int, seconds: float) -> None:
        """Remember one that was answered."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    async def finish(self, seconds: float, is_given_up: Callable[[], bool]) -> None:
        """Take no new work, and wait until what is under way has ended, at most so many seconds.

        ``is_given_up`` ends the waiting. ``over`` is set then: what is still open sees that it was left.
        """
        self.is_stopping = True
        until = time.monotonic() + seconds
        while (self._count or self._events()) and time.monotonic() < until and not is_given_up():
            await asyncio.sleep(LOOK_SECONDS)
        self.over.set()


class CountedRequests:
    """ASGI middleware: counts and times every request, and refuses new work (POST and the like) while the page ends."""

    def __init__(self, app: ASGIApp, requests: RequestsUnderWay) -> None:
        self._app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it with 503; one that is still open at the end is told that it was left."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        receiving = _Receiving(self._requests.over, receive)
        try:
            await self._answer(scope, receiving, send)
        finally:
            receiving.close()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith((HEARTBEAT, LIVE, READY, METRICS)):
            await self._app(scope, receive, send)
        elif self._requests.is_stopping and scope["method"] not in ("GET", "HEAD"):
            await PlainTextResponse(STOPPING, 503, {"Retry-After": "10"})(scope, receive, send)
        else:
            await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, began = 500, time.monotonic()

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._requests.begin()
        try:
            await self._app(scope, receive, send_noted)
        finally:
            self._requests.end()
            self._requests.note(_route(scope), status, time.monotonic() - began)


class _Receiving:
    """What gives the messages of a request, and that nobody is there any more once ``over`` is set.

    Whoever stops waiting for a message, as one does who only looks whether somebody is still there, finds it when they
    ask again.
    """

    def __init__(self, over: asyncio.Event, receive: Receive) -> None:
        self._over = over
        self._receive = receive
        self._next: asyncio.Future[Message] | None = None

    async def __call__(self) -> Message:
        """The next message."""
        self._next = self._next or asyncio.ensure_future(self._receive())
        if not self._next.done() and not self._over.is_set():
            end = asyncio.ensure_future(self._over.wait())
            either: set[asyncio.Future[Any]] = {self._next, end}
            try:
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            finally:
                end.cancel()
        if not self._next.done():
            return {"type": "http.disconnect"}
        message, self._next = self._next.result(), None
        return message

    def close(self) -> None:
        """Wait for no further message."""
        if self._next is not None:
            self._next.cancel()


def _route(scope: Scope) -> str:
    """The route that answered, as the application declares it, such as ``/assets/{path:path}``."""
    declared = getattr(scope.get("route"), "path", "")
    if declared:
        return str(declared)
    plain = {getattr(route, "path", "") for route in scope["app"].routes} if "app" in scope else set()
    return scope["path"] if scope["path"] in plain else NO_ROUTE
