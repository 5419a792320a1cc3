"""Plain text: bytes in any common encoding become characters, and the first line may be the title."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePosixPath

from assistant.errors import ReadError
from assistant.reading.limits import Options
from assistant.text.characters import without_surrogates, without_unseen
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
ESCAPE = "\x1b"
CONTROLS = [chr(code) for code in range(32) if chr(code) not in f"\n\r\t\f\v{ESCAPE}"]

WESTERN = "cp1252"
"""What is written where Latin-1 or ASCII is named: browsers read it so (https://encoding.spec.whatwg.org)."""
MEANT_BY = {
    "ascii": WESTERN, "iso8859-1": WESTERN, "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "euc_kr": "cp949",
}  # fmt: skip
"""The encodings that hold what those hold which are named for them."""
NO_CHARSETS = frozenset("idna punycode unicode-escape raw-unicode-escape undefined".split())
"""What Python can decode and no text is written in."""
FOUND = (
    *"utf-16-le utf-16-be utf-32-le utf-32-be".split(),
    *"gb18030 big5hkscs cp932 euc_jis_2004 iso2022_jp_2 cp949 iso2022_kr".split(),
    *"cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp874 koi8-r koi8-u".split(),
    *"iso8859-2 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-13 iso8859-15 mac-roman mac-cyrillic".split(),
    *"cp437 cp737 cp850 cp852 cp866".split(),
)
"""The encodings that are found without being named: those in which people have written."""
NEARLY, EQUAL = 0.9, 0.995
"""Where a Western encoding fits nearly as well as the likeliest, by chardet's measure, it is meant."""
DOUBTFUL, SURE = 0.6, 0.1
"""One that is named is not meant where another fits so much better, and that well."""
ASCII = bytes(range(0x80))
C1 = "".join(map(chr, range(0x80, 0xA0)))
SAMPLE = 200_000
"""Bytes that tell the encoding, from the first that is not ASCII."""
STRAY = {0xDC00 + byte: bytes([byte]).decode(WESTERN, "replace") for byte in range(0x80, 0x100)}
"""The characters of bytes that are not UTF-8, by the surrogates that Python lets stand for them."""

NAMED_INSIDE = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*+=\s*+[\"']?\s*+([\w.:-]++)", re.IGNORECASE
)

TERMINAL_CODE = re.compile(r"\x1b(?:\[[\d;?]*+[A-Za-z]|\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\))")

TITLE_CHARACTERS = 120


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


def decode(content: bytes, *named: str | None) -> str:
    """The characters in ``content``, with ``\\n`` line ends and without a byte order mark.

    A byte order mark decides; else UTF-8 where it fits, but for a few bytes; else the first of the encodings ``named``
    that fits and is no lie; else the one that is likeliest. What was taken for Latin-1 and encoded once more is undone;
    characters that show nothing are left out.

    Raises:
        ReadError: the bytes are not text in any common encoding.
    """
    text = _decoded(content, [name for name in named if name])
    if _is_binary(text):
        raise ReadError("The file is not text: it holds binary data. Save it as text, or remove it.")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")
    return without_unseen(_mended(without_surrogates(text)))


def encoding_named_in(page: bytes) -> str | None:
    """The encoding that a page of HTML or XML names in its head."""
    found = NAMED_INSIDE.search(page[:4_096])
    return found[1].decode("ascii") if found else None


def decode_names(names: list[bytes]) -> list[str]:
    """Short texts that belong together, such as names of files, each in UTF-8 where it fits, else as is likeliest.

    Where one encoding fits all of them together as well as each is fitted by its own, they are in that.
    """
    known = {name: text for name in names if (text := _utf_8(name)) is not None}
    odd = [name for name in names if name not in known]
    together = b"\n".join(odd)
    if odd and _share(together) * len(odd) >= sum(map(_share, odd)):
        known |= zip(odd, _guessed(together).split("\n"), strict=True)
    return [known[name] if name in known else _guessed(name) for name in names]


def _decoded(content: bytes, named: list[str]) -> str:
    marked = _with_mark(content)
    if marked is not None:
        return marked
    utf_8 = _utf_8(content)
    hidden = _hidden_in(content, utf_8) if utf_8 is not None else None
    if hidden is not None:
        return content.decode(hidden, "replace")
    if utf_8 is not None and not content.isascii():  # other encodings hardly ever look like UTF-8, whatever is named
        return utf_8
    fitting = (_as_named(content, name) for name in named)
    text = next((one for one in fitting if one is not None), utf_8)
    return _guessed(content) if text is None else text


def _with_mark(content: bytes) -> str | None:
    """The text in the encoding that its byte order mark tells; None where there is none."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            whole = _utf_8(content.removeprefix(mark)) if mark == codecs.BOM_UTF8 else None
            return content.decode(encoding, errors="replace") if whole is None else whole
    return None


def _hidden_in(content: bytes, utf_8: str) -> str | None:
    """The encoding whose bytes may be UTF-8 as well, which make no sense as that."""
    if not _is_binary(utf_8) and ESCAPE not in utf_8:
        return None
    return next((name for name in _fitting(content) if name.startswith(("utf-16", "utf-32", "iso2022"))), None)


def _utf_8(content: bytes) -> str | None:
    """The text in UTF-8, a few bytes in it that are not being Western characters; None where it is no UTF-8."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        whole = content.decode("utf-8", "ignore")
        text = content.decode("utf-8", "surrogateescape")
    strays = len(text) - len(whole)
    fitting = len(whole) - len(whole.encode("ascii", "ignore"))
    return text.translate(STRAY) if strays < fitting else None


def _as_named(content: bytes, name: str) -> str | None:
    """The text in the encoding that is named; None where it does not fit, or where another plainly is meant."""
    try:
        known = codecs.lookup(name.strip().lower()).name
        if known in NO_CHARSETS or (known.startswith(("utf-16", "utf-32")) and b"\0" not in content):
            return None
        meant = MEANT_BY.get(known, known)
        text = content.decode(meant)
    except (LookupError, ValueError):
        return None
    if meant != WESTERN or content.isascii():
        return text
    best = _share(content)
    return text if best < SURE or _western(_fitting(content)) > DOUBTFUL * best else _guessed(content)


def _guessed(content: bytes) -> str:
    """The text in the likeliest encoding: of those that fit equally well, the one that makes most letters of it.

    Raises:
        ReadError: it is no text.
    """
    fitting = _fitting(content)
    if not fitting:
        raise ReadError("The file is not text in any encoding that is known. Save it as UTF-8 text, or remove it.")
    best = max(fitting.values())
    if _western(fitting) >= NEARLY * best:
        return content.decode(WESTERN, "replace")
    equal = [name for name, share in fitting.items() if share > EQUAL * best]
    equal.sort(key=lambda name: name.startswith("iso"))  # those of Windows are commoner
    return max((content.decode(name, "replace") for name in equal), key=_letters)


def _share(content: bytes) -> float:
    """How well the encoding fits that fits best."""
    return max(_fitting(content).values(), default=0.0)


def _western(fitting: dict[str, float]) -> float:
    return max(fitting.get(name, 0.0) for name in (WESTERN, "iso8859-15"))


def _letters(text: str) -> tuple[int, int]:
    """How many of the characters are letters, and first, as a loss, how many are controls that nobody writes."""
    sample = text[:SAMPLE]
    return -sum(map(sample.count, C1)), sum(map(str.isalpha, sample))


def _fitting(content: bytes) -> dict[str, float]:
    """How well each encoding fits, by chardet's measure; none where the content is no text."""
    import chardet

    ascii_only = 0 if content.isascii() else len(content) - len(content.lstrip(ASCII))
    sample = content[ascii_only // 4 * 4 :][:SAMPLE]
    found = chardet.detect_all(sample, ignore_threshold=True, compat_names=False, include_encodings=FOUND)
    return {str(one["encoding"]): one["confidence"] for one in found if one["encoding"]}


def _is_binary(text: str) -> bool:
    return sum(map(text.count, CONTROLS)) > MAXIMUM_CONTROL_SHARE * len(text)


def _mended(text: str) -> str:
    """The text, its lines that were decoded wrongly and encoded again being put right."""
    if text.isascii():
        return text
    from ftfy import fix_encoding
    from ftfy.badness import is_bad

    lines = text.split("\n")
    if not is_bad("\n".join(line for line in lines if not line.isascii())):
        return text
    mended = {line: fix_encoding(line) for line in lines if not line.isascii()}
    return "\n".join(mended[line] if _is_usual(mended.get(line, ""), line) else line for line in lines)


def _is_usual(mended: str, line: str) -> bool:
    """Whether mending brought Latin, Greek or Cyrillic letters or signs alone; others come of what was meant so."""
    brought = set(mended) - set(line)
    return bool(brought) and all(character < "\u0530" or "\u1e00" <= character < "\u20d0" for character in brought)


def first_line_title(text: str) -> str | None:
    """The first line that holds text, when it reads as a title: short, and not a sentence."""
    line, _, rest = text.lstrip().partition("\n")
    first = line.strip()
    if not rest.strip() or not 2 < len(first) <= TITLE_CHARACTERS or first[-1] in ".!,;:" or first[0] in "-*•#|<":
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
