"""``citewell compare``: what several documents, publishers, periods or speakers say to one question."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from assistant.interfaces.options import (
    CorpusOption,
    IndexOption,
    JsonOption,
    SinceOption,
    UntilOption,
    only_one,
    opened,
)

Several = list[str] | None


def compare_sides(
    question: Annotated[list[str], typer.Argument(metavar="QUESTION", help='As in "What does the toll cost?".')],
    source: Annotated[
        Several, typer.Option(metavar="NAME", help="A document or folder; give two or more, to compare these.")
    ] = None,
    publisher: Annotated[Several, typer.Option(metavar="NAME", help="A publisher; two or more.")] = None,
    period: Annotated[
        Several, typer.Option(metavar="DATES", help="2024, 2024-05 or 2024-05-31..2025; two or more.")
    ] = None,
    speaker: Annotated[Several, typer.Option(metavar="NAME", help="Somebody who is quoted; one or more.")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV, for spreadsheets.")] = False,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Show side by side what sources say to a question: what they dispute, agree on, or tell alone, each cited.

    What is compared are the documents, publishers, periods or speakers of which two or more are named; where none are,
    the publishers that write most about it, else the documents.
    """
    from assistant.interfaces.as_csv import compared_csv
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import waiting
    from assistant.interfaces.console_news import show_compared

    form = only_one({"--csv": as_csv, "--json": as_json})
    with opened(corpus, index) as assistant, waiting("Reading your documents", quiet=form is not None):
        found = assistant.compare(
            " ".join(question),
            source=source,
            publisher=publisher,
            period=period,
            speaker=speaker,
            since=since,
            until=until,
        )
    if as_json:
        print_json(dataclasses.asdict(found) | {"silent": found.silent, "in_words": found.in_words})
    elif as_csv:
        typer.echo(compared_csv(found), nl=False)
    else:
        show_compared(found)
