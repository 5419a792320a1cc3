"""The sides of a comparison: documents, publishers or periods, each with its answer; or speakers, with their words."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from assistant.answering.plan import AnswerPlan
from assistant.errors import QuestionError
from assistant.indexing import Snapshot
from assistant.news.positions import sentence_of, words_of
from assistant.news.side_by_side import FEWEST, MOST, ComparedSide, ComparedStatement
from assistant.news.subject import Subject
from assistant.news.views import Positions, Speaker
from assistant.text.boilerplate import leads_elsewhere
from assistant.text.terms import words
from assistant.types import Filters

OF_THEMSELVES = 3
"""How many sides are compared where none are named."""
PERIOD = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
"""A year, a month or a day."""


def sides_named(filters: Filters, periods: Sequence[str], speakers: Sequence[str] = ()) -> dict[str, Filters]:
    """What narrows a question to each side, by name: of documents, publishers or periods, whichever are several.

    The others narrow every side, and so does a period alone; empty where none are several.

    Raises:
        QuestionError: several of more than one kind are named (speakers count, too), more than can be compared, or a
            period is none.
    """
    within = _in_period(filters, periods[0]) if len(periods) == 1 else filters
    kinds: list[dict[str, Filters]] = [
        {name: replace(within, sources=(name,)) for name in filters.sources},
        {name: replace(within, publishers=(name,)) for name in filters.publishers},
        {name: _in_period(filters, name) for name in dict.fromkeys(periods)},
        dict.fromkeys(speakers, within),
    ]
    several = [sides for sides in kinds if len(sides) >= FEWEST]
    if len(several) > 1:
        raise QuestionError("Documents, publishers, periods or speakers can be compared, but only one of these kinds.")
    if several and len(several[0]) > MOST:
        raise QuestionError(f"No more than {MOST} can be compared at once; {len(several[0])} are named.")
    return several[0] if several else dict.fromkeys(speakers, within)


def sides_found(snapshot: Snapshot, question: str, filters: Filters) -> dict[str, Filters]:
    """The publishers that write most about a question; where there are not several, the documents."""
    subject = Subject(snapshot, question, filters)
    publishers = Counter(one.publisher for one in subject.documents if one.publisher)
    if len(publishers) >= FEWEST:
        most = [name for name, _ in publishers.most_common(OF_THEMSELVES)]
        return {name: replace(filters, publishers=(name,)) for name in most}
    return {one.source: replace(filters, sources=(one.source,)) for one in subject.documents[:OF_THEMSELVES]}


def _in_period(filters: Filters, period: str) -> Filters:
    """The filters within a period besides."""
    first, dots, last = (part.strip() for part in period.partition(".."))
    begins, ends = _day(first, 1, 1), _day(last if dots else first, 12, 31)
    if begins is None or ends is None or begins > ends:
        raise QuestionError(f"{period!r} is no period. Name a year, a month or a day, or two of these: 2024..2025-06.")
    since, until = max(begins, filters.since or begins), min(ends, filters.until or ends)
    if since > until:
        raise QuestionError(f"The period {period!r} lies outside the days that everything is narrowed to.")
    return replace(filters, since=since, until=until)


def _day(text: str, month: int, day: int) -> str | None:
    """A day, or the one in a month or a year with this month and this day, or the month's last; None for no day."""
    found = PERIOD.fullmatch(text)
    if not found:
        return None
    year, month = int(found[1]), int(found[2] or month)
    try:
        last = monthrange(year, month)[1]
        return date(year, month, int(found[3] or min(day, last))).isoformat()
    except ValueError:
        return None


def side_of(name: str, plan: AnswerPlan) -> ComparedSide:
    """A side with the answer of its documents; without statements where they do not answer."""
    passages = tuple(hit.passage for hit in plan.retrieved.hits)
    if plan.corroborated is None:
        return ComparedSide(name, (), passages)
    told = (one.sentence for one in plan.corroborated.statements)
    statements = (ComparedStatement(one, one) for one in told if not leads_elsewhere(one.text))
    return ComparedSide(name, tuple(statements), passages)


def sides_of_speakers(found: Positions, names: Sequence[str]) -> Iterator[ComparedSide]:
    """A side for each speaker that is named by words that all stand in the name, or in another name, of theirs."""
    for name in names:
        said = [one for speaker in found.speakers if _is_called(speaker, name) for one in speaker.positions]
        statements = (ComparedStatement(sentence_of(one), words_of(one), one.how == "denied") for one in said)
        yield ComparedSide(name, tuple(statements), is_quoted=True)


def _is_called(speaker: Speaker, name: str) -> bool:
    asked = set(words(name))
    return any(asked and asked <= set(words(called)) for called in (speaker.name, *speaker.also))
