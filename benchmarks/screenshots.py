"""Take pictures of the page, from one that is running over the shipped briefings.

citewell serve                                                       # in one terminal
python -m benchmarks.screenshots http://127.0.0.1:7860               # the few in docs/images
python -m benchmarks.screenshots http://127.0.0.1:7860 /tmp/views    # every view, wide and narrow, light and dark
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

IMAGES = Path(__file__).parent.parent / "docs" / "images"
WINDOWS = {"chat": (1440, 900), "phone": (390, 844)}
PUBLISHED = {"chat", "chat-dark", "chat-documents", "phone"}


def views(page: Page) -> Iterator[str]:
    """Walk through the page, pausing at each view with its name; "" is the one that shows most."""
    page.wait_for_selector(".example")
    yield "-welcome"
    page.locator(".example").first.click()
    page.wait_for_selector(".footnote")
    yield "-answer"
    page.locator(".cite").first.hover()
    yield "-quote"
    page.locator(".cite").first.click()
    page.wait_for_selector("#reading mark")
    yield ""
    page.locator(".back").click()
    page.locator(".also-found summary").click()
    yield "-also-found"
    page.locator("#question textarea").fill("What is the capital of Peru?")
    page.locator("#question textarea").press("Enter")
    page.wait_for_selector(".abstained")
    yield "-not-answered"
    page.get_by_role("tab", name="Documents").click()
    page.wait_for_selector("table.documents")
    yield "-documents"


def main(address: str = "http://127.0.0.1:7860", folder: str | None = None) -> None:
    target = IMAGES if folder is None else Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for window, (width, height) in WINDOWS.items():
            for scheme, suffix in (("light", ""), ("dark", "-dark")):
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                page.goto(address)
                for view in views(page):
                    path = target / f"{window}{view}{suffix}.png"
                    if folder is not None or path.stem in PUBLISHED:
                        page.wait_for_timeout(700)  # scrolling and fading come to rest
                        page.screenshot(path=path)
                        print(path)
                page.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
