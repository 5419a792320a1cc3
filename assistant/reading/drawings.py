"""What Office documents of all kinds draw: texts in shapes, and charts with their numbers as they are shown."""

from __future__ import annotations

from typing import Any

from assistant.reading.archive import ZipArchive, attribute, child, descendants, local
from assistant.reading.blocks import Blocks
from assistant.reading.number_formats import shown
from assistant.reading.picture_text import may_hold_text
from assistant.reading.unread import is_large

STRUCK = frozenset(("sngStrike", "dblStrike"))
AXES = frozenset(("catAx", "valAx", "dateAx", "serAx"))
HOLDERS = ("pic", "inline", "anchor", "oneCellAnchor", "twoCellAnchor")
"""What holds a picture, and says how large it is shown."""
UNITS = 360_000
"""How many of the units that Office measures drawings in make a centimetre."""


def relation_of(element: Any) -> str:
    """The id of the relation that an element refers to, which is in a namespace; its own ``id`` is not."""
    return next((str(value) for key, value in element.attrib.items() if key.endswith("}id")), "")


def paragraph_text(element: Any) -> str:
    """The text of a paragraph in a shape, without what is crossed out."""
    return "".join(
        "\n" if local(one) == "br" else one.text or ""
        for one in element.iter()
        if local(one) == "br" or (local(one) == "t" and not _is_struck(one))
    )


def _is_struck(text: Any) -> bool:
    properties = child(text.getparent(), "rPr")
    return properties is not None and properties.get("strike") in STRUCK


def holds_struck_text(root: Any) -> bool:
    """Whether text of a shape below an element is crossed out."""
    return any(one.text and _is_struck(one) for one in descendants(root, "t"))


def unstrike(root: Any) -> None:
    """Let no text of a shape below an element be crossed out."""
    for properties in descendants(root, "rPr"):
        properties.attrib.pop("strike", None)


def holds_pictures(root: Any, archive: ZipArchive, related: dict[str, tuple[str, str]]) -> bool:
    """Whether large pictures that may hold text stand below an element, whose part has these relations."""
    named = (_named(blip) for blip in descendants(root, "blip") if is_large(*_size(blip)))
    return any(_may_say_something(archive, related.get(name, ("", ""))[1]) for name in dict.fromkeys(named))


def _named(blip: Any) -> str:
    """The id of the relation to the file of a picture."""
    return next((str(value) for key, value in blip.attrib.items() if key.endswith("}embed")), "")


def _may_say_something(archive: ZipArchive, name: str) -> bool:
    """Whether a picture in an archive may hold text; so may one that is not there."""
    return name not in archive or may_hold_text(archive.read(name))


def _size(picture: Any) -> tuple[float, float]:
    """How wide and how high a picture is shown, in centimetres."""
    holders = (one for one in picture.iterancestors() if local(one) in HOLDERS)
    sized = next((one for holder in holders for one in holder.iter() if (one.get("cx") or "").isdecimal()), None)
    return (0, 0) if sized is None else (int(sized.get("cx")) / UNITS, int(sized.get("cy") or 0) / UNITS)


def write_texts(blocks: Blocks, root: Any) -> None:
    """Append the texts of the shapes below an element."""
    for body in descendants(root, "txBody"):
        for paragraph in descendants(body, "p"):
            blocks.paragraph(paragraph_text(paragraph))


def write_diagram(blocks: Blocks, root: Any) -> None:
    """Append the texts of a diagram (SmartArt) as a list."""
    for point in descendants(root, "pt"):
        blocks.item(" ".join(filter(None, map(paragraph_text, descendants(point, "p")))))


def write_chart(blocks: Blocks, root: Any) -> None:
    """Append a chart as a table: its categories in the first column, a column for each series."""
    write_titles(blocks, root)
    from_1904 = next((attribute(one, "val") in ("1", "true") for one in descendants(root, "date1904")), False)
    series = list(descendants(root, "ser"))
    categories = next((found for one in series if (found := _points(one, ("cat", "xVal"), from_1904))), {})
    columns = [_points(one, ("val", "yVal"), from_1904) for one in series]
    heads = ["", *(" ".join(_points(one, ("tx",), from_1904).values()) for one in series)]
    keys = sorted(set(categories).union(*columns)) if columns else []
    blocks.table([heads, *([categories.get(key, ""), *(one.get(key, "") for one in columns)] for key in keys)])


def write_titles(blocks: Blocks, root: Any) -> None:
    """Append the title of a chart, and what its axes show."""
    titles = {one: " ".join(text.text or "" for text in descendants(one, "t")) for one in descendants(root, "title")}
    blocks.paragraph("".join(text for one, text in titles.items() if local(one.getparent()) == "chart"))
    blocks.paragraph(", ".join(text for one, text in titles.items() if text and local(one.getparent()) in AXES))


def _points(series: Any, names: tuple[str, ...], from_1904: bool) -> dict[int, str]:
    """The points of a series by their numbers, as its format or their own shows them; of several levels, the first."""
    holder = next((one for name in names if (one := child(series, name)) is not None), None)
    if holder is None:
        return {}
    found: dict[int, str] = {}
    for point in descendants(holder, "pt"):
        above = point.getparent()
        code = point.get("formatCode") or "".join(one.text or "" for one in descendants(above, "formatCode"))
        found.setdefault(int(point.get("idx") or 0), _shown("".join(point.itertext()).strip(), code, from_1904))
    written = child(holder, "v")
    return found if written is None else {0: (written.text or "").strip()}


def _shown(text: str, code: str, from_1904: bool) -> str:
    try:
        return shown(float(text), code, from_1904) if code else text
    except ValueError:
        return text
