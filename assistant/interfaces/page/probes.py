"""What whoever runs the page asks it, without a login: whether it lives, whether it can answer, and its metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, ProcessCollector, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import CitewellError
from assistant.interfaces.page.hosts import LOOPBACK_NAMES, hostname_of
from assistant.interfaces.page.requests_under_way import LIVE, METRICS, READY, RequestsUnderWay
from assistant.interfaces.page.state_metrics import StateMetrics
from assistant.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.assistant import Assistant

FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
NOT_FROM_HERE = "The metrics are told to this computer alone: ask at http://127.0.0.1, past any proxy.\n"


class Probes:
    """ASGI middleware: answers ``/health/live``, ``/health/ready`` and ``/metrics``, and passes everything else on.

    Live is a page that answers at all; ready one whose index can be read and that is not being stopped, else 503. They
    tell nothing else, and so need no login. The metrics are told to programs on this computer that ask at a loopback
    address, and to nobody that a proxy leads here (403).
    """

    def __init__(
        self, app: ASGIApp, assistant: Assistant, requests: RequestsUnderWay, waiting: Callable[[], int]
    ) -> None:
        self._app = app
        self._assistant = assistant
        self._requests = requests
        requests.registry.register(StateMetrics(assistant, waiting))
        ProcessCollector(registry=requests.registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        asked = scope["path"] if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else ""
        answers = {LIVE: self._live, READY: self._ready, METRICS: self._metrics}
        answer = await answers[asked](scope) if asked in answers else self._app
        await answer(scope, receive, send)

    async def _live(self, _: Scope) -> Response:
        return alive()

    async def _ready(self, _: Scope) -> Response:
        if self._requests.is_stopping:
            return not_ready("stopping")
        try:
            await run_in_threadpool(self._assistant.counts)
        except (CitewellError, OSError):
            return not_ready("index")
        return JSONResponse({"ready": True})

    async def _metrics(self, scope: Scope) -> Response:
        if not _comes_from_here(scope):
            return PlainTextResponse(NOT_FROM_HERE, 403)
        told = await run_in_threadpool(generate_latest, self._requests.registry)
        return Response(told, media_type=CONTENT_TYPE_LATEST)


def alive() -> Response:
    """That this process answers."""
    return PlainTextResponse("alive\n")


def not_ready(because: str) -> Response:
    """That no question can be answered, because of one word: starting, stopping or index."""
    return JSONResponse({"ready": False, "because": because}, 503, {"Retry-After": "10"})


def _comes_from_here(scope: Scope) -> bool:
    """Whether a request was made on this computer, and for it: what a proxy leads here comes from elsewhere."""
    headers = Headers(scope=scope)
    client = scope.get("client")
    asked_at = hostname_of(headers.get("host", ""))
    return (
        bool(client and is_loopback(client[0]))
        and asked_at in LOOPBACK_NAMES
        and not any(name in headers for name in FORWARDED)
    )
