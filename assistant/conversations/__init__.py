"""Conversations as their owners keep them: stored, searched, and taken elsewhere."""

from assistant.conversations.formats import FORMATS, Format, export, file_name
from assistant.conversations.markdown import answer_as_markdown
from assistant.conversations.store import LOCAL_OWNER, Conversations
from assistant.conversations.values import Conversation, ConversationSummary, Exchange, Narrowing

__all__ = [
    "Conversations",
    "LOCAL_OWNER",
    "Conversation",
    "ConversationSummary",
    "Exchange",
    "Narrowing",
    "answer_as_markdown",
    "FORMATS",
    "Format",
    "export",
    "file_name",
]
