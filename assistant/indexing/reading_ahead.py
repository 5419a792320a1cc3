"""Files are read while others are embedded: a few ahead, in order, and in processes of their own if there is much."""

from __future__ import annotations

import hashlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self, TypeVar

from assistant.errors import CitewellError, ReadError
from assistant.reading import is_isolated
from assistant.reading.files import FileRead, FileToRead, content_of, read_file
from assistant.reading.limits import SETTING_PREFIX
from assistant.reading.worker import Done, Task

ENOUGH_FOR_PROCESSES = 2_000_000
"""Bytes that take longer to read than processes take to start."""
MOST_PROCESSES = 4
"""Each takes some 150 MB, most of it for telling languages."""
RENEWED_AFTER = 16_000_000
"""A process that has read a file of so many bytes is ended: it would keep the memory that this took."""
FILES_AHEAD = 32
BYTES_AHEAD = 32_000_000
"""So much is read ahead at most, or one larger file."""

Read = Callable[[FileToRead], FileRead]
Result = TypeVar("Result")

_NOT_READ = FileRead(
    "",
    reason="No process could be started to read the file in, and files of this format are not read without one. "
    "Free memory, and sync again.",
)


def read_ahead(
    files: Iterable[FileToRead], total_bytes: int, work: Callable[[FileToRead, FileRead], Result]
) -> Generator[Result]:
    """What ``work`` makes of each file and what was read from it, in order, some files ahead of who takes it.

    A file whose reader ends its process costs that file alone, when it is read in a process of its own: that are all
    files if there is much to read, and else those of formats that make readers stumble.

    Raises:
        what ``work`` and `read_file` raise.
    """
    much = total_bytes >= ENOUGH_FOR_PROCESSES

    def read(file: FileToRead) -> FileRead:
        return processes.read(file) if much or is_isolated(file.source) else read_file(file)

    with ReadingProcesses(min(_processors(), MOST_PROCESSES) if much else 1) as processes:
        yield from _in_order(files, lambda file: work(file, read(file)), processes.count)


def _in_order(files: Iterable[FileToRead], work: Callable[[FileToRead], Result], at_once: int) -> Generator[Result]:
    pool = ThreadPoolExecutor(at_once, "citewell-read")
    waiting: deque[tuple[int, Future[Result]]] = deque()
    ahead = 0
    try:
        for file in files:
            while waiting and (len(waiting) >= FILES_AHEAD or ahead + file.size > BYTES_AHEAD):
                size, result = waiting.popleft()
                yield result.result()
                ahead -= size
            waiting.append((file.size, pool.submit(work, file)))
            ahead += file.size
        while waiting:
            yield waiting.popleft()[1].result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def ahead(items: Iterator[Result]) -> Generator[Result]:
    """The items, each made in another thread while the one before is in use.

    Raises:
        what making them raises.
    """
    with ThreadPoolExecutor(1, "citewell-ahead") as thread:
        coming = thread.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = thread.submit(next, items, None)
            yield item


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class ReadingProcesses:
    """Some processes that read files. Each is started when it is first needed, and again when it has ended.

    They are not made by `multiprocessing`, which would run the caller's main script again in each.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._workers = [Worker() for _ in range(count)]
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.close()

    def read(self, file: FileToRead) -> FileRead:
        """What is in the file, as `read_file` tells it; waits for a process that is free. For any thread."""
        worker = self._idle.get()
        try:
            return worker.read(file)
        finally:
            self._idle.put(worker)


class ProcessLost(Exception):
    """A process ended at what it was given, or was ended because that took too long."""

    def __init__(self, *, timed_out: bool) -> None:
        super().__init__(timed_out)
        self.timed_out = timed_out


class Worker:
    """One process that reads files, used by one thread at a time. Where none can be started, the thread reads."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._usable = True

    def read(self, file: FileToRead) -> FileRead:
        """What is in the file, as `read_file` tells it."""
        try:
            answer = self.answer_to(file)
        except ProcessLost as lost:
            return self._lost(file, timed_out=lost.timed_out)
        if file.size >= RENEWED_AFTER:
            with self._lock:
                self._end()
        if answer is None:
            return _NOT_READ if is_isolated(file.source) else read_file(file)
        if isinstance(answer, CitewellError):
            raise answer
        assert isinstance(answer, FileRead)
        return answer

    def answer_to(self, task: Task) -> Done | None:
        """What the process makes of a task; None where no process can be started.

        Raises:
            ProcessLost: the process ended; the next task starts another.
        """
        process = self._running()
        if process is None:
            return None
        is_late = threading.Event()
        limit = threading.Timer(task.options.limits.seconds, _kill_late, [process, is_late])
        limit.start()
        try:
            assert process.stdin
            pickle.dump(task, process.stdin)
            process.stdin.flush()
            answer: Done = _answer_of(process)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            with self._lock:
                self._end()
            raise ProcessLost(timed_out=is_late.is_set()) from error
        finally:
            limit.cancel()
        return answer

    def close(self) -> None:
        """End the process, whatever it is doing."""
        with self._lock:
            self._usable = False
            self._end()

    def _running(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._process is None and self._usable:
                try:
                    self._process = _start(*self._arguments)
                    _answer_of(self._process)
                except (OSError, EOFError, pickle.UnpicklingError):
                    self._usable = False
                    self._end()
            return self._process

    def _lost(self, file: FileToRead, *, timed_out: bool) -> FileRead:
        limits = file.options.limits
        reason = (
            f"Reading the file took longer than {limits.seconds} s. Convert or split it, or raise "
            f"{SETTING_PREFIX}SECONDS and sync again."
            if timed_out
            else "The reader ended its process at this file: it is damaged, or needs more than "
            f"{limits.memory_megabytes:,} MB of memory ({SETTING_PREFIX}MEMORY_MEGABYTES). Convert or remove it; "
            "to try it again: citewell sync --verify"
        )
        try:
            return FileRead(hashlib.sha256(content_of(file)).hexdigest(), reason=reason)
        except ReadError as error:
            return FileRead("", reason=str(error))

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            _kill(process)
            process.wait()
            for pipe in filter(None, (process.stdin, process.stdout)):
                with suppress(OSError):  # what was still to be sent has nobody to go to
                    pipe.close()


def _kill_late(process: subprocess.Popen[bytes], is_late: threading.Event) -> None:
    is_late.set()  # first, since whoever waits for the process looks as soon as it is dead
    _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and those it started, which are its group."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


def _start(*arguments: str) -> subprocess.Popen[bytes]:
    """A process that imports from where this one does, and not from the current folder, which may be anybody's."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "assistant.reading.worker", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path),
            "OPENBLAS_NUM_THREADS": "1",  # each takes memory, and telling languages needs no more
        },
        start_new_session=True,  # Ctrl-C is for the sync, which ends its processes itself
    )


def _answer_of(process: subprocess.Popen[bytes]) -> Any:
    assert process.stdout
    return pickle.load(process.stdout)
