"""What is said of documents that are still being taken in, so that nobody takes a part for the whole."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.types import TakingIn

NAMED = 3
NOT_YET = "The documents are still being taken in, and nothing can be answered from them yet. Ask again in a moment."


def told_taking_in(taking_in: Sequence[TakingIn]) -> tuple[str, ...]:
    """One sentence about the documents that are not complete; none where all are."""
    if not taking_in:
        return ()
    named = "; ".join(one.in_words for one in taking_in[:NAMED])
    more = f"; and {len(taking_in) - NAMED:,} more" if len(taking_in) > NAMED else ""
    return (f"Still being taken in, so that some of it is not found yet: {named}{more}.",)
