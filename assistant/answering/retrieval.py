"""The passages that fit a question best: by meaning and by words, fused, filtered, neighbours joined, nothing twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.answering.followups import Understood
from assistant.answering.near_duplicates import collapse
from assistant.answering.reranking import RERANKED, QuestionTerms, rerank
from assistant.answering.term_weights import TermWeights
from assistant.errors import QuestionError
from assistant.indexing import Snapshot
from assistant.indexing.passage_rows import IndexedPassage
from assistant.indexing.passage_terms import PassageTerms
from assistant.indexing.scope import Scope
from assistant.places import place_over
from assistant.text.terms import content_words, forms, likeliest_language
from assistant.types import Filters, Passage, ScoredPassage

if TYPE_CHECKING:
    from assistant.answering.reading import Readings

CANDIDATES = 100
"""How many passages each ranking gives to the fusion."""
FETCHED_BEYOND = 5
"""How many passages are fetched beyond those wanted, as some repeat others and some adjoin."""
BELOW_THE_LAST = 0.8
"""What a passage scores in a ranking that lacks it, as a share of the last one's score."""
DENSE_WEIGHT = 0.4
LEXICAL_WEIGHT = 0.6
"""The weights that served best or nearly so on two sets of questions, among steps of 0.1."""

Ranking = Sequence[tuple[str, float]]
"""Ids with their scores, the best first; a higher score is better."""
GAP = 3
"""How many characters of white space may part two passages that adjoin; a heading or a table is more."""
LONGEST = 1_800
"""How many characters a joint passage has at most: two ordinary ones."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was found for a question: the passages, best first, and the cosines of the nearest ones, highest first.

    ``copies`` are the passages that nearly repeat one of them, which names their sources. ``readings`` are the
    windows of the best ones that were read, by passage id; none without a reader.
    """

    hits: tuple[ScoredPassage, ...]
    cosines: tuple[float, ...]
    copies: tuple[Passage, ...] = ()
    readings: Readings = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidates:
    """What both rankings found: passages by fused score, the nearest cosines, highest first, and terms, by id.

    ``copies`` are the passages that nearly repeat one of the hits.
    """

    hits: list[ScoredPassage]
    cosines: dict[str, float]
    terms: dict[str, PassageTerms]
    copies: tuple[Passage, ...] = ()


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
    weights = TermWeights(question, snapshot.document_frequency, snapshot.passage_count, snapshot.languages)
    ranked = rerank(QuestionTerms(question, weights), found.hits, found.cosines, found.terms)
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
    scope = snapshot.scope(filters) if filters else None
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


def fuse(dense: Ranking, lexical: Ranking) -> list[tuple[str, float]]:
    """The ids of both rankings with a joint score from 0 to 1, the best first; equal scores by id.

    Each ranking is scaled linearly so that its best becomes 1 and its worst 0 (min-max); an id that one ranking
    lacks scores 0 there. The joint score is the weighted sum, with weights that add up to 1: a convex combination,
    see Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (ACM TOIS, 2023).
    """
    scaled_dense, scaled_lexical = _scaled(dense), _scaled(lexical)
    joint = {
        id: DENSE_WEIGHT * scaled_dense.get(id, 0.0) + LEXICAL_WEIGHT * scaled_lexical.get(id, 0.0)
        for id in scaled_dense.keys() | scaled_lexical.keys()
    }
    return sorted(joint.items(), key=lambda item: (-item[1], item[0]))


def _scaled(ranking: Ranking) -> dict[str, float]:
    if not ranking:
        return {}
    scores = [score for _, score in ranking]
    low, high = min(scores), max(scores)
    return {id: (score - low) / (high - low) if high > low else 1.0 for id, score in ranking}


def join_neighbours(hits: Sequence[ScoredPassage], text_of: Callable[[str], str]) -> list[ScoredPassage]:
    """The hits, the best first, those that adjoin joined: what they answer together is often split between them.

    A joint passage has the score and the id of its best part. ``text_of`` gives the text of a source.
    """
    joint: list[ScoredPassage] = []
    places: dict[str, list[int]] = defaultdict(list)
    for hit in hits:
        places_of_source = places[hit.passage.source]
        for place in places_of_source:
            better = joint[place]
            if _adjoin(better.passage, hit.passage):
                joint[place] = replace(better, passage=_joined(better.passage, hit.passage, text_of))
                break
        else:
            places_of_source.append(len(joint))
            joint.append(hit)
    return joint


def _adjoin(one: Passage, other: Passage) -> bool:
    """Whether two passages of a document follow one another, in one place under the same headings, and fit into one."""
    first, second = sorted((one, other), key=lambda passage: passage.start)
    gap = second.start - first.end
    return (
        0 <= gap <= GAP
        and len(one.text) + gap + len(other.text) <= LONGEST
        and (one.breadcrumb, one.also_in) == (other.breadcrumb, other.also_in)
        and first.place_of(first.end - 1, first.end) == second.place_of(second.start, second.start + 1)
    )


def _joined(better: Passage, other: Passage, text_of: Callable[[str], str]) -> Passage:
    first, second = sorted((better, other), key=lambda passage: passage.start)
    places = (*first.each_place, *(each for each in second.each_place if each[0] > second.start))
    return replace(
        better,
        start=first.start,
        end=second.end,
        text=text_of(better.source)[first.start : second.end],
        table_head=first.table_head,
        place=place_over(places),
        places=places if len(places) > 1 else (),
    )
