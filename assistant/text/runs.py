"""A long text is gone through in runs, so that what is known of it at a time does not grow with it."""

from __future__ import annotations

from collections.abc import Iterator

RUN_CHARACTERS = 200_000
"""A run is so long at least, and twice that at most: a text within that is one run."""
ENDS = ("\n\n", "\n", " ")
"""After what a run ends: between paragraphs, else between lines, else between words."""


def runs(text: str) -> Iterator[tuple[int, int]]:
    """Where each run of a text starts and ends, in order and without gaps; none where there is no text."""
    start = 0
    while start < len(text):
        end = _end_of_run(text, start)
        yield start, end
        start = end


def _end_of_run(text: str, start: int) -> int:
    least, most = start + RUN_CHARACTERS, start + 2 * RUN_CHARACTERS
    if len(text) <= most:
        return len(text)
    for mark in ENDS:
        found = text.find(mark, least, most)
        if found >= 0:
            return found + len(mark)
    return most
