"""Measure the items of lists: how many of the things that questions ask for are told, and how many are wrong.

    python -m benchmarks.items [QUESTIONS --corpus FOLDER [--index FOLDER]] [--beside] [--show]

Without QUESTIONS, the list questions on one file of `training/texts` are asked that took no part in training or
fitting; with ``--beside``, the other texts stand in the corpus too. QUESTIONS holds JSON lines with ``question``,
``kind`` ("list") and ``all``: the items, each with its variants. Prints a JSON object: of how many questions the items
are told; of the items asked for, the share that is told, of all questions and of those that Citewell takes to ask for
several things; of the items told, the share that is wrong, and that has more than one source. With ``--show``, each
question and its items first.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from assistant import Answer, Assistant, open_assistant
from assistant.answering.questions import QuestionKind, kind_of
from assistant.settings import Settings
from assistant.text.english.enumerations import names_inside
from assistant.text.terms import term_set
from benchmarks.analysts import row_of, texts_of
from benchmarks.stream import indexed
from training.own_texts import MarkedText

SEVERAL = 4
"""From so many names on, a place that answers counts as that many items."""


@dataclass(frozen=True, slots=True)
class AskedList:
    """A question for several things, and these: each with its variants, or in the words of the text that answers."""

    question: str
    wanted: tuple[tuple[str, ...], ...]
    in_words: bool

    def is_told(self, wanted: Sequence[str], item: str) -> bool:
        """Whether an item is the wanted one: it holds a variant, or has most words with it in common."""
        if not self.in_words:
            return any(re.search(rf"\b{re.escape(one)}\b", item, re.IGNORECASE) for one in wanted)
        said, words = term_set(item), term_set(wanted[0])
        shared = len(said & words)
        return 2 * shared >= max(len(said), len(words)) or (said <= words and 3 * shared >= len(words))

    def is_right(self, item: str) -> bool:
        """Whether an item is a wanted one."""
        return any(self.is_told(wanted, item) for wanted in self.wanted)


def lists_on(text: MarkedText, kinds: Sequence[str] = ("list",)) -> Iterator[AskedList]:
    """The questions of some kinds on a text that it answers."""
    for asked in text.questions:
        if asked.kind in kinds and asked.spans:
            places = [text.text[start:end] for start, end in asked.spans]
            yield AskedList(asked.question, tuple((one,) for place in places for one in _items(place)), in_words=True)


def _items(place: str) -> list[str]:
    found = [place[one.start : one.end] for one in names_inside(place)]
    return found if len(found) >= SEVERAL else [place]


def lists_of(file: Path) -> list[AskedList]:
    """The list questions of a file."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [
        AskedList(row["question"], tuple(map(tuple, row["all"])), in_words=False)
        for row in rows
        if row.get("kind") == "list" and row.get("all")
    ]


@dataclass
class Tally:
    """What is counted, item by item."""

    asked: list[bool] = field(default_factory=list)
    told: list[bool] = field(default_factory=list)
    told_of_lists: list[bool] = field(default_factory=list)
    wrong: list[bool] = field(default_factory=list)
    several: list[bool] = field(default_factory=list)

    def add(self, asked: AskedList, answer: Answer) -> None:
        """Count the items of an answer."""
        told = [any(asked.is_told(wanted, item.name) for item in answer.items) for wanted in asked.wanted]
        self.asked.append(bool(answer.items))
        self.told += told
        self.told_of_lists += told if kind_of(asked.question) is QuestionKind.LIST else []
        self.wrong += [not asked.is_right(item.name) for item in answer.items]
        self.several += [len(item.citations) > 1 for item in answer.items]

    def figures(self) -> dict[str, float]:
        """Each share, rounded."""
        shares = {
            "items told for": self.asked,
            "items told": self.told,
            "items told, of what is taken for a list": self.told_of_lists,
            "wrong items": self.wrong,
            "items with several sources": self.several,
        }
        counts = {"questions": len(self.asked), "items asked for": len(self.told), "items shown": len(self.wrong)}
        return counts | {name: round(sum(of) / len(of), 3) for name, of in shares.items() if of}


def ask(assistant: Assistant, lists: Sequence[AskedList], *, show: bool) -> Tally:
    """What the answers to the questions come to."""
    tally = Tally()
    for asked in lists:
        answer = assistant.ask(asked.question)
        tally.add(asked, answer)
        if show:
            told = [f"{'' if asked.is_right(one.name) else 'WRONG '}{one.name} {one.citations}" for one in answer.items]
            print(f"{kind_of(asked.question).value:9} {len(asked.wanted):2}  {asked.question}\n    {'; '.join(told)}")
    return tally


def main() -> None:
    """Ask everything and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path, nargs="?")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--beside", action="store_true")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    with ExitStack() as opened:
        if options.questions:
            scratch = Path(opened.enter_context(tempfile.TemporaryDirectory()))
            index = options.index or scratch / "index"
            settings = Settings(corpus_dir=options.corpus, index_dir=index, state_dir=scratch / "state")
            assistant = opened.enter_context(open_assistant(settings))
            assistant.sync()
            lists = lists_of(options.questions)
        else:
            texts = texts_of(held_out=True)
            lists = [asked for text in texts.values() for asked in lists_on(text)]
            texts |= texts_of(held_out=False) if options.beside else {}
            assistant, _ = opened.enter_context(indexed([row_of(name, text) for name, text in texts.items()]))
        print(json.dumps(ask(assistant, lists, show=options.show).figures(), indent=1))


if __name__ == "__main__":
    main()
