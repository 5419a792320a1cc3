"""The page's templates: what they are given is shown and never obeyed, and their layout leaves no trace."""

from __future__ import annotations

import re
from pathlib import Path

from assistant.interfaces.page import templates
from assistant.interfaces.page.templates import render, render_problem
from assistant.interfaces.page.tray import Ended, Outcome, render_ended

FOLDER = Path(templates.__file__).parent / "templates"
STYLES = sorted(Path(templates.__file__).parent.glob("*.css"))


def test_what_is_given_is_escaped_and_what_no_page_can_hold_is_replaced() -> None:
    assert render_problem("<b> \"'& \0\ud800") == (
        '<p class="problem" role="alert">&lt;b&gt; &#34;&#39;&amp; \ufffd\ufffd</p>'
    )


def test_what_a_template_built_is_not_escaped_again() -> None:
    told = render_problem("<b>")
    assert render("history.unreadable", problem=told) == f'<section class="panel-kept">{told}</section>'


def test_a_line_end_of_a_template_is_nothing_beside_a_tag_and_a_space_elsewhere() -> None:
    assert render_ended(Ended("2 added", (Outcome("a.md", "added"),))) == (
        '<section class="job" aria-label="Done"><div class="job-head"><h3 class="job-title" dir="auto">2 added</h3>'
        '<button type="button" data-do="close" aria-label="Close">×</button></div>'
        '<ul class="outcomes" tabindex="0" aria-label="One by one">'
        '<li class="added"><b dir="auto">a.md</b> <span class="state">added</span></li></ul></section>'
    )
    assert "of a web page or a feed. What you add" in render("documents.none_yet")


def test_no_template_marks_anything_safe() -> None:
    marks = re.compile(r"\|\s*safe|autoescape|\bMarkup\b")
    assert [file.name for file in FOLDER.glob("*.html") if marks.search(file.read_text("utf-8"))] == []


def test_no_rule_for_some_widths_has_a_comma_in_parentheses() -> None:
    """Gradio puts its own class before each part of a selector, parted at every comma; elsewhere rules stand twice."""
    inside = re.compile(r"@media[^{]*\{(.*?)\n\}", re.DOTALL)
    found = [
        selector.strip()
        for style in STYLES
        for block in inside.findall(style.read_text("utf-8"))
        for selector in re.findall(r"([^{}]+)\{", block)
        if re.search(r"\([^)]*,", selector)
    ]
    assert len(STYLES) == 7
    assert found == []
