"""Mails (.eml, .msg): who wrote what to whom and when, and those attachments whose formats are read."""

from __future__ import annotations

import email
import email.policy
import email.utils
import io
import re
from email.message import EmailMessage
from functools import partial
from typing import Any

from assistant.errors import ReadError
from assistant.reading.archive import DAMAGED
from assistant.reading.blocks import Blocks, one_line
from assistant.reading.dates import date_of
from assistant.reading.html import decode_page, parse_page, write_html
from assistant.reading.limits import Options
from assistant.reading.parts import Part, add_parts
from assistant.reading.plain import decode, name_as_title
from assistant.types import Document

HEADERS = ("From", "To", "Cc", "Date", "Subject")


def read_eml(source: str, content: bytes, options: Options) -> Document:
    """The mail in ``content``; its text without markup where it has one, else its HTML.

    Raises:
        ReadError: it is damaged.
    """
    try:
        return _read_message(source, content, options)
    except RecursionError as error:  # parts within parts without end
        raise ReadError(DAMAGED) from error


def _read_message(source: str, content: bytes, options: Options) -> Document:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    headers = {name: one_line(message.get(name) or "") for name in HEADERS}
    if not any(headers.values()):
        raise ReadError(DAMAGED)
    body = message.get_body(("plain", "html"))
    text = _content(body) if body is not None else b""
    is_html = body is not None and body.get_content_type() == "text/html"
    parts = [Part(_name(part), partial(_content, part)) for part in message.iter_attachments()]
    return _document(source, headers, text, parts, options, is_html=is_html)


def read_msg(source: str, content: bytes, options: Options) -> Document:
    """The Outlook mail in ``content``.

    Raises:
        ReadError: it is damaged.
    """
    import olefile

    try:
        message = olefile.OleFileIO(io.BytesIO(content))
    except (OSError, ValueError) as error:
        raise ReadError(DAMAGED) from error
    headers = {
        "From": " ".join(filter(None, (_property(message, "0C1A"), _bracketed(_property(message, "5D01"))))),
        "To": _property(message, "0E04"),
        "Cc": _property(message, "0E03"),
        "Date": _header(_property(message, "007D", one_line_only=False), "Date"),
        "Subject": _property(message, "0037"),
    }
    plain = _property(message, "1000", one_line_only=False)
    html = _stream(message, "__substg1.0_10130102") or _property(message, "1013", one_line_only=False).encode()
    folders = sorted({path[0] for path in message.listdir() if path[0].startswith("__attach")})
    parts = [
        Part(
            _property(message, "3707", folder) or _property(message, "3704", folder),
            partial(_stream, message, f"{folder}/__substg1.0_37010102"),
        )
        for folder in folders
    ]
    return _document(
        source, headers, plain.encode() if plain.strip() else html, parts, options, is_html=not plain.strip()
    )


def _document(
    source: str, headers: dict[str, str], body: bytes, parts: list[Part], options: Options, *, is_html: bool
) -> Document:
    if len(parts) > options.limits.unpacked_files:
        raise options.limits.refusal("unpacked_files", f"The mail holds {len(parts):,} files")
    blocks = Blocks(options.budget)
    blocks.paragraph("\n".join(f"{name}: {value}" for name, value in headers.items() if value))
    if is_html and body.strip():
        write_html(blocks, parse_page(decode_page(body)))
    elif body.strip():
        for paragraph in re.split(r"\n(?:[^\S\n]*+\n)++", decode(body)):
            blocks.paragraph(paragraph)
    sent, undated = date_of(headers["Date"])
    left_out = (*undated, *add_parts(blocks, parts, options))
    name, address = email.utils.parseaddr(headers["From"])
    return Document(
        source=source,
        title=headers["Subject"] or name_as_title(source),
        text=blocks.text,
        markup="markdown",
        published=sent,
        author=name or address or None,
        places=tuple(blocks.places),
        left_out=left_out,
    )


def _name(part: Any) -> str:
    """The file name of a part; that of a mail which is sent on without one is told by what it is."""
    return part.get_filename() or ("message.eml" if part.get_content_type() == "message/rfc822" else "")


def _content(part: Any) -> bytes:
    """The bytes of a part; a text is given in UTF-8."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return b""
    charset = part.get_content_charset() if part.get_content_maintype() == "text" else None
    if charset is None:
        return payload
    try:
        return payload.decode(charset).encode()
    except (LookupError, UnicodeDecodeError):
        return payload


def _header(headers: str, name: str) -> str:
    match = re.search(rf"^{name}:[ \t]*([^\n]+)", headers, re.MULTILINE | re.IGNORECASE)
    return one_line(match[1]) if match else ""


def _bracketed(address: str) -> str:
    return f"<{address}>" if address else ""


def _property(message: Any, tag: str, folder: str = "", *, one_line_only: bool = True) -> str:
    """A text property of an Outlook mail; "" where there is none."""
    path = f"{folder}/" if folder else ""
    wide = _stream(message, f"{path}__substg1.0_{tag}001F")
    text = wide.decode("utf-16-le", "replace") if wide else _narrow(_stream(message, f"{path}__substg1.0_{tag}001E"))
    text = text.replace("\r\n", "\n").rstrip("\x00")
    return one_line(text) if one_line_only else text


def _narrow(content: bytes) -> str:
    return decode(content) if content else ""


def _stream(message: Any, name: str) -> bytes:
    return message.openstream(name).read() if message.exists(name) else b""
