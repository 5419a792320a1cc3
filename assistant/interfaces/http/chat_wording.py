"""An answer as a chat message: Markdown with numbered sources that link to the marked quotes, and their annotations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from assistant.conversations.citation_places import place_in_words
from assistant.conversations.markdown_export import answer_text, escaped_line, items_text
from assistant.interfaces.source_links import cited_link
from assistant.types import Answer, Citation

SOURCES = "\n\n**Sources**\n\n"
CHARACTERS_A_TOKEN = 4
_MARKER = re.compile(r"(?<!\\)\[(\d{1,4})\]")
"""A citation's number as it stands in the text, in which a bracket of a document has a backslash before it."""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """What is said, and the annotations of it, each with where it stands: offsets of characters into ``content``."""

    content: str
    annotations: tuple[dict[str, Any], ...]


def chat_message(answer: Answer, site: str, start: int = 0) -> ChatMessage:
    """The whole answer; ``site`` is where the page is. Offsets count from ``start``, where other text stands before."""
    said = "\n\n".join([answer_text(answer), *items_text(answer)])
    notices = "".join(f"\n\n*{escaped_line(notice)}*" for notice in answer.notices)
    sources = "\n".join(_source(one, site) for one in answer.citations)
    cited = {citation.number: citation for citation in answer.citations}
    annotations = (
        _annotation(cited[int(found[1])], start + found.start(), start + found.end(), site)
        for found in _MARKER.finditer(said)
        if int(found[1]) in cited
    )
    return ChatMessage(said + notices + (SOURCES + sources if sources else ""), tuple(annotations))


def without_sources(content: str) -> str:
    """What an earlier message said, without the list of its sources."""
    return content.partition(SOURCES)[0]


def usage(sent: str, said: str) -> dict[str, int]:
    """About how many tokens were sent and said; no model counted them."""
    counts = [-(-len(text) // CHARACTERS_A_TOKEN) for text in (sent, said)]
    return {"prompt_tokens": counts[0], "completion_tokens": counts[1], "total_tokens": sum(counts)}


def _source(citation: Citation, site: str) -> str:
    passage = citation.passage
    title = escaped_line(passage.title) or escaped_line(passage.source)
    facts = (place_in_words(citation), passage.publisher, (passage.published or "")[:10], passage.source)
    told = " · ".join(escaped_line(fact) for fact in facts if fact)
    return f"{citation.number}. [{title}]({cited_link(site, citation)}) · {told}"


def _annotation(citation: Citation, start: int, end: int, site: str) -> dict[str, Any]:
    """One as OpenAI's clients know them: https://platform.openai.com/docs/api-reference/chat/object."""
    told = {
        "start_index": start,
        "end_index": end,
        "title": citation.passage.title or citation.passage.source,
        "url": cited_link(site, citation),
    }
    return {"type": "url_citation", "url_citation": told}
