"""Answers under way: each is read in a thread of its own, so that it can be stopped whatever it waits for."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from threading import Condition, Event, Lock, Thread

from assistant.types import Answer

LEAVING_SECONDS = 5.0
"""How long is waited for what was stopped to be shown as such."""


class UnderWay:
    """One answer while it grows. One event of the page shows it, and nothing of it once it is stopped."""

    def __init__(self) -> None:
        self.over = Event()
        self._stop = Event()
        self._changed = Condition()
        self._newest: Answer | None = None
        self._is_whole = False
        self._error: Exception | None = None

    @property
    def is_stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stop.is_set()

    def stop(self) -> None:
        """End it where it is."""
        with self._changed:
            self._stop.set()
            self._newest = None
            self._changed.notify_all()

    def parts(self, stream: Callable[[Event], Generator[Answer, None, None]]) -> Iterator[Answer]:
        """The answer as it grows, until it is whole or stopped; where parts come fast, not each of them.

        ``stream`` is given what is set when it is to end. Raises what it raises.
        """
        Thread(target=self._read, args=(stream,), name="citewell-answer", daemon=True).start()
        while (part := self._next()) is not None:
            yield part
        if self._error and not self.is_stopped:
            raise self._error

    def _next(self) -> Answer | None:
        with self._changed:
            self._changed.wait_for(lambda: self._newest or self._is_whole or self.is_stopped)
            newest, self._newest = self._newest, None
            return newest

    def _read(self, stream: Callable[[Event], Generator[Answer, None, None]]) -> None:
        try:
            with closing(stream(self._stop)) as parts:
                for part in parts:
                    if not self._take(part):
                        break
        except Exception as error:  # whoever shows the answer tells it
            self._error = error
        with self._changed:
            self._is_whole = True
            self._changed.notify_all()

    def _take(self, part: Answer) -> bool:
        with self._changed:
            if self.is_stopped:
                return False
            self._newest = part
            self._changed.notify_all()
            return True


class AllUnderWay:
    """What is being answered: one question in each browser tab."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._of_tab: dict[str, UnderWay] = {}

    def begin(self, tab: str) -> UnderWay:
        """A new one, after the one before it in the same tab has ended."""
        self.leave(tab)
        with self._lock:
            self._of_tab[tab] = UnderWay()
            return self._of_tab[tab]

    def stop(self, tab: str) -> UnderWay | None:
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

    def end(self, tab: str, one: UnderWay) -> None:
        """Let go of one that was shown to its end, or that nobody looks at any more."""
        one.stop()
        one.over.set()
        with self._lock:
            if self._of_tab.get(tab) is one:
                del self._of_tab[tab]
