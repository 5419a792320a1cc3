"""What an article adds to those before it: its sentences that say what none of them said."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering.citations import plain
from assistant.answering.sentence_scoring import Embed
from assistant.indexing import Snapshot
from assistant.models.linear import shipped
from assistant.models.packaged_reader import PackagedReader
from assistant.text.answer_sentences import Sentence, sentences_of
from assistant.text.claims import Claim, claim

NEW = shipped("new_sentence")
"""Tells from its `Newness` whether a sentence says something new."""
SENTENCES_READ = 3
"""Of the earlier sentences, those nearest in meaning are read together with one."""
MOST_COUNTED = 3
"""Of names and figures: what lacks more of them is no newer."""
UNLIKELY = 0.01
"""What is added to a probability before its logarithm is taken."""


@dataclass(frozen=True, slots=True)
class Newness:
    """How a sentence compares with all earlier ones.

    ``far``: one less the highest cosine with any, 0 to 2. ``terms_missing``: the share of its terms that none has, 0 to
    1, ``terms_apart``: that the nearest one lacks. ``names_missing`` and ``figures_missing``: how many none has, up to
    `MOST_COUNTED`. ``supported``: the logarithm of how likely the reader takes it to be borne out by the nearest ones.
    ``place``: the logarithm of its place among the sentences, from 1.
    """

    far: float
    terms_missing: float
    terms_apart: float
    names_missing: float
    figures_missing: float
    supported: float
    place: float


class Earlier:
    """What earlier articles said, sentence by sentence."""

    def __init__(self, said: Sequence[Sentence], embed: Embed, reader: PackagedReader | None) -> None:
        """``embed`` gives vectors of length 1, and should remember them; without a reader, words and vectors decide."""
        self._sentences = list(said)
        self._claims = [claim_of(one) for one in said]
        self._terms = frozenset().union(*(one.terms for one in self._claims))
        self._figures = [figure for one in self._claims for figure in one.figures]
        self._embed = embed
        self._reader = reader
        self._vectors = embed([one.said for one in said]) if said else np.empty((0, 0), np.float32)

    def newness(self, sentence: Sentence, place: int) -> Newness:
        """How a sentence compares; ``place`` is its place in its article, from 1."""
        said = claim_of(sentence)
        cosines = self._vectors @ self._embed([sentence.said])[0]
        nearest = np.argsort(-cosines, kind="stable")[:SENTENCES_READ].tolist()
        missing = [figure for figure in said.figures if not any(figure.same_as(own) for own in self._figures)]
        total = max(1, len(said.terms))
        return Newness(
            far=1.0 - float(cosines[nearest[0]]),
            terms_missing=len(said.terms - self._terms) / total,
            terms_apart=min(len(said.terms - self._claims[at].terms) for at in nearest) / total,
            names_missing=min(MOST_COUNTED, len(set(said.names) - self._terms)),
            figures_missing=min(MOST_COUNTED, len(missing)),
            supported=math.log(self._supported(sentence, nearest) + UNLIKELY),
            place=math.log(place),
        )

    def _supported(self, sentence: Sentence, nearest: Sequence[int]) -> float:
        if self._reader is None:
            return 0.0
        each = [self._sentences[at].said for at in nearest]
        together = " ".join(each)
        return max(found["supported"] for found in self._reader.support(plain(sentence.said), [*each, together]))


def claim_of(sentence: Sentence) -> Claim:
    """What a sentence claims."""
    return claim(plain(sentence.said, is_item=sentence.is_item), sentence.passage.language)


def said_in(snapshot: Snapshot, source: str) -> list[Sentence]:
    """The sentences of a document, in order."""
    return [sentence for passage in snapshot.passages_of(source) for sentence in sentences_of(passage)]
