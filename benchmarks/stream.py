"""Measure what groups news into stories, and tells what adds to them from what repeats them, over made-up news.

    python -m benchmarks.stream [FILE] [--half tune|held] [--show]

FILE holds an article a line, by default benchmarks/stream.jsonl: 150 of March in the half ``tune`` and 150 of May in
the half ``held``, each with its ``story``, its ``kind`` (first, copy, rewrite, update, contradiction), the sentences in
which it ``adds`` to the earlier ones of its story, and what it ``contradicts``. Prints a JSON object: precision, recall
and F1 of the pairs of articles that are put into one story; of the articles after the first of their stories, the share
that is rightly told to add something, or not to, and that for each of the two; and of the sentences shown as new, the
share that is.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant import Assistant, open_assistant
from assistant.atomic_files import write_whole
from assistant.settings import Settings
from assistant.text.answer_sentences import Sentence

STREAM = Path(__file__).parent / "stream.jsonl"


def rows_of(file: Path, half: str | None) -> list[dict[str, Any]]:
    """The articles of a half, in order."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [row for row in rows if half in (None, row["half"])]


@contextmanager
def indexed(rows: Sequence[dict[str, Any]]) -> Iterator[tuple[Assistant, dict[str, dict[str, Any]]]]:
    """An assistant over the articles, and these by their sources."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for row in rows:
            head = {key: row[key] for key in ("title", "published", "publisher")}
            front = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in head.items())
            write_whole(root / "corpus" / f"{row['id']}.md", f"---\n{front}---\n\n{row['text']}\n")
        settings = Settings(corpus_dir=root / "corpus", index_dir=root / "index", state_dir=root / "state")
        with open_assistant(settings) as assistant:
            assistant.sync()
            yield assistant, {f"{row['id']}.md": row for row in rows}


def marked_new(sentence: Sentence, row: dict[str, Any]) -> bool:
    """Whether a sentence of an article is marked as new."""
    said = " ".join(sentence.text.split())
    return any(said in " ".join(text.split()) or " ".join(text.split()) in said for text in row["adds"])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", default=STREAM)
    parser.add_argument("--half", choices=("tune", "held"))
    parser.add_argument("--show", action="store_true", help="print what is not right")
    called = parser.parse_args()
    embedder, reader = Embedder(PACKAGED_MODEL, Settings().cache_dir), PackagedReader()


if __name__ == "__main__":
    main()
