"""What the commands about feeds, sites and mailboxes share: how each fares is shown, and what a refresh brought."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from assistant.interfaces.shell import EXIT_ERROR

if TYPE_CHECKING:
    from assistant.corpus.feeds import FeedRefresh, FeedState
    from assistant.corpus.online import FeedReport
    from assistant.types import Failure, SyncReport


def show_refresh(
    refresh: Callable[[], FeedReport], followed: Callable[[], Sequence[FeedState]], none: str, *, as_json: bool
) -> None:
    """Refresh, show what that brought, and exit with an error where anything failed; ``none`` says how to begin."""
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import show_notices, show_report, waiting

    with waiting("Reading what is new", quiet=as_json):
        report = refresh()
    if as_json:
        print_json(report)
    else:
        show_refreshed(report.feeds)
        show_report(report.sync)
        show_notices(() if followed() else (none,))
    exit_if_failed((), report.feeds, report.sync)


def show_refreshed(feeds: Iterable[FeedRefresh]) -> None:
    """Show what a refresh brought, one by one."""
    from assistant.interfaces.console import output, show_failures, show_notices
    from assistant.interfaces.wording import one_line

    for feed in feeds:
        said = "left alone for now" if feed.skipped else f"{len(feed.written):,} new or changed"
        waits = f", {feed.waiting:,} more at the next refresh" if feed.waiting else ""
        output().print(one_line(f"{feed.title}: {said}{waits}."))
        show_notices(f"{note.source}: {note.reason}" for note in feed.notes)
        show_failures(feed.failed)


def exit_if_failed(pages: Sequence[Failure], feeds: Iterable[FeedRefresh], sync: SyncReport) -> None:
    """Exit with an error where anything failed."""
    if pages or sync.failed or any(feed.failed for feed in feeds):
        raise typer.Exit(EXIT_ERROR)


def show_states(kind: str, states: Sequence[FeedState], none: str, *, as_json: bool) -> None:
    """Show what is followed, and how each fares; ``none`` says how to begin."""
    from rich.table import Table
    from rich.text import Text

    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import messages, output
    from assistant.interfaces.wording import one_line

    if as_json:
        print_json(states)
        return
    if not states:
        messages().print(none)
        return
    table = Table(kind, "Address", "Refreshed", "Waiting", "Problem", box=None, pad_edge=False)
    for state in states:
        moment = datetime.fromtimestamp(state.refreshed_at, UTC) if state.refreshed_at else None
        refreshed = f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"
        cells = (state.title, state.address, refreshed, str(state.waiting), state.problem)
        table.add_row(*(Text(one_line(cell), overflow="fold") for cell in cells))
    output().print(table)
