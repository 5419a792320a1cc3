"""The blocks of all pages of a PDF in reading order: a paragraph that runs on over a page or a column is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import dropwhile, groupby, takewhile

from assistant.reading.pdf_columns import frames
from assistant.reading.pdf_layout import (
    ALIKE,
    FULL,
    OPENS_AN_ITEM,
    MappedText,
    PdfBlock,
    blocks_of,
    body_size,
    heading_sizes,
    write,
)
from assistant.reading.pdf_lines import Line
from assistant.reading.pdf_margins import HEADING_SIZE, SMALL, PageParts, parted, without_furniture, without_notes
from assistant.reading.pdf_sentences import (
    WRITTEN_WITHOUT_SPACES,
    begins_within,
    ends_a_sentence,
    ends_in_an_abbreviation,
)
from assistant.reading.pdf_tables import goes_on_in

LONG = 25
"""How many times the size of its letters a line is wide that can only be one of a paragraph, even by itself."""
NEARLY_FULL = 0.85
"""A line that fills so much of its column may go on after a caption or a note below it."""
LINES_PASSED = 3
"""The longest caption, note or head of a page that a paragraph runs past, in lines."""
LINES_JOINED = 400
"""A paragraph of more lines is joined with no more."""
ABOUT_AS_WIDE = 1.15
"""How many times the width of one column that of another may be, where the same text goes on."""
INDENTED = 1.2
"""How many times the size of its letters the first line of a paragraph is set in."""
LONGEST_TITLE = 200
"""Characters of a title; what is longer is a text."""
COMMAS = (",", "\u060c", "\u3001", "\uff0c")
COLONS = (":", "\uff1a")


def written(pages: Sequence[list[Line]], language: str) -> tuple[MappedText, str]:
    """The text of all pages, and the largest heading of the first page that has one.

    What stands between the parts of a paragraph, such as a note or a page's head, comes before it, or after it where
    it began a page earlier.
    """
    laid_out = without_furniture([[line for line in page if not line.is_kept] for page in pages])
    body = body_size(laid_out)
    sizes = heading_sizes(laid_out, body)
    flow = _Flow(body, sizes, language)
    for page, parts in zip(pages, parted(laid_out, body), strict=True):
        kept = list(_paragraphs([line for line in page if line.is_kept]))
        if len(kept) and all(line.is_kept for line in page):
            flow.add([], kept)
        else:
            flow.add_page(parts)
            flow.blocks += kept
    return write(len(pages), flow.blocks, body, sizes), _title(laid_out, sizes)


def _title(pages: Sequence[list[Line]], sizes: Sequence[float]) -> str:
    """The largest heading of the first page that holds anything, where it has it."""
    first = next((page for page in pages if page), [])
    largest = dropwhile(lambda line: line.size != sizes[0], first) if sizes else iter(())
    title = " ".join(line.text for line in takewhile(lambda line: line.size == sizes[0], largest))
    return title if len(title) <= LONGEST_TITLE else ""


def _paragraphs(lines: Sequence[Line]) -> Iterator[PdfBlock]:
    """The paragraphs of lines that are kept, which were parted by empty ones."""
    for _, run in groupby(enumerate(lines), lambda one: one[0] + one[1].top):
        paragraph = [line for _, line in run]
        yield PdfBlock(paragraph, (0.0, max(line.right for line in lines)), is_table=False, is_heading=False)


@dataclass(slots=True)
class _Flow:
    """The blocks so far; ``last`` are the last two that are no notes, and ``note`` is the last note."""

    body: float
    sizes: Sequence[float]
    language: str
    blocks: list[PdfBlock] = field(default_factory=list)
    last: list[PdfBlock] = field(default_factory=list)
    note: PdfBlock | None = None

    def add_page(self, parts: PageParts) -> None:
        """Append a page, column by column."""
        size = _text_size(parts.text, self.body)
        asides = self._made(parts.heads)
        for frame in frames(parts.text):
            above, text, below = without_notes(frame, size)
            self.add([*asides, *self._made(above)], self._made(text))
            asides = []
            self._add_notes(self._made(below))
        self.blocks += [*asides, *self._made(parts.feet)]

    def add(self, asides: list[PdfBlock], blocks: list[PdfBlock]) -> None:
        """Append the blocks of a column, what stands above them first, or go on with a paragraph and then append."""
        if blocks and self.last and _is_one_table(self.last[-1], blocks[0]):
            table = self.last[-1]
            self._join(table, blocks[0])
            blocks = blocks[1:]
        found = self._continuation(blocks)
        if found:
            before, after = found
            self._join(before, after)
            blocks = [block for block in blocks if block is not after]
            self.last = [*(block for block in self.last if block is not before), before]
        self.blocks += [*asides, *blocks]
        self.last = [*self.last, *blocks][-2:]

    def _add_notes(self, notes: list[PdfBlock]) -> None:
        """Append the notes of a column; the first may go on with one of the column or the page before."""
        is_next = self.note and notes and notes[0].lines[0].page - self.note.lines[-1].page <= 1
        if self.note and is_next and self._runs_on(self.note, notes[0]):
            self._join(self.note, notes.pop(0))
        self.blocks += notes
        self.note = notes[-1] if notes else self.note

    def _made(self, lines: list[Line]) -> list[PdfBlock]:
        return blocks_of(lines, self.body, self.sizes)

    def _continuation(self, blocks: Sequence[PdfBlock]) -> tuple[PdfBlock, PdfBlock] | None:
        """A paragraph that goes on in this column, and the part of it there: at the edge, or past one short block."""
        for passed_before, passed_after in ((0, 0), (0, 1), (1, 0), (1, 1)):
            if len(self.last) > passed_before and len(blocks) > passed_after:
                before, after = self.last[-1 - passed_before], blocks[passed_after]
                passed = [*self.last[len(self.last) - passed_before :], *blocks[:passed_after]]
                if all(map(_may_be_passed, passed)) and self._runs_on(before, after, passed=bool(passed)):
                    return before, after
        return None

    def _runs_on(self, before: PdfBlock, after: PdfBlock, *, passed: bool = False) -> bool:
        """Whether a paragraph goes on in the first line of another block, in another column or on another page.

        A line that begins in the middle of a sentence goes on with one that has no end. Where letters do not tell, as
        with a name or in Chinese, the line above must be full, as only those of paragraphs are that go on.
        """
        above, line = before.lines[-1], after.lines[0]
        if not _may_be_one(before, after):
            return False
        if above.with_open_word().hyphenated:
            return True
        if passed and not _tells(after):
            return False
        if _is_open(above) and begins_within(line.text):
            return _fills(before, NEARLY_FULL if passed else FULL) and not self._is_one_of_a_list(before)
        return not passed and self._may_run_on_anew(before, after)

    def _may_run_on_anew(self, before: PdfBlock, after: PdfBlock) -> bool:
        """Whether a paragraph may go on in a line that may also begin one, as with a name or in Chinese."""
        above, line = before.lines[-1], after.lines[0]
        if not _tells(after) or not _are_as_wide(before, after):
            return False
        text = above.text
        if _is_open(above) and text.endswith(COMMAS):
            return _fills(before, FULL)
        goes_on = _is_open(above) or text.endswith(COLONS) or ends_in_an_abbreviation(text, line.text, self.language)
        return _is_of_a_paragraph(before) and goes_on and not _would_have_fit(before, line)

    def _is_one_of_a_list(self, block: PdfBlock) -> bool:
        """Whether the block before it is a line like it, as in a list without marks, where no line goes on."""
        before = next((one for one in reversed(self.last) if one is not block), None)
        return (
            before is not None
            and len(block.lines) == len(before.lines) == 1
            and _are_alike(before, block)
            and _is_open(before.lines[0])
        )

    def _join(self, before: PdfBlock, after: PdfBlock) -> None:
        """Append ``after`` to ``before``, with what stands between them on the page where that begins moved up."""
        at = next(index for index in reversed(range(len(self.blocks))) if self.blocks[index] is before)
        between = self.blocks[at + 1 :]
        if all(block.lines[0].page == before.lines[0].page for block in between):
            self.blocks[at:] = [*between, before]
        last = before.lines[-1] if before.is_table else before.lines[-1].with_open_word()
        before.lines = [*before.lines[:-1], last, *after.lines]
        before.column = after.column


def _is_one_table(before: PdfBlock, after: PdfBlock) -> bool:
    """Whether a table goes on in the first block of the next page."""
    on_next = after.lines[0].page - before.lines[-1].page == 1
    return on_next and before.is_table and after.is_table and goes_on_in(before.lines, after.lines)


def _text_size(lines: Sequence[Line], body: float) -> float:
    """The size of a page's text: that of the document's, or of most of its letters where none are so large."""
    if any(SMALL * body < line.size < HEADING_SIZE * body for line in lines):
        return body
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else body


def _may_be_passed(block: PdfBlock) -> bool:
    is_short = len(block.lines) <= LINES_PASSED and not begins_within(block.lines[0].text)
    return block.is_table or (is_short and not block.is_heading)


def _tells(block: PdfBlock) -> bool:
    """Whether a block is more than a line without an end, such as a caption or a head is."""
    return len(block.lines) > 1 or ends_a_sentence(block.lines[0].text)


def _is_open(line: Line) -> bool:
    """Whether neither a sentence nor what introduces a list ends with a line."""
    return not ends_a_sentence(line.text) and not line.text.endswith(COLONS)


def _are_alike(before: PdfBlock, after: PdfBlock) -> bool:
    """Whether the lines where two blocks meet may be of one paragraph, by their form."""
    above, line = before.lines[-1], after.lines[0]
    return (
        not any(block.is_table or block.is_heading for block in (before, after))
        and len(before.lines) <= LINES_JOINED
        and abs(above.size - line.size) <= ALIKE * max(above.size, line.size)
        and above.bold == line.bold
        and not OPENS_AN_ITEM.match(line.text)
    )


def _may_be_one(before: PdfBlock, after: PdfBlock) -> bool:
    """Whether the form of two blocks leaves open that they are one paragraph."""
    return _are_alike(before, after) and not _is_set_in(before, after)


def _is_of_a_paragraph(block: PdfBlock) -> bool:
    """Whether a block has several lines, or an open one that is as long as only those of paragraphs are."""
    last = block.lines[-1]
    return len(block.lines) > 1 or (_is_open(last) and last.end - last.begin >= LONG * last.size)


def _is_set_in(before: PdfBlock, after: PdfBlock) -> bool:
    """Whether a block's first line is set in as that of a new paragraph is; below a list's mark, all lines are."""
    first = after.lines[0]
    usual = after.lines[1].begin if len(after.lines) > 1 else after.column[0]
    return first.begin - usual > INDENTED * first.size and not OPENS_AN_ITEM.match(before.lines[0].text)


def _fills(block: PdfBlock, share: float) -> bool:
    """Whether a block's last line takes up so much of the column from where it begins."""
    line = block.lines[-1]
    return line.end - line.begin > share * (block.column[1] - line.begin)


def _would_have_fit(block: PdfBlock, line: Line) -> bool:
    """Whether the first word of ``line`` has room behind the last line of a block, so that a paragraph ends there."""
    above = block.lines[-1]
    word = line.text[:1] if WRITTEN_WITHOUT_SPACES.match(line.text) else line.text.split(maxsplit=1)[0]
    width = (line.end - line.begin) * len(word) / len(line.text)
    return block.column[1] - above.end > width + above.size / 4


def _are_as_wide(before: PdfBlock, after: PdfBlock) -> bool:
    """Whether two columns are about as wide, as far as the second one tells."""
    width, other = before.column[1] - before.column[0], after.column[1] - after.column[0]
    return other <= width * ABOUT_AS_WIDE and (len(after.lines) == 1 or width <= other * ABOUT_AS_WIDE)
