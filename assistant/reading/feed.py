"""RSS and Atom, as they are found, become JSON Feed (https://jsonfeed.org/version/1.1), which is easily checked."""

from __future__ import annotations

import calendar
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

from assistant.errors import ReadError
from assistant.reading.archive import local
from assistant.reading.blocks import one_line
from assistant.reading.dates import dates_together
from assistant.text.terms import covers
from assistant.types import Document

DATES = ("published", "updated")
ALL_BUT_ALL = 0.8
"""Of two texts of an entry, one that says so much of what the other says is enough."""


def read_feed(source: str, content: bytes, headers: Mapping[str, str]) -> Document:
    """A feed as the text of a document, in JSON Feed; ``headers`` are those it came with, in lower case.

    Raises:
        ReadError: it is neither RSS nor Atom.
    """
    import feedparser

    # NOTE: given the bytes themselves, feedparser would take them for an address to fetch if they look like one.
    parsed = feedparser.parse(io.BytesIO(content), response_headers=dict(headers))
    if not parsed.get("version"):
        parsed = feedparser.parse(io.BytesIO(_under_rss(content)), response_headers=dict(headers))
    if not parsed.get("version"):
        raise ReadError("It is neither RSS nor Atom nor JSON Feed.")
    about = parsed.feed
    written = [_written(entry, name) for entry in parsed.entries for name in DATES]
    dates = dates_together(written)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": about.get("title"),
        "home_page_url": about.get("link"),
        "description": about.get("subtitle"),
        "authors": [{"name": about.get("author")}],
        "items": [_item(entry, dates) for entry in parsed.entries],
    }
    return Document(source, "", json.dumps(feed), language="en")


def holds_feed(root: Any) -> bool:
    """Whether an element holds the channel of a feed, or is one, whatever it is called itself."""
    return any(local(item) == "item" for channel in root.iter("{*}channel") for item in channel)


def _under_rss(content: bytes) -> bytes:
    """A feed with the root that it lacks: the channel, or the entries, of whatever the content is."""
    from lxml import etree

    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return b""
    rss = etree.Element("rss", version="2.0", nsmap={name: uri for name, uri in root.nsmap.items() if name})
    channel = next(root.iter("{*}channel"), None)
    items = list(root.iter("{*}item")) if channel is None else []
    if items:
        channel = etree.Element("channel")
        channel.extend(items)
    if channel is not None:
        rss.append(channel)
    return etree.tostring(rss) if channel is not None else b""


def _item(entry: Any, dates: Mapping[str, str]) -> dict[str, Any]:
    published, updated = (_date(entry, name, dates) for name in DATES)
    return {
        "id": entry.get("id"),
        "url": entry.get("link"),
        "title": _title(entry),
        "content_html": _text(entry),
        "authors": [{"name": entry.get("author")}],
        "date_published": published or updated,
        "date_modified": updated,
        "tags": [one_line(tag.get("term") or "") for tag in entry.get("tags", ())],
    }


def _title(entry: Any) -> str:
    """The title as HTML."""
    title = entry.get("title") or ""
    return title if entry.get("title_detail", {}).get("type") != "text/plain" else escape(title, quote=False)


def _text(entry: Any) -> str:
    """All that an entry says, as HTML: the longest of its texts, and what the others say besides."""
    details = [
        *entry.get("content", ()),
        *(entry[name] for name in ("summary_detail", "subtitle_detail") if name in entry),
    ]
    texts = [
        escape(text, quote=False) if detail.get("type") == "text/plain" else text
        for detail in details
        if (text := (detail.get("value") or "").strip())
    ]
    said: list[str] = []
    for text in sorted(texts, key=len, reverse=True):
        if not said or not covers(" ".join(said), text, ALL_BUT_ALL):
            said.append(text)
    return said[0] if len(said) == 1 else "".join(f"<div>{text}</div>" for text in said)


def _date(entry: Any, name: str, dates: Mapping[str, str]) -> str | None:
    """A date of an entry in its own zone, as feedparser reads it where that alone can, else as it is written."""
    written = _written(entry, name)
    parsed = entry.get(f"{name}_parsed") if name in entry else None
    try:
        known = datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat() if parsed else None
    except (ValueError, OverflowError, OSError):
        known = None
    return dates.get(written) or known or written or None


def _written(entry: Any, name: str) -> str:
    return one_line(str(entry.get(name) or "")) if name in entry else ""
