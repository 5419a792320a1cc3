"""A process that reads files for another: ``python -m assistant.reading.worker``, spoken to in pickles by pipe.

It ends when the other end of the pipe does, also in the middle of a file. What a reader prints goes to standard error.
"""

from __future__ import annotations

import logging
import os
import pickle
import sys
import warnings
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from assistant.errors import CitewellError
from assistant.reading.files import FileRead, FileToRead, read_file


def main() -> None:
    """Say None once, then answer each `FileToRead` with its `FileRead` or with the error that ends the whole sync."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _quieten()
    import_module("py3langid.langid")  # before memory is limited: where numpy finds too little, it fails in its own way
    asked: SimpleQueue[FileToRead] = SimpleQueue()
    Thread(target=_listen, args=(asked,), daemon=True).start()
    answer: FileRead | CitewellError | None = None  # the first says that this process has started
    while True:
        pickle.dump(answer, answers)
        answers.flush()
        answer = _answer(asked.get())


def _listen(asked: SimpleQueue[FileToRead]) -> None:
    try:
        while True:
            asked.put(pickle.load(sys.stdin.buffer))
    finally:
        os._exit(0)  # nobody waits for an answer any more


def _quieten() -> None:
    """Let what libraries mutter about a file's oddities go by; our own warnings are told."""
    warnings.simplefilter("ignore")
    logging.basicConfig(level=logging.CRITICAL, format="%(message)s")
    logging.getLogger("assistant").setLevel(logging.WARNING)


def _limit_memory(megabytes: int) -> None:
    """Let this process, and those it starts, take so much more memory than it has now, where the system can tell."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (size + megabytes * 1_000_000, hard))


def _answer(file: FileToRead) -> FileRead | CitewellError:
    _limit_memory(file.options.limits.memory_megabytes)
    try:
        return read_file(file)
    except CitewellError as error:
        return error


if __name__ == "__main__":
    main()
