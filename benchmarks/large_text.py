"""How soon one large text file can be asked about, and what memory taking it in needs.

    python -m benchmarks.large_text FOLDER [--megabytes 70]

FOLDER holds the sets ``squad`` and ``mtrag``, whose sentences the file is made of. One process takes it in with the
packaged model, another asks the index how many passages it serves. Prints one JSON object: seconds to the first
passage that is served and to the end, and the most memory the process that takes in held, with those it began.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from assistant import Assistant, open_assistant
from assistant.errors import IndexDamaged
from benchmarks.growth import ROOT, Figures, real_sentences, settings_in

SEED = 5
PARAGRAPH = 6
SECONDS_BETWEEN = 0.5
TAKE_IN = "import sys; from pathlib import Path; from benchmarks.large_text import take_in; take_in(Path(sys.argv[1]))"


def make_text(folder: Path, file: Path, megabytes: float) -> None:
    """Write one text of about so many megabytes, in paragraphs."""
    pool, chance = real_sentences(folder), random.Random(SEED)
    file.parent.mkdir(parents=True)
    left = megabytes * 1e6
    with file.open("w", encoding="utf-8") as text:
        while left > 0:
            left -= text.write(" ".join(chance.choices(pool, k=PARAGRAPH)) + "\n\n")


def take_in(home: Path) -> None:
    """Bring the index up to date."""
    with open_assistant(settings_in(home)) as assistant:
        assistant.sync()


def resident_megabytes(process: int) -> float:
    """What the process and those it began hold in memory; what they share is counted once."""
    kilobytes = 0
    for each in _with_children(process):
        try:
            lines = Path(f"/proc/{each}/smaps_rollup").read_text("ascii").splitlines()
        except OSError:  # it ended meanwhile
            continue
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1e3


def _with_children(process: int) -> list[int]:
    found = [process]
    for each in found:
        for children in Path(f"/proc/{each}/task").glob("*/children"):
            try:
                found += map(int, children.read_text("ascii").split())
            except OSError:
                continue
    return found


def measured(folder: Path, home: Path, megabytes: float) -> Figures:
    """Take the text in, and look on."""
    make_text(folder, home / "corpus" / "large.txt", megabytes)
    figures: Figures = {"megabytes": megabytes}
    peak, start = 0.0, time.perf_counter()
    command = [sys.executable, "-c", TAKE_IN, str(home)]
    with open_assistant(settings_in(home)) as assistant, subprocess.Popen(command, cwd=ROOT) as process:
        while process.poll() is None:
            peak = max(peak, resident_megabytes(process.pid))
            if "first_passage_seconds" not in figures and _serves(assistant):
                figures["first_passage_seconds"] = round(time.perf_counter() - start, 1)
                print(figures, file=sys.stderr, flush=True)
            time.sleep(SECONDS_BETWEEN)
        figures["seconds"] = round(time.perf_counter() - start, 1)
        figures.setdefault("first_passage_seconds", figures["seconds"])
        figures["passages"] = sum(record.passages for record in assistant.documents())
    return figures | {"peak_megabytes": round(peak), "exit": process.returncode}


def _serves(assistant: Assistant) -> bool:
    try:
        return bool(assistant.search("Who led the expedition?"))
    except IndexDamaged:  # it is not begun yet
        return False


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--megabytes", type=float, default=70)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        print(json.dumps(measured(arguments.folder, Path(home), arguments.megabytes)))


if __name__ == "__main__":
    main()
