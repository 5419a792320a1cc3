"""The page behind a reverse proxy, under a public name: over real HTTP, and in a real Chromium."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from assistant import Assistant, Settings, open_assistant
from assistant.users import Users
from tests.browser import CHROMIUM, NO_CHROMIUM, ask, chromium, served, serving
from tests.logins import SECRET

PUBLIC = "citewell.localhost"  # a name that browsers, but not the page, take for this machine
METHODS = ["GET", "POST", "HEAD", "PUT", "DELETE"]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("public")
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "depot.md").write_text("# Depot\n\nThe depot stores forty crates of pineapples.\n", encoding="utf-8")
    settings = Settings(
        corpus_dir=corpus, index_dir=folder / "index", state_dir=folder / "state", public_url=f"https://{PUBLIC}"
    )
    with open_assistant(settings) as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture(scope="module")
def address(assistant: Assistant, users: Users) -> Iterator[str]:
    with served(assistant, users) as address:
        yield address


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": PUBLIC}, 200),
        ({"Host": f"{PUBLIC}:8443", "Origin": f"https://{PUBLIC}:8443"}, 200),
        ({"Origin": f"https://{PUBLIC}"}, 200),
        ({"Host": f"{PUBLIC}.evil.example"}, 421),
        ({"Host": PUBLIC, "Origin": "https://evil.example"}, 403),
    ],
)
def test_the_public_name_is_answered_and_no_other(address: str, headers: dict[str, str], status: int) -> None:
    assert httpx.get(f"{address}/login", headers=headers).status_code == status


def test_a_session_of_a_page_behind_https_is_sent_over_https_alone(address: str) -> None:
    headers = {"Host": PUBLIC, "X-Forwarded-Proto": "https", "Origin": f"https://{PUBLIC}"}
    answer = httpx.post(f"{address}/login", data={"username": "ann", "password": SECRET}, headers=headers)
    assert answer.status_code == 303
    assert "; secure" in answer.headers["set-cookie"].lower()


@pytest.fixture
def address_without_tls(assistant: Assistant, users: Users) -> Iterator[str]:
    """The same page under a public name that a proxy without TLS serves, as browsers take no other here."""
    with (
        open_assistant(assistant.settings.model_copy(update={"public_url": f"http://{PUBLIC}"})) as plain,
        served(plain, users) as address,
    ):
        yield address


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)
def test_a_question_is_asked_through_a_proxy(address_without_tls: str) -> None:
    with serving(proxy(address_without_tls)) as reached, chromium() as browser:
        page = browser.new_page()
        page.goto(f"http://{PUBLIC}:{urlsplit(reached).port}/")
        page.get_by_label("Name").fill("ann")
        page.get_by_label("Password").fill(SECRET)
        page.get_by_role("button", name="Log in").click()
        page.locator(".welcome").wait_for()
        ask(page, "How many crates does the depot store?")
        page.locator(".turn").get_by_text("The depot stores forty crates of pineapples.").first.wait_for()
        assert urlsplit(page.url).hostname == PUBLIC


def proxy(address: str) -> Starlette:
    """A reverse proxy before the page, as the README sets one up: it passes on the name it was asked for."""
    client = httpx.AsyncClient(base_url=address, timeout=None)

    async def forward(request: Request) -> StreamingResponse:
        passed_on = client.build_request(
            request.method,
            httpx.URL(path=request.url.path, query=request.url.query.encode()),
            headers=request.headers.raw,
            content=await request.body(),
        )
        answer = await client.send(passed_on, stream=True)
        response = StreamingResponse(answer.aiter_raw(), answer.status_code, background=BackgroundTask(answer.aclose))
        response.raw_headers = answer.headers.raw
        return response

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await client.aclose()

    return Starlette(routes=[Route("/{path:path}", forward, methods=METHODS)], lifespan=lifespan)
