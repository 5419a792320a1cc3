"""Mails of Outlook (.msg): the properties of a compound file ([MS-OXMSG]) become a mail like any other."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.parser import HeaderParser
from functools import partial
from typing import Any

from assistant.errors import ReadError
from assistant.reading.archive import DAMAGED
from assistant.reading.blocks import one_line
from assistant.reading.limits import Options
from assistant.reading.mail import DEEPEST, HEADERS, TOO_DEEP, Mail, Text, better_of, document_of, header_of
from assistant.reading.parts import Part
from assistant.reading.plain import decode, encoding_named_in
from assistant.types import Document, Failure

SENT, DELIVERED, CODE_PAGE, CODE_PAGE_OF_HTML = 0x0039, 0x0E06, 0x3FFD, 0x3FDE
TIME, LONG = 0x40, 0x03
FIRST_MOMENT = datetime(1601, 1, 1, tzinfo=UTC)
HEADERS_OF = {"From": "0C1A", "To": "0E04", "Cc": "0E03", "Subject": "0037"}
APPOINTMENTS = ("IPM.Appointment", "IPM.Schedule.Meeting", "IPM.Task")
"""Kinds of what Outlook saves as a mail that is none."""
APPOINTMENT = Failure("the appointment", "Its time and place are not read. Save it as .ics, and add that, too.")
HELD = "__substg1.0_3701000D/"
"""Where an attachment holds a mail."""


def read_msg(source: str, content: bytes, options: Options) -> Document:
    """The Outlook mail in ``content``.

    Raises:
        ReadError: it is damaged.
    """
    import olefile

    try:
        file = olefile.OleFileIO(io.BytesIO(content))
        mail = _mail(file, "", options, 0)
    except (OSError, ValueError, struct.error, RecursionError) as error:
        raise ReadError(DAMAGED) from error
    return document_of(source, mail, options)


def _mail(file: Any, folder: str, options: Options, depth: int) -> Mail:
    """The mail in a storage of the file."""
    numbers = _numbers(file, folder, 24 if folder else 32)
    page = f"cp{numbers[CODE_PAGE]}" if CODE_PAGE in numbers else None
    mail = Mail(*_headers(file, folder, page, numbers))
    mail.texts += _texts(file, folder, page, numbers, mail)
    mail.left_out += [APPOINTMENT] if _string(file, folder, "001A", page).startswith(APPOINTMENTS) else []
    for place in _attachments(file, folder):
        if not file.exists(f"{place}{HELD}__properties_version1.0"):
            name = one_line(_string(file, place, "3707", page) or _string(file, place, "3704", page))
            mail.files.append(Part(name, partial(_stream, file, f"{place}__substg1.0_37010102")))
        elif depth < DEEPEST:
            mail.forwarded.append(_mail(file, place + HELD, options, depth + 1))
        else:
            mail.left_out.append(TOO_DEEP)
    return mail


def _headers(file: Any, folder: str, page: str | None, numbers: dict[int, int]) -> tuple[dict[str, str], str]:
    """The headers of a mail, and who wrote it: its own properties, or else what the servers saw of it."""
    headers = {name: one_line(_string(file, folder, tag, page)) for name, tag in HEADERS_OF.items()}
    transport = HeaderParser().parsestr(_string(file, folder, "007D", page).lstrip())
    address = _address(file, folder, page)
    author = headers["From"] or one_line(_string(file, folder, "0042", page)) or address
    if address and address != author:
        headers["From"] = f"{author} <{address}>"
    headers["Date"] = header_of(transport, "Date") or _moment(numbers.get(SENT) or numbers.get(DELIVERED))
    return {name: headers.get(name) or header_of(transport, name) for name in HEADERS}, author


def _address(file: Any, folder: str, page: str | None) -> str:
    """The address of who wrote a mail; "" where there is none."""
    return next((text for tag in ("5D01", "0C1F") if "@" in (text := _string(file, folder, tag, page))), "")


def _texts(file: Any, folder: str, page: str | None, numbers: dict[int, int], mail: Mail) -> Iterator[Text]:
    """The body: plain text, HTML, or else RTF."""
    plain = _string(file, folder, "1000", page)
    content = _stream(file, f"{folder}__substg1.0_10130102")
    named = f"cp{numbers[CODE_PAGE_OF_HTML]}" if CODE_PAGE_OF_HTML in numbers else page
    html = decode(content, named, encoding_named_in(content)) if content else _string(file, folder, "1013", page)
    if best := better_of(plain, html):
        yield best
    elif packed := _stream(file, f"{folder}__substg1.0_10090102"):
        try:
            yield Text("text/rtf", _unpacked(packed))
        except ReadError as error:
            mail.left_out.append(Failure("text/rtf", str(error)))


def _unpacked(packed: bytes) -> str:
    """The code of a body in RTF, which Outlook packs.

    Raises:
        ReadError: it is damaged.
    """
    from compressed_rtf import decompress

    try:
        code = bytes(decompress(packed)).decode("latin-1")
    except Exception as error:  # whatever it trips over
        raise ReadError(DAMAGED) from error
    if not code.startswith("{\\rtf"):
        raise ReadError(DAMAGED)
    return code


def _attachments(file: Any, folder: str) -> list[str]:
    """The storages of the attachments of a mail."""
    steps = [step for step in folder.split("/") if step]
    return sorted(
        {
            "/".join(path[: len(steps) + 1]) + "/"
            for path in file.listdir()
            if path[: len(steps)] == steps and path[len(steps)].startswith("__attach")
        }
    )


def _numbers(file: Any, folder: str, header: int) -> dict[int, int]:
    """The properties of a mail that are numbers or times, by their ids."""
    content = _stream(file, f"{folder}__properties_version1.0")[header:]
    found = {}
    for at in range(0, len(content) - 15, 16):
        kind, number = struct.unpack_from("<HH", content, at)
        if kind == TIME:
            found[number] = struct.unpack_from("<Q", content, at + 8)[0]
        elif kind == LONG:
            found[number] = struct.unpack_from("<i", content, at + 8)[0]
    return found


def _moment(ticks: int | None) -> str:
    """A moment in tenths of microseconds since 1601; "" for none."""
    if not ticks:
        return ""
    try:
        return (FIRST_MOMENT + timedelta(microseconds=ticks // 10)).replace(microsecond=0).isoformat()
    except OverflowError:
        return ""


def _string(file: Any, folder: str, tag: str, page: str | None) -> str:
    """A text property; "" where there is none."""
    wide = _stream(file, f"{folder}__substg1.0_{tag}001F")
    narrow = _stream(file, f"{folder}__substg1.0_{tag}001E")
    text = wide.decode("utf-16-le", "replace") if wide else decode(narrow.rstrip(b"\0"), page) if narrow else ""
    return text.replace("\r\n", "\n").rstrip("\0")


def _stream(file: Any, name: str) -> bytes:
    return bytes(file.openstream(name).read()) if file.exists(name) else b""
