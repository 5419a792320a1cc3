"""Books (.epub): their chapters in reading order."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
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
from assistant.reading.unread import PICTURES, TOLD, told
from assistant.types import Document, Failure

OF_NAVIGATION = frozenset(("toc", "page-list", "landmarks", "backlink"))
NOT_OF_A_NUMBER = "[]()*\u2020\u2021 \n\t"
"""What a mark that refers to a note consists of beside digits."""
PROTECTED = "The book is protected against copying. Add one that is not."


def read_epub(source: str, content: bytes, options: Options) -> Document:
    """The book in ``content``.

    Raises:
        ReadError: it is damaged, encrypted or beyond the limits.
    """
    archive = ZipArchive(content, options.limits)
    book = _opened(archive)
    said = _said(book.metadata)
    blocks = Blocks(options.budget)
    titles = _titles(archive, book.contents)
    unread, seen = list[Failure](), set[str]()
    for name in book.chapters:
        unread += _write_chapter(blocks, archive, name, titles.get(name, ""), seen)
    published, undated = date_of(*_dates(book.metadata))
    return Document(
        source=source,
        title=next(iter(said.get("title", [])), "") or name_as_title(source),
        text=blocks.text,
        markup="markdown",
        published=published,
        publisher=next(iter(said.get("publisher", [])), None),
        author=", ".join(filter(None, said.get("creator", []))) or None,
        language=language_code(next(iter(said.get("language", [])), "")),
        places=tuple(blocks.places),
        left_out=(*unread, *undated, *told(seen)),
    )


@dataclass(frozen=True, slots=True)
class _Book:
    """What a book says of itself, and the files of its chapters in reading order and of its tables of contents."""

    metadata: Any
    chapters: list[str]
    contents: list[str]


def _opened(archive: ZipArchive) -> _Book:
    """The book in an archive.

    Raises:
        ReadError: it is damaged or encrypted.
    """
    rootfile = next(descendants(archive.xml("META-INF/container.xml"), "rootfile"), None)
    package = str(attribute(rootfile, "full-path")) if rootfile is not None else ""
    root = archive.xml(package)
    metadata, manifest, spine = (child(root, name) for name in ("metadata", "manifest", "spine"))
    if manifest is None or spine is None:
        raise ReadError(DAMAGED)
    items = list(children(manifest, "item"))
    files = {item.get("id"): _within(posixpath.dirname(package), item.get("href") or "") for item in items}
    contents = [files[item.get("id")] for item in items if _lists_chapters(item)]
    return _Book(metadata, _chapters(archive, spine, files), contents)


def _chapters(archive: ZipArchive, spine: Any, files: dict[str, str]) -> list[str]:
    """The files of the chapters in reading order, each once."""
    chapters = dict.fromkeys(files.get(one.get("idref"), "") for one in children(spine, "itemref"))
    if any(name in archive and name in chapters for name in _encrypted(archive)):
        raise ReadError(PROTECTED)
    return list(filter(None, chapters))


def _said(metadata: Any) -> dict[str, list[str]]:
    """What the book says of itself, by local name."""
    said: dict[str, list[str]] = {}
    for fact in metadata.iter() if metadata is not None else ():
        said.setdefault(local(fact), []).append(one_line(fact.text or ""))
    return said


def _write_chapter(blocks: Blocks, archive: ZipArchive, name: str, title: str, seen: set[str]) -> list[Failure]:
    """Append a chapter, as it is entitled or by its first heading; returns why it is not read, if it is not.

    The kinds of what of it is not read are added to those ``seen``.
    """
    if name not in archive:
        return [Failure(name, "The book names it as a chapter and does not hold it.")]
    page = parse_page(decode_page(archive.read(name)), seen)
    _drop_what_refers(page)
    title = title or next((one_line(one.text_content()) for one in page.iter("h1", "h2", "h3")), "")
    if title:
        blocks.place("chapter", title)
    before = blocks.length
    write_html(blocks, page)
    is_picture = blocks.length == before and next(page.iter("img", "image"), None) is not None
    is_cover = not blocks.text
    return [Failure(title or name, TOLD[PICTURES].reason)] if is_picture and not is_cover else []


def _within(folder: str, address: str) -> str:
    """The file of the archive that an address in a folder names."""
    return posixpath.normpath(posixpath.join(folder, unquote(address.partition("#")[0])))


def _encrypted(archive: ZipArchive) -> list[str]:
    """The files that only certain programs can open; fonts often are, in books that anybody may read."""
    name = "META-INF/encryption.xml"
    found = descendants(archive.xml(name), "CipherReference") if name in archive else ()
    return [_within("", attribute(one, "URI") or "") for one in found]


def _lists_chapters(item: Any) -> bool:
    return "nav" in (item.get("properties") or "").split() or item.get("media-type") == "application/x-dtbncx+xml"


def _titles(archive: ZipArchive, lists: list[str]) -> dict[str, str]:
    """What the book's tables of contents call each of its files; the first name of a file counts."""
    titles: dict[str, str] = {}
    for name in lists:
        if name not in archive:
            continue
        root = archive.xml(name) if name.endswith(".ncx") else parse_page(decode_page(archive.read(name)))
        for address, title in filter(None, map(_entry, root.iter())):
            titles.setdefault(_within(posixpath.dirname(name), address), title)
    return titles


def _entry(element: Any) -> tuple[str, str] | None:
    """The address and the title in an entry of a table of contents, of the older or the newer form; None in others."""
    if local(element) == "navPoint":
        address, label = child(element, "content"), child(element, "navLabel")
        named = address is not None and label is not None
        return (address.get("src") or "", one_line("".join(label.itertext()))) if named else None
    if local(element) == "a" and element.get("href"):
        return element.get("href"), one_line(element.text_content())
    return None


def _drop_what_refers(page: Any) -> None:
    """Take out of a page the marks that refer to notes (14 with a raised 2 is no 142), and lists of what is where."""
    for one in list(page.iter("a", "nav")):
        kinds = set((one.get("epub:type") or one.get("role") or "").replace("doc-", "").split())
        if kinds & OF_NAVIGATION or _marks_a_note(one, kinds):
            one.drop_tree()


def _marks_a_note(element: Any, kinds: set[str]) -> bool:
    """Whether an element is a link within the book that is a number or a mark, raised or said to refer to a note."""
    text = element.text_content().strip(NOT_OF_A_NUMBER)
    is_mark = element.tag == "a" and "#" in (element.get("href") or "") and (text.isdecimal() or not text)
    return is_mark and ("noteref" in kinds or "sup" in (element.getparent().tag, *(inner.tag for inner in element)))


def _dates(metadata: Any) -> list[str]:
    """The dates that a book gives, that of its publication first; not when its file was made or changed."""
    found = list(descendants(metadata, "date")) if metadata is not None else []
    events = {one: (attribute(one, "event") or "").lower() for one in found}
    kept = [one for one in found if events[one] not in ("creation", "modification")]
    return [one_line(one.text or "") for one in sorted(kept, key=lambda one: events[one] != "publication")]
