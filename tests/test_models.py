"""The optional models, built by the tests: what they find, what that does to an answer, and how they fail."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from huggingface_hub import HfApi
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant, ModelUnavailable, Passage, ScoredPassage, Settings, SettingsError, open_assistant
from assistant.answering.answerability import FOUND_NOTHING, MODEL, ReaderGate
from assistant.interfaces.doctor import ModelState, diagnose
from assistant.models.calibration import Calibration, Calibrations
from assistant.models.loading import load_named
from assistant.models.named_reader import MAXIMUM_SPAN_TOKENS, ReadingModel, best_span
from assistant.models.reranker import READ, CrossEncoderReranker
from tests.conftest import assistant_with, write_corpus
from tests.tiny_models import build_bare_model, build_cross_encoder, build_reader, with_slow_tokenizer

if TYPE_CHECKING:
    from assistant.indexing import Embedder

WINDOW = 32


def passage(text: str, *, start: int = 0, name: str = "a") -> Passage:
    return Passage(name, f"{name}.md", "", "", text, start, start + len(text))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for models."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def reader(models: Path) -> ReadingModel:
    """Finds what runs from "ada" to "thorne", with a margin of 10 - 4 = 6; any other span scores 0."""
    return ReadingModel(str(build_reader(models / "reader", {"ada": 5}, {"thorne": 5}, no_answer=4, window=WINDOW)))


@pytest.fixture(scope="module")
def reranker(models: Path) -> CrossEncoderReranker:
    """Prefers passages full of lamps and keepers."""
    return CrossEncoderReranker(str(build_cross_encoder(models / "reranker", ["lamp", "keeper"])))


class TestReader:
    def test_a_span_is_given_by_its_characters_in_the_document(self, reader: ReadingModel) -> None:
        text = "😀 𝔘𝔫𝔡: the keeper was Ada  Thorne, of Veldt."
        [span] = reader.read("Who was the keeper?", [passage(text, start=1_000)])
        assert text[span.start - 1_000 : span.end - 1_000] == "Ada  Thorne"
        assert (span.score, span.margin) == pytest.approx((10, 6), abs=1e-4)

    def test_the_passage_that_answers_most_surely_comes_first(self, reader: ReadingModel) -> None:
        found = reader.read("Who?", [passage("Nobody knows.", name="a"), passage("It was Ada Thorne.", name="b")])
        assert [(span.passage.source, round(span.margin, 3)) for span in found] == [("b.md", 6.0), ("a.md", -4.0)]

    @pytest.mark.parametrize("before", range(0, 64, 3))
    def test_a_span_is_found_wherever_it_stands_in_a_long_passage(self, reader: ReadingModel, before: int) -> None:
        text = "so " * before + "Ada Thorne" + " so" * (64 - before)
        [span] = reader.read("Who was the keeper?", [passage(text)])
        assert (span.start, span.end) == (3 * before, 3 * before + len("Ada Thorne"))
        assert span.margin == pytest.approx(6, abs=1e-4)

    def test_passages_of_different_lengths_are_read_side_by_side(self, reader: ReadingModel) -> None:
        texts = ["so " * length + "Ada Thorne" for length in (0, 90, 3, 200, 31)]
        found = reader.read("Who?", [passage(text, name=str(n)) for n, text in enumerate(texts)])
        assert {span.passage.id: (span.start, span.end) for span in found} == {
            str(n): (len(text) - 10, len(text)) for n, text in enumerate(texts)
        }

    def test_a_long_question_leaves_room_for_the_passage(self, reader: ReadingModel) -> None:
        [span] = reader.read("Who was the keeper? " * 200, [passage("so " * 100 + "Ada Thorne")])
        assert (span.start, span.end) == (300, 310)

    def test_a_passage_without_words_has_no_span(self, reader: ReadingModel) -> None:
        assert reader.read("Who?", [passage(""), passage(" \n")]) == []
        assert reader.read("Who?", []) == []

    def test_many_threads_read_at_once(self, reader: ReadingModel) -> None:
        texts = ["so " * length + "Ada Thorne" for length in range(12)]
        with ThreadPoolExecutor(6) as pool:
            found = pool.map(lambda text: reader.read("Who?", [passage(text)])[0].start, texts)
        assert list(found) == [3 * length for length in range(12)]

    def test_equal_weights_are_the_same_reader_and_others_another(self, models: Path, reader: ReadingModel) -> None:
        same = ReadingModel(reader.name)
        other = ReadingModel(str(build_reader(models / "other" / "reader", {"ada": 1}, {}, window=WINDOW)))
        assert same.key == reader.key != other.key
        assert other.key.startswith("reader:")


class TestBestSpan:
    def test_a_span_does_not_end_before_it_starts(self) -> None:
        starts, ends = np.array([[0, 0, 9, 0], [9, 1, 0, 2]], dtype=np.float32)
        assert best_span(starts, ends, np.ones(4, dtype=bool)) == (11.0, 2, 3)

    def test_a_span_is_no_longer_than_its_limit(self) -> None:
        starts, ends = np.zeros(50, dtype=np.float32), np.zeros(50, dtype=np.float32)
        starts[0], ends[MAXIMUM_SPAN_TOKENS - 1], ends[MAXIMUM_SPAN_TOKENS] = 1, 1, 5
        assert best_span(starts, ends, np.ones(50, dtype=bool)) == (5.0, 1, MAXIMUM_SPAN_TOKENS)

    def test_it_begins_and_ends_in_the_text(self) -> None:
        starts, ends = np.array([[9, 1, 0, 0], [0, 0, 1, 9]], dtype=np.float32)
        assert best_span(starts, ends, np.array([False, True, True, False])) == (2.0, 1, 2)
        assert best_span(starts, ends, np.zeros(4, dtype=bool)) is None

    @given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9), st.booleans()), min_size=1, max_size=40))
    def test_no_allowed_span_scores_more(self, tokens: list[tuple[int, int, bool]]) -> None:
        starts, ends, is_text = (np.array(column) for column in zip(*tokens, strict=True))
        every = [
            (float(starts[i] + ends[j]), -i, -j)
            for i in range(len(tokens))
            for j in range(i, min(len(tokens), i + MAXIMUM_SPAN_TOKENS))
            if is_text[i] and is_text[j]
        ]
        expected = max(every, default=None)
        found = best_span(starts.astype(np.float32), ends.astype(np.float32), is_text)
        assert found == (expected and (expected[0], -expected[1], -expected[2]))


class TestCrossEncoder:
    def hits(self, texts: Sequence[str]) -> list[ScoredPassage]:
        return [ScoredPassage(passage(text, name=f"{n:02}"), 1 - n / 100) for n, text in enumerate(texts)]

    def test_the_passages_come_in_the_order_of_its_scores(self, reranker: CrossEncoderReranker) -> None:
        ranked = reranker.rerank("who?", self.hits(["Nothing is here.", "The lamp was here.", "lamp keeper"]))
        assert [hit.passage.id for hit in ranked] == ["02", "01", "00"]
        scores = [hit.score for hit in ranked]
        assert 1 > scores[0] > scores[1] > scores[2] > 0

    def test_title_and_headings_are_read_too(self, reranker: CrossEncoderReranker) -> None:
        plain, titled = self.hits(["It was old.", "It was old."])
        titled = dataclasses.replace(titled, passage=dataclasses.replace(titled.passage, title="The lamp"))
        assert [hit.passage.title for hit in reranker.rerank("who?", [plain, titled])] == ["The lamp", ""]

    def test_equal_scores_keep_their_order(self, reranker: CrossEncoderReranker) -> None:
        hits = self.hits(["Nothing."] * 6)
        assert [hit.passage for hit in reranker.rerank("who?", hits)] == [hit.passage for hit in hits]

    def test_passages_further_down_stay_below_as_they_are(self, reranker: CrossEncoderReranker) -> None:
        hits = self.hits(["Nothing."] * READ + ["lamp keeper"] * 3)
        ranked = reranker.rerank("who?", hits)
        assert [hit.passage for hit in ranked[READ:]] == [hit.passage for hit in hits[READ:]]
        assert [hit.score for hit in ranked] == sorted((hit.score for hit in ranked), reverse=True)

    def test_a_passage_beyond_the_models_length_is_cut(self, reranker: CrossEncoderReranker) -> None:
        first, last = reranker.rerank("who?", self.hits(["so " * 500 + "lamp " * 50, "lamp keeper"]))
        assert (first.passage.id, last.passage.id) == ("01", "00")

    def test_no_passages_are_no_passages(self, reranker: CrossEncoderReranker) -> None:
        assert reranker.rerank("who?", []) == ()


class TestHub:
    @pytest.mark.parametrize(("on_disk", "tried"), [(True, ["disk"]), (False, ["disk", "hub knows it", "download"])])
    def test_a_model_is_downloaded_only_when_it_is_not_on_disk(
        self, monkeypatch: pytest.MonkeyPatch, on_disk: bool, tried: list[str]
    ) -> None:
        steps: list[str] = []
        monkeypatch.setattr(HfApi, "model_info", lambda *_, **__: steps.append("hub knows it"))

        def load(path: str, *, local_files_only: bool) -> str:
            steps.append("disk" if local_files_only else "download")
            if local_files_only and not on_disk:
                raise OSError("not in the cache")
            return path

        assert load_named("reader", "somebody/model", load) == "somebody/model"
        assert steps == tried


class TestMissingModels:
    """Each is told when the assistant is opened."""

    def refusal(self, tmp_path: Path, **named: str) -> str:
        with pytest.raises(ModelUnavailable) as refused:
            open_assistant(Settings(corpus_dir=tmp_path / "corpus", index_dir=tmp_path / "index", **named))
        return str(refused.value)

    @pytest.mark.parametrize("role", ["reranker", "reader"])
    def test_a_folder_that_is_not_there(self, tmp_path: Path, role: str) -> None:
        missing = tmp_path / "missing"
        assert self.refusal(tmp_path, **{role: str(missing)}) == (
            f"The {role} '{missing}' cannot be loaded: there is no folder {missing}. CITEWELL_{role.upper()} takes a "
            "model's folder, or its name on the Hugging Face hub, from where it is downloaded once. Correct it, or "
            "unset it to do without."
        )

    @pytest.mark.parametrize("role", ["reranker", "reader"])
    def test_a_folder_that_holds_no_model(self, tmp_path: Path, role: str) -> None:
        (tmp_path / "empty").mkdir()
        message = self.refusal(tmp_path, **{role: str(tmp_path / "empty")})
        assert message.startswith(f"The {role} '{tmp_path / 'empty'}' cannot be loaded: ")

    @pytest.mark.parametrize("role", ["reranker", "reader"])
    def test_a_name_that_is_not_on_disk_while_there_is_no_network(self, tmp_path: Path, role: str) -> None:
        message = self.refusal(tmp_path, **{role: "nobody/no-such-model"})
        assert message.startswith(
            f"The {role} 'nobody/no-such-model' cannot be loaded: it is not on this disk, and the hub does not give it"
        )

    @pytest.mark.parametrize(("role", "file"), [("reranker", "model.safetensors"), ("reader", "model.safetensors")])
    def test_damaged_weights(self, tmp_path: Path, role: str, file: str) -> None:
        folder = build_reader(tmp_path / "m", {}, {}) if role == "reader" else build_cross_encoder(tmp_path / "m", [])
        (folder / file).write_bytes(b"\xff" * 100)
        message = self.refusal(tmp_path, **{role: str(folder)})
        assert message.startswith(f"The {role} '{folder}' cannot be loaded: ")

    def test_a_model_that_was_not_made_to_read(self, tmp_path: Path) -> None:
        message = self.refusal(tmp_path, reader=str(build_bare_model(tmp_path / "bare")))
        assert "it is not a trained question-answering model: it lacks qa_outputs.bias, qa_outputs.weight." in message

    def test_a_reader_whose_tokens_have_no_place(self, tmp_path: Path) -> None:
        folder = with_slow_tokenizer(build_reader(tmp_path / "reader", {}, {}))
        message = self.refusal(tmp_path, reader=str(folder))
        assert "its tokenizer (ByT5Tokenizer) has no fast version, so it cannot tell where words stand." in message

    def test_a_model_that_was_not_made_to_rank(self, tmp_path: Path) -> None:
        message = self.refusal(tmp_path, reranker=str(build_bare_model(tmp_path / "bare")))
        assert "it is no cross-encoder: it was saved as BertModel, so its scores would be random." in message

    def test_a_cross_encoder_of_several_scores(self, tmp_path: Path) -> None:
        message = self.refusal(tmp_path, reranker=str(build_cross_encoder(tmp_path / "three", ["lamp"], labels=3)))
        assert "it gives 3 scores for a question and a passage, where one is needed." in message

    @pytest.mark.parametrize("role", ["reranker", "reader"])
    def test_scores_that_are_no_numbers(self, tmp_path: Path, role: str) -> None:
        if role == "reader":
            folder = build_reader(tmp_path / "m", {}, {}, no_answer=math.nan)
        else:
            folder = build_cross_encoder(tmp_path / "m", [], bias=math.nan)
        assert "what it scores is not a number." in self.refusal(tmp_path, **{role: str(folder)})


LIGHTHOUSE = {
    "lighthouse.md": "# The lighthouse\n\nThe lighthouse stands on Marrow Point. The last keeper of the lighthouse was "
    "**Ada Thorne** of Veldt, who left in 1931. The lighthouse is forty metres high.\n",
    "ferry.md": "# The ferry\n\nThe ferry to Moss Island leaves at nine in the morning. The captain of the ferry is "
    "Bo Lind.\n",
    "tools.md": "# The workshop\n\nThe tools that the workshop lends are these:\n\n- a hand plane\n- a table saw of "
    "Ada Thorne\n- a belt sander\n",
}
KEEPER = "Who was the last keeper of the lighthouse?"
FERRY = "When does the ferry to Moss Island leave?"


@pytest.fixture(scope="module")
def home(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small corpus, indexed; its tests only read it."""
    home = tmp_path_factory.mktemp("home")
    write_corpus(home / "corpus", LIGHTHOUSE)
    with assistant_with(embedder, home) as assistant:
        assistant.sync()
    return home


@pytest.fixture
def assistant(embedder: Embedder, home: Path, reader: ReadingModel, tmp_path: Path) -> Assistant:
    """An assistant with the reader that looks for Ada Thorne, and a state folder of its own."""
    return assistant_with(embedder, home, gate=ReaderGate(reader, Calibrations(tmp_path)))


class TestAnswers:
    def test_the_words_that_answer_are_emphasised(self, assistant: Assistant) -> None:
        answer = assistant.ask(KEEPER)
        first = answer.sentences[0]
        assert first.text == "The last keeper of the lighthouse was Ada Thorne of Veldt, who left in 1931."
        assert first.emphasis == (38, 48)
        assert first.text[38:48] == "Ada Thorne"
        assert [sentence.emphasis for sentence in answer.sentences[1:]] == [None] * (len(answer.sentences) - 1)

    def test_the_sentence_that_the_reader_points_to_leads(self, assistant: Assistant) -> None:
        question = "What is the lighthouse of Marrow Point like, and how high is the lighthouse?"
        answer = assistant.ask(question)
        assert answer.sentences[0].text.startswith("The last keeper of the lighthouse was Ada Thorne")
        assert answer.citations[0].quote.startswith("The last keeper of the lighthouse was **Ada Thorne**")

    def test_a_list_stays_a_list(self, assistant: Assistant) -> None:
        answer = assistant.ask("Which tools does the workshop lend?")
        assert [(sentence.text, sentence.emphasis) for sentence in answer.sentences] == [
            ("- a hand plane", None),
            ("- a table saw of Ada Thorne", (17, 27)),
            ("- a belt sander", None),
        ]

    def test_a_list_stays_a_list_when_the_reader_points_elsewhere(
        self, embedder: Embedder, home: Path, models: Path, tmp_path: Path
    ) -> None:
        elsewhere = ReadingModel(str(build_reader(models / "elsewhere", {"bo": 5}, {"lind": 5})))
        answer = assistant_with(embedder, home, gate=ReaderGate(elsewhere, Calibrations(tmp_path))).ask(
            "Which tools does the workshop lend?"
        )
        assert [(sentence.text, sentence.emphasis) for sentence in answer.sentences] == [
            ("- a hand plane", None),
            ("- a table saw of Ada Thorne", None),
            ("- a belt sander", None),
        ]

    def test_without_a_reader_no_words_are_told(self, embedder: Embedder, home: Path) -> None:
        first = assistant_with(embedder, home).ask(KEEPER).sentences[0]
        assert first.text == "The last keeper of the lighthouse was Ada Thorne of Veldt, who left in 1931."
        assert first.emphasis is None

    def test_it_declines_when_the_reader_finds_too_little(
        self, embedder: Embedder, home: Path, models: Path, tmp_path: Path
    ) -> None:
        unsure = ReadingModel(str(build_reader(models / "unsure", {"ada": 5}, {"thorne": 5}, no_answer=10.5)))
        answer = assistant_with(embedder, home, gate=ReaderGate(unsure, Calibrations(tmp_path))).ask(KEEPER)
        assert (answer.abstained, answer.sentences, answer.notices) == (True, (), (FOUND_NOTHING,))
        assert answer.confidence == pytest.approx((MODEL.threshold or 0) * math.exp(-0.5), rel=1e-3)
        assert answer.also_found[0].passage.source == "lighthouse.md"

    @pytest.mark.parametrize(("threshold", "abstained"), [(5.99, False), (6.01, True)])
    def test_the_threshold_parts_answers_from_refusals(
        self, embedder: Embedder, home: Path, reader: ReadingModel, tmp_path: Path, threshold: float, abstained: bool
    ) -> None:
        calibrations = Calibrations(tmp_path)
        calibrations.save(reader.key, Calibration(threshold, 1.0, 2))
        gate = ReaderGate(reader, calibrations)
        answer = assistant_with(embedder, home, gate=gate).ask(KEEPER)
        assert (gate.threshold, answer.abstained) == (threshold, abstained)

    def test_what_the_documents_do_not_hold_is_declined_without_asking_the_reader(self, assistant: Assistant) -> None:
        answer = assistant.ask("How many moons does Jupiter have?")
        assert (answer.abstained, answer.notices) == (True, ("No document mentions “Jupiter”.",))

    def test_the_reranker_changes_the_order_of_what_is_found(
        self, embedder: Embedder, home: Path, models: Path
    ) -> None:
        captain = CrossEncoderReranker(str(build_cross_encoder(models / "captain", ["captain", "moss", "ferry"])))
        question = "Who keeps the lighthouse on Marrow Point, and what does the ferry do?"
        with assistant_with(embedder, home) as plain, assistant_with(embedder, home, captain) as reranked:
            before, after = plain.search(question), reranked.search(question)
            limited = reranked.search(question, limit=1)
        assert before[0].passage.source == "lighthouse.md"
        assert after[0].passage.source == "ferry.md"
        assert sorted(hit.passage.id for hit in before) == sorted(hit.passage.id for hit in after)
        assert limited == after[:1]

    def test_all_is_built_from_settings(self, home: Path, reader: ReadingModel, reranker: CrossEncoderReranker) -> None:
        settings = Settings(
            corpus_dir=home / "corpus",
            index_dir=home / "index",
            state_dir=home / "state",
            reader=reader.name,
            reranker=reranker.name,
        )
        with open_assistant(settings) as assistant:
            health = assistant.health()
            answer = assistant.ask(KEEPER)
        assert (health.reader, health.reranker, health.reader_threshold) == (reader.name, reranker.name, 0.0)
        assert health.problems == ()
        assert answer.sentences[0].emphasis == (38, 48)


class TestCalibrating:
    def test_the_margin_of_a_question_is_that_of_its_best_span(self, assistant: Assistant) -> None:
        assert assistant.reader_margin(KEEPER) == pytest.approx(6, abs=1e-4)
        follow_up = assistant.reader_margin("And what is the name of the captain?", [("user", FERRY)])
        assert follow_up == pytest.approx(6, abs=1e-4)  # the lighthouse is among the passages read

    def test_a_fitted_threshold_is_in_force_at_once_and_after_opening_again(
        self, assistant: Assistant, embedder: Embedder, home: Path, reader: ReadingModel, tmp_path: Path
    ) -> None:
        fitted = assistant.calibrate_reader([6.0, 8.0, 9.0], [False, True, True])
        assert fitted == Calibration(threshold=7.0, balanced_accuracy=1.0, questions=3)
        assert assistant.ask(KEEPER).abstained
        again = assistant_with(embedder, home, gate=ReaderGate(reader, Calibrations(tmp_path)))
        assert again.ask(KEEPER).abstained
        assert again.health().reader_threshold == 7.0

    def test_without_a_reader_there_is_nothing_to_calibrate(self, embedder: Embedder, home: Path) -> None:
        plain = assistant_with(embedder, home)
        for calibrate in (lambda: plain.reader_margin(KEEPER), lambda: plain.calibrate_reader([1.0], [True])):
            with pytest.raises(ModelUnavailable, match=r"^No reader is named\. .* CITEWELL_READER to calibrate it\.$"):
                calibrate()

    def test_nothing_found_has_no_margin(self, embedder: Embedder, reader: ReadingModel, tmp_path: Path) -> None:
        write_corpus(tmp_path / "corpus", {})
        with assistant_with(embedder, tmp_path, gate=ReaderGate(reader, Calibrations(tmp_path))) as assistant:
            assistant.sync()
            assert assistant.reader_margin(KEEPER) is None


class TestDoctor:
    def settings(self, home: Path, state: Path, **named: str) -> Settings:
        return Settings(corpus_dir=home / "corpus", index_dir=home / "index", state_dir=state, **named)

    def test_it_names_the_models_in_force_and_the_threshold(
        self, home: Path, reader: ReadingModel, reranker: CrossEncoderReranker, tmp_path: Path
    ) -> None:
        Calibrations(tmp_path).save(reader.key, Calibration(1.25, 0.9, 20))
        found = diagnose(self.settings(home, tmp_path, reader=reader.name, reranker=reranker.name))
        assert found.problems == ()
        assert (found.reranker, found.reader) == (
            ModelState(reranker.name, reranker.name, verified=True),
            ModelState(reader.name, reader.name, verified=True),
        )
        rows = dict(found.rows())
        assert rows["Reader"] == f"{reader.name} in {reader.name}, verified, answers from a margin of 1.25"

    def test_a_missing_model_is_a_problem_and_the_rest_is_told_all_the_same(self, home: Path, tmp_path: Path) -> None:
        found = diagnose(self.settings(home, tmp_path, reader=str(tmp_path / "no"), reranker=str(tmp_path / "none")))
        assert [problem.split(" cannot")[0] for problem in found.problems] == [
            f"The reranker '{tmp_path / 'none'}'",
            f"The reader '{tmp_path / 'no'}'",
        ]
        assert (found.reader, found.documents) == (ModelState(str(tmp_path / "no")), 3)
        assert dict(found.rows())["Reranker"] == f"{tmp_path / 'none'}, not usable"

    def test_a_threshold_that_cannot_be_read_is_a_problem(
        self, home: Path, reader: ReadingModel, tmp_path: Path
    ) -> None:
        (tmp_path / "calibration.json").write_text("{")
        settings = self.settings(home, tmp_path, reader=reader.name)
        [problem] = diagnose(settings).problems
        with pytest.raises(SettingsError) as refused:
            open_assistant(settings)
        assert problem == str(refused.value)
        assert problem.startswith(f"{tmp_path / 'calibration.json'} cannot be read: it is not JSON: ")
        assert problem.endswith(" Remove it, then fit the reader's threshold anew with: citewell eval --calibrate")
