"""What whoever began something is told of how it goes: nothing of documents that they may not read."""

from __future__ import annotations

from dataclasses import replace

from assistant.corpus import CorpusFolder
from assistant.rights import Rights
from assistant.types import Failure, ProgressListener, SyncProgress, SyncReport


def report_for(rights: Rights, report: SyncReport) -> SyncReport:
    """What a sync did, as far as the asker may know of it."""
    if rights.reads_all:
        return report

    def named(sources: list[str]) -> list[str]:
        return [source for source in sources if rights.may_read(source)]

    def told(failures: list[Failure]) -> list[Failure]:
        return [one for one in failures if rights.may_read(one.source)]

    return SyncReport(
        added=named(report.added),
        updated=named(report.updated),
        unchanged=named(report.unchanged),
        removed=named(report.removed),
        failed=told(report.failed),
        partial=told(report.partial),
        waiting=told(report.waiting),
    )


def progress_for(rights: Rights, shelf: CorpusFolder, tell: ProgressListener | None) -> ProgressListener | None:
    """What tells the asker how far a sync is: in the number of documents that they may read, and of no other names."""
    if tell is None or rights.reads_all:
        return tell
    readable = len(list(shelf.files()))

    def told(step: SyncProgress) -> None:
        done = readable * step.done // max(step.total, 1)
        source = step.source if rights.may_read(step.source) else ""
        tell(replace(step, done=done, total=readable, source=source, bytes_done=0, bytes_total=0))

    return told
