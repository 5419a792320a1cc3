"""Views as Markdown: what documents say shows as it is, and is never taken for a mark; every quote has its source."""

from __future__ import annotations

from typing import NamedTuple

from assistant.answering.citations import quote_as_read
from assistant.answering.quote_links import quote_link
from assistant.conversations.citation_places import place_in_words, web_address
from assistant.conversations.markdown_export import escaped_line
from assistant.interfaces.wording import one_line
from assistant.news.view_wording import SOURCES, UNANSWERED
from assistant.news.views import Briefing, Timeline
from assistant.types import Citation


class SourceLine(NamedTuple):
    """A source as files list it: what it is, and the address that leads to the quote, "" where it has none."""

    number: int
    title: str
    facts: str
    address: str


def source_line(citation: Citation) -> SourceLine:
    """Where a quote stands: title, place, author, publisher, day and file, as far as they are known."""
    passage = citation.passage
    address = web_address(passage.url)
    facts = (
        place_in_words(citation), passage.author, passage.publisher, (passage.published or "")[:10], passage.source,
    )  # fmt: skip
    said = " \u00b7 ".join(one_line(fact) for fact in facts if fact)
    link = quote_link(address, citation.quote) if address else ""
    return SourceLine(citation.number, one_line(passage.title) or passage.source, said, link)


def briefing_markdown(found: Briefing) -> str:
    """The briefing, with its sources below."""
    parts = [f"# {escaped_line(found.subject)}", escaped_line(found.in_words)]
    for section in found.sections:
        lines = (_quoted(line.label, line.citation) for line in section.lines)
        parts += [f"## {section.title}", "\n".join(lines)]
    if found.open_questions:
        parts += [f"## {UNANSWERED}", "\n".join(f"- {escaped_line(one)}" for one in found.open_questions)]
    return _with_sources(parts, found.notices, found.citations)


def events_markdown(found: Timeline) -> str:
    """The events in order, with their sources below."""
    lines: list[str] = []
    for one in found.events:
        lines.append(_quoted(f"{one.days}{' (planned)' if one.is_planned else ''}", one.citation))
        lines += [f"  {_quoted('also', other)}" for other in one.also]
    parts = [f"# {escaped_line(found.subject)}", escaped_line(found.in_words), "\n".join(lines)]
    return _with_sources(parts, found.notices, [citation for _, citation in found.labelled])


def _with_sources(parts: list[str], notices: tuple[str, ...], citations: tuple[Citation, ...] | list[Citation]) -> str:
    parts += [f"*{escaped_line(notice)}*" for notice in notices]
    parts += [f"## {SOURCES}", "\n".join(map(_source, citations))] if citations else []
    return "\n\n".join(filter(None, parts)) + "\n"


def _quoted(label: str, citation: Citation) -> str:
    before = f"**{escaped_line(label)}** " if label else ""
    return f"- {before}{escaped_line(quote_as_read(citation))} [{citation.number}]"


def _source(citation: Citation) -> str:
    found = source_line(citation)
    link = f" \u00b7 <{found.address}>" if found.address else ""
    return f"- [{found.number}] **{escaped_line(found.title)}** \u00b7 {escaped_line(found.facts)}{link}"
