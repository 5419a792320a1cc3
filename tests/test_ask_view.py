"""The Ask view in a real Chromium: quotes beside their numbers, drawn pages, and answers stopped, edited and copied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from assistant import Answer, Assistant, Settings, open_assistant
from tests.browser import Tab, ask, at_rest, edit, until_begins, until_equal, until_true
from tests.file_makers import pdf

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

TRICKS = "<img src=x onerror=window.hacked=1> ${window.hacked=2} {{value}} </template>"
KEEPER = "The last keeper of the lighthouse was Ada Thorne."
LIGHTHOUSE = f"""---
title: The Lighthouse
published: 2024-03-09
publisher: Harbour Notes
url: https://harbour.example/lighthouse
---

# Keepers

{KEEPER} She kept the lamp until 1964, when it was made automatic.

# Ships

| Port   | Ships | Keeper {TRICKS} |
|--------|------:|-----------------|
| Varden | 1,120 | Bo Lind         |
"""
PINEAPPLES = f"The pineapple depot stores forty crates {TRICKS} behind its blue door."
CRANES = "The harbour of Veldt has four wonderful old cranes."
PAGES = [["The first page is about ships."], ["The harbour of Veldt has four won-", "derful old cranes."]]
BRIDGE = [
    ["The chief engineer, Harald Brink, told the commission that he had warned the road office of"],
    ["rusted cables in a letter of 14 March 2009.", "The office denied this."],
]
OF_WHAT = "Of what had the chief engineer Harald Brink warned the road office?"
WHO = "Who was the last keeper of the lighthouse?"
HOW_MANY = "How many cranes has the harbour of Veldt?"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("ask")
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "lighthouse.md").write_text(LIGHTHOUSE, encoding="utf-8")
    (corpus / "depot.md").write_text(f"# Depot {TRICKS}\n\n{PINEAPPLES}\n", encoding="utf-8")
    (corpus / "cranes.pdf").write_bytes(pdf(PAGES))
    (corpus / "bridge.pdf").write_bytes(pdf([["The bridge of Marrow."], *BRIDGE]))
    settings = Settings(corpus_dir=corpus, index_dir=folder / "index", state_dir=folder / "state")
    with open_assistant(settings) as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture
def page(tab: Tab, address: str) -> Iterator[Page]:
    """The page where nothing is asked yet; afterwards, that no script failed and no text ran as one."""
    with tab.begun(address) as page:
        page.wait_for_selector(".welcome")
        yield page
        assert tab.failed == []
        until_equal(lambda: page.evaluate("window.hacked"), None)


def questions(page: Page) -> Locator:
    return page.locator(".turn .question")


def test_the_quote_shows_beside_its_number_for_the_pointer_and_for_the_keyboard(page: Page) -> None:
    ask(page, WHO)
    card = page.locator(".peek").first
    expect(card).to_be_hidden()
    page.locator(".cite").first.hover()
    card.wait_for()
    until_equal(card.inner_text, f"“{KEEPER}”\n\nThe Lighthouse\n\nHarbour Notes · 9 March 2024")
    page.locator(".masthead").hover()
    card.wait_for(state="hidden")

    page.locator("#question textarea").focus()
    page.locator(".sources-line").focus()
    page.keyboard.press("Shift+Tab")
    card.wait_for()
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    until_equal(lambda: page.evaluate("document.activeElement.className"), "cite")


def test_a_page_of_a_pdf_is_drawn_with_the_quote_marked_and_turned(page: Page) -> None:
    ask(page, HOW_MANY)
    cite = page.locator(".cite").first
    cite.click()
    picture = page.locator("#reading img")
    picture.wait_for()
    expect(picture).to_have_attribute("alt", "Page 2 of cranes, with the cited words marked")
    until_equal(page.locator(".page-number").inner_text, "Page 2 of 2")
    expect(page.locator("[data-turn=next]")).to_be_disabled()
    until_equal(lambda: picture.evaluate("image => image.decode().then(() => image.naturalWidth)"), 1224)
    corner = """image => {
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
        const pencil = canvas.getContext("2d");
        pencil.drawImage(image, 0, 0);
        const top = Number(image.parentElement.dataset.mark) * image.naturalHeight;
        return [...pencil.getImageData(146, top + 3, 1, 1).data];
    }"""
    until_equal(lambda: picture.evaluate(corner), [255, 222, 122, 255])

    page.locator("#reading .document").press("ArrowLeft")
    page.get_by_text("Page 1 of 2").wait_for()
    expect(picture).to_have_attribute("alt", "Page 1 of cranes")
    expect(page.locator("[data-turn=previous]")).to_be_disabled()
    page.locator("[data-turn=view]").click()
    page.locator("#reading mark").wait_for()
    until_equal(page.locator("#reading mark").inner_text, CRANES)

    page.keyboard.press("Escape")
    page.locator(".panel-reading").wait_for(state="detached")
    until_true(lambda: cite.evaluate("cite => cite === document.activeElement"))


def test_a_quote_over_two_pages_shows_both_with_its_words_marked_in_each(page: Page) -> None:
    ask(page, OF_WHAT)
    cite = page.locator(".cite").first
    cite.hover()
    where = page.locator(".peek-where").first
    where.wait_for()
    until_equal(where.inner_text, "Pages 2\u20133")
    cite.click()
    pictures = page.locator("#reading img")
    expect(pictures).to_have_count(2)
    for at, number in enumerate((2, 3)):
        expect(pictures.nth(at)).to_have_attribute("alt", f"Page {number} of bridge, with the cited words marked")
    until_equal(page.locator(".page-number").inner_text, "Pages 2\u20133 of 3")
    until_equal(page.locator("#reading .breadcrumb").inner_text, "Pages 2\u20133")
    marked = """image => image.decode().then(() => {
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
        const pencil = canvas.getContext("2d");
        pencil.drawImage(image, 0, 0);
        const rows = Array.from({ length: 200 }, (_, row) => [...pencil.getImageData(146, row + 100, 1, 1).data]);
        return rows.filter((colour) => colour.join() === "255,222,122,255").length > 10;
    })"""
    for at in (0, 1):
        until_true(partial(pictures.nth(at).evaluate, marked))
    text = page.locator("#reading .document")
    until_true(lambda: text.evaluate("text => text.scrollTop < text.querySelector('img').offsetHeight"))

    page.locator("#reading .document").press("ArrowLeft")
    page.get_by_text("Page 1 of 3").wait_for()
    expect(pictures).to_have_count(1)
    page.locator("[data-turn=view]").click()
    page.locator("#reading mark").wait_for()
    until_equal(page.locator("#reading mark").inner_text, f"{BRIDGE[0][0]} {BRIDGE[1][0]}")
    page.keyboard.press("Escape")
    page.locator(".panel-reading").wait_for(state="detached")


def test_of_several_numbers_clicked_in_a_row_the_last_one_is_opened(page: Page) -> None:
    ask(page, WHO)
    page.locator(".also-found summary").click()
    page.evaluate("document.querySelector('.cite').click(); document.querySelector('.also-found .card').click()")
    page.locator("#reading .passage").wait_for()
    until_equal(page.locator(".panel-bar span").inner_text, "Found, not quoted")


def test_a_pdf_that_changed_since_is_shown_as_text_with_the_reason(page: Page, assistant: Assistant) -> None:
    file = assistant.settings.corpus_dir / "cranes.pdf"
    before = file.read_bytes()
    file.write_bytes(pdf([["Something else."]]))
    ask(page, HOW_MANY)
    page.locator(".cite").first.click()
    page.locator("#reading mark").wait_for()
    file.write_bytes(before)
    until_equal(
        page.locator("#reading .notice").inner_text,
        "The file has changed since it was indexed. Sync, then ask again. Its text is shown instead.",
    )


def test_what_was_found_and_not_quoted_is_below_without_the_signs_of_tables(page: Page) -> None:
    ask(page, WHO)
    folded = page.locator(".also-found")
    until_begins(folded.locator("summary"), "Also found, not quoted: ")
    expect(folded.locator(".card").first).to_be_hidden()
    folded.locator("summary").click()
    card = folded.locator(".card", has_text="Varden")
    expect(card).to_contain_text(f"Port: Varden; Ships: 1,120; Keeper {TRICKS}: Bo Lind", use_inner_text=True)
    card.click()
    page.locator("#reading .passage").wait_for()
    until_equal(page.locator(".panel-bar span").inner_text, "Found, not quoted")
    until_true(lambda: folded.evaluate("folded => folded.open"))


def test_an_answer_that_abstains_shows_the_closest_passages_and_what_to_try(page: Page) -> None:
    ask(page, "What is the capital of Peru?")
    until_equal(page.locator(".abstained").inner_text, "The documents do not answer this.")
    until_equal(page.locator(".turn h3").all_inner_texts, ["The closest passages", "What you can try"])
    page.locator(".turn .card").first.click()
    page.locator(".panel-reading").wait_for()


def test_text_of_documents_is_shown_and_never_run_in_cards_and_copies(page: Page) -> None:
    ask(page, "What does the pineapple depot store?")
    page.locator(".cite").first.hover()
    expect(page.locator(".peek").first).to_contain_text(PINEAPPLES, use_inner_text=True)
    page.locator("[data-do=copy]").click()
    page.get_by_text("Copied").first.wait_for()
    copied = at_rest(lambda: page.evaluate("navigator.clipboard.readText()"))
    assert "\\<img src=x onerror=window.hacked=1> \\${window.hacked=2} {{value}} \\</template>" in copied
    ask(page, TRICKS)
    until_equal(page.locator(".question").last.inner_text, TRICKS)
    expect(page.locator("#conversation img")).to_have_count(0)


def test_an_answer_is_copied_with_its_sources(page: Page) -> None:
    ask(page, WHO)
    page.locator("[data-do=copy]").click()
    page.get_by_text("Copied").first.wait_for()
    copied = at_rest(lambda: page.evaluate("navigator.clipboard.readText()"))
    assert copied.startswith(f"**{WHO}**\n\n{KEEPER} [1]")
    link = (
        "https://harbour.example/lighthouse#:~:text=The%20last%20keeper%20of%20the%20lighthouse%20was%20Ada%20Thorne."
    )
    assert (
        f"[1] **The Lighthouse** · Keepers · Harbour Notes · 2024-03-09 · lighthouse.md · <{link}>\n\n> “{KEEPER}”"
        in copied
    )


def test_the_last_question_is_edited_and_its_answer_replaced(page: Page) -> None:
    ask(page, HOW_MANY)
    ask(page, WHO)
    field = edit(page, WHO)
    page.keyboard.press("Escape")
    page.locator(".turn.editing").wait_for(state="detached")
    expect(field).to_have_value("")

    edit(page, WHO)
    field.fill("Until when did the keeper keep the lamp?")
    field.press("Enter")
    page.locator(".question", has_text="Until when").wait_for()
    page.locator(".turn").last.locator(".actions").wait_for()
    until_equal(questions(page).all_inner_texts, [HOW_MANY, "Until when did the keeper keep the lamp?"])


def test_asking_again_puts_a_new_answer_in_the_place_of_the_last(page: Page, assistant: Assistant) -> None:
    note = assistant.settings.corpus_dir / "submarine.md"
    ask(page, "Where is the yellow submarine moored?")
    expect(page.locator(".abstained")).to_have_count(1)
    note.write_text("# Boats\n\nThe yellow submarine is moored in Trondheim.\n", encoding="utf-8")
    assistant.sync()
    page.locator("[data-do=retry]").click()
    page.get_by_text("The yellow submarine is moored in Trondheim.").first.wait_for()
    until_equal(questions(page).all_inner_texts, ["Where is the yellow submarine moored?"])


def test_shift_and_enter_begin_a_new_line_and_enter_asks(page: Page) -> None:
    field = page.locator("#question textarea")
    field.fill("Who was the last keeper")
    field.press("Shift+Enter")
    field.type("of the lighthouse?")
    expect(field).to_have_value("Who was the last keeper\nof the lighthouse?")
    expect(page.locator(".turn")).to_have_count(0)
    field.press("Enter")
    page.get_by_text(KEEPER).first.wait_for()


class Slow:
    """Streams an answer in two parts: its first sentence, and the rest once ``goes_on`` is set; then ``ended`` is."""

    def __init__(self, whole: Answer) -> None:
        self.whole = whole
        self.goes_on = Event()
        self.ended = Event()

    def stream(self, *_: object, **__: object) -> Iterator[Answer]:
        try:
            yield replace(self.whole, sentences=self.whole.sentences[:1], citations=self.whole.citations[:1])
            self.goes_on.wait(60)
            yield self.whole
        finally:
            self.ended.set()


@pytest.fixture
def slow(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    slow = Slow(assistant.ask("Who was the last keeper, and until when did she keep the lamp?"))
    assert len(slow.whole.sentences) > 1
    monkeypatch.setattr(assistant, "stream", slow.stream)
    yield slow
    slow.goes_on.set()


SPOKEN = """() => {
    window.spoken = [];
    const live = document.querySelector("#talk > .unseen");
    new MutationObserver(() => window.spoken.push(live.textContent)).observe(live, { childList: true });
}"""
TOPS = """() => [".question", ".sentence", "#composer"].map((part) =>
    document.querySelector(part).getBoundingClientRect().top).concat(scrollY)"""


def test_words_arrive_without_moving_what_is_there_and_are_announced_once(page: Page, slow: Slow) -> None:
    page.evaluate(SPOKEN)
    page.locator("#question textarea").fill(WHO)
    page.locator("#question textarea").press("Enter")
    page.locator(".sentence").first.wait_for()
    before = at_rest(lambda: page.evaluate(TOPS))
    expect(page.locator("#stop")).to_be_visible()
    expect(page.locator("#send")).to_be_hidden()
    until_equal(lambda: page.evaluate("spoken.join('')"), "")
    slow.goes_on.set()
    page.locator(".actions").wait_for()
    until_equal(lambda: page.evaluate(TOPS), before)
    until_equal(lambda: page.evaluate("spoken.filter(Boolean)"), [" ".join(one.text for one in slow.whole.sentences)])
    expect(page.locator("#send")).to_be_visible()


def test_an_answer_is_stopped_where_it_is(page: Page, slow: Slow) -> None:
    page.locator("#question textarea").fill(WHO)
    page.locator("#question textarea").press("Enter")
    page.locator(".sentence").first.wait_for()
    page.route("**/cancel", lambda _: None)  # Gradio's own way of ending an answer may come late, or never
    page.locator("#stop").click()
    page.get_by_text("Stopped.").first.wait_for()
    slow.goes_on.set()
    assert slow.ended.wait(60)
    expect(page.locator(".sentence")).to_have_count(1)
    expect(page.locator(".turn")).to_have_attribute("data-stage", "stopped")
    page.locator("[data-do=retry]").click()
    page.locator(".sentence").nth(1).wait_for()
    until_equal(questions(page).all_inner_texts, [WHO])


def test_nothing_of_an_answer_is_shown_once_another_conversation_was_begun(page: Page, slow: Slow) -> None:
    page.locator("#question textarea").fill(WHO)
    page.locator("#question textarea").press("Enter")
    page.locator(".sentence").first.wait_for()
    page.locator("#fresh").click()
    page.locator(".welcome").wait_for()
    slow.goes_on.set()
    ask(page, HOW_MANY)
    until_equal(questions(page).all_inner_texts, [HOW_MANY])


WIDTH = "image => image.getBoundingClientRect().width"


def test_on_a_phone_a_drawn_page_fills_the_width_and_can_be_enlarged(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    ask(page, HOW_MANY)
    page.locator(".cite").first.click()
    picture = page.locator("#reading img")
    picture.wait_for()
    width = at_rest(lambda: picture.evaluate(WIDTH))
    assert 330 < width <= 390
    page.locator("[data-zoom]").click()
    until_true(lambda: picture.evaluate(WIDTH) > 1.8 * width)
    until_equal(lambda: page.evaluate("document.documentElement.scrollWidth"), 390)
    until_true(lambda: page.evaluate("document.querySelector('#talk').inert"))
    page.keyboard.press("Escape")
    page.locator(".panel-reading").wait_for(state="detached")
    until_true(lambda: not page.evaluate("document.querySelector('#talk').inert"))
