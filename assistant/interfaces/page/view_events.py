"""What the views share: how their events run, and how an error is told."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.errors import CitewellError

LOG = logging.getLogger(__name__)
HERE = Path(__file__).parent

Update = Any  # what Gradio takes for a component: a new value, or SKIP
SKIP: Update = gr.skip()
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "concurrency_limit": None}
LATEST = QUIET | {"trigger_mode": "always_last"}
EACH = QUIET | {"trigger_mode": "multiple"}
TAKE_WISH = """(...given) => {
  const { dataset } = document.querySelector("PLACE");
  const { wish = "null" } = dataset;
  delete dataset.wish;
  return [...given.slice(0, -1), JSON.parse(wish)];
}"""


def place_wish() -> gr.JSON:
    """What the page's scripts asked for last, as the last input of events that are connected with `wished`."""
    return gr.JSON(visible=False)


def wished(place: str) -> dict[str, Any]:
    """How an event runs whose last input is what a script noted on the element with the id ``place``; None if nothing.

    Of what is asked for while an event is under way, the last comes next. (Gradio repeats an event that it put off with
    the data of the event before it, so what was clicked last would be lost if it were told in the event itself.)
    """
    return LATEST | {"js": TAKE_WISH.replace("PLACE", f"#{place}")}


def named_in(wish: object) -> str:
    """What an event or a wish names; it comes from a browser, so it may be anything."""
    named = wish.get("named") if isinstance(wish, dict) else getattr(wish, "named", None)
    return named if isinstance(named, str) else ""


def in_words(error: Exception) -> str:
    """What to tell the person; an error nobody foresaw is written to the log with its traceback."""
    if isinstance(error, CitewellError):
        return str(error)
    if isinstance(error, OSError):
        return f"The disk refused: {error.strerror or error}."
    LOG.error("The page could not do what was asked.", exc_info=error)
    return "Something went wrong inside Citewell. The terminal it runs in shows what; please report it."


def script(name: str) -> str:
    """A script of the page, for a component to run when it is there."""
    return (HERE / f"{name}.js").read_text(encoding="utf-8")
