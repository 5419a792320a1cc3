"""Measure how often the words shown in bold are the answer.

    python -m benchmarks.measure_asked_for FOLDER

FOLDER is what `benchmarks.training` reads. Articles are halved by title: rules are made on one half, the other is held
out. Words are sought in the sentence that answers, and in the one that shares most words with the question.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
import zlib
from collections import Counter
from pathlib import Path

from assistant.answering.questions import kind_of
from assistant.answering.short_answer import CUES, asked_for
from assistant.text.sentences import Span, sentences
from assistant.text.terms import subject_terms, terms
from benchmarks.training import CORPUS_ORIGINS

QUESTIONS = 1_000


def main() -> None:
    with gzip.open(Path(sys.argv[1]) / "reader.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["origin"] in CORPUS_ORIGINS]
    rows = [row for row in rows if kind_of(row["question"]) in CUES]
    random.Random(7).shuffle(rows)
    for half, name in enumerate(("made on", "held out")):
        asked = [row for row in rows if zlib.crc32(row["title"].encode()) % 2 == half][:QUESTIONS]
        measure(f"{name}, the sentence that answers", asked, answering=True)
        measure(f"{name}, the sentence that shares most words", asked, answering=False)


def measure(name: str, rows: list[dict[str, str | int]], *, answering: bool) -> None:
    """Print, by kind, how often words are told, and how often those overlap the answer."""
    seen, told, right = Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        kind, question, context = kind_of(str(row["question"])), str(row["question"]), str(row["context"])
        sentence = answering_sentence(row) if answering else likest_sentence(question, context)
        if sentence is None:
            continue
        span = asked_for(kind, question, context[sentence.start : sentence.end])
        for label in (kind.value, "all"):
            seen[label] += 1
            if span:
                told[label] += 1
                start, end = sentence.start + span.start, sentence.start + span.end
                right[label] += start < int(row["end"]) and int(row["start"]) < end
    print(name)
    for label, questions in seen.items():
        precision = right[label] / max(told[label], 1)
        print(
            f"  {label:8} {questions:5} questions, told {told[label] / questions:.2f}, right when told {precision:.2f}"
        )


def answering_sentence(row: dict[str, str | int]) -> Span | None:
    context, start = str(row["context"]), int(row["start"])
    return next((span for span in sentences(context, 0, len(context)) if span.start <= start < span.end), None)


def likest_sentence(question: str, context: str) -> Span:
    asked = set(subject_terms(question))
    found = sentences(context, 0, len(context))
    return max(found, key=lambda span: len(asked & set(terms(context[span.start : span.end]))))


if __name__ == "__main__":
    main()
