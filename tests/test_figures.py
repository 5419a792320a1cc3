"""Numbers and dates in a sentence: what is found, what is equal, and what cannot be true together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.figures import Figure, figures


def only(text: str) -> Figure:
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
