"""Pages are saved as somebody sees them: over the HTTP API, by the bookmark and the extension in a real Chromium."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from assistant import Assistant, Client, FetchError
from assistant.corpus.web import source_of
from assistant.interfaces.http.extensions import EXTENSION
from assistant.interfaces.page.view_events import HERE
from assistant.users import Tokens, Users
from tests.browser import CHROMIUM, FLAGS, NO_CHROMIUM, PATIENCE, at_rest, served, until_equal
from tests.index_tools import Desk, briefing
from tests.logins import SECRET
from tests.web_server import Page, Site, served_site

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Worker

EXTENSION_FOLDER = Path(__file__).parent.parent / "extension"
ORIGIN = f"chrome-extension://{'a' * 32}"
SEEN = (
    "<html><head><title>The lamp of Veldt</title></head><body><article><h1>The lamp of Veldt</h1>"
    "<p>The lamp of Veldt was lit by Ada Thorne, as only those who log in may read.</p></article></body></html>"
)
DRAWN = """<!doctype html><html><head><title>Loading</title></head><body>
<style>.gone { display: none }</style>
<article><h1>The lamp of Veldt</h1><p id="text">Loading</p>
<p class="gone">This advertisement is not shown to anybody who reads the page.</p></article>
<script>
document.title = "The lamp of Veldt";
document.getElementById("text").textContent = "The lamp of Veldt was lit by Ada Thorne, says a script of this page.";
</script></body></html>"""

TAB = "(await chrome.tabs.query({})).find(({ url }) => url === address)"
"""The tab that shows an address, in a script of the extension."""


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    desk = Desk(tmp_path)
    desk.write({"a.md": briefing(0)})
    with desk.assistant() as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture
def tokens(assistant: Assistant) -> Iterator[Tokens]:
    tokens = Tokens(assistant.settings.state_dir)
    yield tokens
    tokens.close()


@pytest.fixture
def address(assistant: Assistant) -> Iterator[str]:
    with served(assistant) as address:
        yield address


class TestThePage:
    def test_a_page_becomes_a_document_as_it_was_seen(self, assistant: Assistant) -> None:
        report = assistant.add_page("https://veldt.example/lamp?utm_source=x#top", SEEN)
        source = source_of("https://veldt.example/lamp")
        assert (report.added, report.failed) == ([source], [])
        document = assistant.document(source)
        assert (document.title, document.url) == ("The lamp of Veldt", "https://veldt.example/lamp")
        assert "as only those who log in may read" in document.text
        assert assistant.add_page("https://veldt.example/lamp", SEEN).unchanged == ["a.md", source]
        assert assistant.add_page("https://veldt.example/lamp", SEEN.replace("Ada", "Bea")).updated == [source]

    def test_a_page_that_was_fetched_is_kept_as_it_was_seen_last(self, tmp_path: Path) -> None:
        with served_site() as site, Desk(tmp_path).assistant() as assistant:
            site.pages["/lamp"] = Page(SEEN.replace("Ada Thorne", "nobody"))
            web = assistant._web.pages
            web._fetcher._allow_private = True
            web.add(site.url("/lamp"))
            assistant.add_page(site.url("/lamp"), SEEN)
            assert not web.has_added()
            assert "Ada Thorne" in assistant.document(source_of(site.url("/lamp"))).text

    def test_a_page_without_a_title_is_called_as_the_browser_calls_it(self, assistant: Assistant) -> None:
        untitled = "<html><body><p>The lamp of Veldt was lit by Ada Thorne long before noon.</p></body></html>"
        [source] = assistant.add_page("https://veldt.example/1", untitled, "My \n lamp").added
        assert assistant.document(source).title == "My lamp"

    @pytest.mark.parametrize(
        ("address", "html"),
        [
            ("https://veldt.example/lamp", "<html><body></body></html>"),
            ("javascript:alert(1)", SEEN),
            ("file:///etc/passwd", SEEN),
            ("https://ann:secret@veldt.example/", SEEN),
        ],
    )
    def test_what_is_no_page_is_refused(self, assistant: Assistant, address: str, html: str) -> None:
        with pytest.raises(FetchError):
            assistant.add_page(address, html)
        assert [one.source for one in assistant.documents()] == ["a.md"]


class TestTheApi:
    def test_a_page_is_sent_with_its_address(self, assistant: Assistant, address: str) -> None:
        with Client(address) as client:
            source = source_of("https://veldt.example/lamp")
            assert client.add_page("https://veldt.example/lamp", SEEN, "Lamp").added == [source]
            assert "Ada Thorne" in client.document(source).text
            with pytest.raises(FetchError, match="cannot be read"):
                client.add_page("https://veldt.example/none", "<html></html>")

    @pytest.mark.parametrize(
        ("form", "files"),
        [
            ({"address": "ftp://veldt.example/"}, 1),
            ({"address": "/etc/passwd"}, 1),
            ({"address": "https://a.example"}, 2),
        ],
    )
    def test_a_form_that_holds_no_page_is_refused(self, address: str, form: dict[str, str], files: int) -> None:
        sent = [("files", (f"{number}.html", SEEN, "text/html")) for number in range(files)]
        answer = httpx.post(f"{address}/api/v1/documents", data=form, files=sent)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/address")


class TestExtensions:
    """What an extension may ask, as its requests come from a browser."""

    def sent(self, address: str, **headers: str) -> httpx.Response:
        return httpx.post(
            f"{address}/api/v1/documents",
            data={"address": "https://veldt.example/lamp", "title": ""},
            files=[("files", ("page.html", SEEN, "text/html"))],
            headers={"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"} | headers,
        )

    def test_a_page_is_saved_with_a_token_that_may_write(self, address: str, tokens: Tokens) -> None:
        allowed = {"Authorization": f"Bearer {tokens.add('browser', ['write'])}"}
        answer = self.sent(address, **allowed)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (202, ORIGIN)
        assert "access-control-allow-credentials" not in answer.headers
        job = f"{address}{answer.headers['location']}"
        assert httpx.get(job, headers={"Origin": ORIGIN} | allowed).headers["access-control-allow-origin"] == ORIGIN

    def test_a_token_is_needed_also_where_nobody_logs_in(self, address: str, tokens: Tokens) -> None:
        answers = [
            self.sent(address),
            self.sent(address, Authorization="Bearer invented"),
            self.sent(address, Authorization=f"Bearer {tokens.add('asks', ['ask'])}"),
        ]
        assert [one.status_code for one in answers] == [401, 401, 403]

    def test_the_session_of_a_user_counts_for_nothing(self, assistant: Assistant, users: Users, tokens: Tokens) -> None:
        with served(assistant, users) as address, httpx.Client(base_url=address) as ann:
            ann.post("/login", data={"username": "ann", "password": SECRET})
            assert ann.get("/api/v1/feeds").status_code == 200
            files = [("files", ("page.html", SEEN, "text/html"))]
            form = {"address": "https://veldt.example/lamp"}
            answer = ann.post("/api/v1/documents", data=form, files=files, headers={"Origin": ORIGIN})
            assert answer.status_code == 401

    def test_nothing_else_may_be_asked_from_there_nor_by_other_sites(self, address: str, tokens: Tokens) -> None:
        allowed = {"Authorization": f"Bearer {tokens.add('browser', ['ask', 'write'])}"}
        for method, path in (("GET", "documents"), ("POST", "ask"), ("DELETE", "documents/a.md"), ("POST", "sync")):
            answer = httpx.request(method, f"{address}/api/v1/{path}", headers={"Origin": ORIGIN} | allowed)
            assert (answer.status_code, "access-control-allow-origin" in answer.headers) == (403, False)
        for origin in ("https://evil.example", "null", "chrome-extension://short", f"{ORIGIN}.evil.example"):
            answer = self.sent(address, Origin=origin, **allowed)
            assert (answer.status_code, "access-control-allow-origin" in answer.headers) == (403, False)

    def test_browsers_are_told_before_what_may_be_sent(self, address: str) -> None:
        def told(path: str, method: str, origin: str = ORIGIN) -> tuple[int, str | None, str | None]:
            headers = {"Origin": origin, "Access-Control-Request-Method": method}
            answer = httpx.options(f"{address}/api/v1/{path}", headers=headers)
            names = ("access-control-allow-origin", "access-control-allow-headers")
            return answer.status_code, *(answer.headers.get(name) for name in names)

        assert told("documents", "POST") == (204, ORIGIN, "Authorization")
        assert told("jobs/0123abcd", "GET") == (204, ORIGIN, "Authorization")
        assert told("documents", "DELETE") == (403, None, None)
        assert told("documents", "POST", "https://evil.example") == (403, None, None)

    def test_the_origins_of_extensions_are_those_that_browsers_give_them(self) -> None:
        assert EXTENSION.fullmatch("moz-extension://1b2c3d4e-0000-4000-8000-123456789abc")
        assert not EXTENSION.fullmatch("https://chrome-extension.example")


def test_the_extension_asks_for_no_more_than_it_needs_and_has_the_script_of_the_page() -> None:
    manifest = json.loads((EXTENSION_FOLDER / "manifest.json").read_text())
    assert manifest["permissions"] == ["activeTab", "scripting", "storage"]
    assert not {"host_permissions", "optional_host_permissions", "content_scripts"} & set(manifest)
    named = {manifest["background"]["service_worker"], manifest["options_ui"]["page"], manifest["icons"]["128"]}
    assert {file.name for file in EXTENSION_FOLDER.iterdir()} == {*named, "manifest.json", "capture.js", "options.js"}
    assert (EXTENSION_FOLDER / "capture.js").read_text() == (HERE / "capture.js").read_text()


@pytest.fixture
def site() -> Iterator[Site]:
    with served_site() as site:
        site.pages["/lamp"] = Page(DRAWN)
        yield site


def saved(assistant: Assistant, site: Site) -> str:
    """The text of the page once it was saved, which is what a browser shows of it."""
    document = assistant.document(source_of(site.url("/lamp")))
    assert document.title == "The lamp of Veldt"
    return document.text


@pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)
@pytest.mark.browser
class TestInABrowser:
    @pytest.fixture
    def browsing(self, tmp_path: Path, site: Site) -> Iterator[BrowserContext]:
        """A window with the extension, which may also look at the site without a click that no test can give it."""
        from playwright.sync_api import expect, sync_playwright

        expect.set_options(timeout=PATIENCE)
        extension = shutil.copytree(EXTENSION_FOLDER, tmp_path / "extension")
        manifest = json.loads((extension / "manifest.json").read_text())
        (extension / "manifest.json").write_text(json.dumps(manifest | {"host_permissions": [f"{site.address}/*"]}))
        flags = [flag for flag in FLAGS if flag not in ("--headless", "--process-per-site")]
        with sync_playwright() as playwright:
            context = playwright.chromium.launch_persistent_context(
                str(tmp_path / "profile"),
                executable_path=CHROMIUM,
                headless=False,
                ignore_default_args=["--disable-extensions"],
                args=[
                    *flags,
                    "--headless=new",
                    f"--disable-extensions-except={extension}",
                    f"--load-extension={extension}",
                ],
            )
            context.set_default_timeout(PATIENCE)
            yield context
            context.close()

    def worker(self, browsing: BrowserContext) -> Worker:
        return browsing.service_workers[0] if browsing.service_workers else browsing.wait_for_event("serviceworker")

    def press_button(self, worker: Worker, site: Site) -> None:
        """Do what the extension's button does on the page of the site."""
        worker.evaluate(f"async (address) => save({TAB})", site.url("/lamp"))

    def until_button_says(self, worker: Worker, site: Site, wanted: str) -> None:
        """Wait until the button says so there."""
        title = f"async (address) => chrome.action.getTitle({{ tabId: ({TAB}).id }})"
        until_equal(lambda: worker.evaluate(title, site.url("/lamp")), wanted)

    def test_the_extension_saves_the_page_that_is_seen(
        self, browsing: BrowserContext, assistant: Assistant, address: str, tokens: Tokens, site: Site
    ) -> None:
        from playwright.sync_api import expect

        worker, elsewhere = self.worker(browsing), address.replace("127.0.0.1", "localhost")
        asked = "(server) => chrome.permissions.contains({ origins: [`${server}/*`] })"
        until_equal(lambda: worker.evaluate(asked, elsewhere), wanted=False)  # what is sent there goes the way of CORS
        options = browsing.new_page()
        options.goto(f"{worker.url.rpartition('/')[0]}/options.html")
        options.get_by_label("Address of your Citewell").fill(f"{elsewhere}/")
        options.get_by_label("Token").fill(tokens.add("browser", ["write"]))
        options.get_by_role("button", name="Keep").click()
        expect(options.get_by_role("status")).to_have_text("Kept.")
        page = browsing.new_page()
        page.goto(site.url("/lamp"))
        self.press_button(worker, site)
        self.until_button_says(worker, site, "Saved to Citewell")
        assert [one in saved(assistant, site) for one in ("says a script of this page", "advertisement")] == [
            True,
            False,
        ]

    def test_the_extension_tells_why_a_page_is_not_saved(
        self, browsing: BrowserContext, address: str, site: Site
    ) -> None:
        worker = self.worker(browsing)
        page = browsing.new_page()
        page.goto(site.url("/lamp"))
        worker.evaluate("(address) => chrome.storage.local.set({ address, token: 'invented' })", address)
        self.press_button(worker, site)
        told = "The token is unknown or was revoked. Whoever runs this server makes one with: citewell token add NAME"
        self.until_button_says(worker, site, f"Not saved: {told}")

    def test_the_bookmark_hands_the_page_over_and_it_is_saved_once_somebody_says_so(
        self, browsing: BrowserContext, assistant: Assistant, address: str, site: Site
    ) -> None:
        from playwright.sync_api import expect

        home = browsing.new_page()
        home.goto(f"{address}/save")
        bookmark = home.get_by_role("link", name="Save to Citewell")
        expect(bookmark).to_have_attribute("href", re.compile("^javascript:"))
        script = at_rest(lambda: bookmark.get_attribute("href"))
        page = browsing.new_page()
        page.goto(site.url("/lamp"))
        with page.expect_popup() as opened:
            page.evaluate("(script) => { location.href = script; }", script)
        window = opened.value
        expect(window.get_by_text("The lamp of Veldt")).to_be_visible()
        expect(window.get_by_text(site.url("/lamp"))).to_be_visible()
        assert len(assistant.documents()) == 1
        window.get_by_role("button", name="Save this page").click()
        expect(window.get_by_role("status")).to_have_text("Saved.")
        assert [one in saved(assistant, site) for one in ("says a script of this page", "advertisement")] == [
            True,
            False,
        ]

    def test_a_page_that_claims_another_sites_address_is_not_taken(
        self, browsing: BrowserContext, address: str, site: Site
    ) -> None:
        from playwright.sync_api import expect

        page = browsing.new_page()
        page.goto(site.url("/lamp"))
        with page.expect_popup() as opened:
            page.evaluate(
                """(home) => {
                    const opened = open(`${home}/save`);
                    addEventListener("message", ({ data }) => {
                        const claimed = { title: "Forged", html: "<p>Forged</p>" };
                        opened.postMessage({ ...claimed, address: "https://elsewhere.example/" }, home);
                        opened.postMessage({ ...claimed, address: location.href, title: "Its own" }, home);
                    });
                }""",
                address,
            )
        window = opened.value
        window.get_by_role("button", name="Save this page").wait_for()
        expect(window.locator("#title")).to_have_text("Its own")
