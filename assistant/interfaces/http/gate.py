"""Before any route for programs: no other site's page, somebody who is known, in moderation, and no endless body."""

from __future__ import annotations

from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import CitewellError, LimitError, NotAllowed
from assistant.interfaces.allowance import Allowance
from assistant.interfaces.http.askers import ASKER_IN_SCOPE, Askers
from assistant.interfaces.http.problems import Problem, problem_of

LARGEST_REQUEST = 2_000_000
"""Bytes of a request that brings no file: a question with a long conversation has some hundred thousand."""
OTHER_SITES = ("cross-site", "same-site")
MULTIPART = "multipart/form-data"


class Gate:
    """ASGI middleware: finds out who asks, once for all routes, and passes on what may come in.

    A request of a page of another site is refused, also one that a browser sends without saying where it comes from
    (`OnlyThisHost` refuses the others): it could not read the answer, but would make work.
    """

    def __init__(self, app: ASGIApp, askers: Askers, requests_per_minute: int, largest_upload: int) -> None:
        """``largest_upload`` is in bytes, of all files of a request together."""
        self._app = app
        self._askers = askers
        self._allowance = Allowance(requests_per_minute, requests_per_minute / 60)
        self._largest_upload = largest_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: pass it on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        brings_files = request.headers.get("content-type", "").startswith(MULTIPART)
        largest = self._largest_upload if brings_files else LARGEST_REQUEST
        told = request.headers.get("content-length", "")
        try:
            scope[ASKER_IN_SCOPE] = await self._let_in(request)
        except CitewellError as error:
            await problem_of(error).response(scope["path"])(scope, receive, send)
            return
        if told.isdecimal() and int(told) > largest:
            await _too_large(largest).response(scope["path"])(scope, receive, send)
            return
        await self._app(scope, _bounded(receive, largest), _unkept(send))

    async def _let_in(self, request: Request) -> object:
        if request.headers.get("sec-fetch-site") in OTHER_SITES:
            raise NotAllowed("Requests from pages of other sites are refused.")
        asker = await run_in_threadpool(self._askers.who, request)
        if wait := self._allowance.take(asker.key):
            raise LimitError("Too many requests. Wait a moment, or raise CITEWELL_API_REQUESTS_PER_MINUTE.", wait)
        return asker


def _too_large(largest: int) -> Problem:
    told = f"At most {largest // 1_000_000:,} MB are taken at once."
    return Problem(413, HTTPStatus(413).phrase, told)


def _unkept(send: Send) -> Send:
    """What sends an answer that nobody on the way keeps."""

    async def send_unkept(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["Cache-Control"] = "no-store"
        await send(message)

    return send_unkept


def _bounded(receive: Receive, largest: int) -> Receive:
    """What gives a body, and refuses it where it gets too long, whatever it said of its length."""
    received = 0

    async def receive_bounded() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > largest:
            raise HTTPException(413, _too_large(largest).detail)
        return message

    return receive_bounded
