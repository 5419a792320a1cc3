"""A document becomes passages: whole sentences, packed inside one section up to what the embedding model reads."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.indexing.section_places import by_place
from assistant.text.sentences import Span, sentences, trimmed
from assistant.text.structure import Block, Section, sections
from assistant.text.tables import Row, rows
from assistant.types import Document

SPLITTER = "sentences-8"
"""Names this way of splitting; change it with any change of passages, their terms or words: indexes are built anew."""

MAXIMUM_CHARACTERS = 900
"""The most characters of a passage; 900 served best on two sets of questions among sizes from 300 to 1,500."""

BREADCRUMB_SEPARATOR = " \u203a "
MINIMUM_TOKENS = 48
"""Room for the text itself that title and headings must leave, however long they are."""

CountTokens = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class PassageSpan:
    """Where a passage stands in its document, the headings above it, and what is embedded and searched for it.

    ``embedded_text`` is the title, the headings, the heads of the table that the passage goes on with, if it does, and
    the passage's text; ``embedded_hash`` is its SHA-256.
    """

    start: int
    end: int
    breadcrumb: str
    context: str
    embedded_text: str

    @property
    def embedded_hash(self) -> str:
        """SHA-256 of the embedded text, in hexadecimal."""
        return hashlib.sha256(self.embedded_text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Unit:
    """A piece that is never cut: a sentence, list item, table, table row or line. ``opens`` says it begins a block.

    ``head`` is the line with the heads of the table that the piece goes on with.
    """

    span: Span
    tokens: int
    opens: bool
    head: str = ""
    head_tokens: int = 0


def split(document: Document, count_tokens: CountTokens, maximum_tokens: int) -> Iterator[PassageSpan]:
    """The passages of a document, in order, without overlap, each made when it is asked for.

    ``maximum_tokens`` is what the embedding model reads, title and headings included. Every character that is
    not white space or a heading is in a passage; a heading is one only if nothing stands under it.
    """
    for whole in sections(document):
        for section in by_place(whole, document):
            yield from _section_passages(document, section, count_tokens, maximum_tokens)


def _section_passages(
    document: Document, section: Section, count_tokens: CountTokens, maximum_tokens: int
) -> Iterator[PassageSpan]:
    breadcrumb = BREADCRUMB_SEPARATOR.join(section.headings)
    context = "\n".join(part for part in (document.title, breadcrumb) if part)
    context = _shortened(context, count_tokens, maximum_tokens - MINIMUM_TOKENS)
    room = maximum_tokens - count_tokens([context])[0]
    blocks = section.blocks
    if not blocks and section.heading:
        blocks = (Block(section.heading.start, section.heading.end, "prose"),)
    units = _units(document, blocks, count_tokens, room, section.table_head)
    for start, end, head in _pack(units, room):
        above = f"{context}\n{head}" if head else context
        yield PassageSpan(start, end, breadcrumb, context, f"{above}\n{document.text[start:end]}")


def _shortened(context: str, count_tokens: CountTokens, room: int) -> str:
    """As much of the title and headings as leaves room for text."""
    while (tokens := count_tokens([context])[0]) > room:
        context = context[: len(context) * room // tokens - 1]
    return context


def _units(
    document: Document, blocks: Sequence[Block], count_tokens: CountTokens, room: int, table_head: str
) -> list[_Unit]:
    """The pieces of the blocks; ``table_head`` heads the table that the first block goes on with, where it does."""
    text = document.text
    pieces = [(block, number == 0, span) for block in blocks for number, span in enumerate(_pieces(document, block))]
    counts = count_tokens([text[span.start : span.end] for _, _, span in pieces])
    units: list[_Unit] = []
    for (block, opens, span), tokens in zip(pieces, counts, strict=True):
        if len(span) <= MAXIMUM_CHARACTERS and tokens <= room:
            units.append(_Unit(span, tokens, opens))
        elif block.kind == "table":
            head = table_head if block is blocks[0] else ""
            units.extend(_cut_table(text, span, head, count_tokens, room))
        else:
            units.extend(_cut(text, span, opens, count_tokens, room))
    return units


def _pieces(document: Document, block: Block) -> list[Span]:
    """The sentences of prose and of an overlong list item; any other block is one piece."""
    whole = Span(block.start, block.end)
    if block.kind == "prose" or (block.kind == "item" and len(whole) > MAXIMUM_CHARACTERS):
        return sentences(document.text, block.start, block.end, document.language)
    return [whole]


def _cut_table(text: str, table: Span, head: str, count_tokens: CountTokens, room: int) -> Iterator[_Unit]:
    """The rows of an overlong table, each with what stands between it and the one before it, such as the heads.

    ``head`` heads a table that began before. A row is cut only if it does not fit by itself, below the heads of its
    columns.
    """
    found = rows(text, table.start, table.end, head) or [Row(table, "")]  # where there are only heads
    pieces = _with_what_stands_between(text, table, found)
    counts = count_tokens([text[piece.start : piece.end] for piece in pieces])
    heads = {head: _table_head(head, count_tokens, room) for head in {row.head for row in found}}
    for piece, tokens, row in zip(pieces, counts, found, strict=True):
        shown, head_tokens = heads[row.head]
        opens, room_below = piece.start == table.start, room - head_tokens
        fits = len(piece) <= MAXIMUM_CHARACTERS and tokens <= room_below
        units = [_Unit(piece, tokens, opens)] if fits else _cut(text, piece, opens, count_tokens, room_below)
        for unit in units:
            is_below_heads = unit.span.start >= row.span.start
            yield replace(unit, head=shown, head_tokens=head_tokens) if is_below_heads else unit


def _with_what_stands_between(text: str, table: Span, found: Sequence[Row]) -> list[Span]:
    """The rows of a table, each from the end of the one before it on; the last to the end of the table."""
    ends = [*(row.span.end for row in found[:-1]), table.end]
    pieces = (trimmed(text, start, end) for start, end in zip([table.start, *ends], ends, strict=False))
    return list(filter(None, pieces))


def _table_head(head: str, count_tokens: CountTokens, room: int) -> tuple[str, int]:
    """As much of the heads of a table as leaves room for its rows, and how many tokens that has."""
    shown = _shortened(head, count_tokens, room // 2)
    return shown, count_tokens([shown])[0] if shown else 0


def _cut(text: str, span: Span, opens: bool, count_tokens: CountTokens, room: int) -> Iterator[_Unit]:
    """Pieces of an overlong run: cut at line ends, else at spaces, else anywhere, each within both limits."""
    position = span.start
    while position < span.end:
        limit = min(span.end, position + MAXIMUM_CHARACTERS)
        while True:
            end = _cut_before(text, position, limit, span.end)
            tokens = count_tokens([text[position:end]])[0]
            if tokens <= room or end - position <= 1:
                break
            limit = position + max(1, min(end - position - 1, int((end - position) * room / tokens)))
        piece = trimmed(text, position, end)
        if piece:
            yield _Unit(piece, tokens, opens)
            opens = False
        position = end


def _cut_before(text: str, start: int, limit: int, end: int) -> int:
    """The best place to cut at or before ``limit``: after a line end or a space in the last half, else the limit."""
    if limit >= end:
        return end
    for mark in ("\n", " "):
        found = text.rfind(mark, start + (limit - start) // 2, limit)
        if found > start:
            return found + 1
    return limit


def _pack(units: Sequence[_Unit], room: int) -> Iterator[tuple[int, int, str]]:
    """Character ranges of whole units within both limits, of about even size, cut between blocks where that serves.

    With each, the heads of the table that it goes on with.
    """
    first = 0
    while first < len(units):
        last = _last_that_fits(units, first, room)
        if last + 1 < len(units):
            last = _better_end(units, first, last)
        yield units[first].span.start, units[last].span.end, units[first].head
        first = last + 1


def _last_that_fits(units: Sequence[_Unit], first: int, room: int) -> int:
    tokens = units[first].head_tokens + units[first].tokens
    last = first
    for index in range(first + 1, len(units)):
        tokens += units[index].tokens
        if units[index].span.end - units[first].span.start > MAXIMUM_CHARACTERS or tokens > room:
            break
        last = index
    return last


def _better_end(units: Sequence[_Unit], first: int, last: int) -> int:
    """An end at a block's end, if one lies in the second half of what fits; else ``last``."""
    length = units[last].span.end - units[first].span.start
    for index in range(last, first - 1, -1):
        if units[index].span.end - units[first].span.start < length * 0.5:
            break
        if units[index + 1].opens:
            return index
    return last
