"""Every view of the page for people who read it by a screen reader, by the keyboard alone, or without movement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from assistant import Assistant, Filters, Settings, open_assistant
from assistant.conversations.values import LOCAL_OWNER
from assistant.users import Users
from tests.answers import cited
from tests.browser import Tab, ask, at_rest, served, until_equal, until_true
from tests.file_makers import pdf

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

pytestmark = pytest.mark.browser

KEEPER = "The last keeper of the lighthouse was Ada Thorne."
WHO = "Who was the last keeper of the lighthouse?"
FILES: dict[str, str | bytes] = {
    "lighthouse.md": "---\ntitle: The Lighthouse\npublished: 2024-03-09\npublisher: Harbour Notes\n"
    f"url: https://harbour.example/lighthouse\n---\n\n# Keepers\n\n{KEEPER} She kept the lamp until 1964.\n",
    "cranes.pdf": pdf([["The first page is about ships."], ["The harbour of Veldt has four old cranes."]]),
    "broken.docx": b"This is no Word document.",
    "toll.md": "Ivo Hahn said that the toll is fair.\n",
    "gone.md": "# Gone\n\nThis one is taken out.\n",
    "feeds.opml": '<?xml version="1.0"?><opml version="2.0"><body><outline type="rss" text="Harbour News" '
    'xmlUrl="https://harbour.example/feed"/></body></opml>',
}
DESK, PHONE = (1440, 900), (390, 844)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("accessibility")
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, content in FILES.items():
        (corpus / name).write_bytes(content.encode() if isinstance(content, str) else content)
    settings = Settings(corpus_dir=corpus, index_dir=folder / "index", state_dir=folder / "state")
    with open_assistant(settings) as assistant:
        assistant.sync()
        assistant.remove("gone.md")
        assistant.watches.add(LOCAL_OWNER, WHO, Filters(), cited("The keeper was Ivo Hahn."))
        assistant.check_watches()
        yield assistant


@pytest.fixture(scope="module")
def guarded(assistant: Assistant, users: Users) -> Iterator[str]:
    """The address of the page where one has to log in."""
    with served(assistant, users) as address:
        yield address


@contextmanager
def opened(tab: Tab, address: str, viewport: ViewportSize | None = None, **media: Any) -> Iterator[Page]:
    """The page in a window of that size, for somebody who wants it like that; else light and without movement."""
    tab.page.emulate_media(**{"color_scheme": "light", "reduced_motion": "reduce", **media})
    with tab.loaded(address, viewport) as page:
        yield page


COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that look at colours; what another one finds is found in any colours."""


def grave(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe-core finds that is serious or critical: the rule, where, and why. What fades in is waited for.

    It goes by all rules, or else by those that are named.
    """
    page.wait_for_function(
        "document.getAnimations().every((one) => one.effect.getComputedTiming().endTime === Infinity)"
    )
    if not at_rest(lambda: page.evaluate("'axe' in window")):
        page.evaluate(Axe().axe_script)
    axe = Axe(axe_script="")  # it is there, and stays until another page is loaded
    options = {"reporter": "no-passes"} | ({"runOnly": list(rules)} if rules else {})  # what passes is long to tell
    found = axe.run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {node['target'][-1]}: {[why['message'] for why in node['any'] + node['all'] + node['none']]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]


OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def sideways(page: Page) -> list[str]:
    """What is told of a page that is wider than its window."""
    wider = at_rest(lambda: page.evaluate(OVERHANG))
    return [f"{wider} pixels are beside the window"] if wider > 0 else []


def views(page: Page, folder: Path) -> Iterator[str]:
    """Walk through every view of the page, pausing at each with its name."""
    page.wait_for_selector(".welcome")
    yield "welcome"
    ask(page, WHO)
    page.locator(".cite").first.hover()
    page.locator(".peek:visible").wait_for()
    yield "answer, and the quote beside a number"
    page.locator("#narrowing-line > button").click()
    page.get_by_label("Publishers").fill("Harbour")
    page.get_by_role("option", name="Harbour Notes").click()
    page.locator("#narrowing-clear:visible").wait_for()
    page.get_by_label("Documents and folders").click()
    page.get_by_role("option", name="The Lighthouse").wait_for()
    yield "narrowing, with documents to choose from"
    page.keyboard.press("Escape")
    page.get_by_role("option").first.wait_for(state="detached")
    page.locator("#narrowing-clear").click()
    page.locator("#narrowing-clear").wait_for(state="hidden")
    page.locator("#narrowing-line > button").click()
    page.locator("#days").wait_for(state="hidden")
    page.locator(".cite").first.focus()
    page.locator(".cite").first.click()
    page.wait_for_selector("#reading mark")
    yield "text of a source"
    page.locator(".back").click()
    page.locator("#sources .panel-list").wait_for()
    yield "list of sources"
    ask(page, "How many cranes has the harbour of Veldt?")
    page.locator(".turn").last.locator(".cite").first.click()
    page.wait_for_selector("#reading img")
    yield "page of a source"
    page.keyboard.press("Escape")
    page.locator(".panel-reading").wait_for(state="detached")
    ask(page, "What is the capital of Peru?")
    page.locator("[data-do=edit]").click()
    page.locator(".turn.editing").wait_for()
    yield "abstention, and a question edited"
    page.get_by_role("button", name="History").click()
    page.locator(".kept-more summary").first.click()
    page.locator(".kept-actions").first.wait_for()
    yield "conversations"
    page.get_by_role("button", name="Close").click()
    page.locator(".panel-kept").wait_for(state="detached")

    page.get_by_role("tab", name="Find all").click()
    page.locator(".finding-empty").wait_for()
    yield "what can be found"
    page.locator("#find-query :is(input, textarea)").fill("harbour")
    page.locator("#find-query :is(input, textarea)").press("Enter")
    page.locator(".mentions").wait_for()
    yield "documents that mention it"
    page.locator(".mention").first.click()
    page.locator("#find-reading .panel-reading").wait_for()
    yield "one of them opened"
    page.keyboard.press("Escape")
    page.locator("#find-reading .panel-reading").wait_for(state="detached")

    page.get_by_role("tab", name="Subject").click()
    page.locator("#subject-found .finding-empty").wait_for()
    page.locator("#subject-query :is(input, textarea)").fill("toll")
    page.locator("#subject-query :is(input, textarea)").press("Enter")
    page.locator("#subject-found .speaker").wait_for()
    yield "who says what"
    for name in ("Timeline", "What is new", "Compare sources", "Overview", "Briefing"):
        page.locator("#subject-found").get_by_role("button", name=name).click()
        page.locator("#subject-found .lens[aria-pressed=true]", has_text=name).wait_for()
        yield name

    page.get_by_role("tab", name="Watched").click()
    page.locator(".watched-side").nth(1).wait_for()
    page.locator("#watched-query :is(input, textarea)").fill("What is the capital of Peru?")
    page.get_by_role("button", name="Watch", exact=True).click()
    page.locator("#watched-found .notice").wait_for()
    page.locator(".watched-more summary").first.click()
    page.get_by_role("button", name="Remove the question").wait_for()
    yield "watched questions"
    page.locator(".watched .cite").first.click()
    page.locator("#watched-reading .panel-reading").wait_for()
    yield "the source of one of them"
    page.keyboard.press("Escape")
    page.locator("#watched-reading .panel-reading").wait_for(state="detached")
    page.get_by_role("button", name="Remove the question").click()
    page.locator("#watched-found .counted", has_text="1 watched question").wait_for()

    page.get_by_role("tab", name="Documents").click()
    page.wait_for_selector("table.documents")
    yield "table of documents"
    page.locator(".title", has_text="The Lighthouse").click()
    page.locator(".panel-preview .document").wait_for()
    yield "document opened"
    page.keyboard.press("Escape")
    page.locator(".panel-preview").wait_for(state="detached")
    for name in ("Timeline", "Feeds", "Removed documents", "Index health"):
        page.get_by_role("button", name=name).click()
    page.get_by_text("Harbour News").first.wait_for()
    page.locator("#health .facts").wait_for()
    yield "timeline, feeds, removed documents and health"
    page.locator("#drop input").set_input_files(folder)
    page.wait_for_selector(".job:not(.running)")
    yield "files added"


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that cannot be read."""
    path = tmp_path_factory.mktemp("sent") / "setup.pdf"
    path.write_bytes(b"MZ\x90\0" + bytes(200))
    return path


def turn(page: Page, scheme: Literal["light", "dark"]) -> None:
    """Change the colours of a page that is open to those that somebody wants."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function("dark => document.body.classList.contains('dark') === dark", arg=scheme == "dark")


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_no_view_keeps_anybody_out(tab: Tab, address: str, sent: Path, size: tuple[int, int]) -> None:
    """Each view is looked at in both colours on a desk, and in the dark ones on a phone.

    In the second colours only the rules about colours are asked. On a phone one of the two is enough: every pair of
    colours there is on a desk as well, and what covers what is the same in both.
    """
    looks: dict[Literal["light", "dark"], Sequence[str]] = (
        {"light": (), "dark": COLOURS} if size == DESK else {"dark": ()}
    )
    found = {}
    with opened(tab, address, color_scheme="dark", viewport={"width": size[0], "height": size[1]}) as page:
        for view in views(page, sent):
            for colours, rules in looks.items():
                turn(page, colours)
                if problems := grave(page, rules) + sideways(page):
                    found[view, colours] = problems
    assert found == {}


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_login_keeps_nobody_out_who_may_come_in(tab: Tab, guarded: str, size: tuple[int, int]) -> None:
    """In both colours, of which the second ones are asked of alone."""
    with opened(tab, guarded, viewport={"width": size[0], "height": size[1]}) as page:
        found = grave(page) + sideways(page)
        page.emulate_media(color_scheme="dark")
        found += grave(page, COLOURS)
        page.locator("#name").fill("ann")
        page.locator("#password").fill("wrong horse battery")
        page.keyboard.press("Enter")
        page.get_by_role("alert").wait_for()
        found += grave(page)
        page.emulate_media(color_scheme="light")
        found += grave(page, COLOURS) + sideways(page)
    assert found == []


def test_axe_core_sees_what_keeps_people_out(tab: Tab, address: str) -> None:
    bad = '<button></button><p style="color: #777; background: #888">Hardly to be read.</p>'
    with opened(tab, address) as page:
        page.wait_for_selector(".welcome")
        page.evaluate("bad => document.querySelector('.welcome').insertAdjacentHTML('beforeend', bad)", bad)
        found = grave(page), grave(page, COLOURS)
    assert [[problem.split(":")[0] for problem in some] for some in found] == [
        ["button-name", "color-contrast"],
        ["color-contrast"],
    ]


WALKED = """() => {
    const here = document.activeElement;
    if (here === document.body) return null;
    const looks = () => [here, here.parentElement, here.closest("label, .wrap")].filter(Boolean).map((element) => {
        const { outline, boxShadow, borderColor } = getComputedStyle(element);
        return outline + boxShadow + borderColor;
    }).join();
    const focused = looks();
    here.blur();
    const isMarked = looks() !== focused;
    here.focus();
    const label = here.labels?.[0]?.textContent;
    return [(here.ariaLabel || label || here.textContent || here.placeholder).trim(), isMarked];
}"""


def walk(page: Page) -> list[str]:
    """What Tab leads through, up to the end of the page; the focus shows everywhere."""
    names: list[str] = []
    while True:
        page.keyboard.press("Tab")
        reached = at_rest(lambda: page.evaluate(WALKED))
        if reached is None:
            return names
        name, is_marked = reached
        assert is_marked, f"the focus cannot be seen on {name}"
        names.append(name)


def press(page: Page, key: str, until: str, most: int = 20) -> None:
    """Press a key until the focus is on what a selector names."""
    for _ in range(most):
        page.keyboard.press(key)
        if at_rest(lambda: page.evaluate("selector => document.activeElement.matches(selector)", until)):
            return
    raise AssertionError(f"{key} does not lead to {until}")


def test_the_keyboard_alone_leads_from_the_question_to_its_source_and_back(tab: Tab, address: str) -> None:
    with opened(tab, address) as page:
        page.wait_for_selector(".welcome")
        page.evaluate("document.activeElement.blur()")
        press(page, "Tab", "#question textarea")
        page.keyboard.type(WHO)
        page.keyboard.press("Enter")
        page.locator(".actions").wait_for()
        until_true(lambda: page.evaluate("document.activeElement.matches('#question textarea')"))
        press(page, "Shift+Tab", ".cite")
        page.locator(".peek").first.wait_for()
        page.keyboard.press("Enter")
        page.locator("#reading mark").wait_for()
        until_equal(page.locator("#reading mark").inner_text, KEEPER)
        until_equal(lambda: page.evaluate("document.activeElement.className"), "back")
        page.keyboard.press("Escape")
        page.locator(".panel-reading").wait_for(state="detached")
        until_equal(lambda: page.evaluate("document.activeElement.className"), "cite active")


def test_the_focus_is_seen_everywhere_and_follows_the_reading_order(tab: Tab, address: str) -> None:
    with opened(tab, address) as page:
        page.wait_for_selector(".welcome")
        ask(page, WHO)
        page.get_by_role("tab", name="Ask").focus()
        names = walk(page)
        assert names[:6] == [
            "Find all",
            "Subject",
            "Watched",
            "Documents",
            "Source 1: The Lighthouse",
            "1 sourceThe Lighthouse",
        ]
        below = ["Copy", "Copy link", "Ask again", "Edit", "All documents ▼", "Question", "Ask", "Start over"]
        assert names[7:15] == below
        page.get_by_role("tab", name="Documents").click()
        page.wait_for_selector("table.documents")
        names = walk(page)
        assert names[:5] == [
            "Add documents",
            "Choose a folder",
            "Address of a web page or a feed",
            "Add page",
            "Follow feed",
        ]
        assert names.index("Search documents") < names.index("Kind") < names.index("Remove The Lighthouse")


MOVING = """() => {
    const seconds = (times) => Math.max(...times.split(",").map((time) => parseFloat(time)));
    const moves = (style) => (style.animationName !== "none" && seconds(style.animationDuration) > 0)
        || (style.transitionProperty !== "none" && seconds(style.transitionDuration) > 0);
    return [...document.querySelectorAll(".gradio-container *")]
        .filter((one) => ["", "::before", "::after"].some((part) => moves(getComputedStyle(one, part))))
        .map((one) => one.outerHTML.slice(0, 80));
}"""


def test_nothing_moves_for_whoever_asks_for_that(tab: Tab, address: str) -> None:
    motions: tuple[Literal["reduce", "no-preference"], ...] = ("reduce", "no-preference")
    found: dict[str, list[str]] = {motion: [] for motion in motions}

    def look(page: Page) -> None:
        for motion in motions:
            page.emulate_media(reduced_motion=motion)
            found[motion] += at_rest(lambda: page.evaluate(MOVING))

    with opened(tab, address) as page:
        page.wait_for_selector(".welcome")
        ask(page, WHO)
        look(page)
        page.get_by_role("tab", name="Documents").click()
        page.wait_for_selector("table.documents")
        look(page)
    assert found["reduce"] == []
    assert found["no-preference"] != []
