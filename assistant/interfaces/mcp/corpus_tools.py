"""The tools: what each does, what it needs, and how it is done. They only translate: everything goes to `Assistant`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from assistant.answering.taking_in import told_taking_in
from assistant.errors import CorpusError
from assistant.interfaces.http.uploading import sent_text
from assistant.interfaces.mcp.tool_arguments import (
    AddArguments,
    AddOnThisComputer,
    AskArguments,
    ListArguments,
    ReadArguments,
    SearchArguments,
)
from assistant.interfaces.mcp.tool_values import (
    AddedTold,
    AnswerTold,
    DocumentPage,
    PassagesTold,
    TextPart,
    answer_told,
    facts_of,
    passages_found,
    text_part,
)
from assistant.interfaces.mcp.tool_wording import (
    added_in_words,
    answer_in_words,
    documents_in_words,
    passages_in_words,
    text_in_words,
)
from assistant.interfaces.mcp.worker_threads import WorkProgress
from assistant.types import Failure, SyncProgress, SyncReport
from assistant.users import TokenScope

if TYPE_CHECKING:
    from assistant.assistant import Assistant

MARKDOWN = ".md"
TEXTS = (MARKDOWN, ".txt")


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call of a tool: the assistant as its caller has it, where the page is, whom to tell of it, what ends it."""

    assistant: Assistant
    site: str
    tell: Callable[[WorkProgress], None]
    stop: Event


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """What a tool gives: a value for programs, the same in words, and whether it could not be done."""

    value: object
    words: str
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class CorpusTool:
    """A tool: ``arguments`` is what it takes, ``value`` what it gives; ``run`` does it, in a thread.

    Its name and its description are those of ``run``.
    """

    title: str
    scope: TokenScope
    arguments: type[BaseModel]
    value: type
    run: Callable[[Any, ToolCall], ToolOutcome]

    @property
    def name(self) -> str:
        """What it is called by."""
        return self.run.__name__

    @property
    def description(self) -> str:
        """What it does, for whoever chooses among tools."""
        return " ".join((self.run.__doc__ or "").split())


class CorpusTools:
    """The tools. Where ``names_paths``, whoever calls may name files of this computer."""

    def __init__(self, *, names_paths: bool) -> None:
        self._adds = AddOnThisComputer if names_paths else AddArguments

    def all(self) -> tuple[CorpusTool, ...]:
        """All of them."""
        return (
            CorpusTool("Search the documents", "ask", SearchArguments, PassagesTold, self.search),
            CorpusTool("Ask the documents", "ask", AskArguments, AnswerTold, self.ask),
            CorpusTool("Read a document", "ask", ReadArguments, TextPart, self.read_document),
            CorpusTool("List the documents", "ask", ListArguments, DocumentPage, self.list_documents),
            CorpusTool("Add a document", "write", self._adds, AddedTold, self.add_document),
        )

    def search(self, sent: SearchArguments, call: ToolCall) -> ToolOutcome:
        """Find the passages of the documents that fit a question best, the best first, with their exact text."""
        found = call.assistant.search(sent.question, sent.limit, **sent.filters())
        told = PassagesTold(passages_found(found, call.site), told_taking_in(call.assistant.taking_in()))
        return ToolOutcome(told, passages_in_words(told))

    def ask(self, sent: AskArguments, call: ToolCall) -> ToolOutcome:
        """Answer a question from the documents alone. Every sentence has its citations, with exact quotes.

        Where the documents do not answer it, that is said, with the closest passages.
        """
        for answer in call.assistant.stream(sent.question, stop=call.stop, **sent.filters()):
            written = len(answer.sentences)
            call.tell(WorkProgress(written, None, f"Sentences written: {written}"))
        told = answer_told(answer, call.site)
        return ToolOutcome(told, answer_in_words(told))

    def read_document(self, sent: ReadArguments, call: ToolCall) -> ToolOutcome:
        """Read a part of a document's text: around a citation, by its start and end, or on from an offset."""
        start, end = sent.start, sent.end
        if end is not None:
            start, end = max(0, start - sent.context), end + sent.context
        told = read_part(call.assistant, sent.source, start, end)
        return ToolOutcome(told, text_in_words(told))

    def list_documents(self, sent: ListArguments, call: ToolCall) -> ToolOutcome:
        """List the documents by name, some at a time, with what is known of each."""
        known = call.assistant.documents()
        last = sent.offset + sent.limit
        listed = tuple(facts_of(one) for one in known[sent.offset : last])
        told = DocumentPage(listed, len(known), sent.offset, last if last < len(known) else None)
        return ToolOutcome(told, documents_in_words(told))

    def add_document(self, sent: AddArguments, call: ToolCall) -> ToolOutcome:
        """Add a document for good, so that search and ask find it: a text, or a web page by its address.

        A document of the same name with other content is never replaced.
        """
        told = _added(self._adding(sent, call))
        return ToolOutcome(told, added_in_words(told), is_error=bool(told.failed))

    def _adding(self, sent: AddArguments, call: ToolCall) -> SyncReport:
        def tell(progress: SyncProgress) -> None:
            call.tell(WorkProgress(progress.done, progress.total, progress.source))

        if sent.text is not None:
            name = sent.name or ""
            files = sent_text(name if name.lower().endswith(TEXTS) else name + MARKDOWN, sent.text)
            return files.add(call.assistant, tell, call.stop)
        path = sent.path if isinstance(sent, AddOnThisComputer) else None
        named = Path(path).expanduser() if path is not None else sent.address or ""
        return call.assistant.add([named], progress=tell, stop=call.stop)


def read_part(assistant: Assistant, source: str, start: int, end: int | None) -> TextPart:
    """A part of a document, bounded.

    Raises:
        CorpusError: there is no such document, or it ends before ``start``.
    """
    document = assistant.document(source)
    if start and start >= len(document.text):
        raise CorpusError(f"{source[:200]!r} has {len(document.text)} characters; there is nothing at {start}.")
    return text_part(document, assistant.passages(source), start, len(document.text) if end is None else end)


def _added(report: SyncReport) -> AddedTold:
    return AddedTold(
        tuple(report.added),
        tuple(report.updated),
        _reasons(report.failed),
        _reasons(report.partial),
        _reasons(report.waiting),
    )


def _reasons(failures: list[Failure]) -> tuple[str, ...]:
    return tuple(f"{one.source}: {one.reason}" for one in failures)
