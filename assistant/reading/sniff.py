"""What a file's content plainly is, whatever its name says: told by its first bytes, or by the parts of an archive."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePath

from assistant.errors import ReadError
from assistant.reading.archive import OLE
from assistant.reading.plugins import plugin_for

HEAD = 1024
"""Bytes that are looked at; a PDF may begin a little below the top."""

PROGRAM, GIF, ARCHIVE, MEDIA = "a program", "a GIF", "an archive that is not read", "sound or film"
PNG, JPEG, TIFF = "a PNG picture", "a JPEG picture", "a TIFF picture"
PDF, RTF, OFFICE, ZIP = "a PDF", "an RTF text", "an older or encrypted office document, or a mail", "a ZIP archive"
_NEVER_READ = (PROGRAM, GIF, ARCHIVE, MEDIA)

_SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"MZ", PROGRAM), (b"\x7fELF", PROGRAM), (b"\xcf\xfa\xed\xfe", PROGRAM), (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\x89PNG\r\n", PNG), (b"\xff\xd8\xff", JPEG), (b"GIF87a", GIF), (b"GIF89a", GIF),
    (b"II*\x00", TIFF), (b"MM\x00*", TIFF),
    (b"Rar!\x1a\x07", ARCHIVE), (b"7z\xbc\xaf\x27\x1c", ARCHIVE), (b"\x1f\x8b", ARCHIVE), (b"\xfd7zXZ\x00", ARCHIVE),
    (b"ID3", MEDIA), (b"OggS", MEDIA), (b"\x1aE\xdf\xa3", MEDIA),
    (b"{\\rtf", RTF), (OLE, OFFICE), (b"PK\x03\x04", ZIP),
)  # fmt: skip

_OFFICE_PARTS = {
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "xl/workbook.xml": "an Excel workbook",
}
_PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")
_SUFFIXES = {
    PDF: (".pdf",),
    PNG: (".png", *_PICTURES),
    JPEG: (".jpg", *_PICTURES),
    TIFF: (".tif", *_PICTURES),
    RTF: (".rtf", ".txt"),
    OFFICE: (".xls", ".msg", ".docx", ".docm", ".pptx", ".pptm", ".xlsx", ".xlsm"),
    ZIP: (".zip", ".epub", ".odt", ".ods", ".odp", ".docx", ".docm", ".pptx", ".pptm", ".xlsx", ".xlsm"),
    "a Word document": (".docx", ".docm", ".zip"),
    "a PowerPoint presentation": (".pptx", ".pptm", ".zip"),
    "an Excel workbook": (".xlsx", ".xlsm", ".zip"),
}
"""The suffixes that a file of each kind may have, the one to give it first."""


def kind_of(path: Path) -> str | None:
    """What a file plainly is, as in ``a PDF``; None where its first bytes do not tell, as those of text do not."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if b"%PDF-" in head:
        return PDF
    kind = next((kind for sign, kind in _SIGNS if head.startswith(sign)), None)
    if kind == PROGRAM and head.startswith(b"MZ") and b"\x00" not in head:
        return None  # a text that begins with these letters
    return _kind_of_archive(path) if kind == ZIP else kind


def check(path: Path) -> None:
    """Refuse a file whose content is plainly something else than its name says; a plugin's suffix may be anything.

    Raises:
        ReadError: it is, or it is nothing that could be read under any name.
    """
    try:
        kind = kind_of(path)
    except OSError as error:
        raise ReadError(f"The file cannot be opened: {error.strerror or error}.") from error
    suffix = PurePath(path).suffix.lower()
    if kind is None or suffix in _SUFFIXES.get(kind, ()) or plugin_for(suffix):
        return
    if kind in _NEVER_READ:
        raise ReadError(f"The file is {kind}, whatever its name says; such files hold no text that is read.")
    better = _SUFFIXES[kind][0]
    named = f"ends in {suffix}" if suffix else "has no suffix"
    raise ReadError(f"The file is {kind}, but its name {named}. Give it the suffix {better}, and add it again.")


def _kind_of_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ZIP
    return next((kind for part, kind in _OFFICE_PARTS.items() if part in names), ZIP)
