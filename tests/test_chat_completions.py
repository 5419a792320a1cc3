"""The corpus as a chat model: for the clients of OpenAI and LangChain, and as Open WebUI and LibreChat ask it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from langchain_openai import ChatOpenAI

from assistant import Assistant, CorpusError
from assistant.answering.citations import NO_ANSWER
from assistant.interfaces.http.chat_wording import SOURCES
from assistant.interfaces.http.client_chores import chore_reply
from assistant.models.language_model import LanguageModels
from assistant.users import Tokens, Users
from tests.browser import served
from tests.index_tools import Desk
from tests.model_server import ModelServer, model_server
from tests.test_written_answers import FILES, WRITTEN
from tests.test_written_answers import QUESTION as CRANES

QUESTION = "How tall is the lighthouse of Veldt?"
TALL = "The lighthouse of Veldt is 31 metres tall."
KEPT = "Ada Thorne kept the lighthouse of Veldt until 1974."
HARBOUR = f"---\ntitle: The [old] harbour\npublished: 2024-05-31\npublisher: Office\n---\n{TALL} {KEPT}\n"
TRICKS = (
    "# Tricks\n\nThe quay of Zorn is ![x](http://evil.example/spy.png) <img src=http://evil.example/a> [1] `wide`.\n"
)
SYSTEM: Any = {"role": "system", "content": "You are a pirate."}
UNANSWERED = "Which orchestra plays in Lemuria?"
OPEN_WEBUI = """### Task:
{}

### Output:
JSON format: {{ {} }}

### Chat History:
<chat_history>
USER: How tall is the lighthouse of Veldt?
ASSISTANT: The lighthouse of Veldt is 31 metres tall. [1]
</chat_history>"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.write(
        {"harbour & sea.md": HARBOUR, "tricks.md": TRICKS} | {f"cranes/{name}": one for name, one in FILES.items()}
    )
    with desk.assistant() as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture
def model(assistant: Assistant) -> Iterator[ModelServer]:
    """A language model that the settings name."""
    with model_server() as server:
        assistant._models = LanguageModels("openai:veldt-1", f"{server.address}/v1")
        yield server
        assistant._models = LanguageModels()


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client:
        yield client


def user(text: str) -> Any:
    return {"role": "user", "content": text}


class TestOpenAI:
    def test_the_corpus_is_a_model(self, client: openai.OpenAI) -> None:
        assert [one.id for one in client.models.list()] == ["citewell"]
        assert client.models.retrieve("citewell").owned_by == "citewell"
        with pytest.raises(openai.NotFoundError) as refused:
            client.models.retrieve("gpt-4o")
        assert refused.value.code == "model_not_found"

    def test_an_answer_has_its_sources_as_links_and_as_annotations(self, client: openai.OpenAI, address: str) -> None:
        told = client.chat.completions.create(model="citewell", messages=[user(QUESTION)])
        message = told.choices[0].message
        content = message.content or ""
        [annotation] = message.annotations or []
        cited = annotation.url_citation
        assert content == (
            f"{TALL} [1]{SOURCES}1. [The \\[old\\] harbour]({cited.url}) · Office · 2024-05-31 · harbour & sea.md"
        )
        assert content[cited.start_index : cited.end_index] == "[1]"
        assert (cited.title, told.choices[0].finish_reason, told.object) == (
            "The [old] harbour",
            "stop",
            "chat.completion",
        )
        assert cited.url.startswith(f"{address}/cited?source=harbour+%26+sea.md&start=0&end=42&said=")
        assert told.usage is not None
        assert (told.usage.prompt_tokens, told.usage.completion_tokens) == (9, -(-len(content) // 4))

    def test_the_link_of_a_source_shows_it_with_the_quote_marked(self, client: openai.OpenAI) -> None:
        told = client.chat.completions.create(model="citewell", messages=[user(QUESTION)])
        [annotation] = told.choices[0].message.annotations or []
        shown = httpx.get(annotation.url_citation.url)
        assert (shown.status_code, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert f"<mark>{TALL}</mark>" in shown.text
        assert "<script" not in shown.text

    def test_links_lead_to_the_public_address_where_there_is_one(
        self, client: openai.OpenAI, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        public = assistant.settings.model_copy(update={"public_url": "https://docs.example.org"})
        monkeypatch.setattr(assistant, "settings", public)
        told = client.chat.completions.create(model="citewell", messages=[user(QUESTION)])
        [annotation] = told.choices[0].message.annotations or []
        assert annotation.url_citation.url.startswith("https://docs.example.org/cited?source=harbour+%26+sea.md&")

    def test_a_stream_says_the_same_as_the_whole(self, client: openai.OpenAI) -> None:
        whole = client.chat.completions.create(model="citewell", messages=[user(QUESTION)])
        content, finishes, used = "", [], None
        annotations: list[Any] = []
        options: Any = {"include_usage": True}
        for chunk in client.chat.completions.create(
            model="citewell", messages=[user(QUESTION)], stream=True, stream_options=options
        ):
            used = chunk.usage or used
            for choice in chunk.choices:
                content += choice.delta.content or ""
                annotations += getattr(choice.delta, "annotations", None) or []
                finishes += [choice.finish_reason]
        assert content == whole.choices[0].message.content
        assert annotations == [one.model_dump() for one in whole.choices[0].message.annotations or []]
        assert (finishes[-1], set(finishes[:-1])) == ("stop", {None})
        assert used == whole.usage

    def test_an_abstention_is_an_answer(self, client: openai.OpenAI) -> None:
        told = client.chat.completions.create(model="citewell", messages=[user(UNANSWERED)])
        assert (told.choices[0].message.content or "").startswith(NO_ANSWER)
        assert SOURCES not in (told.choices[0].message.content or "")
        assert (told.choices[0].message.annotations, told.choices[0].finish_reason) == ([], "stop")

    def test_earlier_messages_are_the_history(self, client: openai.OpenAI, assistant: Assistant) -> None:
        first = client.chat.completions.create(model="citewell", messages=[user(QUESTION)]).choices[0].message
        messages: list[Any] = [
            SYSTEM,
            user(QUESTION),
            {"role": "assistant", "content": first.content},
            {"role": "user", "content": [{"type": "text", "text": "And who kept it?"}]},
        ]
        told = client.chat.completions.create(model="citewell", messages=messages, temperature=0.7, max_tokens=5)
        expected = assistant.ask("And who kept it?", [("user", QUESTION), ("assistant", f"{TALL} [1]")])
        assert (told.choices[0].message.content or "").partition(SOURCES)[0] == expected.text
        assert KEPT in expected.text

    def test_what_a_document_says_is_text_and_no_markup(self, client: openai.OpenAI) -> None:
        told = client.chat.completions.create(model="citewell", messages=[user("How wide is the quay of Zorn?")])
        content = told.choices[0].message.content or ""
        assert "quay of Zorn" in content
        assert "![" not in content
        assert "<img" not in content.replace("\\<img", "")
        for annotation in told.choices[0].message.annotations or []:
            at = annotation.url_citation
            assert content[at.start_index : at.end_index] == "[1]"
            assert content[at.start_index - 1] != "\\"

    @pytest.mark.parametrize(
        ("asked", "kind", "param", "code"),
        [
            ({"model": "gpt-4o", "messages": [user("x")]}, openai.NotFoundError, None, "model_not_found"),
            ({"model": "citewell", "messages": []}, openai.BadRequestError, "messages", None),
            ({"model": "citewell", "messages": [SYSTEM]}, openai.BadRequestError, "messages", None),
            ({"model": "citewell", "messages": [user(" ")]}, openai.BadRequestError, None, "QuestionError"),
            ({"model": "citewell", "messages": "x"}, openai.BadRequestError, "messages", None),
            ({"model": "citewell", "messages": [user("x" * 100_000)]}, openai.BadRequestError, None, "QuestionError"),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("stream", [False, True])
    def test_errors_are_told_as_its_clients_know_them(
        self, client: openai.OpenAI, asked: Any, kind: type[openai.APIStatusError], param: str, code: str, stream: bool
    ) -> None:
        with pytest.raises(kind) as refused:
            client.chat.completions.create(**asked, stream=stream)
        assert (refused.value.type, refused.value.param, refused.value.code) == ("invalid_request_error", param, code)

    def test_an_error_on_the_way_is_told(
        self, client: openai.OpenAI, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = assistant.ask(QUESTION)

        def stream(*_: object, **__: object) -> Iterator[object]:
            yield whole
            raise CorpusError("The document is gone.")

        monkeypatch.setattr(assistant, "stream", stream)
        with pytest.raises(openai.APIError, match=r"^The document is gone\.$"):
            list(client.chat.completions.create(model="citewell", messages=[user(QUESTION)], stream=True))

    def test_a_token_is_needed_where_people_log_in(self, assistant: Assistant, users: Users) -> None:
        tokens = Tokens(assistant.settings.state_dir)
        secret = tokens.add("webui", ["ask"])
        with served(assistant, users) as address:
            for key, status in ((secret, 200), ("sk-wrong", 401)):
                with openai.OpenAI(base_url=f"{address}/v1", api_key=key, max_retries=0) as client:
                    if status == 200:
                        assert [one.id for one in client.models.list()] == ["citewell"]
                        continue
                    with pytest.raises(openai.AuthenticationError) as refused:
                        client.models.list()
                    assert refused.value.code == "invalid_api_key"
        tokens.close()


class TestLanguageModels:
    def test_those_that_are_named_can_be_chosen(self, client: openai.OpenAI, model: ModelServer) -> None:
        model.says(WRITTEN)
        assert [one.id for one in client.models.list()] == ["citewell", "openai:veldt-1"]
        told = [
            client.chat.completions.create(model=name, messages=[user(CRANES)]).choices[0].message.content
            for name in ("citewell", "openai:veldt-1", "extractive")
        ]
        assert len(set(told)) == 1
        assert len(model.requests) == 2

    def test_only_what_is_checked_is_streamed(
        self, client: openai.OpenAI, model: ModelServer, assistant: Assistant
    ) -> None:
        model.says(*(f"{word} " for word in WRITTEN.split()))
        told = ""
        for chunk in client.chat.completions.create(model="citewell", messages=[user(CRANES)], stream=True):
            told += chunk.choices[0].delta.content or ""
        whole = client.chat.completions.create(model="citewell", messages=[user(CRANES)]).choices[0].message.content
        assert told == whole

    def test_what_takes_the_place_of_a_begun_answer_follows_it(
        self, client: openai.OpenAI, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = assistant.ask(CRANES), assistant.ask(QUESTION)
        monkeypatch.setattr(assistant, "stream", lambda *_, **__: iter_closing(first, second))
        content = ""
        annotations: list[Any] = []
        for chunk in client.chat.completions.create(model="citewell", messages=[user(CRANES)], stream=True):
            content += chunk.choices[0].delta.content or ""
            annotations += getattr(chunk.choices[0].delta, "annotations", None) or []
        assert TALL in content.rpartition("\n\n---\n\n")[2]
        at = annotations[0]["url_citation"]
        assert content[at["start_index"] : at["end_index"]] == "[1]"
        assert content[: at["start_index"]].endswith(f"{TALL} ")

    def test_a_language_model_stops_when_whoever_chats_leaves(self, address: str, model: ModelServer) -> None:
        model.says(10.0, WRITTEN)
        sent = {"model": "citewell", "messages": [user(CRANES)], "stream": True}
        assert model.is_left_by(address, "/v1/chat/completions", sent)


def iter_closing(*answers: Any) -> Iterator[Any]:
    yield from answers


class TestLangChain:
    @pytest.fixture
    def chat(self, address: str) -> ChatOpenAI:
        return ChatOpenAI(model="citewell", base_url=f"{address}/v1", api_key="none")  # type: ignore[arg-type]

    def test_a_message_is_answered_with_its_sources(self, chat: ChatOpenAI) -> None:
        told = chat.invoke([("system", "Be brief."), ("human", QUESTION)])
        assert str(told.text).partition(SOURCES)[0] == f"{TALL} [1]"
        assert told.usage_metadata is not None

    def test_a_stream_says_the_same(self, chat: ChatOpenAI) -> None:
        assert "".join(str(part.text) for part in chat.stream(QUESTION)) == str(chat.invoke(QUESTION).text)

    def test_a_chain_of_messages_is_a_history(self, chat: ChatOpenAI) -> None:
        told = chat.invoke([("human", QUESTION), ("ai", f"{TALL} [1]"), ("human", "And who kept it?")])
        assert KEPT in str(told.text)


class TestChatPages:
    """As Open WebUI and LibreChat ask: they list models, stream, and ask for titles, tags and the like."""

    def test_open_webui_lists_models_and_streams(self, address: str) -> None:
        headers = {"Authorization": "Bearer sk-none", "Content-Type": "application/json"}
        assert httpx.get(f"{address}/v1/models", headers=headers).json()["data"][0]["id"] == "citewell"
        sent = {
            "model": "citewell", "stream": True, "stream_options": {"include_usage": True}, "params": {},
            "messages": [{"role": "system", "content": "You help."}, user(QUESTION)], "session_id": "x", "chat_id": "y",
            "features": {"web_search": False}, "background_tasks": {"title_generation": True},
        }  # fmt: skip
        told = httpx.post(f"{address}/v1/chat/completions", json=sent, headers=headers)
        assert told.headers["content-type"].startswith("text/event-stream")
        lines = [line.removeprefix("data: ") for line in told.text.splitlines() if line]
        assert lines[-1] == "[DONE]"
        chunks = [json.loads(line) for line in lines[:-1]]
        assert "".join(c["choices"][0]["delta"].get("content", "") for c in chunks if c["choices"]).startswith(TALL)
        assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
        assert len({chunk["id"] for chunk in chunks}) == 1

    @pytest.mark.parametrize(
        ("task", "form", "reply"),
        [
            ("Generate a concise, 3-5 word title with an emoji.", '"title": "your title"', {"title": QUESTION}),
            ("Generate 1-3 broad tags categorizing the main themes.", '"tags": ["tag1"]', {"tags": []}),
            ("Suggest 3-5 relevant follow-up questions.", '"follow_ups": ["Question 1?"]', {"follow_ups": []}),
            ("Determine the necessity of search queries.", '"queries": ["query1"]', {"queries": []}),
            ("You are an autocompletion system.", '"text": "<your_completion>"', {"text": ""}),
        ],
    )
    @pytest.mark.parametrize("stream", [False, True])
    def test_open_webuis_tasks_are_answered_in_their_form(
        self, address: str, task: str, form: str, reply: object, stream: bool
    ) -> None:
        sent = {"model": "citewell", "messages": [user(OPEN_WEBUI.format(task, form))], "stream": stream}
        told = httpx.post(f"{address}/v1/chat/completions", json=sent)
        if not stream:
            message = told.json()["choices"][0]["message"]
            assert (json.loads(message["content"]), message["annotations"]) == (reply, [])
            return
        chunks = [
            json.loads(line.removeprefix("data: ")) for line in told.text.splitlines() if line.startswith("data: {")
        ]
        assert json.loads("".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)) == reply

    @pytest.mark.parametrize("question", [QUESTION, f"<user_query>\n{QUESTION}\n</user_query>\n"])
    def test_a_question_below_open_webuis_own_documents_is_asked_alone(
        self, client: openai.OpenAI, question: str
    ) -> None:
        context = "### Task:\nRespond to the user query.\n\n<context>\nThe quay of Zorn is wide.\n</context>\n\n"
        told = client.chat.completions.create(model="citewell", messages=[user(context + question)])
        assert (told.choices[0].message.content or "").startswith(f"{TALL} [1]")

    def test_librechats_title_is_the_question(self, client: openai.OpenAI) -> None:
        asked = (
            "Provide a concise, 5-word-or-less title for the conversation, using title case conventions. "
            f"Only return the title itself.\n\nConversation:\nUser: {QUESTION}\nAI: {TALL}"
        )
        told = client.chat.completions.create(model="citewell", messages=[user(asked)])
        assert told.choices[0].message.content == QUESTION

    @pytest.mark.parametrize(
        ("asked", "reply"),
        [
            ("### Task:\nDo something.", "This is no question about the documents."),
            ("### Task:\nGenerate a title.\n{\"title\": \"\"}", '{"title": "Questions about documents"}'),
            ("Analyze this conversation and provide:\n1. The language\n\nUser: Who?\nAI: She.", "Who?"),
            (f"a title for the conversation\nUser: {'long ' * 30}", f"{'long ' * 11}long…"),
            ("What is the title for the talks?", None),
            ("Which task did ### Task: name?", None),
        ],
    )  # fmt: skip
    def test_what_is_a_question_is_asked(self, asked: str, reply: str | None) -> None:
        assert chore_reply(asked) == reply
