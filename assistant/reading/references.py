"""Lists of references (.bib, .ris): each as a heading with its facts below; and the references themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
RIS_FILES = ("L1", "L2", "L3", "L4")
BETWEEN_FILES, WITHIN_A_FILE = re.compile(r"(?<!\\);"), re.compile(r"(?<!\\):")
Facts = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class ListedReference:
    """An entry of a list of references: what tells it from others, its facts by their names, and its files.

    ``files`` are paths as they are written there, from the folder of the list or from the root.
    """

    key: str
    facts: Mapping[str, Sequence[str]]
    files: tuple[str, ...] = ()

    def first(self, *names: str) -> str:
        """The first value of the first of these facts that has any; "" where none has."""
        return next((one for name in names for value in self.facts.get(name, ()) if (one := one_line(value))), "")


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
    found, left_out = _parsed(decode(content))
    return _document(source, [dict(_facts(entry)) for entry in found.values()], left_out, options)


def ris_references(text: str) -> tuple[list[ListedReference], tuple[Failure, ...]]:
    """The references in a list in RIS, and what of it is none."""
    found = [
        ListedReference(
            "".join(facts.get("ID", ())), facts, tuple(one for name in RIS_FILES for one in facts.get(name, ()))
        )
        for facts in filter(None, _ris_entries(text))
    ]
    return found, ()


def bibtex_references(text: str) -> tuple[list[ListedReference], tuple[Failure, ...]]:
    """The references in a list in BibTeX, their TeX as text, and what of it is none."""
    found, left_out = _parsed(text)
    return [
        ListedReference(key, dict(_facts(entry)), tuple(_bibtex_files(entry.fields.get("file", ""))))
        for key, entry in found.items()
    ], left_out


def _bibtex_files(value: str) -> Iterator[str]:
    """The paths in a field ``file``: alone, or as Zotero and JabRef write them, ``name:path:type;name:path:type``."""
    for one in filter(None, BETWEEN_FILES.split(value)):
        parts = WITHIN_A_FILE.split(one)
        path = parts[1] if len(parts) == 3 else one
        yield re.sub(r"\\(.)", r"\1", path).strip()


def _parsed(text: str) -> tuple[dict[str, Any], tuple[Failure, ...]]:
    """The entries of a list in BibTeX by their keys, and what of it is none."""
    from pybtex import errors
    from pybtex.database import parse_string

    with errors.capture() as problems:
        database = parse_string(text, "bibtex")
    found = {key: entry for key, entry in database.entries.items() if entry.fields}
    return found, tuple(
        Failure("a reference", f"It is no BibTeX: {one_line(problem)}. Correct it.") for problem in problems
    )


def _facts(entry: Any) -> Iterator[tuple[str, list[str]]]:
    from pylatexenc.latex2text import LatexNodes2Text

    plain: Callable[[str], str] = LatexNodes2Text(math_mode="verbatim").latex_to_text
    for name, people in entry.persons.items():
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
    for name, value in entry.fields.items():
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
