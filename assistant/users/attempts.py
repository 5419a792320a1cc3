"""How often someone may try to log in, so that passwords cannot be tried one after the other."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import deque
from collections.abc import Callable

WINDOW_SECONDS = 300.0
PER_NAME_AND_ADDRESS, PER_NAME, PER_ADDRESS = 5, 50, 30
"""Failed attempts within the window: few for a name from one place, so that from others it can still be used."""
MOST_REMEMBERED = 10_000
"""Beyond as many names and addresses, those that were not tried for longest are forgotten."""

Key = tuple[str, str]


class Attempts:
    """The failed attempts of the last minutes, by name and by network address. May be used from many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Count by ``clock``, in seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._made: dict[Key, deque[float]] = {}

    def begin(self, name: str, address: str) -> float:
        """Count an attempt, as failed until `succeeded` is told; returns 0, or the seconds to wait instead.

        One that has to wait is not counted.
        """
        now = self._clock()
        with self._lock:
            limits = _limits(name, address)
            wait = max(self._wait(key, limit, now) for key, limit in limits.items())
            if wait <= 0:
                for key in limits:
                    self._made[key] = self._made.pop(key, deque())  # to the end: the one tried last
                    self._made[key].append(now)
                while len(self._made) > MOST_REMEMBERED:
                    del self._made[next(iter(self._made))]
        return max(wait, 0.0)

    def wait(self, name: str, address: str) -> float:
        """The seconds until another attempt may be made, 0 for none; counts nothing."""
        now = self._clock()
        with self._lock:
            return max(0.0, *(self._wait(key, limit, now) for key, limit in _limits(name, address).items()))

    def succeeded(self, name: str, address: str) -> None:
        """The attempt that was counted last for these was no failure."""
        with self._lock:
            for key in _limits(name, address):
                if self._made.get(key):
                    self._made[key].pop()

    def _wait(self, key: Key, limit: int, now: float) -> float:
        made = self._made.get(key, deque())
        while made and made[0] <= now - WINDOW_SECONDS:
            made.popleft()
        return made[-limit] + WINDOW_SECONDS - now if len(made) >= limit else 0.0


def _limits(name: str, address: str) -> dict[Key, int]:
    network = _network(address)
    return {(name, network): PER_NAME_AND_ADDRESS, (name, ""): PER_NAME, ("", network): PER_ADDRESS}


def _network(address: str) -> str:
    """An IPv4 address as it is; of an IPv6 address the half that a provider gives to one customer."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
