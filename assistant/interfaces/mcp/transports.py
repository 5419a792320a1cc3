"""The two ways to the corpus: standard input and output for one program, and streamable HTTP behind the gate."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, redirect_stdout
from typing import TYPE_CHECKING, Any

import anyio
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from assistant.conversations.values import LOCAL_OWNER
from assistant.interfaces.http.askers import ASKER_IN_SCOPE, Asker, Served, asker_of
from assistant.interfaces.http.gate import LARGEST_REQUEST
from assistant.interfaces.mcp.protocol import ProtocolServer, Surroundings

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext

    from assistant.assistant import Assistant

MOST_SESSIONS = 1_000
"""Of older clients, which open one; beyond as many they are told to wait. One that is left alone ends by itself."""


def serve_stdio(assistant: Assistant) -> None:
    """Answer the program that started this process, until it closes its end; nothing else reaches standard output."""
    local, site = Asker("this process", LOCAL_OWNER), assistant.settings.public_url or ""
    protocol = ProtocolServer(Served(assistant, "mcp"), Surroundings(lambda _: local, lambda _: site, names_paths=True))
    server = protocol.server

    async def serve() -> None:
        async with stdio_server() as (received, sent):
            with redirect_stdout(sys.stderr):  # what a library prints is kept in a buffer, and would come at the end
                await server.run(received, sent, server.create_initialization_options())

    try:
        anyio.run(serve)
    finally:
        protocol.close()


class ProtocolOverHttp:
    """ASGI application: the protocol over streamable HTTP, for requests that the gate let in.

    A session of an older client belongs to who opened it; to anybody else it is not there.
    """

    def __init__(self, served: Served) -> None:
        self._protocol = ProtocolServer(
            served,
            Surroundings(
                lambda context: asker_of(_request(context)),
                lambda context: served.public_url or str(_request(context).base_url).rstrip("/"),
                names_paths=False,
            ),
        )
        self._sessions = StreamableHTTPSessionManager(
            self._protocol.server, max_sessions=MOST_SESSIONS, max_request_body_size=LARGEST_REQUEST
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While it answers; what is under way at the end is cancelled."""
        try:
            async with self._sessions.run():
                yield
        finally:
            self._protocol.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asker: Asker = scope[ASKER_IN_SCOPE]
        scope["user"] = AuthenticatedUser(AccessToken(token="", client_id=asker.key, scopes=list(asker.scopes)))
        await self._sessions.handle_request(scope, receive, send)


def _request(context: ServerRequestContext[Any, Any]) -> Request:
    """The HTTP request that a request of the protocol came in."""
    if not isinstance(context.request, Request):
        raise TypeError("A request over HTTP does not say who sent it.")
    return context.request
