"""Who and what is named in most documents, under all names that stand for it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from assistant.news.speech.speakers import is_name, may_be_a_person
from assistant.news.themes.looked_at import LookedAt
from assistant.news.themes.sketches import Sketch
from assistant.text.answer_sentences import Sentence
from assistant.text.english.peoples import NAMES
from assistant.text.spellings import sound_of_name

MOST_NAMES = 12
FEWEST_DOCUMENTS = 2
"""In which a name stands that is told."""
SURE = 0.5
"""In how large a share of its places something else than the beginning of a sentence makes a word a name."""
ALONE = 0.8
"""Of the documents that give a whole name for a surname or for initials, the share of the one that others mean."""
INTRODUCED = 0.5
"""A surname is a word with which a name that ends in it stands in so large a share of the documents that have it."""
INTRODUCTIONS = 150
"""How many sentences with a name are compared, to find the one that tells who it is."""
LONGEST_TITLE = 25
"""Characters before a name with which a sentence opens, as of an office."""
TITLE_PARTS = re.compile(r"\s[|\u2013\u2014-]\s")
"""What parts a title from who published it, or where."""
OPENING = 1_000
"""Characters at the beginning of a document that tell whom it is about."""
MOST_ALSO = 4
"""Of the other names under which something stands, the most frequent ones."""
DOTS = re.compile(r"(?<=\b\w)\.")
STATES = {sound_of_name(name): sound_of_name(names[0]) for names in NAMES for name in names}


@dataclass(slots=True)
class FoundName:
    """A name with the ways in which it is written, the sentences that hold it, by document, and where it is prominent.

    ``whole`` is the name of the person whose surname it is; "" where it is nobody's.
    """

    whole: str = ""
    written: Counter[str] = field(default_factory=Counter)
    sketches: dict[str, list[Sketch]] = field(default_factory=lambda: defaultdict(list))
    prominent: set[str] = field(default_factory=set)

    @property
    def names(self) -> list[str]:
        """The ways in which it is written, the whole name of a person or else the most frequent first."""
        ranked = sorted(self.written, key=lambda one: (one != self.whole, -self.written[one], one))
        return ranked[: 1 + MOST_ALSO]

    @property
    def introductions(self) -> list[Sketch]:
        """Sentences that may tell who it is: those that open with the name, else the first of each document.

        Those of documents come first that begin with the name, and of these the newest.
        """
        opening = [one for of_one in self.sketches.values() for one in of_one if self._opens(one.sentence)]
        some = opening or [of_one[0] for of_one in self.sketches.values()]
        some.sort(key=lambda one: (one.sentence.passage.published or "", one.sentence.passage.source), reverse=True)
        some.sort(key=lambda one: one.sentence.passage.source not in self.prominent)
        return some[:INTRODUCTIONS]

    def _opens(self, sentence: Sentence) -> bool:
        """Whether a sentence opens with one of the names, or with a title before it."""
        return any(sentence.text.find(name, 0, LONGEST_TITLE + len(name)) >= 0 for name in self.names[:2])


def leading_names(documents: Sequence[LookedAt]) -> list[FoundName]:
    """The names of most documents but those of their publishers, those first that most of them open with."""
    left_out = {_key(name) for name in _publishers(documents)}
    least = min(FEWEST_DOCUMENTS, len(documents))
    found = _with_initials(_named(documents, _Surnames(documents)))
    kept = [one for key, one in found.items() if key not in left_out and len(one.sketches) >= least]
    kept.sort(key=lambda one: (-len(one.prominent), -len(one.sketches), one.names))
    return kept[:MOST_NAMES]


def _publishers(documents: Sequence[LookedAt]) -> set[str]:
    """Who published the documents, also as the ends of several titles tell it: "Rates rise | The Courier"."""
    ends = Counter(TITLE_PARTS.split(one.document.title)[-1] for one in documents)
    titles = {one.document.title for one in documents}
    told = {name for name, count in ends.items() if count >= FEWEST_DOCUMENTS and name not in titles}
    return told | {one.document.publisher for one in documents if one.document.publisher}


class _Surnames:
    """Which words are surnames, and who bears them: what follows from how documents introduce people."""

    def __init__(self, documents: Sequence[LookedAt]) -> None:
        self._bearers: dict[str, Counter[str]] = defaultdict(Counter)
        self._of_document: dict[str, dict[str, set[str]]] = {}
        alone: Counter[str] = Counter()
        introduced: Counter[str] = Counter()
        for document in documents:
            uses = [use for sketch in document.sketches for use in sketch.names]
            bearers = _bearers(use.name for use in uses)
            for surname, names in bearers.items():
                self._bearers[surname].update(sorted(names))
            short = {use.name for use in uses if " " not in use.name}
            alone.update(short)
            introduced.update(short & (bearers.keys() | {use.name for use in uses if use.is_titled}))
            self._of_document[document.document.source] = bearers
        often = (name for name, count in introduced.items() if count >= INTRODUCED * alone[name])
        self._surnames = {name for name in often if name in self._bearers and _may_be_a_surname(name)}

    def whole(self, name: str, source: str) -> str:
        """Who is called by a name in a document: who alone bears it there, or else nearly everywhere; the name else."""
        if name not in self._surnames:
            return name
        here = self._of_document[source].get(name, set())
        if here:
            return next(iter(here)) if len(here) == 1 else name
        [(whole, count)] = self._bearers[name].most_common(1)
        return whole if count >= ALONE * self._bearers[name].total() else name


def _bearers(names: Iterable[str]) -> dict[str, set[str]]:
    """The names that may be people's, by the last word of each."""
    bearers: dict[str, set[str]] = defaultdict(set)
    for name in sorted(set(filter(may_be_a_person, names))):
        bearers[name.split()[-1]].add(name)
    return bearers


def _may_be_a_surname(name: str) -> bool:
    return not name.isupper() and sound_of_name(name) not in STATES


def _named(documents: Sequence[LookedAt], surnames: _Surnames) -> dict[str, FoundName]:
    """The names by their keys, without words that only the beginning of a sentence makes look like one."""
    found: dict[str, FoundName] = defaultdict(FoundName)
    sure: Counter[str] = Counter()
    for document in documents:
        source = document.document.source
        for sketch in document.sketches:
            for use in sketch.names:
                whole = surnames.whole(use.name, source)
                key = _key(whole)
                sure[key] += use.is_sure
                one = found[key]
                one.whole = whole if whole != use.name else one.whole
                one.written[use.name] += 1
                one.sketches[source].append(sketch)
                if sketch.sentence.start < OPENING:
                    one.prominent.add(source)
    return {
        key: one
        for key, one in found.items()
        if sure[key] >= SURE * one.written.total() and is_name(one.whole or one.names[0])
    }


@lru_cache(maxsize=100_000)
def _key(name: str) -> str:
    key = sound_of_name(DOTS.sub("", name))
    return STATES.get(key, key)


def _with_initials(found: dict[str, FoundName]) -> dict[str, FoundName]:
    """The names, initials with the name that they mostly stand for."""
    short: dict[str, Counter[str]] = defaultdict(Counter)
    for key, one in found.items():
        parts = one.names[0].split()
        if len(parts) > 2:
            short[_key("".join(part[0] for part in parts if part[0].isupper()))][key] = len(one.sketches)
    joined = dict(found)
    for key, bearers in short.items():
        [(whole, documents)] = bearers.most_common(1)
        if key in joined and whole in joined and key != whole and documents >= ALONE * bearers.total():
            _take_in(joined[whole], joined.pop(key))
    return joined


def _take_in(whole: FoundName, part: FoundName) -> None:
    whole.written += part.written
    whole.prominent |= part.prominent
    for source, sketches in part.sketches.items():
        whole.sketches[source] += sketches
