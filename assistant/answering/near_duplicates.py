"""Passages that nearly repeat a better one are shown as one, which names the sources of all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from assistant.answering.citations import plain
from assistant.text.answer_sentences import sentences_of
from assistant.text.claims import asserted, claim
from assistant.text.sentences import sentences
from assistant.text.terms import words
from assistant.types import Answer, Citation, Passage, ScoredPassage

NEAR_DUPLICATE = 0.85
"""The share of common word triples (Jaccard) from which two passages may count as one."""
COPIED = 0.6
"""The share of the word triples of the shorter of two articles that the other has, from which it is a copy."""
LONGEST_WORD_ON_AVERAGE = 20
"""With more characters between two spaces, a text is in a script without any."""
DATELINE = re.compile(r"\A[A-Z\u00c0-\u00de][A-Z\u00c0-\u00de.,' ]{1,40}(?:\([^()]{1,40}\) )?[-\u2013\u2014] (?=\w)")
"""Where an agency's report was written, as it stands before its text: "VELDT (Agency) - "."""
OPENING = "\"'([*_`.\u2018\u2019\u201c\u201d\u201e\u00ab\u300c\u2026"
CLOSING = OPENING + ")],;:!?\u00bb\u300d\u3001\u3002\uff0c\uff01\uff1f\uff1b\uff1a-\u2013\u2014"
"""Signs around words in which two copies of a sentence may differ; not those of numbers, such as "-" and "%"."""


def collapse(hits: Sequence[ScoredPassage]) -> list[ScoredPassage]:
    """The hits without those that nearly repeat a better one, which then names the other's source in ``also_in``.

    They have nearly the same words, and no sentence of either says anything else than one of the other: those that
    differ in a number, a name or a negation stay two, so that it can be told that they disagree.
    """
    kept: list[ScoredPassage] = []
    triples_of: list[frozenset[int]] = []
    seen: set[int] = set()
    for hit in hits:
        triples = _triples(hit.passage.text)
        better = None
        # what two texts share is no more than one of them shares with all before it, which spares most comparisons
        if len(triples & seen) >= NEAR_DUPLICATE * len(triples):
            likely = (at for at, others in enumerate(triples_of) if _nearly_equal(triples, others))
            better = next((at for at in likely if _agree(hit.passage, kept[at].passage)), None)
        if better is not None:
            kept[better] = _with_source(kept[better], hit.passage.source)
            continue
        seen |= triples
        kept.append(hit)
        triples_of.append(triples)
    return kept


@lru_cache(maxsize=4_096)
def _triples(text: str) -> frozenset[int]:
    """The hashes of a text's word triples."""
    spoken = text.casefold().split()
    if len(spoken) * LONGEST_WORD_ON_AVERAGE < len(text):
        spoken = words(text)
    return frozenset(map(hash, zip(spoken, spoken[1:], spoken[2:], strict=False))) or frozenset({hash(text)})


def repeats_most_of(text: str, other: str) -> bool:
    """Whether one of two texts is a copy of the other, or of a part of it, with few words changed."""
    one, two = _triples(text), _triples(other)
    return len(one & two) >= COPIED * min(len(one), len(two))


def _nearly_equal(one: frozenset[int], other: frozenset[int]) -> bool:
    both = len(one & other)
    return both >= NEAR_DUPLICATE * (len(one) + len(other) - both)


def _agree(one: Passage, other: Passage) -> bool:
    """Whether each sentence of either passage is said in the other, with more or fewer names and figures at most."""
    if one.table_head != other.table_head:
        return False
    left, right = _said(one.text, one.language), _said(other.text, other.language)
    return left.keys() == right.keys() or (
        one.language == other.language
        and all(
            any(_alike(ours[key], said, one.language) for said in theirs.values())
            for ours, theirs in ((left, right), (right, left))
            for key in ours.keys() - theirs.keys()
        )
    )


def _alike(sentence: str, other: str, language: str) -> bool:
    """Whether one of two sentences says all that the other does, not minding where and when it was told."""
    sentence, other = DATELINE.sub("", sentence), DATELINE.sub("", other)
    whole, whole_other = claim(sentence, language), claim(other, language)
    if whole.lacks_names_of(whole_other) and whole_other.lacks_names_of(whole):
        return False
    one, two = asserted(sentence, language), asserted(other, language)
    return one.is_covered_by(two) or two.is_covered_by(one)


def says(passage: Passage, quote: str) -> bool:
    """Whether a quote, or a sentence that says the same with all its names, figures and negations, is in a passage."""
    [(key, sentence)] = _whole(quote).items()
    said = dict(_said(passage.text, passage.language))
    for quotable in sentences_of(passage):  # items and rows are such by themselves
        said |= _whole(quotable.text)
    quoted = claim(sentence, passage.language)
    return key in said or any(quoted.is_covered_by(claim(other, passage.language)) for other in said.values())


def naming_those_that_say_it(answer: Answer, copies: Sequence[Passage]) -> Answer:
    """The answer, with ``also_in`` of each citation naming those of the sources alone that say what is quoted there.

    ``copies`` are the passages that `collapse` left out.
    """

    def named(citation: Citation) -> Citation:
        passage = citation.passage
        also_in = tuple(
            source
            for source in passage.also_in
            if any(copy.source == source and says(copy, citation.quote) for copy in copies)
        )
        return replace(citation, passage=replace(passage, also_in=also_in))

    return replace(answer, citations=tuple(map(named, answer.citations)))


@lru_cache(maxsize=1_024)
def _said(text: str, language: str) -> dict[tuple[str, ...], str]:
    """The sentences of a text as they are read, by their words alone."""
    said: dict[tuple[str, ...], str] = {}
    for span in sentences(text, 0, len(text), language):
        said |= _whole(text[span.start : span.end])
    return said


def _whole(quote: str) -> dict[tuple[str, ...], str]:
    sentence = plain(quote)
    words_alone = (word.rstrip(CLOSING).lstrip(OPENING) for word in sentence.casefold().split())
    return {tuple(filter(None, words_alone)): sentence}


def _with_source(hit: ScoredPassage, source: str) -> ScoredPassage:
    passage = hit.passage
    if source == passage.source or source in passage.also_in:
        return hit
    return replace(hit, passage=replace(passage, also_in=(*passage.also_in, source)))
