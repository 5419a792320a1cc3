"""The packaged reader: what it reads, what it makes of it, and what becomes of a question that is read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant, Settings, open_assistant
from assistant.answering.answerability import MODEL, READ_MODEL
from assistant.answering.reading import WINDOW_CHARACTERS, WINDOWS_AT_ONCE, log_probability, read, windows_of
from assistant.answering.recency import recency_of
from assistant.answering.retrieval import Retrieved
from assistant.answering.term_weights import TermWeights
from assistant.errors import ModelUnavailable
from assistant.models.packaged_reader import FOLDER, LABELS, PackagedReader
from assistant.text.english.present import asks_for_now
from assistant.types import Passage, ScoredPassage

BRIDGE = (
    "The bridge at Marl was built by Orla Denby in 1932. It cost two million crowns. "
    "It was closed in May for repairs, and the ferry ran again."
)
FILLER = "The harbour lies in the north of the bay, and boats are mended there in winter. "


def passage(text: str, name: str = "a", published: str | None = None) -> Passage:
    return Passage(
        id=name,
        source=f"{name}.md",
        title="Marl",
        breadcrumb="",
        text=text,
        start=0,
        end=len(text),
        published=published,
    )


class TestReading:
    @pytest.mark.parametrize(
        ("question", "answer"),
        [
            ("Who built the bridge at Marl?", "Orla Denby"),
            ("When was the bridge at Marl built?", "1932"),
            ("How many people live in Marl?", "3,400"),
        ],
    )
    def test_the_text_that_answers_is_told_from_one_that_does_not_and_the_words_are_found(
        self, reader: PackagedReader, question: str, answer: str
    ) -> None:
        texts = [BRIDGE, "The town of Marl has 3,400 inhabitants, most of whom work in the harbour."]
        right = next(text for text in texts if answer in text)
        readings = dict(zip(texts, reader.read(question, [("Marl: ", text) for text in texts]), strict=True))
        assert max(texts, key=lambda text: readings[text].answered) == right
        span = readings[right].best_span(0, len(right))
        assert span is not None
        assert answer in right[span[0] : span[1]]
        assert span[1] - span[0] < len(right) / 3

    def test_the_sentence_with_the_answer_has_most_of_it(self, reader: PackagedReader) -> None:
        [reading] = reader.read("How much did the bridge cost?", [("", BRIDGE)])
        ends = [BRIDGE.index(". It ") + 1, BRIDGE.index("crowns.") + 7, len(BRIDGE)]
        shares = [reading.share(start, end) for start, end in zip([0, *ends], ends, strict=False)]
        assert max(range(3), key=shares.__getitem__) == 1
        assert sum(shares) == pytest.approx(1.0, abs=0.02)

    def test_a_text_longer_than_what_it_reads_at_once_is_read_to_its_end(self, reader: PackagedReader) -> None:
        text = FILLER * 40 + BRIDGE
        [reading] = reader.read("Who built the bridge at Marl?", [("", text)])
        span = reading.best_span(0, len(text))
        assert span is not None
        assert text[span[0] : span[1]] == "Orla Denby"
        assert reading.tokens[-1].tolist() == [len(text) - 1, len(text)]

    def test_what_was_read_once_is_known(self, reader: PackagedReader) -> None:
        [first] = reader.read("Who closed it?", [("", BRIDGE)])
        [second, other] = reader.read("Who closed it?", [("", BRIDGE), ("", FILLER)])
        assert second is first
        assert other is not first

    @pytest.mark.parametrize("text", ["", "   ", "\u200b", "…"])
    def test_texts_with_hardly_a_word_have_no_answer(self, reader: PackagedReader, text: str) -> None:
        [reading] = reader.read("Who built the bridge?", [("", text)])
        assert reading.answered < 0
        assert reading.share(5, 9) == 0.0

    def test_a_claim_is_given_each_of_the_four_labels_and_they_add_up(self, reader: PackagedReader) -> None:
        found = reader.support("Orla Denby built the bridge.", [BRIDGE, ""])
        assert [set(each) for each in found] == [set(LABELS)] * 2
        assert [sum(each.values()) for each in found] == pytest.approx([1.0, 1.0])

    def test_one_that_is_damaged_is_told_and_not_used(self, tmp_path: Path) -> None:
        shutil.copytree(FOLDER, tmp_path / "reader")
        with (tmp_path / "reader" / "model.onnx").open("r+b") as graph:
            graph.seek(1_000)
            graph.write(b"damage")
        with pytest.raises(ModelUnavailable, match=r"model\.onnx is damaged.*CITEWELL_READER=none"):
            PackagedReader(tmp_path / "reader").check()

    def test_it_is_small_enough_to_come_with_the_program(self) -> None:
        assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 24_000_000

    @given(st.floats(-40, 40))
    def test_a_log_probability_is_never_above_nought_and_rises_with_the_odds(self, odds: float) -> None:
        assert log_probability(odds) <= 0
        assert log_probability(odds) <= log_probability(odds + 1)


class TestWindows:
    @given(st.lists(st.integers(1, 30), min_size=1, max_size=40))
    def test_windows_hold_every_sentence_whole_and_in_order(self, lengths: list[int]) -> None:
        text = " ".join(f"The {'very ' * length}old ferry left." for length in lengths)
        windows = windows_of(passage(text))
        assert "".join(text[start:end] for start, end in windows) == text
        for start, end in windows:
            whole = text[start:end].strip()
            assert whole.endswith("left.")
            assert len(whole) <= WINDOW_CHARACTERS or whole.count(".") == 1


class TestWhatIsSoNow:
    def test_every_passage_is_read_however_surely_one_answers_as_what_is_newer_may_too(
        self, reader: PackagedReader
    ) -> None:
        told = [passage(f"Orla Denby is the mayor of Marl since {2000 + n}.", str(n)) for n in range(8)]
        found = Retrieved(tuple(ScoredPassage(one, 1 - n / 10) for n, one in enumerate(told)), (0.9,))
        question = "Who is the mayor of Marl?"
        weights = TermWeights(question, lambda _: 8, 8)
        assert len(read(question, found, weights, reader).readings) == WINDOWS_AT_ONCE
        assert len(read(question, found, weights, reader, for_now=True).readings) == 8

    @pytest.mark.parametrize(
        "question",
        ["Who is the mayor?", "What is the latest on the talks?", "Is the bridge still closed?", "Where's Ada?"],
    )
    def test_it_is_asked_for(self, question: str) -> None:
        assert asks_for_now(question)

    @pytest.mark.parametrize(
        "question",
        [
            "Who was the mayor in 2022?",
            "When is the mayor elected now?",
            "Who built the bridge?",
            "Who is the mayor since 2019?",
        ],
    )
    def test_it_is_not_asked_for_where_a_time_is_named_or_the_past_is_asked_about(self, question: str) -> None:
        assert not asks_for_now(question)

    @given(st.lists(st.none() | st.integers(0, 400), min_size=1, max_size=12))
    def test_newer_documents_are_more_recent_and_those_without_a_day_between(self, ages: list[int | None]) -> None:
        days = [None if age is None else (date(2024, 1, 1) + timedelta(age)).isoformat() for age in ages]
        hits = [ScoredPassage(passage("x", str(n), day), 0.5) for n, day in enumerate(days)]
        recency = recency_of(hits)
        assert all(0 <= value <= 1 for value in recency.values())
        for one, day in enumerate(days):
            for other, later in enumerate(days):
                if day and later and day < later:
                    assert recency[str(one)] < recency[str(other)]


TOWN = {
    "north.md": "---\ndate: 2021-03-01\n---\n# Town hall\n\nOrla Denby is the mayor of Marl.\n",
    "south.md": "---\ndate: 2024-06-11\n---\n# Election\n\nSten Olsen is the mayor of Marl since Monday.\n",
    "bridge.md": f"# The bridge\n\n{BRIDGE}\n",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    (folder / "corpus").mkdir()
    for name, text in TOWN.items():
        (folder / "corpus" / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def town(home: Path) -> Iterator[Assistant]:
    settings = Settings(corpus_dir=home / "corpus", index_dir=home / "index", state_dir=home / "state")
    with open_assistant(settings) as assistant:
        assistant.sync()
        yield assistant


class TestAnswers:
    def test_the_words_that_answer_are_in_bold(self, town: Assistant) -> None:
        first = town.ask("Who built the bridge at Marl?").sentences[0]
        assert first.emphasis is not None
        assert first.text[slice(*first.emphasis)] == "Orla Denby"

    def test_the_newest_that_answers_leads_where_it_is_asked_who_is(self, town: Assistant) -> None:
        answer = town.ask("Who is the mayor of Marl?")
        assert answer.sentences[0].text == "Sten Olsen is the mayor of Marl since Monday."
        assert any("2024-06-11" in notice for notice in answer.notices)

    def test_why_tells_what_the_reader_said(self, town: Assistant) -> None:
        why = town.plan("Who built the bridge at Marl?").why
        assert {factor.name for factor in why.signals} == {"about", "answered"}
        assert {factor.name for factor in why.sentences[0].factors} == {"unread", "answered", "margin", "share"}
        assert why.threshold == READ_MODEL.threshold
        assert why.read == "Orla Denby"

    def test_without_a_reader_words_decide(self, home: Path, town: Assistant) -> None:
        settings = Settings(
            corpus_dir=home / "corpus", index_dir=home / "index", state_dir=home / "state", reader="none"
        )
        with open_assistant(settings) as assistant:
            assert settings.reader is None
            assert assistant.plan("Who built the bridge at Marl?").why.threshold == MODEL.threshold
