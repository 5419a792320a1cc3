"""The command line over one corpus, with a stand-in for the model, for what brings documents in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from assistant import assembly
from assistant.corpus.fetching import FetchLimits
from assistant.interfaces import cli
from tests.index_tools import HashingEmbedder


class Commands:
    """The command line over the corpus in a folder, without pauses between two requests."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = home
        (home / "corpus").mkdir()
        self._runner = CliRunner(
            env={"CITEWELL_STATE_DIR": str(home / "state"), "CITEWELL_ALLOW_PRIVATE_URLS": "1", "NO_COLOR": "1"}
        )
        open_web = assembly.open_web
        monkeypatch.setattr(
            assembly, "open_web", lambda settings, corpus: open_web(settings, corpus, FetchLimits(pause=0.0))
        )
        monkeypatch.setattr(assembly, "Embedder", lambda *_: HashingEmbedder())

    def run(self, *words: str, typed: str = "") -> Result:
        """What comes of a command."""
        folders = ["--corpus", str(self.home / "corpus")]
        if words[:2] != ("feed", "remove"):
            folders += ["--index", str(self.home / "index")]
        return self._runner.invoke(cli.app, [*words, *folders], input=typed)

    def told(self, *words: str, typed: str = "") -> str:
        """What a command that succeeds says."""
        result = self.run(*words, typed=typed)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *words: str) -> Any:
        """What a command says in JSON."""
        return json.loads(self.run(*words, "--json").stdout)
