"""Measure the quality of search, answers and abstention on public sets of questions: the figures of docs/quality.md.

    python -m benchmarks.quality FOLDER

What each idea adds is told by `benchmarks.ablate`.

FOLDER holds the sets ``squad``, ``chunking`` and ``mtrag``, each with ``corpus/`` and ``questions.jsonl`` in the format
of ``citewell eval``. The questions of ``mtrag``, without what was said before, are the ones that ``squad`` has nothing
to do with. ``benchmarks/rephrased.jsonl`` holds forty questions of ``squad`` in other words, by their ids.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from assistant import Assistant, Settings, open_assistant
from assistant.evaluation.metrics import calibration_error
from assistant.evaluation.question_set import Question, read_questions
from assistant.evaluation.run import evaluate

REPHRASED = Path(__file__).parent / "rephrased.jsonl"
RESAMPLES = 1_000
SHOWN = (
    "hit_at_1", "hit_at_4", "hit_at_10", "mrr", "ndcg_at_10", "token_recall", "token_iou", "answer_in_1", "answer_in_3",
    "citation_precision", "citation_recall", "answered", "false_answers", "auroc", "search_p50_ms", "ask_p50_ms",
)  # fmt: skip

Figures = dict[str, Any]


class Bench:
    """The sets of a folder, each indexed once."""

    def __init__(self, folder: Path, indexes: Path) -> None:
        self._folder = folder
        self._indexes = indexes
        self.questions = {name: read_questions(folder / name / "questions.jsonl").questions for name in SETS}
        self.foreign = [replace(question, history=(), evidence=(), answers=(), answerable=False)
                        for question in self.questions["mtrag"]]  # fmt: skip
        wordings = {row["id"]: row["question"] for row in map(json.loads, REPHRASED.read_text("utf-8").splitlines())}
        self.rephrased = [
            replace(question, question=wordings[question.id])
            for question in self.questions["squad"]
            if question.id in wordings
        ]

    @contextmanager
    def assistant(self, name: str) -> Iterator[Assistant]:
        """An assistant over the corpus of a set."""
        home = self._indexes / name
        settings = Settings(
            corpus_dir=self._folder / name / "corpus", index_dir=home / "index", state_dir=home / "state"
        )
        with open_assistant(settings) as assistant:
            assistant.sync()
            yield assistant


def measured(assistant: Assistant, questions: Sequence[Question]) -> Figures:
    """The metrics, each with its interval."""
    metrics = evaluate(assistant, questions).metrics
    return {
        name: [
            round(number, 4)
            for number in (metrics[name].value, metrics[name].low, metrics[name].high)
            if number is not None
        ]
        for name in SHOWN
        if metrics[name].value is not None
    }


def squad(bench: Bench) -> Figures:
    """Questions about Wikipedia articles, answerable, near misses and foreign ones; and some in other words."""
    with bench.assistant("squad") as assistant:
        own = evaluate(assistant, bench.questions["squad"])
        foreign = evaluate(assistant, bench.foreign)
        confidences = {
            "answerable": [result.confidence for result in own.results if result.question.answerable],
            "near": [result.confidence for result in own.results if not result.question.answerable],
            "foreign": [result.confidence for result in foreign.results],
        }
        return {
            "squad": measured(assistant, bench.questions["squad"]),
            "rephrased": measured(assistant, bench.rephrased),
            "foreign": measured(assistant, bench.foreign),
            "calibration": calibration({name: np.array(found) for name, found in confidences.items()}),
        }


def calibration(confidences: dict[str, np.ndarray]) -> Figures:
    """The calibration error over equal parts of the three classes, with its bootstrap interval."""
    size = min(map(len, confidences.values()))
    chance = np.random.default_rng(7)
    found = np.concatenate([chance.choice(values, size, replace=False) for values in confidences.values()])
    truth = np.repeat([1.0, 0.0, 0.0], size)
    draws = [chance.integers(len(found), size=len(found)) for _ in range(RESAMPLES)]
    low, high = np.percentile([calibration_error(found[drawn], truth[drawn]) for drawn in draws], [2.5, 97.5])
    return {
        "calibration_error": [round(float(x), 4) for x in (calibration_error(found, truth), low, high)],
        "questions": len(found),
    }


def alone(bench: Bench, name: str) -> Figures:
    """The metrics of one set."""
    with bench.assistant(name) as assistant:
        return {name: measured(assistant, bench.questions[name])}


def without_history(bench: Bench) -> Figures:
    """The last turns of conversations, asked alone."""
    with bench.assistant("mtrag") as assistant:
        asked = [replace(question, history=()) for question in bench.questions["mtrag"]]
        return {"mtrag, last turn alone": measured(assistant, asked)}


SETS: dict[str, Callable[[Bench], Figures]] = {
    "squad": squad,
    "chunking": partial(alone, name="chunking"),
    "mtrag": partial(alone, name="mtrag"),
}


def main() -> None:
    """Measure and print, one JSON object a line."""
    folder = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as indexes:
        bench = Bench(folder, Path(indexes))
        for name, measure in SETS.items():
            print(json.dumps({"measured": name, **measure(bench)}), flush=True)
        print(json.dumps({"measured": "mtrag", **without_history(bench)}), flush=True)


if __name__ == "__main__":
    main()
