"""The conversations somebody kept, beside the one that is open: to search, open, rename, delete and take elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr
from markupsafe import Markup

from assistant.conversations.formats import FORMATS, Format, export, file_name
from assistant.errors import CitewellError
from assistant.interfaces.page.ask import AskParts, AskUpdate, AskView
from assistant.interfaces.page.conversation import Conversation, id_of
from assistant.interfaces.page.filter_panel import FilterPanel, FilterUpdate
from assistant.interfaces.page.record import owner_of
from assistant.interfaces.page.templates import render, render_problem
from assistant.interfaces.page.view_events import EACH, LATEST, QUIET, SKIP, Update, script

if TYPE_CHECKING:
    from assistant.conversations.store import Conversations
    from assistant.conversations.values import ConversationSummary
    from assistant.interfaces.page.visitors import Visitors

SHOWN = 200
"""Conversations that are listed; a search finds the others."""
LONGEST_SEARCH = 200
CLOSED = ""
NAMES: dict[Format, str] = {"markdown": "Markdown", "json": "JSON", "bibtex": "BibTeX", "csl": "CSL"}


class Changed(NamedTuple):
    """What an action makes of the list, of what is downloaded, and of the Ask view; SKIP leaves a part as it is."""

    listed: Update = SKIP
    download: Update = SKIP
    ask: AskUpdate = AskUpdate()
    filters: FilterUpdate = FilterUpdate()

    def flat(self) -> tuple[Update, ...]:
        """All parts in one row, as an event gives them."""
        return self.listed, self.download, *self.ask, *self.filters


class HistoryView:
    """What happens in the list. Whose list it is, the login says."""

    def __init__(self, visitors: Visitors, asking: AskView, filters: FilterPanel) -> None:
        self._visitors = visitors
        self._asking = asking
        self._filters = filters

    def look(self, sought: str | None, conversation: Conversation, request: gr.Request) -> str:
        """The list, of those in which the words sought stand."""
        return self._list(sought, request, id_of(conversation))

    def open(self, event: gr.EventData, request: gr.Request) -> tuple[Update, ...]:
        """The conversation that was clicked, in place of the one that is open; the list is closed."""
        opened = self._asking.open(_sent(event, "named"), request)
        return Changed(CLOSED, SKIP, opened, self._filters.take_up(opened.conversation, request)).flat()

    def act(
        self, sought: str | None, conversation: Conversation, event: gr.EventData, request: gr.Request
    ) -> tuple[Update, ...]:
        """What a button of the list does to the conversation that it names."""
        id, opened = _sent(event, "named"), id_of(conversation)
        actions: dict[str, Callable[[], Changed]] = {
            "rename": lambda: self._rename(request, id, _sent(event, "text")),
            "delete": lambda: self._delete(request, id, opened),
            "restore": lambda: self._restore(request, id),
            "export": lambda: self._export(request, id, _sent(event, "text")),
        }
        action = actions.get(_sent(event, "action"))
        try:
            changed = action() if action else Changed()
        except CitewellError as error:
            changed = Changed(render_problem(str(error)))
        if changed.download is not SKIP:
            return changed.flat()
        still_open = "" if changed.ask.conversation == () else opened
        told = "" if changed.listed is SKIP else changed.listed
        return changed._replace(listed=self._list(sought, request, still_open, told)).flat()

    def _rename(self, request: gr.Request, id: str, title: str) -> Changed:
        self._kept(request).rename(owner_of(request), id, title)
        return Changed()

    def _delete(self, request: gr.Request, id: str, opened: str) -> Changed:
        kept, owner = self._kept(request), owner_of(request)
        title = kept.open(owner, id).title
        changed = Changed(render("history.deleted", id=id, title=title))
        if id == opened:
            changed = changed._replace(ask=self._asking.start_over(request), filters=self._filters.empty())
        kept.delete(owner, id)
        return changed

    def _restore(self, request: gr.Request, id: str) -> Changed:
        self._kept(request).restore(owner_of(request), id)
        return Changed()

    def _export(self, request: gr.Request, id: str, form: str) -> Changed:
        known = next((one for one in FORMATS if one == form), None)
        if known is None:
            return Changed()
        conversation = self._kept(request).open(owner_of(request), id)
        name, text = file_name(conversation, known), export(conversation, known)
        self._visitors.of(request).audit.note("exported", f"conversation {id}", known)
        return Changed(download=render("history.download", name=name, moment=time.time_ns(), text=text))

    def _kept(self, request: gr.Request) -> Conversations:
        return self._visitors.of(request).conversations

    def _list(self, sought: str | None, request: gr.Request, opened: str, told: str = "") -> Markup:
        words = (sought or "")[:LONGEST_SEARCH]
        try:
            found = self._kept(request).search(owner_of(request), words, SHOWN)
        except CitewellError as error:
            return render("history.unreadable", problem=render_problem(str(error)))
        return render_history(found, opened, told, is_search=bool(words.strip()))


def render_history(
    found: Sequence[ConversationSummary], opened: str, told: str = "", *, is_search: bool = False
) -> Markup:
    """HTML of the conversations; ``opened`` is the id of the one that is open, ``told`` HTML of what was just done."""
    nothing = "No conversation holds these words." if is_search else "What you ask is kept here."
    forms = {form: NAMES[form] for form in FORMATS}
    return render("history.history", found=found, opened=opened, told=told, nothing=nothing, forms=forms)


def place_history(view: HistoryView, ask: AskParts) -> None:
    """The button above the conversation, and the list in the column beside it, closed."""
    button = gr.Button("History", elem_id="history", scale=0, min_width=60)
    with ask.side, gr.Column(elem_id="history-panel"):
        with gr.Row(elem_id="history-bar"):
            sought = gr.Textbox(
                label="Search your conversations", show_label=False, placeholder="Search your conversations",
                container=False, max_lines=1, max_length=LONGEST_SEARCH, elem_id="history-search", min_width=120,
            )  # fmt: skip
            close = gr.Button("Close", elem_id="history-close", scale=0, min_width=60)
        listed = _html("kept")
    download = _html("download")
    everything: list[Any] = [listed, download, *ask.everything, *ask.filters.shown]
    looking = [sought, ask.conversation]
    gr.on([button.click, sought.change], view.look, looking, listed, **LATEST)
    gr.on([close.click, listed.clear], lambda: CLOSED, None, listed, **QUIET)
    listed.submit(view.act, looking, everything, **EACH)
    listed.select(view.open, None, everything, **QUIET)


def _sent(event: gr.EventData, name: str) -> str:
    """What an event says; it comes from a browser, so it may be anything."""
    said = getattr(event, name, None)
    return said if isinstance(said, str) else ""


def _html(name: str) -> gr.HTML:
    return gr.HTML(elem_id=name, js_on_load=script("history"), apply_default_css=False)
