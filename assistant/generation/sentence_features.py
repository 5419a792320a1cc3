"""A sentence read for comparison: its words, names, figures and what it denies.

Names of peoples and words that deny without a negation are known in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assistant.answering.citations import plain
from assistant.text.claims import NEGATIONS, Claim, claim, senses_of
from assistant.text.english import peoples
from assistant.text.english.expressions import names as named
from assistant.text.english.vocabulary import NUMBER_WORDS, SCALES
from assistant.text.english.wordings import OUTDONE, SUPERLATIVE, amounts, with_short_names
from assistant.text.terms import is_stop_word, stem, subject_terms, terms, words
from assistant.types import DEFAULT_LANGUAGE

NEGATIVE = re.compile(
    r"\b(?:lack(?:s|ed|ing)?|fail\w*|refus(?:e[sd]?|al|ing)|reject\w*|den(?:y|ies|ied|ial)|unable|impossible|unlikely|"
    r"absen(?:t|ce)|miss(?:es|ed|ing)|prevent\w*|avoid\w*|hardly|barely|rarely|seldom|few|little|instead|rather than|"
    r"except|un(?!der|til|less|ion|i[eoqtv]|ifor|anim)\w{4,}|"
    r"non[a-z-]{4,}|in(?:valid|sufficient|capable|ability)|free|exempt\w*|ban(?:s|ned)?|disregard\w*|ignor\w+|"
    r"stop(?:s|ped)?|spared?|reluctan\w+|declin(?:e[sd]?|ing) to|only|los(?:e|es|t|ing)|hid(?:es?|ing|den)|"
    r"dis(?:lik|agre|hones|prov|allow|satisf|miss)\w+|(?!unless|regardless|nevertheless|nonetheless)\w{2,}less(?:ly|ness)?)\b",
    re.IGNORECASE,
)
"""English words that may say no without a negation."""
OF_A_NEGATION = 3
"""How many terms after a negation it bears on, at most, in its clause."""
CLAUSE_ENDS = re.compile(r"[,;:()]|\b(?:but|and|although|though|because|while|which|that)\b", re.IGNORECASE)
ALIASES = {
    stem(word.lower()): index
    for index, group in enumerate(peoples.NAMES)
    for word in (*(name for name in group if name.isalpha()), "".join(filter(str.isalnum, group[0])))
}
OPENING = 2
"""Within how many characters the first word begins, after a quotation mark at most."""
COMMON_ENDS = tuple(
    "ing ings tion tions sion sions ment ments ness ity ities ers ors ist ists ance ances ence ences ism ics ies "
    "ly ed".split()
)
"""How words end that are no names, most likely, though one in capitals opens a sentence."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its term, and whether it is a name, a figure, or a stop word, or neither ("word")."""

    term: str
    kind: str


@dataclass(frozen=True, slots=True)
class SentenceFeatures:
    """A text read for comparison. ``names`` are the terms of its names, ``negated`` those right after a negation.

    ``negations`` counts its negations, ``negatives`` its words of `NEGATIVE`; ``denied`` are the terms beside
    either. ``outdone`` counts the negations that say what a superlative says as well, ``superlatives`` those.
    ``opener`` is the term of the one word in capitals that it opens with, of which its form does not tell whether it is
    a name; "" where there is none. ``initials`` are those of its names, with the terms that they stand for, and
    ``amounts`` what it counts in another way than by a figure.
    """

    claim: Claim
    words: tuple[Word, ...]
    names: frozenset[str]
    negated: frozenset[str]
    denied: frozenset[str]
    negations: int
    negatives: int
    outdone: int
    superlatives: int
    opener: str
    initials: frozenset[tuple[str, frozenset[str]]]
    amounts: frozenset[float]

    @property
    def terms(self) -> frozenset[str]:
        """Its terms without stop words and figures."""
        return self.claim.terms


@lru_cache(maxsize=4_096)
def reading(text: str, language: str) -> SentenceFeatures:
    """A sentence in a language, as it is read."""
    is_english = language == DEFAULT_LANGUAGE
    said = with_short_names(plain(text)) if is_english else plain(text)
    in_english = said if is_english else ""
    opener, of_names = _opener_and_names(said, language)
    name_terms = {term for name in of_names for term in terms(name, language) if not is_stop_word(term, language)}
    senses = senses_of(language)
    negations = list(NEGATIONS[language].finditer(said) if language in NEGATIONS else ())
    negatives = list(NEGATIVE.finditer(in_english))
    return SentenceFeatures(
        claim(said, language),
        tuple(_words(said, language, name_terms)),
        frozenset(senses.get(term, term) for term in name_terms),
        frozenset(_after(negations, said, language)),
        frozenset((*_beside(negations, said, language), *_beside(negatives, said, language))),
        len(negations),
        len(negatives),
        len(OUTDONE.findall(in_english)),
        len(SUPERLATIVE.findall(in_english)),
        senses.get(opener, opener),
        frozenset(_initials(name, language) for name in of_names),
        amounts(in_english),
    )


def _opener_and_names(said: str, language: str) -> tuple[str, list[str]]:
    """The term of the one word that opens a text and may be a name, "" for none; and its names without that word."""
    found = [(span.start, said[span.start : span.end]) for span in named(said)]
    if not found or found[0][0] > OPENING or not found[0][1].isalpha():
        return "", [name for _, name in found]
    word = found[0][1]
    is_common = word[2:].endswith(COMMON_ENDS) or NEGATIVE.fullmatch(word) or _negates(word, language)
    opener = "" if is_common else next(iter(subject_terms(word, language)), "")
    return opener, [name for _, name in found[1:]]


def joined(readings: Sequence[SentenceFeatures]) -> SentenceFeatures:
    """Several sentences as one."""
    if len(readings) == 1:
        return readings[0]
    claims = [each.claim for each in readings]
    return SentenceFeatures(
        Claim(
            order=_chained(claims, "order"),
            terms=_union(claims, "terms"),
            names=_chained(claims, "names"),
            proper=_union(claims, "proper"),
            figures=_chained(claims, "figures"),
            negated=any(each.negated for each in claims),
            limits=_union(claims, "limits"),
        ),
        words=_chained(readings, "words"),
        names=_union(readings, "names"),
        negated=_union(readings, "negated"),
        denied=_union(readings, "denied"),
        negations=_total(readings, "negations"),
        negatives=_total(readings, "negatives"),
        outdone=_total(readings, "outdone"),
        superlatives=_total(readings, "superlatives"),
        opener="",
        initials=_union(readings, "initials"),
        amounts=_union(readings, "amounts"),
    )


def _chained(parts: Sequence[object], name: str) -> tuple[Any, ...]:
    return tuple(item for part in parts for item in getattr(part, name))


def _union(parts: Sequence[object], name: str) -> frozenset[Any]:
    return frozenset().union(*(getattr(part, name) for part in parts))


def _total(parts: Sequence[object], name: str) -> int:
    return sum(getattr(part, name) for part in parts)


def stands_in(term: str, text: SentenceFeatures) -> bool:
    """Whether a term stands in a text, in another form or as an acronym at least."""
    if term in text.terms:
        return True
    also, beginnings = _lookup(text.terms, text.initials)
    if term in also or ALIASES.get(term) in also:
        return True
    return any(is_form_of(term, other) for other in beginnings.get(term[:4], ()))


@lru_cache(maxsize=2_048)
def _lookup(
    found: frozenset[str], initials: frozenset[tuple[str, frozenset[str]]]
) -> tuple[frozenset[str | int], dict[str, list[str]]]:
    """What terms go by, too (acronyms, and the groups of `ALIASES`), and the terms by how they begin."""
    beginnings: dict[str, list[str]] = {}
    for term in found:
        beginnings.setdefault(term[:4], []).append(term)
    groups = {ALIASES[term] for term in found if term in ALIASES}
    return frozenset({acronym for acronym, _ in initials} | groups), beginnings


def is_form_of(term: str, other: str) -> bool:
    """Whether two terms begin alike, as forms of one word do ("German", "Germany")."""
    if term[:4] != other[:4]:
        return False
    shared = next((i for i, (a, b) in enumerate(zip(term, other, strict=False)) if a != b), min(len(term), len(other)))
    return shared >= max(4, min(len(term), len(other)) - 1, max(len(term), len(other)) - 4)


def _words(said: str, language: str, names: set[str]) -> Iterable[Word]:
    for word in words(said):
        term = stem(word, language)
        if term in names:
            yield Word(term, "name")
        elif any(character.isdigit() for character in word) or word in NUMBER_WORDS or word in SCALES:
            yield Word(term, "figure")
        else:
            yield Word(term, "stop" if is_stop_word(word, language) else "word")


def _negates(word: str, language: str) -> bool:
    return language in NEGATIONS and NEGATIONS[language].fullmatch(word) is not None


def _after(denials: Sequence[re.Match[str]], said: str, language: str) -> Iterable[str]:
    """The terms that follow what denies them in its clause."""
    for match in denials:
        clause = CLAUSE_ENDS.split(said[match.end() : match.end() + 80], maxsplit=1)[0]
        yield from subject_terms(clause, language)[:OF_A_NEGATION]


def _beside(denials: Sequence[re.Match[str]], said: str, language: str) -> Iterable[str]:
    """The terms before and after what denies them in its clause, and that word's own."""
    yield from _after(denials, said, language)
    for match in denials:
        clause = CLAUSE_ENDS.split(said[max(0, match.start() - 80) : match.end()])[-1]
        yield from subject_terms(clause, language)[-OF_A_NEGATION:]


def _initials(name: str, language: str) -> tuple[str, frozenset[str]]:
    capitals = re.findall(r"\b[A-Z]\w+", name)
    return "".join(word[0] for word in capitals).lower(), frozenset(terms(" ".join(capitals), language))
