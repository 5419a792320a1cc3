"""What an article adds to those before it: its sentences that say what none of them said."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering.conflicts import claim_of
from assistant.answering.sentence_scoring import Embed
from assistant.models.embedder import Vectors
from assistant.models.linear import shipped
from assistant.text.answer_sentences import WORDS_OF_A_STATEMENT, Sentence
from assistant.text.claims import Claim
from assistant.text.terms import words

NEW = shipped("new_sentence")
"""Tells from its `Newness` whether a sentence says something new."""
NEWEST = 2
"""How many sentences of an article tell whether it adds anything: one alone may only be put in words of its own."""
ADDS = 1.25
"""The log-odds that these are new, on average, from which an article adds something. Chosen on the ``tune`` half of
benchmarks/stream.jsonl, where .93 of the articles are told rightly; from 0 on, every update is, and half of the others
are taken for one."""
SENTENCES = 25
"""Of an article, the first: what is new stands first, and features of many pages would take long."""
ABOUT_THE_SAME = 0.5
"""The cosine of two sentences from which one may contradict the other."""
NEAREST = 3
"""Of the earlier sentences, those nearest in meaning to one that may already say it."""
MOST_COUNTED = 3
"""Of names and figures: what lacks more of them is no newer."""


@dataclass(frozen=True, slots=True)
class Newness:
    """How a sentence compares with all earlier ones.

    ``far``: one less the highest cosine with any, 0 to 2. ``terms_missing``: the share of its terms that none has, 0 to
    1, ``terms_apart``: that the nearest ones lack. ``names_missing`` and ``figures_missing``: how many none has, up to
    `MOST_COUNTED`. ``place``: the logarithm of its place among the sentences, from 1: news stand first.
    """

    far: float
    terms_missing: float
    terms_apart: float
    names_missing: float
    figures_missing: float
    place: float


@dataclass(frozen=True, slots=True, eq=False)
class ArticleClaims:
    """What an article says, as far as it is compared: its first sentences, what each claims, and their vectors."""

    sentences: tuple[Sentence, ...]
    claims: tuple[Claim, ...]
    vectors: Vectors

    @classmethod
    def of(cls, sentences: Sequence[Sentence], embed: Embed) -> ArticleClaims:
        """Work it out; ``embed`` gives vectors of length 1."""
        first = [one for one in sentences if states_something(one)][:SENTENCES] or list(sentences[:1])
        return cls(tuple(first), tuple(map(claim_of, first)), embed([one.said for one in first]))


class Earlier:
    """What earlier articles said, one or more sentences."""

    def __init__(self, articles: Sequence[ArticleClaims]) -> None:
        self.sentences = [sentence for one in articles for sentence in one.sentences]
        self._claims = [claimed for one in articles for claimed in one.claims]
        self._terms = frozenset().union(*(one.terms for one in self._claims))
        self._figures = [figure for one in self._claims for figure in one.figures]
        self._vectors = np.concatenate([one.vectors for one in articles])

    def added_by(self, article: ArticleClaims, *, is_copy: bool = False) -> list[Sentence]:
        """The sentences of a later article that say something new, the newest first; none where it only retells.

        Of a copy, single sentences may be new, where they surely are.
        """
        scores = [NEW.score(one) for one in self.compared(article)]
        newest = sorted(range(len(scores)), key=lambda at: -scores[at])
        if is_copy:
            return [article.sentences[at] for at in newest if scores[at] >= ADDS]
        if not newest or sum(scores[at] for at in newest[:NEWEST]) / len(newest[:NEWEST]) < ADDS:
            return []
        return [article.sentences[at] for at in newest if scores[at] > 0]

    def compared(self, article: ArticleClaims) -> list[Newness]:
        """How each sentence of a later article compares."""
        cosines = article.vectors @ self._vectors.T if article.sentences else []
        numbered = enumerate(zip(article.claims, cosines, strict=True), 1)
        return [self._newness(claimed, of_one, place) for place, (claimed, of_one) in numbered]

    def near(self, sentence: Sentence, article: ArticleClaims) -> list[Sentence]:
        """The earlier sentences that are about the same as one of a later article."""
        cosines = self._vectors @ article.vectors[article.sentences.index(sentence)]
        return [self.sentences[at] for at in np.flatnonzero(cosines >= ABOUT_THE_SAME)]

    def _newness(self, said: Claim, cosines: Vectors, place: int) -> Newness:
        nearest = np.argsort(-cosines, kind="stable")[:NEAREST].tolist()
        missing = [figure for figure in said.figures if not any(figure.same_as(own) for own in self._figures)]
        terms = max(1, len(said.terms))
        return Newness(
            far=1.0 - float(cosines[nearest[0]]),
            terms_missing=len(said.terms - self._terms) / terms,
            terms_apart=min(len(said.terms - self._claims[at].terms) for at in nearest) / terms,
            names_missing=min(MOST_COUNTED, len(set(said.names) - self._terms)),
            figures_missing=min(MOST_COUNTED, len(missing)),
            place=math.log(place),
        )


def states_something(sentence: Sentence) -> bool:
    """Whether it is a whole sentence of some length: no dateline, caption or button."""
    return len(words(sentence.said)) >= WORDS_OF_A_STATEMENT and not sentence.may_be_cut
