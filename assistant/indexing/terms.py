"""Words become terms: the one way in which questions, passages and sentences are compared by their words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import Stemmer

WORD = re.compile(r"\w+(?:[.,]\d+)*", re.UNICODE)
SCRIPTS_WITHOUT_SPACES = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f\u0e80-\u0eff\u1780-\u17ff]+"
)
CYRILLIC = re.compile("[\u0400-\u04ff]")
ACCENTS = re.compile("([a-z\u0370-\u03ff\u0435])[\u0300-\u036f]+")
"""Accents on Latin and Greek letters, and those that make a Cyrillic io of an e; a short i stays what it is."""

STOP_WORDS = frozenset(
    """a about after all also am an and any are as at be been being but by can could did do does for from had has have
    he her hers him his how i if in into is it its itself may me might more most much must my no nor not of on or our
    ours she should so some such than that the their theirs them then there these they this those through to too under
    until up upon us was we were what when where which while who whom whose why will with would you your yours s t re
    ve ll d m tell please say says said give know
    и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне было вот от меня
    о из ему когда даже ну ли если или ни быть был него до вас нибудь вам ведь там потом себя ей может они тут где
    есть для мы их чем была без какой какие""".split()
)
"""Words that say nothing about the subject, in the languages that are stemmed: English and Russian."""


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of one lower-case word: Snowball's Russian stemmer for Cyrillic, its English one for the rest."""
    # NOTE: a Stemmer object is not thread-safe, so each call makes its own; the cache makes that rare.
    return str(Stemmer.Stemmer("russian" if CYRILLIC.search(word) else "english", 0).stemWord(word))


def terms(text: str) -> list[str]:
    """The terms of a text in order, repeated as often as they stand there.

    Compatibility forms and case are folded, accents dropped, possessive 's cut, and words stemmed. Runs in scripts
    written without spaces (Chinese, Japanese, Thai, Lao, Khmer) become overlapping pairs of characters.
    """
    return list(_remembered_terms(text))


@lru_cache(maxsize=8_192)
def _remembered_terms(text: str) -> tuple[str, ...]:
    """The terms, kept for passages and sentences that are likely to be compared again: some 20 MB."""
    found: list[str] = []
    for word in WORD.findall(_fold(text)):
        if SCRIPTS_WITHOUT_SPACES.search(word):
            found.extend(_character_terms(word))
        else:
            found.append(stem(word.replace(",", "")))
    return tuple(found)


def content_terms(text: str) -> list[str]:
    """The terms of a text that say something about its subject; all of them when every one is a stop word."""
    return subject_terms(text) or terms(text)


def subject_terms(text: str) -> list[str]:
    """The terms of a text without stop words; none when every one is a stop word."""
    return [term for term in terms(text) if term not in STOP_STEMS]


def _fold(text: str) -> str:
    folded = ACCENTS.sub(r"\1", unicodedata.normalize("NFKD", text.casefold()))
    return re.sub(r"['\u2019]s\b", "", unicodedata.normalize("NFC", folded))


def _character_terms(word: str) -> list[str]:
    """Pairs of characters for runs without spaces, stems for what stands between them."""
    found: list[str] = []
    position = 0
    for run in SCRIPTS_WITHOUT_SPACES.finditer(word):
        if run.start() > position:
            found.append(stem(word[position : run.start()]))
        characters = run[0]
        found.extend(characters[i : i + 2] for i in range(max(1, len(characters) - 1)))
        position = run.end()
    if position < len(word):
        found.append(stem(word[position:]))
    return found


STOP_STEMS = STOP_WORDS | {stem(word) for word in STOP_WORDS}
