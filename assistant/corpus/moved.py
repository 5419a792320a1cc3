"""Where a page leads that only says that it has moved."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin

from assistant.corpus.addresses import checked_address
from assistant.errors import FetchError

LOOKED_AT = 10_000
"""Bytes of a page in which it says so."""
LONGEST_WAIT = 10
"""Seconds within which a page that has moved leads on; one that is shown for longer is a page of its own."""


def led_to_by(content: bytes, address: str) -> str | None:
    """The other page that a page at an address leads its readers on to, by ``<meta http-equiv="refresh">``."""
    found = _Refresh(content[:LOOKED_AT].decode("utf-8", "replace"))
    try:
        target = checked_address(urljoin(address, found.target)) if found.target else None
    except (FetchError, ValueError):
        return None
    return target if target != checked_address(address) else None


class _Refresh(HTMLParser):
    """Finds where a page leads its readers, whose browsers run scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.target = ""
        self._without_scripts = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        said = {name: value or "" for name, value in attrs}
        self._without_scripts += tag == "noscript"
        if tag != "meta" or said.get("http-equiv", "").strip().lower() != "refresh" or self._without_scripts:
            return
        seconds, _, place = said.get("content", "").replace(",", ";", 1).partition(";")
        name, _, target = place.partition("=")
        seconds = seconds.strip().partition(".")[0]
        if name.strip().lower() == "url" and seconds.isdecimal() and float(seconds[:9]) <= LONGEST_WAIT:
            self.target = self.target or target.strip().strip("\"'").strip()

    def handle_endtag(self, tag: str) -> None:
        """Look at the end of one."""
        self._without_scripts -= tag == "noscript"
