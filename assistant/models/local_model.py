"""A text-generation model that runs in this process: a folder on disk, or a model of the Hugging Face hub."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from assistant.models.loading import load_named
from assistant.models.model_failures import ModelFailed
from assistant.stopping import STOP_SECONDS, acquire, check_stop, outcome_of

if TYPE_CHECKING:
    from assistant.models.language_model import Message

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

    def context_tokens(self, stop: threading.Event | None = None) -> int:
        """As its configuration says, but no more than `CONTEXT_TOKENS`.

        Raises:
            ModelUnavailable: there is no such model, or it is not one that writes.
            Stopped: ``stop`` was set while it was being loaded.
        """
        model, _ = self._parts(stop)
        return min(CONTEXT_TOKENS, getattr(model.config, "max_position_embeddings", None) or UNKNOWN_CONTEXT)

    def stream(self, messages: Sequence[Message], stop: threading.Event | None = None) -> Generator[str, None, None]:
        """What the model writes, by its likeliest tokens. Closing the generator stops it at the next token.

        Raises:
            ModelFailed: the messages do not fit into the model, it fails, or it does not come to an end.
            ModelUnavailable: there is no such model, or it is not one that writes.
            Stopped: ``stop`` was set. It is raised at once, whatever is waited for; the model ends at its next token.
        """
        model, tokenizer = self._parts(stop)
        prompt = _prompt(tokenizer, messages)
        tokens = int(prompt["input_ids"].shape[1])
        room = self.context_tokens(stop) - tokens
        if room < 1:
            raise ModelFailed(
                f"The question and its passages are too long for {self.name}. Name a model that reads more.", "overflow"
            )
        acquire(self._writing, stop)
        yield from self._generated(model, tokenizer, prompt, min(room, MAXIMUM_NEW_TOKENS), stop)

    def _generated(
        self, model: Any, tokenizer: Any, prompt: Any, new_tokens: int, stop: threading.Event | None
    ) -> Generator[str, None, None]:
        """What comes of the prompt; the thread that writes lets go of ``_writing``, which is held, at its end."""
        from transformers import TextIteratorStreamer

        left = threading.Event()
        done: SimpleQueue[Exception | int] = SimpleQueue()
        streamer = TextIteratorStreamer(tokenizer, skip_prompt=True, skip_special_tokens=True, timeout=STOP_SECONDS)

        def generate() -> None:
            try:
                written = model.generate(
                    **prompt, do_sample=False, max_new_tokens=new_tokens, streamer=streamer,
                    stopping_criteria=[lambda *_, **__: _as_mask(prompt, left.is_set())],
                )  # fmt: skip
                done.put(int(written.shape[1]) - int(prompt["input_ids"].shape[1]))
            except Exception as error:  # the libraries promise nothing about what a broken model makes them raise
                done.put(error)
                streamer.end()
            finally:
                self._writing.release()

        thread = threading.Thread(target=generate, name="citewell-writing", daemon=True)
        thread.start()
        try:
            yield from filter(None, self._pieces(streamer, stop))
        finally:
            left.set()
            while thread.is_alive() and not (stop and stop.is_set()):
                thread.join(STOP_SECONDS)
        outcome = done.get()
        if isinstance(outcome, Exception):
            raise ModelFailed(f"{self.name} failed: {outcome}", "server") from outcome
        if outcome >= new_tokens:
            raise ModelFailed(f"{self.name} stopped at its own limit of length.", "limit")

    def _pieces(self, streamer: Iterator[str], stop: threading.Event | None) -> Iterator[str]:
        """What the streamer gives, which raises Empty every `STOP_SECONDS` while there is nothing."""
        heard = time.monotonic()
        while True:
            check_stop(stop)
            with suppress(Empty):
                piece = next(streamer, None)
                check_stop(stop)
                if piece is None:
                    return
                yield piece
                heard = time.monotonic()
            if time.monotonic() - heard > LONGEST_STEP_SECONDS:
                raise ModelFailed(f"{self.name} took too long for one word. Name a smaller model.", "timeout")

    def _parts(self, stop: threading.Event | None) -> tuple[Any, Any]:
        acquire(self._loading, stop)
        return outcome_of(self._loaded_parts, stop)

    def _loaded_parts(self) -> tuple[Any, Any]:
        """The model with its tokenizer; lets go of ``_loading``, which is held."""
        try:
            if self._loaded is None:
                self._loaded = load_named("model", self._model_name, _load)
            return self._loaded
        finally:
            self._loading.release()


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
