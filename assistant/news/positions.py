"""Who says what about a subject, over all documents that speak of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.answering.filters import check_filters
from assistant.answering.followups import Understood
from assistant.answering.retrieval import retrieve
from assistant.answering.taking_in import told_taking_in
from assistant.answering.term_weights import TermWeights
from assistant.indexing import Snapshot
from assistant.news.speakers import Attributed, attributed, is_name
from assistant.news.values import Position, Positions, Speaker
from assistant.text.spellings import sound_of
from assistant.text.terms import term_set, words
from assistant.types import DEFAULT_LANGUAGE, Citation, Document, Filters, Passage

MOST_PASSAGES = 150
"""Passages about the subject that are looked at, the best first."""
MOST_COMPARED = 100
"""Statements whose meaning is compared with the subject's; those whose sentences name all of it are kept anyway."""
NEAR = 0.35
"""The cosine with the subject from which a statement is about it."""
REMEMBERED_DOCUMENTS = 2_000


@dataclass(frozen=True, slots=True)
class Found:
    """A statement in a passage, and how much of the subject its sentence or what stands before it names, 0 to 1."""

    said: Attributed
    passage: Passage
    coverage: float


def positions(snapshot: Snapshot, subject: str, filters: Filters) -> Positions:
    """Who says what about a subject.

    Raises:
        CorpusError: a document, folder or publisher of the filters is not in the index.
    """
    check_filters(filters, snapshot)
    hits = retrieve(snapshot, Understood(subject, subject, subject, 0.0), MOST_PASSAGES, filters).hits
    passages = {hit.passage.id: hit.passage for hit in hits}
    found = list(_about(snapshot, subject, _statements(snapshot, subject, passages.values())))
    return Positions(
        subject,
        tuple(_numbered(_by_speaker(found))),
        len({passage.source for passage in passages.values()}),
        told_taking_in(snapshot.taking_in()),
    )


def _statements(snapshot: Snapshot, subject: str, passages: Iterable[Passage]) -> Iterator[Found]:
    """The statements in some passages, each with how much of the subject is named around it."""
    weights = TermWeights(subject, snapshot.document_frequency, snapshot.words.count(), snapshot.languages)
    by_source: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        if passage.language == DEFAULT_LANGUAGE:
            by_source[passage.source].append(passage)
    for source, of_it in by_source.items():
        document = snapshot.document(source)
        for said in statements_of(document):
            around = document.text[said.statement.opens : said.statement.closes]
            for one in of_it:
                if one.start <= said.statement.start < one.end:
                    yield Found(said, one, weights.coverage(term_set(around)))


@lru_cache(maxsize=REMEMBERED_DOCUMENTS)
def statements_of(document: Document) -> tuple[Attributed, ...]:
    """The statements in a document whose speakers are plain."""
    return tuple(attributed(document.text, document.markup))


def _about(snapshot: Snapshot, subject: str, found: Iterable[Found]) -> Iterator[Found]:
    """Those statements that are about the subject: their sentences name it, or what they say is near to it."""
    every = list(found)
    doubtful = [one for one in every if one.coverage < 1.0][:MOST_COMPARED]
    cosines = snapshot.embedder.cosines(subject, [_said(one) for one in doubtful]) if doubtful else []
    near = {id(one) for one, cosine in zip(doubtful, cosines, strict=True) if cosine >= NEAR}
    yield from (one for one in every if one.coverage == 1.0 or id(one) in near)


def _said(one: Found) -> str:
    statement = one.said.statement
    start, end = statement.opens - one.passage.start, statement.closes - one.passage.start
    return one.passage.text[max(0, start) : end]


def _by_speaker(found: Sequence[Found]) -> Iterator[tuple[str, list[Found]]]:
    """The statements of each speaker under the fullest name, those in most documents first."""
    named = [one.said.name for one in found]
    people = {one.said.name for one in found if one.said.is_person}
    whole = {name: _fullest(name, people) for name in dict.fromkeys(named)}
    by_key: dict[str, list[Found]] = defaultdict(list)
    for one in found:
        name = whole[one.said.name]
        by_key[_key(name) if is_name(name) else f"{_key(name)} in {one.passage.source}"].append(one)
    groups = [(max((whole[one.said.name] for one in of_one), key=len), of_one) for of_one in by_key.values()]
    yield from sorted(
        groups, key=lambda group: (-len({one.passage.source for one in group[1]}), -len(group[1]), group[0])
    )


def _fullest(name: str, people: Iterable[str]) -> str:
    """The whole name that a surname stands for, where one person alone bears it."""
    if len(name.split()) > 1:
        return name
    whole = {_key(other): other for other in people if other.split()[-1] == name and other != name}
    return next(iter(whole.values())) if len(whole) == 1 else name


def _key(name: str) -> str:
    """Equal for spellings of one name."""
    spoken = words(name)
    spoken = spoken[1:] if spoken[:1] == ["the"] else spoken
    return " ".join(sound_of(word) or word for word in spoken)


def _numbered(groups: Iterable[tuple[str, list[Found]]]) -> Iterator[Speaker]:
    number = 0
    for name, of_one in groups:
        newest = sorted(of_one, key=lambda one: (one.passage.published or "", one.passage.source), reverse=True)
        told = _told_once(newest)
        stated = tuple(_position(place, one, also) for place, (one, also) in enumerate(told, number + 1))
        number += len(stated)
        also = tuple(dict.fromkeys(one.said.name for one in of_one if _key(one.said.name) != _key(name)))
        yield Speaker(name, also, stated)


def _told_once(found: Iterable[Found]) -> list[tuple[Found, tuple[str, ...]]]:
    """Each statement once, the first of those in the same words, with the other documents that have it."""
    by_words: dict[tuple[str, ...], list[Found]] = defaultdict(list)
    for one in found:
        by_words[tuple(words(_quote(one)))].append(one)
    return [
        (first, tuple({one.passage.source: None for one in others if one.passage.source != first.passage.source}))
        for first, *others in by_words.values()
    ]


def _position(number: int, one: Found, also_in: tuple[str, ...]) -> Position:
    statement, passage = one.said.statement, replace(one.passage, also_in=also_in)
    quote, opens = _quote(one), max(statement.opens, passage.start)
    citation = Citation(number, passage, quote, statement.start, statement.start + len(quote))
    sentence = passage.text[opens - passage.start : statement.closes - passage.start]
    mark = (citation.start - opens, citation.end - opens)
    return Position(citation, statement.how, statement.is_quoted, statement.speaker, sentence, mark)


def _quote(one: Found) -> str:
    """What is said, as far as it stands in the passage."""
    return one.passage.text[one.said.statement.start - one.passage.start : one.said.statement.end - one.passage.start]
