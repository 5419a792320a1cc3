"""The commands ``citewell user``: who may log in to the page with a password, and who came by single sign-on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import SettingsError, UserError
from assistant.interfaces.options import JsonOption, audit, opened_conversations, opened_watches, settings_with
from assistant.interfaces.shell import CitewellCommand, CitewellGroup

if TYPE_CHECKING:
    from assistant.access.collections import Collections
    from assistant.users import SignedOn, Users

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
    with _opened_signed_on() as others:
        _refuse_known(others, name)
    added = people.add(name, _password(from_input))
    audit().note("user-added", added)
    typer.echo(f"Added {added}.")


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


@command("signed-on")
def list_signed_on(as_json: JsonOption = False) -> None:
    """List those who came by single sign-on: who named them, with which groups, and when they were seen last."""
    from rich.table import Table
    from rich.text import Text

    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import output
    from assistant.interfaces.wording import one_line

    with _opened_signed_on() as others:
        known = others.known()
    if as_json:
        print_json(known)
        return
    if not known:
        typer.echo("Nobody has come by single sign-on.", err=True)
        return
    table = Table("Name", "Named by", "As", "Groups", "First seen", "Last seen", box=None, pad_edge=False)
    for one in known:
        cells = (one.name, one.vouched_by, one.subject, ", ".join(one.groups), one.first_seen_at, one.last_seen_at)
        table.add_row(*(Text(one_line(cell), overflow="fold") for cell in cells))
    output().print(table)


@command("remove")
def remove_user(
    name: NameArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Let someone log in no more, and delete their conversations and watched questions for good.

    Whoever came by single sign-on comes in again, as somebody new, for as long as the provider or the proxy lets them.
    """
    from assistant.users import folded_name

    people = _users()
    if not yes:
        typer.confirm(f"Remove {name} and all their conversations?", abort=True)
    with opened_conversations() as kept, opened_watches() as watched, _opened_signed_on() as others:
        has_password = folded_name(name) in people.names()
        removed = people.remove(name) if has_password else others.remove(name)
        _collections().forget(removed)
        deleted = kept.forget(removed)
        watched.forget(removed)
    audit().note("user-removed", removed)
    typer.echo(f"Removed {removed} and {deleted:,} {'conversation' if deleted == 1 else 'conversations'}.")


@command("password")
def change_password(name: NameArgument, from_input: PasswordOption = False) -> None:
    """Give a user another password; whoever is logged in with the old one has to log in anew."""
    people = _users()
    changed = people.change_password(name, _password(from_input))
    audit().note("password-changed", changed)
    typer.echo(f"Changed the password of {changed}.")


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
    audit().note("groups-set", name, ", ".join(named))
    typer.echo(f"{name} is in {', '.join(named) or 'no group'}.")


def _collections() -> Collections:
    from assistant.access.collections import Collections, collections_file

    return Collections(collections_file(settings_with().state_dir))


@contextmanager
def _opened_signed_on() -> Iterator[SignedOn]:
    from assistant.users import SignedOn

    others = SignedOn(settings_with().state_dir)
    try:
        yield others
    finally:
        others.close()


def _refuse_known(others: SignedOn, name: str) -> None:
    from assistant.users import folded_name

    kept = folded_name(name)
    if others.mark(kept):
        raise UserError(
            f"{kept} came by single sign-on. Remove them first, with what they asked: citewell user remove {kept}"
        )


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
