"""What a search is narrowed to: days of publication, documents or folders, publishers; set by hand or by the question.

A question that names days of publication is asked of the documents of those days, and is told so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import PurePosixPath

from assistant.errors import CorpusError, QuestionError
from assistant.indexing import Snapshot
from assistant.text.english import days
from assistant.text.terms import subject_words
from assistant.types import DEFAULT_LANGUAGE, Filters, Names

UNDO = "To search all of them, ask without these words."
SUGGESTED = 3
SHOWN = 200
"""How many characters of an unknown name are told and compared with the known ones."""
LIKENESS = 0.6
"""How alike two names must be (difflib's ratio) for one to be suggested for the other."""


def filters_of(
    since: str | None = None, until: str | None = None, source: Names | None = None, publisher: Names | None = None
) -> Filters:
    """The filters that people name: one source or publisher, or several.

    Raises:
        QuestionError: a day is not of the form 2024-05-31, or the first lies after the last.
    """
    for name, day in (("since", since), ("until", until)):
        if day and not _is_day(day):
            raise QuestionError(f"{name} must be a day such as 2024-05-31, not {day!r}.")
    if since and until and since > until:
        raise QuestionError(f"since ({since}) lies after until ({until}); exchange them.")
    return Filters(names_of(source), names_of(publisher), since or None, until or None)


def names_of(names: Names | None) -> tuple[str, ...]:
    """The names that people give, one or several: each once, empty ones left out."""
    return tuple(dict.fromkeys(filter(None, [names] if isinstance(names, str) else names or ())))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class NarrowedQuestion:
    """A question without the days that it names, the filters with them, and what to say of that.

    ``otherwise`` is what to say where the documents of those days do not answer, and all were searched.
    """

    question: str
    filters: Filters
    notices: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether no days narrow it."""
        return not (self.filters.since or self.filters.until)


def narrowed(snapshot: Snapshot, asked: str, filters: Filters) -> NarrowedQuestion:
    """The search that a question asks for by naming days; days that are set win.

    Where no document was published in those days, or says when it was, all are searched.
    """
    found = None if filters.since or filters.until else days.named_days(asked, days.today())
    if found is None:
        return NarrowedQuestion(asked, filters)
    within = replace(filters, since=found.since, until=found.until, undated=found.undated)
    passages = snapshot.scope(within).passages
    rest = found.rest if subject_words(found.rest, DEFAULT_LANGUAGE) else asked
    if found.undated and passages == snapshot.scope(filters).passages:
        return NarrowedQuestion(asked, filters)
    if not passages:
        notice = f"No document is known to be published {found.days} (“{found.words}”): all were searched."
        return NarrowedQuestion(rest, filters, (notice,))
    if found.undated:
        notice = f"Documents published before {found.first_day} were not searched (“{found.words}”)."
    else:
        notice = f"Only documents published {found.days} were searched (“{found.words}”). {UNDO}"
    otherwise = f"No document published {found.days} answers this (“{found.words}”): all were searched."
    return NarrowedQuestion(rest, within, (notice,), (otherwise,))


def check_filters(filters: Filters, snapshot: Snapshot) -> None:
    """Make sure that the documents, folders and publishers that are named are in the index.

    Raises:
        CorpusError: one is not; the names most like it are suggested.
    """
    for source in snapshot.absent(filters.sources):
        check_source(source, [record.source for record in snapshot.records()])
    if filters.publishers:
        check_publishers(filters.publishers, snapshot.publishers())


def check_source(source: str, sources: Sequence[str]) -> None:
    """Make sure that ``source`` is one of the sources, or a folder that holds one.

    Raises:
        CorpusError: it is not; the names most like it are suggested.
    """
    folder = source.rstrip("/") + "/"
    if any(known == source or known.startswith(folder) for known in sources):
        return
    shown = _shown(source)
    raise CorpusError(
        f"There is no document or folder {shown!r} in the index.{_suggestion(_most_alike(shown, sources))} "
        "See the names with: citewell list"
    )


def check_publishers(publishers: Sequence[str], known: Sequence[str]) -> None:
    """Make sure that each of ``publishers`` is one of the known ones, letter by letter.

    Raises:
        CorpusError: one is not; the names most like it are suggested.
    """
    called = {name.casefold(): name for name in known}
    for publisher in publishers:
        if publisher not in known:
            shown = _shown(publisher)
            like = get_close_matches(shown.casefold(), called, SUGGESTED, LIKENESS)
            raise CorpusError(
                f"No document in the index is published by {shown!r}.{_suggestion([called[name] for name in like])} "
                "See the publishers with: citewell list"
            )


def _shown(name: str) -> str:
    return name if len(name) <= SHOWN else f"{name[:SHOWN]}..."


def _suggestion(names: Sequence[str]) -> str:
    return f" Did you mean {' or '.join(names)}?" if names else ""


def _most_alike(source: str, sources: Sequence[str]) -> list[str]:
    """Sources and folders whose path or last name holds ``source``, or is most like it, their endings aside."""
    paths = [PurePosixPath(known) for known in sources]
    paths += dict.fromkeys(folder for path in paths for folder in path.parents if folder.name)
    called: dict[str, str] = {}
    for path in paths:
        for name in (str(path), path.name, path.stem):
            called.setdefault(name.casefold(), str(path))
    wanted = source.rstrip("/").casefold()
    alike = get_close_matches(wanted, called, 2 * SUGGESTED, LIKENESS) + [name for name in called if wanted in name]
    return list(dict.fromkeys(called[name] for name in alike))[:SUGGESTED]
