"""Who asks over HTTP, and what they may do: the one place that decides it.

Where the page needs no login, everybody who reaches it is local and may do all. Where it does, a request has a token,
or the session of a user who is logged in to the page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request

from assistant.audit import Way
from assistant.conversations.values import LOCAL_OWNER
from assistant.errors import LimitError, NotAllowed, TokenError
from assistant.users import Attempts, Tokens, TokenScope
from assistant.users.access_tokens import SCOPES, owner_of_token

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.types import ModelChoice

ASKER_IN_SCOPE = "citewell.asker"
NEEDS_TOKEN = "citewell.needs_token"
"""In the scope of a request that needs a token also where nobody has to log in, as one of a browser's extension."""
CHARACTERS_COUNTED = 16
"""Of a token's hash, by which attempts with it are counted."""
NO_TOKEN = "Send a token: Authorization: Bearer TOKEN. Whoever runs this server makes one with: citewell token add NAME"
WRONG_TOKEN = "The token is unknown or was revoked. Whoever runs this server makes one with: citewell token add NAME"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: ``key`` tells them from all others, ``owner`` is whose conversations are theirs."""

    key: str
    owner: str
    scopes: tuple[TokenScope, ...] = SCOPES

    def check(self, scope: TokenScope) -> None:
        """Make sure that they may do this.

        Raises:
            NotAllowed: they may not.
        """
        if scope not in self.scopes:
            raise NotAllowed(f"This token lets {' and '.join(self.scopes)} alone; this needs the scope {scope}.")


class Askers:
    """Finds out who sends a request. ``user_of`` says which user of the page does, None where nobody is logged in."""

    def __init__(
        self,
        tokens: Tokens,
        user_of: Callable[[Request], str | None],
        *,
        is_open: bool,
        attempts: Attempts | None = None,
    ) -> None:
        """``is_open``: nobody has to log in, and tokens are not looked at: clients send what they like."""
        self._tokens = tokens
        self._user_of = user_of
        self._is_open = is_open
        self._attempts = attempts or Attempts()

    def who(self, request: Request) -> Asker:
        """Who sends a request.

        Raises:
            TokenError: it has no token, or none that is known.
            LimitError: too many unknown tokens came from there.
            StorageError: the tokens cannot be read.
        """
        address = request.client.host if request.client else ""
        if self._is_open and NEEDS_TOKEN not in request.scope:
            return Asker(f"address {address}", LOCAL_OWNER)
        given = request.headers.getlist("authorization")
        if given:
            return self._of_token(given, address)
        user = self._user_of(request)
        if user is None:
            raise TokenError(NO_TOKEN)
        return Asker(f"user {user}", user)

    def _of_token(self, given: list[str], address: str) -> Asker:
        kind, _, secret = given[0].partition(" ")
        secret = secret.strip()
        if len(given) > 1 or kind.lower() != "bearer" or not secret:
            raise TokenError(NO_TOKEN)
        known_as = hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()[:CHARACTERS_COUNTED]
        if wait := self._attempts.wait(known_as, address):
            raise LimitError("Too many attempts with tokens that are unknown. Wait.", wait)
        token = self._tokens.verify(secret)
        if token is None:
            self._attempts.begin(known_as, address)
            raise TokenError(WRONG_TOKEN)
        return Asker(f"token {token.name}", owner_of_token(token.name), token.scopes)


def asker_of(request: Request) -> Asker:
    """Who sent a request that the gate let in."""
    asker: Asker = request.scope[ASKER_IN_SCOPE]
    return asker


class Served:
    """An assistant as each asker has it. Whatever answers programs holds this, and not the assistant, which may do all.

    A token is nobody's: it has what is everyone's.
    """

    def __init__(self, assistant: Assistant, way: Way) -> None:
        """``way`` is how those come who are answered, as the audit log has it."""
        self._assistant = assistant
        self._way = way

    @property
    def models(self) -> tuple[ModelChoice, ...]:
        """Who may write answers; the same for everybody."""
        return self._assistant.models

    @property
    def public_url(self) -> str | None:
        """Under which address the page is reached, where one is set."""
        return self._assistant.settings.public_url

    def to(self, asker: Asker) -> Assistant:
        """The assistant as an asker has it now.

        Raises:
            StorageError: it cannot be read who may read what.
        """
        return self._assistant.for_user(asker.owner, way=self._way)

    def by(self, request: Request) -> Assistant:
        """The assistant as whoever sent a request has it; raises what `to` does."""
        return self.to(asker_of(request))


def may_ask(request: Request) -> None:
    """Let only those go on who may ask and read. Raises NotAllowed."""
    asker_of(request).check("ask")


def may_write(request: Request) -> None:
    """Let only those go on who may change which documents there are. Raises NotAllowed."""
    asker_of(request).check("write")
