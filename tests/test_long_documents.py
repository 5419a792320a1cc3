"""A long document is taken in part by part: it answers from the first one on, and takes as much memory as a short one.

Parts have few passages here, so that documents of some dozen are long.
"""

from __future__ import annotations

import importlib
import signal
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Answer, Settings, SyncReport, open_assistant
from assistant.answering.taking_in import NOT_YET, told_taking_in
from assistant.errors import Stopped
from assistant.indexing.lock import writing
from assistant.indexing.passages import PassageSpan, split
from assistant.indexing.texts import TextStore
from assistant.interfaces.console import show_documents
from assistant.interfaces.doctor import diagnose
from assistant.interfaces.page.conversation import render_welcome
from assistant.interfaces.page.documents import render_table
from assistant.interfaces.page.upkeep import render_health
from assistant.text import runs as runs_module
from assistant.text.runs import runs
from assistant.text.tables import HeadsAbove
from assistant.types import Document, DocumentRecord, SyncProgress, TakingIn
from tests.index_tools import Desk, HashingEmbedder, Workshop, briefing, check_served, editions

sync_module = importlib.import_module("assistant.indexing.sync")
LONG = "long.md"
KILLED = {"signal": signal.SIGKILL}
QUESTION = "Which finding did the harbour survey0 record as edition1 of the yearly report on the harbour?"


def _long(edition: int = 1) -> str:
    """A document of 19 passages."""
    return briefing(0, edition, sentences=60)


def _words(texts: Any) -> list[int]:
    return [len(text.split()) for text in texts]


def _spans(text: str, markup: Any = "markdown") -> list[PassageSpan]:
    return list(split(Document("a.md", "", text, markup, language="en"), _words, 60))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def parts_of_four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_module, "PASSAGES_PER_COMMIT", 4)


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    shop = Workshop()
    yield shop
    shop.close()


def _stopped_after(desk: Desk, passages: int, embedder: HashingEmbedder | None = None, **options: Any) -> None:
    """Sync until so many passages of the long document answer, and stop then."""
    stop = threading.Event()

    def look(_: SyncProgress) -> None:
        with desk.reader().reading() as snapshot:
            if any(one.passages >= passages for one in snapshot.taking_in()):
                stop.set()

    with pytest.raises(Stopped):
        desk.sync(embedder, progress=look, stop=stop, **options)


class TestRuns:
    @given(st.text(alphabet="ab \n", max_size=300), st.integers(1, 40))
    def test_runs_are_the_text_without_gaps_and_no_longer_than_allowed(self, text: str, least: int) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(runs_module, "RUN_CHARACTERS", least)
            found = list(runs(text))
        assert "".join(text[start:end] for start, end in found) == text
        assert all(0 < end - start <= 2 * least for start, end in found)
        assert all(end - start >= least for start, end in found[:-1])

    def test_a_run_ends_between_paragraphs_else_between_lines_else_between_words(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(runs_module, "RUN_CHARACTERS", 8)
        ends = {text: next(runs(text))[1] for text in ("one two\nthree\n\nfour five six", "one two three\nfour five",
                                                      "one two three four five", "o" * 30)}  # fmt: skip
        assert list(ends.values()) == [15, 14, 14, 16]


class TestSplitting:
    @pytest.mark.parametrize(
        "made",
        [
            lambda count: "\n\n".join(f"The harbour has {n} cranes. They stood idle." for n in range(count)),
            lambda count: "\n".join(f"The harbour has {n} cranes and they stood idle in all the" for n in range(count)),
            lambda count: " ".join(f"The harbour has {n} cranes." for n in range(count)),
            lambda count: " ".join(f"the harbour has {n} cranes" for n in range(count)),
            lambda count: "| Port | Cranes |\n|---|---|\n" + "".join(f"| Varden | {n} |\n" for n in range(count)),
            lambda count: "```\n" + "\n".join(f"crane({n})" for n in range(count)) + "\n```",
            lambda count: "\n".join(f"- Crane {n} of the harbour" for n in range(count)),
            lambda count: "".join(f"## Crane {n}\n\nIt stood idle at the quay.\n\n" for n in range(count)),
            lambda count: "x" * 12 * count,
        ],
        ids=["paragraphs", "one paragraph", "one line", "no full stops", "table", "code", "list", "sections", "a word"],
    )
    def test_memory_does_not_grow_with_the_text_of_whatever_kind(
        self, monkeypatch: pytest.MonkeyPatch, made: Callable[[int], str]
    ) -> None:
        monkeypatch.setattr(runs_module, "RUN_CHARACTERS", 2_000)

        def most(count: int) -> int:
            document = Document("a.md", "", made(count), "markdown", language="en")
            tracemalloc.start()
            for _ in split(document, _words, 60):
                pass
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            return peak

        most(100)  # what is loaded once
        assert most(4_000) < 1.5 * most(1_000) + 200_000

    @pytest.mark.parametrize("length", [40, 150, 400, 1_000])
    def test_no_word_is_lost_and_headings_stay_whatever_the_length_of_a_run(
        self, monkeypatch: pytest.MonkeyPatch, length: int
    ) -> None:
        text = "# Ports\n\n" + "\n\n".join(
            f"## Port {n}\n\n" + " ".join(f"Crane {n}{m} stood idle." for m in range(n % 7)) for n in range(30)
        )
        whole = {span.breadcrumb: "" for span in _spans(text)}
        for span in _spans(text):
            whole[span.breadcrumb] += text[span.start : span.end] + " "
        monkeypatch.setattr(runs_module, "RUN_CHARACTERS", length)
        cut = dict.fromkeys(whole, "")
        for span in _spans(text):
            cut[span.breadcrumb] += text[span.start : span.end] + " "
        assert {name: said.split() for name, said in cut.items()} == {
            name: said.split() for name, said in whole.items()
        }

    def test_table_that_goes_on_from_run_to_run_keeps_its_heads(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(runs_module, "RUN_CHARACTERS", 300)
        monkeypatch.setattr("assistant.indexing.passages.MAXIMUM_CHARACTERS", 100)
        text = "| Port | Cranes |\n|---|---|\n" + "".join(f"| Varden {n} | {n} |\n" for n in range(200))
        heads = HeadsAbove(text)
        spans = _spans(text)
        assert ["| Port | Cranes |\n" in span.embedded_text for span in spans] == [True] * len(spans)
        assert {heads.at(span.start) for span in spans[1:]} == {"| Port | Cranes |"}

    def test_code_that_goes_on_from_run_to_run_has_no_headings(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(runs_module, "RUN_CHARACTERS", 200)
        text = (
            "# Cranes\n\n```\n" + "".join(f"# step {n}\n\nturn({n})\n" for n in range(60)) + "```\n\n## Quays\n\nNone."
        )
        assert {span.breadcrumb for span in _spans(text)} == {"Cranes", "Cranes › Quays"}

    @given(st.lists(st.sampled_from(["| a | b |", "|---|---|", "prose", "", "| c |", "|---|"]), max_size=14))
    def test_heads_of_tables_are_those_that_a_look_at_all_lines_above_finds(self, lines: list[str]) -> None:
        text = "\n".join(lines)
        starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines))]
        heads = HeadsAbove(text)
        for number, start in enumerate(starts):
            assert heads.at(start) == _head_of(lines, number)


def _head_of(lines: list[str], number: int) -> str:
    """The head of the table that a line goes on with, found by looking at each line above it."""
    if "|" not in lines[number]:
        return ""
    for above in range(number - 1, -1, -1):
        if "|" not in lines[above]:
            return ""
        if lines[above] in ("|---|---|", "|---|"):
            head = lines[above - 1] if above else ""
            return head if (head, lines[above]) in (("| a | b |", "|---|---|"), ("| c |", "|---|")) else ""
    return ""


@pytest.mark.usefixtures("parts_of_four")
class TestTakingIn:
    def test_first_parts_answer_while_the_others_are_being_taken_in(self, desk: Desk) -> None:
        desk.write({LONG: _long(), **editions(3)})
        seen: list[DocumentRecord] = []
        answers: list[Answer] = []

        with desk.assistant() as assistant:

            def look(_: SyncProgress) -> None:
                check_served(assistant, [{LONG: _long(), **editions(3)}], empty=True)
                seen.extend(record for record in assistant.documents() if record.source == LONG)
                answers.append(assistant.ask(QUESTION))

            report = desk.sync(progress=look)
            assert report == SyncReport(added=[*editions(3), LONG])
            counts = [record.passages for record in seen]
            assert counts == sorted(counts)
            assert {*counts} <= {0, 4, 8, 12, 16, 20}
            partly = next(record for record in seen if 0 < record.passages < 20)
            assert (partly.state, partly.is_complete) == ("being taken in", False)
            assert 16 <= partly.passages_expected <= 24
            assert any(LONG in notice for answer in answers for notice in answer.notices)
            assert assistant.ask(QUESTION).notices == ()
            [record] = [one for one in assistant.documents() if one.source == LONG]
            assert (record.passages, record.state, record.taking_in) == (20, "ready", None)
        assert desk.describe() == desk.fresh()

    def test_nobody_is_told_that_there_are_no_documents_while_the_first_is_read(self, desk: Desk) -> None:
        desk.write({LONG: _long()})
        seen: list[Any] = []
        original = TextStore.put

        def before_anything_is_stored(store: TextStore, text: str) -> str:
            with desk.assistant() as assistant:
                seen.append((assistant.ask(QUESTION), assistant.documents(), assistant.health()))
            return original(store, text)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(TextStore, "put", before_anything_is_stored)
            desk.sync()
        [(answer, [record], health)] = seen
        told = f"Still being taken in, so that some of it is not found yet: {LONG}: no passages so far."
        assert (answer.text, answer.abstained, answer.notices) == (NOT_YET, True, (told,))
        assert (record.source, record.state, record.passages) == (LONG, "being taken in", 0)
        assert health.taking_in == (TakingIn(LONG, 0, 0),)
        assert "Your documents are being taken in" in render_welcome([record])
        assert f"{LONG}: no passages so far" in render_table([record])
        assert told in render_health(health)

    def test_sync_that_is_stopped_is_gone_on_with_where_it_stood(self, desk: Desk) -> None:
        desk.write({LONG: _long()})
        first, second = HashingEmbedder(), HashingEmbedder()
        _stopped_after(desk, 8, first)
        with desk.assistant() as assistant:
            check_served(assistant, [{LONG: _long()}])
            [one] = assistant.taking_in()
            assert (one.source, 8 <= one.passages < 20) == (LONG, True)
            assert assistant.health().needs_sync
        report = desk.sync(second)
        assert report == SyncReport(added=[LONG])
        assert len({*first.embedded} & {*second.embedded}) <= 8  # what was embedded and not stored yet
        assert len(second.embedded) <= 20 - one.passages
        assert desk.describe() == desk.fresh()
        assert desk.sync() == SyncReport(unchanged=[LONG])

    def test_document_that_changes_while_a_part_of_it_answers_is_replaced_as_a_whole(self, desk: Desk) -> None:
        desk.write({LONG: _long()})
        _stopped_after(desk, 8)
        desk.write({LONG: _long(2)})
        with desk.assistant() as assistant:
            desk.sync(progress=lambda _: check_served(assistant, [{LONG: _long()}, {LONG: _long(2)}]))
        assert desk.describe() == desk.fresh()

    def test_document_that_goes_while_a_part_of_it_answers_leaves_nothing(self, desk: Desk) -> None:
        desk.write({LONG: _long(), **editions(1)})
        _stopped_after(desk, 8)
        desk.write(editions(1))
        assert desk.sync().removed == [LONG]
        assert desk.describe() == desk.fresh()

    def test_earlier_version_serves_until_the_last_part_of_the_new_one_is_there(self, desk: Desk) -> None:
        desk.write({LONG: _long()})
        desk.sync()
        desk.write({LONG: _long(2)})
        with desk.assistant() as assistant:
            served: list[str] = []

            def look(_: SyncProgress) -> None:
                check_served(assistant, [{LONG: _long()}, {LONG: _long(2)}])
                served.append("edition2" if "edition2" in assistant.document(LONG).text else "edition1")

            assert desk.sync(progress=look) == SyncReport(updated=[LONG])
            assert served[:4] == ["edition1"] * 4  # the last part is stored while it is told
            assert len(served) == 5
            assert "edition2" in assistant.document(LONG).text
        assert desk.describe() == desk.fresh()

    def test_update_that_is_stopped_is_gone_on_with_and_one_that_is_taken_back_is_dropped(self, desk: Desk) -> None:
        desk.write({LONG: _long()})
        desk.sync()
        for last in (2, 1):
            stop = threading.Event()
            steps: list[int] = []

            def look(step: SyncProgress, stop: threading.Event = stop, steps: list[int] = steps) -> None:
                steps.append(step.bytes_done)
                if len(steps) == 4:
                    stop.set()

            desk.write({LONG: _long(2 if last == 2 else 3)})
            first, second = HashingEmbedder(), HashingEmbedder()
            with pytest.raises(Stopped):
                desk.sync(first, progress=look, stop=stop)
            desk.write({LONG: _long(2)})
            desk.sync(second)
            assert len(second.embedded) <= (20 - 8 if last == 2 else 0)
            assert desk.describe() == desk.fresh()

    def test_adding_that_is_stopped_within_a_long_document_leaves_neither_file_nor_passages(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        desk.write(editions(1))
        desk.sync()
        file = tmp_path / "from" / LONG
        file.parent.mkdir()
        file.write_text(_long())
        stop = threading.Event()
        with desk.assistant() as assistant:

            def look(_: SyncProgress) -> None:
                if any(one.passages >= 8 for one in assistant.taking_in()):
                    stop.set()

            assert assistant.add([file], progress=look, stop=stop) == SyncReport()
            assert not (desk.corpus / LONG).exists()
            assert [record.source for record in assistant.documents()] == [*editions(1)]
            assert assistant.ask(QUESTION).notices == ()
        desk.sync()
        assert desk.describe() == desk.fresh()

    def test_new_model_takes_long_documents_in_beside_the_build_that_serves(self, desk: Desk) -> None:
        desk.write({LONG: _long()})
        desk.sync()
        other = HashingEmbedder("hashing-32")
        with desk.assistant() as assistant:
            desk.sync(other, progress=lambda _: check_served(assistant, [{LONG: _long()}]))
            assert assistant.taking_in() == []
        assert desk.describe() == desk.fresh(other)


class TestKilled:
    @pytest.mark.parametrize(
        "step",
        [("manifest.expect", "after", 1), ("texts.put", "after", 1), ("manifest.announce", "after", 2),
         ("vectors.put", "after", 2), ("words.change", "after", 3), ("manifest.commit", "before", 2),
         ("manifest.commit", "after", 1), ("manifest.commit", "after", 4), ("manifest.commit", "after", 5),
         ("manifest.forget_coming", "before", 1)],
        ids=str,
    )  # fmt: skip
    @pytest.mark.parametrize("before", [None, 1], ids=["first", "update"])
    def test_sync_that_is_killed_between_two_parts_serves_what_is_whole_and_is_finished_by_the_next(
        self, desk: Desk, workshop: Workshop, step: object, before: int | None
    ) -> None:
        old, new = {LONG: _long(), **editions(1)}, {LONG: _long(2), **editions(1)}
        desk.write(old)
        if before:
            desk.sync()
        desk.write(new)
        assert workshop.run(desk, kill=step, per_commit=4, dead_share=9.0) == KILLED
        with desk.assistant() as assistant:
            check_served(assistant, [old, new] if before else [new], empty=not before)
            desk.sync()
            check_served(assistant, [new])
        assert desk.describe() == desk.fresh()


class TestTold:
    def test_how_far_documents_are_is_told_of_the_first_and_the_others_are_counted(self) -> None:
        taking_in = [TakingIn("big.txt", 12_000, 90_000), *(TakingIn(f"{n}.txt", 0, 0) for n in range(4))]
        assert told_taking_in(taking_in) == (
            "Still being taken in, so that some of it is not found yet: big.txt: 12,000 of about 90,000 passages so "
            "far; 0.txt: no passages so far; 1.txt: no passages so far; and 2 more.",
        )
        assert told_taking_in([]) == ()

    def test_list_page_and_doctor_say_how_far_a_document_is(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        record = DocumentRecord("big.txt", "Big", 12_000, 1, is_complete=False, passages_expected=90_000)
        told = "big.txt: 12,000 of about 90,000 passages so far"
        show_documents([record])
        assert told in " ".join(capsys.readouterr().err.split())
        table = render_table([record])
        assert '<span class="state partly">being taken in</span>' in table
        assert told in table
        settings = Settings(corpus_dir=tmp_path / "corpus", index_dir=tmp_path / "index", state_dir=tmp_path / "state")
        (tmp_path / "corpus").mkdir()
        (tmp_path / "corpus" / "a.md").write_text("The harbour has four cranes.")
        with open_assistant(settings) as assistant:
            assistant.sync()
        from assistant.indexing.manifest import Manifest

        manifest = Manifest(tmp_path / "index" / "manifest.sqlite", tmp_path / "corpus")
        build = manifest.live_build()
        assert build
        with writing(tmp_path / "index"):
            manifest.expect(build.id, ["a.md", "big.txt"])
        manifest.close()
        assert any("big.txt: no passages so far" in note for note in diagnose(settings).notes)


class TestTexts:
    def test_text_longer_than_a_piece_is_stored_under_its_hash_and_read_back(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        text = "Der Hafen hat vier Kräne. 港口 🚢 " * 40
        whole = TextStore.key(text)
        monkeypatch.setattr("assistant.indexing.texts.PIECE_CHARACTERS", 7)
        monkeypatch.setattr("assistant.indexing.texts.SHORT_BYTES", 100)
        store = TextStore(tmp_path)
        assert (store.put(text), store.holds(whole), store.get(whole)) == (whole, True, text)
        assert store.get(store.put("short")) == "short"
