"""The reader's training: what enters it, what is made of it, and that it goes on where it stopped."""

import gzip
import json
import random
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from assistant.models.onnx_encoder import GRAPH
from assistant.models.packaged_reader import FOLDER, LABELS, PackagedReader
from training import examples, refusal
from training.batches import batch_of
from training.changes import Exchanger, negated, roles_exchanged, stronger
from training.network import new_network, tokenizer
from training.pairs import Pair, window_around, without
from training.ship import Graph, halfway, inputs_of
from training.shipped import load_shipped
from training.train import Training, losses

TEXT = (
    "The Marl bridge was opened in 1931. It was built by Orla Denby for 40,000 crowns. "
    "A flood damaged two of its piers in March 1954. The town council paid for the repairs. "
    "Since then the bridge carries trams as well."
)
ANSWER = "Orla Denby"
START = TEXT.index(ANSWER)
NO_WORDS = Exchanger(["one", "two"], torch.eye(2).numpy())


def rows(number: int = 40) -> list[dict[str, object]]:
    made: list[dict[str, object]] = []
    for n in range(number):
        text = TEXT.replace("Marl", f"Marl{n}")
        row = {"question": f"Who built the Marl{n} bridge?", "context": text, "title": f"Marl{n}", "origin": "towns"}
        start = text.index(ANSWER)
        made.append(row | {"start": start, "end": start + len(ANSWER)})
        made.append(row | {"question": f"Who painted the Marl{n} bridge?", "start": None, "end": None})
    return made


def write(folder: Path) -> Path:
    folder.mkdir()
    claims = [
        {
            "claim": f"The Marl{n} bridge was opened in {year}.",
            "evidence": TEXT.replace("Marl", f"Marl{n}"),
            "label": label,
            "origin": "towns",
        }
        for n in range(20)
        for year, label in (("1931", "supported"), ("1954", "contradicted"))
    ]
    marked = [
        {
            "question": "Who built it?",
            "sentences": ["It is old.", "Denby built it.", "It is red."],
            "answers": [1],
            "origin": "selqa",
        }
    ]
    for name, lines in (("reader", rows()), ("support", claims), ("sentences", marked)):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
    return folder


def settings() -> dict[str, Any]:
    given = tomllib.loads((Path(examples.__file__).parent / "config.toml").read_text(encoding="utf-8"))
    few = {"yes_no": 4, "claims": 20, "made_claims": 10, "human_negatives": 1}
    return given | {
        "share": given["share"] | few,
        "first_pass": given["first_pass"] | few,
        "batch_size": 8,
        "evaluate_steps": 1000,
        "checkpoint_seconds": 0,
        "pairs": 60,
    }


class TestWhatIsKeptOut:
    def test_a_text_that_shares_eight_words_with_a_benchmark_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "article.txt").write_text("Yesterday the bridge at Marl, built by Orla Denby, was closed again.")
        kept_out = refusal.runs_of_folder(tmp_path)
        assert refusal.is_refused(["The BRIDGE at Marl built by Orla Denby — was closed"], kept_out)

    def test_questions_in_json_lines_are_kept_out_too(self, tmp_path: Path) -> None:
        line = {"question": "Who paid for the repairs of the bridge at Marl?", "evidence": [{"text": "x"}]}
        (tmp_path / "questions.jsonl").write_text(json.dumps(line))
        assert refusal.is_refused(["who paid for the repairs of the bridge"], refusal.runs_of_folder(tmp_path))

    def test_seven_words_in_common_pass(self, tmp_path: Path) -> None:
        (tmp_path / "article.txt").write_text("the bridge at Marl was closed again yesterday")
        assert not refusal.is_refused(["the bridge at Marl was closed again today"], refusal.runs_of_folder(tmp_path))

    def test_a_row_of_the_data_that_shares_a_run_is_left_out(self, tmp_path: Path) -> None:
        (tmp_path / "bench").mkdir()
        (tmp_path / "bench" / "a.md").write_text("The Marl7 bridge was opened in 1931. It")
        data = examples.load(
            write(tmp_path / "data"), settings()["held_out"], refusal.runs_of_folder(tmp_path / "bench"), own=tmp_path
        )
        assert {f"Marl{n}" for n in range(40) if n != 7} == {
            row["title"] for row in (*data.reader, *data.reader_held_out)
        }

    def test_a_held_out_document_gives_no_row_to_training(self, tmp_path: Path) -> None:
        data = examples.load(
            write(tmp_path / "data"),
            {
                "whole_origins": [],
                "reader_origins": ["towns"],
                "reader_share": 0.5,
                "other_share": 0,
                "support_share": 0.5,
            },
            own=tmp_path,
        )
        assert {row["title"] for row in data.reader}.isdisjoint(row["title"] for row in data.reader_held_out)
        assert data.reader
        assert data.reader_held_out
        assert {row["evidence"] for row in data.support}.isdisjoint(row["evidence"] for row in data.support_held_out)


class TestWindows:
    @given(st.integers(20, 400), st.integers(0, 2**32))
    def test_a_window_holds_the_answer_where_its_span_says(self, size: int, seed: int) -> None:
        window, (start, end) = window_around(TEXT, START, START + len(ANSWER), size, random.Random(seed))
        assert window[start:end] == ANSWER
        assert window in TEXT

    def test_the_answering_sentence_is_cut_whole(self) -> None:
        assert without(TEXT, "Orla Denby") == TEXT.replace("It was built by Orla Denby for 40,000 crowns. ", "")


class TestChanges:
    def test_a_number_becomes_another_of_the_passage_or_one_near_it(self) -> None:
        changed = {NO_WORDS.number("What was built in 1931?", TEXT, random.Random(n)) for n in range(40)}
        assert "What was built in 1954?" in changed
        assert "What was built in 1931?" not in changed

    def test_a_name_becomes_another_name_of_the_passage(self) -> None:
        changed = NO_WORDS.name(
            "What did Orla Denby build?", "In Marl the engineer Sten Olsen built a dam.", random.Random(1)
        )
        assert changed == "What did Sten Olsen build?"

    def test_a_question_put_in_other_words_asks_the_same(self) -> None:
        words = ["built", "constructed", "demolished", "seven", "eight"]
        near = np.array([[1, 0, 0], [0.9, 0.4, 0], [0.25, 0, 1], [0, 1, 0.2], [0, 1, 0.3]], dtype=np.float32)
        exchanger = Exchanger(words, near)
        assert exchanger.synonyms("built") == ["constructed"]
        assert exchanger.others("built") == ["demolished"]
        asked = exchanger.reworded("Who built the seven bridges?", random.Random(1))
        assert asked == "Who constructed the seven bridges?"

    def test_a_word_of_the_passage_that_means_something_else_is_put_into_a_question(self) -> None:
        words = ["built", "constructed", "demolished"]
        near = np.array([[1, 0, 0], [0.9, 0.4, 0], [0.25, 0, 1]], dtype=np.float32)
        exchanger, dice = Exchanger(words, near), random.Random(1)
        passage = "It was constructed in 1931 and demolished in 1954."
        assert exchanger.word_of_passage("who built it?", passage, dice) == "who demolished it?"
        assert exchanger.word_of_passage("who built it?", "It was constructed in 1931.", dice) is None

    def test_an_opposite_is_put_for_a_word(self) -> None:
        assert NO_WORDS.opposite("The price rose in spring.", "", random.Random(1)) == "The price fell in spring."

    def test_a_sentence_is_denied_and_a_denial_taken_away(self) -> None:
        assert negated("The bridge was closed.", "", random.Random(2)) in (
            "The bridge was not closed.",
            "The bridge was never closed.",
        )
        assert negated("The bridge was not closed.", "", random.Random(2)) == "The bridge was closed."

    def test_who_did_it_and_to_whom_change_places(self) -> None:
        assert (
            roles_exchanged("Marl beat Corvane in the final.", "", random.Random(1))
            == "Corvane beat Marl in the final."
        )

    def test_a_careful_word_becomes_a_sure_one(self) -> None:
        assert stronger("Trams may return.", "", random.Random(1)) == "Trams will return."


class TestBatches:
    def test_a_question_that_is_not_answered_points_at_the_first_token(self) -> None:
        pairs = [
            Pair("Who built it?", "Marl", TEXT, ((START, START + len(ANSWER)),), answered=True),
            Pair("Who painted it?", "", TEXT, answered=False),
        ]
        batch = batch_of(tokenizer(), pairs, 256)
        assert batch.starts[1].nonzero().flatten().tolist() == [0]
        assert batch.answered.tolist() == [1.0, 0.0]
        first, last = batch.starts[0].nonzero().item(), batch.ends[0].nonzero().item()
        assert TEXT[batch.offsets[0, first, 0] : batch.offsets[0, last, 1]] == ANSWER

    def test_no_span_may_start_in_the_title(self) -> None:
        batch = batch_of(tokenizer(), [Pair("Who?", "Orla Denby", "She built it.", answered=False)], 64)
        assert [int(start) for start in batch.offsets[0][batch.passage[0]][:, 0]] == [0, 4, 10, 12]

    def test_the_loss_is_nothing_where_all_probability_lies_on_what_is_right(self) -> None:
        batch = batch_of(tokenizer(), [Pair("Bridges are red.", "", TEXT, labels=(2, 3))], 128)
        support = torch.full((1, len(LABELS)), -50.0)
        support[0, 3] = 50.0
        zeros = torch.zeros(batch.ids.shape)
        assert losses((zeros, zeros, torch.zeros(1), support), batch)["support"].item() == pytest.approx(0.0, abs=1e-6)


class TestQuestionsForYesOrNo:
    def row(self, label: str) -> dict[str, str]:
        return {"claim": "is the bridge at marl old?", "evidence": TEXT, "label": label, "origin": "asked (question)"}

    def maker(self, *found: str) -> examples.Maker:
        data = examples.Data([], [], [], [], [])
        return examples.Maker(data, lambda *_: found, NO_WORDS, (400, 400), random.Random(1))

    def test_the_text_that_decides_it_answers_and_one_that_a_search_finds_does_not(self) -> None:
        answered, missed = self.maker("Marl lies by the sea.").yes_no(self.row("supported"))
        assert (answered.answered, answered.spans) == (True, ((0, len(answered.second)),))
        assert (missed.answered, missed.second, missed.group) == (False, "Marl lies by the sea.", answered.group)
        batch = batch_of(tokenizer(), [answered, missed], 256)
        assert batch.answered.tolist() == [1.0, 0.0]
        assert batch.starts[0].sum() == batch.passage[0].sum()

    def test_one_that_its_text_leaves_open_is_not_asked(self) -> None:
        share = settings()["share"] | {"claims": 0, "made_claims": 0}
        data = examples.Data([], [], [self.row("unsupported"), self.row("contradicted")], [], [])
        asked = examples.pairs_of_pass(data, share, {}, lambda *_: (), NO_WORDS, LABELS, random.Random(1))
        assert [[pair.kind for pair in group] for group in asked] == [["asked (question)/sentences"]]


class TestTextsOnOtherMatters:
    def test_of_what_a_search_finds_only_texts_on_other_matters_are_near_misses_of_that_kind(self) -> None:
        def row(story: str, text: str) -> dict[str, Any]:
            told = {"question": "Who painted it?", "context": text, "title": text, "start": 0, "end": 4}
            return told | {"story": story, "origin": "own-bridges"}

        asked, sequel = (
            row("marl-bridge", "Orla painted the bridge."),
            row("marl-bridge", "The bridge was painted anew."),
        )
        other = row("denby-hall", "The hall was painted by the guild.")
        data = examples.Data([asked, sequel, other], [], [], [], [])
        found = [sequel["context"], other["context"]]
        maker = examples.Maker(data, lambda *_: found, NO_WORDS, (400, 400), random.Random(1))
        missed = [maker.near_miss(asked, maker.answered(asked, "")) for _ in range(40)]
        told = {(pair.kind, pair.second) for pair in missed if pair is not None}
        assert told == {("own-bridges/elsewhere", "The hall was painted by the guild.")}


class TestGoingOn:
    def test_the_reader_that_ships_reads_alike_when_its_weights_are_read_back(self) -> None:
        network = new_network()
        load_shipped(network, FOLDER / GRAPH)
        with torch.no_grad():
            ours = [
                float(Graph(network.eval())(*inputs_of(tokenizer(), question, TEXT))[2])
                for question in ("Who built the Marl bridge?", "Who painted the Marl bridge?")
            ]
        shipped = [
            PackagedReader().read(question, [("", TEXT)])[0].answered
            for question in ("Who built the Marl bridge?", "Who painted the Marl bridge?")
        ]
        assert ours == pytest.approx(shipped, abs=0.3)
        assert ours[0] > ours[1] + 1

    def test_the_mean_of_two_readers_has_the_mean_of_their_weights(self) -> None:
        ours, theirs = new_network(), new_network()
        load_shipped(theirs, FOLDER / GRAPH)
        own = ours.span.weight.detach().clone()
        mean = halfway(ours, FOLDER / GRAPH)
        assert torch.allclose(mean.span.weight, (own + theirs.span.weight) / 2)

    def test_a_training_that_was_stopped_ends_with_the_weights_of_one_that_was_not(self, tmp_path: Path) -> None:
        values = settings() | {"frozen_layers": 5, "pairs": 20, "batch_size": 4}
        data = examples.load(write(tmp_path / "data"), values["held_out"], own=tmp_path)
        for name in ("whole", "stopped"):
            (tmp_path / name).mkdir()
        seldom = values | {"checkpoint_seconds": 600}
        whole = Training(seldom, data, tmp_path / "whole", 1)
        whole.run()
        stopped = Training(values, data, tmp_path / "stopped", 1)
        step = stopped._step

        def stop_at_three(pairs: list[Pair]) -> None:
            if stopped.step == 3:
                raise KeyboardInterrupt
            step(pairs)

        stopped._step = stop_at_three  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            stopped.run()
        resumed = Training(seldom, data, tmp_path / "stopped", 1)
        resumed.run()
        assert resumed.step == whole.step > 3
        for name, weight in whole.average.weights.items():
            assert torch.allclose(weight, resumed.average.weights[name], atol=1e-6), name
