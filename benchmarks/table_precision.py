"""Ask real questions of tables that they are not about, and print each that the tables take: there should be none.

    python -m benchmarks.table_precision FOLDER [FOLDER ...]

Each folder holds ``questions.jsonl`` and ``corpus/``. Its questions are asked of the tables in its own corpus, where an
answer may be right, and of the sheets of `benchmarks/table_sheets.py`, where none is.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from assistant.errors import ReadError
from assistant.reading.readers import read, reader_for
from assistant.tables.asking import TableAsker
from assistant.tables.computed_answer import TableAnswers
from assistant.tables.duck import DuckReader
from assistant.tables.table_store import TableStore
from assistant.types import Answer, Document
from benchmarks.table_sheets import sheets


class Tables:
    """The tables of some documents, which can be asked without an index."""

    def __init__(self, folder: Path, documents: Iterable[Document]) -> None:
        kept = {hashlib.sha256(document.text.encode()).hexdigest(): document for document in documents}
        texts = {document.source: document.text for document in kept.values()}
        store, duck = TableStore(folder), DuckReader()
        store.put(kept)
        self._asker = TableAsker(store, duck, TableAnswers(store, duck, lambda _source, _at: None, texts.__getitem__))
        self._sources = {key: document.source for key, document in kept.items()}
        self.tables = store.tables(kept)

    def answer(self, question: str) -> Answer | None:
        """What they answer, or decline; None where the question is none over them."""
        return self._asker.answer(question, self.tables, self._sources)


def documents_in(folder: Path) -> Iterable[Document]:
    """The documents in a folder, without those that cannot be read here."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            try:
                yield read(reader_for(path.name), path.relative_to(folder).as_posix(), path.read_bytes())
            except ReadError:
                continue


def main() -> None:
    """Print what is taken, and how much was asked."""
    with tempfile.TemporaryDirectory() as made:
        ours = Tables(
            Path(made) / "sheets", (read(reader_for(name), name, content) for name, content in sheets().items())
        )
        for folder in map(Path, sys.argv[1:]):
            own = Tables(Path(made) / folder.name, documents_in(folder / "corpus"))
            lines = (folder / "questions.jsonl").read_text("utf-8").splitlines()
            questions = [json.loads(line)["question"] for line in lines if line.strip()]
            print(f"{folder.name}: {len(questions)} questions; {len(own.tables)} tables of its own")
            for name, tables in (("own", own), ("sheets", ours)):
                for question in questions:
                    if answer := tables.answer(question):
                        print(f"  {name}: {question}\n    {answer.text[:200]!r}")


if __name__ == "__main__":
    main()
