"""While the corpus is watched, the index follows it: what is added, changed, removed; half of a file never."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import pytest

from assistant import Assistant, SyncReport
from assistant.corpus import watching
from assistant.corpus.folder import CorpusFile
from assistant.corpus.watching import is_unfinished
from assistant.indexing.lock import writing
from tests.index_tools import WAIT_SECONDS, Desk, briefing, editions

OLD = editions(3)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.write(OLD)
    desk.sync()
    return desk


@pytest.fixture
def soon_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file counts as complete a moment after it was written last."""
    monkeypatch.setattr(watching, "SETTLED_SECONDS", 0.1)


@contextmanager
def watched(assistant: Assistant) -> Iterator[Queue[SyncReport]]:
    """The reports of a watch that goes on in another thread; the first has come."""
    reports: Queue[SyncReport] = Queue()
    stop = threading.Event()

    def watch() -> None:
        for report in assistant.watch(stop):
            reports.put(report)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        assert reports.get(timeout=WAIT_SECONDS).added == []
        yield reports
    finally:
        stop.set()
        thread.join(WAIT_SECONDS)
        assert not thread.is_alive()


@pytest.mark.usefixtures("soon_settled")
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda corpus: (corpus / "new.md").write_text(briefing(9)), ("new.md", [], [])),
        (lambda corpus: (corpus / "briefing001.md").write_text(briefing(1, 2)), ("", ["briefing001.md"], [])),
        (lambda corpus: (corpus / "briefing001.md").unlink(), ("", [], ["briefing001.md"])),
        (
            lambda corpus: os.replace(corpus / "briefing001.md", corpus / "moved.md"),
            ("moved.md", [], ["briefing001.md"]),
        ),
        (lambda corpus: _in_a_new_folder(corpus), ("a/b/new.md", [], [])),
    ],
    ids=["added", "changed", "removed", "moved", "in-a-new-folder"],
)
def test_a_change_is_indexed(
    desk: Desk, change: Callable[[Path], object], expected: tuple[str, list[str], list[str]]
) -> None:
    with desk.assistant() as assistant, watched(assistant) as reports:
        change(desk.corpus)
        added, updated, removed = list[str](), list[str](), list[str]()
        while (added, updated, removed) != (list(filter(None, [expected[0]])), expected[1], expected[2]):
            report = reports.get(timeout=WAIT_SECONDS)
            added, updated, removed = added + report.added, updated + report.updated, removed + report.removed
    assert desk.describe() == desk.fresh()


def _in_a_new_folder(corpus: Path) -> None:
    (corpus / "a" / "b").mkdir(parents=True)
    (corpus / "a" / "b" / "new.md").write_text(briefing(9))


def test_a_file_is_left_until_it_is_complete_and_others_do_not_wait_for_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "SETTLED_SECONDS", 3.0)
    whole = briefing(7, sentences=20)
    with desk.assistant() as assistant, watched(assistant) as reports:
        with (desk.corpus / "slow.md").open("w") as slow, (desk.corpus / "briefing000.md").open("a") as growing:
            (desk.corpus / "quick.md").write_text(briefing(8))
            written = 0
            while reports.empty():
                slow.write(whole[written : written + 1])
                growing.write(" and so on")
                slow.flush()
                growing.flush()
                written += 1
                assert written < len(whole)
                time.sleep(0.02)
            report = reports.get()
            assert (report.added, report.updated, report.removed) == (["quick.md"], [], [])
            slow.write(whole[written:])
        added, updated = list[str](), list[str]()
        while len(added) + len(updated) < 2:
            report = reports.get(timeout=WAIT_SECONDS)
            added, updated = added + report.added, updated + report.updated
        assert (added, updated) == (["slow.md"], ["briefing000.md"])
        assert assistant.document("slow.md").text == whole.split("---\n", 2)[2]
    assert desk.describe() == desk.fresh()


@pytest.mark.usefixtures("soon_settled")
@pytest.mark.parametrize("name", ["film.md.part", "film.crdownload", "~$report.md", ".hidden.md", "feeds.opml"])
def test_what_programs_write_while_they_work_is_no_document(desk: Desk, name: str) -> None:
    with desk.assistant() as assistant, watched(assistant) as reports:
        (desk.corpus / name).write_text("half of it")
        (desk.corpus / "marker.md").write_text(briefing(9))
        report = reports.get(timeout=WAIT_SECONDS)
        assert (report.added, report.failed) == (["marker.md"], [])


def test_changes_wait_while_another_process_writes_the_index(desk: Desk) -> None:
    with desk.assistant() as assistant, watched(assistant) as reports:
        with writing(desk.index):
            (desk.corpus / "new.md").write_text(briefing(9))
            time.sleep(3.0)
            assert reports.empty()
        assert reports.get(timeout=WAIT_SECONDS).added == ["new.md"]


def test_a_file_from_the_future_is_complete() -> None:
    now = time.time_ns()
    ages = {-3_600: False, 0: True, 1: True, 3: False}
    for seconds, unfinished in ages.items():
        moment = now - seconds * 1_000_000_000
        assert is_unfinished(CorpusFile("a.md", Path("a.md"), 1, moment, moment)) is unfinished
