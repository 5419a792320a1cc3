"""RSS and Atom, as they are found, become JSON Feed (https://jsonfeed.org/version/1.1), which is easily checked."""

from __future__ import annotations

import calendar
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from assistant.errors import ReadError
from assistant.reading.blocks import one_line
from assistant.reading.dates import read_date
from assistant.types import Document


def read_feed(source: str, content: bytes, headers: Mapping[str, str]) -> Document:
    """A feed as the text of a document, in JSON Feed; ``headers`` are those it came with, in lower case.

    Raises:
        ReadError: it is neither RSS nor Atom.
    """
    import feedparser

    # NOTE: given the bytes themselves, feedparser would take them for an address to fetch if they look like one.
    parsed = feedparser.parse(io.BytesIO(content), response_headers=dict(headers))
    if not parsed.get("version"):
        raise ReadError("It is neither RSS nor Atom nor JSON Feed.")
    about = parsed.feed
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": about.get("title"),
        "home_page_url": about.get("link"),
        "items": [_item(entry) for entry in parsed.entries],
    }
    return Document(source, "", json.dumps(feed), language="en")


def _item(entry: Any) -> dict[str, Any]:
    texts = [part.get("value") or "" for part in entry.get("content", ())] + [entry.get("summary") or ""]
    updated = _date(entry, "updated") if "updated" in entry else None
    return {
        "id": entry.get("id"),
        "url": entry.get("link"),
        "title": entry.get("title"),
        "content_html": max(texts, key=len),
        "authors": [{"name": entry.get("author")}],
        "date_published": _date(entry, "published") or updated,
        "date_modified": updated,
    }


def _date(entry: Any, name: str) -> str | None:
    """A date of an entry in its own zone, as feedparser reads it where that alone can, else as it is written."""
    written = one_line(str(entry.get(name) or ""))
    parsed = entry.get(f"{name}_parsed")
    try:
        known = datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat() if parsed else None
    except (ValueError, OverflowError, OSError):
        known = None
    return read_date(written) or known or written or None
