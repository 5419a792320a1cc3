"""The commands ``citewell user add``, ``list``, ``remove``, ``password`` and ``groups``: who may log in to the page."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import SettingsError
from assistant.interfaces.options import JsonOption, opened_conversations, opened_watches, settings_with
from assistant.interfaces.shell import CitewellCommand, CitewellGroup

if TYPE_CHECKING:
    from assistant.access.collections import Collections
    from assistant.users import Users

users = typer.Typer(
    cls=CitewellGroup, no_args_is_help=True, help="Who may log in to the page; CITEWELL_USERS names their file."
)
command = partial(users.command, cls=CitewellCommand)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The user's name; small and large letters are one.")]
PasswordOption = Annotated[
    bool, typer.Option("--password-stdin", help="Take the password from the input, one line, instead of asking.")
]


@command("add")
def add_user(name: NameArgument, from_input: PasswordOption = False) -> None:
    """Let someone log in to the page."""
    people = _users()
    typer.echo(f"Added {people.add(name, _password(from_input))}.")


@command("list")
def list_users(as_json: JsonOption = False) -> None:
    """List the users."""
    from assistant.interfaces.as_json import print_json

    names = _users().names()
    if as_json:
        print_json(names)
        return
    for name in names:
        typer.echo(name)
    if not names:
        typer.echo("There are no users. Add one with: citewell user add NAME", err=True)


@command("remove")
def remove_user(
    name: NameArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Let someone log in no more, and delete their conversations and watched questions for good."""
    people = _users()
    if not yes:
        typer.confirm(f"Remove {name} and all their conversations?", abort=True)
    with opened_conversations() as kept, opened_watches() as watched:
        removed = people.remove(name)
        _collections().forget(removed)
        deleted = kept.forget(removed)
        watched.forget(removed)
    typer.echo(f"Removed {removed} and {deleted:,} {'conversation' if deleted == 1 else 'conversations'}.")


@command("password")
def change_password(name: NameArgument, from_input: PasswordOption = False) -> None:
    """Give a user another password; whoever is logged in with the old one has to log in anew."""
    people = _users()
    typer.echo(f"Changed the password of {people.change_password(name, _password(from_input))}.")


@command("groups")
def set_groups(
    name: NameArgument,
    groups: Annotated[
        list[str] | None, typer.Argument(metavar="[GROUP]...", help="All of the user's groups; none for no group.")
    ] = None,
) -> None:
    """Put a user into groups, in place of those before; citewell collection grant lets group:NAME read documents."""
    people = _users()
    named = people.set_groups(name, groups or ())
    typer.echo(f"{name} is in {', '.join(named) or 'no group'}.")


def _collections() -> Collections:
    from assistant.access.collections import Collections, collections_file

    return Collections(collections_file(settings_with().state_dir))


def _users() -> Users:
    from assistant.users import Users

    path = settings_with().users
    if path is None:
        raise SettingsError(
            "No file of users is named. Name one, for example CITEWELL_USERS=/etc/citewell/users.json, here and where "
            "the page is served."
        )
    return Users(path)


def _password(from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password
