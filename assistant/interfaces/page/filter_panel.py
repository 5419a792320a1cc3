"""What questions are narrowed to: documents, publishers and days, on a line that folds out above the question box."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr

from assistant.access.collections import OpenCollection
from assistant.errors import CitewellError
from assistant.interfaces.listing import publishers
from assistant.interfaces.page.conversation import Conversation, filters_in_words
from assistant.interfaces.page.view_events import LATEST, QUIET, SKIP, Update, script
from assistant.rights import Rights
from assistant.types import DocumentRecord, Filters

if TYPE_CHECKING:
    from assistant.interfaces.page.visitors import Visitors

EVERYTHING = "All documents"
OFFERED = 100
"""How many documents and folders are offered at once: with thousands, a field takes seconds. Typing finds others."""
MOST_RIGHTS = 64
"""For how many visitors, who may read different documents, these are remembered."""
NAMES = "Documents and folders"
TYPED = '(chosen) => [chosen, document.querySelector("#NAMES input").value]'
"""What is typed at the moment. NOTE: an event that had to wait brings what was typed when the one before it began."""


class FilterFields(NamedTuple):
    """What an event is given of the fields: the values chosen."""

    documents: gr.Dropdown
    publishers: gr.Dropdown
    since: gr.Textbox
    until: gr.Textbox


class FilterParts(NamedTuple):
    """The line that folds out, its button, the fields in it, and what is typed to find a document.

    ``view`` is what the names of the view's elements begin with.
    """

    line: gr.Accordion
    clear: gr.Button
    documents: gr.Dropdown
    publishers: gr.Dropdown
    since: gr.Textbox
    until: gr.Textbox
    typed: gr.Textbox
    view: str

    @property
    def fields(self) -> FilterFields:
        """The fields alone."""
        return FilterFields(self.documents, self.publishers, self.since, self.until)

    @property
    def shown(self) -> list[Any]:
        """What a `FilterUpdate` fills."""
        return [self.line, self.clear, *self.fields]


class FilterUpdate(NamedTuple):
    """What an event makes of the parts: a new value, or SKIP to leave it as it is."""

    line: Update = SKIP
    clear: Update = SKIP
    documents: Update = SKIP
    publishers: Update = SKIP
    since: Update = SKIP
    until: Update = SKIP


def filters_in(
    documents: Sequence[str] | None, publishers: Sequence[str] | None, since: str | None, until: str | None
) -> Filters:
    """What the fields say."""
    return Filters(
        tuple(documents or ()), tuple(publishers or ()), (since or "").strip() or None, (until or "").strip() or None
    )


class FilterPanel:
    """What happens on the line."""

    def __init__(self, visitors: Visitors) -> None:
        self._visitors = visitors
        self._named: OrderedDict[Rights, list[tuple[str, str]]] = OrderedDict()
        """All documents and folders, as of when a line was last folded out by somebody who may read the same."""

    def tell(
        self, documents: list[str] | None, publishers: list[str] | None, since: str | None, until: str | None
    ) -> FilterUpdate:
        """The line, for what the fields say."""
        return _line(filters_in(documents, publishers, since, until))

    def offer(
        self, documents: list[str] | None, publishers: list[str] | None, since: str | None, until: str | None,
        request: gr.Request,
    ) -> FilterUpdate:  # fmt: skip
        """What can be chosen now; what is chosen stays, also what is chosen in the meantime."""
        offered = self._choices(filters_in(documents, publishers, since, until), request)
        return FilterUpdate(documents=offered[0], publishers=offered[1])

    def seek(self, documents: list[str] | None, typed: str | None, request: gr.Request) -> Update:
        """The documents and folders in whose names stands what is typed; what is chosen stays."""
        try:
            named = self._named.get(self._visitors.of(request).rights.to_read, [])
        except CitewellError:  # the conversation tells
            return SKIP
        if len(named) <= OFFERED:  # the browser has them all
            return SKIP
        sought = (typed or "").casefold()
        found = [choice for choice in named if sought in choice[0].casefold()]
        return gr.update(choices=_offered(found, named, documents or ()))

    def take_up(self, conversation: Conversation, request: gr.Request) -> FilterUpdate:
        """The filters of a conversation's last question; what else can be chosen, `offer` tells."""
        return self.fill(conversation[-1].filters, request) if conversation else self.empty()

    def empty(self) -> FilterUpdate:
        """The fields with nothing in them."""
        # NOTE: Gradio changes an update that it is given, so that no two parts may share one.
        return _line(Filters())._replace(
            documents=gr.update(value=[]), publishers=gr.update(value=[]), since="", until=""
        )

    def fill(self, filters: Filters, request: gr.Request) -> FilterUpdate:
        """The fields as these filters have them."""
        if not filters:
            return self.empty()
        documents, publishers = self._choices(filters, request)
        return _line(filters)._replace(
            documents=documents | {"value": list(filters.sources)},
            publishers=publishers | {"value": list(filters.publishers)},
            since=filters.since or "",
            until=filters.until or "",
        )

    def _choices(self, chosen: Filters, request: gr.Request) -> tuple[Update, Update]:
        """Which documents and publishers can be chosen, as what makes their fields offer them."""
        named_documents: list[tuple[str, str]] = []
        records: list[DocumentRecord] = []
        with suppress(CitewellError):  # the conversation tells
            assistant = self._visitors.of(request)
            records = [record for record in assistant.documents() if record.passages]
            named_documents = document_choices(records, chosen.sources, assistant.collections())
            self._keep(assistant.rights.to_read, named_documents)
        offered = _offered(named_documents, named_documents, chosen.sources)
        label = NAMES if len(named_documents) <= OFFERED else f"{NAMES}: type to find"
        named = list(dict.fromkeys((*chosen.publishers, *publishers(records))))
        return gr.update(choices=offered, label=label), gr.update(choices=named)

    def _keep(self, rights: Rights, named: list[tuple[str, str]]) -> None:
        self._named[rights] = named
        self._named.move_to_end(rights)
        while len(self._named) > MOST_RIGHTS:
            self._named.popitem(last=False)


def document_choices(
    records: Sequence[DocumentRecord], chosen: Sequence[str], collections: Sequence[OpenCollection] = ()
) -> list[tuple[str, str]]:
    """What to choose from, as names to show and sources: folders first, then documents by title.

    What was chosen and is there no more is among them. Folders that are collections are shown with what is said of
    them.
    """
    said = _described(collections)
    folders = sorted({f"{folder}/" for one in records for folder in PurePosixPath(one.source).parents if folder.name})
    titles = Counter(record.title for record in records)
    named = [
        (one.title if titles[one.title] == 1 and one.title else f"{one.title} ({one.source})", one.source)
        for one in records
    ]
    choices = [(said.get(folder, folder), folder) for folder in folders] + sorted(
        named, key=lambda choice: choice[0].casefold()
    )
    known = {source for _, source in choices}
    return [*((source, source) for source in chosen if source not in known), *choices]


def _described(collections: Sequence[OpenCollection]) -> dict[str, str]:
    """What the folders of collections are shown as, where something is said of them."""
    return {f"{one.name}/": f"{one.name}/: {one.description}" for one in collections if one.description}


def _offered(
    found: Sequence[tuple[str, str]], named: Sequence[tuple[str, str]], chosen: Sequence[str]
) -> list[tuple[str, str]]:
    """The first of those found, after those that are chosen, as a field has to know their names."""
    names = {source: name for name, source in named if source in chosen}
    first = [(names.get(source, source), source) for source in chosen]
    return first + [choice for choice in found[:OFFERED] if choice[1] not in chosen]


def place_filters(view: str = "") -> FilterParts:
    """The line with its fields, folded."""
    with gr.Row(elem_id=f"{view}narrowing", elem_classes="narrowing"):
        with gr.Accordion(
            EVERYTHING, open=False, elem_id=f"{view}narrowing-line", elem_classes="narrowing-line"
        ) as line:
            with gr.Row(elem_id=f"{view}names", elem_classes="narrowing-fields"):
                documents, publishers = _several(NAMES), _several("Publishers")
            with gr.Row(elem_id=f"{view}days", elem_classes=["narrowing-fields", "narrowing-days"]):
                since, until = _day("Published since", f"{view}since"), _day("Published until", f"{view}until")
        clear = gr.Button(
            "Clear", elem_id=f"{view}narrowing-clear", elem_classes="narrowing-clear", scale=0, min_width=60,
            visible="hidden",
        )  # fmt: skip
        gr.HTML(
            elem_id=f"{view}narrowing-script", elem_classes="narrowing-script", js_on_load=script("narrowing"),
            apply_default_css=False,
        )  # fmt: skip
        typed = gr.Textbox(visible=False)
    return FilterParts(line, clear, documents, publishers, since, until, typed, view)


def connect_filters(view: FilterPanel, parts: FilterParts, asking: list[Any], starting_over: list[Any]) -> None:
    """What follows from a change of a field, from the folding out and the button, and from what is done beside it."""
    fields = list(parts.fields)
    gr.on(asking, lambda: gr.update(open=False), None, parts.line, **QUIET)
    gr.on([field.change for field in fields], view.tell, fields, parts.shown, **LATEST)
    gr.on(
        [parts.documents.key_up, parts.documents.input], view.seek, [parts.documents, parts.typed], parts.documents,
        js=TYPED.replace("NAMES", f"{parts.view}names"), **LATEST,
    )  # fmt: skip
    parts.line.expand(view.offer, fields, parts.shown, **QUIET)
    gr.on([parts.clear.click, *starting_over], view.empty, None, parts.shown, **QUIET)


def _line(filters: Filters) -> FilterUpdate:
    label = f"Only in: {filters_in_words(filters)}" if filters else EVERYTHING
    return FilterUpdate(gr.update(label=label), gr.update(visible=True if filters else "hidden"))


def _several(label: str) -> gr.Dropdown:
    return gr.Dropdown([], value=[], multiselect=True, label=label, min_width=200, elem_classes="several")


def _day(label: str, name: str) -> gr.Textbox:
    return gr.Textbox(
        label=label, elem_id=name, max_lines=1, max_length=10, placeholder="2024-05-31", min_width=120,
        elem_classes="day",
    )  # fmt: skip
