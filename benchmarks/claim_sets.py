"""Claims that are true or false of known passages, made of documents, of paraphrases and of labelled pairs.

A verbatim claim is a sentence of a document. Paraphrases were written by hand (a claim, and where what it says stands:
``source``, ``start``, ``end``): of the documents of the first benchmark (``paraphrases.jsonl``), of others that nothing
was tuned on (``paraphrases_unseen.jsonl``), and of those that the models are fitted on
(``paraphrases_training.jsonl``). Of all, false ones are made: a name is exchanged for another one of its passages, a
number, date or unit is changed, "not" is put in or left out, a common word is exchanged for another or for its
opposite, the doer for the one it was done to, "may" for "will", or a companion is added. Each comes with the passage
that it was made of and those of the same collection that share most words with it.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import tomllib
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from assistant.indexing.passages import split
from assistant.reading.plain import decode, first_line_title
from assistant.text.answer_sentences import sentences_of
from assistant.text.english.expressions import names
from assistant.text.english.quantities import Quantity, figures
from assistant.text.english.vocabulary import MONTHS, SMALL_NUMBERS, TENS
from assistant.text.sentences import Span
from assistant.text.terms import term_set
from assistant.types import Document, Passage
from benchmarks.training import CONFIG
from training.changes import Exchanger, roles_exchanged, stronger
from training.examples import bucket, is_held_out
from training.network import new_network, tokenizer
from training.train import exchanger_of

SETS = ("squad", "mtrag", "chunking")
PASSAGES = 8
"""How many passages stand beside a claim."""
REPEATED = 0.7
"""A passage that holds so many of a sentence's terms may bear it out as well, and is not put beside it."""
VERBATIM = 160
SEED = 23
PARAPHRASES = Path(__file__).with_name("paraphrases.jsonl")
UNSEEN_PARAPHRASES = Path(__file__).with_name("paraphrases_unseen.jsonl")
TRAINING_PARAPHRASES = Path(__file__).with_name("paraphrases_training.jsonl")
TRAINING_DOCUMENTS = 900
AUXILIARY = re.compile(r"\b(?:is|are|was|were|has|have|had|can|could|will|would|may|might|must|should|does|do|did)\b")
NEGATED = re.compile(r"\b(is|are|was|were|has|have|had|can|could|will|would|may|might|must|should|does|do|did) not\b")
FALSE_KINDS = (
    "entity", "number", "date", "negation", "unit", "common word", "opposite", "roles", "strength", "added detail",
)  # fmt: skip


@dataclass(frozen=True)
class Example:
    """A claim with passages; it cites number ``cited``, and ``right`` is the one that bears it out, None if none does.

    ``start`` and ``end`` say where in the right passage's document what it says stands. ``made_of`` is "verbatim",
    "paraphrase" or the origin of a labelled pair; ``kind`` is that, or how it was made false. ``group`` is the same for
    all that was made of one document.
    """

    claim: str
    passages: tuple[Passage, ...]
    cited: int
    right: int | None
    kind: str
    made_of: str
    group: str
    start: int = 0
    end: int = 0

    @property
    def is_held_out(self) -> bool:
        """Whether it is of the half that nothing was tuned on."""
        return zlib.crc32(self.group.encode()) % 2 == 1


@dataclass(frozen=True)
class Source:
    """A sentence of a document, and what is claimed of it."""

    document: str
    start: int
    end: int
    claim: str
    made_of: str


class Collection:
    """Documents, cut into passages, from which those beside a claim are taken."""

    def __init__(self, documents: Iterable[Document], *, cut: bool = True) -> None:
        self.documents = {document.source: document for document in documents}
        self.passages = {
            source: passages_of(document) if cut else [whole(document)] for source, document in self.documents.items()
        }
        self._all = [passage for found in self.passages.values() for passage in found]
        self._terms = [term_set(passage.text) for passage in self._all]

    def example(self, source: Source, chance: random.Random) -> Example | None:
        """The claim beside the passages most like it; None where it is cut by a passage's end."""
        held = [p for p in self.passages[source.document] if p.start <= source.start and source.end <= p.end]
        if not held:
            return None
        said = term_set(self.documents[source.document].text[source.start : source.end])
        claimed = term_set(source.claim)
        ranked = sorted(range(len(self._all)), key=lambda i: -len(claimed & self._terms[i]))
        others = [
            self._all[i]
            for i in ranked[: 4 * PASSAGES]
            if self._all[i].id != held[0].id and len(said & self._terms[i]) < REPEATED * len(said)
        ][: PASSAGES - 1]
        passages = [held[0], *others]
        chance.shuffle(passages)
        right = passages.index(held[0]) + 1
        return Example(
            source.claim, tuple(passages), right, right, source.made_of, source.made_of, source.document,
            source.start, source.end,
        )  # fmt: skip

    def sentences(self) -> Iterator[Source]:
        """Every sentence that can be understood by itself."""
        for source, found in self.passages.items():
            for passage in found:
                for sentence in sentences_of(passage):
                    text = sentence.text
                    is_claim = 60 <= len(text) <= 280 and text[0].isupper() and text[-1] == "." and "|" not in text
                    if is_claim and not sentence.points_back and not sentence.is_listed and "\n" not in text:
                        yield Source(source, sentence.start, sentence.end, text, "verbatim")


def names_in(passages: Sequence[Passage]) -> list[str]:
    """The names in passages, each once; no words that also stand there in small letters."""
    text = "\n".join(passage.text for passage in passages)
    spans = (span for span in names(text) if re.search(r"[\w,] $", text[: span.start][-2:]))  # they open no sentence
    found = {" ".join(text[span.start : span.end].split()) for span in spans}
    return sorted(name for name in found if 3 < len(name) < 40 and name.lower() not in text)


def passages_of(document: Document) -> list[Passage]:
    """The passages of a document, as the index would have them, but for the exact count of tokens."""
    spans = list(split(document, lambda texts: [len(text) // 4 for text in texts], 256))
    return [
        Passage(
            f"{document.source}-{number}", document.source, document.title, span.breadcrumb,
            document.text[span.start : span.end], span.start, span.end, markup=document.markup,
        )
        for number, span in enumerate(spans)
    ]  # fmt: skip


def whole(document: Document) -> Passage:
    """A short document as one passage."""
    return Passage(document.source, document.source, "", "", document.text, 0, len(document.text))


def benchmark_examples(folder: Path) -> list[Example]:
    """The claims of the benchmark: ``folder`` holds ``bench`` with its sets, and ``seeds`` with two articles."""
    chance = random.Random(SEED)
    paths = {name: sorted((folder / "bench" / name / "corpus").iterdir()) for name in SETS}
    paths["seeds"] = sorted((folder / "seeds").glob("*.txt"))
    written = paraphrases(PARAPHRASES)
    found: list[Example] = []
    for name, files in paths.items():
        collection = Collection(_document(f"{name}/{path.name}", path.read_bytes()) for path in files)
        wanted = VERBATIM if name == "squad" else VERBATIM // 2
        found += _with_verbatim(collection, written, lambda _source: True, wanted, chance)
    return found


def unseen_examples(folder: Path) -> list[Example]:
    """The same of other documents: news pages, and those of ``mtrag`` of which `benchmark_examples` makes no claim."""
    chance = random.Random(SEED)
    seen = {example.group for example in benchmark_examples(folder)}
    files = sorted((folder / "bench" / "mtrag" / "corpus").iterdir())
    written = paraphrases(UNSEEN_PARAPHRASES)
    found: list[Example] = []
    for documents in (
        news_pages(folder / "bench" / "pages"),
        [_document(f"mtrag/{path.name}", path.read_bytes()) for path in files],
    ):
        found += _with_verbatim(
            Collection(documents), written, lambda source: source.document not in seen, VERBATIM, chance
        )
    return found


def training_examples(folder: Path, sentences: int) -> list[Example]:
    """Claims made in the same way of contexts of ``train/reader.jsonl.gz``.

    Of those that the reader was not trained on, and of those of which paraphrases were written.
    """
    chance = random.Random(SEED)
    contexts: dict[str, dict[str, None]] = {}
    unseen: set[str] = set()
    held_out = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["held_out"]
    for row in _rows(folder / "train" / "reader.jsonl.gz"):
        if row["origin"] in held_out["reader_origins"]:
            contexts.setdefault(str(row["title"]), {})[row["context"]] = None
            unseen |= {str(row["title"])} if is_held_out(row, held_out) else set()
    written = paraphrases(TRAINING_PARAPHRASES)
    titles = chance.sample(sorted(unseen), min(len(unseen), TRAINING_DOCUMENTS))
    titles += sorted({source.document for source in written} - set(titles))
    collection = Collection(Document(title, title, "\n\n".join(list(contexts[title])[:6])) for title in titles)
    return _with_verbatim(collection, written, lambda _source: True, sentences, chance)


def paraphrases(path: Path) -> list[Source]:
    """The paraphrases of a file, and where what they say stands."""
    return [Source(made_of="paraphrase", document=row.pop("source"), **row) for row in _rows(path)]


def news_pages(folder: Path) -> list[Document]:
    """The articles of news pages, as people marked them in ``bodies.json``, under their pages' titles."""
    found = []
    for name, text in sorted(json.loads((folder / "bodies.json").read_text()).items()):
        page = (folder / f"{name}.html").read_text(errors="replace")
        title = re.search(r"<title[^>]*>(.*?)</title>", page, re.DOTALL | re.IGNORECASE)
        found.append(Document(f"pages/{name}", " ".join(unescape(title[1]).split()) if title else "", text))
    return found


def _with_verbatim(
    collection: Collection,
    written: Sequence[Source],
    is_free: Callable[[Source], bool],
    wanted: int,
    chance: random.Random,
) -> list[Example]:
    """The claims made of a collection's paraphrases, and of so many of its sentences that are not paraphrased."""
    paraphrased = [source for source in written if source.document in collection.documents]
    taken = {(source.document, source.start) for source in paraphrased}
    sentences = [one for one in collection.sentences() if (one.document, one.start) not in taken and is_free(one)]
    return examples_of(collection, [*spread(sentences, wanted, chance), *paraphrased], chance)


def labelled_pairs(folder: Path) -> list[Example]:
    """The pairs of ``train/support.jsonl.gz``, each with its one passage; those of one evidence make a group."""
    found = []
    for number, row in enumerate(_unseen_pairs(folder)):
        text = row["evidence"]
        passage = Passage(f"pair-{number}", "pair", "", "", text, 0, len(text))
        label, origin = row["label"], row["origin"]
        right = 1 if label == "supported" else None
        found.append(Example(row["claim"], (passage,), 1, right, f"{origin}: {label}", origin, text[:80], 0, len(text)))
    return found


def changed_pairs(folder: Path, origin: str) -> list[Example]:
    """The pairs of one origin that are supported, as they are and made false; people worded these claims."""
    rows = [row for row in _unseen_pairs(folder) if row["origin"] == origin and row["label"] == "supported"]
    collection = Collection((Document(row["evidence"][:80], "", row["evidence"]) for row in rows), cut=False)
    sources = [Source(row["evidence"][:80], 0, len(row["evidence"]), row["claim"], origin) for row in rows]
    return examples_of(collection, sources, random.Random(SEED))


def examples_of(collection: Collection, sources: Sequence[Source], chance: random.Random) -> list[Example]:
    """The claims, the false ones made of them, and those that cite a wrong passage."""
    found: list[Example] = []
    for source in sources:
        example = collection.example(source, chance)
        if example is None:
            continue
        others = [number for number in range(1, len(example.passages) + 1) if number != example.right]
        found.append(example)
        if others:
            found.append(replace(example, cited=others[0], kind="wrong source"))
        told = collection.documents[source.document].text[source.start : source.end]
        known = names_in(example.passages)
        for kind, change in WAYS.items():
            changed = change(source.claim, told, known, chance)
            if changed:
                found.append(replace(example, claim=changed, right=None, kind=kind))
    return found


def spread(sources: Sequence[Source], wanted: int, chance: random.Random) -> list[Source]:
    """So many sentences, evenly from all documents."""
    by_document: dict[str, list[Source]] = {}
    for source in sources:
        by_document.setdefault(source.document, []).append(source)
    piles = [chance.sample(pile, len(pile)) for pile in by_document.values()]
    chance.shuffle(piles)
    chosen: list[Source] = []
    while piles and len(chosen) < wanted:
        chosen += [pile.pop() for pile in piles][: wanted - len(chosen)]
        piles = [pile for pile in piles if pile]
    return chosen


def another_name(claim: str, told: str, known: Sequence[str], chance: random.Random) -> str | None:
    """The claim with one of its names exchanged for one that the sentence does not have."""
    own = [span for span in names(claim) if claim[span.start : span.end] in told or span.start > 0]
    others = [name for name in known if not term_set(name) & (term_set(told) | term_set(claim))]
    if not own or not others:
        return None
    span = chance.choice(own)
    wanted = len(claim[span.start : span.end].split())
    alike = [name for name in others if len(name.split()) == wanted] or others
    return _put(claim, span, chance.choice(alike))


def another_number(claim: str, told: str, _known: Sequence[str], chance: random.Random) -> str | None:
    """The claim with one of its numbers changed to one that the sentence does not have."""
    return _changed_figure(claim, told, chance, "number", _other_number)


def another_date(claim: str, told: str, _known: Sequence[str], chance: random.Random) -> str | None:
    """The claim with the year, month or day of one of its dates changed."""
    return _changed_figure(claim, told, chance, "date", _other_date)


def negated(claim: str, _told: str, _known: Sequence[str], _chance: random.Random) -> str | None:
    """The claim with "not" after its first auxiliary verb, or without it."""
    if found := NEGATED.search(claim):
        return claim[: found.end(1)] + claim[found.end() :]
    verb = AUXILIARY.search(claim)
    return f"{claim[: verb.end()]} not{claim[verb.end() :]}" if verb else None


def added_detail(claim: str, told: str, known: Sequence[str], chance: random.Random) -> str | None:
    """The claim with a name of another of its passages as one who was there."""
    others = [name for name in known if not term_set(name) & (term_set(told) | term_set(claim))]
    return f"{claim.removesuffix('.')}, together with {chance.choice(others)}." if others else None


@cache
def _exchanger() -> Exchanger:
    return exchanger_of(new_network(), tokenizer())


def _by_exchange(way: str) -> Change:
    """A change that training makes too, by the name of the method of `Exchanger`."""
    return lambda claim, told, _known, chance: getattr(_exchanger(), way)(claim, told, chance)


def _without_passages(change: Callable[[str, str, random.Random], str | None]) -> Change:
    return lambda claim, told, _known, chance: change(claim, told, chance)


Change = Callable[[str, str, Sequence[str], random.Random], str | None]
WAYS: dict[str, Change] = dict(
    zip(
        FALSE_KINDS,
        (
            another_name,
            another_number,
            another_date,
            negated,
            _by_exchange("unit"),
            _by_exchange("word"),
            _by_exchange("opposite"),
            _without_passages(roles_exchanged),
            _without_passages(stronger),
            added_detail,
        ),
        strict=True,
    )
)


def _changed_figure(
    claim: str, told: str, chance: random.Random, kind: str, other: Callable[[str, random.Random], str]
) -> str | None:
    own = [figure for figure in figures(claim, "en") if figure.kind == kind]
    if not own:
        return None
    figure: Quantity = chance.choice(own)
    changed = other(figure.text, chance)
    if changed == figure.text or changed in told:
        return None
    return _put(claim, Span(figure.start, figure.end), changed)


def _other_number(text: str, chance: random.Random) -> str:
    digits = re.search(r"\d[\d,]*", text)
    if digits:
        value = int(digits[0].replace(",", ""))
        changed = max(1, round(value * chance.choice((0.3, 0.5, 0.7, 1.4, 2, 3)))) + (value < 4) * 3
        written = f"{changed:,}" if "," in digits[0] else str(changed)
        return text[: digits.start()] + written + text[digits.end() :]
    for words in (SMALL_NUMBERS[2:], TENS):
        for word in words:
            if re.search(rf"\b{word}\b", text, re.IGNORECASE):
                return re.sub(rf"\b{word}\b", chance.choice([w for w in words if w != word]), text, flags=re.IGNORECASE)
    return text


def _other_date(text: str, chance: random.Random) -> str:
    year = re.search(r"\b1\d{3}\b|\b20\d\d\b", text)
    month = next((month for month in MONTHS if month in text), None)
    if month and (year is None or chance.random() < 0.5):
        return text.replace(month, chance.choice([other for other in MONTHS if other != month]))
    if year is None:
        return text
    return text.replace(year[0], str(int(year[0]) + chance.choice((-30, -12, -5, -2, -1, 1, 2, 4, 9, 20))))


def _put(text: str, span: Span, replacement: str) -> str:
    return text[: span.start] + replacement + text[span.end :]


def _document(source: str, content: bytes) -> Document:
    text = decode(content)
    return Document(source, first_line_title(text) or source, text, "markdown" if source.endswith(".md") else "plain")


def _unseen_pairs(folder: Path) -> list[dict[str, Any]]:
    """The rows of ``train/support.jsonl.gz`` that the reader was not trained on."""
    share = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["held_out"]["support_share"]
    return [row for row in _rows(folder / "train" / "support.jsonl.gz") if bucket(row["evidence"]) < share]


def _rows(path: Path) -> list[dict[str, Any]]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    return [json.loads(line) for line in text.split("\n") if line]
