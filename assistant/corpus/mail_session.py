"""A folder of mails on a server, read by IMAP (RFC 9051) over TLS; nothing on the server is changed."""

from __future__ import annotations

import base64
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from assistant.corpus.addresses import reachable
from assistant.errors import FetchError

SECONDS = 30.0
"""How long the server may be silent."""
PORT = 993
INBOX = "INBOX"
MOST_AT_ONCE = 50_000
"""So many numbers of mails are asked about in one go: a server answers in one line, which has to be of some length."""
MOST_ASKED = 100
SCHEME = "imaps"
AN_ADDRESS = "such as imaps://ann@mail.example.org/INBOX, with % codes for characters like / and @ in a name"
ASCII = range(0x20, 0x7F)
SIZE, UID = re.compile(rb"RFC822\.SIZE (\d{1,18})"), re.compile(rb"UID (\d{1,10})")


@dataclass(frozen=True, slots=True)
class MailAccount:
    """A folder of mails: the server, who logs in there, and how the folder is called."""

    host: str
    port: int
    user: str
    folder: str
    password: str = field(repr=False)


def account_at(address: str, password: str) -> MailAccount:
    """The folder at an address such as ``imaps://ann@mail.example.org/INBOX``.

    Raises:
        FetchError: it is no such address, or has a password in it.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or PORT
    except ValueError as error:
        raise FetchError(f"This is no address of a mail folder; it is {AN_ADDRESS}.", lasting=True) from error
    if parts.password is not None:
        raise FetchError("Leave the password out of the address; it is asked for.", lasting=True)
    user, folder = unquote(parts.username or ""), unquote(parts.path.strip("/")) or INBOX
    is_printable = (user + folder + host).isprintable()
    if not all((parts.scheme == SCHEME, host, user, is_printable)) or parts.query + parts.fragment:
        raise FetchError(f"{address[:200]!r} is no address of a mail folder; it is {AN_ADDRESS}.", lasting=True)
    return MailAccount(host, port, user, folder, password)


class MailSession:
    """A folder that is open for reading; mails are known by numbers (UIDs), which grow, within one ``validity``."""

    def __init__(self, server: _Server, account: MailAccount) -> None:
        self._server = server
        self._account = account
        self.validity = self._told("UIDVALIDITY")

    def numbers_after(self, last: int, wanted: int) -> list[int]:
        """The numbers of the mails that came after another one, in order: at least those wanted, where there are."""
        found: list[int] = []
        end = self._told("UIDNEXT")
        for _ in range(MOST_ASKED):
            if len(found) > wanted or last + 1 >= end:
                break
            until = min(last + MOST_AT_ONCE, end - 1)
            said = b" ".join(one for one in self._asked("SEARCH", f"UID {last + 1}:{until}") if isinstance(one, bytes))
            numbers = {int(one) for one in said.split() if one.isdigit()}
            found += sorted(one for one in numbers if last < one <= until)
            last = until
        return found

    def sizes(self, numbers: Sequence[int]) -> dict[int, int]:
        """How many bytes each of these mails has."""
        if not numbers:
            return {}
        found: dict[int, int] = {}
        for one in self._asked("FETCH", ",".join(map(str, numbers)), "(UID RFC822.SIZE)"):
            size, number = (sign.search(one) if isinstance(one, bytes) else None for sign in (SIZE, UID))
            if size and number:
                found[int(number[1])] = int(size[1])
        return found

    def mail(self, number: int) -> bytes:
        """A mail as it was sent; empty where it is gone. It is not marked as read."""
        found = self._asked("FETCH", str(number), "(UID BODY.PEEK[])")
        return next((one[1] for one in found if isinstance(one, tuple) and len(one) > 1), b"")

    def _asked(self, command: str, *words: str) -> list[bytes | tuple[bytes, bytes] | None]:
        status, found = self._server.uid(command, *words)
        if status != "OK":
            raise FetchError(f"{self._account.host} did not answer what was asked of its folder. Try again later.")
        return list(found)

    def _told(self, name: str) -> int:
        """A number that the server told when the folder was opened."""
        _, found = self._server.response(name)
        said = found[-1] if found else None
        if not isinstance(said, bytes) or not said.isdigit():
            raise FetchError(f"{self._account.host} does not number the mails of its folder, and is not read.")
        return int(said[:18])


@contextmanager
def mail_session(account: MailAccount, *, largest: int, allow_private: bool) -> Iterator[MailSession]:
    """The folder, opened for reading alone, by a connection whose certificate is checked.

    No mail of more than ``largest`` bytes is received. Neither the password nor what the server says about it is told.

    Raises:
        FetchError: the server cannot be reached or breaks off, or refuses the user or the folder.
    """
    host = account.host
    server: _Server | None = None
    try:
        server = _Server(account, largest, allow_private=allow_private)
        with _refused(f"{host} refuses the user's name or the password."):
            _log_in(server, account)
        with _refused(f"{host} has no folder {account.folder!r} that may be read."):
            status, _ = server.select(_quoted(account.folder), readonly=True)
            if status != "OK":
                raise imaplib.IMAP4.error
        yield MailSession(server, account)
    except ssl.SSLCertVerificationError as error:
        raise FetchError(f"The certificate of {host} is not valid: {error.verify_message}.", lasting=True) from error
    except (imaplib.IMAP4.error, OSError, ValueError) as error:  # the last: a password that cannot be sent
        raise FetchError(f"{host} could not be read by IMAP ({type(error).__name__}).") from error
    finally:
        if server is not None:
            with suppress(imaplib.IMAP4.error, OSError):
                server.logout()


class _Server(imaplib.IMAP4_SSL):
    """A connection to a checked address, on which nothing of any size is received."""

    def __init__(self, account: MailAccount, largest: int, *, allow_private: bool) -> None:
        self._addresses = reachable(account.host, account.port, allow_private=allow_private)
        self._largest = largest
        super().__init__(account.host, account.port, ssl_context=ssl.create_default_context(), timeout=SECONDS)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        failure: OSError = ConnectionRefusedError()
        for address in self._addresses:
            try:
                connection = socket.create_connection((address, self.port), timeout)
            except OSError as error:
                failure = error
            else:
                wrapped: socket.socket = self.ssl_context.wrap_socket(connection, server_hostname=self.host)
                return wrapped
        raise failure

    def read(self, size: int) -> bytes:
        """Receive so many bytes.

        Raises:
            imaplib.IMAP4.abort: they are more than anything that was asked for.
        """
        if size > self._largest:
            raise self.abort("more is sent than was asked for")
        return super().read(size)


@contextmanager
def _refused(otherwise: str) -> Iterator[None]:
    """Say so in these words where the server refuses what the block asks of it.

    Raises:
        FetchError: it does.
    """
    try:
        yield
    except imaplib.IMAP4.abort:  # it broke off
        raise
    except imaplib.IMAP4.error as error:
        raise FetchError(otherwise, lasting=True) from error


def _log_in(server: _Server, account: MailAccount) -> None:
    said = f"\0{account.user}\0{account.password}".encode()
    if "AUTH=PLAIN" in server.capabilities:
        server.authenticate("PLAIN", lambda _: said)
    else:
        server.login(account.user, account.password)


def _quoted(folder: str) -> str:
    """A folder's name as it is written in a command."""
    escaped = encoded_folder(folder).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def encoded_folder(name: str) -> str:
    """A folder's name in the UTF-7 of IMAP (RFC 3501, 5.1.3).

    >>> encoded_folder("Entwürfe & mehr")
    'Entw&APw-rfe &- mehr'
    """
    pieces = re.findall(r"&|[\x20-\x25\x27-\x7e]+|[^\x20-\x7e]+", name)
    return "".join("&-" if one == "&" else one if ord(one[0]) in ASCII else _shifted(one) for one in pieces)


def _shifted(text: str) -> str:
    packed = base64.b64encode(text.encode("utf-16-be")).decode("ascii")
    return f"&{packed.rstrip('=').replace('/', ',')}-"
