"""Run the browser tests again and again on a busy machine, and count how often each fails.

    python -m benchmarks.flakes [--runs 5] [--load 6] [--cores 2] [TESTS ...]

TESTS are files or names of tests, as pytest takes them; all browser tests by default. They run on CORES processor cores
with LOAD processes beside them that do nothing but compute, started here and ended with each run. Prints each run
as it ends, then the tests that failed, in how many runs and with what; exits with 1 if there is any. Linux only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parent.parent
BUSY = "import os\nparent = os.getppid()\nwhile os.getppid() == parent:\n    sum(range(1_000_000))"
"""What keeps a core busy, until whoever began it is gone."""
LONGEST_SECONDS = 3 * 3600
"""How long one run may take."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: how many tests ran to their end or were skipped, what each failed one said, and how long it took."""

    seconds: float
    tests: int
    skipped: int
    failed: dict[str, str] = field(default_factory=dict)


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Processes that compute until the block ends."""
    started = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(processes)]
    try:
        yield
    finally:
        for one in started:
            one.kill()
            one.wait()


def run(tests: Sequence[str], load: int, log: Path) -> Run:
    """Run the tests once beside as many busy processes; what pytest prints goes into the log.

    Raises:
        SystemExit: pytest could not run them.
    """
    report = log.with_suffix(".xml")
    command = [sys.executable, "-m", "pytest", "-m", "browser", f"--junitxml={report}", *tests]
    began = time.monotonic()
    with busy(load), log.open("wb") as printed:
        status = subprocess.run(
            command, cwd=ROOT, stdout=printed, stderr=subprocess.STDOUT, timeout=LONGEST_SECONDS, check=False
        ).returncode
    if status not in (0, 1):  # others say that no tests were run to their end
        sys.exit(f"pytest ended with {status}:\n{log.read_text('utf-8', 'replace')[-4000:]}")
    return read_report(report, time.monotonic() - began)


def read_report(report: Path, seconds: float) -> Run:
    """What pytest reports of one run."""
    cases = list(ElementTree.parse(report).iter("testcase"))
    failed: dict[str, str] = {}
    for case in cases:
        wrong = case.find("failure") if case.find("failure") is not None else case.find("error")
        if wrong is not None:
            said = (wrong.get("message") or "").strip().splitlines() or ["nothing"]
            failed[f"{case.get('classname')}::{case.get('name')}"] = said[0][:200]
    skipped = sum(case.find("skipped") is not None for case in cases)
    return Run(seconds, len(cases), skipped, failed)


def table(runs: Sequence[Run]) -> list[str]:
    """The tests that failed, the most frequent first, each with what it said last."""
    counted = Counter(name for one in runs for name in one.failed)
    said = {name: message for one in runs for name, message in one.failed.items()}
    return [f"{times} of {len(runs)}  {name}\n        {said[name]}" for name, times in counted.most_common()]


def main() -> int:
    """Run, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flakes", description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--load", type=int, default=6)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("tests", nargs="*", default=["tests"])
    chosen = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: chosen.cores])  # what is started here keeps to them too
    runs: list[Run] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, chosen.runs + 1):
            runs.append(run(chosen.tests, chosen.load, Path(folder) / f"run-{number}.log"))
            last = runs[-1]
            print(
                f"run {number}: {last.tests} tests, {len(last.failed)} failed, {last.skipped} skipped, "
                f"{last.seconds:.0f} s",
                flush=True,
            )
    failures = table(runs)
    print(f"\n{len(failures)} tests failed in {len(runs)} runs at a load of {chosen.load} on {chosen.cores} cores")
    print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
