"""Every example of docs/api.md runs, against a server where people have to log in."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.interfaces.http.problems import KINDS
from assistant.users import Tokens, Users
from tests.browser import served
from tests.index_tools import Desk

DOCUMENT = (Path(__file__).parent.parent / "docs" / "api.md").read_text("utf-8")
KEPT = "Ada Thorne kept the lighthouse until 1974."
HARBOUR = f"---\ntitle: Harbour\npublished: 2024-05-31\n---\nThe lighthouse of Veldt is 31 metres tall. {KEPT}\n"


def examples(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)


@dataclass
class Server:
    address: str
    token: str


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, users: Users) -> Iterator[Server]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.write({"harbour.md": HARBOUR})
    tokens = Tokens(desk.folder / "state")
    with desk.assistant() as assistant:
        assistant.sync()
        with served(assistant, users) as address:
            yield Server(address, tokens.add("desk", ["ask", "write"]))
    tokens.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "report.md").write_text("# Report\n\nThe quay is 40 metres long.\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("example", examples("bash"), ids=range(len(examples("bash"))))
def test_an_example_for_the_shell_is_answered(server: Server, folder: Path, example: str) -> None:
    known = {**os.environ, "CITEWELL": server.address, "TOKEN": server.token}
    shell = ["bash", "-euo", "pipefail", "-c", example]
    ran = subprocess.run(shell, cwd=folder, env=known, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(("{", "[", "event: part\n"))
    if "kept the lighthouse" in example:
        assert KEPT in ran.stdout


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("example", examples("python"), ids=range(len(examples("python"))))
def test_an_example_for_python_is_answered(server: Server, example: str) -> None:
    told = io.StringIO()
    here = example.replace("http://127.0.0.1:7860", server.address).replace('"..."', repr(server.token))
    with contextlib.redirect_stdout(told):
        exec(here, {})
    assert KEPT in told.getvalue()


def test_every_kind_of_error_stands_with_its_status() -> None:
    rows = re.findall(r"^\| (`\w+`[^|]*) \| (\d{3}) \|$", DOCUMENT, re.MULTILINE)
    stated = {kind: int(status) for kinds, status in rows for kind in re.findall(r"`(\w+)`", kinds)}
    assert stated == {kind.__name__: status for kind, (status, _) in KINDS.items()}
