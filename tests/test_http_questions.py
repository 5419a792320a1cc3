"""Questions over the HTTP API, asked by programs and by our own client over real HTTP on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from assistant import (
    Assistant,
    Client,
    ConversationError,
    CorpusError,
    ModelUnavailable,
    QuestionError,
    ServiceError,
    WatchError,
)
from assistant.conversations.values import LOCAL_OWNER
from assistant.models.language_model import LanguageModels
from tests.browser import served
from tests.conftest import write_corpus
from tests.index_tools import Desk
from tests.model_server import free_port, model_server
from tests.test_written_answers import FILES, WRITTEN
from tests.test_written_answers import QUESTION as CRANES
from tests.web_server import Page, served_site

QUESTION = "How tall is the lighthouse of Veldt?"
HARBOUR = """---
title: Harbour
published: 2024-05-31
publisher: Office
---
The lighthouse of Veldt is 31 metres tall. Ada Thorne kept it until 1974.
Mayor Hanna Voss said the lighthouse will close.
"""
OTHER = "---\ntitle: Notes\npublished: 2024-06-02\npublisher: Desk\n---\nThe lighthouse of Veldt is 33 metres tall.\n"

NOT_OVER_HTTP = {
    "add_library", "add_mailbox", "add_site", "calibrate_reader", "check_failed_watches", "collections", "counts",
    "end_soon", "follows_web", "for_user", "index_state", "is_ending", "loading_model", "mailboxes", "news_since",
    "prepare", "readable", "reader_margin", "refresh_mailboxes", "refresh_sites", "remove_mailbox", "remove_site",
    "sites", "taking_in", "told_to", "watch", "web_problems", "with_rights",
}  # fmt: skip


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    cranes = {f"cranes/{name}": text for name, text in FILES.items()}
    desk.write({"harbour.md": HARBOUR, "notes/other.md": OTHER} | cranes)
    with desk.assistant() as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[Client]:
    with Client(address) as client:
        yield client


Both = Callable[[Assistant | Client], Any]


@pytest.mark.parametrize(
    "asked",
    [
        lambda one: one.ask(QUESTION),
        lambda one: one.ask("And who kept it?", [("user", QUESTION), ("assistant", "31 metres.")]),
        lambda one: one.ask(QUESTION, source=["notes"], since="2024-06-01", model="extractive"),
        lambda one: one.ask("Which orchestra plays in Lemuria?"),
        lambda one: one.ask("How many documents mention the lighthouse?"),
        lambda one: list(one.stream(QUESTION, publisher="Desk")),
        lambda one: one.plan(QUESTION).why,
        lambda one: one.plan(QUESTION, publisher="Desk").answer,
        lambda one: one.plan("And who kept it?", [("user", QUESTION)], source="harbour.md").why,
        lambda one: one.plan("Which orchestra plays in Lemuria?").why,
        lambda one: one.search(QUESTION, 3),
        lambda one: one.search("And who kept it?", limit=2, history=[("user", QUESTION)], until="2024-05-31"),
        lambda one: one.mentions("lighthouse", limit=1, first=2, without=["lighthouses"]),
        lambda one: one.positions("lighthouse"),
        lambda one: one.timeline("lighthouse", publisher=["Office", "Desk"]),
        lambda one: one.overview(),
        lambda one: one.overview("lighthouse"),
        lambda one: one.whats_new(since="2024-01-01"),
        lambda one: one.compare(QUESTION, publisher=["Office", "Desk"]),
        lambda one: one.compare(QUESTION, period=["2023", "2024"]),
        lambda one: one.brief("lighthouse"),
        lambda one: one.documents(),
        lambda one: one.document("notes/other.md"),
        lambda one: one.passages("harbour.md"),
        lambda one: one.models,
        lambda one: one.health(),
        lambda one: one.removed(),
        lambda one: one.feeds(),
    ],
)
def test_the_client_gives_what_the_assistant_gives(client: Client, assistant: Assistant, asked: Both) -> None:
    assert asked(client) == asked(assistant)


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (lambda one: one.ask(" "), QuestionError),
        (lambda one: one.ask("x" * 100_000), QuestionError),
        (lambda one: list(one.stream("")), QuestionError),
        (lambda one: one.ask(QUESTION, since="yesterday"), QuestionError),
        (lambda one: one.ask(QUESTION, source="gone.md"), CorpusError),
        (lambda one: one.search(QUESTION, publisher="Nobody"), CorpusError),
        (lambda one: one.plan(" "), QuestionError),
        (lambda one: one.plan(QUESTION, source="gone.md"), CorpusError),
        (lambda one: one.add_watch(" "), QuestionError),
        (lambda one: one.add_watch(QUESTION, source="gone.md"), CorpusError),
        (lambda one: one.mentions(" "), QuestionError),
        (lambda one: one.compare(QUESTION, period=["2024", "x"]), QuestionError),
        (lambda one: one.document("gone.md"), CorpusError),
        (lambda one: one.remove("gone.md"), CorpusError),
        (lambda one: one.restore("gone.md"), CorpusError),
        (lambda one: one.remove_feed("https://nowhere.example/feed"), CorpusError),
    ],
)
def test_the_client_raises_what_the_assistant_raises(
    client: Client, assistant: Assistant, asked: Both, kind: type[Exception]
) -> None:
    told = []
    for one in (client, assistant):
        with pytest.raises(kind) as raised:
            asked(one)
        told.append(str(raised.value))
    assert told[0] == told[1]


def test_an_error_is_told_as_problem_details(address: str) -> None:
    told = httpx.post(f"{address}/api/v1/ask", json={"question": " "})
    assert (told.status_code, told.headers["content-type"]) == (400, "application/problem+json")
    assert told.json() == {
        "type": "urn:citewell:error:QuestionError",
        "title": "The question cannot be used",
        "status": 400,
        "detail": "The question is empty. Ask something, for example: What is this about?",
        "instance": "/api/v1/ask",
    }


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [{"pointer": "/question", "detail": "Field required"}]),
        ({"question": 7}, [{"pointer": "/question", "detail": "Input should be a valid string"}]),
        ({"question": "x", "sorce": "y"}, [{"pointer": "/sorce", "detail": "Extra inputs are not permitted"}]),
        (
            {"question": "x", "history": [{"role": "system", "text": "y"}]},
            [{"pointer": "/history/0/role", "detail": "Input should be 'user' or 'assistant'"}],
        ),
    ],
)
def test_what_is_not_valid_is_told_by_its_place(address: str, body: object, errors: object) -> None:
    told = httpx.post(f"{address}/api/v1/ask", json=body)
    assert (told.status_code, told.json()["errors"], told.json()["type"]) == (422, errors, "about:blank")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 50_000, b'{"question": "\\ud800"}', b"null"])
def test_what_is_no_json_of_ours_is_refused(address: str, body: bytes) -> None:
    told = httpx.post(f"{address}/api/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert told.status_code in (400, 422)
    assert told.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "status", "title"),
    [("GET", "/api/v1/nothing", 404, "Not Found"), ("GET", "/api", 404, "Not Found"),
     ("GET", "/api/v1/ask", 405, "Method Not Allowed"), ("PUT", "/api/v1/documents", 405, "Method Not Allowed"),
     ("GET", "/api/v1/docs", 404, "Not Found")],
)  # fmt: skip
def test_what_is_not_there_is_told_as_problem_details(
    address: str, method: str, path: str, status: int, title: str
) -> None:
    told = httpx.request(method, address + path)
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json() == {"type": "about:blank", "title": title, "status": status, "detail": title, "instance": path}


def test_an_error_that_nobody_thought_of_tells_nothing_of_itself(
    assistant: Assistant, address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("the secret is swordfish")

    monkeypatch.setattr(assistant, "health", fail)
    told = httpx.get(f"{address}/api/v1/health")
    assert (told.status_code, told.headers["content-type"]) == (500, "application/problem+json")
    assert "swordfish" not in told.text
    assert "the secret is swordfish" in caplog.text


def test_the_schema_describes_every_route_with_examples(address: str) -> None:
    schema = httpx.get(f"{address}/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.")
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            assert told["description"], (method, path)
            assert told["security"] == [{"HTTPBearer": []}]
    asked = schema["components"]["schemas"]["AskRequest"]["properties"]
    assert asked["question"]["examples"] == ["What is Russia's view of NATO expansion?"]
    assert schema["components"]["schemas"]["Citation"]["description"].startswith("A numbered reference")


class TestEvents:
    def test_parts_hold_what_changed_and_the_answer_is_whole(self, address: str, assistant: Assistant) -> None:
        with model_server() as server:
            assistant._models = LanguageModels("openai:veldt-1", f"{server.address}/v1")
            server.says(WRITTEN)
            try:
                told = httpx.post(
                    f"{address}/api/v1/ask",
                    json={"question": CRANES},
                    headers={"Accept": "text/event-stream"},
                    timeout=60,
                )
            finally:
                assistant._models = LanguageModels()
        assert told.headers["content-type"].startswith("text/event-stream")
        assert told.headers["x-accel-buffering"] == "no"
        events = [event.split("\ndata: ") for event in told.text.removeprefix("event: ").strip().split("\n\nevent: ")]
        names = [name for name, _ in events]
        assert names == ["part"] * (len(events) - 1) + ["answer"]
        known: dict[str, Any] = {}
        for _, data in events[:-1]:
            known |= json.loads(data)
        assert known == json.loads(events[-1][1])
        assert known["written_by"] == "openai:veldt-1"

    def test_an_error_on_the_way_is_an_event(
        self, client: Client, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def stream(*_: object, **__: object) -> Iterator[object]:
            yield whole
            raise CorpusError("The document is gone.")

        whole = assistant.ask(QUESTION)
        monkeypatch.setattr(assistant, "stream", stream)
        parts = client.stream(QUESTION)
        assert next(parts) == whole
        with pytest.raises(CorpusError, match=r"^The document is gone\.$"):
            next(parts)

    @pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
    def test_a_language_model_stops_when_whoever_asked_leaves(
        self, address: str, assistant: Assistant, accept: str
    ) -> None:
        with model_server() as server:
            assistant._models = LanguageModels("openai:veldt-1", f"{server.address}/v1")
            server.says(10.0, WRITTEN)
            try:
                assert server.is_left_by(address, "/api/v1/ask", {"question": CRANES}, accept)
            finally:
                assistant._models = LanguageModels()

    def test_a_language_model_stops_when_the_client_closes_the_stream(
        self, client: Client, assistant: Assistant
    ) -> None:
        with model_server() as server:
            assistant._models = LanguageModels("openai:veldt-1", f"{server.address}/v1")
            server.says(f"{WRITTEN} It has ", 10.0, "more.")
            try:
                parts = client.stream(CRANES)
                assert next(parts).written_by == "openai:veldt-1"
                parts.close()
                assert server.is_left_within(5.0)
            finally:
                assistant._models = LanguageModels()


class TestModels:
    def test_only_models_that_the_settings_name_may_be_asked_for(self, client: Client) -> None:
        with pytest.raises(
            ModelUnavailable, match=r"^There is no model 'openai:gpt-4o' here\. There are: extractive\.$"
        ):
            client.ask(QUESTION, model="openai:gpt-4o")


class TestConversations:
    def test_a_conversation_gives_the_history_and_keeps_the_answer(self, client: Client) -> None:
        id = client.begin_conversation("Lights").id
        first = client.ask(QUESTION, conversation=id)
        *_, second = client.stream("And who kept it?", conversation=id, publisher="Office")
        kept = client.conversation(id)
        assert [(one.asked, one.answer) for one in kept.exchanges] == [
            (QUESTION, first),
            ("And who kept it?", second),
        ]
        assert second == client.ask("And who kept it?", kept.only(1).history(), publisher="Office")
        assert kept.exchanges[1].filters.publishers == ("Office",)
        assert [(one.id, one.title, one.exchanges) for one in client.conversations()] == [(id, "Lights", 2)]
        client.delete_conversation(id)
        assert client.conversations() == []
        for gone in (client.conversation, client.delete_conversation, lambda id: client.ask(QUESTION, conversation=id)):
            with pytest.raises(ConversationError, match=f"^There is no conversation '{id}'"):
                gone(id)

    def test_a_history_beside_a_conversation_is_refused(self, client: Client) -> None:
        with pytest.raises(QuestionError, match=r"^Send a history or a conversation, not both\.$"):
            client.ask(QUESTION, [("user", "Hm?")], conversation=client.begin_conversation().id)


class TestWatches:
    def test_a_question_is_watched_and_asked_again_as_the_assistant_does(
        self, client: Client, assistant: Assistant
    ) -> None:
        added = client.add_watch(QUESTION, source=["notes"])
        assert added.after is not None
        assert added.after.answer.citations == assistant.ask(QUESTION, source=["notes"]).citations
        assert client.watches() == assistant.watches.all(LOCAL_OWNER)
        assert [(one.number, one.state) for one in client.check_watches()] == [(added.number, "unchanged")]
        corpus = assistant.settings.corpus_dir
        write_corpus(corpus, {"notes/other.md": OTHER.replace("33", "35")})
        assistant.sync()
        try:
            [check] = client.check_watches()
        finally:
            write_corpus(corpus, {"notes/other.md": OTHER})
            assistant.sync()
        assert (check.state, check.before) == ("changed", added.after)
        assert check.after is not None
        assert "35 metres" in check.after.answer.text
        history = client.watched(added.number)
        assert history == assistant.watches.open(LOCAL_OWNER, added.number)
        assert [one.answer.text for one in history.answers] == [check.after.answer.text, added.after.answer.text]
        with pytest.raises(WatchError, match=rf"^This question is watched already, as number {added.number}\.$"):
            client.add_watch(QUESTION, source=["notes"])
        client.remove_watch(added.number)
        assert (client.watches(), client.check_watches()) == ([], [])

    @pytest.mark.parametrize("number", [0, -1, 7, 10**30])
    def test_a_number_that_nobody_watches_is_told_so(self, client: Client, number: int) -> None:
        for ask in (client.watched, client.remove_watch):
            with pytest.raises(WatchError):
                ask(number)

    def test_the_client_has_what_the_assistant_has(self) -> None:
        """But for what belongs to the computer that the corpus is on, or is in other words where it is one's own."""
        public = {name for name in dir(Assistant) if not name.startswith("_")}
        assert public - set(dir(Client)) == NOT_OVER_HTTP


class TestClient:
    def test_a_server_that_is_not_there_is_told_with_what_to_check(self) -> None:
        address = f"http://127.0.0.1:{free_port()}"
        with Client(address) as client, pytest.raises(ServiceError) as refused:
            client.health()
        assert str(refused.value).startswith(f"The server at {address} cannot be asked: ")
        assert str(refused.value).endswith("Check the address, and that citewell serve runs there.")

    def test_another_server_is_told_as_such(self, assistant: Assistant) -> None:
        with served(assistant) as address, Client(f"{address}/theme.css?") as client, pytest.raises(ServiceError):
            client.health()

    def test_a_stream_that_breaks_off_is_told(self) -> None:
        with served_site() as site, Client(site.address) as client:
            site.pages["/api/v1/ask"] = Page(b"event: part\n", media_type="text/event-stream")
            with pytest.raises(ServiceError, match="broke off before the answer was whole"):
                list(client.stream(QUESTION))

    @pytest.mark.parametrize("source", ["../conversations/0f", "a/./b.md", "", "/etc/passwd"])
    def test_a_name_that_would_lead_to_another_route_is_none_of_a_document(self, client: Client, source: str) -> None:
        for ask in (client.document, client.passages, client.draw_page, client.remove, client.restore):
            with pytest.raises(CorpusError, match=f"^There is no document '{source}'"):
                ask(source)
