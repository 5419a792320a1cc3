"""Where there are users, nothing of the page is answered without a login: asked over real HTTP on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NoReturn

import gradio as gr
import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import expect

from assistant import Assistant, Exchange, SettingsError
from assistant.interfaces.page import build_app, serve, server
from assistant.interfaces.page.login import OnlyUsers, user_of
from assistant.users import Users
from assistant.users.attempts import PER_NAME_AND_ADDRESS
from tests.browser import CHROMIUM, NO_CHROMIUM, chromium, serving, until_focus_is_on, window
from tests.index_tools import Desk, briefing
from tests.logins import SECRET, users_in

GUARDED = [
    ("GET", "/config"),
    ("GET", "/gradio_api/info"),
    ("GET", "/gradio_api/user"),
    ("GET", "/gradio_api/token"),
    ("GET", "/gradio_api/app_id"),
    ("GET", "/gradio_api/startup-events"),
    ("GET", "/gradio_api/heartbeat/abc"),
    ("GET", "/gradio_api/queue/data?session_hash=abc"),
    ("GET", "/gradio_api/file=corpus/a.md"),
    ("GET", "/gradio_api/file=/etc/passwd"),
    ("GET", "/watched.atom"),
    ("GET", "/new.atom"),
    ("GET", "/cited?source=a.md"),
    ("GET", "/theme.css"),
    ("GET", "/static/img/logo.svg"),
    ("GET", "/favicon.ico"),
    ("GET", "/docs"),
    ("GET", "//"),
    ("GET", "/logout"),
    ("GET", "/login/x"),
    ("POST", "/gradio_api/upload"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/cancel"),
    ("POST", "/gradio_api/reset"),
    ("POST", "/gradio_api/run/predict"),
    ("POST", "/"),
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.write({"a.md": briefing(0)})
    with desk.assistant() as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture(scope="module")
def page(assistant: Assistant, users: Users) -> Iterator[str]:
    """The address of the page, for which there are users."""
    with serving(build_app(assistant, users=users)) as address:
        yield address


@pytest.fixture
def browser(page: str) -> Iterator[httpx.Client]:
    """A browser with the page open, but for its engine: it follows no redirect by itself."""
    with httpx.Client(base_url=page, headers={"Accept": "text/html"}) as client:
        yield client


def log_in(client: httpx.Client, name: str = "ann", password: str = SECRET, **headers: str) -> httpx.Response:
    return client.post("/login", data={"username": name, "password": password}, headers=headers)


class TestWithoutALogin:
    def test_the_page_leads_to_the_form_and_tells_nothing_of_itself(self, browser: httpx.Client) -> None:
        answer = browser.get("/")
        assert (answer.status_code, answer.headers["location"], answer.text) == (303, "/login?next=/", "")
        form = browser.get("/login?next=/")
        assert form.status_code == 200
        assert "<script" not in form.text
        assert "a.md" not in form.text
        assert form.headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in form.headers["content-security-policy"]

    @pytest.mark.parametrize(("method", "path"), GUARDED)
    def test_nothing_else_is_answered(self, page: str, method: str, path: str) -> None:
        for cookies in ({}, {f"citewell-session-{httpx.URL(page).port}": "guessed"}):
            answer = httpx.request(method, page + path, cookies=cookies)
            assert (answer.status_code, answer.text) == (401, "Log in first.\n")

    def test_a_permalink_is_remembered(self, browser: httpx.Client) -> None:
        wanted = "/?conversation=0f&exchange=2"
        answer = browser.get(wanted)
        assert answer.headers["location"] == "/login?next=/%3Fconversation%3D0f%26exchange%3D2"
        answer = browser.post(answer.headers["location"], data={"username": "ann", "password": SECRET})
        assert (answer.status_code, answer.headers["location"]) == (303, wanted)

    @pytest.mark.parametrize(
        "wanted",
        ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
         "/\t/evil.example", "evil", "http://[", ""],
    )  # fmt: skip
    def test_a_login_leads_to_no_other_site(self, browser: httpx.Client, wanted: str) -> None:
        answer = browser.post("/login", params={"next": wanted}, data={"username": "ann", "password": SECRET})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")

    def test_another_sites_form_is_refused(self, browser: httpx.Client) -> None:
        assert log_in(browser, Origin="https://evil.example").status_code == 403


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)
def test_a_browser_logs_in_with_the_keyboard_alone(page: str, assistant: Assistant) -> None:
    conversation = assistant.conversations.create("ann")
    assistant.conversations.append("ann", conversation.id, Exchange("Who kept it?", assistant.ask("Who kept it?")))
    with chromium() as browser, window(browser) as context:
        tab = context.new_page()
        tab.goto(f"{page}/?conversation={conversation.id}")
        until_focus_is_on(tab, "#name")
        tab.keyboard.type("ann")
        tab.keyboard.press("Tab")
        tab.keyboard.type("wrong horse battery")
        tab.keyboard.press("Enter")
        tab.get_by_role("alert").wait_for()
        until_focus_is_on(tab, "#name")
        tab.keyboard.press("Tab")
        tab.keyboard.type(SECRET)
        tab.keyboard.press("Enter")
        tab.get_by_text("Who kept it?").wait_for()
        expect(tab).to_have_url(f"{page}/?conversation={conversation.id}")


class TestLoggingIn:
    @pytest.mark.parametrize(
        ("name", "password"), [("ann", "wrong horse battery"), ("nobody", SECRET), ("", ""), ("ann\0", SECRET)]
    )
    def test_what_is_wrong_is_not_told_apart(self, page: str, name: str, password: str) -> None:
        with httpx.Client(base_url=page) as client:
            answer = log_in(client, name, password)
        assert (answer.status_code, dict(answer.cookies)) == (401, {})
        assert '<p role="alert">The name or the password is wrong.</p>' in answer.text

    def test_a_name_is_shown_again_as_text(self, page: str) -> None:
        with httpx.Client(base_url=page) as client:
            answer = log_in(client, '"><script>alert(1)</script>{name}', "x")
        assert 'value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;{name}"' in answer.text

    def test_a_form_that_is_too_long_is_refused(self, browser: httpx.Client) -> None:
        assert log_in(browser, "x" * 10_000).status_code == 413

    def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(self, browser: httpx.Client) -> None:
        cookie = log_in(browser).headers["set-cookie"]
        name = f"citewell-session-{browser.base_url.port}"
        assert cookie.startswith(f"{name}=")
        assert cookie.endswith("; HttpOnly; Max-Age=604800; Path=/; SameSite=lax")

    def test_then_the_page_its_api_and_its_uploads_answer(self, browser: httpx.Client) -> None:
        log_in(browser)
        assert "window.gradio_config" in browser.get("/").text
        assert browser.get("/config").json()["username"] == "ann"
        assert browser.get("/gradio_api/user").json() == "ann"
        assert browser.get("/gradio_api/file=/etc/passwd").status_code == 403
        assert browser.post("/gradio_api/upload", files={"files": b"x"}).status_code == 200

    def test_logging_out_ends_the_session(self, browser: httpx.Client) -> None:
        log_in(browser)
        session = dict(browser.cookies)
        answer = browser.post("/logout")
        assert (answer.status_code, answer.headers["location"], dict(browser.cookies)) == (303, "/login", {})
        browser.cookies.update(session)
        assert browser.get("/").headers["location"] == "/login?next=/"

    def test_a_user_who_is_removed_or_has_a_new_password_is_logged_out(
        self, browser: httpx.Client, users: Users
    ) -> None:
        users.add("carol", SECRET)
        log_in(browser, "carol")
        assert browser.get("/gradio_api/user").json() == "carol"
        users.change_password("carol", SECRET)
        assert browser.get("/gradio_api/user").status_code == 303
        log_in(browser, "carol")
        users.remove("carol")
        assert browser.get("/gradio_api/user").status_code == 303

    def test_after_some_failures_one_has_to_wait_and_others_do_not(self, assistant: Assistant, users: Users) -> None:
        with serving(build_app(assistant, users=users)) as address, httpx.Client(base_url=address) as client:
            for name in (["ann", "ANN", " ann"] * PER_NAME_AND_ADDRESS)[:PER_NAME_AND_ADDRESS]:
                assert log_in(client, name, "wrong horse battery").status_code == 401
            answer = log_in(client)
            assert answer.status_code == 429
            assert "Too many attempts. Try again in 5 minutes." in answer.text
            assert 290 < int(answer.headers["retry-after"]) <= 300
            assert log_in(client, "bob").status_code == 303


def test_what_the_page_does_knows_who_is_logged_in_whatever_the_browser_sends(users: Users) -> None:
    with gr.Blocks(analytics_enabled=False) as blocks:
        text = gr.Textbox()

        def who(given: str, request: gr.Request) -> str:
            return f"{request.username} sent {given}"

        text.submit(who, text, text, api_name="who")
    app = FastAPI()
    gr.mount_gradio_app(app, blocks, path="/", ssr_mode=False, auth_dependency=user_of)
    app.add_middleware(OnlyUsers, users=users)
    with serving(app) as address, httpx.Client(base_url=address) as ann, httpx.Client(base_url=address) as bob:
        log_in(ann, "ann")
        log_in(bob, "bob")
        for client, name in ((ann, "ann"), (bob, "bob")):
            sent = {"data": ["username=ann"], "session_hash": "one-for-both", "username": "ann"}
            answer = client.post("/gradio_api/run/who", json=sent)
            assert answer.json()["data"] == [f"{name} sent username=ann"]


Begin = Callable[..., Users | None]


class TestServing:
    """Who has to log in, where the page is served at all."""

    @pytest.fixture
    def begin(self, assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> Begin:
        """Serves the page up to the moment at which it is built, and gives the users it would be built for."""

        def build(*arguments: Any) -> NoReturn:
            raise _Built(arguments[-1])

        def begin(host: str, users: Path | None, **options: bool) -> Users | None:
            monkeypatch.setattr(assistant, "settings", assistant.settings.model_copy(update={"users": users}))
            with pytest.raises(_Built) as built:
                serve(assistant, host=host, port=1, **options)
            return built.value.users

        monkeypatch.setattr(server, "_listen", lambda *_: nullcontext())
        monkeypatch.setattr(server, "telling_meanwhile", lambda _: nullcontext())
        monkeypatch.setattr(server, "build_app", build)
        monkeypatch.setenv("GRADIO_TEMP_DIR", "")
        return begin

    @pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "[::1]", "localhost"])
    def test_on_this_machine_alone_nobody_has_to_log_in(self, begin: Begin, host: str) -> None:
        assert begin(host, None) is None

    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "desk.example", ""])
    def test_beyond_it_users_are_demanded(self, begin: Begin, host: str) -> None:
        with pytest.raises(SettingsError) as refused:
            begin(host, None)
        assert str(refused.value) == (
            f"Others could reach the page on {host} without a login. Name a file for users in CITEWELL_USERS and add "
            "one with: citewell user add NAME. Or let everyone in: citewell serve --no-auth"
        )

    def test_users_are_demanded_where_a_proxy_leads_others_here(
        self, begin: Begin, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        public = {"public_url": "https://docs.example.org"}
        monkeypatch.setattr(assistant, "settings", assistant.settings.model_copy(update=public))
        with pytest.raises(SettingsError, match=r"the page on https://docs\.example\.org without a login"):
            begin("127.0.0.1", None)

    @pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
    def test_a_file_without_users_lets_nobody_in(self, begin: Begin, host: str, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match=r"users\.json, which holds no users\. Add one with: citewell user add"):
            begin(host, tmp_path / "users.json")

    @pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
    def test_users_have_to_log_in_everywhere(self, begin: Begin, host: str, users: Users) -> None:
        asked = begin(host, users._path)
        assert asked is not None
        assert asked.names() == users.names()

    def test_everyone_is_let_in_if_that_is_asked_for(self, begin: Begin, users: Users) -> None:
        assert begin("0.0.0.0", None, everyone=True) is None
        assert begin("0.0.0.0", users._path, everyone=True) is None


class _Built(Exception):
    """The page would be built now, for these users."""

    def __init__(self, users: Users | None) -> None:
        super().__init__()
        self.users = users


@pytest.mark.parametrize("content", ['{"users": {"ann": "$arg', "", "[]", '{"users": 7}', "\x00"])
def test_a_file_of_users_that_is_cut_off_closes_the_page_and_is_told(
    assistant: Assistant, tmp_path: Path, caplog: pytest.LogCaptureFixture, content: str
) -> None:
    with users_in(tmp_path, "ann") as users, serving(build_app(assistant, users=users)) as address:
        whole = (tmp_path / "users.json").read_text()
        with httpx.Client(base_url=address) as client:
            assert log_in(client).status_code == 303
            assert client.get("/config").status_code == 200
            (tmp_path / "users.json").write_text(content)
            for answer in (client.get("/config"), client.get("/"), log_in(client)):
                assert answer.status_code == 503
                assert answer.text == (
                    "The file of users cannot be read, so nobody is let in for now. "
                    "Whoever runs this page sees why, and what to do, with: citewell doctor\n"
                )
            told = [
                record.getMessage() for record in caplog.records if "Nobody can use the page" in record.getMessage()
            ]
            assert told == [
                f"Nobody can use the page. {tmp_path / 'users.json'} is no file of users. "
                "Name another in CITEWELL_USERS, or restore it from a backup."
            ]
            (tmp_path / "users.json").write_text(whole)
            assert client.get("/config").status_code == 200


def test_the_doctor_tells_of_a_file_of_users_that_is_cut_off(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write({"a.md": briefing(0)})
    desk.sync()
    (tmp_path / "users.json").write_text('{"users": {"ann": ')
    with desk.assistant() as assistant:
        assistant.settings = assistant.settings.model_copy(update={"users": tmp_path / "users.json"})
        assert [one for one in assistant.health().problems if "users" in one] == [
            f"{tmp_path / 'users.json'} is no file of users. "
            "Name another in CITEWELL_USERS, or restore it from a backup."
        ]
