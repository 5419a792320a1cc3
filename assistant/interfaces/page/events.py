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
