"""The page put together: its parts, and which part answers which event."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.utils import get_upload_folder

from assistant.errors import CitewellError
from assistant.interfaces.page import documents
from assistant.interfaces.page.conversation import (
    Conversation,
    Exchange,
    example_at,
    history,
    render_conversation,
    render_welcome,
)
from assistant.interfaces.page.news import LOOKS_SECONDS, arrive, place_news, tell
from assistant.interfaces.page.sources import EMPTY_PANEL, open_target, render_list
from assistant.types import SyncProgress

LOG = logging.getLogger(__name__)
HERE = Path(__file__).parent
MASTHEAD = (
    '<header class="masthead"><h1>Citewell</h1>'
    "<p>Ask your documents; every sentence of the answer cites its source.</p></header>"
)
DROP_ZONE = (
    '<label class="drop"><input type="file" multiple aria-label="Add documents"><b>Add documents</b>'
    "<span>Drop files here, or click to choose: PDF, Word, PowerPoint, Excel, web pages, books, mails, text and more"
    "</span></label>"
)

if TYPE_CHECKING:
    from assistant.desk import Assistant
ANSWERS_AT_ONCE = 16
"""How many questions may be answered at the same moment; opening a source waits for none of them."""

Update = Any  # what Gradio takes for a component: a new value, or gr.skip()
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "concurrency_limit": None}
ANSWERING: dict[str, Any] = QUIET | {
    "concurrency_limit": ANSWERS_AT_ONCE,
    "concurrency_id": "answers",
    "trigger_mode": "always_last",  # a question sent while one is being answered comes next
}


class Desk:
    """What the page does when something happens on it. Holds no conversation: each browser tab has its own."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def open(self, last_visit: object) -> tuple[str, str, str, float, float]:
        """The empty conversation, the table of documents and the news, for a page that has just been opened."""
        return self._welcome(), self.table(), *arrive(self._assistant, last_visit)

    def news(self, since: float) -> str:
        """What is new since the visit before this one."""
        return tell(self._assistant, since)

    def ask(self, asked: str | None, conversation: Conversation) -> Iterator[tuple[Update, ...]]:
        """The question waiting, then the answer as it grows; an empty question changes nothing.

        Each step has the question box, the conversation as shown and as kept, the list of sources, the document.
        """
        asked = (asked or "").strip()
        if not asked:
            yield (gr.skip(),) * 5  # NOTE: Gradio empties every part of the page when nothing at all is yielded
            return
        exchange = Exchange(asked)
        yield "", render_conversation((*conversation, exchange)), gr.skip(), EMPTY_PANEL, ""
        try:
            for answer in self._assistant.stream(asked, history(conversation)):
                exchange = replace(exchange, answer=answer)
                now = (*conversation, exchange)
                listed = render_list(len(conversation), answer)
                yield gr.skip(), render_conversation(now), now, listed, gr.skip()
        except Exception as error:  # the edge: whatever went wrong, the person who asked gets an answer
            now = (*conversation, Exchange(asked, problem=_in_words(error)))
            yield gr.skip(), render_conversation(now), now, gr.skip(), gr.skip()

    def ask_example(self, conversation: Conversation, event: gr.SelectData) -> Iterator[tuple[Update, ...]]:
        """As ``ask``, for the example question that was clicked."""
        yield from self.ask(example_at(event.index), conversation)

    def show_source(self, conversation: Conversation, event: gr.SelectData) -> tuple[Update, str]:
        """The list of sources and the document to read, for the citation, passage or list that was clicked."""
        opened = open_target(conversation, event.index, self._assistant.document)
        return gr.skip() if opened.listed is None else opened.listed, opened.reading

    def start_over(self) -> tuple[str, str, Conversation, str, str]:
        """An empty question box, conversation and panel."""
        return "", self._welcome(), (), EMPTY_PANEL, ""

    def table(self) -> str:
        """The table of documents as it stands now."""
        try:
            return documents.render_table(self._assistant.documents())
        except CitewellError as error:
            return documents.render_problem(str(error))

    def add(
        self, replacing: bool, conversation: Conversation, event: gr.EventData
    ) -> Iterator[tuple[Update, Update, Update]]:
        """How the adding goes, the table of documents, and the welcome while there is no conversation."""
        uploads = documents.parse_uploads(getattr(event, "files", None), Path(get_upload_folder()))
        yield documents.render_progress(None), gr.skip(), gr.skip()
        try:
            for step in documents.add_uploads(self._assistant, uploads, bool(replacing)):
                if isinstance(step, SyncProgress):
                    shown = documents.render_progress(step)
                else:
                    shown = documents.render_outcomes(step)
                yield shown, gr.skip(), gr.skip()
        except Exception as error:  # as in `ask`
            yield documents.render_problem(_in_words(error)), gr.skip(), gr.skip()
        yield gr.skip(), self.table(), gr.skip() if conversation else self._welcome()

    def _welcome(self) -> str:
        try:
            return render_welcome(self._assistant.documents())
        except CitewellError as error:
            return documents.render_problem(str(error))


def build_blocks(assistant: Assistant) -> gr.Blocks:
    """The whole page over one assistant."""
    desk = Desk(assistant)
    blocks = gr.Blocks(title="Citewell", analytics_enabled=False, fill_width=True)
    with blocks:
        conversation = gr.State(())
        gr.HTML(MASTHEAD, elem_id="masthead", js_on_load=None, apply_default_css=False)
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Ask"):
                visit = place_news()
                shown = _place_conversation(desk, conversation)
            with gr.Tab("Documents") as documents_tab:
                table = _place_documents(desk, conversation, shown)
        documents_tab.select(desk.table, None, table, **QUIET)
        blocks.load(desk.open, visit.last, [shown, table, visit.line, visit.last, visit.since], **QUIET)
        gr.Timer(LOOKS_SECONDS).tick(desk.news, visit.since, visit.line, **QUIET)
    return blocks


def _place_conversation(desk: Desk, conversation: gr.State) -> gr.HTML:
    """The conversation with its question box on the left, the sources panel on the right."""
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talk"):
            shown = gr.HTML(elem_id="conversation", js_on_load=_script("conversation"), apply_default_css=False)
            with gr.Row(elem_id="composer"):
                question = gr.Textbox(
                    elem_id="question", placeholder="Ask a question", show_label=False, label="Question",
                    lines=1, max_lines=6, container=False, autofocus=True, scale=1,
                )  # fmt: skip
                send = gr.Button("Ask", elem_id="send", variant="primary", scale=0, min_width=80)
                fresh = gr.Button("Start over", elem_id="fresh", scale=0, min_width=64)
        with gr.Column(elem_id="side"):
            script = _script("sources")
            listed = gr.HTML(EMPTY_PANEL, elem_id="sources", js_on_load=script, apply_default_css=False)
            reading = gr.HTML(elem_id="reading", js_on_load=script, apply_default_css=False)
    everything = [question, shown, conversation, listed, reading]
    asking = gr.on([question.submit, send.click], desk.ask, [question, conversation], everything, **ANSWERING)
    example = shown.example_select(desk.ask_example, conversation, everything, **ANSWERING)
    clicks = [shown.select, listed.select, reading.select]
    gr.on(clicks, desk.show_source, conversation, [listed, reading], **QUIET)
    fresh.click(desk.start_over, None, everything, cancels=[asking, example], **QUIET)
    return shown


def _place_documents(desk: Desk, conversation: gr.State, shown: gr.HTML) -> gr.HTML:
    """The drop zone, what became of the files dropped, and the table of documents."""
    with gr.Column(elem_id="library"):
        drop = gr.HTML(DROP_ZONE, elem_id="drop", js_on_load=_script("documents"), apply_default_css=False)
        replacing = gr.Checkbox(
            label="Replace documents of the same name", value=False, container=False, elem_id="replacing"
        )
        outcome = gr.HTML(elem_id="outcome", js_on_load=None, apply_default_css=False)
        table = gr.HTML(elem_id="table", js_on_load=None, apply_default_css=False)
    drop.upload(desk.add, [replacing, conversation], [outcome, table, shown], **QUIET)
    return table


def _in_words(error: Exception) -> str:
    """What to tell the person; an error nobody foresaw is written to the log with its traceback."""
    if isinstance(error, CitewellError):
        return str(error)
    if isinstance(error, OSError):
        return f"The disk refused: {error.strerror or error}."
    LOG.error("The page could not do what was asked.", exc_info=error)
    return "Something went wrong inside Citewell. The terminal it runs in shows what; please report it."


def _script(name: str) -> str:
    return (HERE / f"{name}.js").read_text(encoding="utf-8")
