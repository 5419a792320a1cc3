"""``citewell eval`` over a small real corpus: tables, JSON, reports, comparisons, bars and exit codes."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from assistant.evaluation.metric_table import METRIC_OF
from assistant.interfaces import cli, console
from assistant.models import embedder as embedding
from tests.tiny_models import build_reader

TOWER = "The Eiffel Tower is 330 metres tall. It was the tallest building in the world until 1930."
QUESTIONS = (
    {"id": "height", "question": "How tall is the Eiffel Tower?", "answers": ["330 metres"], "kind": "fact",
     "evidence": [{"source": "tower.txt", "text": "The Eiffel Tower is 330 metres tall."}]},
    {"id": "until", "question": "Until when was it the tallest?", "history": ["How tall is the Eiffel Tower?"],
     "answers": ["1930"], "kind": "follow-up"},
    {"id": "peru", "question": "What is the capital of Peru?", "answerable": False, "kind": "\x1b[31mnone", "hint": 1},
)  # fmt: skip


class Desk:
    """A corpus that was never indexed, a file of questions, and the command over them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "corpus").mkdir()
        (home / "corpus" / "tower.txt").write_text(TOWER, "utf-8")
        self.write("questions.jsonl", *QUESTIONS)

    def write(self, name: str, *rows: object) -> None:
        (self.home / name).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")

    def run(self, *words: str, file: str = "questions.jsonl", **settings: str) -> Result:
        options = ("--corpus", str(self.home / "corpus"), "--index", str(self.home / "index"))
        environment = {"CITEWELL_STATE_DIR": str(self.home / "state"), "NO_COLOR": "1", "COLUMNS": "200", **settings}
        return CliRunner(env=environment).invoke(cli.app, ["eval", str(self.home / file), *words, *options])

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json").stdout)


@pytest.fixture(scope="module", autouse=True)
def _one_model() -> Iterator[None]:
    """Every command loads the model anew; here they share one, which saves half the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedding, "_open", functools.cache(embedding._open))
        yield


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("desk"))


def rows_of(table: str) -> dict[str, list[str]]:
    """The cells of each row by the first of them; two spaces or more part them."""
    cells = [re.split(r"\s{2,}", line.strip()) for line in table.splitlines()]
    return {row[0]: row[1:] for row in cells}


class TestTable:
    def test_it_indexes_first_then_shows_metrics_and_kinds(self, desk: Desk) -> None:
        result = desk.run()
        assert result.exit_code == 0
        rows = rows_of(result.stdout)
        assert rows["hit@1"] == ["1.000", "1.000 to 1.000", "2", "the first passage is relevant"]
        assert rows["nDCG@10"] == ["1.000", "–", "1", "relevant passages stand in front"]
        assert rows["false answers"][0] == "0.000"
        assert rows["fact"] == ["1", "1.000", "1.000", "1.000", "1.000", "1.000", "1.000", "–"]
        assert rows["none"] == ["1", "–", "–", "–", "–", "–", "–", "0.000"]
        assert result.stderr.splitlines() == [
            "Note: 1 of 3 questions have no evidence: documents, text spans and citations are not judged (until).",
            "Note: Fields that mean nothing here were passed over: hint.",
        ]

    def test_kinds_can_be_read_on_a_terminal_of_80_columns(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(console, "WIDTH_OF_A_PIPE", 80)
        *_, above, heading, fact, _, _ = desk.run().stdout.splitlines()
        assert above.split() == ["answer", "citation", "false"]
        assert heading.split()[:5] == ["Kind", "Questions", "hit@1", "hit@10", "MRR"]
        assert heading.split()[5:] == ["in", "3", "recall", "answered", "answers"]
        assert fact.split() == ["fact", "1", "1.000", "1.000", "1.000", "1.000", "1.000", "1.000", "–"]

    def test_json_holds_every_metric_and_every_question(self, desk: Desk) -> None:
        found = desk.json()
        assert list(found["metrics"]) == list(METRIC_OF)
        assert found["metrics"]["mrr"] == {"value": 1.0, "low": 1.0, "high": 1.0, "questions": 2}
        assert found["metrics"]["calibration_error"]["questions"] == 3
        assert [result["question"]["id"] for result in found["results"]] == ["height", "until", "peru"]
        assert found["results"][0]["found"][0]["relevant"] is True


class TestReport:
    def test_it_is_written_where_out_says(self, desk: Desk, tmp_path: Path) -> None:
        assert desk.run("--out", str(tmp_path / "report.html")).exit_code == 0
        assert (tmp_path / "report.html").read_text("utf-8").startswith("<!doctype html>")

    @pytest.mark.parametrize(
        ("name", "said"), [("report.json", "--out writes an HTML report"), ("none/report.html", "does not exist")]
    )
    def test_another_kind_of_file_and_a_missing_folder_are_wrong_usage(
        self, desk: Desk, tmp_path: Path, name: str, said: str
    ) -> None:
        result = desk.run("--out", str(tmp_path / name))
        assert (result.exit_code, result.stdout, list(tmp_path.iterdir())) == (2, "", [])
        assert said in result.stderr

    def test_a_place_that_cannot_be_written_is_an_error(self, desk: Desk, tmp_path: Path) -> None:
        (tmp_path / "report.html").mkdir()
        result = desk.run("--out", str(tmp_path / "report.html"))
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(f"Error: {tmp_path / 'report.html'} cannot be written: Is a directory.")


class TestComparison:
    def test_what_an_earlier_run_printed_is_compared_with(self, desk: Desk, tmp_path: Path) -> None:
        earlier = desk.json()
        for result in earlier["results"]:
            result["scores"] |= {"hit_at_1": 0.0} if "hit_at_1" in result["scores"] else {}
        (tmp_path / "earlier.json").write_text(json.dumps(earlier), "utf-8")
        result = desk.run("--compare", str(tmp_path / "earlier.json"))
        assert result.exit_code == 0
        changed = rows_of(result.stdout[result.stdout.index("Changed") :])
        assert changed["hit@1"] == ["0.000", "1.000", "+1.000", "+1.000 to +1.000", "better"]
        assert changed["MRR"] == ["1.000", "1.000", "+0.000", "+0.000 to +0.000", "unclear"]
        assert "Note: Compared over the 3 questions that both runs asked." in result.stderr.splitlines()
        [difference] = [
            each for each in desk.json("--compare", str(tmp_path / "earlier.json"))["comparison"]["differences"]
            if each["name"] == "hit_at_1"
        ]  # fmt: skip
        assert (difference["change"], difference["verdict"]) == (1.0, "better")

    def test_what_is_no_evaluation_is_an_error_before_anything_is_asked(self, desk: Desk) -> None:
        result = desk.run("--compare", str(desk.home / "questions.jsonl"))
        assert (result.exit_code, result.stdout) == (1, "")
        assert "questions.jsonl is no earlier evaluation" in result.stderr


class TestBars:
    def test_bars_that_are_reached(self, desk: Desk) -> None:
        assert desk.run("--fail-under", "hit_at_1=1", "--fail-under", "false_answers=0").exit_code == 0

    def test_bars_that_are_missed_are_named_and_the_results_shown_all_the_same(self, desk: Desk) -> None:
        words = ("--fail-under", "token_precision=1.5", "--fail-under", "ask_p50_ms=0", "--fail-under", "mrr=0.5")
        result = desk.run(*words)
        assert (result.exit_code, "hit@1" in result.stdout) == (1, True)
        failed = [line for line in result.stderr.splitlines() if line.startswith("Failed: ")]
        assert [line.split()[1] for line in failed] == ["token_precision", "ask_p50_ms"]
        assert failed[0].endswith(", under the bar of 1.5.")
        assert failed[1].endswith(", over the bar of 0 (lower is better).")

    @pytest.mark.parametrize(
        ("bar", "said"),
        [
            ("hit=0.5", f"there is no metric 'hit'. Metrics are: {', '.join(METRIC_OF)}."),
            ("mrr", "'mrr' is not of the form mrr=0.8."),
            ("mrr=high", "'mrr=high' is not of the form mrr=0.8."),
            ("mrr=nan", "'mrr=nan' names no finite number."),
        ],
    )
    def test_a_bar_that_makes_no_sense_is_wrong_usage(self, desk: Desk, bar: str, said: str) -> None:
        result = desk.run("--fail-under", bar)
        assert (result.exit_code, result.stdout) == (2, "")
        told = " ".join(re.sub("[│╭╮╰╯─]", " ", result.stderr).split())
        assert said in told


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> str:
    """It finds "330 metres" with a margin of 10 - 12 = -2, and nothing else: the threshold of 0 is too high."""
    folder = tmp_path_factory.mktemp("models") / "reader"
    return str(build_reader(folder, {"330": 5}, {"metres": 5}, no_answer=12))


class TestCalibrating:
    @pytest.fixture
    def desk(self, tmp_path: Path) -> Desk:
        """The tower, and so many documents about a town that the tower is not among those read for the town."""
        desk = Desk(tmp_path)
        for number in range(9):
            text = f"Town {number}. The people of Puno in Peru go to market {number} by the lake on Sundays."
            (tmp_path / "corpus" / f"town{number}.txt").write_text(text, "utf-8")
        tower = [{"question": each, "answers": ["330 metres"]} for each in ("How tall is the Eiffel Tower?",
                 "How many metres tall is the Eiffel Tower?")]  # fmt: skip
        town = [{"question": each, "answerable": False} for each in ("Who is the mayor of Puno in Peru?",
                "When do the people of Puno in Peru go to school?")]  # fmt: skip
        desk.write("questions.jsonl", *tower, *town, {"question": "Is there a lake in Peru?"})
        return desk

    def test_the_threshold_is_fitted_first_kept_and_told(self, desk: Desk, reader: str) -> None:
        assert rows_of(desk.run(CITEWELL_READER=reader).stdout)["answered"][0] == "0.000"
        result = desk.run("--calibrate", CITEWELL_READER=reader)
        rows = rows_of(result.stdout)
        assert (result.exit_code, rows["answered"][0], rows["false answers"][0]) == (0, "1.000", "0.000")
        assert result.stderr.splitlines()[:3] == [
            "Note: The reader's threshold is now -7.00, fitted on 4 of these questions. Its balanced accuracy is 1.000 "
            "on them, and 1.000 on questions left out of the fit (2-fold cross-validation).",
            "Note: All figures were made with that threshold, on the questions it was fitted on: expect less of new "
            "questions.",
            "Note: 1 of 5 questions had no part in the fit: nothing tells whether they are answerable.",
        ]
        assert rows_of(desk.run(CITEWELL_READER=reader).stdout)["answered"][0] == "1.000"

    def test_json_and_the_report_hold_the_fit(self, desk: Desk, reader: str, tmp_path: Path) -> None:
        words = ("--calibrate", "--json", "--out", str(tmp_path / "report.html"))
        found = json.loads(desk.run(*words, CITEWELL_READER=reader).stdout)
        assert found["fitted"] == {
            "threshold": pytest.approx(-7, abs=1e-4),
            "balanced_accuracy": 1.0,
            "questions": 4,
            "folds": 2,
            "cross_validated": 1.0,
            "unknown": 1,
            "unread": 0,
        }
        report = (tmp_path / "report.html").read_text("utf-8")
        assert "The reader&#39;s threshold is now -7.00, fitted on 4 of these questions." in report

    def test_without_a_reader_it_is_an_error_before_anything_is_done(self, desk: Desk) -> None:
        result = desk.run("--calibrate")
        assert (result.exit_code, result.stdout, (desk.home / "index").exists()) == (1, "", False)
        assert result.stderr == (
            "Error: No reader is named. Name an extractive question-answering model in CITEWELL_READER to calibrate "
            "it.\n"
        )

    def test_questions_of_one_kind_are_an_error_before_anything_is_done(self, desk: Desk, reader: str) -> None:
        desk.write("questions.jsonl", {"question": "Who?", "answers": ["I"]}, {"question": "Is there a lake in Peru?"})
        result = desk.run("--calibrate", CITEWELL_READER=reader)
        assert (result.exit_code, result.stdout, (desk.home / "index").exists()) == (1, "", False)
        assert "Of these 1, 1 are answerable. Add some of the other kind." in result.stderr
        assert not (desk.home / "state" / "calibration.json").exists()


class TestErrors:
    def test_a_file_that_cannot_be_used_is_an_error_with_its_line(self, desk: Desk) -> None:
        desk.write("wrong.jsonl", {"question": "Why?"}, {"query": "Why?"})
        result = desk.run(file="wrong.jsonl")
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == (
            f"Error: {desk.home / 'wrong.jsonl'} cannot be used. line 2: question: Field required. "
            "Correct the file and run again.\n"
        )

    def test_a_corpus_without_documents_is_said(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path)
        (tmp_path / "corpus" / "tower.txt").unlink()
        result = desk.run()
        assert result.exit_code == 0
        assert rows_of(result.stdout)["answered"][0] == "0.000"
        assert "name evidence that is not in the documents" in result.stderr
