"""Whether a sentence of one document says what a sentence of another does, in whatever words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.answering.citations import plain
from assistant.answering.sentence_scoring import Embed
from assistant.models.packaged_reader import PackagedReader
from assistant.text.answer_sentences import Sentence
from assistant.text.claims import claim
from assistant.types import DEFAULT_LANGUAGE

NEAR, LIKELY = 0.65, 0.45
"""The cosine, and how likely the reader must take it, from which a sentence bears another out. Of the pairs of
sentences in benchmarks/agreement.jsonl that reach both, .95 say the same; .24 of those that say the same are found."""
READ = 3
"""Of the sentences that may, those nearest in meaning are read together with one."""


class Agreement:
    """Finds what bears sentences out; without a reader, or in other languages than English, nothing."""

    def __init__(self, embed: Embed, reader: PackagedReader | None) -> None:
        """``embed`` gives vectors of length 1, and should remember them."""
        self._embed = embed
        self._reader = reader

    def bearing_out(self, statement: Sentence, others: Sequence[Sentence]) -> Sentence | None:
        """The sentence that says all that a statement does, and perhaps more; None where none surely does."""
        english = [one for one in others if one.passage.language == DEFAULT_LANGUAGE]
        if self._reader is None or statement.passage.language != DEFAULT_LANGUAGE or not english:
            return None
        vectors = self._embed([statement.said, *(one.said for one in english)])
        cosines = vectors[1:] @ vectors[0]
        nearest = [english[at] for at in np.argsort(-cosines, kind="stable")[:READ] if cosines[at] >= NEAR]
        said = _as_read(statement)
        found = self._reader.support(said, [one.said for one in nearest]) if nearest else []
        likely = [
            (each["supported"], one)
            for one, each in zip(nearest, found, strict=True)
            if each["supported"] >= LIKELY
            and not claim(_as_read(one), DEFAULT_LANGUAGE).lacks_figures_of(claim(said, DEFAULT_LANGUAGE))
        ]
        return max(likely, key=lambda pair: pair[0])[1] if likely else None

    def same(self, sentence: Sentence, others: Sequence[Sentence]) -> Sentence | None:
        """The other that says all that a sentence does, or of which the sentence says all."""
        found = self.bearing_out(sentence, others)
        return found or next((one for one in others if self.bearing_out(one, [sentence])), None)


def _as_read(sentence: Sentence) -> str:
    return plain(sentence.said, is_item=sentence.is_item)
