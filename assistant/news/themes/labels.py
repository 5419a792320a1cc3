"""What a group of documents is called: the terms that are typical of it, against all others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log, sqrt

from assistant.news.themes.sketches import Sketch

MOST_TERMS = 3
"""Of a label."""
FEWEST_SENTENCES = 2
"""In which a term of a label stands."""
LEAST_OF_A_THING = 0.2
"""In how large a share of its sentences a term of a label stands as a noun does, or is a name."""
PRIOR = 0.5
"""How many sentences' worth of what is so everywhere is added to each side, lest rare terms be taken for typical."""
BONUS_OF_A_PHRASE = 1.25
"""How much more a term of several words says than one word."""
SHARE_OF_A_PHRASE = 0.35
"""A phrase stands for a word of it if it stands in so large a share of the sentences that have the word."""
SHARE_OF_A_NAME = 0.1
"""The same of a whole name and its last word."""
SHARE_OF_THE_BEST = 0.3
"""How typical further terms are at least, by the first one."""
WEIGHTED = 40
"""How many terms tell which sentence speaks of a group."""

MOST_ELSEWHERE = 0.5
"""In how large a share of the other documents a term of a label stands at most."""
BONUS_OF_TITLES = 2.0
"""How much more a term says that stands in the titles of all documents of the group."""


@dataclass(frozen=True, slots=True)
class Sketched:
    """A document with the sketches of those of its sentences that are looked at."""

    sketches: Sequence[Sketch]
    title_terms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Typical:
    """What is typical of a group: its label, and terms with their weights from 0 to 1, the most typical first."""

    label: str
    weights: Mapping[str, float]


def typical(groups: Sequence[Sequence[Sketched]]) -> Iterator[Typical]:
    """What is typical of each group of documents, against the other groups."""
    told = [_GroupTerms(group) for group in groups]
    everywhere = _Counts(
        _sum(group.counts.sentences for group in told),
        _sum(group.counts.documents for group in told),
        sum(group.counts.all_sentences for group in told),
        sum(group.counts.all_documents for group in told),
    )
    for group in told:
        scores = group.scores(everywhere)
        ranked = sorted(scores, key=lambda key: (-scores[key], key))[: 10 * WEIGHTED]
        best = scores[ranked[0]] if ranked else 1.0
        label = ", ".join(group.written(key) for key in group.chosen(ranked, scores))
        yield Typical(label[:1].upper() + label[1:], {key: scores[key] / best for key in ranked[:WEIGHTED]})


def _sum(counts: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return total


@dataclass(frozen=True, slots=True)
class _Counts:
    """In how many sentences and documents each term stands, of how many."""

    sentences: Counter[str]
    documents: Counter[str]
    all_sentences: int
    all_documents: int


class _GroupTerms:
    """A group of documents, and what is counted of it."""

    def __init__(self, group: Sequence[Sketched]) -> None:
        self._sketches = [one for document in group for one in document.sketches]
        in_documents = (set(chain.from_iterable(one.terms for one in each.sketches)) for each in group)
        self.counts = _Counts(
            Counter(chain.from_iterable(one.terms for one in self._sketches)),
            Counter(chain.from_iterable(in_documents)),
            len(self._sketches),
            len(group),
        )
        self._titles = Counter(chain.from_iterable(each.title_terms for each in group))
        self._things = Counter(key for one in self._sketches for key, term in one.terms.items() if term.is_thing)

    def scores(self, everywhere: _Counts) -> dict[str, float]:
        """How typical each term is that may stand in a label."""
        may_label = (key for key in self.counts.sentences if self._may_label(key, everywhere))
        scores = {key: self._score(key, everywhere) for key in may_label}
        return {key: score for key, score in scores.items() if score > 0}

    def _may_label(self, key: str, everywhere: _Counts) -> bool:
        """Whether a term stands in several sentences, often as a noun does, and not in most other documents."""
        inside, documents = self.counts.sentences[key], self.counts.documents[key]
        others = everywhere.all_documents - self.counts.all_documents
        return (
            inside >= FEWEST_SENTENCES
            and self._things[key] >= LEAST_OF_A_THING * inside
            and everywhere.documents[key] - documents <= MOST_ELSEWHERE * others
        )

    def _score(self, key: str, everywhere: _Counts) -> float:
        """The log-odds of standing in a sentence of the group, by its standard deviation.

        With a prior of what is so everywhere: Monroe, Colaresi and Quinn, "Fightin' Words" (Political Analysis, 2008).
        Terms of many of the documents, of their titles, and those of several words count for more.
        """
        counts = self.counts
        prior = PRIOR * everywhere.sentences[key] / everywhere.all_sentences
        inside = counts.sentences[key] + prior
        outside = everywhere.sentences[key] - counts.sentences[key] + prior
        odds = _log_odds(inside, counts.all_sentences) - _log_odds(
            outside, everywhere.all_sentences - counts.all_sentences
        )
        spread = sqrt(counts.documents[key] / counts.all_documents)
        titled = 1 + BONUS_OF_TITLES * self._titles[key] / counts.all_documents
        return odds / sqrt(1 / inside + 1 / outside) * spread * titled * (BONUS_OF_A_PHRASE if " " in key else 1)

    def chosen(self, ranked: Sequence[str], scores: Mapping[str, float]) -> list[str]:
        """The most typical terms without a word in common; for a word, the phrase with which it mostly stands."""
        phrases: dict[str, list[str]] = defaultdict(list)
        for key in ranked:
            for word in key.split() if " " in key else ():
                phrases[word].append(key)
        chosen: list[str] = []
        used: set[str] = set()
        for key in ranked:
            if len(chosen) == MOST_TERMS or scores[key] < SHARE_OF_THE_BEST * scores[ranked[0]]:
                break
            longer = [one for one in phrases[key] if self._stands_for(one, key)]
            best = max(longer, key=lambda one: (scores[one], one), default=key)
            if used.isdisjoint(best.split()):
                chosen.append(best)
                used.update(best.split())
        return chosen

    def _stands_for(self, phrase: str, word: str) -> bool:
        """Whether a phrase tells better what a word of it does: most often it stands there, or it is a whole name."""
        is_name = self.written(phrase).istitle() and phrase.endswith(f" {word}")
        share = SHARE_OF_A_NAME if is_name else SHARE_OF_A_PHRASE
        return self.counts.sentences[phrase] >= share * self.counts.sentences[word]

    def written(self, key: str) -> str:
        """A term as most of the sentences write it."""
        written = Counter(one.terms[key].written for one in self._sketches if key in one.terms)
        return min(written, key=lambda one: (-written[one], one))


def _log_odds(part: float, whole: float) -> float:
    return log((part + PRIOR) / (max(whole - part, 0) + PRIOR))
