"""How quickly every document that mentions something is found, beside a plain scan of the texts.

    python -m benchmarks.mentions [--documents 3000] [--passages 4]

Makes a corpus of synthetic documents of English-like words, among which some names stand in several spellings, and
indexes it with vectors that are drawn and not embedded: what is measured is words alone. Then each query is asked as
`Assistant.mentions` has it, with the first page of the list, and as a scan: every text is read and its words compared.
Prints milliseconds, the median of several times, their ratio, and whether both found the same documents. ``first`` is
what the first query takes, for which the vocabulary is read.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from unittest.mock import patch

import numpy as np

from assistant import Assistant, Settings, open_assistant
from assistant.indexing import Embedder
from assistant.models.embedder import Vectors
from assistant.text.terms import words

QUERIES: dict[str, tuple[tuple[str, ...], ...]] = {
    "Kyiv": (("kyiv",), ("kiev",)),
    "Zelensky": (("zelensky",), ("zelenskyy",)),
    '"the"': (("the",),),
    '"power plant"': (("power", "plant"),),
    '"of the"': (("of", "the"),),
    "Atlantis": (("atlantis",),),
}
"""What is asked, and the words side by side that a text has to hold any of."""
NAMES = ("Kyiv", "Kyiv", "Kyiv", "Kiev", "Zelensky", "Zelenskyy", "power plant")
DIMENSION = 384
TIMES = 5
SEED = 7


def drawn(_: Embedder, texts: Sequence[str]) -> Vectors:
    """A vector for each text, which says nothing of it."""
    rows = np.random.default_rng(SEED).standard_normal((len(texts), DIMENSION)).astype(np.float32)
    vectors: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return vectors


def make_corpus(folder: Path, documents: int, passages: int) -> None:
    chance = random.Random(SEED)
    letters = "etaoinshrdlu"
    vocabulary = ["".join(chance.choices(letters, k=chance.randint(4, 9))) for _ in range(30_000)]
    common = "the of and to in that was for on with as by at from it is are this which or".split()
    for number in range(documents):
        sentences = []
        for _ in range(passages * 7):
            said = [chance.choice(common if chance.random() < 0.4 else vocabulary) for _ in range(18)]
            if chance.random() < 0.02:
                said.insert(9, chance.choice(NAMES))
            sentences.append(f"{said[0].capitalize()} {' '.join(said[1:])}.")
        day = f"{2015 + number % 10}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        text = f"---\ntitle: Report {number}\npublished: {day}\n---\n\n{' '.join(sentences)}\n"
        (folder / f"{number:05}.md").write_text(text, "utf-8")


def scan(assistant: Assistant, sources: Sequence[str], wanted: Sequence[tuple[str, ...]]) -> set[str]:
    """The documents that hold any of some words side by side, by reading all of them."""
    found = set()
    for source in sources:
        document = assistant.document(source)
        said = f" {' '.join([*words(document.title), '|', *words(document.text)])} "
        if any(f" {' '.join(one)} " in said for one in wanted):
            found.add(source)
    return found


def milliseconds(work: Callable[[], object], times: int) -> float:
    """The median of how long it takes."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken)


def measure(assistant: Assistant) -> None:
    sources = [record.source for record in assistant.documents()]
    print(f"{len(sources):,} documents, first: {milliseconds(lambda: assistant.mentions('harbour'), 1):.0f} ms")
    print(f"{'query':20}{'found':>7}{'ms':>8}{'scan ms':>10}{'ratio':>8}  same")
    for query, wanted in QUERIES.items():
        found = assistant.mentions(query, limit=len(sources))
        quick = milliseconds(partial(assistant.mentions, query), TIMES)
        begun = time.perf_counter()
        scanned = scan(assistant, sources, wanted)
        slow = 1000 * (time.perf_counter() - begun)
        same = {one.citation.passage.source for one in found.shown} == scanned
        print(f"{query:20}{found.documents:7,}{quick:8.0f}{slow:10.0f}{slow / quick:8.1f}  {'yes' if same else 'NO'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=3_000)
    parser.add_argument("--passages", type=int, default=4, help="of each document, about")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        corpus = Path(home, "corpus")
        corpus.mkdir()
        make_corpus(corpus, given.documents, given.passages)
        settings = Settings(corpus_dir=corpus, index_dir=Path(home, "index"), state_dir=Path(home, "state"))
        with patch.object(Embedder, "embed", drawn), open_assistant(settings) as assistant:
            begun = time.perf_counter()
            assistant.sync()
            print(f"Indexed in {time.perf_counter() - begun:.0f} s")
            measure(assistant)


if __name__ == "__main__":
    main()
