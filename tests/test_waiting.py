"""Tests of the page wait for it: none reads it at once, while it may still change. So does the benchmark they run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
BENCHMARK = TESTS.parent / "benchmarks" / "sessions.py"
WAITING = "browser.py"
"""The one file that reads the page, since it reads again until what it reads is right."""
READINGS = frozenset(
    """
    all_inner_texts all_text_contents bounding_box element_handle element_handles eval_on_selector
    eval_on_selector_all evaluate evaluate_all evaluate_handle get_attribute inner_html inner_text input_value
    is_checked is_disabled is_editable is_enabled is_hidden is_visible query_selector query_selector_all screenshot
    text_content wait_for_timeout
    """.split()
)
OF_NOTHING = frozenset({"all", "content", "count", "title"})
"""Readings by names that others use too, with something between the parentheses."""


def read_at_once(source: str) -> Iterator[tuple[int, str]]:
    """The line and the name of each reading that is neither in a lambda, for others to repeat, nor only for its effect.

    A file that opens no page has none.
    """
    if "playwright" not in source and "tests.browser" not in source:
        return
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _name(node.value) == "evaluate":
            continue
        if isinstance(node, ast.Call) and (
            _name(node) in READINGS or (_name(node) in OF_NOTHING and not node.args and not node.keywords)
        ):
            yield node.lineno, _name(node)
        waiting.extend(ast.iter_child_nodes(node))


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def test_no_test_reads_the_page_at_once() -> None:
    """What stands there is waited for with `expect`, or with `until_equal` and its like of `tests/browser.py`."""
    found = [
        f"{path.name}:{line}: {name}()"
        for path in (*sorted(TESTS.glob("*.py")), BENCHMARK)
        if path.name != WAITING
        for line, name in read_at_once(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("assert page.locator('p').count() == 1", ["count"]),
        ("assert not page.get_by_role('option').is_visible()", ["is_visible"]),
        ("def texts(page):\n    return page.locator('p').all_inner_texts()", ["all_inner_texts"]),
        ("[one.inner_text() for one in page.locator('p').all()]", ["all", "inner_text"]),
        ("before = page.evaluate('scrollY')", ["evaluate"]),
        ("page.wait_for_timeout(300)", ["wait_for_timeout"]),
        ("page.evaluate('scrollTo(0, 0)')", []),
        ("until_equal(page.locator('p').inner_text, 'Hello')", []),
        ("until_equal(lambda: page.evaluate('scrollY'), 0)", []),
        ("expect(page.locator('p')).to_have_count(1)", []),
        ("assert ['a', 'b'].count('a') == 1", []),
        ("assert conversations.all('ann') == []", []),
    ],
)
def test_what_reads_at_once_is_found(code: str, found: list[str]) -> None:
    source = f"from playwright.sync_api import expect\n{code}\n"
    assert sorted(name for _, name in read_at_once(source)) == found
