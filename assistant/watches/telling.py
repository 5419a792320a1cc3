"""People are told of changed answers where the settings say: by mail, and by a request to a server that they name."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Protocol
from urllib.parse import urlsplit

from assistant.atomic_files import changing
from assistant.conversations.encoding import encode
from assistant.errors import FetchError, StorageError
from assistant.settings import Settings
from assistant.watches.mailing import MailChannel
from assistant.watches.watch_store import Watches
from assistant.watches.watch_values import AnswerChange

SECONDS = 20.0
"""How long the server that is told may take for everything."""


class Channel(Protocol):
    """A way to tell of a change; ``where`` says to whom, in words for a person, without secrets."""

    name: str
    where: str

    def send(self, change: AnswerChange) -> str:
        """Tell of the change; returns why it could not be told, without secrets, or "" where it was."""
        ...


class WebhookChannel:
    """Posts each change as JSON, with the fields of `AnswerChange`. Of the address only the host is ever told."""

    name = "webhook"

    def __init__(self, address: str) -> None:
        self._address = address
        self.where = urlsplit(address).hostname or ""

    def send(self, change: AnswerChange) -> str:
        """Post it, and take any answer from 200 to 299 for yes; redirects are not followed."""
        import httpx

        from assistant.corpus.connecting import Deadline, PublicTransport

        request = httpx.Request(
            "POST",
            self._address,
            headers={"Content-Type": "application/json", "User-Agent": "Citewell"},
            content=encode(change),
        )
        transport = PublicTransport(httpx.create_ssl_context(), Deadline(SECONDS), allow_private=True)
        try:
            # NOTE: sent without a client of httpx, which would write the whole address into its log.
            with closing(transport), closing(transport.handle_request(request)) as response:
                status = response.status_code
        except (httpx.TransportError, FetchError, OSError) as error:
            return f"{self.where} could not be reached ({type(error).__name__})."
        return "" if 200 <= status < 300 else f"{self.where} answered {status}."


def channels_of(settings: Settings) -> list[Channel]:
    """The ways to tell that the settings name."""
    channels: list[Channel] = []
    if settings.watch_email and settings.smtp:
        channels.append(MailChannel(settings.smtp.get_secret_value(), settings.watch_email))
    if settings.watch_webhook:
        channels.append(WebhookChannel(settings.watch_webhook.get_secret_value()))
    return channels


def tell(watches: Watches, channels: Sequence[Channel]) -> None:
    """Tell of every change that is still to be told; what cannot be is kept for the next time.

    One process at a time does so, that nobody is told twice. After one failure of a channel the others of its changes
    wait too: most likely they would fail alike, each after a while.
    """
    if not channels:
        return
    try:
        with changing(watches.path):
            for channel in channels:
                _tell(watches, channel)
    except OSError as error:
        raise StorageError(f"{watches.path} cannot be locked: {error.strerror or error}.") from error


def _tell(watches: Watches, channel: Channel) -> None:
    for change in watches.untold(channel.name):
        problem = channel.send(change)
        if problem:
            watches.not_told(change, channel.name, problem)
            return
        watches.told(change, channel.name)
