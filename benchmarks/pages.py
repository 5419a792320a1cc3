"""Compare the article that is read from real web pages with what a person marked in them.

    python benchmarks/pages.py FOLDER

FOLDER holds ``*.html`` and ``bodies.json``, the article's text by the page's name. Prints the mean over pages of the F1
of words (letters and digits, each as often as it stands), and the pages with the least. Exits with 1 below .975.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path

from assistant.reading.html import read_html

LEAST = 0.975


def f1(read: str, marked: str) -> float:
    """The harmonic mean of precision and recall of the words."""
    found, wanted = (Counter(re.findall(r"\w+", text)) for text in (read, marked))
    shared = (found & wanted).total()
    return 2 * shared / (found.total() + wanted.total()) if shared else 0.0


def main() -> int:
    """Read every page of the folder."""
    folder = Path(sys.argv[1])
    bodies = json.loads((folder / "bodies.json").read_text("utf-8"))
    scores = {
        name: f1(read_html(f"{name}.html", (folder / f"{name}.html").read_bytes()).text, body)
        for name, body in bodies.items()
    }
    mean = sum(scores.values()) / len(scores)
    print(f"{len(scores)} pages, F1 {mean:.4f}")
    for name in sorted(scores, key=lambda one: scores[one])[:8]:
        print(f"  {scores[name]:.3f}  {name}")
    return 0 if mean >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
