"""Which articles tell the same story: each joins the story that it is most like, in the order in which they came."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from assistant.models.embedder import Vectors
from assistant.models.linear import shipped
from assistant.text.english.expressions import names
from assistant.text.sentences import sentences
from assistant.text.terms import subject_terms, words
from assistant.types import DEFAULT_LANGUAGE, Document

SAME_STORY = shipped("same_story")
"""Tells from their `Likeness` whether two articles tell one story."""
SLEEPS_DAYS = 30
"""A story of which nothing was heard for longer is over; what then comes is another."""
MOST_COMPARED = 15
"""Of earlier articles with one, those that are nearest in meaning: the others tell of something else."""

Weights = Mapping[str, float]
"""Terms with their weights, whose squares add up to 1; empty where there are none."""


@dataclass(frozen=True, slots=True, eq=False)
class Article:
    """A document that came on a day, without its text, and how it begins: its ``lead``, in a vector of length 1.

    ``identity`` names its version in the index.

    ``words``: the terms of title and lead; ``names``: the words of the names in the lead; ``title``: its terms.
    """

    identity: str
    document: Document
    day: date
    lead: str
    vector: Vectors
    words: tuple[str, ...]
    names: tuple[str, ...]
    title: tuple[str, ...]

    @classmethod
    def of(cls, identity: str, document: Document, day: date, lead: str, vector: Vectors) -> Article:
        """Find the terms and names; names in English alone."""
        words = subject_terms(f"{document.title}\n{lead}", document.language)
        named = _names(lead) if document.language == DEFAULT_LANGUAGE else []
        title = subject_terms(document.title, document.language)
        return cls(identity, document, day, lead, vector, tuple(words), tuple(named), tuple(title))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two articles are, each sign 0 to 1 but for ``meaning``, the cosine, -1 to 1.

    ``words``, ``names`` and ``title``: the cosines of their terms, weighed by how few articles have them. ``apart``:
    the logarithm of one more than the days between them.
    """

    meaning: float
    words: float
    names: float
    title: float
    apart: float


def stories(articles: Sequence[Article]) -> list[list[Article]]:
    """The articles by story: stories in the order in which they began, and so the articles of each.

    An article joins the story to whose articles, on average, it is likeliest to belong, if that is likelier than not.
    """
    ordered = in_order(articles)
    likenesses = Likenesses(ordered)
    found: list[list[int]] = []
    story_of: dict[int, int] = {}
    for place in range(len(ordered)):
        logits: dict[int, list[float]] = {}
        for other in likenesses.nearest_before(place):
            logits.setdefault(story_of[other], []).append(SAME_STORY.score(likenesses.of(place, other)))
        likeliest = max(logits, key=lambda story: sum(logits[story]) / len(logits[story]), default=None)
        if likeliest is None or sum(logits[likeliest]) <= 0:
            likeliest = len(found)
            found.append([])
        story_of[place] = likeliest
        found[likeliest].append(place)
    return [[ordered[place] for place in story] for story in found]


def in_order(articles: Iterable[Article]) -> list[Article]:
    """The articles in the order in which they came."""
    return sorted(articles, key=lambda one: (one.day, one.document.source))


class Likenesses:
    """How alike each two of some articles are, which are in order of their days."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = articles
        self._days = [one.day.toordinal() for one in articles]
        self._vectors = np.array([one.vector for one in articles])
        self._words = _weighed([one.words for one in articles])
        self._names = _weighed([one.names for one in articles])
        self._titles = _weighed([one.title for one in articles])

    def nearest_before(self, place: int) -> list[int]:
        """The earlier articles that may tell the same story, the nearest in meaning first."""
        if place == 0:
            return []
        earliest = self._articles[place].day.toordinal() - SLEEPS_DAYS
        first = bisect_left(self._days, earliest, hi=place)
        cosines = self._vectors[first:place] @ self._vectors[place]
        return [first + at for at in np.argsort(-cosines, kind="stable")[:MOST_COMPARED].tolist()]

    def of(self, one: int, other: int) -> Likeness:
        """How alike two are."""
        return Likeness(
            float(self._vectors[one] @ self._vectors[other]),
            _cosine(self._words[one], self._words[other]),
            _cosine(self._names[one], self._names[other]),
            _cosine(self._titles[one], self._titles[other]),
            math.log1p(abs((self._articles[one].day - self._articles[other].day).days)),
        )


def _names(lead: str) -> list[str]:
    """The words of the names in an English text."""
    said = (lead[one.start : one.end] for one in sentences(lead, 0, len(lead), DEFAULT_LANGUAGE))
    return [word for text in said for name in names(text) for word in words(text[name.start : name.end])]


def _weighed(each: Sequence[Iterable[str]]) -> list[Weights]:
    """The terms of each text, weighed by how few of the texts have them."""
    counted = [Counter(of_one) for of_one in each]
    texts_with = Counter(term for of_one in counted for term in of_one)
    weighed = [
        {term: math.sqrt(count) * math.log1p(len(each) / texts_with[term]) for term, count in of_one.items()}
        for of_one in counted
    ]
    return [_of_length_one(of_one) for of_one in weighed]


def _of_length_one(weights: Weights) -> Weights:
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()}


def _cosine(one: Weights, other: Weights) -> float:
    if len(other) < len(one):
        one, other = other, one
    return sum(weight * other[term] for term, weight in one.items() if term in other)
