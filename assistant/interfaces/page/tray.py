"""The tray: how what was begun is getting on, how it ended, and what can be done about that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.interfaces.page.markup import count, plain
from assistant.types import SyncProgress

SHOWN = 100
"""Outcomes that are listed one by one."""
_BADLY = ("failed", "stopped")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one thing that is added, and why, wholly or in part.

    While it is under way it is ``waiting``, ``reading`` or ``read``; then ``added``, ``updated``, ``unchanged``,
    ``removed``, ``failed`` or ``stopped``.
    """

    name: str
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """A button that begins something about a document or an address: what it does, to what, and what it says."""

    deed: str
    named: str = ""
    label: str = "Try again"


@dataclass(frozen=True, slots=True)
class Ended:
    """How something ended: in a line, then one by one; ``again`` is what can be done about it."""

    title: str
    outcomes: tuple[Outcome, ...] = ()
    again: Again | None = None


def render_running(title: str, step: SyncProgress | None, items: Sequence[Outcome] = ()) -> str:
    """HTML of what is under way: how far it is, and the files it is about, each with a bar of its own."""
    told, bar = "", '<progress aria-label="Progress"></progress>'
    if step is not None:
        done, total = (step.bytes_done, step.bytes_total) if step.bytes_total else (step.done, step.total)
        of = f"{step.done:,} of {count(step.total, 'document')}: {plain(step.source)}"
        told = f'<p class="job-step" dir="auto">{of}</p>'
        bar = f'<progress aria-label="Progress" value="{done}" max="{max(total, 1)}"></progress>'
    return (
        f'<section class="job running" aria-label="Under way"><div class="job-head">'
        f'<h3 class="job-title" dir="auto">{plain(title)}<span class="dots"></span></h3>'
        f'<button type="button" data-do="stop">Cancel</button></div>{bar}{told}{_render_items(items)}</section>'
    )


def render_ended(ended: Ended) -> str:
    """HTML of how something ended, with the button that does something about it."""
    button = ""
    if ended.again is not None:
        again = ended.again
        button = (
            f'<button type="button" data-do="{again.deed}" data-named="{plain(again.named)}">{again.label}</button>'
        )
    elif any(one.state in _BADLY for one in ended.outcomes):  # the browser has the files, and sends them anew
        button = '<button type="button" data-do="resend" hidden>Try again</button>'
    return (
        f'<section class="job" aria-label="Done"><div class="job-head">'
        f'<h3 class="job-title" dir="auto">{plain(ended.title)}</h3>{button}'
        f'<button type="button" data-do="close" aria-label="Close">×</button></div>'
        f"{_render_items(ended.outcomes)}</section>"
    )


def advanced(items: Sequence[Outcome], before: SyncProgress | None, step: SyncProgress) -> tuple[Outcome, ...]:
    """The files of a job after a step, which tells of one that is being read, or has been."""
    state = "read" if step.done > (before.done if before else 0) else "reading"
    return tuple(replace(one, state=state) if one.name == step.source else one for one in items)


def _render_items(items: Sequence[Outcome]) -> str:
    if not items:
        return ""
    shown = items
    if len(items) > SHOWN:  # what went wrong, or is under way, is what people look for
        shown = sorted(items, key=lambda one: (one.state not in (*_BADLY, "reading"), one.state == "read"))[:SHOWN]
    rows = "".join(map(_render_item, shown))
    more = f'<li class="more">{len(items) - SHOWN:,} more</li>' if len(items) > SHOWN else ""
    return f'<ul class="outcomes" tabindex="0" aria-label="One by one">{rows}{more}</ul>'


def _render_item(outcome: Outcome) -> str:
    bars = {"waiting": ' value="0"', "reading": "", "read": ' value="1"'}
    bar = reason = ""
    if outcome.state in bars:
        bar = f'<progress aria-label="{plain(outcome.name)}"{bars[outcome.state]}></progress>'
    if outcome.reason:
        reason = f'<p dir="auto">{plain(outcome.reason)}</p>'
    return (
        f'<li class="{outcome.state}"><b dir="auto">{plain(outcome.name)}</b> '
        f'<span class="state">{outcome.state}</span>{bar}{reason}</li>'
    )
