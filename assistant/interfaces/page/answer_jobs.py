"""Answers under way: each is read in a thread of its own, so that it can be stopped whatever it waits for."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from functools import partial
from threading import Event, Lock

from assistant.errors import Stopped
from assistant.stopping import told_by
from assistant.types import Answer

LEAVING_SECONDS = 5.0
"""How long is waited for what was stopped to be shown as such."""


class AnswerJobs:
    """One answer while it grows. One event of the page shows it, and nothing of it once it is stopped."""

    def __init__(self) -> None:
        self.over = Event()
        self._stop = Event()

    @property
    def is_stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stop.is_set()

    def stop(self) -> None:
        """End it where it is."""
        self._stop.set()

    def parts(self, stream: Callable[[Event], Generator[Answer, None, None]]) -> Iterator[Answer]:
        """The answer as it grows, until it is whole or stopped; where parts come fast, not each of them.

        ``stream`` is given what is set when it is to end. Raises what it raises.
        """
        try:
            for group in told_by(partial(self._read, stream), self._stop, "citewell-answer"):
                yield group[-1]
        except Stopped:
            if not self.is_stopped:
                raise

    def _read(self, stream: Callable[[Event], Generator[Answer, None, None]], tell: Callable[[Answer], None]) -> None:
        with closing(stream(self._stop)) as parts:
            for part in parts:
                if self.is_stopped:
                    break
                tell(part)


class AllUnderWay:
    """What is being answered: one question in each browser tab."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._of_tab: dict[str, AnswerJobs] = {}

    def begin(self, tab: str) -> AnswerJobs:
        """A new one, after the one before it in the same tab has ended."""
        self.leave(tab)
        with self._lock:
            self._of_tab[tab] = AnswerJobs()
            return self._of_tab[tab]

    def stop(self, tab: str) -> AnswerJobs | None:
        """Stop what is under way in a tab, which then shows itself as stopped."""
        with self._lock:
            found = self._of_tab.get(tab)
        if found:
            found.stop()
        return found

    def leave(self, tab: str) -> None:
        """Stop what is under way in a tab, and wait until nothing more of it is shown."""
        if found := self.stop(tab):
            found.over.wait(LEAVING_SECONDS)

    def end(self, tab: str, one: AnswerJobs) -> None:
        """Let go of one that was shown to its end, or that nobody looks at any more."""
        one.stop()
        one.over.set()
        with self._lock:
            if self._of_tab.get(tab) is one:
                del self._of_tab[tab]
