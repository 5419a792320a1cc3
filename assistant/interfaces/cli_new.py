"""``citewell new``: which stories came or went on, and what each adds."""

from __future__ import annotations

import dataclasses
from typing import Annotated

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


def show_new(
    subject: Annotated[
        list[str] | None, typer.Argument(metavar="SUBJECT", help='As in "peace talks"; none: all that is new.')
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    publisher: PublisherOption = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the stories as CSV, for spreadsheets.")] = False,
    as_atom: Annotated[bool, typer.Option("--atom", help="Print them as an Atom feed, for feed readers.")] = False,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Show what is new: the stories of some days, what each adds to what was known, and what it contradicts.

    Articles that tell one story are grouped, and copies are counted once. Without --since, the week up to the newest
    article counts. Every sentence is cited.
    """
    from assistant.answering.filters import filters_of
    from assistant.interfaces.as_atom import news_feed, news_id
    from assistant.interfaces.as_csv import news_csv
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import waiting
    from assistant.interfaces.console_news import show_stories

    form = only_one({"--csv": as_csv, "--atom": as_atom, "--json": as_json})
    with opened(corpus, index) as assistant, waiting("Reading your documents", quiet=form is not None):
        place = assistant.settings.corpus_dir
        found = assistant.whats_new(
            " ".join(subject or ()), since=since, until=until, source=source, publisher=publisher
        )
    if as_json:
        print_json(dataclasses.asdict(found) | {"in_words": found.in_words})
    elif as_csv:
        typer.echo(news_csv(found), nl=False)
    elif as_atom:
        filters = filters_of(since, until, source, publisher)
        typer.echo(news_feed(found, news_id(place, found.subject, filters)), nl=False)
    else:
        show_stories(found)
