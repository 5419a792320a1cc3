"""One run of one system over one corpus, in a process of its own, so that its memory and time are its own.

    python -m benchmarks.speed SYSTEM SET INDEX

SYSTEM is ``citewell`` or ``recipe``, SET a folder with ``corpus/`` and ``questions.jsonl``, INDEX an empty folder. The
model is loaded and warm before the clock starts. Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

WARM_UP = 5
TIMED = 100


def citewell(corpus: Path, index: Path) -> tuple[Callable[[], int], dict[str, Callable[[str], object]]]:
    """How Citewell takes the corpus in, and what is asked of it."""
    from assistant import Settings, open_assistant

    def ingest() -> int:
        assistant.sync()
        return sum(record.passages for record in assistant.documents())

    warm = Path(index, "warm")
    (warm / "corpus").mkdir(parents=True)
    (warm / "corpus" / "a.txt").write_text("The model is loaded and warm.", "utf-8")
    assistant = open_assistant(Settings(corpus_dir=corpus, index_dir=index / "index", state_dir=index / "state"))
    with open_assistant(
        Settings(corpus_dir=warm / "corpus", index_dir=warm / "index", state_dir=warm / "state")
    ) as first:
        first.sync()
        first.ask("Is the model warm?")
    return ingest, {"search": assistant.search, "ask": assistant.ask}


def recipe(corpus: Path, index: Path) -> tuple[Callable[[], int], dict[str, Callable[[str], object]]]:
    """How the recipe takes the corpus in, and what is asked of it."""
    from benchmarks.recipe import Recipe

    made = Recipe(index / "chroma")
    return lambda: made.ingest(corpus), {"search": made.search}


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """The median, and what 95 and 99 of 100 calls stay under."""
    return {f"p{share}": round(float(np.percentile(milliseconds, share)), 2) for share in (50, 95, 99)}


def timed(call: Callable[[str], object], questions: Sequence[str]) -> dict[str, float]:
    """The latencies over questions that were not asked before, after a warm-up."""
    times = []
    for question in questions[: WARM_UP + TIMED]:
        start = time.perf_counter()
        call(question)
        times.append(1_000 * (time.perf_counter() - start))
    return percentiles(times[WARM_UP:])


def megabytes_in(folder: Path) -> float:
    """The size of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def peak_megabytes() -> float:
    """The most memory that this process has held, or one of those it started."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1e3


def processor_seconds() -> float:
    """The processor time of this process and those it started."""
    return sum(os.times()[:4])


def main() -> None:
    """Run and print."""
    system, folder, index = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    questions = [json.loads(line)["question"] for line in (folder / "questions.jsonl").read_text("utf-8").splitlines()]
    ingest, calls = {"citewell": citewell, "recipe": recipe}[system](folder / "corpus", index)
    loaded, before = peak_megabytes(), processor_seconds()
    start = time.perf_counter()
    passages = ingest()
    seconds, used = time.perf_counter() - start, processor_seconds() - before
    megabytes = megabytes_in(folder / "corpus")
    figures: dict[str, Any] = {
        "seconds": round(seconds, 2),
        "megabytes_per_second": round(megabytes / seconds, 4),
        "passages": passages,
        "passages_per_second": round(passages / seconds, 1),
        "processor_seconds": round(used, 2),
        "peak_megabytes": round(peak_megabytes(), 1),
        "peak_megabytes_before": round(loaded, 1),
        "index_megabytes": round(megabytes_in(index), 2),
    }
    half = len(questions) // 2
    for (name, call), some in zip(calls.items(), (questions[:half], questions[half:]), strict=False):
        figures |= {f"{name}_{share}_ms": value for share, value in timed(call, some).items()}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
