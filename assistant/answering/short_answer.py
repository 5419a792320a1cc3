"""The words of an answer that a question asks for: a name, a time, a place or a number (in English)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.answering.questions import QuestionKind
from assistant.text.answer_sentences import Sentence
from assistant.text.cells import cell_asked_for, states_a_count
from assistant.text.english.expressions import IN_A_PLACE, names, places, times
from assistant.text.english.measures import COUNTS, Measure, measure_of, quantities
from assistant.text.sentences import Span
from assistant.text.terms import is_stop_word, subject_terms, terms
from assistant.types import DEFAULT_LANGUAGE, Answer

CLOSENESS_WEIGHT = 2.5
BESIDE_WEIGHT = 1.0
KNOWN_WEIGHT = -1.0
MARGIN = 0.6
"""How far the best words must be ahead of the next; below that it is not sure which are meant."""
MINIMUM = {QuestionKind.WHO: 1.8, QuestionKind.WHEN: 0.7, QuestionKind.WHERE: 2.1, QuestionKind.HOW_MANY: 0.7}
"""The score that words must reach. Like the weights, it was set on questions about Wikipedia articles."""
BESIDE = 3
"""Within how many words the thing that is asked about stands beside its name or its number."""

WORD = re.compile(r"\w[\w'\u2019]*")
DONE_TO = re.compile(
    r"(?<!\s)\s++(?:\w++\s++)?(?:(?:is|are|was|were|been)\s++(?:\w+ly\s++)?\w++\s++(?:\w++\s++){0,3}by"
    r"|(?:lost|fell|surrendered)\s++(?:to|against))\s"
)
"""What follows a name to which something was done by somebody ("Ada was beaten by ...", "Ada lost to ...")."""
ASKS_FOR_A_DOER = re.compile(r"\bwho\s+(?!is\b|are\b|was\b|were\b|(?:has|have|had)\s+been\b)", re.IGNORECASE)
ASKS_ONLY = frozenset(
    terms(
        "many much long old far tall big large high often deep wide fast year date day month century decade time name "
        "percent percentage proportion share number amount country city town village state company person people"
    )
)
"""Words of a question that say what kind of thing it asks for."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What speaks for words (or against them): how those before end, those after begin, or they themselves look."""

    weight: float
    before: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None
    itself: re.Pattern[str] | None = None

    def holds(self, text: str, span: Span) -> bool:
        """Whether all that the cue names is so."""
        return (
            (self.before is None or self.before.search(text[: span.start]) is not None)
            and (self.after is None or self.after.match(text[span.end :]) is not None)
            and (self.itself is None or self.itself.fullmatch(text[span.start : span.end]) is not None)
        )


OPENING = re.compile(r"^\W*(?:The\s+)?$")
ONE_WORD = re.compile(r"\w+")
CUES = {
    QuestionKind.WHO: (
        Cue(1.0, before=re.compile(r"\bby\s++(?:\w++\s++){0,3}$")),
        Cue(1.0, before=OPENING),
        Cue(1.3, after=re.compile(r"\s*+\((?:born|\d|[^()]*\b\d{4})")),
        Cue(0.5, itself=re.compile(r"\S++(?:\s\S++){1,3}")),
        Cue(0.6, before=re.compile(r"\b(?:is|was|are|were)\s+(?:the\s+)?(?:\w+\s+)?$")),
        Cue(0.6, after=re.compile(r"(?<!\s)\s++(?:\w++\s++)?(?:is|was|are|were|has|have|had|\w+ed)\b")),
        Cue(0.8, before=re.compile(r"\($"), after=re.compile(r"\)")),
        Cue(-1.3, before=re.compile(r"\b(?i:in|at|near|on|into|across|since|during)\s+(?:the\s+)?(?:\w+\s+)?$")),
        Cue(-0.3, itself=ONE_WORD, after=re.compile(r"(?<!\s)\s++[a-z]++(?<!ed)\b")),
    ),
    QuestionKind.WHEN: (
        Cue(0.9, before=re.compile(r"\b(?i:in|on|since|by|at|until|during|from)\s+(?:the\s+)?$")),
        Cue(0.6, itself=re.compile(r"\S*+\s.*")),
    ),
    QuestionKind.WHERE: (
        Cue(1.5, before=IN_A_PLACE),
        Cue(0.9, before=re.compile(r"\b(?i:to|into|through|on|of)\s+(?:the\s+)?$")),
        Cue(0.6, before=OPENING),
        Cue(0.5, itself=re.compile(r"[^,]*+,.*")),
        Cue(-1.3, after=re.compile(r"['\u2019]s?\b")),
        Cue(-0.3, itself=ONE_WORD, after=re.compile(r"(?<!\s)\s++[a-z]")),
    ),
    QuestionKind.HOW_MANY: (
        Cue(0.6, before=re.compile(r"\b(?i:about|around|approximately|nearly|almost|over|than|to|of|some|least)\s+$")),
        Cue(-1.0, itself=re.compile(r"(?i:one)")),
    ),
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question says of the words it asks for: its terms, those of its subject in order, and a measure."""

    kind: QuestionKind
    terms: frozenset[str]
    subject: tuple[str, ...]
    measure: Measure

    @classmethod
    def in_(cls, kind: QuestionKind, question: str) -> _Asked:
        subject = dict.fromkeys(term for term in subject_terms(question) if term not in ASKS_ONLY)
        return cls(kind, frozenset(terms(question)), tuple(subject), measure_of(question))

    def candidates(self, sentence: str) -> Iterable[Span]:
        """The words of a sentence that are of the kind asked for."""
        if self.kind is QuestionKind.HOW_MANY:
            return quantities(sentence, self.measure)
        find = {QuestionKind.WHO: names, QuestionKind.WHEN: times, QuestionKind.WHERE: places}
        return find[self.kind](sentence)


def point_out(kind: QuestionKind, question: str, answer: Answer, quoted: Sentence) -> Answer:
    """The answer with the words that the question asks for emphasised in its first sentence, where they are sure.

    ``quoted`` is what the first sentence quotes. Later sentences say more about the same; what is of the right kind
    there is mostly something else.
    """
    first, rest = answer.sentences[0], answer.sentences[1:]
    counts = quoted.row and COUNTS.search(question)
    span = None if counts and not states_a_count(question, quoted) else _cell_of(question, quoted, first.text)
    if span is None and quoted.passage.language == DEFAULT_LANGUAGE:
        span = asked_for(kind, question, first.text)
    if span is None:
        return answer
    return replace(answer, sentences=(replace(first, emphasis=(span.start, span.end)), *rest))


def _cell_of(question: str, quoted: Sentence, text: str) -> Span | None:
    """Where the cell that is asked for stands in the text of a row; None where it is not sure, or in other text."""
    cell = cell_asked_for(question, quoted)
    if cell is None or not text.endswith(quoted.row):
        return None
    shift = len(text) - len(quoted.row)
    return Span(cell.start + shift, cell.end + shift)


def asked_for(kind: QuestionKind, question: str, sentence: str) -> Span | None:
    """The words of the sentence that answer a question of this kind, whole words; None where that is not sure.

    Of several names, times, places or numbers, those that stand nearest to the question's own words are taken. What
    stands in the question is no answer to it. Other kinds ask for no such words.
    """
    if kind not in CUES:
        return None
    asked = _Asked.in_(kind, question)
    if kind is QuestionKind.WHO and _tells_what_was_done_to(asked, question, sentence):
        return None
    words = [(Span(*match.span()), frozenset(terms(match[0]))) for match in WORD.finditer(sentence)]
    candidates = [span for span in asked.candidates(sentence) if not _is_known(sentence, span, asked)]
    scored = sorted(((_score(asked, sentence, span, words), span) for span in candidates), key=lambda item: -item[0])
    if not scored or scored[0][0] < MINIMUM[kind]:
        return None
    if len(scored) > 1 and scored[0][0] - scored[1][0] < MARGIN:
        return None
    return scored[0][1]


def _tells_what_was_done_to(asked: _Asked, question: str, sentence: str) -> bool:
    """Whether a doer is asked for, and the sentence says what was done to somebody unnamed by the question.

    Who of the two is meant depends on the verbs: "Ada was beaten by Bor" answers "Who won?" and "Who lost?" alike.
    """
    if not ASKS_FOR_A_DOER.search(question):
        return False
    done_to = (span for span in names(sentence) if DONE_TO.match(sentence, span.end))
    return any(not _is_known(sentence, span, asked) for span in done_to)


def holds_asked_for(kind: QuestionKind, question: str, sentence: str) -> bool:
    """Whether the sentence holds a time, or a number, when the question asks for one and does not say it itself."""
    if kind not in (QuestionKind.WHEN, QuestionKind.HOW_MANY):
        return False
    asked = _Asked.in_(kind, question)
    return any(not _is_known(sentence, span, asked) for span in asked.candidates(sentence))


def _own_terms(sentence: str, span: Span) -> set[str]:
    found = terms(sentence[span.start : span.end])
    return {term for term in found if not is_stop_word(term, DEFAULT_LANGUAGE)}


def _is_known(sentence: str, span: Span, asked: _Asked) -> bool:
    """Whether the question says these words itself."""
    return _own_terms(sentence, span) <= asked.terms


def _score(asked: _Asked, sentence: str, span: Span, words: Sequence[tuple[Span, frozenset[str]]]) -> float:
    counts = asked.kind is QuestionKind.HOW_MANY
    before = [found for word, found in reversed(words) if word.end <= span.start]
    after = [found for word, found in words if (word.start > span.start if counts else word.start >= span.end)]
    score = CLOSENESS_WEIGHT * _closeness(asked.subject, before, after)
    if not counts:
        own = _own_terms(sentence, span)
        score += KNOWN_WEIGHT * len(own & asked.terms) / len(own)
    beside = after[:BESIDE] if counts else before[:BESIDE] + after[: BESIDE - 1]
    if any(asked.subject[0] in found for found in beside if asked.subject):
        score += BESIDE_WEIGHT
    return score + sum(cue.weight for cue in CUES[asked.kind] if cue.holds(sentence, span))


def _closeness(subject: Sequence[str], before: Sequence[frozenset[str]], after: Sequence[frozenset[str]]) -> float:
    """How near the subject's terms stand, 0 to 1: the mean of 1 / sqrt(distance in words), 0 for a term not there.

    ``before`` and ``after`` are the terms of the words around, the nearest first.
    """
    total = 0.0
    for term in subject:
        distances = [
            distance
            for side in (before, after)
            for distance in [next((i for i, found in enumerate(side, 1) if term in found), 0)]
            if distance
        ]
        total += min(distances) ** -0.5 if distances else 0.0
    return total / len(subject) if subject else 0.0
