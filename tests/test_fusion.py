"""Two rankings become one: a weighted sum of scaled scores."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.fusion import DENSE_WEIGHT, LEXICAL_WEIGHT, fuse
from assistant.answering.near_duplicates import collapse
from assistant.types import Passage, ScoredPassage

rankings = st.dictionaries(st.sampled_from("abcdefghij"), st.integers(-1000, 1000), max_size=10).map(
    lambda scores: sorted(((id, score / 8) for id, score in scores.items()), key=lambda item: -item[1])
)
"""Rankings with scores that floating point holds exactly."""


def hit(source: str, text: str, score: float = 1.0) -> ScoredPassage:
    return ScoredPassage(Passage(f"{source}-0", source, source, "", text, 0, len(text)), score)


class TestFuse:
    def test_the_joint_score_is_the_weighted_sum_of_the_scaled_scores(self) -> None:
        dense = [("a", 0.9), ("b", 0.7), ("c", 0.5)]
        lexical = [("c", 20.0), ("b", 15.0), ("d", 10.0)]
        assert fuse(dense, lexical) == [
            ("c", pytest.approx(0.6)),
            ("b", pytest.approx(0.4 * 0.5 + 0.6 * 0.5)),
            ("a", pytest.approx(0.4)),
            ("d", 0.0),
        ]

    def test_the_weights_add_up_to_one(self) -> None:
        assert DENSE_WEIGHT + LEXICAL_WEIGHT == 1.0

    def test_nothing_fuses_to_nothing(self) -> None:
        assert fuse([], []) == []

    def test_one_ranking_alone_keeps_its_order(self) -> None:
        assert fuse([("a", 0.9), ("b", 0.1)], []) == [("a", 0.4), ("b", 0.0)]
        assert fuse([], [("a", 9.0), ("b", 1.0)]) == [("a", 0.6), ("b", 0.0)]

    def test_equal_scores_all_count_as_the_best(self) -> None:
        assert fuse([("b", 0.5), ("a", 0.5)], [("b", 2.0), ("a", 2.0)]) == [("a", 1.0), ("b", 1.0)]

    def test_negative_cosines_are_scaled_like_any_other(self) -> None:
        assert fuse([("a", -0.1), ("b", -0.3)], []) == [("a", 0.4), ("b", 0.0)]

    @given(rankings, rankings)
    def test_scores_lie_between_0_and_1_in_falling_order(
        self, dense: list[tuple[str, float]], lexical: list[tuple[str, float]]
    ) -> None:
        scores = [score for _, score in fuse(dense, lexical)]
        assert all(0.0 <= score <= 1.0 for score in scores)
        assert scores == sorted(scores, reverse=True)

    @given(rankings, rankings)
    def test_the_result_holds_every_id_of_both_once(
        self, dense: list[tuple[str, float]], lexical: list[tuple[str, float]]
    ) -> None:
        assert sorted(id for id, _ in fuse(dense, lexical)) == sorted({id for id, _ in [*dense, *lexical]})

    @given(rankings, rankings)
    def test_the_best_of_both_stays_first(
        self, dense: list[tuple[str, float]], lexical: list[tuple[str, float]]
    ) -> None:
        best_dense = [("best", 1000.0), *dense]
        best_lexical = [("best", 1000.0), *lexical]
        assert fuse(best_dense, best_lexical)[0] == ("best", 1.0)

    @given(rankings)
    def test_a_ranking_fused_with_itself_is_itself_scaled(self, ranking: list[tuple[str, float]]) -> None:
        scores = [score for _, score in ranking]
        spread = (max(scores) - min(scores) if scores else 0.0) or 1.0
        top = min(scores) if len(set(scores)) > 1 else (min(scores) - 1.0 if scores else 0.0)
        expected = sorted(((id, (score - top) / spread) for id, score in ranking), key=lambda item: (-item[1], item[0]))
        fused = fuse(ranking, list(reversed(ranking)))
        assert dict(fused) == pytest.approx(dict(expected))
        assert fused == fuse(list(reversed(ranking)), ranking)

    @given(rankings, rankings, st.sampled_from([0.5, 2.0, 16.0]), st.integers(-100, 100))
    def test_the_unit_and_the_zero_of_a_ranking_do_not_matter(
        self, dense: list[tuple[str, float]], lexical: list[tuple[str, float]], unit: float, zero: int
    ) -> None:
        moved = [(id, score * unit + zero) for id, score in lexical]
        assert fuse(dense, moved) == fuse(dense, lexical)


class TestCollapse:
    def test_a_repeat_names_its_source_on_the_better_hit(self) -> None:
        text = "The tawny owl hunts voles at night in old oak woods."
        kept = collapse([hit("a.md", text, 0.9), hit("b.md", text, 0.8), hit("c.md", text, 0.7)])
        assert [(item.passage.source, item.passage.also_in, item.score) for item in kept] == [
            ("a.md", ("b.md", "c.md"), 0.9)
        ]

    def test_a_slightly_edited_copy_is_a_repeat(self) -> None:
        words = [f"word{number}" for number in range(80)]
        edited = [*words[:79], "changed"]
        kept = collapse([hit("a.md", " ".join(words)), hit("b.md", " ".join(edited))])
        assert [(item.passage.source, item.passage.also_in) for item in kept] == [("a.md", ("b.md",))]

    def test_the_same_words_in_another_order_are_another_text(self) -> None:
        kept = collapse([hit("a.md", "Cats chase dogs daily."), hit("b.md", "Dogs chase cats daily.")])
        assert [(item.passage.source, item.passage.also_in) for item in kept] == [("a.md", ()), ("b.md", ())]

    def test_a_repeat_within_one_document_names_no_other_source(self) -> None:
        text = "The tawny owl hunts voles at night in old oak woods."
        kept = collapse([hit("a.md", text), hit("a.md", text)])
        assert [(item.passage.source, item.passage.also_in) for item in kept] == [("a.md", ())]

    def test_a_source_is_named_once_however_often_it_repeats(self) -> None:
        text = "The tawny owl hunts voles at night in old oak woods."
        kept = collapse([hit("a.md", text), hit("b.md", text), hit("b.md", text)])
        assert [item.passage.also_in for item in kept] == [("b.md",)]

    def test_two_passages_of_signs_alone_are_not_repeats_unless_equal(self) -> None:
        kept = collapse([hit("a.md", "🦉🦉🦉"), hit("b.md", "∑ ≠ ∞")])
        assert [(item.passage.source, item.passage.also_in) for item in kept] == [("a.md", ()), ("b.md", ())]

    def test_a_copy_in_a_script_without_spaces_is_a_repeat_though_a_sign_was_changed(self) -> None:
        text = "猫头鹰在夜里捕食老橡树林中的田鼠，而白天它们在树洞里睡觉，直到太阳落山才醒来寻找食物。" * 2
        kept = collapse([hit("a.md", text), hit("b.md", text[:-1] + "！")])
        assert [(item.passage.source, item.passage.also_in) for item in kept] == [("a.md", ("b.md",))]

    @given(st.lists(st.lists(st.sampled_from("abc"), min_size=3, max_size=24), max_size=12))
    def test_what_is_kept_is_what_comparing_each_with_all_keeps(self, texts: list[list[str]]) -> None:
        def triples(words: list[str]) -> set[tuple[str, ...]]:
            return {tuple(words[i : i + 3]) for i in range(len(words) - 2)}

        kept: list[list[str]] = []
        for text in texts:
            found = triples(text)
            if not any(len(found & (seen := triples(other))) >= 0.85 * len(found | seen) for other in kept):
                kept.append(text)
        hits = [hit(f"{n}.md", " ".join(text)) for n, text in enumerate(texts)]
        assert [item.passage.text for item in collapse(hits)] == [" ".join(text) for text in kept]
