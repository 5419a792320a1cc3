"""How much each who asks may use up in a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

MOST_REMEMBERED = 10_000
"""Beyond as many, those who used something up the longest time ago are forgotten."""


class Allowance:
    """How much each may use up: at once ``most``, and ``refill`` more with each second. For use from many threads."""

    def __init__(self, most: float, refill: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._refill, self._clock = most, refill, clock
        self._lock = Lock()
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, who: str, amount: float = 1) -> float:
        """Use up ``amount``; returns 0, or the seconds to wait until there is as much, and then nothing is used up."""
        now = self._clock()
        with self._lock:
            left, then = self._left.pop(who, (self._most, now))
            left = min(self._most, left + (now - then) * self._refill)
            wait = max(min(amount, self._most) - left, 0) / self._refill
            self._left[who] = (left if wait else left - amount, now)
            while len(self._left) > MOST_REMEMBERED:
                del self._left[next(iter(self._left))]
        return wait
