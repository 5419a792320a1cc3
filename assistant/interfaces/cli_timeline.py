"""``citewell timeline``: when what happened around a subject, or how many documents there are by date."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.interfaces.options import (
    CorpusOption,
    IndexOption,
    JsonOption,
    PublisherOption,
    SinceOption,
    SourceOption,
    UntilOption,
    only_one,
    opened,
)

if TYPE_CHECKING:
    from assistant.assistant import Assistant


def show_timeline(
    subject: Annotated[
        list[str] | None, typer.Argument(metavar="SUBJECT", help='As in "peace talks"; none: count the documents.')
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    publisher: PublisherOption = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the events as CSV, for spreadsheets.")] = False,
    as_calendar: Annotated[bool, typer.Option("--ics", help="Print them as a calendar (iCalendar).")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print them as Markdown, with sources.")] = False,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Show when what happened around a subject, each sentence cited; without one, count the documents by date.

    "Last Tuesday" and the like are resolved against the day on which a document was published. Days, documents and
    publishers narrow what is read. Without a subject, documents are counted by date of publication and by publisher.
    """
    form = only_one({"--csv": as_csv, "--ics": as_calendar, "--markdown": as_markdown, "--json": as_json})
    if not subject:
        if form not in (None, "--json"):
            raise typer.BadParameter("name a subject")
        with opened(corpus, index) as assistant:
            _count(assistant, as_json=as_json)
        return
    from assistant.interfaces.as_calendar import events_calendar
    from assistant.interfaces.as_csv import events_csv
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.as_markdown import events_markdown
    from assistant.interfaces.console import waiting
    from assistant.interfaces.console_news import show_events

    with opened(corpus, index) as assistant, waiting("Reading your documents", quiet=form is not None):
        found = assistant.timeline(" ".join(subject), since=since, until=until, source=source, publisher=publisher)
    if form is None:
        show_events(found)
    elif form == "--json":
        print_json(dataclasses.asdict(found) | {"in_words": found.in_words})
    else:
        written = {"--csv": events_csv, "--ics": events_calendar, "--markdown": events_markdown}[form](found)
        typer.echo(written, nl=False)


def _count(assistant: Assistant, *, as_json: bool) -> None:
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import show_counts
    from assistant.interfaces.publication_counts import publication_counts

    counted = publication_counts(assistant.documents())
    print_json(counted) if as_json else show_counts(counted)
