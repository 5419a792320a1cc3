"""A view in which something is looked for: a box with filters, what was found below, and beside it what is opened."""

from __future__ import annotations

import base64
import hashlib
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr
from markupsafe import Markup

from assistant.errors import CitewellError
from assistant.finding.query_language import MOST_CHARACTERS
from assistant.interfaces.page.filter_panel import FilterPanel, FilterUpdate, connect_filters, filters_in, place_filters
from assistant.interfaces.page.find_links import Search, find_in
from assistant.interfaces.page.opened_document import PickedPassage, View, render_opened_document
from assistant.interfaces.page.templates import render, render_problem
from assistant.interfaces.page.view_events import (
    EACH,
    LATEST,
    SKIP,
    Update,
    in_words,
    named_in,
    place_wish,
    script,
    wished,
)
from assistant.types import Citation

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.interfaces.page.visitors import Visitors


@dataclass(frozen=True, slots=True)
class SearchWords:
    """What a view is called: its tab's id, with which the names of its elements and its links begin, and its words."""

    id: str
    label: str
    placeholder: str
    button: str


class SearchUpdate(NamedTuple):
    """What an event makes of the view, part by part: a new value, or SKIP to leave it as it is."""

    search: Update = SKIP
    found: Update = SKIP
    reading: Update = SKIP


CHANGED = "The documents have changed since this list was shown. Show it again, and open the source there."


def numbered_target(citation: Citation) -> str:
    """What a list's button opens: its number in the list, and what tells that this is still the same."""
    return f"found:{citation.number}@{_key(citation)}"


def _key(citation: Citation) -> str:
    told = f"{citation.passage.source}\n{citation.start}\n{citation.quote}"
    return hashlib.blake2b(told.encode("utf-8", "replace"), digest_size=6).hexdigest()


class SearchView(ABC):
    """What happens in such a view."""

    words: SearchWords

    def __init__(self, visitors: Visitors) -> None:
        self._visitors = visitors
        self.filters = FilterPanel(visitors)

    @abstractmethod
    def found(self, assistant: Assistant, search: Search) -> tuple[Search, Markup]:
        """What is shown as found; the search may come back with another page, where there are not so many."""

    @abstractmethod
    def empty(self) -> Markup:
        """What is shown where nothing is looked for."""

    def is_asked(self, search: Search) -> bool:
        """Whether there is anything to look for."""
        return bool(search.query)

    @abstractmethod
    def citation(self, assistant: Assistant, search: Search, number: int) -> tuple[str, Citation] | None:
        """The one of a number in the list, behind what it is called; None where there are not so many."""

    @abstractmethod
    def saved(self, assistant: Assistant, search: Search, form: str) -> tuple[str, str | bytes] | None:
        """All of it as a file of a form such as "csv": its name and content; None where it has no such form."""

    def find(
        self, search: Search, query: str | None, documents: list[str] | None, publishers: list[str] | None,
        since: str | None, until: str | None, request: gr.Request,
    ) -> SearchUpdate:  # fmt: skip
        """What the box names, within the filters; nothing found for an empty box."""
        filters = filters_in(documents, publishers, since, until)
        return self._shown(Search((query or "").strip(), filters, lens=search.lens), request)

    def narrow(
        self, search: Search, documents: list[str] | None, publishers: list[str] | None, since: str | None,
        until: str | None, request: gr.Request,
    ) -> SearchUpdate:  # fmt: skip
        """The same within other filters."""
        filters = filters_in(documents, publishers, since, until)
        if not self.is_asked(search) or filters == search.filters:
            return SearchUpdate()
        return self._shown(replace(search, filters=filters, page=0), request)

    def turn(self, search: Search, wish: object, request: gr.Request) -> SearchUpdate:
        """Another page of the list, or the list without or with a spelling."""
        if wish is None:
            return SearchUpdate()
        return self._shown(search.turned(named_in(wish)), request)._replace(reading=SKIP)

    def open(self, search: Search, wish: object, request: gr.Request) -> Update:
        """The document to read that `numbered_target` names, or a page of it behind a colon: ``found:3@1f:text``."""
        if wish is None:
            return SKIP
        _, _, named = named_in(wish).partition(":")
        number, _, page = named.partition(":")
        number, _, key = number.partition("@")
        try:
            assistant = self._visitors.of(request)
            picked = self.citation(assistant, search, int(number)) if _is_number(number) else None
        except CitewellError as error:
            return render_problem(str(error))
        if picked and key and key != _key(picked[1]):
            return render_problem(CHANGED)
        view = View(page == "text", int(page) if _is_number(page) else None)
        return render_opened_document(_selection(*picked), view, assistant) if picked else ""

    def save(self, search: Search, event: gr.EventData, request: gr.Request) -> Update:
        """All that was found as a file for a spreadsheet or a program."""
        form = getattr(event, "action", None)
        try:
            is_wanted = isinstance(form, str) and self.is_asked(search)
            assistant = self._visitors.of(request)
            saved = self.saved(assistant, search, str(form)) if is_wanted else None
        except Exception as error:  # the edge: whatever went wrong, the person who saves it is told
            return render_problem(in_words(error))
        if saved is None:
            return SKIP
        name, content = saved
        assistant.audit.note("exported", self.words.id, name.rpartition(".")[2])
        is_base64 = isinstance(content, bytes)
        text = base64.b64encode(content).decode() if isinstance(content, bytes) else content
        return render("history.download", name=name, moment=time.time_ns(), text=text, is_base64=is_base64)

    def arrive(self, request: gr.Request) -> tuple[Update, ...]:
        """What the address of the page looks for, and then the tab that shows it; nothing where it names nothing."""
        search = find_in(request.query_params, self.words.id)
        if not self.is_asked(search):
            return (SKIP, SKIP, *FilterUpdate(), *SearchUpdate())
        filters = self.filters.fill(search.filters, request)
        return gr.Tabs(selected=self.words.id), search.query, *filters, *self._shown(search, request)

    def _shown(self, search: Search, request: gr.Request) -> SearchUpdate:
        if not self.is_asked(search):
            return SearchUpdate(search, self.empty(), "")
        try:
            return SearchUpdate(*self.found(self._visitors.of(request), search), "")
        except Exception as error:  # the edge: whatever went wrong, the person who looks for it is told
            return SearchUpdate(search, render_problem(in_words(error)), "")


def _selection(label: str, citation: Citation) -> PickedPassage:
    quote = (citation.start, citation.end, citation.quote)
    return PickedPassage(numbered_target(citation), citation.passage, citation.place, quote, label)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 8


def place_search(view: SearchView, tabs: gr.Tabs) -> list[Any]:
    """The box and the filters over the list, and beside it the document opened; all that `SearchView.arrive` fills."""
    words, search, wish = view.words, gr.State(Search()), place_wish()
    with gr.Row(elem_id=f"{words.id}-desk", elem_classes="desk search-desk"):
        with gr.Column(elem_id=f"{words.id}-list", elem_classes="desk-list search-list"):
            with gr.Row(elem_classes="search-bar"):
                query = gr.Textbox(
                    label=words.label, show_label=False, placeholder=words.placeholder, container=False, max_lines=1,
                    max_length=MOST_CHARACTERS, elem_id=f"{words.id}-query", elem_classes="search-query", min_width=120,
                )  # fmt: skip
                button = gr.Button(
                    words.button, elem_id=f"{words.id}-button", elem_classes="search-button", scale=0, min_width=80
                )
            filters = place_filters(f"{words.id}-")
            found = _html(f"{words.id}-found", view.empty(), "finding")
        with gr.Column(elem_id=f"{words.id}-side", elem_classes="desk-side search-side"):
            reading = _html(f"{words.id}-reading", "", "sources")
    download = _html(f"{words.id}-download", "", "history", "search-download")
    parts = [search, found, reading]
    connect_filters(view.filters, filters, [query.submit, button.click], [])
    gr.on([query.submit, button.click], view.find, [search, query, *filters.fields], parts, **LATEST)
    gr.on([one.change for one in filters.fields], view.narrow, [search, *filters.fields], parts, **LATEST)
    found.edit(view.turn, [search, wish], parts, **wished(f"{words.id}-found"))
    gr.on([found.select, reading.select], view.open, [search, wish], reading, **wished(f"{words.id}-side"))
    found.submit(view.save, search, download, **EACH)
    return [tabs, query, *filters.shown, *parts]


def _html(name: str, value: str, scripts: str, look: str = "") -> gr.HTML:
    return gr.HTML(value, elem_id=name, elem_classes=look, js_on_load=script(scripts), apply_default_css=False)
