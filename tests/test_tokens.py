"""The tokens of programs: made, used, listed and revoked; and the commands that do so."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant import Answer, Collections, Filters, Rights, StorageError, TokenError
from assistant.access.collections import collections_file
from assistant.conversations.store import Conversations
from assistant.interfaces.cli import app
from assistant.users import AccessToken, Tokens, access_tokens
from assistant.users.access_tokens import owner_of_token
from assistant.watches.watch_store import Watches

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOON_TOLD = "2026-03-01T12:00:00+00:00"


def test_a_token_is_known_again_by_its_secret_alone(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path, lambda: NOON)
    secret, other = tokens.add("Desk", ["write", "ask"]), tokens.add("other", ["ask"])
    assert tokens.verify(secret) == AccessToken("desk", ("ask", "write"), NOON_TOLD)
    for wrong in ("", secret[:-1], secret.upper(), f"{secret} ", "\ud800", "citewell_"):
        assert tokens.verify(wrong) is None
    assert (secret.startswith("citewell_"), len(secret), secret != other) == (True, 52, True)
    tokens.close()


def test_the_file_holds_no_secret_and_is_its_owners_alone(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    secret = tokens.add("desk", ["ask"])
    assert stat.S_IMODE((tmp_path / "tokens.sqlite").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir() if secret.encode() in file.read_bytes()] == []
    tokens.close()


def test_the_last_use_is_noted_once_a_minute(tmp_path: Path) -> None:
    now = [NOON]
    tokens = Tokens(tmp_path, lambda: now[0])
    secret = tokens.add("desk", ["ask"])
    for seconds, noted in ((0, 0), (59, 0), (60, 60), (100, 60)):
        now[0] = NOON + timedelta(seconds=seconds)
        tokens.verify(secret)
        assert tokens.known()[0].used_at == (NOON + timedelta(seconds=noted)).isoformat()
    tokens.close()


def test_a_revoked_token_is_none_in_every_process_and_its_name_is_free(tmp_path: Path) -> None:
    tokens, others = Tokens(tmp_path), Tokens(tmp_path)
    secret = tokens.add("desk", ["ask"])
    assert others.verify(secret) is not None
    assert tokens.revoke("DESK") == "desk"
    assert others.verify(secret) is None
    with pytest.raises(TokenError, match=r"^There is no token 'desk' in use\."):
        tokens.revoke("desk")
    again = tokens.add("desk", ["write"])
    assert [(one.scopes, bool(one.revoked_at)) for one in tokens.known()] == [(("ask",), True), (("write",), False)]
    assert others.verify(again) is not None
    tokens.close()
    others.close()


@pytest.mark.parametrize(
    ("name", "scopes", "told"),
    [
        ("desk", ["ask"], "There is a token desk already. Revoke it first: citewell token revoke desk"),
        ("", ["ask"], "'' cannot be a token's name"),
        ("a:b", ["ask"], "'a:b' cannot be a token's name"),
        ("x" * 65, ["ask"], f"'{'x' * 65}' cannot be a token's name"),
        ("new", [], "A token needs a scope. Scopes are: ask (ask and read), write (add and remove documents)."),
        ("new", ["ask", "admin"], "There is no scope 'admin'. Scopes are: ask"),
    ],
)
def test_what_cannot_be_a_token_is_refused(tmp_path: Path, name: str, scopes: list[str], told: str) -> None:
    tokens = Tokens(tmp_path)
    tokens.add("desk", ["ask"])
    with pytest.raises(TokenError) as refused:
        tokens.add(name, scopes)
    assert str(refused.value).startswith(told)
    assert [one.name for one in tokens.known()] == ["desk"]
    tokens.close()


def test_a_token_may_be_for_some_collections_alone(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path, lambda: NOON)
    tokens.add("all", ["ask"])
    secret = tokens.add("desk", ["ask"], ["press, etc.", "board", "press, etc."])
    assert tokens.verify(secret) == AccessToken("desk", ("ask",), NOON_TOLD, collections=("board", "press, etc."))
    assert [one.collections for one in tokens.known()] == [None, ("board", "press, etc.")]
    closed = Rights(unreadable=frozenset({"board"}))
    ann, everywhere, desk, gone = (
        replace(closed, name=name) for name in ("ann", *map(owner_of_token, ("all", "desk", "gone")))
    )
    assert [tokens.narrowed(one) for one in (ann, everywhere)] == [ann, everywhere]
    assert tokens.narrowed(desk) == desk.within(["board", "press, etc."])
    assert tokens.narrowed(gone) == gone.within([])
    tokens.revoke("desk")
    assert tokens.narrowed(desk) == desk.within([])
    tokens.close()


def test_tokens_of_an_earlier_version_are_for_all_collections(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "tokens.sqlite")) as earlier:
        earlier.executescript(f"{access_tokens.VERSIONS[0]} PRAGMA user_version = 1;")
        earlier.execute("INSERT INTO tokens (hash, name, scopes, created_at) VALUES ('x', 'desk', 'ask', 'then')")
        earlier.commit()
    tokens = Tokens(tmp_path)
    assert tokens.known() == [AccessToken("desk", ("ask",), "then")]
    assert tokens.narrowed(Rights(owner_of_token("desk"))) == Rights(owner_of_token("desk"))
    tokens.close()


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "tokens.sqlite").write_text("no database" * 100)
    with pytest.raises(StorageError, match=r"tokens\.sqlite cannot be read"):
        Tokens(tmp_path).verify("x")


class TestCommands:
    @pytest.fixture
    def state(self, tmp_path: Path) -> Path:
        return tmp_path / "state"

    def run(self, state: Path, *words: str) -> Result:
        return CliRunner(env={"CITEWELL_STATE_DIR": str(state), "NO_COLOR": "1"}).invoke(app, ["token", *words])

    def test_a_token_is_printed_once_and_listed(self, state: Path) -> None:
        made = self.run(state, "add", "desk", "--scope", "ask, write")
        assert (made.exit_code, made.stdout.count("\n")) == (0, 1)
        tokens = Tokens(state)
        token = tokens.verify(made.stdout.strip())
        tokens.close()
        assert token is not None
        assert (token.name, token.scopes) == ("desk", ("ask", "write"))
        [listed] = json.loads(self.run(state, "list", "--json").stdout)
        assert (listed["name"], listed["scopes"], listed["revoked_at"]) == ("desk", ["ask", "write"], "")
        assert "desk  ask, write" in self.run(state, "list").stdout

    def test_a_token_lets_ask_alone_unless_more_is_said(self, state: Path) -> None:
        self.run(state, "add", "desk")
        assert json.loads(self.run(state, "list", "--json").stdout)[0]["scopes"] == ["ask"]

    def test_a_token_for_collections_is_listed_with_them(self, state: Path) -> None:
        collections = Collections(collections_file(state))
        collections.add("board")
        collections.grant("board", "ann")
        self.run(state, "add", "all")
        made = self.run(state, "add", "desk", "--scope", "ask,write", "--collection", "press/", "--collection", "board")
        assert (made.exit_code, made.stdout.count("\n")) == (0, 1)
        assert made.stderr.splitlines()[1:] == [
            "It reads nothing of board, which not everyone may. Let everyone, with: citewell collection grant board "
            "everyone"
        ]
        listed = json.loads(self.run(state, "list", "--json").stdout)
        assert [one["collections"] for one in listed] == [None, ["board", "press"]]
        table = self.run(state, "list").stdout
        assert ("all   ask         all" in table, "desk  ask, write  board, press" in table) == (True, True)

    @pytest.mark.parametrize("name", ["", ".hidden", "board/deep", ".."])
    def test_what_is_no_top_folder_is_refused(self, state: Path, name: str) -> None:
        wrong = self.run(state, "add", "desk", "--collection", name)
        assert (wrong.exit_code, "cannot be a collection" in wrong.stderr) == (1, True)
        assert json.loads(self.run(state, "list", "--json").stdout) == []

    def test_revoking_takes_conversations_and_watched_questions_along(self, state: Path) -> None:
        self.run(state, "add", "desk")
        kept, watched = Conversations(state), Watches(state)
        kept.create(owner_of_token("desk"))
        nothing = Answer("Nothing.", (), (), abstained=True, confidence=0.0, written_by="extractive", question="?")
        watched.add(owner_of_token("desk"), "Who kept it?", Filters(), nothing)
        assert self.run(state, "revoke", "desk").stdout == "Revoked desk.\n"
        assert (kept.all(owner_of_token("desk")), watched.all(owner_of_token("desk"))) == ([], [])
        kept.close()
        watched.close()
        wrong = self.run(state, "revoke", "desk")
        assert (wrong.exit_code, "There is no token 'desk' in use" in wrong.stderr) == (1, True)

    def test_where_there_are_none_it_says_how_to_make_one(self, state: Path) -> None:
        assert self.run(state, "list").stderr == "There are no tokens. Make one with: citewell token add NAME\n"
