"""Lists of references (.bib, .ris): each as a heading with its facts below."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.errors import ReadError
from assistant.reading.blocks import Blocks, one_line
from assistant.reading.limits import Options
from assistant.reading.plain import decode, name_as_title
from assistant.types import Document, Failure

RIS_LINE = re.compile(r"([A-Z][A-Z\d])  ?-(?: (.*))?")
RIS_NAMES = {
    "T1": "title", "TI": "title", "CT": "title", "AU": "author", "A1": "author", "ED": "editor", "A2": "editor",
    "PY": "year", "Y1": "year", "DA": "date", "JO": "journal", "JF": "journal", "T2": "journal", "JA": "journal",
    "VL": "volume", "IS": "number", "SP": "first page", "EP": "last page", "PB": "publisher", "CY": "place",
    "AB": "abstract", "N2": "abstract", "N1": "note", "KW": "keyword", "DO": "doi", "UR": "url", "SN": "issn or isbn",
}  # fmt: skip
Facts = dict[str, list[str]]


def read_ris(source: str, content: bytes, options: Options) -> Document:
    """The references in ``content``.

    Raises:
        ReadError: there are none.
    """
    return _document(source, list(filter(None, _ris_entries(decode(content)))), (), options)


def _ris_entries(text: str) -> Iterator[Facts]:
    """The facts of each entry, which begins with its type or after the end of the one before; lines may go on.

    There are none between the end of an entry and the type of the next.
    """
    facts: Facts = {}
    last: list[str] = []
    for line in map(str.strip, text.split("\n")):
        tag = RIS_LINE.fullmatch(line)
        if tag is None and last and line:
            last[-1] += f" {line}"
        elif tag and tag[1] in ("TY", "ER"):
            yield facts
            facts, last = {}, []
        elif tag:
            last = facts.setdefault(RIS_NAMES.get(tag[1], tag[1]), [])
            last.append(tag[2] or "")
    yield facts


def read_bibtex(source: str, content: bytes, options: Options) -> Document:
    """The references in ``content``, their TeX as text. Those that are no BibTeX are told.

    Raises:
        ReadError: there are none.
    """
    from pybtex import errors
    from pybtex.database import parse_string

    with errors.capture() as problems:
        database = parse_string(decode(content), "bibtex")
    found = [dict(_facts(entry)) for entry in database.entries.values() if entry.fields]
    left_out = [Failure("a reference", f"It is no BibTeX: {one_line(problem)}. Correct it.") for problem in problems]
    return _document(source, found, tuple(left_out), options)


def _facts(entry: object) -> Iterator[tuple[str, list[str]]]:
    from pylatexenc.latex2text import LatexNodes2Text

    plain = LatexNodes2Text(math_mode="verbatim").latex_to_text
    for name, people in entry.persons.items():  # type: ignore[attr-defined]
        yield (
            name,
            [
                plain(
                    " ".join(
                        person.first_names
                        + person.middle_names
                        + person.prelast_names
                        + person.last_names
                        + person.lineage_names
                    )
                )
                for person in people
            ],
        )
    for name, value in entry.fields.items():  # type: ignore[attr-defined]
        yield name, [plain(value)]


def _document(source: str, found: list[Facts], left_out: tuple[Failure, ...], options: Options) -> Document:
    if not found:
        raise ReadError("The file holds no references. Export them anew, or remove it.")
    blocks = Blocks(options.budget)
    for facts in found:
        blocks.heading(2, next(iter(facts.get("title", ())), "") or "A reference")
        for name, values in facts.items():
            if name not in ("title", "abstract", "note"):
                blocks.item(f"{name}: {'; '.join(values)}")
        for name in ("abstract", "note"):
            for value in facts.get(name, ()):
                blocks.paragraph(value)
    return Document(source, name_as_title(source), blocks.text, "markdown", left_out=left_out)
