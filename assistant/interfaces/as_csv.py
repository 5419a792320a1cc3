"""Tables for spreadsheets, as CSV: what documents say stays text there, and is never taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from assistant.answering.quote_links import quote_link
from assistant.conversations.citation_places import web_address
from assistant.interfaces.wording import one_line
from assistant.types import Mention, Mentions

FORMULA_SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "|", "%")
"""What a spreadsheet may take for the beginning of a formula, also as wide characters."""
COLUMNS = ("number", "published", "title", "publisher", "source", "place", "sentence", "address", "prominent")


def mentions_csv(found: Mentions) -> str:
    """The documents shown, a row each under the names of the columns; lines end as RFC 4180 says."""
    return _table([COLUMNS, *map(_row, found.shown)])


def _row(mention: Mention) -> Sequence[str]:
    citation, passage = mention.citation, mention.citation.passage
    address = web_address(passage.url)
    return (
        str(citation.number),
        passage.published or "",
        passage.title,
        passage.publisher or "",
        passage.source,
        citation.place.in_words if citation.place else "",
        citation.quote,
        quote_link(address, citation.quote) if address else "",
        "yes" if mention.is_prominent else "no",
    )


def _table(rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows([_cell(value) for value in row] for row in rows)
    return written.getvalue()


def _cell(value: str) -> str:
    """A value on one line, behind an apostrophe where a spreadsheet would calculate it."""
    text = one_line(value)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
