"""Files made to harm cost no more than their limits: bombs, entities, absurd counts, nesting without end."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.errors import ReadError
from assistant.indexing.reading_ahead import ReadingProcesses
from assistant.reading import load, read, reader_for
from assistant.reading.files import FileRead, FileToRead
from assistant.reading.limits import Limits, Options
from tests.compound_files import xls
from tests.file_makers import assembled, docx, eml, epub, odf, odp, ods, paragraph, pdf, pptx, xlsx, zipped

pytestmark = pytest.mark.usefixtures("readers_started_anew")
DAMAGED = "The file is damaged, or not of the format its name says. Save it anew, or remove it."
ROWS = [["Crane", "Height"], ["Old", "Four stand."]]
HOLDERS = {
    "a.docx": (docx(paragraph("Four stand.")), "word/document.xml"),
    "a.pptx": (pptx(("Cranes", "Four stand.")), "ppt/slides/slide1.xml"),
    "a.xlsx": (xlsx({"Cranes": ROWS}), "xl/worksheets/sheet1.xml"),
    "a.odt": (odf("<text:p>Four stand.</text:p>"), "content.xml"),
    "a.ods": (ods({"Cranes": ROWS}), "content.xml"),
    "a.epub": (epub("<p>Four stand.</p>"), "c1.html"),
}
"""A file of each format that is XML inside, and the part with the text."""


def outcome(source: str, content: bytes, options: Options | None = None) -> str:
    """The text of a file, or why it is not read."""
    try:
        return read(reader_for(source), source, content, options).text
    except ReadError as error:
        return str(error)


def in_a_process(path: Path, content: bytes, limits: Limits) -> FileRead:
    path.write_bytes(content)
    with ReadingProcesses(1) as processes:
        return processes.read(FileToRead(path.name, path, 1, options=Options(limits)))


def with_declarations(source: str, declarations: str, name: str) -> bytes:
    """The file with entities declared in the part with its text, and one of them in the text."""
    content, part = HOLDERS[source]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    text = files[part].decode().replace("Four stand.", f"Four &{name};stand.")
    assert f"&{name};" in text
    return zipped(files | {part: f"<!DOCTYPE d [{declarations}]>{text}".encode()})


class TestEntities:
    @pytest.mark.parametrize("source", HOLDERS)
    def test_a_bomb_of_entities_does_not_unfold(self, source: str) -> None:
        names = "abcdefghij"
        nested = "".join(f'<!ENTITY {name} "{f"&{before};" * 20}">' for before, name in pairwise(names))
        bomb = with_declarations(source, f'<!ENTITY a "haha haha">{nested}', "j")
        assert len(outcome(source, bomb)) < 200

    @pytest.mark.parametrize("source", [*HOLDERS, "a.html"])
    def test_nothing_outside_the_file_is_read(self, source: str, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("secret")
        declared = f'<!ENTITY x SYSTEM "{(tmp_path / "secret").as_uri()}">'
        page = f"<!DOCTYPE html [{declared}]><body><p>Four &x;stand."
        content = page.encode() if source == "a.html" else with_declarations(source, declared, "x")
        assert "secret" not in outcome(source, content)

    def test_declarations_of_a_page_are_no_text_of_it(self) -> None:
        page = '<!DOCTYPE html [<!ENTITY a "b">\n<!ELEMENT c ANY>]><body><p>Four stand.</p>'
        assert outcome("a.html", page.encode()) == "Four stand.\n\n"


class TestSizes:
    def test_a_part_that_lies_about_its_size_is_refused(self) -> None:
        content = bytearray(zipped({"a.txt": "Four stand. " * 1000}))
        at = content.rindex(b"PK\1\2") + 24  # what it unpacks to, as the directory has it
        content[at : at + 4] = (100).to_bytes(4, "little")
        assert outcome("a.zip", bytes(content)).startswith("The archive holds no file that can be read. The first: ")

    def test_a_page_that_unpacks_to_more_than_memory_costs_that_file(self, tmp_path: Path) -> None:
        packer = zlib.compressobj(9)
        stream = b"".join(packer.compress(b" " * 10_000_000) for _ in range(60)) + packer.flush()
        objects = [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>",
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream),
        ]
        found = in_a_process(tmp_path / "a.pdf", assembled(objects, b"/Root 1 0 R"), Limits(memory_megabytes=300))
        assert found.document is None
        assert "CITEWELL_LIMIT_MEMORY_MEGABYTES" in found.reason

    def test_a_file_of_a_gigabyte_is_refused_unread(self, tmp_path: Path) -> None:
        path = tmp_path / "a.pdf"
        with path.open("wb") as file:
            file.truncate(1_000_000_000)
        with pytest.raises(ReadError) as refused:
            load(path)
        assert str(refused.value) == (
            "The file is 1,000 MB; at most 200 MB are read. "
            "Split the file, or raise CITEWELL_LIMIT_FILE_MEGABYTES and sync again."
        )


class TestCounts:
    @pytest.mark.parametrize(
        ("source", "content", "found"),
        [
            ("a.pdf", pdf([["One."], ["Two."], ["Three."]]), "3 pages"),
            ("a.pptx", pptx(("One", "1"), ("Two", "2"), ("Three", "3")), "3 slides"),
            ("a.odp", odp(("One", "1"), ("Two", "2"), ("Three", "3")), "3 slides or sheets"),
            ("a.ods", ods({"One": ROWS, "Two": ROWS, "Three": ROWS}), "3 slides or sheets"),
            ("a.xlsx", xlsx({"One": ROWS, "Two": ROWS, "Three": ROWS}), "3 sheets"),
            ("a.xls", xls({"One": ROWS, "Two": ROWS, "Three": ROWS}), "3 sheets"),
        ],
    )
    def test_too_many_places_are_refused_with_the_setting(self, source: str, content: bytes, found: str) -> None:
        assert outcome(source, content, Options(Limits(pages=2))) == (
            f"The file has {found}; at most 2 are read. Split the file, or raise CITEWELL_LIMIT_PAGES and sync again."
        )

    def test_a_pdf_that_claims_more_pages_than_it_has_is_read(self) -> None:
        assert outcome("a.pdf", pdf([["Four."]]).replace(b"/Count 1 ", b"/Count 2000000000 ")) == "Four.\n\n"

    def test_a_pdf_whose_pages_hold_themselves_is_refused(self) -> None:
        loop = pdf([["Four."]]).replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]")
        assert outcome("a.pdf", loop) == (
            "The PDF holds pictures and no text. Page 1: It is damaged. Make the file anew."
        )

    def test_a_row_that_repeats_to_the_end_of_its_sheet_is_read_once(self) -> None:
        cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>Four.</text:p></table:table-cell>'
        row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
        assert outcome("a.ods", odf(f'<table:table table:name="S">{row}</table:table>', "spreadsheet")) == "Four.\n\n"


@pytest.mark.parametrize("depth", [500, 50_000])
@pytest.mark.parametrize(
    ("source", "nested"),
    [
        ("a.json", lambda depth: b'{"a":' * depth + b'"Four."' + b"}" * depth),
        ("a.html", lambda depth: b"<div>" * depth + b"Four."),
        ("a.rtf", lambda depth: b"{\\rtf1 " + b"{" * depth + b"Four." + b"}" * (depth + 1)),
        ("a.odt", lambda depth: odf("<text:section>" * depth + "<text:p>Four.</text:p>" + "</text:section>" * depth)),
        ("a.docx", lambda depth: docx("<w:sdt>" * depth + paragraph("Four.") + "</w:sdt>" * depth)),
        ("a.eml", lambda depth: _nested_mail(min(depth, 3_000))),
    ],
)
def test_nesting_without_end_is_read_or_refused_in_words(
    source: str, nested: Callable[[int], bytes], depth: int
) -> None:
    found = outcome(source, nested(depth))
    assert "Four." in found or found.startswith(("The file ", "A part of the archive ", "The archive "))


def _nested_mail(depth: int) -> bytes:
    parts = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number) for number in range(depth))
    return b"Subject: x\n" + b"".join(parts) + b"Content-Type: text/plain\n\nFour.\n"


def test_an_encrypted_opendocument_file_says_so() -> None:
    manifest = "<m><file-entry full-path='content.xml'><encryption-data/></file-entry></m>"
    assert outcome("a.odt", zipped({"content.xml": b"\1\2\3", "META-INF/manifest.xml": manifest})) == (
        "The file is encrypted. Save it without a password, and add that."
    )


@pytest.mark.parametrize(
    ("source", "content"),
    [
        ("a.xlsx", zipped({"xl/workbook.xml": "<a", "[Content_Types].xml": "<b"})),
        ("a.epub", zipped({"META-INF/container.xml": "<c/>"})),
        ("a.epub", zipped({"META-INF/container.xml": '<c><rootfile full-path="b"/></c>', "b": "<p/>"})),
    ],
    ids=["workbook", "no book", "empty book"],
)
def test_what_is_no_file_of_its_format_is_refused(source: str, content: bytes) -> None:
    assert outcome(source, content) == DAMAGED


def test_a_plain_script_without_a_main_guard_runs_once(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    for name, content in {"a.docx": docx(paragraph("Four stand.")), "b.eml": eml("Cranes", "Two rest.")}.items():
        (tmp_path / "corpus" / name).write_bytes(content)
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\n"
        "from tests.index_tools import Desk\n"
        "print('started')\n"
        "print(Desk(Path(__file__).parent).sync().added)\n"
    )
    root = str(Path(__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": root}
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout == "started\n['a.docx', 'b.eml']\n"
