"""Keeping what is asked on the page, among the conversations of whoever asked it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import gradio as gr

from assistant.conversations import values
from assistant.conversations.values import LOCAL_OWNER
from assistant.errors import ConversationError, StorageError
from assistant.interfaces.page.conversation import Conversation, Kept, ShownExchange, id_of

if TYPE_CHECKING:
    from assistant.conversations.store import Conversations

GONE_ON = "This answer was not kept: the conversation was deleted or has gone on elsewhere. Open it again from History."


def owner_of(request: gr.Request) -> str:
    """Whose conversations a request is about: the user's who logged in. What the browser sends has no say in it."""
    return request.username or LOCAL_OWNER


def tab_of(request: gr.Request) -> str:
    """Which browser tab a request comes from."""
    return request.session_hash or ""


def keep(conversations: Conversations, owner: str, before: Conversation, exchange: ShownExchange) -> ShownExchange:
    """The exchange with the place where it is kept, or with the reason why it is not.

    It takes the place that it has already, or else the one after ``before``, in a new conversation if need be. One that
    is being answered is kept as one that was stopped there.
    """
    stored = values.Exchange(
        exchange.asked,
        exchange.answer,
        exchange.filters,
        stopped=exchange.stage != "answered",
        model=exchange.model,
        problem=exchange.problem or "",
    )
    try:
        if exchange.kept is not None:
            conversations.replace_last(owner, exchange.kept.conversation, exchange.kept.number, stored)
            return replace(exchange, unkept="")
        id = id_of(before) or conversations.create(owner).id
        return replace(exchange, kept=Kept(id, conversations.append(owner, id, stored)), unkept="")
    except ConversationError:
        return replace(exchange, unkept=GONE_ON)
    except StorageError as error:
        return replace(exchange, unkept=f"This answer was not kept. {error}")


def resumed(conversation: values.Conversation) -> Conversation:
    """A conversation that was kept, as the page has it."""
    return tuple(
        ShownExchange(
            one.asked,
            one.answer,
            one.problem or None,
            stage="stopped" if one.stopped else "answered",
            filters=one.filters,
            kept=Kept(conversation.id, number),
            model=one.model,
        )
        for number, one in enumerate(conversation.exchanges, 1)
    )
