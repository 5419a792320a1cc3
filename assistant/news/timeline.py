"""When what happened around a subject, over all documents that speak of it and have a date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import combinations, count, islice
from operator import attrgetter

from assistant.answering.conflicts import SentenceComparison
from assistant.indexing import Snapshot
from assistant.models.packaged_reader import PackagedReader
from assistant.news.agreement import Agreement
from assistant.news.remembered import remembered
from assistant.news.subject import Subject, told_once
from assistant.news.views import Event, Timeline
from assistant.text.answer_sentences import Sentence
from assistant.text.english.event_times import EventTime, event_times
from assistant.text.english.quantities import Kind
from assistant.text.sentences import Span, sentences
from assistant.text.structure import blocks
from assistant.types import Citation, Document, Filters, Passage

REMEMBERED_DOCUMENTS = 2_000
DAYS: tuple[Kind, ...] = ("date", "time", "weekday")
APART_DAYS = 31
"""Of two events further apart, one is hardly the other with a wrong date."""
MOST_DISPUTES = 5
"""Told of one timeline."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A sentence of a document, and a time that it tells."""

    sentence: Span
    time: EventTime


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """Such a sentence in a passage."""

    dated: Dated
    passage: Passage

    @property
    def sentence(self) -> Sentence:
        """The sentence as it is compared with others."""
        span = self.dated.sentence
        return Sentence(self.passage, _text(self), span.start, span.end, 0, is_item=False)


Telling = tuple[FoundEvent, tuple[str, ...]]
"""An event as one document tells it, and others that have the same words."""


@remembered
def timeline(snapshot: Snapshot, text: str, filters: Filters, reader: PackagedReader | None = None) -> Timeline:
    """What happened around a subject, in order; what several documents tell of the same days is one, with all of them.

    They tell it in the same words, or in such as the reader takes for the same.

    Raises:
        CorpusError: a document, folder or publisher of the filters is not in the index.
    """
    subject = Subject(snapshot, text, filters)
    found = subject.about(list(_in_passages(subject)), _text, attrgetter("passage"))
    found.sort(key=lambda one: (one.dated.time.first, one.dated.time.last, one.passage.published or ""))
    told = told_once(found, lambda one: f"{_text(one)} {one.dated.time.first}", lambda one: one.passage.source)
    agreement = Agreement(snapshot.embedder.embed_remembered, reader)
    numbers = count(1)
    by_event = joined(told, agreement)
    events = tuple(_event(tellings, numbers) for tellings in by_event)
    disputed = islice(_disputed_days([tellings[0][0] for tellings in by_event], events, snapshot), MOST_DISPUTES)
    return Timeline(text, events, subject.count, (*subject.notices, *disputed))


def _disputed_days(found: Sequence[FoundEvent], events: Sequence[Event], snapshot: Snapshot) -> Iterator[str]:
    """What is told of events for which documents give other days, in sentences that are otherwise alike."""
    comparison = SentenceComparison("", snapshot.embedder.embed_remembered, DAYS)
    for (one, event), (other, another) in combinations(zip(found, events, strict=True), 2):
        apart = (other.dated.time.first - one.dated.time.last).days
        if 0 < apart <= APART_DAYS and one.passage.source != other.passage.source:
            for dispute in comparison.contradictions(one.sentence, other.sentence)[:1]:
                yield f"{comparison.notice(dispute)} See {event.citation.number} and {another.citation.number}."


def joined(told: Sequence[Telling], agreement: Agreement) -> list[list[Telling]]:
    """What is told, by event, in order: each joins one of the same days that it bears out, or that bears it out."""
    events: list[list[Telling]] = []
    for telling in told:
        one = telling[0]
        same_days = [event for event in events if _overlap(event[0][0], one)]
        others = {
            event[0][0].sentence: event for event in same_days if event[0][0].passage.source != one.passage.source
        }
        same = agreement.same(one.sentence, list(others))
        if same is None:
            events.append([telling])
        else:
            others[same].append(telling)
    return events


def _overlap(one: FoundEvent, other: FoundEvent) -> bool:
    return one.dated.time.first <= other.dated.time.last and other.dated.time.first <= one.dated.time.last


def _in_passages(subject: Subject) -> Iterator[FoundEvent]:
    for document in subject.documents:
        for dated in dated_in(document):
            passage = subject.passage_at(document.source, dated.sentence.start)
            if passage is not None and dated.sentence.end <= passage.end:
                yield FoundEvent(dated, passage)


@lru_cache(maxsize=REMEMBERED_DOCUMENTS)
def dated_in(document: Document) -> tuple[Dated, ...]:
    """The sentences of a document that tell when something happens; none where it has no day of publication."""
    try:
        published = date.fromisoformat((document.published or "")[:10])
    except ValueError:
        return ()
    found: list[Dated] = []
    for block in blocks(document.text, document.markup):
        if block.kind in ("prose", "item"):
            for sentence in sentences(document.text, block.start, block.end, document.language):
                before = found[-1].time.first if found else None
                text = document.text[sentence.start : sentence.end]
                found += [Dated(sentence, time) for time in event_times(text, published, before)]
    return tuple(found)


def _text(one: FoundEvent) -> str:
    start = one.dated.sentence.start - one.passage.start
    return one.passage.text[start : start + len(one.dated.sentence)]


def _event(tellings: Sequence[Telling], numbers: Iterator[int]) -> Event:
    [first, *others] = [_citation(telling, numbers) for telling in tellings]
    time = tellings[0][0].dated.time
    days = time.first.isoformat(), time.last.isoformat()
    is_planned = all(one.dated.time.is_planned for one, _ in tellings)
    return Event(first, *days, time.precision, is_planned, (time.start, time.end), tuple(others))


def _citation(telling: Telling, numbers: Iterator[int]) -> Citation:
    one, also_in = telling
    sentence = one.dated.sentence
    return Citation(next(numbers), replace(one.passage, also_in=also_in), _text(one), sentence.start, sentence.end)
