"""A question that names days of publication is asked of the documents of those days, and is told so."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from assistant.answering.retrieval import Filters
from assistant.indexing import Snapshot
from assistant.text.english import days as dates
from assistant.text.terms import subject_words
from assistant.types import DEFAULT_LANGUAGE, Answer

UNDO = "To search all of them, ask without these words."
LATEST = re.compile(r"\b(?:latest|newest|most\s+recent(?:ly)?)\b", re.IGNORECASE)
NOT_NEWEST_FIRST = "newer documents are not preferred. To narrow by date, say since when, such as “since March”."
"""What is latest depends on how far back one looks, and the best answer may be old: people choose, and see the days."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A question without the days that it names, the filters with them, and what to say of that.

    ``otherwise`` is what to say where the documents of those days do not answer, and all were searched.
    """

    question: str
    filters: Filters
    notices: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()


def narrowed(snapshot: Snapshot, asked: str, filters: Filters) -> Narrowed:
    """The search that a question asks for by naming days; days that are set win.

    Where no document was published in those days, or says when it was, all are searched.
    """
    found = None if filters.since or filters.until else dates.narrowing(asked, dates.today())
    if found is None:
        return Narrowed(asked, filters)
    within = replace(filters, since=found.since, until=found.until, undated=found.undated)
    passages = within.scope(snapshot).passages
    rest = found.rest if subject_words(found.rest, DEFAULT_LANGUAGE) else asked
    if found.undated and passages == filters.scope(snapshot).passages:
        return Narrowed(asked, filters)
    if not passages:
        notice = f"No document is known to be published {found.days} (“{found.words}”): all were searched."
        return Narrowed(rest, filters, (notice,))
    if found.undated:
        notice = f"Documents published before {found.first_day} were not searched (“{found.words}”)."
    else:
        notice = f"Only documents published {found.days} were searched (“{found.words}”). {UNDO}"
    otherwise = f"No document published {found.days} answers this (“{found.words}”): all were searched."
    return Narrowed(rest, within, (notice,), (otherwise,))


def told_of_latest(asked: str, filters: Filters, answer: Answer) -> tuple[str, ...]:
    """What to say where a question asks for the latest of something and no days narrow it: how old the answer is."""
    found = LATEST.search(asked)
    if found is None or answer.abstained or filters.since or filters.until:
        return ()
    days = sorted({one.passage.published[:10] for one in answer.citations if one.passage.published})
    if not days:
        published = "The documents cited do not say when they were published"
    elif len(days) == 1:
        published = f"What is cited was published on {days[0]}"
    else:
        published = f"What is cited was published from {days[0]} to {days[-1]}"
    return (f"{published} (“{' '.join(found[0].split())}”); {NOT_NEWEST_FIRST}",)
