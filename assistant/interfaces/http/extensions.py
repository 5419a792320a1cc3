"""Requests of browser extensions, which save pages with a token: they alone may come from elsewhere than the page."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.http_values import API
from assistant.interfaces.http.askers import NEEDS_TOKEN

EXTENSION = re.compile(r"(?:chrome-extension://[a-p]{32}|moz-extension://[0-9a-f-]{36})")
"""The origins of extensions, which no web page can have."""
ADDED, JOB = f"{API}/documents", re.compile(rf"{API}/jobs/[0-9a-f]{{1,64}}")
WITHHELD = (b"origin", b"cookie", b"sec-fetch-site")
"""What a request is passed on without: its token alone tells who asks."""


class ExtensionsWithTokens:
    """ASGI middleware: lets an extension add documents and look after the job, in the way of CORS, and nothing else.

    Such a request needs a token, also where nobody has to log in, and no session of a user counts for it. Whatever else
    extensions ask is left to who refuses other sites.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: tell that it may be sent, pass it on as one with a token, or pass it on as it is."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, method = Headers(scope=scope), scope["method"]
        origins = headers.getlist("origin")
        wanted = headers.get("access-control-request-method") if method == "OPTIONS" else method
        if len(origins) != 1 or not EXTENSION.fullmatch(origins[0]) or not _is_theirs(wanted, scope["path"]):
            await self._app(scope, receive, send)
        elif method == "OPTIONS":
            allowed = {"Access-Control-Allow-Methods": "GET, POST", "Access-Control-Allow-Headers": "Authorization"}
            await Response(status_code=204, headers=allowed | _readable_by(origins[0]))(scope, receive, send)
        else:
            kept = [(name, value) for name, value in scope["headers"] if name.lower() not in WITHHELD]
            await self._app({**scope, "headers": kept, NEEDS_TOKEN: True}, receive, _telling(send, origins[0]))


def _is_theirs(method: str | None, path: str) -> bool:
    return (method == "POST" and path == ADDED) or (method == "GET" and JOB.fullmatch(path) is not None)


def _readable_by(origin: str) -> dict[str, str]:
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}


def _telling(send: Send, origin: str) -> Send:
    """What sends an answer that the extension may read."""

    async def send_readable(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(
                _readable_by(origin) | {"Cross-Origin-Resource-Policy": "cross-origin"}
            )
        await send(message)

    return send_readable
