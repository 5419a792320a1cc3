"""Whom or what a sentence speaks of where it says "it" or "the company", and the question asks for just that name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.text.answer_sentences import Sentence, sentences_of
from assistant.text.english.expressions import names, opening_name
from assistant.text.terms import term_set, words
from assistant.types import DEFAULT_LANGUAGE, Passage

ASKS_FOR_A_NAME = frozenset({"who", "whom", "whose", "which"})
STANDS_FOR_A_NAME = frozenset("it its they their theirs them he his him she her hers".split())


def naming_its_subject(sentence: Sentence, question: str, section: Sequence[Passage]) -> list[Sentence]:
    """A sentence with the one before it that names whom it speaks of, where the question asks for that name.

    "Which company is run by Hanna Voss?" is answered by "Its chief executive is Hanna Voss." only with the sentence
    that tells whose chief executive she is: the nearest before it that opens with a name that the question lacks.
    ``section`` are the passages of the sentence's section.
    """
    if (
        sentence.is_listed
        or sentence.passage.language != DEFAULT_LANGUAGE
        or ASKS_FOR_A_NAME.isdisjoint(words(question))
        or not _stands_for_a_name(sentence.text, question)
    ):
        return [sentence]
    asked = term_set(question)
    for other in _before(sentence, section):
        name = opening_name(other.text)
        if name and term_set(name) <= asked:
            break
        if name:
            return [other, sentence]
    return [sentence]


def _stands_for_a_name(text: str, question: str) -> bool:
    """Whether a sentence opens with "the" and a noun of the question, or has a pronoun before it names anything."""
    named = next(names(text), None)
    before = words(text[: named.start] if named else text)
    opens_with_what_is_asked_for = before[:1] == ["the"] and term_set(" ".join(before[1:2])) <= term_set(question)
    return opens_with_what_is_asked_for or not STANDS_FOR_A_NAME.isdisjoint(before)


def _before(sentence: Sentence, section: Sequence[Passage]) -> Iterator[Sentence]:
    """The sentences of prose before a sentence in its section, the nearest first."""
    found = [other for passage in section for other in sentences_of(passage)] or sentences_of(sentence.passage)
    of_document = (other for other in found if other.passage.source == sentence.passage.source and not other.is_listed)
    yield from sorted((other for other in of_document if other.end <= sentence.start), key=lambda other: -other.start)
