"""The chat page over a small real corpus: in a real Chromium, and as any other program may talk to it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import FloatRect, expect

from assistant import (
    Answer,
    AnswerSentence,
    Assistant,
    Citation,
    CorpusError,
    Document,
    DocumentRecord,
    PageImage,
    Passage,
    ReadError,
    Settings,
    SettingsError,
    open_assistant,
)
from assistant.interfaces.page import serve
from assistant.interfaces.page.conversation import (
    ShownExchange,
    filters_in_words,
    history,
    render_conversation,
    render_last,
)
from assistant.interfaces.page.filter_panel import document_choices
from assistant.interfaces.page.hosts import OnlyThisHost
from assistant.interfaces.page.source_panel import Opened, open_target
from assistant.interfaces.page.uploads import parse_uploads
from assistant.interfaces.upload_names import safe_name
from assistant.types import Filters
from tests.browser import Tab, at_rest, served, until_begins, until_equal, window
from tests.browser import ask as ask_and_wait
from tests.conftest import OpenCorpus

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).parent.parent
LIGHTHOUSE = """---
title: The Lighthouse of Marrow Point
published: 2024-03-09
publisher: Harbour Notes
url: https://harbour.example/marrow-point
---

# Building

The lighthouse of Marrow Point was built from grey granite in 1871. Forty masons worked on it for three summers.

# Keepers

The last keeper of the lighthouse was Ada Thorne. She kept the lamp until 1964, when it was made automatic.
"""
ANSWER_ABOUT_KEEPER = "The last keeper of the lighthouse was Ada Thorne."

TRICKS = "<img src=x onerror=window.hacked=1> ${window.hacked=2} {{value}}"
TRICKY_NAME = "tricks <img src=x onerror=window.hacked=3> ${window.hacked=4} {{value}}.md"
TRICKY_SENTENCE = f"The pineapple depot stores forty crates {TRICKS} behind its blue door."
TRICKY = f"""---
title: "Depot {TRICKS}"
publisher: "Press {TRICKS}"
url: "javascript:window.hacked=5"
---

# Stores {TRICKS}

{TRICKY_SENTENCE}
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("page")
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "lighthouse.md").write_text(LIGHTHOUSE, encoding="utf-8")
    (corpus / TRICKY_NAME).write_text(TRICKY, encoding="utf-8")
    return Settings(corpus_dir=corpus, index_dir=folder / "index", state_dir=folder / "state")


@pytest.fixture(scope="module")
def assistant(settings: Settings) -> Iterator[Assistant]:
    with open_assistant(settings) as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """As elsewhere, with movement."""
    with window(browser, reduced_motion="no-preference") as context:
        yield context


@pytest.fixture
def page(tab: Tab, address: str) -> Iterator[Page]:
    """The page where nothing is asked yet; afterwards, that it asked no host but its own."""
    with tab.begun(address) as page:
        page.wait_for_selector(".welcome")
        yield page
        assert_its_own_host_alone_was_asked(tab, address)


@pytest.fixture
def loaded_page(tab: Tab, address: str) -> Iterator[Page]:
    """The page, just opened: no documents were added in it yet."""
    with tab.loaded(address) as page:
        page.wait_for_selector(".welcome")
        yield page
        assert_its_own_host_alone_was_asked(tab, address)


def assert_its_own_host_alone_was_asked(tab: Tab, address: str) -> None:
    """And no script failed."""
    assert tab.failed == []
    own = [url for url in tab.requested if url.startswith((f"{address}/", "data:", "blob:"))]
    assert own != []
    assert own == tab.requested


def ask(page: Page, question: str) -> str:
    """Type a question and return the text of its answer (or of the problem it met)."""
    ask_and_wait(page, question)
    return at_rest(page.locator(".turn").last.locator(".prose, .problem").inner_text)


@pytest.mark.browser
def test_a_citation_opens_its_sentence_highlighted_in_the_document(page: Page, assistant: Assistant) -> None:
    shown = ask(page, "Who was the last keeper of the lighthouse?")
    citation = assistant.ask("Who was the last keeper of the lighthouse?").citations[0]
    assert citation.quote == ANSWER_ABOUT_KEEPER
    assert shown.startswith(ANSWER_ABOUT_KEEPER)

    page.locator(".cite").first.click()

    mark = page.locator("#reading mark")
    mark.wait_for()
    until_equal(mark.text_content, citation.quote)
    expect(mark).to_be_visible()
    expect(page.locator("#reading .document")).to_contain_text("Forty masons worked on it for three summers.")
    until_equal(page.locator("#reading h2").inner_text, "The Lighthouse of Marrow Point")
    until_equal(page.locator("#reading .breadcrumb").inner_text, "Keepers")
    until_equal(page.locator("#reading .where").inner_text, "Harbour Notes · 9 March 2024 · lighthouse.md")
    expect(page.locator("#reading .original")).to_have_attribute(
        "href",
        "https://harbour.example/marrow-point#:~:text=The%20last%20keeper%20of%20the%20lighthouse%20was%20Ada%20Thorne.",
    )

    page.locator("#reading .back").click()
    page.locator("#sources .panel-list").wait_for()
    expect(page.locator("#reading mark")).to_have_count(0)


@pytest.mark.browser
def test_the_second_number_of_a_sentence_opens_the_other_document(
    context: BrowserContext, open_corpus: OpenCorpus
) -> None:
    corpus = open_corpus(
        {
            "gazette.md": "# Gazette\n\nForty people died in the fire at the harbour of Veldt. It is out.\n",
            "market.md": "# Market\n\nGrain prices rose. The blaze at the port of Veldt killed 40 people.\n",
            "coast.md": "# Coast\n\nShips wait. Fifty-two people died in the fire at the harbour of Veldt.\n",
        }
    )
    with served(corpus) as address:
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector(".welcome")
        ask(page, "How many people died in the fire at the harbour of Veldt?")
        told = "The documents disagree: “Coast” says fifty-two, “Gazette” says forty."
        until_equal(page.locator(".prose + .notice").inner_text, told)
        until_equal(page.locator(".cite").all_inner_texts, ["1", "2", "3"])
        page.locator(".sentence", has_text="Forty people died").locator("+ .cites .cite").nth(1).click()
        mark = page.locator("#reading mark")
        until_equal(mark.text_content, "The blaze at the port of Veldt killed 40 people.")
        until_equal(page.locator("#reading h2").inner_text, "Market")
        page.close()


@pytest.mark.browser
def test_on_a_phone_the_source_covers_the_conversation_until_back(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    ask(page, "Who was the last keeper of the lighthouse?")
    until_equal(lambda: page.evaluate("document.documentElement.scrollWidth"), 390)

    page.locator(".cite").first.click()
    page.locator("#reading mark").wait_for()
    until_equal(page.locator("#side").bounding_box, FloatRect(x=0, y=0, width=390, height=844))

    page.locator("#reading .back").click()
    page.locator("#reading mark").wait_for(state="detached")
    page.locator("#question textarea").click()


@pytest.mark.browser
def test_an_uploaded_file_is_answered_from_under_its_own_name_and_replaces_none_unless_told_to(
    loaded_page: Page, tmp_path: Path, settings: Settings
) -> None:
    page = loaded_page
    note = tmp_path / "Zoo notes (März).txt"
    note.write_text("The old zoo\n\nThe walrus at the old zoo is called Bartholomew.\n", encoding="utf-8")
    broken = tmp_path / "broken.txt"
    broken.write_bytes(bytes(range(256)) * 8)
    other = tmp_path / "lighthouse.md"
    other.write_text("The lighthouse is a myth.\n", encoding="utf-8")
    page.get_by_role("tab", name="Documents").click()
    page.locator("#drop input").set_input_files([note, broken, other])

    page.locator(".job:not(.running) .outcomes").wait_for()
    until_equal(page.locator(".outcomes li", has_text=note.name).inner_text, "Zoo notes (März).txt added")
    until_begins(page.locator(".outcomes li", has_text=broken.name), "broken.txt failed\n")
    until_begins(page.locator(".outcomes li", has_text=other.name), "lighthouse.md failed\n")
    row = page.locator("table.documents tr", has_text="Zoo notes (März).txt")
    until_equal(row.locator(".state").inner_text, "ready")
    (settings.corpus_dir / broken.name).unlink()
    assert (settings.corpus_dir / "lighthouse.md").read_text(encoding="utf-8") == LIGHTHOUSE

    page.get_by_role("tab", name="Ask").click()
    assert ask(page, "What is the walrus called?").startswith("The walrus at the old zoo is called Bartholomew.")


@pytest.mark.browser
def test_text_from_documents_is_shown_and_never_run(loaded_page: Page, tmp_path: Path) -> None:
    page = loaded_page
    assert TRICKS in ask(page, "What does the pineapple depot store?")
    until_equal(page.locator(".sources-line span").inner_text, f"Depot {TRICKS}")
    page.locator(".cite").first.click()
    mark = page.locator("#reading mark")
    mark.wait_for()
    until_equal(mark.text_content, TRICKY_SENTENCE)
    until_equal(page.locator("#reading h2").inner_text, f"Depot {TRICKS}")
    until_equal(page.locator("#reading .where").inner_text, f"Press {TRICKS} · {TRICKY_NAME}")
    until_equal(page.locator("#reading .breadcrumb").inner_text, f"Stores {TRICKS}")
    expect(page.locator("#reading a")).to_have_count(0)

    upload = tmp_path / f"{TRICKS}.txt"
    upload.write_text("Nothing much stands here, but it is a sentence.\n", encoding="utf-8")
    page.get_by_role("tab", name="Documents").click()
    page.locator("#drop input").set_input_files([upload])
    page.locator(".job:not(.running) .outcomes").wait_for()
    until_equal(page.locator(".outcomes li").inner_text, f"{upload.name} added")
    until_equal(page.locator("table.documents tr", has_text=TRICKY_NAME).locator("b").inner_text, f"Depot {TRICKS}")

    expect(page.locator("#tabs img")).to_have_count(0)
    until_equal(lambda: page.evaluate("window.hacked"), None)


@pytest.mark.browser
def test_the_open_page_follows_documents_added_by_another_process_and_removed_beside_it(
    page: Page, tmp_path: Path, settings: Settings, assistant: Assistant
) -> None:
    note = tmp_path / "submarine.txt"
    note.write_text("Boats\n\nThe yellow submarine is moored in Trondheim.\n", encoding="utf-8")
    question = "Where is the yellow submarine moored?"
    assert ask(page, question) == "The documents do not answer this."

    citewell(settings, "add", str(note))
    assert ask(page, question).startswith("The yellow submarine is moored in Trondheim.")

    assistant.remove("submarine.txt")
    assert ask(page, question) == "The documents do not answer this."


@pytest.mark.browser
def test_what_cannot_be_asked_is_said_in_the_conversation_and_an_empty_question_leaves_it_as_it_is(page: Page) -> None:
    page.locator("#question textarea").fill("   ")
    page.locator("#send").click()
    too_long = ("lighthouse " * 9_000).strip()
    assert ask(page, too_long).startswith("The question ")
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator(".problem")).to_have_count(1)
    page.locator("#question textarea").fill("   ")
    page.locator("#send").click()
    ask(page, "When was the lighthouse built?")
    expect(page.locator(".turn .question")).to_have_count(2)
    until_equal(page.locator(".turn .question").last.inner_text, "When was the lighthouse built?")


def test_an_empty_question_changes_no_part_of_the_page(address: str) -> None:
    unchanged = {"props": {"__type__": "update"}, "__type__": "update"}
    message = call(address, "submit", ["   ", None, None, [], [], "", "", "extractive"])
    no_value = {"__type__": "update"}
    assert message["output"]["data"] == [no_value, unchanged, None, None, unchanged, unchanged, no_value]


@pytest.mark.browser
def test_each_tab_has_a_conversation_of_its_own(page: Page, context: BrowserContext, address: str) -> None:
    ask(page, "Who was the last keeper of the lighthouse?")
    with context.new_page() as other:
        other.goto(address)
        other.wait_for_selector(".welcome")
        expect(other.locator(".turn")).to_have_count(0)
    page.locator("#fresh").click()
    page.wait_for_selector(".welcome")
    expect(page.locator(".turn")).to_have_count(0)


def test_only_requests_for_this_page_from_this_page_are_answered(address: str) -> None:
    port = address.rsplit(":", 1)[1]
    assert fetch(address, Host="evil.example")[0] == 421
    assert fetch(address, Host=f"127.0.0.1.evil.example:{port}")[0] == 421
    assert fetch(address, Host=f"localhost:{port}")[0] == 200
    assert fetch(address, Host="[::1]:80")[0] == 200
    assert fetch(address, Origin="https://evil.example")[0] == 403
    assert fetch(address, Origin="null")[0] == 403
    assert fetch(address, Origin=address)[0] == 200


def test_the_page_forbids_outside_hosts_in_its_headers(address: str) -> None:
    with urllib.request.urlopen(address) as response:
        headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert not re.search(r"https?:|\*", policy)
    assert policy.startswith("default-src 'self'; ")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_page_bound_to_any_address_takes_addresses_but_no_foreign_names() -> None:
    hosts = OnlyThisHost(_no_app, "0.0.0.0")
    allowed = ("192.168.1.7:7860", "[fe80::1]:7860", "localhost", socket.gethostname())
    assert [name for name in allowed if not hosts.allows(name)] == []
    assert [name for name in ("evil.example", "", "[", "a@evil.example") if hosts.allows(name)] == []


def test_no_file_of_this_machine_can_be_fetched_through_the_page(address: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("The password is swordfish.", encoding="utf-8")
    named = {"path": str(secret), "meta": {"_type": "gradio.FileData"}, "orig_name": "secret.txt"}

    assert fetch(f"{address}/gradio_api/file={secret}")[0] == 403
    as_question = call(address, "submit", [named, None])
    as_upload = call(address, "upload", [False, None], {"files": [{"path": str(secret), "name": "secret.txt"}]})

    assert (as_question["success"], as_upload["success"]) == (False, False)
    assert "gradio_api/file=" not in json.dumps([as_question, as_upload])


def test_what_a_browser_says_of_its_uploads_is_not_believed(tmp_path: Path) -> None:
    stored, outside = tmp_path / "uploads" / "a.txt", tmp_path / "outside.txt"
    stored.parent.mkdir()
    for path in (stored, outside):
        path.write_text("text", encoding="utf-8")
    sent = [
        {"path": str(stored), "name": "../../etc/notes.txt"},
        {"path": str(outside), "name": "outside.txt"},
        {"path": f"{stored.parent}/../outside.txt", "name": "C:\\folder\\notes.txt"},
        {"path": None, "name": ".."},
        "nonsense",
    ]
    arrived = [(upload.name, upload.path) for upload in parse_uploads(sent, stored.parent)]
    assert arrived == [
        ("notes.txt", stored),
        ("outside.txt", None),
        ("notes.txt", None),
        ("unnamed", None),
        ("unnamed", None),
    ]
    assert parse_uploads({"path": str(stored)}, stored.parent) == []
    assert safe_name("a\x00b\x1b[2J\u202e.md") == "ab[2J.md"


@dataclass(frozen=True)
class OneDocument:
    """A shelf with at most one document, and at most one picture of its pages."""

    held: Document | None = None
    drawn: PageImage | None = None

    def document(self, source: str) -> Document:
        if self.held is None:
            raise CorpusError(f"There is no document {source}.")
        return self.held

    def draw_page(self, source: str, page: int | None = None, *, quote: tuple[int, int] | None = None) -> PageImage:
        if self.drawn is None:
            raise ReadError(f"Page {page} of {source} <i> cannot be drawn.")
        return replace(self.drawn, page=page or 2)


PASSAGE = Passage("1", "a.md", "A <b>", "Part", "One **two**\nthree. Four.", 10, 34, url="http://a.example/?q=<")
ANSWER = Answer(
    text="One two three. [1]",
    sentences=(
        AnswerSentence("These **count**:", (), "supported"),
        AnswerSentence("- one <i>", (1,), "supported"),
        AnswerSentence("- two", (1, 9), "partial"),
    ),
    citations=(Citation(1, PASSAGE, "One **two**\nthree.", 10, 28),),
    abstained=False,
    confidence=0.4,
    written_by="extractive",
    question="What counts, in a?",
)


def test_list_items_become_a_list_and_only_known_citations_become_buttons() -> None:
    shown = render_conversation((ShownExchange("what  counts?", ANSWER),))
    button = (
        '<span class="cites">\N{WORD JOINER}<button type="button" class="cite" data-open="0:cite:1" '
        'aria-label="Source 1: A &lt;b&gt;" '
        'aria-describedby="peek-0-1">1</button></span>'
    )
    assert (
        '<p><span class="sentence">These <strong>count</strong>:</span></p>'
        f'<ul><li><span class="sentence">one &lt;i&gt;</span>{button}</li>'
        f'<li><span class="sentence">two</span>{button}<span class="doubt">only partly supported</span></li></ul>'
    ) in shown
    assert '<p class="understood" dir="auto">Understood as: What counts, in a?</p>' in shown
    assert "Sentences quoted from your documents · Medium confidence" in shown
    assert history((ShownExchange("lost", problem="No."), ShownExchange("q", ANSWER))) == [
        ("user", "q"),
        ("assistant", "One two three. [1]"),
    ]


def test_the_last_exchange_alone_is_what_it_is_in_the_whole_conversation() -> None:
    conversation = (ShownExchange("one", ANSWER), ShownExchange("two", ANSWER))
    frame, _, turn = render_last(conversation).partition("<article")
    assert frame == '<section class="turns" data-conversation="" data-from="1" aria-label="Conversation">'
    assert turn.count("<article") == 0
    assert render_conversation(conversation).endswith(f"</article><article{turn}")


def test_an_answer_that_grows_cannot_be_copied_yet() -> None:
    growing = ShownExchange("one", ANSWER, stage="answering")
    assert "<template" not in render_last((growing,))
    assert render_last((replace(growing, stage="answered"),)).count("<template") == 1


def test_notices_stand_under_the_answer_as_plain_text() -> None:
    shown = render_conversation((ShownExchange("q", replace(ANSWER, notices=("“A <b>” says forty.",))),))
    assert '</ul></div><p class="notice" dir="auto">“A &lt;b&gt;” says forty.</p><button' in shown


def test_the_marked_text_is_the_quote_with_its_markdown_signs_hidden() -> None:
    text = f"## Part\n\n{PASSAGE.text}\n\n- item\n"
    document = Document("a.md", "A", text, "markdown")
    passage = replace(PASSAGE, start=9, end=33)
    answer = replace(ANSWER, citations=(Citation(1, passage, text[9:27], 9, 27),))
    reading = open_target((ShownExchange("q", answer),), "0:cite:1", OneDocument(document)).reading
    assert (
        '<b class="heading"><span class="sign">## </span>Part</b>\n\n<span class="passage"><mark>One <b>'
        '<span class="sign">**</span>two<span class="sign">**</span></b><span class="flow">\n</span>three.</mark> Four.'
        "</span>\n\n- item</div>"
    ) in reading
    assert 'href="http://a.example/?q=%3C#:~:text=One%20two%20three."' in reading


def test_a_document_that_changed_shows_the_passage_as_it_was_cited() -> None:
    changed = Document("a.md", "A", "Something else stands here now, and it is longer.")
    reading = open_target((ShownExchange("q", ANSWER),), "0:cite:1", OneDocument(changed)).reading
    assert "The document has changed since." in reading
    assert "<mark>One **two**\nthree.</mark> Four.</span></div>" in reading


def test_a_document_that_is_gone_shows_the_passage_and_says_so() -> None:
    reading = open_target((ShownExchange("q", ANSWER),), "0:cite:1", OneDocument()).reading
    assert "There is no document a.md." in reading
    assert "<mark>One **two**\nthree.</mark>" in reading


PDF_PASSAGE = replace(PASSAGE, source="a.pdf", start=0, end=24, title="A <i>")
IN_A_PDF = (ShownExchange("q", replace(ANSWER, citations=(Citation(1, PDF_PASSAGE, "One", 0, 3),))),)
PDF_DOCUMENT = Document("a.pdf", "A", PASSAGE.text, "markdown")


def test_a_page_without_marks_says_why_and_pages_are_turned_by_number() -> None:
    shelf = OneDocument(PDF_DOCUMENT, PageImage(b"png", 2, 3, 20, 30))
    reading = open_target(IN_A_PDF, "0:cite:1", shelf).reading
    assert "The words were recognised in a picture of this page" in reading
    assert '<img src="data:image/png;base64,cG5n" width="20" height="30" alt="Page 2 of A &lt;i&gt;">' in reading
    assert 'data-open="0:cite:1:1" data-turn="previous" aria-label="Previous page">' in reading
    turned = open_target(IN_A_PDF, "0:cite:1:3", shelf).reading
    assert "recognised" not in turned
    assert 'data-open="0:cite:1:4" data-turn="next" aria-label="Next page" disabled>' in turned
    assert "<mark>One</mark>" in open_target(IN_A_PDF, "0:cite:1:text", shelf).reading


def test_a_page_that_cannot_be_drawn_shows_its_text_and_the_reason() -> None:
    reading = open_target(IN_A_PDF, "0:cite:1", OneDocument(PDF_DOCUMENT)).reading
    assert "Page None of a.pdf &lt;i&gt; cannot be drawn. Its text is shown instead.</p><span" in reading
    assert "<mark>One</mark>" in reading


def test_rows_of_tables_show_lines_in_place_of_pipes() -> None:
    text = "| Port | Ships |\n|---|--:|\n| a\\|b | 1 |\n"
    passage = replace(PASSAGE, text=text, start=0, end=len(text))
    answer = replace(ANSWER, citations=(Citation(1, passage, text[27:-1], 27, len(text) - 1),))
    reading = open_target(
        (ShownExchange("q", answer),), "0:cite:1", OneDocument(Document("a.md", "A", text, "markdown"))
    )
    bar, line = '<span class="sign">|</span>', '<span class="sign">|</span><span class="rule"></span>'
    assert (
        f'<span class="passage">{bar} Port {line} Ships {bar}\n<span class="divider">|---|--:|</span>\n'
        f"<mark>{bar} a\\|b {line} 1 {bar}</mark>\n</span>"
    ) in reading.reading


@pytest.mark.parametrize(
    "target",
    [None, 7, "", "0:cite:2", "1:cite:1", "0:also:0", "-1:cite:1", "0:cite:1\n", "0:cite:1:", "0:cite:1:-1", ["0"]],
)
def test_what_no_button_names_opens_nothing(target: object) -> None:
    assert open_target((ShownExchange("q", ANSWER),), target, OneDocument()) == Opened()


def test_long_documents_are_shown_around_the_passage_with_what_is_left_out_counted() -> None:
    text = "word " * 2_000
    passage = replace(PASSAGE, text=text[5000:5004], start=5000, end=5004)
    answer = replace(ANSWER, citations=(Citation(1, passage, "word", 5000, 5004),))
    document = Document("a.md", "A", text)
    reading = open_target((ShownExchange("q", answer),), "0:cite:1", OneDocument(document)).reading
    assert '<p class="omitted">3,499 characters above</p>' in reading
    assert '<p class="omitted">3,496 characters below</p>' in reading


def test_a_port_in_use_is_said_with_the_way_out(assistant: Assistant) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError) as error:
            serve(assistant, host="127.0.0.1", port=port)
    assert str(error.value) == (
        f"Port {port} is already in use on 127.0.0.1. Choose another with citewell serve --port {port + 1}, "
        f"or CITEWELL_PORT={port + 1}."
    )


def test_app_prints_its_address_once_it_answers_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, str(ROOT / "app.py")]
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = os.environ | {"CITEWELL_PORT": str(port), "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        status = fetch(f"http://127.0.0.1:{port}")[0]
        process.terminate()
    assert line == f"Citewell is ready at http://127.0.0.1:{port}\n"
    assert status == 200
    assert process.returncode == 0
    assert list(temporary.glob("citewell-*")) == []


def citewell(settings: Settings, *arguments: str) -> None:
    """Run the command line in a process of its own over the same corpus and index."""
    folders = ["--corpus", str(settings.corpus_dir), "--index", str(settings.index_dir)]
    subprocess.run(
        [sys.executable, "-m", "assistant.interfaces.cli", *arguments, *folders],
        cwd=ROOT,
        env=os.environ | {"CITEWELL_STATE_DIR": str(settings.state_dir)},
        check=True,
        capture_output=True,
    )


def fetch(url: str, **headers: str) -> tuple[int, str]:
    """Status and text of a GET with these headers."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def call(address: str, event: str, data: list[Any], event_data: object = None) -> dict[str, Any]:
    """The last message about an event sent as a hostile program would: by its number, with any data."""
    dependencies = json.loads(fetch(f"{address}/config")[1])["dependencies"]
    number = next(item["id"] for item in dependencies for target in item["targets"] if target[1] == event)
    body = {"data": data, "fn_index": number, "session_hash": f"hostile-{event}", "event_data": event_data}
    request = urllib.request.Request(
        f"{address}/gradio_api/queue/join", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(request).close()
    with urllib.request.urlopen(f"{address}/gradio_api/queue/data?session_hash=hostile-{event}") as response:
        for line in response:
            if line.startswith(b"data:"):
                message: dict[str, Any] = json.loads(line[5:])
                if message["msg"] == "process_completed":
                    return message
    raise AssertionError("no answer to the event")


async def _no_app(*_: object) -> None:
    raise AssertionError("the request should not get here")


def test_many_names_are_shown_as_a_few() -> None:
    assert filters_in_words(Filters(("a", "b", "c", "d"), ("x", "y", "z"))) == "a or b or 2 more · x or y or z"


def test_documents_are_chosen_by_title_and_told_apart_by_name() -> None:
    records = [
        DocumentRecord("r/s/a.md", "Same", 1, 1),
        DocumentRecord("b.md", "Same", 1, 1),
        DocumentRecord("c.md", "C", 1, 1),
    ]
    assert document_choices(records, ["c.md", "gone.md"]) == [
        ("gone.md", "gone.md"), ("r/", "r/"), ("r/s/", "r/s/"),
        ("C", "c.md"), ("Same (b.md)", "b.md"), ("Same (r/s/a.md)", "r/s/a.md"),
    ]  # fmt: skip
