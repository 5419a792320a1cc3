"""Measure who says what: statements found with their speakers, over news texts in which they were marked by hand.

    python -m benchmarks.positions [FILE] [--half tune|held] [--show]

FILE holds a text a line: ``text``, ``half`` and ``statements`` (``speaker``, ``also``, ``content``, ``how``), by
default benchmarks/positions.jsonl. Prints a JSON object: precision, recall and F1 of statements whose content and
speaker are right, the share of those found that stand under a wrong name, and how often the manner (said, reported,
denied) is right. A content is found where it shares `SHARED` of its words (F1 of the words) with the marked one.
``--show`` prints what was missed, found besides, or attributed wrongly.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.news.speech.speakers import Attributed, attributed
from assistant.text.terms import words

ROOT = Path(__file__).parent.parent
SHARED = 0.6


@dataclass
class Counts:
    """How many statements were marked, found, found rightly, and found under a wrong name."""

    marked: int = 0
    found: int = 0
    right: int = 0
    wrong_name: int = 0
    right_manner: int = 0
    shown: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Precision, recall, F1, and the shares."""
        precision, recall = self.right / max(1, self.found), self.right / max(1, self.marked)
        return {
            "marked": self.marked,
            "found": self.found,
            "precision": round(precision, 3),
            "recall": round(recall, 3),
            "f1": round(2 * precision * recall / max(1e-9, precision + recall), 3),
            "wrongly_attributed": round(self.wrong_name / max(1, self.found), 3),
            "manner_right": round(self.right_manner / max(1, self.right), 3),
        }


def measure(rows: Sequence[dict[str, Any]]) -> Counts:
    """The counts over some texts."""
    counts = Counts()
    for row in rows:
        _of_text(row, list(attributed(row["text"])), counts)
    return counts


def _of_text(row: dict[str, Any], found: list[Attributed], counts: Counts) -> None:
    marked = list(row["statements"])
    counts.marked += len(marked)
    counts.found += len(found)
    for one in found:
        content = row["text"][one.statement.start : one.statement.end]
        near = max(marked, key=lambda other: shared(content, other["content"]), default=None)
        if near is None or shared(content, near["content"]) < SHARED:
            counts.shown.append(f"{row['id']} besides: {one.name}: {content!r}")
            continue
        marked.remove(near)
        if any(_is_same_name(one.name, name) for name in (near["speaker"], *near["also"])):
            counts.right += 1
            counts.right_manner += one.statement.how == near["how"]
            if one.statement.how != near["how"]:
                counts.shown.append(f"{row['id']} manner {one.statement.how} for {near['how']}: {content!r}")
        else:
            counts.wrong_name += 1
            counts.shown.append(f"{row['id']} {one.name!r} for {near['speaker']!r}: {content!r}")
    counts.shown += [f"{row['id']} missed: {other['speaker']}: {other['content']!r}" for other in marked]


def shared(one: str, other: str) -> float:
    """The F1 of the words that two texts share, 0 to 1."""
    left, right = Counter(words(one)), Counter(words(other))
    both = (left & right).total()
    return 2 * both / max(1, left.total() + right.total())


def _is_same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for an article and a word before or behind."""
    left, right = (" ".join(words(name)).removeprefix("the ").removeprefix("a ") for name in (one, other))
    return left == right or left.endswith(f" {right}") or right.endswith(f" {left}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", default=ROOT / "benchmarks" / "positions.jsonl")
    parser.add_argument("--half", choices=("tune", "held"))
    parser.add_argument("--show", action="store_true")
    called = parser.parse_args()
    rows = [json.loads(line) for line in called.file.read_text("utf-8").splitlines()]
    counts = measure([row for row in rows if called.half in (None, row["half"])])
    if called.show:
        print("\n".join(counts.shown))
    print(json.dumps(counts.figures()))


if __name__ == "__main__":
    main()
