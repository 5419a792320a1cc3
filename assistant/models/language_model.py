"""Language models: one setting names any, and each streams text for messages. Nothing is loaded or sent before that."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, Literal, Protocol

from assistant.errors import ModelUnavailable, Stopped
from assistant.models.local_model import LocalModel
from assistant.models.model_failures import ModelFailed, failure_of
from assistant.models.model_names import PLACEHOLDER_KEY, NamedModel, named_model
from assistant.packages import cannot_be_imported, innermost
from assistant.stopping import acquire, outcome_of
from assistant.types import EXTRACTIVE, ModelChoice

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Message = tuple[Literal["system", "user"], str]

CONTEXT_TOKENS = 8_192
"""How much a model is taken to read and write at once, where it does not say."""
FINISHES = ("finish_reason", "done_reason", "stop_reason")
"""Under which names a stream's last chunk says why it ends. One that never says so was cut, where it always does."""


class LanguageModel(Protocol):
    """Writes text, and can be asked from several threads."""

    @property
    def name(self) -> str:
        """As it was named, and as an answer says who wrote it."""

    @property
    def host(self) -> str:
        """Where the messages are sent."""

    def context_tokens(self, stop: threading.Event | None = None) -> int:
        """How many tokens it reads and writes at once. Raises Stopped once ``stop`` is set, also while it is loaded."""

    def stream(self, messages: Sequence[Message], stop: threading.Event | None = None) -> Generator[str, None, None]:
        """What it writes, in pieces as they come. Closing the generator ends the request.

        Raises:
            ModelFailed: nothing more comes, for whatever reason; also where a stream ends too early.
            Stopped: ``stop`` was set, which ends the request too, also while a piece is waited for.
        """


class ChatModel:
    """A model of a server, through LangChain's client for it, which is loaded when it is first asked.

    No tools are offered to it, and its client does not retry by itself.
    """

    def __init__(self, named: NamedModel, seconds: int) -> None:
        """``seconds`` is how long the server may be silent."""
        self.name = named.written
        self.host = named.host
        self._named = named
        self._seconds = seconds
        self._loading = threading.Lock()
        self._chat: BaseChatModel | None = None

    def context_tokens(self, stop: threading.Event | None = None) -> int:
        """As its client knows, but no more than `CONTEXT_TOKENS`: more is slower, and hardly better."""
        profile: Any = getattr(self._loaded(stop), "profile", None) or {}
        return min(CONTEXT_TOKENS, int(profile.get("max_input_tokens") or CONTEXT_TOKENS))

    def stream(self, messages: Sequence[Message], stop: threading.Event | None = None) -> Generator[str, None, None]:
        """See `LanguageModel.stream`."""
        from assistant.models.stream_bridge import items_of

        chat, finish = self._loaded(stop), ""
        try:
            with closing(items_of(lambda: chat.astream(list(messages)), stop)) as chunks:
                for chunk in chunks:
                    metadata = chunk.response_metadata
                    finish = next((str(metadata[name]) for name in FINISHES if metadata.get(name)), finish)
                    if text := str(chunk.text):
                        yield text
        except Stopped:
            raise
        except Exception as error:  # the clients of twenty providers share no class of errors
            raise failure_of(error, self.name, self.host, self._named.key) from error
        self._check_finish(finish.lower())

    def _check_finish(self, finish: str) -> None:
        if not finish and self._named.provider in ("openai", "ollama"):
            raise ModelFailed(f"The connection to {self.host} broke off while {self.name} was writing.", "cut")
        if finish in ("length", "max_tokens"):
            raise ModelFailed(f"{self.name} stopped at its own limit of length.", "limit")
        if "filter" in finish or finish == "safety":
            raise ModelFailed(f"{self.host} held back what {self.name} wrote, by its rules on content.", "refused")

    def _loaded(self, stop: threading.Event | None) -> BaseChatModel:
        acquire(self._loading, stop)
        return outcome_of(self._opened, stop)

    def _opened(self) -> BaseChatModel:
        """The client; lets go of ``_loading``, which is held."""
        try:
            if self._chat is None:
                self._chat = _open(self._named, self._seconds)
            return self._chat
        finally:
            self._loading.release()


def _open(named: NamedModel, seconds: int) -> BaseChatModel:
    """The client of a model.

    Raises:
        ModelFailed: it has no key, or its client cannot be made.
        ModelUnavailable: its package is missing, of a version that does not fit, or cannot be imported.
    """
    from langchain.chat_models import init_chat_model

    named.load()
    provider = named.known.langchain if named.known else named.provider
    try:
        chat: BaseChatModel = init_chat_model(named.name, model_provider=provider, **_options(named, seconds))
        return chat
    except ImportError as error:
        raise ModelUnavailable(f"The model {named.written!r} cannot be used: {_why_not_imported(error)}") from error
    except Exception as error:  # as in `ChatModel.stream`
        raise failure_of(error, named.written, named.host, named.key) from error


def _why_not_imported(error: ImportError) -> str:
    """What a client failed of that LangChain alone knows; it says of any such that its package is missing."""
    first = innermost(error)
    named = getattr(first, "name", "") or ""
    if isinstance(first, ModuleNotFoundError) and named.startswith("langchain_") and "." not in named:
        return str(error)
    return cannot_be_imported(error, ["langchain"])


def _options(named: NamedModel, seconds: int) -> dict[str, Any]:
    """What the client is made with. The address is always named, so that it is the one that is shown."""
    if named.known is None:
        return {}
    if named.provider == "ollama":
        options = {"temperature": 0, "num_ctx": CONTEXT_TOKENS, "client_kwargs": {"timeout": seconds}}
        return {**options, "base_url": named.address}
    key, own_server = os.environ.get(named.key, ""), named.address != named.known.address
    if not key and not own_server:
        raise ModelFailed(f"{named.written} needs a key. Set {named.key} to one of {named.host}.", "key")
    options = {"timeout": seconds, "max_retries": 0}
    if named.provider == "openai":
        options |= {"base_url": named.address, "api_key": key or PLACEHOLDER_KEY, "stream_usage": False}
        options |= {"temperature": 0} if own_server else {}
    elif named.provider == "google":
        options["max_retries"] = 1
    return options


class LanguageModels:
    """The language models that can be chosen, each made once."""

    def __init__(self, name: str | None = None, url: str | None = None, seconds: int = 60) -> None:
        """``name`` is the model that writes unless another is asked for; None or "extractive" for none."""
        self._default = name or EXTRACTIVE
        self._url = url
        self._seconds = seconds
        self._lock = threading.Lock()
        self._models: dict[str, LanguageModel] = {}

    @property
    def choices(self) -> tuple[ModelChoice, ...]:
        """What can be chosen, that which is used unasked first; "extractive" is always there."""
        extractive = ModelChoice(EXTRACTIVE)
        if self._default == EXTRACTIVE:
            return (extractive,)
        return (ModelChoice(self._default, named_model(self._default, self._url).host), extractive)

    def check(self) -> None:
        """Make sure that the model which is used unasked can be, as far as that shows without asking it.

        Raises:
            ModelUnavailable: it is not named as a model is, or its package is missing.
        """
        if self._default != EXTRACTIVE:
            named_model(self._default, self._url).check()

    def get(self, name: str | None = None) -> LanguageModel | None:
        """The model of a name, or the one that is used unasked; None for "extractive".

        Raises:
            ModelUnavailable: it is not named as a model is, or its package is missing.
        """
        chosen = name or self._default
        if chosen == EXTRACTIVE:
            return None
        with self._lock:
            if chosen not in self._models:
                self._models[chosen] = self._made(named_model(chosen, self._url))
            return self._models[chosen]

    def _made(self, named: NamedModel) -> LanguageModel:
        named.check()
        return LocalModel(named.written, named.name) if named.is_local else ChatModel(named, self._seconds)
