"""The lines of a PDF page: their characters with the numbers PDFium gives them, and where they stand."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise, takewhile
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

HYPHEN_AT_LINE_END = "\x02"
"""What PDFium puts where a word was hyphenated, in place of the hyphen and the line end."""
LINE_ENDS = {ord(mark): mark for mark in ("\n", HYPHEN_AT_LINE_END)}
CARRIAGE_RETURN = 0x0D
NO_CHARACTERS = frozenset({0, CARRIAGE_RETURN, 0xFFFE, 0xFFFF, 0xFEFF, 0xAD})
SOFT_HYPHEN = 0xAD
HYPHENS = ("-", "\u2010")
LETTER_WIDTH = 0.5
"""How wide a letter is, about, in sizes of letters."""
SAME_LINE, TOUCHING = 0.5, 0.3
"""Two runs of characters are one line where they share so much of their height and are no further apart, in heights."""
INITIAL = 1.8
"""How many times as large as the letters beside it one is that begins a text over several lines."""
SMALLER, RISE = 0.8, 0.1
"""A raised digit is at most so high, and stands at least so much higher, in heights of its line."""
RAISED = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
UNIT = 2
"""Letters of a unit or a variable, which may have a power."""
LAM, ALEFS = "\u0644", "\u0627\u0623\u0625\u0622"
CELL_GAP = 1.5
"""How many times the size of the letters parts two cells of a table."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: ``numbers[i]`` is the page's own number of ``text[i]``; offsets are in points from below.

    ``hyphenated`` says that its last word goes on in the next line; ``cells`` are the parts with wide gaps between
    them, as half-open ranges of ``text``, and ``edges`` their left and right ends; ``extents`` are those of each
    character, where they are known. ``leftwards`` says that the page is mostly in scripts that run from right to left.
    A line that was recognised in a picture has -1 for each number; ``is_kept`` says that nothing is known of it but its
    text, so that it stays a line of its own.
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
    extents: tuple[tuple[float, float], ...] = ()

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
            extents=self.extents[start:end],
        )
        return part if cell == len(self.cells) - 1 else replace(part, hyphenated=False).with_open_word()

    def bracketed(self) -> Line:
        """The line in brackets, which are none of the page's own characters."""
        numbers = (-1, *self.numbers, -1)
        return replace(self, text=f"({self.text})", numbers=numbers, cells=((0, len(numbers)),), extents=())

    def with_open_word(self) -> Line:
        """The line with a hyphen at its end taken for one within a word, as PDFium does within a column."""
        last = self.text[-2:-1]
        if not (self.text.endswith(HYPHENS) and last.isalnum() and not last.isdecimal()):
            return self
        return replace(
            self,
            text=self.text[:-1],
            numbers=self.numbers[:-1],
            cells=((0, len(self.text) - 1),),
            hyphenated=True,
            extents=self.extents[:-1],
        )

    def parted(self, gap: float) -> list[Line]:
        """The line cut wherever so wide a gap is, as lines of their own."""
        cells = list(_gapless(self.text, self.extents, gap)) if self.extents else [(0, len(self.text))]
        edges = [(self.extents[start][0], self.extents[end - 1][1]) for start, end in cells] if self.extents else []
        whole = replace(self, cells=tuple(cells), edges=tuple(edges or self.edges))
        return [whole.part(cell) for cell in range(len(cells))]


Box = tuple[float, float, float, float]
"""Left, bottom, right and top."""
NOWHERE: Box = (0.0, 0.0, 0.0, 0.0)


@dataclass(slots=True)
class _Character:
    text: str
    number: int
    box: Box

    @property
    def is_inked(self) -> bool:
        return not self.text.isspace()

    @property
    def has_width(self) -> bool:
        return self.box[2] > self.box[0]

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]


@dataclass(slots=True)
class _Run:
    """Characters that PDFium gives as one line; ``quarters`` is by how many the first is turned to the left."""

    characters: list[_Character]
    hyphenated: bool = False
    quarters: int = 0

    @property
    def is_digit(self) -> bool:
        return len(self.characters) == 1 and self.characters[0].text.isdecimal()

    def go_on(self, run: _Run, *, apart: bool) -> None:
        """Append the characters of another run, behind a space if they stand apart."""
        space = [_Character(" ", -1, run.characters[0].box)] if apart else []
        self.characters += [*space, *run.characters]
        self.hyphenated = run.hyphenated


def lines(page: pdfium.PdfPage, page_number: int) -> list[Line]:
    """The lines of a page in PDFium's order, without empty ones and what stands outside the page.

    A page whose letters are turned is measured as if it were turned back.
    """
    runs = list(_runs(page))
    _set_upright(runs)
    found = [line for run in _joined(runs) for line in _line(page, page_number, run)]
    if page.get_rotation():
        found.sort(key=lambda line: -line.top)
    return [replace(line, leftwards=True) for line in found] if _runs_leftwards(found) else found


def _set_upright(runs: Sequence[_Run]) -> None:
    """Measure the characters as if the page were turned so that most of them stand upright."""
    turned = Counter[int]()
    for run in runs:
        turned[run.quarters] += len(run.characters)
    quarters = turned.most_common(1)[0][0] if turned else 0
    if quarters:
        for one in chain.from_iterable(run.characters for run in runs):
            one.box = _turned_back(one.box, quarters)


def _runs(page: pdfium.PdfPage) -> Iterator[_Run]:
    """The characters of a page as PDFium parts them, and where the next one stands on another line."""
    text = page.get_textpage()
    codes = [pdfium_c.FPDFText_GetUnicode(text, number) for number in range(text.count_chars())]
    run = _Run([])
    last: _Character | None = None
    for one in _characters(text, codes, page.get_cropbox(fallback_ok=False)):
        if one.text in LINE_ENDS.values():
            run.hyphenated = one.text == HYPHEN_AT_LINE_END
            yield run
            run, last = _Run([]), None
            continue
        if one.is_inked:
            if last is None:
                run.quarters = round(pdfium_c.FPDFText_GetCharAngle(text, one.number) / (math.pi / 2)) % 4
            elif run.quarters % 2 == 0 and _shared_height(last, one) < 0:
                yield run
                run = _Run([], quarters=run.quarters)
            last = one
        run.characters.append(one)
    run.hyphenated = next((code for code in reversed(codes) if code != CARRIAGE_RETURN), None) == SOFT_HYPHEN
    yield run


def _characters(text: pdfium.PdfTextPage, codes: Sequence[int], shown: Box | None) -> Iterator[_Character]:
    """The characters on the part of a page that is shown, and what ends its lines, which stands nowhere."""
    high = 0
    for number, code in enumerate(codes):
        if code in LINE_ENDS:
            yield _Character(LINE_ENDS[code], number, NOWHERE)
        elif 0xD800 <= code < 0xDC00:
            high = code
        elif code not in NO_CHARACTERS and code <= 0x10FFFF:
            one = _Character(_text(code, high), number, _box(text, number))
            high = 0
            if not (one.is_inked and shown and not _is_within(one.box, shown)):
                yield one


def _is_within(box: Box, shown: Box) -> bool:
    """Whether most of a character stands on the part of the page that is shown."""
    middle, height = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return shown[0] <= middle <= shown[2] and shown[1] <= height <= shown[3]


def _turned_back(box: Box, quarters: int) -> Box:
    left, bottom, right, top = box
    if quarters == 1:
        return -top, left, -bottom, right
    return (-right, -top, -left, -bottom) if quarters == 2 else (bottom, -right, top, -left)


def _shared_height(one: _Character, other: _Character) -> float:
    """The share of the lower one's height that two characters have in common; below 0 where they are apart."""
    shared = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
    return shared / max(min(one.height, other.height), 1.0)


def _joined(runs: Sequence[_Run]) -> list[_Run]:
    """The runs, those as one that PDFium parts within a line, as it does behind a raised number.

    It does so before and after a digit in a cell of its own, too.
    """
    found: list[_Run] = []
    after_digit = False
    for run in runs:
        gap = _gap(found[-1], run) if found else math.inf
        if abs(gap) <= TOUCHING or (0 < gap < math.inf and (run.is_digit or after_digit)):
            found[-1].go_on(run, apart=gap > TOUCHING)
            after_digit = run.is_digit
        else:
            found.append(run)
            after_digit = False
    return found


def _gap(before: _Run, run: _Run) -> float:
    """How many times its height a run begins to the right of another on its line; infinite where that line ends."""
    last = next((one for one in reversed(before.characters) if one.has_width), None)
    first = next((one for one in run.characters if one.has_width), None)
    if last is None or first is None or before.hyphenated or before.quarters != run.quarters:
        return math.inf
    is_initial = max(last.height, first.height) >= INITIAL * min(last.height, first.height)
    if is_initial or _shared_height(last, first) < SAME_LINE:
        return math.inf
    return (first.box[0] - last.box[2]) / max(last.height, first.height, 1.0)


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


def _box(page: pdfium.PdfTextPage, number: int) -> Box:
    """Left, bottom, right and top of a character's cell, which is as high as its font."""
    box = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFText_GetLooseCharBox(page, number, box):
        return NOWHERE
    return (box.left, box.bottom, box.right, box.top)


def _line(page: pdfium.PdfPage, page_number: int, run: _Run) -> Iterator[Line]:
    characters = _without_spaces_around(run.characters)
    if not characters:
        return
    inked = [one for one in characters if one.is_inked]
    size = median(one.height for one in inked)
    characters = _with_raised_apart(_with_lam_before_alef(characters), size)
    lefts, bottoms, rights, tops = zip(*(one.box for one in inked), strict=True)
    shown, extents = "".join(one.text for one in characters), tuple((one.box[0], one.box[2]) for one in characters)
    cells = tuple(_gapless(shown, extents, CELL_GAP * size))
    text = page.get_textpage()
    yield Line(
        text=shown,
        numbers=tuple(one.number for one in characters),
        left=min(lefts),
        right=max(rights),
        top=max(tops),
        bottom=min(bottoms),
        size=round(size, 1),
        bold=all(_is_bold(text, one.number) for one in (inked[0], inked[len(inked) // 2], inked[-1])),
        hyphenated=run.hyphenated,
        cells=cells,
        edges=tuple((extents[start][0], extents[end - 1][1]) for start, end in cells),
        page=page_number,
        extents=extents,
    )


def _without_spaces_around(characters: Sequence[_Character]) -> list[_Character]:
    """The characters from the first to the last that leave ink."""
    inked = [index for index, one in enumerate(characters) if one.is_inked]
    return list(characters[inked[0] : inked[-1] + 1]) if inked else []


def _with_lam_before_alef(characters: list[_Character]) -> list[_Character]:
    """The letters of the ligature lam-alef in their order: PDFium, which turns lines round, turns those round too."""
    for one, other in pairwise(characters):
        if one.text in ALEFS and other.text == LAM and one.box == other.box:
            one.text, other.text = other.text, one.text
    return characters


def _with_raised_apart(characters: list[_Character], size: float) -> list[_Character]:
    """The characters with raised digits told from those before them.

    Such a digit is that of a note, which goes out, after a word or a mark; behind a number it stands apart, as it may
    be a power or a note; and it is a power behind a unit or a variable, which is short.
    """
    found: list[_Character] = []
    for one in characters:
        found += _as_it_stands_behind(found, one, size)
    return found


def _as_it_stands_behind(characters: Sequence[_Character], one: _Character, size: float) -> list[_Character]:
    """What another character is behind those of its line: itself, a raised digit, one set apart, or nothing."""
    if not characters or not characters[-1].is_inked or not one.text.isdecimal():
        return [one]
    before = characters[-1]
    if before.text in RAISED and _is_raised(one, None, size):
        return [_raised(one)]
    if not _is_raised(one, before, size):
        return [one]
    if before.text.isdecimal():
        return [_Character(" ", -1, before.box), _raised(one)]
    is_power = before.text.isalpha() and len(_last_word(characters)) <= UNIT
    return [_raised(one)] if is_power else []


def _raised(digit: _Character) -> _Character:
    return replace(digit, text=RAISED[int(digit.text)])


def _is_raised(one: _Character, before: _Character | None, size: float) -> bool:
    """Whether a character is smaller than those of its line and stands higher than the one before it."""
    return one.height < SMALLER * size and (before is None or one.box[1] > before.box[1] + RISE * size)


def _last_word(characters: Sequence[_Character]) -> str:
    return "".join(one.text for one in takewhile(lambda one: one.text.isalpha(), reversed(characters[-UNIT - 1 :])))


def _gapless(text: str, extents: Sequence[tuple[float, float]], gap: float) -> Iterator[tuple[int, int]]:
    """The ranges of a text's characters between gaps that are so wide."""
    start, last = 0, 0
    for index, one in enumerate(text):
        if one.isspace():
            continue
        if index and extents[index][0] - extents[last][1] > gap > 0:
            yield start, last + 1
            start = index
        last = index
    yield start, last + 1


def _is_bold(page: pdfium.PdfTextPage, number: int) -> bool:
    name = ctypes.create_string_buffer(128)
    pdfium_c.FPDFText_GetFontInfo(page, number, name, 128, ctypes.c_int())
    return any(word in name.value.lower() for word in (b"bold", b"black", b"heavy", b"-bd", b"medi", b"cmbx"))
