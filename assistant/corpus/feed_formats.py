"""RSS, Atom and JSON Feed become the same values. What cannot be trusted to be whole is refused, not half taken."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import urldefrag, urljoin

from assistant.corpus.addresses import is_web_address
from assistant.corpus.fetching import Fetched
from assistant.corpus.links import attributes_of
from assistant.corpus.web import PageReader
from assistant.errors import FetchError
from assistant.reading.dates import read_date

ACCEPTED = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
END = re.compile(rb"</(?:\w{1,40}:)?(?:rss|feed|rdf)\s{0,40}>|<(?:\w{1,40}:)?(?:item|entry)[\s>]", re.IGNORECASE)
"""The tag that ends a feed, or one that begins an entry."""
COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
PAGES = ("text/html", "application/xhtml+xml")
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
LINK_TAG = re.compile(r"<link\s[^<>]{1,2000}>", re.IGNORECASE)
LOOKED_THROUGH = 200_000
"""A page names its feed at its beginning."""
MAXIMUM_ENTRIES = 1_000
"""Of one feed at a time; feeds hold some ten to a hundred."""
LONGEST_DATE = 80
LONGEST_TITLE, LONGEST_NAME, LONGEST_GUID = 300, 200, 1_000
FIRST_YEAR, YEARS_AHEAD = 1971, 30
"""What is dated in 1970 or in 2099 has no date: machines begin to count then, or people never expect to come there."""
LARGEST_NUMBER = 10**18
"""Larger numbers are no names of anything, and Python refuses to write them out."""
MAXIMUM_TEXT = 200_000
"""Characters of an entry's own text that are kept."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed: ``guid`` tells it from others, ``link`` leads to its article, ``html`` is its own text.

    ``name`` tells it from others whose feed gives them the same guid, now or later. ``shares_page`` says that the page
    it links to is that of other entries as well.
    """

    guid: str
    title: str
    link: str
    html: str = ""
    author: str | None = None
    published: str | None = None
    updated: str | None = None
    name: str = field(default="", compare=False)
    shares_page: bool = field(default=False, compare=False)

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
    return replace(found, entries=_told_apart(found.entries[:MAXIMUM_ENTRIES]))


def _told_apart(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries, each once and with a guid of its own: with its link, its title and its text where need be."""
    different = {_all_of(entry): entry for entry in entries}.values()
    alike = Counter(map(_heading, different))
    guids = Counter(guid for guid, _, _ in alike)
    linked = Counter(urldefrag(link).url for link, _ in {(entry.link, entry.title) for entry in entries})
    found: dict[str, Entry] = {}
    for entry in entries:
        parts = _heading(entry)
        name = _digest(*parts) if alike[parts] == 1 else _all_of(entry)
        guid = entry.guid if entry.guid and guids[entry.guid] == 1 and alike[parts] == 1 else name
        shares_page = linked[urldefrag(entry.link).url] > 1
        found.setdefault(guid, replace(entry, guid=guid, name=name, shares_page=shares_page))
    return tuple(found.values())


def _heading(entry: Entry) -> tuple[str, str, str]:
    """All of an entry but its text."""
    return entry.guid, entry.link, entry.title


def _all_of(entry: Entry) -> str:
    return _digest(entry.guid, entry.link, entry.title, entry.html)


def feed_named_by(fetched: Fetched) -> str | None:
    """The address of the feed that a web page names as its own; None where it names none, or is no page."""
    if fetched.media_type not in PAGES:
        return None
    for tag in LINK_TAG.findall((fetched.content or b"")[:LOOKED_THROUGH].decode("utf-8", "replace")):
        said = attributes_of(tag)
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
    """Whether a feed in XML has the end of its outermost element, and no entry after it, whatever else there is."""
    last = b""
    said = COMMENT.sub(b"", content.replace(b"\0", b""))  # UTF-16 has them between its letters
    for found in END.finditer(said):
        last = found[0]
    return last.startswith(b"</")


def _json_feed(address: str, content: bytes) -> FeedContent:
    try:
        feed, _ = json.JSONDecoder().raw_decode(content.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise FetchError(f"The feed {address} was cut short, or is not JSON.") from error
    if not isinstance(feed, dict) or "jsonfeed.org/version" not in str(feed.get("version")):
        raise FetchError(f"{address} is no feed: it is neither RSS nor Atom nor JSON Feed.", lasting=True)
    items = feed.get("items")
    entries = (
        [_json_entry(address, item) for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    )
    return FeedContent(
        _short(_title(feed.get("title")), LONGEST_TITLE), _link(address, feed.get("home_page_url")), tuple(entries)
    )


def _json_entry(address: str, item: dict[str, Any]) -> Entry:
    link = _link(address, item.get("url") or item.get("external_url"))
    title = _short(_title(item.get("title")), LONGEST_TITLE)
    texts = [item.get(name) for name in ("content_html", "content_text", "summary")]
    html = next((text for text in texts if isinstance(text, str) and text.strip()), "")
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = [_line(author.get("name")) for author in authors or () if isinstance(author, dict)]
    updated = _date(item.get("date_modified"))
    return Entry(
        guid=_guid(_line(item.get("id"))),
        title=title,
        link=link,
        html=html[:MAXIMUM_TEXT],
        author=_short(", ".join(filter(None, names)), LONGEST_NAME) or None,
        published=_date(item.get("date_published")) or updated,
        updated=updated,
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


def _title(value: object) -> str:
    """A title as one line of text; feeds often write its characters as entities twice over."""
    return " ".join(unescape(unescape(_line(value))).split())


def _short(text: str, characters: int) -> str:
    return text if len(text) <= characters else text[: characters - 1].rstrip() + "\u2026"


def _guid(said: str) -> str:
    """What tells an entry from others; a very long one is told by its digest."""
    return said if len(said) <= LONGEST_GUID else _digest(said)


def _date(value: object) -> str | None:
    """A date in ISO 8601, as it is written where it cannot be read; None for one on which no feed can have said it."""
    text = _line(value)[:LONGEST_DATE]
    found = read_date(text)
    if found is None:
        return None if text.startswith("000") or not text.strip("0") else text  # those of machines that know none
    return found if FIRST_YEAR <= int(found[:4]) < datetime.now(UTC).year + YEARS_AHEAD else None


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:20]
