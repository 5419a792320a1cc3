"""RSS and Atom, as they are found, become JSON Feed (https://jsonfeed.org/version/1.1), which is easily checked."""

from __future__ import annotations

import calendar
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from assistant.errors import ReadError
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
    updated = _moment(entry["updated_parsed"]) if "updated_parsed" in entry else None
    return {
        "id": entry.get("id"),
        "url": entry.get("link"),
        "title": entry.get("title"),
        "content_html": max(texts, key=len),
        "authors": [{"name": entry.get("author")}],
        "date_published": _moment(entry.get("published_parsed")) or updated,
        "date_modified": updated,
    }


def _moment(parsed: Any) -> str | None:
    if not parsed:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None
