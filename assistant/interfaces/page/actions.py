"""What can be done to the corpus from the page: an action calls the assistant, as a command does, and tells its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Event
from typing import TYPE_CHECKING

from assistant.corpus.addresses import is_web_address
from assistant.corpus.online import FeedReport
from assistant.errors import CitewellError
from assistant.interfaces.page.phrases import count
from assistant.interfaces.page.tray import Again, Ended, Outcome
from assistant.interfaces.page.uploads import Upload, add_uploads
from assistant.types import ProgressListener, SyncReport

if TYPE_CHECKING:
    from assistant.assistant import Assistant

NO_ADDRESS = "Give a whole address, such as https://example.org/news."
ENDS = ("added", "updated", "unchanged", "removed", "failed", "stopped")
PARTLY = "Not read in it: "


@dataclass(frozen=True, slots=True)
class CorpusAction:
    """Something that takes a while: ``work`` does it and tells how it ended; ``items`` are the files it is about.

    ``again`` is offered where it fails altogether.
    """

    title: str
    work: Callable[[ProgressListener, Event], Ended]
    items: tuple[Outcome, ...] = ()
    again: Again | None = None


def add_files(assistant: Assistant, uploads: Sequence[Upload], *, replacing: bool) -> CorpusAction:
    """Add what a browser sent."""

    def work(tell: ProgressListener, stop: Event) -> Ended:
        outcomes = add_uploads(assistant, uploads, replacing, tell, stop)
        return Ended(_in_numbers(outcomes), tuple(outcomes))

    items = tuple(Outcome(upload.name, "waiting") for upload in uploads)
    return CorpusAction(f"Adding {count(len(uploads), 'file')}", work, items)


def add_page(assistant: Assistant, address: str) -> CorpusAction:
    """Add a web page, or see whether it changed."""

    def work(tell: ProgressListener, stop: Event) -> Ended:
        _refuse_unless_web(address)
        report = assistant.add([address], progress=tell, stop=stop)
        return Ended(*_changes(report, added_alone=True), again=again if report.failed else None)

    again = Again("page", address)
    return CorpusAction(f"Adding {address}", work, again=again)


def follow(assistant: Assistant, address: str) -> CorpusAction:
    """Follow a feed, and take in its articles."""

    def work(tell: ProgressListener, stop: Event) -> Ended:
        _refuse_unless_web(address)
        return _read(assistant.add_feed(address, progress=tell, stop=stop), Again("refresh", address))

    return CorpusAction(f"Following {address}", work, again=Again("feed", address))


def refresh(assistant: Assistant, address: str) -> CorpusAction:
    """Read one feed at once, or with ``""`` all that are due."""

    def work(tell: ProgressListener, stop: Event) -> Ended:
        return _read(assistant.refresh_feeds(address or None, progress=tell, stop=stop), again)

    again = Again("refresh", address)
    return CorpusAction(f"Refreshing {address or 'the feeds'}", work, again=again)


def forget(assistant: Assistant, address: str) -> CorpusAction:
    """Follow a feed no more."""

    def work(_: ProgressListener, __: Event) -> Ended:
        assistant.remove_feed(address)
        return Ended(f"{address} is followed no more; its articles stay", again=Again("feed", address, "Undo"))

    return CorpusAction(f"Removing {address}", work)


def remove(assistant: Assistant, source: str) -> CorpusAction:
    """Take a document out, so that it can be put back."""

    def work(tell: ProgressListener, _: Event) -> Ended:
        report = assistant.remove(source, progress=tell)
        return Ended(f"Removed {source}", _waiting(report, "removed"), again=Again("undo", source, "Undo"))

    return CorpusAction(f"Removing {source}", work)


def restore(assistant: Assistant, source: str) -> CorpusAction:
    """Put a document back that was removed."""

    def work(tell: ProgressListener, _: Event) -> Ended:
        report = assistant.restore(source, progress=tell)
        return Ended(f"{source} is back", _waiting(report))

    return CorpusAction(f"Putting {source} back", work)


def read_again(assistant: Assistant) -> CorpusAction:
    """Read those files again that could not be read."""
    return _sync("Reading again", lambda tell, stop: assistant.sync(progress=tell, retry=True, stop=stop))


def bring_up_to_date(assistant: Assistant) -> CorpusAction:
    """Make the index equal to the corpus."""
    return _sync("Bringing the index up to date", lambda tell, stop: assistant.sync(progress=tell, stop=stop))


def rebuild(assistant: Assistant) -> CorpusAction:
    """Make the index anew; what it was answers meanwhile."""
    return _sync("Rebuilding the index", lambda tell, stop: assistant.sync(progress=tell, rebuild=True, stop=stop))


def _sync(title: str, sync: Callable[[ProgressListener, Event], SyncReport]) -> CorpusAction:
    def work(tell: ProgressListener, stop: Event) -> Ended:
        told, outcomes = _changes(sync(tell, stop))
        return Ended(f"{title}: {told}" if outcomes else f"{title}: done, nothing else changed", outcomes)

    return CorpusAction(title, work)


def _changes(report: SyncReport, *, added_alone: bool = False) -> tuple[str, tuple[Outcome, ...]]:
    """What a sync changed, in numbers and one by one; what it left as it was only where that is all there is."""
    partial = {one.source: PARTLY + one.reason for one in report.partial}
    outcomes = [Outcome(source, "added", partial.get(source, "")) for source in report.added]
    outcomes += [Outcome(source, "updated", partial.get(source, "")) for source in report.updated]
    outcomes += [Outcome(source, "removed") for source in report.removed]
    outcomes += [*_waiting(report), *(Outcome(one.source, "failed", one.reason) for one in report.failed)]
    told = _in_numbers(outcomes) if outcomes else "Already there, and not changed"
    return (told, tuple(outcomes)) if outcomes or added_alone else ("", ())


def _waiting(report: SyncReport, state: str = "added") -> tuple[Outcome, ...]:
    """What is done in the corpus, and waits for another process before it is in the index."""
    return tuple(Outcome(one.source, state, one.reason) for one in report.waiting)


def _read(report: FeedReport, again: Again) -> Ended:
    """What reading feeds brought."""
    failed = [one for feed in report.feeds for one in feed.failed]
    outcomes = [Outcome(one.source, "failed", one.reason) for one in failed]
    told, changed = _changes(replace(report.sync, failed=[]))
    notes = {one.source: one.reason for feed in report.feeds for one in feed.notes}
    changed = tuple(replace(one, reason=notes.get(one.name, one.reason)) for one in changed)
    came = told or "Nothing new"
    waiting = sum(feed.waiting for feed in report.feeds)
    later = f"; {count(waiting, 'article')} yet to come" if waiting else ""
    return Ended(f"{came}{later}", (*outcomes, *changed), again if failed else None)


def _in_numbers(outcomes: Sequence[Outcome]) -> str:
    """The outcomes in numbers, as in ``2 added, 1 failed``."""
    counts = Counter(one.state for one in outcomes)
    return ", ".join(f"{counts[state]:,} {state}" for state in ENDS if counts[state]) or "Nothing was sent"


def _refuse_unless_web(address: str) -> None:
    """Refuse what is no web address, above all paths of this machine, which a visitor has no business to name."""
    if not is_web_address(address):
        raise CitewellError(NO_ADDRESS)
