"""Which addresses become links."""

from __future__ import annotations

from urllib.parse import urlsplit


def web_address(url: str | None) -> str | None:
    """``url`` when a browser may safely follow it: http or https with a host; otherwise None."""
    try:
        parts = urlsplit((url or "").strip())
        followed = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return parts.geturl() if followed else None
