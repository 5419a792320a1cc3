"""What is new: the stories that came or went on since a day, what each adds to what was known, and contradicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import islice
from operator import attrgetter

from assistant.answering.citations import citation_of
from assistant.answering.conflicts import ANY_FIGURE, SentenceComparison
from assistant.answering.filters import check_filters
from assistant.answering.near_duplicates import repeats_most_of
from assistant.answering.sentence_scoring import Embed
from assistant.answering.taking_in import told_taking_in
from assistant.indexing import Snapshot
from assistant.indexing.scope import Scope
from assistant.news.articles import Came, articles_of, days_of
from assistant.news.corrections import corrections
from assistant.news.novelty import ArticleClaims, Earlier
from assistant.news.remembered import remembered
from assistant.news.stories import SLEEPS_DAYS, Article, stories
from assistant.news.subject import SubjectWords
from assistant.news.views import Contradiction, News, Story
from assistant.text.answer_sentences import Sentence, sentences_of
from assistant.text.english.days import today
from assistant.text.terms import content_words, forms, likeliest_language
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
REMEMBERED_ARTICLES = 500
MOST_PASSAGES = 10_000
"""That hold a word of a subject; of one that more hold, the best count."""
About = Callable[[Sequence[Sentence]], Sequence[Sentence]]
"""What keeps those sentences that may be told."""
CUT = f"Only the newest {MOST_ARTICLES:,} articles of these days were grouped."


@remembered
def whats_new(snapshot: Snapshot, filters: Filters, subject: str = "") -> News:
    """The stories with articles of the days that pass, of documents that name all of a subject; the newest first.

    Without a last day, it is the day of the newest article that is not dated ahead of today; without a first day, the
    week up to that counts. Documents that tell no day came when they were added, be it after the newest article.

    Raises:
        CorpusError: a document, folder or publisher of the filters is not in the index.
    """
    check_filters(filters, snapshot)
    days = days_of(snapshot)
    scope = snapshot.scope(replace(filters, since=None, until=None))
    passing = documents_that_name(snapshot, subject, scope) if subject else set(scope.documents)
    notices = told_taking_in(snapshot.taking_in())
    asked = _asked(filters, [days[one] for one in passing if one in days])
    if asked is None:
        return News(subject, filters.since or "", filters.until or "", (), 0, 0, notices)
    since, until = asked
    near, cut = _near(days, since, until, is_open=not filters.until)
    new = {one for one in near if one in passing and days[one].day >= since}
    grown = _grown(snapshot, near, since, new)
    about = _about(snapshot, subject)
    told = tuple(_numbered(filter(None, (_story(snapshot, one, about) for one in grown[:SHOWN_STORIES]))))
    count = sum(len(one.new) for one in grown)
    return News(subject, since.isoformat(), until.isoformat(), told, len(grown), count, (*notices, *cut))


def _about(snapshot: Snapshot, subject: str) -> About:
    """What keeps the sentences that are about a subject; all of them, where there is none."""
    if not subject:
        return lambda sentences: sentences
    asked = SubjectWords(snapshot, subject)
    return lambda sentences: asked.about(sentences, _said_in, attrgetter("passage"))


def _said_in(sentence: Sentence) -> str:
    return sentence.said


def _asked(filters: Filters, days: Sequence[Came]) -> tuple[date, date] | None:
    """The first and the last day that are asked for, by those on which documents came; None where none did."""
    told = [one.day for one in days if one.is_told and one.day <= today()]
    last = max(told or (one.day for one in days), default=None)
    if last is None:
        return None
    until = date.fromisoformat(filters.until) if filters.until else last
    return date.fromisoformat(filters.since) if filters.since else _before(until, DAYS - 1), until


def _near(
    days: Mapping[str, Came], since: date, until: date, *, is_open: bool
) -> tuple[Sequence[str], tuple[str, ...]]:
    """The documents that may belong to stories of these days, and what is to be told of those that were left out."""
    near = [one for one, came in days.items() if _is_near(came, since, until, is_open=is_open)]
    if len(near) <= MOST_ARTICLES:
        return near, ()
    return sorted(near, key=lambda one: days[one].day)[-MOST_ARTICLES:], (CUT,)


def _is_near(came: Came, since: date, until: date, *, is_open: bool) -> bool:
    """Whether a document may belong to a story of these days; ``is_open``: no last day was asked for."""
    return _before(since, SLEEPS_DAYS) <= came.day and (came.day <= until or (is_open and not came.is_told))


def documents_that_name(snapshot: Snapshot, subject: str, scope: Scope) -> set[str]:
    """The documents that hold every word of a subject in some form, by the identities of their versions."""
    language = likeliest_language(subject, snapshot.languages)
    found: set[str] | None = None
    for word in dict.fromkeys(content_words(subject, language)):
        hits = snapshot.best([forms(word, snapshot.languages)], MOST_PASSAGES, scope)
        holding = {id.rpartition("-")[0] for id, _ in hits}
        found = holding if found is None else found & holding
    return found or set()


def _before(day: date, days: int) -> date:
    """The day so many days before another, or the first that there is."""
    return date.fromordinal(max(1, day.toordinal() - days))


@dataclass(frozen=True, slots=True)
class Dispute:
    """A new sentence, the earlier one that it contradicts, and what is told of that."""

    new: Sentence
    earlier: Sentence
    notice: str


class _Grown:
    """A story, and which of its articles are new; the identities of those are ``new``."""

    def __init__(self, articles: Sequence[Article], since: date, new: Set[str]) -> None:
        self.before = [one for one in articles if one.day < since]
        self.new = [one for one in articles if one.identity in new]


def _grown(snapshot: Snapshot, near: Sequence[str], since: date, new: Set[str]) -> list[_Grown]:
    """The stories of the articles that are near which have new ones, those that went on last first."""
    grouped = [_Grown(of_one, since, new) for of_one in stories(articles_of(snapshot, near))]
    return sorted((one for one in grouped if one.new), key=lambda one: (one.new[-1].day, len(one.new)), reverse=True)


@dataclass(frozen=True, slots=True)
class _ToldStory:
    """A story with its sentences, not numbered yet."""

    grown: _Grown
    lead: Sentence
    adds: tuple[Sentence, ...]
    contradicts: tuple[Dispute, ...]
    texts: int


def _story(snapshot: Snapshot, grown: _Grown, about: About) -> _ToldStory | None:
    """What the new articles of a story say that those before did not; None where no sentence of theirs is told."""
    embed = snapshot.embedder.embed_remembered
    known = [one for one in (_said(_passages(snapshot, one), embed) for one in grown.before) if one.sentences]
    said: list[ArticleClaims] = []
    adding: list[tuple[ArticleClaims, list[Sentence]]] = []
    disputes: dict[tuple[str, str], Dispute] = {}
    copies = _copies(grown)
    for article in grown.new:
        of_one = _said(_passages(snapshot, article), embed)
        if not of_one.sentences:
            continue
        if known:
            earlier = Earlier(known[-EARLIER_ARTICLES:])
            added = earlier.added_by(of_one, is_copy=article.identity in copies)
            adding += [(of_one, added)] if added else []
            for one in contradicting(of_one, earlier, embed):
                disputes.setdefault((one.new.said, one.earlier.said), one)
        said.append(of_one)
        known.append(of_one)
    told = [(one, kept) for one, added in adding if (kept := list(about(added)))]
    lead = _lead([*(one for one, _ in reversed(told)), *said], about)
    if lead is None:
        return None
    shown = tuple(islice(disputes.values(), CONTRADICTIONS))
    return _ToldStory(grown, lead, _newest(lead, told), shown, len(grown.new) - len(copies))


def _lead(articles: Sequence[ArticleClaims], about: About) -> Sentence | None:
    """The first sentence that may be told of the first article that has one."""
    found = (about(one.sentences) for one in articles)
    return next((sentences[0] for sentences in found if sentences), None)


def _copies(grown: _Grown) -> set[str]:
    """The identities of the new articles that repeat most of an earlier one of the story, or of a new one before."""
    texts, copies = list(grown.before), set[str]()
    for article in grown.new:
        if any(repeats_most_of(article.lead, other.lead) for other in texts):
            copies.add(article.identity)
        else:
            texts.append(article)
    return copies


def _newest(lead: Sentence, adding: Sequence[tuple[ArticleClaims, list[Sentence]]]) -> tuple[Sentence, ...]:
    """The sentences that add something, those of the newest article first, as far as they are understood there."""
    shown = [lead]
    for said, added in reversed(adding):
        shown += [one for one in added[:ADDED_SENTENCES] if one != lead and _stands(one, said, shown)]
    return tuple(shown[1 : ADDED_SENTENCES + 1])


def _stands(sentence: Sentence, said: ArticleClaims, shown: Sequence[Sentence]) -> bool:
    """Whether a sentence is understood by itself, or behind the one before it, which is shown."""
    place = said.sentences.index(sentence)
    return not sentence.points_back or (place > 0 and said.sentences[place - 1] in shown)


def _passages(snapshot: Snapshot, article: Article) -> tuple[Passage, ...]:
    return tuple(snapshot.passages_of(article.document.source)[:PASSAGES])


@lru_cache(maxsize=REMEMBERED_ARTICLES)
def _said(passages: tuple[Passage, ...], embed: Embed) -> ArticleClaims:
    return ArticleClaims.of([sentence for passage in passages for sentence in sentences_of(passage)], embed)


def contradicting(article: ArticleClaims, earlier: Earlier, embed: Embed) -> Iterator[Dispute]:
    """What an article says that contradicts an earlier one, or corrects it in so many words."""
    comparison = SentenceComparison("", embed, ANY_FIGURE)
    for sentence in article.sentences:
        for other in earlier.near(sentence, article):
            for dispute in comparison.contradictions(sentence, other)[:1]:
                yield Dispute(sentence, other, comparison.notice(dispute))
        for corrected in corrections(sentence, earlier.sentences):
            yield Dispute(sentence, corrected[1].sentence, comparison.notice(corrected))


def _numbered(told: Iterable[_ToldStory]) -> Iterator[Story]:
    number = 0

    def cited(sentence: Sentence) -> Citation:
        nonlocal number
        number += 1
        return citation_of(number, sentence)

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
