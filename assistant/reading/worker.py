"""A process that reads files for another: ``python -m assistant.reading.worker``, spoken to in pickles by pipe.

With the argument DRAWS it only draws pages, and is smaller.
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
from assistant.reading.page_drawing import PageDrawn, PageToDraw, draw

DRAWS = "draws"
Task = FileToRead | PageToDraw
Done = FileRead | PageDrawn | CitewellError


def main() -> None:
    """Say None once, then answer each task: a file as read (or the error that ends the sync), a page as drawn."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _quieten()
    if DRAWS not in sys.argv:  # before memory is limited: where numpy finds too little, it fails in its own way
        import_module("py3langid.langid")
    asked: SimpleQueue[Task] = SimpleQueue()
    Thread(target=_listen, args=(asked,), daemon=True).start()
    answer: Done | None = None  # the first says that this process has started
    while True:
        pickle.dump(answer, answers)
        answers.flush()
        answer = _answer(asked.get())


def _listen(asked: SimpleQueue[Task]) -> None:
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


def _answer(task: Task) -> Done:
    _limit_memory(task.options.limits.memory_megabytes)
    try:
        return draw(task) if isinstance(task, PageToDraw) else read_file(task)
    except CitewellError as error:
        return error


if __name__ == "__main__":
    main()
