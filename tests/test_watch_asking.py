"""While the page runs, watched questions are asked again after each change of the index, beside everything else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import Event, Thread

import pytest

from assistant import Answer, Assistant, Filters
from assistant.conversations.values import LOCAL_OWNER
from assistant.indexing import Embedder
from assistant.interfaces.page import background_sync
from assistant.interfaces.page.background_sync import BackgroundSync
from tests.answers import cited
from tests.conftest import assistant_with, write_corpus
from tests.index_tools import WAIT_SECONDS
from tests.web_server import Page, served_site

TOWER = "The Eiffel Tower is {} metres tall.\n"
HOW_TALL = "How tall is the Eiffel Tower?"
WHEN = "When was the Tower Bridge opened?"


@pytest.fixture
def assistant(embedder: Embedder, tmp_path: Path) -> Iterator[Assistant]:
    files = {"tower.md": TOWER.format(330), "notes/bridge.md": "The Tower Bridge was opened in 1894.\n"}
    write_corpus(tmp_path / "corpus", files)
    with assistant_with(embedder, tmp_path) as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture
def keeper(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> Iterator[BackgroundSync]:
    monkeypatch.setattr(background_sync, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(background_sync, "RETRY_SECONDS", 0.05)
    keeper = BackgroundSync(assistant)
    yield keeper
    keeper.stop()


def until(holds: Callable[[], object]) -> None:
    patience = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < patience
        time.sleep(0.05)


def answers_now(assistant: Assistant) -> list[str]:
    return [change.after.answer.sentences[0].text for change in assistant.watches.changes(LOCAL_OWNER)]


def is_now(assistant: Assistant, metres: int) -> bool:
    return answers_now(assistant)[:1] == [TOWER.format(metres).strip()]


def test_a_file_that_changes_in_the_corpus_changes_the_answer_and_so_does_a_document_added_on_the_page(
    assistant: Assistant, keeper: BackgroundSync
) -> None:
    assistant.add_watch(HOW_TALL)
    keeper.start()
    (assistant.settings.corpus_dir / "tower.md").write_text(TOWER.format(336))
    until(lambda: answers_now(assistant) == ["The Eiffel Tower is 336 metres tall."])
    assistant.remove("tower.md")
    until(lambda: len(assistant.watches.changes(LOCAL_OWNER)) == 2)
    (assistant.settings.state_dir / "tower.md").write_text(TOWER.format(340))
    assistant.add([assistant.settings.state_dir / "tower.md"])
    until(lambda: len(assistant.watches.changes(LOCAL_OWNER)) == 3)
    assert assistant.watches.changes(LOCAL_OWNER)[0].before.answer.abstained


def test_what_befalls_one_question_is_kept_with_it_and_the_others_are_asked_again_and_again(
    assistant: Assistant, keeper: BackgroundSync, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant.add_watch(WHEN, source="notes")
    assistant.add_watch("Who built the tower?")
    assistant.add_watch(HOW_TALL)
    ask = assistant.ask

    def fails(question: str, **given: object) -> Answer:
        if question.startswith("Who"):
            raise ZeroDivisionError
        return ask(question, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(assistant, "ask", fails)
    assistant.remove("notes/bridge.md")
    keeper.start()
    for metres in (336, 340):
        (assistant.settings.corpus_dir / "tower.md").write_text(TOWER.format(metres))
        until(partial(is_now, assistant, metres))
    problems = [one.problem for one in assistant.watches.all(LOCAL_OWNER)]
    assert "notes" in problems[0]
    assert problems[1:] == ["It could not be asked (ZeroDivisionError). Please report it.", ""]


def test_a_file_of_questions_that_cannot_be_used_is_tried_again(
    assistant: Assistant, keeper: BackgroundSync, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant.add_watch(HOW_TALL)
    listed, failures = assistant.watches.all, iter([OSError(), OSError()])

    def refuses(owner: str | None) -> object:
        for failure in failures:
            raise failure
        return listed(owner)

    monkeypatch.setattr(assistant.watches, "all", refuses)
    (assistant.settings.corpus_dir / "tower.md").write_text(TOWER.format(336))
    assistant.sync()
    keeper.start()
    until(lambda: answers_now(assistant) == ["The Eiffel Tower is 336 metres tall."])


def test_what_could_not_be_asked_or_told_is_tried_again_though_the_index_stays_the_same(
    embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background_sync, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(background_sync, "AGAIN_SECONDS", 0.1)
    write_corpus(tmp_path / "corpus", {"tower.md": TOWER.format(336)})
    with ExitStack() as stack:
        site = stack.enter_context(served_site())
        site.pages["/hook"] = Page("no", 500)
        monkeypatch.setenv("CITEWELL_WATCH_WEBHOOK", site.url("/hook"))
        assistant = stack.enter_context(assistant_with(embedder, tmp_path))
        assistant.sync()
        assistant.watches.add(LOCAL_OWNER, HOW_TALL, Filters(), cited(TOWER.format(330)))
        quoted, failures = assistant._ask_quoted, iter([ZeroDivisionError()])

        def fails_once(question: str, only: Filters) -> Answer:
            for failure in failures:
                raise failure
            return quoted(question, only)

        monkeypatch.setattr(assistant, "_ask_quoted", fails_once)
        keeper = BackgroundSync(assistant)
        stack.callback(keeper.stop)
        keeper.start()
        until(lambda: assistant.watches.all(LOCAL_OWNER)[0].untold)
        assert (is_now(assistant, 336), assistant.watches.all(LOCAL_OWNER)[0].problem) == (True, "")
        site.pages["/hook"] = Page("taken")
        until(lambda: not assistant.watches.all(LOCAL_OWNER)[0].untold)


def test_the_page_answers_while_a_watched_question_is_being_asked(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant.add_watch(HOW_TALL)
    is_asked, may_end = Event(), Event()
    quoted = assistant._ask_quoted

    def slow(question: str, only: Filters) -> Answer:
        is_asked.set()
        assert may_end.wait(WAIT_SECONDS)
        return quoted(question, only)

    monkeypatch.setattr(assistant, "_ask_quoted", slow)
    checking = Thread(target=assistant.check_watches)
    checking.start()
    assert is_asked.wait(WAIT_SECONDS)
    assert assistant.ask(WHEN).sentences[0].text == "The Tower Bridge was opened in 1894."
    assert len(assistant.watches.all(LOCAL_OWNER)) == 1
    may_end.set()
    checking.join()


def test_a_check_that_is_stopped_asks_no_further_question(assistant: Assistant) -> None:
    assistant.add_watch(HOW_TALL)
    stop = Event()
    stop.set()
    assert assistant.check_watches(stop=stop) == []
    assert [one.state for one in assistant.check_watches()] == ["unchanged"]
