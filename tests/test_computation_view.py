"""The page in a real Chromium, and the command line, show how an answer was computed over a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from assistant import Assistant
from assistant.conversations.markdown_export import answer_as_markdown
from assistant.interfaces.console import show_answer
from tests.browser import Tab, ask, until_equal
from tests.index_tools import Desk

if TYPE_CHECKING:
    from playwright.sync_api import Page

TRICK = "<img src=x onerror=window.hacked=1>"
ORDERS = f"Order,City,Amount {TRICK}\n501,Berlin,860\n502,Munich {TRICK},240\n503,Berlin,266\n"
TOTAL = "What is the total amount of the orders from Berlin?"
SQL = f'SELECT sum("Amount {TRICK}"), count(*) FROM "orders" WHERE "City" = ?'


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    desk = Desk(tmp_path_factory.mktemp("computed"))
    desk.write({"orders.csv": ORDERS})
    desk.sync()
    with desk.assistant() as opened:
        yield opened


@pytest.fixture
def page(tab: Tab, address: str) -> Iterator[Page]:
    """The page, just opened; afterwards, that no script failed and no text ran as one."""
    with tab.loaded(address) as page:
        page.wait_for_selector(".welcome")
        yield page
        assert tab.failed == []
        until_equal(lambda: page.evaluate("window.hacked"), None)


@pytest.mark.browser
def test_page_shows_the_sql_and_the_rows_behind_and_opens_a_row_in_its_document(page: Page) -> None:
    ask(page, TOTAL)
    computed = page.locator(".computation")
    computed.wait_for()
    until_equal(
        page.locator(".computation summary").inner_text,
        "How it was computed: over 2 rows of orders (orders.csv), where City is Berlin",
    )
    until_equal(page.locator(".computation .sql").inner_text, SQL)
    until_equal(page.locator(".computation .sql-values").inner_text, "with Berlin")
    until_equal(
        page.locator(".rows-behind tr").all_inner_texts,
        [f"Row\tOrder\tCity\tAmount {TRICK}", "1\t501\tBerlin\t860", "3\t503\tBerlin\t266"],
    )
    until_equal(page.locator(".footnote").inner_text, "Computed from a table of your documents · High confidence")
    page.locator(".rows-behind .cite").nth(1).click()
    marked = page.locator("#reading mark")
    marked.first.wait_for()
    expect(page.locator("#reading")).to_contain_text("503")


def test_command_line_shows_the_sql_and_the_rows_behind(
    assistant: Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    show_answer(assistant.ask(TOTAL))
    assert [line.split() for line in capsys.readouterr().out.splitlines() if line] == [
        f"The total Amount {TRICK} in orders, where City is Berlin is 1,126, over 2 rows. [1] [2]".split(),
        "Computed over: 2 rows of orders (orders.csv), where City is Berlin".split(),
        f"SQL: {SQL}".split(),
        ["with", "Berlin"],
        f"Row Order City Amount {TRICK}".split(),
        "[1] 1 501 Berlin 860".split(),
        "[2] 3 503 Berlin 266".split(),
    ]


def test_copied_answer_names_the_sql_as_plain_text(assistant: Assistant) -> None:
    assert 'Computed by: SELECT sum("Amount \\<img src=x onerror=window.hacked=1>"), count(\\*)' in answer_as_markdown(
        assistant.ask(TOTAL)
    )
