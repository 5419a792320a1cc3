"""What an overview knows of a sentence: the terms by which it may be labelled, and the names that stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.news.speakers import bare_name
from assistant.text.answer_sentences import Sentence, sentences_of
from assistant.text.english import saying
from assistant.text.english.expressions import names
from assistant.text.english.peoples import NAMES
from assistant.text.english.vocabulary import MONTHS, NUMBER_WORDS, ORDINALS, SCALES
from assistant.text.terms import is_stop_word, stem
from assistant.types import DEFAULT_LANGUAGE, Passage

REMEMBERED_PASSAGES = 16_000
"""Some 60 MB: more than an overview looks at."""
WORD = re.compile(r"[^\W\d_][\w'\u2019-]*")
DATELINE = re.compile(r"\A[^a-z\s][^.!?\n]{0,50}?\s?[\u2013\u2014]\s(?=\S)")
"""Where and by whom a report was written, as it stands before its first sentence."""
CALLS = re.compile(r"\b[A-Z]{4,}\s[A-Z]{4,}\b")
"""What a page calls its readers to do: "MUST WATCH"."""
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

    A common word has a capital, too, where it opens a sentence.
    """

    name: str
    is_sure: bool


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


@lru_cache(maxsize=REMEMBERED_PASSAGES)
def sketches_of(passage: Passage) -> tuple[Sketch, ...]:
    """The sketches of a passage's sentences and list items; names of English ones alone."""
    return tuple(_sketch(one) for one in sentences_of(passage) if _is_text(one))


def _is_text(sentence: Sentence) -> bool:
    """Whether it is a sentence or a list item, and none of what stands around a text."""
    calls = CALLS.search(sentence.text) and not sentence.text.isupper()
    return not (sentence.row or sentence.is_fragment or sentence.heads_a_mail or calls)


def _sketch(sentence: Sentence) -> Sketch:
    named = list(_names(sentence)) if sentence.passage.language == DEFAULT_LANGUAGE else []
    terms: dict[str, Term] = {}
    for key, term in _terms(sentence, [span for _, span in named]):
        if key not in terms or (term.is_thing and not terms[key].is_thing):
            terms[key] = term
    return Sketch(sentence, terms, tuple(use for use, _ in named))


def begins(sentence: Sentence) -> int:
    """Where what a sentence says begins in its text, behind a dateline."""
    dateline = DATELINE.match(sentence.text)
    return dateline.end() if dateline else 0


def _names(sentence: Sentence) -> Iterator[tuple[NameUse, tuple[int, int]]]:
    """The names of a sentence, each with where it stands in its text, titles included."""
    first = begins(sentence)
    text = sentence.text[first:]
    for span in names(text):
        name = bare_name(text[span.start : span.end])
        is_sure = bool(WORD.search(text, 0, span.start)) or " " in name or name.isupper()
        if len(name) > 1:
            yield NameUse(name, is_sure), (first + span.start, first + span.end)


def _terms(sentence: Sentence, named: Sequence[tuple[int, int]]) -> Iterator[tuple[str, Term]]:
    """Names of several words; other words that say something, and pairs of such with only white space between."""
    text, language = sentence.text, sentence.passage.language
    long_names = [(start, end) for start, end in named if " " in bare_name(text[start:end])]
    for start, end in long_names:
        name = bare_name(text[start:end])
        if len(name.split()) <= MOST_WORDS_OF_A_NAME:
            yield _key(name.split(), language), Term(name, is_thing=True)
    alone = {start for start, end in named if (start, end) not in long_names}
    words = [word for word in WORD.finditer(text, begins(sentence))]
    inside = [any(start <= word.start() < end for start, end in long_names) for word in words]
    before = ""
    for at, word in enumerate(words):
        behind = words[at + 1] if at + 1 < len(words) else None
        if inside[at] or not _tells(word[0], language):
            before = word[0].lower()
            continue
        goes_on = behind is not None and text[word.end() : behind.start()].isspace() and _tells(behind[0], language)
        written = _without_ending(word[0])
        is_name = word.start() in alone and at > 0
        if written.lower() not in OF_STATES:
            yield _key([written], language), Term(written, is_name or (before in BEFORE_A_NOUN and not goes_on))
        if behind is not None and goes_on and not inside[at + 1] and before not in BEFORE_A_VERB:
            pair = [word[0], _without_ending(behind[0])]
            after = words[at + 2] if at + 2 < len(words) else None
            ends = after is None or not text[behind.end() : after.start()].isspace() or not _tells(after[0], language)
            yield _key(pair, language), Term(" ".join(pair), ends)
        before = word[0].lower()


def _tells(word: str, language: str) -> bool:
    folded = word.lower()
    is_long = len(word) >= SHORTEST or (len(word) > 1 and word.isupper())
    return (
        is_long
        and "n't" not in folded.replace("\u2019", "'")
        and not is_stop_word(folded, language)
        and not (language == DEFAULT_LANGUAGE and folded in NO_LABELS)
    )


def _without_ending(word: str) -> str:
    return word.replace("\u2019", "'").removesuffix("'s").rstrip("'-")


def _key(words: Sequence[str], language: str) -> str:
    return " ".join(stem(word.lower(), language) for word in words)


def title_terms(title: str, language: str) -> frozenset[str]:
    """The terms of a title."""
    words = [_without_ending(word[0]) for word in WORD.finditer(title)]
    return frozenset(_key(run, language) for run in (*([word] for word in words), *pairwise(words)))
