"""Many programs ask at once over HTTP: how long they wait, what goes wrong, and how the server's memory grows.

    python -m benchmarks.clients [--seconds 120] [--clients 50] [--again 0.5] [--pause 0]

A server of its own, over the shipped briefings and with its default limits, answers CLIENTS programs on this machine,
each with a token and a connection of its own, in quoted sentences. Each sends its next question ``--pause`` seconds
after it has its answer: with 0, as many questions as there are programs are always under way.

The mix: a share ``--again`` of what is asked was asked before, by any of the programs, the first questions most often
(rank by Zipf's law). All else is new: the questions of ``briefings.jsonl`` that stand alone, then questions made of
what the briefings name, by pairs (who deals with whom, what one has to do with the other), none of them twice. One in
ten is narrowed to a document, and one in ten streamed. Before that, one program alone asks `ALONE` new questions.

Prints the seconds from question to whole answer, the throughput, errors, answers that are not what the same question
was answered before, the server's memory every half minute and its share of the processor; then that one program that
asks without end is told to wait (429) and the others are not. Exits with 1 if anything went wrong. Runs on Linux.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import permutations, product
from pathlib import Path

import numpy as np

from assistant.corpus import shipped_briefings
from assistant.users import Tokens, Users
from tests.model_server import free_port

SEED = 7
ALONE = 40
NARROWED, STREAMED = 0.1, 0.1
HALF_MINUTE = 30.0
BEYOND = 400
"""Questions at once of one program, which may send 300 a minute."""
NAMED = re.split(
    r"[|\n]",
    """\
NATO|Russia|Ukraine|the European Union|the United States|Germany|France|Poland|the Baltic states|China|Iran|Belarus
Vladimir Putin|Volodymyr Zelensky|Emmanuel Macron|the Arctic|the Black Sea|Kaliningrad|Georgia|Moldova|Syria|red lines
the INF Treaty|Article 5|the battlegroups|hypersonic missiles|long-range weapons|drones|Russian gas|sanctions
cyberattacks|disinformation|arms control|the NATO-Russia Council|hybrid warfare|nuclear weapons""",
)
OF_PAIRS = (
    "What does {one} have to do with {other}?",
    "How has {one} responded to {other}?",
    "Why does {one} matter to {other}?",
    "Who says that {one} threatens {other}?",
    "When did {one} first affect {other}?",
)


@dataclass(frozen=True)
class Asked:
    """One request: what is sent, and whether its answer comes as it grows."""

    body: bytes
    streamed: bool

    @property
    def headers(self) -> dict[str, str]:
        """What is sent beside it."""
        accepts = "text/event-stream" if self.streamed else "application/json"
        return {"Content-Type": "application/json", "Accept": accepts}


@dataclass
class Mix:
    """What is asked next, by whoever it is: something new, or something that was asked before."""

    again: float
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))

    def __post_init__(self) -> None:
        self._new = new_questions()
        self._sources = sorted(path.name for path in briefings().glob("*.md"))
        self._asked: list[Asked] = []
        self._lock = threading.Lock()

    def next(self) -> tuple[Asked, bool]:
        """A request, and whether it was sent before."""
        with self._lock:
            if self._asked and self.chance.random() < self.again:
                rank = int(self.chance.paretovariate(1.0)) - 1
                return self._asked[rank % len(self._asked)], True
            return self.new(), False

    def new(self) -> Asked:
        """A request that was not sent before."""
        sent: dict[str, object] = {"question": next(self._new), "model": "extractive"}
        if self.chance.random() < NARROWED:
            sent["source"] = f"briefings/{self.chance.choice(self._sources)}"
        asked = Asked(json.dumps(sent).encode(), self.chance.random() < STREAMED)
        self._asked.append(asked)
        return asked


@dataclass
class Outcomes:
    """What came of all requests."""

    seconds: dict[bool, list[float]] = field(default_factory=lambda: {False: [], True: []})
    errors: Counter[str] = field(default_factory=Counter)
    changed: int = 0

    def __post_init__(self) -> None:
        self._answers: dict[Asked, bytes] = {}
        self._lock = threading.Lock()

    def note(self, asked: Asked, *, again: bool, seconds: float, status: int, body: bytes) -> None:
        """Remember one."""
        answered = hashlib.sha256(body).digest()
        with self._lock:
            if status != http.client.OK:
                self.errors[f"{status}: {body[:200].decode('utf-8', 'replace')}"] += 1
                return
            self.seconds[again].append(seconds)
            self.changed += self._answers.setdefault(asked, answered) != answered

    def fail(self, error: Exception) -> None:
        """Remember that there was no answer at all."""
        with self._lock:
            self.errors[f"{type(error).__name__}: {error}"] += 1


def briefings() -> Path:
    """The documents that ship."""
    found = shipped_briefings()
    if found is None:
        raise SystemExit("The briefings are not here.")
    return found


def new_questions() -> Iterator[str]:
    """Questions of which none comes twice: those of people first, then made ones, in an order of chance."""
    lines = (Path(__file__).parent / "briefings.jsonl").read_text("utf-8").splitlines()
    yield from (one["question"] for one in map(json.loads, lines) if not one.get("history"))
    made = [form.format(one=one, other=other) for form, (one, other) in product(OF_PAIRS, permutations(NAMED, 2))]
    random.Random(SEED).shuffle(made)
    yield from made


@contextmanager
def server(home: Path) -> Iterator[tuple[int, int]]:
    """A server over the briefings, for whoever has a token: its port and its process."""
    port = free_port()
    corpus = home / "corpus" / "briefings"
    corpus.mkdir(parents=True)
    for path in briefings().glob("*.md"):
        (corpus / path.name).write_bytes(path.read_bytes())
    Users(home / "users.json").add("ann", "correct horse battery")
    told = {
        "CORPUS_DIR": home / "corpus", "INDEX_DIR": home / "index", "STATE_DIR": home / "state",
        "USERS": home / "users.json", "PORT": port,
    }  # fmt: skip
    known = {**os.environ, **{f"CITEWELL_{name}": str(value) for name, value in told.items()}}
    command = [sys.executable, "-m", "assistant.interfaces.cli", "serve"]
    with (home / "log").open("wb") as log, subprocess.Popen(command, env=known, stdout=log, stderr=log) as process:
        try:
            while not is_ready(port):
                if process.poll() is not None:
                    raise SystemExit((home / "log").read_text("utf-8", "replace"))
                time.sleep(0.1)
            yield port, process.pid
        finally:
            process.terminate()


def is_ready(port: int) -> bool:
    """Whether the server answers questions."""
    with suppress(OSError), closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.client.OK
    return False


class Program:
    """One program with its token, on a connection of its own."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._token = {"Authorization": f"Bearer {token}"}

    def ask(self, asked: Asked) -> tuple[int, bytes]:
        """The status and the body of the answer."""
        self._connection.request("POST", "/api/v1/ask", asked.body, asked.headers | self._token)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def measure(self, asked: Asked, outcomes: Outcomes, *, again: bool) -> None:
        """Ask, and note what comes of it."""
        began = time.perf_counter()
        status, body = self.ask(asked)
        outcomes.note(asked, again=again, seconds=time.perf_counter() - began, status=status, body=body)

    def go_on(self, next_one: Callable[[], tuple[Asked, bool]], outcomes: Outcomes, until: float, pause: float) -> None:
        """Ask until a moment, from a moment of chance on."""
        time.sleep(random.random() * pause)
        while time.monotonic() < until:
            asked, again = next_one()
            try:
                self.measure(asked, outcomes, again=again)
            except (OSError, http.client.HTTPException) as error:
                outcomes.fail(error)
                self._connection.close()
                continue
            time.sleep(pause)


def megabytes(process: int) -> float:
    """The memory that a process holds."""
    lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    [line] = [line for line in lines if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1_000


def processor_seconds(process: int) -> float:
    """The processor time that a process has had."""
    after_name = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def told(seconds: Sequence[float]) -> str:
    """What half, 95 and 99 of a hundred answers took."""
    if not seconds:
        return "none"
    p50, p95, p99 = np.percentile(seconds, [50, 95, 99])
    return f"p50 {p50:.3f} s, p95 {p95:.3f} s, p99 {p99:.3f} s, of {len(seconds):,}"


def alone(port: int, token: str, mix: Mix) -> list[float]:
    """One program asks new questions: the seconds that each took."""
    outcomes, asking = Outcomes(), Program(port, token)
    for _ in range(ALONE):
        asking.measure(mix.new(), outcomes, again=False)
    return outcomes.seconds[False]


def together(port: int, process: int, tokens: Sequence[str], mix: Mix, options: argparse.Namespace) -> Outcomes:
    """All programs ask at once; the server's memory is printed meanwhile."""
    outcomes, began, before = Outcomes(), time.monotonic(), processor_seconds(process)
    until = began + options.seconds
    threads = [
        threading.Thread(target=Program(port, token).go_on, args=(mix.next, outcomes, until, options.pause))
        for token in tokens
    ]
    for thread in threads:
        thread.start()
    while (now := time.monotonic()) < until:
        print(f"  after {now - began:5.0f} s: {megabytes(process):,.0f} MB", flush=True)
        time.sleep(min(HALF_MINUTE, until - now))
    for thread in threads:
        thread.join()
    used = processor_seconds(process) - before
    print(f"  at the end:   {megabytes(process):,.0f} MB; load of the machine {os.getloadavg()[0]:.1f}")
    print(f"  the server had {used / (time.monotonic() - began):.2f} of a processor core")
    return outcomes


def show(outcomes: Outcomes, usual: float, options: argparse.Namespace) -> None:
    """Print what came of all; ``usual`` is what half the answers took while one program asked alone."""
    seconds = [second for some in outcomes.seconds.values() for second in some]
    print(f"{options.clients} programs for {options.seconds:.0f} s, {options.again:.0%} asked again")
    print(f"  all:         {told(seconds)}: {len(seconds) / options.seconds:.1f} a second")
    print(f"  new:         {told(outcomes.seconds[False])}")
    print(f"  asked again: {told(outcomes.seconds[True])}")
    print(f"  p95 together is {np.percentile(seconds, 95) / usual:.1f} times p50 alone")
    print(f"  errors: {sum(outcomes.errors.values())}; answers that changed: {outcomes.changed}")
    for error, count in outcomes.errors.most_common(10):
        print(f"    {count} x {error}")


def beyond_the_limit(port: int, tokens: Sequence[str]) -> bool:
    """Whether one program that sends too many requests is told to wait, and another is not."""
    asked = Asked(json.dumps({"question": "What does Article 5 say?", "model": "extractive"}).encode(), streamed=False)
    greedy, other = Program(port, tokens[0]), Program(port, tokens[1])
    statuses = Counter(greedy.ask(asked)[0] for _ in range(BEYOND))
    still = other.ask(asked)[0]
    print(f"{BEYOND} requests of one program: {dict(statuses)}; of another then: {still}")
    return set(statuses) == {200, 429} and still == http.client.OK


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--again", type=float, default=0.5)
    parser.add_argument("--pause", type=float, default=0.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as (port, process):
        with closing(Tokens(Path(folder, "state"))) as kept:
            first, one, another, *tokens = [kept.add(f"t{number}", ["ask"]) for number in range(options.clients + 3)]
        mix = Mix(options.again)
        seconds = alone(port, first, mix)
        print(f"one program alone: {told(seconds)}", flush=True)
        outcomes = together(port, process, tokens, mix, options)
        show(outcomes, float(np.percentile(seconds, 50)), options)
        held = beyond_the_limit(port, (one, another))
    return 1 if outcomes.errors or outcomes.changed or not held else 0


if __name__ == "__main__":
    sys.exit(main())
