"""The conversation: what was asked, what came of it, and the page before the first question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.conversations.values import Narrowing
from assistant.interfaces.page.answer import render_answer, shortened
from assistant.interfaces.page.markup import count, plain
from assistant.types import Answer, DocumentRecord, Turn

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
"""How many names of a narrowing are shown one by one."""


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
class Exchange:
    """One question as it was typed, and what came of it: an answer, a problem in words, or neither yet.

    ``unkept`` says why it could not be kept, ``model`` who was chosen to write the answer ("": nobody).
    """

    asked: str
    answer: Answer | None = None
    problem: str | None = None
    stage: Stage = "answered"
    narrowing: Narrowing = field(default_factory=Narrowing)
    kept: Kept | None = None
    unkept: str = ""
    model: str = ""


Conversation = tuple[Exchange, ...]


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


def narrowed_in_words(narrowing: Narrowing) -> str:
    """A narrowing as `Narrowing` has it in words, with the first of many names alone."""
    return str(replace(narrowing, documents=_few(narrowing.documents), publishers=_few(narrowing.publishers)))


def stopped(conversation: Conversation) -> Conversation:
    """The conversation with nothing under way any more."""
    if not conversation or conversation[-1].stage != "answering":
        return conversation
    return (*conversation[:-1], replace(conversation[-1], stage="stopped"))


def render_conversation(conversation: Conversation, *, editing: bool = False, linked: int | None = None) -> str:
    """HTML of every exchange, oldest first; ``editing`` says that the last question is being written anew.

    ``linked`` is the position of the one that a link leads to.
    """
    turns = (
        _render_exchange(position, conversation, editing=editing, linked=linked)
        for position in range(len(conversation))
    )
    return _render_turns(conversation, "".join(turns))


def render_last(conversation: Conversation, *, editing: bool = False) -> str:
    """HTML of the last exchange alone; ``data-from`` says how many come before it, which the page has already.

    The page's script puts it behind those, in the place of what stands there.
    """
    last = len(conversation) - 1
    turn = _render_exchange(last, conversation, editing=editing)
    return _render_turns(conversation, turn, f' data-from="{last}"')


def render_welcome(documents: Sequence[DocumentRecord]) -> str:
    """HTML of the conversation before the first question: what can be asked, with examples while they apply."""
    readable = [record for record in documents if record.passages]
    if not readable and any(not record.is_complete for record in documents):
        return (
            '<div class="welcome" data-conversation=""><h2>Your documents are being taken in</h2>'
            "<p>You can ask as soon as the first passages are there. <b>Documents</b> above shows how far it is.</p>"
            "</div>"
        )
    if not readable:
        return (
            '<div class="welcome" data-conversation=""><h2>No documents yet</h2>'
            "<p>Open <b>Documents</b> above and drop in some files. "
            "Then ask: every sentence of the answer will show where it comes from.</p></div>"
        )
    examples = ""
    if any(record.source.startswith(SHIPPED_FOLDER) for record in readable):
        buttons = (
            f'<li><button type="button" class="example" data-example="{number}">{plain(question)}</button></li>'
            for number, question in enumerate(EXAMPLES)
        )
        examples = f'<p class="hint">For example</p><ul class="examples">{"".join(buttons)}</ul>'
    return (
        f'<div class="welcome" data-conversation=""><h2>What would you like to know?</h2>'
        f"<p>Answers come from your {count(len(readable), 'document')}, and from nowhere else. "
        f"Click a number to read the sentence it stands for.</p>{examples}</div>"
    )


def example_at(position: object) -> str:
    """The example question that a button names, or ``""`` for anything else a browser may send."""
    known = isinstance(position, str) and position in {str(number) for number in range(len(EXAMPLES))}
    return EXAMPLES[int(str(position))] if known else ""


def _render_turns(conversation: Conversation, turns: str, attributes: str = "") -> str:
    id = plain(id_of(conversation))
    return f'<section class="turns" data-conversation="{id}"{attributes} aria-label="Conversation">{turns}</section>'


def _render_exchange(position: int, conversation: Conversation, *, editing: bool, linked: int | None = None) -> str:
    exchange, is_last = conversation[position], position == len(conversation) - 1
    marks = f"{' editing' if editing and is_last else ''}{' linked' if position == linked else ''}"
    if exchange.problem is not None:
        reply = f'<p class="problem">{plain(exchange.problem)}</p>'
    elif exchange.answer is not None:
        is_growing = exchange.stage == "answering"
        reply = render_answer(position, exchange.asked, exchange.answer, is_growing=is_growing)
    elif exchange.stage == "answering":
        reply = '<p class="waiting">Reading your documents<span class="dots"></span></p>'
    else:
        reply = ""
    if exchange.stage == "stopped":
        reply += '<p class="hint halted">Stopped.</p>'
    if exchange.unkept:
        reply += f'<p class="notice">{plain(exchange.unkept)}</p>'
    if exchange.stage != "answering":
        reply += _render_actions(exchange, is_last=is_last, editing="editing" in marks)
    question = f'<h2 class="question" dir="auto">{plain(shortened(exchange.asked))}</h2>'
    if exchange.narrowing:
        only = plain(narrowed_in_words(exchange.narrowing))
        question += f'<p class="understood only" dir="auto">Only in: {only}</p>'
    focusable = ' tabindex="-1"' if "linked" in marks else ""
    return (
        f'<article class="turn{marks}" data-stage="{exchange.stage}"{focusable}>{question}'
        f'<div class="reply">{reply}</div></article>'
    )


def _render_actions(exchange: Exchange, *, is_last: bool, editing: bool) -> str:
    """What can be done with an answer: copy it; with the last one also ask again or ask otherwise."""
    if editing:
        return (
            '<p class="hint replaced">The answer to your edited question takes the place of this one.</p>'
            '<div class="actions"><button type="button" data-do="edit">Keep this one</button></div>'
        )
    copy = '<button type="button" data-do="copy" title="Copy the answer with its sources">Copy</button>'
    if exchange.kept is not None:
        link = plain(exchange.kept.link)
        copy += f'<button type="button" data-do="link" data-link="{link}" title="Copy a link to it">Copy link</button>'
    anew = (
        '<button type="button" data-do="retry">Ask again</button>'
        '<button type="button" data-do="edit" title="Edit the question">Edit</button>'
    )
    return f'<div class="actions">{copy if exchange.answer else ""}{anew if is_last else ""}</div>'


def _few(names: tuple[str, ...]) -> tuple[str, ...]:
    return names if len(names) <= NAMES_SHOWN else (*names[: NAMES_SHOWN - 1], f"{len(names) - NAMES_SHOWN + 1} more")
