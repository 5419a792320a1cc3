"""The shipped questions over the shipped briefings: what the assistant reaches today, it reaches tomorrow."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.evaluation.metric_table import Bar, shortfalls
from assistant.evaluation.question_set import read_questions
from assistant.evaluation.run import evaluate

if TYPE_CHECKING:
    from assistant.evaluation.results import Evaluation
    from assistant.models.packaged_reader import PackagedReader
from tests.conftest import OpenCorpus

ROOT = Path(__file__).parent.parent
QUESTIONS = ROOT / "benchmarks" / "briefings.jsonl"
BARS = {
    "hit_at_1": 0.79,
    "hit_at_4": 0.90,
    "hit_at_10": 0.95,
    "mrr": 0.84,
    "ndcg_at_10": 0.86,
    "document_recall": 0.97,
    "token_recall": 0.92,
    "answer_in_1": 0.64,
    "answer_in_3": 0.76,
    "citation_precision": 0.44,
    "citation_recall": 0.73,
    "answered": 0.85,
    "false_answers": 0.30,
    "auroc": 0.83,
}
"""A little less than was measured when each was set; raise them as the figures rise.

The calibration error has none: confidence is calibrated where a third of the questions can be answered, and here it is
four fifths; see docs/quality.md.
"""


@pytest.fixture(scope="module")
def evaluation(open_corpus: OpenCorpus, reader: PackagedReader) -> Evaluation:
    briefings = {path.name: path.read_bytes() for path in sorted((ROOT / "corpus" / "briefings").glob("*.md"))}
    return evaluate(open_corpus(briefings, reader), read_questions(QUESTIONS).questions)


def test_every_metric_reaches_its_bar(evaluation: Evaluation) -> None:
    assert shortfalls(evaluation.metrics, [Bar(name, value) for name, value in BARS.items()]) == []


def test_all_that_the_questions_claim_stands_in_the_briefings(evaluation: Evaluation) -> None:
    assert evaluation.notes == ()


def test_there_are_questions_of_every_kind() -> None:
    file = read_questions(QUESTIONS)
    kinds = Counter(question.kind for question in file.questions)
    assert file.unknown_fields == ()
    assert kinds == {"factual": 26, "list": 12, "viewpoint": 11, "comparison": 9, "follow-up": 11, "unanswerable": 18}
    assert [
        question.id for question in file.questions if question.answerable is (question.kind == "unanswerable")
    ] == []
