"""A long conversation: what is streamed is the exchange that grows, and those before it stay as they are."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from assistant import Answer, Assistant, Exchange
from assistant.conversations.values import LOCAL_OWNER
from assistant.interfaces.page import ask as ask_view
from assistant.interfaces.page.conversation import render_conversation
from tests.browser import Tab, at_rest, edit, until_begins, until_equal, until_true
from tests.conftest import OpenCorpus

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

EXCHANGES = 30
LARGEST_PART = 12_000
"""Bytes of one streamed message; an exchange with its sources and all that was found is some 8,000."""
NAMES = "Varden Osk Brae Lund Skerry Holm Ness Tarn Quill Marrow Veldt Strand".split()
LAST = "Which ferries leave the harbour of Strand?"


def keeper(name: str) -> str:
    return f"The keeper of the harbour of {name} is Ada {name}son."


def about(name: str) -> str:
    lines = (f"On quay {number} of {name}, trams stop {number} times an hour in summer." for number in range(1, 18))
    ferries = f"The ferries that leave the harbour of {name} are white. They leave the harbour of {name} at nine."
    return f"# {name}\n\n{keeper(name)} {ferries}\n\n{' '.join(lines)}\n"


@pytest.fixture(scope="module")
def assistant(open_corpus: OpenCorpus) -> Assistant:
    return open_corpus({f"{name}.md": about(name) for name in NAMES})


@pytest.fixture(scope="module")
def exchanges(assistant: Assistant) -> list[Exchange]:
    asked = [f"Who is the keeper of the harbour of {name}?" for name in NAMES]
    answered = {question: assistant.ask(question) for question in asked}
    return [Exchange(question, answered[question]) for question in (asked * 3)[:EXCHANGES]]


@pytest.fixture
def kept(assistant: Assistant, exchanges: list[Exchange]) -> str:
    """The id of a conversation that was kept, as long as that."""
    assistant.conversations.forget(LOCAL_OWNER)
    id = assistant.conversations.create(LOCAL_OWNER).id
    for exchange in exchanges:
        assistant.conversations.append(LOCAL_OWNER, id, exchange)
    return id


class Growing:
    """Streams an answer sentence by sentence; from the second on, each when ``goes_on`` is set."""

    def __init__(self, whole: Answer) -> None:
        self.whole = whole
        self.goes_on = Event()
        self.ended = Event()

    def stream(self, *_: object, **__: object) -> Iterator[Answer]:
        try:
            for number in range(1, len(self.whole.sentences) + 1):
                yield replace(self.whole, sentences=self.whole.sentences[:number])
                self.goes_on.wait(60)
            yield self.whole
        finally:
            self.ended.set()


@pytest.fixture
def growing(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> Iterator[Growing]:
    growing = Growing(assistant.ask(LAST))
    assert len(growing.whole.sentences) > 1
    monkeypatch.setattr(assistant, "stream", growing.stream)
    yield growing
    growing.goes_on.set()


class TestWhatIsStreamed:
    def test_each_part_carries_one_exchange_however_long_the_conversation_is(
        self, address: str, kept: str, growing: Growing
    ) -> None:
        session = Session(address, "long")
        [*_, opened] = session.messages("load", [None], f"?conversation={kept}")
        assert str(opened["output"]["data"]).count("<article") == EXCHANGES
        growing.goes_on.set()
        parts = session.messages("submit", [LAST, None, None, [], [], "", "", "extractive"])
        told = [message for message in parts if message["msg"] in ("process_generating", "process_completed")]
        assert len(told) >= 3
        assert [len(json.dumps(message)) for message in told if len(json.dumps(message)) >= LARGEST_PART] == []
        shown = told[-1]["output"]["data"][1]
        assert (shown.count("<article"), f'data-from="{EXCHANGES}"' in shown) == (1, True)
        assert [one.text in shown for one in growing.whole.sentences] == [True] * len(growing.whole.sentences)


class Session:
    """One tab of a browser, as a program that speaks to the page over HTTP."""

    def __init__(self, address: str, name: str) -> None:
        self._address, self._name = f"{address}/gradio_api/queue", name
        with urllib.request.urlopen(f"{address}/config") as response:
            self._events = json.load(response)["dependencies"]

    def messages(self, event: str, data: Sequence[Any], query: str = "") -> list[dict[str, Any]]:
        """All messages about an event, up to the last."""
        number = next(one["id"] for one in self._events for target in one["targets"] if target[1] == event)
        body = json.dumps({"data": data, "fn_index": number, "session_hash": self._name}).encode()
        request = urllib.request.Request(f"{self._address}/join{query}", body, {"Content-Type": "application/json"})
        urllib.request.urlopen(request).close()
        messages = []
        with urllib.request.urlopen(f"{self._address}/data?session_hash={self._name}") as response:
            for line in response:
                if line.startswith(b"data:"):
                    messages.append(json.loads(line[5:]))
                    if messages[-1]["msg"] == "process_completed":
                        break
        return messages


@pytest.fixture
def page(tab: Tab, address: str, kept: str) -> Iterator[Page]:
    """The page with the long conversation; afterwards, that no script failed."""
    with tab.loaded(f"{address}/?conversation={kept}") as page:
        expect(turns(page)).to_have_count(EXCHANGES)
        yield page
        assert tab.failed == []


def turns(page: Page) -> Locator:
    return page.locator(".turn")


def begin(page: Page, question: str = LAST) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")


def read(page: Page, position: int) -> None:
    """Open the source of the exchange at a position, and see that it is the right one."""
    turns(page).nth(position).locator(".cite").first.click()
    until_equal(page.locator("#reading h2").inner_text, NAMES[position % len(NAMES)])
    until_equal(page.locator("#reading mark").text_content, keeper(NAMES[position % len(NAMES)]))
    page.locator("#reading .back").click()
    page.locator(".panel-reading").wait_for(state="detached")


NAMED = "() => document.querySelectorAll('.turn').forEach((turn, place) => (turn.place = place))"
PLACES = "() => [...document.querySelectorAll('.turn')].map((turn) => turn.place ?? 'new')"
SELECTED = """selector => {
    const range = document.createRange();
    range.selectNodeContents(document.querySelector(selector));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""
SELECTION = "String(getSelection())"
OLD = list(range(EXCHANGES))
NEW = f".turn:nth-child({EXCHANGES + 1})"


@pytest.mark.browser
class TestEarlierExchanges:
    def test_they_stay_untouched_while_the_next_one_grows(self, page: Page, growing: Growing) -> None:
        page.evaluate(NAMED)
        page.locator(".also-found summary").first.click()
        begin(page)
        page.locator(f"{NEW} .sentence").wait_for()
        page.evaluate(SELECTED, ".turn:first-child .sentence")
        page.locator(".also-found summary").first.focus()
        until_equal(lambda: page.evaluate(PLACES), [*OLD, "new"])
        growing.goes_on.set()
        page.locator(f"{NEW} .actions").wait_for()
        until_equal(lambda: page.evaluate(PLACES), [*OLD, "new"])
        until_equal(lambda: page.evaluate(SELECTION), keeper("Varden"))
        until_true(lambda: page.evaluate("document.querySelector('.also-found').open"))
        until_true(lambda: page.evaluate("document.activeElement === document.querySelector('.also-found summary')"))
        for position in (0, 17, EXCHANGES - 1):
            read(page, position)

    def test_what_was_scrolled_to_stays_in_sight_while_the_next_one_grows(self, page: Page, growing: Growing) -> None:
        begin(page)
        page.locator(f"{NEW} .sentence").wait_for()
        at_rest(lambda: page.evaluate("scrollY"))
        page.evaluate("document.querySelectorAll('.turn')[12].scrollIntoView()")
        before = at_rest(lambda: page.evaluate("scrollY"))
        growing.goes_on.set()
        page.locator(f"{NEW} .actions").wait_for()
        until_equal(lambda: page.evaluate("scrollY"), before)

    def test_the_last_one_alone_can_be_asked_again_or_edited_and_a_new_conversation_shows_none(
        self, page: Page
    ) -> None:
        expect(page.locator("[data-do=retry]")).to_have_count(1)
        begin(page)
        page.locator(f"{NEW} [data-do=retry]").wait_for()
        expect(page.locator("[data-do=retry]")).to_have_count(1)
        expect(page.locator("[data-do=edit]")).to_have_count(1)
        expect(page.locator("[data-do=copy]")).to_have_count(EXCHANGES + 1)

        page.locator("#fresh").click()
        page.locator(".welcome").wait_for()
        begin(page)
        page.locator(".turn .actions").wait_for()
        until_equal(page.locator(".turn .question").all_inner_texts, [LAST])

    def test_they_stay_when_the_next_one_is_stopped_and_asked_again(self, page: Page, growing: Growing) -> None:
        page.evaluate(NAMED)
        begin(page)
        page.locator(f"{NEW} .sentence").wait_for()
        page.locator("#stop").click()
        page.locator(f"{NEW} .halted").wait_for()
        growing.goes_on.set()
        assert growing.ended.wait(60)
        until_equal(lambda: page.evaluate(PLACES), [*OLD, "new"])
        page.evaluate(NAMED)
        page.locator("[data-do=retry]").click()
        page.locator(f"{NEW} .sentence").nth(1).wait_for()
        page.locator(f"{NEW} .actions").wait_for()
        until_equal(lambda: page.evaluate(PLACES), [*OLD, EXCHANGES])
        expect(page.locator(".halted")).to_have_count(0)
        read(page, 5)

    def test_they_stay_when_the_last_one_is_edited_left_and_edited_again(self, page: Page) -> None:
        page.evaluate(NAMED)
        asked = f"Who is the keeper of the harbour of {NAMES[(EXCHANGES - 1) % len(NAMES)]}?"
        edit(page, asked)
        page.keyboard.press("Escape")
        page.locator(".turn.editing").wait_for(state="detached")
        until_equal(lambda: page.evaluate(PLACES), OLD)
        field = edit(page, asked)
        field.fill(LAST)
        field.press("Enter")
        until_begins(page.locator(".turn:last-child .sentence").first, "The ferries that leave the harbour of Strand ")
        page.locator(".turn:last-child .actions").wait_for()
        until_equal(lambda: page.evaluate(PLACES), OLD)
        read(page, 5)

    def test_they_are_there_again_after_the_page_was_loaded_anew_and_after_another_view(self, page: Page) -> None:
        begin(page)
        page.locator(f"{NEW} .actions").wait_for()
        page.get_by_role("tab", name="Documents").click()
        page.wait_for_selector("table.documents")
        page.get_by_role("tab", name="Ask").click()
        read(page, 3)
        page.reload()
        expect(turns(page)).to_have_count(EXCHANGES + 1)
        until_begins(page.locator(f"{NEW} .sentence").first, "The ferries that leave the harbour of Strand ")
        read(page, 3)

    def test_a_page_that_lost_some_of_it_gets_all_of_it(self, page: Page) -> None:
        losses = (
            "document.querySelectorAll('.turn')[7].remove()",
            "document.querySelector('.turns').remove()",
            "document.querySelector('.turn:last-child').dataset.stage = 'answering'",
            "document.querySelector('.turns').dataset.conversation = 'another'",
        )
        for asked, lose in enumerate(losses, EXCHANGES + 1):
            page.evaluate(lose)
            begin(page)
            page.locator(f".turn:nth-child({asked}) .actions").wait_for()
            expect(turns(page)).to_have_count(asked)
            expect(page.locator(".turn[data-stage=answering]")).to_have_count(0)
            read(page, 7)

    def test_the_whole_that_comes_late_takes_nothing_back(
        self, page: Page, growing: Growing, kept: str, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        is_made, is_late = Event(), Event()

        def late(*conversation: Any, **options: Any) -> str:
            made = render_conversation(*conversation, **options)
            is_made.set()
            is_late.wait(60)
            return made

        monkeypatch.setattr(ask_view, "render_conversation", late)
        page.evaluate("document.querySelectorAll('.turn')[7].remove()")
        begin(page)
        assert is_made.wait(60)
        growing.goes_on.set()
        until_true(lambda: assistant.conversations.open(LOCAL_OWNER, kept).exchanges[-1].answer == growing.whole)
        is_late.set()
        page.locator(f"{NEW} .actions").wait_for()
        expect(turns(page)).to_have_count(EXCHANGES + 1)
        expect(page.locator("[data-do=retry]")).to_have_count(1)
        until_equal(page.locator(f"{NEW} .sentence").all_inner_texts, [s.text for s in growing.whole.sentences])
        read(page, 7)


@pytest.mark.browser
class TestTheOneThatGrows:
    def test_what_is_selected_and_unfolded_in_it_stays_so_and_all_of_it_is_copied(
        self, page: Page, growing: Growing
    ) -> None:
        begin(page)
        page.locator(f"{NEW} .also-found summary").click()
        page.evaluate(SELECTED, f"{NEW} .sentence")
        growing.goes_on.set()
        page.locator(f"{NEW} .actions").wait_for()
        until_equal(page.locator(f"{NEW} .sentence").all_inner_texts, [s.text for s in growing.whole.sentences])
        until_equal(lambda: page.evaluate(SELECTION), growing.whole.sentences[0].text)
        until_true(lambda: page.evaluate(f"document.querySelector('{NEW} .also-found').open"))

        page.locator(f"{NEW} [data-do=copy]").click()
        page.get_by_text("Copied").first.wait_for()
        copied = at_rest(lambda: page.evaluate("navigator.clipboard.readText()"))
        assert [one.text in copied for one in growing.whole.sentences] == [True] * len(growing.whole.sentences)
