"""Files of each format become documents with places; files that would harm are refused in words."""

from __future__ import annotations

import io
import shutil
import threading
from pathlib import Path

import openpyxl
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ReadError
from assistant.indexing import changes
from assistant.indexing.reading_ahead import ReadingProcesses
from assistant.reading import READERS, read, reader_for
from assistant.reading.blocks import Blocks
from assistant.reading.files import FileToRead
from assistant.reading.limits import Limits, Options, Password, Reading
from assistant.types import Document, Failure, Place
from tests.conftest import OpenCorpus
from tests.file_makers import W, docx, odf, paragraph, pdf, pptx, zipped
from tests.index_tools import Desk

DAMAGED = "The file is damaged, or not of the format its name says. Save it anew, or remove it."
HOW = "Give its password with: citewell add PATH --password PASSWORD"


def document(source: str, content: bytes, options: Options | None = None) -> Document:
    return read(reader_for(source), source, content, options)


def refusal(source: str, content: bytes, options: Options | None = None) -> str:
    with pytest.raises(ReadError) as refused:
        document(source, content, options)
    return str(refused.value)


def place_of(words: str, document: Document) -> Place | None:
    return document.place_at(document.text.index(words))


class TestPdf:
    def test_lines_become_paragraphs_on_pages(self) -> None:
        made = document("a.pdf", pdf([["The harbour of Veldt has", "four old cranes."], ["Its light is green."]]))
        assert made.text == "The harbour of Veldt has four old cranes.\n\nIts light is green.\n\n"
        assert made.places == ((0, Place("page", "1")), (43, Place("page", "2")))

    @pytest.mark.parametrize("words", ["Veldt", "wonderful", "cranes.", "wonderful old"])
    def test_offsets_lead_back_to_the_characters_of_the_page(self, words: str) -> None:
        content = pdf([["The harbour of Veldt has four won-", "derful old cranes."]])
        made = document("a.pdf", content)
        assert made.text == "The harbour of Veldt has four wonderful old cranes.\n\n"
        page = pdfium.PdfDocument(content)[0].get_textpage()
        start = made.text.index(words)
        numbers = [n for first, last in made.page_characters(start, start + len(words)) for n in range(first, last)]
        assert "".join(chr(pdfium_c.FPDFText_GetUnicode(page, number)) for number in numbers) == words

    def test_an_encrypted_file_says_how_to_give_its_password(self) -> None:
        content = pdf([["The cranes are four."]], password="veldt")
        assert refusal("a.pdf", content) == f"The PDF is encrypted. {HOW}"
        assert refusal("a.pdf", content, Options(password=Password("wrong", "1"))) == (
            f"The PDF is encrypted, and the password given for it does not open it. {HOW}"
        )
        assert document("a.pdf", content, Options(password=Password("veldt", "1"))).text == "The cranes are four.\n\n"

    def test_too_many_pages_are_refused_with_the_setting(self) -> None:
        assert refusal("a.pdf", pdf([["One."], ["Two."], ["Three."]]), Options(Limits(pages=2))) == (
            "The file has 3 pages; at most 2 are read. Split the file, or raise CITEWELL_LIMIT_PAGES and sync again."
        )

    def test_what_is_no_pdf_is_refused(self) -> None:
        assert refusal("a.pdf", b"%PDF-1.4 and no more") == (
            "The file is damaged, or no PDF. Make it anew, or remove it."
        )

    def test_a_scan_says_what_recognises_its_text(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shutil, "which", lambda _: None)
        scan = pdf([[]], drawing="q 9 0 0 9 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q")
        with pytest.raises(ReadError) as refused:
            read(reader_for("a.pdf"), "a.pdf", scan, Options(recogniser="tesseract"))
        assert str(refused.value) == (
            "The PDF holds pictures and no text. Page 1: It holds a picture. Install tesseract, which recognises text "
            "in pictures (on Debian: apt install tesseract-ocr), then: citewell sync --rebuild"
        )


class TestOffice:
    def test_a_word_document_has_headings_tables_and_no_comments(self) -> None:
        cells = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("Crane", "Height|m"))
        row = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("Old", "30"))
        deleted = "<w:del><w:r><w:delText>five</w:delText></w:r></w:del><w:ins><w:r><w:t>stand.</w:t></w:r></w:ins>"
        body = (
            paragraph("Cranes", "H1")
            + f"<w:p><w:commentRangeStart/><w:r><w:t>Four </w:t></w:r>{deleted}</w:p>"
            + f"<w:tbl><w:tr>{cells}</w:tr><w:tr>{row}</w:tr></w:tbl>"
        )
        assert document("a.docx", docx(body)) == Document(
            source="a.docx",
            title="Harbour report",
            text="# Cranes\n\nFour stand.\n\n| Crane | Height\\|m |\n| --- | --- |\n| Old | 30 |\n\n",
            markup="markdown",
            author="Ann Orr",
            language="en",
            left_out=(Failure("the text", "Text whose deletion is recorded in it was not read."),),
        )

    def test_slides_are_places_with_their_titles_first(self) -> None:
        made = document("a.pptx", pptx(("Cranes", "Four stand."), ("Light", "It is green.")))
        assert made.text == "## Cranes\n\nFour stand.\n\n## Light\n\nIt is green.\n\n"
        assert place_of("green", made) == Place("slide", "2")

    def test_sheets_are_places_and_empty_cells_stay_empty(self) -> None:
        book = openpyxl.Workbook()
        sheet = book.create_sheet("Budget")
        for row in (["Crane", "Cost", "Share"], ["Old", 1200.0, 0.5], ["New", None, True]):
            sheet.append(row)
        sheet["C2"].number_format = "0%"
        made = io.BytesIO()
        book.save(made)
        read_document = document("a.xlsx", made.getvalue())
        assert read_document.text == (
            "| Crane | Cost | Share |\n| --- | --- | --- |\n| Old | 1200 | 50% |\n| New |  | TRUE |\n\n"
        )
        assert read_document.places == ((0, Place("sheet", "Budget")),)

    def test_an_opendocument_text_has_headings_and_lists(self) -> None:
        said = "<text:p>Four<text:s/>stand.</text:p>"
        items = "<text:list><text:list-item><text:p>old</text:p></text:list-item></text:list>"
        made = document("a.odt", odf(f'<text:h text:outline-level="2">Cranes</text:h>{said}{items}'))
        assert (made.title, made.text) == ("Cranes", "## Cranes\n\nFour stand.\n\n- old\n\n")

    def test_opendocument_slides_are_places_with_their_titles_first(self) -> None:
        title = '<draw:frame presentation:class="title"><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>'
        said = "<draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
        comment = "<office:annotation><text:p>Check this.</text:p></office:annotation>"
        slides = (("Four stand.", "Cranes"), ("It is green.", "Light"))
        pages = (f"<draw:page>{said.format(text)}{title.format(name)}{comment}</draw:page>" for text, name in slides)
        made = document("a.odp", odf("".join(pages), "presentation"))
        assert made.text == "## Cranes\n\nFour stand.\n\n## Light\n\nIt is green.\n\n"
        assert (made.title, place_of("green", made)) == ("Cranes", Place("slide", "2"))

    def test_opendocument_sheets_are_places_without_comments(self) -> None:
        cell = "<table:table-cell>{}<text:p>{}</text:p></table:table-cell>".format
        comment = "<office:annotation><text:p>Check this.</text:p></office:annotation>"
        rows = (("Crane", "Height"), ("Old", "30"), ("New", ""))
        row = "".join(f"<table:table-row>{cell(comment, a)}{cell('', b)}</table:table-row>" for a, b in rows)
        head = f"<table:table-row>{cell('', 'Budget of 2024')}</table:table-row>"
        empty = '<table:table table:name="Empty"></table:table>'
        made = document("a.ods", odf(f'{empty}<table:table table:name="Cost">{head}{row}</table:table>', "spreadsheet"))
        assert made.text == "Budget of 2024\n\n| Crane | Height |\n| --- | --- |\n| Old | 30 |\n| New |  |\n\n"
        assert made.places == ((0, Place("sheet", "Cost")),)

    @pytest.mark.parametrize("source", ["a.docx", "a.pptx", "a.xlsx", "a.epub", "a.odt", "a.zip", "a.msg", "a.xls"])
    @pytest.mark.parametrize(
        "content", [b"", b"PK", b"no archive at all", zipped({"x": "y"})[:-30]], ids=["empty", "begun", "other", "cut"]
    )
    def test_a_damaged_file_is_refused(self, source: str, content: bytes) -> None:
        assert refusal(source, content) == DAMAGED

    @pytest.mark.parametrize("source", ["a.docx", "a.pptx", "a.xlsx", "a.epub", "a.odt"])
    def test_an_archive_without_the_parts_of_its_format_is_refused(self, source: str) -> None:
        assert refusal(source, zipped({"x": "y"})) == DAMAGED


class TestOthers:
    @pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
    def test_values_parted_by_any_common_mark_are_a_table(self, mark: str) -> None:
        content = f"Crane{mark}Height\nOld{mark}30\nNew{mark}\n".encode()
        assert document("a.csv", content).text == "| Crane | Height |\n| --- | --- |\n| Old | 30 |\n| New |  |\n\n"

    def test_a_page_keeps_headings_lists_and_tables_and_drops_what_is_not_shown(self) -> None:
        page = (
            "<html lang=de><head><title>Hafen</title><style>p{}</style></head><body><h2>Kran</h2><script>x()</script>"
            "<p>Vier <b>Kräne</b>.<p hidden>geheim<ul><li>alt<li>neu</ul><table><tr><th>A<th>B<tr><td>1<td>2</table>"
        )
        made = document("a.html", page.encode())
        assert made.text == "## Kran\n\nVier Kräne.\n\n- alt\n- neu\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n\n"
        assert (made.title, made.language) == ("Hafen", "de")

    def test_a_mail_names_who_wrote_it_and_holds_its_attachments(self) -> None:
        head = "From: Ann Orr <ann@veldt.example>\nDate: Fri, 31 May 2024 10:00:00 +0200\nSubject: Cranes\n"
        plain = "Content-Type: text/plain\n"
        content = (
            f"{head}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n{plain}\nSee below.\n"
            f'--x\n{plain}Content-Disposition: attachment; filename="../cranes.txt"\n\nFour stand.\n--x--\n'
        )
        made = document("a.eml", content.encode())
        assert made.text == f"{head}\nSee below.\n\n# cranes.txt\n\nFour stand.\n\n"
        assert (made.title, made.author, made.published) == ("Cranes", "Ann Orr", "2024-05-31T10:00:00+02:00")
        assert place_of("Four", made) == Place("file", "cranes.txt")

    def test_a_feed_that_was_saved_is_a_document_of_its_entries(self) -> None:
        items = (
            "<item><title>Fish &amp;amp; chips</title>"
            "<description>&lt;p>They cost &lt;b>five&lt;/b> crowns.</description>"
            "<pubDate>Di, 04 Mrz 2031 10:00:00 +0100</pubDate><author>Ann Orr</author></item>",
            "<item><title>Cranes</title><description>Four stand.</description></item>",
        )
        made = document(
            "a.rss", f"<rss version='2.0'><channel><title>News</title>{''.join(items)}</channel></rss>".encode()
        )
        assert (made.title, made.text) == (
            "News",
            "## Fish & chips\n\n2031-03-04, Ann Orr\n\nThey cost five crowns.\n\n## Cranes\n\nFour stand.\n\n",
        )

    def test_names_in_an_archive_are_read_in_any_encoding(self) -> None:
        names = ["Fährplan Süderhöft.txt".encode(), "Gebühren.txt".encode("cp1252"), "港湾.txt".encode("cp932")]
        held = {letter * (len(name) - 4) + ".txt": name for letter, name in zip("ABC", names, strict=True)}
        archive = zipped(dict.fromkeys(held, "Four stand."))
        for placed, name in held.items():  # Python itself writes no other encoding than UTF-8
            archive = archive.replace(placed.encode(), name)
        made = document("a.zip", archive)
        assert [place.label for _, place in made.places] == ["Fährplan Süderhöft.txt", "Gebühren.txt", "港湾.txt"]

    def test_an_archive_is_one_document_whose_files_are_places(self) -> None:
        slides = pptx(("Light", "It is green."))
        made = document(
            "a.zip", zipped({"a/cranes.txt": "Four stand.", "b/deck.pptx": slides, "x.bin": b"\0", "in.zip": b""})
        )
        assert place_of("Four", made) == Place("file", "a/cranes.txt")
        assert place_of("green", made) == Place("file", "b/deck.pptx, slide 1")

    def test_a_book_is_read_in_the_order_of_its_spine(self) -> None:
        package = (
            "<p><metadata><title>Harbours</title><creator>Ann Orr</creator></metadata><manifest>"
            '<item id="one" href="one.html"/><item id="two" href="two.html"/></manifest>'
            '<spine><itemref idref="two"/><itemref idref="one"/></spine></p>'
        )
        files = {
            "META-INF/container.xml": '<c><rootfile full-path="in/book.opf"/></c>',
            "in/book.opf": package,
            "in/one.html": "<h1>Cranes</h1><p>Four stand.",
            "in/two.html": "<p>To Orr.",
        }
        made = document("a.epub", zipped(files))
        assert (made.title, made.author) == ("Harbours", "Ann Orr")
        assert made.text == "To Orr.\n\n# Cranes\n\nFour stand.\n\n"

    def test_rtf_becomes_text(self) -> None:
        made = document("a.rtf", rb"{\rtf1\ansi{\info{\title Cranes}}Four stand.\par Two rest.}")
        assert (made.title, made.text) == ("Cranes", "Four stand.\n\nTwo rest.\n\n")

    def test_json_becomes_lines_with_the_names_that_lead_to_each_value(self) -> None:
        made = document("a.json", b'{"crane": {"height": 30, "old": true}}')
        assert made.text == "- crane › height: 30\n- crane › old: true\n\n"


class TestHarm:
    def test_an_archive_that_unpacks_to_too_much_is_refused(self) -> None:
        bomb = zipped({"a.txt": b"0" * 3_000_000})
        assert refusal("a.zip", bomb, Options(Limits(unpacked_megabytes=2))) == (
            "The archive unpacks to 3 MB; at most 2 MB are read. "
            "Split the file, or raise CITEWELL_LIMIT_UNPACKED_MEGABYTES and sync again."
        )
        assert "raise CITEWELL_LIMIT_RATIO and" in refusal("a.docx", bomb, Options(Limits(ratio=100)))
        many = zipped({f"{number}.txt": "x" for number in range(3)})
        assert refusal("a.zip", many, Options(Limits(unpacked_files=2))) == (
            "The archive holds 3 files; at most 2 are read. "
            "Split the file, or raise CITEWELL_LIMIT_UNPACKED_FILES and sync again."
        )

    def test_entities_are_not_replaced(self, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("secret")
        outside = (tmp_path / "secret").as_uri()
        doctype = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{outside}"><!ENTITY y "more">]>'
        body = f"{doctype}<w:document {W}><w:body>{paragraph('Four &x;&y;stand.')}</w:body></w:document>"
        text = document("a.docx", zipped({"word/document.xml": body})).text
        assert [word for word in ("secret", "more") if word in text] == []

    @pytest.mark.parametrize(
        ("name", "label"),
        [
            ("../../etc/cranes.txt", "etc/cranes.txt"),
            ("/etc/cranes.txt", "etc/cranes.txt"),
            ("..\\cranes.txt", "cranes.txt"),
        ],
    )
    def test_a_name_in_an_archive_leads_nowhere(self, name: str, label: str) -> None:
        assert place_of("Four", document("a.zip", zipped({name: "Four stand."}))) == Place("file", label)

    def test_a_process_that_reads_has_only_so_much_memory(self, tmp_path: Path) -> None:
        (tmp_path / "a.docx").write_bytes(docx(paragraph("Four stand.") * 1_200_000))
        (tmp_path / "b.docx").write_bytes(docx(paragraph("The light is green.")))
        options = Options(Limits(memory_megabytes=200, ratio=100_000))
        with ReadingProcesses(1) as processes:
            large, small = (
                processes.read(FileToRead(name, tmp_path / name, 1, options=options)) for name in ("a.docx", "b.docx")
            )
        assert "CITEWELL_LIMIT_MEMORY_MEGABYTES" in large.reason
        assert small.document is not None
        assert small.document.text == "The light is green.\n\n"


@given(st.lists(st.lists(st.text(max_size=12), max_size=4), max_size=6))
def test_the_rows_of_a_table_have_equally_many_bars_whatever_the_cells_hold(rows: list[list[str]]) -> None:
    blocks = Blocks()
    blocks.table(rows)
    assert blocks.length == len(blocks.text)
    lines = blocks.text.strip("\n").split("\n")
    if len(lines) > 1 and lines[1].startswith("| --- |"):
        assert len({line.replace("\\|", "").count("|") for line in lines}) == 1


def test_answers_name_the_page_and_the_slide(open_corpus: OpenCorpus) -> None:
    files = {
        "a.pdf": pdf([["The harbour of Veldt is old."], ["The lighthouse of Veldt is forty metres high."]]),
        "b.pptx": pptx(("Ferries", "Two ferries sail to Orr."), ("Cranes", "The cranes of Veldt were built in 1961.")),
    }
    assistant = open_corpus(files)
    for question, place in (
        ("How high is the lighthouse of Veldt?", Place("page", "2")),
        ("When were the cranes of Veldt built?", Place("slide", "2")),
    ):
        assert assistant.ask(question).citations[0].passage.place == place
    for source in files:
        stored = assistant.document(source)
        assert len(stored.places) == 2
        for passage in assistant.passages(source):
            assert stored.text[passage.start : passage.end] == passage.text
            assert stored.place_at(passage.start) == stored.place_at(passage.end - 1) == passage.place


def test_a_password_given_when_a_file_is_added_opens_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "SETTLED_NANOSECONDS", -(10**15))
    file = tmp_path / "a.pdf"
    file.write_bytes(pdf([["The cranes are four."]], password="veldt"))
    with Desk(tmp_path / "desk").assistant() as assistant:
        assert [failure.reason for failure in assistant.add([file]).failed] == [f"The PDF is encrypted. {HOW}"]
        assert assistant.add([file], password="veldt").added == ["a.pdf"]
        assert assistant.sync(rebuild=True).failed == []
        assert assistant.document("a.pdf").text == "The cranes are four.\n\n"
        assert (assistant.settings.state_dir / "passwords.json").stat().st_mode & 0o077 == 0


def test_a_changed_limit_is_a_reason_to_try_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "SETTLED_NANOSECONDS", -(10**15))
    desk = Desk(tmp_path)
    desk.corpus.mkdir(parents=True)
    (desk.corpus / "a.pdf").write_bytes(pdf([["One crane stands."], ["Two cranes stand."]]))
    few = Reading(Limits(pages=1))
    assert [failure.source for failure in desk.sync(reading=few).failed] == ["a.pdf"]
    assert desk.sync().added == ["a.pdf"]


def test_readers_leave_no_thread_behind() -> None:
    before = threading.active_count()
    with ReadingProcesses(1):
        pass
    assert threading.active_count() == before


def test_formats_that_make_readers_stumble_are_read_in_processes_of_their_own() -> None:
    in_process = {reader.version.partition("-")[0] for reader in READERS.values() if not reader.isolated}
    assert in_process == {"markdown", "plain", "csv", "log", "code"}
