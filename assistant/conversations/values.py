"""What is kept of a conversation. All are frozen; moments are ISO 8601 in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from assistant.errors import ConversationError
from assistant.rights import LOCAL_OWNER as LOCAL_OWNER
from assistant.types import Answer, Filters, ModelChoice, Turn


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question as it was typed, and its answer; ``stopped`` says that the answer was cut short by the person.

    There is no answer where it was stopped before any word, or where answering failed: ``problem`` then says how.
    ``model`` is who was chosen to write it; "" where nobody was. ``asked_at`` is filled in when the exchange is stored,
    where it is empty.
    """

    asked: str
    answer: Answer | None
    filters: Filters = field(default_factory=Filters)
    stopped: bool = False
    asked_at: str = ""
    model: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """A conversation as it is listed, with the number of its exchanges."""

    id: str
    title: str
    created_at: str
    changed_at: str
    exchanges: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation with its exchanges, oldest first; their numbers count from 1.

    ``id`` cannot be guessed: 128 random bits in hexadecimal digits.
    """

    id: str
    title: str
    created_at: str
    changed_at: str
    exchanges: tuple[Exchange, ...] = ()

    def history(self) -> list[Turn]:
        """The exchanges that have an answer, as the ``history`` that `Assistant.ask` takes."""
        turns: list[Turn] = []
        for exchange in self.exchanges:
            if exchange.answer is not None:
                turns += [("user", exchange.asked), ("assistant", exchange.answer.text)]
        return turns

    def model(self, choices: Sequence[ModelChoice]) -> str | None:
        """Who was chosen to write the last answer, if that is still a choice; else None."""
        chosen = self.exchanges[-1].model if self.exchanges else ""
        return chosen if chosen in [choice.name for choice in choices] else None

    def only(self, number: int) -> Self:
        """The conversation with nothing but one of its exchanges.

        Raises:
            ConversationError: there is no exchange of that number.
        """
        if not 1 <= number <= len(self.exchanges):
            raise ConversationError(f"The conversation {self.title!r} has no exchange {number}, but 1 to "
                                    f"{len(self.exchanges)}.")  # fmt: skip
        return replace(self, exchanges=(self.exchanges[number - 1],))
