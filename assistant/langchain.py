"""The corpus as LangChain retrievers, so that any chain can search it, or follow a subject through it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Literal

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from assistant.assistant import Assistant
from assistant.news.views import CitedView, Position
from assistant.types import Citation


class CorpusRetriever(BaseRetriever):
    """Retrieves passages with `Assistant.search`.

    Each document's ``page_content`` is the passage's text, its ``id`` the passage's, and its ``metadata`` the
    passage's other fields (``source``, ``title``, ``start``, ``end``, ...) and ``score``.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Assistant
    limit: int = 10
    since: str | None = None
    until: str | None = None
    source: str | list[str] | None = None
    publisher: str | list[str] | None = None

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        hits = self.assistant.search(
            query, self.limit, since=self.since, until=self.until, source=self.source, publisher=self.publisher
        )
        documents = []
        for hit in hits:
            fields = asdict(hit.passage)
            documents.append(
                Document(id=fields.pop("id"), page_content=fields.pop("text"), metadata={**fields, "score": hit.score})
            )
        return documents


class PositionRetriever(BaseRetriever):
    """Retrieves who says what about a subject with `Assistant.positions`.

    Each document's ``page_content`` is a statement, exactly as it stands in the corpus, and its ``metadata`` tell the
    ``speaker``, the manner (``how``: said, reported or denied), whether it ``is_quoted``, and where it stands
    (``source``, ``title``, ``published``, ``publisher``, ``url``, ``start``, ``end``).
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Assistant
    since: str | None = None
    until: str | None = None
    source: str | list[str] | None = None
    publisher: str | list[str] | None = None

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        found = self.assistant.positions(
            query, since=self.since, until=self.until, source=self.source, publisher=self.publisher
        )
        return [_statement(speaker.name, position) for speaker in found.speakers for position in speaker.positions]


def _statement(speaker: str, position: Position) -> Document:
    return _quoted(position.citation, speaker=speaker, how=position.how, is_quoted=position.is_quoted)


class SubjectRetriever(BaseRetriever):
    """Retrieves what a view tells of a subject, by the name of the method of `Assistant` that gives the view.

    Each document's ``page_content`` is a quote, exactly as it stands in the corpus. Its ``metadata`` tell what it is
    called there (``label``: the days of an event, the title of a story, a side, a subject, a section), its ``number``,
    and where it stands, as those of `PositionRetriever` do.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Assistant
    view: Literal["timeline", "whats_new", "compare", "overview", "brief"]
    since: str | None = None
    until: str | None = None
    source: str | list[str] | None = None
    publisher: str | list[str] | None = None

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        views: dict[str, Callable[..., CitedView]] = {
            "timeline": self.assistant.timeline,
            "whats_new": self.assistant.whats_new,
            "compare": self.assistant.compare,
            "overview": self.assistant.overview,
            "brief": self.assistant.brief,
        }
        found = views[self.view](
            query, since=self.since, until=self.until, source=self.source, publisher=self.publisher
        )
        return [_quoted(citation, label=label, number=citation.number) for label, citation in found.labelled]


def _quoted(citation: Citation, **told: object) -> Document:
    """A quote with what is told of it and where it stands."""
    passage = citation.passage
    return Document(
        page_content=citation.quote,
        metadata={
            **told,
            "source": passage.source,
            "title": passage.title,
            "published": passage.published,
            "publisher": passage.publisher,
            "url": passage.url,
            "start": citation.start,
            "end": citation.end,
        },
    )
