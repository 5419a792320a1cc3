"""Word documents (.docx): paragraphs, headings, lists, tables, text boxes, footnotes and formulas, without comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from assistant.reading.archive import ZipArchive, attribute, child, children, descendants, facts, local
from assistant.reading.blocks import Blocks, one_line
from assistant.reading.limits import Options
from assistant.reading.plain import name_as_title
from assistant.types import Document, Failure

LEFT_OUT = frozenset(
    "pPr rPr del moveFrom Fallback delText instrText txbxContent commentReference annotationRef".split()
)
TEXTS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read_docx(source: str, content: bytes, options: Options) -> Document:
    """The document in ``content``.

    Raises:
        ReadError: it is damaged, encrypted or beyond the limits.
    """
    archive = ZipArchive(content, options.limits)
    part = next((name for kind, name in archive.related("").values() if kind == "officeDocument"), "word/document.xml")
    related = dict(archive.related(part).values())
    styles, formats = _styles(archive, related.get("styles", "")), _formats(archive, related.get("numbering", ""))
    writer = _DocxWriter(styles, formats, Blocks(options.budget))
    body = child(archive.xml(part), "body")
    if body is not None:
        writer.write(body)
    if related.get("footnotes", "") in archive:
        for note in children(archive.xml(related["footnotes"]), "footnote"):
            if attribute(note, "type") is None:
                writer.write(note)
    return office_document(source, archive, writer.blocks, writer.title)


def office_document(
    source: str, archive: ZipArchive, blocks: Blocks, title: str = "", left_out: Iterable[Failure] = ()
) -> Document:
    """The document with the text of ``blocks`` and the title and author that an Office archive holds.

    It has no date: when a file was made or saved says nothing of when it was published.
    """
    known = next((name for kind, name in archive.related("").values() if kind == "core-properties"), "")
    properties = facts(archive.xml(known)) if known in archive else {}
    return Document(
        source=source,
        title=properties.get("title") or title or name_as_title(source),
        text=blocks.text,
        markup="markdown",
        author=properties.get("creator") or None,
        places=tuple(blocks.places),
        left_out=tuple(left_out),
    )


@dataclass(frozen=True, slots=True)
class _Style:
    heading: int
    number: str


def _styles(archive: ZipArchive, part: str) -> dict[str, _Style]:
    """The heading level (0 for none, 1 for a title) and the list of each paragraph style."""
    found: dict[str, _Style] = {}
    elements = (
        {attribute(one, "styleId"): one for one in children(archive.xml(part), "style")} if part in archive else {}
    )
    for name in elements:
        level, number, above, seen = 0, "", name, set()
        while above in elements and above not in seen and not (level and number):
            seen.add(above)
            style = elements[above]
            level = level or _level_of(style)
            number = number or _value(child(style, "pPr", "numPr", "numId"))
            above = _value(child(style, "basedOn"))
        found[str(name)] = _Style(level, number)
    return found


def _level_of(style: Any) -> int:
    named = _value(child(style, "name")).lower()
    if named == "title":
        return 1
    if named.startswith("heading ") and named[8:].isdecimal():
        return int(named[8:])
    outline = _value(child(style, "pPr", "outlineLvl"))
    return int(outline) + 1 if outline.isdecimal() and int(outline) < 9 else 0


def _formats(archive: ZipArchive, part: str) -> dict[tuple[str, str], str]:
    """How the items of each list and level are numbered: "decimal", "bullet" and so on."""
    if part not in archive:
        return {}
    root = archive.xml(part)
    kinds = {
        attribute(one, "abstractNumId"): {
            attribute(level, "ilvl"): _value(child(level, "numFmt")) for level in children(one, "lvl")
        }
        for one in children(root, "abstractNum")
    }
    return {
        (str(attribute(one, "numId")), str(level)): kind
        for one in children(root, "num")
        for level, kind in kinds.get(_value(child(one, "abstractNumId")), {}).items()
    }


def _value(element: Any) -> str:
    return (attribute(element, "val") or "") if element is not None else ""


@dataclass(slots=True)
class _DocxWriter:
    styles: dict[str, _Style]
    formats: dict[tuple[str, str], str]
    blocks: Blocks
    title: str = ""
    counts: dict[str, Counter[str]] = field(default_factory=dict)

    def write(self, element: Any) -> None:
        """Append what stands in a body, cell, note or text box."""
        for one in element:
            name = local(one)
            if name == "p":
                self._paragraph(one)
            elif name == "tbl":
                self.blocks.table([[cell_text(cell) for cell in _cells(row)] for row in _rows(one)])
            elif name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
                self.write(one)

    def _paragraph(self, element: Any) -> None:
        text = inline(element)
        properties = child(element, "pPr")
        style = self.styles.get(_value(child(properties, "pStyle")), _Style(0, ""))
        number = _value(child(properties, "numPr", "numId")) or style.number
        outline = _value(child(properties, "outlineLvl"))
        level = style.heading or (int(outline) + 1 if outline.isdecimal() and int(outline) < 9 else 0)
        if level and one_line(text):
            self.title = self.title or (one_line(text) if level == 1 else "")
            self.blocks.heading(level, text)
        elif number not in ("", "0"):
            self._item(text, number, _value(child(properties, "numPr", "ilvl")) or "0")
        else:
            self.blocks.paragraph(text)
        for box in _boxes(element):
            self.write(box)

    def _item(self, text: str, number: str, level: str) -> None:
        if not one_line(text):
            return
        counts = self.counts.setdefault(number, Counter())
        counts[level] += 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        counted = self.formats.get((number, level), "bullet") not in ("bullet", "none")
        self.blocks.item(text, int(level) if level.isdecimal() else 0, counts[level] if counted else None)


def _rows(table: Any) -> list[Any]:
    return [row for row in descendants(table, "tr") if _nearest(row, "tbl") is table]


def _cells(row: Any) -> list[Any]:
    return [cell for cell in descendants(row, "tc") if _nearest(cell, "tr") is row]


def _nearest(element: Any, name: str) -> Any:
    return next((one for one in element.iterancestors() if local(one) == name), None)


def cell_text(cell: Any) -> str:
    """A table cell as one line."""
    return " ".join(filter(None, (one_line(inline(paragraph)) for paragraph in descendants(cell, "p"))))


def _boxes(paragraph: Any) -> list[Any]:
    boxes = [box for box in descendants(paragraph, "txbxContent") if _nearest(box, "Fallback") is None]
    return [box for box in boxes if _nearest(box, "p") is paragraph or _nearest(box, "txbxContent") is None]


def inline(element: Any) -> str:
    """The text of a paragraph, with formulas in one line: (a)/(b), x^(2), x_(i)."""
    name = local(element)
    if name in LEFT_OUT:
        return ""
    if name == "t":
        return element.text or ""
    if name in TEXTS:
        return TEXTS[name]
    if name in FORMULAS and "/math" in element.tag:
        return FORMULAS[name]({local(one): "".join(map(inline, one)) for one in element})
    return "".join(map(inline, element)) + (" " if name == "oMath" else "")


FORMULAS = {
    "f": lambda part: f"({part.get('num', '')})/({part.get('den', '')})",
    "sSup": lambda part: f"{part.get('e', '')}^({part.get('sup', '')})",
    "sSub": lambda part: f"{part.get('e', '')}_({part.get('sub', '')})",
    "sSubSup": lambda part: f"{part.get('e', '')}_({part.get('sub', '')})^({part.get('sup', '')})",
    "rad": lambda part: f"√({part.get('e', '')})",
    "func": lambda part: f"{part.get('fName', '')}({part.get('e', '')})",
}
