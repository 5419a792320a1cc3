"""What several commands share: the options that every one of them knows, and the assistant that these open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from assistant.desk import Assistant
    from assistant.settings import Settings

CorpusOption = Annotated[
    Path | None,
    typer.Option("--corpus", metavar="DIR", help="The folder of documents. By default ./corpus, where there is one."),
]
IndexOption = Annotated[
    Path | None,
    typer.Option("--index", metavar="DIR", help="The folder of the index. Each corpus has its own by default."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@contextmanager
def opened(corpus: Path | None, index: Path | None, **options: Any) -> Iterator[Assistant]:
    """The assistant over the corpus and the index that were named."""
    from assistant.assembly import open_assistant

    with open_assistant(settings_with(corpus_dir=corpus, index_dir=index, **options)) as assistant:
        yield assistant


def settings_with(**given: Any) -> Settings:
    """The settings, with those options that were given."""
    from assistant.settings import Settings

    return Settings(**{name: value for name, value in given.items() if value is not None})
