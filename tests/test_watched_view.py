"""The view of watched questions in a real Chromium, its feed over HTTP, and whose they are where people log in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import feedparser
import httpx
import pytest
from playwright.sync_api import expect

from assistant import Assistant, Filters
from assistant.conversations.values import LOCAL_OWNER
from assistant.indexing import Embedder
from assistant.interfaces.page import build_app
from assistant.interfaces.page.news import tell
from assistant.interfaces.page.visitors import Visitors
from assistant.interfaces.page.watched import WatchedView
from assistant.users import Users
from tests.answers import cited
from tests.browser import INJECTED, Tab, at_rest, serving, until_equal, until_focus_is_on
from tests.conftest import assistant_with, write_corpus
from tests.logins import SECRET

if TYPE_CHECKING:
    from playwright.sync_api import Page

TRICKS = "<img src=x onerror=window.hacked=1> ${window.hacked=2} {{value}}"
HOW_TALL, WHO = "How tall is the Eiffel Tower?", "Who opened the Tower Bridge?"
OLD, NEW = "The Eiffel Tower is 330 metres tall.", "The Eiffel Tower is 336 metres tall since March."
FILES = {"tower.md": f'---\ntitle: "Tower {TRICKS}"\npublished: 2025-03-02\n---\n\n{NEW}\n'}


@pytest.fixture(scope="module")
def assistant(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    home = tmp_path_factory.mktemp("watched-view")
    write_corpus(home / "corpus", FILES)
    with assistant_with(embedder, home) as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture(autouse=True)
def watched(assistant: Assistant) -> Iterator[Assistant]:
    """Two questions are watched, of which one has changed."""
    assistant.watches.forget(LOCAL_OWNER)
    assistant.watches.add(LOCAL_OWNER, HOW_TALL, Filters(("tower.md",)), cited(OLD, source="old.md", title="Old"))
    assistant.check_watches()
    assistant.watches.add(LOCAL_OWNER, f"What of {TRICKS}?", Filters(), assistant.ask("Which orchestra plays there?"))
    yield assistant
    assistant.watches.forget(LOCAL_OWNER)


@pytest.fixture
def page(tab: Tab, address: str) -> Iterator[Page]:
    """The view; afterwards, that nothing failed or ran as a script."""
    with tab.loaded(address) as page:
        page.get_by_role("tab", name="Watched").click()
        page.locator(".watched").first.wait_for()
        yield page
        assert tab.failed == []
        until_equal(lambda: page.evaluate(INJECTED), [])
        until_equal(lambda: page.evaluate("window.hacked"), None)


@pytest.mark.browser
class TestInABrowser:
    def test_what_changed_stands_side_by_side_and_what_is_new_is_marked(self, page: Page) -> None:
        expect(page.locator("#watched-found .counted")).to_have_text("2 watched questions")
        expect(page.locator(".watched h3")).to_have_text([f"What of {TRICKS}?", HOW_TALL])
        changed = page.locator(".watched").nth(1)
        expect(changed.locator(".sentence")).to_have_text([OLD, NEW])
        expect(changed.locator("mark")).to_have_text(["336", "since March"])
        expect(changed.locator(".hint")).to_contain_text("only in: tower.md")
        expect(page.locator(".watched").first.locator(".abstained")).to_have_text("The documents do not answer this.")
        left, right = [at_rest(changed.locator(".watched-side").nth(side).bounding_box) for side in (0, 1)]
        assert left
        assert right
        assert (left["y"], left["x"] + left["width"] <= right["x"]) == (right["y"], True)

    def test_a_sentence_is_one_click_from_its_source_and_escape_leads_back(self, page: Page) -> None:
        now = page.locator(".watched").nth(1).locator(".watched-side").nth(1).locator(".cite")
        now.click()
        expect(page.locator("#watched-reading mark")).to_have_text(NEW)
        expect(page.locator("#watched-reading h2")).to_have_text(f"Tower {TRICKS}")
        page.keyboard.press("Escape")
        page.locator("#watched-reading .panel-reading").wait_for(state="detached")
        expect(now).to_be_focused()
        page.locator(".watched .cite").first.click()
        expect(page.locator("#watched-reading mark")).to_have_text(OLD)

    def test_a_question_is_added_within_filters_and_told_where_it_is_watched_already(self, page: Page) -> None:
        box = page.locator("#watched-query :is(input, textarea)")
        box.fill(WHO)
        box.press("Enter")
        expect(page.locator("#watched-found .notice")).to_contain_text("This question is watched from now on.")
        expect(page.locator(".watched h3").first).to_have_text(WHO)
        expect(box).to_have_value("")
        box.fill(WHO)
        page.get_by_role("button", name="Watch", exact=True).click()
        expect(page.locator("#watched-found .problem")).to_contain_text("This question is watched already, as number ")
        page.locator("#watched-narrowing-line > button").click()
        page.locator("#watched-since input[type=date]").fill("2025-01-01")
        page.get_by_role("button", name="Watch", exact=True).click()
        expect(page.locator(".watched .hint").first).to_contain_text("only in: since 2025")

    def test_a_question_is_removed_by_two_clicks_and_the_focus_goes_to_what_is_told(self, page: Page) -> None:
        first = page.locator(".watched").first
        first.locator("summary").click()
        first.get_by_role("button", name="Remove the question and its answers").click()
        expect(page.locator(".watched h3")).to_have_text([HOW_TALL])
        expect(page.locator("#watched-found .notice")).to_have_text("The question is watched no more.")
        until_focus_is_on(page, "#watched-found .counted")

    def test_on_a_phone_the_answers_stand_one_below_the_other(self, tab: Tab, address: str) -> None:
        with tab.loaded(address, {"width": 390, "height": 844}) as page:
            page.get_by_role("tab", name="Watched").click()
            page.locator(".watched-side").nth(2).wait_for()
            before, now = [at_rest(page.locator(".watched-side").nth(side).bounding_box) for side in (1, 2)]
            assert before
            assert now
            assert (before["x"], before["y"] + before["height"] <= now["y"]) == (now["x"], True)


@pytest.mark.parametrize("wish", [None, {}, {"named": 7}, {"named": "remove:x"}, {"named": f"remove:{'9' * 5_000}"}])
def test_whatever_a_browser_names_nothing_else_is_removed(watched: Assistant, wish: object) -> None:
    class Request:
        username = None

    view = WatchedView(Visitors(watched))
    view.remove(wish, Request())
    assert len(watched.watches.all(LOCAL_OWNER)) == 2
    for named in ("1:list:0", "1:also:0", "999999:cite:1", "x", "1:cite:9"):
        assert "mark" not in view.open({"named": named}, Request())


def test_the_feed_is_at_its_address_and_says_where_that_is(watched: Assistant, address: str) -> None:
    answer = httpx.get(f"{address}/watched.atom")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/atom+xml")
    read = feedparser.parse(answer.content)
    assert (read.bozo, [entry.title for entry in read.entries]) == (False, [HOW_TALL])
    assert [link.href for link in read.feed.links if link.rel == "self"] == [f"{address}/watched.atom"]
    assert read.feed.id == f"urn:uuid:{watched.watches.feed_id(LOCAL_OWNER)}"
    assert httpx.get(f"{address}/watched.atom", headers={"Host": "evil.example"}).status_code == 421
    assert httpx.post(f"{address}/watched.atom").status_code == 404


def test_where_people_log_in_each_sees_their_own_questions_alone(watched: Assistant, users: Users) -> None:
    watched.watches.forget("ann")
    watched.watches.add("ann", WHO, Filters(), cited(OLD))
    watched.check_watches()
    with serving(build_app(watched, users=users)) as address:
        assert httpx.get(f"{address}/watched.atom").status_code == 401
        titles = {}
        for name in ("ann", "bob"):
            with httpx.Client(base_url=address) as client:
                client.post("/login", data={"username": name, "password": SECRET})
                titles[name] = [entry.title for entry in feedparser.parse(client.get("/watched.atom").content).entries]
    assert titles == {"ann": [WHO], "bob": []}


def test_the_line_of_news_tells_how_many_answers_changed(watched: Assistant) -> None:
    nobody: Any = SimpleNamespace(username=None)
    bob: Any = SimpleNamespace(username="bob")
    visitors = Visitors(watched)
    assert tell(visitors, 0.0, nobody) == (
        '<p class="hint" role="status">1 watched answer changed since your last visit</p>'
    )
    assert (tell(visitors, 0.0, bob), tell(visitors, 1e300, nobody)) == ("", "")


def test_a_file_that_cannot_be_read_is_told_at_the_feeds_address(
    assistant: Assistant, address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "watches.sqlite").write_bytes(b"This is no database. " * 100)
    monkeypatch.setattr(assistant, "watches", type(assistant.watches)(tmp_path))
    answer = httpx.get(f"{address}/watched.atom")
    assert (answer.status_code, "cannot be read" in answer.text) == (503, True)
