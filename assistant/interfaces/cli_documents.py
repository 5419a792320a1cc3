"""The commands about documents: ``citewell list``, ``remove``, ``restore`` and ``timeline``."""

from __future__ import annotations

from typing import Annotated

import typer

from assistant.interfaces.options import CorpusOption, IndexOption, JsonOption, opened

STATES = "ready, being taken in, partly read, not read"


def list_documents(
    search: Annotated[str, typer.Option(metavar="WORDS", help="Only those that have these words in a name.")] = "",
    kind: Annotated[str, typer.Option(metavar="KIND", help="Only those of this kind: PDF, Word, Web page...")] = "",
    publisher: Annotated[str, typer.Option(metavar="NAME", help="Only those of this publisher.")] = "",
    state: Annotated[str, typer.Option(metavar="STATE", help=f"Only those in this state: {STATES}.")] = "",
    sort: Annotated[
        str, typer.Option(metavar="COLUMN", help="source, title, kind, publisher, date, passages, added or state.")
    ] = "source",
    reverse: Annotated[bool, typer.Option("--reverse", help="The last first.")] = False,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """List the documents in the index."""
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import show_documents
    from assistant.interfaces.listing import COLUMNS, Listing
    from assistant.interfaces.listing import STATES as KNOWN_STATES

    column = next((name for name in COLUMNS if name == sort), None)
    if column is None:
        raise typer.BadParameter(f"Sort by one of: {', '.join(COLUMNS)}.", param_hint="--sort")
    if state and state not in KNOWN_STATES:
        raise typer.BadParameter(f"The states are: {STATES}.", param_hint="--state")
    with opened(corpus, index) as assistant:
        records = assistant.documents()
    found = Listing(search, kind, publisher, state, column, reverse).of(records)
    if as_json:
        print_json(found)
    else:
        show_documents(found, is_empty=not records)


def remove_document(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The document's name, as citewell list shows it.")],
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Take a document out of the corpus and the index; its file is kept, and citewell restore puts it back."""
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import progress_bar, show_notices, show_report

    with opened(corpus, index) as assistant, progress_bar(quiet=as_json) as progress:
        report = assistant.remove(source, progress=progress)
        kept_in = assistant.settings.state_dir / "removed"
    print_json(report) if as_json else show_report(report)
    show_notices(() if as_json else (f"The file of {source} is kept in {kept_in}.",))


def restore_document(
    source: Annotated[
        str | None, typer.Argument(metavar="[SOURCE]", help="The document's name; none lists what can be restored.")
    ] = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Put a removed document back and index it, or list those that can be put back."""
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import progress_bar, show_removed, show_report

    with opened(corpus, index) as assistant, progress_bar(quiet=as_json) as progress:
        if source is None:
            removed = assistant.removed()
            print_json(removed) if as_json else show_removed(removed)
            return
        report = assistant.restore(source, progress=progress)
    print_json(report) if as_json else show_report(report)
