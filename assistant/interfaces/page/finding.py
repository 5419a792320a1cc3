"""The Find all view: every document that mentions something, a page of them at a time, beside the one opened."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr
from markupsafe import Markup

from assistant.answering.quote_links import quote_link
from assistant.conversations.citation_places import web_address
from assistant.errors import CitewellError
from assistant.finding.query_language import MOST_CHARACTERS
from assistant.interfaces.as_csv import mentions_csv
from assistant.interfaces.as_json import to_json
from assistant.interfaces.mention_pieces import pieces
from assistant.interfaces.page.cards import where
from assistant.interfaces.page.filter_panel import FilterPanel, FilterUpdate, connect_filters, filters_in, place_filters
from assistant.interfaces.page.find_links import Search, find_in, find_link
from assistant.interfaces.page.opened_document import PickedPassage, View, render_opened_document
from assistant.interfaces.page.templates import render, render_problem
from assistant.interfaces.page.view_events import EACH, LATEST, SKIP, Update, named_in, place_wish, script, wished
from assistant.types import Mention, Mentions

if TYPE_CHECKING:
    from assistant.assistant import Assistant

FIND_TAB = "find"
ROWS = 20
"""Documents on one page of the list."""
MOST_SAVED = 100_000
"""Documents in one file."""


class FindUpdate(NamedTuple):
    """What an event makes of the view, part by part: a new value, or SKIP to leave it as it is."""

    search: Update = SKIP
    found: Update = SKIP
    reading: Update = SKIP


class FindView:
    """What happens in the view."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.filters = FilterPanel(assistant)

    def find(
        self, query: str | None, documents: list[str] | None, publishers: list[str] | None, since: str | None,
        until: str | None,
    ) -> FindUpdate:  # fmt: skip
        """The documents that mention what the box names, within the filters; nothing found for an empty box."""
        return self._shown(Search((query or "").strip(), filters_in(documents, publishers, since, until)))

    def narrow(
        self, search: Search, documents: list[str] | None, publishers: list[str] | None, since: str | None,
        until: str | None,
    ) -> FindUpdate:  # fmt: skip
        """The same list within other filters."""
        filters = filters_in(documents, publishers, since, until)
        if not search.query or filters == search.filters:
            return FindUpdate()
        return self._shown(replace(search, filters=filters, page=0))

    def turn(self, search: Search, wish: object) -> FindUpdate:
        """Another page of the list, or the list without or with a spelling."""
        return FindUpdate() if wish is None else self._shown(search.turned(named_in(wish)))._replace(reading=SKIP)

    def open(self, search: Search, wish: object) -> Update:
        """The document to read that is named by its number in the list, as in ``found:3`` or ``found:3:text``."""
        if wish is None:
            return SKIP
        _, _, named = named_in(wish).partition(":")
        number, _, page = named.partition(":")
        try:
            shown = self._mentions(search, int(number), 1).shown if _is_number(number) else ()
        except CitewellError as error:
            return render_problem(str(error))
        view = View(page == "text", int(page) if _is_number(page) else None)
        return render_opened_document(_selection(shown[0]), view, self._assistant) if shown else ""

    def save(self, search: Search, event: gr.EventData) -> Update:
        """The whole list as a file for a spreadsheet or a program."""
        form = getattr(event, "action", None)
        if form not in ("csv", "json") or not search.query:
            return SKIP
        try:
            found = self._mentions(search, 1, MOST_SAVED)
        except CitewellError as error:
            return render_problem(str(error))
        text = mentions_csv(found) if form == "csv" else to_json(found)
        return render("history.download", name=f"mentions.{form}", moment=time.time_ns(), text=text)

    def arrive(self, request: gr.Request) -> tuple[Update, ...]:
        """What the address of the page looks for, with the tab that shows it; nothing where it names nothing."""
        search = find_in(request.query_params)
        if not search.query:
            return (SKIP, SKIP, *FilterUpdate(), *FindUpdate())
        return gr.Tabs(selected=FIND_TAB), search.query, *self.filters.fill(search.filters), *self._shown(search)

    def _shown(self, search: Search) -> FindUpdate:
        if not search.query:
            return FindUpdate(search, render("finding.empty"), "")
        try:
            found = self._mentions(search, search.page * ROWS + 1, ROWS)
            last = max(found.documents - 1, 0) // ROWS
            if search.page > last:
                search = replace(search, page=last)
                found = self._mentions(search, last * ROWS + 1, ROWS)
        except CitewellError as error:
            return FindUpdate(search, render_problem(str(error)), "")
        return FindUpdate(search, render_found(search, found), "")

    def _mentions(self, search: Search, first: int, limit: int) -> Mentions:
        only = search.filters
        return self._assistant.mentions(
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
        f"found:{citation.number}",
        citation.number,
        pieces(passage.title, one.title_marks),
        pieces(passage.breadcrumb, one.heading_marks) if one.heading_marks and not one.marks else [],
        where(passage, citation.place) or passage.source,
        pieces(citation.quote, one.marks),
        quote_link(address, citation.quote) if address else "",
    )


def _selection(one: Mention) -> PickedPassage:
    citation = one.citation
    quote = (citation.start, citation.end, citation.quote)
    target = f"found:{citation.number}"
    return PickedPassage(target, citation.passage, citation.place, quote, f"Document {citation.number:,}")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 8


def place_finding(view: FindView, tabs: gr.Tabs) -> list[Any]:
    """The box and the filters over the list, and beside it the document opened; all that `FindView.arrive` fills."""
    search, wish = gr.State(Search()), place_wish()
    with gr.Row(elem_id="find-desk", elem_classes="desk"):
        with gr.Column(elem_id="find-list", elem_classes="desk-list"):
            with gr.Row(elem_id="find-bar"):
                query = gr.Textbox(
                    label="What to find", show_label=False, placeholder='A name, a phrase: Kyiv AND "air defence"',
                    container=False, max_lines=1, max_length=MOST_CHARACTERS, elem_id="find-query", min_width=120,
                )  # fmt: skip
                button = gr.Button("Find all", elem_id="find-button", scale=0, min_width=80)
            filters = place_filters("find-")
            found = _html("found", render("finding.empty"), "finding")
        with gr.Column(elem_id="find-side", elem_classes="desk-side"):
            reading = _html("find-reading", "", "sources")
    download = _html("find-download", "", "history")
    parts = [search, found, reading]
    connect_filters(view.filters, filters, [query.submit, button.click], [])
    gr.on([query.submit, button.click], view.find, [query, *filters.fields], parts, **LATEST)
    gr.on([one.change for one in filters.fields], view.narrow, [search, *filters.fields], parts, **LATEST)
    found.edit(view.turn, [search, wish], parts, **wished("found"))
    gr.on([found.select, reading.select], view.open, [search, wish], reading, **wished("find-side"))
    found.submit(view.save, search, download, **EACH)
    return [tabs, query, *filters.shown, *parts]


def _html(name: str, value: str, scripts: str) -> gr.HTML:
    return gr.HTML(value, elem_id=name, js_on_load=script(scripts), apply_default_css=False)
