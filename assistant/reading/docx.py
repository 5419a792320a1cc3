"""Word documents (.docx): paragraphs, headings, lists, tables, text boxes, charts, notes and formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.reading.archive import ZipArchive, attribute, child, children, descendants, facts, local
from assistant.reading.blocks import Blocks, one_line
from assistant.reading.drawings import holds_pictures, holds_struck_text, relation_of, write_chart, write_diagram
from assistant.reading.grid import Cell, Merged, unmerged, write_grid
from assistant.reading.limits import Options
from assistant.reading.list_numbers import PAGE_OF, Lists, lists_of_word, number_of, value_of
from assistant.reading.plain import name_as_title
from assistant.reading.unread import COMMENTS, DELETED, HIDDEN, PICTURES, STRUCK, file_within, told
from assistant.types import Document, Failure

LEFT_OUT = frozenset(
    "pPr rPr del moveFrom Fallback delText instrText txbxContent commentReference annotationRef".split()
)
TEXTS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
BESIDE = frozenset(("txbxContent", "chart", "relIds", *NOTES))
"""What stands beside a paragraph or table: text boxes, charts, diagrams and notes."""
DRAWN = frozenset(("chart", "diagramData"))
MOST_COLUMNS = 63
"""Columns of a table in Word."""
WITHIN = frozenset(("aFChunk", "package", "oleObject", "audio", "video"))
"""Relations to files within a document that are not read."""
OFF = frozenset(("0", "false", "off"))


def read_docx(source: str, content: bytes, options: Options) -> Document:
    """The document in ``content``.

    Raises:
        ReadError: it is damaged, encrypted or beyond the limits.
    """
    archive = ZipArchive(content, options.limits)
    part = next((name for kind, name in archive.related("").values() if kind == "officeDocument"), "word/document.xml")
    related = archive.related(part)
    by_kind = dict(related.values())
    notes = _notes(archive, by_kind)
    parts = {key: name for key, (kind, name) in related.items() if kind in DRAWN and name in archive}
    drawn = {key: archive.xml(name) for key, name in parts.items()}
    styles = _styles(archive, by_kind.get("styles", ""))
    lists = lists_of_word(archive.xml(by_kind["numbering"])) if by_kind.get("numbering", "") in archive else Lists({})
    writer = _DocxWriter(styles, lists, notes, dict(drawn), options)
    root = archive.xml(part)
    writer.write_once(_margins(archive, related, root, "headerReference"))
    body = child(root, "body")
    if body is not None:
        writer.write(body)
    for key in list(notes):
        writer.note(key)
    writer.write_once(_margins(archive, related, root, "footerReference"))
    struck = {STRUCK for one in drawn.values() if holds_struck_text(one)}
    left_out = told(writer.not_shown | struck | set(_left_out(root, archive, related)))
    return office_document(source, archive, writer.blocks, writer.title, [*left_out, *files_within(related)])


def _notes(archive: ZipArchive, by_kind: dict[str, str]) -> dict[tuple[str, str], Any]:
    """The footnotes and endnotes by kind and id, without the lines that part them from the text."""
    return {
        (kind, attribute(note, "id") or ""): note
        for kind in NOTES.values()
        if by_kind.get(kind, "") in archive
        for note in archive.xml(by_kind[kind])
        if attribute(note, "type") in (None, "normal")
    }


def _left_out(root: Any, archive: ZipArchive, related: dict[str, tuple[str, str]]) -> Iterator[str]:
    """The kinds of what is not read that the document holds beside its text."""
    if any(one.text for one in descendants(root, "delText")):
        yield DELETED
    if has_text(archive, dict(related.values()).get("comments", "")):
        yield COMMENTS
    if holds_pictures(root, archive, related):
        yield PICTURES


def has_text(archive: ZipArchive, part: str) -> bool:
    """Whether an archive holds the part, and that holds text."""
    return part in archive and bool(one_line("".join(archive.xml(part).itertext())))


def files_within(related: dict[str, tuple[str, str]]) -> list[Failure]:
    """What is told of the files within a document, by the relations of one of its parts."""
    return [file_within(name) for kind, name in related.values() if kind in WITHIN]


def _margins(archive: ZipArchive, related: dict[str, tuple[str, str]], root: Any, name: str) -> list[Any]:
    """What stands above or below the pages, each part once; not that of a first page which a section does not tell."""
    names = [
        related.get(relation_of(one), ("", ""))[1]
        for one in descendants(root, name)
        if attribute(one, "type") != "first" or _is_on(child(one.getparent(), "titlePg"))
    ]
    return [archive.xml(one) for one in dict.fromkeys(names) if one in archive]


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
    """A style: its level as a heading (0 for none, 1 for a title), its list and level in that, and why it is unseen."""

    heading: int = 0
    number: str = ""
    level: str = ""
    not_shown: str = ""


def _styles(archive: ZipArchive, part: str) -> dict[str, _Style]:
    """The styles by their ids, with what they take from those they are based on."""
    found: dict[str, _Style] = {}
    elements = (
        {attribute(one, "styleId"): one for one in children(archive.xml(part), "style")} if part in archive else {}
    )
    for name in elements:
        style, above, seen = _Style(), name, set()
        while above in elements and above not in seen:
            seen.add(above)
            one = elements[above]
            style = _Style(
                style.heading or _level_of(one),
                style.number or value_of(child(one, "pPr", "numPr", "numId")),
                style.level or value_of(child(one, "pPr", "numPr", "ilvl")),
                style.not_shown or _hidden_by(child(one, "rPr")),
            )
            above = value_of(child(one, "basedOn"))
        found[str(name)] = style
    return found


def _level_of(style: Any) -> int:
    named = value_of(child(style, "name")).lower()
    if named == "title":
        return 1
    if named.startswith("heading ") and named[8:].isdecimal():
        return int(named[8:])
    return _outline_level(child(style, "pPr"))


def _outline_level(properties: Any) -> int:
    """The level as a heading that the properties of a paragraph name; 0 for none."""
    outline = value_of(child(properties, "outlineLvl"))
    return int(outline) + 1 if outline.isdecimal() and int(outline) < 9 else 0


def _is_on(element: Any) -> bool:
    return element is not None and value_of(element) not in OFF


def _hidden_by(properties: Any) -> str:
    """Why text with these properties is left out; "" where it is shown."""
    if _is_on(child(properties, "vanish")):
        return HIDDEN
    return STRUCK if _is_on(child(properties, "strike")) or _is_on(child(properties, "dstrike")) else ""


@dataclass(slots=True)
class _DocxWriter:
    """Writes what is shown. ``notes`` are by kind and id, ``drawn`` are charts and diagrams by their relations."""

    styles: dict[str, _Style]
    lists: Lists
    notes: dict[tuple[str, str], Any]
    drawn: dict[str, Any]
    options: Options
    title: str = ""
    blocks: Blocks = field(init=False)
    not_shown: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.blocks = Blocks(self.options.budget)

    def write(self, element: Any) -> None:
        """Append what stands in a body, cell, note or text box."""
        for one in element:
            name = local(one)
            if name == "p":
                self._paragraph(one)
            elif name == "tbl":
                write_grid(self.blocks, unmerged(map(self._cells, _rows(one)), self.blocks))
                self._beside(one)
            elif name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag") and not _is_prompt(one):
                self.write(one)

    def write_once(self, parts: Iterable[Any]) -> None:
        """Append the lines of headers or footers, those that several have once, without the numbers of pages."""
        seen = {""}
        for part in parts:
            for paragraph in descendants(part, "p"):
                is_numbered = _drop_page_numbers(paragraph)
                text = one_line(self._inline(paragraph))
                if text not in seen and not (is_numbered and len(text.split()) <= len(PAGE_OF)):
                    seen.add(text)
                    self.blocks.paragraph(text)

    def note(self, key: tuple[str, str]) -> None:
        """Append a note, the first time that it is asked for."""
        if key in self.notes:
            self.write(self.notes.pop(key))

    def _paragraph(self, element: Any) -> None:
        text = self._inline(element)
        style = self._style_of(child(element, "pPr"))
        is_numbered = one_line(text) and style.number not in ("", "0")
        label = self.lists.next(style.number, style.level) if is_numbered else None
        if style.heading and one_line(text):
            self.title = self.title or (one_line(text) if style.heading == 1 else "")
            self.blocks.heading(style.heading, f"{label} {text}" if label else text)
        elif label is not None:
            self.blocks.numbered_item(text, int(style.level), label)
        else:
            self.blocks.paragraph(text)
        self._beside(element)

    def _style_of(self, properties: Any) -> _Style:
        """The style of a paragraph, with what its own properties say."""
        style = self.styles.get(value_of(child(properties, "pStyle")), _Style())
        return replace(
            style,
            heading=style.heading or _outline_level(properties),
            number=value_of(child(properties, "numPr", "numId")) or style.number,
            level=value_of(child(properties, "numPr", "ilvl")) or style.level or "0",
        )

    def _beside(self, element: Any) -> None:
        """Append what belongs to a paragraph or table and stands beside it: text boxes, charts and notes."""
        box = _nearest(element, "txbxContent")
        found = [one for one in element.iter() if local(one) in BESIDE]
        for one in found:
            if _nearest(one, "txbxContent") is not box or _nearest(one, "Fallback") is not None:
                continue
            name = local(one)
            if name == "txbxContent":
                self.write(one)
            elif name in NOTES:
                self.note((NOTES[name], attribute(one, "id") or ""))
            elif name == "chart":
                self._draw(relation_of(one), write_chart)
            else:
                self._draw(attribute(one, "dm") or "", write_diagram)

    def _draw(self, relation: str, write: Callable[[Blocks, Any], None]) -> None:
        """Append a chart or a diagram, the first time that it is asked for."""
        drawn = self.drawn.pop(relation, None)
        if drawn is not None:
            write(self.blocks, drawn)

    def _cells(self, row: Any) -> list[Cell]:
        before = value_of(child(row, "trPr", "gridBefore"))
        cells: list[Cell] = [""] * _span(before, 0)
        for cell in (one for one in descendants(row, "tc") if _nearest(one, "tr") is row):
            properties = child(cell, "tcPr")
            merge = child(properties, "vMerge")
            goes_on = merge is not None and value_of(merge) != "restart"
            across = _span(value_of(child(properties, "gridSpan")), 1)
            cells += [Merged.ABOVE] * across if goes_on else [self._cell(cell), *[Merged.LEFT] * (across - 1)]
        return cells

    def _cell(self, cell: Any) -> str:
        """A table cell as one line, without its text boxes."""
        own = (one for one in descendants(cell, "p") if _nearest(one, "txbxContent") is _nearest(cell, "txbxContent"))
        return " ".join(filter(None, (one_line(self._inline(paragraph)) for paragraph in own)))

    def _inline(self, element: Any) -> str:
        """The text of a paragraph, with formulas in one line: (a)/(b), x^(2), x_(i)."""
        name = local(element)
        if self._is_left_out(element, name):
            return ""
        if name in TEXTS:
            return TEXTS[name]
        if name in SAID:
            return SAID[name](element)
        if name in FORMULAS and "/math" in element.tag:
            return FORMULAS[name]({local(one): "".join(map(self._inline, one)) for one in element})
        return "".join(map(self._inline, element)) + (" " if name == "oMath" else "")

    def _is_left_out(self, element: Any, name: str) -> bool:
        if name in ("p", "r"):
            return self._is_hidden(element, name)
        return name in LEFT_OUT or (name == "sdt" and _is_prompt(element))

    def _is_hidden(self, element: Any, name: str) -> bool:
        """Whether a paragraph or a run is not shown, of which note is taken where it holds text."""
        style = value_of(child(element, f"{name}Pr", f"{name}Style"))
        why = _hidden_by(child(element, "rPr")) or self.styles.get(style, _Style()).not_shown
        if why == STRUCK and self.options.keeps_struck:
            return False
        if why and any(one.text for one in descendants(element, "t")):
            self.not_shown.add(why)
        return bool(why)


def _chosen(field: Any) -> str:
    """What is chosen in a field of an older form: an entry of its list, or whether its box is ticked."""
    entries, chosen = child(field, "ddList"), child(field, "ddList", "result")
    if entries is not None:
        names = [value_of(one) for one in children(entries, "listEntry")]
        return "".join(names[number_of(value_of(chosen)) :][:1])
    box = child(field, "checkBox")
    if box is None:
        return ""
    state = child(box, "checked")
    return TICKED[_is_on(child(box, "default") if state is None else state)]


def _sign(symbol: Any) -> str:
    """The character that a symbol of a font of signs shows; "" for an ornament."""
    code = (attribute(symbol, "char") or "").upper().removeprefix("F0")
    return SIGNS.get((attribute(symbol, "font") or "").partition(" ")[0], {}).get(code, "")


def _drop_page_numbers(paragraph: Any) -> bool:
    """Empty the fields of a paragraph that number pages; tells whether there are any."""
    elements = list(paragraph.iter())
    simple = [one for one in elements if local(one) == "fldSimple" and "PAGE" in (attribute(one, "instr") or "")]
    for one in simple:
        for run in list(one):
            one.remove(run)
    return _empty_numbers(elements) or bool(simple)


def _empty_numbers(elements: Iterable[Any]) -> bool:
    """Empty the fields that number pages and are written in several elements; tells whether there are any."""
    found, instruction, is_number = False, "", False
    for one in elements:
        name = local(one)
        if name == "fldChar":
            kind = attribute(one, "fldCharType")
            is_number = kind == "separate" and "PAGE" in instruction
            instruction = "" if kind == "begin" else instruction
            found = found or is_number
        elif name == "instrText":
            instruction += one.text or ""
        elif name == "t" and is_number:
            one.text = ""
    return found


def _is_prompt(element: Any) -> bool:
    """Whether a control only says what is to be written into it."""
    return _is_on(child(element, "sdtPr", "showingPlcHdr"))


def _rows(table: Any) -> list[Any]:
    """The rows of a table that were not deleted."""
    rows = (row for row in descendants(table, "tr") if _nearest(row, "tbl") is table)
    return [row for row in rows if child(row, "trPr", "del") is None]


def _span(value: str, otherwise: int) -> int:
    return min(int(value), MOST_COLUMNS) if value.isdecimal() and len(value) < 9 else otherwise


def _nearest(element: Any, name: str) -> Any:
    return next((one for one in element.iterancestors() if local(one) == name), None)


TICKED = ("\u2610", "\u2612")
"""A box without a tick, and one with it."""
SIGNS = {
    "Wingdings": {"A8": TICKED[0], "6F": TICKED[0], "FE": TICKED[1], "FD": TICKED[1], "FC": "\u2713", "FB": "\u2717"},
    "Symbol": {
        **{
            f"{ord(key):X}": sign
            for key, sign in zip("abcdefghiklmnopqrstuwxyz", "αβχδεφγηικλμνοπθρστυωξψζ", strict=True)
        },
        **{f"{ord(key):X}": sign for key, sign in zip("DFGLPQSWXY", "ΔΦΓΛΠΘΣΩΞΨ", strict=True)},
        "A3": "≤",
        "B3": "≥",
        "B1": "±",
        "B4": "×",
        "B0": "°",
        "B9": "≠",
        "BB": "≈",
        "AE": "→",
        "A5": "∞",
    },
}
"""The characters that fonts of signs show, by their numbers there."""
SAID: dict[str, Callable[[Any], str]] = {
    "t": lambda text: text.text or "",
    "textpath": lambda mark: attribute(mark, "string") or "",
    "ffData": _chosen,
    "sym": _sign,
}
"""What elements say that hold no others."""
FORMULAS = {
    "f": lambda part: f"({part.get('num', '')})/({part.get('den', '')})",
    "sSup": lambda part: f"{part.get('e', '')}^({part.get('sup', '')})",
    "sSub": lambda part: f"{part.get('e', '')}_({part.get('sub', '')})",
    "sSubSup": lambda part: f"{part.get('e', '')}_({part.get('sub', '')})^({part.get('sup', '')})",
    "rad": lambda part: f"√({part.get('e', '')})",
    "func": lambda part: f"{part.get('fName', '')}({part.get('e', '')})",
}
