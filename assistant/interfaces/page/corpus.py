"""The Documents view: the table of what can be asked about, and a place to drop more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr
from gradio.utils import get_upload_folder

from assistant.errors import CitewellError
from assistant.interfaces.page import documents
from assistant.interfaces.page.ask import AskParts
from assistant.interfaces.page.conversation import Conversation
from assistant.interfaces.page.events import QUIET, SKIP, Update, in_words, script
from assistant.interfaces.page.markup import render_problem
from assistant.types import SyncProgress

if TYPE_CHECKING:
    from assistant.desk import Assistant

DROP_ZONE = (
    '<label class="drop"><input type="file" multiple aria-label="Add documents"><b>Add documents</b>'
    "<span>Drop files here, or click to choose: PDF, Word, PowerPoint, Excel, web pages, books, mails, text and more"
    "</span></label>"
)


class CorpusView:
    """What happens in the view; ``welcome`` tells anew what can be asked, once documents came."""

    def __init__(self, assistant: Assistant, welcome: Callable[[], str]) -> None:
        self._assistant = assistant
        self._welcome = welcome

    def table(self) -> str:
        """The table of documents as it stands now."""
        try:
            return documents.render_table(self._assistant.documents())
        except CitewellError as error:
            return render_problem(str(error))

    def add(
        self, replacing: bool, conversation: Conversation, event: gr.EventData
    ) -> Iterator[tuple[Update, Update, Update]]:
        """How the adding goes, the table of documents, and the welcome while there is no conversation."""
        uploads = documents.parse_uploads(getattr(event, "files", None), Path(get_upload_folder()))
        yield documents.render_progress(None), SKIP, SKIP
        try:
            for step in documents.add_uploads(self._assistant, uploads, bool(replacing)):
                if isinstance(step, SyncProgress):
                    shown = documents.render_progress(step)
                else:
                    shown = documents.render_outcomes(step)
                yield shown, SKIP, SKIP
        except Exception as error:  # the edge: whatever went wrong, the person who added gets an answer
            yield render_problem(in_words(error)), SKIP, SKIP
        yield SKIP, self.table(), SKIP if conversation else self._welcome()


def place_corpus(view: CorpusView, ask: AskParts) -> gr.HTML:
    """The drop zone, what became of the files dropped, and the table of documents, which is returned."""
    with gr.Column(elem_id="library"):
        drop = gr.HTML(DROP_ZONE, elem_id="drop", js_on_load=script("documents"), apply_default_css=False)
        replacing = gr.Checkbox(
            label="Replace documents of the same name", value=False, container=False, elem_id="replacing"
        )
        outcome = gr.HTML(elem_id="outcome", js_on_load=None, apply_default_css=False)
        table = gr.HTML(elem_id="table", js_on_load=None, apply_default_css=False)
    drop.upload(view.add, [replacing, ask.conversation], [outcome, table, ask.shown], **QUIET)
    return table
