"""A clock for tests, which stands still until a test lets time pass."""

from __future__ import annotations

import time
from types import ModuleType

import pytest


class Clock:
    """Seconds that can be let pass."""

    now = time.time()

    def time(self) -> float:
        """The seconds since 1970, as `time.time` tells them."""
        return self.now


def clock_of(monkeypatch: pytest.MonkeyPatch, *modules: ModuleType) -> Clock:
    """A clock that these modules tell the time by."""
    clock = Clock()
    for module in modules:
        monkeypatch.setattr(module, "time", clock)
    return clock
