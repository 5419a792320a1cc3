"""What programs send: checked, and described for OpenAPI with examples."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.types import Turn

Several = list[str] | str | None
MOST_PASSAGES = 100
MOST_SHOWN = 1_000


class SentValues(BaseModel):
    """What is sent holds no names that mean nothing: they are mistakes."""

    model_config = ConfigDict(extra="forbid", str_max_length=1_000_000)


class NarrowedRequest(SentValues):
    """What narrows a search."""

    since: str | None = Field(None, description="Only documents of this day or later.", examples=["2024-01-31"])
    until: str | None = Field(None, description="Only documents of this day or before.", examples=[None])
    source: Several = Field(None, description="Only this document or folder, or these.", examples=[["briefings"]])
    publisher: Several = Field(None, description="Only documents of this publisher, or these.", examples=[None])

    def filters(self) -> dict[str, Any]:
        """As `Assistant` takes them."""
        return {"since": self.since, "until": self.until, "source": self.source, "publisher": self.publisher}


class HistoryTurn(SentValues):
    """An earlier turn of a conversation."""

    role: Literal["user", "assistant"]
    text: str


class PlanRequest(NarrowedRequest):
    """A question whose answer is to be explained."""

    question: str = Field(examples=["What is Russia's view of NATO expansion?"])
    history: list[HistoryTurn] = Field([], description="Earlier turns, oldest first.", examples=[[]])

    def turns(self) -> list[Turn]:
        """The history as `Assistant` takes it."""
        return [(turn.role, turn.text) for turn in self.history]


class SearchRequest(PlanRequest):
    """A question that passages are looked for."""

    limit: int = Field(10, ge=1, le=MOST_PASSAGES, description="How many passages at most.")


class WatchRequest(NarrowedRequest):
    """A question to be watched."""

    question: str = Field(examples=["Which countries host the battlegroups?"])


class AskRequest(NarrowedRequest):
    """A question to be answered."""

    question: str = Field(examples=["What is Russia's view of NATO expansion?"])
    history: list[HistoryTurn] | None = Field(None, description="Earlier turns, oldest first.", examples=[[]])
    conversation: str | None = Field(
        None,
        description="Go on with this conversation, without a history, and keep the answer there.",
        examples=[None],
    )
    model: str | None = Field(
        None, description="Who writes it, one of GET models; by default the first.", examples=["extractive"]
    )
    stream: bool = Field(default=False, description="Send it as it grows, as server-sent events.")


class SubjectRequest(NarrowedRequest):
    """A subject to look at."""

    subject: str = Field(examples=["NATO expansion"])


class AnySubjectRequest(NarrowedRequest):
    """A subject to look at, or everything."""

    subject: str = Field("", description="Without one, all documents.", examples=["sanctions"])


class CompareRequest(NarrowedRequest):
    """A question to several sides: sources, publishers, periods or speakers of which several are named."""

    question: str = Field(examples=["What is said about NATO expansion?"])
    period: Several = Field(None, description='Periods such as "2024" or "2024-05..2024-09".', examples=[None])
    speaker: Several = Field(None, description="Speakers, by name.", examples=[["Putin", "Zelensky"]])


class MentionsRequest(NarrowedRequest):
    """What is looked for in every document."""

    query: str = Field(description="A word, a name or a phrase, with AND, NOT and NEAR/5.", examples=["NATO"])
    without: list[str] = Field([], description="Spellings that do not count.", max_length=100, examples=[[]])
    first: int = Field(1, ge=1, description="The number of the first document that is shown.")
    limit: int = Field(20, ge=0, le=MOST_SHOWN, description="How many are shown.")


class AddressRequest(SentValues):
    """A web address."""

    address: str = Field(examples=["https://example.org/article"], max_length=5_000)


class RefreshRequest(SentValues):
    """What is to be fetched again."""

    address: str | None = Field(None, description="One feed; without it, those that are due.", max_length=5_000)


class SyncRequest(SentValues):
    """How the index is brought up to date."""

    rebuild: bool = Field(default=False, description="Make the index anew.")
    verify: bool = Field(default=False, description="Compare the content of every file.")
    retry: bool = Field(default=False, description="Read files again that could not be read.")


class TitleRequest(SentValues):
    """What a conversation is called."""

    title: str = Field("", description="Without one it is called by its first question.", examples=["Sanctions"])
