"""What is new: the stories that came or went on since a day, what each adds to what was known, and contradicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import get_args

from assistant.answering.conflicts import SentenceComparison
from assistant.answering.filters import check_filters
from assistant.answering.near_duplicates import repeats_most_of
from assistant.answering.sentence_scoring import Embed
from assistant.answering.taking_in import told_taking_in
from assistant.indexing import Snapshot
from assistant.news.articles import articles_in
from assistant.news.novelty import Earlier, Said
from assistant.news.remembered import remembered
from assistant.news.stories import SLEEPS_DAYS, Article, stories
from assistant.news.subject import Subject
from assistant.news.views import Contradiction, News, Story
from assistant.text.answer_sentences import Sentence, sentences_of
from assistant.text.english.quantities import Kind
from assistant.types import Citation, Filters, Passage

DAYS = 7
"""Up to and with the newest article, where nobody says since when."""
SHOWN_STORIES = 30
"""Of which it is told what they add, the newest first."""
MOST_ARTICLES = 5_000
"""That are grouped, the newest: with more, grouping takes longer than somebody waits."""
ADDED_SENTENCES = 3
"""Of a story, at most, the newest first."""
CONTRADICTIONS = 3
"""Of a story, at most."""
EARLIER_ARTICLES = 12
"""Of a story, the last before an article, are what was known."""
PASSAGES = 6
"""Of an article, the first: they hold more sentences than are compared."""
REMEMBERED_ARTICLES = 2_000
FIGURES: tuple[Kind, ...] = get_args(Kind)


@remembered
def whats_new(snapshot: Snapshot, filters: Filters, subject: str = "") -> News:
    """The stories with articles of the days that pass, of a subject where one is named; the newest first.

    Without a first day, the week up to the newest article counts.

    Raises:
        CorpusError: a document, folder or publisher of the filters is not in the index.
    """
    check_filters(filters, snapshot)
    passing = {snapshot.listed[identity].source for identity in snapshot.scope(filters).documents}
    if subject:
        passing &= Subject(snapshot, subject, filters).named_in
    articles = articles_in(snapshot)
    until = max((one.day for one in articles if one.document.source in passing), default=None)
    notices = told_taking_in(snapshot.taking_in())
    if until is None:
        return News(subject, filters.since or "", filters.until or "", (), 0, 0, notices)
    since = date.fromisoformat(filters.since) if filters.since else until - timedelta(days=DAYS - 1)
    near = [one for one in articles if since - timedelta(days=SLEEPS_DAYS) <= one.day <= until]
    near = sorted(near, key=lambda one: one.day)[-MOST_ARTICLES:]
    grouped = [_Grown(of_one, since, passing) for of_one in stories(near)]
    grown = sorted((one for one in grouped if one.new), key=lambda one: (one.new[-1].day, len(one.new)), reverse=True)
    told = tuple(_numbered(filter(None, (_story(snapshot, one) for one in grown[:SHOWN_STORIES]))))
    count = sum(len(one.new) for one in grown)
    return News(subject, since.isoformat(), until.isoformat(), told, len(grown), count, notices)


@dataclass(frozen=True, slots=True)
class _Dispute:
    """A new sentence, the earlier one that it contradicts, and what is told of that."""

    new: Sentence
    earlier: Sentence
    notice: str


class _Grown:
    """A story, and which of its articles are new."""

    def __init__(self, articles: Sequence[Article], since: date, passing: set[str]) -> None:
        self.before = [one for one in articles if one.day < since]
        self.new = [one for one in articles if one.day >= since and one.document.source in passing]


@dataclass(frozen=True, slots=True)
class _Told:
    """A story with its sentences, not numbered yet."""

    grown: _Grown
    lead: Sentence
    adds: tuple[Sentence, ...]
    contradicts: tuple[_Dispute, ...]
    texts: int


@dataclass(frozen=True, slots=True)
class _Added:
    """What an article says that those before it did not, the newest first, and what it contradicts."""

    sentences: tuple[Sentence, ...]
    disputes: tuple[_Dispute, ...]


def _story(snapshot: Snapshot, grown: _Grown) -> _Told | None:
    """What the new articles of a story say that those before did not; None where none of them states anything."""
    embed = snapshot.embedder.embed_remembered
    known = [_passages(snapshot, one) for one in grown.before]
    said: list[Said] = []
    adding: list[tuple[Said, _Added]] = []
    texts: list[Article] = []
    for article in grown.new:
        passages = _passages(snapshot, article)
        of_one = _said(passages, embed)
        said += [of_one] if of_one.sentences else []
        if not any(repeats_most_of(article.lead, other.lead) for other in (*grown.before, *texts)):
            texts.append(article)
            added = _added(passages, tuple(known[-EARLIER_ARTICLES:]), embed)
            adding += [(of_one, added)] if added.sentences else []
        known.append(passages)
    if not said:
        return None
    lead = (adding[-1][0] if adding else said[0]).sentences[0]
    adds = [lead]
    for of_one, added in reversed(adding):
        adds += [one for one in added.sentences[:ADDED_SENTENCES] if one != lead and _stands(one, of_one, adds)]
    disputes = [one for _, added in adding for one in added.disputes]
    return _Told(grown, lead, tuple(adds[1 : ADDED_SENTENCES + 1]), tuple(disputes[:CONTRADICTIONS]), len(texts))


def _stands(sentence: Sentence, said: Said, shown: Sequence[Sentence]) -> bool:
    """Whether a sentence is understood by itself, or behind the one before it, which is shown."""
    place = said.sentences.index(sentence)
    return not sentence.points_back or (place > 0 and said.sentences[place - 1] in shown)


def _passages(snapshot: Snapshot, article: Article) -> tuple[Passage, ...]:
    return tuple(snapshot.passages_of(article.document.source)[:PASSAGES])


@lru_cache(maxsize=REMEMBERED_ARTICLES)
def _said(passages: tuple[Passage, ...], embed: Embed) -> Said:
    return Said.of([sentence for passage in passages for sentence in sentences_of(passage)], embed)


@lru_cache(maxsize=REMEMBERED_ARTICLES)
def _added(passages: tuple[Passage, ...], known: tuple[tuple[Passage, ...], ...], embed: Embed) -> _Added:
    """What an article adds to those known; nothing, where none is."""
    before = [said for said in (_said(one, embed) for one in known) if said.sentences]
    if not before:
        return _Added((), ())
    article, earlier = _said(passages, embed), Earlier(before)
    added = earlier.added_by(article)
    comparison = SentenceComparison("", embed, FIGURES)
    disputes = (
        _Dispute(sentence, other, comparison.notice(dispute))
        for sentence in added
        for other in earlier.near(sentence, article)
        for dispute in comparison.contradictions(sentence, other)[:1]
    )
    return _Added(tuple(added), tuple(islice(disputes, CONTRADICTIONS)))


def _numbered(told: Iterable[_Told]) -> Iterator[Story]:
    number = 0

    def cited(sentence: Sentence) -> Citation:
        nonlocal number
        number += 1
        passage = replace(sentence.passage, also_in=())
        return Citation(number, passage, sentence.text, sentence.start, sentence.end)

    for one in told:
        new = one.grown.new
        yield Story(
            title=one.lead.passage.title,
            lead=cited(one.lead),
            adds=tuple(map(cited, one.adds)),
            contradicts=tuple(
                Contradiction(cited(dispute.new), cited(dispute.earlier), dispute.notice) for dispute in one.contradicts
            ),
            first=new[0].day.isoformat(),
            last=new[-1].day.isoformat(),
            sources=tuple(article.document.source for article in new),
            publishers=tuple(dict.fromkeys(filter(None, (article.document.publisher for article in new)))),
            texts=one.texts,
            earlier=len(one.grown.before),
        )
