"""Pages that hold only a picture are read by tesseract, within the limits of their file."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import time
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from assistant.errors import ReadError
from assistant.indexing.reading_ahead import ReadingProcesses
from assistant.reading import read, reader_for
from assistant.reading.files import FileToRead
from assistant.reading.limits import Limits, Options
from assistant.types import Place
from tests.file_makers import pdf
from tests.index_tools import WAIT_SECONDS

installed = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
SCAN = "q 9 0 0 9 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q"


def scanned(*pages: list[str]) -> bytes:
    """A PDF of pictures of these pages."""
    pictures = [page.render(scale=3, grayscale=True).to_pil() for page in pdfium.PdfDocument(pdf(pages))]
    made = io.BytesIO()
    pictures[0].save(made, "PDF", resolution=216, save_all=True, append_images=pictures[1:])
    return made.getvalue()


def program(folder: Path, script: str) -> str:
    """A PATH on which ``tesseract`` is this script."""
    path = folder / "tesseract"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@installed
def test_a_scan_is_read_with_its_pages() -> None:
    content = scanned(["The harbour of Veldt is old."], ["The lighthouse is forty metres high."])
    made = read(reader_for("a.pdf"), "a.pdf", content)
    assert made.text == "The harbour of Veldt is old.\n\nThe lighthouse is forty metres high.\n\n"
    assert made.place_at(made.text.index("lighthouse")) == Place("page", "2")
    assert made.page_characters(0, len(made.text)) == []


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
    assert read(reader_for("a.pdf"), "a.pdf", scanned(["x"])).text == f"- - --psm 1 {chosen}".strip() + "\n\n"


def test_a_page_of_an_absurd_size_is_drawn_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", program(tmp_path, f'[ "$1" = --list-langs ] || cat > {tmp_path}/drawn; echo Read.'))
    content = pdf([[]], drawing=SCAN).replace(b"[0 0 612 792]", b"[0 0 90000 90000]")
    assert read(reader_for("a.pdf"), "a.pdf", content).text == "Read.\n\n"
    drawn = (tmp_path / "drawn").read_bytes()
    width, height = (int.from_bytes(drawn[at : at + 4]) for at in (16, 20))
    assert width * height <= 41_000_000


def test_a_scan_that_nothing_is_recognised_in_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", program(tmp_path, "cat > /dev/null"))
    with pytest.raises(ReadError) as refused:
        read(reader_for("a.pdf"), "a.pdf", pdf([[]], drawing=SCAN))
    assert str(refused.value) == (
        "The PDF holds pictures of 1 page and no text; tesseract recognised none. Scan it anew, or remove it."
    )


def test_a_scan_that_takes_too_long_is_refused_and_its_program_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", program(tmp_path, f"echo $$ > {tmp_path}/started; exec sleep 600"))
    (tmp_path / "a.pdf").write_bytes(pdf([[]], drawing=SCAN))
    options = Options(Limits(seconds=2))
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
