"""Books (.epub): their chapters in reading order."""

from __future__ import annotations

import posixpath
from typing import Any
from urllib.parse import unquote

from assistant.errors import ReadError
from assistant.reading.archive import DAMAGED, ZipArchive, attribute, child, children, descendants, local
from assistant.reading.blocks import Blocks, one_line
from assistant.reading.dates import date_of
from assistant.reading.html import decode_page, parse_page, write_html
from assistant.reading.language import language_code
from assistant.reading.limits import Options
from assistant.reading.plain import name_as_title
from assistant.types import Document


def read_epub(source: str, content: bytes, options: Options) -> Document:
    """The book in ``content``.

    Raises:
        ReadError: it is damaged, encrypted or beyond the limits.
    """
    archive = ZipArchive(content, options.limits)
    rootfile = next(descendants(archive.xml("META-INF/container.xml"), "rootfile"), None)
    package = str(attribute(rootfile, "full-path")) if rootfile is not None else ""
    root = archive.xml(package)
    metadata, manifest, spine = (child(root, name) for name in ("metadata", "manifest", "spine"))
    if manifest is None or spine is None:
        raise ReadError(DAMAGED)
    said: dict[str, list[str]] = {}
    for fact in metadata.iter() if metadata is not None else ():
        said.setdefault(local(fact), []).append(one_line(fact.text or ""))
    files = {item.get("id"): unquote(item.get("href") or "") for item in children(manifest, "item")}
    blocks = Blocks(options.budget)
    folder = posixpath.dirname(package)
    names = (files.get(chapter.get("idref"), "") for chapter in children(spine, "itemref"))
    for name in dict.fromkeys(posixpath.normpath(posixpath.join(folder, name)) for name in names):
        if name in archive:
            write_html(blocks, parse_page(decode_page(archive.read(name))))
    published, left_out = date_of(*_dates(metadata))
    return Document(
        source=source,
        title=next(iter(said.get("title", [])), "") or name_as_title(source),
        text=blocks.text,
        markup="markdown",
        published=published,
        publisher=next(iter(said.get("publisher", [])), None),
        author=", ".join(filter(None, said.get("creator", []))) or None,
        language=language_code(next(iter(said.get("language", [])), "")),
        left_out=left_out,
    )


def _dates(metadata: Any) -> list[str]:
    """The dates that a book gives, that of its publication first; not when its file was made or changed."""
    found = list(descendants(metadata, "date")) if metadata is not None else []
    events = {one: (attribute(one, "event") or "").lower() for one in found}
    kept = [one for one in found if events[one] not in ("creation", "modification")]
    return [one_line(one.text or "") for one in sorted(kept, key=lambda one: events[one] != "publication")]
