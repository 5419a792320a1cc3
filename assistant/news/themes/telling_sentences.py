"""Which sentence tells best what documents are about, or who somebody is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from math import log, sqrt

from assistant.answering.citations import plain
from assistant.answering.definitions import defines
from assistant.news.themes.sketches import Sketch, begins
from assistant.text.answer_sentences import Sentence
from assistant.text.english.expressions import opening_name
from assistant.text.sentences import ends_a_sentence
from assistant.text.terms import words
from assistant.types import DEFAULT_LANGUAGE

FEWEST_WORDS, MOST_WORDS = 7, 40
"""Of a sentence that stands alone."""
BEST_LENGTH = 24
"""Words from which on a sentence tells no more for having more."""
SPEAKS_TO_SOMEBODY = frozenset("i we you me us my our your yours ours here today yesterday tonight".split())
"""What only the whole text or its day explains."""
SPOKEN = re.compile(r"[\"\u201c\u201d\u201e\u00ab\u00bb]")
POINTS_ELSEWHERE = re.compile(
    r"\b(?:he|she|they|his|her|their|him|them|this|these|those|such|above|below|following)\b", re.IGNORECASE
)
GOES_ON = re.compile(
    r"(?:and|but|so|or|yet|then|however|moreover|meanwhile|finally|also|thus|therefore|hence|still|instead|furthermore|"
    r"nevertheless|similarly|likewise|besides|consequently|indeed|otherwise|additionally|"
    r"in (?:turn|fact|addition|contrast|other words|particular)|of course|as a result|for (?:example|instance)|"
    r"on the other hand|at the same time|even so|not only)\b",
    re.IGNORECASE,
)
"""How a sentence begins that goes on with the one before it."""
SAYS_WHO = re.compile(
    r"\s(?:is|was|are|were)\s(?:an?|the|one of|[\w-]{1,30}['\u2019]s)\s|,\s(?:an?|the|[\w-]{1,30}['\u2019]s)\s"
)
"""What stands behind a name where it is told who bears it."""
OPENING = 1.0
"""How much more a sentence tells that opens its document; less the further on it stands."""


def stands_alone(sentence: Sentence) -> bool:
    """Whether a sentence can be read without its text: whole, of some length, and without what points elsewhere."""
    text = plain(sentence.text)
    spoken = words(text)
    return (
        _is_whole(text)
        and begins(sentence) == 0
        and FEWEST_WORDS <= len(spoken) <= MOST_WORDS
        and not (sentence.is_listed or sentence.points_back or GOES_ON.match(text) or SPOKEN.search(text))
        and (sentence.passage.language != DEFAULT_LANGUAGE or SPEAKS_TO_SOMEBODY.isdisjoint(spoken))
    )


def _is_whole(text: str) -> bool:
    """Whether a text begins and ends as a sentence does that states something."""
    return text[:1].isupper() and ends_a_sentence(text) and not text.endswith(("?", "\u2026", "..."))


def best_of_theme(sketches: Sequence[Sketch], weights: Mapping[str, float], near: Mapping[str, float]) -> Sketch:
    """The sentence that tells most of what is typical of a group; ``near`` is how near its centre each passage is."""
    ranked = sorted(sketches, key=lambda one: (_about(one, weights) * _favoured(one, near), _order(one)), reverse=True)
    return next((one for one in ranked if stands_alone(one.sentence)), ranked[0])


def _about(sketch: Sketch, weights: Mapping[str, float]) -> float:
    """How much of what is typical a sentence names, by the root of its length."""
    said = sum(weights.get(key, 0.0) for key in sketch.terms)
    return said / sqrt(max(BEST_LENGTH, len(sketch.sentence.text.split())))


def _favoured(sketch: Sketch, near: Mapping[str, float]) -> float:
    place = 1 + OPENING / (1 + sketch.sentence.start / 1_000)
    pointing = 0.6 if POINTS_ELSEWHERE.search(sketch.sentence.text) else 1.0
    return near.get(sketch.sentence.passage.id, 0.0) * place * pointing


def _order(sketch: Sketch) -> tuple[str, str, int]:
    """What decides between sentences that are as good: the newest."""
    passage = sketch.sentence.passage
    return passage.published or "", passage.source, -sketch.sentence.start


def best_of_name(sketches: Sequence[Sketch], names: Sequence[str]) -> Sketch:
    """The sentence that tells most plainly who or what somebody is, and of these one that says what is said mostly."""
    common = Counter(chain.from_iterable(one.terms for one in sketches))
    weights = {key: log(1 + count) for key, count in common.items() if count > 1}
    ranked = sorted(
        sketches,
        key=lambda one: (_tells_who(one.sentence, names), _about(one, weights), _order(one)),
        reverse=True,
    )
    return next((one for one in ranked if stands_alone(one.sentence)), ranked[0])


def _tells_who(sentence: Sentence, names: Sequence[str]) -> int:
    """How plainly: "Kroll is the mayor" and "Kroll, the mayor" most, then what is told of her, then "Mayor Kroll"."""
    text = plain(sentence.text)
    opens = opening_name(text) or ""
    behind = text[text.find(opens) + len(opens) :]
    is_subject = opens.endswith(tuple(names)) and not behind.startswith(("'", "\u2019"))
    is_told = is_subject and SAYS_WHO.match(behind) is not None
    is_defined = any(defines(f"Who is {name}?", text) for name in names[:2] if name in text)
    return 3 * is_told + is_subject + is_defined + (names[0] in opens) - bool(POINTS_ELSEWHERE.search(text))
