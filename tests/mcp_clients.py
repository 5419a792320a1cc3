"""The client of the Model Context Protocol's own SDK, as tests use it: over HTTP, or with a process of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import anyio
import httpx2
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, TextContent

Era = Literal["auto", "legacy"]
"""What is spoken: the newest version, or one that opens a session, as most agents still do."""
ROOT = Path(__file__).parent.parent


@asynccontextmanager
async def over_http(
    address: str, token: str = "", era: Era = "auto", headers: Mapping[str, str] | None = None
) -> AsyncIterator[Client]:
    """A client of the corpus that is served at ``address``; ``headers`` are sent in place of those with the token."""
    headers = headers or ({"Authorization": f"Bearer {token}"} if token else {})
    async with httpx2.AsyncClient(headers=headers, timeout=60) as connection:
        transport = streamable_http_client(f"{address}/mcp", http_client=connection)
        async with Client(transport, mode=era) as client:
            yield client


def process(program: list[str], settings: dict[str, str], folder: Path) -> StdioServerParameters:
    """How a program of ours is started by a client, with these settings and below that folder."""
    kept = {name: os.environ[name] for name in ("CITEWELL_CACHE_DIR", "OPENBLAS_NUM_THREADS") if name in os.environ}
    return StdioServerParameters(
        command=sys.executable, args=program, env={"PYTHONPATH": str(ROOT)} | kept | settings, cwd=folder
    )


def run(steps: Callable[[], Awaitable[Any]]) -> Any:
    """What the steps give."""
    return anyio.run(steps)


def words(result: CallToolResult) -> str:
    """What a tool said."""
    [said] = result.content
    assert isinstance(said, TextContent)
    return said.text
