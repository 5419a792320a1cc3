"""Several people at the page at once, while files are added and answers are slow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import expect

from assistant import Answer
from benchmarks.sessions import together
from tests.browser import CHROMIUM, NO_CHROMIUM, chromium, served, window
from tests.conftest import OpenCorpus

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM),
]


def test_answers_are_not_mixed_up_and_stay_while_files_are_added(tmp_path: Path) -> None:
    seconds, wrong = together(tmp_path, files=10, questions=3)
    assert wrong == []
    assert len(seconds) == 6


def test_one_slow_answer_holds_nobody_up(open_corpus: OpenCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    assistant = open_corpus({"harbour.md": "# Veldt\n\nThe keeper of the harbour of Veldt is Ada Thorne.\n"})
    original, goes_on = assistant.stream, Event()

    def stream(question: str, *rest: object, **named: object) -> Iterator[Answer]:
        if question.startswith("Slowly"):
            goes_on.wait(60)
        yield from original(question, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(assistant, "stream", stream)
    with served(assistant) as address, chromium() as browser, window(browser) as context:
        pages = [context.new_page() for _ in range(2)]
        for page, question in zip(pages, ("Slowly: who keeps Veldt?", "Who is the keeper of Veldt?"), strict=True):
            page.goto(address)
            page.wait_for_selector(".welcome")
            page.locator("#question textarea").fill(question)
            page.locator("#question textarea").press("Enter")
        pages[1].locator(".turn .actions").wait_for()
        pages[1].locator(".cite").first.click()
        pages[1].locator("#reading mark").wait_for()
        expect(pages[0].locator(".turn")).to_have_attribute("data-stage", "answering")
        goes_on.set()
        pages[0].locator(".turn .actions").wait_for()
