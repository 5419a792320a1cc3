"""What a proxy before the page may tell: from where a request came, and which user it has let in.

Both are believed from named addresses alone, and by the address that really connected.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import SignOnError

if TYPE_CHECKING:
    from assistant.settings import Settings

CONNECTED = "citewell.connected"
ALLOWED, HERE = "FORWARDED_ALLOW_IPS", "127.0.0.1"
"""The variable that names who may tell where a request came from, and who may without it: both are uvicorn's."""


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a proxy names, and the groups."""

    name: str
    groups: tuple[str, ...]


class Connected:
    """ASGI middleware: keeps the address that connected, before anything that a request says takes its place."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        client = scope.get("client")
        scope[CONNECTED] = client[0] if client else ""
        await self._app(scope, receive, send)


def believed_forwarders(settings: Settings) -> list[str] | str:
    """The addresses from which it is believed where a request came from and how: as uvicorn takes them."""
    allowed = os.environ.get(ALLOWED, HERE)
    return allowed if allowed == "*" else [*(one.strip() for one in allowed.split(",")), *settings.trusted_proxies]


class TrustedProxy:
    """The proxies that the settings name, and the headers in which they name users."""

    def __init__(self, settings: Settings) -> None:
        self._networks = [ipaddress.ip_network(one) for one in settings.trusted_proxies]
        self._user_header = (settings.proxy_user_header or "").lower().encode()
        self._groups_header = (settings.proxy_groups_header or "").lower().encode()

    def named(self, scope: Scope) -> Named | None:
        """Whom a request is from; None where no such proxy sent it, or it names nobody.

        Raises:
            SignOnError: such a proxy sent it, and names several users, or what is no text.
        """
        if not self._is_trusted(scope.get(CONNECTED, "")):
            return None
        users = _values(scope, self._user_header)
        if len(users) > 1:
            raise SignOnError("The proxy names several users. It has to replace the header that a visitor sends.")
        if not users or not users[0]:
            return None
        told = _values(scope, self._groups_header) if self._groups_header else []
        groups = [one.strip() for value in told for one in value.replace("|", ",").split(",")]
        return Named(users[0], tuple(one for one in groups if one))

    def _is_trusted(self, connected: str) -> bool:
        try:
            address = ipaddress.ip_address(connected)
        except ValueError:
            return False
        within_six = getattr(address, "ipv4_mapped", None) or address
        return any(within_six in network for network in self._networks)


def _values(scope: Scope, header: bytes) -> Sequence[str]:
    try:
        return [value.decode("utf-8").strip() for name, value in scope["headers"] if name == header]
    except UnicodeDecodeError as error:
        raise SignOnError("The proxy names a user in bytes that are no text (UTF-8).") from error
