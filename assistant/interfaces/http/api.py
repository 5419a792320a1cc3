"""All that programs are answered over HTTP, as one application beside the page: ``/api/v1``, ``/v1`` and ``/mcp``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, FastAPI
from fastapi.security import HTTPBearer
from starlette.routing import Route

from assistant import __version__
from assistant.http_values import API
from assistant.interfaces.http.askers import Askers, Served
from assistant.interfaces.http.background_jobs import BackgroundJobs
from assistant.interfaces.http.chat_completions import ChatRoutes
from assistant.interfaces.http.conversation_routes import ConversationRoutes
from assistant.interfaces.http.document_routes import ChangingRoutes, ReadingRoutes
from assistant.interfaces.http.gate import Gate
from assistant.interfaces.http.problems import HANDLERS
from assistant.interfaces.http.question_routes import QuestionRoutes
from assistant.interfaces.http.watch_routes import WatchRoutes
from assistant.interfaces.mcp.transports import ProtocolOverHttp

if TYPE_CHECKING:
    from assistant.assistant import Assistant

CHAT = "/v1"
MCP = "/mcp"
WAYS = ("/api", CHAT, MCP)
"""Below these, programs are answered; everything else is the page's."""


def is_for_programs(path: str) -> bool:
    """Whether a path is one for programs, and not the page's."""
    return any(path == way or path.startswith(f"{way}/") for way in WAYS)


def build_api(assistant: Assistant, askers: Askers, jobs: BackgroundJobs) -> FastAPI:
    """The application over one assistant; ``askers`` tells who sends a request, ``jobs`` does what takes long.

    Its lifespan is to be entered before it is sent requests for `MCP`.
    """
    settings, served = assistant.settings, Served(assistant, "api")
    protocol = ProtocolOverHttp(Served(assistant, "mcp"))
    app = FastAPI(
        title="Citewell",
        version=__version__,
        description="Ask your documents; every sentence of the answer cites its source.",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,  # FastAPI's pages load their scripts from another host
        redoc_url=None,
        exception_handlers=HANDLERS,
        lifespan=lambda _: protocol.running(),
    )
    documented = [Depends(HTTPBearer(auto_error=False, description="Made with: citewell token add NAME"))]
    for router in _routers(served, jobs):
        app.include_router(router, prefix=API, dependencies=documented)
    app.include_router(ChatRoutes(served).router(), prefix=CHAT, dependencies=documented)
    app.router.routes.append(Route(MCP, protocol))
    app.add_middleware(
        Gate,
        askers=askers,
        requests_per_minute=settings.api_requests_per_minute,
        largest_upload=(settings.limit_file_megabytes + 1) * 1_000_000,
    )
    return app


def _routers(served: Served, jobs: BackgroundJobs) -> tuple[APIRouter, ...]:
    """Those of the HTTP API."""
    return (
        QuestionRoutes(served).router(),
        ConversationRoutes(served).router(),
        WatchRoutes(served).router(),
        ReadingRoutes(served).router(),
        ChangingRoutes(served, jobs).router(),
    )
