"""What an export says of where a quote comes from."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from assistant.types import Citation

READABLE_IN_ADDRESSES = "!#$%&'()*+,/:;=?@[]~"
"""What may stand in an address as it is, beside letters, digits and ``_.-``."""


def web_address(url: str | None) -> str:
    """The http or https address that ``url`` is, every other character than its own percent-encoded; "" if it is none.

    What comes back holds no white space, brace, backslash, quotation mark or angle bracket.
    """
    try:
        parts = urlsplit((url or "").strip())
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return quote(parts.geturl(), safe=READABLE_IN_ADDRESSES, errors="replace") if is_one else ""


def place_in_words(citation: Citation) -> str:
    """Where in its document a quote stands: ``page 3``, its headings, or both; "" where neither is known."""
    place = citation.place.in_words if citation.place else ""
    return ", ".join(part for part in (place, citation.passage.breadcrumb) if part)
