"""Pages of documents drawn in a process of their own, each quote marked where it stands."""

from __future__ import annotations

import threading
from dataclasses import replace
from itertools import chain
from pathlib import Path

from assistant.errors import ReadError
from assistant.indexing.reading_ahead import ProcessLost, Worker
from assistant.places import places_between
from assistant.reading.limits import Options
from assistant.reading.page_drawing import PageDrawn, PageToDraw, is_drawn
from assistant.reading.worker import DRAWS
from assistant.types import Document, PageImage, Place

DRAWING_SECONDS = 20
"""The longest that somebody waits for one page."""


class PageDrawer:
    """Draws one page after another, in a process that starts with the first and ends with `close`."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._worker = Worker(DRAWS)

    def draw(
        self,
        document: Document,
        file_hash: str,
        path: Path,
        page: int | None = None,
        quote: tuple[int, int] | None = None,
        options: Options | None = None,
    ) -> PageImage:
        """A page of the document read from the file at ``path``; see `Assistant.draw_page`.

        Raises:
            ReadError: the page cannot be drawn; the message says why.
        """
        if not is_drawn(document.source):
            raise ReadError(f"Only pages of PDFs are drawn, and {document.source} is none.")
        number = page if page is not None else next(iter(pages_of(document, *(quote or (0, 0)))), 1)
        marked = _characters_on(document, number, *quote) if quote else ()
        options = options or Options()
        seconds = min(options.limits.seconds, DRAWING_SECONDS)
        options = replace(options, limits=replace(options.limits, seconds=seconds))
        drawn = self._drawn(PageToDraw(document.source, path, file_hash, number, marked, options))
        if drawn.image is None:
            raise ReadError(drawn.reason)
        return drawn.image

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._worker.close()

    def _drawn(self, page: PageToDraw) -> PageDrawn:
        try:
            with self._turn:
                answer = self._worker.answer_to(page)
        except ProcessLost as lost:
            too_long = f"Drawing the page took longer than {page.options.limits.seconds} s."
            return PageDrawn(reason=too_long if lost.timed_out else "The page is damaged, or too large to be drawn.")
        if not isinstance(answer, PageDrawn):
            return PageDrawn(reason="No process could be started to draw the page in. Free memory, and try again.")
        return answer


def pages_of(document: Document, start: int, end: int) -> list[int]:
    """The numbers of the pages that ``text[start:end]`` stands on, in order; none where the document has no pages."""
    numbers = {_number(place) for _, place in places_between(document.places, start, end)}
    return sorted(number for number in numbers if number is not None)


def _number(place: Place) -> int | None:
    return int(place.label) if place.kind == "page" and place.label.isdecimal() else None


def _characters_on(document: Document, page: int, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The page's own characters of ``text[start:end]``; none where that stands on other pages."""
    parts = places_between(document.places, start, end) or ((start, Place("page", "1")),)
    ends = [*(offset for offset, _ in parts[1:]), end]
    found = (
        document.page_characters(begin, stop)
        for (begin, place), stop in zip(parts, ends, strict=True)
        if _number(place) == page
    )
    return tuple(chain.from_iterable(found))
