"""Whether passages bear a claim out, and which of their sentences do.

Two logistic models over `EntailmentFeatures` must both agree: that a span is about what is claimed, and that nothing in
it speaks against the claim. Spans that may bear a claim out by their words are read together with it by the packaged
reader. ``python -m benchmarks.fit_entailment`` fits the models.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from assistant.answering.citations import plain
from assistant.answering.sentence_scoring import Embed, under_title
from assistant.generation.entailment_features import EntailmentFeatures, signs
from assistant.generation.sentence_features import SentenceFeatures, joined, reading
from assistant.models.linear import shipped
from assistant.models.packaged_reader import PackagedReader
from assistant.text.answer_sentences import Sentence, sentences_of
from assistant.text.terms import terms
from assistant.types import DEFAULT_LANGUAGE, Passage, Support

WIDEST_SPAN = 3
"""Of how many adjacent sentences of a passage a span consists, at most."""
WIDER = 0.12
"""What share of the claim another sentence must add, for a span to be wider by it."""
SPANS_COMPARED = 2
"""How many spans of a passage, those that hold most of the claim, are compared closely."""
SMALL_WORD = re.compile(r"\b[a-z]\w+")
SURE, WORTH_A_LOOK = 0.9, 0.15
"""Where words alone tell so surely that a span is about the claim, its vector is not compared; nor is it, in passages
that are not cited, where they make that less likely."""
COMPARED_BY_MEANING = 2
"""Of how many passages the vectors are compared with the claim's, at most: those that fit best by words."""
UNLIKELY = 0.01
"""What is added to a probability before its logarithm is taken."""


ABOUT_BY_WORDS = shipped("entailment_about_by_words")
ABOUT = shipped("entailment_about")
AGREES = shipped("entailment_agrees")
READ_ABOUT = shipped("read_entailment_about")
READ_AGREES = shipped("read_entailment_agrees")
"""Their twins for spans that were read."""
ABOUT_ENOUGH, ABOUT_PARTLY = 0.3, 0.15
AGREES_ENOUGH, AGREES_PARTLY = 0.62, 0.4
"""From what probability on a claim is supported, or partly so; chosen on what `benchmarks.claims` does not hold out."""


@dataclass(frozen=True, slots=True)
class SupportingSpan:
    """Adjacent sentences of a passage, and how well they bear a claim out.

    ``about`` says how likely they are about what is claimed, ``agrees`` how likely nothing in them speaks against it;
    both 0 to 1. ``passage`` is its number, from 1.
    """

    passage: int
    sentences: tuple[Sentence, ...]
    signs: EntailmentFeatures
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
        """What is embedded: the sentences under their document's title."""
        first, *rest = self.sentences
        return " ".join([under_title(first), *(each.said for each in rest)])


class ClaimJudge:
    """Holds claims against numbered passages; sentences and vectors are kept, so that each is read once."""

    def __init__(self, passages: Sequence[Passage], embed: Embed, reader: PackagedReader | None = None) -> None:
        """``embed`` gives vectors of length 1; it is called with few texts, and should remember them."""
        self.passages = tuple(passages)
        self._embed = embed
        self._reader = reader
        self._common = frozenset(term for passage in passages for term in _in_small_letters(passage))

    def weigh(self, claim: str, numbers: Sequence[int], *, are_cited: bool = True) -> list[SupportingSpan]:
        """The best evidence of each of these passages, the strongest first."""
        found = [self.best(claim, number) for number in numbers]
        least = 0.0 if are_cited else WORTH_A_LOOK
        return sorted(self._closely(claim, found, least), key=lambda evidence: -evidence.strength)

    def weigh_together(self, claim: str, parts: Sequence[SupportingSpan]) -> Support:
        """How far a claim is borne out by evidence of several passages together."""
        passages = [self.passages[part.passage - 1] for part in parts]
        said = reading(claim, passages[0].language)
        span = [each for part in parts for each in _readings(part.sentences)]
        above = frozenset().union(*(_above(passage).terms for passage in passages))
        found = signs(said, span, joined([_around(passage) for passage in passages]), above)
        sentences = tuple(sentence for part in parts for sentence in part.sentences)
        whole = SupportingSpan(0, sentences, found, ABOUT_BY_WORDS.probability(found), AGREES.probability(found))
        return self.read(claim, self.compared(claim, [whole]))[0].support if self._reader else whole.support

    def best(self, claim: str, number: int) -> SupportingSpan:
        """The best evidence of one passage by its words alone: the narrowest of what is most about the claim."""
        passage = self.passages[number - 1]
        said, around = reading(claim, passage.language), _around(passage)
        if said.opener in self._common:
            said = replace(said, opener="")
        compared = []
        for span in _likeliest_spans(said, passage):
            found = signs(said, _readings(span), around, _above(passage).terms)
            about, agrees = ABOUT_BY_WORDS.probability(found), AGREES.probability(found)
            compared.append(SupportingSpan(number, tuple(span), found, about, agrees))
        best = max(compared, key=lambda evidence: evidence.about)
        return min((each for each in compared if each.support == best.support), key=lambda each: len(each.sentences))

    def _closely(self, claim: str, found: Sequence[SupportingSpan], least: float) -> list[SupportingSpan]:
        """The evidence, of which the likeliest is compared with the claim by meaning, and read with it.

        Without a reader, where words alone do not tell what it is about.
        """
        sure = 1.0 if self._reader else SURE
        likely = [each for each in found if least <= each.about <= sure and each.agrees >= AGREES_PARTLY]
        chosen = sorted(likely, key=lambda evidence: -evidence.strength)[:COMPARED_BY_MEANING]
        closer = self.read(claim, self.compared(claim, chosen))
        by_number = {each.passage: each for each in closer}
        return [by_number.get(each.passage, each) for each in found]

    def compared(self, claim: str, evidence: Sequence[SupportingSpan]) -> list[SupportingSpan]:
        """The evidence with how alike it and the claim are in meaning."""
        if not evidence:
            return []
        vectors = self._embed([claim, *(each.text for each in evidence)])
        cosines = np.asarray(vectors[1:] @ vectors[0]).tolist()
        return [_with_cosine(each, cosine) for each, cosine in zip(evidence, cosines, strict=True)]

    def read(self, claim: str, evidence: Sequence[SupportingSpan]) -> list[SupportingSpan]:
        """The evidence as the reader judges it; that in other languages than English as it is."""
        readable = [each for each in evidence if each.sentences[0].passage.language == DEFAULT_LANGUAGE]
        if self._reader is None or not readable:
            return list(evidence)
        judged = self._reader.support(claim, [each.text for each in readable])
        read = {each.passage: _as_read(each, likely) for each, likely in zip(readable, judged, strict=True)}
        return [read.get(each.passage, each) for each in evidence]


def _with_cosine(evidence: SupportingSpan, cosine: float) -> SupportingSpan:
    found = replace(evidence.signs, cosine=cosine)
    return replace(evidence, signs=found, about=ABOUT.probability(found))


def _as_read(evidence: SupportingSpan, likely: Mapping[str, float]) -> SupportingSpan:
    found = replace(
        evidence.signs,
        supported=math.log(likely["supported"] + UNLIKELY),
        contradicted=math.log(likely["contradicted"] + UNLIKELY),
    )
    return replace(evidence, signs=found, about=READ_ABOUT.probability(found), agrees=READ_AGREES.probability(found))


@lru_cache(maxsize=512)
def _in_small_letters(passage: Passage) -> frozenset[str]:
    """The terms of the words of a passage that stand there in small letters: no names."""
    return frozenset(terms(" ".join(SMALL_WORD.findall(passage.text)), passage.language))


def _sentences(passage: Passage) -> tuple[Sentence, ...]:
    """The sentences of a passage; all of it, where it has none."""
    whole = Sentence(passage, passage.text, passage.start, passage.start + len(passage.text), 0, is_item=False)
    return sentences_of(passage) or (whole,)


def _readings(sentences: Sequence[Sentence]) -> list[SentenceFeatures]:
    return [reading(plain(each.said, is_item=each.is_item), each.passage.language) for each in sentences]


@lru_cache(maxsize=512)
def _around(passage: Passage) -> SentenceFeatures:
    """All that a passage says, and what stands above it."""
    return joined([_above(passage), *_readings(_sentences(passage))])


def _above(passage: Passage) -> SentenceFeatures:
    return reading(f"{passage.title}. {passage.breadcrumb}. {passage.table_head}", passage.language)


def _likeliest_spans(said: SentenceFeatures, passage: Passage) -> list[Sequence[Sentence]]:
    """The spans that hold most of a claim, the best first."""
    found = _sentences(passage)
    readings, above = _readings(found), _above(passage).terms
    held = [_held(said, each) for each in readings]
    ranges = [
        (start, end)
        for start in range(len(found))
        for end in range(start + 1, min(len(found), start + WIDEST_SPAN) + 1)
    ]
    ranges.sort(key=lambda bounds: -_roughly(said, readings[slice(*bounds)], held[slice(*bounds)], above))
    return [found[slice(*bounds)] for bounds in ranges[:SPANS_COMPARED]]


def _roughly(
    said: SentenceFeatures, span: Sequence[SentenceFeatures], held: Sequence[int], above: frozenset[str]
) -> float:
    """How much of a claim stands in the best sentence of a span, and of its other words in the rest.

    Names and figures do not count in the rest: they would draw in whatever sentence has those that are wrong. Nor does
    what the title and the headings ``above`` say anyway.
    """
    most = max(held)
    best = span[held.index(most)]
    more = frozenset().union(*(each.terms for each in span)) - best.terms
    total = max(1, len(said.terms) + len(said.claim.figures))
    return (most + len((more & said.terms) - said.names - above)) / total - WIDER * (len(span) - 1)


def _held(said: SentenceFeatures, sentence: SentenceFeatures) -> int:
    values = {figure.value for figure in sentence.claim.figures}
    return len(said.terms & sentence.terms) + sum(figure.value in values for figure in said.claim.figures)
