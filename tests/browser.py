"""A real Chromium, and the page served on a free port of this machine, for tests and for screenshots."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from assistant import Assistant

Reading = TypeVar("Reading")

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page, ViewportSize

    from assistant.users import Users

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NO_CHROMIUM = "there is no Chromium on the PATH; on Debian, `apt-get install chromium` gives one"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",  # another page of a window is drawn by the process that has compiled its scripts already
    "--js-flags=--max-lazy --no-opt --no-maglev",  # no script runs long enough to be worth compiling a second time
]
STARTS_OVER_WITHIN = 15_000
"""Milliseconds; a page that does not is loaded anew."""
PATIENCE = 60_000
"""Milliseconds to wait for what must come; generous, since a machine may be busy, and a test that passes waits less."""
LOOKS_SECONDS = 0.02
"""How long is waited between two readings of what still changes."""

INJECTED = """() => [...document.querySelectorAll("#tabs *")].filter((one) =>
    ["SCRIPT", "IFRAME", "OBJECT", "EMBED", "BASE", "META", "LINK", "STYLE", "FORM"].includes(one.tagName)
    || (one.tagName === "IMG" && !one.src.startsWith("data:image/png;base64,"))
    || [...one.attributes].some(({ name, value }) => name.startsWith("on")
        || (["href", "xlink:href", "src", "action"].includes(name) && /^\\s*(javascript|vbscript):/i.test(value))),
).map((one) => one.outerHTML.slice(0, 200))"""
POLICY = """addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    console.error(`against ${violatedDirective}: ${blockedURI}`))"""


class Watched:
    """A page that is watched, from before it is opened, for what must never happen on it."""

    def __init__(self, page: Page, address: str) -> None:
        self._page = page
        self._own = (f"{address}/", "data:", "blob:")
        self._seen: list[str] = []
        page.add_init_script(POLICY)
        page.on("request", lambda request: self._asked(request.url))
        page.on("websocket", lambda socket: self._seen.append(f"a socket to {socket.url}"))
        page.on("popup", lambda other: self._seen.append(f"a window with {other.url}"))
        page.on("pageerror", lambda error: self._seen.append(f"a script failed: {error}"))
        page.on("console", lambda said: self._seen.append(f"said: {said.text}") if said.type == "error" else None)
        page.on("dialog", self._dialog)

    def problems(self) -> list[str]:
        """What happened until now: requests to other hosts, scripts that failed, or markup that should be text."""
        injected = [f"markup: {one}" for one in self._page.evaluate(INJECTED)]
        return self._seen + injected + ([] if self._page.evaluate("window.hacked") is None else ["a script ran"])

    def _asked(self, url: str) -> None:
        if not url.startswith(self._own):
            self._seen.append(f"asked {url}")

    def _dialog(self, dialog: Dialog) -> None:
        self._seen.append(f"a dialog: {dialog.message}")
        dialog.dismiss()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class SharedBrowser:
    """The system's Chromium, opened for whoever comes first and kept for those who come next, with a window."""

    def __init__(self) -> None:
        self._kept = ExitStack()
        self._browser: Browser | None = None
        self._window: BrowserContext | None = None

    def opened(self) -> Browser:
        """The browser; a new one, if the last is closed or has died."""
        if self._browser is None or not self._browser.is_connected():
            self.close()
            self._browser = self._kept.enter_context(chromium())
        return self._browser

    @contextmanager
    def window_at(self, browser: Browser, address: str) -> Iterator[BrowserContext]:
        """The open browser's window, for pages at an address; nothing that these kept in it is left.

        Gradio's scripts are fetched and compiled once for all who come one after another: `serving` gives them one
        address. A document without a script stays open in between, for the sake of the process that compiled them.
        """
        if self._window is None:
            permissions = ["clipboard-read", "clipboard-write"]
            self._window = self._kept.enter_context(window(browser, permissions=permissions))
            self._window.new_page()
        first, *others = self._window.pages
        assert others == []
        try:
            yield self._window
        finally:
            for other in self._window.pages[1:]:
                other.close()
            self._window.clear_cookies()
            first.goto(f"{address}/theme.css")
            first.evaluate("localStorage.clear(); sessionStorage.clear()")

    def close(self) -> None:
        """End it, and with it the event loop that it keeps in this thread."""
        self._kept.close()
        self._browser = self._window = None


@contextmanager
def window(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """A window with a profile of its own, by default 1440 wide and without movement."""
    chosen = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"} | options
    with browser.new_context(**chosen) as context:
        context.set_default_timeout(PATIENCE)
        yield context


class Tab:
    """A tab of a window, in which one test after another has the page: at half of what a new tab for each costs."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()
        self.failed: list[str] = []
        """The scripts that failed since a page was loaded, and the errors that were told."""
        self.requested: list[str] = []
        """What was asked for since then."""
        self._size = self.page.viewport_size
        self._left_at = ""
        self.page.on("request", lambda request: self.requested.append(request.url))
        self.page.on("pageerror", lambda error: self.failed.append(str(error)))
        self.page.on("console", lambda said: self.failed.append(said.text) if said.type == "error" else None)

    @contextmanager
    def loaded(self, address: str, size: ViewportSize | None = None) -> Iterator[Page]:
        """The page at an address, in a tab of that size, or else of its window's. Afterwards nothing of it is left."""
        size = size or self._size
        assert size
        self.page.goto("about:blank")  # what a page still waits for as it is left is told before another one is loaded
        self._at(size)
        self.page.goto(address)
        try:
            yield self.page
        finally:
            self.page.unroute_all()
            self.page.goto("about:blank")

    @contextmanager
    def begun(self, address: str) -> Iterator[Page]:
        """The page at an address, where nothing is asked yet: as the last test left it, but with everything put back.

        That costs a fifth of loading it, which is done where the last one loaded another, left this one broken, or left
        no question: the page starts over from none.
        """
        left_at, self._left_at = self._left_at, ""
        assert self._size
        if left_at != address or not self._has_started_over(address):
            self.page.goto("about:blank")
            self._at(self._size)
            self.page.goto(address)
        yield self.page
        self.page.unroute_all()
        if at_rest(self.page.locator("#conversation .turn").count):
            self._left_at = address

    def leave_for(self, address: str) -> None:
        """Load another address, or the same anew. That the page waits for something as it is left is no failure."""
        assert self.failed == []
        self.page.goto("about:blank")
        self.failed.clear()
        self.page.goto(address)

    def _at(self, size: ViewportSize) -> None:
        self._left_at = ""
        if self.page.viewport_size != size:
            self.page.set_viewport_size(size)
        self.failed.clear()
        self.requested.clear()

    def _has_started_over(self, address: str) -> bool:
        """Start over; False where that cannot be clicked, as while what the last test left is still under way."""
        from playwright.sync_api import TimeoutError as NotThere

        assert self._size
        self._at(self._size)
        try:
            self._start_over(address)
        except NotThere:
            return False
        return True

    def _start_over(self, address: str) -> None:
        from playwright.sync_api import expect

        question = self.page.locator("#question textarea")
        while at_rest(self.page.locator(".panel-kept, .panel-reading").count):
            self.page.keyboard.press("Escape")
        question.fill("Gone once the page has started over.")
        self.page.locator("#fresh").click(timeout=STARTS_OVER_WITHIN)
        expect(question).to_have_value("")
        expect(self.page.locator("#conversation .turn")).to_have_count(0)
        expect(self.page.locator("#narrowing-line > button")).to_contain_text("All documents")
        expect(self.page).to_have_url(f"{address}/")
        self.page.mouse.move(0, 0)
        question.blur()


@contextmanager
def served(assistant: Assistant, users: Users | None = None) -> Iterator[str]:
    """The address of the page over ``assistant``, served by a thread until the block ends."""
    from assistant.interfaces.page import build_app

    with serving(build_app(assistant, users=users)) as address:
        yield address


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """The address of an application, served by a thread until the block ends."""
    import uvicorn

    with _listener() as listener:
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="error", proxy_headers=False, timeout_graceful_shutdown=1)
        )
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.02)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _listener() -> socket.socket:
    """On the port that this process used first, if it is free again: what a browser kept of the page serves there."""
    try:
        return socket.create_server(("127.0.0.1", _port_used_first()))
    except OSError:
        return socket.create_server(("127.0.0.1", 0))


@cache
def _port_used_first() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def ask(page: Page, question: str) -> None:
    """Type a question and wait until its answer is whole."""
    turns = at_rest(page.locator(".turn").count)
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    page.locator(".turn").nth(turns).locator(".actions").wait_for()


def edit(page: Page, question: str) -> Locator:
    """Take the last question up again to edit it, and wait until it stands in the box, which is what comes back."""
    from playwright.sync_api import expect

    field = page.locator("#question textarea")
    page.locator("[data-do=edit]").click()
    page.locator(".turn.editing").wait_for()
    expect(field).to_have_value(question)
    return field


def until_focus_is_on(page: Page, selector: str) -> None:
    """Wait until the element that shall get the next keys has the focus."""
    page.wait_for_function("selector => document.activeElement?.matches(selector)", arg=selector)


def until_equal(read: Callable[[], Reading | None], wanted: Reading) -> None:
    """Read the page again and again until it says what is wanted; fail with what it says at last.

    ``read`` may fail while what it reads is not there.
    """
    from playwright.sync_api import Error

    patience = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < patience:
        with suppress(Error):
            if read() == wanted:
                return
        time.sleep(LOOKS_SECONDS)
    assert read() == wanted


def until_true(holds: Callable[[], bool]) -> None:
    """As `until_equal`, for what no value of the page says alone."""
    until_equal(holds, wanted=True)


def until_begins(locator: Locator, beginning: str) -> None:
    """Wait until an element shows a text that begins so."""
    until_equal(lambda: locator.inner_text()[: len(beginning)], beginning)


def at_rest(read: Callable[[], Reading]) -> Reading:
    """What is read of the page once it says the same twice, a moment apart."""
    patience = time.monotonic() + PATIENCE / 1000
    now = read()
    while True:
        time.sleep(LOOKS_SECONDS)
        before, now = now, read()
        if before == now:
            return now
        assert time.monotonic() < patience, f"it still changes: {before!r}, then {now!r}"
