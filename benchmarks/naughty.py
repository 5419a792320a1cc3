"""Show hostile strings on the page, in every place where text of others comes, and see that they stay text.

    python -m benchmarks.naughty FILE

FILE holds a string a line; lines that begin with ``#`` tell what follows. Each string is the title, the publisher, the
text and, where it may be one, the file name of a document that is uploaded; the title of a feed; and a question. Prints
what was shown otherwise than it was written, what ran as a script, and what was asked of another host; exits with 1
if there is any. Takes some minutes.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import Assistant, Settings, open_assistant
from assistant.corpus import CorpusFolder
from assistant.corpus.opml import Feed, FeedList
from assistant.interfaces.page.answer import shortened
from assistant.interfaces.page.preview import portion
from assistant.interfaces.upload_names import safe_name
from tests.browser import Watched, at_rest, chromium, served

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Page

TOGETHER = 40
"""Strings in one text, and in the questions of one conversation."""
MINUTES = 60_000
OPEN = """source => {
    const row = [...document.querySelectorAll('#table tr')].find(
        (one) => one.querySelector('.source')?.textContent === source);
    row?.querySelector('.title').click();
    return Boolean(row);
}"""
"""Opens a document as soon as it is listed, in one step: the table may be written anew at any moment."""


def documents(strings: Sequence[str]) -> Iterator[FilePayload]:
    """Files to upload: one for each string, and texts of many."""
    names: set[str] = set()
    for number, string in enumerate(strings):
        name = f"{string}.md"
        is_name = safe_name(name) == name and not name.startswith(".") and len(name.encode()) < 200
        if not is_name or name.casefold() in names:
            name = f"{number}.md"
        names.add(name.casefold())
        quoted = json.dumps(string, ensure_ascii=False)
        head = (
            f"---\ntitle: {quoted}\npublisher: {quoted}\nauthor: {quoted}\nurl: {quoted}\npublished: 2024-03-09\n---\n"
        )
        yield _file(name, f"{head}\n# Part {string}\n\nThe string of number{number} is {string} as it was written.\n")
    for first in range(0, len(strings), TOGETHER):
        yield _file(f"strings-{first}.txt", "Strings\n\n" + "\n\n".join(strings[first : first + TOGETHER]) + "\n")


def questions(strings: Sequence[str]) -> Iterator[str]:
    """Questions of several lines, each of which is a string, and all of which the page shows as they are."""
    question = ""
    for string in filter(None, map(str.strip, strings)):
        longer = f"{question}\n{string}".strip()
        if question and shortened(longer) != longer:
            yield question
            longer = string
        question = longer
    if question:
        yield question


def _file(name: str, text: str) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode("utf-8", "replace")}


def follow(assistant: Assistant, strings: Sequence[str]) -> None:
    """Put a feed with each string as its title into the list of feeds; none of them can be reached."""
    settings = assistant.settings
    feeds = FeedList(CorpusFolder(settings.corpus_dir, settings.state_dir / "removed"), settings.state_dir)
    for number, string in enumerate(strings):
        feeds.add(Feed(f"https://feeds.invalid/{number}", string or "nameless"))


class Walk:
    """A walk over the page, with what was shown otherwise than it was written."""

    def __init__(self, page: Page, assistant: Assistant, strings: Sequence[str]) -> None:
        self._page, self._assistant, self._strings = page, assistant, strings
        self.wrong: list[str] = []

    def add(self) -> None:
        """Upload the documents."""
        self._page.get_by_role("tab", name="Documents").click()
        self._page.wait_for_selector(".no-documents")
        files = list(documents(self._strings))
        self._page.locator("#drop input").set_input_files(files)
        self._page.wait_for_selector(".job:not(.running)", timeout=15 * MINUTES)
        names = {file["name"] for file in files}
        for name in self._texts(".job li b"):
            self._same(name if name in names else "a name that was sent", name)

    def table(self) -> None:
        """Every page of the table, the lists to choose from and the timeline."""
        records = self._assistant.documents()
        written = sorted((seen(one.title), one.source, seen(one.publisher or "")) for one in records)
        shown: list[tuple[str, str, str]] = []
        following = self._page.locator("[data-name=Next]:not(:disabled)")
        while True:
            cells = (".title b", ".source", "[data-label=Publisher]")
            shown += zip(*(self._texts(f"table.documents tbody {cell}") for cell in cells), strict=True)
            if not at_rest(following.count):
                break
            number = at_rest(self._page.locator(".page-number").inner_text)
            following.click()
            self._page.wait_for_function(
                "number => document.querySelector('#table .page-number').innerText !== number", arg=number
            )
        self._same(written, sorted(shown))
        self._page.get_by_label("Publisher", exact=True).click()
        self._page.get_by_role("option").first.wait_for()
        self._page.keyboard.press("Escape")
        self._page.get_by_role("button", name="Timeline").click()
        self._page.locator("#timeline svg").wait_for()

    def previews(self) -> None:
        """The text of documents, among them those of many strings."""
        records = self._assistant.documents()
        many = [one for one in records if one.source.startswith("strings-")]
        for record in [*many, *records[:: len(records) // 12 + 1]]:
            if record.state == "not read":  # control characters, such as some of the strings are, make a file no text
                continue
            self._page.locator("#search textarea, #search input").fill(record.source)
            self._page.wait_for_function(OPEN, arg=record.source)
            self._page.locator(".panel-preview .document").wait_for()
            text = self._assistant.document(record.source).text
            first, last = portion(text, 0)
            self._same(text[first:last].lstrip(), self._text(".panel-preview .document"))
            self._same(record.source, self._page.locator(".panel-preview").get_attribute("data-source"))
            self._page.keyboard.press("Escape")
            self._page.locator(".panel-preview").wait_for(state="detached")

    def feeds(self) -> None:
        """The list of feeds."""
        self._page.get_by_role("button", name="Feeds").click()
        self._page.locator("#feeds li").first.wait_for()
        self._same([seen(feed.title) for feed in self._assistant.feeds()], self._texts("#feeds li b"))

    def questions(self) -> None:
        """Each string asked, and what the documents say of some of them."""
        self._page.get_by_role("tab", name="Ask").click()
        for first in range(0, len(self._strings), TOGETHER):
            if first:
                self._page.locator("#fresh").click()
            self._page.wait_for_selector(".welcome")
            self._cite(first)
            for question in questions(self._strings[first : first + TOGETHER]):
                self._ask(question)
                self._same(seen(shortened(question)), self._text(".turn:last-child .question"))

    def _cite(self, number: int) -> None:
        self._ask(f"What is the string of number{number}?")
        cite = self._page.locator(".turn").last.locator(".cite").first
        if not at_rest(cite.count):
            return
        cite.hover()
        self._page.locator(".peek:not([hidden])").wait_for()
        cite.click()
        self._page.locator("#reading .panel-reading").wait_for()
        titles = {seen(record.title) for record in self._assistant.documents()}
        title = self._text("#reading h2")
        self._same(title if title in titles else "the title of a document", title)
        self._page.keyboard.press("Escape")
        self._page.keyboard.press("Escape")
        self._page.locator(".panel-reading").wait_for(state="detached")

    def _ask(self, question: str) -> None:
        turns = at_rest(self._page.locator(".turn").count)
        self._page.locator("#question textarea").fill(question)
        self._page.locator("#question textarea").press("Enter")
        self._page.locator(".turn").nth(turns).locator(".actions").wait_for()

    def _texts(self, selector: str) -> list[str]:
        return at_rest(self._page.locator(selector).all_text_contents)

    def _text(self, selector: str) -> str:
        return at_rest(self._page.locator(selector).first.text_content) or ""

    def _same(self, written: object, shown: object) -> None:
        if written != shown:
            self.wrong.append(f"{shown!r} in place of {written!r}")


def seen(text: str) -> str:
    """A text as the page shows it: what HTML cannot hold has a sign in its place."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in text
    )


def show(page: Page, address: str, assistant: Assistant, strings: Sequence[str]) -> list[str]:
    """What goes wrong with these strings on the page at that address."""
    watched = Watched(page, address)
    page.goto(address)
    page.wait_for_selector(".welcome")
    walk = Walk(page, assistant, strings)
    for step in (walk.add, walk.table, walk.previews, walk.feeds, walk.questions):
        step()
        walk.wrong += watched.problems()
    return walk.wrong


def main() -> int:
    """Show every line of the file."""
    lines = Path(sys.argv[1]).read_text("utf-8", errors="replace").split("\n")
    strings = [line for line in lines if line and not line.startswith("#")]
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        home = Path(folder)
        (home / "corpus").mkdir()
        settings = Settings(corpus_dir=home / "corpus", index_dir=home / "index", state_dir=home / "state")
        with open_assistant(settings) as assistant, served(assistant) as address:
            follow(assistant, strings)
            assistant.sync()
            page = browser.new_context(reduced_motion="reduce").new_page()
            wrong = show(page, address, assistant, strings)
            page.context.close()
    print(f"{len(strings)} strings, {len(wrong)} shown wrongly, run or asked of another host")
    for one in dict.fromkeys(wrong):
        print(f"  {one[:600]}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
