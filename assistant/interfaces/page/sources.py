"""The sources panel: the list of what an answer rests on, and the document around one passage."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from assistant.answering.injection import injection_in
from assistant.errors import CitewellError
from assistant.interfaces.page.conversation import Conversation
from assistant.interfaces.page.markup import byline, count, day, plain, prose, web_address
from assistant.types import Answer, Document, Passage

CONTEXT = 1500
"""Characters of the document shown before and after the passage, widened to the nearest paragraph break."""

WIDENING = 400
"""Characters that the context may grow by to begin and end at a paragraph break, or to take in a short remainder."""

ORDERS_INSIDE = "This passage looks like orders to an assistant, and is never given to a language model."

EMPTY_PANEL = (
    '<div class="panel panel-empty"><h2>Sources</h2><p>Click a number in an answer, and the passage it stands for '
    "opens here with the sentence highlighted.</p></div>"
)

_TARGET = re.compile(r"(\d{1,6}):(cite|also|list):(\d{1,6})")
_HEADING_LINE = re.compile(r"^(#{1,6}[ \t]+)(\S.*)$", re.MULTILINE)
_BOLD = re.compile(r"(\*\*)(\S|\S[^\n]*?\S)\*\*")
_LINE_BREAK_INSIDE_A_PARAGRAPH = re.compile(r"(?<=[^\n])\n(?![\s#>|`~]|[-*+] |\d+[.)] |[-=*_]{3}|$)")


@dataclass(frozen=True, slots=True)
class Selection:
    """A passage picked from an answer, and the quote in it: offsets into the document, None for no quote."""

    passage: Passage
    quote: tuple[int, int, str] | None
    label: str


@dataclass(frozen=True, slots=True)
class Opened:
    """HTML for the panel: the document being read ("" for none), and the list behind it (None: as it is)."""

    reading: str = ""
    listed: str | None = None


def open_target(conversation: Conversation, target: object, read: Callable[[str], Document]) -> Opened:
    """What a button names, such as ``0:cite:2``, opens; anything unknown opens nothing.

    ``target`` comes from a browser, so it may be anything; ``read`` gives the stored document of a source.
    """
    named = _TARGET.fullmatch(target) if isinstance(target, str) else None
    if named is None or int(named[1]) >= len(conversation):
        return Opened()
    position, kind, number = int(named[1]), named[2], int(named[3])
    answer = conversation[position].answer
    if answer is None:
        return Opened()
    if kind == "list":
        return Opened(listed=render_list(position, answer))
    selection = _select(answer, kind, number)
    return Opened() if selection is None else Opened(reading=_render_reading(position, selection, read))


def render_list(position: int, answer: Answer) -> str:
    """HTML of every source of one answer: the cited ones by number, then what was also found."""
    cited = "".join(
        _render_card(f"{position}:cite:{citation.number}", str(citation.number), citation.passage, citation.quote)
        for citation in answer.citations
    )
    also = "".join(
        _render_card(f"{position}:also:{number}", "", hit.passage, hit.passage.text)
        for number, hit in enumerate(answer.also_found)
    )
    if not cited and not also:
        return EMPTY_PANEL
    also_heading = "Closest passages" if answer.abstained else "Also found, not cited"
    return (
        '<div class="panel panel-list">'
        + (f'<h2>Sources of this answer</h2><ol class="cards">{cited}</ol>' if cited else "")
        + (f'<h2>{also_heading}</h2><ol class="cards also">{also}</ol>' if also else "")
        + "</div>"
    )


def _select(answer: Answer, kind: str, number: int) -> Selection | None:
    if kind == "cite":
        for citation in answer.citations:
            if citation.number == number:
                quote = (citation.start, citation.end, citation.quote)
                return Selection(citation.passage, quote, f"Source {number}")
    elif number < len(answer.also_found):
        return Selection(answer.also_found[number].passage, None, "Found, not cited")
    return None


def _render_card(target: str, badge: str, passage: Passage, text: str) -> str:
    where = byline(passage.publisher, day(passage.published))
    return (
        f'<li><button type="button" class="card" data-open="{target}">'
        + (f'<span class="badge">{badge}</span>' if badge else "")
        + f'<span class="card-title" dir="auto">{plain(passage.title)}</span>'
        + (f'<span class="card-where">{where}</span>' if where else "")
        + f'<span class="card-text" dir="auto">{prose(_excerpt(text))}</span></button></li>'
    )


def _render_reading(position: int, selection: Selection, read: Callable[[str], Document]) -> str:
    passage = selection.passage
    try:
        document = read(passage.source)
    except CitewellError as error:
        remark = f'<p class="notice">{plain(str(error))} This is the passage as it was when the answer was given.</p>'
        text = remark + _render_text(passage.text, 0, len(passage.text), _within(selection), is_markdown=False)
    else:
        text = _render_document(document, selection)
    return (
        '<div class="panel panel-reading"><div class="panel-bar">'
        f'<button type="button" class="back" data-open="{position}:list:0">← Back</button>'
        f"<span>{plain(selection.label)}</span></div>{_render_head(passage)}"
        f'<div class="document" tabindex="0" dir="auto">{text}</div></div>'
    )


def _render_head(passage: Passage) -> str:
    """Title, breadcrumb, publisher, date and the link to the original, as far as they are known."""
    place = f"{passage.place.kind} {passage.place.label}" if passage.place else None
    trail = byline(passage.breadcrumb, place)
    where = byline(passage.publisher, passage.author, day(passage.published), passage.source)
    address = web_address(passage.url)
    link = ""
    if address is not None:
        host = plain(urlsplit(address).hostname or "")
        link = (
            f'<a class="original" href="{plain(address)}" target="_blank" rel="noopener noreferrer">'
            f"Open the original at {host} ↗</a>"
        )
    also = f'<p class="where">The same text is in {byline(*passage.also_in)}</p>' if passage.also_in else ""
    trail_line = f'<p class="breadcrumb" dir="auto">{trail}</p>' if trail else ""
    sign = injection_in(passage)
    warning = f'<p class="notice" role="note">{ORDERS_INSIDE} It {plain(sign)}.</p>' if sign else ""
    return f'<h2 dir="auto">{plain(passage.title)}</h2>{trail_line}<p class="where">{where}</p>{also}{link}{warning}'


def _render_document(document: Document, selection: Selection) -> str:
    """The document around the passage; when it has changed since the answer, the passage as it was then."""
    passage, quote = selection.passage, selection.quote
    unchanged = document.text[passage.start : passage.end] == passage.text
    if not unchanged or (quote is not None and document.text[quote[0] : quote[1]] != quote[2]):
        remark = '<p class="notice">The document has changed since. This is the passage as the answer cited it.</p>'
        return remark + _render_text(passage.text, 0, len(passage.text), _within(selection), is_markdown=False)
    offsets = None if quote is None else quote[:2]
    return _render_text(document.text, passage.start, passage.end, offsets, document.markup == "markdown")


def _render_text(text: str, start: int, end: int, quote: tuple[int, int] | None, is_markdown: bool) -> str:
    """``text`` around ``[start, end)``: the passage tinted, the quote in ``<mark>``, what is left out counted."""
    first, last = _context(text, start, end)
    above = f'<p class="omitted">{count(first, "character")} above</p>' if first else ""
    below = f'<p class="omitted">{count(len(text) - last, "character")} below</p>' if last < len(text) else ""
    from_, to = quote if quote else (end, end)
    start, end = min(start, from_), max(end, to)
    first, last = start - len(text[first:start].lstrip()), end + len(text[end:last].rstrip())

    def stretch(since: int, until: int) -> str:
        return _dress(text, since, until) if is_markdown else plain(text[since:until])

    mark = f"<mark>{stretch(from_, to)}</mark>" if quote else ""
    return (
        f"{above}{stretch(first, start)}"
        f'<span class="passage">{stretch(start, from_)}{mark}{stretch(to, end)}</span>'
        f"{stretch(end, last)}{below}"
    )


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


def _dress(text: str, start: int, end: int) -> str:
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
    return "".join((*pieces, _dress_signs(text[at:end])))


def _dress_signs(text: str) -> str:
    headed = _HEADING_LINE.sub(r'<b class="heading"><span class="sign">\1</span>\2</b>', plain(text))
    return _BOLD.sub(r'<b><span class="sign">\1</span>\2<span class="sign">\1</span></b>', headed)


def _within(selection: Selection) -> tuple[int, int] | None:
    """The quote's offsets inside the passage's own text, None when it is not there."""
    if selection.quote is None:
        return None
    start, end = selection.quote[0] - selection.passage.start, selection.quote[1] - selection.passage.start
    return (start, end) if selection.passage.text[max(start, 0) : end] == selection.quote[2] else None


def _excerpt(text: str, limit: int = 180) -> str:
    words = " ".join(text.split())
    return words if len(words) <= limit else words[:limit].rsplit(" ", 1)[0] + " …"
