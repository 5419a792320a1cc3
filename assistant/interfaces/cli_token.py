"""The commands ``citewell token add``, ``list`` and ``revoke``: which programs may use the HTTP API."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.interfaces.options import JsonOption, audit, opened_conversations, opened_watches, settings_with
from assistant.interfaces.shell import CitewellCommand, CitewellGroup

if TYPE_CHECKING:
    from assistant.users import Tokens

tokens = typer.Typer(
    cls=CitewellGroup, no_args_is_help=True, help="Which programs may use the HTTP API, where people have to log in."
)
command = partial(tokens.command, cls=CitewellCommand)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="What the token is called.")]


@command("add")
def add_token(
    name: NameArgument,
    scope: Annotated[
        str,
        typer.Option(metavar="SCOPES", help='What it lets do: "ask" (and read), "write" (add and remove documents).'),
    ] = "ask",
    collection: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only for documents of this folder of the corpus; may be given again."),
    ] = None,
) -> None:
    """Make a token, and print it: it is kept as a hash alone, and cannot be shown again.

    With --collection it reads and changes nothing but what lies in these folders, and there no more than everyone may.
    """
    from assistant.access.collections import folder_name

    only = [folder_name(one) for one in collection] if collection else None
    with _opened() as kept:
        secret = kept.add(name, [one.strip() for one in scope.split(",") if one.strip()], only)
    audit().note("token-added", name, scope)
    typer.echo(secret)
    typer.echo(f"Keep it: it is not shown again. Take it back with: citewell token revoke {name}", err=True)
    for closed in _closed(only or ()):
        opens = f"citewell collection grant {closed} everyone"
        typer.echo(f"It reads nothing of {closed}, which not everyone may. Let everyone, with: {opens}", err=True)


@command("list")
def list_tokens(as_json: JsonOption = False) -> None:
    """List the tokens: what each lets do, when it was used last, and which were revoked."""
    from rich.table import Table
    from rich.text import Text

    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import output

    with _opened() as kept:
        known = kept.known()
    if as_json:
        print_json(known)
        return
    if not known:
        typer.echo("There are no tokens. Make one with: citewell token add NAME", err=True)
        return
    table = Table("Name", "Scopes", "Collections", "Made", "Last used", "Revoked", box=None, pad_edge=False)
    for one in known:
        only = "all" if one.collections is None else ", ".join(one.collections)
        cells = (one.name, ", ".join(one.scopes), only, one.created_at, one.used_at or "never", one.revoked_at)
        table.add_row(*(Text(cell, overflow="fold") for cell in cells))
    output().print(table)


@command("revoke")
def revoke_token(name: NameArgument) -> None:
    """Let a token do nothing any more, from its next request on, and delete its conversations and watched questions."""
    from assistant.users.access_tokens import owner_of_token

    with _opened() as kept, opened_conversations() as conversations, opened_watches() as watched:
        revoked = kept.revoke(name)
        conversations.forget(owner_of_token(revoked))
        watched.forget(owner_of_token(revoked))
    audit().note("token-revoked", revoked)
    typer.echo(f"Revoked {revoked}.")


def _closed(names: Collection[str]) -> list[str]:
    """Those of the collections that no token may read, as not everyone may."""
    from assistant.access.collections import EVERYONE, Collections, collections_file

    rights = Collections(collections_file(settings_with().state_dir)).rights(EVERYONE)
    return [name for name in names if not rights.may_read(f"{name}/")]


@contextmanager
def _opened() -> Iterator[Tokens]:
    from assistant.users import Tokens

    kept = Tokens(settings_with().state_dir)
    try:
        yield kept
    finally:
        kept.close()
