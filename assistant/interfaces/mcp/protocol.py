"""The protocol's requests, over any transport: who asks and whether they may, errors in words, work in threads."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import TypeAdapter, ValidationError

from assistant import __version__
from assistant.errors import CitewellError
from assistant.interfaces.http.askers import Asker, Served
from assistant.interfaces.mcp.corpus_tools import CorpusTool, CorpusTools, ToolCall, ToolOutcome
from assistant.interfaces.mcp.document_resources import TEMPLATES, read_resource, resource_page
from assistant.interfaces.mcp.tool_values import NOTICE
from assistant.interfaces.mcp.worker_threads import WorkerThreads, WorkProgress
from assistant.interfaces.wording import one_line
from assistant.text.characters import without_surrogates

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext

    from assistant.assistant import Assistant

LOG = logging.getLogger(__name__)
Found = TypeVar("Found")
ASKED_AT_ONCE = 16
"""Beyond as many, questions wait; documents are added one after another."""
INSTRUCTIONS = (
    "A corpus of documents. Ask a question with ask, and keep the citations it gives; look further with search, and "
    f"read around a citation with read_document. {NOTICE}"
)
NOBODY_THOUGHT_OF = "Something went wrong that nobody thought of. The server's log says what. Please report it."


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a transport knows of a request: who asks, and where the page is ("" where there is none)."""

    asker: Callable[[ServerRequestContext[Any, Any]], Asker]
    site: Callable[[ServerRequestContext[Any, Any]], str]
    names_paths: bool


class ProtocolServer:
    """Answers the requests of one transport, each over the assistant as its asker has it."""

    def __init__(self, served: Served, surroundings: Surroundings) -> None:
        self._served = served
        self._surroundings = surroundings
        self._tools = {one.name: one for one in CorpusTools(names_paths=surroundings.names_paths).all()}
        self._asking = WorkerThreads("citewell-mcp", ASKED_AT_ONCE)
        self._adding = WorkerThreads("citewell-mcp-add", 1)
        self.server: Server[Any] = Server(
            "citewell",
            version=__version__,
            title="Citewell",
            instructions=INSTRUCTIONS,
            on_list_tools=self._list_tools,
            on_call_tool=self._call_tool,
            on_list_resources=self._list_resources,
            on_list_resource_templates=self._list_templates,
            on_read_resource=self._read_resource,
        )
        self.server.middleware.clear()  # it holds telemetry alone

    def close(self) -> None:
        """Begin nothing more."""
        self._asking.close()
        self._adding.close()

    async def _list_tools(
        self, context: ServerRequestContext[Any, Any], _: PaginatedRequestParams | None
    ) -> ListToolsResult:
        scopes = self._surroundings.asker(context).scopes
        return ListToolsResult(tools=[_described(tool) for tool in self._tools.values() if tool.scope in scopes])

    async def _call_tool(self, context: ServerRequestContext[Any, Any], sent: CallToolRequestParams) -> CallToolResult:
        tool = self._tools.get(sent.name)
        if tool is None:
            raise MCPError(INVALID_PARAMS, f"There is no tool {sent.name[:100]!r}.")
        try:
            return _result(await self._outcome(tool, context, sent.arguments or {}))
        except ValidationError as error:
            return _refused(_invalid(error))
        except CitewellError as error:
            return _refused(str(error))
        except Exception:  # told without details, which may be nobody's business
            LOG.exception("The tool %s failed.", tool.name)
            return _refused(NOBODY_THOUGHT_OF)

    async def _outcome(
        self, tool: CorpusTool, context: ServerRequestContext[Any, Any], arguments: dict[str, Any]
    ) -> ToolOutcome:
        asker = self._surroundings.asker(context)
        asker.check(tool.scope)
        sent, site = tool.arguments.model_validate(arguments), self._surroundings.site(context)

        def work(tell: Callable[[WorkProgress], None], stop: Event) -> ToolOutcome:
            return tool.run(sent, ToolCall(self._served.to(asker), site, tell, stop))

        async def report(progress: WorkProgress) -> None:
            await context.session.report_progress(progress.done, progress.total, one_line(progress.message))

        return await (self._adding if tool.scope == "write" else self._asking).run(work, report)

    async def _list_templates(
        self, context: ServerRequestContext[Any, Any], _: PaginatedRequestParams | None
    ) -> ListResourceTemplatesResult:
        return ListResourceTemplatesResult(resource_templates=TEMPLATES)

    async def _list_resources(
        self, context: ServerRequestContext[Any, Any], sent: PaginatedRequestParams | None
    ) -> ListResourcesResult:
        return await self._read(context, lambda asked: resource_page(asked, sent.cursor if sent else None))

    async def _read_resource(
        self, context: ServerRequestContext[Any, Any], sent: ReadResourceRequestParams
    ) -> ReadResourceResult:
        return await self._read(context, lambda asked: read_resource(asked, str(sent.uri)))

    async def _read(self, context: ServerRequestContext[Any, Any], read: Callable[[Assistant], Found]) -> Found:
        """What is read of documents, for those who may."""

        async def report(_: WorkProgress) -> None:
            """It is over too soon to be told how far it is."""

        try:
            asker = self._surroundings.asker(context)
            asker.check("ask")
            return await self._asking.run(lambda _tell, _stop: read(self._served.to(asker)), report)
        except CitewellError as error:
            raise MCPError(INVALID_PARAMS, one_line(str(error))) from error
        except Exception as error:
            LOG.exception("A resource cannot be read.")
            raise MCPError(INTERNAL_ERROR, NOBODY_THOUGHT_OF) from error


def _described(tool: CorpusTool) -> Tool:
    reads = tool.scope == "ask"
    return Tool(
        name=tool.name,
        title=tool.title,
        description=f"{tool.description} {NOTICE}",
        input_schema=tool.arguments.model_json_schema(),
        output_schema=TypeAdapter(tool.value).json_schema(mode="serialization"),
        annotations=ToolAnnotations(
            read_only_hint=reads, destructive_hint=False, idempotent_hint=True, open_world_hint=not reads
        ),
    )


def _result(outcome: ToolOutcome) -> CallToolResult:
    value = json.loads(without_surrogates(json.dumps(TypeAdapter(type(outcome.value)).dump_python(outcome.value))))
    words = TextContent(text=without_surrogates(outcome.words))
    return CallToolResult(content=[words], structured_content=value, is_error=outcome.is_error)


def _refused(why: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=one_line(why))], is_error=True)


def _invalid(error: ValidationError) -> str:
    """What of the arguments is not valid, without what was sent."""
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}".removeprefix(": ") for one in error.errors())
