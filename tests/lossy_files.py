"""Small files that hold `KEPT` where readers lose text: hidden, beside the text, within pictures, badly written."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image as Picture
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from tests.compound_files import Struck, compound, msg, xls
from tests.file_makers import (
    A,
    P,
    R,
    W,
    assembled,
    docx,
    drawn,
    eml,
    epub,
    odf,
    paragraph,
    relations,
    saved,
    xlsx,
    zipped,
)

KEPT = "Quillfeather"
"""What each file holds in the place that it is made to try."""
TEXT = "The harbour of Veldt has four cranes."
C = 'xmlns:c="urn:c"'
WP = 'xmlns:wp="urn:wp"'
LARGE = 'cx="5400000" cy="3600000"'
"""The size of a picture of 15 by 10 cm, as Office counts."""


@dataclass(frozen=True, slots=True)
class LossyFile:
    """A file, what of it is easily lost, and the words of that; "" where it is none, but in a picture."""

    name: str
    what: str
    content: bytes
    words: str = KEPT

    @property
    def kind(self) -> str:
        """The suffix of its name."""
        return self.name.rpartition(".")[2]


def lossy_files() -> Iterator[LossyFile]:
    """All of them, kind by kind."""
    for make in (_word, _powerpoint, _excel, _opendocument, _rtf, _pdf, _pictures, _pages, _books, _mails, _calendars):
        yield from make()
    for make in (_feeds, _data, _marked_texts, _references, _texts, _archives):
        yield from make()


def _word() -> Iterator[LossyFile]:
    def file(what: str, body: str, **parts: str) -> LossyFile:
        return LossyFile("a.docx", what, docx(paragraph(TEXT) + body, parts))

    def run(inside: str) -> str:
        return f"<w:p><w:r>{inside}</w:r></w:p>"

    kept = paragraph(KEPT)
    picture = f"<w:drawing><wp:inline {WP}><wp:extent {{}}/><a:blip {A}/></wp:inline></w:drawing>"
    cell = "<w:tc><w:tcPr>{}</w:tcPr>{}</w:tc>".format
    yield file("text box", run(f"<w:txbxContent>{kept}</w:txbxContent>"))
    notes = "<w:{0}s {1}><w:{0} w:id='1'>{2}</w:{0}></w:{0}s>".format
    yield file("footnote", run('<w:footnoteReference w:id="1"/>'), footnotes=notes("footnote", W, kept))
    yield file("endnote", run('<w:endnoteReference w:id="1"/>'), endnotes=notes("endnote", W, kept))
    for edge in ("header", "footer"):
        body = f'<w:sectPr><w:{edge}Reference w:type="default" r:id="r2"/></w:sectPr>'
        yield file(edge, body, **{edge: f"<w:hdr {W}>{kept}</w:hdr>"})
    yield file("comment", "", comments=f'<w:comments {W}><w:comment w:id="1">{kept}</w:comment></w:comments>')
    deleted = f"<w:delText>{KEPT}</w:delText>"
    yield file("deleted text", f"<w:p><w:del><w:r>{deleted}</w:r></w:del></w:p>")
    yield file("hidden text", run(f"<w:rPr><w:vanish/></w:rPr><w:t>{KEPT}</w:t>"))
    yield file("struck text", run(f"<w:rPr><w:strike/></w:rPr><w:t>{KEPT}</w:t>"))
    yield file("embedded file", "", package=KEPT)
    wide = cell('<w:gridSpan w:val="2"/>', paragraph("4"))
    table = f"<w:tr>{cell('', kept)}{wide}</w:tr>"
    yield file("merged cells", f"<w:tbl>{table}</w:tbl>")
    axis = f"<c:chartSpace {C} {A}><c:valAx><c:title><a:t>{KEPT}</a:t></c:title></c:valAx></c:chartSpace>"
    yield file("title of an axis", run(f'<c:chart {C} r:id="r2"/>'), chart=axis)
    listed = (
        f'<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="x"/><w:listEntry w:val="{KEPT}"/></w:ddList>'
    )
    yield file("choice in a form", run(f'<w:fldChar w:fldCharType="begin">{listed}</w:ffData></w:fldChar>'))
    mark = f'<w:pict><v:shape xmlns:v="urn:v"><v:textpath string="{KEPT}"/></v:shape></w:pict>'
    yield file("watermark", run(mark))
    yield LossyFile("a.docx", "picture", docx(paragraph(TEXT) + run(picture.format(LARGE))), words="")


def _powerpoint() -> Iterator[LossyFile]:
    def shape(text: str, kind: str = "", properties: str = "") -> str:
        body = f"<p:txBody><a:p><a:r><a:rPr {properties}/><a:t>{text}</a:t></a:r></a:p></p:txBody>"
        return f"<p:sp><p:nvSpPr><p:nvPr>{kind}</p:nvPr></p:nvSpPr>{body}</p:sp>"

    def file(what: str, more: str, kind: str = "", part: str = "", shown: str = "", words: str = KEPT) -> LossyFile:
        ids = '<p:sldId id="256" r:id="r1"/><p:sldId id="257" r:id="r2"/>'
        tree = "<p:sld {}><p:cSld><p:spTree>{}</p:spTree></p:cSld></p:sld>".format
        files = {
            "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": f"<p:presentation {P} {R}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
            "ppt/_rels/presentation.xml.rels": relations(("slide", "one.xml"), ("slide", "two.xml")),
            "ppt/one.xml": tree(f"{P} {A} {R}", shape(TEXT)),
            "ppt/two.xml": tree(f"{P} {A} {R} {shown}", more),
            "ppt/_rels/two.xml.rels": relations((kind, "part.xml")) if kind else relations(),
            "ppt/part.xml": part,
        }
        return LossyFile("a.pptx", what, zipped(files), words)

    tree = f"<p:x {P} {A}><p:cSld><p:spTree>{{}}</p:spTree></p:cSld></p:x>".format
    yield file("notes", "", "notesSlide", tree(shape(KEPT, '<p:ph type="body"/>')))
    yield file("hidden slide", shape(KEPT), shown='show="0"')
    yield file("struck text", shape(KEPT, properties='strike="sngStrike"'))
    yield file("comment", "", "comments", f"<p:cmLst {P}><p:cm><p:text>{KEPT}</p:text></p:cm></p:cmLst>")
    yield file("footer", shape(KEPT, '<p:ph type="ftr"/>'))
    yield file("date that is written", shape(KEPT, '<p:ph type="dt"/>'))
    yield file("text of the layout", "", "slideLayout", tree(shape(KEPT)))
    yield file("embedded file", "", "oleObject", KEPT)
    picture = f"<p:pic><p:blipFill><a:blip/></p:blipFill><p:spPr><a:xfrm><a:ext {LARGE}/></a:xfrm></p:spPr></p:pic>"
    yield file("picture", picture, words="")
    cells = f'<a:tc><a:txBody><a:p><a:r><a:t>{KEPT}</a:t></a:r></a:p></a:txBody></a:tc><a:tc hMerge="1"/>'
    yield file("merged cells", f"<p:graphicFrame><a:tbl><a:tr>{cells}</a:tr></a:tbl></p:graphicFrame>")


def _excel() -> Iterator[LossyFile]:
    def file(what: str, write: Callable[[Worksheet], object], words: str = KEPT) -> LossyFile:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        for row in (("Berth", "Length", "Depth"), ("North", 120, 9), ("South", 80, 7)):
            sheet.append(row)
        write(sheet)
        made = io.BytesIO()
        book.save(made)
        return LossyFile("a.xlsx", what, made.getvalue(), words)

    def put(sheet: Worksheet, text: object = KEPT) -> None:
        sheet["D2"] = text

    def hide(dimension: str) -> Callable[[Worksheet], None]:
        def write(sheet: Worksheet) -> None:
            put(sheet)
            getattr(sheet, dimension)["D" if dimension.startswith("column") else 2].hidden = True

        return write

    def hidden_sheet(sheet: Worksheet) -> None:
        other = sheet.parent.create_sheet("Old")
        put(other)
        other.sheet_state = "hidden"

    def merged(sheet: Worksheet) -> None:
        put(sheet)
        sheet.merge_cells("D2:D3")

    def comment(sheet: Worksheet) -> None:
        sheet["A2"].comment = Comment(KEPT, "Ann Orr")

    def chart(sheet: Worksheet) -> None:
        made = BarChart()
        made.title = KEPT
        made.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
        sheet.add_chart(made)

    def picture(sheet: Worksheet) -> None:
        sheet.add_image(Picture(io.BytesIO(saved(drawn(f"{KEPT} keeps the harbour"), "PNG"))))

    yield file("hidden sheet", hidden_sheet)
    yield file("hidden row", hide("row_dimensions"))
    yield file("hidden column", hide("column_dimensions"))
    yield file("merged cells", merged)
    yield file("formula without a value", lambda sheet: put(sheet, f'=CONCATENATE("{KEPT}")'))
    yield file("comment", comment)

    def struck(sheet: Worksheet) -> None:
        put(sheet)
        sheet["D2"].font = Font(strike=True)

    yield file("struck text", struck)
    yield file("title of a chart", chart)
    yield file("header of the page", lambda sheet: setattr(sheet.oddHeader.center, "text", KEPT))
    yield file("footer of the page", lambda sheet: setattr(sheet.oddFooter.left, "text", KEPT))
    yield file("picture", picture, words="")
    yield LossyFile(
        "a.xlsx", "further sheet", xlsx({"Berths": [["Berth"]], "Keepers": [["Berth", "Keeper"], ["North", KEPT]]})
    )
    yield LossyFile("a.xls", "text of a cell", xls({"Berths": [["Berth", "Keeper"], ["North", KEPT]]}))
    crossed_out = [["Berth", "Keeper"], ["North", Struck(KEPT)]]
    yield LossyFile("a.xls", "struck text", xls({"Berths": crossed_out}))
    yield LossyFile("a.xls", "comment", xls({"Berths": [["Berth", "Keeper"], ["North", 4]]}, {(1, 0): KEPT}))
    yield LossyFile("a.xls", "text box", xls({"Berths": [["Berth", "Keeper"], ["North", 4]]}, box=KEPT))
    yield LossyFile("a.xls", "footer of the page", xls({"Berths": [["Berth", "Keeper"], ["North", 4]]}, footer=KEPT))
    yield LossyFile("a.csv", "more cells than heads", f"Berth,Length\nNorth,120\nSouth,80,{KEPT}\n".encode())
    yield LossyFile("a.csv", "stray byte", f"Berth,Keeper\nNorth,J\u00fcrgen {KEPT}\u00fc\n".encode("cp1252"))
    yield LossyFile("a.csv", "line above the heads", f"{KEPT}\n\nBerth,Length\nNorth,120\nSouth,80\n".encode())


def _opendocument() -> Iterator[LossyFile]:
    text = f"<text:p>{TEXT}</text:p>"
    kept = f"<text:p>{KEPT}</text:p>"
    styled = '<style:style style:name="h"><style:text-properties {}/></style:style>'.format
    styles = "<office:automatic-styles xmlns:style='urn:style'>{}</office:automatic-styles>".format
    marked = f'<text:p><text:span text:style-name="h">{KEPT}</text:span></text:p>'
    frame = "<text:p><draw:frame {}>{}</draw:frame></text:p>".format

    def file(what: str, body: str, made: str = "", suffix: str = "odt", words: str = KEPT) -> LossyFile:
        kind = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}[suffix]
        return LossyFile(f"a.{suffix}", what, odf(body, kind, made), words)

    yield file("text box", text + frame("", f"<draw:text-box>{kept}</draw:text-box>"))
    yield file("footnote", f"<text:p>{TEXT}<text:note><text:note-body>{kept}</text:note-body></text:note></text:p>")
    yield file("comment", f"<text:p>{TEXT}<office:annotation>{kept}</office:annotation></text:p>")
    region = f"<text:changed-region><text:deletion>{kept}</text:deletion></text:changed-region>"
    yield file("deleted text", f"<text:tracked-changes>{region}</text:tracked-changes>{text}")
    yield file("hidden text", text + marked, styles(styled('text:display="none"')))
    yield file("struck text", text + marked, styles(styled('style:text-line-through-style="solid"')))
    form = '<office:forms xmlns:form="urn:form"><form:form><form:text {}/></form:form></office:forms>'.format
    yield file("value in a form", form(f'form:label="Name" form:current-value="{KEPT}"') + text)
    yield file("embedded file", text + frame("", '<draw:object-ole xlink:href="./Object 1" xmlns:xlink="urn:xlink"/>'))
    svg = 'xmlns:svg="urn:svg" svg:width="15cm" svg:height="10cm"'
    yield file("picture", text + frame(svg, "<draw:image/>"), words="")
    cell = f"<table:table-cell>{text}</table:table-cell>"
    sheet = "<table:table table:name='A'>{}<table:table-row>{}</table:table-row></table:table>".format
    boxed = f"<table:shapes><draw:frame><draw:text-box>{kept}</draw:text-box></draw:frame></table:shapes>"
    yield file("text box", sheet(boxed, cell * 2), suffix="ods")
    noted = f"<table:table-cell><office:annotation>{kept}</office:annotation>{text}</table:table-cell>"
    yield file("comment", sheet("", noted * 2), suffix="ods")
    formula = f'<table:table-cell table:formula="of:={KEPT}"/>'
    yield file("formula without a value", sheet("", cell + formula), suffix="ods")
    page = "<draw:page {}><draw:frame><draw:text-box>{}</draw:text-box></draw:frame>{}</draw:page>".format
    yield file("notes", page("", text, f"<presentation:notes>{frame('', kept)}</presentation:notes>"), suffix="odp")
    off = '<style:style style:name="h"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>'
    yield file("hidden slide", page("", text, "") + page('draw:style-name="h"', kept, ""), styles(off), "odp")


def _rtf() -> Iterator[LossyFile]:
    def file(what: str, code: str, words: str = KEPT) -> LossyFile:
        return LossyFile("a.rtf", what, f"{{\\rtf1\\ansi {TEXT}\\par {code}}}".encode(), words)

    yield file("footnote", f"Four{{\\footnote {KEPT}}}\\par")
    yield file("header", f"{{\\header {KEPT}\\par}}")
    yield file("text box", f"{{\\shp{{\\*\\shpinst{{\\shptxt {KEPT}\\par}}}}}}")
    yield file("comment", f"{{\\*\\annotation {KEPT}}}")
    yield file("deleted text", f"{{\\deleted {KEPT}}}\\par")
    yield file("hidden text", f"{{\\v {KEPT}}}\\par")
    yield file("struck text", f"{{\\strike {KEPT}}}\\par")
    yield file("embedded file", "{\\object\\objemb{\\*\\objdata 01050000}}")
    yield file("picture", "{\\pict\\pngblip\\picwgoal8504\\pichgoal5669 89504e47}", words="")


def _pdf() -> Iterator[LossyFile]:
    def file(
        what: str, entries: str = "", root: str = "", *objects: bytes, drawing: str = "", words: str = KEPT
    ) -> LossyFile:
        lines = " ".join(f"BT /F1 12 Tf 72 {780 - 14 * row} Td ({TEXT}) Tj ET" for row in range(12))
        stream = f"{lines} {drawing}".encode()
        made = [
            f"<< /Type /Catalog /Pages 2 0 R {root} >>".encode(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            f"/Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >> {entries} >>".encode(),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            *objects,
        ]
        return LossyFile("a.pdf", what, assembled(made, b"/Root 1 0 R"), words)

    note = f"<< /Type /Annot /Subtype /Text /Rect [300 70 320 90] /Contents ({KEPT}) >>".encode()
    yield file("comment", "/Annots [6 0 R]", "", note)
    field = f"<< /Type /Annot /Subtype /Widget /FT /Tx /T (n) /V ({KEPT}) /Rect [30 60 430 80] >>".encode()
    yield file("value in a form", "/Annots [7 0 R]", "/AcroForm 6 0 R", b"<< /Fields [7 0 R] >>", field)
    held = KEPT.encode()
    yield file(
        "embedded file",
        "",
        "/Names << /EmbeddedFiles 6 0 R >>",
        b"<< /Names [(a) 7 0 R] >>",
        b"<< /Type /Filespec /F (annex.txt) /EF << /F 8 0 R >> >>",
        b"<< /Type /EmbeddedFile /Length %d >>\nstream\n%s\nendstream" % (len(held), held),
    )
    words = drawn(f"{KEPT} keeps the harbour")
    picture = words.convert("L")
    kind = f"/Width {picture.width} /Height {picture.height} /ColorSpace /DeviceGray /BitsPerComponent 8"
    content = picture.tobytes()
    image = b"<< /Subtype /Image %s /Length %d >>\nstream\n%s\nendstream" % (kind.encode(), len(content), content)
    yield file("picture on a page with text", "", "", image, drawing="q 400 0 0 300 72 72 cm /X Do Q", words="")
    scan = io.BytesIO()
    words.save(scan, "PDF", resolution=216)
    yield LossyFile("a.pdf", "scanned page", scan.getvalue())
    pages = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R 6 0 R] /Count 2 >>"]
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
    page += b"/Resources << /Font << /F1 5 0 R >> >> >>"
    shown = f"BT /F1 12 Tf 72 720 Td ({TEXT}) Tj ET".encode()
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown)
    broken = assembled([*pages, page, stream, font, b"<< /Type /Font >>"], b"/Root 1 0 R")
    yield LossyFile("a.pdf", "damaged page", broken, words="")


def _pictures() -> Iterator[LossyFile]:
    for suffix in ("png", "jpg", "tiff", "webp"):
        kind = {"jpg": "JPEG"}.get(suffix, suffix.upper())
        yield LossyFile(f"a.{suffix}", "text", saved(drawn(f"{KEPT} keeps the harbour"), kind))
    yield LossyFile("a.png", "picture without text", saved(drawn(), "PNG"), words="")


def _pages() -> Iterator[LossyFile]:
    def file(what: str, body: str, head: str = "") -> LossyFile:
        return LossyFile("a.html", what, f"<html><head>{head}</head><body><p>{TEXT}</p>{body}</body></html>".encode())

    yield file("folded part", f"<details><summary>Who keeps it?</summary><p>{KEPT}</p></details>")
    things = json.dumps({"@type": "Person", "name": KEPT, "description": f"{KEPT} keeps the harbour."})
    yield file("text in JSON-LD alone", "", f'<script type="application/ld+json">{things}</script>')
    state = {
        "props": {"page": {"title": "The keeper", "body": f"<p>{KEPT} has kept the harbour of Veldt since May.</p>"}}
    }
    script = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script>'
    yield file("text in a script's data alone", script)
    yield file("struck text", f"<p>Kept by <s>{KEPT}</s> Ann.</p>")
    yield file("value in a form", f'<form><label>Name</label> <input type="text" value="{KEPT}"></form>')
    yield file("text typed into a form", f"<form><textarea>{KEPT}</textarea></form>")
    chosen = f"<select><option>x</option><option selected>{KEPT}</option></select>"
    yield file("choice in a form", f"<form><label>Name</label> {chosen}</form>")
    yield file("merged cells", f"<table><tr><td rowspan=2>{KEPT}<td>1<tr><td>2</table>")
    yield file("deep nesting", "<div>" * 400 + f"<p>{KEPT}</p>" + "</div>" * 400)
    yield file("text in a drawing", f"<svg><text>{KEPT}</text></svg>")
    yield file("page within the page", f"<iframe srcdoc='&lt;p&gt;{KEPT}&lt;/p&gt;'></iframe>")


def _books() -> Iterator[LossyFile]:
    text = f"<html><body><p>{TEXT}</p></body></html>"
    note = f'<aside epub:type="footnote"><p>{KEPT}</p></aside>'
    yield LossyFile("a.epub", "note", epub(text, f"<html><body><p>Four.</p>{note}</body></html>"))
    picture = '<html><body><img src="page.png"/></body></html>'
    yield LossyFile("a.epub", "chapter that is a picture", epub(text, text, picture), words="")


def _mails() -> Iterator[LossyFile]:
    head = "From: Ann Orr <ann@orr.example>\nSubject: Cranes\nMIME-Version: 1.0\n"

    def parts(kind: str, *inside: str) -> str:
        return (
            f'Content-Type: multipart/{kind}; boundary="{kind}"\n\n'
            + "".join(f"--{kind}\n{one}\n" for one in inside)
            + f"--{kind}--\n"
        )

    def part(kind: str, text: str, more: str = "") -> str:
        return f"Content-Type: {kind}\n{more}\n{text}\n"

    plain = part("text/plain", TEXT)
    event = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:{}\nDTSTART:20310304T090000Z\nEND:VEVENT\nEND:VCALENDAR"
    yield LossyFile("a.eml", "attached text", eml("Cranes", TEXT, {"a.txt": KEPT.encode()}))
    yield LossyFile("a.eml", "attached file of an unread format", eml("Cranes", TEXT, {"a.dwg": KEPT.encode()}))
    inner = part("message/rfc822", f"Subject: Keeper\n\n{KEPT}\n")
    yield LossyFile("a.eml", "forwarded mail", (head + parts("mixed", plain, inner)).encode())
    said = " ".join(
        f"{KEPT} keeps the north pier, the south pier, two locks and four cranes in the harbour of Veldt.".split()
    )
    stub = parts("alternative", part("text/plain", "Your program shows no HTML."), part("text/html", f"<p>{said}</p>"))
    yield LossyFile("a.eml", "HTML beside a stub", (head + stub).encode())
    invited = parts("mixed", plain, part("text/calendar", event.format(KEPT)))
    yield LossyFile("a.eml", "invitation", (head + invited).encode())
    broken = parts("mixed", plain, part("text/calendar", f"BEGIN:VEVENT\n{KEPT}"))
    yield LossyFile("a.eml", "broken invitation", (head + broken).encode())
    picture = part(
        "image/png",
        "iVBORw0KGgo" * 1_500,
        'Content-ID: <a>\nContent-Transfer-Encoding: base64\nContent-Disposition: inline; filename="plan.png"\n',
    )
    related = parts("related", part("text/html", f'<p>{TEXT}</p><img src="cid:a">'), picture)
    shown = parts("alternative", plain, related)
    yield LossyFile("a.eml", "picture within the text", (head + shown).encode(), words="")
    coded = part("text/rtf", f"{{\\rtf1\\ansi{{\\b {KEPT}}} keeps it.\\par}}")
    yield LossyFile("a.eml", "text in RTF", (head + parts("mixed", plain, coded)).encode())
    line = "From ann@orr.example Fri May 31 10:00:00 2024\n"
    box = f"{line}{eml('Cranes', TEXT).decode()}\n{line}{eml('Keeper', KEPT).decode()}"
    yield LossyFile("a.mbox", "second mail", box.encode())
    yield LossyFile("a.msg", "attached text", msg("Cranes", "Ann Orr", TEXT, {"a.txt": KEPT.encode()}))
    streams = {"0037": "Cranes", "1000": TEXT, "001A": "IPM.Appointment"}
    meeting = {f"__substg1.0_{tag}001F": text.encode("utf-16-le") for tag, text in streams.items()}
    yield LossyFile("a.msg", "time of an appointment", compound(meeting), words="")


def _calendars() -> Iterator[LossyFile]:
    def file(what: str, line: str, words: str = KEPT) -> LossyFile:
        event = f"BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Inspection\r\n{line}\r\nEND:VEVENT"
        made = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{event}\r\nEND:VCALENDAR\r\n"
        return LossyFile("a.ics", what, made.encode(), words)

    for name in ("DESCRIPTION", "LOCATION", "COMMENT", "CONTACT", "CATEGORIES"):
        yield file(name.lower(), f"{name}:{KEPT}")
    yield file(
        "day that is left out",
        "DTSTART:20310304T090000\r\nRRULE:FREQ=DAILY\r\nEXDATE:20310305T090000",
        words="Not: 5 March 2031",
    )
    yield file("broken date", "DTSTART:on Tuesday", words="")


def _feeds() -> Iterator[LossyFile]:
    def file(what: str, channel: str, *items: str) -> LossyFile:
        entries = "".join(
            f"<item>{item}</item>" for item in items or (f"<title>Cranes</title><description>{TEXT}</description>",)
        )
        itunes = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
        made = f'<rss version="2.0" {itunes}><channel><title>Harbour</title>{channel}{entries}</channel></rss>'
        return LossyFile("a.rss", what, made.encode())

    item = "<guid>1</guid><title>{}</title><description>{}</description>".format
    yield file("entry with the guid of another", "", item("Cranes", TEXT), item("Keeper", KEPT))
    yield file("what the feed says of itself", f"<description>{KEPT}</description>")
    yield file("author of a podcast", f"<itunes:author>{KEPT}</itunes:author>")
    yield file("author of an episode", "", f"<title>One</title><itunes:author>{KEPT}</itunes:author>")
    yield file("subjects", "", f"<title>One</title><category>{KEPT}</category>")


def _data() -> Iterator[LossyFile]:
    yield LossyFile("a.json", "name that stands twice", f'{{"keeper": "{KEPT}", "keeper": "Ann"}}'.encode())
    yield LossyFile("a.jsonl", "broken line", f'{{"a": 1}}\n{{"a": 2}}\n{{"a": "{KEPT}"\n'.encode())

    def notebook(what: str, *cells: object, words: str = KEPT) -> LossyFile:
        first = {"cell_type": "markdown", "source": TEXT}
        return LossyFile("a.ipynb", what, json.dumps({"cells": [first, *cells]}).encode(), words)

    def output(**more: object) -> object:
        return {"cell_type": "code", "source": "1", "outputs": [more]}

    yield notebook("printed output", output(output_type="stream", name="stdout", text=[KEPT]))
    yield notebook("picture that came out", output(output_type="display_data", data={"image/png": "x"}), words="")
    attached = {
        "cell_type": "markdown",
        "source": "![](attachment:a.png)",
        "attachments": {"a.png": {"image/png": "x"}},
    }
    yield notebook("attached picture", attached, words="")
    yield LossyFile("a.xml", "attribute", f'<berths><berth keeper="{KEPT}"/><berth keeper="Ann"/></berths>'.encode())
    yield LossyFile("a.xml", "entity", f'<!DOCTYPE a [<!ENTITY who "{KEPT}">]><a><b>x</b><b>&who;</b></a>'.encode())


def _marked_texts() -> Iterator[LossyFile]:
    def file(suffix: str, what: str, text: str) -> LossyFile:
        return LossyFile(f"a.{suffix}", what, f"{TEXT}\n\n{text}\n".encode())

    yield LossyFile(
        "a.md", "further field of the front matter", f"---\ntitle: A\nkeeper: {KEPT}\n---\n{TEXT}\n".encode()
    )
    yield file("md", "footnote", f"Four.[^1]\n\n[^1]: {KEPT}")
    yield file("org", "file that is included", f"#+INCLUDE: {KEPT}.org")
    yield file("org", "further keyword", f"#+SUBTITLE: {KEPT}")
    yield file("org", "drawer", f"* Berth\n:PROPERTIES:\n:KEEPER: {KEPT}\n:END:")
    yield file("org", "day of a task", f"* TODO Paint\nDEADLINE: <2031-03-04> {KEPT}")
    yield file("adoc", "file that is included", f"include::{KEPT}.adoc[]")
    yield file("adoc", "passed-through text", f"++++\n<p>{KEPT}</p>\n++++")
    yield file("rst", "file that is included", f".. include:: {KEPT}.rst")
    yield file("tex", "file that is included", f"\\input{{{KEPT}}}")
    yield file("tex", "references", f"\\bibliography{{{KEPT}}}")
    yield file("tex", "command of its own", f"\\newcommand{{\\keeper}}{{{KEPT}}}\n\nKept by \\keeper.")
    yield file("tex", "footnote", f"Four.\\footnote{{{KEPT}}}")


def _references() -> Iterator[LossyFile]:
    yield LossyFile("a.bib", "broken entry", f"@book{{a, title={{{TEXT}}}}}\n@book{{b, title={{{KEPT}}}\n".encode())
    yield LossyFile("a.ris", "entry without a type", f"TY  - BOOK\nTI  - A\nER  - \nTI  - {KEPT}\nER  - \n".encode())


def _texts() -> Iterator[LossyFile]:
    yield LossyFile(
        "a.txt", "stray byte behind a byte order mark", b"\xef\xbb\xbf" + f"F\u00fcr {KEPT}: ".encode() + b"5 \x80."
    )
    yield LossyFile("a.txt", "half of a character", "Veldt \u20ac".encode("utf-16")[:-1] + b"\xd8 \x00.\x00", words="")
    yield LossyFile("a.txt", "character that was lost before", f"The {KEPT}\ufffd keeps it.".encode(), words="")
    cue = "{}\n00:00:0{},000 --> 00:00:0{},000\n{}\n"
    first = cue.format(1, 1, 2, TEXT)
    yield LossyFile(
        "a.srt", "blank line within a subtitle", f"{first}\n{KEPT} keeps it.\n\n{cue.format(2, 3, 4, 'So.')}".encode()
    )
    broken = f"2\n00:00:3,000 -> 00:00:04,000\n{KEPT}\n"
    yield LossyFile("a.srt", "broken time", f"{first}\n{broken}".encode())


def _archives() -> Iterator[LossyFile]:
    text = {"a.txt": TEXT}
    yield LossyFile("a.zip", "archive within it", zipped({**text, "b.zip": zipped({"c.txt": KEPT})}))
    yield LossyFile("a.zip", "file of an unread format", zipped({**text, "b.dwg": KEPT}))
    content = bytearray(zipped({**text, "b.txt": KEPT}))
    content[content.rindex(b"PK\1\2") + 8] |= 1
    yield LossyFile("a.zip", "encrypted file", bytes(content))
