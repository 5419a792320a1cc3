"""A backup is taken while Citewell is used, and restored elsewhere: the same bytes, documents and conversations."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import stat
import tarfile
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant import Assistant, BackupError, Collection, Collections, IndexBusy, Settings, SettingsError, StorageError
from assistant.access.collections import collections_file
from assistant.backups import restore, restoring, take, taking
from assistant.backups.inventory import INVENTORY
from assistant.backups.looking import SQLITE_HEADER
from assistant.conversations.store import Conversations
from assistant.conversations.values import Exchange
from assistant.indexing.lock import writing
from assistant.reading.passwords import Passwords
from assistant.users import Users
from tests.index_tools import Desk, contents, editions
from tests.logins import SECRET, users_in

OWNER = "ann"
PARTS = st.text("abcXYZ äß-_漢", min_size=1, max_size=6).filter(lambda name: name.strip() == name)
NAMES = st.lists(PARTS, min_size=1, max_size=3).map("/".join)
FILES = st.dictionaries(NAMES, st.binary(max_size=200), max_size=6)


def settings_in(folder: Path, **others: Path) -> Settings:
    return Settings(corpus_dir=folder / "corpus", index_dir=folder / "index", state_dir=folder / "state", **others)


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files; a name that leads through another file is passed over."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in sorted(files.items()):
        if not any(parent.is_file() for parent in (folder / name).parents) and not (folder / name).is_dir():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)


def talk(state: Path, *asked: str) -> None:
    with closing(Conversations(state)) as kept:
        talked = kept.create(OWNER)
        for question in asked:
            kept.append(OWNER, talked.id, Exchange(question, None))


def talked(state: Path) -> list[list[str]]:
    with closing(Conversations(state)) as kept:
        return [[one.asked for one in kept.open(OWNER, each.id).exchanges] for each in kept.all(OWNER)]


def modes(folder: Path) -> dict[str, int]:
    return {name: stat.S_IMODE((folder / name).stat().st_mode) for name in contents(folder)}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(documents={"a": SQLITE_HEADER, "a-wal": b"x"}, kept={"a": SQLITE_HEADER, "a-wal": b"x"}, asked=[])
@given(documents=FILES, kept=FILES, asked=st.lists(st.text(max_size=20), max_size=3))
def test_what_is_restored_elsewhere_is_what_was_backed_up(
    tmp_path_factory: pytest.TempPathFactory, documents: dict[str, bytes], kept: dict[str, bytes], asked: list[str]
) -> None:
    home = tmp_path_factory.mktemp("home")
    here, there = settings_in(home / "here"), settings_in(home / "there")
    write(here.corpus_dir, documents)
    write(here.state_dir / "removed", kept)
    talk(here.state_dir, *asked)
    taken = take(here, home / "backup.tar.gz")
    restored = restore(there, home / "backup.tar.gz")
    assert contents(there.corpus_dir) == contents(here.corpus_dir)
    assert contents(there.state_dir / "removed") == contents(here.state_dir / "removed")
    assert talked(there.state_dir) == talked(here.state_dir) == [asked]
    assert (taken.files, taken.bytes) == (restored.files, restored.bytes)
    assert {path.name for path in (home / "there").iterdir()} == {"corpus", "index", "state"}
    assert {path.name for path in home.iterdir()} == {"here", "there", "backup.tar.gz"}


def test_who_may_read_what_is_restored_too(tmp_path: Path) -> None:
    here, there = settings_in(tmp_path / "here"), settings_in(tmp_path / "there")
    write(here.corpus_dir, {"board/minutes.md": b"Closed."})
    collections = Collections(collections_file(here.state_dir))
    collections.add("board", "Minutes")
    collections.grant("board", "ann", write=True)
    take(here, tmp_path / "backup.tar.gz")
    restore(there, tmp_path / "backup.tar.gz")
    assert Collections(collections_file(there.state_dir)).all() == [Collection("board", "Minutes", ("ann",), ("ann",))]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "here")
    desk.write(editions(3))
    return desk


@pytest.fixture
def here(desk: Desk) -> Settings:
    return settings_in(desk.folder)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "backups" / "backup.tar.gz"


@pytest.fixture
def there(tmp_path: Path) -> Settings:
    return settings_in(tmp_path / "there")


class TestWhatIsInIt:
    def test_documents_answer_and_watched_questions_are_asked_where_it_is_restored(
        self, desk: Desk, here: Settings, there: Settings, backup: Path, tmp_path: Path
    ) -> None:
        with desk.assistant() as assistant:
            assistant.sync()
            assistant.remove("briefing002.md")
            found = _sources(assistant)
            watched = assistant.add_watch("What did the survey0 record?", owner=OWNER)
        take(here, backup)
        restore(there, backup)
        other = Desk(tmp_path / "there")
        with other.assistant() as assistant:
            assert assistant.sync().added == ["briefing000.md", "briefing001.md"]
            assert _sources(assistant) == found
            [again] = assistant.watches.all(OWNER)
            assert (again.number, again.question) == (watched.number, watched.question)
            [checked] = assistant.check_watches()
            assert checked.state == "unchanged"
            assert assistant.restore("briefing002.md").added == ["briefing002.md"]
        assert other.describe() == other.fresh()

    def test_secrets_may_be_read_by_their_owner_alone_there_too(
        self, here: Settings, there: Settings, backup: Path
    ) -> None:
        Passwords(here.state_dir).keep(["a.pdf"], "swordfish")
        talk(here.state_dir, "Who?")
        (here.state_dir / "open.txt").write_text("for everybody")
        (here.state_dir / "open.txt").chmod(0o644)
        take(here, backup)
        restore(there, backup)
        assert modes(there.state_dir) == {"conversations.sqlite": 0o600, "open.txt": 0o644, "passwords.json": 0o600}
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600
        assert Passwords(there.state_dir).all()["a.pdf"].secret == "swordfish"

    def test_users_may_log_in_there_with_their_passwords(
        self, desk: Desk, tmp_path: Path, there: Settings, backup: Path
    ) -> None:
        with users_in(tmp_path / "etc", OWNER) as users:
            take(settings_in(desk.folder, users=tmp_path / "etc" / "users.json"), backup)
            assert users.verify(OWNER, SECRET) == OWNER
        with pytest.raises(SettingsError) as unnamed:
            restore(there, backup)
        assert str(unnamed.value) == (
            f"{backup} holds the users who may log in. Name a file for them in CITEWELL_USERS, outside of "
            f"{there.state_dir}, and restore it again."
        )
        elsewhere = tmp_path / "there" / "etc" / "users.json"
        restored = restore(settings_in(tmp_path / "there", users=elsewhere), backup)
        assert restored.places["users"] == str(elsewhere)
        assert Users(elsewhere).verify(OWNER, SECRET) == OWNER
        assert modes(elsewhere.parent) == {"users.json": 0o600}

    def test_the_index_is_left_out_unless_it_is_asked_for(
        self, desk: Desk, here: Settings, tmp_path: Path, backup: Path
    ) -> None:
        desk.sync()
        take(here, backup)
        assert not any(name.startswith("index/") for name in members(backup))
        take(here, tmp_path / "whole.tar.gz", with_index=True)
        desk.folder.rename(tmp_path / "gone")
        restored = restore(here, tmp_path / "whole.tar.gz")
        assert restored.places["index"] == str(here.index_dir)
        assert desk.describe() == describe_elsewhere(tmp_path / "gone")
        report = desk.sync()
        assert report.unchanged == sorted(editions(3))

    def test_what_cannot_be_in_it_is_told(self, desk: Desk, here: Settings, backup: Path) -> None:
        (desk.corpus / "link.md").symlink_to("/etc/passwd")
        os.mkfifo(desk.corpus / "pipe.md")
        (desk.corpus / os.fsdecode(b"\xff.md")).write_text("x")
        taken = take(here, backup)
        assert taken.left_out == {
            "corpus/link.md": "it is a link, or no file at all",
            "corpus/pipe.md": "it is a link, or no file at all",
            "corpus/\N{REPLACEMENT CHARACTER}.md": "its name cannot be that of a file on every system",
        }
        assert [name for name in members(backup) if "link" in name or "pipe" in name] == []

    def test_what_belongs_to_the_moment_is_not_in_it(self, desk: Desk, here: Settings, backup: Path) -> None:
        with closing(Conversations(here.state_dir)) as kept, desk.assistant() as assistant:
            kept.create(OWNER)
            assistant.sync()
            assert (here.state_dir / "conversations.sqlite-wal").is_file()
            Passwords(here.state_dir).keep(["a.pdf"], "swordfish")
            (here.state_dir / ".writing-1").write_text("half")
            take(here, backup)
        assert [name for name in members(backup) if name.startswith("state/")] == [
            "state/passwords.json", "state/conversations.sqlite",
        ]  # fmt: skip


def _sources(assistant: Assistant) -> list[str]:
    return [hit.passage.source for hit in assistant.search("What did the harbour survey0 record?", limit=50)]


def describe_elsewhere(folder: Path) -> dict[str, Any]:
    """What an index that was moved held, with the corpus where it was."""
    folder.rename(folder.with_name("moved"))
    moved = Desk(folder.with_name("moved"))
    with closing(sqlite3.connect(moved.index / "manifest.sqlite")) as database, database:
        database.execute("UPDATE meta SET value = ? WHERE name = 'corpus'", (str(moved.corpus),))
    return moved.describe()


def members(backup: Path) -> list[str]:
    with tarfile.open(backup) as archive:
        return archive.getnames()


class TestTakenWhileCitewellIsUsed:
    def test_it_holds_what_was_there_at_one_moment(
        self, desk: Desk, here: Settings, tmp_path: Path, backup: Path
    ) -> None:
        """A document is added, and then told of in the conversation, again and again."""
        stop, failed = threading.Event(), list[Exception]()
        outside = tmp_path / "outside"
        outside.mkdir()
        begun = threading.Event()

        def work() -> None:
            try:
                with desk.assistant() as assistant, closing(Conversations(here.state_dir)) as kept:
                    conversation = kept.create(OWNER)
                    for number in range(10_000):
                        if stop.is_set():
                            return
                        (outside / f"{number:05}.md").write_text(f"Report {number}.")
                        assistant._corpus.add(outside / f"{number:05}.md")
                        kept.append(OWNER, conversation.id, Exchange(f"{number:05}.md", None))
                        begun.set()
            except Exception as error:
                failed.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        assert begun.wait(60)
        try:
            for number in range(8):
                take(here, backup.with_name(f"{number}.tar.gz"))
        finally:
            stop.set()
            thread.join()
        assert failed == []
        last = -1
        for number in range(8):
            there = settings_in(tmp_path / f"there{number}")
            restore(there, backup.with_name(f"{number}.tar.gz"))
            added = sorted(set(contents(there.corpus_dir)) - set(editions(3)))
            [told] = talked(there.state_dir)
            assert added == [f"{one:05}.md" for one in range(len(added))]
            assert told == added[: len(told)]
            assert len(added) - len(told) in (0, 1)
            assert len(added) >= last
            last = len(added)

    def test_what_changes_while_it_is_packed_is_packed_anew(
        self, desk: Desk, here: Settings, there: Settings, backup: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def shorten() -> None:
            (desk.corpus / "briefing000.md").write_text("short")
            talk(here.state_dir, "Who?")

        def exchange() -> None:
            (desk.corpus / "briefing002.md").unlink()
            write(desk.corpus, {"briefing002.md/a.md": b"x"})

        changes: list[Callable[[], None]] = [(desk.corpus / "briefing001.md").unlink, exchange, shorten]
        packed = taking._packed

        def pack(archive: tarfile.TarFile, name: str, path: Path, mode: int) -> Any:
            found = packed(archive, name, path, mode)
            if changes:
                changes.pop()()
            return found

        monkeypatch.setattr(taking, "_packed", pack)
        take(here, backup)
        restore(there, backup)
        assert changes == []
        assert contents(there.corpus_dir) == {"briefing000.md": b"short", "briefing002.md/a.md": b"x"}
        assert talked(there.state_dir) == [["Who?"]]

    def test_what_never_rests_is_named(
        self, desk: Desk, here: Settings, backup: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(taking, "TRIES", 3)
        monkeypatch.setattr(taking, "PAUSE_SECONDS", 0)
        log = desk.corpus / "log.txt"
        packed = taking._packed

        def pack(*arguments: Any) -> Any:
            with log.open("a") as file:
                file.write("more")
            return packed(*arguments)

        monkeypatch.setattr(taking, "_packed", pack)
        with pytest.raises(BackupError) as restless:
            take(here, backup)
        assert str(restless.value) == (
            "corpus/log.txt goes on changing, so that no moment can be kept. Wait until what writes it is done, and "
            "take the backup again."
        )
        assert list(backup.parent.iterdir()) == []

    def test_with_the_index_no_sync_runs_meanwhile(self, desk: Desk, here: Settings, backup: Path) -> None:
        desk.sync()
        with writing(here.index_dir):
            take(here, backup)
            with pytest.raises(IndexBusy):
                take(here, backup.with_name("whole.tar.gz"), with_index=True)


class TestTakingIsRefused:
    def test_where_it_would_hold_itself_or_replace_a_file(self, here: Settings, backup: Path) -> None:
        for folder in (here.corpus_dir, here.state_dir, here.index_dir / "more"):
            with pytest.raises(BackupError, match=r"^A backup cannot lie in .*, which it holds\."):
                take(here, folder / "backup.tar.gz")
        take(here, backup)
        before = backup.read_bytes()
        with pytest.raises(BackupError) as again:
            take(here, backup)
        assert str(again.value) == f"{backup} is there already. Name another file, or remove that one."
        assert backup.read_bytes() == before

    def test_where_a_folder_cannot_be_written(self, here: Settings, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        with pytest.raises(StorageError) as refused:
            take(here, tmp_path / "file" / "backup.tar.gz")
        assert str(refused.value) == (
            f"The backup {tmp_path}/file/backup.tar.gz cannot be taken: {tmp_path}/file: File exists. Free some space, "
            "check permissions, or name a file in another folder."
        )

    def test_where_there_is_no_corpus(self, there: Settings, backup: Path) -> None:
        with pytest.raises(BackupError) as missing:
            take(there, backup)
        assert str(missing.value) == (
            f"The corpus folder {there.corpus_dir} does not exist, so there is nothing to back up. "
            "Name another in CITEWELL_CORPUS_DIR."
        )


class TestRestoring:
    def test_refuses_a_folder_that_is_not_empty_and_keeps_what_it_replaces(
        self, here: Settings, there: Settings, backup: Path
    ) -> None:
        talk(here.state_dir, "Who?")
        take(here, backup)
        write(there.corpus_dir, {"own.md": b"mine"})
        write(there.state_dir, {"own.json": b"mine"})
        with pytest.raises(BackupError) as full:
            restore(there, backup)
        assert str(full.value) == (
            f"{there.corpus_dir} is not empty. Name an empty folder, or have it replaced with: "
            "citewell restore-backup --replace FILE"
        )
        assert contents(there.corpus_dir) == {"own.md": b"mine"}
        restored = restore(there, backup, replace=True)
        assert contents(there.corpus_dir) == contents(here.corpus_dir)
        assert talked(there.state_dir) == [["Who?"]]
        kept_corpus, kept_state = map(Path, restored.before)
        assert contents(kept_corpus) == {"own.md": b"mine"}
        assert contents(kept_state) == {"own.json": b"mine"}
        assert kept_corpus.parent == there.corpus_dir.parent

    def test_fills_a_folder_that_cannot_be_moved(
        self, here: Settings, there: Settings, backup: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As where a container has a volume."""
        take(here, backup)
        write(there.corpus_dir, {"own.md": b"mine", "more/own.md": b"mine too"})
        monkeypatch.setattr(restoring, "_is_fixed", lambda folder: folder == there.corpus_dir)
        inode = there.corpus_dir.stat().st_ino
        restored = restore(there, backup, replace=True)
        kept = Path(restored.before[0])
        assert there.corpus_dir.stat().st_ino == inode
        assert kept.parent == there.corpus_dir
        assert contents(kept) == {"own.md": b"mine", "more/own.md": b"mine too"}
        assert {path.name for path in there.corpus_dir.iterdir()} == {*editions(3), kept.name}
        assert kept.name.startswith(".")
        take(there, backup.with_name("again.tar.gz"))
        assert {name.partition("/")[2] for name in members(backup.with_name("again.tar.gz"))} == {*editions(3), ""}

    def test_waits_for_no_sync(self, here: Settings, there: Settings, backup: Path) -> None:
        take(here, backup)
        with writing(there.index_dir), pytest.raises(IndexBusy):
            restore(there, backup)
        assert not there.corpus_dir.exists()
        assert {path.name for path in there.corpus_dir.parent.iterdir()} == {"index"}

    def test_of_what_is_no_file_says_so(self, there: Settings, backup: Path) -> None:
        with pytest.raises(BackupError) as missing:
            restore(there, backup)
        assert str(missing.value) == f"There is no file {backup}."


Change = Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]


def _entry(name: str, content: bytes = b"", **attributes: Any) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    return info, content


def _adds(name: str, **attributes: Any) -> Change:
    return lambda entries: entries.insert(0, _entry(name, **attributes))


def _edits(edit: Callable[[dict[str, Any]], object]) -> Change:
    def change(entries: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        inventory = json.loads(entries.pop()[1])
        edit(inventory)
        entries.append(_entry(INVENTORY, json.dumps(inventory).encode()))

    return change


def _alters(entries: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    info, content = entries[0]
    entries[0] = info, b"x" + content[1:]


def _drops_one(entries: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    del entries[0]


def _drops_inventory(entries: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    entries.pop()


HOSTILE: dict[str, tuple[Change, str]] = {
    "altered": (_alters, "corpus/briefing000.md in it is not what was backed up"),
    "lacking": (_drops_one, "it lacks corpus/briefing000.md"),
    "without an inventory": (_drops_inventory, "it has no inventory, as a backup has that is complete"),
    "climbing": (_adds("corpus/../../evil"), "a name in it leads elsewhere: 'corpus/../../evil'"),
    "absolute": (_adds("/etc/evil"), "a name in it leads elsewhere: '/etc/evil'"),
    "of another folder": (_adds("etc/evil"), "a name in it leads elsewhere: 'etc/evil'"),
    "of a folder itself": (_adds("corpus"), "a name in it leads elsewhere: 'corpus'"),
    "another file of users": (_adds("users/evil"), "a name in it leads elsewhere: 'users/evil'"),
    "a link": (
        _adds("corpus/evil", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        "'corpus/evil' in it is a link, a device or no file at all",
    ),
    "a hard link": (
        _adds("corpus/evil", type=tarfile.LNKTYPE, linkname="/etc/passwd"),
        "'corpus/evil' in it is a link, a device or no file at all",
    ),
    "a device": (
        _adds("state/evil", type=tarfile.CHRTYPE, devmajor=1, devminor=5),
        "'state/evil' in it is a link, a device or no file at all",
    ),
    "a pipe": (
        _adds("state/evil", type=tarfile.FIFOTYPE),
        "'state/evil' in it is a link, a device or no file at all",
    ),
    "named so in the inventory": (
        _edits(lambda inventory: inventory["files"][0].update(name="corpus/../evil")),
        "a name in its inventory leads elsewhere: 'corpus/../evil'",
    ),
    "named twice": (
        _edits(lambda inventory: inventory["files"].append(inventory["files"][0])),
        "its inventory names a file twice",
    ),
}


def changed(backup: Path, change: Change) -> None:
    """Write the backup anew, with a change to its entries."""
    entries: list[tuple[tarfile.TarInfo, bytes]] = []
    with tarfile.open(backup) as archive:
        for member in archive:
            content = archive.extractfile(member)
            assert content
            entries.append((member, content.read()))
    change(entries)
    with tarfile.open(backup, "w:gz") as archive:
        for info, held in entries:
            archive.addfile(info, io.BytesIO(held))


class TestABackupThatSomebodyChanged:
    @pytest.fixture
    def backup(self, here: Settings, backup: Path) -> Path:
        take(here, backup)
        return backup

    @pytest.mark.parametrize("name", HOSTILE)
    def test_changes_nothing(self, there: Settings, backup: Path, name: str) -> None:
        change, reason = HOSTILE[name]
        changed(backup, change)
        write(there.corpus_dir, {"own.md": b"mine"})
        with pytest.raises(BackupError) as refused:
            restore(there, backup, replace=True)
        assert str(refused.value) == (
            f"{backup} is damaged, or no backup of Citewell's: {reason}. Nothing was changed. Restore another one."
        )
        assert contents(there.corpus_dir.parent) == {"corpus/own.md": b"mine"}
        assert {path.name for path in there.corpus_dir.parent.iterdir()} == {"corpus"}

    @pytest.mark.parametrize("mode", [0o4755, -1, 0o1777])
    def test_gives_no_file_more_rights_than_there_are(self, there: Settings, backup: Path, mode: int) -> None:
        changed(backup, _edits(lambda inventory: inventory["files"][0].update(mode=mode)))
        with pytest.raises(BackupError, match=r"its inventory cannot be read\."):
            restore(there, backup)

    def test_of_a_later_format_says_so(self, there: Settings, backup: Path) -> None:
        changed(backup, _edits(lambda inventory: inventory.update(format=2)))
        with pytest.raises(BackupError, match=r"^.* was taken by another version of Citewell, or is damaged"):
            restore(there, backup)

    @pytest.mark.parametrize("share", [0.0, 0.3, 0.8])
    def test_that_ends_too_early_or_is_none_is_refused(self, there: Settings, backup: Path, share: float) -> None:
        content = backup.read_bytes()
        backup.write_bytes(content[: int(len(content) * share)] or b"no archive at all")
        with pytest.raises(BackupError, match="is damaged, or no backup of Citewell's"):
            restore(there, backup)
        assert not there.corpus_dir.exists()
