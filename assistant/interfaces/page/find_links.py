"""Addresses of the page that lead to a list of documents: what was looked for, and what that is narrowed to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from assistant.types import Filters

MOST_OFF = 100
"""How many spellings may be switched off: a browser names them."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is listed: what was looked for, within which filters, in which spellings not, and which page, from 0.

    ``lens`` is how a subject is looked at, "" for the first way.
    """

    query: str = ""
    filters: Filters = field(default_factory=Filters)
    without: tuple[str, ...] = ()
    page: int = 0
    lens: str = ""

    def turned(self, to: str) -> Search:
        """After a button that names ``page:2``, ``off:Kiev``, ``on:Kiev`` or ``lens:new``; it comes from a browser."""
        what, _, value = to.partition(":")
        if what == "page" and value.isascii() and value.isdecimal() and len(value) < 7:
            return replace(self, page=int(value))
        if what == "off" and len(self.without) < MOST_OFF:
            return replace(self, without=(*self.without, value), page=0)
        if what == "on":
            return replace(self, without=tuple(one for one in self.without if one != value), page=0)
        if what == "lens":
            return replace(self, lens=value, page=0)
        return self


def find_link(search: Search, view: str = "find") -> str:
    """What leads to a view's list, behind the address of the page; each name stands once, several values on lines."""
    filters = search.filters
    values = {
        view: search.query,
        "as": search.lens,
        "without": _on_lines(search.without),
        "source": _on_lines(filters.sources),
        "publisher": _on_lines(filters.publishers),
        "since": filters.since or "",
        "until": filters.until or "",
    }
    return f"?{urlencode({name: value for name, value in values.items() if value}, errors='replace')}"


def find_in(address: Mapping[str, str], view: str = "find") -> Search:
    """What an address leads to in a view; its query is "" where it names nothing."""

    def several(name: str) -> tuple[str, ...]:
        return tuple(filter(None, address.get(name, "").split("\n")))

    days = (address.get("since") or None, address.get("until") or None)
    filters = Filters(several("source"), several("publisher"), *days)
    query, lens = address.get(view, "").strip(), address.get("as", "")
    return Search(query, filters, several("without")[:MOST_OFF], lens=lens)


def _on_lines(names: Iterable[str]) -> str:
    return "\n".join(names)
