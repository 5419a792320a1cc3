"""Who may see the page where there are users: those who logged in. Everything else asks for a login first.

The check is made before Gradio, some of whose own addresses ask nobody who they are.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import math
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import StorageError
from assistant.interfaces.page.templates import render
from assistant.users import Attempts, Users, folded_name

LOG = logging.getLogger(__name__)
CLOSED = (
    "The file of users cannot be read, so nobody is let in for now. "
    "Whoever runs this page sees why, and what to do, with: citewell doctor\n"
)
LOGIN, LOGOUT = "/login", "/logout"
USER_IN_SCOPE = "citewell.user"
SESSION_SECONDS = 7 * 24 * 3600
LONGEST_FORM = 8_192
CHECKED_AT_ONCE = 2
"""How many passwords are checked at the same moment: each check takes 64 MB and a processor."""
LONGEST_NAME_COUNTED = 64
WRONG = "The name or the password is wrong."


@dataclass(frozen=True, slots=True)
class Session:
    """Who is logged in, with the password of that time, until when (by `time.monotonic`)."""

    user: str
    fingerprint: str
    ends: float


def user_of(request: Request) -> str | None:
    """The user who sent a request that `OnlyUsers` passed on: what `gr.mount_gradio_app` takes as auth_dependency."""
    user: str | None = request.scope.get(USER_IN_SCOPE)
    return user


class OnlyUsers:
    """ASGI middleware: passes on the requests of those who are logged in, and has everybody else log in.

    ``GET /login`` shows a form, ``POST /login`` takes it, ``POST /logout`` ends the session. A page that is asked for
    without a session leads to the form and, after it, back to the page; anything else gets 401. Sessions end after a
    week, with the process, and when the user is removed or gets another password.
    """

    def __init__(
        self,
        app: ASGIApp,
        users: Users,
        attempts: Attempts | None = None,
        passes_on: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """``passes_on`` tells the paths that are passed on without a session too, to what asks for a token itself."""
        self._app = app
        self._passes_on = passes_on
        self._users = users
        self._attempts = attempts or Attempts()
        self._checking = asyncio.Semaphore(CHECKED_AT_ONCE)
        self._sessions: dict[str, Session] = {}
        self._told = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: pass it on, or ask for a login; nobody is let in while the users cannot be read."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        try:
            answer = await self._answer_to(scope, receive)
        except StorageError as error:
            if str(error) != self._told:
                LOG.error("Nobody can use the page. %s", error)
                self._told = str(error)
            await PlainTextResponse(CLOSED, 503)(scope, receive, send)
            return
        self._told = ""
        await answer(scope, receive, send)

    async def _answer_to(self, scope: Scope, receive: Receive) -> ASGIApp:
        """What answers a request: the page for those who are logged in, else a form or a refusal."""
        if scope["type"] != "http":  # the page uses no other protocol
            return PlainTextResponse("Log in first.\n", 401)
        if scope["path"].rstrip("/") == LOGIN:
            return await self._login(Request(scope, receive))
        if scope["path"].rstrip("/") == LOGOUT and scope["method"] == "POST":
            return self._logout(Request(scope))
        if user := self._user(Request(scope)):
            scope[USER_IN_SCOPE] = user
            return self._app
        if self._passes_on(scope["path"]):
            return self._app
        return _refusal(Request(scope))

    async def _login(self, request: Request) -> Response:
        """The form, or what becomes of it."""
        if request.method != "POST":
            return _form(request)
        fields = await _fields(request)
        if fields is None:
            return PlainTextResponse("The form is too long.\n", 413)
        name, password = fields.get("username", ""), fields.get("password", "")
        known_as = folded_name(name)[:LONGEST_NAME_COUNTED]
        address = request.client.host if request.client else ""
        wait = self._attempts.begin(known_as, address)
        if wait:
            minutes = math.ceil(wait / 60)
            told = f"Too many attempts. Try again in {minutes} {'minute' if minutes == 1 else 'minutes'}."
            return _form(request, told, name, 429, {"Retry-After": str(math.ceil(wait))})
        async with self._checking:
            user = await run_in_threadpool(self._users.verify, name, password)
        if user is None:
            return _form(request, WRONG, name, 401)
        self._attempts.succeeded(known_as, address)
        return self._begin(request, user)

    def _begin(self, request: Request, user: str) -> Response:
        now, token = time.monotonic(), secrets.token_urlsafe(32)
        self._sessions = {kept: session for kept, session in self._sessions.items() if session.ends > now}
        fingerprint = self._users.fingerprint(user) or ""
        self._sessions[_digest(token)] = Session(user, fingerprint, now + SESSION_SECONDS)
        response = RedirectResponse(_target(request), 303)
        secure = request.url.scheme == "https"
        response.set_cookie(
            _cookie(request), token, SESSION_SECONDS, httponly=True, samesite="lax", secure=secure, path="/"
        )
        return response

    def _logout(self, request: Request) -> Response:
        self._sessions.pop(_digest(request.cookies.get(_cookie(request), "")), None)
        response = RedirectResponse(LOGIN, 303)
        response.delete_cookie(_cookie(request))
        return response

    def _user(self, request: Request) -> str | None:
        session = self._sessions.get(_digest(request.cookies.get(_cookie(request), "")))
        if session is None or session.ends <= time.monotonic():
            return None
        return session.user if self._users.fingerprint(session.user) == session.fingerprint else None


async def _fields(request: Request) -> dict[str, str] | None:
    """The fields of a form that was sent; None where it is too long to be one of ours."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM:
            return None
    parsed = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in parsed.items() if len(values) == 1}


def _form(
    request: Request, problem: str = "", name: str = "", status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    action = f"{LOGIN}?next={quote(_target(request), safe='/')}"
    shown = render("login.form", problem=problem, action=action, name=name.replace("\0", ""))
    return HTMLResponse(shown, status, {"Cache-Control": "no-store", **(headers or {})})


def _refusal(request: Request) -> Response:
    if request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", ""):
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{LOGIN}?next={quote(wanted, safe='/')}", 303)
    return PlainTextResponse("Log in first.\n", 401)


def _target(request: Request) -> str:
    """Where the login leads: a page of ours, never another site."""
    wanted = request.query_params.get("next", "/")
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    is_ours = wanted.isprintable() and not (parts.scheme or parts.netloc or "\\" in wanted)
    return wanted if is_ours and wanted.startswith("/") and not wanted.startswith("//") else "/"


def _cookie(request: Request) -> str:
    """Cookies are not told apart by port: each page on a machine has one of its own."""
    _, port = request.scope.get("server") or ("", None)
    return f"citewell-session-{port}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
