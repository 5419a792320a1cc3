"""Measure speed against the plain recipe of LangChain, pair by pair on the same machine in one run.

    python -m benchmarks.run FOLDER [--rounds N] [--out FILE]

FOLDER holds the sets ``squad`` and ``mtrag``, each with ``corpus/`` and ``questions.jsonl``. Each round runs the recipe
and Citewell one after the other, each in a fresh process, with the model prepared; the table gives medians and, in
brackets, the least and the most of all rounds, and the ratio of the medians of the pairs. Then come starts from cold, a
sync of many unchanged documents, and an edit of one sentence. Needs ``pip install -e '.[benchmarks]'``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from assistant import Settings, open_assistant
from assistant.indexing import Embedder

ROOT = Path(__file__).parent.parent
SETS = ("squad", "mtrag")
SYSTEMS = ("recipe", "citewell")
HIGHER_IS_BETTER = ("megabytes_per_second", "passages_per_second")
STARTS = 5
UNCHANGED = 3_000
PARAGRAPHS = 600
"""A document of about a hundred pages: 600 paragraphs of some 80 words."""
PORT = 7_999

Figures = dict[str, Any]


def run_once(system: str, folder: Path) -> Figures:
    """The figures of one run in a process of its own."""
    with tempfile.TemporaryDirectory() as index:
        command = [sys.executable, "-m", "benchmarks.speed", system, str(folder), index]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{system} failed on {folder}:\n{done.stderr}")
        return dict(json.loads(done.stdout.splitlines()[-1]))


def compared(folder: Path, rounds: int) -> Figures:
    """Each system's figures over all rounds, and the ratio, above 1 where Citewell is better."""
    runs: dict[str, list[Figures]] = {system: [] for system in SYSTEMS}
    for number in range(rounds):
        for system in SYSTEMS if number % 2 == 0 else reversed(SYSTEMS):
            runs[system].append(run_once(system, folder))
            print(folder.name, number + 1, system, runs[system][-1], file=sys.stderr, flush=True)
    result: Figures = {
        system: {name: spread([run[name] for run in runs[system]]) for name in runs[system][0]} for system in SYSTEMS
    }
    result["ratio"] = {
        name: round(
            median(_ratio(name, one, two) for one, two in zip(runs["recipe"], runs["citewell"], strict=True)), 2
        )
        for name in runs["recipe"][0]
        if name in runs["citewell"][0] and "before" not in name and name != "passages"
    }
    return result


def spread(values: Sequence[float]) -> list[float]:
    """The median, the least and the most."""
    return [round(value, 3) for value in (median(values), min(values), max(values))]


def _ratio(name: str, recipe: Figures, citewell: Figures) -> float:
    better, worse = (citewell, recipe) if name in HIGHER_IS_BETTER else (recipe, citewell)
    return float(better[name] / max(worse[name], 1e-9))


def places(corpus: Path, home: Path) -> dict[str, str]:
    """The variables that name a corpus, and an index of its own."""
    return {
        "CITEWELL_CORPUS_DIR": str(corpus),
        "CITEWELL_INDEX_DIR": str(home / "index"),
        "CITEWELL_STATE_DIR": str(home / "state"),
    }


def command(where: dict[str, str], *arguments: str) -> float:
    """How long a ``citewell`` command took, in seconds."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "assistant.interfaces.cli", *arguments],
        cwd=ROOT,
        env=os.environ | where,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"citewell {' '.join(arguments)} failed:\n{done.stderr}")
    return time.perf_counter() - start


def starts(folder: Path) -> Figures:
    """From a cold process to an answer, and from ``python app.py`` to the page's first response, in seconds."""
    with tempfile.TemporaryDirectory() as home:
        where = places(folder / "corpus", Path(home))
        command(where, "sync")
        asked = [command(where, "ask", "How much does the Rhine discharge at the Dutch border?") for _ in range(STARTS)]
        pages = [_first_response(where) for _ in range(STARTS)]
    return {"ask_seconds": spread(asked), "page_seconds": spread(pages)}


def _first_response(where: dict[str, str]) -> float:
    start = time.perf_counter()
    page = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=os.environ | where | {"CITEWELL_PORT": str(PORT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while time.perf_counter() - start < 60:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=30) as response:
                    response.read()
                    return time.perf_counter() - start
            except OSError:
                time.sleep(0.02)
        sys.exit("The page did not answer within a minute.")
    finally:
        page.terminate()
        page.wait()


def syncs() -> Figures:
    """A sync of many unchanged documents, in seconds, and how many passages an edit of one sentence embeds anew."""
    with tempfile.TemporaryDirectory() as folder:
        home, corpus = Path(folder), Path(folder, "corpus")
        corpus.mkdir()
        for number in range(UNCHANGED):
            (corpus / f"{number:04}.txt").write_text(f"Note {number}. The lamp of pier {number} was lit.", "utf-8")
        first = command(places(corpus, home), "sync")
        again = spread(_unchanged(corpus, home))
    return {"first_seconds": round(first, 2), "unchanged_seconds": again, "edit_embeds_passages": edited()}


def _unchanged(corpus: Path, home: Path) -> list[float]:
    times = []
    for _ in range(STARTS):
        with open_assistant(
            Settings(corpus_dir=corpus, index_dir=home / "index", state_dir=home / "state")
        ) as assistant:
            start = time.perf_counter()
            assistant.sync()
            times.append(time.perf_counter() - start)
    return times


def edited() -> int:
    """How many passages are embedded anew when a sentence in the middle of a long document grows."""
    embedded: list[int] = []
    plain = Embedder.embed

    def counting(self: Embedder, texts: Sequence[str]) -> Any:
        embedded.append(len(texts))
        return plain(self, texts)

    paragraphs = [
        " ".join(
            f"On day {number} the keeper of pier {number * 7 % 97 + line} wrote {line} lines." for line in range(8)
        )
        for number in range(PARAGRAPHS)
    ]
    with tempfile.TemporaryDirectory() as folder:
        home, document = Path(folder), Path(folder, "corpus", "log.txt")
        document.parent.mkdir()
        with open_assistant(
            Settings(corpus_dir=document.parent, index_dir=home / "index", state_dir=home / "state")
        ) as assistant:
            document.write_text("\n\n".join(paragraphs), "utf-8")
            assistant.sync()
            paragraphs[PARAGRAPHS // 2] += " That night the light failed, and a ship was lost within sight of the pier."
            document.write_text("\n\n".join(paragraphs), "utf-8")
            Embedder.embed = counting  # type: ignore[method-assign]
            assistant.sync()
    return sum(embedded)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    result: Figures = {"processors": os.cpu_count(), "starts": starts(arguments.folder / "squad"), "syncs": syncs()}
    for name in SETS:
        result[name] = compared(arguments.folder / name, arguments.rounds)
    text = json.dumps(result, indent=1)
    print(text)
    if arguments.out:
        arguments.out.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
