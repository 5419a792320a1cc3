"""Whether passages bear a claim out, and which of their sentences do.

Two logistic models over the signs of `comparison.Signs` must both agree: that a span is about what is claimed, and that
nothing in it speaks against the claim. ``python -m benchmarks.fit_support`` fits them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from assistant.answering.citations import plain
from assistant.answering.comparison import Reading, Signs, joined, reading, signs
from assistant.answering.evidence import Embed
from assistant.answering.sentences import Sentence, sentences_of
from assistant.types import Passage, Support

WIDEST_SPAN = 3
"""Of how many adjacent sentences of a passage a span consists, at most."""
WIDER = 0.12
"""What share of the claim another sentence must add, for a span to be wider by it."""
SPANS_COMPARED = 2
"""How many spans of a passage, those that hold most of the claim, are compared closely."""
SURE, OUT_OF_QUESTION = 0.97, 0.05
"""Where words alone tell so surely that a span is about the claim, or is not, their vectors are not compared."""


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model: the weight of each sign, and what is added to their sum."""

    weights: Signs
    intercept: float

    def probability(self, found: Signs) -> float:
        """What the model gives for the signs, 0 to 1."""
        total = self.intercept + sum(getattr(self.weights, name) * getattr(found, name) for name in Signs.__slots__)
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


ABOUT_BY_WORDS = Model(
    Signs(
        found=4.2,
        near=-1.54,
        pairs=1.83,
        said_more=-1.85,
        names_near=-0.22,
        names_missing=-1.51,
        opener_missing=-1.25,
        figures_near=-0.5,
        figures_missing=-0.75,
    ),
    intercept=0.72,
)
ABOUT = Model(
    Signs(
        found=0.78,
        near=-1.31,
        pairs=1.12,
        said_more=1.03,
        names_near=-0.8,
        names_missing=-1.11,
        opener_missing=-0.51,
        figures_near=-0.59,
        figures_missing=-0.53,
        cosine=8.51,
    ),
    intercept=-4.36,
)
AGREES = Model(
    Signs(
        found=-0.27,
        pairs=0.74,
        names_missing=-1.49,
        opener_near=-0.13,
        opener_missing=-1.5,
        figures_near=-0.83,
        figures_missing=-2.28,
        small_figures_missing=0.24,
        figures_against=-2.27,
        names_exchanged=-4.49,
        figures_exchanged=-2.69,
        words_exchanged=-0.2,
        negated=-1.57,
        negation=-2.57,
        negation_dropped=-0.46,
        opposites=-0.32,
        reversed=-0.74,
    ),
    intercept=2.33,
)
ABOUT_ENOUGH, ABOUT_PARTLY = 0.5, 0.2
AGREES_ENOUGH, AGREES_PARTLY = 0.7, 0.4

@dataclass(frozen=True, slots=True)
class Evidence:
    """Adjacent sentences of a passage, and how well they bear a claim out.

    ``about`` says how likely they are about what is claimed, ``agrees`` how likely nothing in them speaks against it;
    both 0 to 1. ``passage`` is its number, from 1.
    """

    passage: int
    sentences: tuple[Sentence, ...]
    signs: Signs
    about: float
    agrees: float

    @property
    def support(self) -> Support:
        """How far the claim is borne out."""
        if self.about >= ABOUT_ENOUGH and self.agrees >= AGREES_ENOUGH:
            return "supported"
        return "partial" if self.about >= ABOUT_PARTLY and self.agrees >= AGREES_PARTLY else "unsupported"

    @property
    def strength(self) -> float:
        """By what the best of several is chosen."""
        return self.about * self.agrees

    @property
    def text(self) -> str:
        """What the sentences say, as it is embedded."""
        return " ".join(plain(each.said, is_item=each.is_item) for each in self.sentences)


class Judge:
    """Holds claims against numbered passages; sentences and vectors are kept, so that each is read once."""

    def __init__(self, passages: Sequence[Passage], embed: Embed) -> None:
        """``embed`` gives vectors of length 1; it is called with few texts, and should remember them."""
        self.passages = tuple(passages)
        self._embed = embed

    def weigh(self, claim: str, numbers: Sequence[int]) -> list[Evidence]:
        """The best evidence of each of these passages, the strongest first."""
        found = [self._best(claim, number) for number in numbers]
        return sorted(self._by_meaning(claim, found), key=lambda evidence: -evidence.strength)

    def weigh_together(self, claim: str, parts: Sequence[Evidence]) -> Support:
        """How far a claim is borne out by evidence of several passages together."""
        passages = [self.passages[part.passage - 1] for part in parts]
        said = reading(claim, passages[0].language)
        span = [each for part in parts for each in _readings(part.sentences)]
        found = signs(said, span, joined([_around(passage) for passage in passages]))
        whole = Evidence(0, (), found, ABOUT_BY_WORDS.probability(found), AGREES.probability(found))
        return whole.support

    def _best(self, claim: str, number: int) -> Evidence:
        passage = self.passages[number - 1]
        said, around = reading(claim, passage.language), _around(passage)
        compared = []
        for span in _likeliest_spans(said, _sentences(passage)):
            found = signs(said, _readings(span), around)
            about, agrees = ABOUT_BY_WORDS.probability(found), AGREES.probability(found)
            compared.append(Evidence(number, tuple(span), found, about, agrees))
        return max(compared, key=lambda evidence: evidence.strength)

    def _by_meaning(self, claim: str, found: Sequence[Evidence]) -> list[Evidence]:
        """The evidence, with vectors compared where words leave open whether it is about the claim."""
        open_ones = [
            each for each in found if OUT_OF_QUESTION < each.about < SURE and each.agrees >= AGREES_PARTLY
        ]
        if not open_ones:
            return list(found)
        vectors = self._embed([claim, *(each.text for each in open_ones)])
        cosines = dict(zip(map(id, open_ones), np.asarray(vectors[1:] @ vectors[0]).tolist(), strict=True))
        return [_with_cosine(each, cosines[id(each)]) if id(each) in cosines else each for each in found]


def _with_cosine(evidence: Evidence, cosine: float) -> Evidence:
    found = replace(evidence.signs, cosine=cosine)
    return replace(evidence, signs=found, about=ABOUT.probability(found))


def _sentences(passage: Passage) -> tuple[Sentence, ...]:
    """The sentences of a passage; all of it, where it has none."""
    whole = Sentence(passage, passage.text, passage.start, passage.start + len(passage.text), 0, is_item=False)
    return sentences_of(passage) or (whole,)


def _readings(sentences: Sequence[Sentence]) -> list[Reading]:
    return [reading(plain(each.said, is_item=each.is_item), each.passage.language) for each in sentences]


@lru_cache(maxsize=512)
def _around(passage: Passage) -> Reading:
    """All that a passage says, and what stands above it."""
    above = reading(f"{passage.title}. {passage.breadcrumb}. {passage.table_head}", passage.language)
    return joined([above, *_readings(_sentences(passage))])


def _likeliest_spans(said: Reading, found: Sequence[Sentence]) -> list[Sequence[Sentence]]:
    """The spans that hold most of a claim, the best first."""
    readings = _readings(found)
    held = [_held(said, each) for each in readings]
    ranges = [
        (start, end)
        for start in range(len(found))
        for end in range(start + 1, min(len(found), start + WIDEST_SPAN) + 1)
    ]
    ranges.sort(key=lambda bounds: -_roughly(said, readings[slice(*bounds)], held[slice(*bounds)]))
    return [found[slice(*bounds)] for bounds in ranges[:SPANS_COMPARED]]


def _roughly(said: Reading, span: Sequence[Reading], held: Sequence[int]) -> float:
    """How much of a claim stands in the best sentence of a span, and of its other words in the rest.

    Names and figures do not count in the rest: they would draw in whatever sentence has those that are wrong.
    """
    most = max(held)
    best = span[held.index(most)]
    more = frozenset().union(*(each.terms for each in span)) - best.terms
    total = max(1, len(said.terms) + len(said.claim.figures))
    return (most + len((more & said.terms) - said.names)) / total - WIDER * (len(span) - 1)


def _held(said: Reading, sentence: Reading) -> int:
    values = {figure.value for figure in sentence.claim.figures}
    return len(said.terms & sentence.terms) + sum(figure.value in values for figure in said.claim.figures)
