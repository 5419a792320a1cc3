"""Providers that people sign in with, on this machine: a real one, and one of ours that can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from joserfc import jws, jwt
from joserfc.jwk import OctKey, RSAKey
from oidc_provider_mock import User, run_server_in_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.browser import serving

CLIENT, CLIENT_SECRET = "citewell", "what the provider knows"
HEADER = {"alg": "RS256", "kid": "one"}


@contextmanager
def real_provider(**people: dict[str, Any]) -> Iterator[str]:
    """The issuer of a real provider: it lets everybody in as whom they say, with the claims that people have."""
    known = [User(sub=sub, claims=claims) for sub, claims in people.items()]
    with run_server_in_thread(user_claims=known, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


def agree(client: httpx.Client, leads: str, sub: str) -> str:
    """Sign in at the real provider as ``sub``, where a page leads; returns where the provider leads back."""
    form = client.get(leads)
    assert form.status_code == 200, form.text
    answer = client.post(leads, data={"sub": sub})
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


@cache
def key_of_the_provider() -> RSAKey:
    """With what an honest token is signed."""
    return RSAKey.generate_key(2048, {"kid": "one"})


@dataclass
class LyingProvider:
    """A provider whose tokens, and what it says of itself, are as ``claims``, ``metadata`` and ``sign`` make them."""

    claims: Callable[[dict[str, Any]], dict[str, Any]] = lambda honest: honest
    metadata: Callable[[dict[str, Any]], dict[str, Any]] = lambda honest: honest
    sign: Callable[[dict[str, Any]], str] | None = None
    userinfo: dict[str, Any] = field(default_factory=dict)
    issuer: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    """The queries that browsers were led here with."""
    redeemed: list[dict[str, str]] = field(default_factory=list)
    """The forms with which codes were redeemed."""

    def honest_claims(self, nonce: str) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": self.issuer, "aud": CLIENT, "sub": "ann", "iat": now, "exp": now + 60, "nonce": nonce,
            "groups": ["staff"],
        }  # fmt: skip

    def signed(self, claims: dict[str, Any]) -> str:
        return self.sign(claims) if self.sign else jwt.encode(HEADER, claims, key_of_the_provider())

    async def describe(self, _: Request) -> Response:
        return JSONResponse(
            self.metadata(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys",
                    "userinfo_endpoint": f"{self.issuer}/me",
                    "scopes_supported": ["openid", "groups"],
                    "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
                }
            )
        )

    async def authorize(self, request: Request) -> Response:
        query = dict(request.query_params)
        self.asked.append(query)
        answer = urlencode({"code": secrets.token_hex(), "state": query["state"]})
        return RedirectResponse(f"{query['redirect_uri']}?{answer}", 302)

    async def token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        self.redeemed.append(form)
        begun = self.asked[-1]
        proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if proof != begun["code_challenge"] or begun["code_challenge_method"] != "S256":
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = self.signed(self.claims(self.honest_claims(begun["nonce"])))
        return JSONResponse({"access_token": "an access token", "token_type": "Bearer", "id_token": token})

    async def give_keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [key_of_the_provider().as_dict(private=False)]})

    async def me(self, _: Request) -> Response:
        return JSONResponse({"sub": "ann", **self.userinfo})

    @contextmanager
    def running(self) -> Iterator[str]:
        """Its issuer, while it answers."""
        routes = [
            Route("/.well-known/openid-configuration", self.describe),
            Route("/authorize", self.authorize),
            Route("/token", self.token, methods=["POST"]),
            Route("/keys", self.give_keys),
            Route("/me", self.me),
        ]
        with serving(Starlette(routes=routes)) as self.issuer:
            yield self.issuer


def unsigned(claims: dict[str, Any]) -> str:
    """A token that nobody signed."""
    parts = [json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


def signed_with_a_secret(secret: str) -> Callable[[dict[str, Any]], str]:
    """Makes tokens that are signed with what others know too, as a client's secret or a public key."""
    registry = jws.JWSRegistry(algorithms=["HS256"])
    return lambda claims: jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(secret), registry=registry)


def path_of(address: str) -> str:
    """An address without its site."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
