"""What a corpus takes from the web, opened when it is first used, for all who share a corpus."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.corpus.online import Web


class OpenedOnce:
    """Opens the web's part of a corpus once. May be used from many threads."""

    def __init__(self, open_web: Callable[[], Web]) -> None:
        self._open = open_web
        self._opened: Web | None = None
        self._opening = threading.Lock()

    def get(self) -> Web:
        """The one that is open."""
        with self._opening:
            self._opened = self._opened or self._open()
            return self._opened

    def close(self) -> None:
        """Let go of what was opened."""
        with self._opening:
            if self._opened:
                self._opened.close()
