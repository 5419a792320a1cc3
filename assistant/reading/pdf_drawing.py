"""PDF pages drawn by PDFium, with the boxes around characters that are to be marked."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageChops, ImageDraw

from assistant.errors import ReadError
from assistant.reading.page_drawing import PageToDraw
from assistant.reading.pdf import open_pdf
from assistant.reading.pdf_notes import open_page
from assistant.types import Box, PageImage

SCALE = 2.0
"""Pixels per point: a page of A4 is 1,190 wide, sharp in a panel on a screen with two pixels per unit."""
MOST_PIXELS = 4_000_000
MARK_COLOUR = (255, 222, 122)
MARK_MARGIN = 2
COMPRESSION = 4
"""Of PNG, from 0 to 9: the higher ones take several times as long and save little."""

Rectangle = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels from the picture's upper left corner."""


def page_image(content: bytes, asked: PageToDraw) -> PageImage:
    """The page as PNG, upright as a viewer shows it, with its marks in yellow under the letters.

    Raises:
        ReadError: there is no such page, or the PDF cannot be opened.
    """
    pdf = open_pdf(content, asked.options)
    if not 1 <= asked.page <= len(pdf):
        raise ReadError(f"There is no page {asked.page:,}: {asked.source} has {len(pdf):,}.")
    try:
        page = open_page(pdf, asked.page - 1)
    except pdfium.PdfiumError as error:
        raise ReadError(f"Page {asked.page:,} of {asked.source} is damaged and cannot be drawn.") from error
    width, height = page.get_size()
    bitmap = page.render(scale=min(SCALE, math.sqrt(MOST_PIXELS / max(width * height, 1))))
    picture = bitmap.to_pil().convert("RGB")
    marks = list(_joined(_boxes(page, bitmap, asked.marked)))
    png = io.BytesIO()
    _marked(picture, marks).save(png, "PNG", compress_level=COMPRESSION)
    return PageImage(
        png=png.getvalue(),
        page=asked.page,
        pages=len(pdf),
        width=picture.width,
        height=picture.height,
        marks=tuple(_share(mark, picture) for mark in marks),
    )


def _boxes(page: pdfium.PdfPage, bitmap: pdfium.PdfBitmap, ranges: Sequence[tuple[int, int]]) -> Iterator[Rectangle]:
    """Where each of the characters stands in the picture; those that take no room are left out."""
    if not ranges:
        return
    text, pixels = page.get_textpage(), bitmap.get_posconv(page)
    known = text.count_chars()
    for start, end in ranges:
        for number in range(max(start, 0), min(end, known)):
            box = pdfium_c.FS_RECTF()
            if pdfium_c.FPDFText_GetLooseCharBox(text, number, box) and box.left < box.right:
                (x, y), (other_x, other_y) = (
                    pixels.to_bitmap(box.left, box.top), pixels.to_bitmap(box.right, box.bottom)
                )  # fmt: skip
                yield min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y)


def _joined(boxes: Iterator[Rectangle]) -> Iterator[Rectangle]:
    """Neighbours on one line as one box, whichever way the line runs."""
    joined: Rectangle | None = None
    last: Rectangle | None = None
    for box in boxes:
        if joined and last and _are_neighbours(last, box):
            left, top, right, bottom = joined
            joined = (min(left, box[0]), min(top, box[1]), max(right, box[2]), max(bottom, box[3]))
        else:
            if joined:
                yield joined
            joined = box
        last = box
    if joined:
        yield joined


def _are_neighbours(one: Rectangle, other: Rectangle) -> bool:
    """Whether two boxes share most of their extent along one axis and are close along the other."""
    gaps = [max(one[axis], other[axis]) - min(one[axis + 2], other[axis + 2]) for axis in (0, 1)]
    sizes = [min(one[axis + 2] - one[axis], other[axis + 2] - other[axis]) for axis in (0, 1)]
    reach = 2 * max(one[2] - one[0], one[3] - one[1])
    return any(-gaps[axis] >= sizes[axis] / 2 and gaps[1 - axis] <= reach for axis in (0, 1))


def _marked(picture: Image.Image, marks: Sequence[Rectangle]) -> Image.Image:
    """The picture as if a highlighter had gone over it: what is dark stays dark."""
    ink = Image.new("RGB", picture.size, "white")
    brush = ImageDraw.Draw(ink)
    for left, top, right, bottom in marks:
        brush.rounded_rectangle(
            (left - MARK_MARGIN, top, right + MARK_MARGIN, bottom), radius=MARK_MARGIN, fill=MARK_COLOUR
        )
    return ImageChops.multiply(picture, ink) if marks else picture


def _share(mark: Rectangle, picture: Image.Image) -> Box:
    left, top, right, bottom = mark
    return Box(left / picture.width, top / picture.height, right / picture.width, bottom / picture.height)
