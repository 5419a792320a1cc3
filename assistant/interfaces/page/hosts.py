"""Who may talk to the page: requests for this host, from this page. Everything else is refused.

A browser can be led to send requests for ``evil.example`` here (DNS rebinding) and then reads the answers;
Gradio accepts any Host header, so the check is made before it.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
ANY_ADDRESS = frozenset({"0.0.0.0", "::"})

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",  # Gradio's page needs both
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
PROTECTIVE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # other sites learn nothing; with none at all, forms would come from "null"
    "Cross-Origin-Resource-Policy": "same-origin",
}


class OnlyThisHost:
    """ASGI middleware: passes on what is addressed to this page, and adds PROTECTIVE_HEADERS to every response.

    A Host header that is not ``host``, the host of ``public_url`` or a loopback name gets 421; a request that another
    site's page makes gets 403. When ``host`` means any address, every address in digits and this machine's name pass
    too: only names can be rebound.
    """

    def __init__(self, app: ASGIApp, host: str, public_url: str | None = None) -> None:
        self._app = app
        self._host = host.lower().strip("[]")
        self._names = LOOPBACK_NAMES | {self._host, urlsplit(public_url or "").hostname} - {None}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: pass it on, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if not self.allows(headers.get("host", "")):
            refusal = PlainTextResponse("This address does not belong to Citewell's page.\n", 421)
            await refusal(scope, receive, send)
        elif origin is not None and not self.allows(urlsplit(origin).netloc):
            await PlainTextResponse("Requests from other sites are refused.\n", 403)(scope, receive, send)
        else:
            await self._app(scope, receive, _with_headers(send))

    def allows(self, authority: str) -> bool:
        """Whether ``authority`` (a name or address, with or without a port) is this page's own."""
        try:
            name = urlsplit(f"//{authority}").hostname or ""
        except ValueError:
            return False
        if name in self._names:
            return True
        return self._host in ANY_ADDRESS and (_is_address(name) or name == socket.gethostname().lower())


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _with_headers(send: Send) -> Send:
    async def send_protected(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(PROTECTIVE_HEADERS)
        await send(message)

    return send_protected
