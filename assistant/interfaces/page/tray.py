"""The tray: how what was begun is getting on, how it ended, and what can be done about that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from assistant.interfaces.page.phrases import count
from assistant.interfaces.page.templates import render
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

    action: str
    named: str = ""
    label: str = "Try again"


@dataclass(frozen=True, slots=True)
class Ended:
    """How something ended: in a line, then one by one; ``again`` is what can be done about it."""

    title: str
    outcomes: tuple[Outcome, ...] = ()
    again: Again | None = None


def render_running(title: str, step: SyncProgress | None, items: Sequence[Outcome] = ()) -> Markup:
    """HTML of what is under way: how far it is, and the files it is about, each with a bar of its own."""
    if step is None:
        return render("tray.running", title=title, source="", done=0, documents="", bar=None, **_listed(items))
    done, total = (step.bytes_done, step.bytes_total) if step.bytes_total else (step.done, step.total)
    documents, bar = count(step.total, "document"), (done, max(total, 1))
    return render(
        "tray.running",
        title=title,
        source=step.source,
        done=step.done,
        documents=documents,
        bar=bar,
        **_listed(items),
    )


def render_ended(ended: Ended) -> Markup:
    """HTML of how something ended, with the button that does something about it."""
    failed = any(one.state in _BADLY for one in ended.outcomes)
    return render("tray.ended", title=ended.title, again=ended.again, failed=failed, **_listed(ended.outcomes))


def advanced(items: Sequence[Outcome], before: SyncProgress | None, step: SyncProgress) -> tuple[Outcome, ...]:
    """The files of a job after a step, which tells of one that is being read, or has been."""
    state = "read" if step.done > (before.done if before else 0) else "reading"
    return tuple(replace(one, state=state) if one.name == step.source else one for one in items)


def _listed(items: Sequence[Outcome]) -> dict[str, Any]:
    """Those to show one by one, and how many more there are."""
    shown = items
    if len(items) > SHOWN:  # what went wrong, or is under way, is what people look for
        shown = sorted(items, key=lambda one: (one.state not in (*_BADLY, "reading"), one.state == "read"))[:SHOWN]
    return {"items": shown, "more": len(items) - len(shown)}
