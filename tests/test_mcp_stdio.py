"""``citewell mcp``: a process of its own that the SDK's client starts, as agents and editors do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client import Client

from assistant.interfaces.mcp.tool_values import NOTICE
from tests.conftest import OpenCorpus
from tests.mcp_clients import ROOT, Era, process, run, words
from tests.test_http_questions import HARBOUR, QUESTION

COMMAND = ["-m", "assistant.interfaces.cli", "mcp"]
NOISY = """
import os, sys
from assistant.assistant import Assistant
from assistant.interfaces.cli import main

search = Assistant.search

def noisy(*given, **named):
    print("a library prints this")
    os.write(1, b"and this past Python's own stream")
    os.system("echo and this of a process of its own")
    return search(*given, **named)

Assistant.search = noisy
main()
"""
SLOW = """
import sys, time
from pathlib import Path
from assistant.assistant import Assistant
from assistant.interfaces.cli import main

def slow(self, question, *, stop, **named):
    Path("begun").touch()
    stop.wait(60)
    Path("ended").write_text(str(stop.is_set()))
    yield from ()

Assistant.stream = slow
main()
"""


@pytest.fixture(scope="module")
def corpus(open_corpus: OpenCorpus) -> dict[str, str]:
    """The settings of a process over a corpus that is indexed."""
    settings = open_corpus({"harbour.md": HARBOUR}).settings
    return {
        "CITEWELL_CORPUS_DIR": str(settings.corpus_dir),
        "CITEWELL_INDEX_DIR": str(settings.index_dir),
        "CITEWELL_STATE_DIR": str(settings.state_dir),
    }


async def until(path: Path) -> None:
    while not path.exists():
        await anyio.sleep(0.02)


@pytest.mark.parametrize("era", ["auto", "legacy"])
def test_an_agent_asks_adds_and_reads(corpus: dict[str, str], tmp_path: Path, era: Era) -> None:
    (tmp_path / f"{era}.md").write_text(f"# Pier\n\nThe {era} pier of Veldt is 80 metres long.\n")

    async def steps() -> None:
        async with Client(process(COMMAND, corpus, tmp_path), mode=era) as client:
            assert client.instructions is not None
            assert NOTICE in client.instructions
            answer = await client.call_tool("ask", {"question": QUESTION})
            [cited] = answer.structured_content["sentences"][0]["citations"]
            assert (cited["quote"], cited["link"]) == ("The lighthouse of Veldt is 31 metres tall.", "")
            added = await client.call_tool("add_document", {"path": f"{era}.md"})
            assert added.structured_content["added"] == [f"{era}.md"]
            read = await client.call_tool("read_document", {"source": f"{era}.md"})
            assert read.structured_content["text"].strip().endswith(f"The {era} pier of Veldt is 80 metres long.")
            gone = await client.call_tool("add_document", {"path": "gone.md"})
            assert gone.is_error
            assert words(gone).startswith("Not added: gone.md: There is no file gone.md.")
            assert f"{era}.md" in [one.name for one in (await client.list_resources()).resources]

    run(steps)


def test_links_lead_to_the_page_where_the_settings_say_where_it_is(corpus: dict[str, str], tmp_path: Path) -> None:
    async def steps() -> str:
        public = corpus | {"CITEWELL_PUBLIC_URL": "https://docs.example"}
        async with Client(process(COMMAND, public, tmp_path)) as client:
            answer = await client.call_tool("ask", {"question": QUESTION})
            return str(answer.structured_content["sentences"][0]["citations"][0]["link"])

    assert run(steps).startswith("https://docs.example/cited?source=harbour.md&")


def test_nothing_but_the_protocol_reaches_standard_output(corpus: dict[str, str], tmp_path: Path) -> None:
    program = process(["-c", NOISY, "mcp"], corpus, tmp_path)
    begin = (
        '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},'
        '"clientInfo":{"name":"a","version":"1"}}}\n{"jsonrpc":"2.0","method":"notifications/initialized"}\n'
        '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"search","arguments":{"question":"lighthouse"}}}\n'
    )
    with subprocess.Popen(
        [program.command, *program.args],
        env=program.env,
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        assert started.stdin is not None
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdin.write(begin)
        started.stdin.flush()
        lines = [started.stdout.readline(), started.stdout.readline()]
        started.stdin.close()
        rest, told = started.stdout.read(), started.stderr.read()
    assert started.returncode == 0
    assert [line[:17] for line in lines] == ['{"jsonrpc":"2.0",'] * 2
    assert "lighthouse" in lines[1]
    assert rest == ""
    for noise in ("a library prints this", "and this past Python's own stream", "and this of a process of its own"):
        assert noise in told


@pytest.mark.parametrize("era", ["auto", "legacy"])
def test_what_is_cancelled_ends(corpus: dict[str, str], tmp_path: Path, era: Era) -> None:
    async def steps() -> Any:
        async with Client(process(["-c", SLOW, "mcp"], corpus, tmp_path), mode=era) as client:
            async with anyio.create_task_group() as group:
                group.start_soon(client.call_tool, "ask", {"question": QUESTION})
                await until(tmp_path / "begun")
                assert (await client.call_tool("list_documents", {})).is_error is False
                group.cancel_scope.cancel()
            with anyio.fail_after(20):
                await until(tmp_path / "ended")

    run(steps)
    assert (tmp_path / "ended").read_text() == "True"


def test_without_an_index_it_is_told_what_to_do(tmp_path: Path) -> None:
    async def steps() -> str:
        settings = {"CITEWELL_CORPUS_DIR": str(tmp_path / "corpus"), "CITEWELL_STATE_DIR": str(tmp_path / "state")}
        settings |= {"CITEWELL_INDEX_DIR": str(tmp_path / "index")}
        async with Client(process(COMMAND, settings, tmp_path)) as client:
            return words(await client.call_tool("ask", {"question": QUESTION}))

    assert "citewell sync" in run(steps)


def test_the_command_line_imports_the_protocol_only_where_it_is_needed() -> None:
    program = "import sys, assistant.interfaces.cli; print('mcp' in sys.modules, 'mcp_types' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout == "False False\n"
