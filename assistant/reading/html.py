"""Web pages: the article where a page has one beside its navigation, else all that it shows, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from itertools import groupby
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from assistant.errors import ReadError
from assistant.reading.article import article_of, completed, facts_of
from assistant.reading.blocks import Blocks, one_line
from assistant.reading.dates import date_of
from assistant.reading.grid import Cell, Merged, unmerged, write_grid
from assistant.reading.language import language_code
from assistant.reading.limits import Options, TextBudget
from assistant.reading.plain import decode, encoding_named_in, name_as_title
from assistant.reading.shown import BLOCKS, Settled, is_shown, settle, shown, spaced, stands_alone
from assistant.reading.structured import data_text, structured_facts, structured_text, structured_things
from assistant.reading.unread import told
from assistant.text.characters import without_unseen
from assistant.types import Document, Failure

DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]{0,500}\[", re.IGNORECASE)
LONGEST_DECLARATIONS = 20_000
"""Characters that a page's declarations of entities may have."""
DEEPEST = 120
"""Elements that may stand within one another; deeper ones become paragraphs. Pages are read by functions that nest."""
ARTICLE_CHARACTERS = 200
"""An article has at least so many characters."""
WHOLE = 1.5
"""What a page calls its main part is taken whole where it is at most so many times as long as its article."""
LINKED = 0.1
"""A page with a larger share of its text in links to others that stand alone has navigation or teasers around it."""
FRAME = Failure("a page within the page", "It was not read. Save it as a file of its own, and add that.")
BOUNDS = BLOCKS | {"br"}
"""Elements that end the line before them, and their own."""
OF_A_SITE = ("nav", "footer", "aside")
AROUND = "cookie consent gdpr newsletter subscri teaser related recommend breadcrumb".split()
"""In the names of what surrounds a page's own words."""
ROLES_OF_A_SITE = frozenset("alertdialog banner complementary contentinfo dialog navigation search".split())
MOSTLY = 0.8
"""A text whose words stand in another to a larger share says nothing beside it."""


def read_html(source: str, content: bytes, options: Options | None = None) -> Document:
    """The document in a page, with what the page says of its title, date, author and publisher.

    Raises:
        ReadError: the content is no HTML.
    """
    text = decode_page(content)
    root, settled = _parsed(text, keeps_struck=options is not None and options.keeps_struck)
    if settled.is_changed:
        text = lxml_html.tostring(root, encoding="unicode")
    known = facts_of(root, shown)
    of_a_site = _is_page_of_a_site(root)
    things = structured_things(root)
    article = _article(root, text, things, options.budget if options else None, of_a_site=of_a_site)
    known = _with_structured(known, things)
    if of_a_site:
        known = completed(known, text)
    return Document(
        source=source,
        title=known["title"] or name_as_title(source),
        text=article,
        markup="markdown",
        published=known["published"] or None,
        left_out=_left_out(root, "" if known["published"] else known["said of its date"], settled),
        publisher=known["publisher"] or None,
        url=_web_address(known["url"]),
        author=known["author"] or None,
        language=language_code(root.get("lang")),
    )


def _web_address(url: str) -> str | None:
    return url if url.startswith(("http://", "https://")) else None


def _with_structured(known: dict[str, str], things: list[dict[str, Any]]) -> dict[str, str]:
    """The facts of a page with those that it only says to machines."""
    said = structured_facts(things)
    return {name: value or said.get(name, "") for name, value in known.items()}


def _left_out(root: Any, undated: str, settled: Settled) -> tuple[Failure, ...]:
    """What of a page is not read: a date that is none, what its readers do not read, and pages within it."""
    frames = [FRAME for frame in root.iter("iframe") if one_line(frame.get("srcdoc") or "")]
    return (*date_of(undated)[1], *told(settled.left_out), *frames)


def decode_page(content: bytes) -> str:
    """The characters of a page, without declarations of entities; the encoding that it names is tried."""
    return without_declarations(decode(content, encoding_named_in(content)))


def without_declarations(text: str) -> str:
    """A page without declarations of entities."""
    opened = DOCTYPE.search(text)
    closed = text.find("]", opened.end(), opened.end() + LONGEST_DECLARATIONS) if opened else -1
    while opened and closed >= 0 and not text[closed + 1 :].lstrip().startswith(">"):
        closed = text.find("]", closed + 1, opened.end() + LONGEST_DECLARATIONS)
    return text[: opened.end() - 1] + text[closed + 1 :] if opened and closed >= 0 else text


def parse_page(text: str, seen: set[str] | None = None) -> Any:
    """The root element of a page, in which no element stands deeper than `DEEPEST`; see also `settle`.

    The kinds of what of it is not read are added to those ``seen``.

    Raises:
        ReadError: there is no element in it.
    """
    root, settled = _parsed(text)
    if seen is not None:
        seen |= settled.left_out
    return root


def _parsed(text: str, *, keeps_struck: bool = False) -> tuple[Any, Settled]:
    """The root element of a page as `parse_page` gives it, and what was done for that."""
    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
        if any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log):
            flat = "".join(f"<p>{escape(one)}</p>" for one in _Texts(text).found)  # it ends where it is too deep
            root = lxml_html.document_fromstring(f"<body>{flat}</body>".encode("utf-8", "replace"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ReadError("The page is empty, or no HTML. Save it anew, or remove it.") from error
    was_deep = _flatten(root)
    settled = settle(root, keeps_struck=keeps_struck)
    return root, replace(settled, is_changed=settled.is_changed or was_deep)


class _Texts(HTMLParser):
    """The texts of a page that no tree can be made of, one for each run between the bounds of blocks."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._inside = ""
        self.found: list[str] = []
        self.feed(page)
        self.close()
        self._end_block()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Begin a block, or what is never shown."""
        if tag in BLOCKS:
            self._end_block()
        if tag in ("script", "style", "title", "noscript", "template") and not self._inside:
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        """End a block, or what is never shown."""
        if tag in BLOCKS:
            self._end_block()
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        """Take in a text."""
        if not self._inside:
            self._pieces.append(data)

    def _end_block(self) -> None:
        if text := "".join(self._pieces).strip():
            self.found.append(text)
        self._pieces.clear()


def _flatten(root: Any) -> bool:
    """Let no element stand deeper than `DEEPEST`: what is in it becomes paragraphs. Tells whether any did."""
    depth = 0
    deep: list[Any] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if event == "start" and depth == DEEPEST and len(element):
            deep.append(element)
    for element in deep:
        texts = [" ".join(text.split()) for text in _texts_within(element)]
        for one in list(element):
            element.remove(one)
        element.text = None
        for text in filter(None, texts):
            etree.SubElement(element, "p").text = text
    return bool(deep)


def _texts_within(element: Any) -> list[str]:
    """The texts that an element shows, one for each run between the bounds of blocks."""
    runs = groupby(_pieces_within(element), lambda piece: piece is None)
    return ["".join(filter(None, run)) for is_bound, run in runs if not is_bound]


def _pieces_within(element: Any) -> Iterator[str | None]:
    """The pieces of text that an element shows, with None at the bounds of blocks."""
    for event, one, shows in _walked(element):
        if one.tag in BOUNDS:
            yield None
        if shows and event == "start":
            yield one.text or ""
        elif shows and one is not element:
            yield one.tail or ""


def _walked(element: Any) -> Iterator[tuple[str, Any, bool]]:
    """The starts and ends of an element and of those in it, and whether the text that follows each is shown."""
    hidden: Any = None
    for event, one in etree.iterwalk(element, events=("start", "end")):
        if hidden is one:
            hidden = None
        elif hidden is None and event == "start" and one is not element and not is_shown(one):
            hidden = one
        yield event, one, hidden is None


def _article(root: Any, html: str, things: list[dict[str, Any]], budget: TextBudget | None, *, of_a_site: bool) -> str:
    """What a page says, without what surrounds it; with what it only says to machines where it shows little."""
    article = _article_of_a_site(root, html, things, budget) if of_a_site else ""
    if len(article) < ARTICLE_CHARACTERS:
        article = markdown_of(_without_surroundings(root) if of_a_site else root, budget)
    is_short = len(article) < ARTICLE_CHARACTERS
    said = _said_to_machines(root, things, budget, is_short=is_short)
    if said and (is_short or len(said) > 2 * len(article)):
        return said if _repeats(said, article) else f"{said}{article}"
    return article or markdown_of(root, budget)


def _said_to_machines(root: Any, things: list[dict[str, Any]], budget: TextBudget | None, *, is_short: bool) -> str:
    """What a page says in data within it: its texts, and where it shows little, all that there is."""
    said = structured_text(things, _plain, budget, only_bodies=not is_short)
    return said or (data_text(root, _plain, budget) if is_short else "")


def _article_of_a_site(root: Any, html: str, things: list[dict[str, Any]], budget: TextBudget | None) -> str:
    """The article of a page, or its main part where that holds little more, as it does but for news."""
    article = without_unseen(article_of(html))
    if len(article) < ARTICLE_CHARACTERS or _is_news(root, things):
        return article
    whole = _main_part(_without_surroundings(root), budget)
    return whole if len(article) < len(whole) < WHOLE * len(article) else article


def _is_news(root: Any, things: list[dict[str, Any]]) -> bool:
    """Whether a page says that it is an article: such pages have much around it that is not named as such."""
    kinds = (one.get("content") or "" for one in root.iter("meta") if (one.get("property") or "").startswith("og:type"))
    return "article" in kinds or any("headline" in one or "articleBody" in one for one in things)


def _main_part(root: Any, budget: TextBudget | None) -> str:
    """The one part of a page that it calls its main one, as Markdown; "" where there is none, or several."""
    for name in ("article", "main"):
        if len(found := list(root.iter(name))) == 1:
            return markdown_of(found[0], budget)
    return ""


def _plain(value: str) -> str:
    """The text of a value that may hold HTML; line ends stay."""
    if "<" not in value and "&" not in value:
        return value
    try:
        return markdown_of(parse_page(f"<body>{value}</body>"))
    except ReadError:
        return ""


def _repeats(text: str, other: str) -> bool:
    """Whether most words of the other text stand in the text."""
    words = set(other.split())
    return len(words & set(text.split())) >= len(words) * MOSTLY


def _without_surroundings(root: Any) -> Any:
    """A copy of a page without its navigation, its banners and what else surrounds what it says."""
    copy = deepcopy(root)
    around = [one for one in copy.iter() if _surrounds(one)]
    for one in around:
        if one.getparent() is not None and next(one.iter("body", "main", "article", "h1"), None) is None:
            one.drop_tree()
    return copy


def _surrounds(element: Any) -> bool:
    if element.tag in OF_A_SITE or element.get("role") in ROLES_OF_A_SITE:
        return True
    if element.tag == "header":
        return next(element.iterancestors("main", "article"), element.find(".//h1")) is None
    named = f"{element.get('id') or ''} {element.get('class') or ''}".lower()
    return any(word in named for word in AROUND)


def markdown_of(root: Any, budget: TextBudget | None = None) -> str:
    """All that a page shows, as Markdown."""
    blocks = Blocks(budget)
    write_html(blocks, root)
    return blocks.text


def write_html(blocks: Blocks, root: Any) -> None:
    """Append all that an element shows."""
    writer = _HtmlWriter(blocks)
    writer.write(root)
    writer.flush()


def _is_page_of_a_site(root: Any) -> bool:
    """Whether navigation, teasers and the like stand around what the page says; else all of it counts."""
    if _is_marked_as_of_a_site(root):
        return True
    everything = len(one_line(shown(root)))
    links = (one for one in root.iter("a") if not (one.get("href") or "#").startswith("#") and stands_alone(one))
    return sum(len(one_line(shown(link))) for link in links) > LINKED * everything


def _is_marked_as_of_a_site(root: Any) -> bool:
    """Whether a page is described for social networks, or holds what only sites have around their pages."""
    return (
        any((meta.get("property") or "").startswith("og:") for meta in root.iter("meta"))
        or next(root.iter(*OF_A_SITE), None) is not None
        or any(one.get("role") in ROLES_OF_A_SITE for one in root.iter())
    )


class _HtmlWriter:
    """Appends elements as blocks; what stands loosely between blocks becomes a paragraph."""

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self._loose: list[str] = []

    def flush(self) -> None:
        self._blocks.paragraph("".join(self._loose))
        self._loose = []

    def write(self, element: Any, depth: int = 0) -> None:
        """Append an element, not its tail."""
        if not is_shown(element) or depth > 200:
            return
        self._loose.append(spaced(element.text))
        for one in element:
            if not isinstance(one.tag, str) or (one.tag not in BLOCKS and not _holds_blocks(one)):
                self._loose.append(shown(one) if isinstance(one.tag, str) else "")
            else:
                self.flush()
                self._block(one, depth + 1)
                self.flush()
            self._loose.append(spaced(one.tail))

    def _block(self, element: Any, depth: int) -> None:
        if not is_shown(element):
            return
        if element.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._blocks.heading(int(element.tag[1]), shown(element))
        elif element.tag == "pre":
            self._blocks.code(element.text_content())
        elif element.tag in ("ul", "ol"):
            self._list(element, depth, 0)
        elif element.tag == "table" and _is_data(element):
            for caption in element.iter("caption"):
                self._blocks.paragraph(shown(caption))
            write_grid(self._blocks, unmerged(_rows(element), self._blocks))
        else:
            self.write(element, depth)

    def _list(self, element: Any, depth: int, level: int) -> None:
        number = 0
        for item in element:
            if item.tag in ("ul", "ol") and depth < 200:
                self._list(item, depth + 1, level + 1)
            elif item.tag == "li" and is_shown(item):
                number += 1
                self._item(item, depth, level, number if element.tag == "ol" else None)

    def _item(self, item: Any, depth: int, level: int, number: int | None) -> None:
        if any(one.tag in ("table", "pre") for one in item.iter()):
            self.write(item, depth + 1)
            self.flush()
            return
        self._blocks.item(_own_text(item), level, number)
        for one in item:
            if one.tag in ("ul", "ol") and depth < 200:
                self._list(one, depth + 1, level + 1)


def _own_text(item: Any) -> str:
    """The text of a list item without that of the lists in it."""
    pieces = [spaced(item.text)]
    for one in item:
        if isinstance(one.tag, str):
            space = " " if one.tag in BLOCKS else ""
            pieces.append("" if one.tag in ("ul", "ol") else space + shown(one))
            pieces.append(spaced(one.tail))
    return "".join(pieces)


def _holds_blocks(element: Any) -> bool:
    return any(one.tag in BLOCKS for one in element.iter() if one is not element)


def _is_data(table: Any) -> bool:
    """Whether a table holds data, and does not only arrange the page."""
    if (
        any(one is not table for one in table.iter("table"))
        or next(table.iter("h1", "h2", "h3", "pre"), None) is not None
    ):
        return False
    return max((len(row) for row in table.iter("tr")), default=0) > 1


def _rows(table: Any) -> Iterator[list[Cell]]:
    """The rows of a table, with marks in the cells that are merged with others."""
    below: dict[int, int] = {}
    for row in table.iter("tr"):
        cells: list[Cell] = []
        for cell in (one for one in row if one.tag in ("td", "th")):
            _add_merged_above(cells, below)
            across = _span(cell, "colspan")
            below.update((column, _span(cell, "rowspan") - 1) for column in range(len(cells), len(cells) + across))
            cells += [one_line(shown(cell)), *[Merged.LEFT] * (across - 1)]
        _add_merged_above(cells, below)
        yield cells


def _add_merged_above(cells: list[Cell], below: dict[int, int]) -> None:
    """Go on with cells from the row above; ``below`` says in how many more rows each column has one."""
    while below.get(len(cells), 0) > 0:
        below[len(cells)] -= 1
        cells.append(Merged.ABOVE)


def _span(cell: Any, name: str) -> int:
    value = str(cell.get(name) or "1").strip()
    return max(1, min(int(value), 200)) if value.isascii() and value.isdecimal() else 1
