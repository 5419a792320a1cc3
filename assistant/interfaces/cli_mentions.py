"""``citewell mentions``: every document that mentions something."""

from __future__ import annotations

import dataclasses
import sys
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
    from assistant.types import Mentions


def list_mentions(
    query: Annotated[
        list[str],
        typer.Argument(metavar="WORDS", help='A name or a phrase; AND, NOT, NEAR/5 between several, "..." as written.'),
    ],
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="SPELLING", help="A spelling that does not count; give it again for more."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="How many documents to show at once.")] = 20,
    first: Annotated[int, typer.Option(min=1, metavar="N", help="Show them from this one on.")] = 1,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    publisher: PublisherOption = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print all of them as CSV, for spreadsheets.")] = False,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Find every document that mentions something: counted, the newest first, each with its first sentence.

    A name is found in every spelling that the documents have, and each is told with its count. With --json and --csv,
    all of them are printed, however many.
    """
    from assistant.interfaces.as_csv import mentions_csv
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import show_mentions, waiting

    form = only_one({"--csv": as_csv, "--json": as_json})
    with opened(corpus, index) as assistant, waiting("Searching your documents", quiet=form is not None):
        found = assistant.mentions(
            " ".join(query),
            since=since,
            until=until,
            source=source,
            publisher=publisher,
            without=without or (),
            first=first,
            limit=sys.maxsize if form else limit,
        )
    if as_json:
        print_json(_with_words(found))
    elif as_csv:
        typer.echo(mentions_csv(found), nl=False)
    else:
        show_mentions(found)


def _with_words(found: Mentions) -> dict[str, object]:
    return dataclasses.asdict(found) | {"in_words": found.in_words}
