"""Watched questions are asked again, one after another, and what comes of each is kept with it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from threading import Event

from assistant.errors import CitewellError
from assistant.types import Answer, Filters
from assistant.watches.telling import Channel, tell
from assistant.watches.watch_store import Watches
from assistant.watches.watch_values import Watch, WatchCheck

LOG = logging.getLogger(__name__)
Ask = Callable[[str, str, Filters], Answer]
"""Asks, for an owner, a question within filters, so that it is answered from what that owner may read."""


def check_all(
    watches: Watches,
    ask: Ask,
    channels: Sequence[Channel] = (),
    owner: str | None = None,
    stop: Event | None = None,
) -> list[WatchCheck]:
    """What comes of asking an owner's questions, or everybody's, now; those that are not asked any more are left out.

    What befalls one question is kept with it, and the next is asked. Once ``stop`` is set, no further one is. At last
    the channels are told of what changed, and of what they could not be told before.
    """
    watches.claim()
    owners = watches.owners() if owner is None else [owner]
    return _check_each(watches, {one: watches.all(one) for one in owners}, ask, channels, stop)


def check_failed(
    watches: Watches, ask: Ask, channels: Sequence[Channel] = (), stop: Event | None = None
) -> list[WatchCheck]:
    """What comes of asking everybody's questions now that could not be asked the last time; else as `check_all`."""
    watches.claim()
    failed = {owner: [one for one in watches.all(owner) if one.problem] for owner in watches.owners()}
    return _check_each(watches, failed, ask, channels, stop)


def _check_each(
    watches: Watches,
    of_owners: Mapping[str, Sequence[Watch]],
    ask: Ask,
    channels: Sequence[Channel],
    stop: Event | None,
) -> list[WatchCheck]:
    checks = []
    for owner, watch in ((owner, watch) for owner, some in of_owners.items() for watch in some):
        if stop and stop.is_set():
            break
        checks.append(_check(watches, ask, owner, watch))
    tell(watches, channels)
    return [one for one in checks if one is not None]


def _check(watches: Watches, ask: Ask, owner: str, watch: Watch) -> WatchCheck | None:
    began = watches.begin()
    try:
        answer = ask(owner, watch.question, watch.filters)
    except CitewellError as error:
        return watches.record_problem(watch, began, str(error))
    except Exception as error:  # whatever one question makes of it, the others are asked
        LOG.warning("The watched question %d could not be asked.", watch.number, exc_info=error)
        problem = f"It could not be asked ({type(error).__name__}). Please report it."
        return watches.record_problem(watch, began, problem)
    return watches.record(watch, began, answer)
