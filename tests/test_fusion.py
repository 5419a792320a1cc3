"""Two rankings become one: a weighted sum of scaled scores."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.near_duplicates import collapse, naming_those_that_say_it
from assistant.answering.retrieval import DENSE_WEIGHT, LEXICAL_WEIGHT, fuse
from assistant.types import Answer, Citation, Passage, ScoredPassage

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


REPORT = (
    "The fire at the mill near the port of Veldt killed nine people and hurt four on 3 March, Mayor Anna Berg told the "
    "council of the town on the same day. An inspector had warned the owners of the mill in writing of dust in the "
    "grinding hall. The price of flour rose by 5 percent at once. It was -4 degrees when the crews came and the water "
    "froze in their hoses. The damage is put at $6 million. The owners were found guilty by the court of the province "
    "and the council voted for a new mill. The late “late” shift was on its way home."
)


class TestCollapse:
    def test_a_repeat_names_its_source_on_the_better_hit(self) -> None:
        text = "The tawny owl hunts voles at night in old oak woods."
        kept = collapse([hit("a.md", text, 0.9), hit("b.md", text, 0.8), hit("c.md", text, 0.7)])
        assert [(item.passage.source, item.passage.also_in, item.score) for item in kept] == [
            ("a.md", ("b.md", "c.md"), 0.9)
        ]

    @pytest.mark.parametrize(
        ("said", "copied"),
        [
            ("killed nine people", "killed 9 people"),
            ("killed nine people", "killed *nine* people"),
            ("killed nine people", "killed\nnine  people"),
            ("the port of Veldt", "the harbour of Veldt"),
            ("“late” shift", '"late" shift'),
            ("at the mill", "in the mill"),
            ("on 3 March", "on 3 March 2024"),
            ("An inspector", "LONDON - An inspector"),
        ],
    )
    def test_a_copy_that_says_the_same_is_a_repeat(self, said: str, copied: str) -> None:
        assert said in REPORT
        kept = collapse([hit("a.md", REPORT), hit("b.md", REPORT.replace(said, copied))])
        assert [(item.passage.source, item.passage.also_in) for item in kept] == [("a.md", ("b.md",))]

    @pytest.mark.parametrize(
        ("said", "other"),
        [
            ("killed nine people", "killed two people"),
            ("killed nine people", "killed 99 people"),
            ("killed nine people", "killed more than nine people"),
            ("killed nine people", "killed no people"),
            ("3 March", "4 March"),
            ("3 March", "3 May"),
            ("Anna Berg", "Anna Borg"),
            ("had warned", "had not warned"),
            ("had warned", "had never warned"),
            ("rose by 5 percent", "fell by 5 percent"),
            ("rose by 5 percent", "rose by 5 points"),
            ("rose by 5 percent", "went down by 5 percent"),
            ("-4 degrees", "4 degrees"),
            ("$6 million", "€6 million"),
            ("killed nine people and hurt four", "hurt nine people and killed four"),
            ("guilty", "innocent"),
            ("voted for", "voted against"),
            (" The late", " Two more died on Sunday. The late"),
        ],
    )
    def test_a_copy_that_says_something_else_is_another_text(self, said: str, other: str) -> None:
        edited = REPORT.replace(said, other)
        assert edited != REPORT
        for first, second in ((REPORT, edited), (edited, REPORT)):
            kept = collapse([hit("a.md", first), hit("b.md", second)])
            assert [(item.passage.source, item.passage.also_in) for item in kept] == [("a.md", ()), ("b.md", ())]

    def test_outside_english_only_the_same_words_are_the_same(self) -> None:
        said = (
            "Bei dem Brand in der Mühle von Marl starben am Montag neun Menschen, wie die Bürgermeisterin mitteilte. "
            "Die Feuerwehr kam mit dreißig Wagen aus der ganzen Gegend und löschte bis in den frühen Morgen hinein. "
            "Warum das Mehl sich entzündet hat, soll nun ein Gutachter im Auftrag des Gerichts in Essen klären."
        )
        hits = [
            hit("a.md", said),
            hit("b.md", said.replace("neun", "zwei")),
            hit("c.md", said.replace(", wie", " – wie")),
        ]
        kept = collapse([replace(one, passage=replace(one.passage, language="de")) for one in hits])
        assert [(item.passage.source, item.passage.also_in) for item in kept] == [("a.md", ("c.md",)), ("b.md", ())]

    def test_the_same_row_of_another_table_is_another_text(self) -> None:
        row = "| Berlin | 5 |"
        one, two = (hit(source, row) for source in ("a.md", "b.md"))
        two = replace(two, passage=replace(two.passage, table_head="| City | Returns |"))
        assert [item.passage.also_in for item in collapse([one, two])] == [(), ()]

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

    @given(st.lists(st.lists(st.sampled_from(["mill", "mast", "pier"]), min_size=1, max_size=6), max_size=20))
    def test_what_is_kept_is_what_comparing_each_with_all_keeps(self, texts: list[list[str]]) -> None:
        kept = list(dict.fromkeys(map(tuple, texts)))
        hits = [hit(f"{n}.md", " ".join(text)) for n, text in enumerate(texts)]
        assert [item.passage.text for item in collapse(hits)] == [" ".join(text) for text in kept]


class TestWhoSaysIt:
    """Of sources whose passages are nearly the same, a citation names those that say what it quotes."""

    @staticmethod
    def named(quote: str, kept: str, copied: str) -> tuple[str, ...]:
        one, other = (hit(source, text).passage for source, text in (("a.md", kept), ("b.md", copied)))
        one = replace(one, also_in=("b.md",))
        start = kept.index(quote)
        citation = Citation(1, one, quote, start, start + len(quote))
        answer = Answer("", (), (citation,), abstained=False, confidence=1.0, written_by="", question="")
        return naming_those_that_say_it(answer, [other]).citations[0].passage.also_in

    @pytest.mark.parametrize(
        "copied",
        [
            "Nine people died at the mill of Veldt. It burned.",
            "It burned. 9 people died at the mill of Veldt.",
            "Nine people died at the mill of *Veldt*!",
            "LONDON - Nine people died at the mill of Veldt on 3 March.",
        ],
    )
    def test_one_that_has_all_that_is_quoted_is_named(self, copied: str) -> None:
        quote = "Nine people died at the mill of Veldt."
        assert self.named(quote, f"{quote} It burned.", copied) == ("b.md",)

    @pytest.mark.parametrize(
        "copied",
        [
            "Two people died at the mill of Veldt. It burned.",
            "Nine people died at the mill of Moss. It burned.",
            "Nine people died at the mill. It burned.",
            "Nine people had not died at the mill of Veldt. It burned.",
            "Nine people, not two, died at the mill of Veldt. It burned.",
            "More than nine people died at the mill of Veldt. It burned.",
            "Nine sheep died at the mill of Veldt. It burned.",
            "Nine people died near the old mill of Veldt. It burned.",
            "It burned.",
        ],
    )
    def test_one_that_lacks_some_of_it_is_not(self, copied: str) -> None:
        quote = "Nine people died at the mill of Veldt."
        assert self.named(quote, f"{quote} It burned.", copied) == ()

    def test_a_day_more_in_the_quote_is_not_in_the_copy(self) -> None:
        quote = "Nine people died at the mill of Veldt on 3 March."
        assert self.named(quote, quote, "Nine people died at the mill of Veldt.") == ()

    def test_an_item_and_a_row_are_looked_for_by_themselves(self) -> None:
        items = "- Norn of the isles\n- Cornish\n"
        assert self.named("- Cornish", items, "- Norn\n- Cornish\n") == ("b.md",)
        rows = "| Town | Ships |\n| --- | --- |\n| Veldt | {} |\n| Moss | 4 |\n"
        assert self.named("| Moss | 4 |", rows.format(9), rows.format(2)) == ("b.md",)
        assert self.named("| Veldt | 9 |", rows.format(9), rows.format(2)) == ()
