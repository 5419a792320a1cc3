"""When what happened around a subject, over all documents that speak of it and have a date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from assistant.indexing import Snapshot
from assistant.news.remembered import remembered
from assistant.news.subject import Subject, told_once
from assistant.news.views import Event, Timeline
from assistant.text.english.event_times import EventTime, event_times
from assistant.text.sentences import Span, sentences
from assistant.text.structure import blocks
from assistant.types import Citation, Document, Filters, Passage

REMEMBERED_DOCUMENTS = 2_000


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


@remembered
def timeline(snapshot: Snapshot, text: str, filters: Filters) -> Timeline:
    """What happened around a subject, in order; the same words in several documents once, with all of them.

    Raises:
        CorpusError: a document, folder or publisher of the filters is not in the index.
    """
    subject = Subject(snapshot, text, filters)
    found = subject.about(list(_in_passages(subject)), _text)
    found.sort(key=lambda one: (one.dated.time.first, one.dated.time.last, one.passage.published or ""))
    told = told_once(found, lambda one: f"{_text(one)} {one.dated.time.first}", lambda one: one.passage.source)
    events = tuple(_event(number, one, also) for number, (one, also) in enumerate(told, 1))
    return Timeline(text, events, subject.count, subject.notices)


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


def _event(number: int, one: FoundEvent, also_in: tuple[str, ...]) -> Event:
    sentence, time = one.dated.sentence, one.dated.time
    citation = Citation(number, replace(one.passage, also_in=also_in), _text(one), sentence.start, sentence.end)
    days = time.first.isoformat(), time.last.isoformat()
    return Event(citation, *days, time.precision, time.is_planned, (time.start, time.end))
