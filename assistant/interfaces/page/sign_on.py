"""Single sign-on: who somebody is by a provider or by a proxy, as a user whom everything else knows like any other."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from assistant.errors import SignOnError, UserError
from assistant.interfaces.page.kept_by_cookie import KeptByCookie
from assistant.interfaces.page.openid import OpenIdProvider, SignIn
from assistant.interfaces.page.trusted_proxy import TrustedProxy
from assistant.users import SignedOn, Users, folded_name
from assistant.users.signed_on import PROXY

if TYPE_CHECKING:
    from assistant.settings import Settings

SIGNED_ON_SECONDS = 12 * 3600
"""So long it is believed what a provider said: after a day's work it is asked anew who still may come in."""
SIGN_IN_SECONDS = 600
"""So long somebody may take at the provider."""
BEGUN_ELSEWHERE = "It was begun in another browser, or took too long."


class SignOn:
    """The provider and the proxy that the settings name, either of which there may be none.

    Whom they name is noted with the groups that they tell. A name that a local user has is nobody else's.
    """

    def __init__(
        self,
        people: SignedOn | None = None,
        provider: OpenIdProvider | None = None,
        proxy: TrustedProxy | None = None,
        public_url: str | None = None,
    ) -> None:
        """``people`` keeps whom they name; ``public_url`` is where browsers reach the page, where one is set."""
        self.provider = provider
        self._people = people
        self._proxy = proxy
        self._public_url = public_url
        self._came: dict[str, float] = {}
        self._begun: KeptByCookie[SignIn] = KeptByCookie("citewell-sign-in")

    @property
    def is_nothing(self) -> bool:
        """Whether nobody is known but by a password."""
        return self._people is None

    async def named_by_proxy(self, scope: Scope, users: Users) -> str | None:
        """The user whom a trusted proxy names with a request; None where none does.

        Raises:
            SignOnError: the proxy does not name one user.
            UserError: nobody can have that name, or somebody else has it.
            StorageError: who is known cannot be read.
        """
        named = self._proxy.named(scope) if self._proxy else None
        if named is None:
            return None
        return await run_in_threadpool(self._welcomed, users, named.name, PROXY, "", named.groups)

    def comes_anew(self, user: str) -> bool:
        """Whether a user whom a proxy names with each request comes for the first time in `SIGNED_ON_SECONDS`."""
        now = time.monotonic()
        if now < self._came.get(user, -math.inf) + SIGNED_ON_SECONDS:
            return False
        self._came[user] = now
        return True

    async def begin(self, request: Request, back: str, target: str) -> Response:
        """Lead a browser to the provider, which leads it ``back``, and after that to ``target``. Raises SignOnError."""
        site = self._public_url or str(request.base_url).rstrip("/")
        address, begun = await self._asked_provider.begin(site + back, target)
        response = RedirectResponse(address, 303, {"Cache-Control": "no-store"})
        self._begun.begin(request, response, begun, SIGN_IN_SECONDS)
        return response

    async def finish(self, request: Request, users: Users) -> tuple[str, str]:
        """The user who signed in, by the answer that the provider led a browser back with; and where that leads.

        Raises what `named_by_proxy` does, of the provider.
        """
        begun = self._begun.take(request)
        if begun is None:
            raise SignOnError(BEGUN_ELSEWHERE)
        provider = self._asked_provider
        claimed = await provider.finish(begun, request.query_params)
        user = await run_in_threadpool(
            self._welcomed, users, claimed.name, provider.issuer, claimed.subject, claimed.groups
        )
        return user, begun.target

    def mark(self, user: str) -> str | None:
        """What `SignedOn.mark` says of a user; None where there is no single sign-on."""
        return self._people.mark(user) if self._people else None

    @property
    def _asked_provider(self) -> OpenIdProvider:
        if self.provider is None:
            raise SignOnError("There is no provider to sign in with.")
        return self.provider

    def _welcomed(self, users: Users, name: str, vouched_by: str, subject: str, groups: Iterable[str]) -> str:
        if self._people is None:
            raise SignOnError("There is nowhere to note who signs in.")
        if users.fingerprint(folded_name(name)):
            raise UserError(f"The name {folded_name(name)} belongs to a user who has a password here.")
        return self._people.welcome(name, vouched_by, subject, groups)


def sign_on_of(settings: Settings, people: SignedOn) -> SignOn:
    """The single sign-on that the settings name; ``people`` keeps whom it lets in."""
    if not settings.has_sign_on:
        return SignOn()
    return SignOn(
        people,
        OpenIdProvider(settings) if settings.oidc_issuer else None,
        TrustedProxy(settings) if settings.proxy_user_header else None,
        settings.public_url,
    )
