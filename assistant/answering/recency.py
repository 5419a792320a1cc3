"""Which answer is current: where a question asks for what is so now, newer documents come before older ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.text.english.present import asks_for_latest
from assistant.types import Answer, ScoredPassage

if TYPE_CHECKING:
    from assistant.answering.sentence_scoring import ScoredSentence

OF_PASSAGES = 0.3
"""What being the newest adds to a passage's score, 0 to 1, when it is chosen whether to read it."""
OF_SENTENCES = 2.5
"""What being of the newest document adds to a sentence's score: e^2.5 times likelier to be what is asked for."""
TO_NARROW = "To narrow by date, say since when, such as “since March”."
UNKNOWN = 0.5
"""Where a document without a day stands between the newest, 1, and the oldest, 0."""


def advantage_of_newer(hits: Sequence[ScoredPassage]) -> dict[str, float]:
    """What is added to each passage's score, by its id, when it is chosen what to read."""
    return {id: OF_PASSAGES * recency for id, recency in recency_of(hits).items()}


def preferring_newest(sentences: Sequence[ScoredSentence], hits: Sequence[ScoredPassage]) -> list[ScoredSentence]:
    """The sentences of passages scored anew so that of those that answer about as well the newest comes first."""
    recency = recency_of(hits)
    scored = [
        replace(item, score=item.score + OF_SENTENCES * recency.get(item.sentence.passage.id, UNKNOWN))
        for item in sentences
    ]
    return sorted(scored, key=lambda item: -item.score)


def recency_of(hits: Sequence[ScoredPassage]) -> Mapping[str, float]:
    """How new each passage's document is among these, by id: 1 the newest, 0 the oldest, by the order of their days."""
    days = sorted({hit.passage.published[:10] for hit in hits if hit.passage.published})
    place = {day: number / (len(days) - 1) if len(days) > 1 else UNKNOWN for number, day in enumerate(days)}
    return {hit.passage.id: place.get((hit.passage.published or "")[:10], UNKNOWN) for hit in hits}


def told_of_age(asked: str, answer: Answer) -> tuple[str, ...]:
    """What to say of the days of an answer to a question for what is so now: of which day it is, and what is older."""
    if answer.abstained or not answer.sentences:
        return ()
    of = {citation.number: (citation.passage.published or "")[:10] for citation in answer.citations}
    first = max((of[number] for number in answer.sentences[0].citations), default="")
    days = sorted(day for day in of.values() if day)
    advice = (TO_NARROW,) if asks_for_latest(asked) else ()
    if not days:
        return (f"The documents cited do not say when they were published. {TO_NARROW}",) if advice else ()
    return (" ".join((_told_of_days(days[0], days[-1], first), *advice)),)


def _told_of_days(oldest: str, newest: str, first: str) -> str:
    """From when what is cited is, of which the first sentence is from the day ``first``."""
    if oldest == newest:
        return f"What is cited was published on {newest}; newer documents come first."
    if first == newest:
        return f"The first sentence is the newest, published on {first}; the oldest of the others on {oldest}."
    return f"What is cited was published from {oldest} to {newest}; newer documents come first."
