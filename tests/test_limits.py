"""What a program may ask of the page, other than the page itself would: asked over real HTTP on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio.utils import get_upload_folder

from assistant import Assistant
from assistant.interfaces.allowance import Allowance
from assistant.interfaces.page import request_limits
from assistant.users import Users
from tests.browser import served
from tests.index_tools import Desk, briefing
from tests.logins import SECRET


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.write({"a.md": briefing(0)})
    with desk.assistant() as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address) as client:
        yield client


def test_the_page_that_saves_others_has_its_scripts_and_nothing_else(client: httpx.Client) -> None:
    kinds = ("text/html; charset=utf-8", "text/javascript; charset=utf-8", "text/javascript; charset=utf-8")
    answers = [client.get(path) for path in ("/save", "/save/capture.js", "/save/saving.js")]
    assert [(one.status_code, one.headers["content-type"]) for one in answers] == [(200, kind) for kind in kinds]
    assert [client.get(path).status_code for path in ("/save/", "/save/page.py", "/save/../page.py")] == [404, 404, 404]


def test_no_file_of_this_machine_is_handed_out_but_uploads(client: httpx.Client, assistant: Assistant) -> None:
    state = assistant.settings.state_dir
    state.mkdir(exist_ok=True)
    secrets = [state / "conversations.sqlite", state / "users.json", assistant.settings.corpus_dir / "a.md"]
    for secret in secrets[:2]:
        secret.write_text("swordfish")
    uploaded = client.post("/gradio_api/upload", files={"files": ("b.txt", b"sent")}).json()[0]
    folder = get_upload_folder()
    climbing = [f"{folder}/../../..{path}" for path in ["/etc/passwd", *secrets]]
    link = Path(folder) / "link"
    link.symlink_to("/etc")
    named = [
        "/etc/passwd", "../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "/proc/self/environ", "", ".",
        "file:///etc/passwd", "http://127.0.0.1:1/", "https://files.invalid/x", f"{link}/passwd", "/etc/passwd%00.png",
        *map(str, secrets), *climbing,
    ]  # fmt: skip
    for route in ("file=", "file/", "proxy="):
        for name in named:
            answer = client.get(f"/gradio_api/{route}{name}")
            assert answer.status_code in (403, 404), (route, name)
            assert "swordfish" not in answer.text
            assert "root:" not in answer.text
    assert client.get(f"/gradio_api/file={uploaded}").content == b"sent"
    link.unlink()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/run/predict"),
        ("POST", "/gradio_api/api/predict"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/component_server"),
        ("POST", "/gradio_api/process_recording"),
        ("POST", "/gradio_api/vibe-edit"),
        ("POST", "/gradio_api/stream/x"),
        ("GET", "/gradio_api/upload_progress?upload_id=x"),
        ("GET", "/gradio_api/queue/status"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/gradio_api/custom_component/x/client/y/z"),
        ("GET", "/gradio_api/deep_link"),
        ("GET", "/monitoring"),
        ("GET", "/docs"),
        ("DELETE", "/"),
        ("OPTIONS", "/config"),
    ],
)
def test_what_the_page_has_no_use_for_is_not_there(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.text) == (404, "There is nothing here.\n")


def test_no_event_has_a_name_that_programs_could_call(client: httpx.Client) -> None:
    assert client.get("/gradio_api/info").json() == {"named_endpoints": {}, "unnamed_endpoints": {}}
    shown = [one for one in client.get("/config").json()["dependencies"] if one["api_visibility"] != "private"]
    assert shown == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("[]", 400),
        ('{"session_hash": 7}', 400),
        ('{"data": []}', 400),
        ("[" * 100_000, 400),
        (json.dumps({"session_hash": "x", "data": ["x" * request_limits.LARGEST_EVENT]}), 413),
    ],
    ids=["nothing", "a list", "a number", "no session", "deep", "long"],
)
def test_what_is_no_event_is_refused(client: httpx.Client, body: str, status: int) -> None:
    assert client.post("/gradio_api/queue/join", content=body).status_code == status


def test_an_upload_tells_its_size_and_is_not_too_large(client: httpx.Client, assistant: Assistant) -> None:
    def unsized() -> Iterator[bytes]:
        yield b"x"

    assert client.post("/gradio_api/upload", content=unsized()).status_code == 411
    most = assistant.settings.limit_file_megabytes + 1
    connection = HTTPConnection(client.base_url.host, client.base_url.port or 0)
    connection.putrequest("POST", "/gradio_api/upload")
    connection.putheader("Content-Length", str(most * 1_000_000 + 1))
    connection.endheaders()
    answer = connection.getresponse()
    told = answer.read().decode()
    connection.close()
    assert (answer.status, told) == (413, f"At most {most:,} MB are taken at once.\n")


def test_a_session_answers_the_user_who_began_it_alone(assistant: Assistant, users: Users) -> None:
    event: dict[str, Any] = {"data": [], "fn_index": 0, "session_hash": "anns", "event_id": "x"}
    with (
        served(assistant, users) as address,
        httpx.Client(base_url=address) as ann,
        httpx.Client(base_url=address) as bob,
    ):
        ann.post("/login", data={"username": "ann", "password": SECRET})
        bob.post("/login", data={"username": "bob", "password": SECRET})
        assert ann.post("/gradio_api/cancel", json=event).status_code == 200
        for answer in (
            bob.post("/gradio_api/queue/join", json=event),
            bob.post("/gradio_api/cancel", json=event),
            bob.get("/gradio_api/queue/data?session_hash=anns"),
            bob.get("/gradio_api/heartbeat/anns"),
        ):
            assert (answer.status_code, answer.text) == (403, "This session is another user's.\n")
        assert ann.post("/gradio_api/cancel", json=event).status_code == 200


def test_who_sends_too_many_events_has_to_wait(assistant: Assistant, users: Users) -> None:
    event = {"fn_index": 0, "session_hash": "anns", "event_id": "x"}
    with (
        served(assistant, users) as address,
        httpx.Client(base_url=address) as ann,
        httpx.Client(base_url=address) as bob,
    ):
        ann.post("/login", data={"username": "ann", "password": SECRET})
        bob.post("/login", data={"username": "bob", "password": SECRET})
        answers = [ann.post("/gradio_api/cancel", json=event) for _ in range(2_000)]
        refused = [answer for answer in answers if answer.status_code != 200]
        assert {answer.status_code for answer in refused} == {429}
        assert {answer.headers["retry-after"] for answer in refused} == {"1"}
        assert bob.post("/gradio_api/cancel", json=event | {"session_hash": "bobs"}).status_code == 200


def test_an_allowance_is_used_up_and_fills_again() -> None:
    now = [0.0]
    allowance = Allowance(3, 0.5, lambda: now[0])
    assert [allowance.take("ann") for _ in range(4)] == [0, 0, 0, 2]
    assert allowance.take("bob", 2) == 0
    now[0] = 1.0
    assert allowance.take("ann") == 1
    now[0] = 2.0
    assert allowance.take("ann") == 0
    now[0] = 100.0
    assert [allowance.take("ann", 5), allowance.take("ann")] == [0, 6]
