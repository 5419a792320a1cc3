"""The things that a question for several asks for, one by one: those that a sentence which answers by itself counts up.

A linear model over `ItemFit` decides; ``python -m benchmarks.fit_items`` fits and measures it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answering.citations import plain
from assistant.answering.near_duplicates import repeats_most_of
from assistant.answering.reading import ReadWindow, read_alone
from assistant.answering.same_items import NamedItem, joined
from assistant.answering.sentence_scoring import ScoredSentence
from assistant.models.linear import LinearModel, shipped
from assistant.models.packaged_reader import PackagedReader
from assistant.text.answer_sentences import Sentence
from assistant.text.english.enumerations import Part, series_in
from assistant.text.english.expressions import names
from assistant.text.sentences import Span
from assistant.text.terms import term_set
from assistant.types import DEFAULT_LANGUAGE, Answer, Citation, ListedItem

FEWEST = 2
"""Of fewer things there is no list."""
LONGEST = 160
"""Characters of a thing that can be told in a list."""
LEAST_WITHIN, LEAST_GAP = -6.0, -4.0
"""Below these, the features of a fit tell nothing more."""
MODEL = shipped("listed_items")


@dataclass(frozen=True, slots=True)
class ItemFit:
    """What speaks for what a sentence counts up, or for one name in it.

    ``answered``: the log-odds that the sentence, read by itself, answers. ``margin``: how much likelier the likeliest
    words of the series are to answer than none are, a logarithm. ``within``: how much less likely these are than the
    likeliest of the whole sentence, a logarithm, 0 where they are the same. ``gap``: how much lower the sentence scores
    than the best one. ``parts``: the logarithm of how many things there are. ``alone``: 1 where it is one name.
    ``named``: 1 where they are names.
    """

    answered: float
    margin: float
    within: float
    gap: float
    parts: float
    alone: float
    named: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be asked for: parts of a sentence, counted up together, or a name alone."""

    sentence: Sentence
    parts: tuple[Span, ...]
    fit: ItemFit

    @property
    def items(self) -> tuple[NamedItem, ...]:
        """Each part as it is read, with its sentence."""
        text, named = self.sentence.text, bool(self.fit.named)
        return tuple(NamedItem(_as_told(text[one.start : one.end]), self.sentence, is_name=named) for one in self.parts)


def _as_told(text: str) -> str:
    return plain(text.strip(" \t\n*_\"'\u201c\u201d.,;:"), is_item=False)


def items_among(
    question: str, evidence: Sequence[ScoredSentence], reader: PackagedReader, model: LinearModel = MODEL
) -> tuple[tuple[NamedItem, ...], ...]:
    """The things asked for that sentences bear out, each with all that name it, those of most documents first.

    None where there are fewer than two. A name alone adds a document to a thing that others count up, or stands for
    itself where it is sure.
    """
    found = [
        item
        for candidate in candidates(question, evidence, reader)
        if model.probability(candidate.fit) >= (model.threshold or 0.0)
        for item in candidate.items
    ]
    things = [_without_copies(same) for same in joined(found)]
    things.sort(key=lambda same: max(one.sentence.passage.published or "" for one in same), reverse=True)
    things.sort(key=lambda same: -len(same))
    return tuple(things) if len(things) >= FEWEST else ()


def _without_copies(same: Sequence[NamedItem]) -> tuple[NamedItem, ...]:
    """The first of each document that names a thing; of documents that repeat one another, of one."""
    kept: list[NamedItem] = []
    for one in same:
        passage = one.sentence.passage
        others = [other.sentence.passage for other in kept]
        if not any(passage.source == o.source or repeats_most_of(passage.text, o.text) for o in others):
            kept.append(one)
    return tuple(kept)


def candidates(question: str, evidence: Sequence[ScoredSentence], reader: PackagedReader) -> list[Candidate]:
    """What the sentences count up, and the names that stand in them alone; what the question names is none of it."""
    prose = [one for one in evidence if _is_read(one.sentence)]
    windows = read_alone(question, [one.sentence for one in prose], reader)
    asked = term_set(question)
    return [
        candidate
        for one, window in zip(prose, windows, strict=True)
        for candidate in _of_sentence(asked, one, one.score - evidence[0].score, window)
    ]


def _is_read(sentence: Sentence) -> bool:
    return not sentence.is_listed and sentence.passage.language == DEFAULT_LANGUAGE


def _of_sentence(asked: frozenset[str], one: ScoredSentence, gap: float, window: ReadWindow) -> Iterator[Candidate]:
    text = one.sentence.text
    series = series_in(text)
    for counted in series:
        spans = [_span(part, one.sentence.start, window) for part in counted]
        if parts := [span for span in spans if _is_new(text[span.start : span.end], asked)]:
            yield _candidate(one.sentence, parts, gap, window, named=counted[0].is_name)
    counted_up = [(counted[0].starts[-1], counted[-1].end) for counted in series if counted[0].is_name]
    for name in names(text):
        is_alone = not any(start <= name.start < end for start, end in counted_up)
        if is_alone and _is_new(text[name.start : name.end], asked):
            yield _candidate(one.sentence, [name], gap, window, named=True)


def _is_new(text: str, asked: frozenset[str]) -> bool:
    told = term_set(text)
    return bool(told) and not told <= asked and len(text) <= LONGEST


def _span(part: Part, offset: int, window: ReadWindow) -> Span:
    """The part from where the reader takes its words to start, or from the next place before."""
    best = window.best_span(offset + part.starts[-1], offset + part.end)
    start = next((one for one in part.starts if best and offset + one <= best.start), part.starts[-1])
    return Span(start, part.end)


def _candidate(sentence: Sentence, parts: Sequence[Span], gap: float, window: ReadWindow, *, named: bool) -> Candidate:
    margin = window.margin(sentence.start + parts[0].start, sentence.start + parts[-1].end)
    fit = ItemFit(
        answered=window.answered,
        margin=margin,
        within=max(LEAST_WITHIN, margin - window.margin(sentence.start, sentence.end)),
        gap=max(LEAST_GAP, gap),
        parts=math.log(len(parts)),
        alone=float(len(parts) == 1),
        named=float(named),
    )
    return Candidate(sentence, tuple(parts), fit)


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
