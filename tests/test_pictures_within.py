"""Large pictures within documents: those that may hold text are told, photographs and grounds are not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.drawing.image import Image as Picture
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from assistant.reading import read, reader_for
from assistant.reading.picture_text import may_hold_text
from assistant.reading.unread import PICTURES, TOLD
from assistant.types import Document, Failure
from tests.file_makers import A, assembled, docx, drawn, odf, saved, zipped

TOLD_PICTURES = (TOLD[PICTURES],)
TEXT = "The harbour of Veldt has four cranes."


def document(source: str, content: bytes) -> Document:
    return read(reader_for(source), source, content)


def photograph() -> Image.Image:
    """Soft shades of all kinds, as a photograph of clouds has."""
    return Image.effect_noise((900, 600), 120).filter(ImageFilter.GaussianBlur(8)).point(lambda v: (v - 100) * 5)


def sign(size: int, ground: str = "white", ink: str = "black") -> Image.Image:
    """A line of large or small letters."""
    picture = Image.new("RGB", (900, 600), ground)
    ImageDraw.Draw(picture).text((40, 200), "Open from 9 to 5", fill=ink, font=ImageFont.load_default(size))
    return picture


WRITTEN = [drawn("Quillfeather keeps it"), sign(14), sign(40), sign(110), sign(30, "black", "white")]
UNWRITTEN = [photograph(), Image.linear_gradient("L"), Image.new("RGB", (900, 600), "white")]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_letters_are_told_from_photographs_and_plain_grounds(kind: str) -> None:
    assert [may_hold_text(saved(picture, kind)) for picture in WRITTEN] == [True] * len(WRITTEN)
    assert [may_hold_text(saved(picture, kind)) for picture in UNWRITTEN] == [False] * len(UNWRITTEN)


def test_a_transparent_picture_is_looked_at_on_white_and_one_that_cannot_be_opened_may_hold_text() -> None:
    clear = Image.new("RGBA", (900, 600), (0, 0, 0, 0))
    assert may_hold_text(saved(clear, "PNG")) is False
    ImageDraw.Draw(clear).text((40, 200), "Open from 9 to 5", fill="black", font=ImageFont.load_default(30))
    assert may_hold_text(saved(clear, "PNG")) is True
    assert may_hold_text(b"\x01\x00\x09\x00") is True


def in_word(picture: bytes) -> bytes:
    size = 'cx="5400000" cy="3600000"'
    drawing = f'<w:drawing><wp:inline xmlns:wp="urn:wp"><wp:extent {size}/><a:blip {A} r:embed="r2"/></wp:inline>'
    body = f"<w:p><w:r><w:t>{TEXT}</w:t></w:r></w:p><w:p><w:r>{drawing}</w:drawing></w:r></w:p>"
    whole = docx(body, {"image": "x"})
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**parts, "word/image.xml": picture})


def in_excel(picture: bytes) -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = TEXT
    book.worksheets[0].add_image(Picture(io.BytesIO(picture)))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def in_odt(picture: bytes) -> bytes:
    size = 'xmlns:svg="urn:svg" svg:width="15cm" svg:height="10cm"'
    image = '<draw:image xlink:href="Pictures/a.png" xmlns:xlink="urn:xlink"/>'
    whole = odf(f"<text:p>{TEXT}</text:p><text:p><draw:frame {size}>{image}</draw:frame></text:p>")
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**parts, "Pictures/a.png": picture})


def in_rtf(picture: bytes) -> bytes:
    code = f"{{\\pict\\pngblip\\picwgoal8504\\pichgoal5669\n{picture.hex()}}}"
    return f"{{\\rtf1\\ansi {TEXT}\\par {code}}}".encode()


@pytest.mark.parametrize(
    ("source", "make"), [("a.docx", in_word), ("a.xlsx", in_excel), ("a.odt", in_odt), ("a.rtf", in_rtf)]
)
def test_only_a_picture_that_may_hold_text_is_told(source: str, make: Callable[[bytes], bytes]) -> None:
    assert document(source, make(saved(sign(40), "PNG"))).left_out == TOLD_PICTURES
    assert document(source, make(saved(photograph(), "PNG"))).left_out == ()


def test_a_page_of_a_pdf_with_a_photograph_is_read_as_a_whole() -> None:
    assert document("a.pdf", in_pdf(photograph())).left_out == ()
    assert document("a.pdf", in_pdf(sign(40))).left_out == (Failure("page 1", TOLD[PICTURES].reason),)


def test_a_scan_with_its_text_is_read_as_a_whole() -> None:
    assert document("a.pdf", in_pdf(sign(40), "595 0 0 842 0 0")).left_out == ()


def in_pdf(picture: Image.Image, place: str = "400 0 0 300 72 72") -> bytes:
    lines = " ".join(f"BT /F1 12 Tf 72 {780 - 14 * row} Td ({TEXT}) Tj ET" for row in range(12))
    stream = f"{lines} q {place} cm /X Do Q".encode()
    shades = picture.convert("L").tobytes()
    head = f"/Subtype /Image /Width {picture.width} /Height {picture.height} /ColorSpace /DeviceGray"
    fonts = "/Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >>"
    return assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R {fonts} >>".encode(),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            b"<< %s /BitsPerComponent 8 /Length %d >>\nstream\n%s\nendstream" % (head.encode(), len(shades), shades),
        ],
        b"/Root 1 0 R",
    )
