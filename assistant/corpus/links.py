"""Where a web page leads its readers: the addresses in its links."""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from urllib.parse import urljoin

from assistant.corpus.addresses import checked_address, identity
from assistant.corpus.fetching import Fetched
from assistant.errors import FetchError

LINK = re.compile(r"<(?:a|area|base)\s[^<>]{1,4000}>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"(?<![\w-])([\w-]++)\s*+=\s*+(\"[^\"]*\"|'[^']*'|[^\s>]+)")
MOST = 5_000
"""Links of one page that are looked at."""


def attributes_of(tag: str) -> dict[str, str]:
    """The attributes of a tag of HTML, by their names in small letters."""
    return {name.lower(): unescape(value.strip("\"'")) for name, value in ATTRIBUTE.findall(tag)}


def links_in(fetched: Fetched) -> tuple[str, ...]:
    """The pages that a page of HTML links to, each once and without campaign parameters, but for ``nofollow`` links."""
    if "html" not in fetched.media_type:
        return ()
    base = fetched.address
    found: dict[str, None] = {}
    for tag in islice(LINK.finditer((fetched.content or b"").decode("utf-8", "replace")), MOST):
        said = attributes_of(tag[0])
        try:
            if tag[0][1:5].lower() == "base":
                base = urljoin(fetched.address, said.get("href", ""))
            elif "href" in said and "nofollow" not in said.get("rel", "").lower().split():
                found[identity(checked_address(urljoin(base, said["href"].strip())))] = None
        except (FetchError, ValueError):  # it leads to no page
            continue
    return tuple(found)
