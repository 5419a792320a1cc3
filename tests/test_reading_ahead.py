"""Reading in other processes: what one of them costs when it dies, hangs or cannot be started, and how far it reads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from itertools import islice
from pathlib import Path

import pytest

from assistant.errors import IndexDamaged
from assistant.indexing import changes, reading_ahead
from assistant.reading.files import FileRead, FileToRead
from assistant.reading.limits import Limits, Reading
from assistant.reading.plain import read_plain
from assistant.reading.readers import READERS, Reader
from tests.index_tools import ROOT, WAIT_SECONDS, Desk, HashingEmbedder, check_served, editions

pytestmark = pytest.mark.usefixtures("readers_started_anew")
READERS_OF_THE_WORKERS = """
    import os, signal, time
    from pathlib import Path
    from assistant.reading.readers import READERS, Reader, read_plain

    def read(source, content, options):
        with open({log!r}, "a") as log:
            log.write(source + "\\n")
        print("A reader that prints must not be taken for an answer.")
        if b"die" in content:
            os.kill(os.getpid(), signal.SIGKILL)
        if b"hang" in content:
            time.sleep(600)
        return read_plain(source, content)

    READERS[".risky"] = Reader("risky-1", read)
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "desk")


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files in .risky are read in other processes, by a reader that dies or hangs if told so; each try is logged."""
    log = tmp_path / "log"
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(textwrap.dedent(READERS_OF_THE_WORKERS.format(log=str(log))))
    monkeypatch.syspath_prepend(site)
    monkeypatch.setitem(READERS, ".risky", Reader("risky-1", read_plain))
    monkeypatch.setattr(reading_ahead, "ENOUGH_FOR_PROCESSES", 0)
    monkeypatch.setattr(changes, "SETTLED_NANOSECONDS", -(10**15))
    return log


def test_reader_that_ends_its_process_costs_that_file_alone(desk: Desk, log: Path) -> None:
    names = [f"{number}.risky" for number in range(6)]
    desk.write({name: f"The harbour froze in 196{number}." for number, name in enumerate(names)} | {"3.risky": "die"})
    report = desk.sync()
    assert report.added == [name for name in names if name != "3.risky"]
    assert [(failure.source, failure.reason) for failure in report.failed] == [
        (
            "3.risky",
            "The reader ended its process at this file: it is damaged, or needs more than 2,000 MB of memory "
            "(CITEWELL_LIMIT_MEMORY_MEGABYTES). Convert or remove it; to try it again: citewell sync --verify",
        )
    ]
    log.write_text("")
    assert desk.sync().failed == report.failed
    assert log.read_text() == ""
    assert desk.sync(verify=True).failed == report.failed
    assert log.read_text() == "3.risky\n"


@pytest.mark.usefixtures("log")
def test_reader_that_hangs_is_ended(desk: Desk) -> None:
    desk.write({"a.risky": "The harbour froze.", "b.risky": "hang", "c.risky": "The glacier grew."})
    report = desk.sync(reading=Reading(Limits(seconds=3)))
    assert report.added == ["a.risky", "c.risky"]
    assert [(failure.source, failure.reason) for failure in report.failed] == [
        (
            "b.risky",
            "Reading the file took longer than 3 s. "
            "Convert or split it, or raise CITEWELL_LIMIT_SECONDS and sync again.",
        )
    ]


def test_files_read_by_other_processes_make_the_same_index(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {**editions(12), "empty.md": "", "table.xyz": "cells"}
    desk.write(files)
    fresh = desk.fresh()
    monkeypatch.setattr(reading_ahead, "ENOUGH_FOR_PROCESSES", 0)
    report = desk.sync()
    assert report.added == sorted(editions(12))
    assert [failure.source for failure in report.failed] == ["empty.md", "table.xyz"]
    assert desk.describe() == fresh


def test_few_small_files_are_read_without_another_process(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    monkeypatch.setattr(reading_ahead, "_start", lambda: started.append(None))
    desk.write(editions(12))
    assert len(desk.sync().added) == 12
    assert started == []


@pytest.mark.parametrize("program", ["missing", "ends at once"])
def test_where_no_other_process_can_be_started_this_one_reads(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str
) -> None:
    interpreter = tmp_path / "python"
    if program == "ends at once":
        interpreter.write_text("#!/bin/sh\nexit 1\n")
        interpreter.chmod(0o755)
    monkeypatch.setattr(reading_ahead, "ENOUGH_FOR_PROCESSES", 0)
    monkeypatch.setattr(sys, "executable", str(interpreter))
    desk.write(editions(4))
    assert len(desk.sync().added) == 4
    assert desk.describe() == desk.fresh()


def test_so_many_files_and_no_more_are_read_ahead() -> None:
    files = [FileToRead(f"{number}.txt", Path("none"), 10) for number in range(200)]
    read: list[str] = []

    def work(file: FileToRead, _: FileRead) -> str:
        read.append(file.source)
        return file.source

    results = reading_ahead.read_ahead(files, 0, work)
    assert list(islice(results, 3)) == ["0.txt", "1.txt", "2.txt"]
    assert len(read) <= 3 + reading_ahead.FILES_AHEAD
    assert list(results) == [file.source for file in files[3:]]
    assert read == [file.source for file in files]


def test_large_files_are_read_one_at_a_time() -> None:
    files = [FileToRead(f"{number}.txt", Path("none"), reading_ahead.BYTES_AHEAD) for number in range(5)]
    read: list[str] = []

    def work(file: FileToRead, _: FileRead) -> str:
        read.append(file.source)
        return file.source

    results = reading_ahead.read_ahead(files, 0, work)
    assert next(results) == "0.txt"
    assert len(read) <= 2
    assert list(results) == ["1.txt", "2.txt", "3.txt", "4.txt"]


def test_process_that_has_read_a_large_file_ends_and_gives_its_memory_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    start = reading_ahead._start

    def noted() -> subprocess.Popen[bytes]:
        started.append(start())
        return started[-1]

    monkeypatch.setattr(reading_ahead, "_start", noted)
    monkeypatch.setattr(reading_ahead, "RENEWED_AFTER", 20)
    small, large = tmp_path / "small.txt", tmp_path / "large.txt"
    small.write_text("Veldt is small.", "utf-8")
    large.write_text("Veldt is a town on the Rill.", "utf-8")
    with reading_ahead.ReadingProcesses(1) as processes:
        for file, running in (
            (small, [None]),
            (small, [None]),
            (large, [-signal.SIGKILL]),
            (small, [-signal.SIGKILL, None]),
        ):
            read = processes.read(FileToRead(file.name, file, file.stat().st_size))
            assert read.document is not None
            assert read.document.text == file.read_text("utf-8")
            assert [process.poll() for process in started] == running


# Interrupted

SLOW_SYNC = """
    import signal, sys, time
    import assistant.assembly
    from assistant.indexing import reading_ahead
    from assistant.interfaces.cli import main
    from tests.index_tools import HashingEmbedder, sync_module

    class SlowEmbedder(HashingEmbedder):
        def embed(self, texts):
            time.sleep(0.1)
            return super().embed(texts)

    start = reading_ahead._start

    def noted():
        process = start()
        with open({pids!r}, "a") as pids:
            print(process.pid, file=pids)
        return process

    reading_ahead._start = noted
    assistant.assembly.Embedder = lambda name, cache_dir: SlowEmbedder()
    sync_module.PASSAGES_PER_COMMIT = 2
    reading_ahead.ENOUGH_FOR_PROCESSES = 0
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever started the tests may have it ignored
    sys.argv = ["citewell", "sync", "--corpus", {corpus!r}, "--index", {index!r}]
    main()
"""


def test_sync_stopped_by_ctrl_c_keeps_what_is_done_and_leaves_no_process(desk: Desk, tmp_path: Path) -> None:
    files = editions(40)
    desk.write(files)
    pids = tmp_path / "pids"
    script = SLOW_SYNC.format(corpus=str(desk.corpus), index=str(desk.index), pids=str(pids))
    stopped = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    patience = time.monotonic() + WAIT_SECONDS
    while _documents(desk) < 3:
        assert stopped.poll() is None, stopped.communicate()
        assert time.monotonic() < patience
        time.sleep(0.01)
    workers = [int(pid) for pid in pids.read_text().split()]
    assert workers
    stopped.send_signal(signal.SIGINT)
    output, messages = stopped.communicate(timeout=WAIT_SECONDS)
    assert (stopped.returncode, output) == (130, "")
    assert messages == "\nStopped. What was done is kept; run the same command again to finish it.\n"
    assert [worker for worker in workers if _is_alive(worker)] == []
    kept = _documents(desk)
    assert 3 <= kept < 40
    with desk.assistant() as assistant:
        check_served(assistant, [files], empty=True)
        report = desk.sync(HashingEmbedder())
    assert (len(report.unchanged), len(report.added)) == (kept, 40 - kept)
    assert desk.describe() == desk.fresh()


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _documents(desk: Desk) -> int:
    """How many documents are committed."""
    reader = desk.reader()
    try:
        with reader.reading() as snapshot:
            return snapshot.manifest.counts(snapshot.build.id)[0]
    except IndexDamaged:  # there is none yet
        return 0
    finally:
        reader.close()
