"""Several threads and processes change a corpus at once: nothing is lost, and each is told what became of its own."""

from __future__ import annotations

import errno
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant import CorpusError, IndexDamaged, StorageError
from assistant.corpus import CorpusFolder
from assistant.indexing.lock import writing
from assistant.indexing.manifest import Manifest
from assistant.interfaces.console import show_report
from assistant.interfaces.page.actions import remove as remove_deed
from assistant.interfaces.page.actions import restore as restore_deed
from assistant.interfaces.page.uploads import Upload, add_uploads
from assistant.models.calibration import Calibration, Calibrations
from assistant.reading.passwords import Passwords
from assistant.types import Failure, SyncReport
from assistant.users import Users
from tests.conftest import write_corpus
from tests.index_tools import Desk, Workshop, editions, wait_for

PROCESS_ADDS = """
import sys
from pathlib import Path
from assistant.corpus import CorpusFolder
folder = CorpusFolder(Path(sys.argv[1]), Path(sys.argv[2]))
sys.stdin.readline()
copied, failed = folder.add(Path(sys.argv[3]))
print(len(copied), len(failed))
"""
USER_IS_ADDED = """
import sys
from pathlib import Path
from assistant.users import Users
users = Users(Path(sys.argv[1]))
sys.stdin.readline()
print(users.add(sys.argv[2], "a long password"))
"""
IN_ORDER = "with other content. Rename the new file, or replace the old one with: citewell add --replace"


@pytest.fixture
def folder(tmp_path: Path) -> CorpusFolder:
    (tmp_path / "corpus").mkdir()
    return CorpusFolder(tmp_path / "corpus", tmp_path / "removed")


def _together(count: int, work: Callable[[int], Any]) -> list[Any]:
    """What each of some threads gets that begin at the same moment; an error is what it gets too."""
    gate = threading.Barrier(count)

    def run(number: int) -> Any:
        gate.wait()
        try:
            return work(number)
        except Exception as error:
            return error

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


@contextmanager
def _processes(code: str, arguments: list[list[str]]) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that have started, and go on together."""
    made = [
        subprocess.Popen([sys.executable, "-c", code, *each], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for each in arguments
    ]
    try:
        yield made
    finally:
        for process in made:
            process.kill()
            process.wait()
            for pipe in filter(None, (process.stdin, process.stdout)):
                pipe.close()


def _files(root: Path, count: int, name: str = "a.md") -> list[Path]:
    return [write_corpus(root / f"from{number}", {name: f"text {number}"}) / name for number in range(count)]


class TestAdding:
    @pytest.mark.parametrize("turn", range(10))
    def test_of_threads_that_add_one_name_at_once_one_is_kept_and_the_others_are_told(
        self, folder: CorpusFolder, tmp_path: Path, turn: int
    ) -> None:
        files = _files(tmp_path / str(turn), 6)
        outcomes = _together(6, lambda number: folder.add(files[number]))
        [winner] = [number for number, (copied, _) in enumerate(outcomes) if copied == ["a.md"]]
        assert (folder.path / "a.md").read_text() == f"text {winner}"
        told = [failed[0] for number, (_, failed) in enumerate(outcomes) if number != winner]
        assert {one.reason for one in told} == {f"a.md is already in the corpus {IN_ORDER}"}
        assert [path.name for path in folder.path.iterdir()] == ["a.md"]

    def test_one_whose_name_is_taken_between_its_look_and_its_copy_takes_nothing_away(
        self, folder: CorpusFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = _files(tmp_path, 2)
        link = os.link

        def after_another(source: str, target: Path) -> None:
            monkeypatch.setattr(os, "link", link)
            assert folder.add(second) == (["a.md"], [])
            link(source, target)

        monkeypatch.setattr(os, "link", after_another)
        assert folder.add(first) == ([], [Failure(str(first), f"a.md is already in the corpus {IN_ORDER}")])
        assert (folder.path / "a.md").read_text() == "text 1"

    def test_two_that_add_the_same_content_at_once_both_succeed(self, folder: CorpusFolder, tmp_path: Path) -> None:
        same = [write_corpus(tmp_path / f"from{number}", {"a.md": "same"}) / "a.md" for number in range(4)]
        assert _together(4, lambda number: folder.add(same[number])) == [(["a.md"], [])] * 4

    def test_without_links_a_name_is_taken_by_one_as_well(
        self, folder: CorpusFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(os, "link", refuse)
        files = _files(tmp_path, 6)
        outcomes = _together(6, lambda number: folder.add(files[number]))
        [winner] = [number for number, (copied, _) in enumerate(outcomes) if copied == ["a.md"]]
        assert (folder.path / "a.md").read_text() == f"text {winner}"
        assert [path.name for path in folder.path.iterdir()] == ["a.md"]

    def test_processes_that_add_one_name_at_once_lose_nothing(self, folder: CorpusFolder, tmp_path: Path) -> None:
        files = _files(tmp_path, 3)
        arguments = [[str(folder.path), str(tmp_path / "removed"), str(file)] for file in files]
        with _processes(PROCESS_ADDS, arguments) as processes:
            outcomes = [process.communicate("\n")[0].split() for process in processes]
        assert sorted(outcomes) == [["0", "1"], ["0", "1"], ["1", "0"]]
        assert (folder.path / "a.md").read_text() == f"text {outcomes.index(['1', '0'])}"

    def test_a_file_in_the_way_of_a_folder_is_told_and_not_waited_for(
        self, folder: CorpusFolder, tmp_path: Path
    ) -> None:
        write_corpus(folder.path, {"news": "a file"})
        [file] = _files(tmp_path, 1)
        copied, [failure] = folder.add(file, into="news")
        assert (copied, failure.source) == ([], str(file))
        assert "cannot be copied to" in failure.reason

    @pytest.mark.parametrize("seed", range(8))
    def test_whatever_is_added_removed_and_put_back_at_once_every_content_is_still_somewhere(
        self, folder: CorpusFolder, tmp_path: Path, seed: int
    ) -> None:
        """Each of some threads adds files of its own under a few names, removes some and puts some back."""
        names = ["a.md", "news/b.md", "news/old/c.md"]
        added: list[str] = []

        def work(number: int) -> None:
            chance = random.Random(f"{seed} {number}")
            for step in range(12):
                name = chance.choice(names)
                what = chance.choice(["add", "add", "remove", "restore"])
                try:
                    if what == "add":
                        text = f"{seed} {number} {step}"
                        parent, _, last = name.rpartition("/")
                        file = write_corpus(tmp_path / "from" / text.replace(" ", "-"), {last: text}) / last
                        copied, _ = folder.add(file, into=parent)
                        added.extend([text] if copied else [])
                    elif what == "remove":
                        folder.remove(name)
                    else:
                        folder.restore(name)
                except CorpusError:
                    pass  # it is not there, or its name is taken

        assert _together(4, work) == [None] * 4
        kept = [path for place in (folder.path, tmp_path / "removed") for path in place.rglob("*") if path.is_file()]
        assert sorted(path.read_text() for path in kept) == sorted(added)
        assert {path.name for path in kept} <= {"a.md", "b.md", "c.md"}


class TestRemovingAndRestoring:
    def test_two_that_remove_one_document_at_once_keep_it_once(self, folder: CorpusFolder) -> None:
        write_corpus(folder.path, {"a.md": "text"})
        outcomes = _together(4, lambda _: folder.remove("a.md"))
        [kept] = [outcome for outcome in outcomes if isinstance(outcome, Path)]
        assert kept.read_text() == "text"
        assert {type(outcome) for outcome in outcomes if outcome != kept} == {CorpusError}

    def test_a_document_that_comes_while_another_of_its_name_is_put_back_stays(
        self, folder: CorpusFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_corpus(folder.path, {"a.md": "old"})
        kept = folder.remove("a.md")
        new = write_corpus(tmp_path / "from", {"a.md": "new"}) / "a.md"
        link = os.link

        def after_another(source: str, target: Path) -> None:
            monkeypatch.setattr(os, "link", link)
            assert folder.add(new) == (["a.md"], [])
            link(source, target)

        monkeypatch.setattr(os, "link", after_another)
        with pytest.raises(CorpusError, match=r"There is a document 'a\.md' in the corpus"):
            folder.restore("a.md")
        assert ((folder.path / "a.md").read_text(), kept.read_text()) == ("new", "old")

    def test_across_disks_a_document_is_moved_and_put_back_whole(
        self, folder: CorpusFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rename, link = Path.rename, os.link

        def within(step: Callable[..., None]) -> Callable[..., None]:
            def only_there(one: Any, other: Any) -> None:
                if Path(one).is_relative_to(folder.path) != Path(other).is_relative_to(folder.path):
                    raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
                step(one, other)

            return only_there

        monkeypatch.setattr(Path, "rename", within(rename))
        monkeypatch.setattr(os, "link", within(link))
        write_corpus(folder.path, {"news/a.md": "text"})
        assert folder.remove("news/a.md").read_text() == "text"
        assert list(folder.path.rglob("*")) == []
        folder.restore("news/a.md")
        assert (folder.path / "news" / "a.md").read_text() == "text"
        assert [path for path in (tmp_path / "removed").rglob("*") if path.is_file()] == []


class TestSmallFiles:
    def test_passwords_that_are_kept_at_once_all_stay(self, tmp_path: Path) -> None:
        assert (
            _together(12, lambda number: Passwords(tmp_path).keep([f"{number}.pdf"], f"secret {number}")) == [None] * 12
        )
        kept = Passwords(tmp_path).all()
        assert {source: password.secret for source, password in kept.items()} == {
            f"{number}.pdf": f"secret {number}" for number in range(12)
        }
        assert (tmp_path / "passwords.json").stat().st_mode & 0o777 == 0o600

    def test_passwords_that_cannot_be_written_stay_as_they_were(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        passwords = Passwords(tmp_path)
        passwords.keep(["a.pdf"], "secret")

        def full(_: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(StorageError, match=r"passwords\.json cannot be written: No space left on device\.$"):
            passwords.keep(["b.pdf"], "another")
        assert [password.secret for password in passwords.all().values()] == ["secret"]
        assert sorted(path.name for path in tmp_path.iterdir()) == [".passwords.json.lock", "passwords.json"]

    def test_users_that_processes_and_threads_add_at_once_all_stay(self, tmp_path: Path) -> None:
        file = tmp_path / "users.json"
        with _processes(USER_IS_ADDED, [[str(file), name] for name in ("ada", "bela")]) as processes:
            for process in processes:
                assert process.stdin
                process.stdin.write("\n")
                process.stdin.flush()
            _together(3, lambda number: Users(file).add(f"user{number}", "a long password"))
            assert [process.communicate()[0] for process in processes] == ["ada\n", "bela\n"]
        assert Users(file).names() == ["ada", "bela", "user0", "user1", "user2"]

    def test_thresholds_of_readers_that_are_kept_at_once_all_stay(self, tmp_path: Path) -> None:
        _together(8, lambda number: Calibrations(tmp_path).save(f"reader{number}", Calibration(float(number), 1.0, 4)))
        kept = Calibrations(tmp_path)
        assert [kept.threshold(f"reader{number}") for number in range(8)] == [float(number) for number in range(8)]


class TestIndexing:
    @pytest.fixture
    def desk(self, tmp_path: Path) -> Desk:
        desk = Desk(tmp_path)
        desk.write(editions(2))
        desk.sync()
        return desk

    @pytest.fixture
    def busy(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Another writer holds the index for as long as the test runs."""
        monkeypatch.setattr("assistant.assistant.BUSY_SECONDS", 0.0)
        with writing(desk.index):
            yield

    def test_what_another_sync_indexes_between_copy_and_sync_counts_as_added_and_updated(
        self, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        new = write_corpus(tmp_path / "from", {**editions(1, 2), "briefing050.md": editions(3)["briefing002.md"]})
        with desk.assistant() as assistant:
            sync = assistant.sync

            def after_the_watcher(**named: Any) -> SyncReport:
                desk.sync()
                return sync(**named)

            monkeypatch.setattr(assistant, "sync", after_the_watcher)
            report = assistant.add([new / "briefing000.md", new / "briefing050.md"], replace=True)
            assert report == SyncReport(["briefing050.md"], ["briefing000.md"], ["briefing001.md"])
            monkeypatch.undo()
            again = assistant.add([new / "briefing000.md", new / "briefing050.md"])
            assert again == SyncReport(unchanged=["briefing000.md", "briefing001.md", "briefing050.md"])
            assistant.remove("briefing050.md")
            monkeypatch.setattr(assistant, "sync", after_the_watcher)
            assert assistant.restore("briefing050.md").added == ["briefing050.md"]

    @pytest.mark.usefixtures("busy")
    def test_while_another_writes_the_index_what_is_added_is_in_the_corpus_and_waits(
        self, desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        new = write_corpus(tmp_path / "from", {"new.md": "The new harbour opened."}) / "new.md"
        reason = (
            f"It is changed in the corpus, but not in the index yet. {desk.index} is being written by process "
            f"{os.getpid()} ({Path(sys.argv[0]).name}"
        )
        with desk.assistant() as assistant:
            report = assistant.add([new])
            assert (report.added, [one.source for one in report.waiting]) == ([], ["new.md"])
            assert report.waiting[0].reason.startswith(reason)
            assert report.waiting[0].reason.endswith("A page that runs then indexes it by itself; else: citewell sync")
            assert [one.source for one in assistant.remove("briefing000.md").waiting] == ["briefing000.md"]
            assert [one.source for one in assistant.restore("briefing000.md").waiting] == ["briefing000.md"]
        assert (desk.corpus / "new.md").read_text() == "The new harbour opened."
        show_report(report)
        assert "Waits: new.md: It is changed in the corpus" in " ".join(capsys.readouterr().err.split())

    @pytest.mark.usefixtures("busy")
    def test_page_says_of_what_waits_that_it_is_done_in_the_corpus(self, desk: Desk, tmp_path: Path) -> None:
        sent = write_corpus(tmp_path / "sent", {"x": "The new harbour opened."}) / "x"
        with desk.assistant() as assistant:
            [outcome] = add_uploads(assistant, [Upload("new.md", sent)], replace=False)
            assert (outcome.name, outcome.state) == ("new.md", "added")
            assert outcome.reason.startswith("It is changed in the corpus, but not in the index yet.")
            for action in (remove_deed(assistant, "new.md"), restore_deed(assistant, "new.md")):
                [waits] = action.work(lambda _: None, threading.Event()).outcomes
                assert (waits.name, waits.reason) == ("new.md", outcome.reason)

    def test_one_that_adds_waits_for_a_process_that_is_about_to_end(self, desk: Desk, tmp_path: Path) -> None:
        shop = Workshop()
        try:
            desk.write({**editions(2), "late.md": "The late harbour opened."})
            shop.start(desk, pause=("vectors.put", "before", 1))
            wait_for(desk.folder / "paused")
            new = write_corpus(tmp_path / "from", {"new.md": "The new harbour opened."}) / "new.md"
            with desk.assistant() as assistant, ThreadPoolExecutor(1) as thread:
                report = thread.submit(assistant.add, [new])
                wait_for(desk.corpus / "new.md")
                (desk.folder / "go").touch()
                assert shop.finish()["report"]["added"] == ["late.md"]
                assert report.result().added == ["new.md"]
        finally:
            shop.close()

    @pytest.mark.parametrize("part", ["chroma", "lexical"])
    @pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system does not list a process's open files")
    def test_manifest_is_closed_when_a_store_cannot_be_opened(self, desk: Desk, part: str) -> None:
        [store] = (desk.index / part).iterdir()
        for file in store.iterdir():
            file.unlink() if file.is_file() else None
        with pytest.raises(IndexDamaged) as held:
            desk.sync()
        opened = [os.path.realpath(file) for file in Path("/proc/self/fd").iterdir()]
        assert str(desk.index / "manifest.sqlite") not in opened
        assert held.value.__traceback__  # what it refers to is still there
        Manifest(desk.index / "manifest.sqlite", desk.corpus).close()
