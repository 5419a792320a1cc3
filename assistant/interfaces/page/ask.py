"""The Ask view: the conversation with its question box, and beside it the sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr

from assistant.errors import CitewellError
from assistant.interfaces.page.conversation import (
    Conversation,
    Exchange,
    example_at,
    history,
    render_conversation,
    render_welcome,
    stopped,
)
from assistant.interfaces.page.events import QUIET, SKIP, Update, in_words, script
from assistant.interfaces.page.markup import render_problem
from assistant.interfaces.page.sources import EMPTY_PANEL, open_target, render_list

if TYPE_CHECKING:
    from assistant.desk import Assistant

ANSWERS_AT_ONCE = 16
"""How many questions may be answered at the same moment; opening a source waits for none of them."""
ANSWERING: dict[str, Any] = QUIET | {
    "concurrency_limit": ANSWERS_AT_ONCE,
    "concurrency_id": "answers",
    "trigger_mode": "always_last",  # a question sent while one is being answered comes next
}


class Step(NamedTuple):
    """What an event makes of the view, part by part: a new value, or SKIP to leave it as it is.

    ``editing`` says that the next question takes the place of the last one.
    """

    question: Update = SKIP
    shown: Update = SKIP
    conversation: Update = SKIP
    editing: Update = SKIP
    listed: Update = SKIP
    reading: Update = SKIP


class AskView:
    """What happens in the view. Holds no conversation: each browser tab has its own."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def ask(self, asked: str | None, conversation: Conversation, editing: bool) -> Iterator[Step]:
        """The question waiting, then the answer as it grows; an empty question changes nothing."""
        asked = (asked or "").strip()
        if not asked:
            yield Step()  # NOTE: Gradio empties every part of the page when nothing at all is yielded
            return
        yield from self._answer(asked, conversation[:-1] if editing else stopped(conversation))

    def ask_example(self, conversation: Conversation, event: gr.SelectData) -> Iterator[Step]:
        """As `ask`, for the example question that was clicked."""
        yield from self.ask(example_at(event.index), conversation, editing=False)

    def ask_again(self, conversation: Conversation) -> Iterator[Step]:
        """As `ask`, with the last question in place of its answer."""
        yield from self.ask(conversation[-1].asked if conversation else "", conversation, editing=True)

    def edit(self, conversation: Conversation, editing: bool) -> Step:
        """The last question in the box, to be asked otherwise; or, where it is there already, out of it again."""
        if not conversation or conversation[-1].stage == "answering":
            return Step()
        asked = "" if editing else conversation[-1].asked
        return Step(question=asked, shown=render_conversation(conversation, editing=not editing), editing=not editing)

    def stop(self, conversation: Conversation) -> Step:
        """The conversation with what was there when the answering was stopped."""
        ended = stopped(conversation)
        return Step(shown=render_conversation(ended), conversation=ended) if ended else Step()

    def show_source(self, conversation: Conversation, event: gr.SelectData) -> tuple[Update, str]:
        """The list of sources and the document to read, for the citation, passage or list that was clicked."""
        opened = open_target(conversation, event.index, self._assistant)
        return SKIP if opened.listed is None else opened.listed, opened.reading

    def start_over(self) -> Step:
        """An empty question box, conversation and panel."""
        return Step("", self.welcome(), (), editing=False, listed=EMPTY_PANEL, reading="")

    def welcome(self) -> str:
        """The conversation before the first question."""
        try:
            return render_welcome(self._assistant.documents())
        except CitewellError as error:
            return render_problem(str(error))

    def _answer(self, asked: str, before: Conversation) -> Iterator[Step]:
        exchange = Exchange(asked, stage="answering")
        now = (*before, exchange)
        yield Step("", render_conversation(now), now, editing=False, listed=EMPTY_PANEL, reading="")
        try:
            for answer in self._assistant.stream(asked, history(before)):
                exchange = replace(exchange, answer=answer)
                yield self._shown(before, exchange)
            yield self._shown(before, replace(exchange, stage="answered"))
        except Exception as error:  # the edge: whatever went wrong, the person who asked gets an answer
            now = (*before, Exchange(asked, problem=in_words(error)))
            yield Step(shown=render_conversation(now), conversation=now)

    @staticmethod
    def _shown(before: Conversation, exchange: Exchange) -> Step:
        now = (*before, exchange)
        listed = render_list(len(before), exchange.answer) if exchange.answer else SKIP
        return Step(shown=render_conversation(now), conversation=now, listed=listed)


class AskParts(NamedTuple):
    """The parts of the view that other views read or fill."""

    shown: gr.HTML
    conversation: gr.State


def place_ask(view: AskView) -> AskParts:
    """The conversation with its question box on the left, the sources panel on the right."""
    conversation, editing = gr.State(()), gr.State(value=False)
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talk"):
            shown = _html("conversation", scripts=("conversation", "peek"))
            question, send, stop, fresh = _place_composer()
        with gr.Column(elem_id="side"):
            listed = _html("sources", EMPTY_PANEL, scripts=("sources",))
            reading = _html("reading", scripts=("sources",))
    everything = list(Step(question, shown, conversation, editing, listed, reading))
    asking = [
        gr.on([question.submit, send.click], view.ask, [question, conversation, editing], everything, **ANSWERING),
        shown.example_select(view.ask_example, conversation, everything, **ANSWERING),
        shown.retry(view.ask_again, conversation, everything, **ANSWERING),
    ]
    shown.edit(view.edit, [conversation, editing], everything, **QUIET)
    stop.click(view.stop, conversation, everything, cancels=asking, **QUIET)
    fresh.click(view.start_over, None, everything, cancels=asking, **QUIET)
    gr.on([shown.select, listed.select, reading.select], view.show_source, conversation, [listed, reading], **QUIET)
    return AskParts(shown, conversation)


def _place_composer() -> tuple[gr.Textbox, gr.Button, gr.Button, gr.Button]:
    """The question box with its buttons; the style sheet shows Stop in place of Ask while an answer is under way."""
    with gr.Row(elem_id="composer"):
        question = gr.Textbox(
            elem_id="question", placeholder="Ask a question", show_label=False, label="Question",
            lines=1, max_lines=6, container=False, autofocus=True, scale=1,
        )  # fmt: skip
        send = gr.Button("Ask", elem_id="send", variant="primary", scale=0, min_width=80)
        stop = gr.Button("Stop", elem_id="stop", scale=0, min_width=80)
        fresh = gr.Button("Start over", elem_id="fresh", scale=0, min_width=64)
    return question, send, stop, fresh


def _html(name: str, value: str = "", *, scripts: tuple[str, ...]) -> gr.HTML:
    return gr.HTML(value, elem_id=name, js_on_load="\n".join(map(script, scripts)), apply_default_css=False)
