"""Conversations are kept for their owners alone: exactly, through restarts, and found again by any word."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Answer, Conversation, ConversationError, ConversationSummary, Exchange, Filters, StorageError
from assistant.conversations.encoding import decode, encode
from assistant.conversations.store import LONGEST_TITLE, Conversations
from assistant.types import ModelChoice
from tests.answers import NAUGHTY, answers, cited, maybe, texts
from tests.index_tools import Desk, briefing

TALL = cited("The Eiffel Tower is 330 metres tall.")
OLD = cited("It was built for the World's Fair of 1889.")


class Clock:
    """A clock that goes on by a second whenever it is read."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(tmp_path: Path, clock: Clock) -> Iterator[Conversations]:
    store = Conversations(tmp_path / "state", clock)
    yield store
    store.close()


def begun(kept: Conversations, owner: str, *asked: str, answer: Answer = TALL) -> str:
    """The id of a new conversation in which these questions were asked."""
    id = kept.create(owner).id
    for question in asked:
        kept.append(owner, id, Exchange(question, answer))
    return id


def titles(found: Sequence[ConversationSummary]) -> list[str]:
    return [summary.title for summary in found]


class TestKeeping:
    @given(
        st.builds(
            Exchange,
            texts,
            answers,
            st.builds(Filters, st.lists(texts, max_size=2).map(tuple), st.just(()), maybe, maybe),
            st.booleans(),
            texts,
        )
    )
    def test_an_exchange_comes_back_as_it_was(self, exchange: Exchange) -> None:
        text = encode(exchange)
        assert text.isascii()
        assert decode(Exchange, text) == exchange

    def test_all_is_there_after_a_restart(self, tmp_path: Path, kept: Conversations) -> None:
        narrowing = Filters(("reports",), ("City Notes",), "2024-01-01", "2024-12-31")
        id = kept.create("ann").id
        assert kept.append("ann", id, Exchange("How tall is it?", TALL, narrowing)) == 1
        assert kept.append("ann", id, Exchange("And how old?", OLD, stopped=True)) == 2
        kept.close()
        assert Conversations(tmp_path / "state").open("ann", id) == Conversation(
            id,
            "How tall is it?",
            "2026-01-01T00:00:01.000000+00:00",
            "2026-01-01T00:00:04.000000+00:00",
            (
                Exchange("How tall is it?", TALL, narrowing, asked_at="2026-01-01T00:00:03.000000+00:00"),
                Exchange("And how old?", OLD, stopped=True, asked_at="2026-01-01T00:00:04.000000+00:00"),
            ),
        )

    def test_what_was_kept_by_the_first_version_is_read_with_what_it_was_narrowed_to(
        self, tmp_path: Path, kept: Conversations
    ) -> None:
        said = 'They said "narrowing":{"documents":[]}'
        filters = Filters(("reports",), ("City Notes",), "2024-01-01")
        id = kept.create("ann").id
        kept.append("ann", id, Exchange(said, TALL, filters))
        kept.close()
        with closing(sqlite3.connect(tmp_path / "state" / "conversations.sqlite")) as database, database:
            [(record,)] = database.execute("SELECT record FROM exchanges").fetchall()
            first = json.loads(record)
            del first["filters"]["undated"]
            first["narrowing"] = {"documents": first["filters"].pop("sources"), **first.pop("filters")}
            database.execute("UPDATE exchanges SET record = ?", [json.dumps(first, separators=(",", ":"))])
            database.execute("PRAGMA user_version = 1")
        [exchange] = Conversations(tmp_path / "state").open("ann", id).exchanges
        assert (exchange.asked, exchange.filters) == (said, filters)

    def test_the_history_is_what_the_next_question_takes(self, kept: Conversations) -> None:
        id = begun(kept, "ann", "How tall is it?")
        assert kept.open("ann", id).history() == [("user", "How tall is it?"), ("assistant", TALL.text)]

    def test_a_sync_and_a_rebuild_leave_it_alone(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path)
        desk.write({"a.md": briefing(0)})
        with desk.assistant() as assistant:
            assistant.sync()
            id = begun(assistant.conversations, "", "How tall is it?")
            before = assistant.conversations.open("", id)
            assistant.sync(rebuild=True)
            assert assistant.conversations.open("", id) == before

    def test_the_last_exchange_is_replaced(self, kept: Conversations) -> None:
        id = begun(kept, "ann", "How tall is it?", "And how old?")
        kept.replace_last("ann", id, 2, Exchange("And who built it?", OLD))
        assert [(one.asked, one.answer) for one in kept.open("ann", id).exchanges] == [
            ("How tall is it?", TALL),
            ("And who built it?", OLD),
        ]
        assert kept.search("ann", "how old") == []
        assert titles(kept.search("ann", "who built")) == ["How tall is it?"]

    @pytest.mark.parametrize("number", [0, 1, 3])
    def test_no_other_exchange_is(self, kept: Conversations, number: int) -> None:
        id = begun(kept, "ann", "How tall is it?", "And how old?")
        with pytest.raises(ConversationError, match=r"^The conversation has gone on elsewhere\. Open it again\.$"):
            kept.replace_last("ann", id, number, Exchange("x", OLD))
        assert [one.asked for one in kept.open("ann", id).exchanges] == ["How tall is it?", "And how old?"]

    def test_an_edited_first_question_gives_the_title_unless_there_is_one_already(self, kept: Conversations) -> None:
        id = begun(kept, "ann", "How tal is it?")
        kept.replace_last("ann", id, 1, Exchange("How tall is it?", TALL))
        assert kept.open("ann", id).title == "How tall is it?"
        kept.rename("ann", id, "The tower")
        kept.replace_last("ann", id, 1, Exchange("How old is it?", OLD))
        assert kept.open("ann", id).title == "The tower"

    def test_one_exchange_alone(self, kept: Conversations) -> None:
        conversation = kept.open("ann", begun(kept, "ann", "How tall is it?", "And how old?"))
        assert [one.asked for one in conversation.only(2).exchanges] == ["And how old?"]
        for number in (0, 3, -1):
            with pytest.raises(ConversationError, match=f"has no exchange {number}, but 1 to 2"):
                conversation.only(number)

    def test_threads_may_write_at_once(self, kept: Conversations) -> None:
        id = kept.create("ann").id
        with ThreadPoolExecutor(8) as pool:
            numbers = pool.map(lambda number: kept.append("ann", id, Exchange(str(number), TALL)), range(40))
            assert sorted(numbers) == list(range(1, 41))
        assert sorted(int(one.asked) for one in kept.open("ann", id).exchanges) == list(range(40))

    def test_processes_may_begin_at_once(self, tmp_path: Path) -> None:
        program = (
            "import sys, pathlib; from assistant.conversations.store import Conversations\n"
            "kept = Conversations(pathlib.Path(sys.argv[1]))\n"
            "for _ in range(20): kept.create('ann')"
        )
        running = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path)]) for _ in range(4)]
        assert [process.wait() for process in running] == [0] * 4
        assert len(Conversations(tmp_path).all("ann")) == 80


class TestOwners:
    def test_another_owners_conversation_is_as_if_it_did_not_exist(self, kept: Conversations) -> None:
        id, nobodys = begun(kept, "ann", "How tall is it?"), "0" * 32
        before = kept.open("ann", id)
        for attempt in (
            lambda id: kept.open("bob", id),
            lambda id: kept.find("bob", id),
            lambda id: kept.append("bob", id, Exchange("x", OLD)),
            lambda id: kept.replace_last("bob", id, 1, Exchange("x", OLD)),
            lambda id: kept.rename("bob", id, "x"),
            lambda id: kept.delete("bob", id),
            lambda id: kept.restore("bob", id),
        ):
            with pytest.raises(ConversationError) as there:
                attempt(id)
            with pytest.raises(ConversationError) as missing:
                attempt(nobodys)
            assert str(there.value).replace(id, nobodys) == str(missing.value)
        assert kept.open("ann", id) == before
        assert (kept.all("bob"), kept.search("bob", "tall"), kept.all("")) == ([], [], [])

    def test_an_owner_can_be_forgotten(self, kept: Conversations, tmp_path: Path) -> None:
        id = begun(kept, "ann", "How tall is it?")
        kept.delete("ann", begun(kept, "ann", "How old is it?"))
        other = begun(kept, "bob", "How tall is it?")
        assert kept.forget("ann") == 2
        assert (kept.all("ann"), [one.id for one in kept.all("bob")]) == ([], [other])
        with pytest.raises(ConversationError):
            kept.restore("ann", id)
        with sqlite3.connect(tmp_path / "state" / "conversations.sqlite") as database:
            assert database.execute("SELECT count(*) FROM texts").fetchone() == (1,)
            assert database.execute("SELECT count(*) FROM titles").fetchone() == (1,)
        database.close()

    def test_an_id_cannot_be_guessed_from_another(self, kept: Conversations) -> None:
        ids = {kept.create("ann").id for _ in range(20)}
        assert len({id[:8] for id in ids}) == 20
        assert {len(id) for id in ids} == {32}


class TestFinding:
    def test_the_one_that_changed_last_comes_first(self, kept: Conversations) -> None:
        first, second = begun(kept, "ann", "One?"), begun(kept, "ann", "Two?", "Three?")
        assert [(one.id, one.title, one.exchanges) for one in kept.all("ann")] == [
            (second, "Two?", 2),
            (first, "One?", 1),
        ]
        kept.append("ann", first, Exchange("Four?", OLD))
        assert [one.id for one in kept.all("ann")] == [first, second]
        assert [one.id for one in kept.all("ann", 1)] == [first]

    @pytest.mark.parametrize(
        "sought",
        [
            "tower",
            "TOWER",
            "metres",
            "330",
            "tall eiffel",
            "metr",
            "Zürich",
            "zurich",
            "ZURICH",
            "is",
            "züri 3",
            "",
            " ",
        ],
    )
    def test_by_words_of_the_question_the_answer_and_the_title(self, kept: Conversations, sought: str) -> None:
        begun(kept, "ann", "What is it in Zürich?")
        begun(kept, "ann", "Unrelated", answer=replace(OLD, text="nothing"))
        expected = ["What is it in Zürich?"] if sought.strip() else ["Unrelated", "What is it in Zürich?"]
        assert titles(kept.search("ann", sought)) == expected

    @pytest.mark.parametrize("sought", ["cathedral", "tower cathedral", "330 331", "xyz", "q"])
    def test_not_by_words_that_do_not_all_stand_there(self, kept: Conversations, sought: str) -> None:
        begun(kept, "ann", "How tall is it?")
        assert kept.search("ann", sought) == []

    @pytest.mark.parametrize(
        ("asked", "sought"), [("北约东扩是什么?", "东扩"), ("北约东扩是什么?", "北约东扩"), ("Что такое НАТО?", "нато")]
    )
    def test_in_any_script(self, kept: Conversations, asked: str, sought: str) -> None:
        begun(kept, "ann", asked)
        assert titles(kept.search("ann", sought)) == [asked]

    @pytest.mark.parametrize("text", [text for text in NAUGHTY if text.strip()])
    def test_whatever_is_asked_is_kept_and_found_by_itself(self, kept: Conversations, text: str) -> None:
        id = begun(kept, "ann", text)
        assert kept.open("ann", id).exchanges[0].asked == text
        assert [one.id for one in kept.search("ann", text)] == [id]
        assert kept.search("ann", "absent " + text) == []

    @given(texts)
    def test_whatever_is_sought_is_no_error(self, tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
        kept = Conversations(tmp_path_factory.getbasetemp() / "sought")
        kept.search("ann", text)
        with pytest.raises(ConversationError):
            kept.open("ann", text)
        with pytest.raises(ConversationError):
            kept.find("ann", text)
        kept.close()

    def test_a_renamed_conversation_by_its_new_title_alone(self, kept: Conversations) -> None:
        id = begun(kept, "ann", "Anything?")
        kept.rename("ann", id, "  Towers \n of  Paris ")
        assert titles(kept.search("ann", "paris towers")) == ["Towers of Paris"]
        with pytest.raises(ConversationError, match="The title is empty"):
            kept.rename("ann", id, " \n\0")

    def test_a_long_question_makes_a_short_title(self, kept: Conversations) -> None:
        title = kept.open("ann", begun(kept, "ann", "How tall " * 40)).title
        assert title == ("How tall " * 13).rstrip() + "…"
        assert len(title) <= LONGEST_TITLE

    def test_by_the_beginning_of_its_id(self, kept: Conversations) -> None:
        id = begun(kept, "ann", "How tall is it?")
        assert kept.find("ann", id[:6]) == kept.find("ann", id) == id
        with pytest.raises(ConversationError, match=r"^There is no conversation ''"):
            kept.find("ann", "")
        for _ in range(17):  # two of seventeen begin alike
            kept.create("ann")
        beginnings = [one.id[0] for one in kept.all("ann")]
        twice = next(one for one in beginnings if beginnings.count(one) > 1)
        with pytest.raises(ConversationError, match=f"^More than one conversation begins with '{twice}'"):
            kept.find("ann", twice)


class TestDeleting:
    def test_it_is_gone_and_can_be_had_back(self, kept: Conversations) -> None:
        id = begun(kept, "ann", "How tall is it?")
        before = kept.open("ann", id)
        kept.delete("ann", id)
        assert (kept.all("ann"), kept.search("ann", "tall")) == ([], [])
        for attempt in (kept.open, kept.find, kept.delete):
            with pytest.raises(ConversationError, match="There is no conversation"):
                attempt("ann", id)
        kept.restore("ann", id)
        assert kept.open("ann", id) == before
        assert titles(kept.search("ann", "tall")) == ["How tall is it?"]

    def test_after_thirty_days_it_cannot(self, kept: Conversations, clock: Clock) -> None:
        early, late = begun(kept, "ann", "Early?"), begun(kept, "ann", "Late?")
        kept.delete("ann", early)
        clock.now += timedelta(days=29)
        kept.delete("ann", late)
        clock.now += timedelta(days=2)
        kept.create("bob")
        kept.restore("ann", late)
        with pytest.raises(ConversationError, match="There is no conversation"):
            kept.restore("ann", early)


class TestTheFile:
    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
    def test_only_its_owner_may_read_it(self, kept: Conversations, tmp_path: Path) -> None:
        begun(kept, "ann", "How tall is it?")
        modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").iterdir()}
        assert modes == {0o600}

    def test_nothing_is_made_before_it_is_needed(self, tmp_path: Path) -> None:
        Conversations(tmp_path / "state").close()
        assert list(tmp_path.iterdir()) == []

    def test_one_of_a_newer_version_is_left_alone(self, kept: Conversations, tmp_path: Path) -> None:
        begun(kept, "ann", "How tall is it?")
        kept.close()
        with sqlite3.connect(tmp_path / "state" / "conversations.sqlite") as database:
            database.execute("PRAGMA user_version = 99")
        database.close()
        with pytest.raises(StorageError, match="was written by a newer version of Citewell"):
            kept.all("ann")

    def test_one_that_is_none_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "conversations.sqlite").write_bytes(b"no database " * 100)
        with pytest.raises(StorageError, match=r"cannot be read .*Restore the file from a backup"):
            Conversations(tmp_path).all("ann")

    def test_a_damaged_record_is_told(self, kept: Conversations, tmp_path: Path) -> None:
        id = begun(kept, "ann", "How tall is it?")
        with sqlite3.connect(tmp_path / "state" / "conversations.sqlite") as database:
            database.execute("""UPDATE exchanges SET record = '{"asked": 1}'""")
        database.close()
        with pytest.raises(StorageError, match=f"^The conversation {id} cannot be read: "):
            kept.open("ann", id)

    def test_a_folder_in_its_place_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "conversations.sqlite").mkdir()
        with pytest.raises(StorageError, match="cannot be used"):
            Conversations(tmp_path).all("ann")

    def test_what_fails_half_way_changes_nothing(self, kept: Conversations, monkeypatch: pytest.MonkeyPatch) -> None:
        id = begun(kept, "ann", "How tall is it?")
        before = kept.open("ann", id)
        monkeypatch.setattr("assistant.conversations.store._entitle", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            kept.replace_last("ann", id, 1, Exchange("And now?", OLD))
        assert kept.open("ann", id) == before
        assert titles(kept.search("ann", "how tall")) == ["How tall is it?"]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"asked": "x"}', '{"asked": "x", "answer": {}}', '{"asked": 1, "answer": null}', '{"colour": 1}'],
)
def test_json_that_is_no_exchange_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(Exchange, text)


def test_a_question_without_an_answer_is_kept_found_and_no_part_of_the_history(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    id = kept.create("ann").id
    failed = Exchange("Why?", None, problem="The index is gone.", asked_at="2026-01-01T00:00:00.000000+00:00")
    kept.append("ann", id, failed)
    assert kept.open("ann", id).exchanges == (failed,)
    assert kept.open("ann", id).history() == []
    assert [one.id for one in kept.search("ann", "index gone")] == [id]
    kept.close()


def test_who_wrote_last_writes_again_while_that_can_be_chosen() -> None:
    exchanges = (Exchange("Why?", None, model="ollama:m"), Exchange("How?", None, model="extractive"))
    conversation = Conversation("1", "Why?", "", "", exchanges)
    choices = (ModelChoice("ollama:m"), ModelChoice("extractive"))
    assert conversation.model(choices) == "extractive"
    assert conversation.only(1).model(choices) == "ollama:m"
    assert conversation.only(1).model(choices[1:]) is None
    assert Conversation("1", "", "", "").model(choices) is None


@pytest.mark.parametrize(
    ("narrowing", "said"),
    [
        (Filters(), ""),
        (Filters(("a.md", "b/"), ("City Notes",)), "a.md or b/ · City Notes"),
        (Filters(since="2024-01-01", until="2025-12-31"), "2024 to 2025"),
        (Filters(since="2024-01-01", until="2024-12-31"), "2024"),
        (Filters(since="2024-03-01", until="2024-03-01"), "2024-03-01"),
        (Filters(since="2024-01-01"), "since 2024"),
        (Filters(until="2024-01-01"), "until 2024-01-01"),
    ],
)
def test_a_narrowing_is_told_in_words(narrowing: Filters, said: str) -> None:
    assert (str(narrowing), bool(narrowing)) == (said, bool(said))
