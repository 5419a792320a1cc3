"""Who may talk to the page: requests for this host, from this page. Everything else is refused.

A browser can be led to send requests for ``evil.example`` here (DNS rebinding) and then reads the answers;
Gradio accepts any Host header, so the check is made before it.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DEFAULT_PORTS = {"http": 80, "https": 443}
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


Origin = tuple[str, str, int]
_WITH_TLS = {"https": "https", "wss": "https"}


class OnlyThisHost:
    """ASGI middleware: passes on what is addressed to this page, and adds PROTECTIVE_HEADERS to every response.

    A Host header that is not ``host``, the host of ``public_url`` or a loopback name gets 421; a request that another
    site's page makes gets 403, and another site is also one of another port or scheme. So does an address that names a
    parameter twice: who checks it and who uses it may each read another one. When ``host`` means any address, every
    address in digits and this machine's name pass too: only names can be rebound.
    """

    def __init__(self, app: ASGIApp, host: str, public_url: str | None = None) -> None:
        self._app = app
        self._host = host.lower().strip("[]")
        self._public = urlsplit(public_url) if public_url else None
        self._names = LOOPBACK_NAMES | {self._host, urlsplit(public_url or "").hostname} - {None}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: pass it on, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or not self.allows(hosts[0]):
            refusal = PlainTextResponse("This address does not belong to Citewell's page.\n", 421)
            await refusal(scope, receive, send)
        elif any(_origin(one) not in self._own_origins(scope, hosts[0]) for one in origins):
            await PlainTextResponse("Requests from other sites are refused.\n", 403)(scope, receive, send)
        elif names_twice(scope.get("query_string", b"")):
            await PlainTextResponse("An address names a parameter twice.\n", 403)(scope, receive, send)
        else:
            await self._app(scope, receive, _with_headers(send))

    def _own_origins(self, scope: Scope, host: str) -> set[Origin]:
        """Where this page comes from, as browsers tell it: its public URL, or the host that was asked.

        Under its public name that has the scheme of the public URL, whatever a proxy speaks to this process.
        """
        public = _origin(f"{self._public.scheme}://{self._public.netloc}") if self._public else None
        asked = _origin(f"{_WITH_TLS.get(scope['scheme'], 'http')}://{host}")
        if asked and public and asked[1] == public[1]:
            asked = _origin(f"{public[0]}://{host}")
        return {one for one in (public, asked) if one}

    def allows(self, authority: str) -> bool:
        """Whether ``authority`` (a name or address, with or without a port) is this page's own."""
        name = hostname_of(authority)
        if name in self._names:
            return True
        return self._host in ANY_ADDRESS and (_is_address(name) or name == socket.gethostname().lower())


def hostname_of(authority: str) -> str:
    """The name or address in a Host header, without the port; "" where there is none."""
    try:
        return urlsplit(f"//{authority}").hostname or ""
    except ValueError:
        return ""


def _origin(url: str) -> Origin | None:
    """The scheme, host and port of a web address that has no path; None where it is no such address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc or parts.path:
        return None
    return parts.scheme, parts.hostname, port or DEFAULT_PORTS[parts.scheme]


def names_twice(query: bytes) -> bool:
    """Whether a query, or a form that was sent, names a parameter more than once."""
    names = [name for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True)]
    return len(names) != len(set(names))


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
