"""Changes of watched answers as a feed (Atom, RFC 4287), which feed readers can follow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from assistant.answering.citations import in_pieces, quote_as_read
from assistant.answering.quote_links import quote_link
from assistant.conversations.citation_places import place_in_words, web_address
from assistant.interfaces.wording import one_line
from assistant.types import Citation
from assistant.watches.watch_values import AnswerChange, WatchedAnswer

SHOWN_IN_FEED = 50
"""The newest changes that the feed holds; readers keep what they have seen."""
ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
"""It stays true whatever a terminal makes of the text, in which other characters than ASCII are references."""
_NO_XML = re.compile("[\ufffe\uffff]")
"""What XML forbids beside the control characters, which `one_line` takes out."""


def changes_feed(changes: Sequence[AnswerChange], id: str, address: str = "") -> str:
    """The feed of the changes, the newest first; ``id`` is its UUID, and ``address`` where it is, if that is known.

    Each entry holds the answer before and the one after, each sentence with the number of its source, as HTML.
    """
    from lxml import etree

    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    newest = changes[0].after.answered_at if changes else datetime(2000, 1, 1, tzinfo=UTC).isoformat()
    _add(feed, "id", f"urn:uuid:{id}")
    _add(feed, "title", "Citewell: watched questions")
    _add(feed, "updated", newest)
    _add(_add(feed, "author"), "name", "Citewell")
    if address:
        _add(feed, "link", rel="self", type=MEDIA_TYPE, href=address)
    for change in changes:
        _add_entry(feed, change, id)
    written: bytes = etree.tostring(feed, encoding="us-ascii", xml_declaration=False, pretty_print=True)
    return DECLARATION + written.decode("ascii")


def _add_entry(feed: Any, change: AnswerChange, feed_id: str) -> None:
    entry = _add(feed, "entry")
    _add(entry, "id", f"urn:uuid:{uuid5(UUID(feed_id), str(change.after.id))}")
    _add(entry, "title", change.question)
    _add(entry, "published", change.after.answered_at)
    _add(entry, "updated", change.after.answered_at)
    _add(entry, "content", _content(change), type="html")


def _content(change: AnswerChange) -> str:
    from lxml import etree

    body = etree.Element("div")
    if change.filters:
        _add_html(body, "p", f"Only in: {change.filters}")
    for name, one in (("Now", change.after), ("Before", change.before)):
        _add_html(body, "h3", f"{name} ({one.answered_at[:10]})")
        _add_answer(body, one)
    written: str = etree.tostring(body, encoding="unicode", method="html")
    return written


def _add_answer(body: Any, one: WatchedAnswer) -> None:
    """The sentences with their markers, and below the sources."""
    for _, words, markers in in_pieces(one.answer):
        if words.strip():
            _add_html(body, "p", words + markers)
    for citation in one.answer.citations:
        _add_source(body, citation)


def _add_source(body: Any, citation: Citation) -> None:
    passage = citation.passage
    facts = (place_in_words(citation), passage.publisher, (passage.published or "")[:10], passage.source)
    source = _add_html(body, "p", f"[{citation.number}] ")
    address = web_address(passage.url)
    title = _add_html(source, "a" if address else "b", passage.title or passage.source)
    if address:
        title.set("href", quote_link(address, citation.quote))
    title.tail = f" · {_text(' · '.join(filter(None, facts)))}"
    _add_html(body, "blockquote", quote_as_read(citation))


def _add(parent: Any, name: str, text: str = "", **attributes: str) -> Any:
    from lxml import etree

    child = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    child.text = _text(text) or None
    return child


def _add_html(parent: Any, name: str, text: str) -> Any:
    from lxml import etree

    child = etree.SubElement(parent, name)
    child.text = _text(text)
    return child


def _text(text: str) -> str:
    """What XML can hold of a text, on one line."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", one_line(text))
