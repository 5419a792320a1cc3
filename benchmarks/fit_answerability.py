"""Fit the answerability score: the weights and the threshold of ``assistant/models/fitted/answerability.json``.

    python -m benchmarks.fit_answerability FOLDER [--write]

FOLDER is what `benchmarks.training` reads. A logistic regression over the signals is fitted on half of the questions,
its three classes weighing the same, and measured on the other half; what is printed is then fitted on all of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.answering.answerability import AnswerabilitySignals, answerability_signals
from assistant.answering.followups import understand
from assistant.answering.retrieval import retrieve
from assistant.answering.sentence_scoring import score_sentences
from assistant.answering.term_weights import TermWeights
from assistant.evaluation.metrics import calibration_error
from assistant.indexing import Snapshot
from assistant.pipeline import SHOWN_PASSAGES
from assistant.types import Filters
from benchmarks.fitting import arguments, model_of, ship
from benchmarks.training import among_some, choose, indexed, load

ANSWERED_SHARE = 0.95
"""The threshold is set so that this share of the answerable questions is answered."""
CLASSES = ("answerable", "near", "off")
RESAMPLES = 1_000


FEATURES = ("sentence_cosine", "neighbourhood", "sentence_information", "passage_information", "corpus_size")
"""The signals that need no reader. More of any but the last speaks for an answer; one that is fitted to speak against
one, beside the others, is left out."""


def signals_of(snapshot: Snapshot, question: str, filters: Filters) -> AnswerabilitySignals:
    """The signals of one question, by the same stages as `Assistant.ask`."""
    retrieved = retrieve(snapshot, understand(question, (), lambda _: 0.0), SHOWN_PASSAGES, filters)
    weights = TermWeights(question, snapshot.document_frequency, snapshot.passage_count, snapshot.languages)
    sentences = score_sentences(question, retrieved.hits, weights, snapshot.embedder.cosines)
    return answerability_signals(retrieved, sentences, weights)


def fitted(rows: np.ndarray, labels: np.ndarray) -> LogisticRegression:
    """The model, each class weighing a third."""
    weights = np.select([labels == name for name in CLASSES], [1 / np.mean(labels == name) for name in CLASSES])
    return LogisticRegression(C=10.0, max_iter=5_000).fit(rows, labels == "answerable", sample_weight=weights)


def values(signals: Sequence[AnswerabilitySignals], features: Sequence[str]) -> np.ndarray:
    """The named signals of each question, one row each."""
    return np.array([[getattr(each, name) for name in features] for each in signals])


def telling(signals: Sequence[AnswerabilitySignals], labels: np.ndarray) -> tuple[list[str], LogisticRegression]:
    """The features whose weights are as they must be, and the model of them."""
    features = list(FEATURES)
    while True:
        model = fitted(values(signals, features), labels)
        wrong = [
            name for name, weight in zip(features, model.coef_[0], strict=True) if name != FEATURES[-1] and weight < 0
        ]
        if not wrong:
            return features, model
        features.remove(wrong[0])


def measured(scores: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """What the scores tell apart, and how well they are calibrated on equal parts of the classes."""
    of = {name: scores[labels == name] for name in CLASSES}
    threshold = float(np.quantile(of["answerable"], 1 - ANSWERED_SHARE))
    chance = np.random.default_rng(7)
    size = min(map(len, of.values()))
    equal = [chance.choice(of[name], size, replace=False) for name in CLASSES]
    scores, truth = np.concatenate(equal), np.repeat([1.0, 0.0, 0.0], size)
    draws = [chance.integers(len(scores), size=len(scores)) for _ in range(RESAMPLES)]
    errors = [calibration_error(scores[drawn], truth[drawn]) for drawn in draws]
    return {
        "auroc_near": round(_auroc(of["answerable"], of["near"]), 4),
        "auroc_off": round(_auroc(of["answerable"], of["off"]), 4),
        "threshold": round(threshold, 3),
        "near_answered": round(float(np.mean(of["near"] >= threshold)), 4),
        "off_answered": round(float(np.mean(of["off"] >= threshold)), 4),
        "calibration_error": round(calibration_error(scores, truth), 4),
        "calibration_error_interval": np.percentile(errors, [2.5, 97.5]).round(4).tolist(),
        "calibration_questions": len(scores),
    }


def _auroc(good: np.ndarray, bad: np.ndarray) -> float:
    return float(roc_auc_score(np.repeat([1, 0], [len(good), len(bad)]), np.concatenate([good, bad])))


def main() -> None:
    """Fit, measure, print, and write the model if that is asked for."""
    called = arguments(__doc__)
    training = choose(load(called.folder))
    with indexed(training.documents) as snapshot:
        signals = [signals_of(snapshot, example.question, some) for example, some in among_some(training)]
    labels = np.array([example.label for example in training.questions])
    features, model = telling(signals, labels)
    rows = values(signals, features)
    half = len(labels) // 2
    held_out = fitted(rows[:half], labels[:half]).predict_proba(rows[half:])[:, 1]
    questions = {name: int(np.sum(labels == name)) for name in CLASSES}
    figures = measured(held_out, labels[half:])
    fit = model_of(
        dict(zip(features, model.coef_[0].round(3).tolist(), strict=True)),
        __file__,
        ", ".join(f"{count:,} {name} questions" for name, count in questions.items()),
        intercept=round(float(model.intercept_[0]), 3),
        threshold=figures["threshold"],
    )
    print(json.dumps({"model": asdict(fit), "questions": questions, "held_out": figures}, indent=1))
    if called.write:
        ship({"answerability": fit})


if __name__ == "__main__":
    main()
