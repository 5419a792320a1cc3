"""What a chain hands on becomes a question, what was said before it, and what it is narrowed to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    MessageLikeRepresentation,
    convert_to_messages,
)
from langchain_core.prompt_values import PromptValue
from pydantic import ConfigDict, ValidationError

from assistant.errors import QuestionError
from assistant.langchain.narrowed_corpus import FILTERS, Narrowing
from assistant.types import Turn

Messages = PromptValue | BaseMessage | Sequence[MessageLikeRepresentation]
ChainInput = str | Messages | Mapping[str, Any]
"""A question; messages, of which the last one asks; or either by name ("question", "messages") beside filters."""


@dataclass(frozen=True, slots=True)
class ChainQuestion:
    """A question, the turns before it, and the filters that it brings along, by name."""

    question: str
    history: tuple[Turn, ...] = ()
    narrowing: Mapping[str, Any] = field(default_factory=dict)


class _NamedInput(Narrowing):
    """A question or messages by name; the filters that are set take the place of others."""

    model_config = ConfigDict(extra="forbid")

    question: str | None = None
    messages: Any = None


def question_in(given: ChainInput) -> ChainQuestion:
    """What is asked by the input of a chain.

    Raises:
        QuestionError: it is not understood, or its last message is no user's.
    """
    if isinstance(given, Mapping):
        return _named(given)
    return ChainQuestion(given) if isinstance(given, str) else _last_of(given)


def _named(given: Mapping[str, Any]) -> ChainQuestion:
    try:
        named = _NamedInput.model_validate(given)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        known = ", ".join(_NamedInput.model_fields)
        raise QuestionError(f"The input is not understood ({problems}). It may have: {known}.") from error
    if (named.question is None) == (named.messages is None):
        raise QuestionError("The input needs either a question, or messages of which the last one asks it.")
    asked = _last_of(named.messages) if named.question is None else ChainQuestion(named.question)
    narrowing = named.model_dump(include=set(FILTERS), exclude_unset=True)
    return ChainQuestion(asked.question, asked.history, narrowing)


def _last_of(given: Messages) -> ChainQuestion:
    messages = _messages(given)
    if not messages or not isinstance(messages[-1], HumanMessage):
        last = f"is of the kind {messages[-1].type!r}" if messages else "is missing"
        raise QuestionError(f"The last message {last}, but a question is asked in one of a user. Put it last.")
    *before, asked = messages
    return ChainQuestion(str(asked.text), tuple(turn for message in before for turn in _turns(message)))


def _messages(given: Messages) -> list[BaseMessage]:
    if isinstance(given, PromptValue):
        return given.to_messages()
    try:
        return convert_to_messages([given] if isinstance(given, BaseMessage) else given)
    except (TypeError, ValueError, NotImplementedError) as error:  # what it raises of what is no message
        raise QuestionError(f"The input is not understood: {error}") from error


def _turns(message: BaseMessage) -> list[Turn]:
    """What a user or an assistant said; nothing of a system, of tools, and of calls to them."""
    text = str(message.text)
    if not text.strip():
        return []
    if isinstance(message, HumanMessage):
        return [("user", text)]
    return [("assistant", text)] if isinstance(message, AIMessage) else []
