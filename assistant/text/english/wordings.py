"""What English says in more than one way: states with several names, amounts that are no figures, superlatives."""

from __future__ import annotations

import re

from assistant.text.english import peoples
from assistant.text.english.vocabulary import ORDINAL_WORD, ORDINALS

INITIALS = re.compile(r"\b(?:[A-Z]\.){2,}(?!\w)")
ONE_WORD = {
    name: "".join(filter(str.isalnum, group[0]))
    for group in peoples.NAMES
    for name in group
    if not name.isalpha() or name.isupper()
}
"""Names of several words or of initials, each with one word for its state."""
NAMED_STATES = re.compile(rf"\b(?:{'|'.join(sorted(ONE_WORD, key=len, reverse=True))})\b")

OTHER_AMOUNTS = {"once": 1, "twice": 2, "double": 2, "doubled": 2, "pair": 2, "couple": 2, "both": 2, "triple": 3,
                 "tripled": 3, "trio": 3, "dozen": 12}  # fmt: skip
AMOUNT = re.compile(
    rf"""\b(?:
    (?:(?P<place>\d+)(?:st|nd|rd|th)|(?P<ordinal>{ORDINAL_WORD}))\b(?P<century>\W+centur(?:y|ies)\b)?
    | (?P<decade>\d{{3,4}})(?-i:s)\b
    | (?:a|one|the|per|every)\s(?P<span>decade|century|millennium)\b
    | (?P<other>{"|".join(OTHER_AMOUNTS)})\b
    | (?P<hour>\d{{1,2}})(?:[:.]\d\d)?\s?[ap]\.?m\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
YEARS = {"decad": 10, "decade": 10, "centuri": 100, "century": 100, "millennium": 1_000}
"""How many years there are in a unit of time, by its stem and as it is written."""

OUTDONE = re.compile(
    r"\b(?:no|none|nobody|never|nothing)\b[^,;.]{0,90}?\b(?:\w{2,}er|more|less|as|other|else|before|since|ever"
    r"|previously|again|better|worse)\b",
    re.IGNORECASE,
)
"""A negation that says that something is more than all others: "no river is longer than", "as never before"."""
SUPERLATIVE = re.compile(
    r"\b(?:\w{2,}est|most|best|worst|first|only|sole|solely|record|unique|unprecedented|leading|top)\b", re.IGNORECASE
)


def with_short_names(text: str) -> str:
    """The text with one word for each state that has a name of several ("United States"), and "LA" for "L.A."."""
    text = INITIALS.sub(lambda match: match[0].replace(".", ""), text)
    return NAMED_STATES.sub(lambda match: ONE_WORD[match[0]], text)


def amounts(text: str) -> frozenset[float]:
    """The whole numbers that a text states in another way than as a figure: "the sixth", "a decade", "twice".

    A century is the year before it begins ("15th century" is 1400, as "the 1400s" are).
    """
    return frozenset(float(_amount(found)) for found in AMOUNT.finditer(text))


def _amount(found: re.Match[str]) -> int:
    if found["place"] or found["ordinal"]:
        number = int(found["place"]) if found["place"] else ORDINALS[found["ordinal"].lower()]
        return 100 * (number - 1) if found["century"] else number
    if found["span"]:
        return YEARS[found["span"].lower()]
    return OTHER_AMOUNTS[found["other"].lower()] if found["other"] else int(found["decade"] or found["hour"])
