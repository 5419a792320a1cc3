"""What an evaluation gives: a result for each question, the metrics over them, and what changed since another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.evaluation.metric_table import Measured
from assistant.evaluation.question_set import Question

Scores = dict[str, float]
Verdict = Literal["better", "worse", "unclear"]


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage as it was found, its text shortened; ``relevant`` is None where nothing tells."""

    source: str
    heading: str
    text: str
    score: float
    relevant: bool | None


@dataclass(frozen=True, slots=True)
class CitedQuote:
    """A quote of the answer; ``on_evidence`` is None where the question has no evidence."""

    source: str
    quote: str
    on_evidence: bool | None


@dataclass(frozen=True, slots=True)
class Result:
    """What one question gave. ``scores`` holds a value for each column in which the question can be scored."""

    question: Question
    understood: str
    answer: str
    abstained: bool
    confidence: float
    cited: tuple[CitedQuote, ...]
    found: tuple[FoundPassage, ...]
    evidence_missing: bool
    scores: Scores


@dataclass(frozen=True, slots=True)
class KindScores:
    """The metrics over the questions of one kind, by name; those that cannot be taken are left out."""

    kind: str
    questions: int
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class Difference:
    """How a metric changed, with the 95 % interval of the change; ``unclear`` where the interval holds 0."""

    name: str
    earlier: float
    now: float
    change: float
    low: float
    high: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class EvaluationComparison:
    """The differences over the questions that both evaluations asked, in the metrics that both could take."""

    earlier_version: str
    questions: int
    only_earlier: int
    only_now: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class FittedReader:
    """A threshold for the reader's margins, fitted on ``questions`` questions of the evaluation.

    ``balanced_accuracy`` is that on the same questions, ``cross_validated`` that on questions left out of the fit, by
    cross-validation over ``folds`` parts; None where a kind has fewer than two questions. ``unknown`` questions do not
    say whether they are answerable, and for ``unread`` ones no passage was found: they had no part in it.
    """

    threshold: float
    balanced_accuracy: float
    questions: int
    folds: int
    cross_validated: float | None
    unknown: int
    unread: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All results with the metrics over them, by name; ``notes`` say what could not be scored, and why.

    ``fitted`` is there when the reader's threshold was fitted first, on the same questions.
    """

    version: str
    questions: int
    metrics: dict[str, Measured]
    kinds: tuple[KindScores, ...]
    notes: tuple[str, ...]
    results: tuple[Result, ...]
    comparison: EvaluationComparison | None = None
    fitted: FittedReader | None = None
