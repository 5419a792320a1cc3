"""Fit the sufficiency score: the coefficients and the threshold in `assistant.answering.sufficiency`.

    python benchmarks/fit_sufficiency.py TRAIN_DIR

TRAIN_DIR holds ``reader.jsonl.gz``: lines of ``question, context, title, origin``. Half of the titles of the corpus
origins become a corpus, one document a title. Questions about them are answerable; questions about the other titles,
and from other origins, are not. A logistic regression over the signals is fitted on half of the questions and
measured on the other half.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import sys
import tempfile
from collections import defaultdict
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.answering.evidence import TermWeights, weigh
from assistant.answering.questions import kind_of
from assistant.answering.retrieval import Filters, retrieve
from assistant.answering.sufficiency import Signals, signals
from assistant.corpus import CorpusFolder
from assistant.desk import SHOWN_PASSAGES
from assistant.indexing import Embedder, IndexReader, Snapshot, sync
from assistant.settings import PACKAGED_MODEL

CORPUS_ORIGINS = ("squadshifts/new_wiki_v1.0", "natural-questions")
OTHER_ORIGINS = ("covidqa", "policyqa", "squad-train-sample")
QUESTIONS = 500
"""How many answerable questions, and as many unanswerable ones."""
SEED = 11
ANSWERED_SHARE = 0.95
"""The threshold is set so that this share of the answerable questions is answered."""


@dataclass(frozen=True)
class Example:
    """One line of the training data."""

    question: str
    context: str
    title: str
    origin: str


def load(train: Path) -> list[Example]:
    """The examples, shuffled."""
    with gzip.open(train / "reader.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    examples = [Example(row["question"], row["context"], str(row["title"]), row["origin"]) for row in rows]
    random.Random(SEED).shuffle(examples)
    return examples


def choose(examples: list[Example]) -> tuple[dict[str, list[str]], list[tuple[str, bool]]]:
    """The documents of the corpus by title, and questions with whether the corpus answers them."""
    contexts: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        if example.origin in CORPUS_ORIGINS:
            contexts[example.title].add(example.context)
    titles = sorted(contexts)
    random.Random(SEED).shuffle(titles)
    many = [title for title in titles if len(contexts[title]) > 5]
    few = [title for title in titles if len(contexts[title]) <= 5]
    inside = set(many[: len(many) // 2] + few[:200])
    asked: dict[str, list[str]] = defaultdict(list)
    for example in examples:
        where = "inside" if example.title in inside else "beside" if example.origin in CORPUS_ORIGINS else "foreign"
        asked[where].append(example.question)
    unanswerable = asked["beside"][: QUESTIONS // 2] + asked["foreign"][: QUESTIONS // 2]
    documents = {title: sorted(contexts[title]) for title in sorted(inside)}
    return documents, [(text, True) for text in asked["inside"][:QUESTIONS]] + [(text, False) for text in unanswerable]


def measure(documents: dict[str, list[str]], questions: list[tuple[str, bool]]) -> tuple[np.ndarray, np.ndarray]:
    """The signals of every question, one row each, and whether the corpus answers it."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for title, contexts in documents.items():
            name = re.sub(r"\W+", "_", title)[:80] or "untitled"
            (corpus / f"{name}.txt").write_text("\n".join(contexts), "utf-8")
        embedder = Embedder(PACKAGED_MODEL)
        sync(CorpusFolder(corpus, Path(folder, "removed")), Path(folder, "index"), embedder)
        reader = IndexReader(Path(folder, "index"), corpus, lambda _: embedder)
        with reader.reading() as snapshot:
            rows = [astuple(signals_of(snapshot, question)) for question, _ in questions]
        reader.close()
    return np.array(rows), np.array([answerable for _, answerable in questions])


def signals_of(snapshot: Snapshot, question: str) -> Signals:
    """The signals of one question, by the same stages as `Assistant.ask`."""
    retrieved = retrieve(snapshot, question, SHOWN_PASSAGES, Filters())
    weights = TermWeights(question, snapshot.document_frequency, snapshot.words.count())
    evidence = weigh(question, kind_of(question), retrieved.hits, weights, snapshot.embedder.embed_remembered)
    return signals(retrieved, evidence, weights)


def main() -> None:
    """Fit, measure and print."""
    documents, questions = choose(load(Path(sys.argv[1])))
    random.Random(SEED).shuffle(questions)
    rows, labels = measure(documents, questions)
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
