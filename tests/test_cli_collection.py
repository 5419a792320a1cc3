"""``citewell collection`` and ``citewell user groups`` set who may read what; what they keep is one small file."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant import Assistant, Collection, CollectionError, Collections, StorageError
from assistant.access.collections import collections_file
from assistant.interfaces.cli import app
from assistant.rights import LOCAL_OWNER, Rights
from tests.conftest import OpenCorpus
from tests.logins import users_in

BOARD = Collection("board", "Minutes", ("ann", "group:staff"), ("ann",))
Run = Callable[..., Result]
CLI_BOARD = "board\n  Minutes\n  read: ann, group:staff; change: ann\n"


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CITEWELL_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def kept(state: Path) -> Collections:
    """The collections in a file of their own: the board's, which Ann may change and the staff read."""
    collections = Collections(collections_file(state))
    collections.add("board", " Minutes\n")
    collections.grant("board", "Ann", write=True)
    collections.grant("board", "group:STAFF")
    return collections


@pytest.fixture
def run() -> Run:
    """Runs a command of ``citewell`` with these words."""
    return lambda *words: CliRunner(env={"NO_COLOR": "1"}).invoke(app, list(words))


def test_each_command_says_what_is_set_now(state: Path, run: Run) -> None:
    assert run("collection", "list").stderr.startswith("Everyone may read and change everything.")
    added = run("collection", "add", "board", "--description", "Minutes")
    assert added.stdout.startswith("board\n  Minutes\n  read: nobody; change: nobody\n")
    assert run("collection", "grant", "board", "ann", "--write").exit_code == 0
    assert run("collection", "grant", "board", "group:staff").stdout == CLI_BOARD
    assert run("collection", "list").stdout == CLI_BOARD
    listed = json.loads(run("collection", "list", "--json").stdout)
    assert listed == [
        {"name": "board", "description": "Minutes", "readers": ["ann", "group:staff"], "writers": ["ann"]}
    ]
    assert run("collection", "describe", "board", "All of it").stdout.splitlines()[1] == "  All of it"
    revoked = run("collection", "revoke", "board", "ann", "--write")
    assert revoked.stdout.splitlines()[2] == "  read: ann, group:staff; change: nobody"
    assert run("collection", "revoke", "board", "ann", "group:staff").stdout.endswith("read: nobody; change: nobody\n")
    assert (state / "collections.json").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("grant", "nothing", "ann"),
            "There is no collection 'nothing'. Set one with: citewell collection add nothing",
        ),
        (("add", "a/b"), "'a/b' cannot be a collection: give the name of a folder directly in the corpus."),
        (("add", ".."), "'..' cannot be a collection: give the name of a folder directly in the corpus."),
        (("grant", "board", "a b"), "'a b' is nobody. Give a user's name, group:NAME, or everyone."),
        (("grant", "board", "group:"), "'group:' is nobody. Give a user's name, group:NAME, or everyone."),
        (("add", "board"), "There is a collection board already. See: citewell collection list"),
    ],
)
def test_what_cannot_be_set_is_told(kept: Collections, run: Run, arguments: tuple[str, ...], said: str) -> None:
    answer = run("collection", *arguments)
    assert (answer.exit_code, answer.stderr.strip()) == (1, f"Error: {said}")
    assert kept.all() == [BOARD]


def test_a_user_who_is_removed_leaves_no_rights_to_the_next_of_that_name(
    kept: Collections, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with users_in(tmp_path, "ann", "bob") as users:
        monkeypatch.setenv("CITEWELL_USERS", str(tmp_path / "users.json"))
        assert run("user", "groups", "ann", "staff", "Press").stdout == "ann is in press, staff.\n"
        assert (users.groups_of("ann"), users.groups_of("bob")) == (("press", "staff"), ())
        assert run("user", "groups", "nobody", "staff").exit_code == 1
        assert run("user", "remove", "ann", "--yes").exit_code == 0
        assert (users.groups_of("ann"), users.names()) == ((), ["bob"])
    assert kept.all() == [Collection("board", "Minutes", ("group:staff",), ())]


def test_the_file_is_read_by_its_owner_alone(kept: Collections, state: Path) -> None:
    assert stat.S_IMODE((state / "collections.json").stat().st_mode) == 0o600
    assert kept.all() == [BOARD]


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"collections": {"board": {}}}', '{"collections": {"a": 1}}', "\xff"]
)
def test_where_the_file_is_damaged_users_are_shown_nothing_and_the_command_line_everything(
    open_corpus: OpenCorpus, content: str
) -> None:
    assistant = open_corpus({"board/a.md": "The lighthouse of Veldt is 31 metres tall."})
    collections_file(assistant.settings.state_dir).parent.mkdir(exist_ok=True)
    collections_file(assistant.settings.state_dir).write_text(content, "latin-1")
    with pytest.raises(StorageError, match="is no file of collections, so users are shown nothing"):
        assistant.for_user("ann")
    assert assistant.for_user(LOCAL_OWNER).ask("How tall is the lighthouse of Veldt?").citations != ()
    assert [one for one in assistant.health().problems if "collections" in one] != []


@pytest.mark.parametrize(
    ("name", "groups", "unreadable", "unwritable"),
    [
        ("ann", (), set(), set()),
        ("ANN", (), set(), set()),
        ("bob", ("staff",), set(), {"board"}),
        ("bob", ("Staff",), set(), {"board"}),
        ("bob", (), {"board"}, {"board"}),
        ("group:staff", (), {"board"}, {"board"}),
        ("everyone", (), {"board"}, {"board"}),
    ],
)
def test_an_asker_is_let_in_by_name_or_group(
    kept: Collections, name: str, groups: tuple[str, ...], unreadable: set[str], unwritable: set[str]
) -> None:
    rights = kept.rights(name, groups)
    assert rights == Rights(name.casefold(), frozenset(unreadable), frozenset(unwritable))


def test_everyone_may_be_let_in_again(kept: Collections) -> None:
    kept.grant("board", "everyone")
    assert kept.rights("bob") == Rights("bob", frozenset(), frozenset({"board"}))
    kept.grant("board", "Everyone", write=True)
    assert not kept.rights("bob").is_restricted


def test_many_who_grant_at_once_lose_nothing(kept: Collections) -> None:
    threads = [threading.Thread(target=kept.grant, args=("board", f"user{number}")) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [board] = kept.all()
    assert len(board.readers) == 22


def test_where_nothing_is_set_a_user_has_everything(open_corpus: OpenCorpus) -> None:
    assistant: Assistant = open_corpus({"board/a.md": "The lighthouse of Veldt is 31 metres tall."})
    ann = assistant.for_user("ann")
    assert (ann.rights, ann.collections()) == (Rights("ann"), [])
    assert ann.documents() == assistant.documents()
    with pytest.raises(CollectionError, match="There is no collection"):
        Collections(collections_file(assistant.settings.state_dir)).grant("board", "ann")
