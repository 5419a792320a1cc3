"""Image files: the text that is recognised in them, with each picture of a TIFF as a page."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image, ImageOps, UnidentifiedImageError

from assistant.errors import ReadError
from assistant.reading.language import detect
from assistant.reading.limits import Options
from assistant.reading.pdf_flow import written
from assistant.reading.pdf_lines import Line
from assistant.reading.plain import name_as_title
from assistant.reading.recognition import Recogniser
from assistant.types import Document, Failure

MOST_PIXELS = 80_000_000
"""Of one picture: eight times those of A4 at 300 dots per inch."""
FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")


def read_picture(source: str, content: bytes, options: Options) -> Document:
    """The document that is recognised in a picture, or in those of a TIFF, with its pages as places.

    Raises:
        ReadError: the file is damaged or beyond the limits, or no text is recognised in it.
    """
    recogniser = Recogniser(options)
    pages: list[list[Line]] = []
    unread: list[Failure] = []
    for number, picture in enumerate(_pictures(content, options), 1):
        try:
            pages.append(recogniser.lines(picture, number))
        except ReadError as error:
            pages.append([])
            unread.append(Failure(f"page {number}", str(error)))
    if not any(pages):
        raise ReadError(unread[0].reason)
    language = detect("\n".join(line.text for page in pages for line in page))
    text, title = written(pages, language)
    return Document(
        source=source,
        title=title or name_as_title(source),
        text=text.text,
        markup="markdown",
        language=language,
        places=tuple(text.places),
        characters=tuple(text.runs),
        left_out=tuple(unread),
    )


def _pictures(content: bytes, options: Options) -> Iterator[Image.Image]:
    """The pictures of a file, upright as a viewer shows them, on white."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as file:
            count = (
                getattr(file, "n_frames", 1) if file.format == "TIFF" else 1
            )  # others move, and begin with the first
            if count > options.limits.pages:
                raise options.limits.refusal("pages", f"The file has {count:,} pages")
            for number in range(count):
                file.seek(number)
                if file.width * file.height > MOST_PIXELS:
                    raise ReadError(
                        f"The picture has {file.width:,} by {file.height:,} points; at most {MOST_PIXELS:,} in all are "
                        "read. Save it smaller, or in parts."
                    )
                yield _on_white(ImageOps.exif_transpose(file))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise ReadError("The picture is damaged, or of a kind that is not read. Save it anew as .png.") from error


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    shown = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown).convert("RGB")
