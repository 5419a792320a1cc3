"""How what a sentence claims compares with what a passage says: the signs by which it is borne out, or is not."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from assistant.answering.citations import plain
from assistant.answering.claims import NEGATIONS, Claim, claim, senses_of
from assistant.answering.expressions import names as named
from assistant.answering.figures import Figure
from assistant.answering.vocabulary import ALSO_CALLED, MAGNITUDE, NUMERAL
from assistant.indexing.terms import is_stop_word, stem, subject_terms, terms, words
from assistant.types import DEFAULT_LANGUAGE

NEGATIVE = re.compile(
    r"\b(?:lack(?:s|ed|ing)?|fail\w*|refus(?:e[sd]?|al|ing)|reject\w*|den(?:y|ies|ied|ial)|unable|impossible|unlikely|absen(?:t|ce)|"
    r"miss(?:es|ed|ing)|prevent\w*|avoid\w*|hardly|barely|rarely|seldom|few|little|instead|rather than|except|un(?:ranked|aware|"
    r"clear|known|paid|successful\w*|willing|safe|fair|used|changed|defeated|related|necessary)|non[a-z-]{4,}|"
    r"in(?:valid|sufficient|capable|ability)|free|exempt\w*|ban(?:s|ned)?|disregard\w*|ignor\w+|less|stop(?:s|ped)?|spared?|"
    r"reluctan\w+|declin(?:e[sd]?|ing) to|despite|only)\b",
    re.IGNORECASE,
)
"""English words that may say no without a negation."""
OF_A_NEGATION = 3
"""How many terms after a negation it bears on, at most, in its clause."""
CLAUSE_ENDS = re.compile(r"[,;:()]|\b(?:but|and|although|though|because|while|which|that)\b", re.IGNORECASE)
OPPOSITES = tuple(
    tuple(frozenset(stem(word) for word in words.split()) for words in pair)
    for pair in (
        ("rise rose risen increase grow grew higher gain climb expand", "fall fell fallen decrease decline shrink lower drop reduce"),
        ("win won victory defeat", "lose lost"), ("more most greater larger", "less fewer least smaller"),
        ("largest biggest highest tallest longest oldest", "smallest lowest shortest youngest"), ("before", "after"),
        ("first earliest", "last latest"), ("begin began start open", "end stop close finish"), ("north northern", "south southern"),
        ("east eastern", "west western"), ("allow permit legal", "ban forbid prohibit illegal"), ("support", "oppose reject"),
        ("accept approve", "reject refuse"), ("import", "export"), ("strong strengthen", "weak weaken"), ("always", "never rarely"),
        ("include", "exclude"), ("major", "minor"), ("early earlier", "late later"), ("inside", "outside"), ("above", "below"),
        ("buy bought", "sell sold"), ("arrive", "leave left depart"), ("public", "private"), ("male men man", "female women woman"),
        ("safe safer", "dangerous"), ("high", "low"), ("old older", "new young younger"), ("hot warm", "cold cool"),
        ("positive", "negative"), ("direct", "indirect"), ("possible", "impossible"), ("upper", "lower"), ("left", "right"),
    )
)  # fmt: skip
"""Stems of words, and of those that say the opposite."""
PEOPLES = tuple(
    tuple(names.split(", "))
    for names in (
        "Spain, Spanish, Spaniards", "Netherlands, Dutch, Holland", "England, English", "Ireland, Irish", "Wales, Welsh",
        "Scotland, Scottish, Scots", "Greece, Greek, Greeks", "Sweden, Swedish, Swedes", "Denmark, Danish, Danes",
        "Finland, Finnish, Finns", "Norway, Norwegian", "Switzerland, Swiss", "Portugal, Portuguese", "Iraq, Iraqi",
        "Afghanistan, Afghan", "Pakistan, Pakistani", "Philippines, Filipino", "Lebanon, Lebanese", "Peru, Peruvian",
    )
)  # fmt: skip
ALIASES = {
    stem(word): index
    for index, group in enumerate((*ALSO_CALLED, *PEOPLES))
    for name in group
    for word in [name.replace(".", "").lower()]
    if " " not in word
}
OPENING = 2
"""Within how many characters the first word begins, after a quotation mark at most."""
WORD_FOR_WORD = 0.6
"""The share of pairs of adjacent words in common from which a claim repeats a sentence."""
NUMBER_WORD = re.compile(f"{NUMERAL}|{MAGNITUDE}")
EXCHANGED_WORDS = 5
ALIKE_BESIDE = 2
"""How many words must be the same right before and after words that are taken to be exchanged."""
SMALL = 3
"""Whole numbers up to here may be counted up and not be written."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its term, and whether it is a name, a figure, or a stop word, or neither ("word")."""

    term: str
    kind: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A text read for comparison. ``names`` are the terms of its names, ``negated`` those right after a negation.

    ``negations`` counts its negations, ``negatives`` its words of `NEGATIVE`. ``opener`` is the term of the one word in
    capitals that it opens with, of which its form does not tell whether it is a name; "" where there is none.
    """

    claim: Claim
    words: tuple[Word, ...]
    names: frozenset[str]
    negated: frozenset[str]
    negations: int
    negatives: int
    opener: str
    acronyms: frozenset[str]

    @property
    def terms(self) -> frozenset[str]:
        """Its terms without stop words and figures."""
        return self.claim.terms


@lru_cache(maxsize=4_096)
def reading(text: str, language: str) -> Reading:
    """A sentence in a language, as it is read."""
    said = plain(text)
    found = claim(said, language)
    spans = list(named(said))
    opener = ""
    if spans and spans[0].start <= OPENING and said[spans[0].start : spans[0].end].isalpha():
        opening = spans.pop(0)
        opener = next(iter(subject_terms(said[opening.start : opening.end], language)), "")
    of_names = [said[span.start : span.end] for span in spans]
    senses = senses_of(language)
    name_terms = {term for name in of_names for term in terms(name, language) if not is_stop_word(term, language)}
    return Reading(
        found,
        tuple(_words(said, language, name_terms)),
        frozenset(senses.get(term, term) for term in name_terms),
        frozenset(_negated(said, language)),
        len(NEGATIONS[language].findall(said)) if language in NEGATIONS else 0,
        len(NEGATIVE.findall(said)) if language == DEFAULT_LANGUAGE else 0,
        senses.get(opener, opener),
        frozenset("".join(word[0] for word in re.findall(r"\b[A-Z]\w+", name)).lower() for name in of_names),
    )


@dataclass(frozen=True, slots=True)
class Signs:
    """How a claim compares with a few adjacent sentences, here called the span, in a passage.

    ``found``: the share of the claim's terms that stand in the span, ``near``: that stand only around it, in the passage
    or above it, ``pairs``: of its pairs of adjacent words that stand in the span; all 0 to 1. ``said_more``: the share of the
    span's terms that the claim lacks, 0 to 1. The others count: names that stand only around the span or nowhere
    (``names_near``, ``names_missing``), figures likewise, those that the span contradicts (``figures_against``), names
    and figures that stand where the span has others (``names_exchanged``, ``figures_exchanged``), other words exchanged,
    terms negated on one side only (``negated``), a negation on one side only (1 or 0: ``negation``), and words whose
    opposite the span has (``opposites``). ``is_exact``: 1 where nearly all pairs stand in the span, else 0. ``cosine``:
    of the claim and the span, 0 where not compared.
    """

    found: float = 0.0
    near: float = 0.0
    pairs: float = 0.0
    said_more: float = 0.0
    names_near: float = 0.0
    names_missing: float = 0.0
    opener_near: float = 0.0
    opener_missing: float = 0.0
    figures_near: float = 0.0
    figures_missing: float = 0.0
    small_figures_missing: float = 0.0
    figures_against: float = 0.0
    names_exchanged: float = 0.0
    figures_exchanged: float = 0.0
    words_exchanged: float = 0.0
    negated: float = 0.0
    negation: float = 0.0
    negation_dropped: float = 0.0
    opposites: float = 0.0
    reversed: float = 0.0
    cosine: float = 0.0


def signs(said: Reading, span: Sequence[Reading], around: Reading) -> Signs:
    """How what is said compares with a span of sentences; ``around`` is all else of their passage, with its headings."""
    whole = joined(span)
    lacking = {term for term in said.terms if not _stands_in(term, whole)}
    near = {term for term in lacking if _stands_in(term, around)}
    missing_names = lacking & said.names
    pairs = _pairs(said)
    shared = pairs & frozenset().union(*map(_pairs, span))
    return Signs(
        found=1 - len(lacking) / max(1, len(said.terms)),
        near=len(near) / max(1, len(said.terms)),
        pairs=len(shared) / max(1, len(pairs)),
        said_more=len(whole.terms - said.terms) / max(1, len(whole.terms)),
        names_near=len(missing_names & near),
        names_missing=len(missing_names - near),
        opener_near=float(said.opener in near),
        opener_missing=float(said.opener in lacking - near),
        **_figures(said.claim.figures, whole.claim.figures, around.claim.figures),
        **_exchanged(said, span),
        **_negation(said, whole, strictly=len(shared) > WORD_FOR_WORD * len(pairs)),
        opposites=_opposites(said.terms, whole.terms),
        reversed=float(any(said.claim.reverses(each.claim) for each in span)),
    )


def joined(readings: Sequence[Reading]) -> Reading:
    """Several sentences as one."""
    if len(readings) == 1:
        return readings[0]
    claims = [each.claim for each in readings]
    return Reading(
        Claim(
            terms=frozenset().union(*(each.terms for each in claims)),
            names=tuple(name for each in claims for name in each.names),
            proper=frozenset().union(*(each.proper for each in claims)),
            figures=tuple(figure for each in claims for figure in each.figures),
            negated=any(each.negated for each in claims),
            limits=frozenset().union(*(each.limits for each in claims)),
        ),
        tuple(word for each in readings for word in each.words),
        frozenset().union(*(each.names for each in readings)),
        frozenset().union(*(each.negated for each in readings)),
        sum(each.negations for each in readings),
        sum(each.negatives for each in readings),
        "",
        frozenset().union(*(each.acronyms for each in readings)),
    )


def _words(said: str, language: str, names: set[str]) -> Iterable[Word]:
    for word in words(said):
        term = stem(word, language)
        if term in names:
            yield Word(term, "name")
        elif any(character.isdigit() for character in word) or NUMBER_WORD.fullmatch(word):
            yield Word(term, "figure")
        else:
            yield Word(term, "stop" if is_stop_word(word, language) else "word")


def _negated(said: str, language: str) -> Iterable[str]:
    """The terms that follow a negation in its clause."""
    for match in NEGATIONS[language].finditer(said) if language in NEGATIONS else ():
        clause = CLAUSE_ENDS.split(said[match.end() : match.end() + 80], maxsplit=1)[0]
        yield from subject_terms(clause, language)[:OF_A_NEGATION]


def _stands_in(term: str, text: Reading) -> bool:
    """Whether a term stands in a text, in another form or as an acronym at least."""
    if term in text.terms or term in text.acronyms:
        return True
    alias = ALIASES.get(term)
    return any(
        (alias is not None and ALIASES.get(other) == alias) or _is_form_of(term, other) for other in text.terms
    )


def _is_form_of(term: str, other: str) -> bool:
    if term[:4] != other[:4]:
        return False
    shared = next((i for i, (a, b) in enumerate(zip(term, other, strict=False)) if a != b), min(len(term), len(other)))
    return shared >= max(4, min(len(term), len(other)) - 1, max(len(term), len(other)) - 4)


def _pairs(text: Reading) -> frozenset[tuple[str, str]]:
    return frozenset(pairwise(word.term for word in text.words))


def _figures(said: Sequence[Figure], span: Sequence[Figure], around: Sequence[Figure]) -> dict[str, float]:
    lacking = [figure for figure in said if not _is_given(figure, span)]
    missing = [figure for figure in lacking if not _is_given(figure, around)]
    small = [figure for figure in missing if figure.kind == "number" and figure.high < SMALL + 1]
    against = [
        figure
        for figure in lacking
        if any(figure.contradicts(other) and not _is_given(other, said) for other in span)
    ]
    return {
        "figures_near": len(lacking) - len(missing),
        "figures_missing": len(missing) - len(small),
        "small_figures_missing": len(small),
        "figures_against": len(against),
    }


def _is_given(figure: Figure, others: Sequence[Figure]) -> bool:
    """Whether one of the figures states this one, or more exactly."""
    return any(_states(other, figure) for other in others)


def _states(exact: Figure, figure: Figure) -> bool:
    if exact.same_as(figure):
        return True
    if exact.kind == figure.kind == "date":
        return all(said is None or said == given for given, said in zip(exact.parts, figure.parts, strict=True))
    if exact.kind == figure.kind == "number" and "range" in (exact.value[0], figure.value[0]):
        return re.findall(r"\d+", figure.text) == re.findall(r"\d+", exact.text)
    if exact.kind == figure.kind == "number" and math.isinf(exact.high):
        return exact.value[1] == figure.value[1]
    if exact.kind == figure.kind == "number":
        return not (exact.high < figure.low or figure.high < exact.low) and _same_unit(exact.unit, figure.unit)
    digits = re.findall(r"\d+", figure.text)
    return bool(digits) and digits == re.findall(r"\d+", exact.text)


def _same_unit(one: str, two: str) -> bool:
    return one == two or not {one, two} & {"percent", "dollar", "euro", "pound"}


def _exchanged(said: Reading, span: Sequence[Reading]) -> dict[str, float]:
    """How often, where all around is alike, the claim has another name, figure or word than a sentence of the span."""
    best = max(span, key=lambda each: len(each.terms & said.terms))
    ours, theirs = said.words, best.words
    matcher = SequenceMatcher(None, [word.term for word in ours], [word.term for word in theirs], autojunk=False)
    steps = matcher.get_opcodes()
    counts = {"names_exchanged": 0.0, "figures_exchanged": 0.0, "words_exchanged": 0.0}
    for number, (what, start, end, their_start, their_end) in enumerate(steps):
        if what != "replace" or end - start > EXCHANGED_WORDS or their_end - their_start > EXCHANGED_WORDS:
            continue
        beside = steps[max(0, number - 1) : number] + steps[number + 1 : number + 2]
        alike = sum(step[2] - step[1] for step in beside if step[0] == "equal")
        if alike < ALIKE_BESIDE:
            continue
        for kind in ("name", "figure", "word"):
            mine = {word.term for word in ours[start:end] if _is_of(word, kind, said)}
            other = {word.term for word in theirs[their_start:their_end] if _is_of(word, kind, best)}
            if mine and other and not any(_is_form_of(one, two) or one == two for one in mine for two in other):
                counts[f"{kind}s_exchanged"] += 1
    return counts


def _is_of(word: Word, kind: str, text: Reading) -> bool:
    return word.kind == kind or (kind == "name" and word.term == text.opener)


def _negation(said: Reading, span: Reading, *, strictly: bool) -> dict[str, float]:
    """What is denied on one side only; words that may say no count for a negation, where not all is alike."""
    ours = said.negations + (0 if strictly else said.negatives)
    theirs = span.negations + (0 if strictly else span.negatives)
    added, dropped = max(0, said.negations - theirs), max(0, span.negations - ours)
    apart = len((said.negated & span.terms) - span.negated) * (added > 0)
    apart += len((span.negated & said.terms) - said.negated) * (dropped > 0)
    return {"negated": float(apart), "negation": float(added), "negation_dropped": float(dropped)}


def _opposites(said: frozenset[str], span: frozenset[str]) -> float:
    ours, theirs = said - span, span - said
    return float(
        sum(bool((one & ours and two & theirs) or (two & ours and one & theirs)) for one, two in OPPOSITES)
    )
