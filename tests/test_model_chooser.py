"""Who writes the answers, chosen on the page in a real Chromium, with a server on this machine as the model."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from assistant import Assistant, Settings, open_assistant
from assistant.errors import ModelUnavailable
from assistant.interfaces.page.choosing import ModelPicker
from assistant.types import ModelChoice
from tests.browser import Tab, ask, at_rest, until_begins, until_equal, until_true
from tests.model_server import ModelServer, model_server
from tests.test_accessibility import grave
from tests.test_kept_view import PHONE, page_begun, page_in
from tests.test_written_answers import FILES, QUESTION, WRITTEN

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

pytestmark = pytest.mark.browser

MODEL = "openai:veldt-1"
QUOTES = "Quotes only, no model"
STAYS = "Nothing leaves Citewell's computer."
SENTENCE = "The harbour of Veldt has 42 cranes."


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server() as served:
        yield served


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, server: ModelServer) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("chooser")
    (folder / "corpus").mkdir()
    for name, text in FILES.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    settings = Settings(
        corpus_dir=folder / "corpus", index_dir=folder / "index", state_dir=folder / "state",
        model=MODEL, model_url=f"{server.address}/v1",
    )  # fmt: skip
    with open_assistant(settings) as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture
def page(tab: Tab, address: str, assistant: Assistant, server: ModelServer) -> Iterator[Page]:
    """The page where nothing was kept and nothing is asked yet."""
    server.replies.clear()
    server.requests.clear()
    with page_begun(tab, address, assistant) as page:
        yield page


def writer(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Who writes the answers")


def choose(page: Page, name: str) -> None:
    page.get_by_role("combobox", name="Who writes the answers").click()
    page.get_by_role("option", name=name).click()


def until_host(page: Page, told: str) -> None:
    page.locator(".host", has_text=told).wait_for()


def begin(page: Page) -> None:
    page.locator("#question textarea").fill(QUESTION)
    page.locator("#question textarea").press("Enter")


class TestChoosing:
    def test_the_choice_is_told_obeyed_kept_and_restored(self, tab: Tab, page: Page, server: ModelServer) -> None:
        server.says(WRITTEN)
        expect(writer(page)).to_have_value(MODEL)
        until_equal(
            page.locator(".host").inner_text, f"Question and passages go to {server.host}, on Citewell's computer."
        )
        choose(page, QUOTES)
        until_host(page, STAYS)
        ask(page, QUESTION)
        until_begins(page.locator(".footnote"), "Sentences quoted from your documents")
        assert server.requests == []

        tab.leave_for(page.url)
        expect(page.locator(".turn")).to_have_count(1)
        until_host(page, STAYS)
        expect(writer(page)).to_have_value(QUOTES)
        page.locator("#fresh").click()
        until_host(page, server.host)
        expect(writer(page)).to_have_value(MODEL)
        ask(page, QUESTION)
        until_begins(page.locator(".footnote"), f"Written by {MODEL} from the passages cited")

    def test_a_conversation_opened_from_history_brings_its_choice(self, page: Page, server: ModelServer) -> None:
        choose(page, QUOTES)
        until_host(page, STAYS)
        ask(page, QUESTION)
        page.locator("#fresh").click()
        until_host(page, server.host)
        page.locator("#history").click()
        page.locator(".kept-title").click()
        page.locator(".turn").wait_for()
        until_host(page, STAYS)
        expect(writer(page)).to_have_value(QUOTES)

    def test_a_model_that_the_browser_invents_is_not_asked(self, page: Page, server: ModelServer) -> None:
        server.says(WRITTEN)

        def forge(route: Route) -> None:
            sent = route.request.post_data or ""
            route.continue_(post_data=sent.replace(f'"{MODEL}"', '"openai:spy"'))

        page.route("**/queue/join*", forge)
        begin(page)
        page.get_by_text("Value: openai:spy is not in the list of choices").wait_for()
        expect(page.locator(".turn")).to_have_count(0)
        assert server.requests == []

    def test_nobody_is_kept_out(self, page: Page) -> None:
        assert grave(page) == []

    def test_it_fits_a_phone(self, tab: Tab, address: str, server: ModelServer) -> None:
        with page_in(tab, address, PHONE) as page:
            until_host(page, server.host)
            until_equal(lambda: page.evaluate("document.documentElement.scrollWidth"), 390)


class TestWriting:
    def test_checked_sentences_arrive_with_their_citations_before_what_is_not_checked(
        self, page: Page, server: ModelServer
    ) -> None:
        goes_on = Event()
        server.says(WRITTEN, " Ada Thorne leads the harbour ", partial(goes_on.wait, 60), "[1].")
        begin(page)
        page.locator(".sentence + .cites + .pending", has_text="Ada Thorne leads the harbour").wait_for()
        until_equal(page.locator(".sentence").all_inner_texts, [SENTENCE])
        until_equal(page.locator(".cite").all_inner_texts, ["1"])
        colour = "one => getComputedStyle(one).color"
        checked = at_rest(lambda: page.locator(".sentence").evaluate(colour))
        until_true(lambda: page.locator(".pending").evaluate(colour) != checked)
        goes_on.set()
        page.locator(".actions").wait_for()
        expect(page.locator(".pending")).to_have_count(0)
        until_equal(page.locator(".cite").all_inner_texts, ["1", "2"])

    @pytest.mark.parametrize("begun", [(), (WRITTEN, " Ada Thorne leads the harbour ")])
    def test_stopping_closes_the_request_at_once(
        self, tab: Tab, page: Page, server: ModelServer, begun: tuple[str, ...]
    ) -> None:
        asked, goes_on = Event(), Event()
        server.says(*begun, asked.set, partial(goes_on.wait, 60), "[1].")
        begin(page)
        page.locator(".sentence" if begun else ".waiting").first.wait_for()
        assert asked.wait(60)
        page.locator("#stop").click()
        assert server.is_left_within(45)
        page.locator(".halted").wait_for()
        goes_on.set()
        tab.leave_for(page.url)
        until_equal(page.locator(".halted").inner_text, "Stopped.")
        until_equal(page.locator(".sentence").all_inner_texts, [SENTENCE] if begun else [])
        until_equal(page.locator(".doubt").all_inner_texts, ["not checked"] if begun else [])

    def test_doubts_and_what_was_changed_are_told(self, page: Page, server: ModelServer) -> None:
        server.says(WRITTEN, " The cranes of Veldt came from Ostia [1][9].", " The mayor sold them to a circus [1].")
        ask(page, QUESTION)
        until_equal(page.locator(".doubt").all_inner_texts, ["not supported by a source"])
        until_equal(
            page.locator(".notice").all_inner_texts,
            [
                "1 sentence is not borne out by the passages found.",
                "1 citation was moved to the passage that says so.",
                "1 citation was removed that led nowhere.",
            ],
        )

    def test_where_the_model_fails_sentences_are_quoted_and_the_reason_told(
        self, page: Page, server: ModelServer
    ) -> None:
        server.says(status=503)
        ask(page, QUESTION)
        until_equal(page.locator(".sentence").all_inner_texts, [SENTENCE])
        until_begins(page.locator(".notice"), f"{MODEL} at {server.host} has a problem of its own")


class TestWriters:
    CHOICES = (ModelChoice("ollama:m", "127.0.0.1:11434"), ModelChoice("extractive"))

    @pytest.mark.parametrize(
        ("host", "told"),
        [
            ("api.example.com", "Question and passages go to <b>api.example.com</b>."),
            ("localhost:8080", "Question and passages go to <b>localhost:8080</b>, on Citewell's computer."),
            ("127.0.0.1.example.com", "Question and passages go to <b>127.0.0.1.example.com</b>."),
            ("<b>", "Question and passages go to <b>&lt;b&gt;</b>."),
            ("this computer", STAYS),
        ],
    )
    def test_where_the_passages_go_is_told(self, host: str, told: str) -> None:
        writers = ModelPicker((ModelChoice("m:x", host), ModelChoice("extractive")))
        assert writers.told("m:x") == f'<p class="host">{told}</p>'
        assert writers.told("extractive") == f'<p class="host">{STAYS}</p>'

    def test_what_a_browser_sends_is_a_choice_or_refused(self) -> None:
        writers = ModelPicker(self.CHOICES)
        assert [writers.check(writers.chosen(sent)) for sent in ("ollama:m", "extractive", "", None, ["x"])] == [
            "ollama:m", "extractive", None, None, None,
        ]  # fmt: skip
        with pytest.raises(ModelUnavailable, match="'ollama:spy' is no model that can be chosen here"):
            writers.check(writers.chosen("ollama:spy"))

    def test_what_was_chosen_before_holds_while_it_is_a_choice(self) -> None:
        writers = ModelPicker(self.CHOICES)
        assert [writers.resumed(kept) for kept in ("extractive", "openai:gone", "")] == [
            "extractive", "ollama:m", "ollama:m",
        ]  # fmt: skip

    def test_where_there_is_nothing_to_choose_nothing_is_kept(self) -> None:
        assert ModelPicker((ModelChoice("extractive"),)).chosen("extractive") == ""
