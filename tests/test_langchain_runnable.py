"""`Citewell` in chains of LangChain: a question or messages in, a cited answer out, at once or as it grows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import aclosing
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import ConfigurableField

from assistant import Answer, Assistant, CorpusError, QuestionError
from assistant.langchain import Citewell
from assistant.models.language_model import LanguageModels
from tests.model_server import ModelServer, model_server

if TYPE_CHECKING:
    from tests.conftest import OpenCorpus

CRANES = "The harbour of Veldt has 42 cranes."
FILES = {
    "veldt/harbour.md": f"---\ntitle: Harbour\npublished: 2024-05-01\n---\n{CRANES} Ada Thorne leads the harbour.\n",
    "ostia/harbour.md": "---\ntitle: Ostia\npublished: 2023-02-01\n---\nThe harbour of Ostia has 7 cranes.\n",
}
QUESTION = "How many cranes does the harbour of Veldt have?"
PROMPT = ChatPromptTemplate.from_template("How many cranes does the harbour of {town} have?")
CITED = f"{CRANES} [1]"
DECLINED = "The documents do not answer this."


@pytest.fixture(scope="module")
def corpus(open_corpus: OpenCorpus) -> Assistant:
    return open_corpus(FILES)


@pytest.fixture
def server(corpus: Assistant, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """A server whose model now writes the answers."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with model_server() as served:
        monkeypatch.setattr(corpus, "_models", LanguageModels("openai:veldt-1", f"{served.address}/v1", 60))
        yield served


async def until(reached: Callable[[], object]) -> None:
    """Wait in the loop, which others go on to use."""
    while not reached():
        await asyncio.sleep(0.005)


class TestAnswers:
    def test_the_answer_is_that_of_the_assistant(self, corpus: Assistant) -> None:
        answer = Citewell(assistant=corpus).invoke(QUESTION)
        assert answer == corpus.ask(QUESTION)
        assert [(one.passage.source, one.quote) for one in answer.citations] == [("veldt/harbour.md", CRANES)]

    @pytest.mark.parametrize(
        "given",
        [
            QUESTION,
            HumanMessage(QUESTION),
            [HumanMessage(QUESTION)],
            [("system", "Be brief."), ("human", QUESTION)],
            [{"role": "user", "content": [{"type": "text", "text": QUESTION}]}],
            ChatPromptTemplate.from_template("How many cranes does the harbour of {town} have?").invoke(
                {"town": "Veldt"}
            ),
            {"question": QUESTION},
            {"messages": [HumanMessage(QUESTION)]},
        ],
        ids=lambda given: type(given).__name__,
    )
    def test_a_question_may_come_in_any_form_that_chains_hand_on(self, corpus: Assistant, given: Any) -> None:
        assert Citewell(assistant=corpus).invoke(given).text == CITED

    def test_a_question_is_understood_from_the_messages_before_it(self, corpus: Assistant) -> None:
        said = [
            SystemMessage("Be brief."),
            HumanMessage(QUESTION),
            AIMessage("", tool_calls=[{"name": "ask_documents", "args": {"question": QUESTION}, "id": "1"}]),
            ToolMessage("42", tool_call_id="1"),
            AIMessage(CITED),
            HumanMessage("And who leads it?"),
        ]
        answer = Citewell(assistant=corpus).invoke(said)
        assert answer == corpus.ask("And who leads it?", [("user", QUESTION), ("assistant", CITED)])
        assert answer.sentences[0].text == "Ada Thorne leads the harbour."

    def test_several_questions_are_answered_in_order(self, corpus: Assistant) -> None:
        answers = Citewell(assistant=corpus).batch([QUESTION, "Which orchestra plays in Lemuria?"])
        assert [answer.text for answer in answers] == [CITED, DECLINED]

    def test_it_stands_between_the_other_steps_of_a_chain(self, corpus: Assistant) -> None:
        chain = PROMPT | Citewell(assistant=corpus) | (lambda answer: [one.quote for one in answer.citations])
        assert chain.invoke({"town": "Veldt"}) == [CRANES]
        assert list(chain.stream({"town": "Veldt"})) == [[CRANES]]

    def test_its_schemas_name_what_comes_out(self, corpus: Assistant) -> None:
        citewell = Citewell(assistant=corpus)
        answer = citewell.get_output_jsonschema()["$defs"]["Answer"]
        assert {"text", "citations", "abstained"} <= set(answer["required"])
        assert {"type": "string"} in citewell.get_input_jsonschema()["anyOf"]


class TestNarrowing:
    @pytest.mark.parametrize(
        ("filters", "text"),
        [({"source": "ostia"}, "ostia"), ({"until": "2023-12-31"}, "ostia"), ({"since": "2024-01-01"}, "veldt")],
    )
    def test_filters_hold_from_the_making_by_configuration_and_from_the_input(
        self, corpus: Assistant, filters: dict[str, Any], text: str
    ) -> None:
        question = "How many cranes does the harbour have?"
        [name] = filters
        configurable = Citewell(assistant=corpus).configurable_fields(**{name: ConfigurableField(id="narrowed")})
        answers = [
            Citewell(assistant=corpus, **filters).invoke(question),
            Citewell(assistant=corpus).invoke({"question": question, **filters}),
            configurable.invoke(question, {"configurable": {"narrowed": filters[name]}}),
        ]
        assert answers == [corpus.ask(question, **filters)] * 3
        assert [one.passage.source for one in answers[0].citations] == [f"{text}/harbour.md"]

    def test_a_filter_of_the_input_takes_the_place_of_its_own_and_only_that(self, corpus: Assistant) -> None:
        citewell = Citewell(assistant=corpus, source="ostia", since="2023-01-01")
        question, both = "How many cranes does the harbour have?", ["veldt", "ostia"]
        answer = citewell.invoke({"question": question, "source": both})
        assert answer == corpus.ask(question, source=both, since="2023-01-01")
        lifted = citewell.invoke({"question": QUESTION, "source": None, "since": None})
        assert lifted == corpus.ask(QUESTION)

    def test_a_folder_that_is_not_there_is_told_as_everywhere(self, corpus: Assistant) -> None:
        with pytest.raises(CorpusError, match="nowhere"):
            Citewell(assistant=corpus).invoke({"question": QUESTION, "source": "nowhere"})


class TestRefusedInput:
    @pytest.mark.parametrize(
        ("given", "told"),
        [
            (" ", r"^The question is empty\."),
            ([], r"^The last message is missing, but a question is asked in one of a user\. Put it last\.$"),
            ([AIMessage("Hello")], r"^The last message is of the kind 'ai', but "),
            ({}, r"^The input needs either a question, or messages of which the last one asks it\.$"),
            ({"question": QUESTION, "messages": [("user", QUESTION)]}, r"^The input needs either a question, or "),
            (
                {"question": QUESTION, "sinse": "2024-01-01"},
                r"^The input is not understood \(sinse: Extra inputs are not permitted\)\. It may have: "
                r"since, until, source, publisher, question, messages\.$",
            ),
            ({"question": 5}, r"^The input is not understood \(question: Input should be a valid string\)\."),
            ({"question": QUESTION, "since": 2024}, r"^The input is not understood \(since: "),
            ({"messages": 5}, r"^The input is not understood: "),
            ([5], r"^The input is not understood: "),
            ([("oracle", QUESTION)], r"^The input is not understood: "),
            ([{"role": "user"}], r"^The input is not understood: "),
        ],
    )
    def test_what_does_not_ask_is_refused_with_what_is_needed(self, corpus: Assistant, given: Any, told: str) -> None:
        with pytest.raises(QuestionError, match=told):
            Citewell(assistant=corpus).invoke(given)


class TestGrowing:
    def test_an_answer_comes_as_the_model_writes_it(self, corpus: Assistant, server: ModelServer) -> None:
        server.says("The harbour of Veldt ", "has 42 cranes [1].", " Ada Thorne leads", " the harbour [1].")
        parts = list(Citewell(assistant=corpus).stream(QUESTION))
        assert parts[-1].text == "The harbour of Veldt has 42 cranes. [1] Ada Thorne leads the harbour. [2]"
        assert parts[-1].written_by == "openai:veldt-1"
        assert CITED in [part.text for part in parts[:-1]]

    def test_its_own_model_wins_over_that_of_the_settings(self, corpus: Assistant, server: ModelServer) -> None:
        [answer] = Citewell(assistant=corpus, model="extractive").stream(QUESTION)
        assert (answer.text, answer.written_by, server.requests) == (CITED, "extractive", [])

    def test_a_step_that_takes_no_parts_is_given_the_last_one(self, corpus: Assistant, server: ModelServer) -> None:
        server.says("The harbour of Veldt ", "has 42 cranes [1].", " Ada Thorne leads the harbour [1].")
        chain = Citewell(assistant=corpus) | (lambda answer: len(answer.citations))
        assert list(chain.stream(QUESTION)) == [2]

    def test_ending_a_stream_ends_the_work_of_the_model(self, corpus: Assistant, server: ModelServer) -> None:
        goes_on = Event()
        server.says("The harbour of Veldt ", partial(goes_on.wait, 60))
        parts: Any = Citewell(assistant=corpus).stream(QUESTION)
        assert isinstance(next(parts), Answer)
        parts.close()
        assert server.is_left_within(45)
        goes_on.set()


@pytest.mark.anyio
class TestAwaited:
    async def test_an_answer_is_the_same(self, corpus: Assistant) -> None:
        citewell = Citewell(assistant=corpus)
        assert await citewell.ainvoke(QUESTION) == citewell.invoke(QUESTION)
        assert await citewell.abatch([QUESTION, "?"]) == citewell.batch([QUESTION, "?"])
        assert [part async for part in citewell.astream(QUESTION)] == list(citewell.stream(QUESTION))

    async def test_errors_are_those_of_the_assistant(self, corpus: Assistant) -> None:
        with pytest.raises(QuestionError, match=r"^The question is empty\."):
            await Citewell(assistant=corpus).ainvoke(" ")
        with pytest.raises(QuestionError, match=r"^The last message is missing"):
            [part async for part in Citewell(assistant=corpus).astream([])]

    async def test_the_loop_runs_on_while_an_answer_is_written(self, corpus: Assistant, server: ModelServer) -> None:
        goes_on = Event()
        server.says("The harbour of Veldt ", partial(goes_on.wait, 60), "has 42 cranes [1].")
        asking = asyncio.create_task(Citewell(assistant=corpus).ainvoke(QUESTION))
        await until(lambda: server.requests)
        assert not asking.done()
        goes_on.set()
        assert (await asking).text == CITED

    async def test_parts_come_one_by_one_while_the_model_writes(self, corpus: Assistant, server: ModelServer) -> None:
        goes_on, was_read = Event(), []
        server.says(f"{CRANES[:-1]} [1].", " Ada Thorne", lambda: was_read.append(goes_on.wait(60)), " leads it [1].")
        async for part in Citewell(assistant=corpus).astream(QUESTION):
            if part.pending == f"{CRANES} Ada Thorne":
                goes_on.set()
        assert part.text == f"{CITED} Ada Thorne leads it. [2]"
        assert was_read == [True]

    @pytest.mark.parametrize("method", ["ainvoke", "astream"])
    async def test_cancelling_ends_the_work_of_the_model(
        self, corpus: Assistant, server: ModelServer, method: str
    ) -> None:
        goes_on = Event()
        server.says("The harbour of Veldt ", partial(goes_on.wait, 60))
        citewell = Citewell(assistant=corpus)

        async def streamed() -> list[Answer]:
            return [part async for part in citewell.astream(QUESTION)]

        asking = asyncio.create_task(citewell.ainvoke(QUESTION) if method == "ainvoke" else streamed())
        await until(lambda: server.requests)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await asyncio.to_thread(server.is_left_within, 45)
        goes_on.set()

    async def test_leaving_a_stream_ends_the_work_of_the_model(self, corpus: Assistant, server: ModelServer) -> None:
        goes_on = Event()
        server.says("The harbour of Veldt ", partial(goes_on.wait, 60))
        parts: Any = Citewell(assistant=corpus).astream(QUESTION)
        async with aclosing(parts):
            assert isinstance(await anext(parts), Answer)
        assert await asyncio.to_thread(server.is_left_within, 45)
        goes_on.set()

    async def test_events_of_a_chain_tell_of_its_run_and_answer(self, corpus: Assistant) -> None:
        chain = Citewell(assistant=corpus) | (lambda answer: answer.text)
        events = [event async for event in chain.astream_events(QUESTION, version="v2") if event["name"] == "Citewell"]
        assert [event["event"] for event in events] == ["on_chain_start", "on_chain_stream", "on_chain_end"]
        assert events[-1]["data"]["output"].text == CITED
