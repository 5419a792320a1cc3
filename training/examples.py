"""Labelled data becomes the pairs of one pass: answered questions, near misses made for them, and claims.

A *pair* is what the network reads at once. Two pairs with one `group` number are a question that is answered and one
that is not, nearly alike; the loss ranks the one above the other.
"""

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from training import own_texts, refusal
from training.changes import Exchanger
from training.claims import made_claims
from training.pairs import Pair, any_window, nearest_window, sentences, window_around, without

QUESTION = " (question)"
"""Ends the origin of rows whose claim is a question for yes or no."""
YES_OR_NO = ("supported", "contradicted")
NEAREST = 0.5
"""Of long texts without the answering sentence, the share in which the part nearest to the question is taken."""
FIRST_FOUND = 6
"""How many of the texts that a search finds for a question are taken for near misses: its first, and its first ones on
other matters."""
REWORDED = 0.4
"""The share of answered questions that are put in other words, so that the network does not only compare words."""


def bucket(text: str) -> float:
    """A number from 0 to 1 that depends on `text` alone: says which documents are held out."""
    return int.from_bytes(blake2b(text.encode(), digest_size=6).digest()) / 2**48


def is_held_out(row: dict[str, Any], held_out: dict[str, Any]) -> bool:
    """Whether a row of `reader` takes no part in the training, with its whole document, or origin."""
    if row["origin"] in held_out["whole_origins"]:
        return True
    share: float = held_out["reader_share"] if row["origin"] in held_out["reader_origins"] else held_out["other_share"]
    return bucket(row.get("title") or row["context"]) < share


def matter(row: dict[str, Any]) -> tuple[str, str]:
    """What a row's context is about: its story, its document, or itself where nothing more is known."""
    return row["origin"], row.get("story") or row.get("title") or row["context"]


def _is_own(row: dict[str, Any]) -> bool:
    """Whether a row is of `training/texts`, whose questions are in other words than the texts' already."""
    return str(row["origin"]).startswith(own_texts.ORIGIN)


def read_rows(file: Path) -> list[dict[str, Any]]:
    """The objects of a gzipped file of JSON lines."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@dataclass(slots=True)
class Data:
    """All labelled rows, parted into those that take part and those that are held out."""

    reader: list[dict[str, Any]]
    reader_held_out: list[dict[str, Any]]
    support: list[dict[str, Any]]
    support_held_out: list[dict[str, Any]]
    marked: list[dict[str, Any]]
    by_context: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    by_title: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    matters: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        contexts = defaultdict(set)
        for row in self.reader:
            self.by_context[row["context"]].append(row)
            self.matters[row["context"]] = matter(row)
            if row.get("title"):
                contexts[row["origin"], row["title"]].add(row["context"])
        for key, texts in contexts.items():
            self.by_title[key] = sorted(texts)


def load(
    folder: Path, held_out: dict[str, Any], kept_out: Set[int] = frozenset(), own: Path = own_texts.FOLDER
) -> Data:
    """The rows of `reader`, `support` and `sentences.jsonl.gz` in `folder`, and of the texts in the folder `own`.

    Whole documents are held out. Rows that share a run of eight words with what is `kept_out` (hashes of
    `refusal.runs`) are refused.
    """

    def allowed(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for row in rows:
            texts = [text for value in row.values() for text in (value if isinstance(value, list) else [value])]
            if not kept_out or not refusal.is_refused((t for t in texts if isinstance(t, str)), kept_out):
                yield row

    def taken(name: str) -> Iterator[dict[str, Any]]:
        return allowed(read_rows(folder / f"{name}.jsonl.gz"))

    reader, reader_out = list[dict[str, Any]](), list[dict[str, Any]]()
    support, support_out = list[dict[str, Any]](), list[dict[str, Any]]()
    for row in [*taken("reader"), *allowed(own_texts.reader_rows(own))]:
        (reader_out if is_held_out(row, held_out) else reader).append(row)
    for row in taken("support"):
        (support_out if bucket(row["evidence"]) < held_out["support_share"] else support).append(row)
    for row in allowed(own_texts.support_rows(own)):
        (support_out if row["origin"] in held_out["whole_origins"] else support).append(row)
    return Data(reader, reader_out, support, support_out, list(taken("sentences")))


def capped(rows: Iterable[dict[str, Any]], caps: dict[str, int], dice: random.Random) -> list[dict[str, Any]]:
    """The rows, of each origin no more than its cap, chosen by chance."""
    by_origin = defaultdict(list)
    for row in rows:
        by_origin[row["origin"]].append(row)
    taken = []
    for origin, group in by_origin.items():
        dice.shuffle(group)
        taken += group[: caps.get(origin, len(group))]
    return taken


class Maker:
    """Makes the pairs of one pass.

    Args:
        data: the labelled rows.
        search: `(question, context) -> contexts` that a search ranks high for the question, its own left out.
        exchanger: exchanges a word of a question for another of its kind.
        sizes: least and most characters of a window.
        dice: decides everything left to chance.
    """

    def __init__(
        self,
        data: Data,
        search: Callable[[str, str], Sequence[str]],
        exchanger: Exchanger,
        sizes: tuple[int, int],
        dice: random.Random,
    ) -> None:
        self._data, self._search, self._exchanger, self._sizes, self._dice = data, search, exchanger, sizes, dice
        self._groups = 0

    def _size(self) -> int:
        return self._dice.randint(*self._sizes)

    def _title(self, row: dict[str, Any]) -> str:
        """The row's title, often left away, so that the network does not lean on it."""
        title = row.get("title") or ""
        return title.replace("_", " ")[:80] if self._dice.random() < 0.5 else ""

    def answered(self, row: dict[str, Any], title: str) -> Pair:
        """An answered row with a window of its context around a place that answers."""
        places = row.get("spans") or [(row["start"], row["end"])]
        start, end = self._dice.choice(places)
        text, (first, last) = window_around(row["context"], start, end, self._size(), self._dice)
        shifted = [(a - start + first, b - start + first) for a, b in places]
        spans = tuple((a, b) for a, b in shifted if a >= 0 and b <= len(text)) or ((first, last),)
        question = row["question"]
        if self._dice.random() < REWORDED and not _is_own(row):
            question = self._exchanger.reworded(question, self._dice)
        return Pair(question, title, text, spans, answered=True, kind=row["origin"])

    def near_miss(self, row: dict[str, Any], pair: Pair) -> Pair | None:
        """A pair like `pair` whose passage does not answer; None where none can be made."""
        answer = row["context"][row["start"] : row["end"]]
        makers = [self._cut, self._other, self._searched, self._elsewhere, self._exchanged, self._exchanged]
        if _is_own(row):  # another text of its story may answer in other words
            makers = [self._cut, self._cut, self._cut, self._elsewhere, self._exchanged]
        self._dice.shuffle(makers)
        for maker in makers:
            made = maker(row, pair, answer)
            if made is not None:
                return made
        return None

    def _miss(self, pair: Pair, question: str, title: str, text: str, kind: str, weight: float = 1.0) -> Pair:
        return Pair(question, title, text, answered=False, kind=f"{pair.kind}/{kind}", weight=weight)

    def _cut(self, row: dict[str, Any], pair: Pair, answer: str) -> Pair | None:
        rest = row["context"]
        for start, end in row.get("spans") or [(row["start"], row["end"])]:
            rest = without(rest, row["context"][start:end]) or ""
        if not rest:
            return None
        is_near = len(rest) > 2 * self._sizes[1] and self._dice.random() < NEAREST
        window = (
            nearest_window(rest, pair.first, self._size()) if is_near else any_window(rest, self._size(), self._dice)
        )
        return self._miss(pair, pair.first, pair.title, window, "cut")

    def _lacking(self, texts: Sequence[str], answer: str) -> str | None:
        lowered = answer.lower()
        fitting = [text for text in texts if lowered not in text.lower()]
        return self._dice.choice(fitting) if fitting else None

    def _other(self, row: dict[str, Any], pair: Pair, answer: str) -> Pair | None:
        others = self._data.by_title.get((row["origin"], row.get("title") or ""), ())
        if len(others) < 3 or "Filtered_Reddit" in row["title"]:
            return None
        text = self._lacking(self._dice.sample(others, min(4, len(others))), answer)
        if not text:
            return None
        return self._miss(pair, pair.first, pair.title, any_window(text, self._size(), self._dice), "other")

    def _searched(self, row: dict[str, Any], pair: Pair, answer: str) -> Pair | None:
        text = self._lacking(self._search(row["question"], row["context"])[:FIRST_FOUND], answer)
        if not text:
            return None
        kept = [text[a:b] for a, b in sentences(text)]
        size, words = self._size(), set(re.findall(r"\w{4,}", row["question"].lower()))
        best = max(range(len(kept)), key=lambda n: sum(word in kept[n].lower() for word in words))
        around = text.find(kept[best])
        window, _ = window_around(text, around, around + 1, size, self._dice)
        return self._miss(pair, pair.first, "", window[: size + 200], "searched")

    def _elsewhere(self, row: dict[str, Any], pair: Pair, answer: str) -> Pair | None:
        here = matter(row)
        found = self._search(row["question"], row["context"])
        others = [text for text in found if self._data.matters.get(text) != here]
        text = self._lacking(others[:FIRST_FOUND], answer)
        return (
            self._miss(pair, pair.first, "", nearest_window(text, pair.first, self._size()), "elsewhere")
            if text
            else None
        )

    def _exchanged(self, row: dict[str, Any], pair: Pair, answer: str) -> Pair | None:
        question = self._exchanger.question(pair.first, pair.second, answer, self._dice)
        return self._miss(pair, question, pair.title, pair.second, "exchanged", 0.8) if question else None

    def group(self, *pairs: Pair | None) -> list[Pair]:
        """The pairs, ranked against each other by one new number."""
        self._groups += 1
        return [replace(pair, group=self._groups) for pair in pairs if pair is not None]

    def human_miss(self, row: dict[str, Any]) -> list[Pair]:
        """A question that people marked as not answered, beside one that the same text answers, where there is one."""
        partners = [other for other in self._data.by_context[row["context"]] if other["start"] is not None]
        title = self._title(row)
        if partners and _is_own(row):  # a long text: what comes nearest to the question, without answering it
            text = nearest_window(row["context"], row["question"], self._size())
            missed = Pair(row["question"], title, text, answered=False, kind=row["origin"], weight=1.3)
            return self.group(self.answered(self._dice.choice(partners), title), missed)
        if partners:
            partner = self._dice.choice(partners)
            answered = self.answered(partner, title)
            text = answered.second  # the same words, so that only the question tells
            return self.group(
                answered, Pair(row["question"], title, text, answered=False, kind=row["origin"], weight=1.3)
            )
        text = any_window(row["context"], self._size(), self._dice)
        return [Pair(row["question"], title, text, answered=False, kind=row["origin"], weight=1.3)]

    def yes_no(self, row: dict[str, Any]) -> list[Pair]:
        """A question for yes or no, as people ask it, with the text that decides it and one that a search finds for it.

        No words of the text are the answer: any of its tokens may be pointed at.
        """
        text = nearest_window(row["evidence"], row["claim"], self._size())
        pair = Pair(row["claim"], "", text, ((0, len(text)),), answered=True, kind=f"{row['origin']}/sentences")
        others = self._search(row["claim"], row["evidence"])[:FIRST_FOUND]
        if not others:
            return [pair]
        other = nearest_window(self._dice.choice(others), row["claim"], self._size())
        return self.group(pair, self._miss(pair, row["claim"], "", other, "searched"))

    def marked(self, row: dict[str, Any]) -> Pair | None:
        """A question with a run of sentences of which some were marked as answering it, or none of the run."""
        if not row["origin"].startswith(("selqa", "nq")) or not row["answers"]:
            return None
        texts, right, size = row["sentences"], set(row["answers"]), self._size()
        start = self._dice.choice(sorted(right)) if self._dice.random() < 0.6 else self._dice.randrange(len(texts))
        start = max(0, start - self._dice.randrange(3))
        spans, text = [], ""
        for number in range(start, len(texts)):
            if text and len(text) + len(texts[number]) > size:
                break
            if texts[number].strip():
                text += " " if text else ""
                if number in right:
                    spans.append((len(text), len(text) + len(texts[number])))
                text += texts[number]
        return (
            Pair(row["question"], "", text, tuple(spans), bool(spans), kind=f"{row['origin']}/sentences")
            if text
            else None
        )


def labelled_claim(row: dict[str, Any], labels: Sequence[str], size: int) -> Pair:
    """A claim that people labelled, with the part of its evidence nearest to it."""
    evidence = row["evidence"]
    if len(evidence) > size:
        evidence = nearest_window(evidence, row["claim"], size)
    return Pair(row["claim"], "", evidence, labels=(labels.index(row["label"]),), kind=row["origin"])


def pairs_of_pass(
    data: Data,
    share: dict[str, Any],
    caps: dict[str, int],
    search: Callable[[str, str], Sequence[str]],
    exchanger: Exchanger,
    labels: Sequence[str],
    dice: random.Random,
) -> list[list[Pair]]:
    """Everything seen in one pass, in groups that stay in one batch, in an order left to chance."""
    sizes = tuple(share["characters"])
    maker = Maker(data, search, exchanger, sizes, dice)
    groups: list[list[Pair]] = []
    answered = [row for row in data.reader if row["start"] is not None]
    own = [row for row in answered if _is_own(row)]
    for row in capped(answered, caps, dice) + own * (share["own_times"] - 1):
        pair = maker.answered(row, maker._title(row))
        miss = maker.near_miss(row, pair) if dice.random() < share["negatives_per_answered"] else None
        groups.append(maker.group(pair, miss))
    missed = [row for row in data.reader if row["start"] is None]
    groups += [maker.human_miss(row) for _ in range(share["human_negatives"]) for row in missed]
    own = [row for row in missed if _is_own(row)]
    groups += [maker.human_miss(row) for row in own * max(0, share["own_times"] - share["human_negatives"])]
    groups += [[pair] for row in data.marked for pair in [maker.marked(row)] if pair]
    asked = [row for row in data.support if row["origin"].endswith(QUESTION) and row["label"] in YES_OR_NO]
    groups += [maker.yes_no(row) for row in dice.sample(asked, min(share["yes_no"], len(asked)))]
    claims = capped(data.support, caps, dice)
    dice.shuffle(claims)
    claims = claims[: share["claims"]] + [row for row in claims if _is_own(row)] * share["own_times"]
    groups += [[labelled_claim(row, labels, sizes[1])] for row in claims]
    texts = [row["context"] for row in answered if "reddit" not in row["origin"] and "amazon" not in row["origin"]]
    groups += made_claims(texts, share["made_claims"], sizes, exchanger, labels, dice)
    dice.shuffle(groups)
    return groups
