"""The sides of a comparison: documents, publishers or periods, each with its answer; or speakers, with their words."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.answering.filters import filters_of
from assistant.answering.plan import AnswerPlan
from assistant.errors import QuestionError
from assistant.indexing import Snapshot
from assistant.news.comparing import FEWEST, MOST, Side
from assistant.news.positions import sentence_of
from assistant.news.subject import Subject
from assistant.news.views import Positions, Speaker
from assistant.text.terms import words
from assistant.types import Filters

OF_THEMSELVES = 3
"""How many sides are compared where none are named."""
PERIOD = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
"""A year, a month or a day."""


def sides_named(filters: Filters, periods: Sequence[str]) -> dict[str, Filters]:
    """What narrows a question to each side, by name: of documents, publishers or periods, whichever are several.

    The others narrow every side; empty where none are several.

    Raises:
        QuestionError: several of more than one kind are named, more than can be compared, or a period is none.
    """
    kinds: list[dict[str, Filters]] = [
        {name: replace(filters, sources=(name,)) for name in filters.sources},
        {name: replace(filters, publishers=(name,)) for name in filters.publishers},
        {name: _in_period(filters, name) for name in dict.fromkeys(periods)},
    ]
    several = [sides for sides in kinds if len(sides) >= FEWEST]
    if len(several) > 1:
        raise QuestionError("Several documents, publishers or periods can be compared, but only one of these kinds.")
    if several and len(several[0]) > MOST:
        raise QuestionError(f"No more than {MOST} can be compared at once; {len(several[0])} are named.")
    if not several and periods:
        raise QuestionError("Name two periods or more, as in 2023..2024-06 and 2024-07..2025.")
    return several[0] if several else {}


def sides_found(snapshot: Snapshot, question: str, filters: Filters) -> dict[str, Filters]:
    """The publishers that write most about a question; where there are not several, the documents."""
    subject = Subject(snapshot, question, filters)
    publishers = Counter(one.publisher for one in subject.documents if one.publisher)
    if len(publishers) >= FEWEST:
        most = [name for name, _ in publishers.most_common(OF_THEMSELVES)]
        return {name: replace(filters, publishers=(name,)) for name in most}
    return {one.source: replace(filters, sources=(one.source,)) for one in subject.documents[:OF_THEMSELVES]}


def _in_period(filters: Filters, period: str) -> Filters:
    first, dots, last = period.partition("..")
    since, until = PERIOD.fullmatch(first.strip()), PERIOD.fullmatch((last if dots else first).strip())
    if since is None or until is None:
        raise QuestionError(f"{period!r} is no period. Name a year, a month or a day, or two of these: 2024..2025-06.")
    year, month, day = (int(part) if part else 0 for part in until.groups())
    month = month or 12
    if month > 12:
        raise QuestionError(f"There is no month {month}: {period!r}.")
    ends = f"{year:04}-{month:02}-{day or monthrange(year, month)[1]:02}"
    begins = f"{since[1]}-{since[2] or '01'}-{since[3] or '01'}"
    days = filters_of(begins, ends)
    return replace(filters, since=days.since, until=days.until)


def side_of(name: str, plan: AnswerPlan) -> Side:
    """A side with the answer of its documents; without statements where they do not answer."""
    passages = tuple(hit.passage for hit in plan.retrieved.hits)
    if plan.corroborated is None:
        return Side(name, (), passages)
    return Side(name, tuple(one.sentence for one in plan.corroborated.statements), passages)


def sides_of_speakers(found: Positions, names: Sequence[str]) -> Iterator[Side]:
    """A side for each speaker that is named by words that all stand in the name, or in another name, of theirs."""
    for name in names:
        said = [one for speaker in found.speakers if _is_called(speaker, name) for one in speaker.positions]
        statements = tuple(map(sentence_of, said))
        yield Side(name, statements, ())


def _is_called(speaker: Speaker, name: str) -> bool:
    asked = set(words(name))
    return any(asked and asked <= set(words(called)) for called in (speaker.name, *speaker.also))
