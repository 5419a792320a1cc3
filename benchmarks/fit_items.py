"""Fit what tells the items of lists: ``listed_items.json`` of `assistant/models/fitted`.

    python -m benchmarks.fit_items [--write]

The questions for lists and for names are those on one file of `training/texts` that took no part in training the
reader, each asked of its own text alone, of the texts of that file, and of these beside all others but those that are
measured on. A candidate is right where half of what it counts up is asked for. A logistic regression over `ItemFit`;
the threshold is the lowest from which on `PRECISION` of the items told are right. Prints the model, and how well it
does on questions that it was not fitted on, in five parts.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import astuple, dataclass, fields
from functools import partial

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.answering.followups import understand
from assistant.answering.listed_items import Candidate, ItemFit, candidates
from assistant.answering.reading import read
from assistant.answering.retrieval import retrieve
from assistant.answering.sentence_scoring import score_sentences
from assistant.answering.term_weights import TermWeights
from assistant.indexing import Snapshot
from assistant.models.packaged_reader import PackagedReader
from assistant.pipeline import RETRIEVED, SHOWN_PASSAGES
from assistant.types import Filters
from benchmarks.analysts import row_of, texts_of
from benchmarks.fitting import model_of, ship
from benchmarks.items import AskedList, lists_on
from benchmarks.stream import indexed

FITTED_ON = "weighing"
KINDS = ("list", "who")
PRECISION = 0.9
PARTS = 5
FEWEST = 8
"""How many items at least a threshold must let through, for its precision to count."""


@dataclass(frozen=True)
class Judged:
    """A candidate of a question (by number), and how many of its items are right."""

    question: int
    candidate: Candidate
    right: int

    @property
    def is_right(self) -> bool:
        """Whether at least half of them are."""
        return 2 * self.right >= len(self.candidate.parts)


def judged(snapshot: Snapshot, reader: PackagedReader, asked: AskedList, number: int, where: Filters) -> list[Judged]:
    """The candidates of one question, by the same stages as `Assistant.ask`."""
    question = asked.question
    found = retrieve(snapshot, understand(question, (), lambda _: 0.0), RETRIEVED, where)
    weights = TermWeights(question, snapshot.document_frequency, snapshot.passage_count, snapshot.languages)
    found = read(question, found, weights, reader, for_several=True)
    embedder = snapshot.embedder
    scored = score_sentences(question, found.hits[:SHOWN_PASSAGES], weights, embedder.cosines, found.readings)
    return [
        Judged(number, candidate, sum(asked.is_right(item.text) for item in candidate.items))
        for candidate in candidates(question, scored, reader)
    ]


def all_judged() -> list[Judged]:
    """The candidates of all questions."""
    texts, reader = texts_of(held_out=False), PackagedReader()
    own = {name: text for name, text in texts.items() if name.startswith(FITTED_ON)}
    found: list[Judged] = []
    with indexed([row_of(name, text) for name, text in texts.items()]) as (assistant, _):
        asked = [(name, one) for name, text in own.items() for one in lists_on(text, KINDS)]
        for number, (name, one) in enumerate(asked):
            for where in (Filters(), Filters(sources=tuple(own)), Filters(sources=(name,))):
                found += assistant._reader.use(partial(judged, reader=reader, asked=one, number=number, where=where))
    return found


def regression(found: list[Judged]) -> LogisticRegression:
    """The weights under which right candidates are likelier than wrong ones."""
    return LogisticRegression(C=1.0).fit(_features(found), [one.is_right for one in found])


def _features(found: list[Judged]) -> np.ndarray:
    return np.array([astuple(one.candidate.fit) for one in found])


def threshold_of(found: list[Judged], chances: np.ndarray) -> float:
    """The lowest probability from which on `PRECISION` of the items are right."""
    order = np.argsort(-chances)
    right = np.cumsum([found[place].right for place in order])
    told = np.cumsum([len(found[place].candidate.parts) for place in order])
    enough = np.flatnonzero((right >= PRECISION * told) & (told >= FEWEST))
    return float(chances[order[enough[-1]]]) if len(enough) else 1.0


def main() -> None:
    """Fit, measure, print, and write the model if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write what is fitted to assistant/models/fitted")
    options = parser.parse_args()
    found = all_judged()
    chances = np.zeros(len(found))
    for part in range(PARTS):
        kept = [one for one in found if one.question % PARTS != part]
        left = [place for place, one in enumerate(found) if one.question % PARTS == part]
        chances[left] = regression(kept).predict_proba(_features([found[place] for place in left]))[:, 1]
    threshold = threshold_of(found, chances)
    told = [one for one, chance in zip(found, chances, strict=True) if chance >= threshold]
    fitted = regression(found)
    names = [field.name for field in fields(ItemFit)]
    weights = dict(zip(names, map(float, fitted.coef_[0].round(3)), strict=True))
    data = f"{len({one.question for one in found})} questions on {FITTED_ON}.txt, {len(found):,} candidates"
    model = model_of(weights, __file__, data, round(float(fitted.intercept_[0]), 3), round(threshold, 3))
    right, shown = (sum(one.right for one in of) for of in (found, told))
    parts = sum(len(one.candidate.parts) for one in told)
    result = {
        "candidates": len(found), "right": sum(one.is_right for one in found), "weights": weights,
        "intercept": model.intercept, "threshold": model.threshold,
        "kept from fitting": {
            "items told": round(shown / max(1, right), 3), "wrong items": round(1 - shown / max(1, parts), 3)
        },
    }  # fmt: skip
    print(json.dumps(result, indent=1))
    if options.write:
        ship({"listed_items": model})


if __name__ == "__main__":
    main()
