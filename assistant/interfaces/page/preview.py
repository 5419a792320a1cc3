"""One document of the table opened: what is known of it, and its text as it was read, a portion at a time."""

from __future__ import annotations

from urllib.parse import urlsplit

from markupsafe import Markup

from assistant.conversations.citation_places import web_address
from assistant.errors import CitewellError
from assistant.interfaces.languages import language_name
from assistant.interfaces.listing import kind_of
from assistant.interfaces.page.documents import render_state
from assistant.interfaces.page.opened_document import DocumentSource
from assistant.interfaces.page.phrases import count
from assistant.interfaces.page.templates import render
from assistant.interfaces.page.text import render_stretch
from assistant.types import Document, DocumentRecord

PORTION = 6_000
"""Characters of a document that are shown at once, up to the next line end."""
LONGEST_LINE = 2_000


def render_preview(record: DocumentRecord, start: int, shelf: DocumentSource) -> Markup:
    """HTML of the panel with a document, its text from about the character ``start``."""
    try:
        shown = _render_text(shelf.document(record.source), start)
    except CitewellError as error:
        shown = Markup() if record.failure else render("preview.problem", told=str(error))
    size = f"{count(record.passages, 'passage')}, {count(record.characters, 'character')}" if record.passages else ""
    return render(
        "preview.panel",
        record=record,
        kind=kind_of(record),
        size=size,
        language=language_name(record.language) if record.language else "",
        host=urlsplit(web_address(record.url)).hostname or "",
        state="" if record.state == "ready" else render_state(record),
        shown=shown,
    )


def _render_text(document: Document, start: int) -> Markup:
    first, last = portion(document.text, start)
    shown = first if first else len(document.text) - len(document.text.lstrip())  # no gap above the first line
    body = render_stretch(document.text, min(shown, last), last, is_markdown=document.markup == "markdown")
    return render("preview.text", bar=_render_bar(document, first, last), body=body)


def portion(text: str, start: int) -> tuple[int, int]:
    """The offsets of the portion to show from about ``start``: whole lines, unless these are very long."""
    start = min(max(start, 0), max(len(text) - 1, 0))
    first = text.rfind("\n", max(start - LONGEST_LINE, 0), start) + 1 or start
    last = first + PORTION
    if last >= len(text):
        return first, len(text)
    line_end = text.find("\n", last, last + LONGEST_LINE)
    return first, line_end + 1 if line_end >= 0 else last


def _render_bar(document: Document, first: int, last: int) -> Markup:
    """Buttons to the portions before and after, and the places to go to."""
    length = len(document.text)
    if first == 0 and last == length and len(document.places) < 2:
        return Markup()
    return render(
        "preview.bar",
        earlier=max(first - PORTION, 0),
        later=last,
        has_earlier=first > 0,
        has_later=last < length,
        percent=100 * last // max(length, 1) if last - first < length else None,
        places=document.places,
        here=max((start for start, _ in document.places if start <= first), default=-1),
    )
