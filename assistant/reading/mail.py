"""Mails (.eml, .mbox): who wrote what to whom and when, and what else they hold: other mails, invitations, files."""

from __future__ import annotations

import email
import email.policy
import email.utils
import re
from dataclasses import dataclass, field
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from functools import partial
from typing import Any

from assistant.errors import ReadError
from assistant.reading.archive import DAMAGED
from assistant.reading.blocks import BETWEEN_PARAGRAPHS, Blocks, one_line
from assistant.reading.dates import date_of
from assistant.reading.events import events_in, write_event
from assistant.reading.html import markdown_of, parse_page, without_declarations, write_html
from assistant.reading.limits import Options
from assistant.reading.parts import Part, add_parts
from assistant.reading.plain import decode, encoding_named_in, name_as_title
from assistant.reading.rtf import read_rtf
from assistant.reading.unread import told
from assistant.text.terms import covers, telling_words
from assistant.types import Document, Failure

HEADERS = ("From", "To", "Cc", "Date", "Subject")
BEFORE_HEADERS = re.compile(rb"(?:\xef\xbb\xbf|\s|>?From [^\n]*+\n)*+")
"""What some programs put before the headers: a byte order mark, blank lines, the line that parts mails in a mailbox."""
BETWEEN_MAILS = re.compile(rb"(?:\A|\n\r?\n)From [^\n]{1,200}\d\d:\d\d:\d\d[^\n]{0,40}\n(?=[\w-]{1,60}:|>From )")
SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
SMALL_PICTURE = 10_000
"""Bytes."""
HALF = 0.5
"""A plain text that holds fewer of the words of its HTML, which has more of them, says less."""
DEEPEST = 10
"""So deep are mails read that are forwarded within one another."""
TOO_DEEP = Failure("a forwarded mail", "It stands too deep within others. Add it by itself.")


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a mail: plain, or the source of HTML, RTF or a calendar."""

    kind: str
    text: str


@dataclass(slots=True)
class Mail:
    """What one mail holds, in its order; ``author`` is who wrote it."""

    headers: dict[str, str]
    author: str = ""
    received: str = ""
    texts: list[Text] = field(default_factory=list)
    forwarded: list[Mail] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)
    left_out: list[Failure] = field(default_factory=list)


def read_eml(source: str, content: bytes, options: Options) -> Document:
    """The mail in ``content``: its text without markup, or its HTML where that says more, and what else it holds.

    Raises:
        ReadError: it is damaged.
    """
    return document_of(source, _parsed(content), options)


def read_mbox(source: str, content: bytes, options: Options) -> Document:
    """All mails of a mailbox, as one document in which each is a place.

    Raises:
        ReadError: it is damaged, or holds more mails than the limits allow.
    """
    mails = [mail for mail in BETWEEN_MAILS.split(content) if mail.strip()]
    if len(mails) > options.limits.unpacked_files:
        raise options.limits.refusal("unpacked_files", f"The mailbox holds {len(mails):,} mails")
    blocks = Blocks(options.budget)
    left_out: list[Failure] = []
    for number, content_of_one in enumerate(mails, 1):
        try:
            mail = _parsed(content_of_one)
        except ReadError as error:
            left_out.append(Failure(f"mail {number}", str(error)))
            continue
        title = mail.headers["Subject"] or f"Mail {number}"
        blocks.place("file", title)
        blocks.heading(1, title)
        left_out += [Failure(f"{title}, {one.source}", one.reason) for one in _write(blocks, mail, options)]
    if not blocks.text:
        raise ReadError(DAMAGED)
    return Document(
        source, name_as_title(source), blocks.text, "markdown", places=tuple(blocks.places), left_out=tuple(left_out)
    )


def document_of(source: str, mail: Mail, options: Options) -> Document:
    """The document that a mail is.

    Raises:
        ReadError: it holds more files than the limits allow.
    """
    blocks = Blocks(options.budget)
    sent, undated = date_of(mail.headers["Date"], mail.received)
    left_out = _write(blocks, mail, options)
    return Document(
        source=source,
        title=mail.headers["Subject"] or name_as_title(source),
        text=blocks.text,
        markup="markdown",
        published=sent,
        author=mail.author or None,
        places=tuple(blocks.places),
        left_out=(*undated, *left_out),
    )


def _write(blocks: Blocks, mail: Mail, options: Options) -> list[Failure]:
    """Append a mail; returns what of it is not read."""
    if len(mail.files) > options.limits.unpacked_files:
        raise options.limits.refusal("unpacked_files", f"The mail holds {len(mail.files):,} files")
    left_out = list(mail.left_out)
    blocks.paragraph("\n".join(f"{name}: {value}" for name, value in mail.headers.items() if value))
    for one in dict.fromkeys(mail.texts):
        left_out += _write_text(blocks, one, options)
    for other in mail.forwarded:
        blocks.heading(2, other.headers["Subject"] or "A forwarded mail")
        left_out += _write(blocks, other, options)
    return [*left_out, *add_parts(blocks, mail.files, options)]


def _write_text(blocks: Blocks, one: Text, options: Options) -> list[Failure]:
    """Append a text of a mail; returns what of it is not read."""
    if one.kind == "text/html" and one.text.strip():
        return _write_page(blocks, one)
    if one.kind == "text/calendar":
        return _write_events(blocks, one)
    if one.kind == "text/rtf":
        document = read_rtf("", one.text.encode("latin-1", "replace"), options)
        blocks.append(document)
        return list(document.left_out)
    if one.kind == "text/plain":
        for paragraph in BETWEEN_PARAGRAPHS.split(one.text):
            blocks.paragraph(paragraph)
    return []


def _write_page(blocks: Blocks, one: Text) -> list[Failure]:
    try:
        seen = set[str]()
        page = parse_page(without_declarations(one.text), seen)
    except ReadError as error:
        return [Failure(one.kind, str(error))]
    write_html(blocks, page)
    return told(seen)


def _write_events(blocks: Blocks, one: Text) -> list[Failure]:
    try:
        events = events_in(one.text)
    except ReadError as error:
        return [Failure(one.kind, str(error))]
    for event in events:
        write_event(blocks, event)
    return [] if events else [Failure(one.kind, DAMAGED)]


def better_of(plain: str, html: str) -> Text | None:
    """Of a mail that is written in both ways, the plain text, unless its HTML says more; None for nothing."""
    shown = _shown(html)
    wordy = len(telling_words(shown)) > len(telling_words(plain))
    if shown.strip() and (not plain.strip() or (wordy and not covers(plain, shown, HALF))):
        return Text("text/html", html)
    return Text("text/plain", plain) if plain.strip() else None


def _shown(html: str) -> str:
    try:
        return markdown_of(parse_page(without_declarations(html))) if html.strip() else ""
    except ReadError:
        return ""


def _parsed(content: bytes) -> Mail:
    """The mail in ``content``.

    Raises:
        ReadError: it is damaged.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = decode(content).encode()
    start = BEFORE_HEADERS.match(content)
    try:
        mail = _mail(email.message_from_bytes(content[start.end() if start else 0 :], policy=email.policy.compat32), 0)
    except RecursionError as error:  # parts within parts without end
        raise ReadError(DAMAGED) from error
    if not any(mail.headers.values()):
        raise ReadError(DAMAGED)
    return mail


def _mail(message: Message, depth: int) -> Mail:
    headers = {name: header_of(message, name) for name in HEADERS}
    sender = one_line(str(message.get("From") or ""))
    name, address = email.utils.parseaddr(sender)
    mail = Mail(headers, _readable(name) or address if "@" in sender else headers["From"])
    mail.received = header_of(message, "Received").rpartition(";")[2]
    _sort(message, mail, depth)
    return mail


def _sort(part: Message, mail: Mail, depth: int) -> None:
    """Put a part of a mail where it belongs: among the texts, the forwarded mails or the files."""
    kind = part.get_content_type()
    held: Any = part.get_payload()
    if kind in SIGNATURES:
        return
    if not isinstance(held, list):
        _sort_one(part, mail, kind, _readable(part.get_filename() or ""))
    elif kind == "message/rfc822" and held:
        _forward(held[0], mail, depth)
    elif kind.startswith("message/"):
        mail.texts.append(Text("text/plain", _report(held)))
    else:
        for one in _best_of(held) if kind == "multipart/alternative" else held:
            _sort(one, mail, depth)


def _report(parts: list[Message]) -> str:
    """What a server reports, which stands in headers."""
    return "\n".join(f"{name}: {value}" for one in parts for name, value in one.items())


def _sort_one(part: Message, mail: Mail, kind: str, name: str) -> None:
    """Put a part that holds no others, which has a name or "", among the texts or the files."""
    if kind in ("text/calendar", "application/ics") or name.lower().endswith(".ics"):
        _add_text(part, "text/calendar", mail)
    elif kind.startswith("text/") and not name and part.get_content_disposition() != "attachment":
        _add_text(part, kind if kind in ("text/html", "text/rtf") else "text/plain", mail)
    else:
        mail.files.append(Part(name or f"a part of the type {kind}", partial(_content, part)))


def _forward(message: Message, mail: Mail, depth: int) -> None:
    """Add a mail that another forwards, unless it stands too deep."""
    if depth < DEEPEST:
        mail.forwarded.append(_mail(message, depth + 1))
    else:
        mail.left_out.append(TOO_DEEP)


def _add_text(part: Message, kind: str, mail: Mail) -> None:
    try:
        mail.texts.append(Text(kind, _text(part)))
    except ReadError as error:
        mail.left_out.append(Failure(part.get_content_type(), str(error)))


def _best_of(parts: list[Message]) -> list[Message]:
    """Of parts that say the same, the plain one, or that of HTML where it says more, and what others alone hold."""
    chosen = _chosen(parts)
    return [*chosen, *(one for one in parts if one.get_content_type() == "text/calendar" and one not in chosen)]


def _chosen(parts: list[Message]) -> list[Message]:
    """Of parts that say the same, the plain one with the files of the others, or that of HTML where it says more."""
    plain = [one for one in parts if one.get_content_type() == "text/plain"]
    rich = [one for one in parts if _leaves(one, "text/html")]
    if not plain or not rich:
        return plain or rich or parts[-1:]
    better = better_of("".join(map(_text, plain)), "".join(map(_html, rich)))
    return rich if better and better.kind == "text/html" else [*plain, *_files_in(rich)]


def _html(part: Message) -> str:
    return "".join(map(_text, _leaves(part, "text/html")))


def _leaves(part: Message, kind: str) -> list[Message]:
    return [one for one in part.walk() if one.get_content_type().startswith(kind) and not one.is_multipart()]


def _files_in(rich: list[Message]) -> list[Message]:
    """The files that stand among the parts of a text in HTML, but for the small pictures that adorn it."""
    leaves = (leaf for one in rich for leaf in _leaves(one, ""))
    return [leaf for leaf in leaves if leaf.get_content_maintype() != "text" and not _adorns(leaf)]


def _adorns(part: Message) -> bool:
    """Whether a file is a small picture that is shown within a text, such as a logo."""
    content = part.get_payload(decode=True) if part.get("Content-ID") else None
    return isinstance(content, bytes) and len(content) < SMALL_PICTURE


def _text(part: Message) -> str:
    """The text of a part, in the encoding that its header names where that fits; never decoded again by its own tags.

    Raises:
        ReadError: it is no text.
    """
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    inside = encoding_named_in(content) if part.get_content_type() == "text/html" else None
    return decode(content, part.get_content_charset(), inside)


def _content(part: Message) -> bytes:
    """The bytes of a file; a text is given in UTF-8."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return b""
    return _text(part).encode() if part.get_content_maintype() == "text" else content


def header_of(message: Message, name: str) -> str:
    """A header as it is read by people; the first of that name."""
    return next((_readable(str(value)) for key, value in message.raw_items() if key.lower() == name.lower()), "")


def _readable(header: str) -> str:
    """A header with its encoded words decoded, in whatever encoding they really are."""
    try:
        written = decode(header.encode("utf-8", "surrogateescape"))
        pieces = decode_header(one_line(written))
        return one_line("".join(_piece(piece, charset) for piece, charset in pieces))
    except (MessageError, ValueError, ReadError):
        return one_line(header)


def _piece(piece: bytes | str, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    return piece.decode("raw-unicode-escape", "replace") if charset is None else decode(piece, charset)
