"""The table of documents: what can be asked about, a page of it at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from assistant.access.collections import OpenCollection
from assistant.interfaces.languages import language_name, uncovered
from assistant.interfaces.listing import COLUMNS, Listing, kind_of
from assistant.interfaces.page.phrases import count
from assistant.interfaces.page.templates import render
from assistant.rights import collection_of
from assistant.types import DocumentRecord

ROWS = 50
"""Documents on one page of the table."""
_HEADS = {"title": "Document", "kind": "Kind", "publisher": "Publisher", "date": "Date", "passages": "Passages",
          "added": "Added", "state": "State"}  # fmt: skip
_STATES = {"ready": "ready", "being taken in": "partly", "partly read": "partly", "not read": "failed"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What of the table is shown: which documents, in which order, and which page of them, from 0."""

    listing: Listing = field(default_factory=Listing)
    page: int = 0

    def turned(self, to: object) -> Shown:
        """After a button of the table that names ``sort:title`` or ``page:2``; it comes from a browser."""
        what, _, value = to.partition(":") if isinstance(to, str) else ("", "", "")
        if what == "page" and value.isdecimal() and len(value) < 7:
            return replace(self, page=int(value))
        column = next((column for column in COLUMNS if what == "sort" and column == value), None)
        if column is None:
            return self
        is_same = column == self.listing.sort
        descending = not self.listing.descending if is_same else column in ("date", "added", "passages")
        return Shown(replace(self.listing, sort=column, descending=descending))


def render_collections(collections: Sequence[OpenCollection], documents: Sequence[DocumentRecord]) -> Markup:
    """HTML of the collections that somebody may read, each with how many documents it has; "" without any."""
    held = Counter(collection_of(one.source) for one in documents)
    rows = [(one, count(held[one.name], "document")) for one in collections]
    return render("documents.collections", rows=rows) if rows else Markup()


def render_table(documents: Sequence[DocumentRecord], shown: Shown | None = None) -> Markup:
    """HTML table of the documents, with what is known of each; above it, which languages the model does not cover."""
    shown = shown or Shown()
    if not documents:
        return render("documents.none_yet")
    found = shown.listing.of(documents)
    last = max(len(found) - 1, 0) // ROWS
    page = min(shown.page, last)
    return render(
        "documents.table",
        remark=uncovered(documents),
        unread=sum(record.state == "not read" for record in documents),
        all=len(documents),
        found=len(found),
        rows=[(one, kind_of(one), render_state(one)) for one in found[page * ROWS : (page + 1) * ROWS]],
        heads=[(column, name, _order(column, shown.listing)) for column, name in _HEADS.items()],
        page=page,
        last=last,
    )


def _order(column: str, listing: Listing) -> str:
    """How the table is sorted by a column; "" where it is not."""
    if column != listing.sort:
        return ""
    return "descending" if listing.descending else "ascending"


def render_state(record: DocumentRecord) -> Markup:
    """HTML of whether a document was read, and what to know about that."""
    return render(
        "documents.state", record=record, style=_STATES[record.state], language=language_name(record.language)
    )
