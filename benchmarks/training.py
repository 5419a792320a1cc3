"""The corpus and the questions that the scores are fitted on, made from a folder of labelled data.

The folder holds ``reader.jsonl.gz``, lines of ``question, context, start, end, title, origin``: ``context[start:end]``
is the answer. The contexts of the corpus origins become a corpus, one document a title. Its questions are of three
classes:

- answerable: their context is in the corpus; some are cut down to content words, as people type for search engines;
- near misses: their context was withheld, while others of its title are there; or a name, a number or a word of an
  answerable question was exchanged, or it was negated;
- off the corpus: questions about other titles and of other origins, some cut down to fragments.
"""

from __future__ import annotations

import math
import random
import re
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.assembly import ENGINES
from assistant.corpus import CorpusFolder
from assistant.indexing import Embedder, IndexLayout, IndexReader, Snapshot, sync
from assistant.settings import PACKAGED_MODEL, Settings
from assistant.text.terms import subject_words
from assistant.types import Filters
from training.examples import is_held_out, read_rows
from training.own_texts import FOLDER, marked_texts

CORPUS_ORIGINS = {"squadshifts/new_wiki_v1.0": 600, "natural-questions": 600}
"""Whose contexts make up the corpus, and how many answerable questions of each are asked."""
OTHER_ORIGINS = ("covidqa", "policyqa", "squadshifts/reddit_v1.0", "squadshifts/amazon_reviews_v1.0")
CONTEXTS = 1_100
"""How many contexts of each origin go into the corpus, about."""
EXCHANGED = {"squadshifts/new_wiki_v1.0": 150, "natural-questions": 450}
"""How many near misses are made of the questions of each origin; with those withheld, which can only be of titles that
have several contexts, both origins are then alike among the answerable questions and the near misses."""
WHOLE_SHARE, FEWEST = 0.5, 3
"""How many of the questions are asked of the whole corpus, and of how few documents others are."""
KEYWORD_QUESTIONS, WITHHELD, BESIDE, FOREIGN, FRAGMENTS = 150, 300, 300, 600, 150
SEED = 11
CONFIG = Path(__file__).parent.parent / "training" / "config.toml"

OPPOSITES = dict(
    pair
    for one, other in (
        ("first", "last"), ("largest", "smallest"), ("highest", "lowest"), ("most", "least"), ("before", "after"),
        ("more", "fewer"), ("north", "south"), ("east", "west"), ("began", "ended"), ("increase", "decrease"),
        ("won", "lost"), ("oldest", "youngest"), ("major", "minor"), ("early", "late"), ("inside", "outside"),
        ("founded", "abolished"), ("born", "buried"), ("built", "demolished"), ("longest", "shortest"),
    )
    for pair in ((one, other), (other, one))
)  # fmt: skip
NAME = re.compile(r"(?<!^)\b[A-Z][\w'-]+(?:\s+[A-Z][\w'-]*)*")
NUMBER = re.compile(r"\b\d[\d,.]*\b")
AUXILIARY = re.compile(r"\b(was|were|is|are|has|have|did|does|do|can|could|would)\b")
FRAMES = ("{}", "{}?", "what about {}?", "is it {}?", "any {}", "how does {} work?", "which {}?", "I mean {}")


@dataclass(frozen=True)
class Example:
    """A question with the context that answers it, and its class: answerable, near or off.

    ``also`` are other words of the context that answer it as well.
    """

    question: str
    context: str
    answer: str
    title: str
    origin: str
    label: str = "answerable"
    also: tuple[str, ...] = ()

    @property
    def is_answerable(self) -> bool:
        """Whether the corpus answers it."""
        return self.label == "answerable"


@dataclass(frozen=True)
class TrainingSet:
    """The contexts of the corpus by title, and the questions, shuffled."""

    documents: dict[str, list[str]]
    questions: list[Example]


def load(folder: Path, *, unseen: bool = False) -> list[Example]:
    """The examples, shuffled; with ``unseen``, those alone that took no part in training the reader."""
    rows = read_rows(folder / "reader.jsonl.gz")
    if unseen:
        held_out = tomllib.loads(CONFIG.read_text("utf-8"))["held_out"]
        rows = [row for row in rows if is_held_out(row, held_out)]
    examples = [
        Example(
            row["question"], row["context"], row["context"][row["start"] : row["end"]], str(row["title"]), row["origin"]
        )
        for row in rows
    ]
    random.Random(SEED).shuffle(examples)
    return examples


def choose(examples: Sequence[Example]) -> TrainingSet:
    """A corpus and its questions."""
    chance = random.Random(SEED)
    of_title: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for example in examples:
        if example.origin in CORPUS_ORIGINS:
            of_title[example.origin, example.title].append(example)
    inside: list[Example] = []
    beside: list[Example] = []
    for origin in CORPUS_ORIGINS:
        contexts: set[str] = set()
        for title in chance.sample(titles := [key for key in of_title if key[0] == origin], len(titles)):
            (inside if len(contexts) < CONTEXTS else beside).extend(of_title[title])
            contexts.update(example.context for example in of_title[title])
    chance.shuffle(inside)
    crowded = [example for example in inside if len({e.context for e in of_title[example.origin, example.title]}) > 3]
    withheld = crowded[:WITHHELD]
    hidden = {example.context for example in withheld}
    kept = [example for example in inside if example.context not in hidden]
    answerable = [e for origin, wanted in CORPUS_ORIGINS.items() for e in _first(kept, origin, wanted)]
    foreign = [example for example in examples if example.origin in OTHER_ORIGINS][:FOREIGN]
    off = chance.sample(beside, min(BESIDE, len(beside))) + foreign
    exchange = _Exchange(answerable, chance)
    documents: dict[str, set[str]] = defaultdict(set)
    for example in kept:
        documents[example.title].add(example.context)
    questions = [
        *answerable,
        *_changed(answerable, KEYWORD_QUESTIONS, "answerable", _keywords),
        *(replace(example, label="near") for example in withheld),
        *(
            changed
            for origin, wanted in EXCHANGED.items()
            for changed in _changed(_first(answerable, origin, len(answerable)), wanted, "near", exchange)
        ),
        *(replace(example, label="off") for example in off),
        *_changed(off, FRAGMENTS, "off", lambda example: _fragment(example, chance)),
    ]
    chance.shuffle(questions)
    return TrainingSet({title: sorted(documents[title]) for title in sorted(documents)}, questions)


def choose_own(name: str, off: int) -> TrainingSet:
    """A corpus of one file of `training/texts`, with its questions, near misses, and questions on the other files."""
    chance = random.Random(SEED)
    documents, questions, foreign = dict[str, list[str]](), list[Example](), list[Example]()
    for file in sorted(FOLDER.glob("*.txt")):
        for text in marked_texts(file):
            documents |= {text.title: text.text.split("\n")} if file.stem == name else {}
            for asked in text.questions:
                answers = [text.text[start:end] for start, end in asked.spans] or [""]
                context = next((line for line in text.text.split("\n") if answers[0] in line), "")
                label = "off" if file.stem != name else "answerable" if asked.spans else "near"
                made = Example(asked.question, context, answers[0], text.title, file.stem, label, tuple(answers[1:]))
                (questions if file.stem == name else foreign).append(made)
    questions += chance.sample(foreign, off)
    chance.shuffle(questions)
    return TrainingSet(documents, questions)


def among_some(training: TrainingSet) -> Iterator[tuple[Example, Filters]]:
    """The questions, each with what it is asked among: the whole corpus, or, for half of them, some documents of it.

    Those are from `FEWEST` to all of them, as often few as many; the question's own is one of them.
    """
    chance = random.Random(SEED)
    titles = list(training.documents)
    for example in training.questions:
        if chance.random() < WHOLE_SHARE:
            yield example, Filters()
            continue
        count = round(math.exp(chance.uniform(math.log(FEWEST), math.log(len(titles)))))
        own = [example.title] if example.title in training.documents else []
        yield example, Filters(sources=tuple({_file_of(title) for title in [*own, *chance.sample(titles, count)]}))


def _file_of(title: str) -> str:
    name = re.sub(r"\W+", "_", title)[:80] or "untitled"
    return f"{name}.txt"


@contextmanager
def indexed(documents: dict[str, list[str]]) -> Iterator[Snapshot]:
    """A snapshot of an index of these documents, which goes when the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for title, contexts in documents.items():
            (corpus / _file_of(title)).write_text("\n".join(contexts), "utf-8")
        embedder = Embedder(PACKAGED_MODEL, Settings().cache_dir)
        layout = IndexLayout(Path(folder, "index"), ENGINES)
        sync(CorpusFolder(corpus, Path(folder, "removed")), layout, embedder)
        reader = IndexReader(layout, corpus, lambda _: embedder)
        with reader.reading() as snapshot:
            yield snapshot
        reader.close()


def normalised(text: str) -> str:
    """Lower case, without punctuation, words parted by single spaces."""
    return " ".join(re.sub(r"[^a-z0-9 ]", " ", text.lower()).split())


def states(text: str, answer: str) -> bool:
    """Whether a text holds an answer, as whole words."""
    return f" {normalised(answer)} " in f" {normalised(text)} "


def answers(text: str, example: Example) -> bool:
    """Whether a text holds one of the answers to a question."""
    return any(states(text, answer) for answer in (example.answer, *example.also))


def _first(examples: Sequence[Example], origin: str, wanted: int) -> list[Example]:
    return [example for example in examples if example.origin == origin][:wanted]


def _changed(
    examples: Sequence[Example], wanted: int, label: str, change: Callable[[Example], str | None]
) -> list[Example]:
    """The first examples that can be changed, with their questions changed."""
    changed = ((example, change(example)) for example in examples)
    made = [replace(example, question=question, label=label) for example, question in changed if question]
    return made[:: max(1, len(made) // wanted)][:wanted]


def _keywords(example: Example) -> str | None:
    words = _content_words(example.question)
    return " ".join(words) if len(words) > 2 else None


def _fragment(example: Example, chance: random.Random) -> str | None:
    words = _content_words(example.question)
    if len(words) < 2:
        return None
    start = chance.randrange(len(words))
    return chance.choice(FRAMES).format(" ".join(words[start : start + chance.choice((1, 1, 2, 2, 3))]))


def _content_words(question: str) -> list[str]:
    return [word for word in re.findall(r"[\w'-]+", question) if subject_words(word, "en")]


class _Exchange:
    """Changes what a question asks so that its context no longer answers it, though it still speaks of the same."""

    def __init__(self, examples: Sequence[Example], chance: random.Random) -> None:
        self._chance = chance
        self._names: dict[str, set[str]] = defaultdict(set)
        for example in examples:
            self._names[example.title].update(NAME.findall(example.question), NAME.findall(example.context))

    def __call__(self, example: Example) -> str | None:
        question = example.question
        ways: list[Callable[[], str]] = []
        names = list(NAME.finditer(question))
        others = sorted(n for n in self._names[example.title] if n not in question and n not in example.answer)
        if names and others:
            ways += [lambda: _put(question, self._chance.choice(names), self._chance.choice(others))] * 3
        if number := NUMBER.search(question):
            ways += [lambda: _put(question, number, self._another(number[0]))] * 3
        words = [word for word in re.finditer(r"\w+", question) if word[0].lower() in OPPOSITES]
        if words:
            ways += [lambda: _put(question, words[0], OPPOSITES[words[0][0].lower()])] * 2
        if auxiliary := AUXILIARY.search(question):
            ways.append(lambda: _put(question, auxiliary, f"{auxiliary[0]} not"))
        changed = self._chance.choice(ways)() if ways else question
        return changed if changed != question else None

    def _another(self, number: str) -> str:
        head, tail = number[:-2], number[-2:]
        return head + "".join(str((int(c) + self._chance.randint(1, 8)) % 10) if c.isdigit() else c for c in tail)


def _put(question: str, match: re.Match[str], replacement: str) -> str:
    return question[: match.start()] + replacement + question[match.end() :]
