"""An earlier evaluation, and what has changed since."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from pathlib import Path

from pydantic import BaseModel, ConfigDict, FiniteFloat, ValidationError

from assistant.errors import EvaluationError
from assistant.evaluation.bootstrap import difference_intervals
from assistant.evaluation.metric_table import METRICS, columns_of
from assistant.evaluation.question_set import Question
from assistant.evaluation.results import Difference, EvaluationComparison, Result, Verdict


class EarlierQuestion(BaseModel):
    """Of a question that was asked before, what tells it from others."""

    id: str
    question: str
    history: tuple[str, ...] = ()


class EarlierResult(BaseModel):
    """What one question gave before."""

    question: EarlierQuestion
    scores: dict[str, FiniteFloat]


class EarlierEvaluation(BaseModel):
    """What is read of an evaluation's JSON."""

    model_config = ConfigDict(extra="ignore")

    version: str
    results: tuple[EarlierResult, ...]


def read_earlier(path: Path) -> EarlierEvaluation:
    """The evaluation that ``citewell eval --json`` wrote into a file.

    Raises:
        EvaluationError: the file cannot be read, or is no such evaluation.
    """
    try:
        return EarlierEvaluation.model_validate_json(path.read_bytes())
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read: {error.strerror}. Name an earlier evaluation.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "file"
        raise EvaluationError(
            f"{path} is no earlier evaluation: {place}: {first['msg']}. "
            f"Make one with: citewell eval QUESTIONS --json > {path}"
        ) from error


def compare(earlier: EarlierEvaluation, now: Sequence[Result]) -> EvaluationComparison:
    """What has changed on the questions (same id, same words, same history) that both evaluations asked.

    Raises:
        EvaluationError: they have no question in common.
    """
    before = {_key(result.question): result.scores for result in earlier.results}
    after = {_key(result.question): result.scores for result in now}
    common = [key for key in after if key in before]
    if not common:
        raise EvaluationError("The earlier evaluation asked none of these questions. Compare runs of one file.")
    return EvaluationComparison(
        earlier_version=earlier.version,
        questions=len(common),
        only_earlier=len(before) - len(common),
        only_now=len(after) - len(common),
        differences=tuple(_differences([before[key] for key in common], [after[key] for key in common])),
    )


def _differences(before: list[dict[str, float]], after: list[dict[str, float]]) -> list[Difference]:
    old, new = columns_of(before), columns_of(after)
    ends = difference_intervals(old, new)
    found = []
    for metric in METRICS:
        earlier, now = metric.value(old), metric.value(new)
        if isnan(earlier) or isnan(now) or metric.name not in ends:
            continue
        low, high = ends[metric.name]
        rose, fell = low > 0, high < 0
        better, worse = (rose, fell) if metric.higher_is_better else (fell, rose)
        verdict: Verdict = "better" if better else "worse" if worse else "unclear"
        found.append(Difference(metric.name, earlier, now, now - earlier, low, high, verdict))
    return found


def _key(question: EarlierQuestion | Question) -> tuple[str, str, tuple[str, ...]]:
    return question.id, question.question, tuple(question.history)
