"""Who writes the answers of a conversation: a language model that is named, or nobody, so that sentences are quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import gradio as gr
from markupsafe import Markup

from assistant.errors import ModelUnavailable
from assistant.interfaces.page.templates import render
from assistant.interfaces.page.view_events import LATEST
from assistant.types import EXTRACTIVE, ModelChoice

QUOTES_ONLY = "Quotes only, no model"
OWN = re.compile(r"(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?")


class ModelPicker:
    """Who may be chosen, the one used unasked first."""

    def __init__(self, choices: Sequence[ModelChoice]) -> None:
        self._hosts = {choice.name: choice.host for choice in choices}

    @property
    def is_choice(self) -> bool:
        """Whether there is more than one."""
        return len(self._hosts) > 1

    @property
    def unasked(self) -> str:
        """The one that writes where none is chosen."""
        return next(iter(self._hosts))

    def named(self) -> list[tuple[str, str]]:
        """What to choose from: each as it is shown, and its name."""
        return [(QUOTES_ONLY if name == EXTRACTIVE else name, name) for name in self._hosts]

    def chosen(self, sent: object) -> str:
        """What was chosen, "" where there is no choice; it comes from a browser, so it may be anything."""
        return sent if self.is_choice and isinstance(sent, str) else ""

    def check(self, chosen: str) -> str | None:
        """What `Assistant.stream` takes for it.

        Raises:
            ModelUnavailable: it is no choice.
        """
        if chosen and chosen not in self._hosts:
            raise ModelUnavailable(f"{chosen!r} is no model that can be chosen here. Load the page anew, and choose.")
        return chosen or None

    def resumed(self, kept: str) -> str:
        """What was chosen before, where that can be chosen still; else the one that writes unasked."""
        return kept if kept in self._hosts else self.unasked

    def told(self, sent: object) -> Markup:
        """HTML of where the passages go."""
        host = self._hosts.get(self.chosen(sent), "")
        if not host or host == "this computer":
            return render("page.stays")
        return render("page.goes_to", host=host, is_own=bool(OWN.fullmatch(host)))


class ChooserParts(NamedTuple):
    """What is chosen, and where the passages go then."""

    chosen: gr.Dropdown
    told: gr.HTML


def place_chooser(writers: ModelPicker) -> ChooserParts:
    """A line with both, which is shown where there is a choice."""
    with gr.Row(elem_id="chooser", visible=writers.is_choice):
        chosen = gr.Dropdown(
            writers.named(), value=writers.unasked, label="Who writes the answers", show_label=False, container=False,
            filterable=False, scale=0, min_width=210, elem_id="writer",
        )  # fmt: skip
        told = gr.HTML(writers.told(writers.unasked), elem_id="host", js_on_load=None, apply_default_css=False)
    chosen.change(writers.told, chosen, told, **LATEST)
    return ChooserParts(chosen, told)
