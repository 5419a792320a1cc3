"""Fit the order of passages: the weights of ``assistant/models/fitted/passage_ranking.json``.

    python -m benchmarks.fit_reranking FOLDER [--write]

FOLDER is what `benchmarks.training` reads. For each answerable question, passages with the answer are paired with
others of the first twenty; a logistic regression without intercept over the differences of their fits learns which is
which (a pairwise ranking model). It is measured by a fit on half of the questions, on the other half; the weights
printed are then fitted on all of them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, astuple, fields

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.answering.reranking import RERANKED, PassageFit, QuestionTerms
from assistant.answering.retrieval import candidates
from assistant.answering.term_weights import TermWeights
from assistant.indexing import Snapshot
from assistant.types import Filters
from benchmarks.fitting import arguments, model_of, ship
from benchmarks.training import Example, choose, indexed, load

PAIRS = 8
"""How many passages without the answer each question gives."""


def fits_of(snapshot: Snapshot, example: Example) -> np.ndarray:
    """The fits of the first passages, one row each, and whether each holds the answer in its context."""
    found = candidates(snapshot, example.question, RERANKED, Filters())
    weights = TermWeights(example.question, snapshot.document_frequency, snapshot.passage_count, snapshot.languages)
    question, far = QuestionTerms(example.question, weights), min(found.cosines.values(), default=0.0)
    rows = []
    for hit in found.hits[:RERANKED]:
        passage = hit.passage
        is_right = example.answer in passage.text and any(
            part in passage.text for part in (example.context[:60], example.context[-60:], example.context[200:260])
        )
        fit = question.fit(passage, found.terms[passage.id], hit.score, found.cosines.get(passage.id, far))
        rows.append((*astuple(fit), float(is_right)))
    return np.array(rows)


def pairs(found: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Differences of fits, one row each, and whether the first of the two held the answer."""
    rows: list[np.ndarray] = []
    for fits in found:
        right, wrong = fits[fits[:, -1] == 1, :-1], fits[fits[:, -1] == 0, :-1]
        rows += [one - other for one in right[:1] for other in wrong[:PAIRS]]
    differences = np.array(rows)
    return np.vstack([differences, -differences]), np.repeat([1, 0], len(differences))


def ranking(found: list[np.ndarray], weights: np.ndarray) -> dict[str, float]:
    """The share of questions whose first passage holds the answer, and the mean reciprocal rank."""
    ranks = []
    for fits in found:
        right = fits[np.argsort(-(fits[:, :-1] @ weights), kind="stable"), -1]
        ranks.append(1 / (1 + right.argmax()) if right.any() else 0.0)
    return {"hit1": round(float(np.mean(np.array(ranks) == 1)), 4), "mrr": round(float(np.mean(ranks)), 4)}


def main() -> None:
    """Fit, measure, print, and write the model if that is asked for."""
    called = arguments(__doc__)
    training = choose(load(called.folder))
    with indexed(training.documents) as snapshot:
        found = [fits_of(snapshot, example) for example in training.questions if example.is_answerable]
    half = len(found) // 2
    model = LogisticRegression(C=1.0, fit_intercept=False).fit(*pairs(found[:half]))
    final = LogisticRegression(C=1.0, fit_intercept=False).fit(*pairs(found))
    names = [field.name for field in fields(PassageFit)]
    fused = np.array([float(name == "fused") for name in names])
    weights = dict(zip(names, final.coef_[0].round(2).tolist(), strict=True))
    fit = model_of(weights, __file__, f"{len(found):,} answerable questions")
    result = {
        "model": asdict(fit),
        "held_out_fused": ranking(found[half:], fused),
        "held_out_reranked": ranking(found[half:], model.coef_[0]),
    }
    print(json.dumps(result, indent=1))
    if called.write:
        ship({"passage_ranking": fit})


if __name__ == "__main__":
    main()
