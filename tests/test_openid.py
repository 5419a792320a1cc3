"""Signing in with an OpenID provider: a real one on this machine, and one that lies; over HTTP and in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry
from playwright.sync_api import Route
from pydantic import SecretStr
from starlette.responses import PlainTextResponse

from assistant import Assistant, Settings
from assistant.access.collections import Collections, collections_file
from assistant.interfaces.page import build_app
from assistant.interfaces.page.login import OnlyUsers
from assistant.interfaces.page.sign_on import sign_on_of
from assistant.users import SignedOn, Users
from assistant.users.attempts import PER_ADDRESS
from tests.browser import CHROMIUM, NO_CHROMIUM, ask, chromium, serving, window
from tests.index_tools import Desk, briefing
from tests.logins import SECRET, users_in
from tests.sign_on import (
    CLIENT,
    CLIENT_SECRET,
    HEADER,
    LyingProvider,
    agree,
    key_of_the_provider,
    path_of,
    real_provider,
    signed_with_a_secret,
    unsigned,
)

PEOPLE: dict[str, dict[str, Any]] = {
    "ann": {"groups": ["staff", "Night Desk"], "email": "ann@example.org"},
    "bob": {"groups": []},
}
REFUSED = "You could not be signed in."


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.write({"a.md": briefing(0), "board/b.md": "The board sold the lighthouse of Veldt.", "lab/c.md": "Lab notes."})
    with desk.assistant() as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with real_provider(**PEOPLE) as issuer:
        yield issuer


@contextmanager
def signing_in_with(issuer: str, assistant: Assistant, users: Users, **others: Any) -> Iterator[str]:
    """The address of the page, for which people may sign in with this provider."""
    named = {"oidc_issuer": issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(CLIENT_SECRET)} | others
    so_set = assistant.with_rights(assistant.rights)
    so_set.settings = assistant.settings.model_copy(update=named)
    with serving(build_app(so_set, users=users)) as address:
        yield address


@pytest.fixture(scope="module")
def page(issuer: str, assistant: Assistant, users: Users) -> Iterator[str]:
    with signing_in_with(issuer, assistant, users) as address:
        yield address


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Users]:
    with users_in(tmp_path_factory.mktemp("users"), "dora") as users:
        yield users


@pytest.fixture
def closed(assistant: Assistant) -> Iterator[None]:
    """The collections ``board``, which the group staff may read, and ``lab``, which nobody may."""
    path = collections_file(assistant.settings.state_dir)
    collections = Collections(path)
    for name in ("board", "lab"):
        collections.add(name)
    collections.grant("board", "group:staff")
    yield
    path.unlink()


@pytest.fixture
def browser(page: str) -> Iterator[httpx.Client]:
    """A browser, but for its engine: it follows no redirect by itself."""
    with httpx.Client(base_url=page, headers={"Accept": "text/html"}) as client:
        yield client


def sign_in(client: httpx.Client, sub: str, wanted: str = "/") -> httpx.Response:
    """What the page answers once a provider led the browser back to it."""
    leads = client.get("/login/provider", params={"next": wanted})
    assert leads.status_code == 303, leads.text
    with httpx.Client() as elsewhere:
        back = agree(elsewhere, leads.headers["location"], sub)
    return client.get(path_of(back))


class TestWithARealProvider:
    def test_the_form_offers_it_beside_the_password(self, browser: httpx.Client, issuer: str) -> None:
        form = browser.get("/login?next=/%3Fconversation%3D0f").text
        host = httpx.URL(issuer).netloc.decode()
        assert f'<a href="/login/provider?next=/%3Fconversation%3D0f">Sign in with {host}</a>' in form
        assert '<input id="password"' in form

    def test_whoever_signs_in_is_led_to_the_page_that_was_wanted(self, browser: httpx.Client) -> None:
        answer = sign_in(browser, "ann", "/?conversation=0f")
        assert (answer.status_code, answer.headers["location"]) == (303, "/?conversation=0f")
        assert browser.get("/config").json()["username"] == "ann"

    def test_the_session_is_as_safe_as_one_with_a_password_and_shorter(self, browser: httpx.Client) -> None:
        cookie = sign_in(browser, "ann").headers["set-cookie"]
        assert cookie.startswith(f"citewell-session-{browser.base_url.port}=")
        assert cookie.endswith("; HttpOnly; Max-Age=43200; Path=/; SameSite=lax")

    def test_logging_out_ends_the_session(self, browser: httpx.Client) -> None:
        sign_in(browser, "ann")
        shown = browser.get("/logout").text
        assert "<p>You are logged in as ann.</p>" in shown
        assert '<form method="post" action="/logout"><button>Log out</button></form>' in shown
        session = dict(browser.cookies)
        assert browser.post("/logout").headers["location"] == "/login"
        browser.cookies.update(session)
        assert browser.get("/").headers["location"] == "/login?next=/"

    def test_groups_of_the_claim_open_collections_on_the_page_and_to_programs(
        self, browser: httpx.Client, page: str, assistant: Assistant, closed: None
    ) -> None:
        with httpx.Client(base_url=page) as other:
            for client, sub in ((browser, "ann"), (other, "bob")):
                sign_in(client, sub)
            seen = [sorted(one["source"] for one in client.get("/api/v1/documents").json()["documents"])
                    for client in (browser, other)]  # fmt: skip
            cited = [client.get("/cited", params={"source": "board/b.md"}).status_code for client in (browser, other)]
        assert seen == [["a.md", "board/b.md"], ["a.md"]]
        assert cited == [200, 404]

    def test_what_runs_without_a_user_has_the_groups_of_their_last_sign_in(
        self, browser: httpx.Client, assistant: Assistant, issuer: str, closed: None
    ) -> None:
        sign_in(browser, "ann")
        with_sign_on = assistant.with_rights(assistant.rights)
        with_sign_on.settings = assistant.settings.model_copy(update={"oidc_issuer": issuer})
        assert [one.source for one in with_sign_on.for_user("ann").documents()] == ["a.md", "board/b.md"]
        assert [one.source for one in with_sign_on.for_user("carol").documents()] == ["a.md"]
        assert [one.source for one in assistant.for_user("ann").documents()] == ["a.md"]

    def test_whoever_says_no_at_the_provider_is_not_let_in(self, browser: httpx.Client) -> None:
        leads = browser.get("/login/provider").headers["location"]
        denied = httpx.post(leads, data={"action": "deny"}).headers["location"]
        answer = browser.get(path_of(denied))
        assert (answer.status_code, REFUSED in answer.text, answer.headers.get("set-cookie")) == (403, True, None)

    def test_a_user_with_a_password_logs_in_as_before(self, browser: httpx.Client) -> None:
        browser.post("/login", data={"username": "dora", "password": SECRET})
        assert browser.get("/config").json()["username"] == "dora"

    def test_the_name_of_a_user_with_a_password_is_nobody_elses(self, browser: httpx.Client) -> None:
        answer = sign_in(browser, "Dora")
        assert answer.status_code == 403
        assert "The name dora belongs to a user who has a password here." in answer.text

    def test_whoever_was_removed_is_out_and_comes_in_anew(self, browser: httpx.Client, assistant: Assistant) -> None:
        sign_in(browser, "bob")
        people = SignedOn(assistant.settings.state_dir)
        assert people.remove("bob") == "bob"
        assert browser.get("/config").status_code == 303
        session = dict(browser.cookies)
        sign_in(browser, "bob")
        assert browser.get("/config").status_code == 200
        browser.cookies.clear()
        browser.cookies.update(session)
        assert browser.get("/config").status_code == 303
        people.close()

    @pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil"])
    def test_a_sign_in_leads_to_no_other_site(self, browser: httpx.Client, wanted: str) -> None:
        assert sign_in(browser, "ann", wanted).headers["location"] == "/"


class TestAnAnswer:
    """What a browser is led back with counts once, for the browser that began."""

    def test_is_nothing_to_another_browser(self, browser: httpx.Client, page: str) -> None:
        leads = browser.get("/login/provider").headers["location"]
        with httpx.Client() as elsewhere:
            back = agree(elsewhere, leads, "ann")
        answer = httpx.get(page + path_of(back))
        assert (answer.status_code, "It was begun in another browser, or took too long." in answer.text) == (403, True)
        assert answer.headers.get("set-cookie") is None

    def test_counts_once(self, browser: httpx.Client) -> None:
        leads = browser.get("/login/provider").headers["location"]
        with httpx.Client() as elsewhere:
            back = path_of(agree(elsewhere, leads, "ann"))
        assert browser.get(back).status_code == 303
        assert browser.get(back).status_code == 403

    @pytest.mark.parametrize(
        ("told", "why"),
        [
            ("code=guessed&state=guessed", "The answer belongs to another sign-in."),
            ("code=guessed", "The answer belongs to another sign-in."),
            ("code=guessed&state={state}&iss=https://evil.example", "The answer is another provider&#39;s."),
            ("state={state}", "let nobody in (&#39;no code&#39;)"),
            ("error=access_denied&state={state}", "let nobody in (&#39;access_denied&#39;)"),
            ("code=guessed&state={state}", "does not prove who signed in"),
        ],
    )
    def test_that_fits_no_sign_in_is_refused(self, browser: httpx.Client, told: str, why: str) -> None:
        state = httpx.URL(browser.get("/login/provider").headers["location"]).params["state"]
        answer = browser.get(f"/login/answer?{told.format(state=state)}")
        assert (answer.status_code, why in answer.text, answer.headers.get("set-cookie")) == (403, True, None)

    def test_that_names_a_value_twice_is_refused(self, browser: httpx.Client) -> None:
        browser.get("/login/provider")
        assert browser.get("/login/answer?state=a&state=b&code=c").status_code == 403

    def test_after_some_failures_one_has_to_wait(self, issuer: str, assistant: Assistant, users: Users) -> None:
        with signing_in_with(issuer, assistant, users) as address:
            told = [httpx.get(f"{address}/login/answer?state={one}").status_code for one in range(PER_ADDRESS + 1)]
        assert told == [403] * PER_ADDRESS + [429]


@pytest.fixture
def people(tmp_path: Path) -> Iterator[SignedOn]:
    people = SignedOn(tmp_path)
    yield people
    people.close()


@pytest.fixture
def lying(users: Users, people: SignedOn) -> Callable[..., httpx.Response]:
    """What whoever signs in is answered at a page of one word, with a provider that lies so."""

    def sign_in_with(provider: LyingProvider, **others: str) -> httpx.Response:
        with provider.running() as issuer:
            settings = Settings(
                oidc_issuer=issuer, oidc_client_id=CLIENT, oidc_client_secret=SecretStr(CLIENT_SECRET), **others
            )
            app = OnlyUsers(PlainTextResponse("in"), users, sign_on=sign_on_of(settings, people))
            with serving(app) as address, httpx.Client(base_url=address) as client:
                leads = client.get("/login/provider")
                if leads.status_code != 303:
                    return leads
                return client.get(path_of(httpx.get(leads.headers["location"]).headers["location"]))

    return sign_in_with


def let_in(answer: httpx.Response) -> bool:
    return (answer.status_code, "citewell-session" in answer.headers.get("set-cookie", "")) == (303, True)


Lying = Callable[..., httpx.Response]
CLAIMS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "another issuer": lambda honest: honest | {"iss": "https://evil.example"},
    "another audience": lambda honest: honest | {"aud": "another client"},
    "another audience, for us": lambda honest: honest | {"aud": "another client", "azp": CLIENT},
    "several audiences, for another": lambda honest: honest | {"aud": [CLIENT, "another"], "azp": "another"},
    "another nonce": lambda honest: honest | {"nonce": "guessed"},
    "no nonce": lambda honest: {name: value for name, value in honest.items() if name != "nonce"},
    "no audience": lambda honest: {name: value for name, value in honest.items() if name != "aud"},
    "no end": lambda honest: {name: value for name, value in honest.items() if name != "exp"},
    "expired": lambda honest: honest | {"iat": honest["iat"] - 7200, "exp": honest["exp"] - 7200},
    "of tomorrow": lambda honest: honest | {"nbf": honest["iat"] + 86_400},
    "no subject": lambda honest: {name: value for name, value in honest.items() if name != "sub"},
    "a subject that is no text": lambda honest: honest | {"sub": 7},
    "a name that cannot be one": lambda honest: honest | {"sub": "a/../b"},
    "a name of a token": lambda honest: honest | {"sub": "token:asks"},
    "a name that is a group": lambda honest: honest | {"sub": "group:staff"},
    "nobody": lambda honest: honest | {"sub": ""},
    "groups that are none": lambda honest: honest | {"groups": {"staff": True}},
    "groups that are no text": lambda honest: honest | {"groups": [7]},
}
SIGNED: dict[str, Callable[[dict[str, Any]], str]] = {
    "by nobody": unsigned,
    "with the secret": signed_with_a_secret(CLIENT_SECRET),
    "with another key": lambda claims: jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048)),
    "not at all": lambda _: "x",
}
DESCRIBED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "as another": lambda honest: honest | {"issuer": "https://evil.example"},
    "without keys": lambda honest: honest | {"jwks_uri": None},
    "without TLS": lambda honest: honest | {"token_endpoint": "http://desk.example/token"},
    "with a file": lambda honest: honest | {"jwks_uri": "file:///etc/passwd"},
    "by a list": lambda _: [],
}


class TestWithAProviderThatLies:
    def test_the_same_provider_is_believed_while_it_does_not(self, lying: Lying) -> None:
        provider = LyingProvider()
        assert let_in(lying(provider))
        [asked], [redeemed] = provider.asked, provider.redeemed
        assert (asked["response_type"], asked["scope"], asked["client_id"]) == ("code", "openid groups", CLIENT)
        assert asked["redirect_uri"].endswith("/login/answer")
        assert redeemed["redirect_uri"] == asked["redirect_uri"]

    @pytest.mark.parametrize("lie", CLAIMS)
    def test_a_token_that_does_not_fit_lets_nobody_in(self, lying: Lying, lie: str) -> None:
        answer = lying(LyingProvider(claims=CLAIMS[lie]))
        assert (answer.status_code, REFUSED in answer.text, answer.headers.get("set-cookie")) == (403, True, None)

    @pytest.mark.parametrize("lie", SIGNED)
    def test_a_token_that_it_did_not_sign_lets_nobody_in(self, lying: Lying, lie: str) -> None:
        answer = lying(LyingProvider(sign=SIGNED[lie]))
        assert (answer.status_code, REFUSED in answer.text, answer.headers.get("set-cookie")) == (403, True, None)

    @pytest.mark.parametrize("lie", DESCRIBED)
    def test_a_provider_that_is_described_so_is_not_asked(self, lying: Lying, lie: str) -> None:
        provider = LyingProvider(metadata=DESCRIBED[lie])
        answer = lying(provider)
        assert (answer.status_code, REFUSED in answer.text) == (502, True)
        assert (provider.asked, answer.headers.get("set-cookie")) == ([], None)

    def test_no_secret_and_no_token_is_logged_or_told(self, lying: Lying, caplog: pytest.LogCaptureFixture) -> None:
        tokens: list[str] = []

        def sign(claims: dict[str, Any]) -> str:
            tokens.append(unsigned(claims))
            return tokens[-1]

        answer = lying(LyingProvider(sign=sign))
        told = answer.text + " ".join(record.getMessage() for record in caplog.records if "assistant" in record.name)
        assert len(tokens) == 1
        assert not any(secret in told for secret in (CLIENT_SECRET, *tokens))

    def test_a_name_stays_with_the_first_who_came_by_it(self, lying: Lying) -> None:
        answers = [lying(LyingProvider(claims=_called_ann(sub)), oidc_user_claim="login") for sub in ("one", "two")]
        assert [answer.status_code for answer in answers] == [303, 403]
        assert "The name ann belongs to somebody else who signed in." in answers[1].text

    @pytest.mark.parametrize(("verified", "status"), [({"email_verified": True}, 303), ({}, 403),
                                                      ({"email_verified": "false"}, 403)])  # fmt: skip
    def test_a_mail_address_names_somebody_once_it_is_verified(
        self, lying: Lying, verified: dict[str, Any], status: int
    ) -> None:
        provider = LyingProvider(claims=lambda honest: honest | {"email": "ann@example.org"} | verified)
        assert lying(provider, oidc_user_claim="email").status_code == status

    def test_a_header_of_its_own_is_no_lie(self, lying: Lying) -> None:
        registry = JWSRegistry(strict_check_header=False)
        header = HEADER | {"pi.atm": "x"}
        assert let_in(
            lying(
                LyingProvider(sign=lambda claims: jwt.encode(header, claims, key_of_the_provider(), registry=registry))
            )
        )

    def test_what_is_not_in_the_token_is_asked_for(self, lying: Lying, people: SignedOn) -> None:
        provider = LyingProvider(claims=_without_groups, userinfo={"groups": ["desk"]})
        assert let_in(lying(provider))
        assert [(one.name, one.groups) for one in people.known()] == [("ann", ("desk",))]

    def test_what_it_tells_of_another_user_lets_nobody_in(self, lying: Lying) -> None:
        assert lying(LyingProvider(claims=_without_groups, userinfo={"sub": "bob"})).status_code == 403

    def test_one_that_does_not_answer_is_told(self, lying: Lying) -> None:
        answer = lying(LyingProvider(metadata=_fails))
        assert (answer.status_code, "does not describe a provider that can be used" in answer.text) == (502, True)


def _called_ann(sub: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda honest: honest | {"sub": sub, "login": "ann"}


def _fails(_: dict[str, Any]) -> NoReturn:
    raise httpx.HTTPError("The provider's own failure.")


def _without_groups(honest: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in honest.items() if name != "groups"}


def test_a_provider_leads_back_to_the_public_address(assistant: Assistant, users: Users, issuer: str) -> None:
    public = {"public_url": "https://citewell.example.org"}
    with signing_in_with(issuer, assistant, users, **public) as address:
        leads = httpx.get(f"{address}/login/provider", headers={"X-Forwarded-Proto": "https"})
    assert httpx.URL(leads.headers["location"]).params["redirect_uri"] == "https://citewell.example.org/login/answer"
    assert "; secure" in leads.headers["set-cookie"].lower()


def test_where_nobody_has_a_password_the_form_offers_the_provider_alone(
    assistant: Assistant, issuer: str, tmp_path: Path
) -> None:
    with signing_in_with(issuer, assistant, Users(tmp_path / "users.json")) as address:
        form = httpx.get(f"{address}/login").text
    assert ("Sign in with" in form, "<input" in form) == (True, False)


def test_where_there_is_no_provider_nothing_leads_to_one(assistant: Assistant, users: Users) -> None:
    with serving(build_app(assistant, users=users)) as address:
        assert "Sign in with" not in httpx.get(f"{address}/login").text
        for path in ("/login/provider", "/login/answer"):
            assert httpx.get(address + path).status_code == 401


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)
def test_a_browser_signs_in_and_asks(page: str, assistant: Assistant) -> None:
    with chromium() as browser, window(browser) as context:
        context.route(lambda address: "localhost" not in address and "127.0.0.1" not in address, _unreached)
        tab = context.new_page()
        tab.goto(page)
        tab.get_by_role("link", name="Sign in with localhost").click()
        tab.get_by_role("button", name="ann").click()
        tab.locator(".welcome").wait_for()
        ask(tab, "What did the harbour survey record?")
    assert [one.title for one in assistant.conversations.all("ann")] == ["What did the harbour survey record?"]


def _unreached(route: Route) -> None:
    """The real provider's form is dressed by another host."""
    route.abort()
