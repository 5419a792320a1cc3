"""The Ask view: the conversation with its question box, and beside it the sources."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, NamedTuple

import gradio as gr
from markupsafe import Markup

from assistant.errors import CitewellError, ConversationError, StorageError
from assistant.interfaces.page.answer_jobs import AllUnderWay, AnswerJobs
from assistant.interfaces.page.choosing import ModelPicker, place_chooser
from assistant.interfaces.page.composer import place_composer
from assistant.interfaces.page.conversation import (
    Conversation,
    ShownExchange,
    example_at,
    history,
    render_conversation,
    render_last,
    render_welcome,
    stopped,
)
from assistant.interfaces.page.filter_panel import FilterParts, filters_in, place_filters
from assistant.interfaces.page.record import keep, owner_of, resumed, tab_of
from assistant.interfaces.page.source_panel import EMPTY_PANEL, open_target, render_list
from assistant.interfaces.page.templates import render, render_problem
from assistant.interfaces.page.view_events import (
    LATEST,
    QUIET,
    SKIP,
    Update,
    in_words,
    named_in,
    place_wish,
    script,
    wished,
)
from assistant.types import Filters

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.interfaces.page.visitors import Visitors
    from assistant.types import Answer

ANSWERS_AT_ONCE = 16
"""How many questions may be answered at the same moment; opening a source waits for none of them."""
ANSWERING = LATEST | {"concurrency_limit": ANSWERS_AT_ONCE, "concurrency_id": "answers"}
"""A question that is sent while one is being answered comes next."""
NOT_FOUND = "This conversation was not found. It may have been deleted, or belong to somebody else."


class AskUpdate(NamedTuple):
    """What an event makes of the view, part by part: a new value, or SKIP to leave it as it is.

    ``editing`` says that the next question takes the place of the last one.
    """

    question: Update = SKIP
    shown: Update = SKIP
    conversation: Update = SKIP
    editing: Update = SKIP
    listed: Update = SKIP
    reading: Update = SKIP
    model: Update = SKIP


class AskView:
    """What happens in the view. Holds no conversation: each browser tab has its own."""

    def __init__(self, visitors: Visitors) -> None:
        self._visitors = visitors
        self._under_way = AllUnderWay()
        self.writers = ModelPicker(visitors.models)

    def ask(
        self, asked: str | None, conversation: Conversation, editing: bool,
        documents: list[str] | None, publishers: list[str] | None, since: str | None, until: str | None,
        model: str | None, request: gr.Request,
    ) -> Iterator[AskUpdate]:  # fmt: skip
        """The question waiting, then the answer as it grows, which is kept; an empty question changes nothing."""
        asked = (asked or "").strip()
        if not asked:
            yield AskUpdate()  # NOTE: Gradio empties every part of the page when nothing at all is yielded
            return
        try:
            assistant = self._visitors.of(request)
        except StorageError as error:
            yield AskUpdate(shown=render_problem(str(error)))
            return
        before = readable(assistant, conversation[:-1] if editing else stopped(conversation))
        place = conversation[-1].kept if editing and conversation else None
        filters, writer = filters_in(documents, publishers, since, until), self.writers.chosen(model)
        exchange = ShownExchange(asked, stage="answering", filters=filters, kept=place, model=writer)
        under_way = self._under_way.begin(tab_of(request))
        try:
            yield from self._answer(assistant, exchange, before, owner_of(request), under_way)
        finally:
            self._under_way.end(tab_of(request), under_way)

    def ask_example(
        self, conversation: Conversation,
        documents: list[str] | None, publishers: list[str] | None, since: str | None, until: str | None,
        model: str | None, event: gr.SelectData, request: gr.Request,
    ) -> Iterator[AskUpdate]:  # fmt: skip
        """As `ask`, for the example question that was clicked."""
        asked, narrowed = example_at(event.index), (documents, publishers, since, until)
        yield from self.ask(asked, conversation, False, *narrowed, model, request)  # noqa: FBT003

    def ask_again(
        self, conversation: Conversation,
        documents: list[str] | None, publishers: list[str] | None, since: str | None, until: str | None,
        model: str | None, request: gr.Request,
    ) -> Iterator[AskUpdate]:  # fmt: skip
        """As `ask`, with the last question in place of its answer."""
        asked = conversation[-1].asked if conversation else ""
        narrowed = (documents, publishers, since, until)
        yield from self.ask(asked, conversation, True, *narrowed, model, request)  # noqa: FBT003

    def edit(self, conversation: Conversation, editing: bool, request: gr.Request) -> AskUpdate:
        """The last question in the box, to be asked otherwise; or, where it is there already, out of it again."""
        if not conversation or conversation[-1].stage == "answering":
            return AskUpdate()
        asked = "" if editing else conversation[-1].asked
        shown = render_last(readable(self._visitors.of(request), conversation), editing=not editing)
        return AskUpdate(question=asked, shown=shown, editing=not editing)

    def stop(self, request: gr.Request) -> None:
        """End what is being answered; the event that shows it then shows it as stopped.

        NOTE: nothing is shown from here, nor does Gradio cancel that event: what two events send comes in any order.
        """
        self._under_way.stop(tab_of(request))

    def arrive(self, request: gr.Request) -> AskUpdate:
        """What the address of the page names: a conversation, at one of its exchanges; or the page before any."""
        id, exchange = (request.query_params.get(name, "") for name in ("conversation", "exchange"))
        if not id:
            return AskUpdate(shown=self.welcome(request))
        return self.open(id, request, int(exchange) if exchange.isdecimal() and exchange.isascii() else 0)

    def open(self, id: str, request: gr.Request, exchange: int = 0) -> AskUpdate:
        """A conversation that was kept, at the exchange of that number or else at the last, with its sources."""
        empty = self.start_over(request)
        try:
            conversation = resumed(self._visitors.of(request).conversations.open(owner_of(request), id))
        except ConversationError:
            return empty._replace(shown=render("shared.notice", told=NOT_FOUND) + self.welcome(request))
        except StorageError as error:
            return empty._replace(shown=render_problem(str(error)) + self.welcome(request))
        if not conversation:
            return empty
        position = exchange - 1 if 0 < exchange <= len(conversation) else len(conversation) - 1
        answer = conversation[position].answer
        return AskUpdate(
            shown=render_conversation(conversation, linked=position),
            conversation=conversation,
            editing=False,
            listed=render_list(position, answer) if answer else EMPTY_PANEL,
            reading="",
            model=self.writers.resumed(conversation[-1].model),
        )

    def show(self, conversation: Conversation, editing: bool, request: gr.Request) -> str:
        """All of the conversation, for a page that lacks some of it."""
        if not conversation:
            return self.welcome(request)
        return render_conversation(readable(self._visitors.of(request), conversation), editing=editing)

    def show_source(self, conversation: Conversation, wish: object, request: gr.Request) -> tuple[Update, Update]:
        """The list of sources and the document to read, for the citation, passage or list that was clicked."""
        if wish is None:
            return SKIP, SKIP
        try:
            assistant = self._visitors.of(request)
        except StorageError as error:
            return SKIP, render_problem(str(error))
        opened = open_target(readable(assistant, conversation), named_in(wish), assistant)
        return SKIP if opened.listed is None else opened.listed, opened.reading

    def start_over(self, request: gr.Request) -> AskUpdate:
        """An empty question box, conversation and panel; what is being answered is stopped."""
        self._under_way.leave(tab_of(request))
        unasked = self.writers.unasked
        return AskUpdate("", self.welcome(request), (), editing=False, listed=EMPTY_PANEL, reading="", model=unasked)

    def welcome(self, request: gr.Request) -> Markup:
        """The conversation before the first question."""
        try:
            return render_welcome(self._visitors.of(request).documents())
        except CitewellError as error:
            return render_problem(str(error))

    def _answer(
        self, assistant: Assistant, exchange: ShownExchange, before: Conversation, owner: str, under_way: AnswerJobs
    ) -> Iterator[AskUpdate]:
        keep_it = partial(keep, assistant.conversations, owner, before)
        if exchange.kept is None:  # before anything, which may take long: it is there whatever comes between
            exchange = keep_it(exchange)
        now = (*before, exchange)
        yield AskUpdate("", render_last(now), now, editing=False, listed=EMPTY_PANEL, reading="")
        try:
            for answer in under_way.parts(partial(self._stream, assistant, exchange, before)):
                exchange = replace(exchange, answer=answer)
                yield self._shown(before, exchange)
            exchange = replace(exchange, stage="stopped" if under_way.is_stopped else "answered")
        except GeneratorExit:  # nobody looks at it any more
            keep_it(exchange)
            raise
        except Exception as error:  # the edge: whatever went wrong, the person who asked gets an answer
            exchange = replace(exchange, answer=None, problem=in_words(error), stage="answered")
        yield self._shown(before, keep_it(exchange))

    def _stream(
        self, assistant: Assistant, exchange: ShownExchange, before: Conversation, stop: Event
    ) -> Generator[Answer, None, None]:
        only: Filters = exchange.filters
        return assistant.stream(
            exchange.asked,
            history(before),
            since=only.since,
            until=only.until,
            source=only.sources,
            publisher=only.publishers,
            model=self.writers.check(exchange.model),
            stop=stop,
        )

    @staticmethod
    def _shown(before: Conversation, exchange: ShownExchange) -> AskUpdate:
        now = (*before, exchange)
        listed = render_list(len(before), exchange.answer) if exchange.answer else SKIP
        return AskUpdate(shown=render_last(now), conversation=now, listed=listed)


def readable(assistant: Assistant, conversation: Conversation) -> Conversation:
    """A conversation that a page still shows, without the answers that may not be read any more."""
    return tuple(
        replace(one, answer=assistant.readable(one.answer, one.asked)) if one.answer else one for one in conversation
    )


class AskParts(NamedTuple):
    """The parts of the view that other views read or fill: what `AskUpdate` fills, the filters, and the side."""

    everything: AskUpdate
    filters: FilterParts
    side: gr.Column
    fresh: gr.Button
    send: gr.Button

    @property
    def shown(self) -> gr.HTML:
        """The conversation as it is shown."""
        return self.everything.shown

    @property
    def conversation(self) -> gr.State:
        """The conversation as it is."""
        return self.everything.conversation


def place_ask(view: AskView) -> AskParts:
    """The conversation with its question box on the left, the sources panel on the right."""
    conversation, editing = gr.State(()), gr.State(value=False)
    with gr.Row(elem_id="desk", elem_classes="desk"):
        with gr.Column(elem_id="talk", elem_classes="desk-list"):
            shown = _html("conversation", scripts=("mending", "conversation", "peek"), html_template="")
            with gr.Column(elem_id="composer-stack"):
                filters = place_filters()
                question, send, stop, fresh = place_composer()
                model = place_chooser(view.writers).chosen
        with gr.Column(elem_id="side", elem_classes="desk-side") as side:
            listed = _html("sources", EMPTY_PANEL, scripts=("sources",))
            reading = _html("reading", scripts=("sources",))
    parts = AskUpdate(question, shown, conversation, editing, listed, reading, model)
    everything, chosen = list(parts), [*filters.fields, model]
    gr.on([question.submit, send.click], view.ask, [question, conversation, editing, *chosen], everything, **ANSWERING)
    shown.example_select(view.ask_example, [conversation, *chosen], everything, **ANSWERING)
    shown.retry(view.ask_again, [conversation, *chosen], everything, **ANSWERING)
    shown.edit(view.edit, [conversation, editing], everything, **QUIET)
    shown.whole(view.show, [conversation, editing], shown, **QUIET)
    stop.click(view.stop, None, None, **QUIET)
    fresh.click(view.start_over, None, everything, **QUIET)
    wish = place_wish()
    gr.on(
        [shown.select, listed.select, reading.select], view.show_source, [conversation, wish], [listed, reading],
        **wished("side"),
    )  # fmt: skip
    return AskParts(parts, filters, side, fresh, send)


def _html(name: str, value: str = "", *, scripts: tuple[str, ...], **options: str) -> gr.HTML:
    return gr.HTML(value, elem_id=name, js_on_load="\n".join(map(script, scripts)), apply_default_css=False, **options)
