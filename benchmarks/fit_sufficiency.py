"""Fit the sufficiency score: the coefficients and the threshold in `assistant.answering.sufficiency`.

    python -m benchmarks.fit_sufficiency FOLDER

FOLDER is what `benchmarks.training` reads. A logistic regression over the signals is fitted on half of the questions
and measured on the other half.
"""

from __future__ import annotations

import json
import sys
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.answering.evidence import weigh
from assistant.answering.questions import kind_of
from assistant.answering.retrieval import Filters, retrieve
from assistant.answering.sufficiency import Signals, signals
from assistant.answering.term_weights import TermWeights
from assistant.desk import SHOWN_PASSAGES
from assistant.indexing import Snapshot
from benchmarks.training import choose, indexed, load

ANSWERED_SHARE = 0.95
"""The threshold is set so that this share of the answerable questions is answered."""


def signals_of(snapshot: Snapshot, question: str) -> Signals:
    """The signals of one question, by the same stages as `Assistant.ask`."""
    retrieved = retrieve(snapshot, question, SHOWN_PASSAGES, Filters())
    weights = TermWeights(question, snapshot.document_frequency, snapshot.words.count(), snapshot.languages)
    evidence = weigh(question, kind_of(question), retrieved.hits, weights, snapshot.embedder.embed_remembered)
    return signals(retrieved, evidence, weights)


def main() -> None:
    """Fit, measure and print."""
    documents, questions = choose(load(Path(sys.argv[1])))
    with indexed(documents) as snapshot:
        rows = np.array([astuple(signals_of(snapshot, example.question)) for example in questions])
    labels = np.array([example.answerable for example in questions])
    half = len(labels) // 2
    model = LogisticRegression(C=10.0).fit(rows[:half], labels[:half])
    held_out = model.predict_proba(rows[half:])[:, 1]
    answerable = np.sort(held_out[labels[half:]])
    threshold = answerable[int((1 - ANSWERED_SHARE) * len(answerable))]
    names = [field.name for field in fields(Signals)]
    result = {
        "coefficients": dict(zip(names, model.coef_[0].round(3).tolist(), strict=True)),
        "intercept": round(float(model.intercept_[0]), 3),
        "questions": len(labels),
        "auroc_held_out": round(float(roc_auc_score(labels[half:], held_out)), 4),
        "threshold": round(float(threshold), 3),
        "false_answers_at_threshold": round(float(np.mean(held_out[~labels[half:]] >= threshold)), 4),
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
