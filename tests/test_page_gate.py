"""What gets past the first gate of the page: nothing that comes from another origin, or names a parameter twice."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from assistant import Assistant
from assistant.users import Users
from tests.browser import served
from tests.index_tools import Desk, briefing
from tests.logins import SECRET

TWICE = "An address names a parameter twice.\n"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.write({"a.md": briefing(0)})
    with desk.assistant() as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture(scope="module")
def address(assistant: Assistant, users: Users) -> Iterator[str]:
    with served(assistant, users) as address:
        yield address


@pytest.fixture(scope="module")
def ann(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address) as client:
        assert client.post("/login", data={"username": "ann", "password": SECRET}).status_code == 303
        yield client


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/queue/data?session_hash=mine&session_hash=theirs",
        "/gradio_api/queue/data?session_hash=theirs&session_hash=mine",
        "/gradio_api/queue/data?session_hash=mine&session%5Fhash=theirs",
        "/gradio_api/queue/data?session_hash=&session_hash=theirs",
        "/gradio_api/queue/data?session_hash=same&session_hash=same",
        "/gradio_api/heartbeat/mine?x=1&x=2",
        "/?conversation=1&conversation=2",
        "/login?next=/&next=//evil.example",
        "/theme.css?v&v",
    ],
)
def test_an_address_that_names_a_parameter_twice_is_refused(ann: httpx.Client, path: str) -> None:
    answer = ann.get(path)
    assert (answer.status_code, answer.text) == (403, TWICE)


@pytest.mark.parametrize(
    "body",
    [
        '{"session_hash": "mine", "session_hash": "theirs", "fn_index": 0, "data": []}',
        '{"fn_index": 0, "data": [{"a": 1, "a": 2}], "session_hash": "mine"}',
        '{"session_hash": "mine", "session\\u005fhash": "theirs", "data": []}',
    ],
)
def test_an_event_that_names_a_value_twice_is_refused(ann: httpx.Client, body: str) -> None:
    answer = ann.post("/gradio_api/queue/join", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.text) == (403, "An event names a value twice.\n")


def test_a_form_that_names_a_field_twice_lets_nobody_in(address: str) -> None:
    body = f"username=ann&password={SECRET.replace(' ', '+')}&username=bob"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert httpx.post(f"{address}/login", content=body, headers=form).status_code == 401


def test_only_the_very_origin_of_the_page_may_ask(address: str, ann: httpx.Client) -> None:
    port = httpx.URL(address).port
    assert port

    def status(origin: str, host: str = f"127.0.0.1:{port}") -> int:
        return ann.get("/config", headers={"Origin": origin, "Host": host}).status_code

    assert status(f"http://127.0.0.1:{port}") == 200
    assert status(f"http://localhost:{port}", host=f"localhost:{port}") == 200
    others = (
        *(f"http://127.0.0.1:{port + 1}", "http://127.0.0.1", "http://127.0.0.1:80", f"https://127.0.0.1:{port}"),
        *(f"http://localhost:{port}", f"http://x@127.0.0.1:{port}", "null", "file://", f"ftp://127.0.0.1:{port}"),
        *(f"http://127.0.0.1:{port}/", f"http://127.0.0.1.evil.example:{port}", "http://[", "http://127.0.0.1:x", ""),
    )
    assert {origin: status(origin) for origin in others} == dict.fromkeys(others, 403)


def test_one_origin_among_several_that_is_another_is_enough_to_refuse(address: str) -> None:
    headers = [("Origin", address), ("Origin", "http://evil.example")]
    assert httpx.get(f"{address}/login", headers=headers).status_code == 403
