"""What was worked out of an index is kept while that generation of it is open, to be shown again at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
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

    @wraps(work)
    def found(snapshot: Snapshot, /, *args: Asked.args, **named: Asked.kwargs) -> Found:
        of_one = known.setdefault(snapshot, {})
        key = (*args, *sorted(named.items()))
        if key in of_one:
            return of_one[key]
        result = of_one[key] = work(snapshot, *args, **named)
        for oldest in list(of_one)[:-KEPT]:
            of_one.pop(oldest, None)
        return result

    return found
