"""An answer that is read beside whoever shows it: stopped at any moment, and never a part too many or too few."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from threading import Event

import pytest

from assistant.interfaces.page.answer_jobs import AllUnderWay, AnswerJobs
from assistant.types import Answer
from tests.answers import cited

FIRST, WHOLE = cited("It is tall."), cited("It is tall, and old.")


def test_the_last_part_is_given_however_fast_they_come() -> None:
    parts = [replace(FIRST, confidence=number / 1000) for number in range(1000)]
    given = list(AnswerJobs().parts(lambda _: (part for part in [*parts, WHOLE])))
    assert given[-1] == WHOLE
    assert [part.confidence for part in given[:-1]] == sorted({part.confidence for part in given[:-1]})


def test_nothing_is_given_once_it_is_stopped_and_the_stream_is_told_and_closed() -> None:
    goes_on, closed = Event(), Event()
    told: list[bool] = []

    def stream(stop: Event) -> Generator[Answer, None, None]:
        try:
            yield FIRST
            goes_on.wait(60)
            told.append(stop.is_set())
            yield WHOLE
        finally:
            closed.set()

    under_way = AnswerJobs()
    parts = under_way.parts(stream)
    assert next(parts) == FIRST
    under_way.stop()
    assert list(parts) == []
    goes_on.set()
    assert closed.wait(60)
    assert told == [True]


def test_what_a_stream_fails_with_is_raised_after_what_it_gave() -> None:
    def stream(_: Event) -> Generator[Answer, None, None]:
        yield FIRST
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        list(AnswerJobs().parts(stream))


def test_beginning_another_in_a_tab_ends_the_one_before_and_no_other_tabs() -> None:
    known = AllUnderWay()
    here, there = known.begin("here"), known.begin("there")
    here.over.set()
    again = known.begin("here")
    assert (here.is_stopped, there.is_stopped, again.is_stopped) == (True, False, False)
    known.end("here", again)
    assert known.stop("here") is None
