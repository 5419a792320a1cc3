"""Measure whether it is told that a sentence says what another does, over pairs of sentences marked by hand.

    python -m benchmarks.agreement [FILE] [--half tune|held] [--show]

FILE holds a pair a line, by default benchmarks/agreement.jsonl: a ``statement``, the ``other`` sentence with the
``title`` of its article, both from benchmarks/stream.jsonl, and a ``label``: the other says the same (or more), a part
of it, something against it, or something else. Prints a JSON object: how many pairs are taken for the same, the share
of those that are, and the share of all that say the same that is found.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from assistant.models.embedder import Embedder
from assistant.models.packaged_reader import PackagedReader
from assistant.news.agreement import Agreement
from assistant.settings import PACKAGED_MODEL, Settings
from assistant.text.answer_sentences import Sentence
from assistant.types import Passage

PAIRS = Path(__file__).parent / "agreement.jsonl"


def sentence(text: str, title: str, source: str) -> Sentence:
    """A sentence that is all of its document."""
    return Sentence(Passage(source, source, title, "", text, 0, len(text)), text, 0, len(text), 0, is_item=False)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", default=PAIRS)
    parser.add_argument("--half", choices=("tune", "held"))
    parser.add_argument("--show", action="store_true", help="print what is taken for the same and is not")
    called = parser.parse_args()
    agreement = Agreement(Embedder(PACKAGED_MODEL, Settings().cache_dir).embed_remembered, PackagedReader())
    rows = [json.loads(line) for line in called.file.read_text("utf-8").splitlines()]
    right: list[bool] = []
    same = 0
    for row in rows:
        if called.half not in (None, row["half"]):
            continue
        same += row["label"] == "same"
        statement, other = sentence(row["statement"], "", "a.md"), sentence(row["other"], row["title"], "b.md")
        if agreement.bearing_out(statement, [other]):
            right.append(row["label"] == "same")
            if called.show and not right[-1]:
                print(row["label"], "|", row["statement"], "|", row["other"])
    found = {"same": same, "found": len(right), "precision": sum(right) / len(right), "recall": sum(right) / same}
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
