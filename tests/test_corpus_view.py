"""The Documents view in a real Chromium: adding, cancelling, finding, previewing, removing and mending."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FloatRect, expect

from assistant import Assistant, Document, Settings, SyncProgress, open_assistant
from tests.browser import Tab, until_begins, until_equal, until_focus_is_on, until_true
from tests.file_makers import pdf, zipped
from tests.news_site import publish
from tests.web_server import Site, served_site

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

TRICKS = "<img src=x onerror=window.hacked=1> ${window.hacked=2} {{value}}"


def article(title: str, published: str, publisher: str, text: str = "The council met.") -> str:
    return f'---\ntitle: "{title}"\npublished: {published}\npublisher: "{publisher}"\n---\n\n{text}\n'


FILES: dict[str, str | bytes] = {
    "bundle.zip": zipped({"cranes.txt": "Four cranes stand in Veldt.", "x.bin": "\0"}),
    "broken.docx": b"This is no Word document.",
    "cranes.pdf": pdf([["The first page is about ships."], ["The second page is about cranes."]]),
    "tricks.md": article(f"Depot {TRICKS}", "2023-05-01", f"Press {TRICKS}", f"Crates {TRICKS} stand there."),
    **{
        f"news/{number:02}.md": article(f"Ward {number:02}", f"2024-{number % 12 + 1:02}-09", "Harbour Notes")
        for number in range(60)
    },
    "long.md": "# Long\n\n"
    + "\n\n".join(f"Paragraph {number} tells of the harbour at Veldt." for number in range(300)),
}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with served_site() as site:
        yield site


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("corpus-view")
    for source, content in FILES.items():
        path = folder / "corpus" / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    settings = Settings(
        corpus_dir=folder / "corpus", index_dir=folder / "index", state_dir=folder / "state", allow_private_urls=True
    )
    with open_assistant(settings) as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture
def page(tab: Tab, address: str) -> Iterator[Page]:
    """The documents, just opened; afterwards, that nothing failed, ran as a script or left for another host."""
    with tab.loaded(address) as page:
        page.wait_for_selector(".welcome")
        page.get_by_role("tab", name="Documents").click()
        page.wait_for_selector("table.documents")
        yield page
        assert tab.failed == []
        assert [url for url in tab.requested if not is_here(url, address)] == []
        until_equal(lambda: page.evaluate("window.hacked"), None)


@pytest.fixture(autouse=True)
def _same_documents(assistant: Assistant) -> Iterator[None]:
    """What a test leaves is taken away, so that each finds the same documents."""
    yield
    corpus = assistant.settings.corpus_dir
    for path in [path for path in corpus.rglob("*") if path.is_file()]:
        if path.relative_to(corpus).as_posix() not in FILES:
            path.unlink()
    assistant.sync()


def is_here(url: str, address: str) -> bool:
    return url.startswith((f"{address}/", "data:", "blob:"))


def titles(page: Page) -> Locator:
    return page.locator("table.documents .title")


def row(page: Page, name: str) -> Locator:
    return page.locator("table.documents tbody tr").filter(has=page.locator(".source", has_text=name))


def until(page: Page, told: str) -> None:
    """Wait until a job ended with these words."""
    page.locator(".job:not(.running) .job-title").get_by_text(told, exact=True).wait_for()


def find(page: Page, words: str, documents: str) -> None:
    page.locator("#search textarea").fill(words)
    page.get_by_text(documents, exact=True).wait_for()


def test_the_table_is_sorted_searched_narrowed_and_turned(page: Page) -> None:
    until_equal(page.locator("table.documents caption").inner_text, "65 documents")
    until_equal(lambda: titles(page).all_inner_texts()[:2], ["broken.docx", "bundle"])
    # Of two orders clicked at once the last one holds, from what the table was in.
    page.evaluate("for (const name of ['date', 'title']) document.querySelector(`[data-turn='sort:${name}']`).click()")
    page.locator("th[aria-sort=descending]", has_text="Document").wait_for()
    page.locator("[data-turn='sort:title']").click()
    page.locator("th[aria-sort=ascending]", has_text="Document").wait_for()
    page.get_by_role("button", name="Next").click()
    page.get_by_text("Page 2 of 2").wait_for()
    expect(titles(page)).to_have_count(15)
    expect(row(page, "news/59.md")).to_have_count(1)

    page.get_by_role("button", name="Date").click()
    page.wait_for_selector("th[aria-sort=descending]")
    expect(row(page, "news/11.md")).to_have_count(1)
    until_equal(titles(page).first.inner_text, "Ward 11")

    find(page, "WARD 17", "1 document of 65")
    until_equal(titles(page).all_inner_texts, ["Ward 17"])
    find(page, "nothing like this", "None of 65 documents is like that.")
    page.locator("#search textarea").fill("")
    page.get_by_label("Kind", exact=True).click()
    page.get_by_role("option", name="PDF").click()
    page.get_by_text("1 document of 65").wait_for()
    until_equal(titles(page).all_inner_texts, ["cranes"])


def test_each_state_is_told_with_its_reason(page: Page) -> None:
    page.get_by_label("State", exact=True).click()
    page.get_by_role("option", name="partly read").click()
    page.get_by_text("1 document of 65").wait_for()
    until_begins(row(page, "bundle.zip").locator("[data-label=State]"), "partly read\n\nNot read in it: x.bin: ")
    page.get_by_label("State", exact=True).click()
    page.get_by_role("option", name="not read").click()
    row(page, "broken.docx").wait_for()
    until_equal(titles(page).all_inner_texts, ["broken.docx"])
    expect(row(page, "broken.docx")).to_contain_text("The file is damaged", use_inner_text=True)
    until_equal(page.locator(".unread").inner_text, "1 file could not be read. Read again")
    page.get_by_role("button", name="Read again").click()
    until(page, "Reading again: 1 failed")


def test_text_and_the_timeline_of_documents_are_shown_and_never_run(page: Page) -> None:
    find(page, "depot", "1 document of 65")
    until_equal(titles(page).all_inner_texts, [f"Depot {TRICKS}"])
    until_equal(row(page, "tricks.md").locator("[data-label=Publisher]").inner_text, f"Press {TRICKS}")
    page.locator(".title").click()
    panel = page.locator(".panel-preview")
    panel.wait_for()
    until_equal(panel.locator("h2").inner_text, f"Depot {TRICKS}")
    expect(panel.locator(".document")).to_contain_text(f"Crates {TRICKS} stand there.", use_inner_text=True)
    page.get_by_role("button", name="Timeline").click()
    svg = page.locator("#timeline svg")
    svg.wait_for()
    until_true(lambda: f"Press {TRICKS}" in svg.locator("title").all_text_contents())
    expect(page.locator("#timeline svg")).to_have_attribute(
        "aria-label",
        "Documents by date and publisher. 61 documents from May 2023 to December 2024. 4 documents without a date.",
    )
    expect(page.locator("#timeline circle")).to_have_count(13)
    until_equal(page.locator("#timeline circle title").last.text_content, f"Press {TRICKS}, May 2023: 1 document")
    page.get_by_text("The figures as a table").click()
    until_equal(lambda: page.locator("#timeline tbody tr").first.inner_text().split("\t")[0], "May 2023")
    page.get_by_label("Publisher", exact=True).click()
    page.get_by_role("option", name="Press").wait_for()
    expect(page.locator("#library img")).to_have_count(0)


def test_documents_are_read_by_portions_and_places_closed_by_the_keyboard_and_opened_one_after_another(
    page: Page, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(page, "long", "1 document of 65")
    page.locator(".title").focus()
    page.keyboard.press("Enter")
    text = page.locator(".panel-preview .document")
    text.wait_for()
    until_equal(lambda: page.evaluate("document.activeElement.className"), "back")
    expect(text).to_contain_text("Paragraph 0 tells", use_inner_text=True)
    page.get_by_role("button", name="Later").click()
    page.wait_for_function(
        "!document.querySelector('.panel-preview .document').innerText.includes('Paragraph 0 tells')"
    )
    until_equal(lambda: page.evaluate("document.activeElement.dataset.name"), "Later")
    page.keyboard.press("Escape")
    text.wait_for(state="detached")
    until_equal(lambda: page.evaluate("document.activeElement.className"), "title")

    page.locator("#search textarea").fill("cranes")
    row(page, "cranes.pdf").locator(".title").click()
    page.get_by_label("Go to").select_option("Page 2")
    page.wait_for_function("document.querySelector('.panel-preview .document').innerText.startsWith('The second page')")

    page.keyboard.press("Escape")
    page.locator(".panel-preview").wait_for(state="detached")
    page.locator("#search textarea").fill("")
    original, reached, goes_on = assistant.document, threading.Event(), threading.Event()

    def slow_document(source: str) -> Document:
        reached.set()
        goes_on.wait(60)
        return original(source)

    monkeypatch.setattr(assistant, "document", slow_document)
    row(page, "bundle.zip").locator(".title").click()
    assert reached.wait(60)
    row(page, "cranes.pdf").locator(".title").click()
    goes_on.set()
    page.locator(".panel-preview[data-source='cranes.pdf']").wait_for()


def test_files_are_added_by_content_and_in_their_folders_and_what_failed_can_be_sent_again(
    page: Page, tmp_path: Path, assistant: Assistant
) -> None:
    (tmp_path / "zoo.txt").write_text("The zoo\n\nThe walrus at the zoo is called Bartholomew.\n")
    (tmp_path / "report.txt").write_bytes(pdf([["A report."]]))
    (tmp_path / "setup.pdf").write_bytes(b"MZ\x90\0" + bytes(200))
    (tmp_path / f"{TRICKS}.txt").write_text("Nothing much stands here, but it is a sentence.\n")
    page.locator("#drop input").set_input_files(sorted(tmp_path.iterdir()))
    until(page, "2 added, 2 failed")
    until_equal(
        page.locator(".job li").all_inner_texts,
        [
            f"{TRICKS}.txt added",
            "report.txt failed\n\nThe file is a PDF, but its name ends in .txt. Give it the suffix .pdf, and add it "
            "again.",
            "setup.pdf failed\n\nThe file is a program, whatever its name says; such files hold no text that is read.",
            "zoo.txt added",
        ],
    )
    assert not (assistant.settings.corpus_dir / "setup.pdf").exists()
    page.get_by_role("button", name="Try again").click()
    until(page, "2 failed")
    until_equal(page.locator(".job li b").all_inner_texts, ["report.txt", "setup.pdf"])
    page.get_by_role("button", name="Close").click()
    page.locator(".job").wait_for(state="detached")

    folder = tmp_path / "archive"
    (folder / "2024").mkdir(parents=True)
    (folder / "2024" / "note.txt").write_text("A note on ferries, which ran late.\n")
    (folder / ".hidden.txt").write_text("Hidden.\n")
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Choose a folder").click()
    chosen.value.set_files(folder)
    until(page, "1 added")
    until_equal(page.locator(".job li b").inner_text, "archive/2024/note.txt")
    assert (assistant.settings.corpus_dir / "archive/2024/note.txt").is_file()


def test_sending_and_adding_can_be_cancelled_and_what_was_not_read_leaves_no_trace(
    page: Page, tmp_path: Path, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        (tmp_path / f"slow-{number}.txt").write_text(f"Slow text number {number} is about trams.\n")
    original, reached, asked = assistant.sync, threading.Event(), threading.Event()

    def slow_sync(**named: object) -> object:
        tell, stop = named["progress"], named["stop"]
        assert callable(tell)
        assert isinstance(stop, threading.Event)
        tell(SyncProgress(1, 3, "slow-0.txt"))
        tell(SyncProgress(1, 3, "slow-1.txt"))
        reached.set()
        asked.set() if stop.wait(60) else None
        return original(**named)  # type: ignore[arg-type]

    monkeypatch.setattr(assistant, "sync", slow_sync)
    page.locator("#drop input").set_input_files(sorted(tmp_path.iterdir()))
    page.wait_for_selector(".job.running")
    assert reached.wait(60)
    until_true(lambda: page.locator("#adders").evaluate("element => element.inert"))
    expect(page.locator(".job li")).to_have_text(["slow-0.txt read", "slow-1.txt reading", "slow-2.txt waiting"])
    page.get_by_role("button", name="Cancel").click()
    until(page, "3 stopped")
    assert asked.is_set()
    assert sorted(assistant.settings.corpus_dir.glob("slow*")) == []
    expect(page.get_by_role("button", name="Try again")).to_be_visible()

    (tmp_path / "waits.txt").write_text("It waits.\n")
    page.route("**/gradio_api/upload", lambda _: None)
    page.locator("#drop input").set_input_files(tmp_path / "waits.txt")
    page.wait_for_selector(".sending progress")
    page.get_by_role("button", name="Cancel").click()
    until(page, "Stopped. Nothing was added.")
    page.unroute_all()
    assert not (assistant.settings.corpus_dir / "waits.txt").exists()


def test_what_is_asked_and_looked_for_while_files_are_added_stays(
    page: Page, tmp_path: Path, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "slow.txt").write_text("This slow text is about trams.\n")
    original, goes_on = assistant.sync, threading.Event()

    def slow_sync(**named: object) -> object:
        goes_on.wait(60)
        return original(**named)  # type: ignore[arg-type]

    monkeypatch.setattr(assistant, "sync", slow_sync)
    page.locator("#drop input").set_input_files(tmp_path / "slow.txt")
    page.wait_for_selector(".job.running")
    find(page, "ward 17", "1 document of 65")
    page.get_by_role("tab", name="Ask").click()
    page.locator("#question textarea").fill("What stands in Veldt?")
    page.locator("#question textarea").press("Enter")
    page.locator(".turn .actions").wait_for()
    with page.expect_request(re.compile("/queue/join")):  # what the end of the job leads to in the other view
        goes_on.set()
    page.get_by_role("tab", name="Documents").click()
    until(page, "1 added")
    page.get_by_text("1 document of 66").wait_for()
    until_equal(titles(page).all_inner_texts, ["Ward 17"])
    page.get_by_role("tab", name="Ask").click()
    page.locator(".cite").first.click()
    page.locator("#reading mark").wait_for()
    until_equal(page.locator(".turn .question").all_inner_texts, ["What stands in Veldt?"])


PRESS_WHEN_IT_COMES = """selector => new MutationObserver((_, observer) => {
    const button = document.querySelector(selector);
    if (button) { observer.disconnect(); button.click(); }
}).observe(document.querySelector("#outcome"), { childList: true, subtree: true })"""


def test_a_removal_can_be_undone_at_once_and_later(page: Page, assistant: Assistant) -> None:
    page.evaluate(PRESS_WHEN_IT_COMES, "[data-do=undo]")
    page.get_by_role("button", name="Remove bundle").click()
    until(page, "bundle.zip is back")

    find(page, "ward 07", "1 document of 65")
    page.get_by_role("button", name="Remove Ward 07").click()
    until(page, "Removed news/07.md")
    page.get_by_text("None of 64 documents is like that.").wait_for()
    until_focus_is_on(page, "[data-do=undo]")
    page.keyboard.press("Enter")
    until(page, "news/07.md is back")
    until_equal(titles(page).all_inner_texts, ["Ward 07"])

    page.get_by_role("button", name="Remove Ward 07").click()
    until(page, "Removed news/07.md")
    page.get_by_role("button", name="Removed documents").click()
    page.get_by_role("button", name="Put news/07.md back").click()
    until(page, "news/07.md is back")
    assert [record.source for record in assistant.documents()].count("news/07.md") == 1
    assert assistant.removed() == []


def test_a_page_and_a_feed_but_no_path_of_this_machine_are_added_refreshed_and_let_go(
    page: Page, site: Site, assistant: Assistant
) -> None:
    publish(site, range(2))
    feed, gone = site.url("/feed"), site.url("/gone")
    page.locator("#address textarea, #address input").fill(gone)
    page.get_by_role("button", name="Add page").click()
    until(page, "1 failed")
    publish(site, range(9, 10), path="/other")
    site.pages["/gone"] = site.pages["/article/9"]
    page.get_by_role("button", name="Try again").click()
    until(page, "1 added")

    page.locator("#address textarea, #address input").fill(feed)
    page.get_by_role("button", name="Follow feed").click()
    until(page, "2 added")
    page.get_by_role("button", name="Feeds").click()
    until_equal(page.locator("#feeds li b").inner_text, "Harbour News")
    publish(site, range(3))
    page.get_by_role("button", name="Refresh Harbour News").click()
    until(page, "1 added")
    page.get_by_role("button", name="Follow Harbour News no more").click()
    until(page, f"{feed} is followed no more; its articles stay")
    assert assistant.feeds() == []

    before = [record.source for record in assistant.documents()]
    for name in ("Add page", "Follow feed"):
        page.locator("#address textarea, #address input").fill("/etc/passwd")
        page.get_by_role("button", name=name).click()
        until(page, "Give a whole address, such as https://example.org/news.")
        page.get_by_role("button", name="Close").click()
        page.locator(".job").wait_for(state="detached")
    assert [record.source for record in assistant.documents()] == before


def test_the_health_of_the_index_is_told_and_it_can_be_rebuilt(page: Page, assistant: Assistant) -> None:
    page.get_by_role("button", name="Index health").click()
    page.wait_for_selector("#health .facts")
    until_equal(page.locator("#health .well").inner_text, "No problems found.")
    held = re.compile(r"64 documents, \d+ passages, 1 file not read")
    until_true(lambda: bool(held.fullmatch(page.locator("#health dd").first.inner_text())))
    generation = assistant.health().generation
    page.get_by_role("button", name="Rebuild").click()
    until(page, "Rebuilding the index: 64 updated, 1 failed")
    assert assistant.health().generation > generation


def test_on_a_phone_a_document_covers_the_table_until_it_is_closed(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".title").nth(1).click()
    page.wait_for_selector(".panel-preview")
    until_equal(lambda: page.evaluate("document.documentElement.scrollWidth"), 390)
    until_equal(page.locator("#opened").bounding_box, FloatRect(x=0, y=0, width=390, height=844))
    page.get_by_role("button", name="Close").click()
    page.wait_for_selector(".panel-preview", state="detached")
    page.locator(".title").first.click()
    page.wait_for_selector(".panel-preview")
