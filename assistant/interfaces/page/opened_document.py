"""One document opened at a passage: drawn pages where it has such, else its text, with the quote marked."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from contextlib import suppress
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
class PickedPassage:
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

    def stands_in(self, document: Document) -> bool:
        """Whether a document still says the passage, and the quote, where the answer found them."""
        passage = self.passage
        start, end, quote = self.quote or (passage.start, passage.end, passage.text)
        return document.text[passage.start : passage.end] == passage.text and document.text[start:end] == quote


@dataclass(frozen=True, slots=True)
class View:
    """How a document is shown: as text, or by a page of it; None is the page of the quote, or all that it stands on."""

    as_text: bool = False
    page: int | None = None


def render_opened_document(picked: PickedPassage, view: View, shelf: DocumentSource) -> Markup:
    """HTML of the panel with one document; what cannot be looked up any more shows as it was cited."""
    passage = picked.passage
    try:
        document = shelf.document(passage.source)
    except CitewellError as error:
        shown = _as_cited(picked, f"{error} This is the passage as it was when the answer was given.")
    else:
        shown = _render_document(document, picked, view, shelf)
    position = picked.target.partition(":")[0]
    return render("opened_document.panel", picked=picked, position=position, head=_render_head(picked), shown=shown)


def render_alone(document: Document, picked: PickedPassage, shelf: DocumentSource) -> Markup:
    """HTML of a document at a passage for a page of its own, without buttons: the pages of the quote, else its text."""
    pages = Markup()
    if is_drawn(document.source) and picked.quote:
        with suppress(CitewellError):  # its text is shown all the same
            pictures = [_picture(image, picked) for image in _drawn(document, picked, View(), shelf)]
            pages = render("opened_document.pages", bar="", mark=None, remark="", pictures=pictures)
    return _render_head(picked) + pages + _render_text(document, picked)


def _render_head(picked: PickedPassage) -> Markup:
    passage = picked.passage
    address = web_address(passage.url)
    sign = injection_in(passage)
    return render(
        "opened_document.head",
        passage=passage,
        place=picked.place,
        address=quote_link(address, picked.quote[2]) if address and picked.quote else address,
        host=urlsplit(address).hostname or "",
        warning=f"{ORDERS_INSIDE} It {sign}." if sign else "",
    )


def _render_document(document: Document, picked: PickedPassage, view: View, shelf: DocumentSource) -> Markup:
    """The document around the passage; when it has changed since the answer, the passage as it was then."""
    if not picked.stands_in(document):
        return _as_cited(picked, CHANGED)
    if not is_drawn(picked.passage.source):
        return _render_text(document, picked)
    if view.as_text:
        return _render_text(document, picked, bar=_bar(picked, as_text=True))
    try:
        images = _drawn(document, picked, view, shelf)
    except CitewellError as error:
        return _render_text(document, picked, remark=f"{error} Its text is shown instead.")
    is_unmarked = view.page is None and not any(image.marks for image in images)
    return _render_pages(images, picked, UNMARKED if is_unmarked else "")


def _render_text(document: Document, picked: PickedPassage, *, bar: str = "", remark: str = "") -> Markup:
    passage, offsets = picked.passage, picked.quote[:2] if picked.quote else None
    text = render_text(document.text, passage.start, passage.end, offsets, document.markup == "markdown")
    return render("opened_document.text", bar=bar, remark=remark, text=text)


def _drawn(document: Document, picked: PickedPassage, view: View, shelf: DocumentSource) -> list[PageImage]:
    """The page that is asked for, or those that the quote stands on, in order."""
    stands_on = pages_of(document, *picked.marked)[:DRAWN_AT_ONCE]
    pages: Sequence[int | None] = stands_on if view.page is None and stands_on else [view.page]
    return [shelf.draw_page(picked.passage.source, page, quote=picked.marked) for page in pages]


def _render_pages(images: Sequence[PageImage], picked: PickedPassage, remark: str) -> Markup:
    """The drawn pages under a bar that leads to the others."""
    first, last = images[0], images[-1]
    turning = render(
        "opened_document.turning", target=picked.target, first=first.page, last=last.page, pages=last.pages
    )
    return render(
        "opened_document.pages",
        bar=_bar(picked, as_text=False, turning=turning),
        mark=next((at + image.marks[0].top for at, image in enumerate(images) if image.marks), None),
        remark=remark,
        pictures=[_picture(image, picked) for image in images],
    )


def _picture(image: PageImage, picked: PickedPassage) -> tuple[PageImage, str, str]:
    """A page, its picture in base 64, and what it is for those who cannot see it."""
    marked = ", with the cited words marked" if image.marks else ""
    name = f"Page {image.page} of {picked.passage.title}{marked}"
    return image, base64.b64encode(image.png).decode("ascii"), name


def _bar(picked: PickedPassage, *, as_text: bool, turning: str = "") -> Markup:
    target, name = (picked.target, "Show the page") if as_text else (f"{picked.target}:text", "Show the text")
    return render("opened_document.bar", target=target, name=name, turning=turning)


def _as_cited(picked: PickedPassage, remark: str) -> Markup:
    """The passage as the answer holds it, under a remark why."""
    text = picked.passage.text
    shown = render_text(text, 0, len(text), _within(picked), is_markdown=False)
    return render("opened_document.text", bar="", remark=remark, text=shown)


def _within(picked: PickedPassage) -> tuple[int, int] | None:
    """The quote's offsets inside the passage's own text, None when it is not there."""
    if picked.quote is None:
        return None
    start, end = picked.quote[0] - picked.passage.start, picked.quote[1] - picked.passage.start
    return (start, end) if picked.passage.text[max(start, 0) : end] == picked.quote[2] else None
