"""Narrowing and keeping in a real Chromium: what is asked is narrowed, kept for whoever asked it, and found again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FloatRect, expect

from assistant import Answer, Assistant, DocumentRecord, Exchange, Settings, open_assistant
from assistant.conversations.store import Conversations
from assistant.conversations.values import LOCAL_OWNER
from assistant.interfaces.page.filter_panel import OFFERED
from assistant.users import Users
from tests.answers import NAUGHTY, cited
from tests.browser import Tab, ask, at_rest, edit, served, until_equal, until_focus_is_on, until_true, window
from tests.logins import SECRET
from tests.test_ask_view import KEEPER, LIGHTHOUSE, TRICKS, WHO, Slow, questions

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize

pytestmark = pytest.mark.browser

FERRIES = "How many ferries had the harbour of Veldt?"
REPORT = "---\ntitle: Report {0}\npublished: {0}-05-01\npublisher: {1}\n---\n\nThe harbour of Veldt had {2} ferries.\n"
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    (folder / "corpus" / "reports").mkdir(parents=True)
    files = {
        "lighthouse.md": LIGHTHOUSE,
        "reports/2020.md": REPORT.format(2020, "City Office", "four"),
        "reports/2021.md": REPORT.format(2021, "Harbour Notes", "five"),
        "depot.md": f"---\ntitle: Depot {TRICKS}\n---\n\nThe depot stores forty crates.\n",
    }
    for name, text in files.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    with opened(folder) as assistant:
        assistant.sync()
    return folder


@contextmanager
def opened(folder: Path) -> Iterator[Assistant]:
    settings = Settings(corpus_dir=folder / "corpus", index_dir=folder / "index", state_dir=folder / "state")
    with open_assistant(settings) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def assistant(folder: Path) -> Iterator[Assistant]:
    with opened(folder) as assistant:
        yield assistant


@contextmanager
def page_at(context: BrowserContext, address: str) -> Iterator[Page]:
    """The page, just opened; afterwards, that no script failed and no text ran as one."""
    with context.new_page() as page:
        failed: list[str] = []
        page.on("pageerror", lambda error: failed.append(str(error)))
        page.on("console", lambda message: failed.append(message.text) if message.type == "error" else None)
        page.goto(address)
        page.locator(".welcome, .turn").first.wait_for()
        yield page
        assert failed == []
        until_equal(lambda: page.evaluate("window.hacked"), None)


@contextmanager
def page_in(tab: Tab, address: str, size: ViewportSize | None = None) -> Iterator[Page]:
    """As `page_at`, in a tab that is there."""
    with tab.loaded(address, size) as page:
        page.locator(".welcome, .turn").first.wait_for()
        yield page
        assert_nothing_failed(tab)


@contextmanager
def page_begun(tab: Tab, address: str, assistant: Assistant) -> Iterator[Page]:
    """The page where nothing was kept and nothing is asked yet; as the last test left it, if that had it from here."""
    assistant.conversations.forget(LOCAL_OWNER)
    with tab.begun(address) as page:
        page.locator(".welcome").wait_for()
        yield page
        assert_nothing_failed(tab)


def assert_nothing_failed(tab: Tab) -> None:
    """No script failed, and no text ran as one."""
    assert tab.failed == []
    until_equal(lambda: tab.page.evaluate("window.hacked"), None)


@pytest.fixture
def page(tab: Tab, address: str, assistant: Assistant) -> Iterator[Page]:
    with page_begun(tab, address, assistant) as page:
        yield page


@pytest.fixture
def loaded(tab: Tab, address: str, assistant: Assistant) -> Iterator[Page]:
    """The page loaded anew, for fields to be filled: what they are set back to may come late, and take that back."""
    assistant.conversations.forget(LOCAL_OWNER)
    with page_in(tab, address) as page:
        yield page


def unfold(page: Page) -> None:
    page.locator("#narrowing-line > button").click()
    page.locator("#since input[type=date]").wait_for()


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()
    page.keyboard.press("Escape")


def until_line(page: Page, told: str) -> None:
    page.locator("#narrowing-line > button", has_text=told).wait_for()


def look(page: Page) -> None:
    page.locator("#history").click()
    page.locator(".panel-kept").wait_for()


def titles(page: Page) -> Locator:
    return page.locator(".kept-title b")


def action(page: Page, title: str, name: str) -> None:
    item = page.locator(".kept-list > li", has=page.get_by_text(title, exact=True))
    item.locator("summary").click()
    item.get_by_role("button", name=name, exact=True).click()


class TestNarrowing:
    @pytest.fixture
    def page(self, loaded: Page) -> Page:
        return loaded

    def test_an_answer_keeps_to_what_the_question_is_narrowed_to_and_says_so(self, page: Page) -> None:
        until_equal(page.locator("#narrowing-line > button").inner_text, "All documents\n▼")
        unfold(page)
        choose(page, "Documents and folders", "reports/")
        choose(page, "Publishers", "Harbour Notes")
        page.locator("#since input").fill("2021-01-01")
        page.locator("#until input").fill("2022-12-31")
        until_line(page, "Only in: reports/ · Harbour Notes · 2021 to 2022")
        ask(page, FERRIES)
        until_equal(page.locator(".only").inner_text, "Only in: reports/ · Harbour Notes · 2021 to 2022")
        until_equal(page.locator(".sentence").inner_text, "The harbour of Veldt had five ferries.")
        page.locator("#since input").wait_for(state="hidden")

        page.locator("#narrowing-clear").click()
        until_line(page, "All documents")
        ask(page, WHO)
        expect(page.locator(".turn").last.locator(".only")).to_have_count(0)
        until_equal(page.locator(".sentence").last.inner_text, KEEPER)

    def test_several_documents_are_chosen_by_the_keyboard_and_titles_are_text_among_them(self, page: Page) -> None:
        page.locator("#narrowing-line > button").focus()
        page.keyboard.press("Enter")
        page.locator("#since input[type=date]").wait_for()
        page.keyboard.press("Tab")
        page.get_by_role("option").first.wait_for()  # what comes while one types has to be chosen with the arrows
        expect(page.get_by_role("option", name=f"Depot {TRICKS}")).to_have_count(1)
        for typed in ("Report 2020", "Report 2021"):
            page.keyboard.type(typed)
            page.get_by_role("option", name=typed, exact=True).wait_for()
            page.keyboard.press("Enter")
        until_line(page, "Only in: reports/2020.md or reports/2021.md")

    def test_of_many_documents_some_are_offered_and_the_others_found_by_typing(
        self, page: Page, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        many = [DocumentRecord(f"notes/{one}.md", f"Note {one:03}", 1, 9) for one in range(2 * OFFERED)]
        monkeypatch.setattr(assistant, "documents", lambda: many)
        unfold(page)
        field = page.get_by_role("combobox", name="Documents and folders: type to find")
        field.click()
        page.get_by_role("option", name="Note 001", exact=True).wait_for()
        expect(page.get_by_role("option")).to_have_count(OFFERED)
        page.keyboard.type("note 15")
        page.get_by_role("option", name="Note 159", exact=True).click()
        until_line(page, "Only in: notes/159.md")
        page.get_by_role("option", name="Note 001", exact=True).click()
        until_line(page, "Only in: notes/159.md or notes/1.md")

    def test_it_fits_a_phone(self, tab: Tab, address: str) -> None:
        with page_in(tab, address, PHONE) as page:
            unfold(page)
            choose(page, "Documents and folders", "Report 2021")
            until_line(page, "Only in: reports/2021.md")
            until_equal(lambda: page.evaluate("document.documentElement.scrollWidth"), PHONE["width"])
            ask(page, FERRIES)
            until_equal(page.locator(".sentence").inner_text, "The harbour of Veldt had five ferries.")


class TestKeeping:
    def test_a_conversation_is_there_again_after_a_restart_with_its_narrowing_and_sources(
        self, context: BrowserContext, folder: Path, tab: Tab, address: str, assistant: Assistant
    ) -> None:
        assistant.conversations.forget(LOCAL_OWNER)
        with page_in(tab, f"{address}/?conversation={keep(assistant, LOCAL_OWNER, WHO)}") as page:
            unfold(page)
            choose(page, "Publishers", "City Office")
            until_line(page, "Only in: City Office")
            ask(page, FERRIES)
        with opened(folder) as another, served(another) as elsewhere, page_at(context, elsewhere) as anew:
            expect(anew.locator(".turn")).to_have_count(0)
            look(anew)
            until_true(lambda: anew.locator(".kept-title span").inner_text().endswith(" · 2 questions"))
            anew.locator(".kept-title").click()
            anew.locator(".turn").first.wait_for()
            until_equal(questions(anew).all_inner_texts, [WHO, FERRIES])
            until_line(anew, "Only in: City Office")
            anew.locator("#kept .panel-kept").wait_for(state="detached")
            until_equal(anew.locator("#sources .card-title").inner_text, "Report 2020")
            anew.locator(".cite").first.click()
            anew.locator("#reading mark").wait_for()
            until_equal(anew.locator("#reading mark").inner_text, KEEPER)

            ask(anew, "And in 2020?")
            with page_at(context, anew.url) as beside:
                until_equal(questions(beside).all_inner_texts, [WHO, FERRIES, "And in 2020?"])

    def test_conversations_are_searched_renamed_deleted_and_had_back(self, page: Page, assistant: Assistant) -> None:
        keep(assistant, LOCAL_OWNER, WHO)
        ask(page, FERRIES)
        look(page)
        until_equal(titles(page).all_inner_texts, [FERRIES, WHO])
        page.locator("#history-search :is(input, textarea)").fill("ada THORNE")
        page.locator(".kept-list > li").nth(1).wait_for(state="detached")
        until_equal(titles(page).all_inner_texts, [WHO])
        page.locator("#history-search :is(input, textarea)").fill("submarines")
        page.get_by_text("No conversation holds these words.").wait_for()
        page.locator("#history-search :is(input, textarea)").fill("")
        page.locator(".kept-list > li").nth(1).wait_for()

        action(page, FERRIES, "Rename")
        page.keyboard.type(f"Ferries {TRICKS}")
        page.keyboard.press("Enter")
        page.get_by_text(f"Ferries {TRICKS}", exact=True).wait_for()
        until_equal(titles(page).all_inner_texts, [f"Ferries {TRICKS}", WHO])

        action(page, f"Ferries {TRICKS}", "Delete")
        page.locator(".welcome").wait_for()
        until_equal(page.locator(".kept-told span").inner_text, f"Deleted “Ferries {TRICKS}”.")
        until_equal(titles(page).all_inner_texts, [WHO])
        until_focus_is_on(page, "[data-do=restore]")
        page.keyboard.press("Enter")
        page.locator(".kept-list > li").nth(1).wait_for()
        until_equal(titles(page).all_inner_texts, [f"Ferries {TRICKS}", WHO])
        page.keyboard.press("Escape")
        page.locator(".panel-kept").wait_for(state="detached")
        until_equal(lambda: page.evaluate("document.activeElement.id"), "history")

    def test_a_conversation_is_taken_elsewhere_in_one_form_after_another(
        self, page: Page, assistant: Assistant
    ) -> None:
        keep(assistant, LOCAL_OWNER, WHO)
        look(page)
        page.get_by_label(f"More for {WHO}").click()
        for form, ending, beginning in (
            ("Markdown", ".md", f"# {WHO}\n\n## {WHO}\n"),
            ("BibTeX", ".bib", "@online{harbournotes2024-"),
            ("CSL", ".csl.json", '[\n  {\n    "id": "harbournotes2024-'),
        ):
            with page.expect_download() as downloading:  # the menu stays open
                page.locator(".kept-actions").get_by_role("button", name=form, exact=True).click()
            assert downloading.value.suggested_filename == f"who-was-the-last-keeper-of-the-lighthouse{ending}"
            assert Path(downloading.value.path()).read_text(encoding="utf-8").startswith(beginning)

    def test_all_of_it_is_taken_elsewhere_letter_by_letter(self, page: Page, assistant: Assistant) -> None:
        kept = assistant.conversations.create(LOCAL_OWNER, "Strange </template> & ${x}")
        for text in NAUGHTY:
            assistant.conversations.append(LOCAL_OWNER, kept.id, Exchange(text, cited(text)))
        look(page)
        with page.expect_download() as downloading:
            action(page, kept.title, "JSON")
        taken = json.loads(Path(downloading.value.path()).read_text(encoding="utf-8"))
        assert [exchange["asked"] for exchange in taken["exchanges"]] == NAUGHTY

    def test_a_link_leads_back_to_an_answer_with_its_sources(self, tab: Tab, page: Page) -> None:
        ask(page, WHO)
        ask(page, FERRIES)
        page.locator("[data-do=link]").first.click()
        page.get_by_text("Copied").first.wait_for()
        tab.leave_for(at_rest(lambda: page.evaluate("navigator.clipboard.readText()")))
        until_equal(questions(page).all_inner_texts, [WHO, FERRIES])
        until_equal(page.locator(".turn.linked .question").inner_text, WHO)
        until_equal(page.locator("#sources .card-title").inner_text, "The Lighthouse")
        page.wait_for_function("document.activeElement.classList.contains('linked')")

    @pytest.mark.parametrize("id", ["0" * 32, "<img src=x onerror=window.hacked=1>", "'%00"])
    def test_a_link_to_nothing_is_told_calmly(self, tab: Tab, address: str, id: str) -> None:
        with page_in(tab, f"{address}/?conversation={id}&exchange=99") as page:
            page.get_by_text("This conversation was not found.").wait_for()
            expect(page.locator(".welcome")).to_have_count(1)
            ask(page, WHO)
            until_equal(page.locator(".sentence").inner_text, KEEPER)

    def test_an_edited_question_takes_the_place_of_the_last(self, page: Page, assistant: Assistant) -> None:
        ask(page, WHO)
        edit(page, WHO).fill(FERRIES)
        page.locator("#question textarea").press("Enter")
        page.locator(".question", has_text="ferries").wait_for()
        page.locator(".actions").wait_for()
        [summary] = assistant.conversations.all(LOCAL_OWNER)
        [exchange] = assistant.conversations.open(LOCAL_OWNER, summary.id).exchanges
        assert (exchange.asked, exchange.stopped) == (FERRIES, False)

    def test_an_answer_that_is_stopped_is_kept_as_such(
        self, page: Page, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        slow = Slow(assistant.ask("What is known about the keeper of the lighthouse?"))
        monkeypatch.setattr(assistant, "stream", slow.stream)
        page.locator("#question textarea").fill(WHO)
        page.locator("#question textarea").press("Enter")
        page.locator(".sentence").first.wait_for()
        page.locator("#stop").click()
        page.get_by_text("Stopped.").first.wait_for()
        slow.goes_on.set()
        assert slow.ended.wait(60)
        [summary] = assistant.conversations.all(LOCAL_OWNER)
        [exchange] = assistant.conversations.open(LOCAL_OWNER, summary.id).exchanges
        assert exchange.answer is not None
        assert (exchange.stopped, len(exchange.answer.sentences)) == (True, 1)
        look(page)
        page.locator(".kept-title").click()
        page.locator(".halted").wait_for()

    def test_a_question_stopped_before_any_word_is_there_again(
        self, tab: Tab, page: Page, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        silent = Event()

        def stream(*_: object, **__: object) -> Iterator[Answer]:
            silent.wait(60)
            yield from ()

        monkeypatch.setattr(assistant, "stream", stream)
        page.locator("#question textarea").fill(WHO)
        page.locator("#question textarea").press("Enter")
        page.locator(".waiting").wait_for()
        page.locator("#stop").click()
        page.locator(".halted").wait_for()
        silent.set()
        monkeypatch.undo()
        tab.leave_for(page.url)
        until_equal(questions(page).all_inner_texts, [WHO])
        until_equal(page.locator(".halted").inner_text, "Stopped.")
        page.locator("[data-do=retry]").click()
        page.locator(".sentence").first.wait_for()
        page.locator(".actions").wait_for()
        [summary] = assistant.conversations.all(LOCAL_OWNER)
        [exchange] = assistant.conversations.open(LOCAL_OWNER, summary.id).exchanges
        assert (exchange.asked, exchange.stopped, exchange.problem) == (WHO, False, "")

    def test_days_in_the_wrong_order_are_told_and_the_question_is_there_again_with_what_went_wrong(
        self, tab: Tab, loaded: Page, assistant: Assistant
    ) -> None:
        page = loaded
        unfold(page)
        page.locator("#since input").fill("2022-01-01")
        page.locator("#until input").fill("2020-01-01")
        until_line(page, "Only in: 2022 to 2020-01-01")
        ask(page, FERRIES)
        told = "since (2022-01-01) lies after until (2020-01-01); exchange them."
        until_equal(page.locator(".turn .problem").inner_text, told)
        tab.leave_for(page.url)
        until_equal(questions(page).all_inner_texts, [FERRIES])
        until_equal(page.locator(".turn .problem").inner_text, told)
        [summary] = assistant.conversations.all(LOCAL_OWNER)
        kept = assistant.conversations.open(LOCAL_OWNER, summary.id)
        assert (kept.exchanges[0].problem, kept.history()) == (told, [])

    def test_an_answer_is_shown_though_it_cannot_be_kept(self, page: Page, assistant: Assistant) -> None:
        ask(page, WHO)
        [summary] = assistant.conversations.all(LOCAL_OWNER)
        assistant.conversations.delete(LOCAL_OWNER, summary.id)
        ask(page, FERRIES)
        expect(page.locator(".turn").last.locator(".sentence").first).to_contain_text("ferries", use_inner_text=True)
        until_equal(
            page.locator(".turn").last.locator(".notice").last.inner_text,
            "This answer was not kept: the conversation was deleted or has gone on elsewhere. "
            "Open it again from History.",
        )

    def test_the_list_covers_a_phone_and_is_left_by_closing(self, tab: Tab, address: str, assistant: Assistant) -> None:
        assistant.conversations.forget(LOCAL_OWNER)
        keep(assistant, LOCAL_OWNER, WHO)
        with page_in(tab, address, PHONE) as phone:
            look(phone)
            until_equal(phone.locator("#history-panel").bounding_box, FloatRect(x=0, y=0, **PHONE))
            until_true(lambda: phone.evaluate("document.querySelector('#talk').inert"))
            phone.get_by_role("button", name="Close").click()
            phone.locator(".panel-kept").wait_for(state="detached")
            look(phone)
            phone.locator(".kept-title").click()
            phone.locator(".turn").wait_for()
            phone.wait_for_function("!document.querySelector('#talk').inert")


class TestUsers:
    def test_two_users_do_not_see_each_others_conversations(
        self, browser: Browser, assistant: Assistant, users: Users
    ) -> None:
        kept = keep(assistant, "ann", WHO)
        with served(assistant, users) as address, window(browser) as context:
            link = f"{address}/?conversation={kept}&exchange=1"
            his = log_in(context, link, "bob")
            his.get_by_text("This conversation was not found.").wait_for()
            look(his)
            his.get_by_text("What you ask is kept here.").wait_for()
            ask(his, FERRIES)
            look(his)
            until_equal(titles(his).all_inner_texts, [FERRIES])
            forge(his, kept)
            his.locator(".panel-kept .problem").wait_for()
            context.clear_cookies()
            hers = log_in(context, link, "ann")
            hers.locator(".turn").wait_for()
            look(hers)
            until_equal(titles(hers).all_inner_texts, [WHO])
        assert [one.title for one in assistant.conversations.all("ann")] == [WHO]
        assert assistant.conversations.all("bob")[0].title == FERRIES


def keep(assistant: Assistant, owner: str, question: str) -> str:
    """Keep a conversation of one question, as if it had been asked on the page; returns its id."""
    id = assistant.conversations.create(owner).id
    assistant.conversations.append(owner, id, Exchange(question, assistant.ask(question)))
    return id


def log_in(context: BrowserContext, address: str, name: str) -> Page:
    page = context.new_page()
    page.goto(address)
    page.locator("#name").fill(name)
    page.locator("#password").fill(SECRET)
    page.keyboard.press("Enter")
    page.locator("#conversation").wait_for()
    return page


def forge(page: Page, id: str) -> None:
    """Delete a conversation by an id that the page did not show."""
    page.locator(".kept-list > li").evaluate("(item, id) => (item.dataset.named = id)", id)
    page.locator(".kept-list summary").click()
    page.locator(".kept-list").get_by_role("button", name="Delete", exact=True).click()


def test_what_is_kept_is_one_file_in_the_state_folder(folder: Path, page: Page) -> None:
    ask(page, WHO)
    other = Conversations(folder / "state")
    assert [one.title for one in other.all(LOCAL_OWNER)] == [WHO]
    other.close()
