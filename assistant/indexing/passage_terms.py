"""The terms of a passage and of its sentences: worked out once, when it is indexed, and kept with it."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.text.answer_sentences import sentences_of
from assistant.text.terms import terms
from assistant.types import Passage


@dataclass(frozen=True, slots=True)
class PassageTerms:
    """The terms of a passage's text, and those of each of its sentences, in order; none of them holds white space.

    ``text`` has a space before, between and after its terms, a sentence only between. Those of a table row are of its
    cells behind the heads of their columns.
    """

    text: str
    sentences: tuple[str, ...]

    @classmethod
    def of(cls, passage: Passage) -> PassageTerms:
        """Work out the terms of a passage in its language."""
        said = (terms(sentence.said, passage.language) for sentence in sentences_of(passage))
        return cls(f" {' '.join(terms(passage.text, passage.language))} ", tuple(map(" ".join, said)))

    @classmethod
    def from_lines(cls, lines: str) -> PassageTerms:
        """Read what `lines` gave."""
        text, *sentences = lines.split("\n")
        return cls(text, tuple(sentences))

    def lines(self) -> str:
        """All of them, to be kept: a line for the text, and one for each sentence."""
        return "\n".join((self.text, *self.sentences))

    def holds(self, phrase: str) -> bool:
        """Whether the text holds a term, or several with a space between two, side by side."""
        return f" {phrase} " in self.text
