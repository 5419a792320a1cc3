"""Signing in with an OpenID provider: the authorization code flow, with PKCE, a state and a nonce."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from assistant.errors import SignOnError
from assistant.settings import is_loopback

if TYPE_CHECKING:
    from assistant.settings import Settings

WELL_KNOWN = "/.well-known/openid-configuration"
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
SIGNATURES = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""How a token may be signed, whatever a provider offers: with a key of its own, never with a secret or not at all."""
PUBLIC_KEYS = ("RSA", "EC", "OKP")
SCOPES = ("profile", "email", "groups")
"""Asked for beside ``openid``, as far as the provider says that it knows them."""
METADATA_SECONDS = 3600.0
ANSWERS_WITHIN_SECONDS = 10.0
CLOCKS_DIFFER_SECONDS = 60


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that was begun: what its answer has to fit, and where it leads."""

    state: str
    nonce: str
    verifier: str
    redirect: str
    target: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """Who somebody is by their provider: the name that the settings choose, its ``subject`` there, and the groups."""

    name: str
    subject: str
    groups: tuple[str, ...]


class OpenIdProvider:
    """The provider that the settings name. What it says counts only where it fits what was asked, and is signed by it.

    All methods raise `SignOnError` where it does not answer, or answers what cannot be believed.
    """

    def __init__(self, settings: Settings) -> None:
        self.issuer = settings.oidc_issuer or ""
        self.host = urlsplit(self.issuer).netloc
        self._id = settings.oidc_client_id or ""
        self._secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
        self._user_claim, self._groups_claim = settings.oidc_user_claim, settings.oidc_groups_claim
        self._metadata: dict[str, Any] = {}
        self._metadata_ends = 0.0

    async def begin(self, redirect: str, target: str) -> tuple[str, SignIn]:
        """The provider's address, from which it leads a browser back to ``redirect``; and what to keep until then."""
        metadata = await self._described()
        nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        known = metadata.get("scopes_supported")
        scope = " ".join(["openid", *(one for one in SCOPES if isinstance(known, list) and one in known)])
        async with self._client(redirect) as client:
            url, state = client.create_authorization_url(
                metadata["authorization_endpoint"],
                secrets.token_urlsafe(32),
                verifier,
                nonce=nonce,
                scope=scope,
            )
        return url, SignIn(state, nonce, verifier, redirect, target)

    async def finish(self, begun: SignIn, answer: Mapping[str, str]) -> Claimed:
        """Who signed in, by what the provider led their browser back with."""
        if not secrets.compare_digest(answer.get("state", "").encode(), begun.state.encode()):
            raise SignOnError("The answer belongs to another sign-in.")
        if answer.get("iss", self.issuer) != self.issuer:
            raise SignOnError("The answer is another provider's.")
        if "error" in answer or not answer.get("code"):
            raise SignOnError(f"{self.host} let nobody in ({answer.get('error', 'no code')[:100]!r}).")
        metadata = await self._described()
        async with self._client(begun.redirect, _way_of_the_secret(metadata)) as client:
            try:
                token = await client.fetch_token(
                    metadata["token_endpoint"], code=answer["code"], code_verifier=begun.verifier
                )
                keys = await self._json(client, metadata["jwks_uri"])
                claims = self._believed(token, keys, begun.nonce)
                told = dict(claims) | await self._more(client, metadata, claims)
            except (OAuthError, JoseError, httpx2.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
                raise SignOnError(f"{self.host} does not prove who signed in ({_in_words(error)}).") from error
        return self._claimed(told)

    def _believed(self, token: Mapping[str, Any], keys: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """The claims of the token of an identity, once all that makes it trustworthy was checked."""
        own = {"keys": [key for key in keys["keys"] if key.get("kty") in PUBLIC_KEYS]}
        signed = JWSRegistry(algorithms=SIGNATURES, strict_check_header=False)  # providers have headers of their own
        decoded = jwt.decode(token["id_token"], KeySet.import_key_set(own), registry=signed)  # type: ignore[arg-type]
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {"iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": self._id}},
            {"nonce": nonce, "client_id": self._id, "access_token": token.get("access_token")},
        )
        claims.validate(leeway=CLOCKS_DIFFER_SECONDS)
        return dict(claims)

    async def _more(
        self, client: AsyncOAuth2Client, metadata: Mapping[str, Any], claims: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What the provider tells of the same user where it was asked for and is not in the token."""
        wanted = {self._user_claim, self._groups_claim}
        if wanted <= claims.keys() or "userinfo_endpoint" not in metadata:
            return {}
        more = await self._json(client, metadata["userinfo_endpoint"], withhold_token=False)
        if more["sub"] != claims["sub"]:
            raise ValueError("it tells of another user")
        return {name: value for name, value in more.items() if name not in claims}

    def _claimed(self, told: Mapping[str, Any]) -> Claimed:
        name, groups = told.get(self._user_claim), told.get(self._groups_claim) or ()
        if not isinstance(name, str) or not name:
            raise SignOnError(f"{self.host} names no user: the claim {self._user_claim} is missing.")
        if self._user_claim == "email" and told.get("email_verified") is not True:
            raise SignOnError(f"{self.host} has not verified the mail address of whoever signed in.")
        listed = (groups,) if isinstance(groups, str) else groups
        if not isinstance(listed, list | tuple) or not all(isinstance(one, str) for one in listed):
            raise SignOnError(f"{self.host} tells the groups of {name!r} in a form that is not known.")
        return Claimed(name, str(told["sub"]), tuple(listed))

    async def _described(self) -> dict[str, Any]:
        """How the provider describes itself, asked once an hour."""
        if time.monotonic() >= self._metadata_ends:
            address = self.issuer.rstrip("/") + WELL_KNOWN
            try:
                async with self._client() as client:
                    metadata = await self._json(client, address)
                self._check(metadata)
            except (httpx2.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
                told = f"{address} does not describe a provider that can be used ({_in_words(error)})."
                raise SignOnError(told) from error
            self._metadata, self._metadata_ends = metadata, time.monotonic() + METADATA_SECONDS
        return self._metadata

    def _check(self, metadata: Mapping[str, Any]) -> None:
        if metadata["issuer"] != self.issuer:
            raise ValueError(f"it calls itself {metadata['issuer']!r}: set CITEWELL_OIDC_ISSUER to that")
        for name in (*NEEDED, *(("userinfo_endpoint",) if "userinfo_endpoint" in metadata else ())):
            parts = urlsplit(metadata[name])
            if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
                raise ValueError(f"its {name} is no https address")

    def _client(self, redirect: str | None = None, way_of_the_secret: str | None = None) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self._id,
            self._secret,
            way_of_the_secret if self._secret else "none",
            redirect_uri=redirect,
            code_challenge_method="S256",
            timeout=ANSWERS_WITHIN_SECONDS,
        )

    async def _json(self, client: AsyncOAuth2Client, address: str, *, withhold_token: bool = True) -> dict[str, Any]:
        answer = await client.request("GET", address, withhold_token=withhold_token)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told


def _way_of_the_secret(metadata: Mapping[str, Any]) -> str:
    """How Citewell's secret is sent: as every provider takes it, but for those that say that they do not."""
    ways = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"


def _in_words(error: Exception) -> str:
    """An error on one line. What it is about, such as a token, is never in it."""
    said = str(error) if isinstance(error, (OAuthError, JoseError, ValueError)) else ""
    return " ".join(f"{type(error).__name__} {said}".split())[:200]
