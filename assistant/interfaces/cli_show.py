"""``citewell show``: a document as it was read, or a page of it as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.interfaces.options import CorpusOption, IndexOption, JsonOption, opened


def show_document(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The document's name, as citewell list shows it.")],
    page: Annotated[int | None, typer.Option(min=1, metavar="N", help="The page of a PDF that is drawn.")] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the page (the first by default) into this PNG file.")
    ] = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Print a document's text as it is in the index, or draw a page of a PDF."""
    from assistant.errors import StorageError
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.wording import printable

    if page is not None and output is None:
        raise typer.BadParameter("Name the file to draw the page into with --output.", param_hint="--page")
    with opened(corpus, index) as assistant:
        if output is None:
            document = assistant.document(source)
            print_json(document) if as_json else typer.echo(printable(document.text))
            return
        image = assistant.draw_page(source, page or 1)
    try:
        output.write_bytes(image.png)
    except OSError as error:
        raise StorageError(f"{output} cannot be written: {error.strerror or error}.") from error
    typer.echo(f"Page {image.page} of {image.pages} is in {output}.", err=True)
