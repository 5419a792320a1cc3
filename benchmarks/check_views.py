"""Check, over a folder of documents, that every quote of every view stands where it says it stands.

    python -m benchmarks.check_views FOLDER [SUBJECT ...] [--index DIR]

Looks at the folder as an analyst does: an overview of all, what is new, and of each subject who says what, when what
happened, the comparison and the briefing. Prints a JSON object: how many quotes each view shows, and how many of all
differ from ``document.text[start:end]`` or stand outside their passage; and how many lines have none. Exits with 1 if
there is any of either.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from assistant import Assistant, Settings, open_assistant
from assistant.types import Citation


def citations_in(value: object) -> Iterator[Citation]:
    """All citations in a value of values."""
    if isinstance(value, Citation):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from citations_in(one)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from citations_in(getattr(value, field.name))


def is_exact(assistant: Assistant, citation: Citation) -> bool:
    """Whether a quote is what its document has there, inside the passage that is cited."""
    passage = citation.passage
    text = assistant.document(passage.source).text
    within = passage.start <= citation.start < citation.end <= passage.end
    return within and text[citation.start : citation.end] == citation.quote


def views(assistant: Assistant, subjects: list[str]) -> Iterator[tuple[str, object]]:
    """The views of all documents and of each subject, by the name of their command."""
    yield "overview", assistant.overview()
    yield "new", assistant.whats_new()
    for subject in subjects:
        yield "overview", assistant.overview(subject)
        yield "positions", assistant.positions(subject)
        yield "timeline", assistant.timeline(subject)
        yield "compare", assistant.compare(subject)
        yield "brief", assistant.brief(subject)


def check(assistant: Assistant, subjects: list[str]) -> dict[str, int]:
    """How many quotes each view shows, how many are wrong, and how many lines of a view have none."""
    counts: Counter[str] = Counter({"wrong": 0, "uncited": 0})
    for name, view in views(assistant, subjects):
        shown = list(citations_in(view))
        counts[name] += len(shown)
        counts["wrong"] += sum(not is_exact(assistant, one) for one in shown)
        rows = getattr(view, "rows", ())
        counts["uncited"] += sum(not any(row.cells) for row in rows)
    return dict(counts)


def main() -> int:
    """Check and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("subject", nargs="*")
    parser.add_argument("--index", type=Path, help="an index of the folder; else one is made and thrown away")
    called = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        settings = Settings(corpus_dir=called.folder, index_dir=called.index or Path(made))
        with open_assistant(settings) as assistant:
            assistant.sync()
            counts = check(assistant, called.subject)
    print(json.dumps(counts))
    return 1 if counts["wrong"] or counts["uncited"] else 0


if __name__ == "__main__":
    sys.exit(main())
