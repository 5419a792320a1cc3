"""A change of a watched answer as a mail in plain text, sent by SMTP."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

from assistant.answering.citations import quote_as_read
from assistant.conversations.citation_places import place_in_words, web_address
from assistant.conversations.search_words import one_line_of
from assistant.settings import is_loopback
from assistant.text.characters import UNSHOWABLE, without_surrogates
from assistant.types import Answer, Citation
from assistant.watches.watch_values import AnswerChange, WatchedAnswer, moment_of

SECONDS = 20.0
"""How long the mail server may be silent."""
PORTS = {"smtp": 587, "smtps": 465}
LONGEST_SUBJECT = 120
NAME = "[127.0.0.1]"
"""What is said to the server as this computer's name, which is nobody's business and takes a while to be looked up."""
NO_ENCRYPTION = "offers no encryption (STARTTLS). Use smtps://, or another server."
NO_LOGIN = "offers no login. Name no user in CITEWELL_SMTP, or use another server."
NO_LETTERS = "takes no address with letters beyond ASCII (SMTPUTF8). Use another address, or another server."


class MailChannel:
    """Tells one recipient by mail. Neither the user's name nor the password of the server is in what it says."""

    name = "e-mail"

    def __init__(self, server: str, recipient: str) -> None:
        """Send by the server at an address such as ``smtp://user:password@host:587`` or ``smtps://host``."""
        parts = urlsplit(server)
        self._is_tls = parts.scheme == "smtps"
        self._host, self._port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._recipient = recipient
        self.where = recipient

    def send(self, change: AnswerChange) -> str:
        """Send the mail; returns why it could not be, "" where it was."""
        try:
            with self._connected() as server, _offered(NO_LETTERS):
                server.send_message(self._mail(change))
        except smtplib.SMTPAuthenticationError:
            return f"{self._host} refuses the user's name or the password in CITEWELL_SMTP."
        except smtplib.SMTPRecipientsRefused:
            return f"{self._host} refuses the recipient in CITEWELL_WATCH_EMAIL."
        except smtplib.SMTPNotSupportedError as error:
            return f"{self._host} {error}"
        except smtplib.SMTPResponseException as error:
            return f"{self._host} refuses the mail, with the code {error.smtp_code}."
        except (OSError, ValueError) as error:  # the network, certificates; a password that cannot be sent
            return f"{self._host} could not be given the mail ({type(error).__name__})."
        return ""

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """The server, logged in; what is sent is encrypted, but to this computer itself."""
        context = ssl.create_default_context()
        server = self._opened(context)
        try:
            if not self._is_tls and not is_loopback(self._host):
                with _offered(NO_ENCRYPTION):
                    server.starttls(context=context)
            if self._user:
                with _offered(NO_LOGIN):
                    server.login(self._user, self._password)
            yield server
            with suppress(OSError):  # it has the mail, whatever it says to this
                server.quit()
        finally:
            server.close()

    def _opened(self, context: ssl.SSLContext) -> smtplib.SMTP:
        if self._is_tls:
            return smtplib.SMTP_SSL(self._host, self._port, NAME, timeout=SECONDS, context=context)
        return smtplib.SMTP(self._host, self._port, NAME, timeout=SECONDS)

    def _mail(self, change: AnswerChange) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["Subject"] = one_line_of(f"Changed: {change.question}", LONGEST_SUBJECT)
        mail["From"] = self._user if "@" in self._user else self._recipient
        mail["To"] = self._recipient
        mail["Date"] = format_datetime(moment_of(change.after))
        mail["Message-ID"] = make_msgid(domain=self._recipient.rpartition("@")[2])
        mail.set_content(mail_text(change))
        return mail


@contextmanager
def _offered(otherwise: str) -> Iterator[None]:
    """Say so in these words where the server does not offer what the block asks of it."""
    try:
        yield
    except smtplib.SMTPNotSupportedError as error:
        raise smtplib.SMTPNotSupportedError(otherwise) from error


def mail_text(change: AnswerChange) -> str:
    """The question, then the answer now and the one before, each with its sources."""
    parts = [_plain(change.question)]
    parts += [f"Only in: {_plain(str(change.filters))}"] if change.filters else []
    parts += [*_answer("Now", change.after), *_answer("Before", change.before)]
    return "\n\n".join(parts) + "\n"


def _answer(name: str, one: WatchedAnswer) -> Iterator[str]:
    yield f"{name} ({one.answered_at[:10]})\n{'-' * (len(name) + 13)}"
    yield _text(one.answer)
    yield from map(_source, one.answer.citations)


def _text(answer: Answer) -> str:
    return "\n".join(_plain(line) for line in answer.text.split("\n"))


def _source(citation: Citation) -> str:
    passage = citation.passage
    facts = (
        passage.title,
        place_in_words(citation),
        passage.publisher or "",
        (passage.published or "")[:10],
        passage.source,
        web_address(passage.url),
    )
    said = " · ".join(_plain(fact) for fact in facts if fact)
    return f"[{citation.number}] {said}\n    “{_plain(quote_as_read(citation))}”"


def _plain(text: str) -> str:
    return without_surrogates(UNSHOWABLE.sub("", " ".join(text.split())))
