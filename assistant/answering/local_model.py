"""A text-generation model that runs in this process: a folder on disk, or a model of the Hugging Face hub."""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from contextlib import closing
from queue import Empty, Queue
from typing import TYPE_CHECKING, Any

from assistant.answering.model_failures import ModelFailed
from assistant.answering.optional_models import load_named
from assistant.errors import Stopped

if TYPE_CHECKING:
    from assistant.answering.language_model import Message

MAXIMUM_NEW_TOKENS = 700
UNKNOWN_CONTEXT = 4_096
"""Where neither the model nor its tokenizer says how much it reads."""
CONTEXT_TOKENS = 8_192
LONGEST_STEP_SECONDS = 120.0
"""How long one token may take."""


class LocalModel:
    """Writes with transformers, one text at a time; loaded when it is first asked."""

    host = "this computer"

    def __init__(self, name: str, model: str) -> None:
        """``model`` is the folder, or the name on the hub, from where it is downloaded once."""
        self.name = name
        self._model_name = model
        self._loading = threading.Lock()
        self._writing = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    @property
    def context_tokens(self) -> int:
        """As its configuration says, but no more than `CONTEXT_TOKENS`.

        Raises:
            ModelUnavailable: there is no such model, or it is not one that writes.
        """
        model, _ = self._parts()
        return min(CONTEXT_TOKENS, getattr(model.config, "max_position_embeddings", None) or UNKNOWN_CONTEXT)

    def stream(self, messages: Sequence[Message], stop: threading.Event | None = None) -> Generator[str, None, None]:
        """What the model writes, by its likeliest tokens. Closing the generator stops it at the next token.

        Raises:
            ModelFailed: the messages do not fit into the model, it fails, or it does not come to an end.
            ModelUnavailable: there is no such model, or it is not one that writes.
            Stopped: ``stop`` was set, which stops it at the next token too.
        """
        model, tokenizer = self._parts()
        prompt = _prompt(tokenizer, messages)
        tokens = int(prompt["input_ids"].shape[1])
        room = self.context_tokens - tokens
        if room < 1:
            raise ModelFailed(
                f"The question and its passages are too long for {self.name}. Name a model that reads more.", "overflow"
            )
        with self._writing:
            pieces = self._generated(model, tokenizer, prompt, min(room, MAXIMUM_NEW_TOKENS))
            with closing(pieces):
                for piece in pieces:
                    if stop and stop.is_set():
                        raise Stopped("It was stopped while the answer was being written.")
                    yield piece

    def _generated(self, model: Any, tokenizer: Any, prompt: Any, new_tokens: int) -> Generator[str, None, None]:
        from transformers import TextIteratorStreamer

        stopped = threading.Event()
        done: Queue[Exception | int] = Queue()
        streamer = TextIteratorStreamer(
            tokenizer, skip_prompt=True, skip_special_tokens=True, timeout=LONGEST_STEP_SECONDS
        )

        def generate() -> None:
            try:
                written = model.generate(
                    **prompt, do_sample=False, max_new_tokens=new_tokens, streamer=streamer,
                    stopping_criteria=[lambda *_, **__: _as_mask(prompt, stopped.is_set())],
                )  # fmt: skip
                done.put(int(written.shape[1]) - int(prompt["input_ids"].shape[1]))
            except Exception as error:  # the libraries promise nothing about what a broken model makes them raise
                done.put(error)
                streamer.end()

        thread = threading.Thread(target=generate, daemon=True)
        thread.start()
        try:
            yield from filter(None, streamer)
        except Empty as error:
            raise ModelFailed(f"{self.name} took too long for one word. Name a smaller model.", "timeout") from error
        finally:
            stopped.set()
            thread.join(LONGEST_STEP_SECONDS)
        outcome = done.get(timeout=LONGEST_STEP_SECONDS)
        if isinstance(outcome, Exception):
            raise ModelFailed(f"{self.name} failed: {outcome}", "server") from outcome
        if outcome >= new_tokens:
            raise ModelFailed(f"{self.name} stopped at its own limit of length.", "limit")

    def _parts(self) -> tuple[Any, Any]:
        with self._loading:
            if self._loaded is None:
                self._loaded = load_named("model", self._model_name, _load)
            return self._loaded


def _load(path: str, *, local_files_only: bool) -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=local_files_only)
    model = AutoModelForCausalLM.from_pretrained(path, local_files_only=local_files_only)
    return model.eval(), tokenizer


def _prompt(tokenizer: Any, messages: Sequence[Message]) -> Any:
    """The messages as tokens, in the model's own chat form where it has one."""
    if tokenizer.chat_template:
        chat = [{"role": role, "content": text} for role, text in messages]
        return tokenizer.apply_chat_template(chat, add_generation_prompt=True, return_dict=True, return_tensors="pt")
    return tokenizer("\n\n".join(text for _, text in messages) + "\n\n", return_tensors="pt")


def _as_mask(prompt: Any, value: bool) -> Any:
    import torch

    return torch.full((prompt["input_ids"].shape[0],), value, dtype=torch.bool)
