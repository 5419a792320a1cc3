"""While the page runs: the index follows the corpus, web pages and feeds are refreshed, watched questions asked."""

from __future__ import annotations

import logging
import time
from threading import Event, Thread
from typing import TYPE_CHECKING

from assistant.errors import CitewellError
from assistant.interfaces.wording import describe

if TYPE_CHECKING:
    from assistant.assistant import Assistant

LOG = logging.getLogger(__name__)
RETRY_SECONDS = 60.0
LOOK_SECONDS = 2.0
"""How often one looks whether the index has changed; twice in a row it is the same before questions are asked."""
AGAIN_SECONDS = 300.0
"""How often what could not be asked or told is tried again: servers that were away are mostly back within minutes."""
WAIT_SECONDS = 5.0
"""How long the page waits at its end for what is under way; what is broken off is done by the next start."""


class BackgroundSync:
    """Threads that keep documents, index and watched answers up to date until they are told to stop."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._stop = Event()
        self._threads = [
            Thread(target=self._watch, name="citewell-watch", daemon=True),
            Thread(target=self._follow, name="citewell-feeds", daemon=True),
            Thread(target=self._ask, name="citewell-questions", daemon=True),
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End, as soon as what is under way allows."""
        self._stop.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(WAIT_SECONDS)

    def _watch(self) -> None:
        while not self._stop.is_set():
            try:
                for _ in self._assistant.watch(self._stop):
                    pass  # the page's table shows what is in the index
            except Exception as error:  # the thread goes on, whatever one document makes of it
                LOG.warning("The documents are not watched for now. %s", describe(error), exc_info=_traced(error))
                self._stop.wait(RETRY_SECONDS)

    def _follow(self) -> None:
        seconds = self._assistant.settings.feed_minutes * 60
        while seconds and not self._stop.is_set():
            try:
                if self._assistant.follows_web:
                    self._assistant.refresh(only_due=True)
            except Exception as error:  # as above
                LOG.warning("Pages and feeds are not refreshed for now. %s", describe(error), exc_info=_traced(error))
            self._stop.wait(seconds)

    def _ask(self) -> None:
        """Ask the watched questions of each index there is, whoever changed it, and of the first one at once.

        In between, what could not be asked or told is tried again now and then.
        """
        asked_of: int | None = None
        before: int | None = None
        tried_at = time.monotonic()
        while not self._stop.wait(LOOK_SECONDS):
            now, last = self._assistant.index_state, before
            before = now
            is_new = now is not None and now == last and now != asked_of
            if not is_new and time.monotonic() - tried_at < AGAIN_SECONDS:
                continue
            try:
                if is_new:
                    self._assistant.check_watches(stop=self._stop)
                    asked_of = now
                else:
                    self._assistant.check_failed_watches(stop=self._stop)
                tried_at = time.monotonic()
            except Exception as error:  # as above
                LOG.warning("Watched questions are not asked for now. %s", describe(error), exc_info=_traced(error))
                self._stop.wait(RETRY_SECONDS)


def _traced(error: Exception) -> Exception | None:
    """An error whose origin is worth telling: one that nobody raised on purpose."""
    return None if isinstance(error, CitewellError) else error
