"""How much each word of a question says."""

from __future__ import annotations

import math
from collections.abc import Callable

from assistant.answering.questions import subject_of

DocumentFrequency = Callable[[str], int]


class TermWeights:
    """How much each term of one question says: its inverse document frequency in the corpus."""

    def __init__(self, question: str, document_frequency: DocumentFrequency, passages: int) -> None:
        """Weigh the question's terms in a corpus of so many passages."""
        self.weights = {
            term: math.log(1 + (passages - found + 0.5) / (found + 0.5))
            for term in dict.fromkeys(subject_of(question))
            for found in [min(passages, document_frequency(term))]
        }
        self.total = sum(self.weights.values()) or 1.0

    def coverage(self, text_terms: set[str]) -> float:
        """The weighted share of the question's terms that are among these, 0 to 1."""
        return sum(weight for term, weight in self.weights.items() if term in text_terms) / self.total
