"""The Find all view: every document that mentions something, a page of them at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from assistant.answering.quote_links import quote_link
from assistant.conversations.citation_places import web_address
from assistant.interfaces.as_csv import mentions_csv
from assistant.interfaces.as_json import to_json
from assistant.interfaces.mention_pieces import pieces
from assistant.interfaces.page.cards import where
from assistant.interfaces.page.find_links import Search, find_link
from assistant.interfaces.page.search_view import SearchView, SearchWords, numbered_target
from assistant.interfaces.page.templates import render
from assistant.types import Citation, Mention, Mentions

if TYPE_CHECKING:
    from assistant.assistant import Assistant

ROWS = 20
"""Documents on one page of the list."""
MOST_SAVED = 100_000
"""Documents in one file."""


class FindView(SearchView):
    """What is found of what is mentioned."""

    words = SearchWords("find", "What to find", 'A name, a phrase: Kyiv AND "air defence"', "Find all")

    def empty(self) -> Markup:
        """How to look for something."""
        return render("finding.empty")

    def found(self, assistant: Assistant, search: Search) -> tuple[Search, Markup]:
        """A page of the list, or the last one."""
        found = _mentions(assistant, search, search.page * ROWS + 1, ROWS)
        last = max(found.documents - 1, 0) // ROWS
        if search.page > last:
            search = replace(search, page=last)
            found = _mentions(assistant, search, last * ROWS + 1, ROWS)
        return search, render_found(search, found)

    def citation(self, assistant: Assistant, search: Search, number: int) -> tuple[str, Citation] | None:
        """The document of a number."""
        shown = _mentions(assistant, search, number, 1).shown
        return (f"Document {shown[0].citation.number:,}", shown[0].citation) if shown else None

    def saved(self, assistant: Assistant, search: Search, form: str) -> tuple[str, str | bytes] | None:
        """The whole list."""
        writers: dict[str, Callable[[Mentions], str]] = {"csv": mentions_csv, "json": to_json}
        if form not in writers:
            return None
        return f"mentions.{form}", writers[form](_mentions(assistant, search, 1, MOST_SAVED))


def _mentions(assistant: Assistant, search: Search, first: int, limit: int) -> Mentions:
    only = search.filters
    return assistant.mentions(
        search.query,
        since=only.since,
        until=only.until,
        source=only.sources,
        publisher=only.publishers,
        without=search.without,
        first=first,
        limit=limit,
    )


def render_found(search: Search, found: Mentions) -> Markup:
    """HTML of the list: how many documents there are, in which spellings, and one page of them."""
    return render(
        "finding.found",
        found=found,
        rows=[_row(one) for one in found.shown],
        page=search.page,
        last=max(found.documents - 1, 0) // ROWS,
        link=find_link(search),
    )


class FoundRow(NamedTuple):
    """A document as the list shows it: titles and sentence in pieces, those that matched marked."""

    target: str
    number: int
    title: list[Any]
    heading: list[Any]
    where: str
    sentence: list[Any]
    address: str


def _row(one: Mention) -> FoundRow:
    citation, passage = one.citation, one.citation.passage
    address = web_address(passage.url)
    return FoundRow(
        numbered_target(citation),
        citation.number,
        pieces(passage.title, one.title_marks),
        pieces(passage.breadcrumb, one.heading_marks) if one.heading_marks and not one.marks else [],
        where(passage, citation.place) or passage.source,
        pieces(citation.quote, one.marks),
        quote_link(address, citation.quote) if address else "",
    )
