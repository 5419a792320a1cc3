"""A question that names days of publication is asked of the documents of those days, and is told so."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.answering import dates
from assistant.answering.retrieval import Filters
from assistant.indexing import Snapshot
from assistant.indexing.terms import subject_words
from assistant.types import DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A question without the days that it names, the filters with them, and what to say of that."""

    question: str
    filters: Filters
    notices: tuple[str, ...] = ()


def narrowed(snapshot: Snapshot, asked: str, filters: Filters) -> Narrowed:
    """The search that a question asks for by naming days; days that are set win.

    Where no document was published in those days, or says when it was, all are searched.
    """
    found = None if filters.since or filters.until else dates.narrowing(asked, dates.today())
    if found is None:
        return Narrowed(asked, filters)
    within = replace(filters, since=found.since, until=found.until)
    if snapshot.scope(within.since, within.until, within.source).passages:
        undo = "To search all of them, ask without these words."
        notice = f"Only documents published {found.days} were searched (“{found.words}”). {undo}"
        return Narrowed(found.rest if subject_words(found.rest, DEFAULT_LANGUAGE) else asked, within, (notice,))
    notice = f"No document is known to be published {found.days} (“{found.words}”): all were searched."
    return Narrowed(asked, filters, (notice,))
