"""The structure of a text: which sections it has, and which blocks (paragraphs, list items, tables) each holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.indexing.furniture import is_furniture
from assistant.indexing.sentences import Span, ends_a_sentence, trimmed
from assistant.indexing.tables import is_divider, table_lines
from assistant.types import Document, Markup

BlockKind = Literal["prose", "item", "table", "code"]

MAXIMUM_HEADING_CHARACTERS = 90
MAXIMUM_HEADING_WORDS = 14
MARKED_HEADING_CHARACTERS = 500
"""A line of Markdown that is marked as a heading and longer is text: what a heading says stands in no passage."""
LONGEST_ABOVE = 200
"""How many characters of what stands above a line tell whether the line goes on with it."""

HASH_HEADING = re.compile(r" {0,3}(#{1,6})(?:#*+[ \t]*+$|[ \t]++([^\n]*+)$)")
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

    ``heading`` is where the heading itself stands; None before the first heading.
    """

    headings: tuple[str, ...]
    heading: Span | None
    blocks: tuple[Block, ...]


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


def sections(document: Document) -> list[Section]:
    """The sections of a document in order. Every character that is not white space stands in a block or a heading."""
    lines = _lines(document.text)
    find_heading = _markdown_heading if document.markup == "markdown" else _plain_heading
    found: list[Section] = []
    above: list[_Heading] = []
    start = position = 0
    opening = next((number for number, line in enumerate(lines) if line.text.strip()), 0)
    in_fence = ""
    current: _Heading | None = None

    def close(stop: int, next_level: int = 0) -> None:
        blocks = _blocks(document, lines[start:stop])
        if blocks or (current and current.level >= next_level):  # a heading that only holds sections says nothing
            found.append(Section(_titles(above, document.title), current.span if current else None, tuple(blocks)))

    while position < len(lines):
        in_fence, fenced = _fence(lines[position].text, in_fence) if document.markup == "markdown" else ("", False)
        title = document.title if position == opening else None
        heading = None if fenced else find_heading(lines, position, title)
        if heading is None:
            position += 1
            continue
        close(position, heading.level)
        above = [*(outer for outer in above if outer.level < heading.level), heading]
        current = heading
        position += heading.lines
        start = position
    close(len(lines))
    return found


def blocks(text: str, markup: Markup, *, in_table: bool = False) -> list[Block]:
    """The blocks of a text that has no headings, such as a passage's; ``in_table``: it goes on with a table."""
    return _blocks(Document("", "", text, markup), _lines(text), in_table)


def _titles(above: list[_Heading], title: str) -> tuple[str, ...]:
    """The texts of the headings, without the one that only repeats the document's title."""
    return tuple(heading.text for heading in above if heading.text and heading.text != title)


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    position = 0
    for line in text.split("\n"):
        lines.append(_Line(position, position + len(line), line))
        position += len(line) + 1
    return lines


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
    if text == title:
        return _Heading(1, text, Span(line.start, line.end), 1)
    wiki = _wiki_heading(line)
    if wiki:
        return wiki
    if not text or not _reads_as_heading(text) or not _set_off(lines, at):
        return None
    following = next((lines[i].text.strip() for i in range(at + 1, len(lines)) if lines[i].text.strip()), "")
    prose = len(following) > max(60, len(text)) or (ends_a_sentence(following) and len(following) > len(text))
    if not (prose or LIST_ITEM.match(following)) or is_furniture(text) or is_divider(following):
        return None
    return _Heading(1, text, Span(line.start, line.end), 1)


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


def _blocks(document: Document, lines: list[_Line], in_table: bool = False) -> list[Block]:
    """The blocks in the lines under one heading."""
    blocks: list[Block] = []
    kinds = _kinds(document, lines, in_table)
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


def _kinds(document: Document, lines: list[_Line], in_table: bool) -> list[BlockKind | None]:
    """What each line starts; None for one that only separates."""
    fence = ""
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
    above = document.text[max(last.start, last.end - LONGEST_ABOVE) : last.end]
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
