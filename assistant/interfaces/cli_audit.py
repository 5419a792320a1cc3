"""The command ``citewell audit``: who did what, as the audit log has it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.interfaces.options import JsonOption, audit

if TYPE_CHECKING:
    from assistant.audit import AuditEntry

SHOWN_DAYS = 7


def list_audit(
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Of this day (UTC) and later: 2026-05-31. By default, a week.")
    ] = None,
    user: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of this user alone, of token:NAME, or of system:NAME.")
    ] = None,
    action: Annotated[
        str | None, typer.Option(metavar="ACTION", help="Only this, such as removed, signed-in or granted.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List who added, removed, granted, exported, signed in and more: when, from where, to what, and what came of it.

    Questions are in it only where CITEWELL_AUDIT_QUESTIONS says so.
    """
    from assistant.interfaces.as_json import print_json

    found = _found(_first_day(since), user, _checked(action))
    if as_json:
        print_json(found)
    elif found:
        _show(found)
    else:
        typer.echo("Nothing of that was noted.", err=True)


def _first_day(since: str | None) -> str:
    try:
        day = date.fromisoformat(since) if since else datetime.now(UTC).date() - timedelta(days=SHOWN_DAYS)
    except ValueError as error:
        raise typer.BadParameter(f"{since!r} is no day, such as 2026-05-31") from error
    return day.isoformat()


def _checked(action: str | None) -> str | None:
    from assistant.audit import ACTIONS

    if action is not None and action not in ACTIONS:
        raise typer.BadParameter(f"{action!r} is none of {', '.join(ACTIONS)}")
    return action


def _found(first: str, user: str | None, action: str | None) -> list[AuditEntry]:
    """What was noted on a day and later, of all users and actions or of one."""
    from assistant.users import folded_name

    who = None if user is None else folded_name(user)
    return [
        entry
        for entry in audit().log.entries()
        if entry.at >= first and action in (None, entry.action) and who in (None, folded_name(entry.who))
    ]


def _show(found: list[AuditEntry]) -> None:
    from rich.table import Table
    from rich.text import Text

    from assistant.interfaces.console import output
    from assistant.interfaces.wording import one_line

    table = Table("When (UTC)", "Who", "Way", "Action", "On", "Detail", "Outcome", box=None, pad_edge=False)
    for one in found:
        cells = (one.at[:19].replace("T", " "), one.who or "-", one.way, one.action, one.on, one.detail, one.outcome)
        table.add_row(*(Text(one_line(cell), overflow="fold") for cell in cells))
    output().print(table)
