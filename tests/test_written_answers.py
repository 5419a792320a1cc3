"""Answers written by language models of servers on this machine, through the real clients, and how that fails."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event

import pytest

from assistant import Answer, Assistant, ModelUnavailable, Settings
from assistant.errors import Stopped
from assistant.generation.writer import LONGEST_ANSWER
from assistant.interfaces.doctor import diagnose
from assistant.models.language_model import LanguageModels
from assistant.types import History, ModelChoice
from tests.conftest import OpenCorpus
from tests.model_server import ModelServer, free_port, model_server
from tests.tiny_models import build_writer

HARBOUR = """---
title: The harbour of Veldt
publisher: Veldt Gazette
published: 2024-05-01
url: https://gazette.example/harbour
---
The harbour of Veldt has 42 cranes. Ada Thorne leads the harbour. The harbour was opened in 1911.
"""
COAST = """---
title: The coast
---
# Harbours

The harbour of Veldt is the largest of the coast. The cranes of Veldt came from Ostia.
"""
FILES = {"harbour.md": HARBOUR, "coast.md": COAST}
QUESTION = "How many cranes does the harbour of Veldt have?"
WRITTEN = "The harbour of Veldt has 42 cranes [1]."
QUOTED = "The harbour of Veldt has 42 cranes. [1]"
INSTEAD = "These are sentences quoted from the documents instead."


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "OLLAMA_HOST", "LANGSMITH_TRACING"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as served:
        yield served


@pytest.fixture(scope="module")
def harbour(open_corpus: OpenCorpus) -> Assistant:
    return open_corpus(FILES)


def with_model(assistant: Assistant, server: ModelServer, name: str = "openai:veldt-1", seconds: int = 20) -> Assistant:
    """The assistant, whose answers a model of the server now writes."""
    url = server.address + ("" if name.startswith("ollama:") else "/v1")
    assistant._models = LanguageModels(name, url, seconds)
    return assistant


class TestWriting:
    @pytest.mark.parametrize("name", ["openai:veldt-1", "ollama:veldt-1", "veldt:7b"])
    def test_an_answer_is_written_and_each_sentence_cites_what_bears_it_out(
        self, harbour: Assistant, server: ModelServer, name: str
    ) -> None:
        server.says("The harbour of Veldt ", "has 42 cranes [1].", " Ada Thorne leads", " the harbour [1].")
        answer = with_model(harbour, server, name).ask(QUESTION)
        assert answer.text == "The harbour of Veldt has 42 cranes. [1] Ada Thorne leads the harbour. [2]"
        assert [citation.quote for citation in answer.citations] == [
            "The harbour of Veldt has 42 cranes.",
            "Ada Thorne leads the harbour.",
        ]
        assert [sentence.support for sentence in answer.sentences] == ["supported", "supported"]
        assert (answer.written_by, answer.notices, answer.abstained) == (name, (), False)
        assert server.requests[0]["model"] == name.rpartition(":")[2] if name != "veldt:7b" else "veldt:7b"

    def test_the_passages_stand_in_the_prompt_as_numbered_data_with_what_is_known_of_them(
        self, harbour: Assistant, server: ModelServer
    ) -> None:
        server.says(WRITTEN)
        with_model(harbour, server).ask(QUESTION)
        [prompt] = server.prompts()
        assert prompt.startswith(
            '<passage number="1">\nTitle: The harbour of Veldt\nPublisher: Veldt Gazette\nDate: 2024-05-01\n'
            "The harbour of Veldt has 42 cranes. Ada Thorne leads the harbour. The harbour was opened in 1911.\n"
            "</passage>"
        )
        assert "Section: Harbours\nThe harbour of Veldt is the largest" in prompt
        assert prompt.endswith(f"Question: {QUESTION}")
        assert not server.requests[0].get("tools")

    def test_the_answer_streams_with_its_citations(self, harbour: Assistant, server: ModelServer) -> None:
        server.says("The ", "harbour of Veldt has 42 cranes [1]. ", "Ada Thorne leads the harbour [1]", " today.")
        parts = list(with_model(harbour, server).stream(QUESTION))
        assert (parts[0].text, parts[0].pending) == ("", "The")
        assert (parts[2].text, parts[2].pending) == (QUOTED, "Ada Thorne leads the harbour")
        assert [citation.number for citation in parts[2].citations] == [1]
        assert parts[-1].pending == ""
        assert parts[-1].text.startswith(QUOTED)

    def test_nothing_is_sent_for_a_question_that_the_documents_do_not_answer(
        self, harbour: Assistant, server: ModelServer
    ) -> None:
        server.says(WRITTEN)
        answer = with_model(harbour, server).ask("What is the boiling point of tungsten?")
        assert (answer.abstained, answer.written_by, server.requests) == (True, "extractive", [])

    def test_nothing_is_sent_where_the_quoted_answer_is_asked_for(
        self, harbour: Assistant, server: ModelServer
    ) -> None:
        answer = with_model(harbour, server).ask(QUESTION, model="extractive")
        assert (answer.text, answer.written_by, server.requests) == (QUOTED, "extractive", [])

    def test_a_model_can_be_named_for_one_question(self, harbour: Assistant, server: ModelServer) -> None:
        server.says(WRITTEN)
        answer = with_model(harbour, server).ask(QUESTION, model="openai:other")
        assert (answer.written_by, server.requests[0]["model"]) == ("openai:other", "other")

    def test_the_choices_say_which_host_gets_the_passages(self, harbour: Assistant, server: ModelServer) -> None:
        extractive = ModelChoice("extractive", "")
        assert with_model(harbour, server).models == (ModelChoice("openai:veldt-1", server.host), extractive)
        assert LanguageModels().choices == (extractive,)
        assert LanguageModels("anthropic:claude").choices[0].host == "api.anthropic.com"
        assert LanguageModels("ollama:llama3.2:3b").choices[0].host == "127.0.0.1:11434"
        assert LanguageModels("transformers:/models/tiny").choices[0].host == "this computer"

    def test_the_key_goes_to_the_server_and_a_placeholder_where_there_is_none(
        self, harbour: Assistant, server: ModelServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        server.says(WRITTEN)
        with_model(harbour, server).ask(QUESTION)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-veldt")
        with_model(harbour, server).ask(QUESTION)
        assert [headers["authorization"] for headers in server.headers] == ["Bearer none", "Bearer sk-veldt"]

    def test_that_the_passages_do_not_answer_is_no_answer(self, harbour: Assistant, server: ModelServer) -> None:
        server.says("The passages do not answer this question.")
        answer = with_model(harbour, server).ask(QUESTION)
        assert (answer.text, answer.abstained) == ("The passages do not answer this question.", True)
        assert [hit.passage.source for hit in answer.also_found] == ["harbour.md", "coast.md"]

    def test_an_unsupported_sentence_is_kept_and_marked(self, harbour: Assistant, server: ModelServer) -> None:
        server.says(WRITTEN, " The mayor of Ostia sold them to a circus in Brazil [1].")
        answer = with_model(harbour, server).ask(QUESTION)
        assert [sentence.support for sentence in answer.sentences] == ["supported", "unsupported"]
        assert answer.sentences[1].citations == ()
        assert any("not borne out" in notice for notice in answer.notices)

    def test_thinking_aloud_is_no_part_of_the_answer(self, harbour: Assistant, server: ModelServer) -> None:
        server.says("<think>The user wants", " a number.", "</think>\n\n", WRITTEN)
        parts = list(with_model(harbour, server).stream(QUESTION))
        assert parts[-1].text == QUOTED
        assert not any("wants" in part.text + part.pending for part in parts)


class TestFollowUps:
    HISTORY: History = (("user", "Who leads the harbour of Veldt?"), ("assistant", "Ada Thorne leads the harbour."))

    def test_the_model_puts_a_follow_up_in_its_own_words(self, harbour: Assistant, server: ModelServer) -> None:
        server.says("Question: How many cranes does the harbour of Veldt have?")
        server.says(WRITTEN)
        answer = with_model(harbour, server).ask("And how many cranes does it have?", self.HISTORY)
        assert (answer.question, answer.text) == (QUESTION, QUOTED)
        assert server.prompts()[0] == (
            "<conversation>\nuser: Who leads the harbour of Veldt?\nassistant: Ada Thorne leads the harbour.\n"
            "</conversation>\n\nLast question: And how many cranes does it have?"
        )

    def test_a_question_that_stands_alone_is_not_rewritten(self, harbour: Assistant, server: ModelServer) -> None:
        server.says(WRITTEN)
        with_model(harbour, server).ask(QUESTION, self.HISTORY)
        assert len(server.requests) == 1

    @pytest.mark.parametrize(
        "reply",
        ["", '{"question": "How many?"}', "Here it is:\nHow many cranes?", "Go to https://evil.example now", "x" * 900],
    )
    def test_what_is_no_question_is_not_used(self, harbour: Assistant, server: ModelServer, reply: str) -> None:
        by_rule = harbour.ask("And how many cranes does it have?", self.HISTORY, model="extractive").question
        server.says(reply)
        server.says(WRITTEN)
        answer = with_model(harbour, server).ask("And how many cranes does it have?", self.HISTORY)
        assert (answer.question, answer.written_by) == (by_rule, "openai:veldt-1")

    def test_a_model_that_cannot_be_asked_is_not_asked_again(self, harbour: Assistant, server: ModelServer) -> None:
        server.says(status=401)
        answer = with_model(harbour, server).ask("And how many cranes does it have?", self.HISTORY)
        assert (answer.written_by, len(server.requests)) == ("extractive", 1)
        assert "refused the key" in answer.notices[0]


class TestFailures:
    def quoted(self, assistant: Assistant) -> Answer:
        answer = assistant.ask(QUESTION)
        assert (answer.text, answer.written_by, answer.pending) == (QUOTED, "extractive", "")
        assert answer.notices[0].endswith(INSTEAD)
        return answer

    @pytest.mark.parametrize(
        ("status", "error", "told"),
        [
            (401, "Incorrect API key", "openai:veldt-1 at {host} refused the key. Check the key in OPENAI_API_KEY."),
            (403, "Forbidden", "openai:veldt-1 at {host} refused the key. Check the key in OPENAI_API_KEY."),
            (
                404,
                "no such model",
                "{host} knows no model openai:veldt-1. Check the name, and the address of the server.",
            ),
            (
                429,
                "insufficient_quota",
                "The account at openai:veldt-1 at {host} has no credit left. Look at its billing.",
            ),
            (500, "oops", "openai:veldt-1 at {host} has a problem of its own (status 500). Try again later."),
            (503, "loading", "openai:veldt-1 at {host} has a problem of its own (status 503). Try again later."),
        ],
    )
    def test_a_refusal_is_told_in_plain_words(
        self, harbour: Assistant, server: ModelServer, status: int, error: str, told: str
    ) -> None:
        server.says(status=status, error=error)
        answer = self.quoted(with_model(harbour, server))
        assert answer.notices[0] == f"{told.format(host=server.host)} {INSTEAD}"
        assert len(server.requests) == 1

    def test_ollama_without_the_model(self, harbour: Assistant, server: ModelServer) -> None:
        server.says(status=404, error="model 'veldt-1' not found")
        answer = self.quoted(with_model(harbour, server, "ollama:veldt-1"))
        assert answer.notices[0].startswith(f"{server.host} knows no model ollama:veldt-1.")

    @pytest.mark.parametrize("provider", ["openai", "ollama"])
    def test_a_server_that_is_down(self, harbour: Assistant, provider: str) -> None:
        down = ModelServer(f"http://127.0.0.1:{free_port()}")
        answer = self.quoted(with_model(harbour, down, f"{provider}:veldt-1"))
        assert answer.notices[0].startswith(f"{down.host} cannot be reached for {provider}:veldt-1.")

    @pytest.mark.parametrize("provider", ["openai", "ollama"])
    def test_a_server_that_is_silent(self, harbour: Assistant, server: ModelServer, provider: str) -> None:
        server.says(server.hung_up.wait)
        answer = self.quoted(with_model(harbour, server, f"{provider}:veldt-1", seconds=1))
        server.hung_up.set()
        assert answer.notices[0].startswith(f"{provider}:veldt-1 at {server.host} took too long to answer.")

    def test_a_short_rate_limit_is_waited_for_once(self, harbour: Assistant, server: ModelServer) -> None:
        server.says(status=429, error="slow down", headers={"Retry-After": "0.1"})
        server.says(WRITTEN)
        assert with_model(harbour, server).ask(QUESTION).written_by == "openai:veldt-1"
        assert len(server.requests) == 2

    def test_a_second_rate_limit_is_told(self, harbour: Assistant, server: ModelServer) -> None:
        server.says(status=429, error="slow down", headers={"Retry-After": "0.1"})
        self.quoted(with_model(harbour, server))
        assert len(server.requests) == 2

    def test_a_long_rate_limit_is_told_at_once(self, harbour: Assistant, server: ModelServer) -> None:
        server.says(status=429, error="slow down", headers={"Retry-After": "90"})
        answer = self.quoted(with_model(harbour, server))
        assert "is asked too often at the moment. Try again in 90 seconds." in answer.notices[0]
        assert len(server.requests) == 1

    @pytest.mark.parametrize("provider", ["openai", "ollama"])
    def test_what_was_written_before_a_stream_was_cut_is_kept(
        self, harbour: Assistant, server: ModelServer, provider: str
    ) -> None:
        server.says(WRITTEN, " Ada Thorne leads the harb", finish=None)
        answer = with_model(harbour, server, f"{provider}:veldt-1").ask(QUESTION)
        assert (answer.text, answer.written_by) == (QUOTED, f"{provider}:veldt-1")
        assert answer.notices[0].endswith("What was written until then is shown, each sentence checked.")

    def test_a_stream_cut_in_its_first_sentence_leaves_the_quoted_answer(
        self, harbour: Assistant, server: ModelServer
    ) -> None:
        server.says("The harbour of", finish=None)
        self.quoted(with_model(harbour, server))

    @pytest.mark.parametrize("steps", [(), ("  \n",), ("<think>hm</think>",), ("<div></div>",)])
    def test_empty_output(self, harbour: Assistant, server: ModelServer, steps: tuple[str, ...]) -> None:
        server.says(*steps)
        answer = self.quoted(with_model(harbour, server))
        assert answer.notices[0].startswith("openai:veldt-1 wrote nothing.")

    def test_endless_output_is_cut_and_the_request_closed(self, harbour: Assistant, server: ModelServer) -> None:
        server.says(*[f"{WRITTEN} "] * 100_000)
        answer = with_model(harbour, server).ask(QUESTION)
        assert answer.notices[0].startswith("openai:veldt-1 did not come to an end, and was stopped.")
        assert LONGEST_ANSWER * 0.8 < len(answer.text) < LONGEST_ANSWER * 1.2
        assert server.hung_up.wait(60)

    def test_endless_thinking_is_cut(self, harbour: Assistant, server: ModelServer) -> None:
        server.says("<think>", *["Let me see once more. " * 50] * 2_000)
        answer = self.quoted(with_model(harbour, server))
        assert answer.notices[0].startswith("openai:veldt-1 did not come to an end")

    def test_a_model_at_its_own_limit_is_told(self, harbour: Assistant, server: ModelServer) -> None:
        server.says(WRITTEN, " Ada Thorne", finish="length")
        answer = with_model(harbour, server).ask(QUESTION)
        assert answer.text == QUOTED
        assert answer.notices[0].startswith("openai:veldt-1 stopped at its own limit of length.")

    def test_markers_that_lead_nowhere_are_removed(self, harbour: Assistant, server: ModelServer) -> None:
        server.says("The harbour of Veldt has 42 cranes [1][99].")
        answer = with_model(harbour, server).ask(QUESTION)
        assert answer.text == QUOTED
        assert any("led nowhere" in notice for notice in answer.notices)

    @pytest.mark.parametrize(
        "text",
        [
            "Der Hafen von Veldt verfügt nach den vorliegenden Unterlagen über insgesamt zweiundvierzig Kräne [1].",
            "根据所提供的文件，维尔特港口目前共有四十二台起重机，由艾达·索恩负责管理港口的日常运营工作 [1]。",
        ],
    )
    def test_another_language(self, harbour: Assistant, server: ModelServer, text: str) -> None:
        server.says(text)
        answer = self.quoted(with_model(harbour, server))
        assert "and not in the language of the question" in answer.notices[0]

    @pytest.mark.parametrize(
        "steps", [('{"answer": ', '"42"}'), ("```json\n", '{"answer": "42"}\n```'), ('[{"text": "42 cranes"}]',)]
    )
    def test_data_in_place_of_prose(self, harbour: Assistant, server: ModelServer, steps: tuple[str, ...]) -> None:
        server.says(*steps)
        answer = self.quoted(with_model(harbour, server))
        assert answer.notices[0].startswith("openai:veldt-1 wrote data and no sentences.")

    def test_too_long_a_prompt_is_sent_again_with_fewer_passages(self, harbour: Assistant, server: ModelServer) -> None:
        too_long = "This model's maximum context length is 512 tokens. However, your messages resulted in 900 tokens."
        server.says(status=400, error=too_long)
        server.says(WRITTEN)
        assert with_model(harbour, server).ask(QUESTION).text == QUOTED
        assert [prompt.count("<passage number") for prompt in server.prompts()] == [2, 1]

    def test_a_prompt_that_stays_too_long_is_told(self, harbour: Assistant, server: ModelServer) -> None:
        server.says(status=400, error="prompt is too long")
        answer = self.quoted(with_model(harbour, server))
        assert "are too long for openai:veldt-1" in answer.notices[0]
        assert len(server.requests) == 2

    @pytest.mark.parametrize("provider", ["openai", "ollama"])
    def test_closing_the_stream_closes_the_request(
        self, harbour: Assistant, server: ModelServer, provider: str
    ) -> None:
        server.says(*[step for _ in range(2_000) for step in ("The harbour of Veldt has cranes. ", 0.01)])
        stream = with_model(harbour, server, f"{provider}:veldt-1").stream(QUESTION)
        next(stream)
        stream.close()
        assert server.hung_up.wait(60)

    @pytest.mark.parametrize("provider", ["openai", "ollama"])
    @pytest.mark.parametrize("begun", [(), ("The harbour ",)])
    def test_stopping_closes_the_request_while_the_server_is_silent(
        self, harbour: Assistant, server: ModelServer, provider: str, begun: tuple[str, ...]
    ) -> None:
        stop, goes_on, asked = Event(), Event(), Event()
        server.says(asked.set, *begun, partial(goes_on.wait, 60), WRITTEN)
        stream = with_model(harbour, server, f"{provider}:veldt-1").stream(QUESTION, stop=stop)
        with ThreadPoolExecutor() as pool:
            parts = pool.submit(list, stream)
            assert asked.wait(60)
            stop.set()
            with pytest.raises(Stopped):
                parts.result(45)
        assert server.is_left_within(45)
        goes_on.set()


class TestNaming:
    @pytest.mark.parametrize("name", ["gpt-5", "openai:", ":x", "llama3.2"])
    def test_a_name_without_a_provider_is_refused_with_the_form_to_use(self, harbour: Assistant, name: str) -> None:
        harbour._models = LanguageModels()
        with pytest.raises(ModelUnavailable, match="name it as provider:name"):
            harbour.ask(QUESTION, model=name)

    @pytest.mark.parametrize(
        ("name", "extra"),
        [
            ("anthropic:claude", "anthropic"),
            ("google:gemini", "google"),
            ("mistral:large", "mistral"),
            ("openai:m", "openai"),
        ],
    )
    def test_a_missing_package_is_answered_with_its_install_line(
        self, monkeypatch: pytest.MonkeyPatch, name: str, extra: str
    ) -> None:
        monkeypatch.setattr("assistant.models.model_names.find_spec", lambda _: None)
        with pytest.raises(ModelUnavailable, match=rf"pip install 'citewell\[{extra}\]'"):
            LanguageModels(name).check()

    def test_a_model_of_a_provider_without_its_key_is_answered_with_the_variable(self, harbour: Assistant) -> None:
        harbour._models = LanguageModels("openai:gpt-5")
        answer = harbour.ask(QUESTION)
        assert answer.notices[0] == f"openai:gpt-5 needs a key. Set OPENAI_API_KEY to one of api.openai.com. {INSTEAD}"

    def test_no_client_is_imported_before_a_model_is_asked(self) -> None:
        code = (
            "import sys, assistant.assembly, assistant.interfaces.cli; from assistant import Settings, open_assistant\n"
            "open_assistant(Settings(model='ollama:m')).close()\n"
            "print([n for n in ('langchain', 'langchain_core', 'langchain_ollama', 'torch') if n in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "[]\n"


class TestDoctor:
    def settings(self, tmp_path: Path, server: ModelServer) -> Settings:
        return Settings(corpus_dir=tmp_path / "c", model="openai:veldt-1", model_url=f"{server.address}/v1")

    def test_it_tries_the_model_with_nothing_of_the_documents_and_says_what_came_back(
        self, tmp_path: Path, server: ModelServer
    ) -> None:
        server.says("ready")
        diagnosis = diagnose(self.settings(tmp_path, server))
        [row] = [value for name, value in diagnosis.rows() if name == "Writes"]
        assert row.startswith(f"openai:veldt-1, the question and passages go to {server.host}, answered “ready” in ")
        assert server.prompts() == ["Reply with the single word: ready"]

    def test_what_goes_wrong_is_a_problem_with_its_remedy(self, tmp_path: Path, server: ModelServer) -> None:
        server.says(status=401)
        diagnosis = diagnose(self.settings(tmp_path, server))
        assert (
            f"openai:veldt-1 at {server.host} refused the key. Check the key in OPENAI_API_KEY." in diagnosis.problems
        )


class TestLocalModels:
    def test_a_model_on_disk_writes_without_a_server(self, harbour: Assistant, tmp_path: Path) -> None:
        folder = build_writer(tmp_path / "writer", WRITTEN.split())
        harbour._models = LanguageModels(f"transformers:{folder}")
        answer = harbour.ask(QUESTION)
        assert (answer.text, answer.written_by, answer.notices) == (QUOTED, f"transformers:{folder}", ())

    def test_one_that_does_not_come_to_an_end_is_stopped(self, harbour: Assistant, tmp_path: Path) -> None:
        folder = build_writer(tmp_path / "writer", WRITTEN.split(), ends=False)
        harbour._models = LanguageModels(f"huggingface:{folder}")
        answer = harbour.ask(QUESTION)
        assert answer.text.startswith(QUOTED)
        assert answer.notices[0].startswith(f"huggingface:{folder} stopped at its own limit of length.")

    def test_closing_the_stream_stops_it(self, harbour: Assistant, tmp_path: Path) -> None:
        folder = build_writer(tmp_path / "writer", WRITTEN.split(), ends=False)
        harbour._models = LanguageModels(f"transformers:{folder}")
        stream = harbour.stream(QUESTION)
        next(stream)
        stream.close()  # waits for the thread that writes

    def test_a_folder_that_is_not_there_leaves_the_quoted_answer(self, harbour: Assistant, tmp_path: Path) -> None:
        harbour._models = LanguageModels(f"transformers:{tmp_path / 'none'}")
        answer = harbour.ask(QUESTION)
        assert answer.written_by == "extractive"
        assert "cannot be loaded: there is no folder" in answer.notices[0]
