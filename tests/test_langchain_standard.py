"""LangChain's own tests of retrievers and tools, held over a corpus: every way into it behaves as LangChain expects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import BaseTool
from langchain_tests.integration_tests import RetrieversIntegrationTests, ToolsIntegrationTests
from langchain_tests.unit_tests import ToolsUnitTests

from assistant import Assistant
from assistant.langchain import CitewellTool, CorpusRetriever, PositionRetriever, SubjectRetriever

if TYPE_CHECKING:
    from tests.conftest import OpenCorpus

pytestmark = pytest.mark.anyio

HEAD = "---\ntitle: {title}\npublished: {day}\n---\n\n{text}\n"
FILES = {
    "toll.md": HEAD.format(
        title="Toll", day="2025-03-02", text="Marta Kroll, the mayor, said that the harbour toll is fair."
    ),
    "fishing.md": HEAD.format(
        title="Fishing", day="2025-04-11", text="Pia Lund, a fisher, said that the harbour toll ruins her."
    ),
    "council.md": HEAD.format(
        title="Council", day="2025-05-20", text="Ivo Hahn denied on Tuesday that the harbour toll had failed."
    ),
    "trade.md": HEAD.format(
        title="Trade", day="2025-06-01", text="Juri Brandt warned that the harbour toll drives ships to Stane."
    ),
}


@pytest.fixture(scope="module")
def corpus(open_corpus: OpenCorpus) -> Assistant:
    return open_corpus(FILES)


class OverTheCorpus:
    """What the standard tests make their subject with."""

    @pytest.fixture(autouse=True)
    def _over(self, corpus: Assistant) -> None:
        self.corpus = corpus


class RetrieverTests(OverTheCorpus, RetrieversIntegrationTests):
    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"assistant": self.corpus}

    @property
    def retriever_query_example(self) -> str:
        return "harbour toll"


class TestCorpusRetriever(RetrieverTests):
    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return CorpusRetriever


class TestPositionRetriever(RetrieverTests):
    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return PositionRetriever


class TestSubjectRetriever(RetrieverTests):
    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return SubjectRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"assistant": self.corpus, "view": "brief"}


class ToolUnderTest(OverTheCorpus):
    @property
    def tool_constructor(self) -> type[BaseTool]:
        return CitewellTool

    @property
    def tool_constructor_params(self) -> dict[str, Any]:
        return {"assistant": self.corpus}

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return {"question": "Who said that the harbour toll is fair?"}


class TestToolAsAUnit(ToolUnderTest, ToolsUnitTests):
    pass


class TestToolAtWork(ToolUnderTest, ToolsIntegrationTests):
    pass
