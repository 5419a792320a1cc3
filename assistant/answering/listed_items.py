"""The things that a question for several asks for, one by one: those that a sentence counts up which answers by itself.

Each sentence is read alone, and the reader's scores of its words decide. ``python -m benchmarks.items`` measures it.
All bounds were set by hand, on `training/texts` but for the file that is measured on, and on `news`: of the texts that
the reader has not seen, too few right things are found to fit weights on; so they are set again for each reader. Wrong
company is worse than absence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answering.citations import plain
from assistant.answering.near_duplicates import repeats_most_of
from assistant.answering.reading import ReadWindow, read_alone
from assistant.answering.same_items import NamedItem, is_a_state, joined, key_of
from assistant.answering.sentence_scoring import ScoredSentence
from assistant.models.packaged_reader import PackagedReader
from assistant.text.answer_sentences import Sentence
from assistant.text.english.enumerations import CountedPart, series_in
from assistant.text.english.expressions import names
from assistant.text.english.saying import TITLES
from assistant.text.english.vocabulary import NUMBER_WORDS, NUMERAL
from assistant.text.sentences import Span
from assistant.text.terms import term_set, words
from assistant.types import DEFAULT_LANGUAGE, Answer, Citation, ListedItem

FEWEST = 2
"""Of fewer things there is no list."""
LONGEST = 160
"""Characters of a thing that can be told in a list."""
ANSWERING = 0.0
"""The margin from which what a sentence counts up is told: as likely as that it does not answer."""
ALIKE = -3.0
"""The same where there are as many things as the question says, or all are states where it asks for countries."""
SURE_OF_ONE = 4.0
"""The same of a name that stands alone: sentences are full of them."""
BEHIND, SURELY = 1.0, 4.0
"""How far a margin may be below the highest one, and from which on that does not matter."""
WITHIN = 0.5
"""How much likelier to answer than what is counted up may other words of its sentence be."""
NEAR, NEARER, NEAREST = 2.0, 1.25, 0.5
"""How far the score of a sentence may be below the best one's: where `ALIKE` holds, of other names, of the rest."""
ASKS_FOR_STATES = re.compile(r"\b(?:countries|nations|states)\b", re.IGNORECASE)
ARTICLE = re.compile(r"\b(?:the|an?)\s+\Z", re.IGNORECASE)
ASKS_FOR_A_NUMBER = re.compile(rf"\b(?:which|what|the|name)\s+({NUMERAL}|\d{{1,2}})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What may be asked for: things that a sentence counts up, or a name alone; and what speaks for it.

    ``margin``: how much likelier the likeliest words of it are to answer than none are, where the sentence is read by
    itself, a logarithm. ``within``: how much likelier the likeliest words of the whole sentence are. ``gap``: how much
    lower the sentence scores than the best one.
    """

    items: tuple[NamedItem, ...]
    margin: float
    within: float
    gap: float

    @property
    def is_one(self) -> bool:
        """Whether it is a single thing."""
        return len(self.items) == 1


def items_among(
    question: str, evidence: Sequence[ScoredSentence], reader: PackagedReader
) -> tuple[tuple[NamedItem, ...], ...]:
    """The things asked for that sentences bear out, each with all that name it, those of most documents first.

    None where there are fewer than two.
    """
    found = _candidates(question, evidence, reader)
    least = min(max((one.margin for one in found), default=0.0) - BEHIND, SURELY)
    likeliest = [one for one in found if one.within <= WITHIN]
    told = [item for one in likeliest if one.margin >= least and _is_told(question, one) for item in one.items]
    named_alone = [one.items[0] for one in likeliest if one.is_one and one.margin >= ANSWERING]
    things = [_without_copies(same) for same in _with_others_that_name_them(told, named_alone)]
    things.sort(key=_documents_and_newest, reverse=True)
    return tuple(things) if len(things) >= FEWEST else ()


def _documents_and_newest(same: Sequence[NamedItem]) -> tuple[int, str]:
    return len(same), max(one.sentence.passage.published or "" for one in same)


def _is_told(question: str, one: _Candidate) -> bool:
    """Whether a candidate is sure enough."""
    if one.is_one:
        return one.margin >= SURE_OF_ONE and one.gap <= NEAREST
    if _is_as_asked(question, one.items):
        return one.margin >= ALIKE and one.gap <= NEAR
    return one.margin >= ANSWERING and one.gap <= (NEARER if one.items[0].is_name else NEAREST)


def _is_as_asked(question: str, items: Sequence[NamedItem]) -> bool:
    """Whether there are as many things as the question says, or all are states where it asks for such."""
    if asked := ASKS_FOR_A_NUMBER.search(question):
        number = asked[1].lower()
        return len(items) == (int(number) if number.isdigit() else NUMBER_WORDS[number])
    return ASKS_FOR_STATES.search(question) is not None and all(is_a_state(one.text) for one in items)


def _with_others_that_name_them(told: Sequence[NamedItem], others: Sequence[NamedItem]) -> list[tuple[NamedItem, ...]]:
    """The things told, with those others that name one of them."""
    known = set(told)
    return [
        same for same in joined([*told, *(one for one in others if one not in known)]) if not known.isdisjoint(same)
    ]


def _without_copies(same: Sequence[NamedItem]) -> tuple[NamedItem, ...]:
    """The first of each document that names a thing; of documents that repeat one another, of one."""
    kept: list[NamedItem] = []
    for one in same:
        passage, others = one.sentence.passage, [other.sentence.passage for other in kept]
        if not any(passage.source == of.source or repeats_most_of(passage.text, of.text) for of in others):
            kept.append(one)
    return tuple(kept)


def _candidates(question: str, evidence: Sequence[ScoredSentence], reader: PackagedReader) -> list[_Candidate]:
    """What the sentences count up, and the names that stand in them alone; what the question names is none of it."""
    prose = [one for one in evidence if _is_read(one.sentence)]
    windows = read_alone(question, [one.sentence for one in prose], reader)
    asked = _Asked.of(question)
    return [
        candidate
        for one, window in zip(prose, windows, strict=True)
        for candidate in _of_sentence(asked, one.sentence, evidence[0].score - one.score, window)
    ]


def _is_read(sentence: Sentence) -> bool:
    return not sentence.is_listed and sentence.passage.language == DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question says: its terms, and the last word of each name in it, as it sounds."""

    terms: frozenset[str]
    surnames: frozenset[str]

    @classmethod
    def of(cls, question: str) -> _Asked:
        """What this question says."""
        named = (key_of(question[name.start : name.end], is_name=True) for name in names(question))
        return cls(term_set(question), frozenset(key[-1] for key in named))

    def is_answered_by(self, text: str, *, is_name: bool) -> bool:
        """Whether a thing is none that the question names, and no mere title of somebody."""
        told = term_set(text)
        if not told or told <= self.terms or len(text) > LONGEST:
            return False
        is_known = is_name and key_of(text, is_name=True)[-1] in self.surnames
        return not is_known and (is_a_state(text) or not TITLES.issuperset(words(text)))


def _of_sentence(asked: _Asked, sentence: Sentence, gap: float, window: ReadWindow) -> Iterator[_Candidate]:
    text = sentence.text
    series = series_in(text)
    for counted in series:
        is_name = counted[0].is_name
        spans = [_span(part, sentence.start, window) for part in counted]
        parts = [span for span in spans if asked.is_answered_by(text[span.start : span.end], is_name=is_name)]
        if parts:
            yield _candidate(sentence, parts, gap, window, is_name=is_name)
    counted_up = [(counted[0].starts[-1], counted[-1].end) for counted in series if counted[0].is_name]
    for name in names(text):
        is_alone = not any(start <= name.start < end for start, end in counted_up)
        if is_alone and asked.is_answered_by(text[name.start : name.end], is_name=True):
            yield _candidate(sentence, [name], gap, window, is_name=True)


def _span(part: CountedPart, offset: int, window: ReadWindow) -> Span:
    """The part from where the reader takes its words to start, or from the next place before."""
    best = window.best_span(offset + part.starts[-1], offset + part.end)
    start = next((one for one in part.starts if best and offset + one <= best.start), part.starts[-1])
    return Span(start, part.end)


def _candidate(
    sentence: Sentence, parts: Sequence[Span], gap: float, window: ReadWindow, *, is_name: bool
) -> _Candidate:
    items = (NamedItem(_as_told(sentence.text[one.start : one.end]), sentence, is_name=is_name) for one in parts)
    first = len(ARTICLE.sub("", sentence.text[: parts[0].start]))  # the reader may take it for a part of the answer
    margin = window.margin(sentence.start + first, sentence.start + parts[-1].end)
    return _Candidate(tuple(items), margin, window.margin(sentence.start, sentence.end) - margin, gap)


def _as_told(text: str) -> str:
    return plain(text.strip(" \t\n*_\"'\u201c\u201d.,;:"), is_item=False)


def with_items(answer: Answer, things: Sequence[Sequence[NamedItem]]) -> Answer:
    """The answer with each thing as an item, and with citations of the sentences that bear it out."""
    if not things:
        return answer
    places = {(one.passage.source, one.start, one.end): one.number for one in answer.citations}
    citations = list(answer.citations)
    listed = []
    for same in things:
        numbers = []
        for sentence in (one.sentence for one in same):
            place = (sentence.passage.source, sentence.start, sentence.end)
            if place not in places:
                places[place] = max(places.values(), default=0) + 1
                citations.append(Citation(places[place], sentence.passage, sentence.text, sentence.start, sentence.end))
            numbers.append(places[place])
        listed.append(ListedItem(called(same), tuple(numbers)))
    cited = {one.passage.id for one in citations}
    left = tuple(hit for hit in answer.also_found if hit.passage.id not in cited)
    return replace(answer, items=tuple(listed), citations=tuple(citations), also_found=left)


def called(same: Sequence[NamedItem]) -> str:
    """What a thing is called: as most documents have it, and of such names by the longest."""
    written = [one.text for one in same]
    return max(written, key=lambda name: (written.count(name), len(name), name))
