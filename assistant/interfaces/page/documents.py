"""The table of documents: what can be asked about, a page of it at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.conversations.places import web_address
from assistant.interfaces.languages import language_name, uncovered
from assistant.interfaces.listing import COLUMNS, Listing, kind_of
from assistant.interfaces.page.markup import count, plain, short_day
from assistant.types import DocumentRecord

ROWS = 50
"""Documents on one page of the table."""
_HEADS = {"title": "Document", "kind": "Kind", "publisher": "Publisher", "date": "Date", "passages": "Passages",
          "added": "Added", "state": "State"}  # fmt: skip
_STATES = {"ready": "ready", "being taken in": "partly", "partly read": "partly", "not read": "failed"}
EMPTY = (
    '<div class="no-documents"><h3>No documents yet</h3><p>Drop files above, or give the address of a web page or a '
    "feed. What you add is read on this computer, and can be asked about as soon as it is listed here.</p></div>"
)


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


def render_table(documents: Sequence[DocumentRecord], shown: Shown | None = None) -> str:
    """HTML table of the documents, with what is known of each; above it, which languages the model does not cover."""
    shown = shown or Shown()
    if not documents:
        return EMPTY
    found = shown.listing.of(documents)
    remark = uncovered(documents)
    above = f'<p class="hint">{plain(remark)}</p>' if remark else ""
    above += _render_unread(documents)
    if not found:
        return f'{above}<p class="hint none-found">None of {count(len(documents), "document")} is like that.</p>'
    last = (len(found) - 1) // ROWS
    page = min(shown.page, last)
    rows = "".join(_render_row(record) for record in found[page * ROWS : (page + 1) * ROWS])
    of_all = "" if len(found) == len(documents) else f" of {len(documents):,}"
    caption = f"<caption>{count(len(found), 'document')}{of_all}</caption>"
    head = "".join(_render_head(column, shown.listing) for column in _HEADS)
    return (
        f'{above}<table class="documents">{caption}<thead><tr>{head}<th><span class="unseen">Remove</span></th></tr>'
        f"</thead><tbody>{rows}</tbody></table>{_render_pager(page, last)}"
    )


def _render_unread(documents: Sequence[DocumentRecord]) -> str:
    unread = sum(record.state == "not read" for record in documents)
    if not unread:
        return ""
    return (
        f'<p class="unread">{count(unread, "file")} could not be read. '
        '<button type="button" class="link" data-do="again">Read again</button></p>'
    )


def _render_head(column: str, listing: Listing) -> str:
    is_sorted = column == listing.sort
    order = ("descending" if listing.descending else "ascending") if is_sorted else "none"
    sign = ("↓" if listing.descending else "↑") if is_sorted else ""
    return (
        f'<th aria-sort="{order}"><button type="button" data-turn="sort:{column}">{_HEADS[column]}'
        f'<span class="sign" aria-hidden="true">{sign}</span></button></th>'
    )


def _render_pager(page: int, last: int) -> str:
    if not last:
        return ""

    def turn(to: int, name: str) -> str:
        off = "" if 0 <= to <= last else " disabled"
        return f'<button type="button" data-turn="page:{max(to, 0)}" data-name="{name}"{off}>{name}</button>'

    here = f'<span class="page-number">Page {page + 1:,} of {last + 1:,}</span>'
    return f'<nav class="pager" aria-label="Pages">{turn(page - 1, "Previous")}{here}{turn(page + 1, "Next")}</nav>'


def _render_row(record: DocumentRecord) -> str:
    address = web_address(record.url)
    link = ""
    if address:
        link = (
            f' <a href="{plain(address)}" target="_blank" rel="noopener noreferrer" '
            f'title="Open the original" aria-label="Open the original of {plain(record.title)}">↗</a>'
        )
    name = plain(record.source)
    cells = (
        f'<td data-label="Document" dir="auto"><button type="button" class="title" data-open="{name}">'
        f'<b>{plain(record.title)}</b></button><span class="source">{name}{link}</span></td>',
        f'<td data-label="Kind">{kind_of(record)}</td>',
        f'<td data-label="Publisher" dir="auto">{plain(record.publisher or "")}</td>',
        f'<td data-label="Date" class="day">{plain(short_day(record.published))}</td>',
        f'<td data-label="Passages" class="number">{record.passages:,}</td>',
        f'<td data-label="Added" class="day">{plain(short_day(record.added_at))}</td>',
        f'<td data-label="State">{render_state(record)}</td>',
        f'<td class="remove"><button type="button" data-do="remove" data-named="{name}" '
        f'aria-label="Remove {plain(record.title)}">Remove</button></td>',
    )
    return f"<tr>{''.join(cells)}</tr>"


def render_state(record: DocumentRecord) -> str:
    """HTML of whether a document was read, and what to know about that."""
    state = f'<span class="state {_STATES[record.state]}">{record.state}</span>'
    if record.taking_in:
        state += f'<p dir="auto">{plain(record.taking_in.in_words)}</p>'
    if record.failure is not None:
        kept = " The version read before is still in use." if record.passages else ""
        state += f'<p dir="auto">{plain(record.failure)}{kept}</p>'
    if record.left_out:
        state += f'<p dir="auto">Not read in it: {plain(record.left_out)}</p>'
    if not record.covered:
        state += f"<p>{plain(language_name(record.language))}: not covered by the embedding model.</p>"
    return state
