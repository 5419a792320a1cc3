"""A page of a file becomes a picture, in the process that reads files: what is asked of it, and what comes back."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path, PurePosixPath

from assistant.errors import ReadError
from assistant.reading.limits import Options
from assistant.reading.readers import load
from assistant.types import PageImage

LOG = logging.getLogger(__name__)
DRAWN_SUFFIX = ".pdf"


@dataclass(frozen=True, slots=True)
class PageToDraw:
    """A page (from 1) of a file with this SHA-256, and the ranges of its own characters that are to be marked."""

    source: str
    path: Path
    file_hash: str
    page: int
    marked: tuple[tuple[int, int], ...] = ()
    options: Options = field(default_factory=Options)


@dataclass(frozen=True, slots=True)
class PageDrawn:
    """The picture, or the reason why there is none."""

    image: PageImage | None = None
    reason: str = ""


def is_drawn(source: str) -> bool:
    """Whether pages of the source's format can be drawn."""
    return PurePosixPath(source).suffix.lower() == DRAWN_SUFFIX


def draw(page: PageToDraw) -> PageDrawn:
    """The picture of a page, or why it cannot be drawn; no oddity of a file makes this raise."""
    try:
        content = load(page.path, page.options.limits)
        if hashlib.sha256(content).hexdigest() != page.file_hash:
            return PageDrawn(reason="The file has changed since it was indexed. Sync, then ask again.")
        return PageDrawn(import_module("assistant.reading.pdf_drawing").page_image(content, page))
    except ReadError as error:
        return PageDrawn(reason=str(error))
    except MemoryError:
        return PageDrawn(reason="Drawing the page needs more memory than CITEWELL_LIMIT_MEMORY_MEGABYTES allows.")
    except Exception as error:  # the edge to whatever parses a format, as where files are read
        LOG.warning("Page %d of %s cannot be drawn.", page.page, page.source, exc_info=error)
        return PageDrawn(reason=f"The page cannot be drawn ({type(error).__name__}): it may be damaged.")
