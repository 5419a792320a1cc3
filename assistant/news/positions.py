"""Who says what about a subject, over all documents that speak of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from operator import attrgetter

from assistant.answering.conflicts import ANY_FIGURE, SentenceComparison
from assistant.indexing import Snapshot
from assistant.news.remembered import remembered
from assistant.news.speech.speakers import Attributed, attributed, is_name
from assistant.news.subject import Subject, told_once
from assistant.news.views import ChangedPosition, Position, Positions, Speaker
from assistant.text.answer_sentences import Sentence
from assistant.text.spellings import sound_of_name
from assistant.types import Citation, Document, Filters, Passage

REMEMBERED_DOCUMENTS = 2_000
COMPARED = 20
"""Statements of one speaker, the newest, are held against each other."""


@dataclass(frozen=True, slots=True)
class FoundStatement:
    """A statement in a passage."""

    said: Attributed
    passage: Passage


@remembered
def positions(snapshot: Snapshot, text: str, filters: Filters) -> Positions:
    """Who says what about a subject.

    Raises:
        CorpusError: a document, folder or publisher of the filters is not in the index.
    """
    subject = Subject(snapshot, text, filters)
    found = subject.about(list(_statements(subject)), _sentence, attrgetter("passage"))
    comparison = SentenceComparison(text, snapshot.embedder.embed_remembered, ANY_FIGURE)
    speakers = tuple(_numbered(_by_speaker(found), comparison))
    return Positions(text, speakers, subject.count, subject.notices)


def _statements(subject: Subject) -> Iterator[FoundStatement]:
    for document in subject.documents:
        for said in statements_of(document):
            passage = subject.passage_at(document.source, said.statement.start)
            if passage is not None:
                yield FoundStatement(said, passage)


@lru_cache(maxsize=REMEMBERED_DOCUMENTS)
def statements_of(document: Document) -> tuple[Attributed, ...]:
    """The statements in a document whose speakers are plain."""
    return tuple(attributed(document.text, document.markup))


def _sentence(one: FoundStatement) -> str:
    """The sentence in which it is said, as far as it stands in the passage."""
    opens = max(one.said.statement.opens, one.passage.start)
    return one.passage.text[opens - one.passage.start : one.said.statement.closes - one.passage.start]


def _by_speaker(found: Sequence[FoundStatement]) -> Iterator[tuple[str, list[FoundStatement]]]:
    """The statements of each speaker under the fullest name, those in most documents first."""
    named = [one.said.name for one in found]
    people = {one.said.name for one in found if one.said.is_person}
    whole = {name: _fullest(name, people) for name in dict.fromkeys(named)}
    by_key: dict[str, list[FoundStatement]] = defaultdict(list)
    for one in found:
        name = whole[one.said.name]
        by_key[sound_of_name(name) if is_name(name) else f"{sound_of_name(name)} in {one.passage.source}"].append(one)
    groups = [(max((whole[one.said.name] for one in of_one), key=len), of_one) for of_one in by_key.values()]
    yield from sorted(
        groups, key=lambda group: (-len({one.passage.source for one in group[1]}), -len(group[1]), group[0])
    )


def _fullest(name: str, people: Iterable[str]) -> str:
    """The whole name that a surname stands for, where one person alone bears it."""
    if len(name.split()) > 1:
        return name
    whole = {sound_of_name(other): other for other in people if other.split()[-1] == name and other != name}
    return next(iter(whole.values())) if len(whole) == 1 else name


def _numbered(groups: Iterable[tuple[str, list[FoundStatement]]], comparison: SentenceComparison) -> Iterator[Speaker]:
    number = 0
    for name, of_one in groups:
        newest = sorted(of_one, key=lambda one: (one.passage.published or "", one.passage.source), reverse=True)
        told = told_once(newest, _quote, lambda one: one.passage.source)
        stated = tuple(_position(place, one, also) for place, (one, also) in enumerate(told, number + 1))
        number += len(stated)
        also = tuple(
            dict.fromkeys(one.said.name for one in of_one if sound_of_name(one.said.name) != sound_of_name(name))
        )
        yield Speaker(name, also, stated, tuple(_changes(stated[:COMPARED], comparison)))


def _changes(stated: Sequence[Position], comparison: SentenceComparison) -> Iterator[ChangedPosition]:
    """What contradicts an earlier statement of another day, both in the speaker's own name."""
    own = [one for one in stated if one.how == "said"]
    for newer, older in combinations(own, 2):
        days = [(one.citation.passage.published or "")[:10] for one in (newer, older)]
        if all(days) and days[0] > days[1] and comparison.contradicts(sentence_of(newer), sentence_of(older)):
            yield ChangedPosition(newer, older)


def words_of(position: Position) -> Sentence:
    """What is said, as a sentence of its own."""
    one = position.citation
    return Sentence(one.passage, one.quote, one.start, one.end, 0, is_item=False)


def sentence_of(position: Position) -> Sentence:
    """All of the sentence in which something is said, which names who says it."""
    start = position.citation.start - position.mark[0]
    text = position.sentence
    return Sentence(position.citation.passage, text, start, start + len(text), 0, is_item=False)


def _position(number: int, one: FoundStatement, also_in: tuple[str, ...]) -> Position:
    statement, passage = one.said.statement, replace(one.passage, also_in=also_in)
    quote, opens = _quote(one), max(statement.opens, passage.start)
    citation = Citation(number, passage, quote, statement.start, statement.start + len(quote))
    mark = (citation.start - opens, citation.end - opens)
    return Position(citation, statement.how, statement.is_quoted, statement.speaker, _sentence(one), mark)


def _quote(one: FoundStatement) -> str:
    """What is said, as far as it stands in the passage."""
    return one.passage.text[one.said.statement.start - one.passage.start : one.said.statement.end - one.passage.start]
