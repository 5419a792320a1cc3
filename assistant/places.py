"""Where in a document something stands: on a page, a slide or a sheet, in a chapter or a file; or on several pages."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Literal

PlaceKind = Literal["page", "slide", "sheet", "file", "chapter", "row"]

RANGE = "\u2013"
PAGE_IN_A_FILE = ", page "


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a document with pages, slides, sheets or chapters something stands, for example ``slide 7``.

    In an archive or a mail it is the file in it, with the place in that file: ``file report.pdf, page 3``. What runs
    over several pages has the first and the last of them in its label: ``3–4``, or ``report.pdf, pages 3–4``. A row
    of a table is counted from its first below the heads: ``row 7 of 120``, or ``sheet Orders, row 7 of 120``.
    """

    kind: PlaceKind
    label: str

    @property
    def in_words(self) -> str:
        """Kind and label, as in ``page 3`` or ``pages 3–4``."""
        return f"{self.kind}{'s' if self.kind == 'page' and RANGE in self.label else ''} {self.label}"

    def through(self, last: Place) -> Place:
        """All from this page to a later one of the same file; this place where they are no pages of one file."""
        if self.kind == last.kind == "page":
            return replace(self, label=f"{self.label}{RANGE}{last.label}")
        file, _, first_page = self.label.rpartition(PAGE_IN_A_FILE)
        same_file, _, last_page = last.label.rpartition(PAGE_IN_A_FILE)
        if self.kind == last.kind == "file" and file and file == same_file:
            return replace(self, label=f"{file}, pages {first_page}{RANGE}{last_page}")
        return self


Places = tuple[tuple[int, Place], ...]
"""From which offset of a text on each place goes, in order."""


def places_between(places: Places, start: int, end: int) -> Places:
    """The places that ``text[start:end]`` stands in, in order, each with where its part of that begins."""
    found: list[tuple[int, Place]] = []
    for index in range(max(0, bisect_right(places, start, key=lambda one: one[0]) - 1), len(places)):
        offset, place = places[index]
        if offset >= end:
            break
        begins = max(offset, start)
        if found and found[-1][0] == begins:  # nothing stands on the page before
            found.pop()
        found.append((begins, place))
    return tuple(found)


def place_over(places: Places) -> Place | None:
    """All of these places as one; None where there are none."""
    ordered = sorted((place for _, place in places), key=_page)
    if not ordered or ordered[0] == ordered[-1]:
        return ordered[0] if ordered else None
    return ordered[0].through(ordered[-1])


def _page(place: Place) -> tuple[int, str]:
    """What sorts pages by their numbers."""
    number = place.label.rpartition(PAGE_IN_A_FILE)[2]
    return len(number), number
