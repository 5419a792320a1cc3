"""Feeds that were saved as files (.rss, .atom): documents of their entries."""

from __future__ import annotations

import json

from assistant.reading.blocks import Blocks, one_line
from assistant.reading.feed import read_feed
from assistant.reading.html import markdown_of, parse_page, write_html
from assistant.reading.limits import Options
from assistant.reading.plain import name_as_title
from assistant.reading.unread import told
from assistant.types import Document


def read_feed_file(source: str, content: bytes, options: Options) -> Document:
    """A feed that was saved as a file: each of its entries with its title, its day and who wrote it, and its text.

    Raises:
        ReadError: it is neither RSS nor Atom, or holds no text.
    """
    feed = json.loads(read_feed(source, content, {"content-type": "application/xml"}).text)
    blocks, seen = Blocks(options.budget), set[str]()
    author = one_line(feed["authors"][0]["name"] or "")
    blocks.paragraph(_shown(feed["description"]))
    blocks.paragraph(f"By {author}" if author else "")
    for item in feed["items"]:
        blocks.heading(2, _shown(item["title"]))
        said = ((item["date_published"] or "")[:10], *(one_line(author["name"] or "") for author in item["authors"]))
        blocks.paragraph(", ".join(filter(None, said)))
        blocks.paragraph(", ".join(filter(None, item["tags"])))
        if item["content_html"].strip():
            write_html(blocks, parse_page(f"<html><body>{item['content_html']}</body></html>", seen))
    title = _shown(feed["title"]) or name_as_title(source)
    return Document(source, title, blocks.text, "markdown", author=author or None, left_out=tuple(told(seen)))


def _shown(html: str | None) -> str:
    """A title without tags and entities."""
    return one_line(markdown_of(parse_page(f"<html><body><div>{html}</div></body></html>"))) if html else ""
