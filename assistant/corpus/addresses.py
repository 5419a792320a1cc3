"""Which addresses may be fetched: http and https, and only machines that anyone on the internet can reach.

A name is looked up once, every address it has is checked, and the connection goes to a checked address. So neither
another spelling of an address, nor a redirect, nor a name that means something else a moment later leads inside.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from string import ascii_letters, digits
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from assistant.errors import FetchError

LONGEST = 4_000
LONGEST_NAME = 253
IN_A_NAME = frozenset(f"{ascii_letters}{digits}_-")
"""Characters of what stands between two dots of a host's name."""
CLOUD_SERVICES = tuple(
    ipaddress.ip_network(text)
    for text in ("168.63.129.16/32", "192.0.0.0/24", "100.100.100.200/32", "fd00:ec2::/32", "fd20:ce::254/128")
)
"""Answered inside a cloud only, beside the link-local ones: Azure, Oracle, Alibaba, Amazon and Google by IPv6."""
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""Where a network translates, an IPv4 address is reached by its number behind this prefix (RFC 6052)."""
DEFAULT_PORTS = {"http": 80, "https": 443}
CAMPAIGN = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|igshid", re.IGNORECASE)
"""Parameters that tell where a reader came from and do not change the page."""
HOW_TO_ALLOW = "Set CITEWELL_ALLOW_PRIVATE_URLS=1 if you mean to read from this machine or your own network."


def is_web_address(text: str) -> bool:
    """Whether a text is meant as the address of a web page; ``pathlib`` makes one slash of two."""
    return text.lower().startswith(("http:/", "https:/"))


def checked_address(text: str) -> str:
    """The address as it is to be asked for: without fragment, the host in lower case and in ASCII.

    Raises:
        FetchError: it is no http or https address, or names a user or a password.
    """
    text = re.sub(r"^(https?):/(?=[^/])", r"\1://", text.strip(), flags=re.IGNORECASE)
    parts, host, port = _taken_apart(text)
    scheme, is_literal = parts.scheme.lower(), "[" in parts.netloc
    if scheme not in DEFAULT_PORTS:
        raise FetchError(f"{text[:200]!r} is not fetched: only http and https addresses are.", lasting=True)
    can_be_asked = _can_be_asked(host, is_literal=is_literal) and port != 0
    if not can_be_asked or len(text) > LONGEST or re.search(r"[\s\x00-\x1f\x7f\\]", text):
        raise FetchError(f"{text[:200]!r} is not a web address. Copy it from the browser's address line.", lasting=True)
    if "@" in parts.netloc:
        raise FetchError("An address with a user name or password in it is not fetched. Leave them out.", lasting=True)
    place = f"[{host}]" if ":" in host else host.lower()
    if port not in (None, DEFAULT_PORTS[scheme]):
        place += f":{port}"
    address = urlunsplit((scheme, place, parts.path or "/", parts.query, ""))
    _refuse_what_cannot_be_written_out(address, text)
    return address


def _taken_apart(text: str) -> tuple[SplitResult, str, int | None]:
    """The parts of an address; its host in ASCII, unless it is an IPv6 address; and its port, where it names one."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
        is_name = ":" not in host and "[" not in parts.netloc
        return parts, host.encode("idna").decode("ascii") if is_name else host, port
    except (ValueError, UnicodeError) as error:
        raise FetchError(f"{text[:200]!r} is not a web address: {error}.", lasting=True) from error


def _refuse_what_cannot_be_written_out(address: str, text: str) -> None:
    """Refuse an address whose host begins with xn-- and stands for no name, as ``text`` has it."""
    import httpx

    try:
        str(httpx.URL(address).host)  # which writes such a name out
    except (httpx.InvalidURL, ValueError) as error:  # idna's errors are of the second kind
        raise FetchError(f"{text[:200]!r} is not a web address: {error}.", lasting=True) from error


def _can_be_asked(host: str, *, is_literal: bool) -> bool:
    """Whether a host is a name that can be looked up, as far as its spelling tells, or an IPv6 address."""
    if is_literal:
        return ":" in host and "%" not in host
    parts = host.removesuffix(".").split(".")
    return len(host) <= LONGEST_NAME and all(0 < len(part) < 64 and IN_A_NAME.issuperset(part) for part in parts)


def identity(address: str) -> str:
    """The address that stands for a page however it was linked to: without campaign parameters."""
    parts = urlsplit(address)
    query = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in query if not CAMPAIGN.fullmatch(name)]
    return urlunsplit(parts._replace(query=parts.query if kept == query else urlencode(kept), fragment=""))


def reachable(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The IP addresses of a host, in the order to try them.

    Raises:
        FetchError: there are none, or any of them is link-local or a cloud's service, or is not public and
            ``allow_private`` is not set.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(f"The host {host} cannot be found. Check the address and the network.") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    never = [address for address in addresses if is_never_fetched(address)]
    if never:
        raise FetchError(
            f"{host} ({never[0]}) is not fetched: it is link-local, where clouds keep the keys of their machines, or "
            "another service of a cloud.",
            lasting=True,
        )
    refused = [address for address in addresses if not is_public(address)]
    if refused and not allow_private:
        raise FetchError(f"{host} ({refused[0]}) is not on the public internet. {HOW_TO_ALLOW}", lasting=True)
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address, or the one that it stands for, belongs to the public internet."""
    ip = _meant(address)
    if isinstance(ip, ipaddress.IPv6Address) and (ip.sixtofour or ip.teredo):  # given up long ago
        return False
    special = ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback
    return ip.is_global and not special and not is_never_fetched(address)


def is_never_fetched(address: str) -> bool:
    """Whether an IP address, or the one that it stands for, is link-local or that of a cloud's own service.

    A cloud tells its machines their keys there, and no page that people read is there.
    """
    ip = _meant(address)
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)
    return ip.is_link_local or any(ip in network for network in CLOUD_SERVICES)


def _meant(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """An IP address, or the IPv4 address that it is another spelling of."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if not isinstance(ip, ipaddress.IPv6Address):
        return ip
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in TRANSLATED else ip.ipv4_mapped or ip
