"""The chat page (Gradio): a conversation, the sources it cites, and the documents it rests on."""

from __future__ import annotations

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # before Gradio is imported, below

from assistant.interfaces.page.server import build_app, serve

__all__ = ["build_app", "serve"]
