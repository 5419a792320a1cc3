"""The text of a document around a passage, dressed a little, with every character of it in its place."""

from __future__ import annotations

import re

from markupsafe import Markup

from assistant.interfaces.page.templates import BOLD, escaped, render
from assistant.text.structure import HEADING_LINE
from assistant.text.tables import PIPE, is_divider

CONTEXT = 1500
"""Characters of the document shown before and after the passage, widened to the nearest paragraph break."""

WIDENING = 400
"""Characters that the context may grow by to begin and end at a paragraph break, or to take in a short remainder."""

_LINE_BREAK_INSIDE_A_PARAGRAPH = re.compile(r"(?<=[^\n])\n(?![\s#>|`~]|[-*+] |\d+[.)] |[-=*_]{3}|$)")


def render_text(text: str, start: int, end: int, quote: tuple[int, int] | None, is_markdown: bool) -> Markup:
    """``text`` around ``[start, end)``: the passage tinted, the quote in ``<mark>``, what is left out counted."""
    first, last = _context(text, start, end)
    omitted = {"omitted_above": first, "omitted_below": len(text) - last}
    from_, to = quote if quote else (end, end)
    start, end = min(start, from_), max(end, to)
    first, last = start - len(text[first:start].lstrip()), end + len(text[end:last].rstrip())

    def stretch(since: int, until: int) -> Markup:
        return render_stretch(text, since, until, is_markdown=is_markdown)

    return render(
        "text.around",
        before=stretch(first, start),
        head=stretch(start, from_),
        quote=stretch(from_, to) if quote else None,
        tail=stretch(to, end),
        after=stretch(end, last),
        **omitted,
    )


def render_stretch(text: str, start: int, end: int, *, is_markdown: bool) -> Markup:
    """``text[start:end]`` as HTML, dressed a little where it is Markdown."""
    return _dress(text, start, end) if is_markdown else escaped(text[start:end])


def _context(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch of ``text`` to show around ``[start, end)``: about CONTEXT characters more on each side."""
    first, last = start - CONTEXT, end + CONTEXT
    if first <= WIDENING:
        first = 0
    else:
        line, word = (text.rfind(mark, first - WIDENING, first) for mark in ("\n", " "))
        first = next((found for found in (line, word) if found >= 0), first)
    if last >= len(text) - WIDENING:
        last = len(text)
    else:
        line, word = (text.find(mark, last, last + WIDENING) for mark in ("\n", " "))
        last = max(line if line >= 0 else word, last)
    return first, last


def _dress(text: str, start: int, end: int) -> Markup:
    """``text[start:end]`` of a Markdown document, escaped, with headings, bold words and flowing paragraphs.

    Every character stays in the page, so that offsets hold: the signs and the line breaks inside a paragraph
    are only marked, for the style sheet to hide.
    """
    pieces, at = [], start
    for line_break in _LINE_BREAK_INSIDE_A_PARAGRAPH.finditer(text, start):
        if line_break.start() >= end:
            break
        if text.startswith("#", text.rfind("\n", 0, line_break.start()) + 1):
            continue  # what follows a heading is another paragraph
        pieces += [_dress_signs(text[at : line_break.start()]), '<span class="flow">\n</span>']
        at = line_break.end()
    return Markup("".join((*pieces, _dress_signs(text[at:end]))))


def _dress_signs(text: str) -> str:
    ruled = "\n".join(map(_dress_row, str(escaped(text)).split("\n")))
    headed = HEADING_LINE.sub(r'<b class="heading"><span class="sign">\1</span>\2</b>', ruled)
    return BOLD.sub(r'<b><span class="sign">**</span>\1<span class="sign">**</span></b>', headed)


def _dress_row(line: str) -> str:
    """A row of a table with lines between its cells in place of pipes; every other line as it is."""
    before, _, row = line.partition("|")
    row, is_closed, after = row.rpartition("|")
    if not is_closed or (before + after).strip(" \t"):
        return line
    if is_divider(line):
        return f'<span class="divider">{line}</span>'
    cells = PIPE.sub('<span class="sign">|</span><span class="rule"></span>', row)
    return f'<span class="sign">{before}|</span>{cells}<span class="sign">|{after}</span>'
