"""Whom or what a sentence speaks of where it says "it" or "the company", and the question asks for just that name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.text.answer_sentences import Sentence, sentences_of
from assistant.text.english.expressions import names, opening_name
from assistant.text.sentences import ends_a_sentence
from assistant.text.terms import term_set, words
from assistant.types import DEFAULT_LANGUAGE, Passage

WHO, WHICH = frozenset({"who", "whom", "whose", "which"}), "which"
THINGS = frozenset({"it", "its"})
STANDS_FOR_A_NAME = THINGS | frozenset("they their theirs them he his him she her hers".split())
ASKED_FOR_BEHIND = 3
"""Among so many words behind "which" stands what is asked for: "which company", "which of the companies"."""
OPENING_QUOTES = ('"', "'", "\u201c", "\u2018")


def naming_its_subject(sentence: Sentence, question: str, section: Sequence[Passage]) -> list[Sentence]:
    """A sentence with the one before it that names whom it speaks of, where the question asks for that name.

    "Which company is run by Hanna Voss?" is answered by "Its chief executive is Hanna Voss." only with the sentence
    that tells whose chief executive she is: the nearest before it that opens with a name that the question lacks.
    ``section`` are the passages of the sentence's section.
    """
    if sentence.is_listed or sentence.passage.language != DEFAULT_LANGUAGE or not _leaves_open(sentence.text, question):
        return [sentence]
    asked = term_set(question)
    for other in _before(sentence, section):
        name = opening_name(other.text)
        if name and term_set(name) <= asked:
            break
        if name:
            return [other, sentence]
    return [sentence]


def _leaves_open(text: str, question: str) -> bool:
    """Whether a sentence speaks of what the question asks for, and does not name it.

    It opens with "the" and what is asked for; or a pronoun comes before any name, and nothing that is named after it
    can be meant: nothing new is, or a thing is asked for and the sentence opens with "it".
    """
    asking = words(question)
    if WHO.isdisjoint(asking):
        return False
    found = list(names(text))
    before = words(text[: found[0].start] if found else text)
    if before[:1] == ["the"] and not _asked_for(asking).isdisjoint(term_set(" ".join(before[1:2]))):
        return True
    if STANDS_FOR_A_NAME.isdisjoint(before):
        return False
    names_another = any(not term_set(text[name.start : name.end]) <= term_set(question) for name in found)
    return not names_another or (WHICH in asking and before[0] in THINGS)


def _asked_for(asking: Sequence[str]) -> frozenset[str]:
    """The terms of the words right behind "which"."""
    behind = asking[asking.index(WHICH) + 1 :][:ASKED_FOR_BEHIND] if WHICH in asking else ()
    return term_set(" ".join(behind))


def _before(sentence: Sentence, section: Sequence[Passage]) -> Iterator[Sentence]:
    """The whole sentences of prose before a sentence in its section, the nearest first, without what is quoted."""
    found = [other for passage in section for other in sentences_of(passage)] or sentences_of(sentence.passage)
    whole = (
        other
        for other in found
        if other.passage.source == sentence.passage.source
        and other.end <= sentence.start
        and not other.is_listed
        and ends_a_sentence(other.text)
        and not other.text.startswith(OPENING_QUOTES)
    )
    yield from sorted(whole, key=lambda other: -other.start)
