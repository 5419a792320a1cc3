"""``citewell overview``: what the documents are about."""

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
    opened,
)


def show_overview(
    subject: Annotated[
        list[str] | None, typer.Argument(metavar="SUBJECT", help='As in "energy prices"; none: all that is there.')
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    publisher: PublisherOption = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Show what the documents are about, or what they say about a subject: the subjects, and who is named most.

    Each comes with its number of documents and with the sentence that tells best what or who it is, cited.
    """
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import waiting
    from assistant.interfaces.console_news import show_subjects

    with opened(corpus, index) as assistant, waiting("Reading your documents", quiet=as_json):
        found = assistant.overview(
            " ".join(subject or ()), since=since, until=until, source=source, publisher=publisher
        )
    if as_json:
        print_json(dataclasses.asdict(found) | {"in_words": found.in_words})
    else:
        show_subjects(found)
