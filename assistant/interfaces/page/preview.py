"""One document of the table opened: what is known of it, and its text as it was read, a portion at a time."""

from __future__ import annotations

from urllib.parse import urlsplit

from assistant.conversations.places import web_address
from assistant.errors import CitewellError
from assistant.interfaces.languages import language_name
from assistant.interfaces.listing import kind_of
from assistant.interfaces.page.documents import render_state
from assistant.interfaces.page.markup import byline, count, day, plain
from assistant.interfaces.page.reading import Shelf
from assistant.interfaces.page.text import render_stretch
from assistant.interfaces.wording import place_in_words
from assistant.types import Document, DocumentRecord

PORTION = 6_000
"""Characters of a document that are shown at once, up to the next line end."""
LONGEST_LINE = 2_000


def render_preview(record: DocumentRecord, start: int, shelf: Shelf) -> str:
    """HTML of the panel with a document, its text from about the character ``start``."""
    try:
        shown = _render_text(shelf.document(record.source), start)
    except CitewellError as error:
        shown = "" if record.failure else f'<p class="notice">{plain(str(error))}</p>'
    where = byline(record.publisher, record.author, day(record.published), record.source)
    size = f"{count(record.passages, 'passage')}, {count(record.characters, 'character')}" if record.passages else ""
    facts = byline(kind_of(record), size, language_name(record.language) if record.language else "")
    return (
        f'<section class="panel panel-preview" data-source="{plain(record.source)}" aria-label="Document">'
        f'<div class="panel-bar"><button type="button" class="back" data-do="close">← Close</button>'
        f'<button type="button" data-do="remove" data-named="{plain(record.source)}">Remove</button></div>'
        f'<h2 dir="auto">{plain(record.title)}</h2><p class="where" dir="auto">{where}</p>'
        f'<p class="where">{facts}</p>{_render_link(record)}'
        f"{'' if record.state == 'ready' else f'<div class=state-line>{render_state(record)}</div>'}{shown}</section>"
    )


def _render_link(record: DocumentRecord) -> str:
    address = web_address(record.url)
    if not address:
        return ""
    host = plain(urlsplit(address).hostname or "")
    return (
        f'<a class="original" href="{plain(address)}" target="_blank" rel="noopener noreferrer">'
        f"Open the original at {host} ↗</a>"
    )


def _render_text(document: Document, start: int) -> str:
    first, last = portion(document.text, start)
    shown = first if first else len(document.text) - len(document.text.lstrip())  # no gap above the first line
    body = render_stretch(document.text, min(shown, last), last, is_markdown=document.markup == "markdown")
    return (
        f"{_render_bar(document, first, last)}"
        f'<div class="document" tabindex="0" dir="auto" role="region" aria-label="Text as it was read">{body}</div>'
    )


def portion(text: str, start: int) -> tuple[int, int]:
    """The offsets of the portion to show from about ``start``: whole lines, unless these are very long."""
    start = min(max(start, 0), max(len(text) - 1, 0))
    first = text.rfind("\n", max(start - LONGEST_LINE, 0), start) + 1 or start
    last = first + PORTION
    if last >= len(text):
        return first, len(text)
    line_end = text.find("\n", last, last + LONGEST_LINE)
    return first, line_end + 1 if line_end >= 0 else last


def _render_bar(document: Document, first: int, last: int) -> str:
    """Buttons to the portions before and after, and the places to go to."""
    length = len(document.text)
    if first == 0 and last == length and len(document.places) < 2:
        return ""

    def turn(to: int, name: str, *, is_there: bool) -> str:
        off = "" if is_there else " disabled"
        return f'<button type="button" data-start="{to}" data-name="{name}"{off}>{name}</button>'

    here = f'<span class="page-number">{100 * last // max(length, 1)} %</span>' if last - first < length else ""
    return (
        f'<div class="page-bar"><div class="page-turn">{turn(max(first - PORTION, 0), "Earlier", is_there=first > 0)}'
        f"{here}{turn(last, 'Later', is_there=last < length)}</div>{_render_places(document, first)}</div>"
    )


def _render_places(document: Document, first: int) -> str:
    """A list of the pages, slides or sheets to go to."""
    if len(document.places) < 2:
        return ""
    here = max((start for start, _ in document.places if start <= first), default=-1)
    options = "".join(
        f'<option value="{start}"{" selected" if start == here else ""}>{plain(place_in_words(place))}</option>'
        for start, place in document.places
    )
    return f'<select aria-label="Go to" data-places>{options}</select>'
