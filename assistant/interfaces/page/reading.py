"""One document opened at a passage: drawn pages where it has such, else its text, with the quote marked."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from markupsafe import Markup

from assistant.answering.quote_links import quote_link
from assistant.conversations.citation_places import web_address
from assistant.drawing import pages_of
from assistant.errors import CitewellError
from assistant.generation.injection import injection_in
from assistant.interfaces.page.templates import render
from assistant.interfaces.page.text import render_text
from assistant.reading.page_drawing import is_drawn
from assistant.types import Document, PageImage, Passage, Place

CHANGED = "The document has changed since. This is the passage as the answer cited it."
UNMARKED = "The words were recognised in a picture of this page, so they cannot be marked in it. Its text has them."
DRAWN_AT_ONCE = 3
"""How many of the pages that a quote runs over are shown together; the others are turned to."""
ORDERS_INSIDE = "This passage looks like orders to an assistant, and is never given to a language model."


class DocumentSource(Protocol):
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


def render_reading(selection: Selection, view: View, shelf: DocumentSource) -> Markup:
    """HTML of the panel with one document; what cannot be looked up any more shows as it was cited."""
    passage = selection.passage
    try:
        document = shelf.document(passage.source)
    except CitewellError as error:
        shown = _as_cited(selection, f"{error} This is the passage as it was when the answer was given.")
    else:
        shown = _render_document(document, selection, view, shelf)
    position = selection.target.partition(":")[0]
    return render("reading.panel", selection=selection, position=position, head=_render_head(selection), shown=shown)


def _render_head(selection: Selection) -> Markup:
    passage = selection.passage
    address = web_address(passage.url)
    sign = injection_in(passage)
    return render(
        "reading.head",
        passage=passage,
        place=selection.place,
        address=quote_link(address, selection.quote[2]) if address and selection.quote else address,
        host=urlsplit(address).hostname or "",
        warning=f"{ORDERS_INSIDE} It {sign}." if sign else "",
    )


def _render_document(document: Document, selection: Selection, view: View, shelf: DocumentSource) -> Markup:
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
            remark = f"{error} Its text is shown instead."
    offsets = quote[:2] if quote else None
    text = render_text(document.text, passage.start, passage.end, offsets, document.markup == "markdown")
    bar = _bar(selection, as_text=True) if is_drawn(passage.source) and not remark else ""
    return render("reading.text", bar=bar, remark=remark, text=text)


def _drawn(document: Document, selection: Selection, view: View, shelf: DocumentSource) -> list[PageImage]:
    """The page that is asked for, or those that the quote stands on, in order."""
    stands_on = pages_of(document, *selection.marked)[:DRAWN_AT_ONCE]
    pages: Sequence[int | None] = stands_on if view.page is None and stands_on else [view.page]
    return [shelf.draw_page(selection.passage.source, page, quote=selection.marked) for page in pages]


def _render_pages(images: Sequence[PageImage], selection: Selection, remark: str) -> Markup:
    """The drawn pages under a bar that leads to the others."""
    first, last = images[0], images[-1]
    turning = render("reading.turning", target=selection.target, first=first.page, last=last.page, pages=last.pages)
    return render(
        "reading.pages",
        bar=_bar(selection, as_text=False, turning=turning),
        mark=next((at + image.marks[0].top for at, image in enumerate(images) if image.marks), None),
        remark=remark,
        pictures=[_picture(image, selection) for image in images],
    )


def _picture(image: PageImage, selection: Selection) -> tuple[PageImage, str, str]:
    """A page, its picture in base 64, and what it is for those who cannot see it."""
    marked = ", with the cited words marked" if image.marks else ""
    name = f"Page {image.page} of {selection.passage.title}{marked}"
    return image, base64.b64encode(image.png).decode("ascii"), name


def _bar(selection: Selection, *, as_text: bool, turning: str = "") -> Markup:
    target, name = (selection.target, "Show the page") if as_text else (f"{selection.target}:text", "Show the text")
    return render("reading.bar", target=target, name=name, turning=turning)


def _as_cited(selection: Selection, remark: str) -> Markup:
    """The passage as the answer holds it, under a remark why."""
    text = selection.passage.text
    shown = render_text(text, 0, len(text), _within(selection), is_markdown=False)
    return render("reading.text", bar="", remark=remark, text=shown)


def _within(selection: Selection) -> tuple[int, int] | None:
    """The quote's offsets inside the passage's own text, None when it is not there."""
    if selection.quote is None:
        return None
    start, end = selection.quote[0] - selection.passage.start, selection.quote[1] - selection.passage.start
    return (start, end) if selection.passage.text[max(start, 0) : end] == selection.quote[2] else None
