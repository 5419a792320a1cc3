"""How speed, memory and disk grow with the corpus.

    python -m benchmarks.growth FOLDER [--sizes 1000 10000 100000 300000] [--out FILE] [--plot FILE]

FOLDER holds the sets ``squad`` and ``mtrag``; their sentences, recombined, make documents of some forty passages, in
ten folders and of five years. What is measured is all but the model: the vector of a passage is that of a real one,
drawn by its text, with noise added, so the figures say nothing of quality. Questions are embedded by the real model.
Each size is taken in by one process and served by another; prints one JSON object, a list of figures by size. The plot
(PNG or SVG, by the file's name) needs ``pip install -e '.[benchmarks]'``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from assistant import Settings, open_assistant
from assistant.indexing import Embedder
from assistant.models.embedder import Vectors
from assistant.text.sentences import sentences
from benchmarks.speed import megabytes_in, peak_megabytes, timed

ROOT = Path(__file__).parent.parent
SETS = ("squad", "mtrag")
SIZES = (1_000, 10_000, 100_000, 300_000)
FOLDERS = 10
PASSAGES_A_DOCUMENT = 40
CHARACTERS_A_PASSAGE = 780
"""What is filled of 900 on average; the passages that were made are counted."""
PARAGRAPH = 6
BASES = 1_000
NOISE = 0.7
"""The length of the noise beside a vector of length 1: the cosine of two passages of one base is then about .67."""
SEED = 5
FILTERS: dict[str, dict[str, Any]] = {
    "all": {},
    "one_folder": {"source": "folder-3"},
    "one_year": {"since": "2021-01-01", "until": "2021-12-31"},
    "one_month": {"since": "2021-05-01", "until": "2021-05-31"},
}
TIMES_PLOTTED = {
    "ask_p50_ms": "an answer",
    "search_one_folder_p50_ms": "a search in one folder of ten",
    "search_one_month_p50_ms": "... in one month of sixty",
    "search_all_p50_ms": "... among all",
}
SIZES_PLOTTED = {
    "sync_peak_megabytes": "memory while taking in, at most",
    "serving_megabytes": "memory while serving",
    "index_megabytes": "the index on disk",
}

Figures = dict[str, Any]


def real_sentences(folder: Path) -> list[str]:
    """The sentences of the real corpora."""
    texts = [file.read_text("utf-8") for name in SETS for file in sorted((folder / name / "corpus").iterdir())]
    found = (text[span.start : span.end] for text in texts for span in sentences(text, 0, len(text)))
    return [sentence for sentence in found if 30 < len(sentence) < 400 and "\n" not in sentence]


def make_corpus(folder: Path, corpus: Path, passages: int) -> None:
    """Write documents that make about so many passages."""
    pool, chance = real_sentences(folder), random.Random(SEED)
    for number in range(max(1, passages // PASSAGES_A_DOCUMENT)):
        day = f"{2020 + number % 5}-{1 + number % 12:02}-{1 + number % 28:02}"
        body, length = [], 0
        while length < PASSAGES_A_DOCUMENT * CHARACTERS_A_PASSAGE:
            body.append(" ".join(chance.sample(pool, PARAGRAPH)))
            length += len(body[-1])
        file = corpus / f"folder-{number % FOLDERS}" / f"{number:06}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\ntitle: Report {number}\npublished: {day}\n---\n\n" + "\n\n".join(body), "utf-8")


def noisy(bases: Vectors) -> Callable[[Embedder, Sequence[str]], Vectors]:
    """An `Embedder.embed` whose vectors are those of real texts with noise; equal texts have equal vectors."""

    def embed(_: Embedder, texts: Sequence[str]) -> Vectors:
        rows = []
        for text in texts:
            chance = np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]))
            base, noise = bases[chance.integers(len(bases))], chance.standard_normal(bases.shape[1])
            rows.append(base + NOISE * noise / np.linalg.norm(noise))
        found = np.array(rows, dtype=np.float32).reshape(len(texts), bases.shape[1])
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)

    return embed


def settings_in(home: Path) -> Settings:
    """The corpus and the index in a folder."""
    return Settings(corpus_dir=home / "corpus", index_dir=home / "index", state_dir=home / "state")


def ingest(folder: Path, home: Path) -> Figures:
    """Take the corpus in, and watch the memory."""
    chance = random.Random(SEED)
    with open_assistant(settings_in(home)) as assistant:
        bases = Embedder(assistant.settings.embedding_model, assistant.settings.cache_dir).embed(
            chance.sample(real_sentences(folder), BASES)
        )
        with patch.object(Embedder, "embed", noisy(bases)):
            before, start = peak_megabytes(), time.perf_counter()
            assistant.sync()
            seconds = time.perf_counter() - start
        peak = peak_megabytes()
        passages = sum(record.passages for record in assistant.documents())
    return {
        "passages": passages,
        "corpus_megabytes": round(megabytes_in(home / "corpus"), 1),
        "sync_seconds": round(seconds, 1),
        "sync_passages_per_second": round(passages / seconds),
        "sync_peak_megabytes": round(peak),
        "sync_kilobytes_a_passage": round(1_000 * (peak - before) / passages, 2),
        "index_megabytes": round(megabytes_in(home / "index"), 1),
        "index_kilobytes_a_passage": round(1_000 * megabytes_in(home / "index") / passages, 2),
    }


def serve(folder: Path, home: Path) -> Figures:
    """Ask a fresh process, with and without filters, and watch the memory."""
    lines = [line for name in SETS for line in (folder / name / "questions.jsonl").read_text("utf-8").splitlines()]
    questions = [json.loads(line)["question"] for line in lines]
    random.Random(SEED).shuffle(questions)
    asked = _portions(questions, len(questions) // (len(FILTERS) + 1))
    figures: Figures = {}
    with open_assistant(settings_in(home)) as assistant:
        assistant.search("Is it warm?")
        for name, filters in FILTERS.items():
            found = timed(partial(assistant.search, **filters), next(asked))
            figures |= {f"search_{name}_{share}_ms": value for share, value in found.items()}
        figures |= {f"ask_{share}_ms": value for share, value in timed(assistant.ask, next(asked)).items()}
    return figures | {"serving_megabytes": round(peak_megabytes())}


def _portions(questions: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(questions) - size + 1, size):
        yield questions[start : start + size]


STAGES = {"ingest": ingest, "serve": serve}


def measured(folder: Path, size: int) -> Figures:
    """The figures of one size."""
    with tempfile.TemporaryDirectory() as home:
        make_corpus(folder, Path(home, "corpus"), size)
        figures: Figures = {"size": size}
        for stage in STAGES:
            command = [sys.executable, "-m", "benchmarks.growth", str(folder), "--stage", stage, "--home", home]
            done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
            figures |= json.loads(done.stdout.splitlines()[-1])
            print(figures, file=sys.stderr, flush=True)
    return figures


def plot(figures: Sequence[Figures], file: Path) -> None:
    """Draw how searches, answers, memory and disk grow with the number of passages."""
    from matplotlib import pyplot

    passages = [each["passages"] for each in figures]
    _, (times, sizes) = pyplot.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
    for name, label in TIMES_PLOTTED.items():
        times.plot(passages, [each[name] for each in figures], marker="o", label=label)
    for name, label in SIZES_PLOTTED.items():
        sizes.plot(passages, [each[name] for each in figures], marker="o", label=label)
    for axes, unit in ((times, "milliseconds, median"), (sizes, "megabytes")):
        axes.set(xscale="log", xlabel="passages", ylabel=unit, ylim=(0, None))
        axes.legend(frameon=False)
        axes.grid(alpha=0.3)
    pyplot.savefig(file, dpi=110)


def main() -> None:
    """Measure, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--stage", choices=STAGES, help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.stage:
        print(json.dumps(STAGES[arguments.stage](arguments.folder, arguments.home)))
        return
    figures = [measured(arguments.folder, size) for size in arguments.sizes]
    text = json.dumps(figures, indent=1)
    print(text)
    if arguments.out:
        arguments.out.write_text(text, "utf-8")
    if arguments.plot:
        plot(figures, arguments.plot)


if __name__ == "__main__":
    main()
