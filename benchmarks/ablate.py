"""What each family of rules and each signal is worth: turned off one at a time, what every figure does.

    python -m benchmarks.ablate FOLDER CASES [--only WORD ...] [--sets SET ...] [--out FILE]
    python -m benchmarks.ablate --table FILE

FOLDER holds the sets ``squad``, ``news`` and ``mtrag`` (``corpus/`` and ``questions.jsonl``); the questions of
``mtrag``, without what was said before, are put to ``squad`` as questions about something else. CASES holds folders of
small corpora with questions that say what an answer ``must`` and must ``not`` hold. The briefings that ship, and forty
questions of ``squad`` in other words, are asked as well. What the reader makes of a window is kept, so that each is
read once however many families there are. Prints, or writes to FILE, a JSON object for each family and set: each figure
as it was, as it is without the family, and the 95 % interval of the change (a paired bootstrap over questions).
``--table`` makes Markdown of such a file.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO
from unittest.mock import patch

import numpy as np

from assistant import Answer, Assistant, Settings, open_assistant, pipeline
from assistant.answering import (
    answerability,
    conflicts,
    followups,
    questions,
    reading,
    reranking,
    retrieval,
    selection,
    sentence_scoring,
)
from assistant.answering.questions import QuestionKind
from assistant.evaluation.question_set import Question, read_questions
from assistant.evaluation.text_matching import states
from assistant.models import packaged_reader
from assistant.models.linear import LinearModel
from assistant.text.english import days
from assistant.types import Turn
from benchmarks.quality import REPHRASED

ROOT = Path(__file__).parent.parent
RESAMPLES = 2_000
READINGS_KEPT = 1_000_000
SHOWN_FROM = 0.005
"""Changes from this size on stand in the table."""

Scores = dict[str, float]
"""What one question gave, by the figure's name; a figure is the mean over the questions that have it."""


@dataclass(frozen=True)
class Family:
    """Rules that are turned off together: attributes of modules, and what takes their place."""

    name: str
    changes: tuple[tuple[Any, str, Any], ...]
    sets: tuple[str, ...] = ("squad", "rephrased", "off", "news", "briefings", "cases")


def without(module: Any, model: str, feature: str) -> Family:
    """What ranks or judges by a linear model does so without one of its features."""
    fitted: LinearModel = getattr(module, model)
    changed = replace(fitted, weights={**fitted.weights, feature: 0.0})
    return Family(f"{feature} in {module.__name__.rpartition('.')[2]}.{model}", ((module, model, changed),))


def nothing(*_: Any, **__: Any) -> None:
    """In place of what tells something."""


def one_ranking(kept: str) -> Callable[..., Any]:
    """A fusion that is given one ranking only."""
    fuse = retrieval.fuse
    return lambda dense, lexical: fuse(dense if kept == "dense" else (), lexical if kept == "lexical" else ())


NEVER = re.compile(r"(?!)")
"""In place of a pattern: it matches nothing."""
QUERY = ("mtrag",)
FAMILIES: tuple[Family, ...] = (
    Family("kinds of questions", ((answerability, "kind_of", lambda _: QuestionKind.FACT),)),
    Family("lists", ((questions, "LIST_QUESTION", NEVER),)),
    Family("an occasion told first is no question", ((questions, "LEADING_CLAUSE", NEVER),)),
    Family("what an answer is expected to hold", ((sentence_scoring, "expectation", nothing),)),
    Family("what an answer hardly ever lacks", ((sentence_scoring, "need", nothing),)),
    Family("definitions", ((questions, "defined_term", nothing), (sentence_scoring, "defines", lambda *_: False))),
    Family("lines that are no sentences lose", ((sentence_scoring, "FRAGMENT_PENALTY", 0.0),)),
    Family("labels with values", ((sentence_scoring._Scale, "_labels", lambda *_: False),)),
    Family("numbers that are no amounts", ((sentence_scoring, "without_other_numbers", lambda text, _: text),)),
    Family("rows are no counts", ((sentence_scoring, "_without_rows_of_one", lambda _, read: read),)),
    Family("not about others", ((selection, "_not_about_others", lambda evidence, _: evidence),)),
    Family("lists that answer though none is asked for", ((selection, "_introduces_the_answer", lambda *_: False),)),
    Family("several things are gathered", ((selection, "gathered", lambda _, evidence: list(evidence)),)),
    Family("whose name it is", ((selection, "naming_its_subject", lambda sentence, *_: [sentence]),)),
    Family("names that no document mentions", ((pipeline, "names_asked_for", lambda *_: ()),)),
    Family("questions parted in two", ((pipeline, "in_two", lambda _: iter(())),)),
    Family("the newest first", ((pipeline, "asks_for_now", lambda _: False),)),
    Family("rows alike", ((selection, "_rows_alike", lambda *_: []),)),
    Family("what stands by itself opens", ((selection, "_lead", lambda evidence, _: [evidence[0].sentence]),)),
    Family("no near-duplicates beside", ((selection, "_same_content", lambda *_: False),)),
    Family("conflicts and agreement", ((conflicts.SentenceComparison, "_comparable", lambda *_: False),)),
    Family("days that a question names", ((days, "named_days", nothing),)),
    Family("languages that are not covered", ((answerability, "uncovered_language", nothing),)),
    Family("search by words", ((retrieval, "fuse", one_ranking("dense")),)),
    Family("search by meaning", ((retrieval, "fuse", one_ranking("lexical")),)),
    Family("passages ranked anew", ((retrieval, "rerank", lambda _question, hits, _cosines, _terms: list(hits)),)),
    Family("the title before a sentence", ((sentence_scoring, "under_title", lambda sentence: sentence.said),)),
    Family("near-duplicates collapse", ((retrieval, "collapse", list),)),
    Family("neighbours join", ((retrieval, "join_neighbours", lambda hits, _: list(hits)),)),
    *(
        without(module, model, feature)
        for module, model in (
            (reranking, "MODEL"),
            (reading, "MODEL"),
            (sentence_scoring, "MODEL"),
            (sentence_scoring, "READ_MODEL"),
            (answerability, "ABOUT"),
            (answerability, "READ_MODEL"),
        )
        for feature in getattr(module, model).weights
    ),
    Family("follow-ups", ((followups, "_reliance", lambda *_: 0.0), (followups, "_moved_on", nothing)), QUERY),
    Family("follow-ups about another name", ((followups, "_moved_on", nothing),), QUERY),
    Family("new subjects", ((followups, "_names_its_own_subject", lambda *_: False),), QUERY),
    Family("short questions tilted to the topic", ((followups, "TILTED", 0.0),), QUERY),
)


class Bench:
    """The sets, each indexed once. They are opened anew each time: an assistant that is open knows what it answered."""

    def __init__(self, folder: Path, cases: Path, indexes: Path) -> None:
        self._indexes = indexes
        self._indexed: set[str] = set()
        self._corpora = {name: folder / name / "corpus" for name in ("squad", "news", "mtrag")}
        self._corpora["briefings"] = ROOT / "corpus"
        of = {name: read_questions(folder / name / "questions.jsonl").questions for name in ("squad", "news", "mtrag")}
        wordings = {row["id"]: row["question"] for row in map(json.loads, REPHRASED.read_text("utf-8").splitlines())}
        self._asked: dict[str, tuple[str, list[Question]]] = {
            "squad": ("squad", list(of["squad"])),
            "rephrased": (
                "squad",
                [replace(each, question=wordings[each.id]) for each in of["squad"] if each.id in wordings],
            ),
            "off": (
                "squad",
                [replace(each, history=(), evidence=(), answers=(), answerable=False) for each in of["mtrag"]],
            ),
            "news": ("news", list(of["news"])),
            "mtrag": ("mtrag", list(of["mtrag"])),
            "briefings": ("briefings", list(read_questions(ROOT / "benchmarks" / "briefings.jsonl").questions)),
        }
        self._cases = sorted(case for case in cases.iterdir() if (case / "questions.jsonl").is_file())

    def scores(self, name: str) -> list[Scores]:
        """What each question of a set gives."""
        if name == "cases":
            return [scores for case in self._cases for scores in self._of_case(case)]
        corpus, asked = self._asked[name]
        with self._assistant(self._corpora[corpus], corpus) as assistant:
            return [_scores(assistant, question) for question in asked]

    def _of_case(self, case: Path) -> Iterator[Scores]:
        rows = [json.loads(line) for line in (case / "questions.jsonl").read_text("utf-8").splitlines() if line.strip()]
        with self._assistant(case / "corpus", f"case-{case.name}") as assistant:
            for row in rows:
                if "question" in row and not row.get("model_writes") and not row.get("text"):
                    turns: list[Turn] = [("user", turn) for turn in row.get("history", [])]
                    yield {"right": float(_is_right(assistant.ask(row["question"], turns), row))}

    @contextmanager
    def _assistant(self, corpus: Path, name: str) -> Iterator[Assistant]:
        home = self._indexes / name
        with open_assistant(Settings(corpus_dir=corpus, index_dir=home / "index", state_dir=home / "state")) as opened:
            if name not in self._indexed:
                opened.sync()
                self._indexed.add(name)
            yield opened


def _scores(assistant: Assistant, question: Question) -> Scores:
    answer = assistant.ask(question.question, [("user", turn) for turn in question.history])
    found: Scores = {}
    if question.answerable is not None:
        found["answered" if question.answerable else "answered though it is not there"] = float(not answer.abstained)
    if question.answerable and question.answers:
        for count in (1, 3):
            said = " ".join(sentence.text for sentence in answer.sentences[:count])
            found[f"answer in {count}"] = float(states(said, question.answers))
    return found


def _is_right(answer: Answer, row: dict[str, Any]) -> bool:
    if row.get("must") == "ABSTAIN":
        return answer.abstained
    bold = [each.text[slice(*each.emphasis)] for each in answer.sentences if each.emphasis]
    said = " ".join([answer.text, *bold, *(each.quote for each in answer.citations), *answer.notices])
    holds = all(any(one in said for one in ([must] if isinstance(must, str) else must)) for must in row.get("must", []))
    cited = {name for each in answer.citations for name in (each.passage.source, Path(each.passage.source).stem)}
    is_cited = "source" not in row or row["source"] in cited
    return not answer.abstained and holds and is_cited and not any(one in said for one in row.get("not", []))


def changes(before: Sequence[Scores], after: Sequence[Scores]) -> dict[str, list[float]]:
    """Each figure before and after, and the ends of the interval of its change."""
    chance = np.random.default_rng(7)
    found = {}
    for name in dict.fromkeys(name for scores in before for name in scores):
        pairs = np.array([(old[name], new[name]) for old, new in zip(before, after, strict=True) if name in old])
        drawn = pairs[chance.integers(len(pairs), size=(RESAMPLES, len(pairs)))].mean(axis=1)
        low, high = np.percentile(drawn[:, 1] - drawn[:, 0], [2.5, 97.5])
        found[name] = [round(float(value), 4) for value in (*pairs.mean(axis=0), low, high)]
    return found


@contextmanager
def turned_off(family: Family) -> Iterator[None]:
    """Without the family, until the block ends."""
    with ExitStack() as changed:
        for module, attribute, instead in family.changes:
            changed.enter_context(patch.object(module, attribute, instead))
        yield


def ablate(bench: Bench, families: Sequence[Family], sets: Sequence[str], out: TextIO) -> None:
    """Turn each family off, ask, and write what changes in each of its sets, or in those of them that are named."""
    before: dict[str, list[Scores]] = {}
    for family in families:
        of_family = [name for name in family.sets if not sets or name in sets]
        for name in of_family:
            before.setdefault(name, bench.scores(name))
        with turned_off(family):
            for name in of_family:
                found = changes(before[name], bench.scores(name))
                print(json.dumps({"without": family.name, "set": name, "figures": found}), file=out, flush=True)


def table(file: Path) -> Iterator[str]:
    """Rows of Markdown: what each family moved, with the interval, those that no chance explains in bold."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    yield "| without | what moved |"
    yield "|---|---|"
    for family in dict.fromkeys(row["without"] for row in rows):
        moved = []
        for row in (row for row in rows if row["without"] == family):
            for name, (old, new, low, high) in row["figures"].items():
                if abs(new - old) >= SHOWN_FROM:
                    mark = "**" if low > 0 or high < 0 else ""
                    moved.append(f"{row['set']}, {name}: {mark}{new - old:+.3f}{mark} [{low:+.3f}, {high:+.3f}]")
        yield f"| {family} | {'; '.join(moved) or 'nothing'} |"


def main() -> None:
    """Measure and print, or make a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("cases", type=Path, nargs="?")
    parser.add_argument("--only", nargs="+", help="families whose name holds one of these words")
    parser.add_argument("--sets", nargs="+", default=(), help="of the sets, only these")
    parser.add_argument("--out", type=argparse.FileType("w"), default=sys.stdout)
    parser.add_argument("--table", type=Path)
    called = parser.parse_args()
    if called.table:
        print("\n".join(table(called.table)))
        return
    chosen = [family for family in FAMILIES if not called.only or any(word in family.name for word in called.only)]
    with tempfile.TemporaryDirectory() as indexes, patch.object(packaged_reader, "REMEMBERED", READINGS_KEPT):
        ablate(Bench(called.folder, called.cases, Path(indexes)), chosen, called.sets, called.out)


if __name__ == "__main__":
    main()
