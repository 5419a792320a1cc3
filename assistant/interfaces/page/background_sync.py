"""While the page runs: the index follows the corpus, and web pages and feeds are refreshed."""

from __future__ import annotations

import logging
from threading import Event, Thread
from typing import TYPE_CHECKING

from assistant.errors import CitewellError
from assistant.interfaces.wording import describe

if TYPE_CHECKING:
    from assistant.assistant import Assistant

LOG = logging.getLogger(__name__)
RETRY_SECONDS = 60.0
WAIT_SECONDS = 5.0
"""How long the page waits at its end for what is under way; what is broken off is done by the next start."""


class BackgroundSync:
    """Two threads that keep documents and index up to date until they are told to stop."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._stop = Event()
        self._threads = [
            Thread(target=self._watch, name="citewell-watch", daemon=True),
            Thread(target=self._follow, name="citewell-feeds", daemon=True),
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


def _traced(error: Exception) -> Exception | None:
    """An error whose origin is worth telling: one that nobody raised on purpose."""
    return None if isinstance(error, CitewellError) else error
