"""What is new: the stories that came or went on since a day, what each adds to what was known, and contradicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import get_args

from assistant.answering.conflicts import SentenceComparison
from assistant.answering.filters import check_filters
from assistant.answering.near_duplicates import repeats_most_of
from assistant.answering.taking_in import told_taking_in
from assistant.indexing import Snapshot
from assistant.news.articles import articles_in
from assistant.news.novelty import Earlier
from assistant.news.stories import SLEEPS_DAYS, Article, stories
from assistant.news.subject import Subject
from assistant.news.views import Contradiction, News, Story
from assistant.text.answer_sentences import Sentence, sentences_of
from assistant.text.english.quantities import Kind
from assistant.types import Citation, Filters

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
FIGURES: tuple[Kind, ...] = get_args(Kind)


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
    articles = articles_in(snapshot, snapshot.listed)
    until = max((one.day for one in articles if one.document.source in passing), default=None)
    notices = told_taking_in(snapshot.taking_in())
    if until is None:
        return News(subject, filters.since or "", filters.until or "", (), 0, 0, notices)
    since = date.fromisoformat(filters.since) if filters.since else until - timedelta(days=DAYS - 1)
    near = [one for one in articles if since - timedelta(days=SLEEPS_DAYS) <= one.day <= until]
    near = sorted(near, key=lambda one: one.day)[-MOST_ARTICLES:]
    grouped = [_Grown(of_one, since, passing) for of_one in stories(near)]
    grown = sorted((one for one in grouped if one.new), key=lambda one: (one.new[-1].day, len(one.new)), reverse=True)
    comparison = SentenceComparison("", snapshot.embedder.embed_remembered, FIGURES)
    told = tuple(_numbered(_story(snapshot, one, comparison) for one in grown[:SHOWN_STORIES]))
    count = sum(len(one.new) for one in grown)
    return News(subject, since.isoformat(), until.isoformat(), told, len(grown), count, notices)


class _Grown:
    """A story, and which of its articles are new."""

    def __init__(self, articles: Sequence[Article], since: date, passing: set[str]) -> None:
        self.before = [one for one in articles if one.day < since]
        self.new = [one for one in articles if one.day >= since and one.document.source in passing]


@dataclass(frozen=True, slots=True)
class _Told:
    """A story with its sentences, not numbered yet."""

    grown: _Grown
    lead: Sentence | None
    adds: tuple[Sentence, ...]
    contradicts: tuple[tuple[Sentence, Sentence, str], ...]
    texts: int


def _story(snapshot: Snapshot, grown: _Grown, comparison: SentenceComparison) -> _Told:
    """What the new articles of a story say that those before did not."""
    known = [sentence for one in grown.before for sentence in _said(snapshot, one)]
    added: list[list[Sentence]] = []
    disputes: list[tuple[Sentence, Sentence, str]] = []
    lead: Sentence | None = None
    texts: list[Article] = []
    for article in grown.new:
        said = _said(snapshot, article)
        if not any(repeats_most_of(article.lead, other.lead) for other in (*grown.before, *texts)):
            texts.append(article)
            of_one = Earlier(known, snapshot.embedder.embed_remembered).added_by(said) if known else said[:1]
            if of_one:
                lead = said[0]
            added.append(of_one)
            disputes += _disputes(comparison, of_one, known)
        known += said
    lead = lead or next((sentence for one in grown.new for sentence in _said(snapshot, one)[:1]), None)
    newest_first = [one for of_one in reversed(added) for one in of_one[:ADDED_SENTENCES] if one != lead]
    return _Told(grown, lead, tuple(newest_first[:ADDED_SENTENCES]), tuple(disputes[:CONTRADICTIONS]), len(texts))


def _said(snapshot: Snapshot, article: Article) -> list[Sentence]:
    return [
        sentence
        for passage in snapshot.passages_of(article.document.source)
        for sentence in sentences_of(passage)
        if not sentence.is_fragment
    ]


def _disputes(
    comparison: SentenceComparison, new: Sequence[Sentence], known: Sequence[Sentence]
) -> Iterator[tuple[Sentence, Sentence, str]]:
    for sentence in new:
        for other in known:
            for dispute in comparison.contradictions(sentence, other)[:1]:
                yield sentence, other, comparison.notice(dispute)


def _numbered(told: Iterator[_Told]) -> Iterator[Story]:
    number = 0

    def cited(sentence: Sentence) -> Citation:
        nonlocal number
        number += 1
        passage = replace(sentence.passage, also_in=())
        return Citation(number, passage, sentence.text, sentence.start, sentence.end)

    for one in told:
        if one.lead is None:
            continue
        new = one.grown.new
        yield Story(
            title=one.lead.passage.title,
            lead=cited(one.lead),
            adds=tuple(map(cited, one.adds)),
            contradicts=tuple(
                Contradiction(cited(ours), cited(theirs), notice) for ours, theirs, notice in one.contradicts
            ),
            first=new[0].day.isoformat(),
            last=new[-1].day.isoformat(),
            sources=tuple(article.document.source for article in new),
            publishers=tuple(dict.fromkeys(filter(None, (article.document.publisher for article in new)))),
            texts=one.texts,
            earlier=len(one.grown.before),
        )
