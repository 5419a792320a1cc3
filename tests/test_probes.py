"""What whoever runs the page asks it: over real HTTP on this machine, without a login."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from assistant import Assistant
from assistant.interfaces.page.starting import TAKING_IN, telling_meanwhile
from assistant.users import Users
from tests.browser import served
from tests.index_tools import Desk, editions


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.write(editions(3))
    with desk.assistant() as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture(scope="module")
def address(assistant: Assistant, users: Users) -> Iterator[str]:
    """The page, for which one has to log in."""
    with served(assistant, users) as address:
        yield address


def numbers(told: str) -> dict[str, float]:
    """The samples of a text in Prometheus's format, by name with labels."""
    return {
        sample.name + "".join(f" {name}={value}" for name, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
    }


def test_a_page_that_can_answer_says_so_without_a_login(address: str) -> None:
    live, ready = httpx.get(f"{address}/health/live"), httpx.get(f"{address}/health/ready")
    assert (live.status_code, live.text) == (200, "alive\n")
    assert (ready.status_code, ready.json()) == (200, {"ready": True})
    assert httpx.head(f"{address}/health/live").status_code == 200
    assert httpx.post(f"{address}/health/live").status_code == 401


def test_a_page_whose_index_is_gone_lives_and_is_not_ready(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write(editions(1))
    with desk.assistant() as assistant, served(assistant) as address:
        before = httpx.get(f"{address}/health/ready")
        assistant.sync()
        between = httpx.get(f"{address}/health/ready")
        shutil.rmtree(desk.index)
        after = httpx.get(f"{address}/health/ready")
        assert httpx.get(f"{address}/health/live").status_code == 200
    assert (before.status_code, before.json()) == (503, {"ready": False, "because": "index"})
    assert between.status_code == 200
    assert (after.status_code, after.json()) == (503, {"ready": False, "because": "index"})


def test_other_hosts_are_refused_here_too(address: str) -> None:
    for path in ("/health/live", "/health/ready", "/metrics"):
        assert httpx.get(f"{address}{path}", headers={"Host": "evil.example"}).status_code == 421


def test_metrics_tell_the_state_of_the_corpus(address: str, assistant: Assistant) -> None:
    answer = httpx.get(f"{address}/metrics")
    told = numbers(answer.text)
    counts = assistant.counts()
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert told["citewell_documents"] == 3
    assert told["citewell_passages"] == counts.passages
    assert told["citewell_documents_failed"] == 0
    assert told["citewell_index_generation"] == counts.generation
    assert told["citewell_index_written_timestamp_seconds"] == counts.written_at
    assert told["citewell_feeds"] == told["citewell_feeds_failing"] == told["citewell_feed_articles_waiting"] == 0
    assert told["citewell_watched_questions"] == told["citewell_watched_questions_failing"] == 0
    assert told["citewell_events_waiting"] == 0
    assert {name for name in told if name.startswith("citewell_disk_free_bytes")} == {
        f"citewell_disk_free_bytes folder={folder}" for folder in ("corpus", "index", "state")
    }


def test_requests_are_counted_by_route_and_status_and_by_nothing_that_a_client_sends(address: str) -> None:
    def counted() -> dict[str, float]:
        told = numbers(httpx.get(f"{address}/metrics").text)
        return {name: value for name, value in told.items() if name.startswith("citewell_requests_total")}

    httpx.get(f"{address}/swordfish")
    before = counted()
    for number in range(20):
        httpx.get(f"{address}/swordfish{number}?q=swordfish{number}")
        httpx.request("PROPFIND", f"{address}/swordfish{number}")
    after = counted()
    name = "citewell_requests_total route=none status=401"
    assert after[name] - before[name] == 40
    assert set(after) == set(before)
    assert "swordfish" not in httpx.get(f"{address}/metrics").text.lower()


def test_routes_are_told_as_the_application_declares_them(assistant: Assistant) -> None:
    with served(assistant) as address:
        httpx.get(f"{address}/watched.atom?a=1")
        httpx.get(f"{address}/static/img/logo.svg")
        told = numbers(httpx.get(f"{address}/metrics").text)
    assert told["citewell_requests_total route=/watched.atom status=200"] == 1
    assert told["citewell_request_seconds_count route=/watched.atom"] == 1
    assert told["citewell_requests_total route=/static/{path:path} status=200"] == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "192.0.2.7"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
    ],
    ids=str,
)
def test_metrics_are_told_to_nobody_whom_a_proxy_leads_here(address: str, headers: dict[str, str]) -> None:
    answer = httpx.get(f"{address}/metrics", headers=headers)
    assert answer.status_code == 403
    assert answer.text == "The metrics are told to this computer alone: ask at http://127.0.0.1, past any proxy.\n"


def test_while_documents_are_taken_in_the_same_address_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with telling_meanwhile(listener):
            live, ready, page = (httpx.get(f"{address}{path}") for path in ("/health/live", "/health/ready", "/"))
        assert (live.status_code, live.text) == (200, "alive\n")
        assert (ready.status_code, ready.json()) == (503, {"ready": False, "because": "starting"})
        assert (page.status_code, page.text) == (503, TAKING_IN)
        with socket.create_connection(listener.getsockname()):  # it still listens, for the page
            pass
