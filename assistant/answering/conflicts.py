"""Where documents agree, each is cited; where they disagree, both are shown, and the reader is told.

Both are judged strictly: a wrong "disagree", or a citation that does not bear a sentence out, is worse than silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import get_args

import numpy as np

from assistant.answering.citations import Statement, plain
from assistant.answering.questions import NUMBER, expectations
from assistant.answering.selection import Selection
from assistant.answering.sentence_scoring import Embed
from assistant.text.answer_sentences import Sentence, sentences_of
from assistant.text.claims import REPEATS, Claim, asserted, claim
from assistant.text.english.expressions import TIME
from assistant.text.english.present import SEEN_FROM_ITS_DAY
from assistant.text.english.quantities import Kind, Quantity
from assistant.text.sentences import ends_a_sentence
from assistant.types import DEFAULT_LANGUAGE, Passage

CORROBORATING = 3
"""At most so many documents more are cited for a sentence."""
RIVALS = 2
"""At most so many documents are shown to disagree with a sentence in one respect."""
DISPUTES = 5
"""At most so many disputes are told of an answer, those of its first sentences first."""
ALIKE = 0.95
"""The cosine from which a sentence that has a word more than another may still state the same."""
RELATED = 0.5
"""The share of common terms (Jaccard) from which two sentences that differ in a figure are about the same thing."""
SAME_NEWS_DAYS = 7
"""Documents published within so many days may report one event, though only one of them says when it was."""
ANY_FIGURE: tuple[Kind, ...] = get_args(Kind)
"""For comparisons of statements, whatever is asked: any figure may be disputed."""
KINDS: dict[re.Pattern[str], tuple[Kind, ...]] = {NUMBER: ("number",), TIME: ("date", "time")}
"""The figures that are disputed, by what a question expects."""
DENIAL = "The {} disagree: {} denies what {} says."
"""What is told of documents, or speakers, of whom one denies what the other says."""
SHORT_ITEM = 6
"""A list item of fewer words, or without a full stop, says something only together with what introduces it."""


@dataclass(frozen=True, slots=True)
class Corroborated:
    """The statements of an answer, and what the reader is to be told about them."""

    statements: tuple[Statement, ...]
    notices: tuple[str, ...] = ()


def corroborate(question: str, selection: Selection, embed: Embed) -> Corroborated:
    """The sentences selected with those of other documents that state the same, or contradict them.

    A sentence that states what an earlier one does is cited there, and not repeated. One that contradicts another
    stands right after it.
    """
    comparison = SentenceComparison(question, embed)
    ranked = [item.sentence for item in selection.ranked]
    sentences, notices = _with_rivals(comparison, list(selection.sentences), ranked)
    distinct: list[Sentence] = []
    for sentence in sentences:
        if not any(comparison.states_the_same(sentence, other) for other in distinct):
            distinct.append(sentence)
    return Corroborated(tuple(_corroborated(comparison, sentence, ranked) for sentence in distinct), notices)


def _corroborated(comparison: SentenceComparison, sentence: Sentence, ranked: Sequence[Sentence]) -> Statement:
    by_source: dict[str, Sentence] = {}
    for other in ranked:
        if other.passage.source not in by_source and comparison.states_the_same(sentence, other):
            by_source[other.passage.source] = other
    return Statement(sentence, tuple(by_source.values())[:CORROBORATING])


@dataclass(frozen=True, slots=True)
class Disputed:
    """What a sentence says in one respect that others dispute: a figure, or, where that is None, the whole of it."""

    sentence: Sentence
    figure: Quantity | None


def _with_rivals(
    comparison: SentenceComparison, chosen: list[Sentence], ranked: Sequence[Sentence]
) -> tuple[list[Sentence], tuple[str, ...]]:
    """The chosen sentences with those that contradict one of them after it, and a notice of each dispute."""
    shown = chosen
    notices: list[str] = []
    told: set[Disputed] = set()
    for sentence in chosen:
        rivals: list[Sentence] = []
        for dispute in _disputes(comparison, sentence, [*chosen, *ranked], told):
            notice = comparison.notice(dispute)
            if len(notices) < DISPUTES and notice not in notices:  # a document may say a thing twice
                told.update(dispute)
                notices.append(notice)
                rivals += [side.sentence for side in dispute[1:]]
        shown = _followed_by(shown, sentence, list(dict.fromkeys(rivals)))
    return shown, tuple(notices)


def _disputes(
    comparison: SentenceComparison, sentence: Sentence, others: Sequence[Sentence], told: Set[Disputed]
) -> list[list[Disputed]]:
    """What is disputed of a sentence and not told yet: what it says, and then what its rivals say, who all disagree."""
    found: dict[Disputed, list[Disputed]] = {}
    for other in dict.fromkeys(others):
        for own, its in comparison.contradictions(sentence, other):
            sides = found.setdefault(own, [own])
            is_new = len(sides) <= RIVALS and its not in sides and told.isdisjoint((own, its))
            if is_new and all(comparison.contradicts(side.sentence, other) for side in sides[1:]):
                sides.append(its)
    return [sides for sides in found.values() if len(sides) > 1]


def _followed_by(shown: list[Sentence], sentence: Sentence, rivals: list[Sentence]) -> list[Sentence]:
    """The sentences shown with the rivals of one after it, and after those that point back to it."""
    place = shown.index(sentence) + 1
    while place < len(shown) and shown[place].points_back:
        place += 1
    before = shown[:place]
    rivals = [rival for rival in rivals if rival not in before]
    return [*before, *rivals, *(other for other in shown[place:] if other not in rivals)]


class SentenceComparison:
    """Compares sentences of different documents for one question."""

    def __init__(
        self, question: str, embed: Embed, kinds: Iterable[Kind] | None = None, *, of_speakers: bool = False
    ) -> None:
        """``kinds`` are those of the figures that are disputed; by default, those that the question expects.

        ``of_speakers``: what is compared is what different people say to the question, perhaps in one document.
        """
        self._embed = embed
        self.of_speakers = of_speakers
        self._asked = claim(question, DEFAULT_LANGUAGE)
        asked = (kind for expected in expectations(question) for kind in KINDS.get(expected, ()))
        self._kinds = frozenset(asked if kinds is None else kinds)

    def states_the_same(self, sentence: Sentence, other: Sentence) -> bool:
        """Whether a sentence of another document states what this one does, no less and hardly more.

        Both have the same names and figures in the same order and the same negation, their other terms are the same but
        for synonyms, or those of one are among those of the other and their vectors alike.
        """
        if not self._comparable(sentence, other):
            return False
        one, two = claim_of(sentence), claim_of(other)
        if one.differs(two) or one.overlap(two) < REPEATS or not one.has_details_of(two):
            return False
        if len(one.figures) > 1 and not one.is_in_order_of(two):  # which figure is of what then cannot be told
            return False
        if sentence.passage.language != DEFAULT_LANGUAGE or one.terms == two.terms:
            return one.terms == two.terms
        return (one.terms <= two.terms or two.terms <= one.terms) and self._cosine(sentence, other) >= ALIKE

    def contradicts(self, sentence: Sentence, other: Sentence) -> bool:
        """Whether a sentence of another document denies this one, or gives another figure for what is asked."""
        if sentence.is_listed or other.is_listed or not self._comparable(sentence, other):
            return False
        return bool(self._figures_apart(sentence, other)) or self._denies(sentence, other)

    def contradictions(self, sentence: Sentence, other: Sentence) -> list[tuple[Disputed, Disputed]]:
        """Each respect in which a sentence of another document contradicts this one: what either says."""
        if not self.contradicts(sentence, other):
            return []
        apart: list[tuple[Quantity | None, Quantity | None]] = [*self._figures_apart(sentence, other)]
        return [(Disputed(sentence, one), Disputed(other, two)) for one, two in apart or [(None, None)]]

    def notice(self, dispute: Sequence[Disputed], speakers: Sequence[str] = ()) -> str:
        """What the reader is told about sentences that contradict each other in one respect, and who says them."""
        titles = [side.sentence.passage.title for side in dispute]
        names = speakers or [
            _named(side.sentence.passage, full=titles.count(side.sentence.passage.title) > 1) for side in dispute
        ]
        they = "speakers" if speakers else "documents"
        figures = [side.figure for side in dispute if side.figure]
        if not figures:
            return DENIAL.format(they, *(names if _asserted(dispute[0].sentence).negated else names[::-1]))
        said = ", ".join(f"{name} says {_inline(figure)}" for name, figure in zip(names, figures, strict=True))
        return f"The {they} disagree: {said}."

    def _comparable(self, sentence: Sentence, other: Sentence) -> bool:
        """Whether two sentences of different documents are about the same subject, as far as names tell.

        They share a name, or the question has one; what the question names stands in or about both of them. Where
        nothing is asked, a name that stands about both is enough.
        """
        are_of_two = self.of_speakers or not are_of_one_document(sentence.passage, other.passage)
        if not are_of_two or not _are_told_alike(sentence, other):
            return False
        left, right = _context(sentence), _context(other)
        named = self._asked.terms & (self._asked.proper | left.proper | right.proper)
        if not named <= left.terms & right.terms:
            return False
        if named or self.of_speakers or claim_of(sentence).proper & claim_of(other).proper:
            return True
        return not self._asked.terms and bool(left.proper & right.proper)

    def _figures_apart(self, sentence: Sentence, other: Sentence) -> list[tuple[Quantity, Quantity]]:
        """The figures that two sentences about the same thing give for what is asked, where they contradict."""
        one, two = _asserted(sentence), _asserted(other)
        apart = [pair for pair in _paired(self._answers_in(one), self._answers_in(two)) if pair[0].contradicts(pair[1])]
        if not apart or _are_of_their_days(sentence, other, apart):
            return []
        if len(apart) > 1 and not one.is_in_order_of(two):  # which figure is of what then cannot be told
            return []
        for left, right in apart:
            one, two = one.without(left), two.without(right)
        is_named = set(one.names) <= _context(other).terms and set(two.names) <= _context(sentence).terms
        is_of_one_time = one.has_dates_of(two) or same_news(sentence.passage, other.passage)
        return apart if is_named and is_of_one_time and _are_related(one, two) else []

    def _answers_in(self, found: Claim) -> list[Quantity]:
        """The figures of the kinds that are asked for and that the question does not give: those that it counts."""
        figures = [
            figure
            for figure in found.figures
            if figure.kind in self._kinds and not any(figure.same_as(given) for given in self._asked.figures)
        ]
        counted = [figure for figure in figures if figure.unit in self._asked.terms]
        others = [figure for figure in figures if figure.kind != "number"] if counted else figures
        return sorted({*counted, *others}, key=lambda figure: figure.start)

    def _denies(self, sentence: Sentence, other: Sentence) -> bool:
        one, two = _asserted(sentence), _asserted(other)
        if one.negated == two.negated:
            return False
        if sentence.passage.language != DEFAULT_LANGUAGE and one.terms != two.terms:
            return False
        two = replace(two, negated=one.negated)
        return not one.differs(two) and one.overlap(two) >= REPEATS and one.has_details_of(two)

    def _cosine(self, sentence: Sentence, other: Sentence) -> float:
        vectors = self._embed([sentence.said, other.said])
        return float(np.dot(vectors[0], vectors[1]))


def _paired(ones: Sequence[Quantity], others: Sequence[Quantity]) -> list[tuple[Quantity, Quantity]]:
    """The figures that two sentences give in the same places; none unless they are of the same kinds and units."""
    pairs = list(zip(ones, others, strict=False))
    alike = all(one.kind == other.kind and (len(pairs) == 1 or one.unit == other.unit) for one, other in pairs)
    return pairs if alike and len(ones) == len(others) else []


def _are_related(one: Claim, two: Claim) -> bool:
    """Whether, without the figures in which they differ, one claim says all that the other does, and perhaps more."""
    shared = one.terms & two.terms
    fewest = 2 if one.terms == two.terms else 3
    is_within = shared in (one.terms, two.terms) and len(shared) >= fewest
    return is_within and not one.differs(two) and one.overlap(two) >= RELATED


def claim_of(sentence: Sentence) -> Claim:
    """What a sentence claims, as it is quoted."""
    return claim(plain(sentence.said, is_item=sentence.is_item), sentence.passage.language)


def _asserted(sentence: Sentence) -> Claim:
    return asserted(plain(sentence.said, is_item=sentence.is_item), sentence.passage.language)


def _context(sentence: Sentence) -> Claim:
    """The sentence's passage with what stands above it, as one claim."""
    passage = sentence.passage
    return claim(f"{passage.title}. {passage.breadcrumb}. {passage.text}", passage.language)


def _are_of_their_days(sentence: Sentence, other: Sentence, apart: Sequence[tuple[Quantity, Quantity]]) -> bool:
    """Whether each of two documents of different days tells of its own, so that both may be right."""
    first, second = _published(sentence.passage), _published(other.passage)
    if first is None or second is None or first == second:
        return False
    are_todays = all(one.parts[1:] in _around(first) and two.parts[1:] in _around(second) for one, two in apart)
    return are_todays or all(SEEN_FROM_ITS_DAY.search(each.said) for each in (sentence, other))


def _around(day: date) -> list[tuple[int, int]]:
    """The month and day of a day, of the one before and of the one after."""
    near = (day + timedelta(days=days) for days in (-1, 0, 1))
    return [(one.month, one.day) for one in near]


def same_news(one: Passage, two: Passage) -> bool:
    """Whether both were published within a few days."""
    first, second = _published(one), _published(two)
    return first is not None and second is not None and abs((first - second).days) <= SAME_NEWS_DAYS


def are_of_one_document(one: Passage, other: Passage) -> bool:
    """Whether two passages stand in one document, or in copies of it."""
    return one.source in (other.source, *other.also_in) or other.source in one.also_in


def _are_told_alike(sentence: Sentence, other: Sentence) -> bool:
    """Whether both stand by themselves, in one language, and in prose or in such lists as say the same."""
    if sentence.points_back or other.points_back or sentence.passage.language != other.passage.language:
        return False
    return sentence.is_listed == other.is_listed and (not sentence.is_listed or _same_list(sentence, other))


def _same_list(item: Sentence, other: Sentence) -> bool:
    """Whether two list items stand in lists of the same things, or say something by themselves."""
    if all(ends_a_sentence(each.text) and len(each.text.split()) >= SHORT_ITEM for each in (item, other)):
        return True
    one, two = (claim(_introduction(each), each.passage.language) for each in (item, other))
    return bool(one.terms) and one.overlap(two) >= REPEATS and not one.differs(two)


def _introduction(item: Sentence) -> str:
    """What introduces the list of an item: the sentence before it, else its heading, else the title."""
    before: Iterator[Sentence] = reversed(sentences_of(item.passage)[: item.order])
    first = next((sentence for sentence in before if not sentence.is_item), None)
    if first and first.introduces:
        return plain(first.text, is_item=False)
    return item.passage.breadcrumb or item.passage.title


def _named(passage: Passage, *, full: bool) -> str:
    """A document as the notice names it; ``full`` tells documents of one title apart."""
    published = _published(passage)
    details = [passage.source] if full else []
    details += [f"{published.day} {published:%B %Y}"] if published else []
    return f"“{' '.join(passage.title.split())}”" + (f" ({', '.join(details)})" if details else "")


def _published(passage: Passage) -> date | None:
    try:
        return date.fromisoformat((passage.published or "")[:10])
    except ValueError:  # it says less than a day, or nothing
        return None


def _inline(figure: Quantity) -> str:
    """The figure as it stands inside a sentence."""
    return figure.text if figure.kind == "date" else figure.text[:1].lower() + figure.text[1:]
