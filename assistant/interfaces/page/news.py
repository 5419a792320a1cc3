"""What is new since somebody's last visit, which their browser remembers."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import gradio as gr

from assistant.errors import CitewellError
from assistant.interfaces.page.find_links import Search, find_link
from assistant.interfaces.page.new_lens import NewLens
from assistant.interfaces.page.phrases import count
from assistant.interfaces.page.record import owner_of
from assistant.interfaces.page.subject_view import SubjectView
from assistant.interfaces.page.templates import render
from assistant.types import Filters

if TYPE_CHECKING:
    from assistant.interfaces.page.visitors import Visitors

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


def arrive(visitors: Visitors, last: object, request: gr.Request) -> tuple[str, float, float]:
    """Somebody's news since a browser's last visit, this visit's moment to be kept there, and the one to count from."""
    now = time.time()
    since = float(last) if isinstance(last, int | float) and math.isfinite(last) else now
    return tell(visitors, since, request), now, since


def tell(visitors: Visitors, since: float, request: gr.Request) -> str:
    """HTML of how many articles came after a moment and how many of somebody's watched answers changed, if any."""
    articles = _counted(lambda: visitors.of(request).news_since(since))
    answers = _counted(lambda: visitors.of(request).watches.changed_since(owner_of(request), since))
    told = [count(articles, "new article")] if articles else []
    told += [f"{count(answers, 'watched answer')} changed"] if answers else []
    return render("page.news", told=", ".join(told), link=_link(since) if articles else "") if told else ""


def _link(moment: float) -> str:
    """What leads to the stories since the day of a moment; "" for one that no calendar has."""
    try:
        day = datetime.fromtimestamp(moment, UTC).date().isoformat()
    except (OverflowError, OSError, ValueError):
        return ""
    return find_link(Search(filters=Filters(since=day), lens=NewLens.id), SubjectView.words.id)


def _counted(counting: Callable[[], int]) -> int:
    try:
        return counting()
    except CitewellError:  # the command line tells; the page answers without news
        return 0
