"""The corpus as a LangChain retriever, so that any chain can search it."""

from __future__ import annotations

from dataclasses import asdict

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from assistant.assistant import Assistant


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
