"""Text that is crossed out is left out and told in all formats; where all of a file's text is, it is read."""

from __future__ import annotations

import io
import json
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Font

from assistant.reading import read, reader_for
from assistant.reading.unread import STRUCK, TOLD
from assistant.types import Document
from tests.compound_files import Struck, xls
from tests.file_makers import A, docx, eml, epub, odf, relations, xlsx, zipped

STRUCK_TOLD = (TOLD[STRUCK],)
HEAD = "| Berth | Length |\n| --- | --- |\n"


def document(source: str, content: str | bytes) -> Document:
    return read(reader_for(source), source, content.encode() if isinstance(content, str) else content)


def workbook(struck: str = "", **cells: object) -> bytes:
    """A workbook with these cells, some of them crossed out."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for place, value in cells.items():
        sheet[place] = value
    for place in struck.split():
        sheet[place].font = Font(strike=True)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def partly_struck() -> bytes:
    """A workbook with a cell of which a part is crossed out, as Excel writes it: its text is one of the shared ones."""
    run = '<r>{}<t xml:space="preserve">{}</t></r>'.format
    runs = f"{run('', 'The fee is ')}{run('<rPr><strike/></rPr>', '10 ')}{run('', '12.')}"
    parts = unzipped(workbook(A1="x"))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    types = parts["[Content_Types].xml"].decode()
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    shared = {
        "[Content_Types].xml": types.replace("</T", f'<Override PartName="/xl/s.xml" ContentType="{kind}"/></T'),
        "xl/worksheets/sheet1.xml": sheet.replace('t="inlineStr"><is><t>x</t></is>', 't="s"><v>0</v>'),
        "xl/s.xml": f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si>{runs}</si></sst>',
    }
    return zipped({**parts, **shared})


@pytest.mark.parametrize(
    ("source", "content"),
    [
        ("a.md", "The fee is ~~10~~ 12."),
        ("a.org", "The fee is +10+ 12."),
        ("a.adoc", "The fee is [.line-through]#10# 12."),
        ("a.tex", "\\begin{document}The fee is \\sout{10} 12.\\end{document}"),
        ("a.ipynb", json.dumps({"cells": [{"cell_type": "markdown", "source": "The fee is ~~10~~ 12."}]})),
        ("a.html", "<p>The fee is <s>10</s> 12."),
        ("a.epub", epub("<html><body><p>The fee is <s>10</s> 12.</p></body></html>")),
        ("a.rtf", "{\\rtf1 The fee is {\\strike 10 }12.\\par}"),
        ("a.xlsx", partly_struck()),
    ],
)
def test_what_is_crossed_out_within_a_text_is_left_out_and_told(source: str, content: str | bytes) -> None:
    made = document(source, content)
    assert (made.text.strip(), made.left_out) == ("The fee is 12.", STRUCK_TOLD)


def test_what_is_crossed_out_in_the_page_of_a_mail_or_a_feed_is_told() -> None:
    mail = eml("Fee", "x").replace(b"text/plain", b"text/html").replace(b"\nx", b"\nThe fee is <s>10</s> 12.")
    assert document("a.eml", mail).text.endswith("\n\nThe fee is 12.\n\n")
    assert document("a.eml", mail).left_out == STRUCK_TOLD
    item = "<item><title>Fee</title><description>It is &lt;s>10&lt;/s> 12.</description></item>"
    feed = document("a.rss", f'<rss version="2.0"><channel><title>Port</title>{item}</channel></rss>')
    assert (feed.text, feed.left_out) == ("## Fee\n\nIt is 12.\n\n", STRUCK_TOLD)


def test_a_row_that_is_crossed_out_parts_no_table() -> None:
    cells = {"A1": "Berth", "B1": "Length", "A2": "Old", "B2": 90, "A3": "North", "B3": 120}
    for made in (
        document("a.xlsx", workbook("A2 B2", **cells)),
        document("a.xls", xls({"S": [["Berth", "Length"], [Struck("Old"), Struck("90")], ["North", 120]]})),
        document("a.ods", sheet('table:style-name="s"')),
    ):
        assert (made.text, made.left_out) == (f"{HEAD}| North | 120 |\n\n", STRUCK_TOLD)


def sheet(old: str) -> bytes:
    """An OpenDocument sheet with one row whose cells have a style."""
    styles = '<style:style style:name="s"><style:text-properties style:text-line-through-style="solid"/></style:style>'
    cell = "<table:table-cell {}><text:p>{}</text:p></table:table-cell>".format
    rows = (("", "Berth", "Length"), (old, "Old", "90"), ("", "North", "120"))
    made = "".join(f"<table:table-row>{cell(kind, a)}{cell(kind, b)}</table:table-row>" for kind, a, b in rows)
    automatic = f"<office:automatic-styles xmlns:style='urn:style'>{styles}</office:automatic-styles>"
    return odf(f'<table:table table:name="S">{made}</table:table>', "spreadsheet", automatic)


@pytest.mark.parametrize(
    ("source", "content"),
    [
        ("a.xlsx", workbook("A1 A2", A1="All is struck.", A2="")),
        ("a.xls", xls({"S": [[Struck("All is struck.")]]})),
        ("a.docx", docx("<w:p><w:r><w:rPr><w:strike/></w:rPr><w:t>All is struck.</w:t></w:r></w:p>")),
        ("a.rtf", "{\\rtf1 {\\strike All is struck.}\\par}"),
        ("a.html", "<p><del>All is struck.</del>"),
        ("a.md", "~~All is struck.~~"),
        ("a.org", "+All is struck.+"),
        ("a.adoc", "[line-through]#All is struck.#"),
        ("a.tex", "\\begin{document}\\sout{All is struck.}\\end{document}"),
    ],
)
def test_a_text_that_is_crossed_out_as_a_whole_is_read(source: str, content: str | bytes) -> None:
    made = document(source, content)
    assert (made.text.strip(), made.left_out) == ("All is struck.", ())


def test_what_is_crossed_out_in_a_shape_on_a_sheet_is_told() -> None:
    run = f'<x {A}><txBody><a:p><a:r><a:rPr strike="sngStrike"/><a:t>10</a:t></a:r></a:p></txBody></x>'
    book = zipped({**unzipped(xlsx({"S": [["Fee", 12.0]]})), **drawing_on_the_first_sheet(run)})
    assert document("a.xlsx", book).left_out == STRUCK_TOLD


def drawing_on_the_first_sheet(drawing: str) -> dict[str, str | bytes]:
    return {"xl/worksheets/_rels/sheet1.xml.rels": relations(("drawing", "d.xml")), "xl/worksheets/d.xml": drawing}


def test_code_and_fences_are_not_crossed_out() -> None:
    text = "Call `~~a~~`, 5 ~ 6 ~~ 7, \\~~b~~.\n\n~~~\n~~c~~\n~~~\n"
    made = document("a.md", text)
    assert (made.text, made.left_out) == (text, ())
