"""The cited sources of a conversation, as entries of a list of references: one for each document."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.conversations.citation_places import place_in_words, web_address
from assistant.conversations.values import Conversation
from assistant.text.characters import UNSHOWABLE, without_surrogates
from assistant.types import Citation, Passage

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class Name:
    """An author: ``family`` and ``given`` where the document tells them apart, else the whole name in ``family``.

    Documents rarely tell a person from an office; a name that is kept whole is never taken apart wrongly.
    """

    family: str
    given: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A cited document. Every text is on one line; what is not known is empty.

    ``key`` depends on the document alone, so that it stays the same in every export. ``date`` and ``accessed`` are ISO
    8601 days, ``date`` as far as it is known; ``pages`` and ``sections`` say where the ``quotes`` stand.
    """

    key: str
    title: str
    authors: tuple[Name, ...]
    publisher: str
    date: str
    url: str
    accessed: str
    pages: tuple[str, ...]
    sections: tuple[str, ...]
    quotes: tuple[str, ...]

    @property
    def note(self) -> str:
        """The quotes, each in quotation marks."""
        return " ".join(f"“{quote}”" for quote in self.quotes)


def references_of(conversation: Conversation) -> list[Reference]:
    """The documents that the answers cite, in the order of their first citation."""
    cited: dict[str, list[Citation]] = {}
    accessed: dict[str, str] = {}
    for exchange in conversation.exchanges:
        for citation in exchange.answer.citations if exchange.answer else ():
            cited.setdefault(citation.passage.source, []).append(citation)
            accessed[citation.passage.source] = exchange.asked_at[:10]
    return [_reference(citations, accessed[source]) for source, citations in cited.items()]


def _reference(citations: list[Citation], accessed: str) -> Reference:
    latest = citations[-1].passage
    date = known_date(latest.published)
    authors = tuple(filter(None, map(_name, (latest.author or "").split(";"))))
    return Reference(
        key=_key(latest, authors, date[:4]),
        title=_line(latest.title) or _line(latest.source),
        authors=authors,
        publisher=_line(latest.publisher or ""),
        date=date,
        url=web_address(latest.url),
        accessed=accessed,
        pages=_each_once(one.place.label for one in citations if one.place and one.place.kind == "page"),
        sections=_each_once(place_in_words(one) for one in citations if not one.place or one.place.kind != "page"),
        quotes=_each_once(citation.quote for citation in citations),
    )


def known_date(published: str | None) -> str:
    """A date as far as it is known: its year, or with its month, or its day, too."""
    found = _DATE.match(published or "")
    return found[0] if found else ""


def _key(passage: Passage, authors: tuple[Name, ...], year: str) -> str:
    """A key that says who and when, and is the document's own by a digest of its name."""
    who = authors[0].family if authors else passage.publisher or passage.title
    ascii_only = unicodedata.normalize("NFKD", who).encode("ascii", "ignore").decode().lower()
    word = "".join(filter(str.isalnum, ascii_only))[:20] or "source"
    digest = hashlib.sha256(passage.source.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{word}{year}-{digest}"


def _name(text: str) -> Name | None:
    """A name; ``Family, Given`` where it is written so."""
    parts = [_line(part) for part in text.split(",")]
    if len(parts) == 2 and all(parts):
        return Name(*parts)
    whole = _line(text)
    return Name(whole) if whole else None


def _each_once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(_line, texts))))


def _line(text: str) -> str:
    return " ".join(without_surrogates(UNSHOWABLE.sub(" ", text)).split())
