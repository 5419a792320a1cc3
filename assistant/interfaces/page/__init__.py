"""The chat page (Gradio): a conversation, the sources it cites, and the documents it rests on."""

from __future__ import annotations

import os
import sys

# Before Gradio is imported, below: it tells nobody of us, and does not sum up all past events after each, for no one.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(sys.maxsize)

from assistant.interfaces.page.server import build_app, serve

__all__ = ["build_app", "serve"]
