"""Which corpus is used, and what it is narrowed to: what all that is offered to LangChain is made with."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from assistant.assistant import Assistant


class Narrowing(BaseModel):
    """The filters of `Assistant.search`: days (ISO 8601, both included), documents or folders, and publishers."""

    since: str | None = None
    until: str | None = None
    source: str | list[str] | None = None
    publisher: str | list[str] | None = None


FILTERS = tuple(Narrowing.model_fields)


class NarrowedCorpus(Narrowing):
    """An assistant, and what its corpus is narrowed to."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Assistant

    @property
    def narrowing(self) -> dict[str, Any]:
        """The filters by name, as the methods of `Assistant` take them."""
        return {name: getattr(self, name) for name in FILTERS}
