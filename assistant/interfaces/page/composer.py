"""The question box and its buttons."""

from __future__ import annotations

import gradio as gr


def place_composer() -> tuple[gr.Textbox, gr.Button, gr.Button, gr.Button]:
    """The question box with its buttons; the style sheet shows Stop in place of Ask while an answer is under way."""
    with gr.Row(elem_id="composer"):
        question = gr.Textbox(
            elem_id="question", placeholder="Ask a question", show_label=False, label="Question",
            lines=1, max_lines=6, container=False, autofocus=True, scale=1,
        )  # fmt: skip
        send = gr.Button("Ask", elem_id="send", variant="primary", scale=0, min_width=80)
        stop = gr.Button("Stop", elem_id="stop", scale=0, min_width=80)
        fresh = gr.Button("Start over", elem_id="fresh", scale=0, min_width=64)
    return question, send, stop, fresh
