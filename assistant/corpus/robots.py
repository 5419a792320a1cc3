"""What a site lets programs fetch: its robots.txt, as RFC 9309 reads it."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from protego import Protego

from assistant.errors import FetchError

REMEMBERED_SECONDS = 3_600.0
LONGEST_PAUSE = 30.0
"""A site may ask for longer pauses between two requests; then it gets this one."""

FetchRules = Callable[[str], bytes]


class Robots:
    """The rules of each site, fetched once an hour at most."""

    def __init__(self, agent: str, fetch: FetchRules) -> None:
        """Rules for a program that calls itself ``agent``; ``fetch`` gets a file, or raises FetchError."""
        self._agent = agent
        self._fetch = fetch
        self._known: dict[str, tuple[float, Protego | None]] = {}

    def check(self, address: str) -> float:
        """The seconds to wait between two requests to the site of an address, 0 where it asks for none.

        Raises:
            FetchError: the site does not let programs fetch the address, or its rules cannot be had.
        """
        rules = self._rules(address)
        if rules is None:
            return 0.0
        if not rules.can_fetch(address, self._agent):
            raise FetchError(
                f"{address} is not fetched: the site's robots.txt does not let programs read it. "
                "Save the page from your browser, and add the file.",
                lasting=True,
            )
        return min(float(rules.crawl_delay(self._agent) or 0.0), LONGEST_PAUSE)

    def site_maps(self, address: str) -> list[str]:
        """The sitemaps that the rules of an address's site name; raises what `check` does where they cannot be had."""
        rules = self._rules(address)
        return list(rules.sitemaps) if rules else []

    def _rules(self, address: str) -> Protego | None:
        site = urljoin(address, "/robots.txt")
        known = self._known.get(site)
        if known and known[0] > time.monotonic():
            return known[1]
        try:
            rules = Protego.parse(self._fetch(site).decode("utf-8", "replace"))
        except FetchError as error:
            if error.lasting and error.status is None:
                raise
            if error.status is None or error.status >= 500 or error.status == 429:
                raise FetchError(
                    f"{address} is not fetched now: the rules of {urlsplit(site).netloc} for programs cannot be had. "
                    f"{error}",
                    retry_after=error.retry_after,
                ) from error
            rules = None  # RFC 9309, 2.3.1.3: a site without such a file lets all be read
        self._known[site] = (time.monotonic() + REMEMBERED_SECONDS, rules)
        return rules
