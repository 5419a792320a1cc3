"""The terms of a passage and of its sentences, worked out together and once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.answering.sentences import sentences_of
from assistant.indexing.terms import term_set, terms
from assistant.types import Passage


@dataclass(frozen=True, slots=True)
class PassageTerms:
    """The different terms of a passage, its pairs of adjacent ones, and the terms under which each sentence is found.

    Those are the sentence's own and those of the headings above it; the sentences are in order.
    """

    all: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    sentences: tuple[frozenset[str], ...]


@lru_cache(maxsize=1_024)
def passage_terms(passage: Passage) -> PassageTerms:
    """The terms of a passage in its language; kept, as the passages that are found for questions come again: 40 MB.

    A passage is read piece by piece, its sentences and what stands between them, so that no word is taken twice.
    """
    language = passage.language
    above = term_set(passage.breadcrumb, language)
    found: list[str] = []
    said: list[frozenset[str]] = []
    at = passage.start
    for sentence in sentences_of(passage):
        own = terms(sentence.text, language)
        between = passage.text[at - passage.start : sentence.start - passage.start]
        if not between.isspace():
            found += terms(between, language)
        found += own
        said.append(above.union(terms(sentence.row, language) if sentence.row else own))
        at = sentence.end
    found += terms(passage.text[at - passage.start :], language)
    return PassageTerms(frozenset(found), frozenset(pairwise(found)), tuple(said))
