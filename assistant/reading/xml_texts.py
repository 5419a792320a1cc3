"""XML: articles (JATS), editions (TEI), news (NewsML, NITF), manuals (DocBook, DITA), and data in any other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from assistant.reading.archive import attribute, local, parse_xml
from assistant.reading.blocks import Blocks, one_line
from assistant.reading.data import write_value
from assistant.reading.dates import date_of
from assistant.reading.feed import holds_feed
from assistant.reading.feed_file import read_feed_file
from assistant.reading.html import parse_page, write_html
from assistant.reading.language import language_code
from assistant.reading.limits import Options
from assistant.reading.plain import name_as_title
from assistant.reading.shown import BLOCKS
from assistant.reading.unread import told
from assistant.types import Document, Failure

AS_HTML = {
    "p": "p para simpara ab l speaker stage shortdesc note fn footnote caption byline dateline salute signed kwd-group "
    "mixed-citation element-citation",
    "ul": "list itemizedlist orderedlist variablelist listBibl ol",
    "li": "item list-item listitem step li",
    "section": "sec section div div1 div2 div3 div4 chapter part appendix topic lg sp ref-list bibliography",
    "figure": "table-wrap fig figure",
    "table": "table informaltable",
    "tr": "row tr strow",
    "td": "cell entry td th stentry",
    "pre": "programlisting screen codeblock preformat code-block",
    "blockquote": "disp-quote blockquote",
    "sup": "sup superscript",
    "br": "lb break",
    "a": "xref",
    "h2": "title head hl1 hl2 headline subhead article-title",
    "omitted": "teiHeader docdata itemMeta rightsInfo catalogRef prolog journal-meta article-id article-categories aff "
    "contrib-group author-notes pub-date history permissions volume issue fpage lpage elocation-id counts self-uri "
    "custom-meta-group tex-math object-id label author authorgroup pubdate copyright by creator",
}
"""The elements of pages, and those of texts that are like them; what is omitted is said of the text, not in it."""
HTML_OF = {name: html for html, names in AS_HTML.items() for name in names.split()}
ENTITIES = Failure("the entities", "What they stand for is not read. Save the file with it written out.")
FEEDS = ("rss", "feed", "rdf")
NOTES = frozenset("note fn footnote".split())
PARAGRAPHS = frozenset(AS_HTML["p"].split()) - {"note", "caption"}
FACTS = {
    "title": ("article-title", "titleStmt/title", "headline", "HeadLine", "hl1", "info/title", "title", "hedline"),
    "author": ("contrib", "titleStmt/author", "author", "byline", "creator", "by", "ByLine"),
    "published": ("pub-date", "date.issue", "publicationStmt/date", "contentCreated", "versionCreated", "DateId",
                  "pubdate", "date", "FirstCreated"),
    "publisher": ("journal-title", "publisher-name", "publisher", "provider", "journal"),
}  # fmt: skip
"""Where facts stand: the name of an element, behind that of one around it where it is used for others too."""


def read_xml(source: str, content: bytes, options: Options) -> Document:
    """The text in ``content`` with its headings, lists and tables; of a feed its entries, of data a line a value.

    Raises:
        ReadError: it is no XML.
    """
    root = parse_xml(content)
    if local(root).lower() in FEEDS or holds_feed(root):
        return read_feed_file(source, content, options)
    blocks = Blocks(options.budget)
    entities = (ENTITIES,) if next(root.iter(etree.Entity), None) is not None else ()
    if PARAGRAPHS.isdisjoint(map(local, root.iter())):
        write_value(blocks, {local(root): _as_data(root)}, ())
        title = _fact(root, "title") or name_as_title(source)
        return Document(source, title, blocks.text, "markdown", left_out=entities)
    published, left_out = date_of(*_dates(root))
    facts = {name: _fact(root, name) for name in ("title", "author", "publisher")}
    language = attribute(root, "lang")
    seen = set[str]()
    write_html(blocks, parse_page(_as_html(root), seen))
    return Document(
        source,
        facts["title"] or name_as_title(source),
        blocks.text,
        "markdown",
        published=published,
        publisher=facts["publisher"] or None,
        author=facts["author"] or None,
        language=language_code(language),
        left_out=(*left_out, *entities, *told(seen)),
    )


def _found(root: Any, fact: str) -> Iterator[Any]:
    """The elements that tell a fact, those first that tell it best."""
    for path in FACTS[fact]:
        around, _, name = path.rpartition("/")
        for one in root.iter():
            if local(one) == name and (not around or local(one.getparent()) == around):
                yield one


def _fact(root: Any, fact: str) -> str:
    """What the text says of itself; several authors are parted by commas."""
    found = next(_found(root, fact), None)
    if found is None:
        return ""
    alike = (
        [
            one
            for one in (found.getparent() if found.getparent() is not None else (found,))
            if local(one) == local(found)
        ]
        if fact == "author"
        else [found]
    )
    return ", ".join(filter(None, map(_name if fact == "author" else _text, alike)))


def _name(element: Any) -> str:
    """Somebody's name, the given ones first."""
    given = [_text(one) for one in element.iter() if local(one) in ("given-names", "forename", "firstname")]
    family = [_text(one) for one in element.iter() if local(one) in ("surname", "lastname")]
    return " ".join([*given[:1], *family[:1]]) or _text(element)


def _dates(root: Any) -> Iterator[str]:
    """What the text says of the day it was published."""
    for one in _found(root, "published"):
        parts = {local(part): _text(part) for part in one}
        if parts.get("year"):
            yield "-".join(parts[name].zfill(2) for name in ("year", "month", "day") if parts.get(name))
        yield attribute(one, "when") or attribute(one, "norm") or _text(one)


def _text(element: Any) -> str:
    return one_line("".join(element.itertext()))


def _as_html(root: Any) -> str:
    """A text as a page: its elements under the names that those of pages have, and notes below their paragraphs."""
    for note in [one for one in root.iter() if local(one) in NOTES]:
        around = next((one for one in note.iterancestors() if local(one) in PARAGRAPHS), None)
        if around is not None:
            _move_below(note, around)
    heads_of_pages = {one for one in root.iter() if local(one) == "head" and _is_of_a_page(one, root)}
    for one in root.iter():
        if local(one):
            _turn_into(one, "omitted" if one in heads_of_pages else _name_in_html(one))
    etree.strip_elements(root, "omitted", with_tail=False)
    return f"<html><body>{etree.tostring(root, encoding='unicode', method='html', with_tail=False)}</body></html>"


def _name_in_html(element: Any) -> str:
    """The name that an element has in a page; those around it have theirs already."""
    name = local(element)
    html = HTML_OF.get(name, name.lower() if name.lower() in BLOCKS else "span")
    if html == "h2":
        return _heading(element)
    above = element.getparent()
    return "li" if above is not None and above.tag == "ul" else html


def _turn_into(element: Any, name: str) -> None:
    """Make an element of a text one of a page, which keeps through how many rows and columns it goes."""
    spans = {key: value for key in ("rowspan", "colspan") if (value := attribute(element, key))}
    element.attrib.clear()
    element.attrib.update(spans | ({"href": "#note"} if name == "a" else {}))
    element.tag = name


def _is_of_a_page(head: Any, root: Any) -> bool:
    """Whether a head is that of a page or of news, which is no heading."""
    above = head.getparent()
    return above is None or above is root or local(above) == "html"


def _heading(element: Any) -> str:
    """The name of a heading, as deep as its section; of a table or a figure it is a line, and of a reference words."""
    around = [one.tag for one in element.iterancestors()]
    if "p" in around or "li" in around:
        return "span"
    return "p" if "figure" in around or "table" in around else f"h{min(6, 1 + around.count('section'))}"


def _move_below(note: Any, paragraph: Any) -> None:
    """Take a note out of its paragraph, and put it right below; what follows it stays."""
    tail, note.tail = note.tail, None
    previous, around = note.getprevious(), note.getparent()
    if previous is None:
        around.text = (around.text or "") + (tail or "")
    else:
        previous.tail = (previous.tail or "") + (tail or "")
    around.remove(note)
    note.tail, paragraph.tail = paragraph.tail, None
    paragraph.addnext(note)


def _as_data(element: Any) -> Any:
    """What an element holds: its text, or its attributes and what is in it by their names."""
    attributes = {key.rpartition("}")[2]: str(value) for key, value in element.attrib.items()}
    inner = [one for one in element if local(one)]
    return _branch(element, attributes, inner) if inner else _leaf(_text(element), attributes)


def _leaf(text: str, attributes: dict[str, str]) -> Any:
    """A text with what its attributes say of it, or the one of both that there is."""
    said = ", ".join(f"{name} {value}" for name, value in attributes.items())
    return f"{text} ({said})" if text and said else text or attributes or ""


def _branch(element: Any, attributes: dict[str, str], inner: list[Any]) -> dict[str, Any]:
    """The attributes of an element, the elements in it, and the text between those."""
    values: dict[str, list[Any]] = {name: [value] for name, value in attributes.items()}
    for one in inner:
        values.setdefault(local(one), []).append(_as_data(one))
    found = {name: several[0] if len(several) == 1 else several for name, several in values.items()}
    text = one_line("".join([element.text or "", *(one.tail or "" for one in inner)]))
    return {**found, **({"text": text} if text else {})}
