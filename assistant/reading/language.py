"""The language a text is written in, told from a sample of it, without a network."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from assistant.errors import StorageError
from assistant.types import DEFAULT_LANGUAGE

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LANGUAGES = {
    "af": "Afrikaans", "ar": "Arabic", "az": "Azerbaijani", "be": "Belarusian", "bg": "Bulgarian", "bn": "Bengali",
    "bs": "Bosnian", "ca": "Catalan", "cs": "Czech", "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "eo": "Esperanto", "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian",
    "fi": "Finnish", "fr": "French", "ga": "Irish", "gl": "Galician", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi",
    "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "is": "Icelandic", "it": "Italian",
    "ja": "Japanese", "ka": "Georgian", "kk": "Kazakh", "km": "Khmer", "kn": "Kannada", "ko": "Korean", "lo": "Lao",
    "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian", "ml": "Malayalam", "mn": "Mongolian", "mr": "Marathi",
    "ms": "Malay", "my": "Burmese", "ne": "Nepali", "nl": "Dutch", "no": "Norwegian", "pa": "Punjabi", "pl": "Polish",
    "ps": "Pashto", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "si": "Sinhala", "sk": "Slovak",
    "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "ta": "Tamil",
    "te": "Telugu", "th": "Thai", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "uz": "Uzbek",
    "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
"""The languages that are told apart, by ISO 639-1 code, with their English names."""

NO_LANGUAGE = "zxx"
"""What py3langid calls numbers, markup and code."""
OF_THE_SAME_LANGUAGE = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ji": "yi"}
"""Codes that are written for a language of another code here."""

FROM_THE_START, FROM_THE_MIDDLE = 3_000, 1_500
"""How many characters of a text are looked at; a page's navigation may stand at its start."""
PIECE = 300
MINIMUM_BYTES = 24
"""A text with fewer bytes of letters, in UTF-8, is too short to tell: five English words, eight Chinese characters."""
SURE, SURE_IN_OTHER_SCRIPTS = 0.95, 0.5
"""How probable a piece's language must be. English is not written in other scripts, so there less is enough."""

NOT_PROSE = re.compile(
    r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1|\Z)|\b(?:https?://|www\.)\S++|(?<!\S)[^\s@]++@\S++|`[^`\n]*`",
    re.MULTILINE | re.DOTALL,
)


def detect(text: str) -> str:
    """The ISO 639-1 code of the language that two thirds of the text are written in; "en" where it cannot be told.

    The sample is taken in pieces, so that a quotation or a list of names does not speak for the whole.

    Raises:
        StorageError: there is no room in the folder for temporary files, which the first call needs.
    """
    votes: Counter[str] = Counter()
    total = 0
    for piece in _pieces(text):
        size = len(_letters(piece).encode())
        total += size
        votes[_language_of(piece)] += size
    language, size = votes.most_common(1)[0] if votes else (DEFAULT_LANGUAGE, 0)
    return language if total >= MINIMUM_BYTES and size * 3 > total * 2 and language in LANGUAGES else DEFAULT_LANGUAGE


def language_code(value: str | None) -> str:
    """The ISO 639-1 code in what someone wrote as a document's language ("de", "pt-BR"); "" when there is none."""
    said = (value or "").strip().lower()
    code, *further = said.replace("_", "-").split("-")
    if not said.isascii() or not all(map(str.isalnum, further)) or not (code.isalpha() and len(code) == 2):
        return ""
    return OF_THE_SAME_LANGUAGE.get(code, code)


def _pieces(text: str) -> list[str]:
    sample = text[:FROM_THE_START]
    middle = len(text) // 2
    if middle > FROM_THE_START:
        sample += "\n" + text[middle : middle + FROM_THE_MIDDLE]
    sample = NOT_PROSE.sub(" ", sample)
    count = max(1, round(len(sample) / PIECE))
    size = -(-len(sample) // count)
    return [sample[start : start + size] for start in range(0, len(sample), size)] if size else []


def _language_of(piece: str) -> str:
    """The language of one piece, or `NO_LANGUAGE` when that is not sure enough."""
    language, probability = _identifier().classify(piece)
    letters = _letters(piece)
    latin = sum(1 for letter in letters if letter < "\u0250" or "\u1e00" <= letter <= "\u1eff")
    sure = SURE if latin * 2 >= len(letters) else SURE_IN_OTHER_SCRIPTS
    return str(language) if probability >= sure else NO_LANGUAGE


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum() and not sign.isdecimal())


@cache
def _identifier() -> LanguageIdentifier:
    """The classifier, which is unpacked through a temporary file.

    Raises:
        StorageError: there is no room for that file, or the package is damaged.
    """
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    try:
        identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    except OSError as error:
        raise StorageError(
            f"The model that tells languages cannot be unpacked in {tempfile.gettempdir()}: {error.strerror or error}. "
            "Free disk space; if that does not help: pip install --force-reinstall --no-deps py3langid"
        ) from error
    identifier.set_languages([*LANGUAGES, NO_LANGUAGE])
    return identifier
