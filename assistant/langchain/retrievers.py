"""The corpus as LangChain retrievers, so that any chain can search it, or follow a subject through it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import asdict
from typing import Literal

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import run_in_executor
from pydantic import PositiveInt

from assistant.langchain.narrowed_corpus import NarrowedCorpus
from assistant.news.views import CitedView, Position
from assistant.pipeline import SHOWN_PASSAGES
from assistant.types import Citation


class _NarrowedRetriever(NarrowedCorpus, BaseRetriever):
    """Retrieves the first ``k`` documents, of which `invoke` and `ainvoke` can be given another number.

    ``ainvoke`` looks for them in a thread. When it is cancelled, what comes of that is dropped.
    """

    k: PositiveInt | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        if k is not None and k < 1:
            raise ValueError(f"k is {k}, but it is how many documents are wanted: 1 or more.")
        return self._documents(query, k or self.k)

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        return await run_in_executor(None, self._get_relevant_documents, query, run_manager=run_manager.get_sync(), k=k)

    @abstractmethod
    def _documents(self, query: str, k: int | None) -> list[Document]:
        """The first ``k`` documents, or all."""


class CorpusRetriever(_NarrowedRetriever):
    """Retrieves the ``k`` best passages with `Assistant.search`.

    Each document's ``page_content`` is the passage's text, its ``id`` the passage's, and its ``metadata`` the
    passage's other fields (``source``, ``title``, ``start``, ``end``, ...) and ``score``.
    """

    k: PositiveInt = SHOWN_PASSAGES

    def _documents(self, query: str, k: int | None) -> list[Document]:
        documents = []
        for hit in self.assistant.search(query, k or self.k, **self.narrowing):
            fields = asdict(hit.passage)
            documents.append(
                Document(id=fields.pop("id"), page_content=fields.pop("text"), metadata={**fields, "score": hit.score})
            )
        return documents


class PositionRetriever(_NarrowedRetriever):
    """Retrieves who says what about a subject with `Assistant.positions`: all statements, or the first ``k``.

    Each document's ``page_content`` is a statement, exactly as it stands in the corpus, and its ``metadata`` tell the
    ``speaker``, the manner (``how``: said, reported or denied), whether it ``is_quoted``, and where it stands
    (``source``, ``title``, ``published``, ``publisher``, ``url``, ``start``, ``end``).
    """

    def _documents(self, query: str, k: int | None) -> list[Document]:
        found = self.assistant.positions(query, **self.narrowing)
        said = [(speaker.name, position) for speaker in found.speakers for position in speaker.positions]
        return [_statement(speaker, position) for speaker, position in said[:k]]


def _statement(speaker: str, position: Position) -> Document:
    return _quoted(position.citation, speaker=speaker, how=position.how, is_quoted=position.is_quoted)


class SubjectRetriever(_NarrowedRetriever):
    """Retrieves what a view tells of a subject, by the name of the method of `Assistant` that gives the view.

    Each document's ``page_content`` is a quote, exactly as it stands in the corpus: all quotes of the view, or the
    first ``k``. Its ``metadata`` tell what it is called there (``label``: the days of an event, the title of a story, a
    side, a subject, a section), its ``number``, and where it stands, as those of `PositionRetriever` do.
    """

    view: Literal["timeline", "whats_new", "compare", "overview", "brief"]

    def _documents(self, query: str, k: int | None) -> list[Document]:
        views: dict[str, Callable[..., CitedView]] = {
            "timeline": self.assistant.timeline,
            "whats_new": self.assistant.whats_new,
            "compare": self.assistant.compare,
            "overview": self.assistant.overview,
            "brief": self.assistant.brief,
        }
        found = views[self.view](query, **self.narrowing)
        return [_quoted(citation, label=label, number=citation.number) for label, citation in found.labelled[:k]]


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
