"""A proxy before the page says who is logged in: from its own address alone, whatever headers say; over real HTTP."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from assistant import Assistant, Settings, SettingsError
from assistant.access.collections import Collections, collections_file
from assistant.interfaces.page import build_app
from assistant.users import SignedOn, Tokens, Users
from tests.browser import serving
from tests.index_tools import Desk, briefing
from tests.logins import SECRET, users_in

USER, GROUPS = "Remote-User", "Remote-Groups"
PROXY, STRANGER = "127.0.0.2", "127.0.0.3"
"""Two addresses of this machine, from which requests are sent to it."""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.write({"a.md": briefing(0), "board/b.md": "The board sold the lighthouse of Veldt."})
    with desk.assistant() as assistant:
        assistant.sync()
        collections = Collections(collections_file(assistant.settings.state_dir))
        collections.add("board")
        collections.grant("board", "group:staff")
        named = {"proxy_user_header": USER, "proxy_groups_header": GROUPS, "trusted_proxies": (PROXY,)}
        assistant.settings = assistant.settings.model_copy(update=named)
        yield assistant


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Users]:
    with users_in(tmp_path_factory.mktemp("users"), "dora") as users:
        yield users


@pytest.fixture(scope="module")
def page(assistant: Assistant, users: Users) -> Iterator[str]:
    with serving(build_app(assistant, users=users)) as address:
        yield address


@pytest.fixture(autouse=True)
def people(assistant: Assistant) -> Iterator[SignedOn]:
    people = SignedOn(assistant.settings.state_dir)
    yield people
    for one in people.known():
        people.remove(one.name)
    people.close()


def asks(page: str, connects: str, headers: list[tuple[str, str]], path: str = "/config") -> tuple[int, str]:
    """The status of a request that an address sends with these headers, also several of one name, and its text."""
    url = httpx.URL(page)
    connection = HTTPConnection(url.host, url.port, source_address=(connects, 0))
    try:
        connection.putrequest("GET", path)
        for name, value in headers:
            connection.putheader(name, value.encode())
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def user_at(page: str, connects: str, *headers: tuple[str, str]) -> str | None:
    """Who is logged in by a request that is sent from an address; None for nobody."""
    status, told = asks(page, connects, list(headers), "/gradio_api/user")
    assert status in (200, 401), told
    return told.strip('"') if status == 200 else None


class TestFromTheProxy:
    def test_whom_it_names_is_logged_in_and_has_the_groups(self, page: str, people: SignedOn) -> None:
        assert user_at(page, PROXY, (USER, "Ann"), (GROUPS, "staff, Night Desk|desk")) == "ann"
        assert [(one.name, one.vouched_by, one.groups) for one in people.known()] == [
            ("ann", "proxy", ("desk", "staff"))
        ]

    def test_documents_of_their_groups_are_theirs_on_the_page_and_in_the_api(self, page: str) -> None:
        for path, statuses in (
            ("/cited?source=board/b.md", [200, 404]),
            ("/api/v1/documents/board/b.md", [200, 404]),
        ):
            asked = [asks(page, PROXY, [(USER, name), (GROUPS, group)], path)[0]
                     for name, group in (("ann", "staff"), ("bob", "desk"))]  # fmt: skip
            assert asked == statuses, path

    def test_a_group_that_is_named_no_more_counts_no_more(self, page: str) -> None:
        path = "/cited?source=board/b.md"
        told = [asks(page, PROXY, [(USER, "ann"), (GROUPS, groups)], path)[0] for groups in ("staff", "desk", "staff")]
        assert told == [200, 404, 200]

    def test_where_it_names_nobody_one_may_log_in(self, page: str) -> None:
        assert [user_at(page, PROXY), user_at(page, PROXY, (USER, "")), user_at(page, PROXY, (USER, " "))] == [None] * 3

    def test_whom_it_names_counts_before_a_session(self, page: str) -> None:
        with httpx.Client(base_url=page) as client:
            client.post("/login", data={"username": "dora", "password": SECRET})
            cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        assert user_at(page, PROXY, ("Cookie", cookies)) == "dora"
        assert user_at(page, PROXY, ("Cookie", cookies), (USER, "ann")) == "ann"

    def test_a_token_counts_before_whom_it_names(self, page: str, assistant: Assistant) -> None:
        tokens = Tokens(assistant.settings.state_dir)
        token = ("Authorization", f"Bearer {tokens.add('asks', ['ask'])}")
        path = "/api/v1/documents/board/b.md"
        ann = [(USER, "ann"), (GROUPS, "staff")]
        assert [asks(page, PROXY, [*ann, *more], path)[0] for more in ([], [token])] == [200, 404]
        tokens.revoke("asks")
        tokens.close()

    @pytest.mark.parametrize(
        ("headers", "why"),
        [
            ([(USER, "ann"), (USER, "bob")], "The proxy names several users."),
            ([(USER, "ann"), (USER, "ann")], "The proxy names several users."),
            ([(USER, ""), (USER, "ann")], "The proxy names several users."),
            ([(USER, "ann"), (USER.lower(), "bob")], "The proxy names several users."),
            ([(USER, "ann, bob")], "cannot be a user's name"),
            ([(USER, "ann bob")], "cannot be a user's name"),
            ([(USER, "ann<script>")], "cannot be a user's name"),
            ([(USER, "../ann")], "cannot be a user's name"),
            ([(USER, "token:asks")], "cannot be a user's name"),
            ([(USER, "group:staff")], "cannot be a user's name"),
            ([(USER, "a" * 65)], "cannot be a user's name"),
            ([(USER, "Dora")], "The name dora belongs to a user who has a password here."),
        ],
    )
    def test_what_names_no_one_user_is_refused(self, page: str, headers: list[tuple[str, str]], why: str) -> None:
        for path in ("/config", "/api/v1/documents"):
            status, told = asks(page, PROXY, headers, path)
            assert (status, told.startswith("You were not let in."), why in told) == (403, True, True), told

    def test_bytes_that_are_no_text_are_refused(self, page: str) -> None:
        url = httpx.URL(page)
        with socket.create_connection((url.host, url.port), source_address=(PROXY, 0)) as connection:
            connection.sendall(b"GET /config HTTP/1.1\r\nHost: 127.0.0.1\r\nRemote-User: \xff\xfe\r\n\r\n")
            assert connection.recv(12) == b"HTTP/1.1 403"

    def test_a_name_may_be_of_any_script(self, page: str) -> None:
        assert user_at(page, PROXY, (USER, "Ольга")) == "ольга"


SPOOFED: list[list[tuple[str, str]]] = [
    [],
    [("X-Forwarded-For", PROXY)],
    [("X-Forwarded-For", f"192.0.2.7, {PROXY}")],
    [("X-Forwarded-For", f"{PROXY}:80")],
    [("X-Forwarded-For", PROXY), ("X-Forwarded-For", PROXY)],
    [("X-Real-IP", PROXY)],
    [("Forwarded", f"for={PROXY}")],
    [("Client-IP", PROXY), ("True-Client-IP", PROXY)],
    [(USER, "bob")],
]
"""What a stranger may send to seem to be the proxy."""


class TestFromElsewhere:
    @pytest.mark.parametrize("headers", SPOOFED)
    @pytest.mark.parametrize("connects", [STRANGER, "127.0.0.1"])
    def test_a_user_who_is_named_is_ignored(
        self, page: str, people: SignedOn, connects: str, headers: list[tuple[str, str]]
    ) -> None:
        assert user_at(page, connects, (USER, "ann"), (GROUPS, "staff"), *headers) is None
        assert people.known() == []

    @pytest.mark.parametrize("allowed", ["*", f"127.0.0.1,{STRANGER}"])
    def test_nor_where_it_is_believed_from_where_requests_come(
        self, assistant: Assistant, users: Users, monkeypatch: pytest.MonkeyPatch, allowed: str
    ) -> None:
        monkeypatch.setenv("FORWARDED_ALLOW_IPS", allowed)
        with serving(build_app(assistant, users=users)) as address:
            for headers in SPOOFED:
                assert user_at(address, STRANGER, (USER, "ann"), *headers) is None
            assert user_at(address, PROXY, (USER, "ann"), ("X-Forwarded-For", "192.0.2.7")) == "ann"

    def test_a_login_goes_on_as_before(self, page: str) -> None:
        with httpx.Client(base_url=page, headers={USER: "ann"}) as client:
            assert client.post("/login", data={"username": "dora", "password": SECRET}).status_code == 303
            assert client.get("/gradio_api/user").json() == "dora"


def test_without_the_header_in_the_settings_it_says_nothing(assistant: Assistant, users: Users) -> None:
    other = assistant.with_rights(assistant.rights)
    other.settings = assistant.settings.model_copy(update={"proxy_user_header": None, "proxy_groups_header": None})
    with serving(build_app(other, users=users)) as address:
        assert user_at(address, PROXY, (USER, "ann")) is None


@contextmanager
def _trusting(assistant: Assistant, users: Users, *trusted: str) -> Iterator[str]:
    other = assistant.with_rights(assistant.rights)
    other.settings = assistant.settings.model_copy(update={"trusted_proxies": trusted})
    with serving(build_app(other, users=users)) as address:
        yield address


def test_proxies_may_be_named_by_their_network(assistant: Assistant, users: Users) -> None:
    with _trusting(assistant, users, "::1", "127.0.0.2/31") as address:
        named = [user_at(address, connects, (USER, "ann")) for connects in (PROXY, STRANGER, "127.0.0.4")]
    assert named == ["ann", "ann", None]


def test_where_nobody_has_a_password_the_form_says_where_to_go(assistant: Assistant, tmp_path: Path) -> None:
    with serving(build_app(assistant, users=Users(tmp_path / "users.json"))) as address:
        form = httpx.get(f"{address}/login").text
    assert ("<input" in form, "Open this page where you are signed in already" in form) == (False, True)


class TestSettings:
    @pytest.mark.parametrize(
        ("values", "why"),
        [
            ({"proxy_user_header": USER}, "proxy_user_header needs trusted_proxies"),
            ({"proxy_groups_header": GROUPS}, "proxy_groups_header needs proxy_user_header"),
            ({"trusted_proxies": "10.0.0.0/0"}, "10.0.0.0/0 must be an address or a network"),
            ({"trusted_proxies": "0.0.0.0/0"}, "0.0.0.0/0 is everybody"),
            ({"trusted_proxies": "::/0"}, "::/0 is everybody"),
            ({"trusted_proxies": "*"}, "* must be an address or a network"),
            ({"trusted_proxies": "nginx"}, "nginx must be an address or a network"),
            ({"trusted_proxies": "10.0.0.7/24"}, "10.0.0.7/24 must be an address or a network"),
            ({"proxy_user_header": "Remote User", "trusted_proxies": "::1"}, "must be the name of a header"),
            ({"oidc_issuer": "https://login.example.org"}, "a provider needs both of oidc_issuer and oidc_client_id"),
            ({"oidc_issuer": "http://login.example.org", "oidc_client_id": "x"}, "must be an https address"),
        ],
    )
    def test_that_would_let_in_others_are_refused(self, values: dict[str, str], why: str) -> None:
        with pytest.raises(SettingsError) as refused:
            Settings(**values)
        assert why in str(refused.value)

    def test_are_taken_from_variables(self, monkeypatch: pytest.MonkeyPatch, in_an_empty_folder: Path) -> None:
        for name, value in (("TRUSTED_PROXIES", " 10.0.0.7, fd00::/8 ,"), ("PROXY_USER_HEADER", USER)):
            monkeypatch.setenv(f"CITEWELL_{name}", value)
        settings = Settings(state_dir=in_an_empty_folder / "state")
        assert settings.trusted_proxies == ("10.0.0.7", "fd00::/8")
        assert settings.users == in_an_empty_folder / "state" / "users.json"


@pytest.fixture
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path
