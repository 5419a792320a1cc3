"""Of sentences that each name some of several things, those that name most of them, none twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.answering.sentence_scoring import ScoredSentence
from assistant.text.answer_sentences import Sentence
from assistant.text.english.expressions import names
from assistant.text.terms import term_set
from assistant.types import DEFAULT_LANGUAGE

WORTH_OF_A_NAME = 0.5
"""What each name that was not told yet adds to the score of a sentence. Of the items of `news` that are asked for, .71
are found with 0, .76 with .25 or .5, .75 with 1."""
MOST_NAMES = 5
"""How many names of one sentence count."""

Names = frozenset[frozenset[str]]


def gathered(question: str, evidence: Sequence[ScoredSentence]) -> list[ScoredSentence]:
    """The sentences in the order in which each adds most to those before it: by its score, and by its new names.

    The first stays first. Names that stand in the question are none that it asks for.
    """
    left = [(item, names_in(item.sentence, question)) for item in evidence]
    order: list[ScoredSentence] = []
    told: set[frozenset[str]] = set()
    while left:
        best = left[0] if not order else max(left, key=lambda one: one[0].score + _worth(one[1], told))
        left.remove(best)
        order.append(best[0])
        told |= best[1]
    return order


def names_in(sentence: Sentence, question: str) -> Names:
    """The names in a sentence, each as its terms, but for those that stand in the question; English alone."""
    if sentence.passage.language != DEFAULT_LANGUAGE:
        return frozenset()
    asked = term_set(question)
    found = (term_set(sentence.text[name.start : name.end]) for name in names(sentence.text))
    return frozenset(name for name in found if not name <= asked)


def _worth(named: Names, told: Iterable[frozenset[str]]) -> float:
    """What the names of a sentence are worth that are no part of one that was told, nor have such a one as a part."""
    new = [name for name in named if not any(name <= other or other <= name for other in told)]
    return WORTH_OF_A_NAME * min(len(new), MOST_NAMES)
