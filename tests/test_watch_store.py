"""Watched questions and their answers are kept for their owners alone, and only what is said anew is a change."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Answer, AnswerSentence, Citation, Failure, Filters, Passage, StorageError, Watch, WatchError
from assistant.answering.citations import text_of
from assistant.conversations.encoding import encode
from assistant.state_file import StateFile
from assistant.watches import watch_store as store
from assistant.watches.answer_changes import differs, new_words
from assistant.watches.checking import check_all
from assistant.watches.watch_store import Watches
from assistant.watches.watch_tables import VERSIONS
from assistant.watches.watch_values import WatchCheck
from tests.answers import NAUGHTY, answers, cited

TALL = cited("The tower is 330 metres tall.")
TALLER = cited("The tower is 336 metres tall.")
NOBODY_KNOWS = replace(TALL, text="The documents do not answer this.", sentences=(), citations=(), abstained=True)
QUESTION = "How tall is the tower?"
LINES = [f"Line {number} of the harbour report names quay {number}." for number in range(8)]


class Clock:
    """A clock that goes on by a second whenever it is read."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def watches(tmp_path: Path) -> Iterator[Watches]:
    kept = Watches(tmp_path / "state", Clock())
    yield kept
    kept.close()


def saying(quotes: Sequence[str], *, also: str = "", first: int = 1) -> Answer:
    """An answer that quotes these, numbered from ``first``; each is stated in the words of ``also``, too."""
    sentences, citations = [], []
    for number, quote in enumerate(quotes, first):
        sources = [(number, quote)] + ([(number + 100, also)] if also else [])
        for cited_as, said in sources:
            passage = Passage(str(cited_as), f"{cited_as}.md", "Report", "", said, 0, len(said))
            citations.append(Citation(cited_as, passage, said, 0, len(said)))
        sentences.append(AnswerSentence(quote, tuple(one for one, _ in sources), "supported"))
    return replace(TALL, text=text_of(sentences), sentences=tuple(sentences), citations=tuple(citations))


def watch(watches: Watches, owner: str = "ann", question: str = QUESTION, answer: Answer = TALL) -> Watch:
    number = watches.add(owner, question, Filters(), answer).number
    return watches.open(owner, number).watch


def ask(watches: Watches, one: Watch, answer: Answer) -> WatchCheck:
    checked = watches.record(one, watches.begin(), answer)
    assert checked
    return checked


class TestComparing:
    @given(st.lists(st.sampled_from(LINES), min_size=1, unique=True).flatmap(
        lambda lines: st.tuples(st.just(lines), st.permutations(lines), st.integers(1, 50))
    ))  # fmt: skip
    def test_order_and_numbers_do_not_count(self, drawn: tuple[list[str], list[str], int]) -> None:
        lines, in_other_order, first = drawn
        before, after = saying(lines), saying(in_other_order, first=first)
        assert not differs(before, after)
        assert new_words(before, after) == ((),) * len(lines)

    @given(st.lists(st.sampled_from(LINES), unique=True), st.lists(st.sampled_from(LINES), unique=True))
    def test_another_set_of_sentences_is_another_answer(self, some: list[str], others: list[str]) -> None:
        assert differs(saying(some), saying(others)) == (set(some) != set(others))

    @given(answers)
    def test_whatever_an_answer_says_it_says_the_same_as_itself(self, answer: Answer) -> None:
        assert not differs(answer, answer)
        assert [marks for marks in new_words(answer, answer) if marks] == []

    def test_a_further_source_is_no_change_also_where_it_is_quoted_in_place_of_the_first(self) -> None:
        alone = saying(["The toll is five crowns."])
        joined = saying(["The toll is five crowns."], also="Five crowns is the toll, the mayor says.")
        assert not differs(alone, joined)
        other_first = saying(["Five crowns is the toll, the mayor says."], also="The toll is five crowns.")
        assert not differs(alone, other_first)
        assert new_words(alone, other_first) == ((),)

    def test_what_counts_is_compared_by_its_own_words_though_it_cites_the_same(self) -> None:
        def counted(number: int) -> Answer:
            quoted = saying(["Kyiv is named here."])
            sentence = AnswerSentence(f"{number} documents mention “Kyiv”.", (1,), "supported")
            return replace(quoted, sentences=(sentence, *quoted.sentences))

        assert differs(counted(3), counted(4))
        assert new_words(counted(3), counted(4)) == (((0, 1),), ())

    @pytest.mark.parametrize(
        ("before", "after"),
        [("It costs 5 %.", "It costs 5 \u20ac."), ("It fell to 5.", "It fell to -5."), ("It is 3.5 m.", "It is 35 m.")],
    )
    def test_signs_that_change_a_number_count(self, before: str, after: str) -> None:
        assert differs(cited(before), cited(after))

    @pytest.mark.parametrize(
        ("before", "after"),
        [("The toll is fair", "The toll is fair."), ("- The toll", "The TOLL"), ("The \u201ctoll\u201d", 'The "toll"')],
    )
    def test_marks_and_capitals_do_not(self, before: str, after: str) -> None:
        assert not differs(cited(before), cited(after))

    def test_an_answer_where_there_was_none_is_a_change_and_so_is_the_reverse(self) -> None:
        assert (differs(NOBODY_KNOWS, TALL), differs(TALL, NOBODY_KNOWS)) == (True, True)
        assert not differs(NOBODY_KNOWS, replace(NOBODY_KNOWS, text="No document mentions it."))

    def test_new_words_are_those_that_the_nearest_sentence_before_does_not_have(self) -> None:
        [marks] = new_words(TALL, TALLER)
        assert [TALLER.sentences[0].text[slice(*mark)] for mark in marks] == ["336"]
        [marks] = new_words(TALL, cited("Nothing of this was ever built."))
        assert marks == ((0, 30),)
        assert new_words(NOBODY_KNOWS, TALL) == (((0, 28),),)


class TestKeeping:
    def test_the_first_answer_is_no_change_and_the_same_again_is_none(self, watches: Watches) -> None:
        one = watch(watches)
        assert (one.number, one.question, one.changed_at) == (1, QUESTION, "")
        again = ask(watches, one, TALL)
        assert (again.state, again.before, again.after and again.after.answer) == ("unchanged", None, TALL)
        assert watches.changes("ann") == []
        assert len(watches.open("ann", 1).answers) == 1

    def test_a_change_is_kept_with_its_day_beside_the_answer_before(self, watches: Watches) -> None:
        one = watch(watches)
        changed = ask(watches, one, TALLER)
        assert changed.before
        assert changed.after
        assert (changed.state, changed.before.answer, changed.after.answer) == ("changed", TALL, TALLER)
        [change] = watches.changes("ann")
        assert (change.number, change.question, change.before, change.after) == (
            1, QUESTION, changed.before, changed.after,
        )  # fmt: skip
        history = watches.open("ann", 1)
        assert [kept.answer for kept in history.answers] == [TALLER, TALL]
        assert history.watch.changed_at == changed.after.answered_at

    def test_a_sentence_that_moved_is_kept_where_it_stands_now(self, watches: Watches) -> None:
        one = watch(watches)
        first = watches.open("ann", 1).answers[0]
        moved = replace(TALL, citations=(replace(TALL.citations[0], start=40, end=69),))
        assert ask(watches, one, moved).state == "unchanged"
        assert watches.open("ann", 1).answers == (replace(first, answer=moved),)

    def test_a_problem_leaves_the_answer_and_goes_with_the_next_one(self, watches: Watches) -> None:
        one = watch(watches)
        told = watches.record_problem(one, watches.begin(), "The index is \ud800 damaged.")
        assert told
        assert (told.state, told.problem) == ("not asked", "The index is \ufffd damaged.")
        assert watches.open("ann", 1).watch.problem == "The index is \ufffd damaged."
        ask(watches, one, TALL)
        assert watches.open("ann", 1).watch.problem == ""

    def test_an_answer_asked_for_before_the_one_that_is_kept_is_out_of_date(self, watches: Watches) -> None:
        one = watch(watches)
        early, late = watches.begin(), watches.begin()
        assert watches.record(one, late, TALLER)
        assert watches.record(one, early, TALL) is None
        assert watches.record_problem(one, early, "late") is None
        assert [kept.answer for kept in watches.open("ann", 1).answers] == [TALLER, TALL]

    def test_a_question_that_was_asked_in_the_future_by_a_clock_since_set_right_is_asked_again(
        self, tmp_path: Path
    ) -> None:
        clock = Clock()
        kept = Watches(tmp_path / "state", clock)
        clock.now += timedelta(days=400)
        one = watch(kept)
        clock.now -= timedelta(days=400)
        assert kept.record_problem(one, kept.begin(), "The index is damaged.")
        clock.now += timedelta(days=400)
        ask(kept, one, TALL)
        clock.now -= timedelta(days=400)
        assert ask(kept, one, TALLER).state == "changed"
        assert kept.open("ann", 1).watch.asked_at[:4] == "2026"
        kept.close()

    def test_as_many_answers_are_kept_as_said_and_the_newest_stay(
        self, watches: Watches, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(store, "KEPT_ANSWERS", 3)
        one = watch(watches)
        for line in LINES:
            ask(watches, one, cited(line))
        assert [kept.answer for kept in watches.open("ann", 1).answers] == [cited(line) for line in LINES[:-4:-1]]
        assert len(watches.changes("ann")) == 2

    @pytest.mark.parametrize("text", [text for text in NAUGHTY if text.strip()])
    def test_any_question_filter_and_answer_comes_back(self, watches: Watches, text: str) -> None:
        only = Filters((text,), (text,), "2024-01-01")
        number = watches.add("ann", text, only, cited(text)).number
        history = watches.open("ann", number)
        assert (history.watch.question, history.watch.filters) == (text.replace("\ud800", "\ufffd"), only)
        assert history.answers[0].answer == cited(text)

    def test_a_question_is_watched_once_with_the_same_filters_and_so_many_are(
        self, watches: Watches, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(store, "MOST_WATCHED", 2)
        watch(watches)
        with pytest.raises(WatchError, match=r"^This question is watched already, as number 1\.$"):
            watch(watches)
        watches.add("ann", QUESTION, Filters(("reports",)), TALL)
        with pytest.raises(WatchError, match=r"^At most 2 questions are watched\. Remove one first\.$"):
            watch(watches, question="Another?")
        assert watch(watches, "bob").number == 3

    def test_a_number_is_never_given_again(self, watches: Watches) -> None:
        watch(watches)
        watches.remove("ann", 1)
        assert (watches.all("ann"), watch(watches).number) == ([], 2)

    def test_what_changed_since_a_moment_is_counted_by_question(self, watches: Watches) -> None:
        one, other = watch(watches), watch(watches, question="Who built it?")
        before = datetime.fromisoformat(watches.begin()).timestamp()
        ask(watches, one, TALLER)
        ask(watches, one, TALL)
        ask(watches, other, TALL)
        after = datetime.fromisoformat(watches.begin()).timestamp()
        counts = [watches.changed_since("ann", moment) for moment in (-1e9, before, after)]
        assert (counts, watches.changed_since("bob", 0)) == ([1, 1, 0], 0)

    def test_only_its_owner_may_read_the_file(self, watches: Watches) -> None:
        watch(watches)
        assert stat.S_IMODE(watches.path.stat().st_mode) == 0o600

    def test_a_damaged_file_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "watches.sqlite").write_bytes(b"This is no database. " * 100)
        with pytest.raises(StorageError, match=r"watches\.sqlite cannot be read .* Restore the file from a backup"):
            Watches(tmp_path).all("ann")


class TestOwners:
    def test_another_owners_question_is_as_if_it_did_not_exist(self, watches: Watches) -> None:
        watch(watches)
        for attempt in (watches.open, watches.remove):
            for owner, number in (("bob", 1), ("ann", 7), ("ann", 2**70), ("ann", -1)):
                with pytest.raises(WatchError) as refused:
                    attempt(owner, number)
                assert str(refused.value) == (
                    f"No question of the number {number} is watched. See the numbers with: citewell watch list"
                )
        with pytest.raises(WatchError, match="kept no longer"):
            watches.answer("bob", 1)
        assert watches.answer("ann", 1) == TALL
        assert (watches.all("bob"), watches.changes("bob"), len(watches.all(None))) == ([], [], 1)

    def test_all_of_an_owner_is_forgotten(self, watches: Watches) -> None:
        watch(watches)
        watch(watches, "bob")
        assert (watches.forget("ann"), watches.all("ann"), len(watches.all("bob"))) == (1, [], 1)

    def test_each_feed_has_a_name_of_its_own_that_stays(self, watches: Watches, tmp_path: Path) -> None:
        names = [watches.feed_id("ann"), watches.feed_id("bob"), Watches(tmp_path / "other").feed_id("ann")]
        assert len(set(names)) == 3
        assert Watches(tmp_path / "state").feed_id("ann") == names[0]


class TestCorpora:
    def test_each_corpus_has_its_own_questions_changes_and_feed(self, tmp_path: Path) -> None:
        here, there = (Watches(tmp_path, Clock(), corpus=tmp_path / name) for name in ("here", "there"))
        one, other = watch(here), watch(there)
        assert (one.number, other.number, here.all("ann"), there.all(None)) == (1, 2, [one], [other])
        ask(here, one, TALLER)
        assert (len(here.changes("ann")), there.changes("ann"), there.changed_since("ann", 0)) == (1, [], 0)
        assert (len(here.untold("webhook")), there.untold("webhook")) == (1, [])
        assert here.feed_id("ann") != there.feed_id("ann")
        for attempt in (there.open, there.remove):
            with pytest.raises(WatchError, match=r"^No question of the number 1 is watched\."):
                attempt("ann", 1)
        with pytest.raises(WatchError, match="kept no longer"):
            there.answer("ann", 1)
        assert (there.forget("ann"), len(here.all("ann"))) == (1, 1)

    def test_a_corpus_is_known_by_its_folder_however_that_is_written(self, tmp_path: Path) -> None:
        (tmp_path / "corpus").mkdir()
        (tmp_path / "link").symlink_to("corpus")
        one = watch(Watches(tmp_path, corpus=tmp_path / "corpus"))
        assert Watches(tmp_path, corpus=tmp_path / "link").all("ann") == [one]

    def test_only_the_questions_of_a_corpus_are_asked_over_it(self, tmp_path: Path) -> None:
        here, there = (Watches(tmp_path, Clock(), corpus=tmp_path / name) for name in ("here", "there"))
        watch(here)
        for kept, answer, states in ((there, NOBODY_KNOWS, []), (here, TALL, ["unchanged"])):
            assert [one.state for one in check_all(kept, lambda *_, answer=answer: answer)] == states
        assert here.changes("ann") == []

    def test_what_was_kept_before_is_seen_over_each_until_it_goes_to_the_corpus_that_asks_first(
        self, tmp_path: Path
    ) -> None:
        old = StateFile(tmp_path / "watches.sqlite", VERSIONS[:1], "")
        kept = encode(TALL), encode(TALLER)
        with old.transaction() as database:
            for number in (1, 2, 3):
                values = (number, f"Question {number}?", encode(Filters()), "2026-01-01", "2026-01-01")
                database.execute(
                    "INSERT INTO watches (number, owner, question, filters, added_at, asked_at) "
                    "VALUES (?, 'ann', ?, ?, ?, ?)",
                    values,
                )
                for record in kept:
                    database.execute(
                        "INSERT INTO answers (watch, answered_at, record) VALUES (?, '2026-01-01T00:00:00+00:00', ?)",
                        (number, record),
                    )
            database.execute("DELETE FROM watches WHERE number = 3")
            database.execute("INSERT INTO untold (answer, channel) VALUES (4, 'webhook')")
        old.close()
        here, there = (Watches(tmp_path, Clock(), corpus=tmp_path / name) for name in ("here", "there"))
        assert [one.number for one in there.all("ann")] == [1, 2]
        assert [one.after.answer for one in here.changes("ann")] == [TALLER, TALLER]
        assert ([one.number for one in here.untold("webhook")], here.untold("e-mail")) == ([2], [])
        assert len(check_all(here, lambda *_: TALLER)) == 2
        assert (there.all("ann"), len(here.all("ann")), watch(here).number) == ([], 2, 4)
        here.remove("ann", 2)
        assert here.untold("webhook") == []
        assert here.answer("ann", 7) == TALL


class TestTelling:
    def test_only_changes_are_to_be_told_and_each_until_it_was(self, watches: Watches) -> None:
        one = watch(watches)
        ask(watches, one, TALL)
        assert watches.untold("e-mail") == []
        ask(watches, one, TALLER)
        [change] = watches.untold("e-mail")
        watches.told(change, "e-mail")
        assert (watches.untold("e-mail"), watches.untold("webhook")) == ([], [change])

    def test_what_was_never_tried_comes_first_and_what_failed_is_told_in_the_list(self, watches: Watches) -> None:
        one = watch(watches)
        for answer in (TALLER, TALL):
            ask(watches, one, answer)
        first, second = watches.untold("webhook")
        assert watches.all("ann")[0].untold == ()
        watches.not_told(first, "webhook", "example.org answered 500.")
        assert watches.untold("webhook") == [second, first]
        assert watches.all("ann")[0].untold == (Failure("webhook", "1 change not told yet. example.org answered 500."),)

    def test_a_channel_that_is_named_later_hears_of_the_last_day_and_one_that_failed_of_all_since(
        self, tmp_path: Path
    ) -> None:
        clock = Clock()
        kept = Watches(tmp_path / "state", clock)
        one = watch(kept)
        ask(kept, one, TALLER)
        clock.now += timedelta(hours=23)
        [early] = kept.untold("webhook")
        kept.not_told(early, "webhook", "example.org answered 500.")
        clock.now += timedelta(hours=2)
        assert (kept.untold("webhook"), kept.untold("e-mail")) == ([early], [])
        ask(kept, one, TALL)
        [late] = kept.untold("e-mail")
        assert (late.after.answer, kept.untold("webhook")) == (TALL, [late, early])
        kept.close()


def test_processes_that_ask_at_once_lose_nothing(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from assistant import Filters; from assistant.watches.watch_store import Watches\n"
        "from tests.answers import cited\n"
        "kept = Watches(pathlib.Path(sys.argv[1]))\n"
        "for number in range(10): kept.add(sys.argv[2], f'Question {number}?', Filters(), cited('No.'))\n"
        "for watch in kept.all(sys.argv[2]): kept.record(watch, kept.begin(), cited('Yes.'))"
    )
    names = ["ann", "bob", "cleo"]
    running = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path), name]) for name in names]
    assert [process.wait() for process in running] == [0] * 3
    kept = Watches(tmp_path)
    assert [len(kept.changes(name)) for name in names] == [10] * 3
    assert len(kept.untold("webhook")) == 30
    assert len({one.number for one in kept.all(None)}) == 30
