"""What goes over HTTP comes back as it was: every value that a route answers, whatever its texts hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.conversations.encoding import from_plain
from assistant.conversations.values import Conversation, ConversationSummary
from assistant.corpus.feeds import FeedState
from assistant.http_values import DocumentList, DocumentRead, DrawnPage, ExplainedAnswer, Job
from assistant.interfaces.as_json import to_json
from assistant.news.views import Briefing, Compared, News, Overview, Positions, Timeline
from assistant.types import (
    Answer,
    Health,
    Mentions,
    ModelChoice,
    Passage,
    RemovedFile,
    ScoredPassage,
    SyncReport,
)
from assistant.watches.watch_values import Watch, WatchCheck, WatchHistory
from tests.answers import texts

ANSWERED = [
    Answer, ScoredPassage, Mentions, Positions, Timeline, Overview, News, Compared, Briefing, ModelChoice, Health,
    Conversation, ConversationSummary, DocumentList, DocumentRead, Passage, DrawnPage, RemovedFile, SyncReport,
    FeedState, Job, ExplainedAnswer, Watch, WatchCheck, WatchHistory,
]  # fmt: skip
"""Every kind of value that a route answers."""

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(str, texts)


@pytest.mark.parametrize("kind", ANSWERED, ids=lambda kind: kind.__name__)
def test_a_value_comes_back_from_json_as_it_was(kind: type[Any]) -> None:
    @settings(max_examples=25)
    @given(st.from_type(kind))
    def comes_back(value: object) -> None:
        assert from_plain(kind, json.loads(to_json(value))) == value
        assert from_plain(list[kind], json.loads(to_json([value, value]))) == [value, value]  # type: ignore[valid-type]

    comes_back()


@pytest.mark.parametrize("plain", [None, 7, {}, {"source": "a"}, {"source": 7, "removed_at": ""}, {"nothing": "x"}])
def test_what_is_no_such_value_is_refused(plain: object) -> None:
    with pytest.raises(ValueError, match=r"RemovedFile|is not of the kind"):
        from_plain(RemovedFile, plain)
