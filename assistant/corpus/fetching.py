"""One address of the web is fetched, politely and within limits: size, time, redirects, robots rules, public hosts."""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from ssl import SSLContext
from urllib.parse import urljoin, urlsplit

import httpx

import assistant
from assistant.corpus.addresses import checked_address
from assistant.corpus.connecting import Deadline, PublicTransport
from assistant.corpus.moved import led_to_by
from assistant.corpus.robots import Robots
from assistant.errors import FetchError

AGENT = "Citewell"
MAXIMUM_BYTES = 10_000_000
MAXIMUM_SECONDS = 30.0
MAXIMUM_REDIRECTS = 5
PAUSE_SECONDS = 1.0
"""Between two requests to one host."""
PERMANENT = (301, 308)
REDIRECTS = (301, 302, 303, 307, 308)
LASTING = (400, 401, 403, 404, 405, 406, 410, 414, 451)


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server says of the version it sent, to be sent back: has it changed since?"""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response. ``content`` is None when what the validators tell of has not changed.

    ``address`` is where it was found in the end; ``moved_to`` is where the server says that it is for good.
    """

    address: str
    content: bytes | None
    media_type: str = ""
    charset: str | None = None
    validators: Validators = Validators()
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How much is fetched at most, and how patiently."""

    maximum_bytes: int = MAXIMUM_BYTES
    seconds: float = MAXIMUM_SECONDS
    pause: float = PAUSE_SECONDS


class Fetcher:
    """Fetches addresses, one connection each. May be used from many threads."""

    def __init__(self, *, allow_private: bool = False, limits: FetchLimits | None = None) -> None:
        """Fetch from public hosts only, or from any where ``allow_private`` is set."""
        self._allow_private = allow_private
        self._limits = limits or FetchLimits()
        self._robots = Robots(AGENT, self._fetch_rules)
        self._next_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def get(self, address: str, accept: str, known: Validators | None = None) -> Fetched:
        """What is found at an address, redirects followed.

        ``accept`` lists the media types that are wanted; ``known`` are the validators of the version one has.

        Raises:
            FetchError: it cannot be fetched: forbidden, unreachable, too large, too slow, or an error of the server.
        """
        return self._follow(checked_address(address), accept, known, heed_rules=True)

    def site_maps(self, address: str) -> list[str]:
        """The addresses of sitemaps that the robots.txt of an address's site names, as they stand there.

        Raises:
            FetchError: it cannot be had.
        """
        return self._robots.site_maps(checked_address(address))

    def _fetch_rules(self, address: str) -> bytes:
        return self._follow(address, "text/plain", None, heed_rules=False).content or b""

    def _follow(self, address: str, accept: str, known: Validators | None, *, heed_rules: bool) -> Fetched:
        asked, moved_to, for_good = address, None, True
        for _ in range(MAXIMUM_REDIRECTS + 1):
            if heed_rules:
                self._wait_for_turn(asked, max(self._limits.pause, self._robots.check(asked)))
            found = self._ask(asked, accept, known)
            if isinstance(found, Fetched):
                return replace(found, moved_to=moved_to)
            asked = _led_to(asked, found.location)
            for_good = for_good and found.status in PERMANENT
            moved_to = asked if for_good else moved_to
        raise FetchError(f"{address} leads on and on: more than {MAXIMUM_REDIRECTS} redirects.", lasting=True)

    def _wait_for_turn(self, address: str, pause: float) -> None:
        host = urlsplit(address).netloc
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next_at.get(host, 0.0))
            self._next_at[host] = turn + pause
        time.sleep(turn - now)

    def _ask(self, address: str, accept: str, known: Validators | None) -> Fetched | _Redirect:
        headers = {
            "User-Agent": f"{AGENT}/{assistant.__version__} (reads pages and feeds for one person, on request)",
            "Accept": accept,
            "Accept-Encoding": "gzip, deflate",
        }
        if known and known.etag:
            headers["If-None-Match"] = known.etag
        if known and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        transport = PublicTransport(self._context, Deadline(self._limits.seconds), allow_private=self._allow_private)
        try:
            # NOTE: a proxy named in the environment would connect for us, to addresses that nobody checked.
            with (
                httpx.Client(transport=transport, trust_env=False) as client,
                client.stream("GET", address, headers=headers) as response,
            ):
                return self._taken(address, response, known)
        except httpx.TimeoutException as error:
            raise FetchError(f"{address} did not answer within {self._limits.seconds:.0f} seconds.") from error
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise FetchError(f"{address} could not be fetched: {str(error) or type(error).__name__}.") from error

    def _taken(self, address: str, response: httpx.Response, known: Validators | None) -> Fetched | _Redirect:
        status, headers = response.status_code, response.headers
        if status in REDIRECTS and headers.get("location"):
            return _Redirect(status, headers["location"])
        if status == 304 and known:
            return Fetched(address, None, validators=known)
        if status != 200:
            raise FetchError(
                f"{address} answered {status} {response.reason_phrase}".strip() + ".",
                lasting=status in LASTING,
                status=status,
                retry_after=_retry_after(headers.get("retry-after")),
            )
        content = b"".join(self._within_limit(address, response))
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if "html" in media_type and (target := led_to_by(content, address)):
            return _Redirect(status, target)
        validators = Validators(headers.get("etag"), headers.get("last-modified"))
        return Fetched(address, content, media_type, response.charset_encoding, validators)

    def _within_limit(self, address: str, response: httpx.Response) -> Iterator[bytes]:
        """The body, unpacked. It is unpacked here so that a small one cannot become a huge one first."""
        room = self._limits.maximum_bytes
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("identity", "gzip", "x-gzip", "deflate"):
            raise FetchError(f"{address} is packed in a way that was not asked for: {encoding[:40]}.", lasting=True)
        unpacker = None if encoding == "identity" else zlib.decompressobj(zlib.MAX_WBITS | 32)
        for chunk in response.iter_raw():
            try:
                some = unpacker.decompress(chunk, room + 1) if unpacker else chunk
            except zlib.error as error:
                raise FetchError(f"{address} sent a body that cannot be unpacked.") from error
            room -= len(some)
            if room < 0:
                raise FetchError(
                    f"{address} is larger than {self._limits.maximum_bytes / 1e6:g} MB, the most that is fetched.",
                    lasting=True,
                )
            yield some
        if unpacker and not unpacker.eof:
            raise FetchError(f"{address} was cut short on its way.")

    @cached_property
    def _context(self) -> SSLContext:
        return httpx.create_ssl_context()


@dataclass(frozen=True, slots=True)
class _Redirect:
    status: int
    location: str


def _led_to(asked: str, location: str) -> str:
    """Where a redirect leads.

    Raises:
        FetchError: to no address.
    """
    try:
        return checked_address(urljoin(asked, location))
    except ValueError as error:
        raise FetchError(f"{asked} leads to {location[:200]!r}, which is no web address.", lasting=True) from error


def _retry_after(value: str | None) -> float | None:
    """The seconds that a ``Retry-After`` names, in either of its forms; None where it names none."""
    if not value:
        return None
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
