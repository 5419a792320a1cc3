"""A web server on this machine for tests: pages that a test writes down, and every request that came for them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Page:
    """What the server answers: a status, headers and a body; with an ``etag``, 304 to whoever knows it."""

    body: bytes | str = b""
    status: int = 200
    media_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    last_modified: str | None = None
    send: Callable[[BaseHTTPRequestHandler], None] | None = None
    """Answers in place of all this."""


@dataclass
class Site:
    """The pages of a server, by path, and the paths asked for so far."""

    address: str
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    posted: list[tuple[str, bytes]] = field(default_factory=list)
    """The path and the body of what was sent here."""

    def url(self, path: str) -> str:
        return self.address + path

    def asked_for(self) -> list[str]:
        """The paths asked for since the last time, without the rules for programs."""
        asked = [path for path in self.asked if path != "/robots.txt"]
        self.asked.clear()
        return asked


def redirect(to: str, status: int = 302) -> Page:
    return Page(status=status, headers={"Location": to})


@contextmanager
def served_site() -> Iterator[Site]:
    """A site on a free port of this machine."""
    site = Site("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.headers.append({name.lower(): value for name, value in self.headers.items()})
            path = self.path if self.path in site.pages else self.path.partition("?")[0]
            page = site.pages.get(path, Page("not here", 404))
            with suppress(ConnectionError):
                if page.send:
                    page.send(self)
                    self.close_connection = True
                else:
                    _answer(self, page)

        def do_POST(self) -> None:
            site.posted.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that went away is what many tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    site.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(handler: BaseHTTPRequestHandler, page: Page) -> None:
    known = (page.etag and handler.headers.get("If-None-Match") == page.etag) or (
        page.last_modified and handler.headers.get("If-Modified-Since") == page.last_modified
    )
    body = b"" if known else page.body.encode() if isinstance(page.body, str) else page.body
    handler.send_response(304 if known else page.status)
    for name, value in (("ETag", page.etag), ("Last-Modified", page.last_modified)):
        if value:
            handler.send_header(name, value)
    handler.send_header("Content-Type", page.media_type)
    for name, value in page.headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def endless(handler: BaseHTTPRequestHandler) -> None:
    """A body that does not end."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    while True:
        handler.wfile.write(b"<p>and on</p>" * 5_000)


def trickle(handler: BaseHTTPRequestHandler) -> None:
    """A body of which a byte comes now and then."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    for _ in range(600):
        handler.wfile.write(b"a")
        handler.wfile.flush()
        time.sleep(0.05)


def trickled_head(handler: BaseHTTPRequestHandler) -> None:
    """Headers of which a byte comes now and then."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(600):
        handler.wfile.write(b"a")
        handler.wfile.flush()
        time.sleep(0.05)


def cut_short(handler: BaseHTTPRequestHandler) -> None:
    """Less of a body than was announced."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b"<p>the beginning")
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)
