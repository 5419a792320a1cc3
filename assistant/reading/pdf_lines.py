"""The lines of a PDF page: their characters with the numbers PDFium gives them, and where they stand."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

HYPHEN_AT_LINE_END = 0x02
"""What PDFium puts where a word was hyphenated, in place of the hyphen and the line end."""
NO_CHARACTERS = frozenset({0, 0x0D, 0xFFFE, 0xFFFF, 0xFEFF, 0xAD})
SOFT_HYPHEN = 0xAD
HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010]$")
LETTER_WIDTH = 0.5
"""How wide a letter is, about, in sizes of letters."""
CELL_GAP = 1.5
"""How many times the size of the letters parts two cells of a table."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: ``numbers[i]`` is the page's own number of ``text[i]``; offsets are in points from below.

    ``hyphenated`` says that its last word goes on in the next line; ``cells`` are the parts with wide gaps between
    them, as half-open ranges of ``text``, and ``edges`` their left and right ends. ``leftwards`` says that the page is
    mostly in scripts that run from right to left. A line that was recognised in a picture has -1 for each number;
    ``is_kept`` says that nothing is known of it but its text, so that it stays a line of its own.
    """

    text: str
    numbers: tuple[int, ...]
    left: float
    right: float
    top: float
    bottom: float
    size: float
    bold: bool
    hyphenated: bool
    cells: tuple[tuple[int, int], ...]
    edges: tuple[tuple[float, float], ...]
    page: int
    leftwards: bool = False
    is_kept: bool = False

    @property
    def begin(self) -> float:
        """Where it begins, in reading direction: positions grow from 0 rightwards, or from below 0 leftwards."""
        return -self.right if self.leftwards else self.left

    @property
    def end(self) -> float:
        """Where it ends, in reading direction."""
        return -self.left if self.leftwards else self.right

    def part(self, cell: int) -> Line:
        """One of its cells as a line of its own."""
        start, end = self.cells[cell]
        left, right = self.edges[cell]
        part = replace(
            self,
            text=self.text[start:end],
            numbers=self.numbers[start:end],
            left=left,
            right=right,
            cells=((0, end - start),),
            edges=((left, right),),
        )
        return part if cell == len(self.cells) - 1 else replace(part, hyphenated=False).with_open_word()

    def with_open_word(self) -> Line:
        """The line with a hyphen at its end taken for one within a word, as PDFium does within a column."""
        if not HYPHEN.search(self.text):
            return self
        return replace(
            self, text=self.text[:-1], numbers=self.numbers[:-1], cells=((0, len(self.text) - 1),), hyphenated=True
        )


@dataclass(slots=True)
class _Character:
    text: str
    number: int
    box: tuple[float, float, float, float]


def lines(page: pdfium.PdfTextPage, page_number: int) -> list[Line]:
    """The lines of a page in PDFium's order, without empty ones."""
    found: list[Line] = []
    characters: list[_Character] = []
    high = before = 0
    for number in range(page.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(page, number)
        before = before if code == 0x0D else code
        if code in (0x0A, HYPHEN_AT_LINE_END):
            found.extend(_line(page, page_number, characters, code == HYPHEN_AT_LINE_END))
            characters = []
        elif 0xD800 <= code < 0xDC00:
            high = code
        elif code not in NO_CHARACTERS and code <= 0x10FFFF:
            text = _text(code, high)
            high = 0
            characters.append(_Character(text, number, _box(page, number)))
    found.extend(_line(page, page_number, characters, hyphenated=before == SOFT_HYPHEN))
    return [replace(line, leftwards=True) for line in found] if _runs_leftwards(found) else found


def _runs_leftwards(lines: Sequence[Line]) -> bool:
    """Whether most letters are of scripts that are written from right to left."""
    kinds = [unicodedata.bidirectional(character) for line in lines for character in line.text if character.isalpha()]
    return sum(kind in ("R", "AL") for kind in kinds) * 2 > len(kinds)


def recognised_lines(text: str, page_number: int) -> Iterator[Line]:
    """The lines of a text that was recognised in a picture, without empty ones; they are as wide as they are long."""
    for number, line in enumerate(text.split("\n")):
        if shown := line.strip():
            edges = (0.0, len(shown) * LETTER_WIDTH)
            yield Line(
                text=shown,
                numbers=(-1,) * len(shown),
                left=edges[0],
                right=edges[1],
                top=-number,
                bottom=-number - 1,
                size=1.0,
                bold=False,
                hyphenated=False,
                cells=((0, len(shown)),),
                edges=(edges,),
                page=page_number,
                is_kept=True,
            )


def _text(code: int, high: int) -> str:
    if high and 0xDC00 <= code < 0xE000:
        return chr(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00)
    if 0xD800 <= code < 0xE000:
        return "\ufffd"
    return " " if code < 0x20 or code == 0x7F else chr(code)


def _box(page: pdfium.PdfTextPage, number: int) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of a character's cell, which is as high as its font."""
    box = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFText_GetLooseCharBox(page, number, box):
        return (0.0, 0.0, 0.0, 0.0)
    return (box.left, box.bottom, box.right, box.top)


def _line(page: pdfium.PdfTextPage, page_number: int, characters: list[_Character], hyphenated: bool) -> Iterator[Line]:
    while characters and characters[0].text.isspace():
        characters = characters[1:]
    while characters and characters[-1].text.isspace():
        characters = characters[:-1]
    if not characters:
        return
    inked = [one for one in characters if not one.text.isspace()]
    boxes = [one.box for one in inked]
    size = median(box[3] - box[1] for box in boxes)
    cells = tuple(_cells(characters, CELL_GAP * size))
    yield Line(
        text="".join(one.text for one in characters),
        numbers=tuple(one.number for one in characters),
        left=min(box[0] for box in boxes),
        right=max(box[2] for box in boxes),
        top=max(box[3] for box in boxes),
        bottom=min(box[1] for box in boxes),
        size=round(size, 1),
        bold=all(_is_bold(page, one.number) for one in (inked[0], inked[len(inked) // 2], inked[-1])),
        hyphenated=hyphenated,
        cells=cells,
        edges=tuple((characters[start].box[0], characters[end - 1].box[2]) for start, end in cells),
        page=page_number,
    )


def _cells(characters: list[_Character], gap: float) -> Iterator[tuple[int, int]]:
    start, last = 0, 0
    for index, one in enumerate(characters):
        if one.text.isspace():
            continue
        if index and one.box[0] - characters[last].box[2] > gap > 0:
            yield start, last + 1
            start = index
        last = index
    yield start, last + 1


def _is_bold(page: pdfium.PdfTextPage, number: int) -> bool:
    name = ctypes.create_string_buffer(128)
    pdfium_c.FPDFText_GetFontInfo(page, number, name, 128, ctypes.c_int())
    return any(word in name.value.lower() for word in (b"bold", b"black", b"heavy", b"-bd", b"medi", b"cmbx"))
