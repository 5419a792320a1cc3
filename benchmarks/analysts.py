"""Measure answers to questions as analysts ask them, in their own words, over made-up news and reports.

    python -m benchmarks.analysts [--beside] [--show]

The texts, questions and near misses are those of one file of `training/texts` that took no part in training the reader
or in fitting what weighs its judgement; they were written by somebody who saw nothing of Citewell. With
``--beside``, the other texts stand in the corpus too. Prints a JSON object: the share of the answerable questions that
are answered, whose first sentence, or one of three, quotes a place that answers, by kind too; the share of near misses
answered; and the chance that a near miss is told less sure than an answerable question (AUROC). With ``--show``, each
question and the first sentence of its answer first.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from assistant import Answer
from assistant.evaluation.metrics import auroc
from benchmarks.stream import indexed
from training.own_texts import FOLDER, MarkedQuestion, MarkedText, marked_texts

MEASURED = "mixed"
"""The file of `training/texts` that takes no part in anything but this."""


def texts_of(*, held_out: bool) -> dict[str, MarkedText]:
    """The texts that are measured on, or the others, by the names of their documents."""
    files = [file for file in sorted(FOLDER.glob("*.txt")) if (file.stem == MEASURED) == held_out]
    return {f"{file.stem}-{n:02}.md": text for file in files for n, text in enumerate(marked_texts(file), 1)}


def row_of(name: str, text: MarkedText) -> dict[str, Any]:
    """A text as a row that `benchmarks.stream.indexed` takes."""
    head = {"title": text.title, "published": text.published, "publisher": text.publisher}
    return {"id": name.removesuffix(".md"), "text": text.text} | head


def places(answer: Answer, name: str, text: MarkedText, asked: MarkedQuestion) -> list[bool]:
    """Whether each sentence of an answer quotes a place that answers."""
    wanted = [text.text[start:end] for start, end in asked.spans]
    quotes = {one.number: one.quote for one in answer.citations if one.passage.source == name}
    return [
        any(_holds(quotes[number], words) for number in sentence.citations if number in quotes for words in wanted)
        for sentence in answer.sentences
    ]


def _holds(quote: str, words: str) -> bool:
    """Whether a quote holds the words that answer, or is most of them."""
    quoted, answering = " ".join(quote.split()), " ".join(words.split())
    return answering in quoted or (quoted in answering and 2 * len(quoted) > len(answering))


@dataclass
class Tally:
    """What is counted, question by question."""

    found: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    confidence: list[float] = field(default_factory=list)
    answerable: list[bool] = field(default_factory=list)

    def add(self, asked: MarkedQuestion, answer: Answer, right: list[bool]) -> None:
        """Count a question; ``right`` says of each sentence of its answer whether it quotes a place that answers."""
        self.confidence.append(answer.confidence)
        self.answerable.append(bool(asked.spans))
        if not asked.spans:
            self.found["near misses answered"].append(not answer.abstained)
            return
        self.found["answered"].append(not answer.abstained)
        self.found["answer in 3"].append(any(right[:3]))
        for name in ("answer in 1", f"answer in 1, {asked.kind}"):
            self.found[name].append(any(right[:1]))

    def figures(self) -> dict[str, float]:
        """Each share, and the AUROC, rounded; beside them how many questions there were."""
        shares = {name: round(sum(values) / len(values), 3) for name, values in sorted(self.found.items())}
        area = auroc(np.array(self.confidence), np.array(self.answerable, dtype=float))
        return {"questions": len(self.confidence)} | shares | {"auroc": round(area, 3)}


def main() -> None:
    """Ask everything and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--beside", action="store_true")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    texts = texts_of(held_out=True)
    tally = Tally()
    others = texts_of(held_out=False) if options.beside else {}
    with indexed([row_of(name, text) for name, text in (texts | others).items()]) as (assistant, _):
        for name, text in texts.items():
            for asked in text.questions:
                answer = assistant.ask(asked.question)
                right = [] if answer.abstained else places(answer, name, text, asked)
                tally.add(asked, answer, right)
                if options.show:
                    said = "" if answer.abstained else answer.sentences[0].text[:160]
                    print(f"{asked.kind:11}{bool(asked.spans):2}{any(right[:1]):2}  {asked.question}\n    {said}")
    print(json.dumps(tally.figures(), indent=1))


if __name__ == "__main__":
    main()
