"""Every event and address of the page, sent by users who may read different collections: nothing leaks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from assistant import Answer, Assistant, Exchange
from assistant.access.withholding import WITHHELD
from assistant.interfaces.allowance import Allowance
from assistant.interfaces.page import build_app
from assistant.users import Users
from tests.browser import serving
from tests.collection_matrix import (
    DIFFERENT,
    GROUPS,
    NAMED,
    SAID,
    USERS,
    closed_to,
    everything,
    files_of,
    leaks,
    set_up,
)
from tests.conftest import assistant_with, write_corpus
from tests.index_tools import HashingEmbedder
from tests.logins import SECRET, users_in

ASKED = "Who keeps the lighthouse of Veldt?"
COUNTED = "How many documents mention the lighthouse?"
LENSES = ("positions", "timeline", "new", "compare", "overview", "briefing")
FORMS = ("csv", "json", "ics", "md", "html", "markdown", "bibtex", "csl")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a corpus with the documents of all."""
    home = tmp_path_factory.mktemp("collections")
    write_corpus(home / "corpus", everything())
    return home


@pytest.fixture(scope="module")
def users(home: Path) -> Iterator[Users]:
    """The six, with their groups."""
    with users_in(home, *USERS) as users:
        for name, groups in GROUPS.items():
            users.set_groups(name, groups)
        yield users


@pytest.fixture(scope="module")
def kept(home: Path) -> Iterator[tuple[Assistant, dict[str, str]]]:
    """An assistant, and a conversation and a watch of each user that were kept while everything was everyone's."""
    with assistant_with(HashingEmbedder(), home) as assistant:
        assistant.settings = assistant.settings.model_copy(update={"users": home / "users.json"})
        assistant.sync()
        answers = {
            question: assistant.ask(question) for question in (ASKED, COUNTED, "What are these documents about?")
        }
        kept = {user: _converse(assistant, user, answers) for user in USERS}
        for source in [source for source in everything() if source.endswith("rates.csv")]:
            assistant.remove(source)
        set_up(assistant)
        yield assistant, kept


def _converse(assistant: Assistant, user: str, answers: dict[str, Answer]) -> str:
    id = assistant.conversations.create(user, "Lighthouses").id
    for question, answer in answers.items():
        assistant.conversations.append(user, id, Exchange(question, answer))
    problem = f"There is no document. Did you mean {SAID['board']} or {SAID['lab']}?"
    assistant.conversations.append(user, id, Exchange("Why not?", None, problem=problem))
    assistant.add_watch(ASKED, owner=user)
    return id


@pytest.fixture(scope="module")
def address(kept: tuple[Assistant, dict[str, str]], users: Users) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Allowance, "take", lambda *_: 0.0)  # more is sent here than anybody may
        with serving(build_app(kept[0], users=users)) as address:
            yield address


@pytest.fixture(scope="module")
def visitors(address: str) -> Iterator[dict[str, Visitor]]:
    """Each user at the page, logged in."""
    with ExitStack() as opened:
        yield {user: Visitor(opened.enter_context(httpx.Client(base_url=address, timeout=60)), user) for user in USERS}


class Visitor:
    """A user with one tab of a browser, as a program that sends whatever it likes."""

    def __init__(self, client: httpx.Client, user: str) -> None:
        self.user, self.client = user, client
        assert client.post("/login", data={"username": user, "password": SECRET}).status_code == 303
        config = client.get("/config").json()
        self.events: list[dict[str, Any]] = config["dependencies"]
        self._components = {one["id"]: one for one in config["components"]}

    def data(self, event: dict[str, Any], text: str, wish: object) -> list[Any]:
        """What the fields of an event would hold: a text in each box, a wish where scripts note one."""
        return [self._value(self._components[id], text, wish) for id in event["inputs"]]

    def takes_wish(self, event: dict[str, Any]) -> bool:
        """Whether an event is given what a script noted."""
        return any(self._components[id]["type"] == "json" for id in event["inputs"])

    def is_fields(self, event: dict[str, Any]) -> bool:
        """Whether an event is that of the fields above the table of documents."""
        return any(self._components[id]["props"].get("elem_id") == "search" for id in event["inputs"])

    @staticmethod
    def _value(component: dict[str, Any], text: str, wish: object) -> Any:
        kind, name = component["type"], component["props"].get("elem_id") or ""
        if kind == "textbox":
            return "" if name.endswith(("since", "until")) else text
        if kind == "dropdown":
            return [] if component["props"].get("multiselect") else component["props"].get("value")
        return {"json": wish, "checkbox": False, "browserstate": 0.0}.get(kind)

    def told(self, event: dict[str, Any], data: list[Any], event_data: object = None, query: str = "") -> str:
        """All messages about an event, as they come over the wire, with what JSON escapes undone."""
        body = {
            "data": data,
            "fn_index": event["id"],
            "session_hash": f"tab-{self.user}",
            "event_data": event_data or {},
        }
        body["event_data"] = event_data or {}
        joined = self.client.post(f"/gradio_api/queue/join{query}", json=body)
        assert joined.status_code == 200, joined.text
        said = []
        with self.client.stream("GET", f"/gradio_api/queue/data?session_hash=tab-{self.user}") as response:
            for line in response.iter_lines():
                if line.startswith("data:"):
                    message = json.loads(line[5:])
                    said.append(json.dumps(message, ensure_ascii=False))
                    if message["msg"] == "process_completed":
                        break
        return "\n".join(said)


def _wishes(user: str) -> Iterator[dict[str, Any]]:
    """What scripts may note: places in lists and answers, one of them the user's watched one, and ways to look."""
    places = (
        "found:1",
        "found:2:text",
        "0:cite:1",
        "0:also:0",
        "0:list:1",
        f"{USERS.index(user) + 1}:cite:1",
        "page:1",
    )
    yield from ({"named": named, "start": 0} for named in (*places, *(f"lens:{lens}" for lens in LENSES)))


def _clicks(conversation: str) -> Iterator[dict[str, Any]]:
    """What a click may send: a conversation to open or export, a form to save what is shown in, an error to mend."""
    yield from ({"action": form, "named": conversation, "text": form} for form in FORMS)
    yield from ({"action": "export", "named": conversation, "text": form} for form in FORMS[-3:])
    yield {"action": "again"}


def _hostile_wishes(user: str) -> Iterator[dict[str, Any]]:
    """Closed documents by name, to be read, removed or put back."""
    for closed in closed_to(user)[:1]:
        yield {"named": f"{closed}/{NAMED[closed]}-news.md", "start": 0, "action": "remove"}
        yield {"named": f"{closed}/{NAMED[closed]}-rates.csv", "action": "undo"}


@pytest.mark.parametrize("user", DIFFERENT)
def test_no_event_tells_of_a_closed_document(
    kept: tuple[Assistant, dict[str, str]], visitors: dict[str, Visitor], user: str
) -> None:
    visitor, conversation = visitors[user], kept[1][user]
    found: list[tuple[Any, ...]] = []
    typed: list[str] = []

    def send(event: dict[str, Any], data: list[Any], event_data: object = None, query: str = "") -> None:
        typed.append(json.dumps([data, event_data, query], ensure_ascii=False))
        told = visitor.told(event, data, event_data, query)
        found.extend((event["targets"], data, event_data, leak) for leak in leaks(user, told, "".join(typed)))

    def type_everywhere(text: str) -> None:
        for event in visitor.events:
            send(event, visitor.data(event, text, None))

    def click_everywhere(wishes: Iterable[dict[str, Any]], clicks: Iterable[dict[str, Any]]) -> None:
        for event in visitor.events:
            is_clicked = any(target[1] in ("select", "submit", "edit", "upload") for target in event["targets"])
            if visitor.takes_wish(event):
                for wish in wishes:
                    send(event, visitor.data(event, "lighthouse", wish))
            elif is_clicked:
                for click in clicks:
                    send(event, visitor.data(event, "lighthouse", None), click)

    load = next(event for event in visitor.events for target in event["targets"] if target[1] == "load")
    queries = [f"?conversation={conversation}&exchange={number}" for number in range(5)]
    queries += ["?find=lighthouse", *(f"?subject=lighthouse&as={lens}" for lens in LENSES)]
    for query in queries:
        send(load, [0.0], query=query)
    for text in (ASKED, "lighthouse"):
        type_everywhere(text)
    click_everywhere([*_wishes(user)], [*_clicks(conversation)])
    click_everywhere([*_hostile_wishes(user)], [*_hostile_wishes(user)])
    for closed in closed_to(user)[:1]:
        type_everywhere(NAMED[closed])
    assert found == []


@pytest.mark.parametrize("user", DIFFERENT)
def test_no_address_tells_of_a_closed_document(
    home: Path, kept: tuple[Assistant, dict[str, str]], visitors: dict[str, Visitor], user: str
) -> None:
    client = visitors[user].client
    routes = {getattr(route, "path", "") for route in build_app(kept[0]).routes} - {""}
    assert routes == {"/watched.atom", "/new.atom", "/cited", "/save", "/save/capture.js", "/save/saving.js"}
    addresses = [
        "/",
        "/save",
        "/save/capture.js",
        "/config",
        "/watched.atom",
        "/new.atom",
        "/new.atom?subject=lighthouse",
        "/gradio_api/info",
    ]
    addresses += [f"/?conversation={kept[1][other]}" for other in USERS]
    for closed in closed_to(user):
        addresses += [f"/new.atom?subject=lighthouse&source={closed}", f"/new.atom?source={closed}/{NAMED[closed]}"]
        addresses += [f"/new.atom?publisher={SAID[closed]}+Gazette", f"/new.atom?publisher={SAID[closed][:-1]}"]
        for source in files_of(closed):
            addresses += [
                f"/gradio_api/file={home / 'corpus' / source}",
                f"/{quote(source)}",
                f"/?source={source}",
                f"/cited?source={quote(source)}",
            ]
    found = []
    for address in addresses:
        answer = client.get(address)
        told = f"{answer.headers}\n{answer.text}"
        found += [(address, leak) for leak in leaks(user, told, address)]
    assert found == []


def test_what_was_kept_is_shown_to_those_alone_who_may_still_read_it(
    kept: tuple[Assistant, dict[str, str]], visitors: dict[str, Visitor]
) -> None:
    told = {}
    for user in ("ann", "bob"):
        visitor = visitors[user]
        load = next(event for event in visitor.events for target in event["targets"] if target[1] == "load")
        conversation = visitor.told(load, [0.0], query=f"?conversation={kept[1][user]}")
        told[user] = (WITHHELD in conversation, ASKED in conversation)
    assert told == {"ann": (False, True), "bob": (True, True)}


def _looked(visitor: Visitor, collection: str = "") -> str:
    """What the Documents view shows, of a collection where one is chosen."""
    boxes = ["", "", "", "", collection, None]
    narrow = next(one for one in visitor.events if len(one["inputs"]) == len(boxes) and visitor.is_fields(one))
    open_view = next(one for one in visitor.events if one["outputs"] == narrow["outputs"] and len(one["inputs"]) == 1)
    return visitor.told(narrow, boxes) if collection else visitor.told(open_view, [None])


def test_the_documents_view_names_the_collections_that_somebody_may_read(visitors: dict[str, Visitor]) -> None:
    cho, bob = _looked(visitors["cho"]), _looked(visitors["bob"])
    assert ("What Quorvax does" in cho, "read only" in cho) == (True, True)
    assert "Collections" not in bob
    assert (
        "read only"
        not in _looked(visitors["fay"]).split("What Mikkonar does")[0].split("What Ostravelle does")[0][-300:]
    )


def test_the_table_narrows_to_a_collection(visitors: dict[str, Visitor]) -> None:
    _looked(visitors["cho"])
    told = _looked(visitors["cho"], "board")
    assert (NAMED["board"] in told, "harbour.md" in told) == (True, False)


def test_files_are_added_to_the_collection_that_is_chosen_by_those_who_may_write_there(
    kept: tuple[Assistant, dict[str, str]], visitors: dict[str, Visitor]
) -> None:
    told = {}
    for user, into, name in (("fay", "field", "lamp.md"), ("cho", "", "board/lamp.md"), ("bob", "", "lamp.md")):
        visitor = visitors[user]
        _looked(visitor)  # then Gradio lets them choose among what was offered
        sent = visitor.client.post("/gradio_api/upload", files={"files": ("lamp.md", b"The lamp of Veldt is new.\n")})
        add = next(one for one in visitor.events for target in one["targets"] if target[1] == "upload")
        told[user] = visitor.told(add, [False, into, None], {"files": [{"path": sent.json()[0], "name": name}]})
    assert "You may not add or change documents in board." in told["cho"]
    corpus = kept[0].settings.corpus_dir
    found = sorted(path.relative_to(corpus).as_posix() for path in corpus.rglob("lamp.md"))
    assert found == ["field/lamp.md", "lamp.md"]
    for source in found:
        kept[0].remove(source)
