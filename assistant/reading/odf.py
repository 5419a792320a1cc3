"""OpenDocument files: texts (.odt), sheets (.ods) and presentations (.odp)."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from assistant.errors import ReadError
from assistant.reading.archive import ZipArchive, attribute, child, descendants, facts, local
from assistant.reading.blocks import Blocks, one_line
from assistant.reading.grid import Cell, Merged, unmerged, write_grid
from assistant.reading.limits import Options
from assistant.reading.list_numbers import PAGE_OF, Level, Lists, number_of
from assistant.reading.number_formats import shown
from assistant.reading.picture_text import may_hold_text
from assistant.reading.plain import name_as_title
from assistant.reading.sheets import HIDDEN_PARTS, UNSAVED_VALUES, write_sheet
from assistant.reading.unread import COMMENTS, DELETED, HIDDEN, PICTURES, STRUCK, file_within, is_large, told
from assistant.types import Document, Failure

MANIFEST = "META-INF/manifest.xml"
LEFT_OUT = frozenset(
    "tracked-changes annotation annotation-end note-citation sequence-decls page-thumbnail hidden-text "
    "hidden-paragraph page-number page-count".split()
)
OBJECTS = frozenset(("object", "object-ole"))
SPACES = {"s": " ", "tab": " ", "line-break": "\n"}
OF_FORMULAS = frozenset(("mi", "mn", "mo", "mtext"))
FIELDS = frozenset(("text", "textarea", "formatted-text", "number", "date", "time", "combobox", "value-range"))
"""Fields of forms into which one writes."""
ROW_GROUPS = frozenset(("table-header-rows", "table-row-group", "table-rows"))
NUMBERED = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
VALUES = ("string-value", "date-value", "time-value", "boolean-value", "value")
MAXIMUM_REPEATED = 100
"""Rows and cells that repeat more often fill a sheet up to its end."""
NOT_READ = "It is hidden, and so not read. Show it and save the file, to have it read."
CENTIMETRES = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "px": 2.54 / 96}
LEFT_OUT_AND_TOLD = {"annotation": COMMENTS, "tracked-changes": DELETED}


def read_odf(source: str, content: bytes, options: Options) -> Document:
    """The document in ``content``, with its sheets or slides as places; when it was saved is no date of publication.

    Raises:
        ReadError: it is damaged, encrypted or beyond the limits.
    """
    archive = _opened(content, options)
    root = archive.xml("content.xml")
    styles = archive.xml("styles.xml") if "styles.xml" in archive else None
    roots = [one for one in (styles, root) if one is not None]
    writer = _OdfWriter(archive, Blocks(options.budget), roots, keeps_struck=options.keeps_struck)
    for part in _parts(root, options):
        margins = styles if local(part) == "text" else None
        writer.margins(margins, "header")
        writer.write(part)
        writer.margins(margins, "footer")
    known = facts(archive.xml("meta.xml")) if "meta.xml" in archive else {}
    blocks = writer.blocks
    return Document(
        source=source,
        title=known.get("title") or blocks.first_heading or name_as_title(source),
        text=blocks.text,
        markup="markdown",
        author=known.get("creator") or known.get("initial-creator") or None,
        places=tuple(blocks.places),
        left_out=(*writer.left_out, *told(writer.seen)),
    )


def _opened(content: bytes, options: Options) -> ZipArchive:
    archive = ZipArchive(content, options.limits)
    if MANIFEST in archive and next(descendants(archive.xml(MANIFEST), "encryption-data"), None) is not None:
        raise ReadError("The file is encrypted. Save it without a password, and add that.")
    return archive


def _parts(root: Any, options: Options) -> Iterator[Any]:
    """The text, the sheets or the slides in the body of a document.

    Raises:
        ReadError: these are more than the limits allow.
    """
    body = child(root, "body")
    for part in body if body is not None else ():
        pages = sum(local(one) in ("page", "table") for one in part)
        if local(part) != "text" and pages > options.limits.pages:
            raise options.limits.refusal("pages", f"The file has {pages:,} slides or sheets")
        yield part


def _hiding_styles(roots: list[Any]) -> dict[str, str]:
    """The styles whose text, sheet or slide is not shown, and why."""
    found: dict[str, str] = {}
    for style in (one for root in roots for one in descendants(root, "style")):
        for properties in style:
            if attribute(properties, "display") in ("none", "false") or attribute(properties, "visibility") == "hidden":
                found[attribute(style, "name") or ""] = HIDDEN
            elif attribute(properties, "text-line-through-style") not in (None, "none"):
                found[attribute(style, "name") or ""] = STRUCK
    return found


def _lists(roots: list[Any]) -> Lists:
    """The lists by their styles, and the headings by the name "": what numbers they have."""
    levels: dict[str, dict[int, Level]] = {}
    for root in roots:
        for style in (one for one in root.iter() if local(one) in ("list-style", "outline-style")):
            name = (attribute(style, "name") or "") if local(style) == "list-style" else ""
            levels[name] = {number_of(attribute(one, "level")) - 1: _level(one) for one in style}
    return Lists(levels)


def _level(element: Any) -> Level:
    level, shown = number_of(attribute(element, "level")), max(1, number_of(attribute(element, "display-levels")))
    numbers = ".".join(f"%{one}" for one in range(max(1, level + 1 - shown), level + 1))
    return Level(
        NUMBERED.get(attribute(element, "num-format") or "", "none"),
        f"{attribute(element, 'num-prefix') or ''}{numbers}{attribute(element, 'num-suffix') or ''}",
        number_of(attribute(element, "start-value")) or 1,
    )


class _OdfWriter:
    """Writes what is shown, and tells what is not."""

    def __init__(self, archive: ZipArchive, blocks: Blocks, roots: list[Any], *, keeps_struck: bool) -> None:
        self.blocks = blocks
        self.left_out: list[Failure] = []
        self.seen: set[str] = set()
        """Why text was left out."""
        self._archive = archive
        hiding = _hiding_styles(roots)
        self._hiding = {name: why for name, why in hiding.items() if why != STRUCK or not keeps_struck}
        self._lists = _lists(roots)
        self._slides = 0

    def margins(self, styles: Any, kind: str) -> None:
        """Append the headers or footers of pages, lines that several have once, without lines that number the pages."""
        written = {""}
        for one in styles.iter() if styles is not None else ():
            if local(one) not in (kind, f"{kind}-left", f"{kind}-first") or attribute(one, "display") == "false":
                continue
            for paragraph in _paragraphs(one):
                text = one_line(self._text(paragraph))
                is_numbered = next(descendants(paragraph, "page-number"), None) is not None
                if text not in written and not (is_numbered and len(text.split()) <= len(PAGE_OF)):
                    written.add(text)
                    self.blocks.paragraph(text)

    def write(self, elements: Iterable[Any]) -> None:
        """Append what stands in a body, page, cell or text box."""
        write_by_name: dict[str, Callable[[Any], None]] = {
            "h": self._heading,
            "p": self._paragraph,
            "list": self._whole_list,
            "table": self._table,
            "page": self._slide,
            "frame": self._frame,
            "footer-decl": lambda declared: self.blocks.paragraph(declared.text or ""),
            "forms": self._form,
            "object": self._object,
            "object-ole": lambda file: self.left_out.append(file_within(attribute(file, "href") or "an object")),
        }
        write_inside: Callable[[Any], None] = self.write
        for one in elements:
            if not self._is_left_out(one):
                write_by_name.get(local(one), write_inside)(one)

    def _is_left_out(self, element: Any) -> bool:
        """Whether an element is not shown as a part of the text, of which note is taken where it holds text."""
        name = local(element)
        if name == "section" and attribute(element, "display") == "none":
            self.seen.add(HIDDEN)
            return True
        if name in LEFT_OUT_AND_TOLD and _says_something(element):
            self.seen.add(LEFT_OUT_AND_TOLD[name])
        return name in LEFT_OUT

    def _heading(self, element: Any) -> None:
        text = one_line(self._text(element))
        level = number_of(attribute(element, "outline-level")) or 1
        self.blocks.heading(level, f"{self._lists.next('', str(level - 1))} {text}" if text else "")

    def _paragraph(self, element: Any) -> None:
        self.blocks.paragraph(self._text(element))
        for box in _boxes(element):
            self.write(box)

    def _whole_list(self, element: Any) -> None:
        style = attribute(element, "style-name") or "-"
        if attribute(element, "continue-numbering") != "true" and attribute(element, "continue-list") is None:
            self._lists.begin(style)
        self._list(element, style, 0)

    def _frame(self, frame: Any) -> None:
        if attribute(frame, "class") == "title":
            self.blocks.heading(2, " ".join(self._text(line) for line in descendants(frame, "p")))
            return
        if self._is_picture_that_may_say_something(frame):
            self.seen.add(PICTURES)
        self.write(frame)

    def _is_picture_that_may_say_something(self, frame: Any) -> bool:
        held = set(map(local, frame))
        sides = (_centimetres(attribute(frame, side) or "") for side in ("width", "height"))
        if "image" not in held or not held.isdisjoint(OBJECTS) or not is_large(*sides):
            return False
        return any(map(self._may_say_something, descendants(frame, "image")))

    def _may_say_something(self, image: Any) -> bool:
        name = posixpath.normpath(attribute(image, "href") or "")
        return name not in self._archive or may_hold_text(self._archive.read(name))

    def _form(self, forms: Any) -> None:
        """Append what is written into forms, behind the labels or names of their fields."""
        for field in forms.iter():
            value = attribute(field, "current-value") or attribute(field, "value") or ""
            name = attribute(field, "label") or attribute(field, "name") or ""
            if local(field) in FIELDS and value:
                self.blocks.paragraph(f"{name}: {value}" if name else value)

    def _slide(self, page: Any) -> None:
        self._slides += 1
        if attribute(page, "style-name") in self._hiding:
            self.left_out.append(Failure(f"slide {self._slides}", NOT_READ))
            return
        self.blocks.place("slide", str(self._slides))
        self.write(sorted(page, key=lambda frame: attribute(frame, "class") != "title"))  # the title first

    def _table(self, table: Any) -> None:
        if local(table.getparent()) != "spreadsheet":
            write_grid(self.blocks, self._rows(table, set()))
        elif attribute(table, "style-name") in self._hiding:
            self.left_out.append(Failure(f"sheet {attribute(table, 'name') or ''}", NOT_READ))
        else:
            self._sheet(table, attribute(table, "name") or "")

    def _sheet(self, table: Any, name: str) -> None:
        hidden_columns = set(_hidden_columns(table))
        write_sheet(self.blocks, name, self._rows(table, hidden_columns))
        if any(_says_something(note) for note in descendants(table, "annotation")):
            self.seen.add(COMMENTS)
        self.write(child(table, "shapes") if child(table, "shapes") is not None else ())
        hidden_rows = any(_is_hidden(row) and one_line("".join(row.itertext())) for row in _table_rows(table))
        parts = [kind for kind, is_there in (("rows", hidden_rows), ("columns", hidden_columns)) if is_there]
        self.left_out += [Failure(f"sheet {name}", HIDDEN_PARTS.format(" and ".join(parts)))] if parts else []
        if any(_formula_alone(cell) for cell in descendants(table, "table-cell")):
            self.left_out.append(Failure(f"sheet {name}", UNSAVED_VALUES))

    def _object(self, element: Any) -> None:
        """Append the table of the numbers that a chart draws, or a formula; other objects are told."""
        part = f"{posixpath.normpath(attribute(element, 'href') or '')}/content.xml"
        root = self._archive.xml(part) if part in self._archive else element
        tables = list(descendants(root, "table"))
        formulas = list(descendants(root, "math"))
        if not tables and not formulas:
            self.left_out.append(file_within(attribute(element, "href") or "an object"))
        for formula in formulas:
            shown = (one.text or "" for one in formula.iter() if local(one) in OF_FORMULAS)
            self.blocks.paragraph(" ".join(shown))
        for table in tables:
            write_grid(self.blocks, self._rows(table, set()))

    def _list(self, element: Any, style: str, level: int) -> None:
        for item in element:
            for one in item:
                if local(one) == "list":
                    self._list(one, attribute(one, "style-name") or style, level + 1)
                elif local(one) in ("p", "h") and one_line(text := self._text(one)):
                    self.blocks.numbered_item(text, level, self._lists.next(style, str(level)))

    def _rows(self, table: Any, hidden_columns: set[int]) -> Iterator[list[str]]:
        """The rows of a table that are shown, those that repeat included, with merged cells repeated."""
        below: dict[int, int] = {}
        shown: list[bool] = []

        def all_rows() -> Iterator[list[Cell]]:
            for row in _table_rows(table):
                cells = self._cells(row, below)
                is_struck = not any(map(_is_filled, cells)) and any(map(_says_something, row))
                for _ in range(_repeated(row, "number-rows-repeated")):
                    shown.append(not is_struck and not _is_hidden(row))
                    yield cells

        for cells in unmerged(all_rows(), self.blocks):
            if shown.pop():
                yield [cell for column, cell in enumerate(cells) if column not in hidden_columns]

    def _cells(self, row: Any, below: dict[int, int]) -> list[Cell]:
        """The cells of a row; ``below`` says through how many rows from here on the cells of a column go on."""
        cells: list[Cell] = []
        length = 0
        for cell in (one for one in row if local(one) in ("table-cell", "covered-table-cell")):
            times = _repeated(cell, "number-columns-repeated")
            if local(cell) == "covered-table-cell":
                cells += [Merged.ABOVE if below.get(len(cells) + at) else Merged.LEFT for at in range(times)]
                continue
            text = self._cell(cell)
            length += len(text) * times
            self.blocks.check(length)
            down = number_of(attribute(cell, "number-rows-spanned"))
            across = min(number_of(attribute(cell, "number-columns-spanned")), MAXIMUM_REPEATED)
            if down > 1:
                below.update(dict.fromkeys(range(len(cells), len(cells) + across), down))
            cells += [text] * times
        _go_down(below)
        return cells

    def _cell(self, cell: Any) -> str:
        """A cell as one line: its text, or else its value."""
        if hidden := self._hiding.get(attribute(cell, "style-name") or ""):
            self.seen.update([hidden] if _says_something(cell) or _value(cell) else [])
            return ""
        return " ".join(filter(None, (one_line(self._text(one)) for one in _paragraphs(cell)))) or _value(cell)

    def _text(self, element: Any) -> str:
        name = local(element)
        if self._is_left_out(element) or name in ("text-box", "frame"):
            return ""
        if name in SPACES:
            return SPACES[name]
        if hidden := self._hiding.get(attribute(element, "style-name") or ""):
            self.seen.add(hidden)
            return ""
        inner = "".join(self._text(one) + (one.tail or "") for one in element)
        return f" ({one_line(inner)})" if name == "note" else (element.text or "") + inner


def _is_filled(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(cell.strip())


def _go_down(below: dict[int, int]) -> None:
    """Count one row less for the cells of each column that go on."""
    for column in list(below):
        below[column] -= 1
        if not below[column]:
            del below[column]


def _says_something(element: Any) -> bool:
    """Whether there is text in the paragraphs below an element."""
    return any(one_line("".join(one.itertext())) for one in descendants(element, "p"))


def _centimetres(length: str) -> float:
    """A length such as "2.5in" in centimetres; 0 where it is none."""
    number, unit = length[:-2], length[-2:]
    return float(number) * CENTIMETRES[unit] if unit in CENTIMETRES and number.replace(".", "", 1).isdecimal() else 0.0


def _boxes(element: Any) -> Iterator[Any]:
    """The text boxes and objects below an element that are in no other box."""
    for one in element:
        if local(one) in ("text-box", "frame"):
            yield [one] if local(one) == "frame" else one
        else:
            yield from _boxes(one)


def _table_rows(table: Any) -> Iterator[Any]:
    for one in table:
        if local(one) == "table-row":
            yield one
        elif local(one) in ROW_GROUPS:
            yield from _table_rows(one)


def _hidden_columns(table: Any) -> Iterator[int]:
    """The numbers of the columns that are not shown, from 0."""
    number = 0
    for one in table.iter():
        if local(one) == "table-row":
            return
        if local(one) == "table-column":
            times = number_of(attribute(one, "number-columns-repeated")) or 1
            yield from range(number, number + min(times, MAXIMUM_REPEATED) if _is_hidden(one) else 0)
            number += times


def _is_hidden(element: Any) -> bool:
    """Whether a row or column is not shown."""
    return attribute(element, "visibility") in ("collapse", "filter")


def _formula_alone(cell: Any) -> bool:
    return attribute(cell, "formula") is not None and not any(attribute(cell, one) for one in VALUES) and not len(cell)


def _value(cell: Any) -> str:
    """What a cell holds that has no text: its value, or else its formula."""
    value = next(filter(None, (attribute(cell, one) for one in VALUES)), "")
    if attribute(cell, "value-type") == "percentage":
        try:
            return shown(float(value), "0.#####%")
        except ValueError:
            return value
    currency = attribute(cell, "currency") or ""
    return f"{value} {currency}".strip() if value else (attribute(cell, "formula") or "").removeprefix("of:")


def _paragraphs(element: Any) -> Iterator[Any]:
    """The paragraphs and headings below an element, also those in lists, frames and tables."""
    for one in element:
        if local(one) not in LEFT_OUT:
            if local(one) in ("p", "h"):
                yield one
            yield from _paragraphs(one)


def _repeated(element: Any, name: str) -> int:
    value = attribute(element, name) or "1"
    is_few = value.isdecimal() and len(value) <= len(str(MAXIMUM_REPEATED)) and int(value) <= MAXIMUM_REPEATED
    return int(value) if is_few else 1
