"""The parts of the Documents view, put in their places and connected with what happens in them."""

from __future__ import annotations

from typing import NamedTuple

import gradio as gr

from assistant.interfaces.listing import STATES
from assistant.interfaces.page.ask import AskParts
from assistant.interfaces.page.corpus import CorpusUpdate, CorpusView
from assistant.interfaces.page.documents import Shown
from assistant.interfaces.page.templates import render
from assistant.interfaces.page.uploads import MOST_FILES, MOST_MEGABYTES
from assistant.interfaces.page.view_events import EACH, LATEST, QUIET, place_wish, script, wished

LOADING = render("page.loading")


class _Adders(NamedTuple):
    drop: gr.HTML
    replacing: gr.Checkbox
    into: gr.Dropdown
    address: gr.Textbox
    page: gr.Button
    feed: gr.Button


class _Fields(NamedTuple):
    search: gr.Textbox
    kind: gr.Dropdown
    publisher: gr.Dropdown
    state: gr.Dropdown
    collection: gr.Dropdown


class _Lists(NamedTuple):
    timeline: gr.HTML
    feeds: gr.HTML
    removed: gr.HTML
    health: gr.HTML


def place_corpus(view: CorpusView, ask: AskParts, tab: gr.Tab, largest_megabytes: int) -> None:
    """Adding on top, then the table with one document beside it, then what is looked after; below all, the tray."""
    shown, wish = gr.State(Shown()), place_wish()
    with gr.Column(elem_id="library"):
        adders = _place_adders(largest_megabytes)
        with gr.Row(elem_id="shelf"):
            with gr.Column(elem_id="holdings"):
                collections = _html("collections")
                fields = _place_fields()
                table = _html("table", LOADING)
            with gr.Column(elem_id="opened"):
                preview = _html("preview")
        lists, check, sync, rebuild = _place_upkeep(view)
        tray = _html("outcome")
    named = (collections, fields.collection, adders.into)
    everything = list(CorpusUpdate(tray, shown, table, fields.kind, fields.publisher, preview, *lists, *named))

    tab.select(view.look, shown, everything, **QUIET)
    gr.on(
        [fields.search.change, *(field.input for field in fields[1:])],
        view.narrow, [*fields, shown], everything, **LATEST,
    )  # fmt: skip
    table.edit(view.turn, [shown, wish], everything, **wished("table"))
    gr.on([table.select, preview.select], view.open, wish, preview, **wished("preview"))
    tray.stop(view.stop, None, None, **QUIET)
    tray.clear(lambda: "", None, tray, **QUIET)
    check.click(view.check, None, lists.health, **QUIET)
    acting = [part.submit for part in (table, preview, tray, lists.feeds, lists.removed)]
    for ended in (
        adders.drop.upload(view.add_files, [adders.replacing, adders.into, shown], everything, **EACH),
        gr.on([adders.page.click, adders.address.submit], view.add_page, [adders.address, shown], everything, **EACH),
        adders.feed.click(view.follow, [adders.address, shown], everything, **EACH),
        gr.on(acting, view.act, shown, everything, **EACH),
        sync.click(view.sync, shown, everything, **EACH),
        rebuild.click(view.rebuild, shown, everything, **EACH),
    ):
        ended.then(view.greet, ask.conversation, ask.shown, **QUIET)


def _place_adders(largest_megabytes: int) -> _Adders:
    """A place to drop files and folders, and a field for the address of a page or a feed."""
    zone = render(
        "page.adder", most_files=MOST_FILES, most_megabytes=MOST_MEGABYTES, largest_megabytes=largest_megabytes
    )
    with gr.Column(elem_id="adders"):
        drop = _html("drop", zone, "adding")
        with gr.Row(elem_id="link"):
            address = gr.Textbox(
                label="Address of a web page or a feed", show_label=False, elem_id="address", container=False,
                placeholder="https://… of a web page or a feed", max_length=2_000, scale=1,
            )  # fmt: skip
            page = gr.Button("Add page", elem_id="add-page", scale=0, min_width=80)
            feed = gr.Button("Follow feed", elem_id="follow-feed", scale=0, min_width=80)
        gr.HTML(render("page.bookmark"), elem_id="bookmark", apply_default_css=False)
        replacing = gr.Checkbox(
            label="Replace documents of the same name", value=False, container=False, elem_id="replacing"
        )
        into = _choice("Collection to add to", [("Add to no collection", "")], visible=False)
    return _Adders(drop, replacing, into, address, page, feed)


def _place_fields() -> _Fields:
    with gr.Row(elem_id="narrow"):
        search = gr.Textbox(
            label="Search documents", show_label=False, container=False, elem_id="search", max_length=200,
            placeholder="Search documents", scale=2, min_width=200,
        )  # fmt: skip
        kind = _choice("Kind", [("Any kind", "")])
        publisher = _choice("Publisher", [("Any publisher", "")])
        state = _choice("State", [("Any state", ""), *((state, state) for state in STATES)])
        collection = _choice("Collection", [("Any collection", "")], visible=False)
    return _Fields(search, kind, publisher, state, collection)


def _choice(label: str, choices: list[tuple[str, str]], *, visible: bool = True) -> gr.Dropdown:
    return gr.Dropdown(
        choices, value="", label=label, show_label=False, container=False, scale=1, min_width=120,
        elem_classes="choice", visible=visible,
    )  # fmt: skip


def _place_upkeep(view: CorpusView) -> tuple[_Lists, gr.Button, gr.Button, gr.Button]:
    """Timeline, feeds, what was removed and the health of the index, each folded away."""
    with gr.Accordion("Timeline", open=False):
        timeline = _html("timeline")
    with gr.Accordion("Feeds", open=False):
        feeds = _html("feeds")
    with gr.Accordion("Removed documents", open=False):
        removed = _html("removed")
    with gr.Accordion("Index health", open=False) as folded:
        health = _html("health", LOADING)
        with gr.Row(elem_id="health-buttons"):
            check = gr.Button("Check again", scale=0, min_width=80)
            sync = gr.Button("Bring up to date", scale=0, min_width=80)
            rebuild = gr.Button("Rebuild", elem_id="rebuild", scale=0, min_width=80)
    folded.expand(view.check, None, health, **QUIET)
    return _Lists(timeline, feeds, removed, health), check, sync, rebuild


def _html(name: str, value: str = "", scripts: str = "documents") -> gr.HTML:
    return gr.HTML(value, elem_id=name, js_on_load=script(scripts), apply_default_css=False)
