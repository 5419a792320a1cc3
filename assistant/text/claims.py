"""What a sentence claims, in a form in which two sentences can be compared: its terms, names, figures and negation.

Synonyms and words that limit a claim are known in English; in other languages only terms, names as they are written,
figures in digits and, in some, negations are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from assistant.text.english.quantities import Quantity, blanked, figures
from assistant.text.english.vocabulary import NAME
from assistant.text.terms import stem, subject_terms
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

NEGATIONS = {
    language: re.compile(rf"\b(?:{words})(?!\w)", re.IGNORECASE)
    for language, words in {
        "en": r"not(?! only\b)|no(?!\.? ?\d)(?! (?:fewer|less|more|later) than\b)|never|none|neither|nor|nobody|"
        r"nothing|without|cannot|\w+n[\u2019']t",
        "de": r"nicht(?! nur\b)|kein\w*|nie|niemals|niemand\w*|nichts|ohne|weder",
        "fr": r"pas|jamais|aucune?|rien|sans|ni|(?:ne |n['\u2019])(?!.*\bque?\b)\w+",
        "es": r"no(?! s[o\u00f3]lo\b)|nunca|jam\u00e1s|ning\u00fan|ningun[oa]s?|nadie|nada|sin|ni|tampoco",
        "it": r"non(?! solo\b)|mai|nessun\w*|niente|senza|n\u00e9",
        "pt": r"n\u00e3o(?! s\u00f3\b)|nunca|jamais|nenhum\w*|ningu\u00e9m|nada|sem|nem",
        "nl": r"niet(?! alleen\b)|geen|nooit|niemand|niets|zonder|noch",
        "ru": r"не(?! только\b)|нет|ни|ник\w+|без|нельзя",
        "uk": r"не|ні|немає?|без",
        "ar": r"لا|لم|لن|ليس\w*",
    }.items()
}
"""By language, for those whose stop words hold its negations."""
LIMITING = frozenset(
    "all every each both half most many few several some any only almost nearly may might could would should will can "
    "if unless whether reportedly allegedly plan plans planned expect expected expects propose proposed intend intends "
    "intended hope hopes hoped former previous previously formerly first second third last next another other others "
    "additional further including among alone average initially earlier later so per them whom before after "
    "until since more less least than up down above below under over off out against".split()
)
"""Words that limit what is claimed: two sentences that do not have the same of them do not claim the same."""
SIGN = re.compile(r"(?<![\w)])[-\u2212<>\u2264\u2265](?=\s?[$\u20ac\u00a3]?\d)(?!\s?\d{1,2}:)")
"""What stands before a number and makes another of it, or a limit: "-5", "<5"."""
TOKEN = re.compile(r"[^\W\d_][\w\u2019'-]*")
SAYING = r"(?:said|says|stated|announced|reported|confirmed|added|claimed|told [^,]{1,40}?)"
ATTRIBUTION = re.compile(
    r"^according to [^,]{1,80}, |,? according to [^,]{1,80}(?=\.?$)"
    rf"|^[^,;]{{1,80}}? {SAYING}(?: on \w+day)? that "
    rf"|, (?:[^,]{{1,80}} {SAYING}|(?:said|says|reported) [^,]{{1,80}})(?: on \w+day| later)?(?=\.?$)",
    re.IGNORECASE,
)
DENIAL = re.compile(
    r"^(?P<denier>[^,;]{1,80}?) (?:(?:has|have|had) )?(?:den(?:y|ies|ied)|disput(?:es?|ed)|reject(?:s|ed)?)"
    r"(?: (?:the |all )?(?:reports?|claims?|allegations?|accusations?|charges?))?(?: on \w+day)? that "
    r"(?P<pronoun>(?:it|he|she|they)\b)?",
    re.IGNORECASE,
)
PART_OF_THEM = re.compile(
    r",\s(?:including|among (?:them|whom)|(?:[\w-]+\s){1,3}of (?:them|whom|which))\b[^,;]*?(?:,(?=\s)|(?=[.;]?$))",
    re.IGNORECASE,
)
"""What is said besides of some of those that were counted ("12 people were hurt, two of them badly, ...")."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sentence claims. ``order`` leaves out stop words and figures, and puts one word for its synonyms.

    ``terms`` are the different ones of these. ``names`` are the terms of words in capitals, in order; those that open
    no sentence are ``proper``. ``limits`` are its words among `LIMITING`, and the signs before its numbers.
    """

    order: tuple[str, ...]
    terms: frozenset[str]
    names: tuple[str, ...]
    proper: frozenset[str]
    figures: tuple[Quantity, ...]
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

    def has_details_of(self, other: Claim) -> bool:
        """Whether each names and counts all that the other does."""
        return not (
            self.lacks_names_of(other)
            or other.lacks_names_of(self)
            or self.lacks_figures_of(other)
            or other.lacks_figures_of(self)
        )

    def has_dates_of(self, other: Claim) -> bool:
        """Whether neither says of a day or a time what the other does not."""
        left, right = (
            replace(
                each, figures=tuple(figure for figure in each.figures if figure.kind in ("date", "time", "weekday"))
            )
            for each in (self, other)
        )
        return not left.lacks_figures_of(right) and not right.lacks_figures_of(left)

    def without(self, figure: Quantity) -> Claim:
        """The claim without one of its figures."""
        return replace(self, figures=tuple(other for other in self.figures if other is not figure))

    def reverses(self, other: Claim) -> bool:
        """Whether names or figures come in another order ("Norland beat Sudland", "Sudland beat Norland")."""
        return _in_another_order(self.names, other.names) or _in_another_order(
            [figure.value for figure in self.figures], [figure.value for figure in other.figures]
        )

    def is_in_order_of(self, other: Claim) -> bool:
        """Whether the terms that both have come in the same order in both."""
        return not _in_another_order(self.order, other.order)

    def is_covered_by(self, other: Claim) -> bool:
        """Whether the other says all that this one says, in the same order, and adds names and figures at most."""
        order = tuple(term for term in other.order if term in self.terms or term not in other.names)
        return order == self.order and not (
            self.differs(other) or other.lacks_names_of(self) or other.lacks_figures_of(self)
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
    order = tuple(senses.get(term, term) for term in subject_terms(rest, language))
    proper = [term for name in NAME.findall(rest) for term in subject_terms(name, language)]
    return Claim(
        order=order,
        terms=frozenset(order),
        names=tuple(dict.fromkeys(senses.get(term, term) for term in named)),
        proper=frozenset(senses.get(term, term) for term in proper),
        figures=found,
        negated=language in NEGATIONS and bool(NEGATIONS[language].search(rest)),
        limits=frozenset(SIGN.findall(text)) | (LIMITING & set(map(str.casefold, tokens)) if english else frozenset()),
    )


def asserted(text: str, language: str) -> Claim:
    """What a sentence says is so, whoever says it: a denial that it is so claims that it is not."""
    if language != DEFAULT_LANGUAGE:
        return claim(text, language)
    denial = DENIAL.match(text)
    if denial is None:
        return claim(PART_OF_THEM.sub("", ATTRIBUTION.sub("", text)), language)
    denied = (denial["denier"] if denial["pronoun"] else "") + text[denial.end() :]
    found = asserted(denied, language)
    return replace(found, negated=not found.negated)


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
