"""Nothing of a file is lost silently: what is easily lost is read, or told as left out."""

from __future__ import annotations

import pytest

from benchmarks.losses import fate_of
from tests.lossy_files import LossyFile, lossy_files

TOLD = {
    "docx": "comment, deleted text, hidden text, struck text, embedded file, picture",
    "pptx": "hidden slide, struck text, comment, embedded file, picture",
    "xlsx": "hidden sheet, hidden row, hidden column, comment, struck text, picture",
    "xls": "struck text, comment",
    "odt": "comment, deleted text, hidden text, struck text, embedded file, picture",
    "ods": "comment",
    "odp": "hidden slide",
    "rtf": "comment, deleted text, hidden text, struck text, embedded file, picture",
    "pdf": "picture on a page with text, damaged page",
    "png": "picture without text",
    "html": "struck text, text in a drawing, page within the page",
    "epub": "chapter that is a picture",
    "eml": "attached file of an unread format, broken invitation, picture within the text",
    "msg": "time of an appointment",
    "ics": "broken date",
    "jsonl": "broken line",
    "ipynb": "picture that came out, attached picture",
    "xml": "entity",
    "org": "file that is included",
    "adoc": "file that is included",
    "rst": "file that is included",
    "tex": "file that is included, references",
    "bib": "broken entry",
    "txt": "half of a character, character that was lost before",
    "srt": "broken time",
    "zip": "archive within it, file of an unread format, encrypted file",
}
"""What is left out and told, by the suffix of the file; all else is read."""


@pytest.mark.parametrize("file", list(lossy_files()), ids=lambda file: f"{file.kind}: {file.what}")
def test_what_is_easily_lost_is_read_or_told(file: LossyFile) -> None:
    is_told = file.what in TOLD.get(file.kind, "").split(", ")
    assert fate_of(file) == ("told" if is_told else "read")
