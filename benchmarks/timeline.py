"""Measure when what happens: times found and resolved, over news texts in which they were marked by hand.

    python -m benchmarks.timeline [FILE] [--half tune|held] [--show]

FILE holds a text a line: ``text``, ``published``, ``half`` and ``events`` (``sentence``, ``words``, ``from``, ``to``),
by default benchmarks/timeline.jsonl. Prints a JSON object: how many times were marked and found, the share of those
found at marked words whose days are right, the share of all marked that are found rightly, and the share of those found
that nobody marked. ``--show`` prints what is not right.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.news.timeline import Dated, dated_in
from assistant.types import Document

ROOT = Path(__file__).parent.parent


def compared(row: dict[str, Any]) -> Iterator[tuple[dict[str, Any] | None, Dated | None]]:
    """The marked times of a text and the ones found, in pairs; None where one has no other."""
    document = Document(row["id"], row["title"], row["text"], published=row["published"], language="en")
    left = list(dated_in(document))
    for marked in row["events"]:
        start = row["text"].index(marked["sentence"]) + marked["sentence"].index(marked["words"])
        end = start + len(marked["words"])
        found = next((one for one in left if _place(one)[0] < end and start < _place(one)[1]), None)
        if found:
            left.remove(found)
        yield marked, found
    yield from ((None, one) for one in left)


def _place(one: Dated) -> tuple[int, int]:
    return one.sentence.start + one.time.start, one.sentence.start + one.time.end


def is_right(marked: dict[str, Any], found: Dated) -> bool:
    """Whether the days are those that were marked."""
    return (marked["from"], marked["to"]) == (found.time.first.isoformat(), found.time.last.isoformat())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", default=ROOT / "benchmarks" / "timeline.jsonl")
    parser.add_argument("--half", choices=("tune", "held"))
    parser.add_argument("--show", action="store_true")
    called = parser.parse_args()
    rows = [json.loads(line) for line in called.file.read_text("utf-8").splitlines()]
    pairs = [pair for row in rows if called.half in (None, row["half"]) for pair in compared(row)]
    at_marks = [(marked, found) for marked, found in pairs if marked and found]
    right = [found for marked, found in at_marks if is_right(marked, found)]
    marked_count = sum(marked is not None for marked, _ in pairs)
    found_count = sum(found is not None for _, found in pairs)
    if called.show:
        for marked, found in pairs:
            if not (marked and found and is_right(marked, found)):
                print(marked, found)
    figures = {
        "marked": marked_count,
        "found": found_count,
        "days_right": round(len(right) / max(1, len(at_marks)), 3),
        "found_rightly": round(len(right) / max(1, marked_count), 3),
        "not_marked": round((found_count - len(at_marks)) / max(1, found_count), 3),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
