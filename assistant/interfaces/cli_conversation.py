"""The commands ``citewell conversation ...``, and what ``citewell ask`` keeps."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.conversations.values import LOCAL_OWNER
from assistant.errors import StorageError
from assistant.interfaces.options import JsonOption, audit, opened_conversations
from assistant.interfaces.shell import CitewellCommand, CitewellGroup

if TYPE_CHECKING:
    from assistant.conversations.store import Conversations
    from assistant.conversations.values import Conversation, ConversationSummary, Exchange
    from assistant.types import History, ModelChoice

conversations = typer.Typer(
    cls=CitewellGroup, no_args_is_help=True, help="What you asked and kept: list, search, export and more."
)
command = partial(conversations.command, cls=CitewellCommand)

SHOWN_OF_ID = 8
LimitOption = Annotated[int | None, typer.Option(min=1, metavar="N", help="How many at most; by default all.")]
IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="The id, or as much of its beginning as no other conversation has.")
]
PartArgument = Annotated[
    str, typer.Argument(metavar="ID[/N]", help="The id, or its beginning; with /2 only the second question.")
]


class ExportFormat(StrEnum):
    """What ``citewell conversation export`` can write."""

    markdown = "markdown"
    json = "json"
    bibtex = "bibtex"
    csl = "csl"


@command("list")
def list_conversations(limit: LimitOption = None, as_json: JsonOption = False) -> None:
    """List your conversations, the latest first."""
    with opened_conversations() as kept:
        _show(kept.all(LOCAL_OWNER, limit), as_json=as_json)


@command("search")
def search_conversations(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="Words of a title, a question or an answer.")],
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the conversations in which all the words stand, the latest first."""
    with opened_conversations() as kept:
        _show(kept.search(LOCAL_OWNER, " ".join(words), limit), as_json=as_json)


@command("show")
def show_conversation(named: PartArgument, as_json: JsonOption = False) -> None:
    """Show a conversation: its questions, its answers and their sources."""
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import show_answer, show_question

    with opened_conversations() as kept:
        conversation = _part(kept, named)
    if as_json:
        print_json(conversation)
        return
    for exchange in conversation.exchanges:
        show_question(exchange)
        if exchange.answer is not None:
            show_answer(exchange.answer)


@command("rename")
def rename_conversation(
    named: IdArgument, title: Annotated[list[str], typer.Argument(metavar="TITLE", help="The new title.")]
) -> None:
    """Give a conversation another title."""
    with opened_conversations() as kept:
        kept.rename(LOCAL_OWNER, kept.find(LOCAL_OWNER, named), " ".join(title))


@command("delete")
def delete_conversation(named: IdArgument) -> None:
    """Delete a conversation; citewell conversation restore has it back for 30 days."""
    from assistant.interfaces.console import show_notices

    with opened_conversations() as kept:
        id = kept.find(LOCAL_OWNER, named)
        kept.delete(LOCAL_OWNER, id)
    show_notices((f"Deleted. Have it back with: citewell conversation restore {id}",))


@command("restore")
def restore_conversation(id: Annotated[str, typer.Argument(metavar="ID", help="The id, in full.")]) -> None:
    """Have back a conversation that was deleted in the last 30 days."""
    with opened_conversations() as kept:
        kept.restore(LOCAL_OWNER, id)


@command("export")
def export_conversation(
    named: PartArgument,
    form: Annotated[
        ExportFormat, typer.Option("--format", help="All of it, or what it cites as a list of references.")
    ] = ExportFormat.markdown,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to this file; else to the output.")] = None,
) -> None:
    """Write a conversation as Markdown or JSON, or the sources it cites as BibTeX or CSL-JSON."""
    from assistant.conversations.formats import export

    with opened_conversations() as kept:
        part = _part(kept, named)
        text = export(part, form.value)
    audit().note("exported", f"conversation {part.id}", form.value)
    if out is None:
        from assistant.interfaces.wording import printable

        typer.echo(printable(text), nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StorageError(f"{out} cannot be written: {error.strerror or error}.") from error


def resumed(kept: Conversations, *, latest: bool, named: str | None) -> Conversation | None:
    """The conversation to go on with: the one ``named``, or the ``latest`` one; None where there is none yet."""
    if named is not None:
        return kept.open(LOCAL_OWNER, kept.find(LOCAL_OWNER, named))
    newest = kept.all(LOCAL_OWNER, 1) if latest else []
    return kept.open(LOCAL_OWNER, newest[0].id) if newest else None


def went_before(
    earlier: Conversation | None, model: str | None, models: Sequence[ModelChoice]
) -> tuple[History, str | None]:
    """What was asked and answered so far, and the model that writes: the one named, or the conversation's."""
    if earlier is None:
        return (), model
    return earlier.history(), model or earlier.model(models)


def keep_exchange(kept: Conversations, earlier: Conversation | None, exchange: Exchange) -> dict[str, Any]:
    """Put an exchange at the end of a conversation, a new one where there is no ``earlier``; says where it is now."""
    id = (earlier or kept.create(LOCAL_OWNER)).id
    return {"conversation": id, "exchange": kept.append(LOCAL_OWNER, id, exchange)}


def tell_where_kept(kept: dict[str, Any]) -> None:
    """Say in which conversation an answer was kept, if it was."""
    from assistant.interfaces.console import show_notices

    if kept:
        id = kept["conversation"][:SHOWN_OF_ID]
        show_notices((f"Kept as {id}/{kept['exchange']}. Go on with: citewell ask --conversation {id} QUESTION",))


def _part(kept: Conversations, named: str) -> Conversation:
    """The conversation with that id, or with the exchange alone whose number is behind a slash."""
    beginning, slash, number = named.partition("/")
    conversation = kept.open(LOCAL_OWNER, kept.find(LOCAL_OWNER, beginning))
    if slash and not (number.isascii() and number.isdigit()):
        raise typer.BadParameter(f"{number!r} is not the number of a question")
    return conversation.only(int(number)) if slash else conversation


def _show(summaries: Sequence[ConversationSummary], *, as_json: bool) -> None:
    from rich.table import Column, Table
    from rich.text import Text

    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import messages, output
    from assistant.interfaces.wording import one_line

    if as_json:
        print_json(summaries)
        return
    if not summaries:
        messages().print("No conversation was found. Keep one with: citewell ask --keep QUESTION")
        return
    table = Table("Id", "Changed", Column("Questions", justify="right"), "Title", box=None, pad_edge=False)
    for summary in summaries:
        moment = f"{summary.changed_at[:16].replace('T', ' ')} UTC"
        cells = (summary.id[:SHOWN_OF_ID], moment, str(summary.exchanges), summary.title)
        table.add_row(*(Text(one_line(cell), overflow="fold") for cell in cells))
    output().print(table)
