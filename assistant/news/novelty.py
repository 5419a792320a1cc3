"""What an article adds to those before it: its sentences that say what none of them said."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering.citations import plain
from assistant.answering.sentence_scoring import Embed
from assistant.models.linear import shipped
from assistant.text.answer_sentences import Sentence
from assistant.text.claims import Claim, claim

NEW = shipped("new_sentence")
"""Tells from its `Newness` whether a sentence says something new."""
NEWEST = 2
"""How many sentences of an article tell whether it adds anything: one alone may only be put in words of its own."""
ADDS = 1.25
"""The log-odds that these are new, on average, from which an article adds something. Chosen on the ``tune`` half of
benchmarks/stream.jsonl, where .93 of the articles are told rightly; from 0 on, every update is, and half of the others
are taken for one."""
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


class Earlier:
    """What earlier articles said, sentence by sentence."""

    def __init__(self, said: Sequence[Sentence], embed: Embed) -> None:
        """``said`` are one or more; ``embed`` gives vectors of length 1, and should remember them."""
        self._embed = embed
        self._vectors = embed([one.said for one in said])
        self._claims = [claim_of(one) for one in said]
        self._terms = frozenset().union(*(one.terms for one in self._claims))
        self._figures = [figure for one in self._claims for figure in one.figures]

    def added_by(self, article: Sequence[Sentence]) -> list[Sentence]:
        """The sentences of a later article that say something new, the newest first; none where it only retells."""
        scores = [NEW.score(one) for one in self.compared(article)]
        newest = sorted(range(len(article)), key=lambda at: -scores[at])
        if not newest or sum(scores[at] for at in newest[:NEWEST]) / len(newest[:NEWEST]) < ADDS:
            return []
        return [article[at] for at in newest if scores[at] > 0]

    def compared(self, article: Sequence[Sentence]) -> list[Newness]:
        """How each sentence of a later article compares."""
        cosines = self._embed([one.said for one in article]) @ self._vectors.T if article else []
        return [
            self._newness(one, row, place) for place, (one, row) in enumerate(zip(article, cosines, strict=True), 1)
        ]

    def _newness(self, sentence: Sentence, cosines: np.ndarray, place: int) -> Newness:
        said = claim_of(sentence)
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


def claim_of(sentence: Sentence) -> Claim:
    """What a sentence claims."""
    return claim(plain(sentence.said, is_item=sentence.is_item), sentence.passage.language)
