"""Sitemaps: lists of the pages of a site, and lists of such lists (sitemaps.org), also packed with gzip."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from assistant.corpus.addresses import checked_address, identity
from assistant.corpus.fetching import MAXIMUM_BYTES, Fetched
from assistant.errors import FetchError

ACCEPTED = "application/xml, text/xml;q=0.9, application/gzip;q=0.8, */*;q=0.1"
GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class SiteMap:
    """What a sitemap lists: pages, each with when it last changed as far as that is said, or further sitemaps."""

    pages: tuple[tuple[str, str], ...]
    further: tuple[str, ...]


def is_site_map(address: str) -> bool:
    """Whether an address is called as that of a sitemap."""
    name = urlsplit(address).path.lower().rpartition("/")[2]
    return "sitemap" in name and name.endswith((".xml", ".xml.gz"))


def site_map_from(fetched: Fetched) -> SiteMap:
    """The sitemap in what was fetched. No entity in it is replaced, and nothing is fetched for it.

    Raises:
        FetchError: it is none, or unpacks to more than is fetched.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(_unpacked(fetched), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FetchError(f"{fetched.address} is no sitemap that can be read: {error}.", lasting=True) from error
    kind = _name(root)
    if kind not in ("urlset", "sitemapindex"):
        raise FetchError(f"{fetched.address} is no sitemap. Give the address of one, or of a page.", lasting=True)
    found = dict(filter(None, (_listed(one) for one in root)))
    return SiteMap(tuple(found.items()), ()) if kind == "urlset" else SiteMap((), tuple(found))


def _unpacked(fetched: Fetched) -> bytes:
    content = fetched.content or b""
    if not content.startswith(GZIP):
        return content
    try:
        unpacked = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content, MAXIMUM_BYTES + 1)
    except zlib.error as error:
        raise FetchError(f"{fetched.address} cannot be unpacked.", lasting=True) from error
    if len(unpacked) > MAXIMUM_BYTES:
        raise FetchError(
            f"{fetched.address} unpacks to more than {MAXIMUM_BYTES / 1e6:g} MB, the most that is read.", lasting=True
        )
    return unpacked


def _listed(element: Any) -> tuple[str, str] | None:
    """The address that an element lists, and when the page changed; None where it lists none that can be asked."""
    said = {_name(one): (one.text or "").strip() for one in element}
    try:
        return identity(checked_address(said.get("loc", ""))), said.get("lastmod", "")[:80]
    except FetchError:
        return None


def _name(element: Any) -> str:
    """An element's name without its namespace; "" for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
