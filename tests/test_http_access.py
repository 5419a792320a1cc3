"""Who may use the HTTP API: tokens, sessions, other sites, too much; asked of every route, over real HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant import Assistant, Client, LimitError, NotAllowed, TokenError
from assistant.interfaces.http.askers import Askers
from assistant.interfaces.http.gate import LARGEST_REQUEST
from assistant.users import Attempts, Tokens, Users
from assistant.users.attempts import PER_ADDRESS, PER_NAME_AND_ADDRESS
from tests.browser import served
from tests.index_tools import Desk, briefing
from tests.logins import SECRET

QUESTION = "What did the harbour survey record?"
NO_TOKEN = "Send a token: Authorization: Bearer TOKEN. Whoever runs this server makes one with: citewell token add NAME"
WRONG_TOKEN = "The token is unknown or was revoked. Whoever runs this server makes one with: citewell token add NAME"
WRITES = {
    "add", "remove", "restore", "sync", "refresh", "add_feed", "remove_feed", "refresh_feeds", "all_jobs", "job",
    "stop_job",
}  # fmt: skip
"""The routes that need the scope write, by the names of their functions."""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.write({"a.md": briefing(0)})
    with desk.assistant() as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture(scope="module")
def tokens(assistant: Assistant) -> Iterator[Tokens]:
    tokens = Tokens(assistant.settings.state_dir)
    yield tokens
    tokens.close()


@pytest.fixture(scope="module")
def asks(tokens: Tokens) -> str:
    return tokens.add("asks", ["ask"])


@pytest.fixture(scope="module")
def writes(tokens: Tokens) -> str:
    return tokens.add("writes", ["write"])


@pytest.fixture
def guarded(assistant: Assistant, users: Users, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the page is served for users, without a limit that tests would reach by their number."""
    patient = assistant.settings.model_copy(update={"api_requests_per_minute": 100_000})
    monkeypatch.setattr(assistant, "settings", patient)
    with served(assistant, users) as address:
        yield address


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def routes(address: str, headers: dict[str, str]) -> list[tuple[str, str, str]]:
    """Every route: the function's name, the method, and a path for it."""
    schema = httpx.get(f"{address}/api/v1/openapi.json", headers=headers).json()
    found = []
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            name = told["operationId"].partition("_api_v1")[0].partition("_v1_")[0]
            found.append((name, method.upper(), re.sub(r"{\w+}", "nothing.md", path)))
    return found


class TestTokens:
    def test_no_route_answers_without_a_token(self, guarded: str, asks: str) -> None:
        asked = routes(guarded, bearer(asks))
        assert {"ask", "complete", "documents", "page", "job", "models"} <= {name for name, _, _ in asked}
        assert {name for name, _, _ in asked} >= WRITES
        for _, method, path in [*asked, ("", "GET", "/api/v1/openapi.json"), ("", "GET", "/v1/x"), ("", "GET", "/api")]:
            told = httpx.request(method, guarded + path)
            assert (told.status_code, told.headers["www-authenticate"]) == (401, 'Bearer realm="Citewell"'), path
            told = told.json()
            assert (told["error"]["message"] if path.startswith("/v1") else told["detail"]) == NO_TOKEN

    def test_every_route_needs_its_scope(self, guarded: str, asks: str, writes: str) -> None:
        for name, method, path in routes(guarded, bearer(asks)):
            lacking, needed = (asks, "write") if name in WRITES else (writes, "ask")
            told = httpx.request(method, guarded + path, headers=bearer(lacking), json={})
            assert told.status_code == 403, (name, told.text)
            has = "ask" if needed == "write" else "write"
            assert f"This token lets {has} alone; this needs the scope {needed}." in told.text
            allowed = httpx.request(
                method, guarded + path, headers=bearer(asks if needed == "ask" else writes), json={}
            )
            assert allowed.status_code not in (401, 403), (name, allowed.text)

    def test_the_client_asks_with_its_token(self, guarded: str, asks: str, assistant: Assistant) -> None:
        with Client(guarded, asks) as client:
            assert client.ask(QUESTION) == assistant.ask(QUESTION)
            with pytest.raises(NotAllowed, match=r"this needs the scope write\.$"):
                client.remove("a.md")
        with Client(guarded) as client, pytest.raises(TokenError, match=r"^Send a token"):
            client.ask(QUESTION)

    def test_a_revoked_token_is_refused_at_once(self, guarded: str, tokens: Tokens) -> None:
        with Client(guarded, tokens.add("brief", ["ask"])) as client:
            assert client.health().documents == 1
            tokens.revoke("brief")
            with pytest.raises(TokenError) as refused:
                client.health()
            assert str(refused.value) == WRONG_TOKEN

    @pytest.mark.parametrize(
        "given",
        [
            "",
            "Bearer",
            "Basic YW5uOmFubg==",
            "bearer citewell_guessed",
            "Bearer x\x80y",
            "Bearer " + "x" * 9000,
        ],
    )
    def test_what_is_no_token_is_refused(self, guarded: str, given: str) -> None:
        told = httpx.get(f"{guarded}/api/v1/health", headers={b"Authorization": given.encode("latin-1")})
        assert (told.status_code, told.json()["type"]) == (401, "urn:citewell:error:TokenError")

    def test_two_tokens_at_once_are_refused(self, guarded: str, asks: str) -> None:
        twice = [("Authorization", f"Bearer {asks}"), ("Authorization", "Bearer citewell_other")]
        assert httpx.get(f"{guarded}/api/v1/health", headers=twice).status_code == 401

    def test_a_token_opens_no_page(self, guarded: str, asks: str) -> None:
        for path in ("/config", "/watched.atom", "/cited?source=a.md"):
            assert httpx.get(guarded + path, headers=bearer(asks)).status_code == 401

    def test_the_use_of_a_token_is_noted(self, guarded: str, asks: str, tokens: Tokens) -> None:
        httpx.get(f"{guarded}/api/v1/health", headers=bearer(asks))
        assert {one.name: bool(one.used_at) for one in tokens.known()}["asks"] is True

    def test_conversations_are_the_tokens_own(self, guarded: str, asks: str, tokens: Tokens) -> None:
        other = tokens.add("other", ["ask"])
        with Client(guarded, asks) as mine, Client(guarded, other) as theirs:
            id = mine.begin_conversation("Mine").id
            assert id in [one.id for one in mine.conversations()]
            assert theirs.conversations() == []
            told = httpx.get(f"{guarded}/api/v1/conversations/{id}", headers=bearer(other))
            assert told.status_code == 404
        tokens.revoke("other")


class TestSessions:
    def test_a_user_of_the_page_may_do_all_with_the_session(self, guarded: str, assistant: Assistant) -> None:
        with httpx.Client(base_url=guarded) as ann:
            assert ann.get("/api/v1/health").status_code == 401
            ann.post("/login", data={"username": "ann", "password": SECRET})
            assert ann.get("/api/v1/health").status_code == 200
            id = ann.post("/api/v1/conversations", json={"title": "Ann's"}).json()["id"]
            assert [one.id for one in assistant.conversations.all("ann")] == [id]
            assert ann.post("/api/v1/sync", json={}).status_code == 202
            ann.post("/logout")
            assert ann.get("/api/v1/health").status_code == 401

    def test_a_header_makes_nobody_a_user(self, guarded: str) -> None:
        claims = {"X-Forwarded-User": "ann", "X-Remote-User": "ann", "Cookie": "citewell-session-1=x", "User": "ann"}
        assert httpx.get(f"{guarded}/api/v1/health", headers=claims).status_code == 401


class TestWithoutALogin:
    def test_nobody_needs_a_token_where_nobody_logs_in(self, address: str, tokens: Tokens) -> None:
        for headers in ({}, bearer("sk-anything"), {"Authorization": "Basic x"}):
            assert httpx.get(f"{address}/api/v1/health", headers=headers).status_code == 200


class TestOtherSites:
    """A page of another origin that a browser on this machine has open must not be able to use the API."""

    @pytest.mark.parametrize("path", ["/api/v1/ask", "/v1/chat/completions", "/api/v1/documents", "/api/v1/sync"])
    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://127.0.0.1:1"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ],
        ids=str,
    )
    def test_its_requests_are_refused(self, address: str, path: str, headers: dict[str, str]) -> None:
        plain = {"Content-Type": "text/plain"}
        for method in ("POST", "GET", "OPTIONS"):
            told = httpx.request(method, address + path, headers=headers | plain, content=b'{"question": "x"}')
            assert told.status_code == 403
            assert not any(name.startswith("access-control") for name in told.headers)

    def test_nothing_lets_another_site_read_an_answer(self, address: str) -> None:
        told = httpx.get(f"{address}/api/v1/health")
        assert told.headers["cross-origin-resource-policy"] == "same-origin"
        assert told.headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in told.headers

    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80"])
    def test_a_name_that_is_rebound_to_this_machine_is_refused(self, address: str, host: str) -> None:
        for path in ("/api/v1/health", "/v1/models", "/api/v1/openapi.json"):
            assert httpx.get(address + path, headers={"Host": host}).status_code == 421

    def test_the_page_itself_and_programs_are_let_in(self, address: str) -> None:
        for headers in ({"Sec-Fetch-Site": "same-origin", "Origin": address}, {"Sec-Fetch-Site": "none"}, {}):
            assert httpx.get(f"{address}/api/v1/health", headers=headers).status_code == 200

    def test_a_parameter_that_is_named_twice_is_refused(self, address: str) -> None:
        assert httpx.get(f"{address}/api/v1/documents?limit=1&limit=2").status_code == 403


class TestTooMuch:
    def test_beyond_the_limit_one_waits_and_others_do_not(
        self, assistant: Assistant, users: Users, asks: str, writes: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        slow = assistant.settings.model_copy(update={"api_requests_per_minute": 3})
        monkeypatch.setattr(assistant, "settings", slow)
        with served(assistant, users) as address, Client(address, asks) as client:
            for _ in range(3):
                client.health()
            with pytest.raises(LimitError, match=r"^Too many requests\.") as refused:
                client.health()
            assert 1 <= (refused.value.retry_after or 0) <= 20
            told = httpx.get(f"{address}/v1/models", headers=bearer(asks))
            assert (told.status_code, told.json()["error"]["code"]) == (429, "rate_limit_exceeded")
            assert 1 <= int(told.headers["retry-after"]) <= 20
            assert httpx.get(f"{address}/api/v1/jobs", headers=bearer(writes)).status_code == 200

    def test_guessed_tokens_are_braked_as_guessed_passwords_are(self, guarded: str, asks: str) -> None:
        def ask(token: str) -> httpx.Response:
            return httpx.get(f"{guarded}/api/v1/health", headers=bearer(token))

        assert [ask("citewell_same").status_code for _ in range(PER_NAME_AND_ADDRESS + 1)] == [401] * 5 + [429]
        assert ask(asks).status_code == 200
        statuses = [ask(f"citewell_{number}").status_code for number in range(PER_ADDRESS)]
        assert statuses == [401] * (PER_ADDRESS - PER_NAME_AND_ADDRESS) + [429] * PER_NAME_AND_ADDRESS
        braked = ask("citewell_another")
        assert braked.json()["detail"] == "Too many attempts with tokens that are unknown. Wait."
        assert 1 <= int(braked.headers["retry-after"]) <= 300

    @pytest.mark.parametrize("path", ["/api/v1/ask", "/api/v1/search", "/v1/chat/completions", "/api/v1/feeds"])
    def test_a_body_that_is_too_large_is_refused(self, address: str, path: str) -> None:
        json = {"Content-Type": "application/json"}
        for content in (b" " * (LARGEST_REQUEST + 1), iter([b" " * LARGEST_REQUEST, b"{}"])):
            assert httpx.post(address + path, content=content, headers=json).status_code == 413

    def test_a_body_that_says_it_is_too_large_is_not_waited_for(self, address: str) -> None:
        url = httpx.URL(address)
        connection = HTTPConnection(url.host, url.port or 0)
        connection.putrequest("POST", "/api/v1/documents")
        connection.putheader("Content-Type", "multipart/form-data; boundary=x")
        connection.putheader("Content-Length", str(10**12))
        connection.endheaders()
        answer = connection.getresponse()
        assert (answer.status, answer.getheader("content-type")) == (413, "application/problem+json")
        connection.close()


class TestHeaders:
    def test_what_is_sent_breaks_no_header(self, address: str) -> None:
        for value in ("a%0d%0aX-Injected:%20yes", "a%0aSet-Cookie:%20a=b", "%00"):
            for path in (f"/api/v1/documents/{value}", f"/api/v1/jobs/{value}", f"/v1/models/{value}",
                         f"/api/v1/conversations/{value}", f"/cited?source={value}"):  # fmt: skip
                told = httpx.get(address + path)
                assert told.status_code == 404, path
                assert {"x-injected", "set-cookie"} & {*told.headers} == set()

    def test_answers_of_the_api_are_kept_by_nobody_on_the_way(self, address: str) -> None:
        assert httpx.get(f"{address}/api/v1/health").headers["cache-control"] == "no-store"


def test_attempts_that_are_awaited_count_nothing() -> None:
    attempts = Attempts(lambda: 0.0)
    for _ in range(100):
        assert attempts.wait("x", "192.0.2.1") == 0.0
    for _ in range(PER_NAME_AND_ADDRESS):
        attempts.begin("x", "192.0.2.1")
    assert (attempts.wait("x", "192.0.2.1"), attempts.wait("x", "192.0.2.2")) == (300.0, 0.0)


def test_nobody_is_let_in_while_the_tokens_cannot_be_read(
    assistant: Assistant, users: Users, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tokens.sqlite").write_bytes(b"no database" * 100)
    broken: Any = assistant.settings.model_copy(update={"state_dir": tmp_path})
    monkeypatch.setattr(assistant, "settings", broken)
    with served(assistant, users) as address:
        told = httpx.get(f"{address}/api/v1/health", headers=bearer("citewell_x"))
        assert (told.status_code, told.json()["type"]) == (503, "urn:citewell:error:StorageError")


def test_askers_who_need_no_login_are_told_apart_by_their_address(tmp_path: Path) -> None:
    from starlette.requests import Request

    askers = Askers(Tokens(tmp_path), lambda _: None, is_open=True)
    scope: dict[str, Any] = {"type": "http", "headers": [], "client": ("192.0.2.7", 1)}
    assert askers.who(Request(scope)).key == "address 192.0.2.7"
