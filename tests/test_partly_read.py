"""What of a file is read though other parts of it cannot be: the report says which, and why."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from assistant.indexing import changes
from assistant.interfaces.console import show_report
from assistant.interfaces.page.uploads import Upload, add_uploads
from assistant.reading import read, reader_for
from assistant.reading.limits import Limits, Options
from assistant.types import Document, Failure, SyncReport
from tests.compound_files import msg
from tests.file_makers import docx, eml, paragraph, pdf, zipped
from tests.index_tools import Desk

HELD = "It holds files itself, and such are not opened within others. Add it by itself."
NOT_READ = "Files of the format {} are not read. Save it in one that is, such as .pdf or .txt, and add that.".format
SCAN = "q 9 0 0 9 72 700 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q"
SMALL_PAGE = b"[60 500 306 746]"


def document(source: str, content: bytes, options: Options | None = None) -> Document:
    return read(reader_for(source), source, content, options)


class TestArchives:
    def test_files_that_cannot_be_read_are_told_with_the_reason(self) -> None:
        made = document(
            "a.zip",
            zipped(
                {
                    "cranes.txt": "Four stand.",
                    "x.bin": b"\0",
                    "letter.doc": b"",
                    "in.zip": zipped({"b.txt": "Two rest."}),
                    "cut.docx": docx(paragraph("Four"))[:-30],
                    "locked.pdf": pdf([["Four."]], password="veldt"),
                    "__MACOSX/._cranes.txt": b"\0",
                }
            ),
        )
        assert made.text == "# cranes.txt\n\nFour stand.\n\n"
        assert made.left_out == (
            Failure("x.bin", NOT_READ(".bin")),
            Failure("letter.doc", "Files of the format .doc are not read. Save it as .docx, and add that."),
            Failure("in.zip", HELD),
            Failure("cut.docx", "The file is damaged, or not of the format its name says. Save it anew, or remove it."),
            Failure(
                "locked.pdf", "The PDF is encrypted. Give its password with: citewell add PATH --password PASSWORD"
            ),
        )

    def test_a_file_beyond_a_limit_is_told(self) -> None:
        files: dict[str, str | bytes] = {"cranes.txt": "Four stand.", "long.pdf": pdf([["One."], ["Two."], ["Three."]])}
        assert document("a.zip", zipped(files), Options(Limits(pages=2))).left_out == (
            Failure(
                "long.pdf",
                "The file has 3 pages; at most 2 are read. "
                "Split the file, or raise CITEWELL_LIMIT_PAGES and sync again.",
            ),
        )

    def test_an_encrypted_file_costs_that_file_alone(self) -> None:
        content = bytearray(zipped({"cranes.txt": "Four stand.", "secret.txt": "Hidden."}))
        at = content.rindex(b"PK\1\2") + 8  # the flags of the last entry
        content[at] |= 1
        made = document("a.zip", bytes(content))
        assert made.text == "# cranes.txt\n\nFour stand.\n\n"
        assert made.left_out == (Failure("secret.txt", "The archive is encrypted. Unpack it, and add what is in it."),)

    def test_a_link_in_an_archive_is_no_file(self, tmp_path: Path) -> None:
        (tmp_path / "secret.txt").write_text("secret")
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr("cranes.txt", "Four stand.")
            archive.writestr(link, str(tmp_path / "secret.txt"))
        assert document("a.zip", (tmp_path / "a.zip").read_bytes()).text == "# cranes.txt\n\nFour stand.\n\n"


class TestMails:
    def test_attachments_that_cannot_be_read_are_told(self) -> None:
        attached = {"cranes.txt": b"Four stand.", "logo.png": b"\x89PNG", "all.zip": zipped({"b.txt": "Two rest."})}
        told = (
            Failure("logo.png", "The picture is damaged, or of a kind that is not read. Save it anew as .png."),
            Failure("all.zip", HELD),
        )
        for mail in (
            document("a.eml", eml("Cranes", "See below.", attached)),
            document("a.msg", msg("Cranes", "Ann", "See below.", attached)),
        ):
            assert mail.text.endswith("See below.\n\n# cranes.txt\n\nFour stand.\n\n")
            assert mail.left_out == told


def test_a_scanned_page_among_others_is_told() -> None:
    content = pdf([["Four stand."], []], drawing=SCAN).replace(b"[0 0 612 792]", SMALL_PAGE)
    made = document("a.pdf", content)
    assert made.text == "Four stand.\n\n"
    assert made.left_out == (
        Failure(
            "page 2",
            "It holds a picture in which no text was recognised. If it holds any, scan it anew, or try tesseract "
            "(CITEWELL_RECOGNISER=tesseract), then: citewell sync --rebuild",
        ),
    )
    inside = document("a.zip", zipped({"b/scan.pdf": content}))
    assert [one.source for one in inside.left_out] == ["b/scan.pdf, page 2"]


class TestReports:
    @pytest.fixture
    def desk(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
        monkeypatch.setattr(changes, "SETTLED_NANOSECONDS", -(10**15))
        desk = Desk(tmp_path)
        desk.corpus.mkdir(parents=True)
        return desk

    def test_the_report_names_the_first_parts_with_their_reasons(self, desk: Desk) -> None:
        files = {"cranes.txt": b"Four stand.", **{f"{number}.bin": b"\0" for number in range(7)}}
        (desk.corpus / "a.zip").write_bytes(zipped(files))
        reasons = " ".join(f"{number}.bin: {NOT_READ('.bin')}" for number in range(5))
        assert desk.sync() == SyncReport(added=["a.zip"], partial=[Failure("a.zip", f"{reasons} And 2 more.")])
        assert desk.sync() == SyncReport(unchanged=["a.zip"])

    def test_the_command_line_tells_it_beside_what_was_added(self, capsys: pytest.CaptureFixture[str]) -> None:
        show_report(SyncReport(added=["a.zip"], partial=[Failure("a.zip", "x.bin: It is locked.")]))
        printed = capsys.readouterr()
        assert printed.err == "Not read in a.zip: x.bin: It is locked.\n"
        assert printed.out.endswith("1 added, 0 updated, 0 removed, 0 unchanged, 0 failed.\n")

    def test_an_upload_that_was_partly_read_says_so(self, desk: Desk, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        path.write_bytes(zipped({"cranes.txt": "Four stand.", "x.bin": b"\0"}))
        with desk.assistant() as assistant:
            [outcome] = add_uploads(assistant, [Upload("a.zip", path)], replace=False)
        assert (outcome.state, outcome.reason) == ("added", f"Not read in it: x.bin: {NOT_READ('.bin')}")
