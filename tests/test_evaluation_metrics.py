"""Every formula on cases small enough to do by hand, and ranking metrics against trec_eval."""

from __future__ import annotations

from math import isnan, log2, nan
from pathlib import Path

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import RR, Success, nDCG

from assistant.evaluation.bootstrap import RESAMPLES, difference_intervals, intervals
from assistant.evaluation.metric_table import METRIC_OF, METRICS, Bar, Measured, columns_of, shortfalls, values_of
from assistant.evaluation.metrics import (
    CALIBRATION_BINS,
    TokenOverlap,
    auroc,
    calibration_bins,
    calibration_error,
    hit_at,
    mean,
    ndcg_at,
    percentile,
    reciprocal_rank,
    token_overlap,
)
from assistant.evaluation.text_matching import SearchableText, merged, normalised, shortened, states

relevances = st.lists(st.booleans(), max_size=15)
spans = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)).map(lambda pair: (pair[0], sum(pair))), max_size=6)
by_source = st.dictionaries(st.sampled_from("ab"), spans, max_size=2)
confidences = st.lists(st.floats(0, 1), min_size=1, max_size=30)


class TestRanking:
    @pytest.mark.parametrize(
        ("relevance", "k", "hit"),
        [([], 1, 0), ([False, True], 1, 0), ([False, True], 2, 1), ([True], 4, 1), ([False] * 10 + [True], 10, 0)],
    )
    def test_hit_at_k_looks_at_the_first_k(self, relevance: list[bool], k: int, hit: float) -> None:
        assert hit_at(relevance, k) == hit

    @pytest.mark.parametrize(("relevance", "rank"), [([], 0), ([True, True], 1), ([False, False, False, True], 0.25)])
    def test_reciprocal_rank_is_that_of_the_first(self, relevance: list[bool], rank: float) -> None:
        assert reciprocal_rank(relevance) == rank

    def test_ndcg_by_hand(self) -> None:
        ideal = 1 + 1 / log2(3) + 1 / log2(4)
        assert ndcg_at([False, True, False, True], 3, 10) == pytest.approx((1 / log2(3) + 1 / log2(5)) / ideal)
        assert ndcg_at([True, True, True], 3, 10) == 1
        assert ndcg_at([False, True], 3, 1) == 0
        assert ndcg_at([True], 0, 10) == 0

    @given(relevances, st.integers(0, 5))
    def test_ranking_metrics_are_those_of_trec_eval(self, relevance: list[bool], more: int) -> None:
        run = {"q": {f"p{rank:02}": float(len(relevance) - rank) for rank in range(len(relevance))}}
        judged = {f"p{rank:02}": int(found) for rank, found in enumerate(relevance)}
        qrels = {"q": judged | {f"missed{number}": 1 for number in range(more)}}
        measures = [Success @ 1, Success @ 4, Success @ 10, RR, nDCG @ 10]
        theirs = ir_measures.calc_aggregate(measures, qrels, run) if judged and sum(qrels["q"].values()) else {}
        ours = [hit_at(relevance, k) for k in (1, 4, 10)]
        ours += [reciprocal_rank(relevance), ndcg_at(relevance, sum(relevance) + more, 10)]
        assert ours == pytest.approx([theirs.get(measure, 0.0) for measure in measures])

    @given(relevances, st.integers(0, 5))
    def test_a_relevant_passage_further_in_front_is_never_worse(self, relevance: list[bool], more: int) -> None:
        better = sorted(relevance, reverse=True)
        relevant = sum(relevance) + more
        assert reciprocal_rank(better) >= reciprocal_rank(relevance)
        assert 0 <= ndcg_at(relevance, relevant, 10) <= ndcg_at(better, relevant, 10) <= 1
        hits = [hit_at(relevance, k) for k in range(1, 12)]
        assert hits == sorted(hits)


class TestTokenOverlap:
    def test_by_hand(self) -> None:
        evidence = {"a": [(10, 20)], "b": [(0, 10)]}
        retrieved = {"a": [(15, 35), (30, 40)], "c": [(0, 5)]}
        assert token_overlap(retrieved, evidence) == TokenOverlap(recall=5 / 20, precision=5 / 30, iou=5 / 45)

    def test_nothing_in_common(self) -> None:
        assert token_overlap({"a": [(0, 5)]}, {"a": [(5, 9)], "b": [(0, 5)]}) == TokenOverlap(0, 0, 0)
        assert token_overlap({}, {}) == TokenOverlap(0, 0, 0)

    @given(by_source, by_source)
    def test_the_definition_over_sets_of_characters(
        self, retrieved: dict[str, list[tuple[int, int]]], evidence: dict[str, list[tuple[int, int]]]
    ) -> None:
        given, wanted = (
            {(source, at) for source, parts in side.items() for start, end in parts for at in range(start, end)}
            for side in (retrieved, evidence)
        )
        common = len(given & wanted)
        expected = [common / len(side) if common else 0 for side in (wanted, given, given | wanted)]
        found = token_overlap(retrieved, evidence)
        assert [found.recall, found.precision, found.iou] == expected


class TestDecisions:
    @pytest.mark.parametrize(
        ("confidence", "answerable", "area"),
        [
            ([0.9, 0.8, 0.1], [1, 1, 0], 1.0),
            ([0.1, 0.9], [1, 0], 0.0),
            ([0.5, 0.5], [1, 0], 0.5),
            ([0.9, 0.4, 0.6, 0.4], [1, 1, 0, 0], 0.625),
        ],
    )
    def test_auroc_by_hand(self, confidence: list[float], answerable: list[float], area: float) -> None:
        assert auroc(np.array(confidence), np.array(answerable, float)) == area

    def test_auroc_needs_both_kinds(self) -> None:
        assert isnan(auroc(np.array([0.1, 0.9]), np.array([1.0, nan])))
        assert isnan(auroc(np.array([]), np.array([])))

    @given(confidences, st.data())
    def test_auroc_is_the_share_of_pairs_in_the_right_order(self, confidence: list[float], data: st.DataObject) -> None:
        size = len(confidence)
        truth = data.draw(st.lists(st.sampled_from([0.0, 1.0, nan]), min_size=size, max_size=size))
        right = [c for c, t in zip(confidence, truth, strict=True) if t == 1]
        wrong = [c for c, t in zip(confidence, truth, strict=True) if t == 0]
        pairs = [(r > w) + 0.5 * (r == w) for r in right for w in wrong]
        found = auroc(np.array(confidence), np.array(truth))
        assert found == pytest.approx(sum(pairs) / len(pairs)) if pairs else isnan(found)

    def test_calibration_error_by_hand(self) -> None:
        confidence = np.array([0.2] * 10 + [0.8] * 10)
        answerable = np.array([0.0] * 10 + [1.0] * 10)
        assert calibration_error(confidence, answerable) == pytest.approx(0.2)
        assert calibration_error(np.array([0.25, 0.5]), np.array([1.0, 1.0])) == pytest.approx(0.625)
        assert isnan(calibration_error(np.array([0.5]), np.array([nan])))

    @given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0.0, 1.0, nan])), max_size=40))
    def test_bins_hold_equally_many_and_every_known_question(self, pairs: list[tuple[float, float]]) -> None:
        confidence, truth = np.array(pairs).reshape(-1, 2).T
        bins = calibration_bins(confidence, truth)
        counts = [each.count for each in bins]
        assert sum(counts) == sum(not isnan(value) for _, value in pairs)
        assert len(bins) <= CALIBRATION_BINS
        assert not counts or max(counts) - min(counts) <= 1
        means = [each.confidence for each in bins]
        assert means == pytest.approx(sorted(means))
        assert not bins or 0 <= calibration_error(confidence, truth) <= 1

    def test_mean_and_percentile_pass_over_what_is_not_known(self) -> None:
        assert mean(np.array([1.0, nan, 0.0])) == 0.5
        assert isnan(mean(np.array([nan])))
        assert percentile(np.array([10.0, nan, 20.0, 30.0]), 50) == 20
        assert percentile(np.array([0.0, 100.0]), 95) == 95
        assert isnan(percentile(np.array([]), 50))

    def test_each_of_several_rows_has_a_mean_and_a_percentile_of_its_own(self) -> None:
        rows = np.array([[10.0, nan, 20.0, 30.0], [nan, 1.0, nan, 4.0], [nan] * 4])
        np.testing.assert_array_equal(mean(rows), [20.0, 2.5, nan])
        np.testing.assert_array_equal(percentile(rows, 25), [15.0, 1.75, nan])


def scores(**values: float) -> dict[str, float]:
    return {"confidence": 0.5, "ask_ms": 20.0, "search_ms": 2.0} | values


class TestFigures:
    def test_each_metric_reads_its_columns_and_passes_over_questions_without(self) -> None:
        columns = columns_of(
            [
                scores(confidence=0.9, answerable=1, answered=1, mrr=1, hit_at_1=1, citation_precision=0.5),
                scores(confidence=0.2, answerable=1, answered=0, mrr=0.5, hit_at_1=0, ask_ms=30),
                scores(confidence=0.4, answerable=0, false_answers=1, ask_ms=40, search_ms=6),
            ]
        )
        expected = {
            "hit_at_1": 0.5,
            "mrr": 0.75,
            "citation_precision": 0.5,
            "answered": 0.5,
            "false_answers": 1.0,
            "auroc": 0.5,
            "calibration_error": (0.8 + 0.4 + 0.1) / 3,
            "search_p50_ms": 2.0,
            "search_p95_ms": pytest.approx(5.6),
            "search_p99_ms": pytest.approx(5.92),
            "ask_p50_ms": 30.0,
            "ask_p95_ms": 39.0,
            "ask_p99_ms": pytest.approx(39.8),
        }
        assert values_of(columns) == pytest.approx(expected)
        assert {
            name: METRIC_OF[name].scored(columns) for name in ("mrr", "citation_precision", "auroc", "ndcg_at_10")
        } == {
            "mrr": 2,
            "citation_precision": 1,
            "auroc": 3,
            "ndcg_at_10": 0,
        }

    def test_the_guide_explains_every_metric_by_its_name(self) -> None:
        guide = (Path(__file__).parent.parent / "docs" / "evaluation.md").read_text("utf-8")
        assert [metric.name for metric in METRICS if f"`{metric.name}`" not in guide] == []

    def test_a_bar_is_a_floor_or_where_lower_is_better_a_ceiling(self) -> None:
        metrics = {metric.name: Measured(0.5, None, None, 3) for metric in METRICS}
        metrics["mrr"] = Measured(None, None, None, 0)
        reached = [Bar("hit_at_1", 0.5), Bar("false_answers", 0.5), Bar("hit_at_4", 0.4), Bar("calibration_error", 0.6)]
        assert shortfalls(metrics, reached) == []
        assert shortfalls(metrics, [Bar("hit_at_1", 0.6), Bar("false_answers", 0.4), Bar("mrr", 0.1)]) == [
            "hit_at_1 is 0.5, under the bar of 0.6.",
            "false_answers is 0.5, over the bar of 0.4 (lower is better).",
            "mrr could not be measured: it needs evidence or answers; the bar is 0.1.",
        ]


class TestBootstrap:
    def test_the_interval_of_a_share_is_that_of_the_binomial(self) -> None:
        columns = columns_of([scores(hit_at_1=float(number < 80)) for number in range(100)])
        low, high = intervals(columns)["hit_at_1"]
        assert low == pytest.approx(0.8 - 1.96 * 0.04, abs=0.012)
        assert high == pytest.approx(0.8 + 1.96 * 0.04, abs=0.012)

    def test_the_same_questions_give_the_same_interval(self) -> None:
        columns = columns_of([scores(mrr=number / 10) for number in range(10)])
        assert intervals(columns) == intervals(columns)
        assert RESAMPLES == 1_000

    def test_one_question_has_no_interval_and_two_that_agree_have_an_empty_one(self) -> None:
        assert intervals(columns_of([scores(mrr=1)])) == {}
        assert intervals(columns_of([scores(mrr=1), scores(mrr=1), scores()]))["mrr"] == (1.0, 1.0)

    def test_a_difference_is_taken_question_by_question(self) -> None:
        before = columns_of([scores(mrr=number / 20) for number in range(10)])
        after = columns_of([scores(mrr=number / 20 + 0.1) for number in range(10)])
        assert difference_intervals(before, after)["mrr"] == pytest.approx((0.1, 0.1))

    @given(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=2, max_size=12))
    @settings(max_examples=5)
    def test_an_interval_lies_within_the_values(self, values: list[float]) -> None:
        low, high = intervals(columns_of([scores(mrr=value) for value in values]))["mrr"]
        assert min(values) <= low <= high <= max(values)


class TestWords:
    def test_case_marks_and_white_space_do_not_count(self) -> None:
        assert normalised("  **Straße**, “Łódź”\nNATO's snake_case! ") == "strasse łódź nato s snake case"

    @pytest.mark.parametrize(
        ("text", "answers", "stated"),
        [
            ("It has four cranes.", ["five", "Four"], True),
            ("It has fourteen cranes.", ["four"], False),
            ("The INF-Treaty", ["inf treaty"], True),
            ("Anything", ["?!", ""], False),
            ("Anything", [], False),
        ],
    )
    def test_an_answer_is_stated_word_for_word(self, text: str, answers: list[str], stated: bool) -> None:
        assert states(text, answers) is stated

    def test_runs_of_words_are_found_with_their_offsets(self) -> None:
        text = "- The **crane**\n  lifts. The crane-lifts! The cranes"
        found = SearchableText(text).find(normalised("the crane lifts"))
        assert [text[start:end] for start, end in found] == ["The **crane**\n  lifts", "The crane-lifts"]
        assert SearchableText(text).find("crane li") == []
        assert SearchableText(text).find("") == []

    @given(st.text(alphabet="ab İßﬁ.\n-", max_size=40), st.integers(0, 40), st.integers(0, 40))
    def test_what_is_found_says_what_was_looked_for(self, text: str, start: int, end: int) -> None:
        wanted = normalised(text[start:end])
        for begin, stop in SearchableText(text).find(wanted):
            assert normalised(text[begin:stop]) == wanted

    @given(spans)
    def test_merged_spans_are_the_same_characters_in_order(self, parts: list[tuple[int, int]]) -> None:
        found = merged(parts)
        assert [at for start, end in found for at in range(start, end)] == sorted(
            {at for start, end in parts for at in range(start, end)}
        )

    def test_a_long_text_is_shortened(self) -> None:
        assert (shortened("twelve chars", 12), shortened("twelve chars", 8)) == ("twelve chars", "twelve…")
