"""The table from file suffix to reader. A new format joins by adding its line here, or as a plugin."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import cast

from assistant.errors import ReadError
from assistant.reading.blocks import shortened
from assistant.reading.language import detect
from assistant.reading.limits import Description, Limits, Options, TextBudget
from assistant.reading.markdown import read_markdown
from assistant.reading.plain import read_code, read_log, read_plain
from assistant.reading.plugins import plugin_for, plugins
from assistant.reading.unread import STRUCK, TOLD
from assistant.types import Document, Failure


@dataclass(frozen=True, slots=True)
class Reader:
    """How files of one format are read: ``read(source, content, options)`` returns the document.

    ``version`` names the reader and changes with its behaviour, so that files read by an older one are read again.
    ``isolated`` says that the format is so intricate that its files are only read in a process of their own.
    """

    version: str
    read: Callable[[str, bytes, Options], Document]
    isolated: bool = False


def _in(module: str, name: str) -> Callable[[str, bytes, Options], Document]:
    """The function of that name in a module of this package, which is imported when a file is first read with it."""

    def read(source: str, content: bytes, options: Options) -> Document:
        function = getattr(import_module(f"assistant.reading.{module}"), name)
        return cast(Document, function(source, content, options))

    return read


_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)

LONGEST_TITLE, LONGEST_NAME, LONGEST_ADDRESS = 300, 200, 4_000
"""Characters of a title, of who wrote or published a document, and of its address."""

LOST = "\ufffd"
LOST_CHARACTERS = Failure(
    "the text", f"Where {LOST} stands in it, characters could not be read. Save it anew as UTF-8."
)

PLAIN = Reader("plain-3", read_plain)
MARKDOWN = Reader("markdown-7", read_markdown)

PDF = Reader("pdf-8", _in("pdf", "read_pdf"), isolated=True)
PICTURE = Reader("picture-1", _in("picture", "read_picture"), isolated=True)
HTML = Reader("html-8", _in("html", "read_html"), isolated=True)
DOCX = Reader("docx-7", _in("docx", "read_docx"), isolated=True)
PPTX = Reader("pptx-8", _in("pptx", "read_pptx"), isolated=True)
XLSX = Reader("xlsx-7", _in("sheets", "read_xlsx"), isolated=True)
XLS = Reader("xls-5", _in("old_sheets", "read_xls"), isolated=True)
CSV = Reader("csv-5", _in("sheets", "read_csv"))
EPUB = Reader("epub-8", _in("epub", "read_epub"), isolated=True)
EML = Reader("eml-9", _in("mail", "read_eml"), isolated=True)
MSG = Reader("msg-9", _in("outlook", "read_msg"), isolated=True)
MBOX = Reader("mbox-3", _in("mail", "read_mbox"), isolated=True)
FEED = Reader("feed-3", _in("feed_file", "read_feed_file"), isolated=True)
ICS = Reader("ics-2", _in("events", "read_ics"), isolated=True)
ODF = Reader("odf-9", _in("odf", "read_odf"), isolated=True)
RTF = Reader("rtf-8", _in("rtf", "read_rtf"), isolated=True)
SUBTITLES = Reader("subtitles-2", _in("subtitles", "read_subtitles"), isolated=True)
XML = Reader("xml-3", _in("xml_texts", "read_xml"), isolated=True)
TEX = Reader("tex-3", _in("tex", "read_tex"), isolated=True)
RST = Reader("rst-2", _in("rst", "read_rst"), isolated=True)
ORG = Reader("org-3", _in("org", "read_org"), isolated=True)
ASCIIDOC = Reader("asciidoc-3", _in("asciidoc", "read_asciidoc"), isolated=True)
BIBTEX = Reader("bibtex-1", _in("references", "read_bibtex"), isolated=True)
RIS = Reader("ris-2", _in("references", "read_ris"), isolated=True)
LOG = Reader("log-1", read_log)
CODE = Reader("code-1", read_code)
JSON = Reader("json-6", _in("data", "read_json"), isolated=True)
JSON_LINES = Reader("jsonl-5", _in("data", "read_json_lines"), isolated=True)
ZIP = Reader("zip-8", _in("parts", "read_zip"), isolated=True)

SAVE_AS = {
    ".doc": ".docx", ".dot": ".docx", ".ppt": ".pptx", ".pps": ".pptx", ".xlsb": ".xlsx", ".pages": ".docx",
    ".key": ".pptx", ".numbers": ".xlsx", ".wpd": ".docx", ".wps": ".docx", ".rar": ".zip", ".7z": ".zip",
    ".gz": ".zip", ".tar": ".zip", ".tgz": ".zip", ".mobi": ".epub", ".azw3": ".epub",
    ".gif": ".png", ".bmp": ".png", ".heic": ".jpg", ".avif": ".jpg",
}  # fmt: skip
"""Formats that are not read, and what to save their files as."""

SOURCE_CODE = (
    ".py .pyi .js .mjs .ts .tsx .jsx .vue .java .kt .scala .groovy .c .h .cc .cpp .hpp .cs .go .rs .swift .m .rb .php "
    ".pl .lua .r .jl .hs .ml .ex .erl .clj .dart .f90 .sql .sh .bash .zsh .ps1 .bat .cmake .gradle .tf .proto .graphql "
    ".yaml .yml .toml .ini .cfg .conf .properties"
).split()
"""Programs and their settings, which are read as they stand."""

READERS: dict[str, Reader] = {
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".mdx": MARKDOWN,
    ".qmd": MARKDOWN,
    ".rmd": MARKDOWN,
    ".txt": PLAIN,
    ".text": PLAIN,
    ".pdf": PDF,
    ".png": PICTURE,
    ".jpg": PICTURE,
    ".jpeg": PICTURE,
    ".tif": PICTURE,
    ".tiff": PICTURE,
    ".webp": PICTURE,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".docx": DOCX,
    ".docm": DOCX,
    ".pptx": PPTX,
    ".pptm": PPTX,
    ".xlsx": XLSX,
    ".xlsm": XLSX,
    ".xls": XLS,
    ".csv": CSV,
    ".tsv": CSV,
    ".epub": EPUB,
    ".eml": EML,
    ".msg": MSG,
    ".mbox": MBOX,
    ".ics": ICS,
    ".rss": FEED,
    ".atom": FEED,
    ".odt": ODF,
    ".ods": ODF,
    ".odp": ODF,
    ".rtf": RTF,
    ".json": JSON,
    ".ipynb": JSON,
    ".jsonl": JSON_LINES,
    ".ndjson": JSON_LINES,
    ".zip": ZIP,
    ".srt": SUBTITLES,
    ".vtt": SUBTITLES,
    ".xml": XML,
    ".tex": TEX,
    ".rst": RST,
    ".org": ORG,
    ".adoc": ASCIIDOC,
    ".asciidoc": ASCIIDOC,
    ".bib": BIBTEX,
    ".ris": RIS,
    ".log": LOG,
    **dict.fromkeys(SOURCE_CODE, CODE),
}


def reader_for(source: str) -> Reader:
    """The reader for a source's suffix.

    Raises:
        ReadError: no format is known by that suffix.
    """
    if reader := _known(source):
        return reader
    suffix = _suffix(source)
    if suffix in SAVE_AS:
        better = SAVE_AS[suffix]
        raise ReadError(f"Files of the format {suffix} are not read. Save it as {better}, and add that.")
    named = f"of the format {suffix}" if suffix else "without a suffix that names their format"
    raise ReadError(f"Files {named} are not read. Save it in one that is, such as .pdf or .txt, and add that.")


def is_isolated(source: str) -> bool:
    """Whether the file is of a format that is only read in a process of its own."""
    reader = _known(source)
    return reader is not None and reader.isolated


def _known(source: str) -> Reader | None:
    """The reader for a source's suffix: one of the table, or else one that a package brings."""
    suffix = _suffix(source)
    if suffix in READERS:
        return READERS[suffix]
    plugin = plugin_for(suffix)
    return Reader(plugin.version, plugin.read, isolated=True) if plugin else None


def _suffix(source: str) -> str:
    return PurePosixPath(source).suffix.lower()


def plugin_problems() -> Iterator[str]:
    """What is wrong with the readers that packages bring, each with its remedy; they are loaded to find out."""
    for plugin in plugins():
        brings = f"{plugin.package} brings a reader of {plugin.suffix} files"
        used = plugin_for(plugin.suffix)
        if plugin.suffix in READERS:
            yield f"{brings}, which Citewell reads itself; it is not used. Rename such files, or remove that package."
        elif used and used is not plugin:
            yield f"{brings}, and {used.package} brings another, which is used. Remove one of the two packages."
        else:
            try:
                plugin.load()
            except ReadError as error:
                yield str(error)


def read(reader: Reader, source: str, content: bytes, options: Options | None = None) -> Document:
    """The document in a file's content, known in the corpus as ``source``, with its language.

    What is said of it, such as its title, is cut to a length that can be listed. A file within another, which is read
    with the budget of that, is given no language.

    Raises:
        ReadError: the content is not of the reader's format, holds no text, or more than the limits allow.
        StorageError: see `assistant.reading.language.detect`.
    """
    options = options or Options()
    budget = options.budget or TextBudget(options.limits, len(content))
    with budget.reading() as tell:
        found = _read(reader, source, content, replace(options, budget=budget))
        document = _with_short_facts(_described(found, options.description))
        tell(len(document.text))
    if not document.text or document.text.isspace():
        raise ReadError("The file holds no text.")
    if LOST in document.text:
        document = replace(document, left_out=(*document.left_out, LOST_CHARACTERS))
    if document.language or options.budget:
        return document
    return replace(document, language=detect(document.text))


def _read(reader: Reader, source: str, content: bytes, options: Options) -> Document:
    """The document in a file's content; where all of its text is crossed out, that says nothing, and it is read."""
    document = reader.read(source, content, options)
    if TOLD[STRUCK] in document.left_out and not document.text.strip():
        return reader.read(source, content, replace(options, keeps_struck=True))
    return document


def _described(document: Document, description: Description | None) -> Document:
    """The document with what is known of it from elsewhere in place of what it says of itself."""
    known = {name: value for name, value in asdict(description).items() if value} if description else {}
    return replace(document, **known)


def _with_short_facts(document: Document) -> Document:
    """The document, with what is said of it cut; an address that long leads nowhere, so there is none then."""
    return replace(
        document,
        title=shortened(document.title, LONGEST_TITLE),
        publisher=shortened(document.publisher, LONGEST_NAME) if document.publisher else None,
        author=shortened(document.author, LONGEST_NAME) if document.author else None,
        url=document.url if document.url and len(document.url) <= LONGEST_ADDRESS else None,
    )


def load(path: Path, limits: Limits | None = None) -> bytes:
    """The file's bytes. A link is not followed.

    Raises:
        ReadError: the file cannot be opened, is no regular file, or is larger than the limit.
    """
    limits = limits or Limits()
    try:
        with os.fdopen(os.open(path, _FLAGS), "rb") as file:
            known = os.fstat(file.fileno())
            if not stat.S_ISREG(known.st_mode):
                raise ReadError("This is no regular file. Remove it.")
            if known.st_size > limits.file_megabytes * 1_000_000:
                raise limits.refusal("file_megabytes", f"The file is {known.st_size / 1e6:,.0f} MB")
            return file.read()
    except PermissionError as error:
        raise ReadError("Permission to read the file is missing; grant it and sync again.") from error
    except OSError as error:
        raise ReadError(f"The file cannot be opened: {error.strerror or error}.") from error
