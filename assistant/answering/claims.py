"""What a sentence claims, in a form in which two sentences can be compared: its terms, names, figures and negation.

Synonyms, negations and words that limit a claim are known in English; in other languages only terms, names as they are
written and figures in digits are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from assistant.answering.figures import Figure, blanked, figures
from assistant.answering.vocabulary import NAME
from assistant.indexing.terms import stem, subject_terms
from assistant.types import DEFAULT_LANGUAGE

REPEATS = 0.75
"""The share of common terms (Jaccard) from which two sentences say the same, unless they differ in what counts."""

SENSES = tuple(
    forms.split()
    for forms in (
        "kill kills killed killing die dies died dead death deaths deadly perish perished fatal fatalities",
        "injure injured injuries wound wounded hurt",
        "build built construct constructed construction erected",
        "found founded established",
        "fire blaze",
        "harbour harbor port",
        "ship vessel",
        "soldier soldiers troops",
        "company firm",
        "buy bought purchase purchased acquire acquired",
        "sell sold",
        "arrest arrested detain detained",
        "evacuate evacuated",
        "rise rose risen increase increased grow grew grown climbed",
        "fall fell fallen drop dropped decrease decreased decline declined shrank",
        "begin began begun start started",
        "end ended finish finished",
        "open opened inaugurated",
        "close closed shut",
        "win won",
        "lose lost",
        "approve approved adopt adopted",
        "reject rejected",
        "support supported back backed",
        "oppose opposed",
        "allow allowed permit permitted",
        "ban banned forbid forbidden prohibit prohibited",
        "arrive arrived",
        "leave left depart departed",
        "north northern",
        "south southern",
        "east eastern",
        "west western",
        "confirm confirmed",
        "deny denied",
        "high higher highest",
        "low lower lowest",
    )
)
"""Words that news use for the same thing. Sentences that differ in words of two such groups say different things."""

NEGATION = re.compile(
    r"\b(?:not(?! only\b)|no(?!\.? ?\d)(?! (?:fewer|less|more|later) than\b)|never|none|neither|nor|nobody|nothing|"
    r"without|cannot|\w+n[\u2019']t)\b",
    re.IGNORECASE,
)
LIMITING = frozenset(
    "all every each both half most many few several some any only almost nearly may might could would should will can "
    "if unless whether reportedly allegedly plan plans planned expect expected expects propose proposed intend intends "
    "intended hope hopes hoped former previous previously formerly first second third last next another other others "
    "additional further including among alone average initially earlier later so per them whom before after "
    "until since more less least than".split()
)
"""Words that limit what is claimed: two sentences that do not have the same of them do not claim the same."""
TOKEN = re.compile(r"[^\W\d_][\w\u2019'-]*")
ATTRIBUTION = re.compile(
    r"^according to [^,]{1,80}, |,? according to [^,]{1,80}(?=\.?$)"
    r"|, (?:[^,]{1,80} (?:said|says|reported|announced)|(?:said|says|reported) [^,]{1,80})(?: on \w+day)?(?=\.?$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sentence claims. ``terms`` leaves out stop words and figures, and puts one word for its synonyms.

    ``names`` are the terms of words in capitals, in order; those that open no sentence are ``proper``. ``limits`` are
    its words among `LIMITING`.
    """

    terms: frozenset[str]
    names: tuple[str, ...]
    proper: frozenset[str]
    figures: tuple[Figure, ...]
    negated: bool
    limits: frozenset[str]

    def overlap(self, other: Claim) -> float:
        """The share of common terms (Jaccard), 0 to 1."""
        together = self.terms | other.terms
        return len(self.terms & other.terms) / len(together) if together else 1.0

    def differs(self, other: Claim) -> bool:
        """Whether one says another thing than the other, however alike their words: both have what the other lacks."""
        return (
            self.negated != other.negated
            or self.limits != other.limits
            or (self.lacks_figures_of(other) and other.lacks_figures_of(self))
            or (self.lacks_names_of(other) and other.lacks_names_of(self))
            or self.reverses(other)
            or self.has_other_senses(other)
        )

    def lacks_figures_of(self, other: Claim) -> bool:
        """Whether the other states a figure that this one does not."""
        return any(not any(figure.same_as(own) for own in self.figures) for figure in other.figures)

    def lacks_names_of(self, other: Claim) -> bool:
        """Whether the other names something that this one does not."""
        return not set(other.names) <= self.terms

    def reverses(self, other: Claim) -> bool:
        """Whether names or figures come in another order ("Norland beat Sudland", "Sudland beat Norland")."""
        return _in_another_order(self.names, other.names) or _in_another_order(
            [figure.value for figure in self.figures], [figure.value for figure in other.figures]
        )

    def has_other_senses(self, other: Claim) -> bool:
        """Whether each has a word of a group in `SENSES` that the other has not ("rose", "fell")."""
        senses = set(senses_of(DEFAULT_LANGUAGE).values())
        return bool((self.terms - other.terms) & senses and (other.terms - self.terms) & senses)


@lru_cache(maxsize=4_096)
def claim(text: str, language: str) -> Claim:
    """What a sentence, as it is read, claims in its language."""
    found = figures(text, language)
    rest = blanked(text, found)
    english = language == DEFAULT_LANGUAGE
    senses = senses_of(language)
    tokens = TOKEN.findall(rest)
    named = [term for token in tokens if token[0].isupper() for term in subject_terms(token, language)]
    proper = [term for name in NAME.findall(rest) for term in subject_terms(name, language)]
    return Claim(
        terms=frozenset(senses.get(term, term) for term in subject_terms(rest, language)),
        names=tuple(dict.fromkeys(senses.get(term, term) for term in named)),
        proper=frozenset(senses.get(term, term) for term in proper),
        figures=found,
        negated=english and bool(NEGATION.search(rest)),
        limits=LIMITING & {token.casefold() for token in tokens} if english else frozenset(),
    )


def repeats(text: str, other: str, language: str) -> bool:
    """Whether a sentence says again what another says, so that an answer needs only one of them."""
    one, two = claim(text, language), claim(other, language)
    return one.overlap(two) >= REPEATS and not one.differs(two)


@cache
def senses_of(language: str) -> dict[str, str]:
    """For each term that has synonyms in a language, the one that stands for all of them."""
    if language != DEFAULT_LANGUAGE:
        return {}
    return {stem(form): stem(forms[0]) for forms in SENSES for form in forms}


def _in_another_order(one: Iterable[object], two: Iterable[object]) -> bool:
    one, two = list(dict.fromkeys(one)), list(dict.fromkeys(two))
    return [item for item in one if item in two] != [item for item in two if item in one]
