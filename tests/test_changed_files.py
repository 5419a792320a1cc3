"""Which files a sync opens: those whose size or times changed, those too new to tell, and all when asked to verify."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from assistant.corpus import CorpusFolder
from assistant.errors import ReadError
from assistant.indexing import changes, is_due
from assistant.reading import files as reading_files
from assistant.reading.limits import Limits, Options
from assistant.reading.plain import read_plain
from assistant.reading.readers import READERS, Reader
from assistant.types import Document, SyncReport
from tests.index_tools import Desk, HashingEmbedder, briefing, editions

NAMES = sorted(editions(3))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.write(editions(3))
    return desk


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were opened so far."""
    names: list[str] = []

    def load(path: Path, _limits: Limits) -> bytes:
        names.append(path.name)
        return path.read_bytes()

    monkeypatch.setattr(reading_files, "load", load)
    monkeypatch.setattr(changes, "load", load)
    return names


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file counts as old enough to be told by its stamp."""
    monkeypatch.setattr(changes, "SETTLED_NANOSECONDS", -(10**15))


def _due(desk: Desk) -> bool:
    reader = desk.reader()
    try:
        with reader.reading() as snapshot:
            return is_due(CorpusFolder(desk.corpus, desk.folder / "removed"), snapshot)
    finally:
        reader.close()


@pytest.mark.usefixtures("settled")
def test_file_whose_size_and_times_stayed_is_not_opened(desk: Desk, opened: list[str]) -> None:
    desk.sync()
    assert opened == NAMES
    opened.clear()
    assert not _due(desk)
    assert desk.sync() == SyncReport(unchanged=NAMES)
    desk.write({**editions(3), "briefing001.md": briefing(1, 2)})
    assert opened == []
    assert _due(desk)
    assert desk.sync().updated == ["briefing001.md"]
    assert set(opened) == {"briefing001.md"}
    assert desk.describe() == desk.fresh()


def test_file_that_had_just_changed_when_it_was_read_is_compared_by_content(desk: Desk, opened: list[str]) -> None:
    desk.sync()
    opened.clear()
    assert desk.sync() == SyncReport(unchanged=NAMES)
    assert opened == NAMES


def test_file_found_unchanged_by_content_is_told_by_its_stamp_from_then_on(
    desk: Desk, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.sync()
    monkeypatch.setattr(changes, "SETTLED_NANOSECONDS", -(10**15))
    opened.clear()
    embedder = HashingEmbedder()
    assert desk.sync(embedder) == SyncReport(unchanged=NAMES)
    assert opened == NAMES
    opened.clear()
    assert desk.sync(embedder) == SyncReport(unchanged=NAMES)
    assert opened == []
    assert embedder.embedded == []


@pytest.mark.usefixtures("settled")
def test_touched_file_is_opened_and_its_document_stays(desk: Desk, opened: list[str]) -> None:
    desk.sync()
    opened.clear()
    os.utime(desk.corpus / "briefing002.md", ns=(10**18, 10**18))
    embedder = HashingEmbedder()
    assert desk.sync(embedder) == SyncReport(unchanged=NAMES)
    assert opened == ["briefing002.md"]
    assert embedder.embedded == []


@pytest.mark.usefixtures("settled")
def test_edit_that_keeps_size_and_time_of_modification_is_seen_where_the_system_notes_it(desk: Desk) -> None:
    desk.sync()
    path = desk.corpus / "briefing001.md"
    before = path.stat()
    path.write_text(path.read_text().replace("edition1", "edition2"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert desk.sync().updated == ["briefing001.md"]
    assert desk.describe() == desk.fresh()


@pytest.mark.usefixtures("settled")
def test_edit_that_left_no_trace_in_size_and_times_is_found_when_all_are_verified(desk: Desk) -> None:
    desk.sync()
    path = desk.corpus / "briefing001.md"
    path.write_text(path.read_text().replace("edition1", "edition2"))
    [listed] = [file for file in CorpusFolder(desk.corpus, desk.folder).files() if file.source == "briefing001.md"]
    manifest = sqlite3.connect(desk.index / "manifest.sqlite")
    manifest.execute("UPDATE documents SET stamp = ? WHERE source = ?", (listed.stamp, listed.source))
    manifest.commit()
    manifest.close()
    assert desk.sync() == SyncReport(unchanged=NAMES)
    assert desk.sync(verify=True).updated == ["briefing001.md"]
    assert desk.describe() == desk.fresh()


@pytest.fixture
def mood(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Files in .moody are readable unless the list says why not."""
    reasons: list[str] = []

    def read(source: str, content: bytes, _options: Options) -> Document:
        if reasons:
            raise ReadError(reasons[0])
        return read_plain(source, content)

    monkeypatch.setitem(READERS, ".moody", Reader("moody-1", read))
    return reasons


@pytest.mark.usefixtures("settled")
def test_file_that_could_not_be_read_is_tried_again_when_it_changes_or_all_are_verified(
    desk: Desk, opened: list[str], mood: list[str]
) -> None:
    mood[:] = ["It is in a bad mood."]
    (desk.corpus / "a.moody").write_text("The harbour froze in 1963.")
    first = desk.sync()
    mood.clear()
    opened.clear()
    assert desk.sync().failed == first.failed
    assert opened == []
    assert not _due(desk)
    assert desk.sync(verify=True).added == ["a.moody"]
    mood[:] = ["It is in a bad mood again."]
    (desk.corpus / "a.moody").write_text("The harbour froze in 1987.")
    assert [failure.reason for failure in desk.sync().failed] == mood
    mood.clear()
    (desk.corpus / "a.moody").write_text("The harbour froze in 1999.")
    assert _due(desk)
    assert desk.sync().updated == ["a.moody"]
    assert desk.describe() == desk.fresh()


def test_reader_that_fails_in_a_way_nobody_foresaw_costs_that_file_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(source: str, content: bytes, _options: Options) -> Document:
        raise RecursionError(f"{source} holds {len(content)} brackets")

    monkeypatch.setitem(READERS, ".deep", Reader("deep-1", read))
    (desk.corpus / "a.deep").write_text("((((")
    report = desk.sync()
    assert report.added == NAMES
    assert [(failure.source, failure.reason) for failure in report.failed] == [
        ("a.deep", "The reader failed at this file (RecursionError). Please report it.")
    ]
