"""Words become terms: the one way in which questions, passages and sentences are compared by their words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

import Stemmer

from assistant.text.scripts import RUN_WITHOUT_SPACES, language_of_word
from assistant.text.stop_words import STOP_WORDS
from assistant.types import DEFAULT_LANGUAGE

SIGNS = (
    "\u0900-\u0963\u0970-\u0dff\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b6-\u17d3"
)
"""Vowel signs and the like, which belong to words in India and South-East Asia though they are no letters."""
WORD = re.compile(rf"\w[\w{SIGNS}]*(?:[.,]\d+)*")
ASCII_WORD = re.compile(r"\w+(?:[.,]\d+)*", re.ASCII)
"""The same for a text in ASCII, found in half the time."""
ACCENTS = re.compile("([a-z\u0370-\u03ff\u0435])[\u0300-\u036f]+")
"""Accents on Latin and Greek letters, and those that make a Cyrillic io of an e; a short i stays what it is."""
NOT_WRITTEN_ALWAYS = re.compile("(?<=[\u0430-\u044f\u0454\u0456])\u0301|[\u0591-\u05c7\u0640\u064b-\u0655\u0670\u00ad]")
"""Stress marks in Russian and Ukrainian, points in Hebrew, vowel marks and stretching in Arabic, soft hyphens."""
TYPESET = {
    "\u2019": "'",
    "\u2018": '"',
    "\u201c": '"',
    "\u201d": '"',
    "\u2013": "-",
    "\u2014": "-",
    "\u2026": "...",
    "\xa0": " ",
}
"""EntailmentFeatures between words, and what parts words alike: without them, most texts in English are ASCII."""
POSSESSIVE = re.compile(r"['\u2019]s\b")

SMALL_WORD = 3
"""Letters of the longest words that hardly say anything, as most articles and prepositions."""

STEMMERS = {
    "ar": "arabic", "bs": "serbian", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian",
    "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hr": "serbian", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "be": "russian", "bg": "russian", "mk": "russian",
    "uk": "russian",
}  # fmt: skip
"""Snowball's stemmer by language. Some languages have none of their own and borrow that of a near relative."""
STEMS_REMEMBERED = 200_000
"""Of how many words of a language the terms are kept at most: some 30 MB."""


class _Stems(dict[str, str]):
    """The terms of the words of one language, worked out when they are first asked for."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __missing__(self, word: str) -> str:
        if len(self) >= STEMS_REMEMBERED:
            self.clear()
        term = self[word] = _stem(word, self._language)
        return term


_stems = lru_cache(maxsize=64)(_Stems)


def stem(word: str, language: str = DEFAULT_LANGUAGE) -> str:
    """The term of one folded word in a text of a language: its stem there, without accents.

    A word in another script than the language's is stemmed as the likeliest language of that script.
    """
    return _stems(language)[word]


def _stem(word: str, language: str) -> str:
    spoken = language_of_word(word, language)
    if spoken == DEFAULT_LANGUAGE:
        word = _without_accents(word)
    # NOTE: a Stemmer object is not thread-safe, so each call makes its own; remembering the terms makes that rare.
    algorithm = STEMMERS.get(spoken)
    return _without_accents(Stemmer.Stemmer(algorithm, 0).stemWord(word) or word if algorithm else word)


def terms(text: str, language: str = DEFAULT_LANGUAGE) -> list[str]:
    """The terms of a text in a language, in order, repeated as often as they stand there.

    Compatibility forms and case are folded, possessive 's cut, words stemmed, and accents dropped. Runs in scripts
    written without spaces (Chinese, Japanese, Thai, Lao, Burmese, Khmer) become overlapping pairs of characters.
    """
    return list(_remembered_terms(text, language))


@lru_cache(maxsize=8_192)
def term_set(text: str, language: str = DEFAULT_LANGUAGE) -> frozenset[str]:
    """The different terms of a text in a language; see `terms`."""
    return frozenset(_remembered_terms(text, language))


@lru_cache(maxsize=8_192)
def _remembered_terms(text: str, language: str) -> tuple[str, ...]:
    """The terms, kept for passages and sentences that are likely to be compared again: some 20 MB."""
    return tuple(map(_stems(language).__getitem__, words(text)))


def words(text: str) -> list[str]:
    """The words of a text in order, folded and not yet stemmed, or pairs of characters; see `terms`."""
    folded = fold(text)
    if folded.isascii():
        return [word.replace(",", "") for word in ASCII_WORD.findall(folded)]
    found: list[str] = []
    for word in WORD.findall(folded):
        if not word.isascii() and RUN_WITHOUT_SPACES.search(word):
            found.extend(_pieces(word))
        else:
            found.append(word.replace(",", ""))
    return found


def covers(text: str, other: str, share: float) -> bool:
    """Whether a text, in whatever language, has so large a share of the words that another has, but for small words."""
    wanted = telling_words(other)
    return len(wanted & telling_words(text)) >= share * len(wanted)


def telling_words(text: str) -> set[str]:
    """The different words of a text in whatever language that are not so short that they hardly say anything."""
    return {word for word in words(text) if len(word) > SMALL_WORD or not word.isalpha() or not word.isascii()}


def forms(word: str, languages: Iterable[str]) -> tuple[str, ...]:
    """The different terms that a word is in texts of these languages."""
    return tuple(dict.fromkeys(stem(word, language) for language in languages))


def subject_terms(text: str, language: str = DEFAULT_LANGUAGE) -> list[str]:
    """The terms of a text without stop words; none when every one is a stop word."""
    return [stem(word, language) for word in subject_words(text, language)]


def content_words(text: str, language: str) -> list[str]:
    """The words of a text that say something about its subject; all of them when every one is a stop word."""
    return subject_words(text, language) or words(text)


def subject_words(text: str, language: str) -> list[str]:
    """The words of a text without stop words; none when every one is a stop word."""
    return [word for word in words(text) if not is_stop_word(word, language)]


def is_stop_word(word: str, language: str) -> bool:
    """Whether a folded word says nothing about a subject in a text of a language."""
    return stem(word, language) in stop_terms(language_of_word(word, language))


@cache
def stop_terms(language: str) -> frozenset[str]:
    """The terms of a language's stop words, and those words as they are written."""
    listed = STOP_WORDS.get(language, "").split()
    return frozenset(listed) | {stem(word, language) for word in listed}


def likeliest_language(text: str, languages: Sequence[str]) -> str:
    """Which of the languages, or English, a short text is in: that of whose stop words most stand in it.

    The first of the languages wins a tie, English comes last.
    """
    spoken = words(text)
    counts = {
        language: sum(is_stop_word(word, language) for word in spoken) for language in (*languages, DEFAULT_LANGUAGE)
    }
    return max(counts, key=lambda language: counts[language])


def fold(text: str) -> str:
    """A text as words are compared: compatibility forms and case folded, possessive 's cut; accents stay."""
    if not text.isascii():
        for sign, typed in TYPESET.items():
            text = text.replace(sign, typed)
    if text.isascii():
        return POSSESSIVE.sub("", text.lower())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    folded = NOT_WRITTEN_ALWAYS.sub("", folded)
    return POSSESSIVE.sub("", folded)


def _without_accents(word: str) -> str:
    if word.isascii():
        return word
    return unicodedata.normalize("NFC", ACCENTS.sub(r"\1", unicodedata.normalize("NFKD", word)))


def _pieces(word: str) -> list[str]:
    """Pairs of characters for runs without spaces, words for what stands between them."""
    found: list[str] = []
    position = 0
    for run in RUN_WITHOUT_SPACES.finditer(word):
        if run.start() > position:
            found.append(word[position : run.start()])
        characters = run[0]
        found.extend(characters[i : i + 2] for i in range(max(1, len(characters) - 1)))
        position = run.end()
    if position < len(word):
        found.append(word[position:])
    return found
