"""The view of a subject in a real Chromium: who says what, when what happened, opening, narrowing, saving, linking."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import feedparser
import httpx
import pytest
from docx import Document as WordDocument
from playwright.sync_api import expect

from assistant import Assistant
from tests.browser import INJECTED, Tab, until_equal
from tests.index_tools import Desk

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TRICKS = "<img src=x onerror=window.hacked=1> ${window.hacked=2} {{value}}"
FILES = {
    "toll.md": (
        "---\ntitle: Toll\npublished: 2025-03-02\npublisher: Courier\nurl: https://news.example/toll\n---\n\n"
        "Marta Kroll, the mayor, said that the harbour toll is fair. Ivo Hahn denied that the harbour toll failed. "
        "The council raised the harbour toll on Friday.\n"
    ),
    "later.md": (
        f'---\ntitle: "Later {TRICKS}"\npublished: 2025-06-09\n---\n\n'
        f"\u201cThe harbour toll {TRICKS} was a mistake,\u201d Marta Kroll said.\n"
    ),
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    desk = Desk(tmp_path_factory.mktemp("subject-view"))
    desk.write(FILES)
    desk.sync()
    with desk.assistant() as assistant:
        yield assistant


@pytest.fixture
def page(tab: Tab, address: str) -> Iterator[Page]:
    """Who says what of the toll, as its link opens it; afterwards, that nothing failed or ran as a script."""
    with tab.loaded(f"{address}?subject=harbour+toll") as page:
        page.locator("#subject-found .speaker").first.wait_for()
        yield page
        assert tab.failed == []
        until_equal(lambda: page.evaluate(INJECTED), [])
        until_equal(lambda: page.evaluate("window.hacked"), None)


def test_speakers_are_listed_with_their_words_and_one_is_opened_at_them(page: Page) -> None:
    expect(page.locator("#subject-found .counted")).to_have_text("2 speakers, 3 statements.")
    expect(page.locator("#subject-found .speaker")).to_have_text(["Marta Kroll", "Ivo Hahn"])
    expect(page.locator("#subject-found .mention-text mark")).to_have_text(
        [f"The harbour toll {TRICKS} was a mistake", "the harbour toll is fair", "the harbour toll failed"]
    )
    expect(page.locator("#subject-found .mention-where b")).to_have_text(["denied"])
    expect(page.locator("#subject-found .mention-original").first).to_have_attribute(
        "href", "https://news.example/toll#:~:text=the%20harbour%20toll%20is%20fair"
    )

    page.locator("#subject-found .mention").nth(1).click()
    expect(page.locator("#subject-reading mark")).to_have_text("the harbour toll is fair")
    expect(page.locator("#subject-reading h2")).to_have_text("Toll")
    page.keyboard.press("Escape")
    page.locator("#subject-reading .panel-reading").wait_for(state="detached")


def test_another_subject_and_other_days_change_the_list_and_all_is_saved(page: Page, tmp_path: Path) -> None:
    with page.expect_download() as download:
        page.locator("#subject-found").get_by_role("button", name="Save as CSV").click()
    download.value.save_as(tmp_path / "positions.csv")
    head, *rows = csv.reader(io.StringIO((tmp_path / "positions.csv").read_text("utf-8")))
    assert (head[1], [row[1] for row in rows]) == ("speaker", ["Marta Kroll", "Marta Kroll", "Ivo Hahn"])

    page.locator("#subject-narrowing-line > button").click()
    page.locator("#subject-since input[type=date]").fill("2025-06-01")
    expect(page.locator("#subject-found .counted")).to_have_text("1 speaker, 1 statement.")
    page.locator("#subject-query :is(input, textarea)").fill("lunar bases")
    page.locator("#subject-query :is(input, textarea)").press("Enter")
    expect(page.locator("#subject-found .counted")).to_have_text("No document tells what somebody says about it.")


def test_a_subject_is_looked_at_in_other_ways_each_sentence_one_click_from_its_source(page: Page) -> None:
    found = page.locator("#subject-found")

    found.get_by_role("button", name="Timeline").click()
    expect(found.locator(".counted")).to_have_text("1 event, 2025-02-28 to 2025-02-28.")
    expect(found.locator(".mention-title")).to_have_text(["28 February 2025"])
    expect(found.locator(".mention-text mark")).to_have_text(["on Friday"])

    found.get_by_role("button", name="What is new").click()
    expect(found.locator(".counted")).to_have_text("1 story in 1 article, 2025-06-03 to 2025-06-09.")
    expect(found.locator(".speaker")).to_have_text([f"Later {TRICKS}"])
    expect(found.get_by_role("link", name="Follow in a feed reader")).to_have_attribute(
        "href", "new.atom?subject=harbour+toll&as=new"
    )

    found.get_by_role("button", name="Compare sources").click()
    expect(found.locator(".counted")).to_contain_text("told by one alone.")
    expect(found.locator(".mention-title").first).to_have_text("toll.md")

    found.get_by_role("button", name="Overview").click()
    expect(found.locator(".counted")).to_have_text("2 documents, 2025-03-02 to 2025-06-09.")

    found.get_by_role("button", name="Briefing").click()
    expect(found.locator(".speaker").first).to_have_text("What it is about")
    expect(found.get_by_role("button", name="Briefing")).to_have_attribute("aria-pressed", "true")
    found.locator(".mention", has_text="on Friday").first.click()
    expect(page.locator("#subject-reading mark")).to_have_text("The council raised the harbour toll on Friday.")


def test_a_briefing_is_saved_as_a_word_document(page: Page, tmp_path: Path) -> None:
    page.locator("#subject-found").get_by_role("button", name="Briefing").click()
    with page.expect_download() as download:
        page.locator("#subject-found").get_by_role("button", name="Save as Word").click()
    assert download.value.suggested_filename == "briefing.docx"
    download.value.save_as(tmp_path / "briefing.docx")
    text = "\n".join(one.text for one in WordDocument(str(tmp_path / "briefing.docx")).paragraphs)
    assert "The council raised the harbour toll on Friday. [" in text


def test_without_a_subject_all_documents_are_looked_at(tab: Tab, address: str) -> None:
    with tab.loaded(address) as page:
        page.get_by_role("tab", name="Subject").click()
        page.get_by_role("button", name="What are these documents about?").click()
        expect(page.locator("#subject-found .counted")).to_have_text("2 documents, 2025-03-02 to 2025-06-09.")
        page.locator("#subject-found").get_by_role("button", name="Who says what").click()
        expect(page.locator("#subject-found .finding-empty h2")).to_be_visible()
        assert tab.failed == []


def test_what_is_new_is_a_feed_at_its_address_narrowed_as_its_link_says(address: str) -> None:
    answer = httpx.get(f"{address}/new.atom?subject=harbour+toll&since=2025-01-01")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/atom+xml")
    read = feedparser.parse(answer.content)
    assert (read.bozo, read.feed.title) == (False, "Citewell: what is new of harbour toll")
    assert {entry.title for entry in read.entries} <= {"Toll", f"Later {TRICKS}"}
    assert len({entry.id for entry in read.entries}) == len(read.entries) > 0
    assert read.feed.id != feedparser.parse(httpx.get(f"{address}/new.atom").content).feed.id
    assert "<script" not in answer.text
    refused = httpx.get(f"{address}/new.atom?since=yesterday")
    assert (refused.status_code, "since must be a day" in refused.text) == (400, True)
