"""The page of its own that a citation's link opens: asked over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from assistant import Assistant
from assistant.interfaces.source_links import cited_link
from assistant.types import Citation
from assistant.users import Users
from tests.browser import served
from tests.conftest import write_corpus
from tests.file_makers import pdf
from tests.index_tools import Desk
from tests.logins import SECRET

KEPT = "Ada <b>Thorne</b> kept & loved the lighthouse until 1974."
QUOTE = "The harbour has four cranes."


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.write({"a b/näme&.txt": f"The lighthouse is tall.\n\n{KEPT}\n", "changes.md": "# Changes\n\nIt was so.\n"})
    write_corpus(desk.corpus, {"c.pdf": pdf([["Nothing much."], [QUOTE]])})
    with desk.assistant() as assistant:
        assistant.sync()
        yield assistant


def link_to(assistant: Assistant, site: str, source: str, quote: str) -> str:
    [passage] = [one for one in assistant.passages(source) if quote in one.text]
    start = assistant.document(source).text.index(quote)
    return cited_link(site, Citation(1, passage, quote, start, start + len(quote)))


def test_the_quote_is_marked_and_nothing_of_it_is_markup(assistant: Assistant, address: str) -> None:
    shown = httpx.get(link_to(assistant, address, "a b/näme&.txt", KEPT))
    assert (shown.status_code, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<mark>Ada &lt;b&gt;Thorne&lt;/b&gt; kept &amp; loved the lighthouse until 1974.</mark>" in shown.text
    assert "frame-ancestors 'none'" in shown.headers["content-security-policy"]
    assert "<button" not in shown.text
    assert "Nothing is marked" not in shown.text


def test_the_page_of_a_pdf_is_drawn_above_its_text(assistant: Assistant, address: str) -> None:
    shown = httpx.get(link_to(assistant, address, "c.pdf", QUOTE)).text
    assert shown.count('<img src="data:image/png;base64,') == 1
    assert "Page 2 of c, with the cited words marked" in shown
    assert f"<mark>{QUOTE}</mark>" in shown


def test_a_document_that_says_it_no_more_is_shown_without_a_mark(assistant: Assistant, address: str) -> None:
    link = link_to(assistant, address, "changes.md", "It was so.")
    assert "<mark>It was so.</mark>" in httpx.get(link).text
    write_corpus(assistant.settings.corpus_dir, {"changes.md": "# Changes\n\nIt is otherwise now.\n"})
    assistant.sync()
    shown = httpx.get(link).text
    assert "It is otherwise now." in shown
    assert "Nothing is marked." in shown
    assert "<mark>" not in shown


@pytest.mark.parametrize(
    "query", ["source=c.pdf", "source=c.pdf&start=x&end=-1", "source=c.pdf&start=99999999999&end=3&said=y",
              "source=c.pdf&start=" + "9" * 5000],
)  # fmt: skip
def test_a_link_that_was_cut_short_shows_the_document(address: str, query: str) -> None:
    shown = httpx.get(f"{address}/cited?{query}")
    assert (shown.status_code, "Nothing is marked." in shown.text) == (200, True)


@pytest.mark.parametrize("query", ["", "source=gone.md", "source=../../etc/passwd", "source=%00", "said=x&start=1"])
def test_a_link_to_nothing_is_told(address: str, query: str) -> None:
    shown = httpx.get(f"{address}/cited?{query}")
    assert (shown.status_code, shown.headers["content-type"]) == (404, "text/plain; charset=utf-8")


def test_whoever_has_to_log_in_comes_back_to_it(assistant: Assistant, users: Users) -> None:
    with served(assistant, users) as address, httpx.Client(headers={"Accept": "text/html"}) as browser:
        link = link_to(assistant, address, "c.pdf", QUOTE)
        login = browser.get(link)
        assert (login.status_code, login.headers["location"].startswith("/login?next=/cited")) == (303, True)
        back = browser.post(address + login.headers["location"], data={"username": "ann", "password": SECRET})
        assert f"<mark>{QUOTE}</mark>" in browser.get(address + back.headers["location"]).text
