"""A real IMAP server on this machine for tests: pymap, over TLS with a certificate of a CA of the tests' own."""

from __future__ import annotations

import asyncio
import imaplib
import ssl
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trustme
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer

USER, PASSWORD = "ann@example.org", "correct hörse 'battery' \"staple\""


@dataclass
class ImapServer:
    """What a server was asked, line by line, and how to reach it."""

    authority: Path
    """The certificate of who vouches for it."""
    port: int = 0
    asked: list[str] = field(default_factory=list)

    def address(self, folder: str = "INBOX", user: str = "ann%40example.org", host: str = "localhost") -> str:
        return f"imaps://{user}@{host}:{self.port}/{folder}"

    @contextmanager
    def owner(self) -> Iterator[imaplib.IMAP4_SSL]:
        """The folders as whoever they belong to changes them, by IMAP too."""
        context = ssl.create_default_context(cafile=str(self.authority))
        client = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=context, timeout=30)
        client.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
        try:
            yield client
        finally:
            client.logout()
            self.asked.clear()

    def deliver(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Put mails into a folder."""
        with self.owner() as owner:
            for mail in mails:
                assert owner.append(f'"{folder}"', "", "", mail)[0] == "OK"

    def create(self, folder: str) -> None:
        """Make a folder anew, without mails, which then has another UIDVALIDITY."""
        with self.owner() as owner:
            owner.delete(f'"{folder}"')
            assert owner.create(f'"{folder}"')[0] == "OK"

    def flags(self, folder: str = "INBOX") -> list[Any]:
        """The flags of all mails of a folder."""
        with self.owner() as owner:
            owner.select(f'"{folder}"', readonly=True)
            return list(owner.fetch("1:*", "(FLAGS)")[1])


@contextmanager
def imap_server(folder: Path, hosts: Sequence[str] = ("localhost",)) -> Iterator[ImapServer]:
    """A server on a free port, whose certificate is for these hosts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*hosts).configure_cert(context)
    server = ImapServer(folder / "authority.pem")
    started, stop = threading.Event(), Stopping()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(server, context, started, stop)))
    thread.start()
    try:
        assert started.wait(30)
        yield server
    finally:
        stop()
        thread.join()


class Stopping:
    """Ends the server from another thread."""

    def __init__(self) -> None:
        self.end: Callable[[], object] = lambda: None

    def __call__(self) -> None:
        self.end()


async def _serve(server: ImapServer, context: ssl.SSLContext, started: threading.Event, stop: Stopping) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    stop.end = lambda: loop.call_soon_threadsafe(ended.set)
    named = Namespace(
        host="127.0.0.1", port=0, debug=False, cert=None, key=None, tls=True, demo_data=False, demo_user=USER,
        demo_password=PASSWORD, inherited_sockets=None, proxy_protocol=None, passlib_cfg=None,
    )  # fmt: skip
    backend, config = await DictBackend.init(named, ssl_context=context, invalid_user_sleep=0.0, secure_auth=False)
    config.apply_context()
    answer = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(backend.login, config))
    tasks = set[asyncio.Task[Any]]()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.current_task())  # type: ignore[arg-type]
        read = reader.readline

        async def noted() -> bytes:
            line = await read()
            server.asked.append(line.decode("utf-8", "replace").strip())
            return line

        reader.readline = noted  # type: ignore[method-assign]
        await answer(reader, writer)

    async with await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context) as listening:
        server.port = listening.sockets[0].getsockname()[1]
        started.set()
        await ended.wait()
        for task in tasks:
            task.cancel()
