"""Documents as resources: their addresses, as in ``citewell://documents/reports/harbour.md?start=20000``."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, unquote

from mcp_types import ListResourcesResult, ReadResourceResult, Resource, ResourceTemplate, TextResourceContents

from assistant.errors import CorpusError
from assistant.interfaces.mcp.corpus_tools import read_part
from assistant.interfaces.mcp.tool_values import NOTICE, facts_of
from assistant.interfaces.mcp.tool_wording import text_in_words
from assistant.types import DocumentRecord

if TYPE_CHECKING:
    from assistant.assistant import Assistant

DOCUMENTS = "citewell://documents/"
PLAIN = "text/plain"
AT_ONCE = 100
"""Resources on one page of the list."""
LONGEST_OFFSET = 12
"""Digits."""
AS_WRITTEN = "surrogatepass"
"""A file's name may hold bytes that are no characters; they stand in its address as they are."""
TEMPLATES = [
    ResourceTemplate(
        uri_template=f"{DOCUMENTS}{{+source}}{{?start,end}}",
        name="document",
        title="A document's text",
        description=f"From start to end, in characters, or as much as is read at once. {NOTICE}",
        mime_type=PLAIN,
    )
]


def address_of(source: str) -> str:
    """The address of a document."""
    return DOCUMENTS + quote(source, safe="/", errors=AS_WRITTEN)


def resource_page(assistant: Assistant, cursor: str | None) -> ListResourcesResult:
    """Some of the documents that can be read; ``cursor`` is what the page before gave.

    Raises:
        CorpusError: the cursor is none that was given.
    """
    first = _number(cursor, "cursor") if cursor is not None else 0
    readable = [one for one in assistant.documents() if one.passages]
    last = first + AT_ONCE
    return ListResourcesResult(
        resources=[_resource(one) for one in readable[first:last]],
        next_cursor=str(last) if last < len(readable) else None,
    )


def read_resource(assistant: Assistant, address: str) -> ReadResourceResult:
    """The part of a document that an address names, quoted, below the word that it is data.

    Raises:
        CorpusError: the address is none, or there is no such document or nothing there.
    """
    source, start, end = _named(address)
    part = read_part(assistant, source, start, end)
    words = text_in_words(part)
    return ReadResourceResult(contents=[TextResourceContents(uri=address, text=words, mime_type=PLAIN)])


def _named(address: str) -> tuple[str, int, int | None]:
    if not address.startswith(DOCUMENTS):
        raise CorpusError(f"There is nothing at {address[:200]!r}. Documents are at {DOCUMENTS}NAME.")
    path, _, query = address.removeprefix(DOCUMENTS).partition("?")
    given = parse_qs(query)
    start, end = given.get("start", ["0"])[0], given.get("end")
    return unquote(path, errors=AS_WRITTEN), _number(start, "start"), _number(end[0], "end") if end else None


def _number(given: str, name: str) -> int:
    if not (given.isascii() and given.isdecimal() and len(given) <= LONGEST_OFFSET):
        raise CorpusError(f"{name}={given[:50]!r} is no number.")
    return int(given)


def _resource(record: DocumentRecord) -> Resource:
    facts = facts_of(record)
    about = " · ".join(filter(None, (facts.publisher, facts.published[:10], f"{facts.characters} characters")))
    return Resource(
        uri=address_of(record.source),
        name=record.source,
        title=facts.title or None,
        description=about,
        mime_type=PLAIN,
    )
