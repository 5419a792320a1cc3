"""The text that is made of a file has a limit, which is kept while it is made; and what is said of it is kept short."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from pathlib import Path

import pytest

from assistant.errors import ReadError
from assistant.indexing.reading_ahead import ReadingProcesses
from assistant.reading import read, reader_for
from assistant.reading.files import FileToRead
from assistant.reading.limits import Limits, Options
from assistant.types import Document
from tests.file_makers import docx, epub, odf, ods, paragraph, pdf, pptx, xlsx, zipped

LONG = "Four cranes stand by the water. " * 200
GROWS = "grows out of all proportion to its size"
MEGABYTE = "<p>" + "Four cranes. " * 80_000 + "</p>"


def document(source: str, content: bytes, **limits: int) -> Document:
    return read(reader_for(source), source, content, Options(Limits(**limits)))


def refusal(source: str, content: bytes, **limits: int) -> str:
    with pytest.raises(ReadError) as caught:
        document(source, content, **limits)
    return str(caught.value)


def part(content: bytes, name: str, change: tuple[str, str]) -> bytes:
    """The archive with one of its files changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    assert change[0] in files[name].decode()
    return zipped({**files, name: files[name].decode().replace(*change)})


def repeating_sheet(rows: int) -> bytes:
    cell = f'<table:table-cell table:number-columns-repeated="100"><text:p>{LONG}</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="100">{cell}</table:table-row>'
    space = 'xmlns:table="urn:t" xmlns:text="urn:x" xmlns:office="urn:o"'
    table = f'<table:table table:name="A">{row * rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    return zipped({"content.xml": f"<office:document-content {space}>{body}</office:document-content>"})


class TestTextThatGrows:
    def test_rows_and_cells_that_repeat(self, tmp_path: Path) -> None:
        content = repeating_sheet(5)
        path = tmp_path / "a.ods"
        path.write_bytes(content)
        with ReadingProcesses(1) as processes:
            found = processes.read(FileToRead("a.ods", path, len(content)))
        assert found.document is None
        assert GROWS in found.reason
        assert "Split the file, or raise CITEWELL_LIMIT_RATIO and sync again." in found.reason

    def test_the_limit_on_characters_is_told_with_what_to_do(self) -> None:
        told = refusal("a.ods", repeating_sheet(5), ratio=10**9)
        assert told == (
            "The file holds a text of more than 100,000,000 characters; at most 100,000,000 are read. "
            "Split the file, or raise CITEWELL_LIMIT_TEXT_CHARACTERS and sync again."
        )

    def test_a_shared_string_in_many_cells(self) -> None:
        rows = "".join(
            f"<row r='{n}'><c r='A{n}' t='s'><v>0</v></c><c r='B{n}' t='s'><v>0</v></c></row>" for n in range(1, 900)
        )
        with zipfile.ZipFile(io.BytesIO(xlsx({"A": [["x", "y"]]}))) as archive:
            files = {one: archive.read(one).decode() for one in archive.namelist()}
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
        listed, name, strings = "[Content_Types].xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
        if strings not in files:
            named = f'<Override PartName="/{strings}" ContentType="{kind}"/></Types>'
            files[listed] = files[listed].replace("</Types>", named)
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        files[strings] = f'<sst xmlns="{main}"><si><t>{LONG}</t></si></sst>'
        files[name] = re.sub(r"<sheetData>.*</sheetData>", f"<sheetData>{rows}</sheetData>", files[name])
        assert GROWS in refusal("a.xlsx", zipped(files))

    def test_objects_of_many_names_are_no_table_of_empty_cells(self) -> None:
        content = json.dumps([{f"name{n}": n} for n in range(20_000)]).encode()
        found = document("a.json", content)
        assert found.text.startswith("- 1 \u203a name0: 0\n- 2 \u203a name1: 1\n")
        assert len(found.text) < 1_000_000

    def test_a_table_of_few_values_and_many_columns(self) -> None:
        wide = ",".join(f"c{n}" for n in range(20_000)) + "\n" + "x\n" * 1_600
        assert GROWS in refusal("a.csv", wide.encode())

    def test_a_cell_that_spans_rows(self) -> None:
        cell = f'<tr><td rowspan="200">{LONG * 10}</td><td>x</td></tr>'
        page = f"<body><table><tr><th>a</th><th>b</th></tr>{(cell + '<tr><td>y</td></tr>' * 199) * 3}</table></body>"
        assert GROWS in refusal("a.html", page.encode(), ratio=20)

    def test_names_that_lead_to_many_values(self) -> None:
        content = json.dumps({"k" * 20_000: {str(n): [n, None] for n in range(2_000)}}).encode()
        assert GROWS in refusal("a.json", content)

    def test_text_boxes_within_one_another_are_read_once(self) -> None:
        inner = "<text:p>Four stand.</text:p>"
        for _ in range(30):
            inner = f"<text:p><draw:frame><draw:text-box>{inner}</draw:text-box></draw:frame></text:p>"
        assert document("a.odt", odf(inner)).text == "Four stand.\n\n"

    @pytest.mark.parametrize(
        ("source", "content"),
        [
            ("a.txt", LONG.encode()),
            ("a.md", LONG.encode()),
            ("a.html", f"<body><p>{LONG}</p></body>".encode()),
            ("a.docx", docx(paragraph(LONG))),
            ("a.pptx", pptx(("Cranes", LONG))),
            ("a.xlsx", xlsx({"A": [["x", LONG], ["y", "z"]]})),
            ("a.ods", ods({"A": [["x", LONG], ["y", "z"]]})),
            ("a.odt", odf(f"<text:p>{LONG}</text:p>")),
            ("a.epub", epub(f"<p>{LONG}</p>")),
            ("a.csv", f"a,b\n{LONG},x\n".encode()),
            ("a.json", json.dumps({"a": LONG}).encode()),
            ("a.jsonl", json.dumps({"a": LONG}).encode()),
            ("a.ipynb", json.dumps({"cells": [{"cell_type": "markdown", "source": LONG}]}).encode()),
            ("a.rtf", f"{{\\rtf1 {LONG}}}".encode()),
            ("a.eml", f"From: a@b.example\n\n{LONG}".encode()),
        ],
    )
    def test_every_reader_keeps_the_limit(self, source: str, content: bytes) -> None:
        assert document(source, content, text_characters=len(LONG) * 2).text
        assert "raise CITEWELL_LIMIT_TEXT_CHARACTERS" in refusal(source, content, text_characters=1_000)

    def test_the_files_of_an_archive_share_the_limit(self) -> None:
        content = zipped({f"{n}.txt": LONG for n in range(4)})
        found = document("a.zip", content, text_characters=len(LONG) * 2 + 100)
        assert [one.source for one in found.left_out] == ["2.txt", "3.txt"]
        assert found.text.count("Four cranes stand by the water.") == 400

    def test_a_page_whose_content_many_pages_share(self) -> None:
        content = pdf([["Four cranes stand by the water. " * 3] * 30] * 40)
        assert "raise CITEWELL_LIMIT_TEXT_CHARACTERS" in refusal("a.pdf", content, text_characters=50_000)


class TestArchives:
    def test_a_chapter_that_is_named_often_is_read_once(self) -> None:
        book = part(epub("<p>Four stand.</p>"), "book.opf", ("<spine>", "<spine>" + '<itemref idref="c1"/>' * 9))
        assert document("a.epub", book).text.count("Four stand.") == 1

    def test_a_slide_that_is_named_often_is_read_once(self) -> None:
        slides = pptx(("Cranes", "Four stand."))
        with zipfile.ZipFile(io.BytesIO(slides)) as archive:
            listed = archive.read("ppt/presentation.xml").decode()
        [entry] = re.findall(r"<p:sldId [^>]*/>", listed)
        assert (
            document("a.pptx", part(slides, "ppt/presentation.xml", (entry, entry * 50))).text.count("Four stand.") == 1
        )

    @pytest.mark.parametrize("source", ["a.docx", "a.xlsx", "a.odt", "a.epub", "a.zip"])
    def test_a_part_that_is_larger_than_the_directory_says(self, source: str, tmp_path: Path) -> None:
        made = {
            "a.docx": docx(paragraph("Four stand.")),
            "a.xlsx": xlsx({"A": [["x", "y"], ["z", "w"]]}),
            "a.odt": odf("<text:p>Four stand.</text:p>"),
            "a.epub": epub("<p>Four stand.</p>"),
            "a.zip": zipped({"b.txt": "Four stand."}),
        }[source]
        with zipfile.ZipFile(io.BytesIO(made)) as archive:
            files = {one: archive.read(one) for one in archive.namelist()}
        name = max(files, key=lambda one: ("document" in one, "styles" in one, "content" in one, len(files[one])))
        files[name] += b" " * 300_000_000
        lying = zipped(files)
        true, said = len(files[name]).to_bytes(4, "little"), (1_000).to_bytes(4, "little")
        assert lying.count(true) >= 1
        path = tmp_path / source
        path.write_bytes(lying.replace(true, said))
        with ReadingProcesses(1) as processes:
            options = Options(Limits(memory_megabytes=200))
            found = processes.read(FileToRead(source, path, 1, options=options))
        assert "MB of memory" not in found.reason
        assert "damaged" in found.reason

    def test_a_part_is_unpacked_to_its_end_and_checked(self) -> None:
        content = bytearray(zipped({"b.txt": "Four stand."}))
        checksum = zlib.crc32(b"Four stand.").to_bytes(4, "little")
        assert content.count(checksum) == 2
        damaged = bytes(content).replace(checksum, b"\0\0\0\0")
        assert "b.txt" in refusal("a.zip", damaged)

    def test_a_mail_holds_no_more_files_than_an_archive_may(self) -> None:
        files = "".join(
            f"--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename={n}.txt\n\nNo {n}.\n"
            for n in range(40)
        )
        top = "From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
        mail = f"{top}{files}--x--\n".encode()
        assert "The mail holds 40 files; at most 30 are read." in refusal("a.eml", mail, unpacked_files=30)


class TestDepth:
    @pytest.mark.parametrize("tag", ["div", "b", "span", "blockquote", "ul><li", "table><tr><td", "section"])
    @pytest.mark.parametrize("depth", [100, 240, 255, 300, 1_900, 3_000])
    def test_text_behind_many_open_tags_is_read(self, tag: str, depth: int) -> None:
        page = f"<body><p>Top.</p>{f'<{tag}>' * depth}deep <i>text here</i><script>no()</script><p>Other one</p></body>"
        text = " ".join(document("a.html", page.encode()).text.replace("|", " ").replace("---", " ").split())
        assert "Top." in text
        assert "deep text here" in text
        assert "Other one" in text
        assert "no()" not in text

    def test_text_after_and_beside_what_is_deep_keeps_its_order(self) -> None:
        page = f"<body><p>One.</p>{'<div>' * 240}<p>Two.</p>{'</div>' * 240}<p>Three.</p></body>"
        assert document("a.html", page.encode()).text == "One.\n\nTwo.\n\nThree.\n\n"

    def test_what_is_hidden_stays_hidden_however_deep(self) -> None:
        page = f"<body>{'<div>' * 200}<p>Shown.</p><div hidden><p>Not.</p></div><p style='display:none'>Nor.</p></body>"
        assert document("a.html", page.encode()).text == "Shown.\n\n"

    def test_a_chapter_and_a_mail_are_read_as_deep(self) -> None:
        deep = f"{'<div>' * 400}Four stand.{'</div>' * 400}"
        assert (
            "Four stand."
            in document("a.epub", epub("<p>Top.</p>" + "<div>" * 200 + "Four stand." + "</div>" * 200)).text
        )
        mail = f"From: a@b.example\nContent-Type: text/html\n\n<body>{deep}</body>".encode()
        assert "Four stand." in document("a.eml", mail).text


class TestWhatIsSaidOfADocument:
    @pytest.mark.parametrize("letter", ["x", "7", "%", "\u4e00", "a "])
    def test_long_front_matter_is_cut_when_it_is_read(self, letter: str) -> None:
        long = (letter * 100_000)[:100_000].strip()
        front = f'---\ntitle: "{long}"\npublisher: "{long}"\nauthor: "{long}"\nurl: https://a.example/{long}\n---\n\nFour.\n'
        found = document("a.md", front.encode())
        assert len(found.title) <= 300
        assert found.title.endswith("\u2026")
        assert found.publisher
        assert len(found.publisher) <= 200
        assert found.author
        assert len(found.author) <= 200
        assert found.url is None

    @pytest.mark.parametrize(
        ("source", "content"),
        [
            ("a.html", f"<head><title>{'t' * 9_000}</title></head><body><p>Four.</p></body>".encode()),
            ("a.md", f"# {'t' * 9_000}\n\nFour.\n".encode()),
            ("a.eml", f"From: {'n' * 9_000} <a@b.example>\nSubject: {'t' * 9_000}\n\nFour.\n".encode()),
            ("a.json", json.dumps({"title": "t" * 9_000, "a": "Four."}).encode()),
            ("a.odt", odf(f"<text:h>{'t' * 9_000}</text:h><text:p>Four.</text:p>")),
            ("a.docx", part(docx(paragraph("Four.")), "core.xml", ("Harbour report", "t" * 9_000))),
        ],
    )
    def test_titles_of_all_formats_are_cut(self, source: str, content: bytes) -> None:
        found = document(source, content)
        assert len(found.title) <= 300
        assert "Four." in found.text

    def test_a_sheets_name_is_cut(self) -> None:
        space = 'xmlns:table="urn:t" xmlns:text="urn:x" xmlns:office="urn:o"'
        cell = "<table:table-row><table:table-cell><text:p>Four.</text:p></table:table-cell></table:table-row>"
        table = f'<table:table table:name="{"n" * 9_000}">{cell}</table:table>'
        body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
        content = zipped({"content.xml": f"<office:document-content {space}>{body}</office:document-content>"})
        [(_, place)] = document("a.ods", content).places
        assert len(place.label) == 200
