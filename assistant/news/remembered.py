"""What was worked out of an index is kept while that generation of it is open, to be shown again at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import date
from functools import wraps
from threading import Lock
from typing import Concatenate, Generic, ParamSpec, TypeVar
from weakref import ReferenceType, ref

from assistant.indexing import Snapshot
from assistant.text.english import days

KEPT = 64
"""Results of one function: somebody who opens a source, saves the list and goes back asks again."""

Asked = ParamSpec("Asked")
Found = TypeVar("Found")


class Remembered(Generic[Found]):
    """What was found in snapshots, by what was asked: the ``kept`` results that were wanted last. For many threads.

    A snapshot is one generation of the index as those see it who may read the same: what is found in one is given to
    nobody who has another. It is given on the day on which it was found alone, as questions name days from that one on.
    """

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._lock = Lock()
        self._found: OrderedDict[tuple[ReferenceType[Snapshot], date, Hashable], Found] = OrderedDict()

    def get(self, snapshot: Snapshot, asked: Hashable) -> Found | None:
        """What was found in a snapshot; None where it is not known."""
        key = (ref(snapshot), days.today(), asked)
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def keep(self, snapshot: Snapshot, asked: Hashable, found: Found) -> None:
        """Remember what was found; what was found in snapshots that are gone is forgotten."""
        with self._lock:
            self._found[ref(snapshot), days.today(), asked] = found
            gone = [key for key in self._found if key[0]() is None]
            for key in gone:
                del self._found[key]
            while len(self._found) > self._kept:
                self._found.popitem(last=False)


def remembered(
    work: Callable[Concatenate[Snapshot, Asked], Found],
) -> Callable[Concatenate[Snapshot, Asked], Found]:
    """A function of a snapshot and of arguments that can be compared, whose last results are kept."""
    known = Remembered[Found](KEPT)

    @wraps(work)
    def found(snapshot: Snapshot, /, *args: Asked.args, **named: Asked.kwargs) -> Found:
        asked = (*args, *sorted(named.items()))
        result = known.get(snapshot, asked)
        if result is None:
            result = work(snapshot, *args, **named)
            known.keep(snapshot, asked, result)
        return result

    return found
