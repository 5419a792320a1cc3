"""Questions over the HTTP API, asked by programs and by our own client over real HTTP on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from assistant import Assistant, Client, QuestionError
from tests.index_tools import Desk

QUESTION = "How tall is the lighthouse of Veldt?"
HARBOUR = "# Harbour\n\nThe lighthouse of Veldt is 31 metres tall. Ada Thorne kept it until 1974.\n"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.write({"harbour.md": HARBOUR})
    with desk.assistant() as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[Client]:
    with Client(address) as client:
        yield client


def test_an_answer_is_the_one_that_the_assistant_gives(client: Client, assistant: Assistant) -> None:
    assert client.ask(QUESTION) == assistant.ask(QUESTION)
    assert list(client.stream(QUESTION)) == list(assistant.stream(QUESTION))


def test_an_error_is_told_as_problem_details_and_raised_as_its_kind(client: Client, address: str) -> None:
    told = httpx.post(f"{address}/api/v1/ask", json={"question": " "})
    assert (told.status_code, told.headers["content-type"]) == (400, "application/problem+json")
    assert told.json() == {
        "type": "urn:citewell:error:QuestionError",
        "title": "The question cannot be used",
        "status": 400,
        "detail": "The question is empty. Ask something, for example: What is this about?",
        "instance": "/api/v1/ask",
    }
    with pytest.raises(QuestionError, match=r"^The question is empty\."):
        client.ask(" ")
