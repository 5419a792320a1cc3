"""The command line keeps what is asked, finds it again, and says who may log in."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from assistant.conversations.store import Conversations
from assistant.conversations.values import LOCAL_OWNER, Exchange
from assistant.interfaces import cli
from assistant.models import embedder as embedding
from assistant.users import Users
from tests.answers import NAUGHTY, cited
from tests.model_server import free_port

TOWER = "---\ntitle: The Eiffel Tower\npublished: 2024-05-31\n---\n\nThe Eiffel Tower is 330 metres tall.\n"
HOW_TALL = "How tall is the Eiffel Tower?"


@pytest.fixture(scope="module", autouse=True)
def _one_model() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedding, "_open", functools.cache(embedding._open))
        yield


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one document, indexed."""
    home = tmp_path_factory.mktemp("home")
    (home / "corpus").mkdir()
    (home / "corpus" / "tower.md").write_text(TOWER)
    folders = {"CITEWELL_CORPUS_DIR": str(home / "corpus"), "CITEWELL_INDEX_DIR": str(home / "index")}
    assert CliRunner(env=folders).invoke(cli.app, ["sync"]).exit_code == 0
    return home


class Shell:
    """The command line over the document, with a state folder of the test's own."""

    def __init__(self, home: Path, state: Path) -> None:
        self.state = state
        self.environment = {
            "CITEWELL_CORPUS_DIR": str(home / "corpus"),
            "CITEWELL_INDEX_DIR": str(home / "index"),
            "CITEWELL_STATE_DIR": str(state),
            "NO_COLOR": "1",
        }

    def run(self, *words: str, typed: str = "") -> Result:
        return CliRunner(env=self.environment).invoke(cli.app, list(words), input=typed)

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json").stdout)

    def asked(self, id: str) -> list[str]:
        return [exchange["asked"] for exchange in self.json("conversation", "show", id)["exchanges"]]


@pytest.fixture
def shell(home: Path, tmp_path: Path) -> Shell:
    return Shell(home, tmp_path / "state")


@pytest.fixture
def id(shell: Shell) -> str:
    """A conversation of two questions that is kept."""
    kept = Conversations(shell.state)
    id = kept.create(LOCAL_OWNER).id
    kept.append(LOCAL_OWNER, id, Exchange(HOW_TALL, cited("The Eiffel Tower is 330 metres tall.")))
    kept.append(LOCAL_OWNER, id, Exchange("And how old?", cited("It was built in 1889."), stopped=True))
    kept.close()
    return id


class TestAsking:
    def test_nothing_is_kept_unasked(self, shell: Shell) -> None:
        assert shell.run("ask", HOW_TALL).exit_code == 0
        assert shell.json("conversation", "list") == []

    def test_a_question_begins_a_conversation_and_others_go_on(self, shell: Shell) -> None:
        first = shell.json("ask", "--keep", "--since", "2024-01-01", "--source", "tower.md", *HOW_TALL.split())
        second = shell.json("ask", "--continue", "How tall is it?")
        third = shell.json("ask", "--conversation", first["conversation"][:10], HOW_TALL)
        assert [(one["conversation"], one["exchange"]) for one in (first, second, third)] == [
            (first["conversation"], number) for number in (1, 2, 3)
        ]
        kept = shell.json("conversation", "show", first["conversation"])["exchanges"]
        assert [one["asked"] for one in kept] == [HOW_TALL, "How tall is it?", HOW_TALL]
        filters = {"sources": ["tower.md"], "publishers": [], "since": "2024-01-01", "until": None, "undated": False}
        assert kept[0]["filters"] == filters
        assert kept[0]["answer"] == {key: value for key, value in first.items() if key in kept[0]["answer"]}
        assert "Eiffel" in kept[1]["answer"]["question"]

    def test_who_was_chosen_to_write_is_kept_and_writes_again(
        self, shell: Shell, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = shell.json("ask", "--keep", "--model", "extractive", HOW_TALL)
        monkeypatch.setenv("CITEWELL_MODEL", "openai:veldt-1")
        monkeypatch.setenv("CITEWELL_MODEL_URL", f"http://127.0.0.1:{free_port()}/v1")
        assert shell.json("ask", "--continue", HOW_TALL)["notices"] == []
        told = shell.json("ask", "--continue", "--model", "openai:veldt-1", HOW_TALL)["notices"][0]
        assert "cannot be reached for openai:veldt-1" in told
        kept = shell.json("conversation", "show", first["conversation"])["exchanges"]
        assert [one["model"] for one in kept] == ["extractive", "extractive", "openai:veldt-1"]

    def test_it_is_told_where_an_answer_is_kept(self, shell: Shell) -> None:
        result = shell.run("ask", "--continue", HOW_TALL)
        [one] = shell.json("conversation", "list")
        id = one["id"][:8]
        assert result.stderr == f"Note: Kept as {id}/1. Go on with: citewell ask --conversation {id} QUESTION\n"

    def test_a_question_that_fails_leaves_no_conversation(self, shell: Shell) -> None:
        assert shell.run("ask", "--keep", " ").exit_code == 1
        assert shell.run("ask", "--conversation", "0123", HOW_TALL).exit_code == 1
        assert shell.json("conversation", "list") == []

    def test_only_one_place_can_be_named(self, shell: Shell) -> None:
        assert shell.run("ask", "--keep", "--continue", HOW_TALL).exit_code == 2


class TestKept:
    def test_list_and_search(self, shell: Shell, id: str) -> None:
        [line] = shell.run("conversation", "list").stdout.splitlines()[1:]
        assert (line[:8], line.split("  ")[-1]) == (id[:8], HOW_TALL)
        assert [one["id"] for one in shell.json("conversation", "search", "1889", "tower")] == [id]
        result = shell.run("conversation", "search", "cathedral")
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == "No conversation was found. Keep one with: citewell ask --keep QUESTION\n"

    def test_show(self, shell: Shell, id: str) -> None:
        result = shell.run("conversation", "show", id[:6])
        lines = [
            line for line in result.stdout.splitlines() if line.startswith(("? ", "It was", "The Eiffel Tower is"))
        ]
        answers = ["The Eiffel Tower is 330 metres tall. [1]", "It was built in 1889. [1]"]
        assert lines == [f"? {HOW_TALL}", answers[0], "? And how old?", answers[1]]
        assert result.stderr == "Note: The answer was stopped before it was complete.\n"
        assert shell.asked(f"{id}/2") == ["And how old?"]

    def test_show_a_question_without_an_answer(self, shell: Shell, id: str) -> None:
        kept = Conversations(shell.state)
        kept.append(LOCAL_OWNER, id, Exchange("Why?", None, problem="The index is gone."))
        kept.close()
        result = shell.run("conversation", "show", f"{id}/3")
        assert (result.stdout.strip(), result.stderr) == ("? Why?", "Note: The index is gone.\n")

    @pytest.mark.parametrize(("number", "code"), [("3", 1), ("0", 1), ("x", 2), ("", 2), ("-1", 2), ("²", 2)])
    def test_a_question_that_is_not_there(self, shell: Shell, id: str, number: str, code: int) -> None:
        assert shell.run("conversation", "show", f"{id}/{number}").exit_code == code

    def test_rename_delete_restore(self, shell: Shell, id: str) -> None:
        shell.run("conversation", "rename", id[:6], "The", "tower")
        assert [one["title"] for one in shell.json("conversation", "list")] == ["The tower"]
        result = shell.run("conversation", "delete", id[:6])
        assert result.stderr == f"Note: Deleted. Have it back with: citewell conversation restore {id}\n"
        assert shell.json("conversation", "list") == []
        missing = shell.run("conversation", "show", id)
        assert missing.stderr == f"Error: There is no conversation '{id}'. See yours with: citewell conversation list\n"
        assert shell.run("conversation", "restore", id).exit_code == 0
        assert shell.asked(id) == [HOW_TALL, "And how old?"]

    def test_export(self, shell: Shell, id: str, tmp_path: Path) -> None:
        assert shell.run("conversation", "export", id).stdout.startswith(f"# {HOW_TALL}\n\n## {HOW_TALL}\n\n")
        assert json.loads(shell.run("conversation", "export", id, "--format", "json").stdout)["id"] == id
        shell.run("conversation", "export", f"{id}/1", "--format", "bibtex", "--out", str(tmp_path / "cited.bib"))
        assert (tmp_path / "cited.bib").read_text("utf-8").startswith("@misc{theeiffeltower2024-")
        assert "1889" not in (tmp_path / "cited.bib").read_text("utf-8")
        result = shell.run("conversation", "export", id, "--out", str(tmp_path / "missing" / "x.md"))
        assert (result.exit_code, result.stderr[:6]) == (1, "Error:")

    @pytest.mark.parametrize("text", NAUGHTY)
    def test_nothing_that_is_kept_commands_the_terminal(self, shell: Shell, text: str) -> None:
        kept = Conversations(shell.state)
        id = kept.create(LOCAL_OWNER).id
        kept.append(LOCAL_OWNER, id, Exchange(text, cited(text, title=text, author=text)))
        kept.close()
        for words in (["list"], ["show", id], ["export", id], ["export", id, "--format", "bibtex"]):
            result = shell.run("conversation", *words)
            assert result.exit_code == 0
            assert not set(result.stdout) & set("\x00\x07\x1b\u202e\u202c")


class TestUsers:
    @pytest.fixture(autouse=True)
    def file(self, shell: Shell, tmp_path: Path) -> Path:
        shell.environment["CITEWELL_USERS"] = str(tmp_path / "users.json")
        return tmp_path / "users.json"

    def test_a_password_is_asked_for_twice_and_not_shown(self, shell: Shell, file: Path) -> None:
        result = shell.run("user", "add", "Ann", typed="correct horse\ncorrect horse\n")
        assert result.exit_code == 0
        assert result.stdout.endswith("Added ann.\n")
        assert "horse" not in result.stdout
        assert Users(file).verify("ann", "correct horse") == "ann"

    def test_list_password_remove(self, shell: Shell, file: Path) -> None:
        assert shell.run("user", "list").stderr == "There are no users. Add one with: citewell user add NAME\n"
        shell.run("user", "add", "ann", "--password-stdin", typed="correct horse\n")
        shell.run("user", "password", "ann", "--password-stdin", typed="battery staple\n")
        assert shell.json("user", "list") == ["ann"]
        assert Users(file).verify("ann", "battery staple") == "ann"
        Conversations(shell.state).create("ann")
        assert shell.run("user", "remove", "ann", typed="n\n").exit_code == 1
        assert shell.run("user", "remove", "ann", "--yes").stdout == "Removed ann and 1 conversation.\n"
        assert (shell.json("user", "list"), Conversations(shell.state).all("ann")) == ([], [])

    def test_what_cannot_be_is_told(self, shell: Shell) -> None:
        short = shell.run("user", "add", "ann", "--password-stdin", typed="short\n")
        assert (short.exit_code, short.stderr[:41]) == (1, "Error: A password has 10 to 1,000 charact")
        assert shell.run("user", "remove", "bob", "--yes").stderr.startswith("Error: There is no user 'bob'.")
        del shell.environment["CITEWELL_USERS"]
        assert shell.run("user", "list").stderr.startswith("Error: No file of users is named.")

    def test_the_page_beyond_this_computer_demands_them(self, shell: Shell) -> None:
        result = shell.run("serve", "--host", "0.0.0.0")
        assert result.exit_code == 1
        assert "which holds no users. Add one with: citewell user add NAME" in result.stderr
