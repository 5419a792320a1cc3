"""PowerPoint presentations (.pptx): each slide with its title, texts, tables, charts and speaker notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assistant.reading.archive import ZipArchive, child, children, descendants, local
from assistant.reading.blocks import Blocks, one_line
from assistant.reading.docx import files_within, has_text, office_document
from assistant.reading.drawings import (
    holds_pictures,
    holds_struck_text,
    paragraph_text,
    relation_of,
    unstrike,
    write_chart,
    write_diagram,
)
from assistant.reading.grid import Cell, Merged, unmerged, write_grid
from assistant.reading.limits import Options
from assistant.reading.unread import COMMENTS, PICTURES, STRUCK, told
from assistant.types import Document, Failure

NOT_TEXT = frozenset(("dt", "ftr", "sldNum", "hdr", "sldImg"))
"""Placeholders that hold dates, footers and slide numbers."""
HIDDEN = "It is hidden, and so not read. Show it in the presentation and save that, to have it read."


def read_pptx(source: str, content: bytes, options: Options) -> Document:
    """The presentation in ``content``, with its slides as places.

    Raises:
        ReadError: it is damaged, encrypted or beyond the limits.
    """
    archive = ZipArchive(content, options.limits)
    part = next(
        (name for kind, name in archive.related("").values() if kind == "officeDocument"), "ppt/presentation.xml"
    )
    related = archive.related(part)
    listed = child(archive.xml(part), "sldIdLst")
    slides = [relation_of(one) for one in listed] if listed is not None else []
    if len(slides) > options.limits.pages:
        raise options.limits.refusal("pages", f"The file has {len(slides):,} slides")
    blocks, left_out, footers, seen = Blocks(options.budget), list[Failure](), {""}, set[str]()
    for number, relation in enumerate(dict.fromkeys(slides), 1):
        name = related.get(relation, ("", ""))[1]
        if name not in archive:
            continue
        slide = archive.xml(name)
        if options.keeps_struck:
            unstrike(slide)
        if slide.get("show") in ("0", "false"):
            left_out.append(Failure(f"slide {number}", HIDDEN))
            continue
        blocks.place("slide", str(number))
        parts = archive.related(name)
        _write_slide(blocks, archive, slide, parts, footers)
        left_out += files_within(parts)
        seen.update(_left_out(slide, archive, parts))
    return office_document(source, archive, blocks, blocks.first_heading, [*left_out, *told(seen)])


def _left_out(slide: Any, archive: ZipArchive, related: dict[str, tuple[str, str]]) -> Iterator[str]:
    """The kinds of what is not read that a slide holds."""
    if holds_struck_text(slide):
        yield STRUCK
    if any(kind == "comments" and has_text(archive, name) for kind, name in related.values()):
        yield COMMENTS
    if holds_pictures(slide, archive, related):
        yield PICTURES


def _write_slide(
    blocks: Blocks, archive: ZipArchive, slide: Any, related: dict[str, tuple[str, str]], footers: set[str]
) -> None:
    """Append a slide; of its ``footers`` those that no slide before had, which are added to them."""
    tree = child(slide, "cSld", "spTree")
    if tree is None:
        return
    shapes = list(_shapes(tree))
    shapes.sort(key=lambda shape: not _placeholder(shape).endswith("itle"))  # the title first, the rest as it stands
    for shape in shapes:
        _write_shape(blocks, archive, shape, related)
    for shape in (*filter(_is_footer, shapes), *_shapes_behind(archive, related)):
        text = one_line(" ".join(text for text, _, _ in _paragraphs(shape)))
        if text not in footers:
            footers.add(text)
            blocks.paragraph(text)
    for kind, other in related.values():
        if kind in WRITTEN_BELOW and other in archive:
            WRITTEN_BELOW[kind](blocks, archive.xml(other))


def _write_notes(blocks: Blocks, page: Any) -> None:
    """Append what the speaker's notes of a slide say."""
    notes = (shape for shape in _shapes(page) if _placeholder(shape) == "body")
    texts = [text for shape in notes for text, _, _ in _paragraphs(shape) if text]
    if texts:
        blocks.heading(3, "Notes")
    for text in texts:
        blocks.paragraph(text)


WRITTEN_BELOW = {"diagramData": write_diagram, "notesSlide": _write_notes}
"""What is written below the shapes of a slide, by its relation to that."""


def _is_footer(shape: Any) -> bool:
    """Whether a shape is the footer of a slide, or a date that is written and not that of today."""
    kind = _placeholder(shape)
    return kind == "ftr" or (kind == "dt" and next(descendants(shape, "fld"), None) is None)


def _shapes_behind(archive: ZipArchive, related: dict[str, tuple[str, str]]) -> Iterator[Any]:
    """The shapes of a slide's layout and master that are shown as they are."""
    for kind, name in related.values():
        if kind in ("slideLayout", "slideMaster") and name in archive:
            yield from (one for one in _shapes(archive.xml(name)) if not _placeholder(one))
            yield from _shapes_behind(archive, archive.related(name)) if kind == "slideLayout" else ()


def _shapes(tree: Any) -> list[Any]:
    """The shapes and frames below an element, those in groups included, without alternatives for older programs."""
    return [
        one
        for one in tree.iter()
        if local(one) in ("sp", "graphicFrame") and not any(local(above) == "Fallback" for above in one.iterancestors())
    ]


def _placeholder(shape: Any) -> str:
    found = next(descendants(shape, "ph"), None)
    return "" if found is None else (found.get("type") or "obj")


def _write_shape(blocks: Blocks, archive: ZipArchive, shape: Any, related: dict[str, tuple[str, str]]) -> None:
    kind = _placeholder(shape)
    if kind in NOT_TEXT:
        return
    for table in descendants(shape, "tbl"):
        rows = ([_cell(cell) for cell in children(row, "tc")] for row in children(table, "tr"))
        write_grid(blocks, unmerged(rows, blocks))
        return
    for chart in descendants(shape, "chart"):
        _, name = related.get(relation_of(chart), ("", ""))
        if name in archive:
            write_chart(blocks, archive.xml(name))
    if kind in ("title", "ctrTitle"):
        blocks.heading(2, " ".join(text for text, _, _ in _paragraphs(shape)))
    else:
        _write_paragraphs(blocks, shape, kind)


def _write_paragraphs(blocks: Blocks, shape: Any, kind: str) -> None:
    """Append the paragraphs of a shape; several of a slide's own text are a list."""
    paragraphs = [(text, level, listed) for text, level, listed in _paragraphs(shape) if one_line(text)]
    is_list = kind in ("obj", "body") and len(paragraphs) > 1
    for text, level, listed in paragraphs:
        if listed or is_list:
            blocks.item(text, level)
        else:
            blocks.paragraph(text)


def _paragraphs(shape: Any) -> list[tuple[str, int, bool]]:
    """Text, level and whether it has a bullet of its own, of each paragraph of a shape."""
    found = []
    for paragraph in descendants(shape, "p"):
        properties = child(paragraph, "pPr")
        level = int(properties.get("lvl") or 0) if properties is not None else 0
        listed = properties is not None and any(local(one) in ("buChar", "buAutoNum") for one in properties)
        found.append((paragraph_text(paragraph), level, listed))
    return found


def _cell(cell: Any) -> Cell:
    if cell.get("hMerge") in ("1", "true"):
        return Merged.LEFT
    if cell.get("vMerge") in ("1", "true"):
        return Merged.ABOVE
    return " ".join(filter(None, (paragraph_text(paragraph) for paragraph in descendants(cell, "p"))))
