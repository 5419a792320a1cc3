"""What is kept of watched questions. All are frozen; moments are ISO 8601 in UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from assistant.types import Answer, Failure, Filters

CheckState = Literal["first", "unchanged", "changed", "not asked"]


@dataclass(frozen=True, slots=True)
class Watch:
    """A watched question, and how it fares.

    ``number`` names it, and never another one after it. ``changed_at`` is when its answer changed the last time; ""
    where it never did. ``problem`` says why it could not be asked the last time; "" where it could. ``untold`` names
    where changes of it could not be told yet, and why.
    """

    number: int
    question: str
    filters: Filters
    added_at: str
    asked_at: str
    changed_at: str = ""
    problem: str = ""
    untold: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class WatchedAnswer:
    """An answer that was kept, with the moment at which it was first given; ``id`` names it among all."""

    id: int
    answered_at: str
    answer: Answer


def moment_of(one: WatchedAnswer) -> datetime:
    """When an answer was first given."""
    return datetime.fromisoformat(one.answered_at)


@dataclass(frozen=True, slots=True)
class WatchHistory:
    """A watched question with its answers, each of which differed from the one before; the newest first."""

    watch: Watch
    answers: tuple[WatchedAnswer, ...]


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """That the answer to the watched question ``number`` became another."""

    number: int
    question: str
    filters: Filters
    before: WatchedAnswer
    after: WatchedAnswer


@dataclass(frozen=True, slots=True)
class WatchCheck:
    """What came of asking a watched question.

    ``after`` is the answer that is kept of it now; None where it was "not asked", and ``problem`` says why. ``before``
    is the one before, where it "changed".
    """

    number: int
    question: str
    state: CheckState
    filters: Filters = field(default_factory=Filters)
    before: WatchedAnswer | None = None
    after: WatchedAnswer | None = None
    problem: str = ""
