"""Text in pictures, of scanned pages and in image files, is recognised within the limits of their file, or told."""

from __future__ import annotations

import ctypes
import io
import os
import shutil
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest
from PIL import Image, ImageDraw

from assistant.errors import ReadError
from assistant.indexing.reading_ahead import ReadingProcesses
from assistant.reading import read, reader_for, recognition
from assistant.reading.files import FileToRead
from assistant.reading.limits import RAPIDOCR, TESSERACT, Limits, Options
from assistant.types import Failure, Place
from tests.file_makers import FONT, drawn, pdf, saved
from tests.index_tools import WAIT_SECONDS

installed = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
BY_PROGRAM = Options(recogniser=TESSERACT)
SCAN = "q 9 0 0 9 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q"
BELOW, BESIDE = 546, 306
"""Points of a page that hold no words: a small picture is read in a part of the time."""


def scanned(*pages: list[str]) -> bytes:
    """A PDF of pictures of these pages, as far as there are words on them."""
    written = (0, BELOW, BESIDE, 0)
    pictures = [page.render(scale=3, crop=written, grayscale=True).to_pil() for page in pdfium.PdfDocument(pdf(pages))]
    made = io.BytesIO()
    pictures[0].save(made, "PDF", resolution=216, save_all=True, append_images=pictures[1:])
    return made.getvalue()


def stamped(content: bytes, stamp: str) -> bytes:
    """A PDF with these words on its first page."""
    document = pdfium.PdfDocument(content)
    words = pdfium_c.FPDFPageObj_NewTextObj(document, b"Helvetica", 12)
    letters = (ctypes.c_ushort * (len(stamp) + 1))(*map(ord, stamp), 0)
    pdfium_c.FPDFText_SetText(words, letters)
    pdfium_c.FPDFPageObj_Transform(words, 1, 0, 0, 1, 200, 20)
    page = document[0]
    pdfium_c.FPDFPage_InsertObject(page, words)
    page.gen_content()
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def program(folder: Path, script: str) -> str:
    """A PATH on which ``tesseract`` is this script."""
    path = folder / "tesseract"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.parametrize("recogniser", [RAPIDOCR, pytest.param(TESSERACT, marks=installed)])
def test_a_scan_is_read_with_its_pages(recogniser: str) -> None:
    content = scanned(["The harbour of Veldt is old."], ["The lighthouse is forty metres high."])
    made = read(reader_for("a.pdf"), "a.pdf", content, Options(recogniser=recogniser))
    assert made.text == "The harbour of Veldt is old.\n\nThe lighthouse is forty metres high.\n\n"
    assert made.place_at(made.text.index("lighthouse")) == Place("page", "2")
    assert made.page_characters(0, len(made.text)) == []
    assert made.left_out == ()


@pytest.mark.parametrize(
    ("languages", "chosen"),
    [("osd eng deu", "-l eng+deu"), ("deu eng", "-l eng+deu"), ("a b c d e", ""), ("", "")],
)
def test_a_scan_is_read_in_the_languages_that_are_installed_unless_all_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, languages: str, chosen: str
) -> None:
    listed = "".join(f"echo {name};" for name in languages.split())
    said = f'if [ "$1" = --list-langs ]; then echo "List of languages"; {listed} else cat >/dev/null; echo "$@"; fi'
    monkeypatch.setenv("PATH", program(tmp_path, said))
    assert (
        read(reader_for("a.pdf"), "a.pdf", scanned(["x"]), BY_PROGRAM).text == f"- - --psm 1 {chosen}".strip() + "\n\n"
    )


def test_a_page_of_an_absurd_size_is_drawn_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", program(tmp_path, f'[ "$1" = --list-langs ] || cat > {tmp_path}/drawn; echo Read.'))
    content = pdf([[]], drawing=SCAN).replace(b"[0 0 612 792]", b"[0 0 90000 90000]")
    assert read(reader_for("a.pdf"), "a.pdf", content, BY_PROGRAM).text == "Read.\n\n"
    drawn = (tmp_path / "drawn").read_bytes()
    width, height = (int.from_bytes(drawn[at : at + 4]) for at in (16, 20))
    assert width * height <= 41_000_000


def test_a_scan_that_nothing_is_recognised_in_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", program(tmp_path, "cat > /dev/null"))
    with pytest.raises(ReadError) as refused:
        read(reader_for("a.pdf"), "a.pdf", pdf([[]], drawing=SCAN), BY_PROGRAM)
    assert str(refused.value) == (
        "The PDF holds pictures and no text. Page 1: It holds a picture in which no text was recognised. If it holds "
        "any, scan it anew, or try rapidocr (CITEWELL_RECOGNISER=rapidocr), then: citewell sync --rebuild"
    )


def test_a_stamp_on_a_scan_is_not_its_text() -> None:
    lines = ["The harbour of Veldt is old, and its", "lighthouse is forty metres high."]
    content = stamped(scanned(lines), "Page 7 of 20")
    assert "The harbour of Veldt is old" in read(reader_for("a.pdf"), "a.pdf", content).text


def test_a_stamp_on_a_scan_that_is_not_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "find_spec", {}.get)
    made = read(reader_for("a.pdf"), "a.pdf", stamped(scanned(["The harbour of Veldt is old."]), "Page 7 of 20"))
    assert made.text == "Page 7 of 20\n\n"
    assert made.left_out == (
        Failure(
            "page 1",
            "It holds a picture. To have text in pictures read: pip install 'citewell[ocr]', "
            "then: citewell sync --rebuild",
        ),
    )


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_picture_is_read_whichever_way_up(turn: int) -> None:
    picture = drawn("The harbour of Veldt is old.", "The lighthouse is forty metres high.").rotate(turn, expand=True)
    made = read(reader_for("a.png"), "a.png", saved(picture, "PNG"))
    assert made.text == "The harbour of Veldt is old.\n\nThe lighthouse is forty metres high.\n\n"
    assert made.places == ((0, Place("page", "1")),)


@pytest.mark.parametrize(("suffix", "kind"), [(".jpg", "JPEG"), (".webp", "WEBP"), (".tif", "TIFF")])
def test_an_image_file_is_a_document(suffix: str, kind: str) -> None:
    content = saved(drawn("The harbour of Veldt is old."), kind)
    assert read(reader_for(f"a{suffix}"), f"a{suffix}", content).text == "The harbour of Veldt is old.\n\n"


def test_the_pictures_of_a_tiff_are_pages_and_those_without_text_are_told() -> None:
    made = io.BytesIO()
    drawn("The harbour of Veldt is old.").save(
        made, "TIFF", save_all=True, append_images=[drawn(), drawn("The lighthouse is forty metres high.")]
    )
    found = read(reader_for("a.tiff"), "a.tiff", made.getvalue())
    assert found.text == "The harbour of Veldt is old.\n\nThe lighthouse is forty metres high.\n\n"
    assert found.place_at(found.text.index("lighthouse")) == Place("page", "3")
    assert [one.source for one in found.left_out] == ["page 2"]


def test_what_is_clear_in_a_picture_is_white() -> None:
    picture = Image.new("RGBA", (740, 740), (0, 0, 0, 0))
    ImageDraw.Draw(picture).text((50, 100), "The harbour of Veldt is old.", fill=(0, 0, 0, 255), font=FONT)
    assert read(reader_for("a.png"), "a.png", saved(picture, "PNG")).text == "The harbour of Veldt is old.\n\n"


@pytest.mark.parametrize(
    "text", [", .", "0000 000 0000000", "\u03c3\u03b9 \u03ba\u03c1\u03b7\u03c3 \u03c1\u03bd\u03b9\u03b1."]
)
def test_letters_that_are_not_known_are_told_and_not_guessed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    found = SimpleNamespace(txts=[text], scores=[0.95], boxes=[[[90, 60], [900, 60], [900, 110], [90, 110]]])
    # as RapidOCR reads Russian, Arabic and Greek
    monkeypatch.setattr(recognition, "_engine", lambda: lambda _: found)
    known = r"no text was recognised in letters that rapidocr knows.* try tesseract \(CITEWELL_RECOGNISER=tesseract\)"
    with pytest.raises(ReadError, match=known):
        read(reader_for("a.png"), "a.png", saved(drawn(), "PNG"))


def test_two_columns_are_read_one_after_the_other() -> None:
    left = ["The harbour of Veldt is old and", "its lighthouse, which the count", "had built, is forty metres high",
            "and is seen from all the islands."]  # fmt: skip
    right = ["The mill of Osmere is new, and", "its wheel, which the miller has", "made himself, turns all the year",
             "and grinds the corn of the farms."]  # fmt: skip
    picture = Image.new("RGB", (1500, 740), "white")
    for x, column in ((50, left), (800, right)):
        for row, line in enumerate(column):
            ImageDraw.Draw(picture).text((x, 60 + 60 * row), line, fill="black", font=FONT)
    made = read(reader_for("a.png"), "a.png", saved(picture, "PNG"))
    assert made.text == f"{' '.join(left)}\n\n{' '.join(right)}\n\n"


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"words"])
def test_a_damaged_picture_is_refused(content: bytes) -> None:
    with pytest.raises(ReadError, match="The picture is damaged"):
        read(reader_for("a.png"), "a.png", content)


def test_pages_for_which_no_time_is_left_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "SHARE_OF_TIME", 0)
    with pytest.raises(ReadError, match=r"no time was left of 60 s\. Split the file, or raise CITEWELL_LIMIT_SECONDS"):
        read(reader_for("a.png"), "a.png", saved(drawn("Words."), "PNG"))


def test_a_scan_that_takes_too_long_is_refused_and_its_program_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", program(tmp_path, f"echo $$ > {tmp_path}/started; exec sleep 600"))
    (tmp_path / "a.pdf").write_bytes(pdf([[]], drawing=SCAN))
    options = Options(Limits(seconds=2), recogniser=TESSERACT)
    with ReadingProcesses(1) as processes:
        found = processes.read(FileToRead("a.pdf", tmp_path / "a.pdf", 1, options=options))
    assert found.reason == (
        "Reading the file took longer than 2 s. Convert or split it, or raise CITEWELL_LIMIT_SECONDS and sync again."
    )
    started = (tmp_path / "started").read_text().strip()
    patience = time.monotonic() + WAIT_SECONDS
    while not _has_ended(started):
        assert time.monotonic() < patience
        time.sleep(0.05)


def _has_ended(process: str) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", process], capture_output=True, text=True, check=False).stdout
    return state.strip()[:1] in ("", "Z")
