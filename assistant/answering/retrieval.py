"""The passages that fit a question best: by meaning and by words, fused, filtered, neighbours joined, nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answering.followups import Understood
from assistant.answering.fusion import Ranking, fuse
from assistant.answering.near_duplicates import collapse
from assistant.answering.neighbours import join_neighbours
from assistant.answering.reranking import RERANKED, Question, rerank
from assistant.answering.term_weights import TermWeights
from assistant.errors import QuestionError
from assistant.indexing import Snapshot
from assistant.indexing.passage_rows import IndexedPassage
from assistant.indexing.passage_terms import PassageTerms
from assistant.indexing.scope import Scope
from assistant.text.terms import content_words, forms, likeliest_language
from assistant.types import Names, Passage, ScoredPassage

CANDIDATES = 100
"""How many passages each ranking gives to the fusion."""
FETCHED_BEYOND = 5
"""How many passages are fetched beyond those wanted, as some repeat others and some adjoin."""
BELOW_THE_LAST = 0.8
"""What a passage scores in a ranking that lacks it, as a share of the last one's score."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search: whole days from ``since`` to ``until`` (ISO 8601), documents or folders, publishers.

    With ``undated``, documents of which the day is not known pass, too. A document passes that is in one of the sources
    and of one of the publishers; what is empty lets all pass.

    Raises:
        QuestionError: a day is not of the form 2024-05-31, or the first lies after the last.
    """

    since: str | None = None
    until: str | None = None
    sources: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    undated: bool = False

    def __post_init__(self) -> None:
        for name, day in (("since", self.since), ("until", self.until)):
            if day and not _is_day(day):
                raise QuestionError(f"{name} must be a day such as 2024-05-31, not {day!r}.")
        if self.since and self.until and self.since > self.until:
            raise QuestionError(f"since ({self.since}) lies after until ({self.until}); exchange them.")

    def __bool__(self) -> bool:
        return any((self.since, self.until, self.sources, self.publishers))

    def scope(self, snapshot: Snapshot) -> Scope:
        """The documents of a snapshot that pass."""
        return snapshot.scope(self.since, self.until, self.sources, self.publishers, undated=self.undated)


def filters_of(
    since: str | None = None, until: str | None = None, source: Names | None = None, publisher: Names | None = None
) -> Filters:
    """The filters that people name: one source or publisher, or several.

    Raises:
        QuestionError: as `Filters` says.
    """
    return Filters(since or None, until or None, _several(source), _several(publisher))


def _several(names: Names | None) -> tuple[str, ...]:
    """Each name once, empty ones left out."""
    return tuple(dict.fromkeys(filter(None, [names] if isinstance(names, str) else names or ())))


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was found for a question: the passages, best first, and the cosines of the nearest ones, highest first.

    ``copies`` are the passages that nearly repeat one of them, which names their sources.
    """

    hits: tuple[ScoredPassage, ...]
    cosines: tuple[float, ...]
    copies: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidates:
    """What both rankings found: passages by fused score, the nearest cosines, highest first, and terms, by id.

    ``copies`` are the passages that nearly repeat one of the hits.
    """

    hits: list[ScoredPassage]
    cosines: dict[str, float]
    terms: dict[str, PassageTerms]
    copies: tuple[Passage, ...] = ()


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def retrieve(snapshot: Snapshot, question: Understood, limit: int, filters: Filters) -> Retrieved:
    """Up to ``limit`` passages for a question, the best first, their scores from 0 to 1.

    A question that relies on its conversation is ranked twice, as it was asked and in its context, and the scores are
    averaged, the second weighing as much as the question relies on it.

    Raises:
        QuestionError: ``limit`` is negative.
    """
    if limit < 0:
        raise QuestionError(f"The limit must not be negative; it is {limit}.")
    wanted = max(limit, RERANKED)
    found = _ranked(snapshot, question.asked, wanted, filters)
    if question.reliance:
        in_context = _ranked(snapshot, question.in_context, wanted, filters)
        both = blend(found.hits, in_context.hits, question.reliance)
        kept = {hit.passage.id for hit in both}
        known = [hit.passage for hit in (*found.hits, *in_context.hits) if hit.passage.id not in kept]
        copies = (*found.copies, *in_context.copies, *known)
        cosines = (in_context if question.question == question.in_context else found).cosines
        found = Retrieved(tuple(both), cosines, copies)
    hits = join_neighbours(found.hits, snapshot.text)
    return replace(found, hits=tuple(hits[:limit]))


def _ranked(snapshot: Snapshot, question: str, wanted: int, filters: Filters) -> Retrieved:
    found = candidates(snapshot, question, wanted, filters)
    weights = TermWeights(question, snapshot.document_frequency, snapshot.words.count(), snapshot.languages)
    ranked = rerank(Question(question, weights), found.hits, found.cosines, found.terms)
    return Retrieved(tuple(ranked), tuple(found.cosines.values()), found.copies)


def blend(one: Sequence[ScoredPassage], other: Sequence[ScoredPassage], share: float) -> list[ScoredPassage]:
    """Both rankings as one: ``share`` times the other's score and the rest of the one's, without near-duplicates.

    A passage that one of them lacks scores there somewhat less than the last that it has.
    """
    passages = {hit.passage.id: hit.passage for hit in (*other, *one)}
    scores = [{hit.passage.id: hit.score for hit in hits} for hits in (one, other)]
    lowest = [BELOW_THE_LAST * min(found.values(), default=0.0) for found in scores]
    blended = [
        ScoredPassage(passage, (1 - share) * scores[0].get(id, lowest[0]) + share * scores[1].get(id, lowest[1]))
        for id, passage in passages.items()
    ]
    return collapse(sorted(blended, key=lambda hit: (-hit.score, hit.passage.id)))


def candidates(snapshot: Snapshot, question: str, wanted: int, filters: Filters) -> Candidates:
    """The best passages by fused score; ``wanted``, if there are so many."""
    scope = filters.scope(snapshot) if filters else None
    if scope is not None and not scope.passages:
        return Candidates([], {}, {})
    vector = snapshot.embedder.embed_question(question)
    dense = snapshot.nearest(vector, CANDIDATES, scope)
    lexical = _by_words(snapshot, question, scope)
    return replace(_distinct(snapshot, fuse(dense, lexical), wanted), cosines=dict(dense))


def _distinct(snapshot: Snapshot, fused: Ranking, wanted: int) -> Candidates:
    """The best passages of a ranking without near-duplicates, at least ``wanted`` if there are so many; no cosines."""
    hits: list[ScoredPassage] = []
    fetched: dict[str, IndexedPassage] = {}
    at_once = wanted + FETCHED_BEYOND
    for start in range(0, len(fused), at_once):  # more are fetched only where many collapse into one
        some = fused[start : start + at_once]
        found = snapshot.passages([id for id, _ in some])
        fetched |= found
        hits = collapse([*hits, *(ScoredPassage(found[id].passage, score) for id, score in some if id in found)])
        if len(hits) >= wanted:
            break
    kept = {hit.passage.id for hit in hits}
    copies = tuple(indexed.passage for id, indexed in fetched.items() if id not in kept)
    return Candidates(hits, {}, {id: indexed.terms for id, indexed in fetched.items()}, copies)


def _by_words(snapshot: Snapshot, question: str, scope: Scope | None) -> Ranking:
    languages = snapshot.languages
    spoken = content_words(question, likeliest_language(question, languages))
    return snapshot.best([forms(word, languages) for word in spoken], CANDIDATES, scope)
