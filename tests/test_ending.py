"""A page that is told to end (SIGTERM): what is under way ends well, and nothing that was begun is lost."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant import Stopped, open_assistant
from assistant.conversations.store import Conversations
from assistant.conversations.values import LOCAL_OWNER, Exchange
from assistant.settings import Settings
from assistant.types import SyncProgress
from tests.index_tools import ROOT, WAIT_SECONDS, Desk, editions
from tests.model_server import ModelServer, free_port, model_server
from tests.test_written_answers import FILES, QUESTION, WRITTEN


class TestASync:
    def test_ends_between_two_files_and_the_next_one_finishes_it(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path)
        desk.write(editions(12))
        seen: list[SyncProgress] = []
        with desk.assistant() as assistant:

            def listen(step: SyncProgress) -> None:
                seen.append(step)
                assistant.end_soon()

            with pytest.raises(Stopped):
                assistant.sync(progress=listen)
            with pytest.raises(Stopped):
                assistant.sync()
        assert len(seen) == 1
        with desk.assistant() as assistant:
            report = assistant.sync()
        assert sorted([*report.added, *report.unchanged]) == sorted(editions(12))
        assert desk.describe() == desk.fresh()

    def test_that_an_addition_begins_waits_for_the_next_start_with_its_documents(self, tmp_path: Path) -> None:
        desk, outside = Desk(tmp_path / "desk"), tmp_path / "more"
        desk.write({})
        outside.mkdir()
        for source, text in editions(3).items():
            (outside / source).write_text(text)
        sources = [f"more/{source}" for source in sorted(editions(3))]
        with desk.assistant() as assistant:
            assistant.sync()
            report = assistant.add([outside], progress=lambda _: assistant.end_soon())
        assert [one.source for one in report.waiting] == sources
        assert {one.reason for one in report.waiting} == {
            "It is changed in the corpus, but not in the index yet: Citewell was stopped. The page indexes it when it "
            "starts again; else: citewell sync"
        }
        assert report.added == []
        with desk.assistant() as assistant:
            assistant.sync()
            assert [record.source for record in assistant.documents()] == sources


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as served:
        yield served


class Page:
    """The page in a process of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self.port = folder, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.temporary = folder / "temporary"
        self.temporary.mkdir(exist_ok=True)
        own = {"CITEWELL_PORT": str(self.port), "PYTHONPATH": str(ROOT), "TMPDIR": str(self.temporary)}
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py")],
            cwd=folder,
            env=os.environ | own | {f"CITEWELL_{name.upper()}": value for name, value in settings.items()},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def until_ready(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == f"Citewell is ready at {self.address}\n"

    def end(self) -> None:
        self.process.terminate()

    def ended(self) -> str:
        """What it said on standard error, once it has ended well and left nothing behind."""
        _, said = self.process.communicate(timeout=WAIT_SECONDS)
        assert self.process.returncode == 0, said
        assert list(self.temporary.glob("citewell-*")) == []
        return said


@contextmanager
def page(folder: Path, files: Mapping[str, str], **settings: str) -> Iterator[Page]:
    for source, text in files.items():
        (folder / "corpus" / source).parent.mkdir(parents=True, exist_ok=True)
        (folder / "corpus" / source).write_text(text, "utf-8")
    running = Page(folder, **settings)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
        running.process.communicate()


def begin(address: str, question: str) -> None:
    """Ask as the page does."""
    config = httpx.get(f"{address}/config").json()
    box = next(one["id"] for one in config["components"] if one["props"].get("elem_id") == "question")
    number, given = next(
        (one["id"], one["inputs"])
        for one in config["dependencies"]
        if [box, "submit"] in [list(target) for target in one["targets"]] and len(one["outputs"]) > 3
    )
    data = [question if one == box else None for one in given]
    event = {"data": data, "fn_index": number, "session_hash": "asking", "event_data": None}
    httpx.post(f"{address}/gradio_api/queue/join", json=event).raise_for_status()


def ask(address: str, question: str) -> Iterator[dict[str, Any]]:
    """Ask, and give every message about it, until it is whole."""
    begin(address, question)
    with httpx.stream("GET", f"{address}/gradio_api/queue/data?session_hash=asking", timeout=WAIT_SECONDS) as answer:
        for line in answer.iter_lines():
            if line.startswith("data:"):
                message = json.loads(line[5:])
                yield message
                if message["msg"] == "process_completed":
                    return


def kept_in(state: Path) -> Exchange:
    """The one exchange that was kept."""
    with closing(Conversations(state)) as kept:
        [listed] = kept.all(LOCAL_OWNER)
        [exchange] = kept.open(LOCAL_OWNER, listed.id).exchanges
    return exchange


def test_an_answer_that_is_being_written_is_written_to_its_end_and_kept(tmp_path: Path, server: ModelServer) -> None:
    begun, go_on = threading.Event(), threading.Event()
    half = len(WRITTEN) // 2
    server.says(WRITTEN[:half], begun.set, lambda: go_on.wait(WAIT_SECONDS), WRITTEN[half:])
    own = {"model": "openai:veldt-1", "model_url": f"{server.address}/v1"}
    with page(tmp_path, FILES, **own) as running:
        running.until_ready()
        messages = ask(running.address, QUESTION)
        next(messages)
        assert begun.wait(WAIT_SECONDS)
        running.end()
        _until_refused(running.port)
        go_on.set()
        *_, last = messages
        assert running.ended() == ""
    assert last["msg"] == "process_completed"
    assert last["success"]
    exchange = kept_in(tmp_path / "state")
    assert (exchange.asked, exchange.stopped) == (QUESTION, False)
    assert exchange.answer is not None
    assert exchange.answer.text == "The harbour of Veldt has 42 cranes. [1]"


def test_an_answer_that_nobody_reads_yet_is_written_to_its_end_too(tmp_path: Path, server: ModelServer) -> None:
    begun, go_on = threading.Event(), threading.Event()
    server.says(begun.set, lambda: go_on.wait(WAIT_SECONDS), WRITTEN)
    own = {"model": "openai:veldt-1", "model_url": f"{server.address}/v1"}
    with page(tmp_path, FILES, **own) as running:
        running.until_ready()
        begin(running.address, QUESTION)
        assert begun.wait(WAIT_SECONDS)
        running.end()
        _until_refused(running.port)
        go_on.set()
        assert running.ended() == ""
    exchange = kept_in(tmp_path / "state")
    assert not exchange.stopped
    assert exchange.answer is not None
    assert exchange.answer.text == "The harbour of Veldt has 42 cranes. [1]"


def _until_refused(port: int) -> None:
    """Wait until nobody new is let in."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.02)
    raise AssertionError("the page still listens")


def test_a_first_sync_that_is_told_to_end_is_finished_by_the_next_start(tmp_path: Path) -> None:
    files = editions(80)
    with page(tmp_path, files) as running:
        while _ready(running.address) != "starting":
            assert running.process.poll() is None
        assert httpx.get(f"{running.address}/health/live").status_code == 200
        running.end()
        running.ended()
    with page(tmp_path, files) as again:
        again.until_ready()
        again.end()
        again.ended()
    folders = {f"{name}_dir": tmp_path / name for name in ("corpus", "index", "state")}
    with open_assistant(Settings(**folders)) as assistant:
        assert [record.source for record in assistant.documents()] == sorted(files)
        assert assistant.health().problems == ()
        assert not assistant.health().needs_sync


def _ready(address: str) -> str:
    """Why the page is not ready; "" where it is, or does not answer yet."""
    try:
        because: str = httpx.get(f"{address}/health/ready").json().get("because", "")
    except httpx.TransportError:
        return ""
    return because


def test_a_second_interrupt_ends_the_page_though_an_answer_is_being_written(
    tmp_path: Path, server: ModelServer
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    server.says(WRITTEN, begun.set, lambda: go_on.wait(WAIT_SECONDS))
    own = {"model": "openai:veldt-1", "model_url": f"{server.address}/v1"}
    with page(tmp_path, FILES, **own) as running:
        running.until_ready()
        messages = ask(running.address, QUESTION)
        next(messages)
        assert begun.wait(WAIT_SECONDS)
        running.process.send_signal(signal.SIGINT)
        _until_refused(running.port)
        running.process.send_signal(signal.SIGINT)
        with pytest.raises(httpx.TransportError):
            list(messages)
        go_on.set()
        running.ended()


def test_pages_that_are_open_keep_it_from_nothing_and_are_left_without_an_error(tmp_path: Path) -> None:
    with page(tmp_path, FILES) as running:
        running.until_ready()
        with httpx.stream("GET", f"{running.address}/gradio_api/heartbeat/open", timeout=WAIT_SECONDS) as heartbeat:
            beats = heartbeat.iter_lines()
            assert next(beats) == "data: ALIVE"
            running.end()
            assert set(beats) <= {"", "data: ALIVE"}
        assert running.ended() == ""
