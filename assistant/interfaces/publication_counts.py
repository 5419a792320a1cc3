"""When the documents were published, and by whom, counted by day, month, year or decade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.conversations.cited_documents import known_date
from assistant.types import DocumentRecord

MOST_PERIODS = 36
"""A finer division than this many periods is hard to read."""
MOST_PUBLISHERS = 8
OTHERS = "Others"
NOT_NAMED = "No publisher named"


@dataclass(frozen=True, slots=True)
class PublicationCounts:
    """Counts of documents: ``rows`` are a publisher and its counts, one for each of the ``periods``.

    The publishers with most documents come first, at most `MOST_PUBLISHERS`; the others are one row, the last. Periods
    are like ``2024-03-09``, ``2024-03``, ``2024`` or ``2020s``, without gaps. ``undated`` documents are in none.
    """

    periods: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    undated: int


def publication_counts(records: Iterable[DocumentRecord]) -> PublicationCounts:
    """The timeline of the documents, in the finest division that is still readable."""
    return counts_of((record.publisher, record.published) for record in records)


def counts_of(published: Iterable[tuple[str | None, str | None]]) -> PublicationCounts:
    """The same of anything that has a publisher and a day, as far as these are known."""
    every = list(published)
    dated = [(publisher or NOT_NAMED, day) for publisher, known in every if (day := _day(known))]
    periods = _periods([day for _, day in dated])
    length = len(periods[0]) if periods else 0
    counts = Counter((publisher, _period(day, length)) for publisher, day in dated)
    rows = tuple(
        (name, tuple(sum(counts[publisher, period] for publisher in publishers) for period in periods))
        for name, publishers in _in_rows([publisher for publisher, _ in dated])
    )
    return PublicationCounts(tuple(periods), rows, len(every) - len(dated))


def _in_rows(publishers: Iterable[str]) -> list[tuple[str, list[str]]]:
    """The rows, each a name and the publishers that it counts: one each, and in the last those that are too many."""
    most = [name for name, _ in Counter(publishers).most_common()]
    alone = most if len(most) == MOST_PUBLISHERS + 1 else most[:MOST_PUBLISHERS]
    others = most[len(alone) :]
    return [(name, [name]) for name in alone] + ([(OTHERS, others)] if others else [])


def _day(published: str | None) -> str | None:
    """The part of an ISO date that is known, as in ``2024-03``; None where there is no date."""
    known = known_date(published)
    try:
        date.fromisoformat(f"{known}-01-01"[:10])
    except ValueError:
        return None
    return known


def _periods(days: Sequence[str]) -> list[str]:
    """All periods from the first to the last of these days, in the finest division that all of them allow."""
    if not days:
        return []
    first, last, known = min(days), max(days), min(map(len, days))
    for length in (10, 7, 4):
        if known >= length and len(found := list(_between(first[:length], last[:length]))) <= MOST_PERIODS:
            return found
    return [f"{decade}s" for decade in range(int(first[:4]) // 10 * 10, int(last[:4]) + 1, 10)]


def _between(first: str, last: str) -> Iterator[str]:
    """The days, months or years from one to another, both included; one more than is readable at most."""
    at = date.fromisoformat(f"{first}-01-01"[:10])
    for _ in range(MOST_PERIODS + 1):
        if at.isoformat()[: len(first)] > last:
            return
        yield at.isoformat()[: len(first)]
        at = at + timedelta(days=1) if len(first) == 10 else _next(at, months=1 if len(first) == 7 else 12)


def _next(at: date, *, months: int) -> date:
    month = at.year * 12 + at.month - 1 + months
    return date(month // 12, month % 12 + 1, 1)


def _period(day: str, length: int) -> str:
    return f"{int(day[:4]) // 10 * 10}s" if length == 5 else day[:length]
