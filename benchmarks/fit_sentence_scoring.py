"""Fit the order of sentences: the weights of ``assistant/models/fitted/sentence_ranking.json``.

    python -m benchmarks.fit_sentence_scoring FOLDER [--write]

FOLDER is what `benchmarks.training` reads. Of the sentences of the best passages, those that state the answer are to
get the most: a conditional logit, by maximum likelihood with a slight quadratic penalty. It is measured by a fit on
half of the answerable questions, on the other half; the weights printed are then fitted on all of them.
"""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
from scipy.optimize import minimize

from assistant.answering.followups import understand
from assistant.answering.retrieval import retrieve
from assistant.answering.sentence_scoring import score_sentences
from assistant.answering.term_weights import TermWeights
from assistant.indexing import Snapshot
from assistant.pipeline import SHOWN_PASSAGES
from assistant.types import Filters
from benchmarks.fitting import arguments, model_of, ship
from benchmarks.training import Example, choose, indexed, load, states

PENALTY = 1.7
FEATURES = (
    *("cosine", "context_coverage", "passage_coverage", "passage_score", "holds_expected", "word_pairs", "length"),
    "defines",
)
"""What is known of a sentence without a reader."""
Table = tuple[np.ndarray, np.ndarray]
"""The fits of one question's sentences, one row each, and which of the sentences state the answer."""


def table_of(snapshot: Snapshot, example: Example) -> Table:
    """The sentences of one question, by the same stages as `Assistant.ask`."""
    question = example.question
    hits = retrieve(snapshot, understand(question, (), lambda _: 0.0), SHOWN_PASSAGES, Filters()).hits
    weights = TermWeights(question, snapshot.document_frequency, snapshot.passage_count, snapshot.languages)
    sentences = score_sentences(question, hits, weights, snapshot.embedder.cosines)
    rows = np.array([[getattr(item.fit, name) for name in FEATURES] for item in sentences]).reshape(-1, len(FEATURES))
    return rows, np.array([states(item.sentence.text, example.answer) for item in sentences], dtype=bool)


def fitted(tables: list[Table]) -> np.ndarray:
    """The weights under which the sentences that state the answers are likeliest."""
    telling = [(rows, right) for rows, right in tables if right.any() and not right.all()]
    spread = np.vstack([rows for rows, _ in telling]).std(axis=0) + 1e-9
    scaled = [(rows / spread, right) for rows, right in telling]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for rows, right in scaled:
            scores = rows @ weights
            likely = np.exp(scores - scores.max())
            among_all, among_right = likely / likely.sum(), np.where(right, likely, 0.0)
            total -= np.log(among_right.sum() / likely.sum())
            slope -= (among_right / among_right.sum() - among_all) @ rows
        return total, slope

    weights = np.asarray(minimize(loss, np.zeros(len(spread)), jac=True, method="L-BFGS-B").x)
    return np.asarray(weights / spread)


def measured(tables: list[Table], weights: np.ndarray) -> dict[str, float]:
    """The shares of questions whose best sentence, and one of whose best three, states the answer."""
    ranked = [right[np.argsort(-(rows @ weights), kind="stable")] for rows, right in tables]
    return {f"in_{count}": round(float(np.mean([right[:count].any() for right in ranked])), 4) for count in (1, 3)}


def main() -> None:
    """Fit, measure, print, and write the model if that is asked for."""
    called = arguments(__doc__)
    training = choose(load(called.folder))
    with indexed(training.documents) as snapshot:
        tables = [table_of(snapshot, example) for example in training.questions if example.is_answerable]
    half = len(tables) // 2
    held_out = fitted(tables[:half])
    weights = dict(zip(FEATURES, fitted(tables).round(2).tolist(), strict=True))
    fit = model_of(weights, __file__, f"{len(tables):,} answerable questions")
    result = {
        "model": asdict(fit),
        "held_out": measured(tables[half:], held_out),
        "held_out_without": {
            name: measured(
                [(np.delete(rows, index, axis=1), right) for rows, right in tables[half:]],
                fitted([(np.delete(rows, index, axis=1), right) for rows, right in tables[:half]]),
            )
            for index, name in enumerate(FEATURES)
        },
    }
    print(json.dumps(result, indent=1))
    if called.write:
        ship({"sentence_ranking": fit})


if __name__ == "__main__":
    main()
