"""Sentences that correct a figure in so many words, "310 houses, not 450", and earlier ones that gave it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.answering.conflicts import Disputed, same_news
from assistant.text.answer_sentences import Sentence
from assistant.text.claims import claim
from assistant.text.english.quantities import Quantity, figures
from assistant.types import DEFAULT_LANGUAGE

NOT_THE_SECOND = re.compile(r"[^.;:]{0,40}?,\s(?:and\s)?not\s(?:the\s)?")
"""Between two figures of which the second is said to be wrong."""
BUT_THE_SECOND = re.compile(r"[^.;:]{0,40}?,?\sbut\s")
"""Between two figures of which the first is said to be wrong, where "not" stands before it."""
NOT = re.compile(r"\bnot\s(?:the\s)?$")


def corrections(sentence: Sentence, earlier: Sequence[Sentence]) -> Iterator[tuple[Disputed, Disputed]]:
    """What a sentence gives for figures that it rejects, and these figures in earlier sentences about the same.

    Both must count the same within a few days, and have a word in common besides: what changes is no dispute.
    """
    if sentence.passage.language != DEFAULT_LANGUAGE:
        return
    for given, rejected in _corrected(sentence.said):
        for other in earlier:
            wrong = _wrongly_given(other, given, rejected)
            if wrong and _are_about_one_thing(sentence, other):
                yield Disputed(sentence, given), Disputed(other, wrong)


def _wrongly_given(earlier: Sentence, given: Quantity, rejected: Quantity) -> Quantity | None:
    """The figure of a sentence that is the rejected one, and counts the same; None where the right one stands there."""
    told = figures(earlier.said, earlier.passage.language)
    if any(one.same_as(given) for one in told):
        return None
    same = (one for one in told if one.kind == rejected.kind and one.unit == given.unit)
    return next((one for one in same if one.contradicts(given) and not one.contradicts(rejected)), None)


def _corrected(text: str) -> Iterator[tuple[Quantity, Quantity]]:
    """Figures of a sentence that are given for others which it rejects, with these."""
    for one, other in pairwise(figures(text, DEFAULT_LANGUAGE)):
        between = text[one.end : other.start]
        if not one.contradicts(other):
            continue
        if NOT_THE_SECOND.fullmatch(between):
            yield one, other
        elif NOT.search(text, 0, one.start) and BUT_THE_SECOND.fullmatch(between):
            yield other, one


def _are_about_one_thing(sentence: Sentence, earlier: Sentence) -> bool:
    """Whether two sentences of a few days have a word in common that is no name."""
    if earlier.passage.language != DEFAULT_LANGUAGE or not same_news(sentence.passage, earlier.passage):
        return False
    one, other = (claim(each.said, DEFAULT_LANGUAGE) for each in (sentence, earlier))
    return not (one.terms & other.terms) <= set(one.names) | set(other.names)
