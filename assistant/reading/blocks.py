"""A document is written down as Markdown, block by block: what the readers of most formats share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.places import PlaceKind
from assistant.reading.limits import TextBudget
from assistant.text.characters import SURROGATES, without_unseen
from assistant.types import Document, Place

BETWEEN_PARAGRAPHS = re.compile(r"\n(?:[^\S\n]*+\n)++")
NOT_STORABLE = re.compile(f"[{SURROGATES}\x00-\x08\x0b-\x1f\x7f]")
BETWEEN_CELLS = 3
"""Characters of a table that part two cells of a row."""
LONGEST_LABEL = 200
"""Characters of a place's label, such as a sheet's name."""


class Blocks:
    """A Markdown text that grows by whole blocks, and where its places begin."""

    def __init__(self, budget: TextBudget | None = None) -> None:
        """Begin an empty text; what it grows by is taken from the budget, if there is one."""
        self._budget = budget
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
        self.places.append((self._length, Place(kind, shortened(one_line(label), LONGEST_LABEL))))

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
        if self._blocks and not begins_a_place and re.match(r" *+(?:- |\d++\. )", self._blocks[-1]):
            self._blocks[-1] = self._blocks[-1][:-1]
            self._length -= 1
        self.add(f"{'  ' * level}{f'{number}.' if number else '-'} {text}")

    def numbered_item(self, text: str, level: int, label: str) -> None:
        """Append a list item with its number as it is shown: "2.", "2.1", "(a)"; "" for a bullet."""
        number = int(label[:-1]) if label.endswith(".") and label[:-1].isdecimal() else 0
        self.item(text if number or not label else f"{label} {text}", level, number or None)

    def code(self, text: str) -> None:
        """Append lines that stay as they are."""
        if text.strip():
            fence = "```" if "```" not in text else "~~~~"
            self.add(f"{fence}\n{NOT_STORABLE.sub('', text).strip(chr(10))}\n{fence}")

    def table(self, rows: Iterable[Sequence[str]], headed: bool = True) -> None:
        """Append a table whose first row holds the heads if it is headed; where they repeat, they are left out.

        So are empty rows and columns.
        """
        filled = self._filled(rows)
        if headed:
            filled = _without_repeated_heads(filled)
        used = sorted(set().union(*filled))
        if len(filled) == 1 or len(used) <= 1:
            for cells in filled:
                self.paragraph(" ".join(cells.values()).replace("\\|", "|"))
            return
        self.check(sum(map(_length, filled)) + BETWEEN_CELLS * len(used) * len(filled))
        lines = [f"| {' | '.join(cells.get(column, '') for column in used)} |" for cells in filled]
        heads = [lines.pop(0)] if headed and lines else [f"|{'  |' * len(used)}"]
        self.add("\n".join([*heads, f"|{' --- |' * len(used)}", *lines])) if filled else None

    def _filled(self, rows: Iterable[Sequence[str]]) -> list[dict[int, str]]:
        """The rows that hold anything, with their cells by columns; ends with an error at more than may come."""
        filled: list[dict[int, str]] = []
        length = 0
        for row in rows:
            cells = {column: text for column, cell in enumerate(row) if (text := one_line(cell).replace("|", "\\|"))}
            length += _length(cells)
            self.check(length)
            if cells:
                filled.append(cells)
        return filled

    def check(self, characters: int) -> None:
        """See whether so many characters more may come.

        Raises:
            ReadError: they are more than the limits allow.
        """
        if self._budget:
            self._budget.check(characters)

    def append(self, document: Document) -> None:
        """Append another document's text, which was taken from the same budget when it was read."""
        self._keep(document.text)

    def add(self, block: str) -> None:
        """Append a block as it is; raises what `check` does."""
        if self._budget:
            self._budget.take(len(block))
        self._keep(block)

    def _keep(self, block: str) -> None:
        block = _storable(block, "").strip("\n")
        if block.strip():
            self._blocks.append(block + "\n\n")
            self._length += len(block) + 2

    @property
    def length(self) -> int:
        """How many characters there are so far."""
        return self._length


def _length(cells: dict[int, str]) -> int:
    """How many characters the cells of a row take."""
    return sum(map(len, cells.values())) + BETWEEN_CELLS * len(cells)


def one_line(text: object) -> str:
    """A text without line ends and repeated spaces."""
    return " ".join(_storable(str(text), " ").split())


def _storable(text: str, instead: str) -> str:
    """A text with this instead of what cannot be stored, and without what shows nothing; neither is printable."""
    if text.replace("\n", "").isprintable():
        return text
    return without_unseen(NOT_STORABLE.sub(instead, text))


def shortened(text: str, characters: int) -> str:
    """A text that is no longer than so many characters; "…" stands for what was cut off."""
    return text if len(text) <= characters else text[: characters - 1].rstrip() + "…"


def _without_repeated_heads(rows: list[dict[int, str]]) -> list[dict[int, str]]:
    """The rows of a table, its heads first, without later ones that are the heads again."""
    return [row for at, row in enumerate(rows) if not at or len(row) < 2 or row != rows[0]]
