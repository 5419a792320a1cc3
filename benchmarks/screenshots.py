"""Take pictures of every view of the page, over a small made-up corpus and over none.

python -m benchmarks.screenshots                # those in docs/images
python -m benchmarks.screenshots /tmp/views     # every view in every appearance

Text is in the fonts of this computer: the page asks for the system's own, and for Charter or Georgia to read in.
"""

from __future__ import annotations

import io
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

import numpy as np
from PIL import Image

from assistant import Assistant, Exchange, Filters, Settings, open_assistant
from assistant.conversations.store import Conversations
from assistant.conversations.values import LOCAL_OWNER
from assistant.users import Users
from assistant.watches.watch_store import Watches
from tests.browser import ask, chromium, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

ROOT = Path(__file__).parent.parent
IMAGES, PICTURED, BRIEFINGS = ROOT / "docs" / "images", ROOT / "benchmarks" / "pictured", ROOT / "corpus" / "briefings"
COST = "How much will the flood barrier cost?"
DEPTH = "How deep will the northern channel be dredged?"
RULES = "What is restricted because of the dry summer?"
NOBODY_KNOWS = "Who won the sailing regatta?"
KEPT = {
    "2025-09-29T16:20": ("When will the electric ferries start running?", "And how long does a crossing take?"),
    "2025-10-04T09:05": (RULES,),
    "2025-10-06T11:42": (DEPTH,),
    "2025-10-07T08:31": (COST, "Who pays for the barrier?"),
}
"""What is asked before the pictures are taken, and when."""
WATCHED = ("2025-06-02T09:00", "2025-10-07T08:30")
BEFORE = "2025-05-31"
"""When a question was watched and when its answer had changed, and of which documents the first one was."""
PRINTED = b"20250114090000"
"""When the PDF was made, as it says itself."""
KEPT_COLOURS = 96
"""The most frequent colours of a picture, kept as they are."""
ENOUGH_TO_WATCH = 120
"""Sections of a file that takes some seconds to be read."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """How the page is looked at: the name, the window and the colours."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]
    scale: float = 1.0


APPEARANCES = (
    Appearance("light", 1440, 900, "light"),
    Appearance("dark", 1440, 900, "dark"),
    Appearance("phone", 390, 844, "light", 1.5),
    Appearance("phone-dark", 390, 844, "dark", 1.5),
)
WIDE, EVERYWHERE = frozenset({"light", "dark"}), frozenset({"light", "dark", "phone"})


@dataclass(frozen=True, slots=True)
class View:
    """One view: its name, what brings a page there that was just opened, over which corpus, and what is published."""

    name: str
    bring: Callable[[Page], None]
    corpus: str = "news"
    published: frozenset[str] = EVERYWHERE


def first_run(page: Page) -> None:
    """The page over an empty corpus."""
    page.wait_for_selector(".welcome")


def welcome(page: Page) -> None:
    """The page before the first question, with examples."""
    page.wait_for_selector(".example")


def answer(page: Page) -> None:
    """An answer whose sources disagree."""
    page.wait_for_selector(".welcome")
    ask(page, COST)


def quote(page: Page) -> None:
    """The quote beside a citation's number."""
    answer(page)
    page.locator(".cite").nth(1).hover()
    page.locator(".peek:visible").wait_for()


def source(page: Page) -> None:
    """A text with the quote marked in it."""
    answer(page)
    page.locator(".cite").first.click()
    page.wait_for_selector("#reading mark")


def drawn(page: Page) -> None:
    """A page of a PDF with the quote marked on it."""
    page.wait_for_selector(".welcome")
    ask(page, DEPTH)
    page.locator(".cite").first.click()
    page.wait_for_selector("#reading img")


def not_answered(page: Page) -> None:
    """A question that the documents do not answer."""
    page.wait_for_selector(".welcome")
    ask(page, NOBODY_KNOWS)


def narrowing(page: Page) -> None:
    """The fields that narrow a question, with some of them filled."""
    page.wait_for_selector(".welcome")
    ask(page, RULES)
    page.locator("#narrowing-line > button").click()
    publishers = page.get_by_label("Publishers")
    publishers.fill("City")
    page.get_by_role("option", name="City of Calder").click()
    page.get_by_label("Published since").fill("2025-01-01")
    page.locator("#narrowing-clear:visible").wait_for()
    page.locator(".question").first.click()


def mentions(page: Page) -> None:
    """Every document that mentions something, one of them opened."""
    page.get_by_role("tab", name="Find all").click()
    page.locator("#find-query :is(input, textarea)").fill("barrier")
    page.locator("#find-query :is(input, textarea)").press("Enter")
    page.wait_for_selector(".mentions")
    if page.viewport_size and page.viewport_size["width"] > 860:  # on a phone it lies over the list
        page.locator(".mention").first.click()
        page.wait_for_selector("#find-reading mark")


def positions(page: Page) -> None:
    """Who says what about a subject, one statement opened."""
    page.get_by_role("tab", name="Subject").click()
    page.locator("#subject-query :is(input, textarea)").fill("NATO expansion")
    page.locator("#subject-query :is(input, textarea)").press("Enter")
    page.wait_for_selector(".speaker")
    if page.viewport_size and page.viewport_size["width"] > 860:
        page.locator("#subject-found .mention").first.click()
        page.wait_for_selector("#subject-reading mark")


def looked_at(page: Page, name: str, subject: str = "NATO expansion") -> None:
    """A subject in one of the ways to look at it."""
    page.get_by_role("tab", name="Subject").click()
    page.locator("#subject-query :is(input, textarea)").fill(subject)
    page.locator("#subject-query :is(input, textarea)").press("Enter")
    page.locator("#subject-found").get_by_role("button", name=name, exact=True).click()
    page.locator("#subject-found .lens[aria-pressed=true]", has_text=name).wait_for()


def compared(page: Page) -> None:
    """What documents say side by side."""
    looked_at(page, "Compare sources", "How does Russia answer NATO's expansion?")


def overview(page: Page) -> None:
    """What all documents are about."""
    page.get_by_role("tab", name="Subject").click()
    page.get_by_role("button", name="What are these documents about?").click()
    page.locator("#subject-found .counted").wait_for()


def briefing(page: Page) -> None:
    """A briefing on a subject."""
    looked_at(page, "Briefing")


def watched(page: Page) -> None:
    """A watched question whose answer changed."""
    page.get_by_role("tab", name="Watched").click()
    page.locator(".watched").first.wait_for()


def history(page: Page) -> None:
    """The kept conversations, one of them with what can be done with it."""
    page.wait_for_selector(".welcome")
    page.get_by_role("button", name="History").click()
    page.locator("[data-named]").nth(1).locator(".kept-title").click()
    page.locator(".turn").first.wait_for()
    if page.locator(".panel-kept").count() == 0:
        page.get_by_role("button", name="History").click()
    page.locator(".kept-more summary").nth(1).click()


def documents(page: Page) -> None:
    """The table of documents."""
    page.get_by_role("tab", name="Documents").click()
    page.wait_for_selector("table.documents")


def no_documents(page: Page) -> None:
    """The view of documents where there are none."""
    page.get_by_role("tab", name="Documents").click()
    page.wait_for_selector(".no-documents")


def preview(page: Page) -> None:
    """A document beside the table."""
    documents(page)
    page.locator(".title", has_text="Electric ferries").click()
    page.locator(".panel-preview .document").wait_for()


def timeline(page: Page) -> None:
    """The documents by date and publisher."""
    _unfold(page, "Timeline", "#timeline svg")


def health(page: Page) -> None:
    """The state of the index."""
    _unfold(page, "Index health", "#health .facts")


def added(page: Page) -> None:
    """What became of three files, one of which cannot be read."""
    documents(page)
    minutes = "# Minutes of the harbour board\n\nThe board met on 2 October. It chose Ada Lund as its chair.\n"
    tariffs = "Berth,Crowns a day\nEastern quay,4200\nWestern quay,310\n"
    sent = {"board-minutes.md": minutes, "tariffs.csv": tariffs, "survey.pdf": "MZ\x90\0 no document"}
    _send(page, sent)
    page.wait_for_selector(".job:not(.running)")


def adding(page: Page) -> None:
    """Files while they are read."""
    documents(page)
    logs = {
        f"log-{year}.md": "".join(
            f"# Day {day} of {year}\n\nOn this day {day * 7 % 31} ships came and {day * 5 % 29} left the harbour.\n\n"
            for day in range(ENOUGH_TO_WATCH)
        )
        for year in range(2021, 2025)
    }
    _send(page, logs)
    page.wait_for_selector(".job.running .reading")


def login(page: Page) -> None:
    """The form that asks who one is."""
    page.locator("#name").fill("ann")


VIEWS = (
    View("first-run", first_run, "none", frozenset({"light"})),
    View("welcome", welcome, "briefings"),
    View("history", history),
    View("answer", answer),
    View("quote", quote, published=WIDE),
    View("source", source, published=EVERYWHERE | {"phone-dark"}),
    View("page", drawn),
    View("not-answered", not_answered),
    View("narrowing", narrowing),
    View("mentions", mentions, published=frozenset({"light"})),
    View("positions", positions, "briefings", frozenset({"light"})),
    View("compared", compared, "briefings", frozenset({"light"})),
    View("overview", overview, "briefings", frozenset({"light"})),
    View("briefing", briefing, "briefings", frozenset({"light"})),
    View("watched", watched, published=frozenset({"light"})),
    View("no-documents", no_documents, "none", frozenset({"light"})),
    View("documents", documents, published=EVERYWHERE | {"phone-dark"}),
    View("document", preview),
    View("timeline", timeline, published=WIDE),
    View("health", health, published=WIDE),
    View("added", added),
    View("adding", adding, published=WIDE),
    View("login", login, "users", published=WIDE),
)
"""In an order in which no view shows what another asked or added."""


def _unfold(page: Page, name: str, until: str) -> None:
    documents(page)
    page.get_by_role("button", name=name).click()
    page.wait_for_selector(until)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")


def _send(page: Page, files: dict[str, str]) -> None:
    payloads: list[FilePayload] = [
        {"name": name, "mimeType": "", "buffer": text.encode("latin-1")} for name, text in files.items()
    ]
    page.locator("#drop input").set_input_files(payloads)


@contextmanager
def corpora(browser: Browser) -> Iterator[dict[str, str]]:
    """The addresses of the page over each corpus, by its name; all of them new."""
    with TemporaryDirectory() as folder:
        homes = {name: Path(folder) / name for name in ("none", "briefings", "news")}
        (homes["none"] / "corpus").mkdir(parents=True)
        shutil.copytree(BRIEFINGS, homes["briefings"] / "corpus" / "briefings")
        shutil.copytree(PICTURED, homes["news"] / "corpus")
        for page in homes["news"].rglob("*.html"):
            _print(browser, page)
        users = Users(Path(folder) / "users.json")
        users.add("ann", "correct horse battery")
        with _opened(homes["none"]) as none, _opened(homes["briefings"]) as shipped, _opened(homes["news"]) as news:
            _ask_before(news)
            with (
                served(none) as empty,
                served(shipped) as briefings,
                served(news) as ours,
                served(news, users) as theirs,
            ):
                yield {"none": empty, "briefings": briefings, "news": ours, "users": theirs}


def _print(browser: Browser, page: Path) -> None:
    """A web page turned into a PDF of the same name."""
    tab = browser.new_page()
    tab.goto(page.as_uri())
    printed = tab.pdf(prefer_css_page_size=True)
    tab.close()
    page.with_suffix(".pdf").write_bytes(re.sub(rb"\(D:\d{14}", b"(D:" + PRINTED, printed))
    page.unlink()


def _opened(home: Path) -> Assistant:
    settings = Settings(corpus_dir=home / "corpus", index_dir=home / "index", state_dir=home / "state")
    assistant = open_assistant(settings)
    assistant.sync()
    return assistant


def _ask_before(assistant: Assistant) -> None:
    for moment, questions in KEPT.items():
        _ask_at(datetime.fromisoformat(moment).replace(tzinfo=UTC), assistant, questions)
    moments = iter(datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in WATCHED)
    watches = Watches(assistant.settings.state_dir, lambda: next(moments))
    watches.add(LOCAL_OWNER, COST, Filters(), assistant.ask(COST, until=BEFORE))
    [watch] = watches.all(LOCAL_OWNER)
    watches.record(watch, watches.begin(), assistant.ask(COST))
    watches.close()


def _ask_at(now: datetime, assistant: Assistant, questions: Iterable[str]) -> None:
    kept = Conversations(assistant.settings.state_dir, lambda: now)
    id = kept.create(LOCAL_OWNER).id
    for asked in questions:
        answer = assistant.ask(asked, kept.open(LOCAL_OWNER, id).history())
        kept.append(LOCAL_OWNER, id, Exchange(asked, answer))
    kept.close()


def save(png: bytes, path: Path) -> None:
    """Keep a picture in 256 colours: those that fill most of it as they are, and the rest near enough."""
    picture = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    colours, places, counts = np.unique(picture.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    rare = Image.fromarray(colours[np.argsort(counts)[:-KEPT_COLOURS]][None])
    near = rare.quantize(256 - KEPT_COLOURS, Image.Quantize.MEDIANCUT).getpalette() or []
    palette = np.concatenate([colours[np.argsort(counts)[-KEPT_COLOURS:]], np.reshape(near, (-1, 3))]).astype(np.int32)
    nearest = [np.square(palette - colour).sum(axis=1).argmin() for colour in colours.astype(np.int32)]
    kept = Image.fromarray(np.array(nearest, np.uint8)[places.reshape(picture.shape[:2])], "P")
    kept.putpalette(palette.astype(np.uint8).tobytes())
    kept.save(path, optimize=True)


def main(folder: str | None = None, names: str = ".*") -> None:
    target = Path(folder) if folder else IMAGES
    target.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for look in APPEARANCES:
            with corpora(browser) as addresses:
                for view in VIEWS:
                    if (folder or look.name in view.published) and re.fullmatch(names, f"{view.name}-{look.name}"):
                        path = target / f"{view.name}-{look.name}.png"
                        take(browser, look, view, addresses[view.corpus], path)
                        print(path)


def take(browser: Browser, look: Appearance, view: View, address: str, path: Path) -> None:
    """Take one picture, in a browser that was never here."""
    with browser.new_context(
        viewport={"width": look.width, "height": look.height},
        device_scale_factor=look.scale,
        color_scheme=look.scheme,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
    ) as context:
        page = context.new_page()
        page.goto(address)
        view.bring(page)
        page.wait_for_timeout(300)  # what follows from a change, such as scrolling, comes to rest
        save(page.screenshot(), path)


if __name__ == "__main__":
    main(*sys.argv[1:3])
