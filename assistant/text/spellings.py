"""Other spellings of a word in the vocabulary of a corpus: without accents, from another script, in another form.

Names are written as they sound, and by several systems: Kyiv and Kiev, Zelensky, Zelenskyy and Selenskyj.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from string import ascii_lowercase

from anyascii import anyascii

from assistant.text.scripts import is_without_spaces
from assistant.text.terms import stem, words
from assistant.types import DEFAULT_LANGUAGE

SHORTEST_NAME = 4
"""Letters from which on a name is compared by its sound."""
PREFIX = 3
"""Letters that the forms of a word share."""
LANGUAGES = 4
"""How many languages of a corpus a word is taken to be of: those of most documents."""
ALIKE = (
    ("shch", "s"), ("tsch", "c"), ("tch", "c"), ("sch", "s"), ("sh", "s"), ("zh", "s"), ("ch", "1"), ("kh", "h"),
    ("gh", "h"), ("ph", "f"), ("th", "t"), ("ck", "k"), ("ou", "u"), ("x", "ks"), ("q", "k"), ("c", "k"), ("1", "c"),
    ("w", "v"),
)  # fmt: skip
"""Letters that stand for one sound in one system or another; the first that fit are replaced first."""
NEAR = 0.75
"""How like two words are that may be meant for each other, 0 to 1; see `difflib.SequenceMatcher.ratio`."""
LONGEST_OF_NO_SLIPS = 5
"""Letters up to which another letter makes another name."""
FIRM = frozenset("lrmnbdvw")
"""Letters that no system replaces, but for w by v."""
_LONG_I = re.compile("[eiyj]{2,}|[iyj]")
_REPEATED = re.compile(r"(.)\1+")
_SLAVIC_ENDS = ("ev", "iv", "ov", "uv")


@dataclass(frozen=True, slots=True)
class Spellings:
    """What a word may also be written like: ``same`` always, ``sounding`` where both are names."""

    same: frozenset[str]
    sounding: frozenset[str]


class Vocabulary:
    """The words of a corpus, as `assistant.text.terms.words` has them, and those that are spellings of one another."""

    def __init__(self, words: Iterable[str], languages: Sequence[str]) -> None:
        self._words = frozenset(words)
        self._languages = languages[:LANGUAGES]

    def __contains__(self, word: object) -> bool:
        return word in self._words

    def within(self, stands: Callable[[str], bool], languages: Sequence[str]) -> Vocabulary:
        """Those of the words that stand in some documents; they are looked up there when they are needed."""
        return _PartOfVocabulary(self, stands, languages)

    def spellings(self, word: str) -> Spellings:
        """The other spellings of a word that stand in the vocabulary; those of one character are the pairs with it."""
        if len(word) == 1 and is_without_spaces(word):
            pairs = self._pairs_with(word)
            return Spellings(frozenset(pairs), frozenset())
        same = {*self._without_accents(word), *self._forms(word)}
        sounding = set(self._sounding(word)) - same
        sounding |= {form for other in sounding for form in self._forms(other)}
        return Spellings(frozenset(same - {word}), frozenset(sounding - same - {word}))

    def beginning_like(self, word: str) -> Sequence[str]:
        """The words that begin with the same few letters."""
        return self._by_prefix.get(word[:PREFIX], ())

    def has_slip_of(self, word: str) -> bool:
        """Whether a word differs from this one in one letter within it, as where somebody mistyped a name."""
        return any(_is_slip(word, other) for other in self.beginning_like(word))

    def nearest(self, word: str) -> str:
        """The word that is written most like this one, a long one, and begins like it; "" where none is near."""
        if len(word) < LONGEST_OF_NO_SLIPS:
            return ""
        near = get_close_matches(word, self.beginning_like(word), 1, NEAR)
        return near[0] if near else ""

    @cached_property
    def _by_prefix(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for word in self._words:
            found[word[:PREFIX]].append(word)
        return found

    @cached_property
    def _by_frame(self) -> dict[str, list[str]]:
        """The words that may be names by those of their letters that every system writes alike, quickly told."""
        letters = {letter for word in self._words for letter in word}
        firm = str.maketrans({letter: _firm(letter) for letter in letters})
        found = defaultdict(list)
        for word in self._words:
            if _may_be_a_name(word):
                found[_REPEATED.sub(r"\1", word.translate(firm))].append(word)
        return found

    def _pairs_with(self, character: str) -> Sequence[str]:
        return [other for other in self._words if character in other and len(other) == 2]

    def _framed_by(self, frame: str) -> Sequence[str]:
        return self._by_frame.get(frame, ())

    def _near(self, word: str) -> Iterator[str]:
        """Those words that may be written for one name with it."""
        if _may_be_a_name(word):
            yield from self._framed_by(_REPEATED.sub(r"\1", "".join(map(_firm, word))))

    def _sounding(self, word: str) -> Iterator[str]:
        sound = sound_of(word)
        yield from (other for other in self._near(word) if sound and sound_of(other) == sound)

    def _without_accents(self, word: str) -> Iterator[str]:
        plain = _plain(word)
        if plain in self:
            yield plain
        yield from (other for other in self._near(word) if not other.isascii() and _plain(other) == plain)

    def _forms(self, word: str) -> Iterator[str]:
        """The word in another number or case."""
        if not word.isalpha() or len(word) < PREFIX or is_without_spaces(word):
            return
        yield from (form for form in _english_forms(word) if form in self and stem(form) == stem(word))
        for language in self._languages:
            if language != DEFAULT_LANGUAGE and (not word.isascii() or language == self._languages[0]):
                near = self.beginning_like(word)
                yield from (other for other in near if stem(other, language) == stem(word, language))


class _PartOfVocabulary(Vocabulary):
    """The words of a vocabulary that stand in some documents; every word comes from it by one of these four ways."""

    def __init__(self, whole: Vocabulary, stands: Callable[[str], bool], languages: Sequence[str]) -> None:
        super().__init__((), languages)
        self._whole = whole
        self._stands = stands

    def __contains__(self, word: object) -> bool:
        return word in self._whole and self._stands(str(word))

    def beginning_like(self, word: str) -> Sequence[str]:
        return list(filter(self._stands, self._whole.beginning_like(word)))

    def _pairs_with(self, character: str) -> Sequence[str]:
        return list(filter(self._stands, self._whole._pairs_with(character)))

    def _framed_by(self, frame: str) -> Sequence[str]:
        return list(filter(self._stands, self._whole._framed_by(frame)))


@lru_cache(maxsize=100_000)
def sound_of(word: str) -> str:
    """How a name sounds, roughly: equal for what is likely to be one name; "" where that is too little to tell.

    >>> sound_of("kyiv") == sound_of("kiev") == sound_of("київ")
    True
    >>> sound_of("biden") == sound_of("baden")
    False
    """
    letters = "".join(letter for letter in _plain(word) if letter in ascii_lowercase)
    if not letters:
        return ""
    letters = ("s" if letters[0] == "z" else letters[0]) + letters[1:].replace("g", "h" if "gh" not in letters else "g")
    for written, sound in ALIKE:
        letters = letters.replace(written, sound)
    letters = _REPEATED.sub(r"\1", _LONG_I.sub("i", letters))
    sound = f"{letters[:-2]}iv" if letters.endswith(_SLAVIC_ENDS) else letters
    return sound if len(sound) >= PREFIX else ""


def sound_of_name(name: str) -> str:
    """How a name of several words sounds: equal for spellings of one name, with "the" before it or without."""
    spoken = words(name)
    spoken = spoken[1:] if spoken[:1] == ["the"] else spoken
    return " ".join(sound_of(word) or word for word in spoken)


def _is_slip(word: str, other: str) -> bool:
    """Whether two long words have their ends in common, and between them differ in one letter, or in two exchanged."""
    if min(len(word), len(other)) <= LONGEST_OF_NO_SLIPS or word[-1] != other[-1]:
        return False
    before = _letters_in_common(word, other)
    behind = _letters_in_common(word[before:][::-1], other[before:][::-1])
    left, right = word[before : len(word) - behind], other[before : len(other) - behind]
    return max(len(left), len(right)) <= 1 or (len(left) == 2 and left == right[::-1])


def _letters_in_common(word: str, other: str) -> int:
    """With how many of the same letters two words begin."""
    pairs = enumerate(zip(word, other, strict=False))
    return next((at for at, (one, its) in pairs if one != its), min(len(word), len(other)))


def _may_be_a_name(word: str) -> bool:
    return len(word) >= SHORTEST_NAME and word.isalpha() and not is_without_spaces(word)


@lru_cache(maxsize=4_096)
def _firm(letter: str) -> str:
    """What of a letter, in Latin letters, every system writes alike."""
    return "".join("v" if plain == "w" else plain for plain in _plain(letter) if plain in FIRM)


def _plain(word: str) -> str:
    """The word in Latin letters without accents."""
    return anyascii(word).lower()


def _english_forms(word: str) -> tuple[str, ...]:
    """What an English noun may be in the other number."""
    singular = {word[: -len(end)] + plain for end, plain in (("ies", "y"), ("es", ""), ("s", "")) if word.endswith(end)}
    plural = {f"{word}s", f"{word}es", *([f"{word[:-1]}ies"] if word.endswith("y") else ())}
    return tuple(sorted(singular | plural))
