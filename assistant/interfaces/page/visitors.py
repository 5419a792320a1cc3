"""Whose a request is: each event gets the assistant of whoever sent it, and the page has no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr
from starlette.requests import Request

from assistant.interfaces.page.login import user_of
from assistant.interfaces.page.record import owner_of
from assistant.rights import LOCAL_OWNER

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.types import ModelChoice


class Visitors:
    """Everybody who may use the page. Views hold this, and not the assistant, which may do everything."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.settings = assistant.settings
        self.models: tuple[ModelChoice, ...] = assistant.models

    def of(self, request: gr.Request) -> Assistant:
        """The assistant as it is for whoever sent a request.

        Raises:
            StorageError: it cannot be read who may read what.
        """
        return self._assistant.for_user(owner_of(request), way="page")

    def at(self, request: Request) -> Assistant:
        """The same for whoever asks for an address beside the page's own events."""
        return self._assistant.for_user(user_of(request) or LOCAL_OWNER, way="page")
