"""Say what becomes of text that readers easily lose: it is read, told as left out, or silently gone.

    python -m benchmarks.losses [CASES]

Without CASES, reads the small files of `tests/lossy_files.py`. With it, a folder of cases, each a folder with
``corpus/`` and ``questions.jsonl``: syncs each corpus, and looks for what the answers must hold. Prints a table of
kinds by how many are read, told and silent, and names those that are silent. Exits with 1 if any is.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from assistant import Settings, open_assistant
from assistant.errors import ReadError
from assistant.reading import read, reader_for
from tests.lossy_files import LossyFile, lossy_files

FATES = ("read", "told", "silent")
NO_ANSWER = "ABSTAIN"
Loss = tuple[str, str, str]
"""A kind, what of it may be lost, and its fate."""


def fate_of(file: LossyFile) -> str:
    """What becomes of what is easily lost in a file."""
    try:
        made = read(reader_for(file.name), file.name, file.content)
    except ReadError:
        return "told"
    if file.words and file.words in f"{made.title} {made.author} {made.text}":
        return "read"
    return "told" if made.left_out else "silent"


def _of_files() -> Iterator[Loss]:
    for file in lossy_files():
        yield file.kind, file.what, fate_of(file)


def _of_cases(folder: Path) -> Iterator[Loss]:
    """What the answers to the questions of each case must hold; those that must be declined ask for nothing."""
    for case in sorted(one.parent for one in folder.glob("*/questions.jsonl")):
        questions = map(json.loads, filter(str.strip, (case / "questions.jsonl").read_text("utf-8").splitlines()))
        asked = [one for one in questions if one.get("must", NO_ANSWER) != NO_ANSWER]
        text, told = _taken_in(case / "corpus") if asked else ("", "")
        for question in asked:
            ways = ([one] if isinstance(one, str) else one for one in question["must"])
            is_read = all(any(_bare(way) in text for way in one) for one in ways)
            yield case.name, question["question"], "read" if is_read else "told" if told else "silent"


def _taken_in(corpus: Path) -> tuple[str, str]:
    """What is read of a folder, and what is told of what is not."""
    with tempfile.TemporaryDirectory() as work:
        settings = Settings(corpus_dir=corpus, index_dir=Path(work) / "index", state_dir=Path(work) / "state")
        with open_assistant(settings) as assistant:
            report = assistant.sync()
            documents = [assistant.document(one.source) for one in assistant.documents() if one.passages]
    told = " ".join(one.reason for one in (*report.failed, *report.partial))
    shown = " ".join(
        f"{one.title} {one.author or ''} {one.published or ''} {one.text} {one.places}" for one in documents
    )
    return _bare(shown), told


def _bare(text: str) -> str:
    """The letters, digits and signs of a text, as far as they are no marks of Markdown."""
    return re.sub(r"[\s|#>*_`-]+", "", text).lower()


def main() -> int:
    """Print what becomes of everything."""
    losses = list(_of_cases(Path(sys.argv[1])) if len(sys.argv) > 1 else _of_files())
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, _, fate in losses:
        kinds[kind][fate] += 1
    print(f"{'':30}" + "".join(f"{fate:>8}" for fate in FATES))
    for kind, fates in kinds.items():
        print(f"{kind:30}" + "".join(f"{fates[fate]:8}" for fate in FATES))
    total = Counter(fate for _, _, fate in losses)
    print(f"{'all':30}" + "".join(f"{total[fate]:8}" for fate in FATES))
    for kind, what, fate in losses:
        if fate == "silent":
            print(f"  silent: {kind}: {what}")
    return 1 if total["silent"] else 0


if __name__ == "__main__":
    sys.exit(main())
