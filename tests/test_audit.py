"""The audit log: one whole line for each thing that was done, whoever writes beside it, and no more than promised."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant import StorageError
from assistant.audit import ACTIONS, Audit, AuditEntry, AuditLog, told_of_address

WRITES = """
import sys
from pathlib import Path
from assistant.audit import Audit, AuditLog
audit = Audit(AuditLog(Path(sys.argv[1]), 1, 1), sys.argv[2], "command")
for number in range(200):
    audit.note("added", f"{number} " + "x" * 500)
"""


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 5, 31, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(tmp_path: Path, clock: Clock) -> AuditLog:
    return AuditLog(tmp_path, 30, 1, clock)


@pytest.fixture
def ann(log: AuditLog) -> Audit:
    return Audit(log, "ann", "page")


def files_of(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "audit").glob("audit-*"))


def test_an_entry_is_a_line_of_json_for_its_owner_alone(ann: Audit, log: AuditLog, tmp_path: Path) -> None:
    ann.note("removed", "board/may.md")
    [path] = (tmp_path / "audit").glob("audit-*")
    assert json.loads(path.read_text("utf-8")) == {
        "at": "2026-05-31T12:00:00+00:00", "who": "ann", "way": "page", "action": "removed", "on": "board/may.md",
        "detail": "", "outcome": "done",
    }  # fmt: skip
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert list(log.entries()) == [
        AuditEntry("2026-05-31T12:00:00+00:00", "ann", "page", "removed", "board/may.md", "", "done")
    ]


FORGED = '{"at": "2026-05-31T12:00:00+00:00", "who": "bob", "way": "page", "action": "removed"}'


@pytest.mark.parametrize("between", ["\n", "\r\n", "\r", "\x00", "\x1b[2K", "\x85", "\u2028", "\u2029", "\x0b", "\x0c"])
def test_no_name_forges_a_line(ann: Audit, log: AuditLog, tmp_path: Path, between: str) -> None:
    name = f"a.md{between}{FORGED}"
    ann.of(name, "api").note("added", name, name)
    [path] = (tmp_path / "audit").glob("audit-*")
    content = path.read_bytes()
    assert (content.count(b"\n"), all(32 <= byte < 127 for byte in content[:-1])) == (1, True)
    [entry] = log.entries()
    assert (entry.who, entry.on, entry.detail) == (name, name, name)


def test_a_lone_surrogate_is_kept(ann: Audit, log: AuditLog) -> None:
    ann.note("added", "a\udcff.md")
    assert [entry.on for entry in log.entries()] == ["a\udcff.md"]


def test_a_value_without_end_is_cut(ann: Audit, log: AuditLog) -> None:
    ann.note("added", "x" * 1_000_000)
    assert [len(entry.on) for entry in log.entries()] == [2_000]


def test_processes_that_write_at_once_leave_whole_lines(tmp_path: Path) -> None:
    names = ("ann", "bob", "carol")
    running = [subprocess.Popen([sys.executable, "-c", WRITES, str(tmp_path), name]) for name in names]
    assert [one.wait(timeout=120) for one in running] == [0, 0, 0]
    entries = list(AuditLog(tmp_path, 1, 1).entries())
    assert len(entries) == 600
    for name in names:
        assert [int(entry.on.split()[0]) for entry in entries if entry.who == name] == list(range(200))


def test_each_day_and_each_megabyte_has_a_file(ann: Audit, log: AuditLog, clock: Clock, tmp_path: Path) -> None:
    for day in range(3):
        clock.now += timedelta(days=day)
        for number in range(3):
            ann.note("added", f"{day} {number}")
    (tmp_path / "audit" / "audit-2026-06-03-000001.jsonl").write_bytes(b" " * 1_000_000 + b"\n")
    ann.note("added", "the last")
    assert files_of(tmp_path) == [
        f"audit-{name}.jsonl"
        for name in ("2026-05-31-000001", "2026-06-01-000001", "2026-06-03-000001", "2026-06-03-000002")
    ]
    told = [entry.on for entry in log.entries()]
    assert told == ["0 0", "0 1", "0 2", "1 0", "1 1", "1 2", "the last"]


def test_what_is_older_than_the_days_is_deleted(ann: Audit, clock: Clock, tmp_path: Path) -> None:
    ann.note("added", "old.md")
    (tmp_path / "audit" / "audit-notes.jsonl").write_text("not ours")
    for days, kept in ((30, ["2026-05-31", "2026-06-30"]), (1, ["2026-06-30", "2026-07-01"])):
        clock.now += timedelta(days=days)
        ann.note("added", "new.md")
        assert files_of(tmp_path) == [*(f"audit-{day}-000001.jsonl" for day in kept), "audit-notes.jsonl"]


def test_a_line_that_was_cut_off_costs_that_line_alone(ann: Audit, log: AuditLog, tmp_path: Path) -> None:
    ann.note("added", "a.md")
    [path] = (tmp_path / "audit").glob("audit-*")
    with path.open("ab") as file:
        file.write(b'{"at": "2026-\xc3')
    ann.note("added", "b.md")
    assert [entry.on for entry in log.entries()] == ["a.md", "b.md"]


def test_where_the_disk_refuses_the_servers_own_log_says_so(
    ann: Audit, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "audit").write_text("in the way")
    with caplog.at_level(logging.ERROR):
        ann.note("added", "a.md")
    [told] = [record.getMessage() for record in caplog.records]
    assert told.startswith(f"The audit log in {tmp_path / 'audit'} cannot be written: ")


def test_a_log_that_cannot_be_read_is_told(log: AuditLog, tmp_path: Path) -> None:
    (tmp_path / "audit" / "audit-2026-05-31-000001.jsonl").mkdir(parents=True)
    with pytest.raises(StorageError, match=r"^The audit log in .* cannot be read: Is a directory\.$"):
        list(log.entries())


def test_questions_are_noted_where_that_is_wished_alone(log: AuditLog) -> None:
    for wished in (False, True):
        Audit(log, "ann", "page", notes_questions=wished).asked(f"Wished: {wished}?", "mentions")
    assert [(entry.action, entry.on, entry.detail) for entry in log.entries()] == [
        ("asked", "Wished: True?", "mentions")
    ]


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("https://ann:secret@example.org/feed?token=secret#secret", "https://example.org/feed"),
        ("http://example.org:8080/a", "http://example.org/a"),
        ("http://[", ""),
        ("list.opml", "list.opml"),
    ],
)
def test_of_an_address_nothing_secret_is_noted(named: str, told: str) -> None:
    assert told_of_address(named) == told


def test_every_action_is_named_once() -> None:
    assert len(set(ACTIONS)) == len(ACTIONS)
