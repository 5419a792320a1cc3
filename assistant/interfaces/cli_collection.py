"""The commands ``citewell collection list``, ``add``, ``describe``, ``grant`` and ``revoke``: who may read what."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.interfaces.options import JsonOption, audit, settings_with
from assistant.interfaces.shell import CitewellCommand, CitewellGroup

if TYPE_CHECKING:
    from assistant.access.collections import Collection, Collections
    from assistant.audit import Action

collections = typer.Typer(
    cls=CitewellGroup,
    no_args_is_help=True,
    help="Who may read and change which top folder of the corpus, on a page with users. Others are everyone's.",
)
command = partial(collections.command, cls=CitewellCommand)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The name of a folder directly in the corpus.")]
WhoArgument = Annotated[
    list[str], typer.Argument(metavar="WHO", help="A user's name, a group as group:NAME, or everyone; or several.")
]
DescriptionArgument = Annotated[str, typer.Argument(metavar="TEXT", help="What is in it, on one line.")]


@command("list")
def list_collections(as_json: JsonOption = False) -> None:
    """List the collections of which anything is set."""
    from assistant.interfaces.as_json import print_json

    known = _collections().all()
    if as_json:
        print_json(known)
        return
    for one in known:
        typer.echo(_told(one))
    if not known:
        typer.echo("Everyone may read and change everything. Set a folder with: citewell collection add NAME", err=True)


@command("add")
def add_collection(
    name: NameArgument,
    description: Annotated[str, typer.Option(metavar="TEXT", help="What is in it, on one line.")] = "",
) -> None:
    """Close a folder of the corpus to all users of the page, until you let some in with grant.

    Whoever uses the command line may read and change everything.
    """
    added = _collections().add(name, description)
    audit().note("collection-added", added.name)
    typer.echo(f"{_told(added)}\nLet somebody read it with: citewell collection grant {added.name} WHO")


@command("describe")
def describe_collection(name: NameArgument, text: DescriptionArgument) -> None:
    """Say what is in a collection."""
    described = _collections().describe(name, text)
    audit().note("collection-described", described.name)
    typer.echo(_told(described))


@command("grant")
def grant_access(
    name: NameArgument,
    who: WhoArgument,
    write: Annotated[bool, typer.Option("--write", help="Let them add, replace and remove documents, too.")] = False,
) -> None:
    """Let somebody read a collection."""
    kept = _collections()
    changed = [_noted("granted", kept.grant(name, one, write=write), one, "to write" if write else "") for one in who]
    typer.echo(_told(changed[-1]))


@command("revoke")
def revoke_access(
    name: NameArgument,
    who: WhoArgument,
    write: Annotated[bool, typer.Option("--write", help="They may still read it, and no longer change it.")] = False,
) -> None:
    """Let somebody read a collection no more; what they asked before is withheld from them, too."""
    kept = _collections()
    changed = [
        _noted("revoked", kept.revoke(name, one, write_alone=write), one, "to write" if write else "") for one in who
    ]
    typer.echo(_told(changed[-1]))


def _collections() -> Collections:
    from assistant.access.collections import Collections, collections_file

    return Collections(collections_file(settings_with().state_dir))


def _noted(action: Action, changed: Collection, who: str, lets: str) -> Collection:
    """A collection that was changed, once that is noted."""
    audit().note(action, changed.name, f"{who} {lets}".strip())
    return changed


def _told(one: Collection) -> str:
    """A collection on two lines, or three where it is described."""
    readers, writers = (", ".join(names) or "nobody" for names in (one.readers, one.writers))
    lines = [one.name, *([f"  {one.description}"] if one.description else []), f"  read: {readers}; change: {writers}"]
    return "\n".join(lines)
