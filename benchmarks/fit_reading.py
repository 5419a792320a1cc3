"""Fit what judges passages that the reader read: the models ``read_*.json`` of ``assistant/models/fitted``.

    python -m benchmarks.fit_reading FOLDER [--write]

FOLDER is what `benchmarks.training` reads; only documents that took no part in training the reader are used, beside one
file of `training/texts`, which took none either: questions in other words than the documents'. Passages
are ordered by a pairwise model, as in `fit_reranking`; sentences by a conditional logit, as in `fit_sentence_scoring`;
whether the question is answered is a logistic regression, as in `fit_answerability`. Each is fitted on half of the
questions and measured on the other half, beside its twin that does without the reader; what is printed is then fitted
on all of them.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, fields, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.answering.answerability import AnswerabilitySignals, answerability_signals
from assistant.answering.followups import understand
from assistant.answering.reading import ReadFit, ordered, read, read_fit
from assistant.answering.retrieval import CANDIDATES, Retrieved, retrieve
from assistant.answering.sentence_scoring import SentenceFit, score_sentences
from assistant.answering.term_weights import TermWeights
from assistant.indexing import Embedder, Snapshot
from assistant.models.linear import LinearModel
from assistant.models.packaged_reader import PackagedReader
from assistant.pipeline import RETRIEVED
from assistant.settings import PACKAGED_MODEL, Settings
from assistant.types import Filters, ScoredPassage
from benchmarks import fit_answerability, fit_reranking, fit_sentence_scoring
from benchmarks.fitting import arguments, model_of, ship
from benchmarks.training import SEED, Example, among_some, answers, choose, choose_own, indexed, load

ANSWERED_SHARE = 0.955
"""The threshold is set so that this share of the answerable questions on FOLDER is answered. (The threshold that ships
is set by hand, near to it, so that the bars of the briefings hold: tests/test_evaluation_gate.py.)
"""
QUESTIONS = 1_500
"""How many of the questions on FOLDER are used, by chance: eight passages are read for each."""
OWN, OWN_OFF = "weighing", 200
"""The file of `training/texts` that is used, and how many questions on other files, which it does not answer."""
Table = fit_sentence_scoring.Table


@dataclass(frozen=True)
class Asked:
    """One question with what was retrieved and read for it, and its terms' weights."""

    example: Example
    hits: Sequence[ScoredPassage]
    retrieved: Retrieved
    weights: TermWeights

    def passages(self) -> np.ndarray:
        """The fits of the passages read, one row each, and whether each holds the answer in its context."""
        example, readings = self.example, self.retrieved.readings
        rows = [
            (*astuple(read_fit(hit, readings[hit.passage.id])), float(_holds(hit.passage.text, example)))
            for hit in self.hits
            if hit.passage.id in readings
        ]
        return np.array(rows).reshape(-1, len(fields(ReadFit)) + 1)

    def by(self, ranking: LinearModel) -> Asked:
        """The same with its passages in the order of a model."""
        hits = ordered(self.hits, self.retrieved.readings, ranking)
        return replace(self, retrieved=replace(self.retrieved, hits=tuple(hits)))


def _holds(text: str, example: Example) -> bool:
    context = example.context
    is_there = any(part in text for part in (context[:60], context[-60:], context[200:260]))
    return is_there and any(answer in text for answer in (example.answer, *example.also))


def ask(snapshot: Snapshot, reader: PackagedReader, example: Example, some: Filters) -> Asked:
    """What is retrieved and read for one question, by the same stages as `Assistant.ask`."""
    question = example.question
    retrieved = retrieve(snapshot, understand(question, (), lambda _: 0.0), RETRIEVED, some)
    weights = TermWeights(question, snapshot.document_frequency, snapshot.passage_count, snapshot.languages)
    return Asked(example, retrieved.hits, read(question, retrieved, weights, reader), weights)


def asked_of_all(folder: Path) -> list[Asked]:
    """The questions on the documents of the folder and on the texts of our own, in an order left to chance."""
    reader = PackagedReader()
    asked: list[Asked] = []
    for training, most in ((choose(load(folder, unseen=True)), QUESTIONS), (choose_own(OWN, OWN_OFF), None)):
        with indexed(training.documents) as snapshot:
            asked += [ask(snapshot, reader, *question) for question in islice(among_some(training), most)]
    random.Random(SEED).shuffle(asked)
    return asked


def ranking_of(found: list[np.ndarray]) -> np.ndarray:
    """The weights of the passages' fits under which those with the answer come first."""
    model = LogisticRegression(C=1.0, fit_intercept=False).fit(*fit_reranking.pairs(found))
    return np.asarray(model.coef_[0])


SENTENCE_FEATURES = ("unread", "answered", "margin", "share")
"""The features of a sentence that its read model weighs; the first is its score by the model that does not read."""
READER_SHARE = 0.35
"""How much what the reader says counts beside whether the corpus speaks of what is asked, both log-probabilities.

With more of it, questions in other words than the documents' are answered more often (benchmarks/analysts.py: .71 and
not .52 with 1.0), but so are questions on something else altogether (of `mtrag` over `squad`: .16 and not .08).
"""


SIZE_SHARE = 0.25
"""How much of the fitted weight of a corpus's size ships. With all of it, over corpora of a few documents, 53 of 59
questions are answered that can be, and 24 of 36 that cannot (another company's figures among them); with a quarter,
50 and 16; with none, 49 and 13. Over a hundred passages and more nothing changes.
"""
LARGE = math.log1p(CANDIDATES)
"""The size of a corpus of a hundred passages and more."""


def main() -> None:
    """Fit, measure, print, and write the models if that is asked for."""
    called = arguments(__doc__)
    result: dict[str, Any] = {}
    asked = asked_of_all(called.folder)
    names = [field.name for field in fields(ReadFit)]
    found = [item.passages() for item in asked if item.example.is_answerable]
    half = len(found) // 2
    ranked = dict(zip(names, map(float, ranking_of(found).round(2)), strict=True))
    told = f"{len(found):,} answerable questions of documents that the reader had not seen"
    ranking = model_of(ranked, __file__, told, intercept=-round(float(_middle(found, ranked)), 2))
    result["passages"] = {
        "retrieved": fit_reranking.ranking(found[half:], np.array([1.0, 0.0])),
        "read": fit_reranking.ranking(found[half:], ranking_of(found[:half])),
    }
    asked = [item.by(ranking) for item in asked]
    embed = Embedder(PACKAGED_MODEL, Settings().cache_dir).cosines
    scored = [
        score_sentences(item.example.question, item.retrieved.hits, item.weights, embed, item.retrieved.readings)
        for item in asked
    ]
    signals = [
        answerability_signals(item.retrieved, sentences, item.weights)
        for item, sentences in zip(asked, scored, strict=True)
    ]
    tables = [
        (
            np.array([astuple(each.fit) for each in sentences]).reshape(-1, len(fields(SentenceFit))),
            np.array([answers(each.sentence.text, item.example) for each in sentences], dtype=bool),
        )
        for item, sentences in zip(asked, scored, strict=True)
        if item.example.is_answerable
    ]
    labels = np.array([item.example.label for item in asked])
    models = {
        "read_passage_ranking": ranking,
        "read_sentence_ranking": _of_sentences(tables, told, result),
        **_of_answerability(signals, labels, np.array([item.example.origin == OWN for item in asked]), result),
    }
    print(json.dumps({"models": {name: asdict(model) for name, model in models.items()}, **result}, indent=1))
    if called.write:
        ship(models)


def _middle(found: list[np.ndarray], weights: dict[str, float]) -> float:
    """The score of a passage as likely to answer as not: the mean of the median right and the median wrong one."""
    rows = np.vstack(found)
    scores, right = rows[:, :-1] @ np.array(list(weights.values())), rows[:, -1] == 1
    return float((np.median(scores[right]) + np.median(scores[~right])) / 2)


def _of_sentences(tables: list[Table], told: str, result: dict[str, Any]) -> LinearModel:
    half, names = len(tables) // 2, [field.name for field in fields(SentenceFit)]

    def of(features: Sequence[str]) -> list[Table]:
        columns = [names.index(feature) for feature in features]
        return [(rows[:, columns], right) for rows, right in tables]

    def held_out(features: Sequence[str]) -> dict[str, float]:
        kept = of(features)
        return fit_sentence_scoring.measured(kept[half:], fit_sentence_scoring.fitted(kept[:half]))

    result["sentences"] = {
        "not_read": held_out(SENTENCE_FEATURES[:1]),
        "read": held_out(SENTENCE_FEATURES),
        "read_without": {
            name: held_out([other for other in SENTENCE_FEATURES if other != name]) for name in SENTENCE_FEATURES
        },
    }
    weights = fit_sentence_scoring.fitted(of(SENTENCE_FEATURES)).round(2).tolist()
    return model_of(dict(zip(SENTENCE_FEATURES, weights, strict=True)), __file__, told)


def _of_answerability(
    signals: list[AnswerabilitySignals], labels: np.ndarray, own: np.ndarray, result: dict[str, Any]
) -> dict[str, LinearModel]:
    """The models that decide; ``own`` says which questions are on the texts of our own."""
    half = len(labels) // 2
    signs = np.array([[getattr(each, name) for name in fit_answerability.FEATURES] for each in signals])
    answered = np.array([each.answered for each in signals])
    held_out_about = _about(signs[:half], labels[:half])
    rows = _together(held_out_about, signs, answered)
    not_read = fit_answerability.fitted(signs[:half], labels[:half])
    read_fit = fit_answerability.fitted(rows[:half], labels[:half])
    result["answerability"] = {
        "not_read": fit_answerability.measured(not_read.predict_proba(signs[half:])[:, 1], labels[half:]),
        "read": fit_answerability.measured(read_fit.predict_proba(rows[half:])[:, 1], labels[half:]),
    }
    counts = ", ".join(f"{int(np.sum(labels == name)):,} {name}" for name in fit_answerability.CLASSES)
    told = f"{counts} questions of documents that the reader had not seen"
    about = _about(signs, labels)
    weights = dict(zip(fit_answerability.FEATURES, map(float, about.coef_[0]), strict=True))
    size = weights["corpus_size"]
    weights["corpus_size"] = SIZE_SHARE * size
    rows = _together(about, signs, answered)
    decides = fit_answerability.fitted(rows, labels)
    weight = float(decides.coef_[0, 0])
    counted = (labels == "answerable") & ~own
    threshold = float(np.quantile(decides.predict_proba(rows)[counted, 1], 1 - ANSWERED_SHARE))
    return {
        "read_aboutness": model_of(
            {name: round(weight, 3) for name, weight in weights.items()},
            __file__,
            told,
            intercept=round(float(about.intercept_[0]) + (1 - SIZE_SHARE) * size * LARGE, 3),
        ),
        "read_answerability": model_of(
            {"about": round(weight, 3), "answered": round(READER_SHARE * weight, 3)},
            __file__,
            told,
            intercept=round(float(decides.intercept_[0]), 3),
            threshold=round(threshold, 3),
        ),
    }


def _about(rows: np.ndarray, labels: np.ndarray) -> LogisticRegression:
    """Whether the corpus speaks of what is asked, both classes weighing the same."""
    return LogisticRegression(C=10.0, max_iter=5_000, class_weight="balanced").fit(rows, labels != "off")


def _together(about: LogisticRegression, signs: np.ndarray, answered: np.ndarray) -> np.ndarray:
    """The one number that decides: that the corpus speaks of what is asked, and that the reader finds it answered."""
    return (_log_probability(about.decision_function(signs)) + READER_SHARE * answered)[:, None]


def _log_probability(log_odds: np.ndarray) -> np.ndarray:
    return np.asarray(-np.logaddexp(0, -log_odds))


if __name__ == "__main__":
    main()
