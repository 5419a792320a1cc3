"""A mail server on this machine for tests: it speaks SMTP (RFC 5321), and keeps what it was given or refuses it."""

from __future__ import annotations

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class MailServer:
    """What a server was given, and what it refuses: the answers to commands, by their first word."""

    port: int = 0
    password: str = ""
    """What it wants with the name ``ann@example.org``; "" for no login."""
    refuses: dict[str, str] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def mail_server(password: str = "") -> Iterator[MailServer]:
    """A mail server on a free port."""
    kept = MailServer(password=password)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 mail.example.org ESMTP")
            while line := self.rfile.readline().decode("utf-8", "replace").strip():
                word = line.split(" ")[0].upper()
                self._say(kept.refuses.get(word) or self._answer(word, line))
                if word == "QUIT":
                    return

        def _answer(self, word: str, line: str) -> str:
            if word == "AUTH":
                return self._log_in(line)
            if word == "DATA":
                return self._take()
            if word in ("MAIL", "RCPT"):
                (kept.senders if word == "MAIL" else kept.recipients).append(line.partition(":")[2])
            offered = "250-mail.example.org\r\n250 AUTH PLAIN" if kept.password else "250 mail.example.org"
            return {"EHLO": offered, "QUIT": "221 Bye"}.get(word, "250 OK")

        def _log_in(self, line: str) -> str:
            said = base64.b64decode(line.split(" ")[2]).decode().split("\0")[1:]
            return "235 Welcome" if said == ["ann@example.org", kept.password] else f"535 {said} is wrong"

        def _take(self) -> str:
            self._say("354 Go on")
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            mail = message_from_bytes(b"".join(lines), policy=default)
            assert isinstance(mail, EmailMessage)
            kept.mails.append(mail)
            return "250 Taken"

        def _say(self, answer: str) -> None:
            self.wfile.write(f"{answer}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        kept.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()
