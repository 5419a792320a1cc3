"""Two people ask at once while many files are added: how soon the first words come, and whether answers get mixed up.

    python -m benchmarks.sessions [FILES [QUESTIONS]]

One of them adds FILES documents (200) and goes on asking, QUESTIONS (10) each. Every question is about a harbour of
which the documents say one thing, and which no other question is about. Prints the seconds from Enter to the first
words, as p50 and p95, and what went wrong; exits with 1 if anything did.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from playwright.sync_api import expect

from assistant import Settings, open_assistant
from tests.browser import Watched, at_rest, chromium, served

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAMES = ("Ada", "Bo", "Cleo", "Dag", "Eve", "Finn", "Gro", "Hal", "Ida", "Jon")
PLACES = ("Veldt", "Marrow", "Tarn", "Quill", "Osk", "Brae", "Lund", "Skerry", "Holm", "Ness")
MINUTE = 60_000
CLOCK = """() => {
    window.firstWords = [];
    let asked = null;
    document.querySelector("#question textarea").addEventListener("keydown", ({ key }) => {
        if (key === "Enter") asked = { at: performance.now(), turns: document.querySelectorAll(".turn").length };
    }, true);
    new MutationObserver(() => {
        const turns = document.querySelectorAll(".turn");
        if (!asked || turns.length <= asked.turns || !turns[turns.length - 1].querySelector(".prose, .problem")) return;
        window.firstWords.push((performance.now() - asked.at) / 1000);
        asked = null;
    }).observe(document.querySelector("#conversation"), { childList: true, subtree: true });
}"""


def corpus(folder: Path) -> None:
    """A document for each harbour, which names its keeper."""
    folder.mkdir(parents=True)
    for number in range(len(PLACES) * len(NAMES)):
        place, keeper = harbour(number)
        text = f"# {place}\n\nThe keeper of the harbour of {place} is {keeper}. Its boats are painted white.\n"
        (folder / f"harbour-{number:03}.md").write_text(text, encoding="utf-8")


def harbour(number: int) -> tuple[str, str]:
    """A harbour and its keeper, each of a name that no other has."""
    place, name = PLACES[number % len(PLACES)], NAMES[number // len(PLACES)]
    return f"{place}{name.lower()}", f"{name} {place}son"


def added(folder: Path, files: int) -> list[Path]:
    """Documents to be added, about something else."""
    folder.mkdir(parents=True)
    paths = [folder / f"ward-{number:03}.txt" for number in range(files)]
    for number, path in enumerate(paths):
        minutes = (
            f"Item {item}: the council of ward {number} moved lamp {item * number} to street {item + number}, where "
            f"trams stop {item} times an hour, and {number} people spoke for it.\n\n"
            for item in range(60)
        )
        path.write_text(f"Ward {number}\n\n{''.join(minutes)}", encoding="utf-8")
    return paths


def ask_side_by_side(pages: Sequence[Page], questions: int) -> list[str]:
    """Each page asks its own questions, all at the same time; returns what was answered wrongly."""
    wrong = []
    for number in range(questions):
        numbers = [place * questions + number for place in range(len(pages))]
        for page, about in zip(pages, numbers, strict=True):
            page.locator("#question textarea").fill(f"Who is the keeper of the harbour of {harbour(about)[0]}?")
        for page in pages:
            page.locator("#question textarea").press("Enter")
        for page, about in zip(pages, numbers, strict=True):
            turn = page.locator(".turn").nth(number)
            turn.locator(".actions").wait_for(timeout=MINUTE)
            place, keeper = harbour(about)
            answer = at_rest(turn.locator(".prose, .problem").first.inner_text)
            if not answer.startswith(f"The keeper of the harbour of {place} is {keeper}."):
                wrong.append(f"{place}: {answer}")
    return wrong


def together(home: Path, files: int, questions: int) -> tuple[list[float], list[str]]:
    """Seconds to the first words of every answer, and what went wrong."""
    corpus(home / "corpus")
    paths = added(home / "sent", files)
    settings = Settings(corpus_dir=home / "corpus", index_dir=home / "index", state_dir=home / "state")
    with open_assistant(settings) as assistant, served(assistant) as address, chromium() as browser:
        assistant.sync()
        assistant.prepare()
        in_all = len(assistant.documents()) + files
        pages = [browser.new_context(viewport={"width": 1440, "height": 900}).new_page() for _ in range(2)]
        watched = [Watched(page, address) for page in pages]
        for page in pages:
            page.goto(address)
            page.wait_for_selector(".welcome")
            page.evaluate(CLOCK)
        pages[0].get_by_role("tab", name="Documents").click()
        pages[0].wait_for_selector("table.documents")
        pages[0].locator("#drop input").set_input_files(paths)
        pages[0].wait_for_selector(".job.running", timeout=MINUTE)
        pages[0].get_by_role("tab", name="Ask").click()
        wrong = ask_side_by_side(pages, questions)
        missing = in_all - len(assistant.documents())
        pages[0].wait_for_selector(".job:not(.running)", state="attached", timeout=10 * MINUTE)
        ended = at_rest(pages[0].locator(".job-title").text_content)
        wrong += [] if ended == f"{files} added" else [f"the adding ended with: {ended}"]
        # what the end of the adding leads to in the page
        expect(pages[0].locator("table.documents caption")).to_have_text(f"{in_all:,} documents")
        turns = [at_rest(page.locator(".turn").count) for page in pages]
        wrong += [] if turns == [questions] * 2 else [f"{turns} answers are shown at the end"]
        wrong += [problem for one in watched for problem in one.problems()]
        seconds = [second for page in pages for second in at_rest(partial(page.evaluate, "firstWords"))]
        print(f"{missing} files were still to be added when the last answer was there")
        for page in pages:
            page.context.close()
    return seconds, wrong


def main() -> int:
    """Measure, and print."""
    files, questions = (int(number) for number in (*sys.argv[1:3], *("200", "10")[len(sys.argv[1:3]) :]))
    with tempfile.TemporaryDirectory() as folder:
        seconds, wrong = together(Path(folder), files, questions)
    p50, p95 = np.percentile(seconds, [50, 95])
    print(
        f"{len(seconds)} answers while {files} files were added: first words after {p50:.2f} s (p50), {p95:.2f} s (p95)"
    )
    print(f"{len(wrong)} went wrong")
    for one in wrong:
        print(f"  {one[:400]}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
