"""Fit what groups news into stories and tells what is new: ``same_story.json`` and ``new_sentence.json``.

    python -m benchmarks.fit_news [FILE] [--write]

FILE is what `benchmarks.stream` reads, benchmarks/stream.jsonl by default; only its ``tune`` half is used. The first
model tells of pairs of articles whether they tell one story, the second of sentences whether an earlier article of
their story says them; of articles that are copies, no sentence is taken. Logistic regressions with a quadratic penalty
(C = 1), in which both answers weigh alike. Prints the models, and how well each does on stories that it was not fitted
on, in five parts.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from assistant.indexing import Snapshot
from assistant.models.linear import LinearModel
from assistant.news.articles import articles_of
from assistant.news.novelty import Earlier, Newness
from assistant.news.stories import Likeness, Likenesses, in_order
from benchmarks.fitting import model_of, ship
from benchmarks.stream import STREAM, indexed, marked_new, rows_of, said_before, said_in

PARTS = 5
Example = tuple[str, object, bool]
"""The story that it is of, its features, and the answer."""


def pairs(snapshot: Snapshot, rows: Mapping[str, dict[str, Any]]) -> list[Example]:
    """Each article with each earlier one that may be of its story."""
    articles = in_order(articles_of(snapshot, list(snapshot.listed)))
    likenesses = Likenesses(articles)
    story = [rows[one.document.source]["story"] for one in articles]
    return [
        (story[place], likenesses.of(place, other), story[place] == story[other])
        for place in range(len(articles))
        for other in likenesses.nearest_before(place)
    ]


def told(snapshot: Snapshot, rows: Mapping[str, dict[str, Any]]) -> list[Example]:
    """Each sentence of an article that retells or adds, and whether it is marked as new."""
    found: list[Example] = []
    for source, row in rows.items():
        before = said_before(snapshot, rows, source)
        if before and row["kind"] != "copy":
            said = said_in(snapshot, source)
            compared = Earlier(before).compared(said)
            found += [
                (row["story"], newness, marked_new(one, row))
                for one, newness in zip(said.sentences, compared, strict=True)
            ]
    return found


def fitted(examples: Sequence[Example], kind: type) -> tuple[dict[str, float], float]:
    """The weights and the intercept."""
    names = [field.name for field in fields(kind)]
    table = np.array([[getattr(found, name) for name in names] for _, found, _ in examples])
    truth = np.array([answer for *_, answer in examples])
    weights = np.where(truth, 0.5 / truth.mean(), 0.5 / (1 - truth.mean()))

    def loss(coefficients: np.ndarray) -> tuple[float, np.ndarray]:
        totals = table @ coefficients[:-1] + coefficients[-1]
        off = weights * (1 / (1 + np.exp(-totals)) - truth)
        penalty = np.append(coefficients[:-1], 0.0)
        value = (weights * (np.logaddexp(0, totals) - truth * totals)).sum() + penalty @ penalty / 2
        return value, np.append(table.T @ off, off.sum()) + penalty

    best = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B").x.round(2).tolist()
    return dict(zip(names, best[:-1], strict=True)), best[-1]


def across(examples: Sequence[Example], kind: type) -> dict[str, float]:
    """How well the answers are told of stories that took no part in fitting."""
    stories = sorted({story for story, *_ in examples})
    right: list[tuple[bool, bool]] = []
    for part in range(PARTS):
        left_out = set(stories[part::PARTS])
        weights, intercept = fitted([one for one in examples if one[0] not in left_out], kind)
        model = LinearModel(weights, intercept)
        right += [(answer, model.score(found) > 0) for story, found, answer in examples if story in left_out]
    yes = [said for answer, said in right if answer]
    no = [not said for answer, said in right if not answer]
    return {"examples": len(right), "yes": len(yes), "found": sum(yes) / len(yes), "left alone": sum(no) / len(no)}


def main() -> None:
    """Fit, print, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", default=STREAM)
    parser.add_argument("--write", action="store_true", help="write what is fitted to assistant/models/fitted")
    called = parser.parse_args()
    models: dict[str, LinearModel] = {}
    with indexed(rows_of(called.file, "tune")) as (assistant, rows):
        examples = assistant._reader.use(
            lambda snapshot: {
                "same_story": (Likeness, pairs(snapshot, rows)),
                "new_sentence": (Newness, told(snapshot, rows)),
            }
        )
    for name, (kind, of_kind) in examples.items():
        weights, intercept = fitted(of_kind, kind)
        models[name] = model_of(weights, __file__, f"{len(of_kind):,} of benchmarks/stream.jsonl", intercept)
        print(json.dumps({"name": name, **across(of_kind, kind), **asdict(models[name])}, indent=1))
    if called.write:
        ship(models)


if __name__ == "__main__":
    main()
