"""The corpus and the questions that the scores are fitted on, made from a folder of labelled data.

The folder holds ``reader.jsonl.gz``, lines of ``question, context, start, end, title, origin``: ``context[start:end]``
is the answer. Half of the titles of the corpus origins become a corpus, one document a title. Questions about them are
answerable; questions about the other titles, and from other origins, are not.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.corpus import CorpusFolder
from assistant.indexing import Embedder, IndexReader, Snapshot, sync
from assistant.settings import PACKAGED_MODEL

CORPUS_ORIGINS = ("squadshifts/new_wiki_v1.0", "natural-questions")
OTHER_ORIGINS = ("covidqa", "policyqa", "squad-train-sample")
QUESTIONS = 500
"""How many answerable questions, and as many unanswerable ones."""
SEED = 11


@dataclass(frozen=True)
class Example:
    """One line of the data; ``answerable`` says whether the corpus made from it answers the question."""

    question: str
    context: str
    answer: str
    title: str
    origin: str
    answerable: bool = False


def load(folder: Path) -> list[Example]:
    """The examples, shuffled."""
    with gzip.open(folder / "reader.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    examples = [
        Example(
            row["question"], row["context"], row["context"][row["start"] : row["end"]], str(row["title"]), row["origin"]
        )
        for row in rows
    ]
    random.Random(SEED).shuffle(examples)
    return examples


def choose(examples: list[Example]) -> tuple[dict[str, list[str]], list[Example]]:
    """The documents of the corpus by title, and the questions, shuffled: half of them answerable."""
    contexts: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        if example.origin in CORPUS_ORIGINS:
            contexts[example.title].add(example.context)
    titles = sorted(contexts)
    random.Random(SEED).shuffle(titles)
    many = [title for title in titles if len(contexts[title]) > 5]
    few = [title for title in titles if len(contexts[title]) <= 5]
    inside = set(many[: len(many) // 2] + few[:200])
    asked: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        where = "inside" if example.title in inside else "beside" if example.origin in CORPUS_ORIGINS else "foreign"
        asked[where].append(example)
    answerable = [Example(**{**vars(example), "answerable": True}) for example in asked["inside"][:QUESTIONS]]
    questions = answerable + asked["beside"][: QUESTIONS // 2] + asked["foreign"][: QUESTIONS // 2]
    random.Random(SEED).shuffle(questions)
    return {title: sorted(contexts[title]) for title in sorted(inside)}, questions


@contextmanager
def indexed(documents: dict[str, list[str]]) -> Iterator[Snapshot]:
    """A snapshot of an index of these documents, which goes when the block ends."""
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
            yield snapshot
        reader.close()
