"""The scripts words are written in, and the language that is assumed of a word from its script."""

from __future__ import annotations

import re

from assistant.types import DEFAULT_LANGUAGE

WITHOUT_SPACES = (
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"
)
"""The letters of scripts that set no spaces between words: Chinese, Japanese, Thai, Lao, Burmese, Khmer."""

_OTHER_THAN_LATIN: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(f"[{letters}]"), tuple(languages.split()))
    for letters, languages in (
        ("\u0400-\u052f", "ru uk be bg mk sr kk ky mn tg"),
        ("\u0370-\u03ff\u1f00-\u1fff", "el"),
        ("\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc", "ar fa ur ps"),
        ("\u0900-\u097f", "hi mr ne"),
        ("\u0530-\u058f", "hy"),
        ("\u0b80-\u0bff", "ta"),
        ("\u4e00-\u9fff", "zh ja"),
        ("\u3040-\u30ff", "ja"),
        ("\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f", "ko"),
        ("\u0e00-\u0e7f", "th"),
        ("\u0e80-\u0eff", "lo"),
        ("\u1000-\u109f", "my"),
        ("\u1780-\u17ff", "km"),
        ("\u0590-\u05ff", "he"),
        ("\u10a0-\u10ff", "ka"),
        ("\u0980-\u09ff", "bn"),
        ("\u0a00-\u0a7f", "pa"),
        ("\u0a80-\u0aff", "gu"),
        ("\u0c00-\u0c7f", "te"),
        ("\u0c80-\u0cff", "kn"),
        ("\u0d00-\u0d7f", "ml"),
        ("\u0d80-\u0dff", "si"),
    )
)
"""Letters, and the languages that are written in them, the likeliest first."""

RUN_WITHOUT_SPACES = re.compile(f"[{WITHOUT_SPACES}]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
NOT_IN_LATIN = {language for _, languages in _OTHER_THAN_LATIN for language in languages} - {"sr"}


def language_of_word(word: str, language: str) -> str:
    """The language that a word in a text of ``language`` is taken to be of: that one, if it is written in its script.

    Else the likeliest one of the script of its first letter: English for Latin letters, Russian for Cyrillic ones.
    """
    if word.isascii():
        return DEFAULT_LANGUAGE if language in NOT_IN_LATIN else language or DEFAULT_LANGUAGE
    for letters, languages in _OTHER_THAN_LATIN:
        if letters.match(word):
            return language if language in languages else languages[0]
    return DEFAULT_LANGUAGE if language in NOT_IN_LATIN else language or DEFAULT_LANGUAGE


def languages_by_script(text: str) -> tuple[str, ...]:
    """The languages that a text can be in by its letters, the likeliest first; none where most are Latin or none are.

    Chinese characters tell Japanese only together with kana.
    """
    latin = len(_LATIN.findall(text))
    counts = {languages: len(letters.findall(text)) for letters, languages in _OTHER_THAN_LATIN}
    if sum(counts.values()) <= latin:
        return ()
    shares = {
        language: sum(count for languages, count in counts.items() if language in languages)
        for languages, found in counts.items()
        for language in languages
        if found
    }
    return tuple(language for language, share in shares.items() if share == max(shares.values()))


def is_without_spaces(word: str) -> bool:
    """Whether a word begins with a letter of a script that sets no spaces between words."""
    return bool(RUN_WITHOUT_SPACES.match(word))
