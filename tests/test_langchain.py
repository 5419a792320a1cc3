"""The corpus inside a LangChain chain, with a chat model that repeats what it is told."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.documents import Document
from langchain_core.language_models.fake_chat_models import ParrotFakeChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough

from assistant import Assistant, QuestionError
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
    retriever = CorpusRetriever(assistant=corpus, limit=1)
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
    [document] = CorpusRetriever(assistant=corpus, limit=1).invoke("What does the tawny owl hunt?")
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
        ({"limit": 1}, ["birds/owl.md"]),
    ],
)
def test_the_filters_of_search_hold(corpus: Assistant, filters: dict[str, Any], sources: list[str]) -> None:
    found = CorpusRetriever(assistant=corpus, **filters).invoke("Where does the tawny owl hunt?")
    assert [document.metadata["source"] for document in found] == sources


def test_several_questions_are_answered_in_order(corpus: Assistant) -> None:
    found = CorpusRetriever(assistant=corpus, limit=1).batch(["tawny owl", "harbour crane"])
    assert [[document.metadata["source"] for document in documents] for documents in found] == [
        ["birds/owl.md"],
        ["crane.md"],
    ]


def test_an_empty_question_is_refused_as_everywhere(corpus: Assistant) -> None:
    with pytest.raises(QuestionError, match=r"^The question is empty\."):
        CorpusRetriever(assistant=corpus).invoke(" ")
