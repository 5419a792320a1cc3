"""How much each word of a question says."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from assistant.answering.questions import subject_of
from assistant.indexing.terms import forms, likeliest_language, stem
from assistant.types import DEFAULT_LANGUAGE

DocumentFrequency = Callable[[str], int]


class TermWeights:
    """How much each word of one question says: its inverse document frequency in the corpus, in any language."""

    def __init__(
        self,
        question: str,
        document_frequency: DocumentFrequency,
        passages: int,
        languages: Sequence[str] = (DEFAULT_LANGUAGE,),
    ) -> None:
        """Weigh the question's words in a corpus of so many passages, written in these languages."""
        words = subject_of(question, likeliest_language(question, languages))
        self._words = {
            word: math.log(1 + (passages - found + 0.5) / (found + 0.5))
            for word in dict.fromkeys(words)
            for found in [min(passages, sum(map(document_frequency, forms(word, languages))))]
        }
        self._by_language: dict[str, dict[str, float]] = {}
        self.total = sum(self.weights(next(iter(languages), DEFAULT_LANGUAGE)).values()) or 1.0

    def weights(self, language: str) -> dict[str, float]:
        """The weight of each term that the question has in a text of a language."""
        if language not in self._by_language:
            self._by_language[language] = {stem(word, language): weight for word, weight in self._words.items()}
        return self._by_language[language]

    def coverage(self, text_terms: set[str], language: str = DEFAULT_LANGUAGE) -> float:
        """The weighted share of the question's terms that are among these of a text in a language, 0 to 1."""
        weights = self.weights(language)
        total = sum(weights.values()) or 1.0
        return sum(weight for term, weight in weights.items() if term in text_terms) / total
