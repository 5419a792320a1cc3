"""Who may see the page where there are users: those who logged in. Everything else asks for a login first.

The check is made before Gradio, some of whose own addresses ask nobody who they are.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.audit import Action, Audit, Outcome
from assistant.errors import SignOnError, StorageError, UserError
from assistant.interfaces.page.kept_by_cookie import KeptByCookie
from assistant.interfaces.page.sign_on import SIGNED_ON_SECONDS, SignOn
from assistant.interfaces.page.templates import render
from assistant.users import Attempts, Users, folded_name
from assistant.users.signed_on import PROXY

LOG = logging.getLogger(__name__)
CLOSED = (
    "The file of users cannot be read, so nobody is let in for now. "
    "Whoever runs this page sees why, and what to do, with: citewell doctor\n"
)
LOGIN, LOGOUT = "/login", "/logout"
PROVIDER, ANSWER = "/login/provider", "/login/answer"
"""Where signing in with a provider begins, and where it leads the browser back to."""
USER_IN_SCOPE = "citewell.user"
SESSION_SECONDS = 7 * 24 * 3600
LONGEST_FORM = 8_192
CHECKED_AT_ONCE = 2
"""How many passwords are checked at the same moment: each check takes 64 MB and a processor."""
LONGEST_NAME_COUNTED = 64
PROVIDER_VOUCHES = "provider"
WRONG = "The name or the password is wrong."
NOT_SIGNED_IN = "You could not be signed in. {} Try again, or ask whoever runs this page."
NOBODY = "You were not let in. {}\n"


@dataclass(frozen=True, slots=True)
class Session:
    """Who is logged in. It ends once the fingerprint of the user's password, or `SignOn.mark`, is another."""

    user: str
    fingerprint: str


def user_of(request: Request) -> str | None:
    """The user who sent a request that `OnlyUsers` passed on: what `gr.mount_gradio_app` takes as auth_dependency."""
    user: str | None = request.scope.get(USER_IN_SCOPE)
    return user


class OnlyUsers:
    """ASGI middleware: passes on the requests of those who are logged in, and has everybody else log in.

    ``GET /login`` shows a form, ``POST /login`` takes it, ``POST /logout`` ends the session, for which ``GET /logout``
    shows a button. A page that is asked for without a session leads to the form and, after it, back to the page;
    anything else gets 401. Sessions end after a week, with the process, and when the user is removed or gets another
    password. Where there is single sign-on, a provider may be asked who somebody is (``GET /login/provider``), and a
    trusted proxy tells it with each request.
    """

    def __init__(
        self,
        app: ASGIApp,
        users: Users,
        attempts: Attempts | None = None,
        passes_on: Callable[[str], bool] = lambda _: False,
        sign_on: SignOn | None = None,
        audit: Audit | None = None,
    ) -> None:
        """``passes_on`` tells the paths that are passed on without a session too, to what asks for a token itself."""
        self._app = app
        self._passes_on = passes_on
        self._users = users
        self._sign_on = sign_on or SignOn()
        self._audit = audit
        self._attempts = attempts or Attempts()
        self._checking = asyncio.Semaphore(CHECKED_AT_ONCE)
        self._sessions: KeptByCookie[Session] = KeptByCookie("citewell-session")
        self._ways: dict[tuple[str, str], Callable[[Request], Awaitable[Response]]] = {("POST", LOGOUT): self._logout}
        if self._sign_on.provider:
            self._ways |= {("GET", PROVIDER): self._lead_to_provider, ("GET", ANSWER): self._take_answer}
        self._told = ""
        self._refused = ""

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
        request = Request(scope, receive)
        path = scope["path"].rstrip("/")
        if path == LOGIN:
            return await self._login(request)
        if way := self._ways.get((scope["method"], path)):
            return await way(request)
        return await self._page_for(request)

    async def _page_for(self, request: Request) -> ASGIApp:
        """The page as its user, whom a proxy names or who has a session; or a refusal."""
        scope = request.scope
        try:
            named = await self._sign_on.named_by_proxy(scope, self._users)
        except (SignOnError, UserError) as error:
            return await self._not_let_in(request, error)
        user = named or self._user_of_session(request)
        if user is None:
            return self._app if self._passes_on(scope["path"]) else _refusal(request)
        if (scope["method"], scope["path"].rstrip("/")) == ("GET", LOGOUT):
            return HTMLResponse(render("login.leave", action=LOGOUT, name=user), headers={"Cache-Control": "no-store"})
        if named and self._sign_on.comes_anew(named):
            await self._note("signed-in", named, f"{PROXY}, from {_address(request)}")
        scope[USER_IN_SCOPE] = user
        return self._app

    async def _login(self, request: Request) -> Response:
        """The form, or what becomes of it."""
        if request.method != "POST":
            return self._form(request)
        fields = await _fields(request)
        if fields is None:
            return PlainTextResponse("The form is too long.\n", 413)
        name, password = fields.get("username", ""), fields.get("password", "")
        known_as = folded_name(name)[:LONGEST_NAME_COUNTED]
        address = _address(request)
        wait = self._attempts.begin(known_as, address)
        if wait:
            return self._told_to_wait(request, wait, name)
        async with self._checking:
            user = await run_in_threadpool(self._users.verify, name, password)
        if user is None:
            await self._note_refused(request, "password", known_as)
            return self._form(request, WRONG, name, 401)
        self._attempts.succeeded(known_as, address)
        await self._note("signed-in", user, f"password, from {address}")
        return self._begin(request, user, _target(request), self._users.fingerprint(user) or "", SESSION_SECONDS)

    async def _lead_to_provider(self, request: Request) -> Response:
        """The way to the provider, which leads back to `ANSWER`."""
        try:
            return await self._sign_on.begin(request, ANSWER, _target(request))
        except SignOnError as error:
            return self._not_signed_in(request, error, 502)

    async def _take_answer(self, request: Request) -> Response:
        """The session of whoever the provider says it is, or why there is none."""
        known_as, address = request.query_params.get("state", "")[:LONGEST_NAME_COUNTED], _address(request)
        if wait := self._attempts.begin(known_as, address):
            return self._told_to_wait(request, wait)
        try:
            user, target = await self._sign_on.finish(request, self._users)
        except (SignOnError, UserError) as error:
            await self._note_refused(request, PROVIDER_VOUCHES)
            return self._not_signed_in(request, error, 403)
        self._attempts.succeeded(known_as, address)
        await self._note("signed-in", user, f"{PROVIDER_VOUCHES}, from {address}")
        return self._begin(request, user, target, self._sign_on.mark(user) or "", SIGNED_ON_SECONDS)

    def _not_signed_in(self, request: Request, error: Exception, status: int) -> Response:
        LOG.warning("Somebody could not be signed in. %s", error)
        return self._form(request, NOT_SIGNED_IN.format(error), status=status)

    async def _not_let_in(self, request: Request, error: Exception) -> Response:
        """The refusal of whom a proxy names, told and noted once for many of one kind."""
        if str(error) != self._refused:
            LOG.warning("Whom a proxy names is refused. %s", error)
            await self._note_refused(request, PROXY)
            self._refused = str(error)
        return PlainTextResponse(NOBODY.format(error), 403)

    async def _note(self, action: Action, who: str, detail: str, outcome: Outcome = "done") -> None:
        if self._audit:
            await run_in_threadpool(self._audit.of(who, "page").note, action, "", detail, outcome)

    async def _note_refused(self, request: Request, way: str, name: str = "") -> None:
        """NOTE: a name that is no user's may be a password that was typed into the wrong field."""
        known = name if self._users.fingerprint(name) else ""
        await self._note("signed-in", known, f"{way}, from {_address(request)}", "refused")

    def _told_to_wait(self, request: Request, wait: float, name: str = "") -> Response:
        minutes = math.ceil(wait / 60)
        told = f"Too many attempts. Try again in {minutes} {'minute' if minutes == 1 else 'minutes'}."
        return self._form(request, told, name, 429, {"Retry-After": str(math.ceil(wait))})

    def _begin(self, request: Request, user: str, target: str, fingerprint: str, seconds: int) -> Response:
        response = RedirectResponse(target, 303)
        self._sessions.begin(request, response, Session(user, fingerprint), seconds)
        return response

    async def _logout(self, request: Request) -> Response:
        response = RedirectResponse(LOGIN, 303)
        session = self._sessions.of(request)
        self._sessions.end(request, response)
        if session:
            await self._note("signed-out", session.user, f"from {_address(request)}")
        return response

    def _user_of_session(self, request: Request) -> str | None:
        session = self._sessions.of(request)
        if session is None:
            return None
        known_by = self._users.fingerprint(session.user) or self._sign_on.mark(session.user)
        return session.user if known_by == session.fingerprint else None

    def _form(
        self,
        request: Request,
        problem: str = "",
        name: str = "",
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> Response:
        provider = self._sign_on.provider
        target = quote(_target(request), safe="/")
        shown = render(
            "login.form",
            problem=problem,
            action=f"{LOGIN}?next={target}",
            name=name.replace("\0", ""),
            has_passwords=self._sign_on.is_nothing or bool(self._users.names()),
            provider=provider.host if provider else "",
            leads=f"{PROVIDER}?next={target}",
        )
        return HTMLResponse(shown, status, {"Cache-Control": "no-store", **(headers or {})})


async def _fields(request: Request) -> dict[str, str] | None:
    """The fields of a form that was sent; None where it is too long to be one of ours."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM:
            return None
    parsed = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in parsed.items() if len(values) == 1}


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


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
