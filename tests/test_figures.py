"""Numbers and dates in a sentence: what is found, what is equal, and what cannot be true together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.english.amounts import bounds, value_of, values_of
from assistant.text.english.quantities import Quantity, figures


def only(text: str) -> Quantity:
    """The one figure of a text."""
    [figure] = figures(text, "en")
    return figure


class TestFound:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("At least 40 people were killed on 3 March 2024.", ["At least 40", "3 March 2024"]),
            ("Fifty-two people and two hundred and five ships", ["Fifty-two", "two hundred and five"]),
            ("$4bn and 5% of 1.2 million euros", ["$4bn", "5%", "1.2 million"]),
            ("It leaves at nine in the morning and at 3.30 pm.", ["nine in the morning", "3.30 pm"]),
            ("In 1888 the club had 1500 members.", ["1888", "1500"]),
            ("between 40 and 50 people, 4 to 6 dogs", ["between 40 and 50", "4 to 6"]),
            ("There are four and six of them.", ["four", "six"]),
            ("No one of the one-sided men saw one crane.", ["one", "one"]),
            ("He may march in March, or on Monday.", ["March", "Monday"]),
            ("By the end of June, since May, after 3 Mar 2024", ["the end of June", "May", "3 Mar 2024"]),
            ("The T-72 of the 18th division in the 1990s", ["72", "18th", "1990s"]),
        ],
    )
    def test_figures_are_found_as_they_are_written(self, text: str, found: list[str]) -> None:
        assert [figure.text for figure in figures(text, "en")] == found

    def test_outside_english_only_digits_are_found(self) -> None:
        assert [figure.text for figure in figures("Vierzig Menschen starben am 3. März 2024.", "de")] == ["3", "2024"]

    @given(st.text("at least40 .,-%$€onetwmihuydrMarch2:n ", max_size=40))
    def test_each_is_a_part_of_the_text_and_none_overlap(self, text: str) -> None:
        position = 0
        for figure in figures(text, "en"):
            assert text[figure.start : figure.end] == figure.text != ""
            assert position <= figure.start < figure.end
            position = figure.end


class TestCompared:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("forty people", "40 people"),
            ("more than 40", "more than forty"),
            ("1.2 million ships", "1,200,000 ships"),
            ("$4bn", "4 billion dollars"),
            ("3 March 2024", "2024-03-03"),
            ("March 3, 2024", "3 March"),
            ("3 pm", "15:00"),
            ("5 percent", "5%"),
        ],
    )
    def test_the_same_in_other_words_is_the_same(self, one: str, other: str) -> None:
        assert only(one).same_as(only(other))
        assert not only(one).contradicts(only(other))

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("40 people", "52 people"),
            ("more than 40 people", "30 people"),
            ("at most 40 people", "52 people"),
            ("about 40 people", "52 people"),
            ("between 40 and 50 people", "52 people"),
            ("40,000 people", "52,000 people"),
            ("in 1888", "in 1902"),
            ("3 March 2024", "5 March"),
            ("nine in the morning", "9 pm"),
        ],
    )
    def test_what_cannot_both_be_true_contradicts(self, one: str, other: str) -> None:
        assert only(one).contradicts(only(other))
        assert only(other).contradicts(only(one))
        assert not only(one).same_as(only(other))

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("more than 40 people", "52 people"),
            ("up to 60 people", "52 people"),
            ("about 40 people", "42 people"),
            ("between 40 and 60 people", "52 people"),
            ("1.2 million people", "1,214,000 people"),
            ("5 percent", "5.2 percent"),
            ("40 people", "52 ships"),
            ("330 metres", "1,083 feet"),
            ("twelve of them", "40 people"),
            ("in 2024", "3 March 2024"),
            ("before 1902", "in 1888"),
            ("on Monday", "on Tuesday"),
        ],
    )
    def test_what_may_both_be_true_neither_contradicts_nor_is_the_same(self, one: str, other: str) -> None:
        assert not only(one).contradicts(only(other))
        assert not only(other).contradicts(only(one))
        assert not only(one).same_as(only(other))


class TestAmounts:
    @pytest.mark.parametrize(
        ("amount", "values"),
        [
            ("a quarter of a million", (250_000,)),
            ("half a billion", (500_000_000,)),
            ("half-million", (500_000,)),
            ("three quarters of a million", (750_000,)),
            ("two-thirds of a million", (2e6 / 3,)),
            ("a quarter million", (250_000,)),
            ("two and a half million", (2_500_000,)),
            ("a million and a half", (1_500_000,)),
            ("2\u00bd million", (2_500_000,)),
            ("\u00bc million", (250_000,)),
            ("two hundred and five", (205,)),
            ("two hundred and five thousand", (205_000,)),
            ("$4bn", (4e9,)),
            ("1,200", (1_200,)),
            ("1.200", (1.2, 1_200)),
            ("1.200 million", (1_200_000,)),
            ("0.250", (0.25,)),
            ("1,5", (1.5,)),
            ("1.200.000", (1_200_000,)),
            ("1.200,50", (1_200.5,)),
            ("1,200.50", (1_200.5,)),
            ("1 200,5", (1_200.5,)),
            ("1\u202f200\u202f000", (1_200_000,)),
            ("1'200", (1_200,)),
        ],
    )
    def test_an_amount_is_worth_what_it_says(self, amount: str, values: tuple[float, ...]) -> None:
        assert values_of(amount) == pytest.approx(values)

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("A sixteenth of a million people", []),
            ("Hundreds of a million kinds", []),
            ("A third man came.", []),
            ("Two thirds of the voters and half of the members", ["Two thirds", "half"]),
            ("Between 3 and 4 thousand people, 5-7 % of them", ["Between 3 and 4 thousand", "5-7 %"]),
        ],
    )
    def test_parts_are_read_whole_or_not_at_all(self, text: str, found: list[str]) -> None:
        assert [figure.text for figure in figures(text, "en")] == found

    @pytest.mark.parametrize(
        ("text", "low", "high", "unit"),
        [
            ("1.5 to 2 million people", 1_500_000, 2_000_000, "peopl"),
            ("between 3 and 4 thousand people", 3_000, 4_000, "peopl"),
            ("three to four hundred ships", 300, 400, "ship"),
            ("from 500 to 2 million people", 500, 2_000_000, "peopl"),
            ("1.5 million to 2 million people", 1_500_000, 2_000_000, "peopl"),
            ("$3-4 billion", 3e9, 4e9, "dollar"),
            ("5 to 7 per cent", 5, 7, "percent"),
            ("5% to 7%", 5, 7, "percent"),
            ("between a quarter of a million and half a million ships", 250_000, 500_000, "ship"),
        ],
    )
    def test_a_range_reaches_from_its_first_amount_to_its_last(
        self, text: str, low: float, high: float, unit: str
    ) -> None:
        figure = only(text)
        assert (figure.text, figure.low, figure.high, figure.unit) == (figure.text, low, high, unit)
        assert text.startswith(figure.text)

    @given(st.integers(0, 10**12), st.sampled_from([",", ".", " ", "\u00a0", "\u202f", "'"]))
    def test_thousands_may_be_parted_in_any_way(self, number: int, mark: str) -> None:
        assert number in values_of(f"{number:,}".replace(",", mark))

    @given(st.integers(1_000_000, 10**12), st.integers(0, 99))
    def test_digits_mean_the_same_in_english_and_in_german(self, number: int, cents: int) -> None:
        english = f"{number:,}.{cents:02}"
        german = english.translate(str.maketrans(",.", ".,"))
        assert values_of(english) == values_of(german) == pytest.approx((number + cents / 100,))

    @given(st.integers(1, 400), st.integers(1, 400), st.sampled_from(["hundred", "thousand", "million", "billion"]))
    def test_the_magnitude_of_a_range_holds_for_both_ends(self, one: int, other: int, magnitude: str) -> None:
        expected = ((value_of(f"{one} {magnitude}"), value_of(f"{other} {magnitude}")),) if one < other else None
        if expected:
            assert bounds(str(one), f"{other} {magnitude}") == expected

    @given(st.text("0123456789.,' \u00bd\u202fandhlfquterofmilionbk-$", max_size=30))
    def test_any_amount_that_is_found_is_worth_something(self, text: str) -> None:
        for figure in figures(text, "en"):
            assert figure.low <= figure.high
            assert all(low <= high for low, high in figure.also)
