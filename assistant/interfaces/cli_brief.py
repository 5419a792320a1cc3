"""``citewell brief``: a briefing on a subject, on the terminal or as a file."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
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
    audit,
    opened,
)


def show_briefing(
    subject: Annotated[list[str], typer.Argument(metavar="SUBJECT", help='As in "NATO expansion".')],
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    publisher: PublisherOption = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write it there: FILE.md, FILE.html or FILE.docx.")
    ] = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Write a briefing on a subject: what it is about, the latest, who says what, what happened when, what is disputed.

    Every line is a quote with its source. Questions that the documents do not answer are named.
    """
    from assistant.atomic_files import AS_USUAL, fill_whole
    from assistant.errors import StorageError
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.briefing_files import WRITERS
    from assistant.interfaces.console import waiting
    from assistant.interfaces.console_news import show_brief

    if to is not None and as_json:
        raise typer.BadParameter("give only one of --to and --json")
    if to is not None and to.suffix[1:].lower() not in WRITERS:
        raise typer.BadParameter(f"a briefing is written to a file that ends in .{', .'.join(WRITERS)}")
    with opened(corpus, index) as assistant, waiting("Reading your documents", quiet=as_json):
        found = assistant.brief(" ".join(subject), since=since, until=until, source=source, publisher=publisher)
    if as_json:
        print_json(dataclasses.asdict(found) | {"in_words": found.in_words})
    elif to is not None:
        written = WRITERS[to.suffix[1:].lower()](found)
        try:
            fill_whole(to, lambda file: file.write(written), os.replace, AS_USUAL)
        except OSError as error:
            raise StorageError(f"{to} cannot be written: {error.strerror or error}.") from error
        audit().note("exported", "briefing", to.suffix[1:].lower())
        typer.echo(f"{found.in_words} Written to {to}")
    else:
        show_brief(found)
