"""What an overview knows of a sentence: the terms by which it may be labelled, and the names that stand in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.news.speech.speakers import bare_name
from assistant.text.answer_sentences import Sentence, sentences_of
from assistant.text.boilerplate import leads_elsewhere
from assistant.text.english import saying
from assistant.text.english.datelines import behind_dateline
from assistant.text.english.expressions import names
from assistant.text.english.peoples import NAMES
from assistant.text.english.vocabulary import MONTHS, NUMBER_WORDS, ORDINALS, SCALES
from assistant.text.terms import is_stop_word, stem
from assistant.types import DEFAULT_LANGUAGE, Passage

WORD = re.compile(r"[^\W\d_][\w'\u2019-]*")
DATELINE = re.compile(r"\A[^a-z\s][^.!?\n]{0,50}?\s?[\u2013\u2014]\s(?=\S)")
"""Where and by whom a report was written, as it stands before its first sentence."""
CALLS = re.compile(r"\b[A-Z]{4,}\s[A-Z]{4,}\b")
"""What a page calls its readers to do: "MUST WATCH"."""
_APOSTROPHE = re.compile("['\u2019]")
SHORTEST = 3
"""Letters of a word that may label something; one that is all capitals may be shorter."""
MOST_WORDS_OF_A_NAME = 4
NO_LABELS = (
    frozenset(saying.SAY)
    | saying.TIMES
    | saying.PREPOSITIONS
    | saying.BREAKS
    | saying.DETERMINERS
    | saying.AUXILIARIES
    | saying.NOBODY
    | saying.OBJECTS
    | NUMBER_WORDS.keys()
    | ORDINALS.keys()
    | SCALES.keys()
    | {month.lower() for month in MONTHS}
)
"""English words that stand in texts on any subject."""
OF_STATES = frozenset(name.lower() for _, *others in NAMES for name in others)
"""What belongs to a state says no more of a subject than the state's name: "Russian", "Russians"."""
BEFORE_A_NOUN = saying.DETERMINERS | saying.PREPOSITIONS | frozenset("this these no".split())
BEFORE_A_VERB = saying.PRONOUNS | saying.OURSELVES | saying.AUXILIARIES | frozenset(("to", "who"))


@dataclass(frozen=True, slots=True)
class NameUse:
    """A name in a sentence, without a title; ``is_sure`` where not its place alone makes it one.

    A common word has a capital, too, where it opens a sentence. ``is_titled``: an office stands before it, as before a
    person's name.
    """

    name: str
    is_sure: bool
    is_titled: bool


@dataclass(frozen=True, slots=True)
class Term:
    """A term as it is written; ``is_thing``: it stands where a noun does, or is a name."""

    written: str
    is_thing: bool


@dataclass(frozen=True, slots=True)
class Sketch:
    """A sentence with its terms, one to four words each, by their stems, and its names, in order."""

    sentence: Sentence
    terms: Mapping[str, Term]
    names: tuple[NameUse, ...]


def sketches_of(passage: Passage) -> tuple[Sketch, ...]:
    """The sketches of a passage's sentences and list items; names of English ones alone."""
    return tuple(_sketch(one) for one in sentences_of(passage) if _is_text(one))


def _is_text(sentence: Sentence) -> bool:
    """Whether it is a sentence or a list item, and none of what stands around a text."""
    calls = CALLS.search(sentence.text) and not sentence.text.isupper()
    is_around = sentence.is_fragment or sentence.heads_a_mail or leads_elsewhere(sentence.text)
    return not (sentence.row or is_around or calls)


def _sketch(sentence: Sentence) -> Sketch:
    named = list(_names(sentence)) if sentence.passage.language == DEFAULT_LANGUAGE else []
    terms: dict[str, Term] = {}
    for key, term in _terms(sentence, named):
        if key not in terms or (term.is_thing and not terms[key].is_thing):
            terms[key] = term
    return Sketch(sentence, terms, tuple(use for use, _ in named))


def begins(sentence: Sentence) -> int:
    """Where what a sentence says begins in its text, behind a dateline."""
    dateline = DATELINE.match(sentence.text)
    return dateline.end() if dateline else behind_dateline(sentence.text, 0, len(sentence.text))


def _names(sentence: Sentence) -> Iterator[tuple[NameUse, tuple[int, int]]]:
    """The names of a sentence, each with where it stands in its text, titles included."""
    first = begins(sentence)
    text = sentence.text[first:]
    for span in names(text):
        name = bare_name(text[span.start : span.end])
        is_titled = span.start + len(name) < span.end and text.endswith(name, span.start, span.end)
        is_sure = is_titled or bool(WORD.search(text, 0, span.start)) or " " in name or name.isupper()
        if len(name) > 1 and not _is_common(name):
            yield NameUse(name, is_sure, is_titled), (first + span.start, first + span.end)


def _is_common(name: str) -> bool:
    """Whether it is a word that only its place gives a capital: "We", "I'm", "Now"."""
    word = _APOSTROPHE.split(name.lower())[0]
    return not name.isupper() and (is_stop_word(word, DEFAULT_LANGUAGE) or word in saying.OPEN_SENTENCES)


def _terms(sentence: Sentence, named: Sequence[tuple[NameUse, tuple[int, int]]]) -> Iterator[tuple[str, Term]]:
    """Names of several words; other words that say something, and pairs of such with only white space between."""
    language = sentence.passage.language
    long_names = {span: use.name for use, span in named if " " in use.name}
    for name in long_names.values():
        if len(name.split()) <= MOST_WORDS_OF_A_NAME:
            yield _key(name.split(), language), _term(name, is_thing=True)
    words = _Words(sentence, long_names.keys(), {span[0] for _, span in named if span not in long_names})
    for at in words.free():
        written, key = words.written(at)
        if written.lower() not in OF_STATES:
            yield key, _term(written, is_thing=words.is_thing(at))
        if words.opens_a_pair(at):
            second, its_key = words.written(at + 1)
            yield f"{key} {its_key}", _term(f"{written} {second}", is_thing=not words.goes_on(at + 1))


class _Words:
    """The words of a sentence; ``long_names`` are where names of several words stand, ``names`` where others start."""

    def __init__(self, sentence: Sentence, long_names: Collection[tuple[int, int]], names: Collection[int]) -> None:
        self._text = sentence.text
        self._language = sentence.passage.language
        self._names = names
        self._words = list(WORD.finditer(self._text, begins(sentence)))
        self._tells = [_tells(word[0], self._language) for word in self._words]
        self._free = [
            not long_names or not any(start <= word.start() < end for start, end in long_names) for word in self._words
        ]

    def free(self) -> Iterator[int]:
        """The places of words that say something and stand in no name of several words."""
        return (at for at, tells in enumerate(self._tells) if tells and self._free[at])

    def written(self, at: int) -> tuple[str, str]:
        """A word as it is written, without the genitive, and its stem."""
        return _written(self._words[at][0], self._language)

    def goes_on(self, at: int) -> bool:
        """Whether another word that says something follows at once."""
        if at + 1 == len(self._words) or not self._tells[at + 1]:
            return False
        return self._text[self._words[at].end() : self._words[at + 1].start()].isspace()

    def is_thing(self, at: int) -> bool:
        """Whether a word is a name, or stands as a noun does; any may in other languages than English."""
        is_name = at > 0 and self._words[at].start() in self._names
        return (
            is_name
            or self._language != DEFAULT_LANGUAGE
            or (self._before(at) in BEFORE_A_NOUN and not self.goes_on(at))
        )

    def opens_a_pair(self, at: int) -> bool:
        """Whether a word and the next are said together, and the first is no verb."""
        return self.goes_on(at) and self._free[at + 1] and self._before(at) not in BEFORE_A_VERB

    def _before(self, at: int) -> str:
        return self._words[at - 1][0].lower() if at else ""


@lru_cache(maxsize=100_000)
def _tells(word: str, language: str) -> bool:
    """Whether a word may say something about a subject."""
    folded = word.lower()
    is_long = len(word) >= SHORTEST or (len(word) > 1 and word.isupper())
    return (
        is_long
        and "n't" not in folded.replace("\u2019", "'")
        and not is_stop_word(folded, language)
        and not (language == DEFAULT_LANGUAGE and folded in NO_LABELS)
    )


_term = lru_cache(maxsize=100_000)(Term)
"""A term; most stand in many sentences."""


@lru_cache(maxsize=100_000)
def _written(word: str, language: str) -> tuple[str, str]:
    """A word without the genitive, and its stem."""
    written = _without_ending(word)
    return written, _key([written], language)


def _without_ending(word: str) -> str:
    return word.replace("\u2019", "'").removesuffix("'s").rstrip("'-")


def _key(words: Sequence[str], language: str) -> str:
    return " ".join(stem(word.lower(), language) for word in words)


def title_terms(title: str, language: str) -> frozenset[str]:
    """The terms of a title."""
    words = [_without_ending(word[0]) for word in WORD.finditer(title)]
    return frozenset(_key(run, language) for run in (*([word] for word in words), *pairwise(words)))
