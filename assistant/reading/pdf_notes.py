"""What is filled into a PDF page and noted on it, which stands beside its text: values of forms, comments, files."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from functools import partial

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from assistant.errors import ReadError
from assistant.reading.parts import Part
from assistant.types import Failure

NO_COMMENTS = (pdfium_c.FPDF_ANNOT_LINK, pdfium_c.FPDF_ANNOT_POPUP, pdfium_c.FPDF_ANNOT_WIDGET)
TICKED = (pdfium_c.FPDF_FORMFIELD_CHECKBOX, pdfium_c.FPDF_FORMFIELD_RADIOBUTTON)
SECRET = 1 << 13
"""The flag of a field for a password (PDF 32000-1:2008, 12.7.4.3)."""


def open_page(pdf: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    """A page with the values of its form and what is drawn on it as part of its text, as a viewer shows it."""
    page = pdf[index]
    if pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY) == pdfium_c.FLATTEN_SUCCESS:
        page.close()
        page = pdf[index]
    return page


def notes_on(pdf: pdfium.PdfDocument, index: int) -> list[str]:
    """The comments on a page, with who wrote them, and the values of its form, with the names of their fields."""
    page = pdf[index]
    found: list[str] = []
    for number in range(pdfium_c.FPDFPage_GetAnnotCount(page)):
        note = pdfium_c.FPDFPage_GetAnnot(page, number)
        if note:
            found += _said(pdf, note)
            pdfium_c.FPDFPage_CloseAnnot(note)
    page.close()
    return found


def _said(pdf: pdfium.PdfDocument, note: pdfium_c.FPDF_ANNOTATION) -> Iterator[str]:
    kind = pdfium_c.FPDFAnnot_GetSubtype(note)
    if kind == pdfium_c.FPDF_ANNOT_WIDGET and pdf.formenv:
        name, value = _filled_in(pdf.formenv, note)
    elif kind in NO_COMMENTS:
        return
    else:
        name = _string(lambda *room: pdfium_c.FPDFAnnot_GetStringValue(note, b"T", *room))
        value = _string(lambda *room: pdfium_c.FPDFAnnot_GetStringValue(note, b"Contents", *room))
    if value:
        yield f"{name}: {value}" if name else value


def _filled_in(form: pdfium.PdfFormEnv, field: pdfium_c.FPDF_ANNOTATION) -> tuple[str, str]:
    """The name of a field of a form and its value, "" for one that is not ticked or is a password."""
    if pdfium_c.FPDFAnnot_GetFormFieldFlags(form, field) & SECRET:
        return "", ""
    value = ""
    if pdfium_c.FPDFAnnot_GetFormFieldType(form, field) not in TICKED:
        value = _string(lambda *room: pdfium_c.FPDFAnnot_GetFormFieldValue(form, field, *room))
    elif pdfium_c.FPDFAnnot_IsChecked(form, field):
        value = _string(lambda *room: pdfium_c.FPDFAnnot_GetFormFieldExportValue(form, field, *room))
    name = _string(lambda *room: pdfium_c.FPDFAnnot_GetFormFieldAlternateName(form, field, *room)) or _string(
        lambda *room: pdfium_c.FPDFAnnot_GetFormFieldName(form, field, *room)
    )
    return name, value


def _string(get: Callable[..., int]) -> str:
    """What a function of PDFium puts into the room that it is given, on one line."""
    length = get(None, 0)
    if length <= ctypes.sizeof(ctypes.c_ushort):
        return ""
    room = ctypes.create_string_buffer(length)
    get(ctypes.cast(room, ctypes.POINTER(ctypes.c_ushort)), length)
    return " ".join(room.raw.decode("utf-16-le", "replace").rstrip("\0").split())


def attached(pdf: pdfium.PdfDocument, *, is_within: bool) -> Iterator[Part]:
    """The files within a PDF, which are not opened where that is one within another."""
    for index in range(pdf.count_attachments()):
        file = pdf.get_attachment(index)
        yield Part(file.get_name(), partial(_content, file, is_within=is_within))


def _content(file: pdfium.PdfAttachment, *, is_within: bool) -> bytes:
    if is_within:
        raise ReadError("It is a file within one that is within another. Add it by itself.")
    try:
        return bytes(file.get_data())
    except pdfium.PdfiumError as error:
        raise ReadError("It is damaged or empty.") from error


def left_out_of_form(pdf: pdfium.PdfDocument) -> Iterator[Failure]:
    """That a form is of a kind whose fields cannot be read, if it is."""
    if pdf.get_formtype() == pdfium_c.FORMTYPE_XFA_FULL:
        yield Failure("the form", "It is made by XFA, which is not read. Print it to a PDF, and add that.")
