"""The order in which passages are offered: by how closely their words fit the question."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Passage, ScoredPassage
from assistant.answering.reranking import MODEL, RERANKED, PassageFit, QuestionTerms, rerank
from assistant.answering.term_weights import TermWeights
from assistant.indexing.passage_terms import PassageTerms


def passage(name: str, text: str) -> Passage:
    return Passage(id=name, source=f"{name}.txt", title="", breadcrumb="", text=text, start=0, end=len(text))


def fit_of(question: QuestionTerms, found: Passage, fused: float, cosine: float) -> PassageFit:
    return question.fit(found, PassageTerms.of(found), fused, cosine)


def terms_of(hits: Sequence[ScoredPassage]) -> dict[str, PassageTerms]:
    return {hit.passage.id: PassageTerms.of(hit.passage) for hit in hits}


def question_of(text: str) -> QuestionTerms:
    return QuestionTerms(text, TermWeights(text, lambda _: 1, 10))


def test_a_passage_that_says_all_the_question_asks_in_its_words_fits_fully() -> None:
    fit = fit_of(
        question_of("Who keeps the Marrow lamp?"), passage("a", "Ada keeps the Marrow lamp. It is old."), 1.0, 0.5
    )
    assert (fit.fused, fit.cosine, fit.sentence_coverage, fit.names) == (1.0, 0.5, 1.0, 1.0)
    assert fit.word_pairs == pytest.approx(3 / 4)  # keeps the, the Marrow, Marrow lamp; not: who keeps


def test_terms_that_are_spread_over_two_sentences_cover_less_than_in_one() -> None:
    question = question_of("keeper lamp")
    together = fit_of(question, passage("a", "The keeper lit the lamp again."), 0.5, 0.5)
    apart = fit_of(
        question, passage("b", "The keeper was old and very tired. The lamp was far away that night."), 0.5, 0.5
    )
    assert (together.sentence_coverage, apart.sentence_coverage) == (1.0, 0.5)


def test_a_heading_says_part_of_what_its_sentences_leave_open() -> None:
    question = question_of("keeper lamp")
    plain = passage("a", "The keeper was old and very tired.")
    assert fit_of(question, plain, 0.5, 0.5).sentence_coverage == 0.5
    assert fit_of(question, replace(plain, breadcrumb="The lamp"), 0.5, 0.5).sentence_coverage == 1.0


def test_the_years_and_amounts_of_the_question_are_looked_for_in_passage_title_and_headings() -> None:
    question = question_of("How many of the 1,200 lamps were lit in 1911?")
    both = replace(passage("a", "Of 1,200 lamps all were lit."), title="The year 1911")
    assert fit_of(question, both, 0.0, 0.0).numbers == 1.0
    assert fit_of(question, passage("b", "In 1911 the lamps were lit."), 0.0, 0.0).numbers == 0.5
    assert fit_of(question, passage("c", "In 1912 all 200 lamps were lit."), 0.0, 0.0).numbers == 0.0


def test_a_question_without_names_or_numbers_misses_none_and_one_without_pairs_has_none() -> None:
    fit = fit_of(question_of("lamps"), passage("a", "Nothing of the kind stands here."), 0.0, -0.3)
    assert fit == PassageFit(fused=0.0, cosine=0.0, sentence_coverage=0.0, word_pairs=0.0, names=1.0, numbers=1.0)


def test_the_passage_with_the_words_of_the_question_comes_before_one_that_scored_a_little_higher() -> None:
    hits = [
        ScoredPassage(passage("a", "Many lamps along the coast were lit by hand in those days."), 0.9),
        ScoredPassage(passage("b", "The last keeper of the lighthouse was Ada Thorne."), 0.8),
    ]
    ranked = rerank(
        question_of("Who was the last keeper of the lighthouse?"), hits, {"a": 0.5, "b": 0.5}, terms_of(hits)
    )
    assert [hit.passage.id for hit in ranked] == ["b", "a"]


def test_beyond_the_passages_that_are_ranked_anew_the_order_stays() -> None:
    hits = [ScoredPassage(passage(f"{n:02}", "Lamps."), 1 - n / 100) for n in range(RERANKED + 5)]
    ranked = rerank(question_of("Where?"), hits, {}, terms_of(hits))
    assert [hit.passage.id for hit in ranked] == [hit.passage.id for hit in hits]
    assert [hit.score for hit in ranked] == sorted((hit.score for hit in ranked), reverse=True)


WORDS = st.text(string.ascii_letters + " .?,", max_size=80)


@given(WORDS.filter(str.strip), st.lists(st.tuples(WORDS, st.floats(0, 1), st.floats(-1, 1)), max_size=30))
def test_ranking_anew_keeps_every_passage_and_gives_falling_scores_from_one_to_nought(
    asked: str, found: list[tuple[str, float, float]]
) -> None:
    hits = [ScoredPassage(passage(str(n), text), score) for n, (text, score, _) in enumerate(found)]
    hits.sort(key=lambda hit: -hit.score)
    cosines = {str(n): cosine for n, (_, _, cosine) in enumerate(found)}
    ranked = rerank(question_of(asked), hits, cosines, terms_of(hits))
    scores = [hit.score for hit in ranked]
    assert sorted(hit.passage.id for hit in ranked) == sorted(hit.passage.id for hit in hits)
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_every_sign_of_fit_speaks_for_a_passage() -> None:
    assert all(MODEL.weights[name] > 0 for name in PassageFit.__slots__)
