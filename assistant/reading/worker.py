"""A process that reads files for another: ``python -m assistant.reading.worker``, spoken to in pickles by pipe.

It ends when the other end of the pipe does, also in the middle of a file. What a reader prints goes to standard error.
"""

from __future__ import annotations

import os
import pickle
import sys
from queue import SimpleQueue
from threading import Thread

from assistant.errors import CitewellError
from assistant.reading.files import FileRead, FileToRead, read_file


def main() -> None:
    """Say None once, then answer each `FileToRead` with its `FileRead` or with the error that ends the whole sync."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
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


def _answer(file: FileToRead) -> FileRead | CitewellError:
    try:
        return read_file(file)
    except CitewellError as error:
        return error


if __name__ == "__main__":
    main()
