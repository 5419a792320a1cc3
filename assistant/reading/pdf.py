"""PDF, read by PDFium: text with page numbers, and what leads from each offset back to its page's characters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from assistant.errors import ReadError
from assistant.reading.blocks import Blocks
from assistant.reading.language import detect
from assistant.reading.limits import Options
from assistant.reading.parts import add_parts
from assistant.reading.pdf_flow import written
from assistant.reading.pdf_lines import Line, lines, recognised_lines
from assistant.reading.pdf_notes import attached, left_out_of_form, notes_on, open_page
from assistant.reading.pdf_rows import with_initials, with_values, without_line_numbers
from assistant.reading.picture_text import looks_written
from assistant.reading.plain import name_as_title
from assistant.reading.recognition import Recogniser
from assistant.reading.unread import PICTURES, TOLD, is_large
from assistant.types import Document, Failure

RECOGNISED_SCALE = 3.0
"""Pixels per point: 216 dots per inch, from which small print is recognised."""
MOST_PIXELS = 40_000_000
"""Larger pages, four times those of A3, are drawn smaller."""
PICTURE_SHARE = 0.5
"""The share of a page that pictures cover from which on it may be a scan."""
CENTIMETRE = 72 / 2.54
"""Points."""
STAMP_CHARACTERS = 300
"""A page with more characters of its own is no scan."""
MORE = 1.5
"""How many times the characters of its own a page has more of in its picture, if those are a stamp on it."""
DRAWN_LINES = 20
"""A page without a character that holds as many drawn ones may hold letters as outlines."""
NO_TITLE = re.compile(
    r"\.(?:docx?|pdf|tex|dvi|indd|pptx?|xlsx?|odt|rtf|html?|txt|ps|ai|fm)\b"
    r"|^\W*(?:untitled|anonymous|unknown|unspecified|microsoft\b)",
    re.IGNORECASE,
)


def read_pdf(source: str, content: bytes, options: Options) -> Document:
    """The document in ``content``, with its pages as places. When the file was made is no date of publication.

    Of a page that is a picture the text is recognised; a stamp on it, or a page number, is not its text.

    Raises:
        ReadError: the file is damaged, encrypted, has too many pages, or has no text.
    """
    pdf = open_pdf(content, options)
    if len(pdf) > options.limits.pages:
        raise options.limits.refusal("pages", f"The file has {len(pdf):,} pages")
    pages, unread = _pages(pdf, options)
    if unread and not any(pages):
        raise ReadError(f"The PDF holds pictures and no text. {unread[0].source.capitalize()}: {unread[0].reason}")
    language = detect("\n".join(line.text for line in chain.from_iterable(pages)))
    text, title = written(pages, language)
    files = Blocks(options.budget)
    unread += [*left_out_of_form(pdf), *add_parts(files, attached(pdf, is_within=options.is_within), options)]
    facts = pdf.get_metadata_dict()
    return Document(
        source=source,
        title=_title(facts.get("Title", "")) or title or name_as_title(source),
        text=text.text + files.text,
        markup="markdown",
        author=_title(facts.get("Author", "")) or None,
        language=language,
        places=(*text.places, *((text.length + offset, place) for offset, place in files.places)),
        characters=(*text.runs, *([(text.length, -1)] if files.text else [])),
        left_out=tuple(unread),
    )


def _pages(pdf: pdfium.PdfDocument, options: Options) -> tuple[list[list[Line]], list[Failure]]:
    """The lines of each page, as long as they are no more than may come, and which pages are not read as a whole."""
    recogniser = Recogniser(options)
    pages: list[list[Line]] = []
    unread: list[Failure] = []
    length = 0
    for index in range(len(pdf)):
        try:
            pages.append(_lines(pdf, index, recogniser))
        except PartlyRead as failure:
            pages.append(failure.lines)
            unread.append(Failure(f"page {index + 1}", str(failure)))
        length += _length(pages[-1])
        if options.budget:
            options.budget.check(length)
    return pages, unread


def _length(lines: Iterable[Line]) -> int:
    return sum(len(line.text) for line in lines)


def open_pdf(content: bytes, options: Options) -> pdfium.PdfDocument:
    """The PDF, opened.

    Raises:
        ReadError: it is damaged, or encrypted and the password is missing or wrong.
    """
    try:
        pdf = pdfium.PdfDocument(content, password=options.password.secret if options.password else None)
        pdf.init_forms()
        return pdf
    except pdfium.PdfiumError as error:
        if error.err_code != pdfium_c.FPDF_ERR_PASSWORD:
            raise ReadError("The file is damaged, or no PDF. Make it anew, or remove it.") from error
        how = "Give its password with: citewell add PATH --password PASSWORD"
        wrong = "The PDF is encrypted, and the password given for it does not open it."
        raise ReadError(f"{wrong if options.password else 'The PDF is encrypted.'} {how}") from error


class PartlyRead(ReadError):
    """A page holds what could not be read; ``lines`` are those that could."""

    def __init__(self, reason: str, lines: list[Line]) -> None:
        super().__init__(reason)
        self.lines = lines


def _lines(pdf: pdfium.PdfDocument, index: int, recogniser: Recogniser) -> list[Line]:
    """The lines of a page, or those in its picture if it is one.

    Raises:
        PartlyRead: it is damaged, or is or holds a picture that is not read.
    """
    try:
        notes = notes_on(pdf, index)
        page = open_page(pdf, index)
        printed = _printed(page, index + 1, with_notes=bool(notes))
        own = [*printed, *_noted(notes, printed, index + 1)]
        covered = _covered(page)
        if _length(printed) > STAMP_CHARACTERS or not _is_picture(covered, with_text=bool(own)):
            if any(not _is_written_over(place, own) and _may_say_something(one) for one, place in covered.large):
                raise PartlyRead(TOLD[PICTURES].reason, own)
            return own
        scale = min(RECOGNISED_SCALE, (MOST_PIXELS / max(1.0, page.get_width() * page.get_height())) ** 0.5)
        picture = page.render(scale=scale, grayscale=True).to_pil()
    except pdfium.PdfiumError as error:
        raise PartlyRead("It is damaged. Make the file anew.", []) from error
    try:
        found = recogniser.lines(picture, index + 1)
    except ReadError as error:
        raise PartlyRead(str(error), own) from error
    return found if _length(found) > MORE * _length(printed) else own


def _printed(page: pdfium.PdfPage, number: int, *, with_notes: bool) -> list[Line]:
    """The lines that stand on a page; with what is filled in behind its label, where the page holds any of that."""
    found = lines(page, number)
    return without_line_numbers(with_initials(with_values(found) if with_notes else found))


def _noted(notes: Sequence[str], printed: Sequence[Line], number: int) -> Iterator[Line]:
    """The lines of what is filled in or noted on a page and not printed on it."""
    shown = " ".join(line.text for line in printed)
    return recognised_lines("\n\n".join(note for note in notes if _is_new(note, shown)), number)


def _is_new(note: str, shown: str) -> bool:
    """Whether what is filled in or noted is not shown on the page."""
    return note.rpartition(": ")[2] not in shown


_Place = tuple[float, float, float, float]
"""Left, bottom, right and top, in points."""


@dataclass(frozen=True, slots=True)
class _Covered:
    """How many pictures and drawn lines a page holds, which pictures are large and where, and their share of it."""

    pictures: int
    large: list[tuple[pdfium.PdfImage, _Place]]
    lines: int
    share: float


def _covered(page: pdfium.PdfPage) -> _Covered:
    found = list(page.get_objects([pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=3))
    pictures = [one for one in found if one.type == pdfium_c.FPDF_PAGEOBJ_IMAGE]
    bounds = [one.get_bounds() for one in pictures]
    sizes = [(right - left, top - bottom) for left, bottom, right, top in bounds]
    placed = zip(pictures, bounds, sizes, strict=True)
    return _Covered(
        len(sizes),
        [(one, place) for one, place, size in placed if is_large(*(side / CENTIMETRE for side in size))],
        len(found) - len(sizes),
        sum(width * height for width, height in sizes) / max(1.0, page.get_width() * page.get_height()),
    )


def _is_written_over(place: _Place, lines: Iterable[Line]) -> bool:
    """Whether the page's own text stands where a picture does: that of a scan, or on what only is its ground."""
    left, bottom, right, top = place
    over = (
        line for line in lines if left <= line.left < line.right <= right and bottom <= line.bottom < line.top <= top
    )
    return _length(over) > STAMP_CHARACTERS


def _may_say_something(picture: pdfium.PdfImage) -> bool:
    """Whether a picture may hold text; so may one that cannot be drawn, or is very large."""
    try:
        width, height = picture.get_px_size()
        return width * height > MOST_PIXELS or looks_written(picture.get_bitmap().to_pil())
    except (pdfium.PdfiumError, ValueError):
        return True


def _is_picture(page: _Covered, *, with_text: bool) -> bool:
    """Whether a page consists of pictures: those cover it, or there is no text but them, or drawn lines."""
    if with_text:
        return page.share >= PICTURE_SHARE
    return page.pictures > 0 or page.lines >= DRAWN_LINES


def _title(title: str) -> str:
    title = " ".join(title.split())
    return "" if NO_TITLE.search(title) or sum(map(str.isalpha, title)) < 3 else title
