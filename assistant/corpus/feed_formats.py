"""RSS, Atom and JSON Feed become the same values. What cannot be trusted to be whole is refused, not half taken."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import urljoin

from assistant.corpus.addresses import is_web_address
from assistant.corpus.fetching import Fetched
from assistant.corpus.web import PageReader
from assistant.errors import FetchError

ACCEPTED = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
ROOT_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>\Z", re.IGNORECASE)
SPACE = frozenset(b" \t\r\n\f\v")
LONGEST_END = 200
"""The bytes that the tag which ends a feed may have."""
PAGES = ("text/html", "application/xhtml+xml")
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
LINK_TAG = re.compile(r"<link\s[^<>]{1,2000}>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"(?<![\w-])([\w-]++)\s*+=\s*+(\"[^\"]*\"|'[^']*'|[^\s>]+)")
LOOKED_THROUGH = 200_000
"""A page names its feed at its beginning."""
MAXIMUM_ENTRIES = 1_000
"""Of one feed at a time; feeds hold some ten to a hundred."""
LONGEST_DATE = 80
LONGEST_TITLE, LONGEST_NAME, LONGEST_GUID = 300, 200, 1_000
LARGEST_NUMBER = 10**18
"""Larger numbers are no names of anything, and Python refuses to write them out."""
MAXIMUM_TEXT = 200_000
"""Characters of an entry's own text that are kept."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed: ``guid`` tells it from others, ``link`` leads to its article, ``html`` is its own text."""

    guid: str
    title: str
    link: str
    html: str = ""
    author: str | None = None
    published: str | None = None
    updated: str | None = None

    @property
    def fingerprint(self) -> str:
        """Changes when the entry says that its article changed."""
        said = [self.updated] if self.updated else [self.title, self.html]
        return hashlib.sha256(json.dumps([self.link, self.published, *said]).encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class FeedContent:
    """What a feed says of itself, and its entries in its own order."""

    title: str
    home: str
    entries: tuple[Entry, ...]


def feed_from(fetched: Fetched, reader: PageReader) -> FeedContent:
    """The feed in what was fetched.

    Raises:
        FetchError: it is no feed, or was cut short.
    """
    content = fetched.content or b""
    bare = content.removeprefix(b"\xef\xbb\xbf").strip()
    found = _json_feed(fetched.address, bare) if bare.startswith(b"{") else _xml_feed(fetched, content, reader)
    distinct = {entry.guid: entry for entry in reversed(found.entries[:MAXIMUM_ENTRIES])}
    return FeedContent(found.title, found.home, tuple(reversed(distinct.values())))


def feed_named_by(fetched: Fetched) -> str | None:
    """The address of the feed that a web page names as its own; None where it names none, or is no page."""
    if fetched.media_type not in PAGES:
        return None
    for tag in LINK_TAG.findall((fetched.content or b"")[:LOOKED_THROUGH].decode("utf-8", "replace")):
        said = {name.lower(): unescape(value.strip("\"'")) for name, value in ATTRIBUTE.findall(tag)}
        if "alternate" in said.get("rel", "").lower().split() and said.get("type", "").lower() in FEED_TYPES:
            return _link(fetched.address, said.get("href")) or None
    return None


def _xml_feed(fetched: Fetched, content: bytes, reader: PageReader) -> FeedContent:
    headers = {"content-type": f"{fetched.media_type or 'application/xml'}", "content-location": fetched.address}
    if fetched.charset:
        headers["content-type"] += f"; charset={fetched.charset}"
    try:
        found = reader.read_feed(content, headers)
    except FetchError as error:
        raise FetchError(f"{fetched.address} is no feed that can be read. {error}", lasting=error.lasting) from error
    if not _is_whole(content):
        raise FetchError(f"The feed {fetched.address} was cut short.")
    return _json_feed(fetched.address, found.encode())


def _is_whole(content: bytes) -> bool:
    """Whether a feed in XML ends with the end of its outermost element, and with comments after it at most."""
    end = content.replace(b"\0", b"").rstrip()  # UTF-16 has them between its letters
    stop = len(end)
    while end.endswith(b"-->", 0, stop):
        start = end.rfind(b"<!--", 0, stop)
        if start < 0:
            break
        stop = start
        while stop and end[stop - 1] in SPACE:
            stop -= 1
    return ROOT_END.search(end[max(0, stop - LONGEST_END) : stop]) is not None


def _json_feed(address: str, content: bytes) -> FeedContent:
    try:
        feed = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FetchError(f"The feed {address} was cut short, or is not JSON.") from error
    if not isinstance(feed, dict) or "jsonfeed.org/version" not in str(feed.get("version")):
        raise FetchError(f"{address} is no feed: it is neither RSS nor Atom nor JSON Feed.", lasting=True)
    items = feed.get("items")
    entries = (
        [_json_entry(address, item) for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    )
    return FeedContent(
        _short(_line(feed.get("title")), LONGEST_TITLE), _link(address, feed.get("home_page_url")), tuple(entries)
    )


def _json_entry(address: str, item: dict[str, Any]) -> Entry:
    link = _link(address, item.get("url") or item.get("external_url"))
    title = _short(_line(item.get("title")), LONGEST_TITLE)
    texts = [item.get(name) for name in ("content_html", "content_text", "summary")]
    html = next((text for text in texts if isinstance(text, str) and text.strip()), "")
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = [_line(author.get("name")) for author in authors or () if isinstance(author, dict)]
    published = _date(item.get("date_published"))
    return Entry(
        guid=_guid(_line(item.get("id"))) or link or _digest(title, str(published), html),
        title=title,
        link=link,
        html=html[:MAXIMUM_TEXT],
        author=_short(", ".join(filter(None, names)), LONGEST_NAME) or None,
        published=published,
        updated=_date(item.get("date_modified")),
    )


def _link(address: str, link: object) -> str:
    text = _line(link)
    if not text:
        return ""
    try:
        whole = urljoin(address, text)
    except ValueError:
        return ""
    return whole if is_web_address(whole) else ""


def _line(value: object) -> str:
    """A value as one line of text without HTML."""
    if not isinstance(value, str | int | float) or (isinstance(value, int) and abs(value) >= LARGEST_NUMBER):
        return ""
    return " ".join(re.sub(r"</?[a-zA-Z][^<>]*>", " ", str(value)).split())


def _short(text: str, characters: int) -> str:
    return text if len(text) <= characters else text[: characters - 1].rstrip() + "\u2026"


def _guid(said: str) -> str:
    """What tells an entry from others; a very long one is told by its digest."""
    return said if len(said) <= LONGEST_GUID else _digest(said)


def _date(value: object) -> str | None:
    """A date as it is written, in ISO 8601 where it is in one of its forms; who reads the article reads the others."""
    text = _line(value)[:LONGEST_DATE]
    try:
        return datetime.fromisoformat(text).isoformat()[: 10 if len(text) == 10 else None]
    except ValueError:
        return text or None


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:20]
