"""What several commands share: the options that every one of them knows, and the assistant that these open."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.errors import CitewellError

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.audit import Audit
    from assistant.conversations.store import Conversations
    from assistant.settings import Settings
    from assistant.watches.watch_store import Watches

CorpusOption = Annotated[
    Path | None,
    typer.Option("--corpus", metavar="DIR", help="The folder of documents. By default ./corpus, where there is one."),
]
IndexOption = Annotated[
    Path | None,
    typer.Option("--index", metavar="DIR", help="The folder of the index. Each corpus has its own by default."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
SinceOption = Annotated[
    str | None, typer.Option(metavar="DATE", help="Only documents published on this day or later: 2024-05-31.")
]
UntilOption = Annotated[
    str | None, typer.Option(metavar="DATE", help="Only documents published on this day or before.")
]
SourceOption = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Only this document, or this folder of the corpus; give it again for more."),
]
PublisherOption = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Only documents of this publisher; give it again for more."),
]

ADVISED = re.compile(r"citewell (?:add PATH|list|restore|sync(?: --rebuild)?)\b")
"""The commands that errors advise, and that work on a corpus."""


@contextmanager
def opened(corpus: Path | None, index: Path | None, **options: Any) -> Iterator[Assistant]:
    """The assistant over the corpus and the index that were named; commands that errors advise name them too."""
    from assistant.assembly import open_assistant

    try:
        with open_assistant(settings_with(corpus_dir=corpus, index_dir=index, **options)) as assistant:
            yield assistant
    except CitewellError as error:
        advice = with_folders(str(error), corpus, index)
        if advice == str(error):
            raise
        raise type(error)(advice) from error


def audit() -> Audit:
    """The audit log, in which what is done here is noted."""
    from assistant.audit import audit_of

    return audit_of(settings_with())


@contextmanager
def opened_conversations() -> Iterator[Conversations]:
    """The conversations of all owners, without the assistant."""
    from assistant.conversations.store import Conversations

    kept = Conversations(settings_with().state_dir)
    try:
        yield kept
    finally:
        kept.close()


@contextmanager
def opened_watches() -> Iterator[Watches]:
    """The watched questions of all owners, without the assistant."""
    from assistant.watches.watch_store import Watches

    kept = Watches(settings_with().state_dir)
    try:
        yield kept
    finally:
        kept.close()


def with_folders(message: str, corpus: Path | None, index: Path | None) -> str:
    """The message with the folders in each command that works on them: it is to be typed as it stands."""
    folders = [("--corpus", corpus), ("--index", index)]
    options = [word for name, folder in folders if folder for word in (name, str(folder))]
    return ADVISED.sub(lambda found: f"{found[0]} {shlex.join(options)}", message) if options else message


def only_one(given: Mapping[str, bool]) -> str | None:
    """The one option that was given, of those that exclude each other; None where none was.

    Raises:
        typer.BadParameter: several were given.
    """
    named = [option for option, is_given in given.items() if is_given]
    if len(named) > 1:
        *others, last = given
        raise typer.BadParameter(f"give only one of {', '.join(others)} and {last}")
    return named[0] if named else None


def settings_with(**given: Any) -> Settings:
    """The settings, with those options that were given."""
    from assistant.settings import Settings

    return Settings(**{name: value for name, value in given.items() if value is not None})
