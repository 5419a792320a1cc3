"""The conversation: what was asked, what came of it, and the page before the first question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from markupsafe import Markup

from assistant.interfaces.page.answer import render_answer, shortened
from assistant.interfaces.page.templates import render
from assistant.types import Answer, DocumentRecord, Filters, Turn

EXAMPLES = (
    "What is Russia's view of NATO expansion?",
    "Which countries reported drone incursions?",
    "Which countries host the Enhanced Forward Presence battlegroups?",
    "What scenarios are possible for the future?",
)
"""Questions the shipped briefings answer; offered only while those are in the corpus."""

SHIPPED_FOLDER = "briefings/"
Stage = Literal["answering", "answered", "stopped"]
NAMES_SHOWN = 3
"""How many names of a filter are shown one by one."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where an exchange is kept: the id of its conversation and its number there."""

    conversation: str
    number: int

    @property
    def link(self) -> str:
        """What leads back to it, behind the address of the page."""
        return f"?conversation={self.conversation}&exchange={self.number}"


@dataclass(frozen=True, slots=True)
class ShownExchange:
    """One question as it was typed, and what came of it: an answer, a problem in words, or neither yet.

    ``unkept`` says why it could not be kept, ``model`` who was chosen to write the answer ("": nobody).
    """

    asked: str
    answer: Answer | None = None
    problem: str | None = None
    stage: Stage = "answered"
    filters: Filters = field(default_factory=Filters)
    kept: Kept | None = None
    unkept: str = ""
    model: str = ""


Conversation = tuple[ShownExchange, ...]


def history(conversation: Conversation) -> list[Turn]:
    """The answered exchanges as ``(role, text)`` pairs, oldest first."""
    turns: list[Turn] = []
    for exchange in conversation:
        if exchange.answer is not None:
            turns += [("user", exchange.asked), ("assistant", exchange.answer.text)]
    return turns


def id_of(conversation: Conversation) -> str:
    """The id under which a conversation is kept; "" where nothing of it is."""
    return next((one.kept.conversation for one in conversation if one.kept), "")


def filters_in_words(filters: Filters) -> str:
    """The filters in words, with the first of many names alone."""
    return str(replace(filters, sources=_few(filters.sources), publishers=_few(filters.publishers)))


def stopped(conversation: Conversation) -> Conversation:
    """The conversation with nothing under way any more."""
    if not conversation or conversation[-1].stage != "answering":
        return conversation
    return (*conversation[:-1], replace(conversation[-1], stage="stopped"))


def render_conversation(conversation: Conversation, *, editing: bool = False, linked: int | None = None) -> Markup:
    """HTML of every exchange, oldest first; ``editing`` says that the last question is being written anew.

    ``linked`` is the position of the one that a link leads to.
    """
    turns = [
        _render_exchange(position, conversation, editing=editing, linked=linked)
        for position in range(len(conversation))
    ]
    return render("conversation.turns", id=id_of(conversation), first=None, turns=turns)


def render_last(conversation: Conversation, *, editing: bool = False) -> Markup:
    """HTML of the last exchange alone; ``data-from`` says how many come before it, which the page has already.

    The page's script puts it behind those, in the place of what stands there.
    """
    last = len(conversation) - 1
    turn = _render_exchange(last, conversation, editing=editing)
    return render("conversation.turns", id=id_of(conversation), first=last, turns=[turn])


def render_welcome(documents: Sequence[DocumentRecord]) -> Markup:
    """HTML of the conversation before the first question: what can be asked, with examples while they apply."""
    readable = [record for record in documents if record.passages]
    if not readable and any(not record.is_complete for record in documents):
        return render("conversation.taking_in")
    if not readable:
        return render("conversation.no_documents")
    has_shipped = any(record.source.startswith(SHIPPED_FOLDER) for record in readable)
    return render("conversation.welcome", documents=len(readable), examples=EXAMPLES if has_shipped else ())


def example_at(position: object) -> str:
    """The example question that a button names, or ``""`` for anything else a browser may send."""
    known = isinstance(position, str) and position in {str(number) for number in range(len(EXAMPLES))}
    return EXAMPLES[int(str(position))] if known else ""


def _render_exchange(position: int, conversation: Conversation, *, editing: bool, linked: int | None = None) -> Markup:
    exchange, is_last = conversation[position], position == len(conversation) - 1
    answer = None
    if exchange.problem is None and exchange.answer is not None:
        is_growing = exchange.stage == "answering"
        answer = render_answer(position, exchange.asked, exchange.answer, is_growing=is_growing)
    return render(
        "conversation.exchange",
        exchange=exchange,
        question=shortened(exchange.asked),
        only=filters_in_words(exchange.filters) if exchange.filters else "",
        answer=answer,
        editing=editing and is_last,
        linked=position == linked,
        is_last=is_last,
    )


def _few(names: tuple[str, ...]) -> tuple[str, ...]:
    return names if len(names) <= NAMES_SHOWN else (*names[: NAMES_SHOWN - 1], f"{len(names) - NAMES_SHOWN + 1} more")
