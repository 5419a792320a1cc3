"""Whether a sentence of one document says what a sentence of another does, in whatever words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.answering.citations import plain
from assistant.answering.conflicts import are_of_one_document, claim_of
from assistant.answering.sentence_scoring import Embed
from assistant.models.packaged_reader import PackagedReader
from assistant.text.answer_sentences import Sentence
from assistant.types import DEFAULT_LANGUAGE

NEAR, LIKELY = 0.65, 0.45
"""The cosine, and how likely the reader must take it, from which a sentence bears another out. Of the pairs of
sentences in benchmarks/agreement.jsonl that reach both, .78 say the same; .09 of those that say the same are found."""
SHARED, SHARED_NAMES = 0.15, 0.5
"""More than such a share of a statement's terms what bears it out has, too; where all of them are names, so large a
one. Reader and embedding alone take sentences on one subject for one another."""
READ = 3
"""Of the sentences that may, those nearest in meaning are read together with one."""


class Agreement:
    """Finds what bears sentences out; without a reader, or in other languages than English, nothing."""

    def __init__(self, embed: Embed, reader: PackagedReader | None) -> None:
        """``embed`` gives vectors of length 1, and should remember them."""
        self._embed = embed
        self._reader = reader

    def bearing_out(self, statement: Sentence, others: Sequence[Sentence]) -> Sentence | None:
        """The sentence of another document that says all that a statement does, and perhaps more; None for none."""
        nearest = self._nearest(statement, [one for one in others if may_bear_out(statement, one)])
        likely = [(how, one) for how, one in zip(self._likely(statement, nearest), nearest, strict=True) if how]
        return max(likely, key=lambda pair: pair[0])[1] if likely else None

    def same(self, sentence: Sentence, others: Sequence[Sentence]) -> Sentence | None:
        """The other that says all that a sentence does, or of which the sentence says all."""
        may = [one for one in others if may_bear_out(sentence, one) or may_bear_out(one, sentence)]
        nearest = self._nearest(sentence, may)
        there = self._likely(sentence, nearest)
        back = [self._likely(one, [sentence])[0] if not how else 0.0 for how, one in zip(there, nearest, strict=True)]
        likely = [(max(pair), one) for *pair, one in zip(there, back, nearest, strict=True) if any(pair)]
        return max(likely, key=lambda pair: pair[0])[1] if likely else None

    def _nearest(self, sentence: Sentence, others: Sequence[Sentence]) -> list[Sentence]:
        """The few of the others that are near enough in meaning to be read together with a sentence."""
        english = [
            one
            for one in others
            if one.passage.language == DEFAULT_LANGUAGE and not are_of_one_document(sentence.passage, one.passage)
        ]
        if self._reader is None or sentence.passage.language != DEFAULT_LANGUAGE or not english:
            return []
        vectors = self._embed([sentence.said, *(one.said for one in english)])
        cosines = vectors[1:] @ vectors[0]
        return [english[at] for at in np.argsort(-cosines, kind="stable")[:READ] if cosines[at] >= NEAR]

    def _likely(self, statement: Sentence, others: Sequence[Sentence]) -> list[float]:
        """How likely each of a few bears a statement out, 0 where that is not likely enough."""
        may = [one for one in others if may_bear_out(statement, one)]
        if self._reader is None or not may:
            return [0.0] * len(others)
        read = self._reader.support(plain(statement.said, is_item=statement.is_item), [one.said for one in may])
        supported = {one: each["supported"] for one, each in zip(may, read, strict=True)}
        return [how if (how := supported.get(one, 0.0)) >= LIKELY else 0.0 for one in others]


def may_bear_out(statement: Sentence, sentence: Sentence) -> bool:
    """Whether a sentence has the figures of a statement, and enough of its terms, to be read together with it."""
    claimed, other = claim_of(statement), claim_of(sentence)
    shared = claimed.terms & other.terms
    share = len(shared) / max(1, len(claimed.terms))
    has_terms = share >= SHARED_NAMES or (share > SHARED and not shared <= set(claimed.names))
    return has_terms and not other.lacks_figures_of(claimed)
