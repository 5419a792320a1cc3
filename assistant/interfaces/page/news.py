"""What is new since somebody's last visit, which their browser remembers."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, NamedTuple

import gradio as gr

from assistant.errors import CitewellError
from assistant.interfaces.page.templates import render

if TYPE_CHECKING:
    from assistant.assistant import Assistant

LOOKS_SECONDS = 60.0
"""How often an open page asks what is new."""


class Visit(NamedTuple):
    """The parts of the page that tell of news, their event and what they keep."""

    line: gr.HTML
    last: gr.BrowserState
    since: gr.State


def place_news() -> Visit:
    """The line that tells of news, and the moments it counts from."""
    line = gr.HTML(elem_id="news", js_on_load=None, apply_default_css=False)
    # NOTE: the secret only has to stay the same, so that a new start of the page can read what an earlier one kept.
    return Visit(line, gr.BrowserState(None, storage_key="citewell-visit", secret="last visit"), gr.State(0.0))


def arrive(assistant: Assistant, last: object) -> tuple[str, float, float]:
    """The news since a browser's last visit, this visit's moment to be kept there, and the moment to count from."""
    now = time.time()
    since = float(last) if isinstance(last, int | float) and math.isfinite(last) else now
    return tell(assistant, since), now, since


def tell(assistant: Assistant, since: float) -> str:
    """HTML of how many articles came after a moment; "" when there are none."""
    try:
        found = assistant.news_since(since)
    except CitewellError:  # the command line tells; the page answers without news
        return ""
    return render("page.news", articles=found) if found else ""
