"""The commands ``citewell library ...``: libraries of references, such as Zotero exports them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from assistant.interfaces.options import CorpusOption, IndexOption, JsonOption, opened
from assistant.interfaces.shell import EXIT_ERROR, CitewellCommand, CitewellGroup

libraries = typer.Typer(
    cls=CitewellGroup, no_args_is_help=True, help="Add libraries of references: Zotero and others, by their exports."
)
command = partial(libraries.command, cls=CitewellCommand)


@libraries.callback()
def library() -> None:
    """A group of commands also while it has one alone."""


@command("add")
def add_library(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A library in BibTeX, RIS or CSL-JSON.")],
    into: Annotated[
        str, typer.Option(metavar="FOLDER", help="A folder of the corpus to put it in; by default library/NAME.")
    ] = "",
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Add each entry of a library as a document, and the files that it names, with its title, authors and date.

    Done again it replaces what changed in the library, and takes nothing away. Files are only taken from the folder
    of the library: in Zotero, export it as BibTeX with "Export Files".
    """
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import progress_bar, show_report

    with opened(corpus, index) as assistant, progress_bar(quiet=as_json) as progress:
        report = assistant.add_library(file, into=into, progress=progress)
    print_json(report) if as_json else show_report(report)
    if report.failed:
        raise typer.Exit(EXIT_ERROR)
