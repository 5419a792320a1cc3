"""What was answered is given again for nothing, as it was and to nobody else; few are answered at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from functools import partial
from threading import Event, Thread
from typing import Any

import pytest

from assistant import Answer, Assistant, QuestionError, Stopped
from assistant.news.remembered import Remembered
from assistant.stopping import Turns
from assistant.text.english import days
from tests.collection_matrix import collections_of
from tests.index_tools import Desk

QUESTION = "How tall is the lighthouse of Veldt?"
FILES = {
    "harbour.md": "# Harbour\n\nThe lighthouse of Veldt is 31 metres tall. Ada Thorne kept it until 1974.\n",
    "board/minutes.md": "# Minutes\n\nThe lighthouse of Veldt is 33 metres tall, as the board knows.\n",
}
PATIENCE = 60.0


@pytest.fixture
def desk(tmp_path: Any) -> Desk:
    desk = Desk(tmp_path)
    desk.write(FILES)
    return desk


@pytest.fixture
def assistant(desk: Desk) -> Iterator[Assistant]:
    with desk.assistant() as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture
def planned(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that were worked out, in their order."""
    asked: list[str] = []
    plan = assistant._pipeline.plan

    def noted(snapshot: Any, question: str, *more: Any) -> Any:
        asked.append(question)
        return plan(snapshot, question, *more)

    monkeypatch.setattr(assistant._pipeline, "plan", noted)
    return asked


class TestRemembered:
    def test_the_same_question_is_answered_once_and_as_it_is_worked_out(
        self, assistant: Assistant, planned: list[str]
    ) -> None:
        first, again = assistant.ask(QUESTION), assistant.ask(QUESTION)
        assert (again, planned) == (first, [QUESTION])
        assert again is first
        assert assistant.plan(QUESTION).answer == first
        assert planned == [QUESTION] * 2

    def test_another_history_filter_or_wording_is_another_question(
        self, assistant: Assistant, planned: list[str]
    ) -> None:
        asked: list[dict[str, Any]] = [
            {},
            {"history": [("user", "Who kept it?")]},
            {"history": [("user", "Who kept it?"), ("assistant", "Ada Thorne.")]},
            {"source": "board"},
            {"source": ["board", "harbour.md"]},
            {"until": "2030-01-01"},
        ]
        answers = [assistant.ask(QUESTION, **one) for one in asked]
        assistant.ask(QUESTION.lower())
        assert len(planned) == len(asked) + 1
        assert [assistant.ask(QUESTION, **one) for one in asked] == answers
        assert len(planned) == len(asked) + 1

    def test_a_sync_that_changes_something_makes_it_be_asked_anew(
        self, assistant: Assistant, desk: Desk, planned: list[str]
    ) -> None:
        before = assistant.ask(QUESTION, source="harbour.md")
        assistant.sync()
        assert (assistant.ask(QUESTION, source="harbour.md"), len(planned)) == (before, 1)
        desk.write({"harbour.md": FILES["harbour.md"].replace("31", "35")})
        assistant.sync()
        after = assistant.ask(QUESTION, source="harbour.md")
        assert ("31 metres" in before.text, "35 metres" in after.text, len(planned)) == (True, True, 2)

    def test_a_sync_of_another_process_does_too(self, assistant: Assistant, desk: Desk) -> None:
        assert "31 metres" in assistant.ask(QUESTION, source="harbour.md").text
        desk.write({"harbour.md": FILES["harbour.md"].replace("31", "35")})
        desk.sync()
        assert "35 metres" in assistant.ask(QUESTION, source="harbour.md").text

    def test_what_is_still_being_taken_in_is_told_as_it_is_now(self, assistant: Assistant) -> None:
        assert assistant.ask(QUESTION, source="harbour.md").notices == ()
        with assistant._reader.reading() as snapshot:
            manifest: Any = snapshot.manifest
            manifest.expect(snapshot.build.id, ["late.md"])
            assert "late.md" in "".join(assistant.ask(QUESTION, source="harbour.md").notices)
            manifest.expect(snapshot.build.id, [])
        assert assistant.ask(QUESTION, source="harbour.md").notices == ()

    def test_it_is_given_on_the_same_day_alone(
        self, assistant: Assistant, planned: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for day in (1, 1, 2):
            monkeypatch.setattr(days, "today", lambda day=day: date(2026, 3, day))
            assistant.ask("What happened this week?")
        assert len(planned) == 2

    def test_an_answer_is_given_to_nobody_who_may_read_something_else(
        self, assistant: Assistant, planned: list[str]
    ) -> None:
        collections = collections_of(assistant)
        collections.add("board")
        collections.grant("board", "ann")
        told = {who: assistant.for_user(who).ask(QUESTION) for who in ("", "ann", "bob", "cho")}
        assert ["33 metres" in repr(told[who]) for who in ("", "ann", "bob", "cho")] == [True, True, False, False]
        assert len(planned) == 2  # for those who may read all, and for those who may not read the board's
        assert assistant.with_rights(assistant.rights.within(["board"])).ask(QUESTION) != told["ann"]
        collections.grant("board", "bob")
        assert assistant.for_user("bob").ask(QUESTION) == told["ann"]
        collections.revoke("board", "ann")
        assert assistant.for_user("ann").ask(QUESTION) == told["cho"]
        assert len(planned) == 3

    def test_what_counts_documents_is_remembered_and_what_cannot_be_asked_is_not(
        self, assistant: Assistant, planned: list[str]
    ) -> None:
        counting = "How many documents mention the lighthouse?"
        assert assistant.ask(counting) is assistant.ask(counting)
        for _ in range(2):
            with pytest.raises(QuestionError):
                assistant.ask(" ")
        assert planned == []

    def test_so_many_are_remembered_in_all_and_those_of_old_generations_are_not(
        self, assistant: Assistant, desk: Desk
    ) -> None:
        known = Remembered[int](2)
        reader = assistant._index

        def kept(restricted: bool) -> list[int | None]:
            own = assistant._index.readable_by(assistant.rights.within(["board"])) if restricted else reader
            return own.use(lambda snapshot: [known.get(snapshot, number) for number in range(3)])

        for number in range(3):
            reader.use(partial(known.keep, asked=number, found=number))
        assert (kept(restricted=False), kept(restricted=True)) == ([None, 1, 2], [None] * 3)
        reader.use(lambda snapshot: known.get(snapshot, 1))
        assistant._index.readable_by(assistant.rights.within(["board"])).use(
            lambda snapshot: known.keep(snapshot, 0, 10)
        )
        assert (kept(restricted=False), kept(restricted=True)) == ([None, 1, None], [10, None, None])
        desk.write({"new.md": "New."})
        assistant.sync()
        assert (kept(restricted=False), kept(restricted=True)) == ([None] * 3, [None] * 3)


class TestTurns:
    def test_who_came_first_goes_first(self) -> None:
        turns, order = Turns(1), list[int]()

        def work(number: int) -> None:
            with turns.taken():
                order.append(number)

        with turns.taken():
            threads = [Thread(target=work, args=(number,)) for number in range(8)]
            for number, thread in enumerate(threads, start=1):
                thread.start()
                _until(lambda number=number: len(turns._waiting) == number)
        for thread in threads:
            thread.join(PATIENCE)
        assert order == list(range(8))

    def test_no_more_work_at_a_time_than_there_are_turns(self) -> None:
        turns, go_on, at_work, most = Turns(3), Event(), list[int](), list[int]()

        def work(number: int) -> None:
            with turns.taken():
                at_work.append(number)
                most.append(len(at_work))
                assert go_on.wait(PATIENCE)
                at_work.remove(number)

        threads = [Thread(target=work, args=(number,)) for number in range(10)]
        for thread in threads:
            thread.start()
        _until(lambda: len(at_work) == 3 and len(turns._waiting) == 7)
        go_on.set()
        for thread in threads:
            thread.join(PATIENCE)
        assert (len(most), max(most), at_work) == (10, 3, [])

    def test_whoever_is_stopped_waits_no_more_and_takes_no_turn(self) -> None:
        turns, stop = Turns(1), Event()
        with turns.taken():
            stop.set()
            with pytest.raises(Stopped), turns.taken(stop):
                pytest.fail("A turn came.")
        with turns.taken():
            assert len(turns._waiting) == 0

    def test_work_that_fails_gives_its_turn_back(self) -> None:
        turns = Turns(1)
        for _ in range(2):
            with pytest.raises(ValueError, match="broken"), turns.taken():
                raise ValueError("broken")

    def test_one_who_is_stopped_while_many_ask_is_answered_nothing(self, assistant: Assistant) -> None:
        stop, raised = Event(), list[BaseException]()

        def ask() -> None:
            try:
                next(assistant.stream(QUESTION, stop=stop))
            except Stopped as error:
                raised.append(error)

        turns = assistant._pipeline.turns
        taken = [turns.taken() for _ in range(turns._free)]
        for one in taken:
            one.__enter__()
        asking = Thread(target=ask)
        asking.start()
        _until(lambda: len(turns._waiting) == 1)
        stop.set()
        asking.join(PATIENCE)
        for one in taken:
            one.__exit__(None, None, None)
        answer: Answer = assistant.ask(QUESTION)
        assert (len(raised), answer.abstained) == (1, False)


def _until(holds: Any) -> None:
    patience = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < patience
        time.sleep(0.01)
