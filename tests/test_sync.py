"""One sync after another: what is reported, what is embedded, what serves meanwhile, and how much space it takes."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.corpus import CorpusFolder
from assistant.errors import IndexBusy, IndexMismatch
from assistant.indexing import index_writer, sync
from assistant.indexing.passages import SPLITTER
from assistant.types import Failure, SyncProgress, SyncReport
from tests.index_tools import (
    Desk,
    HashingEmbedder,
    Workshop,
    body,
    briefing,
    check_served,
    editions,
    size,
    sync_module,
    wait_for,
)


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    shop = Workshop()
    yield shop
    shop.close()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


NAMES = sorted(editions(4))


def test_report_names_what_was_added_updated_unchanged_removed_and_failed(desk: Desk) -> None:
    desk.write({**editions(4), "table.xyz": "cells"})
    reason = "Files of the format .xyz are not read. Save it in one that is, such as .pdf or .txt, and add that."
    unknown = Failure("table.xyz", reason)
    first = desk.sync()
    assert first == SyncReport(added=NAMES, failed=[unknown])
    assert desk.sync() == SyncReport(unchanged=NAMES, failed=[unknown])
    desk.write({**editions(3), "briefing001.md": briefing(1, 2), "a/new.txt": "One line of text.", "empty.md": "\n"})
    assert desk.sync() == SyncReport(
        added=["a/new.txt"],
        updated=["briefing001.md"],
        unchanged=["briefing000.md", "briefing002.md"],
        removed=["briefing003.md"],
        failed=[Failure("empty.md", "The file holds no text.")],
    )
    assert desk.describe() == desk.fresh()


def test_progress_names_each_file_in_order(desk: Desk) -> None:
    desk.write({**editions(2), "table.xyz": "cells"})
    first, both = len(briefing(0)), len(briefing(0)) + len(briefing(1))
    told: list[SyncProgress] = []
    desk.sync(progress=told.append)
    assert told == [
        SyncProgress(1, 3, "briefing000.md", first, both),
        SyncProgress(2, 3, "briefing001.md", both, both),
        SyncProgress(3, 3, "table.xyz", both, both),
    ]


def test_sync_of_an_unchanged_corpus_embeds_and_commits_nothing(desk: Desk) -> None:
    desk.write(editions(4))
    desk.sync()
    with desk.reader().reading() as snapshot:
        before = snapshot.generation
    embedder = HashingEmbedder()
    desk.sync(embedder)
    assert embedder.embedded == []
    with desk.reader().reading() as snapshot:
        assert snapshot.generation == before


def test_renamed_document_is_moved_without_embedding(desk: Desk) -> None:
    desk.write(editions(4))
    desk.sync()
    (desk.corpus / "folder").mkdir()
    (desk.corpus / "briefing002.md").rename(desk.corpus / "folder" / "other name.md")
    embedder = HashingEmbedder()
    assert desk.sync(embedder) == SyncReport(
        added=["folder/other name.md"],
        unchanged=["briefing000.md", "briefing001.md", "briefing003.md"],
        removed=["briefing002.md"],
    )
    assert embedder.embedded == []
    assert desk.describe() == desk.fresh()


def test_same_text_at_two_paths_is_two_documents_and_is_embedded_once(desk: Desk) -> None:
    desk.write({"a.md": briefing(0), "b/copy.md": briefing(0)})
    embedder = HashingEmbedder()
    assert desk.sync(embedder).added == ["a.md", "b/copy.md"]
    assert len(embedder.embedded) == 2  # a passage for each of the two sections
    desk.write({"a.md": briefing(0), "b/copy.md": briefing(0), "c.md": briefing(0)})
    again = HashingEmbedder()
    assert desk.sync(again).added == ["c.md"]
    assert again.embedded == []
    described = desk.describe()
    assert [row["source"] for row in described["documents"]] == ["a.md", "b/copy.md", "c.md"]
    assert len(described["vectors"]) == 6
    assert len(described["texts"]) == 1


def test_one_edited_sentence_embeds_only_the_passages_that_it_changes(desk: Desk) -> None:
    text = briefing(0, sentences=20)
    desk.write({"a.md": text, "b.md": briefing(1)})
    desk.sync()
    passages = len([row for row in desk.describe()["passages"] if row["source"] == "a.md"])
    assert passages > 4
    desk.write({"a.md": text.replace("recorded finding19 as", "refuted finding19 as", 1), "b.md": briefing(1)})
    embedder = HashingEmbedder()
    assert desk.sync(embedder).updated == ["a.md"]
    assert [passage.count("refuted finding19") for passage in embedder.embedded] == [1]
    assert desk.describe() == desk.fresh()


def test_text_of_two_commits_is_embedded_once_though_the_first_is_still_being_stored(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_module, "PASSAGES_PER_COMMIT", 2)
    desk.write({f"copy{number}.md": briefing(0) for number in range(6)})
    embedder = HashingEmbedder()
    desk.sync(embedder)
    assert len(embedder.embedded) == 2
    assert desk.describe() == desk.fresh()


def test_sentence_edited_in_a_hundred_pages_embeds_at_most_three_passages(desk: Desk) -> None:
    chapters = [f"## Chapter {chapter}\n\n{body(briefing(chapter, sentences=24))}" for chapter in range(40)]
    text = "\n\n".join(chapters)
    desk.write({"long.md": text})
    desk.sync()
    assert len(desk.describe()["passages"]) > 300
    edited = text.replace("recorded finding2011 as", "recorded, after a long and bitter dispute, finding2011 as", 1)
    desk.write({"long.md": edited})
    embedder = HashingEmbedder()
    desk.sync(embedder)
    assert 1 <= len(embedder.embedded) <= 3
    assert desk.describe() == desk.fresh()


def test_edit_of_the_front_matter_alone_changes_what_is_shown_and_embeds_nothing(desk: Desk) -> None:
    desk.write({"a.md": briefing(0)})
    desk.sync()
    desk.write({"a.md": briefing(0).replace("publisher: Office", "publisher: Bureau")})
    embedder = HashingEmbedder()
    assert desk.sync(embedder).updated == ["a.md"]
    assert embedder.embedded == []
    with desk.assistant() as assistant:
        assert [record.publisher for record in assistant.documents()] == ["Bureau"]
        assert {hit.passage.publisher for hit in assistant.search("harbour")} == {"Bureau"}
    assert desk.describe() == desk.fresh()


def test_document_that_becomes_unreadable_keeps_its_version_and_recovers(desk: Desk) -> None:
    binary = bytes(range(256)) * 8
    desk.write({"a.txt": "The harbour froze in 1963.", "b.txt": "The glacier grew in 1963."})
    desk.sync()
    (desk.corpus / "a.txt").write_bytes(binary)
    report = desk.sync()
    assert (report.unchanged, [failure.source for failure in report.failed]) == (["b.txt"], ["a.txt"])
    assert "not text" in report.failed[0].reason
    with desk.assistant() as assistant:
        assert [(record.source, record.passages, record.failure) for record in assistant.documents()] == [
            ("a.txt", 1, report.failed[0].reason),
            ("b.txt", 1, None),
        ]
        assert assistant.search("When did the harbour freeze?")[0].passage.text == "The harbour froze in 1963."
        (desk.corpus / "a.txt").write_text("The harbour froze in 1987.")
        assert desk.sync().updated == ["a.txt"]
        assert [record.failure for record in assistant.documents()] == [None, None]
        assert assistant.search("When did the harbour freeze?")[0].passage.text == "The harbour froze in 1987."
    assert desk.describe() == desk.fresh()


def test_file_that_never_could_be_read_is_listed_with_its_reason_until_it_goes(desk: Desk) -> None:
    desk.write({"a.txt": "The harbour froze in 1963.", "table.xyz": "cells"})
    desk.sync()
    with desk.assistant() as assistant:
        assert [(record.source, record.passages) for record in assistant.documents()] == [
            ("a.txt", 1),
            ("table.xyz", 0),
        ]
        assert "format .xyz" in str(assistant.documents()[1].failure)
        (desk.corpus / "table.xyz").unlink()
        assert desk.sync() == SyncReport(unchanged=["a.txt"])
        assert [record.source for record in assistant.documents()] == ["a.txt"]
    assert desk.describe() == desk.fresh()


@pytest.mark.parametrize("changed", ["model", "splitter"])
def test_old_build_answers_until_the_new_one_is_complete(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    monkeypatch.setattr(sync_module, "PASSAGES_PER_COMMIT", 2)
    files = editions(4)
    desk.write(files)
    desk.sync()
    embedder = HashingEmbedder("hashing-32" if changed == "model" else "hashing-24")
    if changed == "splitter":
        monkeypatch.setattr(index_writer, "SPLITTER", "sentences-of-tomorrow")
    served: list[tuple[str, str]] = []
    with desk.assistant() as assistant:

        def ask(_: SyncProgress) -> None:
            check_served(assistant, [files])
            with desk.reader().reading() as snapshot:
                served.append((snapshot.build.model, snapshot.build.profile))

        assert desk.sync(embedder, progress=ask) == SyncReport(updated=NAMES)
        check_served(assistant, [files])
    assert served == [("hashing-24", f"hashing-24 {SPLITTER}")] * 4
    assert sorted(set(embedder.embedded)) == sorted(embedder.embedded)
    assert len(embedder.embedded) == (8 if changed == "model" else 0)
    assert desk.describe() == desk.fresh(embedder)
    with desk.reader().reading() as snapshot:
        assert snapshot.build.model == embedder.name


def test_rebuild_embeds_everything_anew(desk: Desk) -> None:
    desk.write(editions(4))
    desk.sync()
    embedder = HashingEmbedder()
    assert desk.sync(embedder, rebuild=True).updated == NAMES
    assert len(embedder.embedded) == 8
    assert desk.describe() == desk.fresh()


def test_vectors_that_another_model_made_are_not_taken_over(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write(editions(4))
    desk.sync()
    monkeypatch.setattr(index_writer, "SPLITTER", "sentences-of-tomorrow")
    embedder = HashingEmbedder("hashing-32")
    desk.sync(embedder)
    assert len(embedder.embedded) == 8
    assert desk.describe() == desk.fresh(embedder)


def test_new_build_takes_in_what_changed_in_the_corpus_with_it(desk: Desk) -> None:
    desk.write(editions(4))
    desk.sync()
    desk.write({**editions(3), "briefing001.md": briefing(1, 2), "briefing009.md": briefing(9)})
    embedder = HashingEmbedder("hashing-32")
    report = desk.sync(embedder)
    assert report.added == ["briefing009.md"]
    assert report.removed == ["briefing003.md"]
    assert "briefing001.md" in report.updated
    assert desk.describe() == desk.fresh(embedder)


def test_replacing_every_document_five_times_leaves_at_most_half_more_than_a_fresh_build(desk: Desk) -> None:
    for edition in range(1, 7):
        desk.write(editions(20, edition, sentences=24))
        assert len(desk.sync().failed) == 0
    left = size(desk.index)
    described = desk.describe()
    assert described == desk.fresh()
    ratio = left / size(desk.build_fresh())
    print(f"index size after / fresh: {ratio:.2f}")  # noqa: T201 (shown with -rP)
    assert ratio < 1.5  # without compaction it is 1.64


def test_replacing_a_fifth_of_the_documents_each_time_leaves_less_than_twice_a_fresh_build(desk: Desk) -> None:
    files = editions(40, sentences=24)
    for round_ in range(12):
        for number in range(8):
            chosen = (round_ * 8 + number) % 40
            files[f"briefing{chosen:03}.md"] = briefing(chosen, round_ + 2, sentences=24)
        desk.write(files)
        desk.sync()
    left = size(desk.index)
    assert desk.describe() == desk.fresh()
    ratio = left / size(desk.build_fresh())
    print(f"index size after / fresh: {ratio:.2f}")  # noqa: T201 (shown with -rP)
    assert ratio < 2


def test_removing_every_document_leaves_an_empty_index_that_fills_again(desk: Desk) -> None:
    desk.write(editions(4))
    desk.sync()
    desk.write({})
    assert desk.sync() == SyncReport(removed=NAMES)
    described = desk.describe()
    assert (described["documents"], described["vectors_counted"], described["words_counted"]) == ([], 0, 0)
    with desk.assistant() as assistant:
        assert assistant.search("harbour") == []
        assert assistant.ask("What about the harbour?").abstained
    desk.write(editions(4))
    assert desk.sync() == SyncReport(added=NAMES)
    assert desk.describe() == desk.fresh()


def test_index_of_another_corpus_is_refused_and_left_as_it_is(desk: Desk) -> None:
    desk.write(editions(2))
    desk.sync()
    described = desk.describe()
    other = desk.folder / "other"
    other.mkdir()
    (other / "a.txt").write_text("Other text.")
    with pytest.raises(IndexMismatch) as caught:
        sync(CorpusFolder(other, desk.folder / "removed"), desk.layout, HashingEmbedder())
    assert str(desk.corpus) in str(caught.value)
    assert str(other) in str(caught.value)
    with pytest.raises(IndexMismatch):
        sync(CorpusFolder(other, desk.folder / "removed"), desk.layout, HashingEmbedder(), rebuild=True)
    assert desk.describe() == described


def test_project_folder_that_is_moved_as_a_whole_still_answers_and_syncs(tmp_path: Path) -> None:
    files = editions(4)
    before = Desk(tmp_path / "before")
    before.write(files)
    before.sync()
    shutil.move(before.folder, tmp_path / "after")
    after = Desk(tmp_path / "after")
    with after.assistant() as assistant:
        check_served(assistant, [files])
        assert after.sync() == SyncReport(unchanged=NAMES)
        after.write({**files, "briefing000.md": briefing(0, 2)})
        assert after.sync().updated == ["briefing000.md"]
        assert assistant.document("briefing000.md").text == body(briefing(0, 2))
    assert after.describe() == after.fresh()


def test_project_folder_that_is_copied_is_not_taken_for_the_original(tmp_path: Path) -> None:
    original = Desk(tmp_path / "original")
    original.write(editions(2))
    original.sync()
    shutil.copytree(original.folder, tmp_path / "copy")
    with pytest.raises(IndexMismatch, match="original"):
        Desk(tmp_path / "copy").sync()


def test_moved_project_whose_old_place_is_taken_again_still_answers(tmp_path: Path) -> None:
    """After the move and a sync at the new place, a new project at the old one changes nothing."""
    old = Desk(tmp_path / "before")
    old.write(editions(2))
    old.sync()
    shutil.move(old.folder, tmp_path / "after")
    after = Desk(tmp_path / "after")
    after.sync()
    old.write(editions(1, 2))
    with after.assistant() as assistant:
        check_served(assistant, [editions(2)])


def test_second_process_is_told_which_process_writes(desk: Desk, workshop: Workshop) -> None:
    desk.write(editions(2))
    pid = workshop.start(desk, pause=("vectors.put", "before", 1))
    wait_for(desk.folder / "paused")
    with pytest.raises(IndexBusy) as caught:
        desk.sync()
    (desk.folder / "go").touch()
    assert workshop.finish()["report"]["added"] == NAMES[:2]
    assert str(caught.value) == (
        f"{desk.index} is being written by process {pid} (index_tools.py). Wait for it, or stop it."
    )
    assert desk.sync() == SyncReport(unchanged=NAMES[:2])


def test_second_thread_is_told_that_its_own_process_writes(desk: Desk) -> None:
    desk.write(editions(2))
    caught: list[BaseException] = []

    def sync_too() -> None:
        try:
            desk.sync()
        except BaseException as error:
            caught.append(error)

    def meanwhile(_: SyncProgress) -> None:
        thread = threading.Thread(target=sync_too)
        thread.start()
        thread.join()

    assert desk.sync(progress=meanwhile).added == NAMES[:2]
    assert [type(error) for error in caught] == [IndexBusy, IndexBusy]
    assert desk.describe() == desk.fresh()


def test_lock_of_a_process_that_was_killed_holds_nobody_up(desk: Desk, workshop: Workshop) -> None:
    desk.write(editions(2))
    assert workshop.run(desk, kill=("vectors.put", "before", 1)) == {"signal": 9}
    assert desk.sync().added == NAMES[:2]
