"""What programs are told over HTTP: nothing of a closed collection, but to whoever may read it.

Every route of the HTTP API, chat completions, the tools and resources of the Model Context Protocol, and links to
citations, asked by a token, by one that is for two collections alone, and by users who are logged in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from mcp.shared.exceptions import MCPError

from assistant import Assistant, Exchange, Rights, SyncProgress, SyncReport
from assistant.access.withholding import WITHHELD
from assistant.corpus.pages import PagesRefresh
from assistant.http_values import Job
from assistant.interfaces.http.background_jobs import job_for
from assistant.interfaces.mcp.document_resources import address_of
from assistant.interfaces.page import build_app
from assistant.types import Failure
from assistant.users import Tokens, Users
from assistant.users.access_tokens import owner_of_token
from tests.browser import serving
from tests.collection_matrix import NAMED, OPEN, SAID, collections_of, files_of, leaks, texts_in
from tests.conftest import assistant_with, write_corpus
from tests.index_tools import HashingEmbedder
from tests.logins import SECRET, users_in
from tests.mcp_clients import over_http, run, words

CLOSED = "board"
SAID_THERE, NAMED_THERE = SAID[CLOSED], NAMED[CLOSED]
QUESTION = "Who keeps the lighthouse of Veldt?"
TEXTS = (QUESTION, "lighthouse", "How many documents mention the lighthouse?", "What are these documents about?")
REPORT, PLAN = f"{CLOSED}/{NAMED_THERE}-report.md", f"{CLOSED}/deep/{NAMED_THERE}-plan.pdf"
RATES = f"{CLOSED}/{NAMED_THERE}-rates.csv"
TOKEN, NARROWED_TOKEN = "desk", "papers"
WITHIN = ("open", CLOSED)
"""What the second token is for: of the two, it may read what is everyone's."""
OWNERS = {
    "token": owner_of_token(TOKEN),
    "narrowed": owner_of_token(NARROWED_TOKEN),
    "bob": "bob",
    "ann": "ann",
}
"""Who asks: a program with a token, one whose token is for some collections alone, a user without rights to the closed
collection, and one who may read and write."""
WITHOUT = ("token", "narrowed", "bob")
OUTSIDE = ("31 metres", "sails daily", "harbour.md", "ferries.md")
"""What stands in documents that lie in no collection alone, and in their names."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a corpus with open documents and one collection."""
    home = tmp_path_factory.mktemp("programs")
    write_corpus(home / "corpus", OPEN | files_of(CLOSED))
    return home


@pytest.fixture(scope="module")
def users(home: Path) -> Iterator[Users]:
    with users_in(home, "ann", "bob") as users:
        yield users


@pytest.fixture(scope="module")
def assistant(home: Path) -> Iterator[Assistant]:
    """An assistant with a conversation of each that was kept while everything was everyone's."""
    with assistant_with(HashingEmbedder(), home) as assistant:
        limits = {"users": home / "users.json", "api_requests_per_minute": 100_000}
        assistant.settings = assistant.settings.model_copy(update=limits)
        assistant.sync()
        answer = assistant.ask(QUESTION)
        assert SAID_THERE in "\n".join(texts_in(answer))
        for owner in OWNERS.values():
            id = assistant.conversations.create(owner, "Lighthouses").id
            assistant.conversations.append(owner, id, Exchange(QUESTION, answer))
            assistant.add_watch(QUESTION, owner=owner)
        assistant.remove(RATES)
        collections = collections_of(assistant)
        collections.add(CLOSED)
        collections.grant(CLOSED, "ann", write=True)
        yield assistant


@pytest.fixture(scope="module")
def clients(assistant: Assistant, users: Users) -> Iterator[dict[str, httpx.Client]]:
    """Each who asks, known to the server."""
    tokens = Tokens(assistant.settings.state_dir)
    secrets = {"token": tokens.add(TOKEN, ["ask", "write"])}
    secrets["narrowed"] = tokens.add(NARROWED_TOKEN, ["ask", "write"], WITHIN)
    tokens.close()
    with serving(build_app(assistant, users=users)) as address, ExitStack() as opened:
        known = {who: opened.enter_context(httpx.Client(base_url=address, timeout=60)) for who in OWNERS}
        for who, secret in secrets.items():
            known[who].headers["Authorization"] = f"Bearer {secret}"
        for user in ("ann", "bob"):
            login = known[user].post("/login", data={"username": user, "password": SECRET})
            assert login.status_code == 303
        yield known


def _said(answer: httpx.Response) -> str:
    return f"{answer.headers}\n{answer.text}"


def _routes(client: httpx.Client) -> Iterator[tuple[str, str]]:
    """The method and the path of every route of the HTTP API."""
    for path, methods in client.get("/api/v1/openapi.json").json()["paths"].items():
        yield from ((method.upper(), path) for method in methods)


ASKS = {"ask", "plan", "search", "mentions", "positions", "timeline", "overview", "new", "compare", "brief", "watches"}
QUESTIONED = {"mentions": "query"} | dict.fromkeys(("ask", "plan", "search", "compare", "watches"), "question")
"""What is asked for in a field other than ``subject``."""
NARROWED: tuple[dict[str, Any], ...] = ({}, {"source": CLOSED}, {"publisher": f"{SAID_THERE} Gazette"})


def _paths(path: str, conversation: str, watch: int) -> list[str]:
    """A route's path with closed documents, or what is the asker's own, in the place that it leaves open."""
    if "{source}" in path:
        return [path.replace("{source}", quote(source)) for source in (REPORT, PLAN, RATES)]
    return [path.replace("{id}", conversation).replace("{number}", str(watch))]


def _bodies(method: str, path: str, conversation: str) -> list[dict[str, Any] | None]:
    """What may be sent to a route, in each of the ways to narrow and to stream it."""
    name = path.rpartition("/")[2]
    if method == "GET":
        return [None]
    if path == "/v1/chat/completions":
        said = [{"role": "user", "content": QUESTION}]
        return [{"model": "citewell", "messages": said, "stream": stream} for stream in (False, True)]
    if name not in ASKS:
        return [{}]
    field = QUESTIONED.get(name, "subject")
    bodies: list[dict[str, Any] | None] = [{field: text, **one} for text in TEXTS for one in NARROWED]
    goes_on = {field: "And who painted it?", "conversation": conversation}
    return [*bodies, {field: QUESTION, "stream": True}, goes_on] if name == "ask" else bodies


def _answers(client: httpx.Client, conversation: str, *, removes: bool) -> Iterator[tuple[str, str, str]]:
    """What every route says: the route, all that the request held, and the answer."""
    watch = client.get("/api/v1/watches").json()[0]["number"]
    for method, path in _routes(client):
        if method == "DELETE" and ("conversations" in path or "watches" in path or not removes):
            continue
        for filled in _paths(path, conversation, watch):
            for body in _bodies(method, path, conversation):
                answer = client.request(method, filled, json=body)
                assert answer.status_code < 500, answer.text
                yield f"{method} {path.removeprefix('/api/v1')}", f"{filled} {body}", _said(answer)


def _until_jobs_end(client: httpx.Client) -> str:
    while True:
        told = client.get("/api/v1/jobs")
        if all(job["ended_at"] for job in told.json()):
            return _said(told)


def _conversation(assistant: Assistant, who: str) -> str:
    return assistant.conversations.all(OWNERS[who])[-1].id


def _leaks(who: str, told: str, typed: str = "") -> list[str]:
    """The words in what one who may not read everything is told that stand in what they may not read."""
    outside = [one for one in OUTSIDE if who == "narrowed" and one in told and one not in typed]
    return [*leaks("bob", told, typed), *outside]


@pytest.mark.parametrize("who", WITHOUT)
def test_no_route_tells_of_a_closed_document(
    clients: dict[str, httpx.Client], assistant: Assistant, home: Path, who: str
) -> None:
    write_corpus(home / "corpus", {f"{CLOSED}/{NAMED_THERE}-{who}.md": f"{SAID_THERE} is late.\n"})
    found, asked, kept = [], set(), []
    for route, typed, told in _answers(clients[who], _conversation(assistant, who), removes=True):
        asked.add(route)
        found += [(route, typed, leak) for leak in _leaks(who, told, typed)]
        if route in ("GET /conversations/{id}", "GET /watches/{number}"):
            kept.append((WITHHELD in told, QUESTION in told))
    jobs = _until_jobs_end(clients[who])
    assert (found, _leaks(who, jobs), kept) == ([], [], [(True, True)] * 2)
    assert asked >= {f"POST /{name}" for name in ASKS} | {"POST /v1/chat/completions", "POST /sync", "GET /feeds"}
    assert (home / "corpus" / REPORT).exists()
    open_to_them = [one for one in OPEN if who != "narrowed" or one.startswith("open/")]
    assert [one["source"] for one in clients[who].get("/api/v1/documents").json()["documents"]] == sorted(open_to_them)
    own = clients[who].get(f"/api/v1/conversations/{_conversation(assistant, who)}").json()["exchanges"]
    assert [one["asked"] for one in own] == [QUESTION, "And who painted it?"]


@pytest.mark.parametrize("who", WITHOUT)
def test_nothing_is_added_to_a_closed_collection(clients: dict[str, httpx.Client], home: Path, who: str) -> None:
    for into, name in ((CLOSED, "lamp.md"), ("", f"{CLOSED}/lamp.md")):
        sent = {"files": (name, b"The lamp of Veldt is new.\n")}
        begun = clients[who].post("/api/v1/documents", files=sent, data={"into": into})
        _until_jobs_end(clients[who])
        [failed] = clients[who].get(begun.headers["location"]).json()["sync"]["failed"]
        assert failed["source"] == name
        assert failed["reason"].startswith(f"You may not add or change documents in {CLOSED}.")
    assert not (home / "corpus" / CLOSED / "lamp.md").exists()


def test_a_token_for_some_collections_writes_only_there(
    clients: dict[str, httpx.Client], assistant: Assistant, home: Path
) -> None:
    client, said = (
        clients["narrowed"],
        "You may add and change documents in these folders of the corpus alone: board, open",
    )
    for into, written in (("", []), ("elsewhere", []), ("open", ["open/lamp.md"])):
        begun = client.post("/api/v1/documents", files={"files": ("lamp.md", b"It is new.\n")}, data={"into": into})
        _until_jobs_end(client)
        told = client.get(begun.headers["location"]).json()["sync"]
        assert (told["added"], [one["reason"] for one in told["failed"]]) == (written, [] if written else [said])
    assert client.delete("/api/v1/documents/harbour.md").status_code == 404
    assert client.delete("/api/v1/documents/open/lamp.md").json()["removed"] == ["open/lamp.md"]
    for path in ("documents", "feeds"):
        begun = client.post(f"/api/v1/{path}", json={"address": "https://veldt.example/news"})
        _until_jobs_end(client)
        assert client.get(begun.headers["location"]).json()["problem"] == {"kind": "CorpusError", "detail": said}
    assert {one.name for one in (home / "corpus").iterdir()} == {"harbour.md", "ferries.md", "open", CLOSED}

    async def added() -> tuple[str, str]:
        async with over_http(str(client.base_url).rstrip("/"), headers=dict(client.headers)) as program:
            refused = await program.call_tool("add_document", {"name": "lamp", "text": "It is new."})
            done = await program.call_tool("add_document", {"name": "open/lamp", "text": "It is new again."})
            return words(refused), words(done)

    refused, done = run(added)
    assert (said in refused, "open/lamp.md" in done) == (True, True)
    assistant.remove("open/lamp.md")


def test_a_collection_that_goes_is_gone_for_its_token_and_one_of_its_name_is_there_again(
    clients: dict[str, httpx.Client], assistant: Assistant, home: Path
) -> None:
    def sources() -> list[str]:
        return [one["source"] for one in clients["narrowed"].get("/api/v1/documents").json()["documents"]]

    before, folder = sources(), home / "corpus" / "open"
    assert before == ["open/berths.csv", "open/rules.md"]
    folder.rename(home / "corpus" / "rules")
    assistant.sync()
    question = {"question": "Who sets the fees?"}
    assert sources() == []
    answer = clients["narrowed"].post("/api/v1/ask", json=question).json()
    assert (answer["abstained"], answer["citations"], answer["also_found"]) == (True, [], [])
    told = clients["token"].post("/api/v1/ask", json=question).json()
    assert told["citations"][0]["passage"]["source"] == "rules/rules.md"
    write_corpus(folder, {"new.md": "The harbour of Veldt is new.\n"})
    assistant.sync()
    assert sources() == ["open/new.md"]
    (folder / "new.md").unlink()
    folder.rmdir()
    (home / "corpus" / "rules").rename(folder)
    assistant.sync()
    assert sources() == before


def test_what_is_closed_to_everyone_is_closed_to_the_token_that_is_for_it(
    clients: dict[str, httpx.Client], assistant: Assistant
) -> None:
    collections = collections_of(assistant)
    asked = {"question": QUESTION, "source": CLOSED}
    assert clients["narrowed"].post("/api/v1/ask", json=asked).status_code == 404
    collections.grant(CLOSED, "everyone")
    assert SAID_THERE in clients["narrowed"].post("/api/v1/ask", json=asked).text
    collections.revoke(CLOSED, "everyone")
    assert clients["narrowed"].post("/api/v1/ask", json=asked).status_code == 404


def _of_the_protocol(client: httpx.Client) -> list[tuple[str, str, str]]:
    """What the tools and the resources say: what was asked, all that it held, and the answer."""
    headers = {"Authorization": client.headers.get("Authorization", ""), "Cookie": _cookie(client)}
    calls: list[tuple[str, dict[str, Any]]] = [("list_documents", {})]
    for narrowed in NARROWED:
        calls += [(tool, {"question": text, **narrowed}) for tool in ("search", "ask") for text in TEXTS]
    calls += [("read_document", {"source": source}) for source in (REPORT, PLAN)]

    async def asked() -> list[tuple[str, str, str]]:
        told = []
        address = str(client.base_url).rstrip("/")
        async with over_http(address, headers={name: sent for name, sent in headers.items() if sent}) as program:
            for tool, arguments in calls:
                result = await program.call_tool(tool, arguments)
                told.append((tool, repr(arguments), f"{words(result)}\n{result.structured_content}"))
            told.append(("resources", "", repr(await program.list_resources())))
            for source in (REPORT, PLAN):
                try:
                    read = repr(await program.read_resource(address_of(source)))
                except MCPError as error:
                    read = str(error)
                told.append(("resource", source, read))
        return told

    found: list[tuple[str, str, str]] = run(asked)
    return found


def _cookie(client: httpx.Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


@pytest.mark.parametrize("who", WITHOUT)
def test_no_tool_and_no_resource_tells_of_a_closed_document(clients: dict[str, httpx.Client], who: str) -> None:
    told = _of_the_protocol(clients[who])
    assert [(asked, typed) for asked, typed, said in told if _leaks(who, said, typed)] == []
    for name, source, said in told[-2:]:
        assert (name, f"There is no document '{source}'" in said) == ("resource", True)


def test_a_link_to_a_closed_citation_is_one_to_nothing(clients: dict[str, httpx.Client]) -> None:
    for source in (REPORT, PLAN):
        told = {who: clients[who].get("/cited", params={"source": source}) for who in ("ann", "bob", "token")}
        assert [one.status_code for one in told.values()] == [200, 404, 401]
        assert [SAID_THERE in one.text for one in told.values()] == [True, False, False]


def test_whoever_may_read_it_is_told(clients: dict[str, httpx.Client], assistant: Assistant) -> None:
    told = {name for name, _, said in _of_the_protocol(clients["ann"]) if SAID_THERE in said}
    assert told >= {"search", "ask", "read_document", "resource"}
    routes = _answers(clients["ann"], _conversation(assistant, "ann"), removes=False)
    told = {route for route, typed, said in routes if SAID_THERE in said.replace(f"{SAID_THERE} Gazette", "")}
    assert told >= {f"POST /{name}" for name in ASKS - {"new"}} | {
        "POST /v1/chat/completions",
        "GET /documents",
        "GET /documents/{source}",
        "GET /documents/{source}/passages",
        "GET /conversations/{id}",
    }


def test_a_job_is_told_as_its_asker_may_know_of_it_now() -> None:
    failed = [Failure(f"{CLOSED}/lamp.md", "It is damaged.")]
    step = SyncProgress(1, 2, REPORT)
    report = SyncReport(added=["harbour.md", REPORT], failed=failed)
    job = Job("1", "sync", "done", "", "", step, report, pages=PagesRefresh())
    known = job_for(Rights("bob", frozenset({CLOSED, "web"})), job)
    assert (known.sync, known.pages) == (SyncReport(added=["harbour.md"]), None)
    assert known.progress == replace(step, source="")
    assert job_for(Rights(), job) is job
    added = job_for(Rights("bob", frozenset({CLOSED})), replace(job, kind="add"))
    assert (added.sync, added.pages) == (SyncReport(added=["harbour.md"], failed=failed), job.pages)
