"""Plain text: bytes in any common encoding become characters, and the first line may be the title."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePosixPath

from assistant.errors import ReadError
from assistant.reading.limits import Options
from assistant.text.characters import without_surrogates
from assistant.types import Document

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MAXIMUM_CONTROL_SHARE = 0.02
"""More control characters than this and the file is not text; terminal logs stay well below it."""
CONTROLS = [chr(code) for code in range(32) if chr(code) not in "\n\r\t\f\v\x1b"]

TERMINAL_CODE = re.compile(r"\x1b(?:\[[\d;?]*+[A-Za-z]|\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\))")

TITLE_CHARACTERS = 120
FIRST_LINE = re.compile(r"\s*+([^\n]++)\s*+(\S)?")
"""The first line that holds text, and whether another follows."""


def read_plain(source: str, content: bytes, _options: Options | None = None) -> Document:
    """The text document in ``content``; its title is a heading-like first line, else the file's name."""
    text = decode(content)
    return Document(source=source, title=first_line_title(text) or name_as_title(source), text=text)


def read_log(source: str, content: bytes, _options: Options | None = None) -> Document:
    """The lines in ``content`` as a terminal shows them."""
    return Document(source=source, title=name_as_title(source), text=as_displayed(decode(content)))


def read_code(source: str, content: bytes, _options: Options | None = None) -> Document:
    """The program in ``content`` as it stands, entitled by the file's name with its suffix."""
    return Document(source=source, title=PurePosixPath(source).name, text=decode(content))


def decode(content: bytes) -> str:
    """The characters in ``content``, with ``\\n`` line ends and without a byte order mark.

    A byte order mark decides; else UTF-8 when it fits; else the encoding that charset-normalizer finds likeliest.

    Raises:
        ReadError: the bytes are not text in any common encoding.
    """
    text = _decode(content)
    controls = sum(map(text.count, CONTROLS))
    if controls > MAXIMUM_CONTROL_SHARE * len(text):
        raise ReadError("The file is not text: it holds binary data. Save it as text, or remove it.")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")
    return without_surrogates(text)


def _decode(content: bytes) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        matches = from_bytes(content)
        best = matches.best()
        if best is None:
            raise ReadError(
                "The file is not text in any encoding that is known. Save it as UTF-8 text, or remove it."
            ) from None
        western = [match for match in matches if match.encoding == "cp1252"]
        as_good = [match for match in western if (match.chaos, match.coherence) == (best.chaos, best.coherence)]
        return str((as_good or [best])[0])  # of encodings that fit equally well, the commonest


def first_line_title(text: str) -> str | None:
    """The first line that holds text, when it reads as a title: short, and not a sentence."""
    match = FIRST_LINE.match(text)
    if match is None:
        return None
    first = match[1].strip()
    if not match[2] or not 2 < len(first) <= TITLE_CHARACTERS or first[-1] in ".!,;:" or first[0] in "-*•#|<":
        return None
    return first


def as_displayed(text: str) -> str:
    """What a terminal shows of a text: no codes for colours, and of a line that was written over only the last."""
    lines = TERMINAL_CODE.sub("", text).split("\n")
    return "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in lines)


def name_as_title(source: str) -> str:
    """The file's name in readable form: ``news/Fresno__California.txt`` gives ``Fresno California``."""
    stem = PurePosixPath(source).stem
    return re.sub(r"[_\s]+", " ", stem).strip() or stem
