"""Work that takes a while, one after another in a thread of its own, and how each is getting on.

Jobs are kept in memory alone: they end with the server. What was begun is not lost, as the corpus is the truth: the
next sync takes in what lies there.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Condition, Event, Thread

from assistant.access.asked_for import report_for
from assistant.assistant import FROM_THE_WEB
from assistant.corpus.online import FeedReport, WebReport
from assistant.errors import CitewellError, CorpusError, LimitError, Stopped, unexpected
from assistant.http_values import Job, JobKind, JobProblem, JobState
from assistant.rights import Rights
from assistant.types import ProgressListener, SyncProgress, SyncReport

MOST_WAITING = 100
MOST_KEPT = 500
"""Beyond as many, the job that ended first is forgotten."""
WAIT_SECONDS = 5.0
"""How long the server waits at its end for the job under way."""
RETRY_SECONDS = 30

Report = SyncReport | FeedReport | WebReport
Work = Callable[[ProgressListener, Event], Report]
"""What a job does: it tells its progress, and ends early once the event is set."""


@dataclass(slots=True)
class _OwnedJob:
    """A job with its owner, and what ends it early."""

    owner: str
    job: Job
    stop: Event = field(default_factory=Event)


class BackgroundJobs:
    """The jobs of all who ask. Another's job and one that is not there are the same: a `CorpusError`."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._jobs: dict[str, _OwnedJob] = {}
        self._waiting: deque[tuple[str, Work]] = deque()
        self._stop = Event()
        self._thread: Thread | None = None

    def begin(self, kind: JobKind, owner: str, work: Work) -> Job:
        """A new job, which runs once those before it have ended.

        Raises:
            LimitError: too many wait.
        """
        job = Job(secrets.token_hex(16), kind, "waiting", _now())
        with self._changed:
            if len(self._waiting) >= MOST_WAITING:
                raise LimitError(f"{MOST_WAITING} jobs wait already. Try again when some have ended.", RETRY_SECONDS)
            self._jobs[job.id] = _OwnedJob(owner, job)
            self._waiting.append((job.id, work))
            self._forget()
            if self._thread is None:
                self._thread = Thread(target=self._run, name="citewell-jobs", daemon=True)
                self._thread.start()
            self._changed.notify()
        return job

    def find(self, owner: str, id: str) -> Job:
        """A job as it is now.

        Raises:
            CorpusError: the owner has none of that id.
        """
        with self._changed:
            return self._of(owner, id).job

    def end(self, owner: str, id: str) -> Job:
        """Let a job end early, as soon as it can; returns it as it is now, and raises what `find` does."""
        with self._changed:
            found = self._of(owner, id)
            found.stop.set()
            return found.job

    def all(self, owner: str) -> list[Job]:
        """An owner's jobs, the newest first."""
        with self._changed:
            return [kept.job for kept in reversed(self._jobs.values()) if kept.owner == owner]

    def stop(self) -> None:
        """End, as soon as the job under way allows."""
        with self._changed:
            self._stop.set()
            for kept in self._jobs.values():
                kept.stop.set()
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(WAIT_SECONDS)

    def _of(self, owner: str, id: str) -> _OwnedJob:
        found = self._jobs.get(id)
        if found is None or found.owner != owner:
            raise CorpusError(f"There is no job {id[:100]!r}. The last {MOST_KEPT} are kept, until the server ends.")
        return found

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._stop.is_set())
                if self._stop.is_set():
                    return
                id, work = self._waiting.popleft()
            self._change(id, state="under way")
            self._do(id, work)

    def _do(self, id: str, work: Work) -> None:
        def tell(progress: SyncProgress) -> None:
            self._change(id, progress=progress)

        stop = self._jobs[id].stop
        try:
            report = work(tell, stop)
        except CitewellError as error:
            state: JobState = "stopped" if isinstance(error, Stopped) else "failed"
            self._change(id, state=state, ended_at=_now(), problem=JobProblem(type(error).__name__, str(error)))
        except Exception as error:  # one job that nobody thought of costs that job
            self._change(id, state="failed", ended_at=_now(), problem=JobProblem("CitewellError", unexpected(error)))
        else:
            is_stopped = stop.is_set() and not self._stop.is_set()
            self._change(id, state="stopped" if is_stopped else "done", ended_at=_now(), **_told(report))

    def _change(self, id: str, **values: object) -> None:
        with self._changed:
            kept = self._jobs[id]
            kept.job = replace(kept.job, **values)  # type: ignore[arg-type]

    def _forget(self) -> None:
        ended = [id for id, kept in self._jobs.items() if kept.job.ended_at]
        for id in ended[: max(len(self._jobs) - MOST_KEPT, 0)]:
            del self._jobs[id]


def job_for(rights: Rights, job: Job) -> Job:
    """A job as far as its asker may know of it, whose rights may be less than when it was begun.

    What could not be added is named as it was sent.
    """
    if rights.reads_all:
        return job
    told = job
    if job.sync:
        known = report_for(rights, job.sync)
        told = replace(told, sync=replace(known, failed=job.sync.failed) if job.kind == "add" else known)
    if job.progress and not rights.may_read(job.progress.source):
        told = replace(told, progress=replace(job.progress, source=""))
    if not rights.may_read(FROM_THE_WEB):
        return replace(told, feeds=(), pages=None)
    return replace(told, feeds=tuple(one for one in told.feeds if all(map(rights.may_read, one.written))))


def _told(report: Report) -> dict[str, object]:
    """What a job's value says of a report."""
    if isinstance(report, SyncReport):
        return {"sync": report}
    pages = report.pages if isinstance(report, WebReport) else None
    return {"sync": report.sync, "feeds": report.feeds, "pages": pages}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
