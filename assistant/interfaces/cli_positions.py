"""``citewell positions``: who says what about a subject."""

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
    from assistant.news.views import Positions


def list_positions(
    subject: Annotated[list[str], typer.Argument(metavar="SUBJECT", help='As in "NATO expansion".')],
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    publisher: PublisherOption = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print them as CSV, for spreadsheets.")] = False,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Show who says, thinks or wants what about a subject: by speaker, the newest first, each statement cited.

    Quotations and reported speech in English documents count; what cannot be attributed plainly is left out.
    """
    from assistant.interfaces.as_csv import positions_csv
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import waiting
    from assistant.interfaces.console_news import show_positions

    form = only_one({"--csv": as_csv, "--json": as_json})
    with opened(corpus, index) as assistant, waiting("Reading your documents", quiet=form is not None):
        found = assistant.positions(" ".join(subject), since=since, until=until, source=source, publisher=publisher)
    if as_json:
        print_json(_with_words(found))
    elif as_csv:
        typer.echo(positions_csv(found), nl=False)
    else:
        show_positions(found)


def _with_words(found: Positions) -> dict[str, object]:
    return dataclasses.asdict(found) | {"in_words": found.in_words}
