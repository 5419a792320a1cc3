"""The corpus inside a LangChain chain, with a chat model that repeats what it is told."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.documents import Document
from langchain_core.language_models.fake_chat_models import ParrotFakeChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import ConfigurableField, RunnablePassthrough
from pydantic import ValidationError

from assistant import Assistant, QuestionError, ScoredPassage
from assistant.langchain import CorpusRetriever

if TYPE_CHECKING:
    from tests.conftest import OpenCorpus

OWL = "The tawny owl hunts voles at night in old oak woods."
CRANE = "The harbour crane of Veldt lifts forty tonnes of steel."


@pytest.fixture(scope="module")
def corpus(open_corpus: OpenCorpus) -> Assistant:
    return open_corpus(
        {
            "birds/owl.md": f"---\ntitle: Owls\npublished: 2024-05-31\nurl: https://veldt.example/owls\n---\n{OWL}\n",
            "crane.md": f"---\ntitle: Cranes\n---\n# Lifting\n\n{CRANE}\n",
        }
    )


def joined(documents: list[Document]) -> str:
    return "\n".join(f"{document.page_content} ({document.metadata['source']})" for document in documents)


def test_a_chain_answers_from_the_corpus(corpus: Assistant) -> None:
    prompt = ChatPromptTemplate.from_template("{context}\n\n{question}")
    retriever = CorpusRetriever(assistant=corpus, k=1)
    chain = (
        {"context": retriever | joined, "question": RunnablePassthrough()}
        | prompt
        | ParrotFakeChatModel()
        | StrOutputParser()
    )
    question = "How much does the harbour crane of Veldt lift?"
    assert chain.invoke(question) == f"{CRANE} (crane.md)\n\n{question}"


def test_a_document_is_a_passage_with_its_fields_and_score(corpus: Assistant) -> None:
    [hit] = corpus.search("What does the tawny owl hunt?", limit=1)
    [document] = CorpusRetriever(assistant=corpus, k=1).invoke("What does the tawny owl hunt?")
    assert (document.id, document.page_content) == (hit.passage.id, OWL)
    fields = {name: value for name, value in asdict(hit.passage).items() if name not in ("id", "text")}
    assert document.metadata == {**fields, "score": hit.score}
    assert (document.metadata["source"], document.metadata["url"]) == ("birds/owl.md", "https://veldt.example/owls")


@pytest.mark.parametrize(
    ("filters", "sources"),
    [
        ({}, ["birds/owl.md", "crane.md"]),
        ({"source": "birds"}, ["birds/owl.md"]),
        ({"source": "crane.md"}, ["crane.md"]),
        ({"since": "2024-05-31"}, ["birds/owl.md"]),
        ({"until": "2024-05-30"}, []),
        ({"k": 1}, ["birds/owl.md"]),
    ],
)
def test_the_filters_of_search_hold(corpus: Assistant, filters: dict[str, Any], sources: list[str]) -> None:
    found = CorpusRetriever(assistant=corpus, **filters).invoke("Where does the tawny owl hunt?")
    assert [document.metadata["source"] for document in found] == sources


@pytest.mark.parametrize("k", [0, -1])
def test_fewer_than_one_document_is_no_number_of_results(corpus: Assistant, k: int) -> None:
    with pytest.raises(ValidationError, match="greater than 0"):
        CorpusRetriever(assistant=corpus, k=k)
    with pytest.raises(ValueError, match=rf"^k is {k}, but it is how many documents are wanted: 1 or more\.$"):
        CorpusRetriever(assistant=corpus).invoke("tawny owl", k=k)


def test_a_number_of_results_that_is_asked_for_is_of_that_question_alone(corpus: Assistant) -> None:
    retriever = CorpusRetriever(assistant=corpus)
    assert [len(retriever.invoke("Where does the tawny owl hunt?", k=k)) for k in (1, 2)] == [1, 2]
    assert len(retriever.invoke("Where does the tawny owl hunt?")) == 2


def test_a_chain_is_narrowed_by_its_configuration(corpus: Assistant) -> None:
    retriever = CorpusRetriever(assistant=corpus).configurable_fields(source=ConfigurableField(id="folder"))
    found = retriever.invoke("Where does the tawny owl hunt?", {"configurable": {"folder": "birds"}})
    assert [document.metadata["source"] for document in found] == ["birds/owl.md"]


class TestAwaited:
    """What happens in an event loop while passages are looked for in a thread."""

    @pytest.fixture
    def begun(self) -> Event:
        return Event()

    @pytest.fixture
    def goes_on(self) -> Event:
        return Event()

    @pytest.fixture
    def slow(self, corpus: Assistant, monkeypatch: pytest.MonkeyPatch, begun: Event, goes_on: Event) -> Assistant:
        """The corpus, of which a search waits until it may go on."""
        search = corpus.search

        def waits(*args: Any, **options: Any) -> list[ScoredPassage]:
            begun.set()
            assert goes_on.wait(60)
            return search(*args, **options)

        monkeypatch.setattr(corpus, "search", waits)
        return corpus

    @pytest.mark.anyio
    async def test_the_loop_runs_on_until_the_passages_come(
        self, slow: Assistant, begun: Event, goes_on: Event
    ) -> None:
        finding = asyncio.create_task(CorpusRetriever(assistant=slow).ainvoke("harbour crane", k=1))
        while not begun.is_set():
            await asyncio.sleep(0)
        assert not finding.done()
        goes_on.set()
        assert [document.page_content for document in await finding] == [CRANE]

    @pytest.mark.anyio
    async def test_whoever_is_cancelled_waits_no_longer(self, slow: Assistant, begun: Event, goes_on: Event) -> None:
        finding = asyncio.create_task(CorpusRetriever(assistant=slow).ainvoke("harbour crane"))
        while not begun.is_set():
            await asyncio.sleep(0)
        finding.cancel()
        with pytest.raises(asyncio.CancelledError):
            await finding
        goes_on.set()  # only now, or the loop would wait for the thread at its end


def test_several_questions_are_answered_in_order(corpus: Assistant) -> None:
    found = CorpusRetriever(assistant=corpus, k=1).batch(["tawny owl", "harbour crane"])
    assert [[document.metadata["source"] for document in documents] for documents in found] == [
        ["birds/owl.md"],
        ["crane.md"],
    ]


def test_an_empty_question_is_refused_as_everywhere(corpus: Assistant) -> None:
    with pytest.raises(QuestionError, match=r"^The question is empty\."):
        CorpusRetriever(assistant=corpus).invoke(" ")
