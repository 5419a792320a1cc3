"""A web page as Markdown: its article, and what the page says of its title, author, publisher and dates."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote, urljoin, urlsplit

import yaml

from assistant.corpus.addresses import checked_address, identity
from assistant.corpus.fetching import Fetched
from assistant.corpus.slugs import END, slug_of
from assistant.errors import FetchError, ReadError
from assistant.reading.plain import decode, encoding_named_in
from assistant.types import Document

FOLDER = "web"
ACCEPTED = "text/html, application/xhtml+xml;q=0.9, text/markdown;q=0.8, text/plain;q=0.7, */*;q=0.1"
HTML = ("text/html", "application/xhtml+xml", "application/xml", "text/xml", "")
TEXT = ("text/plain", "text/markdown", "text/x-markdown")
TITLE_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page or an article as it is kept; ``address`` stands for it, ``published`` is ISO 8601 as far as known."""

    address: str
    title: str
    text: str
    author: str | None = None
    publisher: str | None = None
    published: str | None = None


class PageReader(Protocol):
    """Finds what is to be read in pages, whatever these do to whoever reads them."""

    def reading(self) -> AbstractContextManager[object]:
        """Many pages are about to be read."""

    def read(self, name: str, html: str) -> Document:
        """The document in a page, which is called by its ``name`` where it has no title.

        Raises:
            FetchError: there is nothing to read, or it cannot be read.
        """

    def read_feed(self, content: bytes, headers: Mapping[str, str]) -> str:
        """The JSON Feed that a feed of RSS or Atom amounts to; ``headers`` are those it came with, in lower case.

        Raises:
            FetchError: it is neither, or cannot be read.
        """


def page_from(fetched: Fetched, reader: PageReader) -> WebPage:
    """What is to be read on a page that was fetched with its content.

    Raises:
        FetchError: it is no page of text, there is nothing to read on it, or it cannot be read.
    """
    if fetched.media_type not in (*HTML, *TEXT):
        raise FetchError(
            f"{fetched.address} is of the type {fetched.media_type[:80]}; pages of HTML or text are fetched. "
            "Save it as a file, and add that.",
            lasting=True,
        )
    content = fetched.content or b""
    try:
        text = decode(content, fetched.charset, encoding_named_in(content))
    except ReadError as error:
        raise FetchError(f"{fetched.address} cannot be read. {error}", lasting=True) from error
    if fetched.media_type in HTML:
        return _read(text, fetched.address, reader)
    if not text.strip():
        raise FetchError(f"{fetched.address} cannot be read: it holds no text.", lasting=True)
    title = _first_line(text) or _name_of(fetched.address)
    return WebPage(identity(fetched.address), title, text)


def page_seen(address: str, html: str, title: str, reader: PageReader) -> WebPage:
    """What is to be read on a page whose HTML came from a browser; ``title`` is for one that has no other.

    Raises:
        FetchError: there is nothing to read on it, or it cannot be read.
    """
    return _read(html, address, reader, " ".join(title.split())[:TITLE_CHARACTERS])


def text_of(html: str, reader: PageReader) -> str:
    """The text of a piece of HTML as Markdown, such as an article within a feed; "" where none can be read."""
    if "<" not in html and "&" not in html:
        return html.strip()
    try:
        return reader.read("article", f"<html><body><article>{html}</article></body></html>").text.strip()
    except FetchError:
        return ""


def rendered(page: WebPage) -> bytes:
    """The page as a Markdown file with its facts in front."""
    facts = {
        "title": page.title[:TITLE_CHARACTERS],
        "author": page.author and page.author[:TITLE_CHARACTERS],
        "publisher": (page.publisher and page.publisher[:TITLE_CHARACTERS]) or urlsplit(page.address).hostname,
        "published": page.published,
        "url": page.address,
    }
    return with_front_matter(facts, page.text)


def with_front_matter(facts: Mapping[str, str | None], text: str) -> bytes:
    """A Markdown file of a text, with those facts in front that say something."""
    said = {name: " ".join(value.split()) for name, value in facts.items() if value}
    front = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{front}---\n\n{text.strip()}\n".encode("utf-8", "replace")


def source_of(address: str) -> str:
    """The name in the corpus of the page that an address stands for: always the same, and no other page's."""
    parts = urlsplit(address)
    host = re.sub(r"[^a-z0-9.-]+", "-", parts.netloc.lower()).strip(".-")
    words = re.sub(r"\.\w{1,5}$", "", unquote(parts.path))
    digest = hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()[:10]
    return f"{FOLDER}/{host}/{slug_of(words.lower(), 'page', END)}-{digest}.md"


def _read(html: str, address: str, reader: PageReader, name: str = "") -> WebPage:
    try:
        found = reader.read(name or _name_of(address), html)
    except FetchError as error:
        raise FetchError(f"{address} cannot be read. {error}", lasting=error.lasting) from error
    return WebPage(
        address=_canonical(found.url, address),
        title=found.title,
        text=found.text,
        author=found.author,
        publisher=found.publisher,
        published=found.published,
    )


def _canonical(claimed: str | None, address: str) -> str:
    """The address that a page gives as its own, where it is of the same site and no mere front page."""
    here = identity(address)
    try:
        there = identity(checked_address(urljoin(address, claimed or address)))
    except (FetchError, ValueError):
        return here
    parts, own = urlsplit(there), urlsplit(here)
    same_site = parts.netloc.removeprefix("www.") == own.netloc.removeprefix("www.")
    if not same_site or parts.scheme != own.scheme or (parts.path == "/" and not parts.query):
        return here
    return there


def _first_line(text: str) -> str:
    first = text.strip().partition("\n")[0].strip().lstrip("# ")
    return first if 2 < len(first) <= 120 else ""


def _name_of(address: str) -> str:
    parts = urlsplit(address)
    last = unquote(parts.path).rstrip("/").rpartition("/")[2]
    return " ".join(re.sub(r"[-_]+", " ", re.sub(r"\.\w{1,5}$", "", last)).split()) or parts.netloc
