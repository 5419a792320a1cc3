"""Answers in quoted sentences: few at a time where many ask, and once only where the same is asked again."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Event

from assistant.answering.plan import AnswerPlan
from assistant.finding.mention_answers import mention_answer, told_of_none
from assistant.indexing import Snapshot, SnapshotReader
from assistant.news.comparison_answers import comparison_answer
from assistant.news.overview_answers import overview_answer
from assistant.news.remembered import Remembered
from assistant.pipeline import Pipeline
from assistant.types import Answer, Filters, History

REMEMBERED = 1_000
"""Answers, some 20 kB each."""


class QuotedAnswers:
    """Answers questions by one pipeline. May be used from many threads.

    Few are answered at a time, in the order in which they were asked. What was answered is given again for nothing, to
    those who may read the same, until the index changes.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._known = Remembered[Answer](REMEMBERED)

    def answer(
        self, reader: SnapshotReader, asked: str, history: History, filters: Filters, stop: Event | None = None
    ) -> Answer:
        """The answer to a question. Raises Stopped once ``stop`` is set while it waits."""
        turns = tuple((role, text) for role, text in history)

        def known(snapshot: Snapshot) -> Answer | None:
            return self._known.get(snapshot, self._key(snapshot, asked, turns, filters))

        def found(snapshot: Snapshot) -> Answer:
            answer = known(snapshot) or self._worked_out(snapshot, asked, turns, filters)
            self._known.keep(snapshot, self._key(snapshot, asked, turns, filters), answer)
            return answer

        answer = reader.use(known)
        if answer is None:
            with self._pipeline.turns.taken(stop):
                answer = reader.use(found)
        return answer

    def plan(self, reader: SnapshotReader, asked: str, history: History, filters: Filters) -> AnswerPlan:
        """How a question is answered, worked out anew."""
        with self._pipeline.turns.taken():
            return reader.use(lambda snapshot: self._pipeline.plan(snapshot, asked, history, filters))

    def _key(self, snapshot: Snapshot, *asked: Hashable) -> Hashable:
        """What an answer depends on beside the generation of the index."""
        return *asked, tuple(snapshot.taking_in()), self._pipeline.reader_threshold

    def _worked_out(self, snapshot: Snapshot, asked: str, history: History, filters: Filters) -> Answer:
        found = looked_up(snapshot, asked, filters)
        return found or told_of_none(asked, self._pipeline.plan(snapshot, asked, history, filters).answer)


def looked_up(snapshot: Snapshot, asked: str, filters: Filters) -> Answer | None:
    """The answer to a question that is no search for passages; None where it is one."""
    ways = (mention_answer, overview_answer, comparison_answer)
    return next(filter(None, (answer(snapshot, asked, filters) for answer in ways)), None)
