"""A briefing as a file to be taken along: Markdown, a web page or a Word document, with links to the sources."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from docx import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from jinja2 import Environment, PackageLoader, StrictUndefined

from assistant.answering.citations import quote_as_read
from assistant.interfaces.as_markdown import briefing_markdown, source_line
from assistant.interfaces.wording import one_line
from assistant.news.view_wording import SOURCES, UNANSWERED
from assistant.news.views import Briefing

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

TEMPLATE = "briefing.html.jinja"
LONGEST_TITLE = 255
"""Characters of a title among the properties of a Word document; its text has all of it."""


def _markdown(briefing: Briefing) -> bytes:
    return briefing_markdown(briefing).encode("utf-8", "replace")


def briefing_html(briefing: Briefing) -> bytes:
    """The briefing as one web page: no scripts, nothing loaded from elsewhere, every text escaped."""
    environment = Environment(
        loader=PackageLoader("assistant.interfaces", "."), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["line"] = one_line
    page = environment.get_template(TEMPLATE).render(
        briefing=briefing,
        sources=list(map(source_line, briefing.citations)),
        as_read=quote_as_read,
        UNANSWERED=UNANSWERED,
        SOURCES=SOURCES,
    )
    return page.encode("utf-8", "replace")


def briefing_docx(briefing: Briefing) -> bytes:
    """The briefing as a document for Word and others (.docx)."""
    document = WordDocument()
    document.core_properties.title = _written(briefing.subject)[:LONGEST_TITLE]
    document.core_properties.author = "Citewell"
    document.add_heading(_written(briefing.subject), level=0)
    document.add_paragraph(briefing.in_words)
    for section in briefing.sections:
        document.add_heading(section.title, level=1)
        for line in section.lines:
            paragraph = document.add_paragraph(style="List Bullet")
            if line.label:
                paragraph.add_run(f"{_written(line.label)} ").bold = True
            paragraph.add_run(f"{_written(quote_as_read(line.citation))} [{line.citation.number}]")
    if briefing.open_questions:
        document.add_heading(UNANSWERED, level=1)
        for question in briefing.open_questions:
            document.add_paragraph(_written(question), style="List Bullet")
    for notice in briefing.notices:
        document.add_paragraph(_written(notice))
    if briefing.citations:
        document.add_heading(SOURCES, level=1)
        for found in map(source_line, briefing.citations):
            paragraph = document.add_paragraph(f"[{found.number}] ")
            if found.address:
                _add_link(paragraph, found.address, found.title)
            else:
                paragraph.add_run(_written(found.title))
            paragraph.add_run(f" \u00b7 {_written(found.facts)}")
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _add_link(paragraph: Paragraph, address: str, text: str) -> None:
    """A link at the end of a paragraph, which python-docx has no name for."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(_written(text))
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)


def _written(text: str) -> str:
    """A text on one line, without the characters that XML forbids."""
    return "".join(character for character in one_line(text) if character >= " " and character not in "\ufffe\uffff")


WRITERS: dict[str, Callable[[Briefing], bytes]] = {
    "md": _markdown,
    "html": briefing_html,
    "docx": briefing_docx,
}
"""What writes a briefing, by the end of the file's name."""
