"""What may be asked of the page, and how much: the addresses it uses itself, in moderation, each user's own sessions.

Gradio answers at far more addresses than a page needs: some fetch other hosts' files, or name what the page is made of.
"""

from __future__ import annotations

import json
import re
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from gradio.utils import get_upload_folder
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.interfaces.allowance import MOST_REMEMBERED, Allowance
from assistant.interfaces.page.login import USER_IN_SCOPE
from assistant.interfaces.page.uploads import MOST_FILES, MOST_MEGABYTES

API = "/gradio_api"
READ = re.compile(
    rf"/(config/?|(watched|new)\.atom|cited|save(/(capture|saving)\.js)?|theme\.css|favicon\.ico|manifest\.json|robots\.txt|(assets|static|svelte)/.*)?"
    rf"|{API}/(info|app_id|user|startup-events|theme\.css|queue/data|heartbeat/[^/]+)/?"
)
EVENTS, UPLOAD = frozenset({f"{API}/queue/join", f"{API}/cancel"}), f"{API}/upload"
RESET = f"{API}/reset"
"""Asked by the page beside a cancel; Gradio does nothing there."""
FILE = f"{API}/file="
LARGEST_EVENT = 2_000_000
"""Bytes of an event: a long question has some thousands, the names of many uploads some hundred thousand."""
LONGEST_SESSION = 100


class OnlyThePage:
    """ASGI middleware: passes on what the page itself asks for, and refuses the rest.

    404: an address the page has no use for; 403: a file outside the folder of uploads, or another user's session;
    413: an event or an upload that is too large; 411: an upload that does not tell its size; 429: too much in too
    short a time, by user or, where nobody logs in, by network address.
    """

    def __init__(self, app: ASGIApp, largest_megabytes: int) -> None:
        self._app = app
        self._largest = (largest_megabytes + 1) * 1_000_000
        self._owners: dict[str, str] = {}
        self._events = Allowance(300, 10)
        self._files = Allowance(3 * MOST_FILES, 10)
        self._megabytes = Allowance(3 * MOST_MEGABYTES, 20)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: pass it on, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        method, path = scope.get("method"), scope["path"]
        if method in ("GET", "HEAD"):
            refusal = self._refuse_reading(scope)
        elif method == "POST" and path == UPLOAD:
            refusal = self._refuse_upload(scope)
        elif method == "POST" and path in (*EVENTS, RESET):
            body = await _body(receive)
            refusal = self._refuse_event(scope, body)
            receive = _again(body, receive)
        else:
            refusal = _nothing_here()
        await (refusal or self._app)(scope, receive, send)

    def _refuse_reading(self, scope: Scope) -> PlainTextResponse | None:
        path = scope["path"]
        if path.startswith(FILE):
            return None if _is_upload(path.removeprefix(FILE)) else PlainTextResponse("Not a file of yours.\n", 403)
        return self._refuse_session(scope, _session_read(scope)) if READ.fullmatch(path) else _nothing_here()

    def _refuse_event(self, scope: Scope, body: bytes) -> PlainTextResponse | None:
        if len(body) > LARGEST_EVENT:
            return PlainTextResponse("This is too much for one event.\n", 413)
        refusal = None if scope["path"] == RESET else self._refuse_session_of(scope, body)
        return refusal or _too_often(self._events.take(_who(scope)))

    def _refuse_session_of(self, scope: Scope, event_body: bytes) -> PlainTextResponse | None:
        try:
            event = json.loads(event_body, object_pairs_hook=_named_once)
        except _NamedTwiceError:
            return PlainTextResponse("An event names a value twice.\n", 403)
        except (ValueError, RecursionError):
            event = None
        session = event.get("session_hash") if isinstance(event, dict) else None
        if not isinstance(session, str):
            return PlainTextResponse("This is no event of the page.\n", 400)
        return self._refuse_session(scope, session)

    def _refuse_upload(self, scope: Scope) -> PlainTextResponse | None:
        length = Headers(scope=scope).get("content-length", "")
        if not length.isdecimal():
            return PlainTextResponse("An upload has to tell its size.\n", 411)
        if int(length) > self._largest:
            return PlainTextResponse(f"At most {self._largest // 1_000_000:,} MB are taken at once.\n", 413)
        who = _who(scope)
        return _too_often(self._files.take(who) or self._megabytes.take(who, int(length) / 1_000_000))

    def _refuse_session(self, scope: Scope, session: str | None) -> PlainTextResponse | None:
        """A session belongs to the user who began it: what a browser sends decides nothing."""
        user = scope.get(USER_IN_SCOPE)
        if user is None or session is None:
            return None
        owner = self._owners.pop(session, user) if len(session) <= LONGEST_SESSION else ""
        if owner:
            self._owners[session] = owner  # to the end: the one used last
        while len(self._owners) > MOST_REMEMBERED:
            del self._owners[next(iter(self._owners))]
        return None if owner == user else PlainTextResponse("This session is another user's.\n", 403)


class _NamedTwiceError(Exception):
    """An object of JSON holds a name twice: who checks it and who uses it may each read another value."""


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) != len(pairs):
        raise _NamedTwiceError
    return named


def _who(scope: Scope) -> str:
    address = scope["client"][0] if scope.get("client") else ""
    return f"user {scope[USER_IN_SCOPE]}" if scope.get(USER_IN_SCOPE) else f"address {address}"


def _session_read(scope: Scope) -> str | None:
    """The session whose news are asked for."""
    _, is_heartbeat, session = scope["path"].rpartition("/heartbeat/")
    if is_heartbeat:
        return str(session).rstrip("/")
    return next(iter(parse_qs(scope.get("query_string", b"").decode("latin-1")).get("session_hash", [])), None)


def _is_upload(named: str) -> bool:
    """Whether a path lies in the folder that uploads are kept in, whatever links and dots it has."""
    try:
        return Path(named).resolve().is_relative_to(Path(get_upload_folder()).resolve())
    except (OSError, ValueError):
        return False


def _nothing_here() -> PlainTextResponse:
    return PlainTextResponse("There is nothing here.\n", 404)


def _too_often(wait: float) -> PlainTextResponse | None:
    if not wait:
        return None
    return PlainTextResponse("Too much at once. Wait a moment.\n", 429, {"Retry-After": str(ceil(wait))})


async def _body(receive: Receive) -> bytes:
    """The body of a request, as far as it may be long, and one part more."""
    body, is_more = b"", True
    while is_more and len(body) <= LARGEST_EVENT:
        message = await receive()
        body += message.get("body", b"")
        is_more = message["type"] == "http.request" and message.get("more_body", False)
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """What gives a body that was read once more, and then what comes after it."""
    parts = [body]

    async def receive_again() -> Message:
        return {"type": "http.request", "body": parts.pop(), "more_body": False} if parts else await receive()

    return receive_again
