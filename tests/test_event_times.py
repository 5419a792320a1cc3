"""When English sentences say that something happened, as days."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.english.event_times import EventTime, event_times

PUBLISHED = date(2026, 3, 14)  # a Saturday


def told(sentence: str, before: date | None = None) -> list[tuple[str, str, str]]:
    return [(str(one.first), str(one.last), one.precision) for one in event_times(sentence, PUBLISHED, before)]


@pytest.mark.parametrize(
    ("words", "first", "last", "precision"),
    [
        ("on 3 May 2024", "2024-05-03", "2024-05-03", "day"),
        ("on May 3, 2024", "2024-05-03", "2024-05-03", "day"),
        ("on 12 December", "2025-12-12", "2025-12-12", "day"),
        ("on 2 March", "2026-03-02", "2026-03-02", "day"),
        ("on Tuesday", "2026-03-10", "2026-03-10", "day"),
        ("last Saturday", "2026-03-07", "2026-03-07", "day"),
        ("on Friday evening", "2026-03-13", "2026-03-13", "day"),
        ("yesterday", "2026-03-13", "2026-03-13", "day"),
        ("the day before yesterday", "2026-03-12", "2026-03-12", "day"),
        ("this morning", "2026-03-14", "2026-03-14", "day"),
        ("last week", "2026-03-02", "2026-03-08", "week"),
        ("three weeks ago", "2026-02-16", "2026-02-22", "week"),
        ("last month", "2026-02-01", "2026-02-28", "month"),
        ("eight months ago", "2025-07-01", "2025-07-31", "month"),
        ("in November", "2025-11-01", "2025-11-30", "month"),
        ("in early November", "2025-11-01", "2025-11-10", "part of month"),
        ("at the end of February", "2026-02-21", "2026-02-28", "part of month"),
        ("in 2019", "2019-01-01", "2019-12-31", "year"),
        ("a decade ago", "2016-01-01", "2016-12-31", "year"),
        ("in the spring of 2024", "2024-03-01", "2024-05-31", "season"),
        ("in the fourth quarter of 2023", "2023-10-01", "2023-12-31", "quarter"),
        ("between 18 and 24 August", "2025-08-18", "2025-08-24", "range"),
        ("from Monday to Thursday", "2026-03-09", "2026-03-12", "range"),
        ("since Monday", "2026-03-09", "2026-03-14", "range"),
        ("over the weekend", "2026-03-14", "2026-03-15", "range"),
    ],
)
def test_a_time_is_resolved_against_the_day_of_publication(words: str, first: str, last: str, precision: str) -> None:
    sentence = f"The bridge of Veldt closed {words}."
    [found] = event_times(sentence, PUBLISHED)
    assert (str(found.first), str(found.last), found.precision) == (first, last, precision)
    assert sentence[found.start : found.end] == words


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("two days later", "2026-01-07"),
        ("the following day", "2026-01-06"),
        ("the next morning", "2026-01-06"),
        ("on the same day", "2026-01-05"),
        ("the day before", "2026-01-04"),
        ("a week earlier", "2025-12-29"),
    ],
)
def test_a_time_that_hangs_on_another_is_resolved_against_what_was_told_before(words: str, first: str) -> None:
    sentence = f"The ferry stopped {words}."
    assert told(sentence, date(2026, 1, 5)) == [(first, first, "day")]
    assert told(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "first"),
    [
        ("The council will vote on 12 April.", "2026-04-12"),
        ("The council will vote on Tuesday.", "2026-03-17"),
        ("The hall is due to open in May.", "2026-05-01"),
        ("The talks resume next Thursday.", "2026-03-19"),
    ],
)
def test_what_lies_ahead_is_planned(sentence: str, first: str) -> None:
    [found] = event_times(sentence, PUBLISHED)
    assert (str(found.first), found.is_planned) == (first, True)


@pytest.mark.parametrize(
    "sentence",
    [
        "The market is held every Tuesday.",
        "The Monday Club met for tea.",
        "It lasted for three days, and she may march again.",
        "2,024 people came to Room 2019.",
        "If the bridge had closed in June, nobody would have drowned.",
        "The children play on the 4 July Square.",
    ],
)
def test_names_habits_and_what_never_was_are_no_times(sentence: str) -> None:
    assert told(sentence) == []


def test_a_day_that_does_not_exist_is_none() -> None:
    assert told("It closed on 31 June.") == []


@pytest.mark.parametrize("published", [date.min, date.max])
def test_what_lies_beyond_the_calendar_is_none(published: date) -> None:
    sentence = "It closed yesterday, tomorrow, next week, 99 decades ago, 99 weeks later and next year."
    assert all(one.last < date.max for one in event_times(sentence, published, published))


PIECES = ("on ", "in ", "the ", "May ", "31 ", "2019", "last ", "Monday", ", ", "a week ", "ago", "since ")


@given(
    st.lists(st.sampled_from(PIECES)).map("".join),
    st.dates(date(1950, 1, 1), date(2090, 1, 1)),
)
def test_times_stand_in_the_sentence_in_order_and_end_after_they_begin(sentence: str, published: date) -> None:
    end = 0
    for one in event_times(sentence, published, published):
        assert isinstance(one, EventTime)
        assert end <= one.start < one.end <= len(sentence)
        assert one.first <= one.last
        end = one.end
