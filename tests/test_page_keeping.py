"""While the page runs, documents and feeds are kept up to date, and a visitor learns what is new."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from assistant.corpus import pages
from assistant.corpus.web import source_of
from assistant.interfaces.page.background_sync import BackgroundSync
from assistant.interfaces.page.news import arrive, tell
from assistant.interfaces.page.visitors import Visitors
from tests.browser import CHROMIUM, NO_CHROMIUM, at_rest, chromium, served, until_equal, window
from tests.index_tools import WAIT_SECONDS, Desk, briefing
from tests.news_site import publish, told
from tests.web_server import Site, served_site

if TYPE_CHECKING:
    from assistant import Assistant

NOBODY: Any = SimpleNamespace(username=None)
"""A request of whoever uses a page without a login."""


@pytest.fixture
def site() -> Iterator[Site]:
    with served_site() as site:
        yield site


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with Desk(tmp_path).assistant() as assistant:
        yield assistant


def until_there_are(documents: int, assistant: Assistant) -> None:
    patience = time.monotonic() + WAIT_SECONDS
    while len(assistant.documents()) != documents:
        assert time.monotonic() < patience
        time.sleep(0.05)


def test_what_is_dropped_into_the_corpus_and_what_feeds_bring_is_indexed(site: Site, assistant: Assistant) -> None:
    publish(site, range(2))
    assistant.add_feed(site.url("/feed"))
    publish(site, range(4))
    keeper = BackgroundSync(assistant)
    keeper.start()
    until_there_are(4, assistant)
    (assistant.settings.corpus_dir / "note.md").write_text(briefing(1))
    until_there_are(5, assistant)
    keeper.stop()


def test_pages_that_were_added_are_asked_again_when_they_are_due(
    site: Site, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(site, range(1))
    assistant.add([site.url("/article/0")])
    publish(site, range(1), edition=2)
    monkeypatch.setattr(pages, "FIRST_DELAY", -1.0)
    assistant.refresh()
    publish(site, range(1), edition=3)
    keeper = BackgroundSync(assistant)
    keeper.start()
    patience = time.monotonic() + WAIT_SECONDS
    while told(0, 3) not in assistant.document(source_of(site.url("/article/0"))).text:
        assert time.monotonic() < patience
        time.sleep(0.05)
    keeper.stop()


def test_the_first_visit_has_no_news_and_the_next_has_what_came_between(site: Site, assistant: Assistant) -> None:
    publish(site, range(2))
    assistant.add_feed(site.url("/feed"))
    line, visit, since = arrive(Visitors(assistant), None, NOBODY)
    assert (line, visit) == ("", since)
    publish(site, range(5))
    assistant.refresh_feeds()
    line, _, since = arrive(Visitors(assistant), visit, NOBODY)
    day = datetime.fromtimestamp(visit, UTC).date().isoformat()
    assert line == (
        '<p class="hint" role="status">3 new articles since your last visit: '
        f'<a href="?as=new&amp;since={day}">what is new</a></p>'
    )
    assert tell(Visitors(assistant), since, NOBODY) == line
    assert arrive(Visitors(assistant), time.time(), NOBODY)[0] == ""


@pytest.mark.parametrize("kept", ["1", "<b>", float("nan"), float("inf"), [], {"a": 1}, None])
def test_whatever_a_browser_kept_is_taken_for_a_first_visit(assistant: Assistant, kept: object) -> None:
    assert arrive(Visitors(assistant), kept, NOBODY)[0] == ""


@pytest.mark.browser
def test_a_browser_remembers_the_last_visit_and_news_move_nothing(site: Site, assistant: Assistant) -> None:
    if CHROMIUM is None:
        pytest.skip(NO_CHROMIUM)
    publish(site, range(2))
    assistant.add_feed(site.url("/feed"))
    with served(assistant) as address, chromium() as browser, window(browser) as context:
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector(".welcome")
        page.wait_for_function("localStorage.getItem('citewell-visit')")
        before = at_rest(page.locator(".welcome h2").bounding_box)
        publish(site, range(5))
        assistant.refresh_feeds()
        page.reload()
        page.locator("#news p").wait_for()
        until_equal(page.locator("#news").inner_text, "3 new articles since your last visit: what is new")
        until_equal(page.locator(".welcome h2").bounding_box, before)
