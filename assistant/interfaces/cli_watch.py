"""The commands ``citewell watch ...``: questions that are asked again, and whose answers may change."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.conversations.values import LOCAL_OWNER
from assistant.interfaces.options import (
    CorpusOption,
    IndexOption,
    JsonOption,
    PublisherOption,
    SinceOption,
    SourceOption,
    UntilOption,
    opened,
    settings_with,
)
from assistant.interfaces.shell import EXIT_ERROR, CitewellCommand, CitewellGroup

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assistant.watches.watch_store import Watches
    from assistant.watches.watch_values import Watch

watches = typer.Typer(
    cls=CitewellGroup,
    no_args_is_help=True,
    help="Questions that are asked again after each refresh, and their changes.",
)
command = partial(watches.command, cls=CitewellCommand)

NumberArgument = Annotated[int, typer.Argument(metavar="NUMBER", help="As citewell watch list shows it.")]


@command("add")
def add_watch(
    question: Annotated[list[str], typer.Argument(metavar="QUESTION", help="The question, in your own words.")],
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    publisher: PublisherOption = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Watch a question, and show the answer it has now, which later ones are compared with.

    It is asked again by citewell watch check, and while the page runs whenever the index has changed.
    """
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import show_answer, show_notices, waiting

    with opened(corpus, index) as assistant, waiting("Searching your documents", quiet=as_json):
        added = assistant.add_watch(" ".join(question), since=since, until=until, source=source, publisher=publisher)
    if as_json:
        print_json(added)
    elif added.after:
        show_answer(added.after.answer)
        show_notices((f"Watched as number {added.number}.",))


@command("list")
def list_watches(as_json: JsonOption = False, corpus: CorpusOption = None) -> None:
    """List the watched questions: when each was asked, when its answer changed, and what could not be done."""
    from assistant.interfaces.as_json import print_json

    with _kept(corpus) as kept:
        listed = kept.all(LOCAL_OWNER)
    if as_json:
        print_json(listed)
    else:
        _show(listed)


@command("remove")
def remove_watch(number: NumberArgument, corpus: CorpusOption = None) -> None:
    """Watch a question no more; its answers are deleted with it."""
    with _kept(corpus) as kept:
        kept.remove(LOCAL_OWNER, number)


@command("check")
def check_watches(as_json: JsonOption = False, corpus: CorpusOption = None, index: IndexOption = None) -> None:
    """Ask every watched question now, and show which answers changed: old and new side by side, each sentence cited.

    Exits with 1 when a question could not be asked.
    """
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import waiting
    from assistant.interfaces.console_watches import show_checks

    with opened(corpus, index) as assistant, waiting("Searching your documents", quiet=as_json):
        checks = assistant.check_watches(owner=LOCAL_OWNER)
        watched = assistant.watches.all(LOCAL_OWNER)
    if as_json:
        print_json(checks)
    else:
        show_checks(checks, watched)
    if any(one.problem for one in checks):
        raise typer.Exit(EXIT_ERROR)


@command("show")
def show_watch(number: NumberArgument, as_json: JsonOption = False, corpus: CorpusOption = None) -> None:
    """Show how the answer to a watched question changed: each answer with its day, the newest first."""
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console_watches import show_history

    with _kept(corpus) as kept:
        history = kept.open(LOCAL_OWNER, number)
    if as_json:
        print_json(history)
    else:
        show_history(history)


@command("feed")
def print_feed(corpus: CorpusOption = None) -> None:
    """Print the changes of all watched questions as an Atom feed, which feed readers can follow."""
    from assistant.interfaces.as_atom import SHOWN_IN_FEED, changes_feed

    with _kept(corpus) as kept:
        feed = changes_feed(kept.changes(LOCAL_OWNER, SHOWN_IN_FEED), kept.feed_id(LOCAL_OWNER))
    typer.echo(feed, nl=False)


def _kept(corpus: Path | None) -> closing[Watches]:
    """The questions watched over a corpus, without the assistant."""
    from assistant.watches.watch_store import Watches

    settings = settings_with(corpus_dir=corpus)
    return closing(Watches(settings.state_dir, corpus=settings.corpus_dir))


def _show(listed: Sequence[Watch]) -> None:
    from rich.table import Column, Table
    from rich.text import Text

    from assistant.interfaces.console import messages, output, show_notices
    from assistant.interfaces.console_watches import NONE_WATCHED, moment
    from assistant.interfaces.wording import one_line

    if not listed:
        messages().print(NONE_WATCHED)
        return
    number = Column("Number", justify="right")
    table = Table(number, "Question", "Only in", "Asked", "Changed", "Problem", box=None, pad_edge=False)
    for one in listed:
        changed = moment(one.changed_at) if one.changed_at else "never"
        cells = (str(one.number), one.question, str(one.filters), moment(one.asked_at), changed, one.problem)
        table.add_row(*(Text(one_line(cell), overflow="fold") for cell in cells))
    output().print(table)
    show_notices(f"Number {one.number}, by {untold.source}: {untold.reason}" for one in listed for untold in one.untold)
