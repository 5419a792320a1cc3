"""A document is written down as Markdown, block by block: what the readers of most formats share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.places import PlaceKind
from assistant.types import Document, Place

NOT_STORABLE = re.compile("[\ud800-\udfff\x00-\x08\x0b-\x1f\x7f]")


class Blocks:
    """A Markdown text that grows by whole blocks, and where its places begin."""

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._length = 0
        self.places: list[tuple[int, Place]] = []
        self.first_heading = ""

    @property
    def text(self) -> str:
        """All blocks, with a blank line after each."""
        return "".join(self._blocks)

    def place(self, kind: PlaceKind, label: str) -> None:
        """Begin a page, slide, sheet or file: what follows stands there."""
        self.places.append((self._length, Place(kind, one_line(label))))

    def heading(self, level: int, text: str) -> None:
        """Append a heading of level 1 to 6."""
        text = one_line(text)
        if text:
            self.first_heading = self.first_heading or text
            self.add(f"{'#' * max(1, min(level, 6))} {text}")

    def paragraph(self, text: str) -> None:
        """Append a paragraph; its line ends stay."""
        self.add("\n".join(filter(None, map(one_line, text.split("\n")))))

    def item(self, text: str, level: int = 0, number: int | None = None) -> None:
        """Append a list item, directly below an item above it."""
        text = one_line(text)
        if not text:
            return
        begins_a_place = bool(self.places) and self.places[-1][0] == self._length
        if self._blocks and not begins_a_place and re.match(r" *(?:- |\d+\. )", self._blocks[-1]):
            self._blocks[-1] = self._blocks[-1][:-1]
            self._length -= 1
        self.add(f"{'  ' * level}{f'{number}.' if number else '-'} {text}")

    def code(self, text: str) -> None:
        """Append lines that stay as they are."""
        if text.strip():
            fence = "```" if "```" not in text else "~~~~"
            self.add(f"{fence}\n{NOT_STORABLE.sub('', text).strip(chr(10))}\n{fence}")

    def table(self, rows: Iterable[Sequence[str]]) -> None:
        """Append a table whose first row holds the heads; empty rows and columns are left out."""
        cells = [[one_line(cell).replace("|", "\\|") for cell in row] for row in rows]
        cells = [row for row in cells if any(row)]
        width = max(map(len, cells), default=0)
        cells = [row + [""] * (width - len(row)) for row in cells]
        used = [column for column in range(width) if any(row[column] for row in cells)]
        if len(cells) == 1 or len(used) <= 1:
            for row in cells:
                self.paragraph(" ".join(row[column].replace("\\|", "|") for column in used if row[column]))
            return
        lines = [f"| {' | '.join(row[column] for column in used)} |" for row in cells]
        self.add("\n".join([lines[0], f"|{' --- |' * len(used)}", *lines[1:]])) if lines else None

    def append(self, document: Document) -> None:
        """Append another document's text."""
        self.add(document.text)

    def add(self, block: str) -> None:
        """Append a block as it is."""
        block = NOT_STORABLE.sub("", block).strip("\n")
        if block.strip():
            self._blocks.append(block + "\n\n")
            self._length += len(block) + 2

    @property
    def length(self) -> int:
        """How many characters there are so far."""
        return self._length


def one_line(text: object) -> str:
    """A text without line ends and repeated spaces."""
    return " ".join(NOT_STORABLE.sub(" ", str(text)).split())
