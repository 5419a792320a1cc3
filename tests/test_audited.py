"""What is done on the page, by programs and with commands stands in the audit log: by whom, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from assistant import Assistant, CitewellError, Client, Collections
from assistant.access.collections import collections_file
from assistant.audit import Action, Audit, AuditEntry, AuditLog
from assistant.interfaces.cli import app
from assistant.interfaces.page import build_app
from assistant.users import SignedOn, Tokens, Users
from tests.browser import serving
from tests.conftest import OpenCorpus
from tests.logins import SECRET, users_in
from tests.mcp_clients import over_http
from tests.mcp_clients import run as run_steps

QUESTION = "How tall is the lighthouse of Veldt?"
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def assistant(open_corpus: OpenCorpus) -> Assistant:
    assistant = open_corpus({"a.md": "The lighthouse of Veldt is 31 metres tall.", "board/b.md": "The board met."})
    collections = Collections(collections_file(assistant.settings.state_dir))
    collections.add("board")
    collections.grant("board", "ann", write=True)
    collections.grant("board", "bob")
    return assistant


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Users]:
    with users_in(tmp_path_factory.mktemp("users"), "ann", "bob") as users:
        yield users


@pytest.fixture
def noted(assistant: Assistant) -> Callable[[], list[tuple[str, ...]]]:
    """What was noted since the test began, without the moments."""
    before = len(list(assistant.audit.log.entries()))
    return lambda: [told(entry) for entry in list(assistant.audit.log.entries())[before:]]


def told(entry: AuditEntry) -> tuple[str, ...]:
    return entry.who, entry.way, entry.action, entry.on, entry.detail, entry.outcome


Noted = Callable[[], list[tuple[str, ...]]]


@pytest.fixture(scope="module")
def page(assistant: Assistant, users: Users) -> Iterator[str]:
    with serving(build_app(assistant, users=users)) as address:
        yield address


class TestDocuments:
    def test_added_replaced_removed_and_restored(self, assistant: Assistant, noted: Noted, tmp_path: Path) -> None:
        (tmp_path / "new.md").write_text("The ferry sails at noon.")
        ann = assistant.for_user("ann", way="page")
        ann.add([tmp_path / "new.md"], into="board")
        (tmp_path / "new.md").write_text("The ferry sails at night.")
        ann.add([tmp_path / "new.md"], into="board", replace=True)
        ann.remove("board/new.md")
        ann.restore("board/new.md")
        ann.remove("board/new.md")
        assert noted() == [
            ("ann", "page", "added", "board/new.md", "", "done"),
            ("ann", "page", "added", "board/new.md", "replaced", "done"),
            ("ann", "page", "removed", "board/new.md", "", "done"),
            ("ann", "page", "restored", "board/new.md", "", "done"),
            ("ann", "page", "removed", "board/new.md", "", "done"),
        ]

    def test_what_is_refused_and_what_fails(self, assistant: Assistant, noted: Noted, tmp_path: Path) -> None:
        (tmp_path / "b.md").write_text("Something else.")
        bob, ann = assistant.for_user("bob", way="api"), assistant.for_user("ann", way="api")
        for one in (bob, ann):
            one.add([tmp_path / "b.md"], into="board")
            with suppress(CitewellError):
                one.remove("board/b.md" if one is bob else "board/none.md")
        assert noted() == [
            ("bob", "api", "added", "board/b.md", "", "refused"),
            ("bob", "api", "removed", "board/b.md", "", "refused"),
            ("ann", "api", "added", "board/b.md", "", "failed"),
            ("ann", "api", "removed", "board/none.md", "", "failed"),
        ]

    def test_a_page_of_the_web_without_what_may_be_secret(self, assistant: Assistant, noted: Noted) -> None:
        with suppress(CitewellError):
            assistant.for_user("ann").add(["http://ann:secret@127.0.0.1:9/page?token=secret"])
        assert noted() == [("ann", "command", "added", "http://127.0.0.1/page", "", "failed")]

    def test_a_library_and_a_page_that_somebody_saw(self, assistant: Assistant, noted: Noted, tmp_path: Path) -> None:
        library = tmp_path / "lamps.ris"
        library.write_text("TY  - BOOK\nTI  - The lamp of Veldt\nAU  - Thorne, Ada\nPY  - 1974\nER  - \n", "utf-8")
        ann, bob = (assistant.for_user(name, way="page") for name in ("ann", "bob"))
        [entry] = ann.add_library(library, into="board").added
        [page] = ann.add_page("https://example.org/lamp", "<h1>Lamp</h1><p>Lit by Ada Thorne in 1974.</p>").added
        with suppress(CitewellError):
            bob.add_library(library, into="board")
        assert noted() == [
            ("ann", "page", "library-added", "lamps.ris", "", "done"),
            ("ann", "page", "added", entry, "", "done"),
            ("ann", "page", "added", page, "", "done"),
            ("bob", "page", "library-added", "lamps.ris", "", "refused"),
        ]

    def test_sites_and_mailboxes(self, assistant: Assistant, noted: Noted) -> None:
        for act in (
            partial(assistant.add_site, "ftp://127.0.0.1/"),
            partial(assistant.add_mailbox, "post", "imaps://127.0.0.1:1/INBOX", SECRET),
            partial(assistant.remove_mailbox, "post"),
        ):
            with suppress(CitewellError):
                act()
        assert [entry[2:] for entry in noted()] == [
            ("site-added", "ftp://127.0.0.1/", "", "failed"),
            ("mailbox-added", "post", "", "failed"),
            ("mailbox-removed", "post", "", "failed"),
        ]

    def test_nothing_of_what_they_say(self, assistant: Assistant) -> None:
        assistant.ask(QUESTION)
        folder = assistant.settings.state_dir / "audit"
        kept = "".join(path.read_text() for path in folder.glob("*.jsonl"))
        assert ("lighthouse" in kept, "ferry" in kept, "secret" in kept) == (False, False, False)


class TestWays:
    def test_a_program_with_a_token(self, page: str, assistant: Assistant, noted: Noted) -> None:
        tokens = Tokens(assistant.settings.state_dir)
        with Client(page, tokens.add("clerk", ["ask", "write"])) as client, suppress(CitewellError):
            client.remove("none.md")
        tokens.revoke("clerk")
        tokens.close()
        assert noted() == [("token:clerk", "api", "removed", "none.md", "", "failed")]

    def test_an_agent(self, page: str, assistant: Assistant, noted: Noted, questions_are_noted: None) -> None:
        tokens = Tokens(assistant.settings.state_dir)
        token = tokens.add("agent", ["ask"])

        async def steps() -> Any:
            async with over_http(page, token) as client:
                return await client.call_tool("ask", {"question": QUESTION})

        run_steps(steps)
        tokens.close()
        assert noted() == [("token:agent", "mcp", "asked", QUESTION, "", "done")]

    def test_the_session_of_a_user(self, page: str, noted: Noted) -> None:
        with httpx.Client(base_url=page) as client:
            for password in ("wrong horse battery", SECRET):
                client.post("/login", data={"username": "Ann", "password": password})
            client.delete("/api/v1/documents/none.md")
            client.post("/logout")
            client.post("/logout")
        assert noted() == [
            ("ann", "page", "signed-in", "", "password, from 127.0.0.1", "refused"),
            ("ann", "page", "signed-in", "", "password, from 127.0.0.1", "done"),
            ("ann", "api", "removed", "none.md", "", "failed"),
            ("ann", "page", "signed-out", "", "from 127.0.0.1", "done"),
        ]

    def test_a_password_in_the_wrong_field_is_noted_nowhere(self, page: str, noted: Noted) -> None:
        httpx.post(f"{page}/login", data={"username": SECRET, "password": ""})
        assert noted() == [("", "page", "signed-in", "", "password, from 127.0.0.1", "refused")]

    def test_whom_a_proxy_names_comes_in_once(self, assistant: Assistant, users: Users, noted: Noted) -> None:
        behind = assistant.with_rights(assistant.rights)
        behind.settings = assistant.settings.model_copy(
            update={"proxy_user_header": "Remote-User", "trusted_proxies": ("127.0.0.1",)}
        )
        with serving(build_app(behind, users=users)) as address:
            for name in ("carol", "carol", "not one", "not one", "ann", "dan"):
                httpx.get(f"{address}/config", headers={"Remote-User": name})
        assert noted() == [
            ("carol", "page", "signed-in", "", "proxy, from 127.0.0.1", "done"),
            ("", "page", "signed-in", "", "proxy, from 127.0.0.1", "refused"),
            ("", "page", "signed-in", "", "proxy, from 127.0.0.1", "refused"),
            ("dan", "page", "signed-in", "", "proxy, from 127.0.0.1", "done"),
        ]

    def test_a_watched_question_is_asked_in_its_owners_name(
        self, assistant: Assistant, noted: Noted, questions_are_noted: None
    ) -> None:
        assistant.for_user("ann").add_watch(QUESTION, owner="ann")
        assistant.check_watches(owner="ann")
        assert [one[:4] for one in noted()] == [("ann", way, "asked", QUESTION) for way in ("command", "watch")]


@pytest.fixture
def questions_are_noted(assistant: Assistant) -> Iterator[None]:
    before = assistant.audit
    assistant.audit = Audit(before.log, before.who, before.way, notes_questions=True)
    yield
    assistant.audit = before


class TestCommands:
    @pytest.fixture
    def run(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
        """Runs a command of ``citewell`` with these words, as the system's user desk."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "corpus").mkdir()
        monkeypatch.setenv("CITEWELL_USERS", str(tmp_path / "users.json"))
        monkeypatch.setenv("LOGNAME", "desk")
        return lambda *words, **given: CliRunner(env={"NO_COLOR": "1"}).invoke(app, list(words), **given)

    def test_each_that_changes_who_may_do_what_is_noted(self, run: Run, tmp_path: Path) -> None:
        with users_in(tmp_path):
            for words in (
                ("collection", "add", "board"),
                ("collection", "describe", "board", "Minutes"),
                ("collection", "grant", "board", "ann", "group:staff", "--write"),
                ("collection", "revoke", "board", "ann"),
                ("token", "add", "clerk", "--scope", "ask,write"),
                ("token", "revoke", "clerk"),
                ("user", "add", "Ann", "--password-stdin"),
                ("user", "password", "ann", "--password-stdin"),
                ("user", "groups", "ann", "staff"),
                ("user", "remove", "ann", "--yes"),
                ("backup", "kept.tar.gz"),
            ):
                answer = run(*words, input=f"{SECRET}\n")
                assert answer.exit_code == 0, answer.output
        listed = json.loads(run("audit", "--json").stdout)
        assert {(one["who"], one["way"], one["outcome"]) for one in listed} == {("system:desk", "command", "done")}
        assert [(one["action"], one["on"], one["detail"]) for one in listed] == [
            ("collection-added", "board", ""),
            ("collection-described", "board", ""),
            ("granted", "board", "ann to write"),
            ("granted", "board", "group:staff to write"),
            ("revoked", "board", "ann"),
            ("token-added", "clerk", "ask,write"),
            ("token-revoked", "clerk", ""),
            ("user-added", "ann", ""),
            ("password-changed", "ann", ""),
            ("groups-set", "ann", "staff"),
            ("user-removed", "ann", ""),
            ("backup-taken", str(tmp_path / "kept.tar.gz"), ""),
        ]

    def test_what_fails_changes_nothing_and_is_not_noted(self, run: Run) -> None:
        assert run("collection", "grant", "none", "ann").exit_code == 1
        assert run("token", "revoke", "none").exit_code == 1
        assert json.loads(run("audit", "--json").stdout) == []

    def test_entries_are_found_by_day_user_and_action(self, run: Run, tmp_path: Path) -> None:
        now = datetime.now(UTC)
        done: tuple[tuple[int, str, Action], ...] = (
            (8, "ann", "added"), (2, "ann", "removed"), (1, "bob", "removed"), (0, "ann", "added"),
        )  # fmt: skip
        for days, who, action in done:
            log = AuditLog(tmp_path / "state", 365, 1, partial(_days_before, now, days))
            log.write(who, "page", action, f"{days}.md", "", "done")

        def found(*words: str) -> list[str]:
            return [one["on"] for one in json.loads(run("audit", "--json", *words).stdout)]

        assert found() == ["2.md", "1.md", "0.md"]
        assert found("--since", (now - timedelta(days=9)).date().isoformat()) == ["8.md", "2.md", "1.md", "0.md"]
        assert found("--since", now.date().isoformat()) == ["0.md"]
        assert found("--user", "Ann") == ["2.md", "0.md"]
        assert found("--user", "ann", "--action", "removed") == ["2.md"]

    @pytest.mark.parametrize(
        ("words", "why"),
        [(("--since", "May"), "'May' is no day"), (("--action", "eaten"), "'eaten' is none of asked, added, removed")],
    )
    def test_what_cannot_be_looked_for_is_told(self, run: Run, words: tuple[str, ...], why: str) -> None:
        answer = run("audit", *words)
        assert answer.exit_code == 2
        assert why in " ".join(answer.stderr.replace("│", "").split())

    def test_a_terminal_is_told_on_one_line_each_whatever_names_say(self, run: Run, tmp_path: Path) -> None:
        assert run("audit").stderr == "Nothing of that was noted.\n"
        AuditLog(tmp_path / "state", 1, 1).write("ann", "page", "added", "a\x1b[2K\n[red]b", "", "done")
        heads, line = run("audit").stdout.splitlines()
        assert heads.split() == ["When", "(UTC)", "Who", "Way", "Action", "On", "Detail", "Outcome"]
        assert line.split()[2:] == ["ann", "page", "added", "a", "[red]b", "done"]


def _days_before(moment: datetime, days: int) -> datetime:
    return moment - timedelta(days=days)


class TestUsersOfSingleSignOn:
    """`citewell user` knows them too."""

    @pytest.fixture
    def run(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "corpus").mkdir()
        monkeypatch.setenv("CITEWELL_OIDC_ISSUER", "https://login.example.org")
        monkeypatch.setenv("CITEWELL_OIDC_CLIENT_ID", "citewell")
        people = SignedOn(tmp_path / "state")
        people.welcome("ann", "https://login.example.org", "7", ["staff"])
        people.close()
        return lambda *words: CliRunner(env={"NO_COLOR": "1"}).invoke(app, list(words), input=f"{SECRET}\n")

    def test_they_are_listed_with_their_groups(self, run: Run) -> None:
        [ann] = json.loads(run("user", "signed-on", "--json").stdout)
        assert (ann["name"], ann["subject"], ann["groups"]) == ("ann", "7", ["staff"])
        shown = run("user", "signed-on").stdout.splitlines()[1].split()
        assert shown[:4] == ["ann", "https://login.example.org", "7", "staff"]

    def test_their_name_is_no_local_users(self, run: Run) -> None:
        answer = run("user", "add", "ANN", "--password-stdin")
        assert answer.exit_code == 1
        assert "ann came by single sign-on. Remove them first" in " ".join(answer.stderr.split())

    def test_they_are_removed_with_what_they_asked(self, run: Run) -> None:
        assert run("user", "remove", "Ann", "--yes").stdout == "Removed ann and 0 conversations.\n"
        assert json.loads(run("user", "signed-on", "--json").stdout) == []
        assert run("user", "remove", "Ann", "--yes").exit_code == 1
