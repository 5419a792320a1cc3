"""How what a sentence claims compares with what a passage says: the signs by which it is borne out, or is not."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise

from assistant.generation.sentence_features import SentenceFeatures, Word, is_form_of, joined, stands_in
from assistant.text.english.quantities import Quantity
from assistant.text.english.wordings import YEARS
from assistant.text.english.wordings import amounts as amounts_of

WORD_FOR_WORD = 0.6
"""The share of pairs of adjacent words in common from which a claim repeats a sentence."""
EXCHANGED_WORDS = 10
"""Of how many words what is exchanged consists, at most."""
ALIKE_BESIDE = 2
"""How many words must be the same right before and after words that are taken to be exchanged."""
MEASURES = frozenset({"percent", "dollar", "euro", "pound"})
FIRST_YEAR, LAST_YEAR = 1_000, 2_100
"""A range between these is one of years, unless it measures something."""
SMALL = 3
"""Whole numbers up to here may be counted up and not be written."""


@dataclass(frozen=True, slots=True)
class EntailmentFeatures:
    """How a claim compares with a few adjacent sentences of a passage, here called the span.

    ``found``: the share of the claim's terms that stand in the span or the headings; ``near``: in the rest of the
    passage only; ``pairs``: of its pairs of adjacent words that stand in the span; ``said_more``: of the span's terms
    that the claim lacks; all 0 to 1. The others count: names that stand only in the rest of the passage
    (``names_near``) or nowhere (``names_missing``); the same for the word that opens the claim, which may be a name,
    and for figures, where those up to three are ``small``, and those to which the span has another are
    ``figures_against``; names and figures that stand where a sentence like the claim has others (``exchanged``);
    terms that are denied on one side only (``negated``), negations that only the claim (``negation``) or the span has
    (``negation_dropped``); and whether, in a claim that repeats the span, names or figures come in another order
    (``reversed``, 0 or 1). ``cosine``: of the claim and the span, -1 to 1, and 0 where it was not computed.

    Where the reader read claim and span: ``supported`` and ``contradicted``, the logarithms of how likely it takes the
    claim to be borne out, and to be denied.
    """

    found: float = 0.0
    near: float = 0.0
    pairs: float = 0.0
    said_more: float = 0.0
    names_near: float = 0.0
    names_missing: float = 0.0
    opener_near: float = 0.0
    opener_missing: float = 0.0
    figures_near: float = 0.0
    figures_missing: float = 0.0
    small_figures_missing: float = 0.0
    figures_against: float = 0.0
    names_exchanged: float = 0.0
    figures_exchanged: float = 0.0
    negated: float = 0.0
    negation: float = 0.0
    negation_dropped: float = 0.0
    reversed: float = 0.0
    cosine: float = 0.0
    supported: float = 0.0
    contradicted: float = 0.0


def signs(
    said: SentenceFeatures,
    span: Sequence[SentenceFeatures],
    around: SentenceFeatures,
    above: frozenset[str] = frozenset(),
) -> EntailmentFeatures:
    """How what is said compares with a span of sentences.

    ``around`` is all of their passage, with its headings; the terms ``above``, those of its title and headings, count
    as if they stood in the span.
    """
    whole = joined(span)
    spelled_out = frozenset().union(*(parts for initials, parts in said.initials if initials in whole.terms))
    lacking = {term for term in said.terms - above - spelled_out if not stands_in(term, whole)}
    near = {term for term in lacking if stands_in(term, around)}
    missing_names = lacking & said.names
    pairs = _pairs(said)
    shared = pairs & frozenset().union(*map(_pairs, span))
    figures = _figures(said, whole, around)
    is_word_for_word = len(shared) > WORD_FOR_WORD * len(pairs)
    return EntailmentFeatures(
        found=1 - len(lacking) / max(1, len(said.terms)),
        near=len(near) / max(1, len(said.terms)),
        pairs=len(shared) / max(1, len(pairs)),
        said_more=len(whole.terms - said.terms) / max(1, len(whole.terms)),
        names_near=len(missing_names & near),
        names_missing=len(missing_names - near),
        opener_near=float(said.opener in near),
        opener_missing=float(said.opener in lacking - near),
        **figures,
        **_exchanged(said, span, is_word_for_word=is_word_for_word, figures_differ=any(figures.values())),
        **_negation(said, whole, max(span, key=_denials), strictly=is_word_for_word),
        reversed=float(is_word_for_word and any(said.claim.reverses(each.claim) for each in span)),
    )


def _pairs(text: SentenceFeatures) -> frozenset[tuple[str, str]]:
    return frozenset(pairwise(word.term for word in text.words))


def _figures(said: SentenceFeatures, span: SentenceFeatures, around: SentenceFeatures) -> dict[str, float]:
    ours, theirs = _by_themselves(said), _by_themselves(span)
    lacking = [figure for figure in ours if not _is_given(figure, theirs, span.amounts)]
    missing = [figure for figure in lacking if not _is_given(figure, _by_themselves(around), around.amounts)]
    small = [figure for figure in missing if figure.kind == "number" and figure.high < SMALL + 1]
    against = [
        figure
        for figure in lacking
        if any(figure.contradicts(other) and not _is_given(other, ours, said.amounts) for other in theirs)
    ]
    return {
        "figures_near": len(lacking) - len(missing),
        "figures_missing": len(missing) - len(small),
        "small_figures_missing": len(small),
        "figures_against": len(against),
    }


def _by_themselves(text: SentenceFeatures) -> list[Quantity]:
    """Its figures, where a range of years is two years, and decades and centuries are counted in years."""
    found: list[Quantity] = []
    for figure in text.claim.figures:
        if (
            figure.value[0] == "range"
            and figure.low >= FIRST_YEAR
            and figure.high < LAST_YEAR
            and figure.unit not in MEASURES
        ):
            found += [_year(figure, int(figure.low)), _year(figure, int(figure.high))]
        elif figure.unit in YEARS:
            length = YEARS[figure.unit]
            value = ("number", *(length * part if isinstance(part, float) else part for part in figure.value[1:]))
            low, high = figure.low * length, figure.high * length
            found.append(replace(figure, value=value, low=low, high=high, unit="year"))
        else:
            found.append(figure)
    return found


def _year(figure: Quantity, year: int) -> Quantity:
    return replace(figure, kind="date", value=("date", True, year, None, None), parts=(year, None, None), vague=True)


def _is_given(figure: Quantity, others: Sequence[Quantity], amounts: frozenset[float]) -> bool:
    """Whether one of the figures or amounts states this one, or more exactly."""
    if any(_states(other, figure) for other in others):
        return True
    if figure.kind == "number":
        return any(figure.low <= amount <= figure.high for amount in amounts)
    return figure.kind == "other" and not amounts_of(figure.text).isdisjoint(amounts)


def _states(exact: Quantity, figure: Quantity) -> bool:
    if exact.same_as(figure):
        return True
    if exact.kind == figure.kind == "date":
        return all(said is None or said == given for given, said in zip(exact.parts, figure.parts, strict=True))
    if exact.kind == figure.kind == "number":
        return _states_number(exact, figure)
    digits = re.findall(r"\d+", figure.text)
    return bool(digits) and digits == re.findall(r"\d+", exact.text)


def _states_number(exact: Quantity, figure: Quantity) -> bool:
    if "range" in (exact.value[0], figure.value[0]):
        return re.findall(r"\d+", figure.text) == re.findall(r"\d+", exact.text)
    if math.isinf(exact.high):
        return exact.value[1] == figure.value[1]
    return exact.meets(figure) and _same_unit(exact.unit, figure.unit)


def _same_unit(one: str, two: str) -> bool:
    return one == two or not {one, two} & MEASURES


def _exchanged(
    said: SentenceFeatures, span: Sequence[SentenceFeatures], *, is_word_for_word: bool, figures_differ: bool
) -> dict[str, float]:
    """How often, where all around is alike, the claim has another name or figure than a sentence of the span.

    A name that the span has elsewhere counts only where the claim repeats it word for word: other words come in another
    order.
    """
    whole, best = joined(span), max(span, key=lambda each: len(each.terms & said.terms))
    names = figures = 0
    for ours, theirs in _replaced(said.words, best.words):
        named, named_there = _of_kind("name", ours, said), _of_kind("name", theirs, best)
        if is_word_for_word:
            names += _are_others(named, named_there or {word.term for word in theirs})
        elif not all(stands_in(term, whole) for term in named):
            names += _are_others(named, named_there)
        if figures_differ:
            figures += _are_others(_of_kind("figure", ours, said), _of_kind("figure", theirs, best))
    return {"names_exchanged": float(names), "figures_exchanged": float(figures)}


def _replaced(ours: Sequence[Word], theirs: Sequence[Word]) -> Iterator[tuple[Sequence[Word], Sequence[Word]]]:
    """A few words of one text and those that stand in their place in another, each time that all around is alike."""
    matcher = SequenceMatcher(None, [word.term for word in ours], [word.term for word in theirs], autojunk=False)
    steps = matcher.get_opcodes()
    for number, (what, start, end, their_start, their_end) in enumerate(steps):
        are_few = max(end - start, their_end - their_start) <= EXCHANGED_WORDS
        beside = steps[max(0, number - 1) : number] + steps[number + 1 : number + 2]
        alike = sum(step[2] - step[1] for step in beside if step[0] == "equal")
        if what == "replace" and are_few and alike >= ALIKE_BESIDE:
            yield ours[start:end], theirs[their_start:their_end]


def _are_others(ours: set[str], theirs: set[str]) -> bool:
    """Whether there are terms on both sides, and none of them is a form of one on the other side."""
    if not ours or not theirs:
        return False
    return not any(one == two or is_form_of(one, two) for one in ours for two in theirs)


def _of_kind(kind: str, words: Sequence[Word], text: SentenceFeatures) -> set[str]:
    """The terms of those words of a text that are of a kind; what opens it may be a name."""
    return {word.term for word in words if word.kind == kind or (kind == "name" and word.term == text.opener)}


def _denials(text: SentenceFeatures) -> int:
    return text.negations + text.negatives


def _negation(
    said: SentenceFeatures, span: SentenceFeatures, most: SentenceFeatures, *, strictly: bool
) -> dict[str, float]:
    """What is denied on one side only; ``most`` is the sentence of the span that denies most.

    Words that may say no count for a negation, where the claim does not repeat the span word for word.
    """
    ours, theirs = (each.negations if strictly else _denials(each) for each in (said, most))
    outdone = said.outdone * (span.superlatives > 0 and not strictly)
    their_outdone = most.outdone * (said.superlatives > 0 and not strictly)
    added = max(0, said.negations - outdone - theirs)
    dropped = max(0, most.negations - their_outdone - ours)
    ours_denied, theirs_denied = (each.negated if strictly else each.denied for each in (said, span))
    apart = len((said.negated & span.terms) - theirs_denied) * (not outdone)
    apart += len((span.negated & said.terms) - ours_denied) * (not their_outdone)
    return {"negated": float(apart), "negation": float(added), "negation_dropped": float(dropped)}
