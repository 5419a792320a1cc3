"""Citewell: ask your documents; every sentence of the answer shows where it comes from.

    from assistant import Settings, open_assistant

    with open_assistant(Settings(corpus_dir="corpus")) as assistant:
        assistant.sync()
        print(assistant.ask("What is Russia's view of NATO expansion?").text)

Names are loaded when they are first used, so that importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.access.collections import Collection, Collections, OpenCollection
    from assistant.answering.plan import AnswerPlan
    from assistant.assembly import open_assistant
    from assistant.assistant import Assistant
    from assistant.client import Client
    from assistant.conversations.values import Conversation, ConversationSummary, Exchange
    from assistant.errors import (
        BackupError,
        CitewellError,
        CollectionError,
        ConversationError,
        CorpusError,
        EvaluationError,
        FetchError,
        IndexBusy,
        IndexDamaged,
        IndexMismatch,
        LimitError,
        ModelUnavailable,
        NotAllowed,
        QuestionError,
        ReadError,
        ServiceError,
        SettingsError,
        SignOnError,
        Stopped,
        StorageError,
        TokenError,
        UserError,
        WatchError,
    )
    from assistant.news.views import (
        Compared,
        ComparedRow,
        Contradiction,
        Event,
        LeadingName,
        News,
        Overview,
        Position,
        Positions,
        Speaker,
        Story,
        Theme,
        Timeline,
    )
    from assistant.places import Place
    from assistant.rights import Rights
    from assistant.settings import Settings
    from assistant.types import (
        Answer,
        AnswerSentence,
        Citation,
        Computation,
        Document,
        DocumentRecord,
        Failure,
        Filters,
        Mention,
        MentionList,
        Mentions,
        ModelChoice,
        PageImage,
        Passage,
        RemovedFile,
        ScoredPassage,
        SpeakersCompared,
        Spelling,
        SyncProgress,
        SyncReport,
        TableRow,
    )
    from assistant.watches.watch_values import AnswerChange, Watch, WatchCheck, WatchedAnswer, WatchHistory

__version__ = "0.1.0"

_HOMES = {
    "assistant.assembly": ("open_assistant",),
    "assistant.settings": ("Settings",),
    "assistant.answering.plan": ("AnswerPlan",),
    "assistant.rights": ("Rights",),
    "assistant.access.collections": ("Collection", "Collections", "OpenCollection"),
    "assistant.assistant": ("Assistant",),
    "assistant.client": ("Client",),
    "assistant.types": (
        "Answer",
        "AnswerSentence",
        "Citation",
        "Computation",
        "TableRow",
        "Passage",
        "ScoredPassage",
        "Document",
        "DocumentRecord",
        "PageImage",
        "SyncReport",
        "SyncProgress",
        "RemovedFile",
        "Failure",
        "Filters",
        "ModelChoice",
        "Mentions",
        "Mention",
        "MentionList",
        "SpeakersCompared",
        "Spelling",
    ),
    "assistant.news.views": (
        "Positions",
        "Speaker",
        "Position",
        "Timeline",
        "Event",
        "Overview",
        "Theme",
        "LeadingName",
        "News",
        "Story",
        "Contradiction",
        "Compared",
        "ComparedRow",
    ),
    "assistant.places": ("Place",),
    "assistant.conversations.values": ("Conversation", "ConversationSummary", "Exchange"),
    "assistant.watches.watch_values": ("Watch", "WatchCheck", "WatchHistory", "WatchedAnswer", "AnswerChange"),
    "assistant.errors": (
        "CitewellError",
        "SettingsError",
        "SignOnError",
        "CorpusError",
        "FetchError",
        "ReadError",
        "QuestionError",
        "ConversationError",
        "WatchError",
        "UserError",
        "CollectionError",
        "TokenError",
        "NotAllowed",
        "LimitError",
        "ServiceError",
        "BackupError",
        "EvaluationError",
        "IndexBusy",
        "IndexMismatch",
        "IndexDamaged",
        "StorageError",
        "Stopped",
        "ModelUnavailable",
    ),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [  # in reading order
    "open_assistant",
    "Settings",
    "Assistant",
    "Rights",
    "Collection",
    "Collections",
    "OpenCollection",
    "Client",
    "Answer",
    "AnswerSentence",
    "AnswerPlan",
    "Citation",
    "Computation",
    "TableRow",
    "Passage",
    "Place",
    "ScoredPassage",
    "Document",
    "DocumentRecord",
    "PageImage",
    "SyncReport",
    "SyncProgress",
    "RemovedFile",
    "Failure",
    "Conversation",
    "ConversationSummary",
    "Exchange",
    "Filters",
    "ModelChoice",
    "Mentions",
    "Mention",
    "MentionList",
    "Spelling",
    "Positions",
    "Speaker",
    "SpeakersCompared",
    "Position",
    "Timeline",
    "Event",
    "Overview",
    "Theme",
    "LeadingName",
    "News",
    "Story",
    "Contradiction",
    "Compared",
    "ComparedRow",
    "Watch",
    "WatchCheck",
    "WatchHistory",
    "WatchedAnswer",
    "AnswerChange",
    "CitewellError",
    "SettingsError",
    "SignOnError",
    "CorpusError",
    "FetchError",
    "ReadError",
    "QuestionError",
    "ConversationError",
    "WatchError",
    "UserError",
    "CollectionError",
    "TokenError",
    "NotAllowed",
    "LimitError",
    "ServiceError",
    "BackupError",
    "EvaluationError",
    "IndexBusy",
    "IndexMismatch",
    "IndexDamaged",
    "StorageError",
    "Stopped",
    "ModelUnavailable",
]


def __getattr__(name: str) -> Any:
    if name in _HOME_OF:
        return getattr(import_module(_HOME_OF[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
