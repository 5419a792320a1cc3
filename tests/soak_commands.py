"""Kill -9 the commands that change a corpus at random moments, and see that a sync mends it each time.

    python -m tests.soak_commands [--moments 50] [--seed 1]

``citewell sync``, ``citewell add`` (files and pages) and ``citewell feed refresh`` run as real processes, with the
packaged model, over one corpus and a site on this machine that both change all the while. After each death a sync runs
to its end: then the index must equal a fresh build, every document must be there once and whole, and none may be lost.
In the end nothing is killed, and everything must be there as it was last written. Prints every moment; ends with 1 at
the first difference.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from assistant.corpus import CorpusFolder
from assistant.corpus.web import source_of
from assistant.indexing import Embedder
from assistant.settings import PACKAGED_MODEL, Settings
from tests.index_tools import ROOT, Desk, briefing
from tests.news_site import page, publish, texts, told
from tests.web_server import Site, served_site

LONGEST = 8.0
"""Seconds after which a command is killed at the latest; undisturbed, they take some three to ten."""
COMMANDS = ("sync", "add", "feed refresh")
ARTICLES = 4
"""How many articles the feed holds at a time; older ones leave it."""
PAGES = range(900, 904)
FILES = 5


@dataclass
class World:
    """A corpus, and all that changes around it; ``written`` has the texts that a document may have, the newest last."""

    desk: Desk
    site: Site
    chance: random.Random
    embedder: Embedder
    written: dict[str, list[str]] = field(default_factory=dict)
    edition: int = 0

    def note(self, source: str, text: str) -> None:
        self.written.setdefault(source, []).append(text)

    def publish(self) -> None:
        """New articles, and new editions of the others in the feed and of the single pages."""
        self.edition += 1
        numbers = range(self.edition, self.edition + ARTICLES)
        publish(self.site, numbers, self.edition)
        for number in numbers:
            self.note(source_of(self.site.url(f"/article/{number}")), told(number, self.edition))
        for number in PAGES:
            self.site.pages[f"/page/{number}"] = page(number, self.edition)
            self.note(source_of(self.site.url(f"/page/{number}")), told(number, self.edition))

    def write_outside(self) -> None:
        """New editions of the files that are yet to be added."""
        for number in range(FILES):
            text = briefing(number, self.edition)
            (self.desk.folder / "more" / f"briefing{number:03}.md").write_text(text)
            self.note(f"more/briefing{number:03}.md", text)

    def edit(self) -> None:
        """What people do in the corpus itself: some files change, one comes, one may go."""
        for number in self.chance.sample(range(FILES), 3):
            text = briefing(number, self.edition)
            (self.desk.corpus / f"own{number}.md").write_text(text)
            self.written[f"own{number}.md"] = [text]
        gone = f"own{self.chance.randrange(FILES)}.md"
        if self.chance.random() < 0.3 and gone in self.written:
            (self.desk.corpus / gone).unlink()
            del self.written[gone]

    def commands(self) -> dict[str, list[str]]:
        """The commands to be killed, by name."""
        addresses = [self.site.url(f"/page/{number}") for number in self.chance.sample(PAGES, 2)]
        return {
            "sync": ["sync"],
            "add": ["add", "--replace", *addresses, str(self.desk.folder / "more")],
            "feed refresh": ["feed", "refresh"],
        }

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """A command, begun."""
        folders = ["--corpus", str(self.desk.corpus), "--index", str(self.desk.index)]
        own = {"CITEWELL_STATE_DIR": str(self.desk.folder / "state"), "CITEWELL_ALLOW_PRIVATE_URLS": "1"}
        return subprocess.Popen(
            [sys.executable, "-m", "assistant.interfaces.cli", *words, *folders],
            cwd=ROOT,
            env={**os.environ, **own},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def run(self, *words: str) -> None:
        """A command, to its end."""
        assert self.start(*words).wait() == 0, f"citewell {' '.join(words)} failed"

    def documents(self) -> dict[str, str]:
        """The files of the corpus."""
        return texts(CorpusFolder(self.desk.corpus, self.desk.folder / "state" / "removed"))

    def check(self, before: set[str]) -> int:
        """See that the index equals a fresh build and the corpus is whole; returns how many documents there are.

        None of ``before`` may be lost.
        """
        found = self.documents()
        assert set(found) <= set(self.written), f"nobody wrote {set(found) - set(self.written)}"
        assert before & set(self.written) <= set(found), f"lost: {before & set(self.written) - set(found)}"
        broken = [source for source, text in found.items() if not any(one in text for one in self.written[source])]
        assert not broken, f"not whole: {broken}"
        described = self.desk.describe()
        assert described == self.desk.fresh(self.embedder), "the index differs from a fresh build"
        indexed = [document["source"] for document in described["documents"]]
        assert indexed == sorted(found), f"indexed are {indexed}"
        return len(found)


def moments(count: int, chance: random.Random) -> list[tuple[str, float]]:
    """The commands to be killed, in turn, and after how many seconds: for each, spread over its time at random."""
    planned: dict[str, list[float]] = {}
    for name in COMMANDS:
        turns = -(-count // len(COMMANDS))
        planned[name] = [LONGEST * (turn + chance.random()) / turns for turn in range(turns)]
        chance.shuffle(planned[name])
    return [(name, planned[name].pop()) for name, _ in zip(cycle(COMMANDS), range(count), strict=False)]


def kill_one(world: World, number: int, name: str, moment: float) -> bool:
    """Change the world, kill a command at a moment, and mend; returns whether it was killed before its end."""
    world.publish()
    world.write_outside()
    world.edit()
    before = set(world.documents())
    command = world.start(*world.commands()[name])
    try:
        command.wait(moment)
    except subprocess.TimeoutExpired:
        command.send_signal(signal.SIGKILL)
    killed = command.wait() == -signal.SIGKILL
    world.run("sync")
    count = world.check(before)
    what = f"killed after {moment:4.2f} s" if killed else "ended by itself  "
    print(f"{number + 1:4}  citewell {name:12}  {what}  {count:3} documents, as in a fresh build", flush=True)  # noqa: T201
    return killed


def finish(world: World) -> None:
    """Let every command come to its end: all is there, as it was last written."""
    world.run("feed", "refresh")
    world.run(
        "add", "--replace", *(world.site.url(f"/page/{number}") for number in PAGES), str(world.desk.folder / "more")
    )
    world.check(set(world.documents()))
    found = world.documents()
    newest = range(world.edition, world.edition + ARTICLES)
    expected = [source_of(world.site.url(f"/article/{number}")) for number in newest]
    expected += [source for source in world.written if not source.startswith("web/")]
    expected += [source_of(world.site.url(f"/page/{number}")) for number in PAGES]
    behind = [source for source in expected if world.written[source][-1] not in found.get(source, "")]
    assert not behind, f"missing, or not of the last edition: {behind}"


def main() -> None:
    """Run the soak that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.monotonic()
    embedder = Embedder(PACKAGED_MODEL, Settings().cache_dir)
    with served_site() as site, tempfile.TemporaryDirectory() as folder:
        world = World(Desk(Path(folder)), site, random.Random(asked.seed), embedder)
        for name in ("corpus", "more"):
            (world.desk.folder / name).mkdir()
        world.publish()
        world.run("feed", "add", site.url("/feed"))
        killed = sum(
            kill_one(world, number, *planned) for number, planned in enumerate(moments(asked.moments, world.chance))
        )
        finish(world)
    minutes = (time.monotonic() - began) / 60
    print(f"Seed {asked.seed}: {asked.moments} moments, {killed} killed before their end, in {minutes:.0f} min.")  # noqa: T201


if __name__ == "__main__":
    main()
