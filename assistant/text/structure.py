"""The structure of a text: which sections it has, and which blocks (paragraphs, list items, tables) each holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.text.boilerplate import heads_nothing
from assistant.text.runs import runs
from assistant.text.sentences import Span, ends_a_sentence, trimmed
from assistant.text.tables import head_in_force, is_divider, table_lines
from assistant.types import Document, Markup

BlockKind = Literal["prose", "item", "table", "code"]

LOOKED_BACK, LOOKED_AHEAD = 1_000, 4_000
"""How many characters are looked at before and after a line: enough to tell how a sentence ends and what follows."""
MAXIMUM_HEADING_CHARACTERS = 90
MAXIMUM_HEADING_WORDS = 14
MARKED_HEADING_CHARACTERS = 500
"""A line of Markdown that is marked as a heading and longer is text: what a heading says stands in no passage."""
LONGEST_ABOVE = 200
"""How many characters of what stands above a line tell whether the line goes on with it."""

HASH_HEADING = re.compile(r" {0,3}(#{1,6})(?:#*+[ \t]*+$|[ \t]++([^\n]*+)$)")
HEADING_LINE = re.compile(r"^(#{1,6}[ \t]++)(\S.*+)$", re.MULTILINE)
UNDERLINE = re.compile(r"\A {0,3}(=++|-{2,}+)[ \t]*+$")
RULE = re.compile(r"\A {0,3}([-*_])(?:[ \t]*+\1){2,}+[ \t]*+$")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
LIST_ITEM = re.compile(r"[ \t]*+(?:[-*+\u2022\u25e6\u2023\u00b7\u2013]|\(?\d{1,3}[.)]|\(?[a-z][.)])[ \t]++(?=\S)")
WIKI_HEADING = re.compile(r"\A\s*+(=(?:\s?=){0,90}+)\s++(\S.{0,180}?\S|\S)\s++\1\s*+$")
GOES_ON = re.compile(r"\A\s*+(?:[a-z\u0430-\u044f,;)\]%]|\d++[,)\]%\s])")
"""How a line begins that goes on with an unfinished sentence above it, as where a subscript stood on its own line."""
INLINE_MARKUP = re.compile(r"\*\*|__|`|!?\[([^\[\]]*+)\]\([^)]{0,500}\)")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, table or piece of code: ``text[start:end]``."""

    start: int
    end: int
    kind: BlockKind


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading, up to the next: its blocks, and the headings above them, outermost first.

    ``heading`` is where the heading itself stands; None before the first heading. ``table_head`` is the line with the
    heads of the table that the first block goes on with, where it does.
    """

    headings: tuple[str, ...]
    heading: Span | None
    blocks: tuple[Block, ...]
    table_head: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    text: str
    span: Span
    lines: int


def sections(document: Document) -> Iterator[Section]:
    """The sections of a document in order. Every character that is not white space stands in a block or a heading.

    The text is looked at in runs, so that a long one takes no more memory than a short one: a section that goes on
    from one run to the next comes in several parts, each under the same headings.
    """
    outline = _Outline(document)
    for start, end in runs(document.text):
        yield from outline.sections_in(start, end)
    yield from outline.rest()


class _Outline:
    """What is above a place in a document, while its text is gone through run by run."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._find_heading = _markdown_heading if document.markup == "markdown" else _plain_heading
        self._above: list[_Heading] = []
        self._current: _Heading | None = None
        self._said = True
        """Whether the current heading stands above something, or there is none."""
        self._lines_gone = 0
        """How many lines of the next run belong to the heading above it."""
        self._fence = ""
        self._in_table = False
        self._table_head = ""

    def sections_in(self, start: int, end: int) -> Iterator[Section]:
        """The sections in a run of the text, the first of which may go on with the one above."""
        lines, first, stop = _lines_of_run(self._document.text, start, end)
        in_markdown = self._document.markup == "markdown"
        begin = position = first + self._lines_gone
        fence = self._fence
        while position < stop:
            fence, fenced = _fence(lines[position].text, fence) if in_markdown else ("", False)
            heading = None if fenced else self._find_heading(lines, position, self._document.title)
            if heading is None:
                position += 1
                continue
            yield from self._part(lines[begin:position])
            yield from self._alone(heading.level)
            self._above = [*(outer for outer in self._above if outer.level < heading.level), heading]
            self._current, self._said, self._fence = heading, False, ""
            position += heading.lines
            begin = position
        yield from self._part(lines[begin:stop], until=end)
        self._lines_gone, self._fence = max(0, position - stop), fence

    def rest(self) -> Iterator[Section]:
        """The last heading, where nothing stands under it."""
        yield from self._alone(0)

    def _part(self, lines: list[_Line], until: int | None = None) -> Iterator[Section]:
        """What the lines hold, under the current heading; ``until`` is where a run ends in the midst of it."""
        text = self._document.text
        blocks = _blocks(self._document, lines, self._in_table, self._fence)
        if blocks:
            heading = self._current.span if self._current else None
            self._said = True
            yield Section(_titles(self._above, self._document.title), heading, tuple(blocks), self._table_head)
        last = blocks[-1] if blocks and blocks[-1].kind == "table" else None
        if until is None or last is None or text.count("\n", last.end, until) > 1:
            self._in_table, self._table_head = False, ""
        else:
            self._table_head = head_in_force(text, last.start, last.end, self._table_head if self._in_table else "")
            self._in_table = True

    def _alone(self, next_level: int) -> Iterator[Section]:
        """The current heading by itself, where nothing stands under it; one that only holds sections says nothing."""
        if self._current and not self._said and self._current.level >= next_level:
            yield Section(_titles(self._above, self._document.title), self._current.span, ())


def blocks(text: str, markup: Markup, *, in_table: bool = False) -> list[Block]:
    """The blocks of a text that has no headings, such as a passage's; ``in_table``: it goes on with a table."""
    return _blocks(Document("", "", text, markup), _lines(text), in_table)


def _titles(above: list[_Heading], title: str) -> tuple[str, ...]:
    """The texts of the headings, without the one that only repeats the document's title."""
    return tuple(heading.text for heading in above if heading.text and heading.text != title)


def _lines(text: str, position: int = 0) -> list[_Line]:
    lines: list[_Line] = []
    for line in text.split("\n"):
        lines.append(_Line(position, position + len(line), line))
        position += len(line) + 1
    return lines


def _lines_of_run(text: str, start: int, end: int) -> tuple[list[_Line], int, int]:
    """The lines of a run, with the one before and some after it, and which of them are its own: from the first on.

    Of a line that is cut by the run's start, only the end counts as the one before.
    """
    before = text[max(0, start - LOOKED_BACK) : start].removesuffix("\n")
    own = text[start:end] if end == len(text) else text[start:end].removesuffix("\n")
    lines = [_Line(start - len(before), start, before.rsplit("\n", 1)[-1])] if start else []
    first = len(lines)
    lines += _lines(own, start)
    stop = len(lines)
    return lines + (_lines(text[end : end + LOOKED_AHEAD], end) if end < len(text) else []), first, stop


def _fence(line: str, fence: str) -> tuple[str, bool]:
    """The fence that is open after this line, and whether the line belongs to fenced code."""
    match = FENCE.match(line)
    if fence:
        closes = match and match[1].startswith(fence) and not line.strip().strip(fence[0])
        return ("" if closes else fence), True
    return (match[1], True) if match else ("", False)


def _markdown_heading(lines: list[_Line], at: int, _title: str | None) -> _Heading | None:
    line = lines[at]
    match = HASH_HEADING.match(line.text) if len(line.text) <= MARKED_HEADING_CHARACTERS else None
    if match:
        return _Heading(len(match[1]), _bare(_without_closing(match[2] or "")), Span(line.start, line.end), 1)
    wiki = _wiki_heading(line)
    if wiki:
        return wiki
    if (
        at + 1 < len(lines)
        and line.text.strip()
        and len(line.text) <= MARKED_HEADING_CHARACTERS
        and not LIST_ITEM.match(line.text)
        and not line.text.lstrip().startswith("|")
    ):
        underline = UNDERLINE.match(lines[at + 1].text)
        alone = at == 0 or not lines[at - 1].text.strip()
        if underline and alone and not line.text.lstrip().startswith((">", "#")):
            level = 1 if underline[1][0] == "=" else 2
            return _Heading(level, _bare(line.text.strip()), Span(line.start, lines[at + 1].end), 2)
    return None


def _plain_heading(lines: list[_Line], at: int, title: str | None) -> _Heading | None:
    """A heading of plain text: a short line that is no sentence, set off from what precedes it, before prose.

    The title, which is only given for the line that opens the text, is one too.
    """
    line = lines[at]
    text = line.text.strip()
    if text and text == title and _opens_the_text(lines, at):
        return _Heading(1, text, Span(line.start, line.end), 1)
    wiki = _wiki_heading(line)
    if wiki:
        return wiki
    if not text or not _reads_as_heading(text) or not _set_off(lines, at):
        return None
    following = next((lines[i].text.strip() for i in range(at + 1, len(lines)) if lines[i].text.strip()), "")
    prose = len(following) > max(60, len(text)) or (ends_a_sentence(following) and len(following) > len(text))
    if not (prose or LIST_ITEM.match(following)) or heads_nothing(text) or is_divider(following):
        return None
    return _Heading(1, text, Span(line.start, line.end), 1)


def _opens_the_text(lines: list[_Line], at: int) -> bool:
    """Whether nothing stands above a line in its document."""
    return lines[0].start == 0 and not any(lines[number].text.strip() for number in range(at))


def _wiki_heading(line: _Line) -> _Heading | None:
    """A heading between equals signs, as in ``== History ==``."""
    if len(line.text) > 2 * MAXIMUM_HEADING_CHARACTERS or not line.text.rstrip().endswith("="):
        return None
    match = WIKI_HEADING.match(line.text)
    return _Heading(match[1].count("="), match[2], Span(line.start, line.end), 1) if match else None


def _reads_as_heading(text: str) -> bool:
    words = text.split()
    return (
        len(text) <= MAXIMUM_HEADING_CHARACTERS
        and len(words) <= MAXIMUM_HEADING_WORDS
        and text[-1] not in ".,;:!\u2026\u3002"
        and (text[0].isupper() or text[0].isdigit() or not text[0].isascii())
        and any(character.isalpha() for character in text)
        and not LIST_ITEM.match(text)
    )


def _set_off(lines: list[_Line], at: int) -> bool:
    """Whether a line starts anew: it is the first, follows a blank line, or follows the end of a paragraph."""
    before = lines[at - 1].text.strip() if at else ""
    return not before or (ends_a_sentence(before) and len(before) > MAXIMUM_HEADING_CHARACTERS)


def _blocks(document: Document, lines: list[_Line], in_table: bool = False, fence: str = "") -> list[Block]:
    """The blocks in the lines under one heading; ``fence`` is the one that is open above them."""
    blocks: list[Block] = []
    kinds = _kinds(document, lines, in_table, fence)
    wrapped = _is_wrapped(lines, kinds)
    for index, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        span = trimmed(document.text, line.start, line.end)
        if kind is None or span is None:
            continue
        last = blocks[-1] if blocks and kinds[index - 1] is not None else None
        if last and _continues(document, last, kind, line, wrapped):
            blocks[-1] = Block(last.start, span.end, last.kind)
        else:
            blocks.append(Block(span.start, span.end, kind))
    return blocks


def _kinds(document: Document, lines: list[_Line], in_table: bool, fence: str) -> list[BlockKind | None]:
    """What each line starts; None for one that only separates."""
    kinds: list[BlockKind | None] = []
    for line, is_tabular in zip(lines, table_lines([line.text for line in lines], in_table), strict=True):
        fence, fenced = _fence(line.text, fence) if document.markup == "markdown" else ("", False)
        if fenced and line.text.strip():
            kinds.append("code")
        else:
            kinds.append("table" if is_tabular else _kind(line.text, after=kinds, lines=lines))
    return kinds


def _kind(line: str, after: list[BlockKind | None], lines: list[_Line]) -> BlockKind | None:
    """What a line outside code and tables starts, after lines of the kinds ``after``; None if it only separates."""
    if not line.strip() or RULE.match(line):
        return None
    if not LIST_ITEM.match(line):
        return "prose"
    above = lines[len(after) - 1].text if after and after[-1] == "prose" else ""
    return (
        "prose"
        if above and line.lstrip()[0] in "(0123456789" and not INTRODUCES.search(above[-LONGEST_ABOVE:])
        else "item"
    )


def _continues(document: Document, last: Block, kind: BlockKind, line: _Line, wrapped: bool) -> bool:
    """Whether a line goes on with the block above it, with no blank line between them."""
    if kind in ("code", "table"):
        return kind == last.kind
    if kind == "item" or last.kind in ("code", "table"):
        return False
    if document.markup == "markdown":
        return True
    above = document.text[max(last.start, last.end - LOOKED_BACK) : last.end]
    if GOES_ON.match(line.text) and not ends_a_sentence(above):
        return True
    return wrapped and not (ends_a_sentence(above) and len(above.rsplit("\n", 1)[-1]) < 45)


def _is_wrapped(lines: list[_Line], kinds: list[BlockKind | None]) -> bool:
    """Whether plain text is broken into lines of about equal width, so that a line end is no paragraph's end."""
    inner = [
        line.text.rstrip()
        for line, kind, following in zip(lines, kinds, kinds[1:], strict=False)
        if kind in ("prose", "item") and following == "prose"
    ]
    if len(inner) < 2:
        return False
    broken = sum(1 for text in inner if not ends_a_sentence(text))
    return max(map(len, inner)) <= 120 and broken * 2 >= len(inner)


INTRODUCES = re.compile(r"[:.!?;]\W*$")
"""How a line ends after which a number opens a list item, and is not the rest of a broken sentence."""


def _without_closing(heading: str) -> str:
    """A heading without the marks that may close it, as in ``# Title #``."""
    return heading.rstrip(" \t").rstrip("#").rstrip(" \t")


def _bare(text: str) -> str:
    """A heading's text without inline markup."""
    return " ".join(INLINE_MARKUP.sub(lambda match: match[1] or "", text).split())
