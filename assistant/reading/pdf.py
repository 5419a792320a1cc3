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
from assistant.reading.language import detect
from assistant.reading.limits import Options
from assistant.reading.pdf_flow import flowing
from assistant.reading.pdf_layout import MappedText, body_size, heading_sizes, write
from assistant.reading.pdf_lines import Line, lines
from assistant.reading.pdf_margins import without_furniture
from assistant.reading.plain import name_as_title
from assistant.types import Document, Failure

OCR_PROGRAM = "tesseract"
OCR_SCALE = 3.0
"""Pixels per point: 216 dots per inch, from which tesseract reads small print."""
OCR_PIXELS = 40_000_000
"""Larger pages, four times those of A3, are drawn smaller."""
OCR_LANGUAGES = 4
"""Where more languages are installed, they are so in bulk, and reading by all would take too long."""
NO_TITLE = re.compile(
    r"\.(?:docx?|pdf|tex|dvi|indd|pptx?|xlsx?|odt|rtf|html?|txt|ps|ai|fm)\b"
    r"|^\W*(?:untitled|anonymous|unknown|unspecified|microsoft\b)",
    re.IGNORECASE,
)


def read_pdf(source: str, content: bytes, options: Options) -> Document:
    """The document in ``content``, with its pages as places. When the file was made is no date of publication.

    A page that holds only a picture is read by tesseract, where that is installed, in the languages it has.

    Raises:
        ReadError: the file is damaged, encrypted, has too many pages, or has no text.
    """
    pdf = open_pdf(content, options)
    if len(pdf) > options.limits.pages:
        raise options.limits.refusal("pages", f"The file has {len(pdf):,} pages")
    pages: list[list[Line]] = []
    length = 0
    for index in range(len(pdf)):
        pages.append(_lines(pdf, index))
        length += sum(len(line.text) for line in pages[-1])
        if options.budget:
            options.budget.check(length)
    scanned = [index for index, page in enumerate(pages) if not page and _has_picture(pdf, index)]
    recognised = _recognised(pdf, scanned)
    unread = [index for index in scanned if not recognised.get(index)]
    if unread and not any(pages) and not any(recognised.values()):
        raise ReadError(f"The PDF holds pictures of {_pages(len(unread))} and no text{_advice(recognised, '--verify')}")
    advice = _advice(recognised, "--rebuild")
    language = detect("\n".join([*(line.text for page in pages for line in page), *recognised.values()]))
    text, title = _written(without_furniture(pages), recognised, language)
    facts = pdf.get_metadata_dict()
    return Document(
        source=source,
        title=_title(facts.get("Title", "")) or title or name_as_title(source),
        text=text.text,
        markup="markdown",
        author=_title(facts.get("Author", "")) or None,
        language=language,
        places=tuple(text.places),
        characters=tuple(text.runs),
        left_out=tuple(Failure(f"page {index + 1}", f"It holds a picture and no text{advice}") for index in unread),
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
        return lines(page.get_textpage(), index + 1)
    except pdfium.PdfiumError:  # a damaged page costs that page
        return []


def _written(pages: Sequence[list[Line]], recognised: dict[int, str], language: str) -> tuple[MappedText, str]:
    """The text of all pages, and the largest heading of the first page that has one."""
    body = body_size(pages)
    sizes = heading_sizes(pages, body)
    text = write(len(pages), flowing(pages, recognised, body, sizes, language), body, sizes)
    first = next((page for page in pages if page), [])
    largest = dropwhile(lambda line: line.size != sizes[0], first) if sizes else iter(())
    title = " ".join(line.text for line in takewhile(lambda line: line.size == sizes[0], largest))
    return text, title if len(title) <= 200 else ""


def _has_picture(pdf: pdfium.PdfDocument, index: int) -> bool:
    try:
        return next(iter(pdf[index].get_objects([pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3)), None) is not None
    except pdfium.PdfiumError:
        return False


def _recognised(pdf: pdfium.PdfDocument, indexes: Sequence[int]) -> dict[int, str]:
    """The text that tesseract finds on each page; none where it is not installed."""
    if not indexes or not shutil.which(OCR_PROGRAM):
        return {}
    listed = subprocess.run([OCR_PROGRAM, "--list-langs"], capture_output=True, check=False).stdout
    languages = [name for name in listed.decode("utf-8", "replace").split("\n")[1:] if name not in ("", "osd", "equ")]
    chosen = ["-l", "+".join(sorted(languages, key=lambda name: name != "eng"))]
    command = [OCR_PROGRAM, "-", "-", "--psm", "1", *(chosen if 0 < len(languages) <= OCR_LANGUAGES else [])]
    return {index: _recognise(command, pdf[index]) for index in indexes}


def _recognise(command: Sequence[str], page: pdfium.PdfPage) -> str:
    picture = io.BytesIO()
    scale = min(OCR_SCALE, (OCR_PIXELS / max(1.0, page.get_width() * page.get_height())) ** 0.5)
    page.render(scale=scale, grayscale=True).to_pil().save(picture, "PNG")
    done = subprocess.run(command, input=picture.getvalue(), capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace").replace("\f", "").strip()


def _pages(count: int) -> str:
    return f"{count} page{'s' if count > 1 else ''}"


def _advice(recognised: dict[int, str], option: str) -> str:
    """The end of a sentence that says what is not read: why not, and what to do, ``option`` being that of a sync."""
    if recognised:
        return "; tesseract recognised none. Scan it anew, or remove it."
    return (
        ". Install tesseract, which recognises text in pictures (on Debian: apt install tesseract-ocr), "
        f"then: citewell sync {option}"
    )


def _title(title: str) -> str:
    title = " ".join(title.split())
    return "" if NO_TITLE.search(title) or sum(map(str.isalpha, title)) < 3 else title
