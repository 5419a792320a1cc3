"""One document opened at a passage: drawn pages where it has such, else its text, with the quote marked."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from assistant.answering.quote_links import quote_link
from assistant.conversations.places import web_address
from assistant.drawing import pages_of
from assistant.errors import CitewellError
from assistant.generation.injection import injection_in
from assistant.interfaces.page.markup import byline, day, plain
from assistant.interfaces.page.text import render_text
from assistant.interfaces.wording import place_in_words
from assistant.reading.drawing import is_drawn
from assistant.types import Document, PageImage, Passage, Place

CHANGED = "The document has changed since. This is the passage as the answer cited it."
UNMARKED = "The words were recognised in a picture of this page, so they cannot be marked in it. Its text has them."
DRAWN_AT_ONCE = 3
"""How many of the pages that a quote runs over are shown together; the others are turned to."""
ORDERS_INSIDE = "This passage looks like orders to an assistant, and is never given to a language model."


class Shelf(Protocol):
    """Where documents are looked up: an `Assistant`."""

    def document(self, source: str) -> Document:
        """The stored document of a source."""
        ...

    def draw_page(self, source: str, page: int | None = None, *, quote: tuple[int, int] | None = None) -> PageImage:
        """A page of it as a picture."""
        ...


@dataclass(frozen=True, slots=True)
class Selection:
    """A passage picked from an answer, and the quote in it: offsets into the document, None for no quote.

    ``target`` is what names it in a button; ``place`` is where the quote stands, or the passage where there is none.
    """

    target: str
    passage: Passage
    place: Place | None
    quote: tuple[int, int, str] | None
    label: str

    @property
    def marked(self) -> tuple[int, int]:
        """The offsets of what is marked: the quote, or the whole passage."""
        return self.quote[:2] if self.quote else (self.passage.start, self.passage.end)


@dataclass(frozen=True, slots=True)
class View:
    """How a document is shown: as text, or by a page of it; None is the page of the quote, or all that it stands on."""

    as_text: bool = False
    page: int | None = None


def render_reading(selection: Selection, view: View, shelf: Shelf) -> str:
    """HTML of the panel with one document; what cannot be looked up any more shows as it was cited."""
    passage = selection.passage
    try:
        document = shelf.document(passage.source)
    except CitewellError as error:
        shown = _as_cited(selection, f"{error} This is the passage as it was when the answer was given.")
    else:
        shown = _render_document(document, selection, view, shelf)
    position = selection.target.partition(":")[0]
    return (
        f'<section class="panel panel-reading" data-of="{selection.target}" aria-label="{plain(selection.label)}">'
        f'<div class="panel-bar">'
        f'<button type="button" class="back" data-open="{position}:list:0">← Back</button>'
        f"<span>{plain(selection.label)}</span></div>{_render_head(selection)}{shown}</section>"
    )


def _render_head(selection: Selection) -> str:
    """Title, breadcrumb, publisher, date and the link to the original, as far as they are known."""
    passage = selection.passage
    trail = byline(passage.breadcrumb, place_in_words(selection.place))
    where = byline(passage.publisher, passage.author, day(passage.published), passage.source)
    address = web_address(passage.url)
    link = ""
    if address:
        at_quote = quote_link(address, selection.quote[2]) if selection.quote else address
        host = plain(urlsplit(address).hostname or "")
        link = (
            f'<a class="original" href="{plain(at_quote)}" target="_blank" rel="noopener noreferrer">'
            f"Open the original at {host} ↗</a>"
        )
    also = f'<p class="where">The same text is in {byline(*passage.also_in)}</p>' if passage.also_in else ""
    trail_line = f'<p class="breadcrumb" dir="auto">{trail}</p>' if trail else ""
    sign = injection_in(passage)
    warning = f'<p class="notice" role="note">{ORDERS_INSIDE} It {plain(sign)}.</p>' if sign else ""
    return f'<h2 dir="auto">{plain(passage.title)}</h2>{trail_line}<p class="where">{where}</p>{also}{link}{warning}'


def _render_document(document: Document, selection: Selection, view: View, shelf: Shelf) -> str:
    """The document around the passage; when it has changed since the answer, the passage as it was then."""
    passage, quote = selection.passage, selection.quote
    unchanged = document.text[passage.start : passage.end] == passage.text
    if not unchanged or (quote is not None and document.text[quote[0] : quote[1]] != quote[2]):
        return _as_cited(selection, CHANGED)
    remark = ""
    if is_drawn(passage.source) and not view.as_text:
        try:
            images = _drawn(document, selection, view, shelf)
            is_unmarked = view.page is None and not any(image.marks for image in images)
            return _render_pages(images, selection, UNMARKED if is_unmarked else "")
        except CitewellError as error:
            remark = f'<p class="notice">{plain(str(error))} Its text is shown instead.</p>'
    offsets = quote[:2] if quote else None
    text = render_text(document.text, passage.start, passage.end, offsets, document.markup == "markdown")
    switch = _switch(selection, as_text=True) if is_drawn(passage.source) and not remark else ""
    return f'{switch}<div class="document" tabindex="0" dir="auto">{remark}{text}</div>'


def _drawn(document: Document, selection: Selection, view: View, shelf: Shelf) -> list[PageImage]:
    """The page that is asked for, or those that the quote stands on, in order."""
    stands_on = pages_of(document, *selection.marked)[:DRAWN_AT_ONCE]
    pages: Sequence[int | None] = stands_on if view.page is None and stands_on else [view.page]
    return [shelf.draw_page(selection.passage.source, page, quote=selection.marked) for page in pages]


def _render_pages(images: Sequence[PageImage], selection: Selection, remark: str) -> str:
    """The drawn pages under a bar that leads to the others.

    ``data-mark`` is where the first mark begins, in heights of a page from the top of the first.
    """
    mark = next((f' data-mark="{at + image.marks[0].top:.3f}"' for at, image in enumerate(images) if image.marks), "")
    return (
        f"{_switch(selection, as_text=False, pages=_turning(images, selection))}"
        f'<div class="document drawn" tabindex="0"{mark}>'
        + (f'<p class="notice">{remark}</p>' if remark else "")
        + "".join(_picture(image, selection) for image in images)
        + "</div>"
    )


def _picture(image: PageImage, selection: Selection) -> str:
    data = base64.b64encode(image.png).decode("ascii")
    marked = ", with the cited words marked" if image.marks else ""
    name = plain(f"Page {image.page} of {selection.passage.title}{marked}")
    return f'<img src="data:image/png;base64,{data}" width="{image.width}" height="{image.height}" alt="{name}">'


def _turning(images: Sequence[PageImage], selection: Selection) -> str:
    """Which pages are shown, between buttons to the page before them and the one after."""
    first, last = images[0], images[-1]

    def turn(page: int, name: str, sign: str) -> str:
        off = "" if 1 <= page <= last.pages else " disabled"
        return (
            f'<button type="button" data-open="{selection.target}:{page}" data-turn="{name}" '
            f'aria-label="{name.capitalize()} page"{off}>{sign}</button>'
        )

    shown = f"Pages {first.page:,}\u2013{last.page:,}" if first is not last else f"Page {first.page:,}"
    here = f'<span class="page-number">{shown} of {last.pages:,}</span>'
    return f"{turn(first.page - 1, 'previous', '‹')}{here}{turn(last.page + 1, 'next', '›')}"


def _switch(selection: Selection, *, as_text: bool, pages: str = "") -> str:
    """The bar above a document with pages: turns them, enlarges them, and changes between page and text."""
    zoom = '<button type="button" data-zoom aria-pressed="false">Enlarge</button>' if pages else ""
    target, name = (selection.target, "Show the page") if as_text else (f"{selection.target}:text", "Show the text")
    other = f'<button type="button" data-open="{target}" data-turn="view">{name}</button>'
    return f'<div class="page-bar"><div class="page-turn">{pages}</div>{zoom}{other}</div>'


def _as_cited(selection: Selection, remark: str) -> str:
    """The passage as the answer holds it, under a remark why."""
    text = selection.passage.text
    shown = render_text(text, 0, len(text), _within(selection), is_markdown=False)
    return f'<div class="document" tabindex="0" dir="auto"><p class="notice">{plain(remark)}</p>{shown}</div>'


def _within(selection: Selection) -> tuple[int, int] | None:
    """The quote's offsets inside the passage's own text, None when it is not there."""
    if selection.quote is None:
        return None
    start, end = selection.quote[0] - selection.passage.start, selection.quote[1] - selection.passage.start
    return (start, end) if selection.passage.text[max(start, 0) : end] == selection.quote[2] else None
