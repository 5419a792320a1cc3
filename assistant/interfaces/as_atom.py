"""What is new, and changes of watched answers, as feeds (Atom, RFC 4287), which feed readers can follow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from assistant.answering.citations import in_pieces, quote_as_read
from assistant.answering.quote_links import quote_link
from assistant.conversations.citation_places import place_in_words, web_address
from assistant.interfaces.wording import one_line
from assistant.news.views import News, Story
from assistant.types import Citation, Filters
from assistant.watches.watch_values import AnswerChange, WatchedAnswer

SHOWN_IN_FEED = 50
"""The newest changes that the feed holds; readers keep what they have seen."""
ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
"""It stays true whatever a terminal makes of the text, in which other characters than ASCII are references."""
_NO_XML = re.compile("[\ufffe\uffff]")
"""What XML forbids beside the control characters, which `one_line` takes out."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry: ``key`` stays the same for as long as it tells the same; ``moment`` is ISO 8601 with a zone."""

    key: str
    title: str
    moment: str
    content: str


def changes_feed(changes: Sequence[AnswerChange], id: str, address: str = "") -> str:
    """The feed of the changes of watched answers, the newest first; see `atom_feed`.

    Each entry holds the answer before and the one after, each sentence with the number of its source.
    """
    entries = [FeedEntry(str(one.after.id), one.question, one.after.answered_at, _change(one)) for one in changes]
    return atom_feed("Citewell: watched questions", entries, id, address)


def news_feed(news: News, id: str, address: str = "") -> str:
    """The feed of the stories that are new; see `atom_feed`. A story that goes on is an entry again."""
    entries = [
        FeedEntry(
            f"{story.sources[-1]} {story.last}",
            story.title,
            f"{story.last}T00:00:00Z",
            _story(story),
        )
        for story in news.stories
    ]
    title = f"Citewell: what is new of {news.subject}" if news.subject else "Citewell: what is new"
    return atom_feed(title, entries, id, address)


def news_id(corpus: Path, subject: str, filters: Filters) -> str:
    """The UUID of the news of a corpus, narrowed so: the same for the same."""
    lists = ["\n".join(names) for names in (filters.sources, filters.publishers)]
    told = "\0".join([str(corpus), subject, *lists, filters.since or "", filters.until or ""])
    return str(uuid5(NAMESPACE_URL, f"citewell:new:{told}"))


def atom_feed(title: str, entries: Sequence[FeedEntry], id: str, address: str = "") -> str:
    """An Atom feed whose ``id`` is a UUID; ``address`` is where it is, if that is known. Contents are HTML."""
    from lxml import etree

    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _add(feed, "id", f"urn:uuid:{id}")
    _add(feed, "title", title)
    _add(feed, "updated", max((one.moment for one in entries), default=datetime(2000, 1, 1, tzinfo=UTC).isoformat()))
    _add(_add(feed, "author"), "name", "Citewell")
    if address:
        _add(feed, "link", rel="self", type=MEDIA_TYPE, href=address)
    for one in entries:
        entry = _add(feed, "entry")
        _add(entry, "id", f"urn:uuid:{uuid5(UUID(id), one.key)}")
        _add(entry, "title", one.title)
        _add(entry, "published", one.moment)
        _add(entry, "updated", one.moment)
        _add(entry, "content", one.content, type="html")
    written: bytes = etree.tostring(feed, encoding="us-ascii", xml_declaration=False, pretty_print=True)
    return DECLARATION + written.decode("ascii")


def _story(story: Story) -> str:
    from lxml import etree

    body = etree.Element("div")
    _add_html(body, "p", story.in_words)
    for one in (story.lead, *story.adds):
        _add_source(body, one)
    for dispute in story.contradicts:
        _add_html(body, "p", dispute.notice)
        _add_source(body, dispute.new)
        _add_source(body, dispute.earlier)
    written: str = etree.tostring(body, encoding="unicode", method="html")
    return written


def _change(change: AnswerChange) -> str:
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
