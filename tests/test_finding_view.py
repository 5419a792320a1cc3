"""The Find all view in a real Chromium: counting, switching spellings, turning pages, opening, saving, linking."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from assistant import Assistant, Filters
from assistant.interfaces.page.find_links import Search, find_in, find_link
from tests.browser import INJECTED, Tab, ask, until_begins, until_equal
from tests.index_tools import Desk

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TRICKS = "<img src=x onerror=window.hacked=1> ${window.hacked=2} {{value}}"


def article(number: int, name: str) -> str:
    return (
        f'---\ntitle: "Week {number:02}"\npublished: 2024-{number % 12 + 1:02}-09\npublisher: Notes {number % 2}\n'
        f"url: https://news.example/{number}\n---\n\nThe council met. Officials in {name} spoke.\n"
    )


FILES = {
    **{f"news/{number:02}.md": article(number, "Kiev" if number % 5 == 0 else "Kyiv") for number in range(30)},
    "tricks.md": f'---\ntitle: "Kyiv {TRICKS}"\npublished: 2025-01-01\n---\n\n=1+1 in Kyiv {TRICKS} stands here.\n',
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    desk = Desk(tmp_path_factory.mktemp("finding-view"))
    desk.write(FILES)
    desk.sync()
    with desk.assistant() as assistant:
        yield assistant


@pytest.fixture
def page(tab: Tab, address: str) -> Iterator[Page]:
    """The list of what mentions Kyiv, as its link opens it; afterwards, that nothing failed or ran as a script."""
    with tab.loaded(f"{address}?find=Kyiv") as page:
        page.wait_for_selector(".mentions")
        yield page
        assert tab.failed == []
        until_equal(lambda: page.evaluate(INJECTED), [])
        until_equal(lambda: page.evaluate("window.hacked"), None)


def counts(page: Page, told: str) -> None:
    """Wait until the list says how many documents it has found."""
    expect(page.locator(".counted")).to_have_text(told)


ALL = "31 documents mention it; in 31 of them the title or the first passage does."


def test_the_list_counts_all_marks_what_matched_and_is_turned(page: Page) -> None:
    counts(page, ALL)
    titles = page.locator(".mention-title")
    until_equal(lambda: titles.all_inner_texts()[:2], [f"Kyiv {TRICKS}", "Week 11"])
    expect(page.locator(".mentions > li")).to_have_count(20)
    expect(page.locator(".mention").nth(1).locator("mark")).to_have_text(["Kyiv"])
    expect(page.locator(".mention-original").first).to_have_attribute(
        "href", "https://news.example/11#:~:text=Officials%20in%20Kyiv%20spoke."
    )

    page.get_by_role("button", name="Next").click()
    expect(page.locator(".page-number")).to_have_text("Page 2 of 2")
    expect(page.locator(".mentions > li")).to_have_count(11)
    expect(page.locator(".mentions")).to_have_attribute("start", "21")


def test_spellings_filters_and_another_search_change_the_list(page: Page) -> None:
    kiev = page.locator(".spelling", has_text="Kiev")
    until_equal(page.locator(".spelling").all_inner_texts, ["Kyiv 25", "Kiev 6"])
    kiev.click()
    counts(page, "25 documents mention it; in 25 of them the title or the first passage does.")
    expect(kiev).to_have_attribute("aria-pressed", "false")
    until_equal(lambda: page.evaluate("document.activeElement.dataset.name"), "Kiev")
    kiev.click()
    counts(page, ALL)

    page.locator("#find-narrowing-line > button").click()
    page.locator("#find-since input[type=date]").fill("2024-12-01")
    counts(page, "3 documents mention it; in 3 of them the title or the first passage does.")
    page.locator("#find-narrowing-clear").click()
    counts(page, ALL)

    page.locator("#find-query :is(input, textarea)").fill("Kyiv AND atlantis")
    page.get_by_role("button", name="Find all", exact=True).click()
    counts(page, "No document mentions it.")
    page.locator("#find-query :is(input, textarea)").fill("NOT Kyiv")
    page.locator("#find-query :is(input, textarea)").press("Enter")
    page.locator("#find-found .problem", has_text="Say what to find").wait_for()


def test_a_document_is_opened_at_its_sentence_and_closed_and_the_whole_list_is_saved(
    page: Page, tmp_path: Path
) -> None:
    page.locator(".mention").nth(1).click()
    expect(page.locator("#find-reading mark")).to_have_text("Officials in Kyiv spoke.")
    expect(page.locator("#find-reading h2")).to_have_text("Week 11")
    page.keyboard.press("Escape")
    page.locator("#find-reading .panel-reading").wait_for(state="detached")
    until_equal(lambda: page.evaluate("document.activeElement.dataset.open.split('@')[0]"), "found:2")

    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    download.value.save_as(tmp_path / "mentions.csv")
    head, *rows = csv.reader(io.StringIO((tmp_path / "mentions.csv").read_text("utf-8")))
    assert (head[:3], len(rows)) == (["number", "published", "title"], 31)
    assert rows[0][6] == f"'=1+1 in Kyiv {TRICKS} stands here."
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as JSON").click()
    download.value.save_as(tmp_path / "mentions.json")
    saved = json.loads((tmp_path / "mentions.json").read_text("utf-8"))
    assert (saved["documents"], len(saved["shown"])) == (31, 31)


def test_an_answer_that_counts_leads_to_the_whole_list(tab: Tab, address: str) -> None:
    with tab.loaded(address) as page:
        page.wait_for_selector(".welcome")
        ask(page, "How many articles since December 2024 mention Kyiv?")
        page.locator(".prose", has_text="3 documents mention “Kyiv”").wait_for()
        link = page.locator(".whole-list a")
        expect(link).to_have_text("See the whole list: 3 documents")
        with page.context.expect_page() as opened:
            link.click()
        opened.value.locator(".mentions").wait_for()
        counts(opened.value, "3 documents mention it; in 3 of them the title or the first passage does.")
        until_begins(opened.value.locator("#find-narrowing-line > button"), "Only in: since 2024-12")
        opened.value.close()


def test_links_say_all_that_a_list_is_made_of() -> None:
    search = Search('Kyiv & \u2028 "a"', Filters(("a.md", "news/"), ("A & B",), "2024-01-01", "2024-12-31"), ("Kiev",))
    link = find_link(search)
    assert link.startswith("?find=Kyiv+%26")
    pairs = dict(pair.split("=") for pair in link[1:].split("&"))
    assert len(pairs) == 6
    from urllib.parse import unquote_plus

    assert find_in({name: unquote_plus(value) for name, value in pairs.items()}) == search
