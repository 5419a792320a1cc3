"""What was worked out of an index is kept while that generation of it is open, to be shown again at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from assistant.indexing import Snapshot

KEPT = 16
"""Results of one function for one generation: somebody who opens a source, saves the list and goes back asks again."""

Asked = ParamSpec("Asked")
Found = TypeVar("Found")


def remembered(
    work: Callable[Concatenate[Snapshot, Asked], Found],
) -> Callable[Concatenate[Snapshot, Asked], Found]:
    """A function of a snapshot and of arguments that can be compared, whose last results are kept for each."""
    known: WeakKeyDictionary[Snapshot, dict[tuple[object, ...], Found]] = WeakKeyDictionary()
    changing = Lock()

    @wraps(work)
    def found(snapshot: Snapshot, /, *args: Asked.args, **named: Asked.kwargs) -> Found:
        key = (*args, *sorted(named.items()))
        with changing:
            of_one = known.setdefault(snapshot, {})
            if key in of_one:
                of_one[key] = of_one.pop(key)  # the last in line to be forgotten
                return of_one[key]
        result = work(snapshot, *args, **named)
        with changing:
            of_one[key] = result
            while len(of_one) > KEPT:
                del of_one[next(iter(of_one))]
        return result

    return found
