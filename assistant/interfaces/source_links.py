"""Addresses that open a document at a quote, with the quote marked: ``/cited`` of the page."""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode

from assistant.types import Citation

CITED = "/cited"
DIGITS = 12
"""Of a quote's hash, which tells later whether the document still says it."""


def cited_link(site: str, citation: Citation) -> str:
    """What opens a citation's document at its quote; ``site`` is where the page is, as in ``https://docs.example``."""
    values = {
        "source": citation.passage.source,
        "start": citation.start,
        "end": citation.end,
        "said": said_by(citation.quote),
    }
    return f"{site}{CITED}?{urlencode(values, errors='replace')}"


def said_by(quote: str) -> str:
    """What stands in a link for what its quote said."""
    return hashlib.sha256(quote.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
