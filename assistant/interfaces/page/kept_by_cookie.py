"""What the page knows of a browser: kept in memory for a while, by a cookie that no script and no other site sees."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response

Value = TypeVar("Value")
MOST_KEPT = 10_000
"""Beyond as many, what was kept first is forgotten."""


class KeptByCookie(Generic[Value]):
    """One value for each browser that was given a cookie. It ends after its seconds, and with the process.

    Of the cookie only its hash is kept.
    """

    def __init__(self, called: str) -> None:
        """``called`` is what the cookie's name begins with."""
        self._called = called
        self._kept: dict[str, tuple[Value, float]] = {}

    def begin(self, request: Request, response: Response, value: Value, seconds: int) -> None:
        """Give the browser that sent a request a new cookie with its response, and keep a value for it so long."""
        now, token = time.monotonic(), secrets.token_urlsafe(32)
        self._kept = {key: kept for key, kept in self._kept.items() if kept[1] > now}
        while len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[_digest(token)] = (value, now + seconds)
        secure = request.url.scheme == "https"
        response.set_cookie(
            self._cookie(request), token, seconds, httponly=True, samesite="lax", secure=secure, path="/"
        )

    def of(self, request: Request) -> Value | None:
        """What is kept for the browser that sent a request."""
        value, ends = self._kept.get(self._key(request), (None, 0.0))
        return value if ends > time.monotonic() else None

    def take(self, request: Request) -> Value | None:
        """The same, which is not kept any more."""
        value = self.of(request)
        self._kept.pop(self._key(request), None)
        return value

    def end(self, request: Request, response: Response) -> None:
        """Forget what is kept for the browser that sent a request, and with its response its cookie."""
        self.take(request)
        response.delete_cookie(self._cookie(request))

    def _key(self, request: Request) -> str:
        return _digest(request.cookies.get(self._cookie(request), ""))

    def _cookie(self, request: Request) -> str:
        """Cookies are not told apart by port: each page on a machine has one of its own."""
        _, port = request.scope.get("server") or ("", None)
        return f"{self._called}-{port}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
