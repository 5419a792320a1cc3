"""Sentences that correct a figure in so many words, "310 houses, not 450", and earlier ones that gave it."""

from __future__ import annotations

import re
from collections.abc import Iterator
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


def correction(sentence: Sentence, earlier: Sentence) -> tuple[Disputed, Disputed] | None:
    """What a sentence gives for a figure that it rejects, and that figure in an earlier one about the same; or None.

    Both must count the same within a few days, and have a word in common besides: what changes is no dispute.
    """
    passages = sentence.passage, earlier.passage
    if any(one.language != DEFAULT_LANGUAGE for one in passages) or not same_news(*passages):
        return None
    told = figures(earlier.said, DEFAULT_LANGUAGE)
    for given, rejected in _corrected(sentence.said):
        if any(one.same_as(given) for one in told):
            continue
        same = (one for one in told if one.kind == rejected.kind and one.unit == given.unit)
        wrong = next((one for one in same if one.contradicts(given) and not one.contradicts(rejected)), None)
        if wrong and _are_about_one_thing(sentence, earlier):
            return Disputed(sentence, given), Disputed(earlier, wrong)
    return None


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
    """Whether two sentences have a word in common that is no name."""
    one, other = (claim(each.said, DEFAULT_LANGUAGE) for each in (sentence, earlier))
    return not (one.terms & other.terms) <= set(one.names) | set(other.names)
