"""PDF, read by PDFium: text with page numbers, and what leads from each offset back to its page's characters."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Sequence
from itertools import dropwhile, takewhile

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from assistant.errors import ReadError
from assistant.reading.limits import Options
from assistant.reading.pdf_layout import MappedText, add_page, body_size, heading_sizes, without_furniture
from assistant.reading.pdf_lines import Line, lines
from assistant.reading.plain import name_as_title
from assistant.types import Document, Place

OCR_PROGRAM = "tesseract"
OCR_SCALE = 3.0
"""Pixels per point: 216 dots per inch, from which tesseract reads small print."""
DATE = re.compile(r"(?:D:)?(\d{4})(?:(\d\d)(?:(\d\d))?)?")
NO_TITLE = re.compile(
    r"\.(?:docx?|pdf|tex|dvi|indd|pptx?|xlsx?|odt|rtf|html?|txt|ps|ai|fm)\b"
    r"|^\W*(?:untitled|anonymous|unknown|unspecified|microsoft\b)",
    re.IGNORECASE,
)


def read_pdf(source: str, content: bytes, options: Options) -> Document:
    """The document in ``content``, with its pages as places.

    A page that holds only a picture is read by tesseract, where that is installed.

    Raises:
        ReadError: the file is damaged, encrypted, has too many pages, or has no text.
    """
    pdf = open_pdf(content, options)
    if len(pdf) > options.limits.pages:
        raise options.limits.refusal("pages", f"The file has {len(pdf):,} pages")
    pages = [_lines(pdf, index) for index in range(len(pdf))]
    scanned = [index for index, page in enumerate(pages) if not page and _has_picture(pdf, index)]
    recognised = {index: _recognise(pdf, index) for index in scanned} if shutil.which(OCR_PROGRAM) else {}
    if scanned and not any(pages) and not any(recognised.values()):
        raise _scanned(len(scanned), tried=bool(recognised))
    text, places, title = _written(without_furniture(pages), recognised)
    facts = pdf.get_metadata_dict()
    return Document(
        source=source,
        title=_title(facts.get("Title", "")) or title or name_as_title(source),
        text=text.text,
        markup="markdown",
        published=_date(facts.get("CreationDate", "")),
        author=_title(facts.get("Author", "")) or None,
        places=tuple(places),
        characters=tuple(text.runs),
    )


def open_pdf(content: bytes, options: Options) -> pdfium.PdfDocument:
    """The PDF, opened.

    Raises:
        ReadError: it is damaged, or encrypted and the password is missing or wrong.
    """
    try:
        return pdfium.PdfDocument(content, password=options.password.secret if options.password else None)
    except pdfium.PdfiumError as error:
        if error.err_code != pdfium_c.FPDF_ERR_PASSWORD:
            raise ReadError("The file is damaged, or no PDF. Make it anew, or remove it.") from error
        how = "Give its password with: citewell add PATH --password PASSWORD"
        wrong = "The PDF is encrypted, and the password given for it does not open it."
        raise ReadError(f"{wrong if options.password else 'The PDF is encrypted.'} {how}") from error


def _lines(pdf: pdfium.PdfDocument, index: int) -> list[Line]:
    try:
        page = pdf[index]
        return lines(page.get_textpage())
    except pdfium.PdfiumError:  # a damaged page costs that page
        return []


def _written(
    pages: Sequence[list[Line]], recognised: dict[int, str]
) -> tuple[MappedText, list[tuple[int, Place]], str]:
    """The text of all pages, where each begins, and the largest heading of the first page that has one."""
    text = MappedText()
    places: list[tuple[int, Place]] = []
    body = body_size(pages)
    sizes = heading_sizes(pages, body)
    for index, page in enumerate(pages):
        places.append((text.length, Place("page", str(index + 1))))
        if index in recognised:
            text.add(recognised[index] + "\n\n")
        add_page(text, page, body, sizes)
    first = next((page for page in pages if page), [])
    largest = dropwhile(lambda line: line.size != sizes[0], first) if sizes else iter(())
    title = " ".join(line.text for line in takewhile(lambda line: line.size == sizes[0], largest))
    return text, places, title if len(title) <= 200 else ""


def _has_picture(pdf: pdfium.PdfDocument, index: int) -> bool:
    try:
        return next(iter(pdf[index].get_objects([pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3)), None) is not None
    except pdfium.PdfiumError:
        return False


def _recognise(pdf: pdfium.PdfDocument, index: int) -> str:
    picture = io.BytesIO()
    pdf[index].render(scale=OCR_SCALE, grayscale=True).to_pil().save(picture, "PNG")
    command = [OCR_PROGRAM, "-", "-", "--psm", "1"]
    done = subprocess.run(command, input=picture.getvalue(), capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace").replace("\f", "").strip()


def _scanned(pages: int, *, tried: bool) -> ReadError:
    what = f"The PDF holds pictures of {pages} page{'s' if pages > 1 else ''} and no text"
    if tried:
        return ReadError(f"{what}; tesseract recognised none. Scan it anew, or remove it.")
    return ReadError(
        f"{what}. Install tesseract, which recognises text in pictures (on Debian: apt install tesseract-ocr), "
        "then: citewell sync --verify"
    )


def _title(title: str) -> str:
    title = " ".join(title.split())
    return "" if NO_TITLE.search(title) or sum(map(str.isalpha, title)) < 3 else title


def _date(value: str) -> str | None:
    match = DATE.match(value)
    if not match or not "1900" <= match[1] <= "2200":
        return None
    return "-".join(part for part in match.groups() if part)
