"""Small files of each format, written byte by byte, so that tests need no program that writes them."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage

import openpyxl
from PIL import Image, ImageDraw, ImageFont

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
HEADING = '<w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
PROPERTIES = "<c><title>Harbour report</title><creator>Ann Orr</creator><created>2024-05-31T10:00</created></c>"
FONT = ImageFont.load_default(36)
PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
"""What the PDF format fills passwords up with."""


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def relations(*targets: tuple[str, str]) -> str:
    """A list of relations: kind and target; their ids are r1, r2 and so on."""
    lines = [f'<R Id="r{i}" Type="{KINDS}{kind}" Target="{to}"/>' for i, (kind, to) in enumerate(targets, 1)]
    return f"<Rs>{''.join(lines)}</Rs>"


def docx(body: str, parts: Mapping[str, str] | None = None) -> bytes:
    """A Word document with this body, in WordprocessingML; the style H1 is a heading's.

    Further ``parts`` are by their kinds; the ids of their relations are r2, r3 and so on.
    """
    further = parts or {}
    return zipped(
        {f"word/{kind}.xml": part for kind, part in further.items()}
        | {
            "_rels/.rels": relations(("officeDocument", "word/document.xml"), ("core-properties", "core.xml")),
            "core.xml": PROPERTIES,
            "word/_rels/document.xml.rels": relations(
                ("styles", "styles.xml"), *((kind, f"{kind}.xml") for kind in further)
            ),
            "word/document.xml": f"<w:document {W} {R}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": f"<w:styles {W}>{HEADING}</w:styles>",
        }
    )


def paragraph(text: str, style: str = "") -> str:
    """A paragraph of a Word document."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def pptx(*slides: tuple[str, str]) -> bytes:
    """A presentation of slides with a title and a text each; the text stands before the title in the file."""
    names = [f"slides/slide{number}.xml" for number in range(1, len(slides) + 1)]
    ids = "".join(f'<p:sldId id="{255 + i}" r:id="r{i}"/>' for i in range(1, len(slides) + 1))
    files: dict[str, str | bytes] = {
        "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f"<p:presentation {P} {R}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(*(("slide", name) for name in names)),
    }
    for name, (title, text) in zip(names, slides, strict=True):
        shapes = _shape("", text) + _shape('<p:ph type="title"/>', title)
        files[f"ppt/{name}"] = f"<p:sld {P} {A}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
    return zipped(files)


def _shape(kind: str, text: str) -> str:
    body = f"<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody>"
    return f"<p:sp><p:nvSpPr><p:nvPr>{kind}</p:nvPr></p:nvSpPr>{body}</p:sp>"


def pdf(pages: Sequence[Sequence[str]], password: str = "", drawing: str = "") -> bytes:
    """A PDF of pages with these lines, and a drawing on each in PDF's own operators.

    With a password it is encrypted by RC4 with 40 bits (PDF 32000-1:2008, 7.6).
    """
    identity = b"0123456789abcdef"
    user = (password.encode() + PADDING)[:32]
    owner = _rc4(hashlib.md5(user).digest()[:5], user)
    key = hashlib.md5(user + owner + (0xFFFFFFFC).to_bytes(4, "little") + identity).digest()[:5]
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for index, lines in enumerate(pages):
        number = 5 + 2 * index
        shown = " ".join(f"({line}) Tj 0 -14 Td" for line in lines)
        stream = f"{drawing} BT /F1 12 Tf 72 720 Td {shown} ET".encode("cp1252")
        if password:
            stream = _rc4(hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[:10], stream)
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {number} 0 R /Resources "
        objects.append(page.encode() + b"<< /Font << /F1 3 0 R >> >> >>")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    trailer = b"/Root 1 0 R"
    if password:
        entry = f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{owner.hex()}> /U <{_rc4(key, PADDING).hex()}> >>"
        objects.append(entry.encode())
        named = identity.hex().encode()
        trailer += b" /Encrypt %d 0 R /ID [<%s> <%s>]" % (len(objects), named, named)
    return assembled(objects, trailer)


def assembled(objects: Sequence[bytes], trailer: bytes) -> bytes:
    """A PDF of these objects."""
    made = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return bytes(made) + b"trailer << /Size %d %s >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, start)


def _rc4(key: bytes, content: bytes) -> bytes:
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    made = bytearray()
    i = j = 0
    for byte in content:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        made.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(made)


def odf(body: str, kind: str = "text", styles: str = "") -> bytes:
    """An OpenDocument file with this body; its kind is text, spreadsheet or presentation."""
    spaces = " ".join(f'xmlns:{name}="urn:{name}"' for name in ("office", "text", "table", "draw", "presentation", "x"))
    inside = f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    return zipped({"content.xml": f"<office:document-content {spaces}>{styles}{inside}</office:document-content>"})


def ods(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """An OpenDocument workbook of these sheets."""
    made = ""
    for name, rows in sheets.items():
        cells = ["".join(f"<table:table-cell><text:p>{c}</text:p></table:table-cell>" for c in row) for row in rows]
        lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
        made += f'<table:table table:name="{name}">{lines}</table:table>'
    return odf(made, "spreadsheet")


def odp(*slides: tuple[str, str], notes: str = "") -> bytes:
    """An OpenDocument presentation of slides with a title and a text each, and a speaker's notes on every one."""
    box = "<draw:frame{}><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>".format
    spoken = f"<presentation:notes>{box('', notes)}</presentation:notes>" if notes else ""
    pages = (box(' presentation:class="title"', title) + box("", text) + spoken for title, text in slides)
    return odf("".join(f"<draw:page>{page}</draw:page>" for page in pages), "presentation")


def xlsx(sheets: Mapping[str, Sequence[Sequence[str | float | None]]]) -> bytes:
    """An Excel workbook of these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def epub(*chapters: str) -> bytes:
    """A book of chapters, in XHTML."""
    numbers = range(1, len(chapters) + 1)
    items = "".join(f'<item id="c{number}" href="c{number}.html"/>' for number in numbers)
    spine = "".join(f'<itemref idref="c{number}"/>' for number in numbers)
    files = {
        "META-INF/container.xml": '<c><rootfile full-path="book.opf"/></c>',
        "book.opf": f"<p><metadata/><manifest>{items}</manifest><spine>{spine}</spine></p>",
    }
    return zipped(files | {f"c{number}.html": chapter for number, chapter in zip(numbers, chapters, strict=True)})


def eml(subject: str, body: str, attachments: Mapping[str, bytes] | None = None) -> bytes:
    """A mail with these attachments."""
    message = EmailMessage()
    message["From"], message["Subject"] = "Ann Orr <ann@orr.example>", subject
    message.set_content(body)
    for name, content in (attachments or {}).items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


PlacedLine = tuple[float, float, str] | tuple[float, float, str, float] | tuple[float, float, str, float, str]


def placed(*pages: Sequence[PlacedLine]) -> bytes:
    """A PDF of pages of A4 with lines each at an offset from the left and from below, in points, drawn in this order.

    A line may have a size, 12 by default, and a font: F1 (Helvetica), F2 (Helvetica-Bold), or F3, whose letters are
    of any script and all as wide as they are high.
    """
    kids = " ".join(f"{8 + 2 * index} 0 R" for index in range(len(pages)))
    map_lines = "\n".join(f"<{high:02x}00> <{high:02x}ff> <{high:02x}00>" for high in range(256))
    unicode_map = f"1 begincodespacerange <0000> <ffff> endcodespacerange 256 beginbfrange {map_lines} endbfrange"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /Identity-H /DescendantFonts [6 0 R] "
        b"/ToUnicode 7 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Any /DW 1000 "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(unicode_map), unicode_map.encode()),
    ]
    for index, lines in enumerate(pages):
        stream = b"".join(_line_at(*line) for line in lines)
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {9 + 2 * index} 0 R /Resources "
        objects.append(page.encode() + b"<< /Font << /F1 3 0 R /F2 4 0 R /F3 5 0 R >> >> >>")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    return assembled(objects, b"/Root 1 0 R")


def _line_at(left: float, below: float, text: str, size: float = 12, font: str = "F1") -> bytes:
    shown = text.encode("utf-16-be" if font == "F3" else "cp1252").hex()
    return f"BT /{font} {size} Tf {left} {below} Td <{shown}> Tj ET\n".encode()


def drawn(*lines: str) -> Image.Image:
    """A picture of these lines; of a wide one the shorter side would be enlarged to this before it is read."""
    picture = Image.new("RGB", (840, 740), "white")
    for row, line in enumerate(lines):
        ImageDraw.Draw(picture).text((50, 60 + 60 * row), line, fill="black", font=FONT)
    return picture


def saved(picture: Image.Image, kind: str) -> bytes:
    """The picture as a file of this format."""
    made = io.BytesIO()
    picture.save(made, kind)
    return made.getvalue()
